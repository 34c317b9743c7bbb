"""The public's forms: search and its filters, a file to verify, a number to look up."""

from datetime import date
from typing import Any

from django import forms

from yangguang.disclosure import search
from yangguang.registry.forms import visible

KINDS = {
    "penalty": "行政处罚",
    "licence": "行政许可",
    "compulsory_measure": "行政强制措施",
    "compulsory_execution": "行政强制执行",
    "inspection": "行政检查",
    "levy": "行政征收",
    "requisition": "行政征用",
    "charge": "行政收费",
}
EARLIEST = date(1949, 10, 1)
LARGEST = 50 * 2**20


class Words(forms.CharField):
    """One line of words to look for; pasted line ends count as spaces."""

    def to_python(self, value: Any) -> str:
        return visible(" ".join((super().to_python(value) or "").split()), lines=False)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again: a character nobody sees, and no page may hold, by its sign."""
        shown = super().bound_data(data, initial)
        return shown.replace("\0", "␀") if isinstance(shown, str) else shown


class SearchForm(forms.Form):
    """The filters of the list of decisions; everything is in the address."""

    q = Words(
        label="关键词",
        required=False,
        max_length=search.LONGEST,
        error_messages={"max_length": "关键词最多 %(limit_value)d 个字，现有 %(show_value)d 个字"},
        widget=forms.TextInput(attrs={"type": "search", "data-search": "", "placeholder": "文书里的词、文号、案由"}),
    )
    body = forms.ChoiceField(label="执法机关", required=False)
    kind = forms.ChoiceField(label="执法类别", required=False)
    field = forms.ChoiceField(label="领域", required=False)
    since = forms.DateField(label="决定日期自", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="至", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    withdrawn = forms.ChoiceField(label="已撤下的", required=False, choices=[("", "不含"), ("1", "一并列出")])

    def __init__(self, *args: Any, facets: dict[str, list[str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["body"].choices = [("", "全部"), *((v, v) for v in facets["body_name"])]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "全部"), *((v, KINDS.get(v, v)) for v in facets["kind"])]  # type: ignore[attr-defined]
        self.fields["field"].choices = [("", "全部"), *((v, v) for v in facets["field"])]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages |= {
                "invalid_choice": "没有“%(value)s”这一项，请在列表中选择",
                "invalid": "日期应写作 2026-09-18 的形式",
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("since", "until"):
            if data.get(name) and not EARLIEST <= data[name] <= date(2999, 12, 31):
                self.add_error(name, f"日期应在 {EARLIEST} 之后")
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", "结束日期早于开始日期，请改正其中一个")
        return data

    @property
    def wanted(self) -> dict[str, Any]:
        """The arguments of `disclosure.queries.find`."""
        data = self.cleaned_data
        names = ("body", "kind", "field", "since", "until")
        return {name: data[name] for name in names} | {"text": data["q"], "withdrawn": data["withdrawn"] == "1"}


class FileForm(forms.Form):
    """The file to verify; with script it never leaves the reader's computer."""

    file = forms.FileField(
        label="选择收到的 PDF 文件，或者拖到这里",
        allow_empty_file=True,
        error_messages={"required": "请选择一个文件"},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size == 0:
            raise forms.ValidationError("文件是空的（0 字节），请重新选择")
        if file.size > LARGEST:
            raise forms.ValidationError(f"文件超过 {LARGEST // 2**20} MB，执法文书没有这么大，请核对选择的文件")
        return file


class NumberForm(forms.Form):
    """查验码 or 文号."""

    no = Words(
        label="查验码或者文号",
        max_length=60,
        error_messages={
            "required": "请输入文书上的查验码或者文号",
            "max_length": "最多 %(limit_value)d 个字，现有 %(show_value)d 个字",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
