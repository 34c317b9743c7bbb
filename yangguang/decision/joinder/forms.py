"""The forms of a joinder and a severance."""

from typing import Any

from django import forms

from yangguang.inspection.forms import party_choices, party_of
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, Long, Pick, Text, YesNo


class JoinForm(ActionForm):
    other = Pick(label="并入的案件", help_text="同一当事人的案件；并案后由该案继续办理，本案结案")
    ground = Pick(label="情形", choices=(), widget=forms.RadioSelect)
    reason = Long(label="理由", max_length=2000)


class SeverForm(ActionForm):
    party = Pick(label="分案后的当事人")
    cause = Text(label="分案后的案由", max_length=100, help_text="新案的名称由当事人和案由组成")
    ground = Pick(label="情形", choices=(), widget=forms.RadioSelect)
    reason = Long(label="理由", max_length=2000)

    def __init__(self, *args: Any, caller: Caller, asked: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.caller = caller
        self.fields["party"].choices = party_choices(self, caller, asked, "请选择")  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = ("cause", "ground", "reason")
        return {"party": party_of(self.caller, data["party"]), **{name: data[name] for name in names}}


class AnswerForm(ActionForm):
    approved = YesNo(label="批准")
    opinion = Long(label="意见", max_length=400, help_text="不批准的，写明理由")
