"""When a clock of a course runs, said on courses that live in memory."""

import pytest

from tests.course.model import Taken, course
from yangguang.casework.course import clocks
from yangguang.policy import packs

PACK = packs.load("cn-henan-xinyang-qingshan")
URGENT = PACK.act("compulsory_measure", "urgent")
LICENCE = PACK.act("licence", "ordinary")
SEIZED = "2026-09-01T09:00:00+08:00"


def run(act, *steps):
    return clocks.running(course(PACK, act, [Taken(code, facts) for code, facts in steps]))


def seized(kind="seizure", **more):
    return (
        ("identify", {"urgent": True, "measure_type": kind}),
        ("implement", {"implemented_at": SEIZED, "decided_on": "2026-09-01"} | more),
    )


def test_a_clock_ends_with_its_step_and_not_before():
    """行政强制法 art. 19, 25: twenty-four hours until the report, thirty days until the goods are dealt with."""
    assert {"D40", "D41"} <= run(URGENT, *seized()).keys()
    reported = (*seized(), ("make_up", {"implemented_at": SEIZED, "measure_approved": True}))
    assert run(URGENT, *reported).keys() & {"D40", "D41"} == {"D41"}
    assert not run(URGENT, *reported, ("dispose", {"measure_outcome": "release"})).keys() & {"D40", "D41"}


def test_a_report_that_repeats_the_moment_starts_nothing_anew():
    """The frozen party was served before the report: the clock of service does not begin again with the report."""
    served = (*seized("freezing"), ("deliver", {"freeze_decision_served_on": "2026-09-02"}))
    assert "D42" in run(URGENT, *seized("freezing"))
    assert "D42" not in run(URGENT, *served)
    assert "D42" not in run(URGENT, *served, ("make_up", {"implemented_at": SEIZED}))
    later = "2026-09-03T09:00:00+08:00"
    assert "D42" in run(URGENT, *served, ("make_up", {"implemented_at": later})), "another moment does"


@pytest.mark.parametrize("day", ["2026-09-01", "2026-09-08"])
def test_materials_handed_in_again_are_checked_within_five_days_again(day):
    """行政许可法 art. 32(1)(4): the five days run for what was handed in, not once for the whole case."""
    handled = ("handle", {"materials_received_on": "2026-09-01", "acceptance_outcome": "incomplete"})
    asked = ("supplement", {"supplement_told_on": "2026-09-01", "materials_complete": False})
    assert "D30" in run(LICENCE, ("apply", {}), handled)
    assert "D30" not in run(LICENCE, ("apply", {}), handled, asked)
    again = run(LICENCE, ("apply", {}), handled, asked, ("handle", {"materials_received_on": day}))
    assert again["D30"].start.isoformat() == day


def test_what_nobody_answered_keeps_the_clock_and_is_named():
    """An absent fact is unknown, never no: the clock stands for the time being and says on what it hangs."""
    accepted = ("accept", {"accepted_on": "2026-09-01", "superior_decides": False})
    unsaid = run(LICENCE, accepted)
    assert {"D31", "D32"} <= unsaid.keys()
    assert unsaid["D31"].open_on == ("joint_handling",)
    assert "暂定，待确认" in unsaid["D31"].title(PACK) and PACK.facts["joint_handling"].label in unsaid["D31"].title(
        PACK
    )
    assert "D33" not in unsaid, "said: the superior does not decide"
    alone = run(LICENCE, ("accept", accepted[1] | {"joint_handling": False}))
    assert alone.keys() & {"D31", "D32"} == {"D31"}
    assert (alone["D31"].open_on, alone["D31"].title(PACK)) == ((), PACK.deadlines["D31"].title)


def test_an_extension_nobody_approved_yet_extends_nothing():
    """行政许可法 art. 42: until the head approves, the twenty days stand; then the thirty, and only they."""
    accepted = ("accept", {"accepted_on": "2026-09-01", "joint_handling": False, "superior_decides": False})
    clock = run(LICENCE, accepted)
    assert "D31" in clock and "D31b" not in clock
    longer = run(LICENCE, accepted, ("extend", {"extension_approved_by": "head"}))
    assert "D31" not in longer and longer["D31b"].open_on == ()
    assert longer["D31b"].deadline.due > clock["D31"].deadline.due


def test_what_can_no_longer_come_keeps_no_clock():
    """Whether a test is needed was never said, but the decision is made: nothing ahead could end that clock."""
    accepted = ("accept", {"accepted_on": "2026-09-01", "joint_handling": False, "superior_decides": False})
    assert run(LICENCE, accepted)["D36"].open_on == ("technical_test",)
    assert "D36" not in run(LICENCE, accepted, ("decide", {"licence_outcome": "granted", "decided_on": "2026-09-09"}))


def test_a_day_before_the_law_is_named_and_not_left_out():
    """行政强制法 is in force since 2012: a measure of 2011 has no number of days here, and somebody is told."""
    old = "2011-05-01T09:00:00+08:00"
    steps = [
        Taken("identify", {"urgent": True, "measure_type": "seizure"}),
        Taken("implement", {"implemented_at": old}),
    ]
    told = course(PACK, URGENT, steps)
    assert {one.rule.code for one in clocks.unnumbered(told)} >= {"D41"}
    assert clocks.unnumbered(course(PACK, URGENT, [Taken(code, facts) for code, facts in seized()])) == []
