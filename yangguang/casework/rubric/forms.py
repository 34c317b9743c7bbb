"""The form of one finding."""

from typing import Any

from django import forms

from yangguang.policy.rubrics import Rubric
from yangguang.registry.forms import ActionForm, Long, Pick

from .models import Finding


class FindingForm(ActionForm):
    item = Pick(label="评查项", choices=[])
    verdict = Pick(label="结论", choices=Finding.Verdict.choices, widget=forms.RadioSelect)
    breaches = forms.IntegerField(
        label="不符合几处",
        required=False,
        min_value=1,
        max_value=50,
        help_text="只在不符合时填；不填即一处",
        error_messages={"invalid": "请填整数", "min_value": "至少一处", "max_value": "最多五十处"},
    )
    note = Long(label="评查意见", max_length=400, required=False, help_text="不符合的必填：哪一份文书、什么问题")

    def __init__(self, *args: Any, rubric: Rubric, **options: Any):
        super().__init__(*args, **options)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            ("", "请选择"),
            *((one.code, f"{one.code} {one.title}") for one in rubric.items),
        ]
