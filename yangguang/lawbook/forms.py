"""Forms of the law book."""

from typing import Any

from django import forms

from yangguang.policy import texts
from yangguang.registry.forms import ActionForm, Pick, Text

from .models import SignOff
from .queries import STATES


class Filter(forms.Form):
    q = Text(label="查找", required=False)
    section = Pick(label="类别", required=False, choices=[("", "全部类别"), *texts.SECTIONS.items()])
    state = Pick(label="签认", required=False, choices=[("", "全部"), *STATES.items()])


class SignForm(ActionForm):
    digest = forms.CharField(widget=forms.HiddenInput)
    opinion = Pick(label="意见", choices=SignOff.Opinion.choices, widget=forms.RadioSelect)
    note = Text(
        label="说明", required=False, max_length=400, help_text="有异议的须写明哪一处、依据哪一条；同意的可以不写"
    )

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("digest", "opinion", "note")}
