"""The side procedures of each kind of act in a real Chromium: what happens where the ordinary way is not the way.

A story names the steps that people take at their browsers; what lies before and between them is taken by the actions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.course import Story
from tests.walker import a_power
from yangguang.casework.models import Case
from yangguang.registry import access

pytestmark = pytest.mark.browser

GRANTED = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "certificate_needed": True}
SEIZURE = {"measure_type": "seizure", "measure_basis": "law", "object_related": True, "object_is_necessity": False}
STORIES = [
    # kind, procedure, what it is about, what decides the way, the steps taken at browsers, the whole way, documents
    (
        "licence", "ordinary", "申请公众聚集场所投入使用",
        {"acceptance_outcome": "incomplete", "materials_complete": True, "others_major_interest": True,
         "hearing_requested": True, "extension_needed": True, "extension_approved_by": "head", "extension_told": True,
         "licence_outcome": "granted", "certificate_needed": True},
        ["handle", "supplement", "accept", "inform", "hearing", "extend", "decide", "issue"],
        ["apply", "handle", "supplement", "accept", "examine", "inform", "hearing", "extend", "propose", "decide"],
        ["申请材料补正告知书", "听证笔录", "延期通知书", "准予行政许可决定书", "行政许可证件"],
    ),
    (
        "licence", "change", "申请变更法定代表人", GRANTED,
        ["apply", "examine", "issue"], ["apply", "handle", "accept", "examine"], ["准予变更行政许可决定书"],
    ),
    (
        "licence", "renewal", "申请延续", GRANTED | {"decided_before_expiry": True},
        ["apply", "examine", "issue"], ["apply", "handle", "accept", "examine"], ["准予延续行政许可决定书"],
    ),
    (
        "licence", "withdrawal", "撤回许可", {"licence_outcome": "withdrawn", "property_loss": True},
        ["propose", "inform", "decide", "issue", "compensate"], ["propose", "inform"], ["撤回（变更）行政许可决定书", "行政补偿决定书"],
    ),
    (
        "licence", "annulment", "撤销许可", {"licence_outcome": "annulled", "annulment_ground": "improper_means"},
        ["clue", "examine", "inform", "decide", "issue"], ["clue", "examine", "inform"], ["撤销行政许可决定书"],
    ),
    (
        "licence", "deregistration", "注销许可", {"licence_outcome": "deregistered"},
        ["propose", "decide", "issue"], ["propose"], ["注销行政许可决定书"],
    ),
    (
        "compulsory_measure", "urgent", "当场扣押涉嫌违法物品",
        SEIZURE | {"urgent": True, "party_present": True, "measure_approved": True, "measure_extension_approved": True,
                   "measure_extension_told": True, "measure_outcome": "release"},
        ["identify", "implement", "make_up", "custody", "extend", "dispose", "release"],
        ["identify", "call_party"], ["查封（扣押）决定书", "解除查封（扣押）决定书", "退还财物清单"],
    ),
    (
        "compulsory_execution", "substitute", "代为清除堆放物", {"immediate_substitute": False, "performed": False},
        ["check", "demand", "decide", "redemand", "enforce", "accept", "cost"], ["check", "demand"],
        ["代履行决定书", "代履行催告书"],
    ),
    (
        "compulsory_execution", "court", "申请人民法院强制执行",
        {"enforcement_power": False, "performed": False, "court_acceptance": "accepted", "court_ruling": "execute"},
        ["check", "demand", "hear", "apply", "accept", "rule", "enforce"], ["check", "demand", "hear", "apply"],
        ["强制执行申请书"],
    ),
]  # fmt: skip


class Side(Story):
    """A case that people take up at their browsers where the story says so."""

    seen: list[str]

    def opened(self, cause: str) -> Case:
        self.values.at = timezone.now() - timedelta(days=20)
        with access.within(""):
            power = a_power(self.office.who.body, self.kind, timezone.now(), timezone.localdate() - timedelta(days=200))
            return self.values.begin(self.kind, self.procedure, power)

    def step(self, defined: Any) -> None:
        if defined.code in self.seen:
            self.values.at = timezone.now() - timedelta(days=1)
            return super().step(defined)
        with access.within(""):
            if defined.code == "archive":
                self.values.archive()
            else:
                self.values.step(defined.code)


@pytest.mark.parametrize(
    ("kind", "procedure", "cause", "choose", "seen", "way", "papers"), STORIES, ids=[f"{s[0]}-{s[1]}" for s in STORIES]
)
def test_a_side_procedure_to_the_bound_file(office, kind, procedure, cause, choose, seen, way, papers):  # type: ignore[no-untyped-def]
    story = Side(office, kind, procedure, **choose)
    story.seen = seen
    story.opened(cause)
    went = story.walk()
    assert went[: len(way)] == way, went
    officer = office.come("zhang").open(f"/work/cases/{story.case.pk}/")
    officer.see("案卷已归档", *papers).clean()
