"""Choose a reviewer, enter leave, ask the organ above."""

from collections.abc import Iterable
from typing import Any

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text
from yangguang.registry.models import Officer


def _people(officers: Iterable[Officer]) -> list[tuple[str, str]]:
    return [(str(one.key), f"{one.name}（{one.post}）" if one.post else one.name) for one in officers]


class AssignForm(ActionForm):
    """指定审核人员."""

    reviewer = Pick(label="审核人员")
    reason = Text(label="分派的理由", max_length=400, help_text="例如：原审核人员请假、需要回避，工作量均衡")

    def __init__(self, *args: Any, people: Iterable[Officer], **options: Any):
        super().__init__(*args, **options)
        self.people = {str(one.key): one for one in people}
        self.fields["reviewer"].choices = [("", "请选择"), *_people(self.people.values())]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {"reviewer": self.people[self.cleaned_data["reviewer"]], "reason": self.cleaned_data["reason"]}


class LeaveForm(ActionForm):
    """登记请假."""

    officer = Pick(label="审核人员")
    from_on = Day(label="自")
    to_on = Day(label="至", help_text="含当日")
    reason = Text(label="事由", max_length=200)

    def __init__(self, *args: Any, people: Iterable[Officer], **options: Any):
        super().__init__(*args, **options)
        self.people = {str(one.key): one for one in people}
        self.fields["officer"].choices = [("", "请选择"), *_people(self.people.values())]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {**{name: self.cleaned_data[name] for name in ("from_on", "to_on", "reason")},
                "officer": self.people[self.cleaned_data["officer"]]}  # fmt: skip


class ReferForm(ActionForm):
    """移请上级审核机构指定."""

    referred_to = Text(label="移请的机构", max_length=100)
    reason = Long(label="移请审核的理由", max_length=1000)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("referred_to", "reason")}
