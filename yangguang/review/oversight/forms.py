"""Narrow the board; remark; open and end an accountability case."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Long, Pick

from .grounds import GROUNDS
from .models import BreachEnd


class Find(forms.Form):
    """What narrows the board, kept in the address."""

    q = forms.CharField(
        label="关键词", required=False, max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "案件、案号、当事人、机关"}),
    )  # fmt: skip
    late = forms.ChoiceField(label="期限", required=False, choices=[("", "全部"), ("1", "逾期")])
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class RemarkForm(ActionForm):
    """监督意见."""

    text = Long(label="监督意见", max_length=1000, help_text="记在审核之旁，不改变审核意见")

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class BreachForm(ActionForm):
    """责任追究立案."""

    ground = Pick(label="事由", choices=[("", "请选择"), *((code, one.title) for code, one in GROUNDS.items())])
    text = Long(label="情况", max_length=1000)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("ground", "text")}


class SkippedForm(ActionForm):
    """没有审核就作出决定的责任追究立案."""

    text = Long(label="应当审核的理由和查明的情况", max_length=1000, help_text="符合哪一种须审核的情形，凭什么认定")

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class EndForm(ActionForm):
    """责任追究办结."""

    result = Pick(label="结果", choices=[("", "请选择"), *BreachEnd.Result.choices])
    text = Long(label="查明的情况和处理", max_length=1000)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("result", "text")}
