"""The forms of what is shown beforehand."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Suggested, Text, YesNo
from yangguang.registry.models import Officer, Power

from . import policies
from .models import Change, ChangeAnswer

RELATIONS = (("basis", "制定依据"), ("supersedes", "取代"), ("conflicts", "与其不一致"), ("serves", "服务的改革任务"))


class Find(forms.Form):
    q = Text(label="查找", required=False, max_length=100)


class NameForm(ActionForm):
    """明确责任人."""

    matter = Pick(label="负责的事项")
    person = Pick(label="责任人")
    since = Day(label="自何日起")
    note = Text(label="说明", required=False, max_length=200, help_text="例如任命文件")

    def __init__(self, *args: Any, matters: Sequence[tuple[str, str]], people: Sequence[Officer], **options: Any):
        super().__init__(*args, **options)
        self.people = {str(one.key): one for one in people}
        self.fields["matter"].choices = [("", "请选择"), *matters]  # type: ignore[attr-defined]
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((key, f"{one.name}（{one.post or '未填职务'}）") for key, one in self.people.items()),
        ]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "matter": data["matter"],
            "person": self.people[data["person"]],
            "since": data["since"],
            "note": data["note"],
        }


class TellForm(ActionForm):
    """补充公开内容."""

    element = Pick(label="要素")
    text = Long(label="公开的内容", max_length=4000, help_text="一行一条，公开后任何人都能看到，不写个人信息")

    def __init__(self, *args: Any, elements: Sequence[str], **options: Any):
        super().__init__(*args, **options)
        self.fields["element"].choices = [("", "请选择"), *((one, one) for one in elements)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("element", "text")}


class Nothing(ActionForm):
    """A button."""

    def given(self) -> dict[str, Any]:
        return {}


class ApproveForm(ActionForm):
    approved = YesNo(label="是否同意")
    opinion = Long(label="意见", required=False, max_length=400, help_text="不同意的必须写明理由")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("approved", "opinion")}


class ProveForm(ActionForm):
    """登记一个渠道的公开证明."""

    channel = Pick(label="渠道")
    on = Day(label="公开日期")
    link = Text(label="网址", required=False, max_length=400, help_text="网上公开的填写网页地址")
    words = Text(label="说明", required=False, max_length=400, help_text="线下公开的写明在何处、由谁张贴")
    photo = forms.FileField(label="照片", required=False, help_text="JPG 或者 PNG")

    def __init__(self, *args: Any, channels: Sequence[str], **options: Any):
        super().__init__(*args, **options)
        self.fields["channel"].choices = [("", "请选择"), *((one, one) for one in channels)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("channel", "on", "link", "words", "photo")}


class SendForm(ActionForm):
    """报送、报备."""

    item = Pick(label="报送事项", required=False)
    organ = Text(label="报送机关", max_length=100)
    on = Day(label="报送日期")
    note = Text(label="说明", required=False, max_length=200)

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["item"].choices = [("", "报送上级统一公示或者其他报送"), *items]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("item", "organ", "on", "note")}


class ReceiptForm(ActionForm):
    number = Text(label="回执编号", max_length=60)
    on = Day(label="回执日期")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("number", "on")}


class PutUpForm(ActionForm):
    """登记上墙."""

    place = Text(label="张贴或者显示的地点", max_length=100, help_text="例如政务服务大厅 3 号窗口")
    on = Day(label="上墙日期")

    def __init__(self, *args: Any, places: Iterable[str] = (), **options: Any):
        super().__init__(*args, **options)
        self.fields["place"].widget = Suggested("place", places)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("place", "on")}


class ChangeForm(ActionForm):
    """登记变动."""

    what = Pick(label="何种变动", choices=Change.What.choices, widget=forms.RadioSelect)
    clause = Text(
        label="条款编号", required=False, max_length=120, help_text="法律变动的填写，例如 QS-3.1.4a；不填按全部程序核对"
    )
    power = Pick(label="执法事项", required=False)
    person = Pick(label="人员", required=False, help_text="人员、证件变动的选择")
    title = Text(label="变动内容", max_length=200, help_text="例如“《行政处罚法》修订施行”“张卫国调离”")
    changed_on = Day(label="变动日期", help_text="法律自施行之日，人员自变动之日")
    why = Text(label="依据和说明", max_length=400, help_text="文件名称、文号或者事由")

    def __init__(self, *args: Any, powers: Sequence[Power], people: Sequence[Officer], **options: Any):
        super().__init__(*args, **options)
        self.fields["power"].choices = [  # type: ignore[attr-defined]
            ("", "（不选）"),
            *((str(one.key), f"{one.code} {one.name}") for one in powers),
        ]
        self.fields["person"].choices = [("", "（不选）"), *((str(one.key), one.name) for one in people)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        what = data.get("what")
        if what == Change.What.POWER and not data.get("power"):
            self.add_error("power", "请选择变动的执法事项")
        if what in (Change.What.OFFICER, Change.What.CERTIFICATE) and not data.get("person"):
            self.add_error("person", "请选择变动的人员")
        return data

    def given(self, body_key: str) -> dict[str, Any]:
        data = self.cleaned_data
        keys = {
            Change.What.LAW: data["clause"] or "*",
            Change.What.BODY: body_key,
            Change.What.POWER: data["power"],
            Change.What.OFFICER: data["person"],
            Change.What.CERTIFICATE: data["person"],
        }
        said = {name: data[name] for name in ("what", "title", "changed_on", "why")}
        return {**said, "key": keys[Change.What(data["what"])]}


class AnswerForm(ActionForm):
    """处理变动涉及的内容, one or several at once."""

    refs = forms.MultipleChoiceField(
        label="处理哪几项",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "没有选择处理哪几项，请在涉及的内容中勾选"},
    )
    how = Pick(label="处理", choices=ChangeAnswer.How.choices, widget=forms.RadioSelect)
    note = Text(label="说明", required=False, max_length=400, help_text="不受影响的必须写明理由")

    def __init__(self, *args: Any, open_ones: Sequence[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["refs"].choices = list(open_ones)  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("refs", "how", "note")}


class PolicyFilter(forms.Form):
    q = Text(label="查找", required=False, max_length=100)
    kind = Pick(
        label="种类", required=False, choices=[("", "全部"), *((k.code, k.title) for k in policies.KINDS.values())]
    )


class Paper(ActionForm):
    """What every policy document says of itself."""

    number = Text(label="文号", required=False, max_length=60, help_text="没有的留空，页面标明“缺文号”")
    issued_on = Day(label="成文日期", required=False)
    in_force = Day(label="施行日期", required=False)
    agreed_by = Text(
        label="批准机关", required=False, max_length=100, help_text="例如“已经县人民政府同意”的，写县人民政府"
    )
    links = Long(
        label="与其他文件的关系",
        required=False,
        max_length=2000,
        help_text="一行一条，例如“制定依据：国办发〔2018〕118号”“取代：旧细则”“与其不一致：某办法第三条”",
    )

    def clean_links(self) -> list[dict[str, str]]:
        words = {title: code for code, title in RELATIONS}
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["links"].splitlines())):
            head, mark, rest = line.replace(":", "：", 1).partition("：")
            if not mark or head.strip() not in words or not rest.strip():
                raise forms.ValidationError(f"“{line}”应以{'、'.join(words)}之一和冒号开头")
            found.append({"relation": words[head.strip()], "words": rest.strip()})
        return found

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("number", "issued_on", "in_force", "agreed_by", "links")}


class ComposeForm(Paper):
    """按规则生成."""

    kind = Pick(label="种类", choices=[(k.code, k.title) for k in policies.KINDS.values() if k.sections])
    more = Long(label="补充规定", required=False, max_length=10_000, help_text="本机关自己规定的事项，一行一条")
    field_order = ("kind", "number", "issued_on", "in_force", "agreed_by", "links", "more")

    def given(self) -> dict[str, Any]:
        return {**self.said(), "kind": self.cleaned_data["kind"], "more": self.cleaned_data["more"]}


class SettleForm(ActionForm):
    """写明规则留给本机关的事项, one field for each."""

    def __init__(self, *args: Any, gaps: Sequence[dict[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.keys = {f"gap_{number}": one["key"] for number, one in enumerate(gaps)}
        for number, one in enumerate(gaps):
            self.fields[f"gap_{number}"] = Text(
                label=one["label"], required=False, max_length=1000, help_text=one["why"]
            )

    def open_ones(self) -> list[Any]:
        return [self[name] for name in self.keys]

    def settled(self) -> dict[str, str]:
        return {key: self.cleaned_data[name] for name, key in self.keys.items() if self.cleaned_data[name]}


class UploadForm(Paper):
    """上传."""

    kind = Pick(label="种类", choices=[(k.code, k.title) for k in policies.KINDS.values()])
    title = Text(label="名称", max_length=200)
    file = forms.FileField(
        label="文件",
        help_text="PDF 或者 Word（.docx）",
        error_messages={"required": "没有选择文件", "empty": "文件是空的"},
    )
    field_order = ("kind", "title", "file", "number", "issued_on", "in_force", "agreed_by", "links")

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        file = data["file"]
        return {**self.said(), "kind": data["kind"], "title": data["title"], "file": file.file, "name": file.name}
