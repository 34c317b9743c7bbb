"""Convene a panel; vote."""

from collections.abc import Iterable, Sequence
from typing import Any

from yangguang.record.models import Item
from yangguang.registry.forms import ActionForm, Long, Pick, Text
from yangguang.registry.models import LeadingGroup

from .models import OUTCOMES


class ConveneForm(ActionForm):
    """组成集体审核."""

    group = Pick(label="审核的领导小组")
    chair = Pick(
        label="主持人",
        help_text="能够表决的成员",
        error_messages={"invalid_choice": "“%(value)s”不是能够表决的成员，请从名单中选择"},
    )
    place = Text(label="地点", max_length=200)

    def __init__(self, *args: Any, groups: Iterable[LeadingGroup], voters: Iterable[str], **options: Any):
        super().__init__(*args, **options)
        self.groups = {str(one.key): one for one in groups}
        self.fields["group"].choices = [(key, f"{one.name}（{one.instrument}）") for key, one in self.groups.items()]  # type: ignore[attr-defined]
        self.fields["chair"].choices = [("", "请选择"), *((name, name) for name in dict.fromkeys(voters))]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"group": self.groups[data["group"]], "chair": data["chair"], "place": data["place"]}


class VoteForm(ActionForm):
    """本人表决."""

    vote = Pick(label="表决", choices=[("", "请选择"), *OUTCOMES])
    view = Long(label="意见和理由", max_length=1000)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("vote", "view")}


class PaperForm(VoteForm):
    """登记成员在纸上的表决."""

    member = Pick(label="成员")
    paper = Pick(label="本人签字的原件", help_text="由承办人先扫描收入案卷")

    field_order = ("member", "vote", "view", "paper")

    def __init__(self, *args: Any, members: Sequence[str], papers: Iterable[Item], **options: Any):
        super().__init__(*args, **options)
        self.papers = {str(one.pk): one for one in papers}
        self.fields["member"].choices = [("", "请选择"), *((one, one) for one in members)]  # type: ignore[attr-defined]
        self.fields["paper"].choices = [("", "请选择"), *((key, one.title) for key, one in self.papers.items())]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**super().given(), "member": data["member"], "paper": self.papers[data["paper"]]}
