"""The filters of the case list."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator

from . import queries


class CaseFilter(forms.Form):
    """Everything that narrows the list, kept in the address."""

    q = forms.CharField(label="案件名称、案号、文号、当事人", required=False, max_length=100)
    kind = forms.ChoiceField(label="行为种类", required=False)
    step = forms.ChoiceField(label="当前环节", required=False)
    month = forms.CharField(
        label="立案月份",
        required=False,
        validators=[RegexValidator(r"^(19|20)\d\d-(0[1-9]|1[0-2])$", "月份写成四位年、两位月，例如 2026-09")],
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-09"}),
    )
    mine = forms.ChoiceField(label="范围", required=False, choices=[("", "本机关全部"), ("1", "我承办的")])
    overdue = forms.ChoiceField(label="时限", required=False, choices=[("", "不限"), ("1", "有逾期职责的")])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部种类"), *queries.kind_titles().items()]  # type: ignore[attr-defined]
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            ("", "全部环节"),
            *queries.step_titles().items(),
            ("ended", "已办结"),
        ]
