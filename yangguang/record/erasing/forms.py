"""The forms of an erasure."""

from typing import Any

from django import forms as django_forms

from yangguang.policy.answers import Citation
from yangguang.registry import forms as fields

from .queries import Column


class OrderForm(fields.ActionForm):
    """申请清除."""

    clause = fields.Pick(label="依据的情形")
    reason = fields.Long(
        label="理由", max_length=400, help_text="写明这一情形怎样适用于这条记录；理由长期保存，不要写要清除的内容"
    )
    columns = django_forms.MultipleChoiceField(
        label="一并清空的字段", required=False, widget=django_forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, grounds: list[Citation], columns: list[Column], **options: Any):
        super().__init__(*args, **options)
        words = [(one.clause, f"{one.title or one.clause}　{one.text}") for one in grounds]
        self.fields["clause"].choices = [("", "请选择"), *words]  # type: ignore[attr-defined]
        self.fields["columns"].choices = [(one.name, f"{one.label}：{one.shown}") for one in columns]  # type: ignore[attr-defined]


class AgreeForm(fields.ActionForm):
    """同意清除."""

    sure = django_forms.BooleanField(
        label="已核对依据和理由，同意清除；清除后不能恢复", error_messages={"required": "请确认已经核对"}
    )
