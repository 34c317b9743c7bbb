"""The filters of the three lists, kept in the address."""

from typing import Any

from django import forms

from yangguang.casework import queries as cases
from yangguang.registry.models import Body

from . import queries

ALL = ("", "全部")


class Filter(forms.Form):
    """What every list of a supervisor narrows by; a choice that does not exist is left out, not an error."""

    q = forms.CharField(label="查找", required=False, max_length=100)
    body = forms.ChoiceField(label="执法主体", required=False)

    def __init__(self, *args: Any, bodies: list[Body], **options: Any):
        super().__init__(*args, **options)
        self.offer("body", [ALL, *((body.scope, body.name) for body in bodies)])

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class LiveFilter(Filter):
    """The live list of cases."""

    q = forms.CharField(label="案件、案号、当事人", required=False, max_length=100)
    step = forms.ChoiceField(label="当前环节", required=False)
    overdue = forms.ChoiceField(label="时限", required=False, choices=[("", "不限"), ("1", "有逾期的")])

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.offer("step", [("", "全部在办"), *cases.step_titles().items(), (queries.ENDED, "已办结")])

    def chosen(self) -> dict[str, Any]:
        given = super().chosen()
        return given | ({"overdue": True} if given.get("overdue") else {})


STATES = [
    ("open", "未了结"),
    ("overdue", "逾期未了结"),
    ("today", "今天到期"),
    ("done", "已履行"),
    ("late", "逾期后履行"),
    ("void", "不再需要"),
    ("all", "全部"),
]


class DutyFilter(Filter):
    """The duties."""

    q = forms.CharField(label="要求、规则", required=False, max_length=100)
    rule = forms.ChoiceField(label="规则", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=STATES, initial="open")

    def __init__(self, *args: Any, rules: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.offer("rule", [ALL, *rules])


class TrailFilter(Filter):
    """The latest lines of the trail."""

    q = None  # type: ignore[assignment]
    verb = forms.ChoiceField(label="动作", required=False)
    day = forms.DateField(
        label="日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期不存在或者格式不对，应如 2026-09-18"},
    )

    def __init__(self, *args: Any, verbs: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.offer("verb", [ALL, *verbs])
