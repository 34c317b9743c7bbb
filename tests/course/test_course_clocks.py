"""The clocks of courses: hours, pauses, one extension, and what may still be done once a term ran out."""

from datetime import timedelta

import pytest

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework.course.errors import GateClosed
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.site.demo import qingshan

pytestmark = pytest.mark.django_db

SEIZURE = {
    "measure_type": "seizure",
    "measure_basis": "law",
    "object_related": True,
    "object_is_necessity": False,
    "measure_outcome": "release",
}


@pytest.fixture
def walker():
    with access.within(""):
        yield Walker(story.people(), story.at(9, 1, 9))


def measure(walker, procedure="ordinary", **choose):
    walker.choose |= SEIZURE | choose
    power = a_power(walker.who.body, "compulsory_measure", qingshan.REGISTERED, qingshan.SINCE)
    return walker.begin("compulsory_measure", procedure, power)


def running(case):
    return {one.rule: one.due_on for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True)}


def test_a_seizure_on_the_spot_is_reported_within_twenty_four_hours(walker):
    """行政强制法 art. 19: the duty runs by the hour from the seizure; the system itself says whether it was kept."""
    case = measure(walker, "urgent", urgent=True, measure_approved=True, measure_lifted=False)
    walker.walk(until="make_up")
    seized = walker.course.said["implemented_at"]
    due = Duty.objects.get(subject=case.chain, rule="D40")
    assert due.due_on == walker.at.date() + timedelta(days=1)
    assert "24小时" in due.explain
    late = walker.at + timedelta(hours=30)
    walker.at = late
    with pytest.raises(GateClosed, match="二十四小时") as refused:
        walker.step("make_up", emergency_reported_at=late.isoformat())
    assert "CN-COE-19" in {c.clause for c in refused.value.because}
    walker.at = late
    walker.step("make_up", emergency_reported_at=seized)
    assert walker.course.said["emergency_reported_in_time"] is True
    assert "D40" not in running(case)


def test_thirty_days_of_a_seizure_pause_for_an_appraisal_and_are_extended_once(walker):
    """行政强制法 art. 25: thirty days, the appraisal does not count, thirty more with the head's approval."""
    case = measure(walker, measure_approved=True)
    walker.walk(until="dispose")
    first = running(case)["D41"]
    day = walker.at.date()
    walker.choose |= {
        "appraisal_needed": True,
        "appraisal_told": True,
        "appraisal_from": (day + timedelta(days=1)).isoformat(),
        "appraisal_until": (day + timedelta(days=10)).isoformat(),
    }
    walker.step("appraise")
    assert running(case)["D41"] == first + timedelta(days=10)
    walker.choose |= {"measure_extension_approved": True, "measure_extension_told": True}
    walker.step("extend")
    now = running(case)
    assert "D41" not in now
    assert now["D41c"] == first + timedelta(days=40)
    walker.step("dispose")
    assert not {"D41", "D41c"} & running(case).keys()


def test_after_the_term_a_seizure_can_only_be_released(walker):
    """行政强制法 art. 28(1)(4): the term ran out, nothing but release is open, and it cannot be extended any more."""
    measure(walker, measure_approved=True)
    walker.walk(until="dispose")
    walker.at += timedelta(days=40)
    walker.choose["measure_outcome"] = "confiscate"
    with pytest.raises(GateClosed, match="只能解除") as refused:
        walker.step("dispose")
    assert "CN-COE-28.1.4" in {c.clause for c in refused.value.because}
    walker.choose |= {"measure_extension_approved": True, "measure_extension_told": True}
    with pytest.raises(GateClosed, match="不能再延长"):
        walker.step("extend")
    walker.choose["measure_outcome"] = "release"
    walker.step("dispose")
    assert walker.course.now.code == "release"


def test_every_agency_term_of_an_act_says_when_it_runs_or_why_it_does_not():
    """A deadline a step names either runs in a case, or counts backwards, from afar or from a day no step knows."""
    pack = packs.load("cn-henan-xinyang-qingshan")
    silent = {
        code
        for act in pack.act_names
        for step in pack.act(*act).steps
        if act != ("penalty", "ordinary")
        for code in step.deadlines
        if pack.deadlines[code].runs is None
        and pack.deadlines[code].holder == "agency"
        and pack.deadlines[code].direction == "within"
    }
    assert silent == set(SILENT)


SILENT = {
    "D01": "runs from the clue, opened when one is registered",
    "D09": "runs from a revocation, opened by it",
    "D09b": "runs from a revocation, opened by it",
    "D10": "runs from an error found, opened by its report",
    "D10b": "runs from a change of law or staff, not from a case",
    "D13": "whether a fine was taken on the spot is on the receipt only",
    "D17": "runs from the end of the remedy periods of another decision",
    "D19": "runs from the report to the head of a transfer",
    "D20": "runs from the approval of a transfer",
    "D22": "runs from the answer of the police",
    "D39": "has no number: the time needed is told and does not count",
    "D41b": "is counted with D41 in D41c",
    "D42c": "is counted with D42b in D42d",
    "D52": "a local number may be given; no step knows the day",
    "D53": "opened by the submission for review",
    "D65": "the day is in the notice itself",
}
