"""The form of a qualification exam that was held elsewhere, and what others share with it."""

from typing import Any

from django import forms

from yangguang.policy import packs

from ..models import Body
from .fields import ActionForm, Day, Pick, Text


def whole(label: str, least: int = 0, most: int = 100_000, **options: Any) -> forms.IntegerField:
    """A whole number within bounds, with what is wrong said in Chinese."""
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages={
            "required": "请填写",
            "invalid": "请填写整数",
            "min_value": f"不能小于 {least}",
            "max_value": f"不能大于 {most}",
        },
        **options,
    )


def offer_regimes(form: forms.Form, body: Body) -> None:
    """Offer the qualification exams the jurisdiction names; where it names none, do not ask."""
    known = packs.load(body.pack).parameter("exam_regimes").value or ()
    if known:
        form.fields["regime"].choices = [("", "不是以下考试"), *((one, one) for one in known)]  # type: ignore[attr-defined]
    else:
        del form.fields["regime"]


class ExamForm(ActionForm):
    """An exam held elsewhere, with its proof."""

    regime = Pick(label="执法资格考试种类", required=False, help_text="只有本地认可的考试合格，才能据以颁发执法证")
    title = Text(label="考试名称", max_length=100)
    organiser = Text(label="举办机关", max_length=100)
    on = Day(label="考试日期")
    score = whole("得分", 0, 1000)
    total = whole("满分", 1, 1000, initial=100)
    pass_mark = whole("合格分数", 1, 1000)
    proof = Text(label="成绩单、合格证编号", max_length=100)

    def __init__(self, *args: Any, body: Body, **options: Any):
        super().__init__(*args, **options)
        offer_regimes(self, body)

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("once", "seen")}
