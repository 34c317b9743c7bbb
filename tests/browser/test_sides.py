"""The side procedures of each kind of act in a real Chromium: what happens where the ordinary way is not the way.

A story names the steps that people take at their browsers; what lies before and between them is taken by the actions.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.browser.course import Story
from tests.browser.people import Person
from tests.walker import a_power
from yangguang.casework.models import Case
from yangguang.registry import access

pytestmark = pytest.mark.browser

GRANTED = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "certificate_needed": True}
SEIZURE = {"measure_type": "seizure", "measure_basis": "law", "object_related": True, "object_is_necessity": False}
YEAR = (timezone.localdate() + timedelta(days=365)).isoformat()
LATE = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
SUNDAY = (timezone.localtime() - timedelta(days=timezone.localtime().weekday() + 1)).strftime("%Y-%m-%dT10:00")
STORIES = [
    # kind, procedure, what decides the way, the steps taken at browsers, the turns off the required way,
    # wrong moves tried first: step → (what is typed, what the refusal says), documents of the file
    (
        "licence", "ordinary",
        {"acceptance_outcome": "incomplete", "materials_complete": True, "others_major_interest": True,
         "hearing_requested": True, "extension_needed": True, "extension_approved_by": "head", "extension_told": True,
         "licence_outcome": "granted", "certificate_needed": True, "certificate_no": "青消许〔2026〕1号"},
        ["supplement", "accept", "hearing", "extend"], {},
        {"supplement": ({"gate.supplement_complete": "no"}, ("没有一次告知", "行政许可法第三十二条")),
         "hearing": ({"gate.hearing_host_is_examiner": "yes"}, ("听证主持人是审查该申请的工作人员", "第四十八条"))},
        ["申请材料补正告知书", "听证笔录", "延期通知书", "准予行政许可决定书", "行政许可证件"],
    ),
    ("licence", "change", GRANTED, ["issue"], {}, {}, ["准予变更行政许可决定书"]),
    (
        "licence", "renewal",
        GRANTED | {"decided_before_expiry": False, "licence_outcome": "deemed_renewed", "valid_until": YEAR},
        ["deemed_renewed"], {}, {}, ["视为准予延续记录"],
    ),
    (
        "compulsory_measure", "urgent",
        SEIZURE | {"urgent": True, "party_present": True, "measure_approved": True, "measure_lifted": False,
                   "measure_extension_approved": True, "measure_extension_told": True, "measure_outcome": "release"},
        ["implement", "scene_record", "make_up", "custody", "extend", "release"], {"dispose": "extend"},
        {"make_up": ({"fact.emergency_reported_at": LATE}, ("二十四小时内没有报告", "行政强制法第十九条"))},
        ["查封（扣押）决定书", "查封（扣押）财物清单", "延长查封（扣押）期限决定书", "解除查封（扣押）决定书", "退还财物清单"],
    ),
    (
        "licence", "withdrawal", {"licence_outcome": "withdrawn", "property_loss": True}, ["decide", "compensate"], {}, {},
        ["撤回（变更）行政许可决定书", "行政补偿决定书"],
    ),
    (
        "licence", "annulment", {"licence_outcome": "annulled", "annulment_ground": "improper_means"}, ["issue"], {}, {},
        ["撤销行政许可决定书"],
    ),
    (
        "compulsory_execution", "substitute", {"immediate_substitute": False, "performed": False},
        ["redemand", "enforce", "cost"], {},
        {"enforce": ({"fact.execution_at": SUNDAY}, ("在法定节假日实施强制执行", "行政强制法第四十三条"))},
        ["代履行决定书", "代履行催告书", "代履行费用缴纳通知书"],
    ),
    (
        "compulsory_execution", "court",
        {"enforcement_power": False, "performed": False, "court_acceptance": "accepted", "court_ruling": "execute"},
        ["apply", "rule"], {}, {}, ["强制执行申请书"],
    ),
    ("licence", "deregistration", {"licence_outcome": "deregistered"}, ["issue"], {}, {}, ["注销行政许可决定书"]),
]  # fmt: skip


class Side(Story):
    """A case that people take up at their browsers where the story says so."""

    def __init__(self, office: Any, kind: str, procedure: str, seen: list[str], turns: dict[str, str], wrong: Any, **choose: Any):  # fmt: skip
        super().__init__(office, kind, procedure, **choose)
        self.seen, self.turns, self.wrong, self.began = seen, dict(turns), dict(wrong), False

    def opened(self) -> Case:
        self.values.at = timezone.now() - timedelta(days=40)
        since = timezone.localdate() - timedelta(days=200)
        with access.within(""):
            power = a_power(self.office.who.body, self.kind, timezone.now(), since)
            return self.values.begin(self.kind, self.procedure, power)

    def step(self, defined: Any) -> None:
        if turn := self.turns.pop(defined.code, ""):
            with access.within(""):
                defined = self.course.act.step(turn)
        if defined.code not in self.seen:
            if self.began:  # what was done at a browser was done now
                self.values.at = max(self.values.at, timezone.now() - timedelta(minutes=30))
            with access.within(""):
                return self.values.archive() if defined.code == "archive" else self.values.step(defined.code)
        self.values.at = timezone.now() - timedelta(days=1)
        self.seen.remove(defined.code)
        self.began = True
        return super().step(defined)

    def leads_to(self, person: Person, defined: Any) -> Any:
        """The button of what the law wants next, or the link of another way that is open."""
        wanted = person.page.get_by_role("link", name=f"办理“{defined.title}”")
        if wanted.count():
            return wanted
        person.page.locator("summary", has_text="其他环节").first.click()
        return person.page.get_by_role("link", name=defined.title, exact=True)

    def _answer(self, person: Person, defined: Any) -> None:
        super()._answer(person, defined)
        if defined.code in self.wrong and all(self._asked(person, name) for name in self.wrong[defined.code][0]):
            typed, words = self.wrong.pop(defined.code)
            person.fill(typed).send().refused(*words)
            super()._answer(person, defined)
            person.fill({name: self.right(person, defined, name) for name in typed})

    def right(self, person: Person, defined: Any, name: str) -> Any:
        value = self._fact(defined, name.partition(".")[2])
        return self._as_typed(value, "datetime-local" if name.endswith("_at") else "")

    @staticmethod
    def _asked(person: Person, name: str) -> bool:
        return bool(person.page.locator(f'main [name="{name}"]').count())


@pytest.mark.parametrize(
    ("kind", "procedure", "choose", "seen", "turns", "wrong", "papers"),
    STORIES,
    ids=[f"{s[0]}-{s[1]}" for s in STORIES],
)
def test_a_side_procedure_to_the_bound_file(office, kind, procedure, choose, seen, turns, wrong, papers):  # type: ignore[no-untyped-def]
    story = Side(office, kind, procedure, list(seen), turns, wrong, **choose)
    story.opened()
    went = story.walk()
    assert went[-1] == "archive", " ".join(went)
    assert not story.seen and not story.wrong, (story.seen, story.wrong)
    officer = office.come("zhang").open(f"/work/cases/{story.case.pk}/")
    officer.see("案卷已归档", *papers).clean()
