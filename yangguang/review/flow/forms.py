"""Set the workflow of a body."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Pick, Text, YesNo
from yangguang.registry.forms.registers import Several

from .models import ReviewFlow


def _days(label: str, help_text: str) -> forms.IntegerField:
    wrong = "填写 1 至 60 的整数，或者留空"
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=60,
        help_text=help_text,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


class FlowForm(ActionForm):
    """编制审核工作流程."""

    instrument = Text(
        label="流程文件名称、文号", max_length=200, help_text="例如：重大执法决定法制审核工作流程（祁城执〔2026〕3号）"
    )
    from_on = Day(label="施行日期", help_text="施行前送审的，按原来的流程办完")
    materials = Several(
        label="送审必备的文书",
        required=False,
        help_text="方案要求的材料之外，本单位还要求案卷中已有的文书；本案程序没有的文书不要求",
    )
    assigns = Pick(label="由谁分派", choices=ReviewFlow.Assigns.choices, widget=forms.RadioSelect)
    assign_days = _days("分派时限（工作日）", "自送审之日起；不另定的留空")
    counsel = YesNo(label="法律顾问、公职律师必须参加")
    opinion_days = _days("出具意见时限（工作日）", "自送审之日起，不得长于方案规定；按方案执行的留空")

    def __init__(self, *args: Any, documents: dict[str, str], **options: Any):
        super().__init__(*args, **options)
        self.fields["materials"].choices = list(documents.items())  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name not in ("once", "seen")}
