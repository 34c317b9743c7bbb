"""The clocks of a case: each deadline that says when it runs is a duty while it runs, counted again when facts change."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy import conditions
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.facts import read_all
from yangguang.policy.layers import DeadlineRule
from yangguang.policy.packs import Known, Pack

from .route import Course
from .told import day, moment

ROLE = {"agency": "officer", "party": "party", "court": "court", "police": "police"}


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clock:
    """A deadline that runs.  **Shape** `open_on`: facts nobody said that decide whether it runs at all."""

    rule: DeadlineRule
    start: date
    hour: datetime | None
    deadline: Deadline | None  # None: no rule gives a number for that day
    open_on: tuple[str, ...] = ()

    def title(self, pack: Pack) -> str:
        """What the duty is called: one that hangs on an absent fact names it."""
        if not self.open_on:
            return self.rule.title
        return f"{self.rule.title}（暂定，待确认：{'、'.join(pack.facts[name].label for name in self.open_on)}）"[:200]


def running(course: Course) -> dict[str, Clock]:
    """The deadlines that run now, by code.

    **Why** an absent fact is unknown: a deadline whose condition nobody answered stands until somebody does, unless
    nothing ahead could end it any more.  Only a deadline that certainly runs takes the place of another.
    """
    pack = course.pack
    known = Known(pack, read_all(course.given(), pack.facts), course.case.applied_on)
    codes = dict.fromkeys(code for step in course.act.steps for code in step.deadlines)
    found = {code: clock for code in codes if (clock := _clock(course, pack.deadlines[code], known))}
    for clock in list(found.values()):
        replaced = clock.rule.runs.instead_of if clock.rule.runs else None
        if replaced is None:
            continue
        if not clock.open_on:
            found.pop(replaced, None)
        elif replaced in found:
            found.pop(clock.rule.code)  # until somebody says so, the first one stands
    return found


def _clock(course: Course, rule: DeadlineRule, known: Known) -> Clock | None:
    told = rule.runs
    said = course.facts.get(told.start) if told else None
    start = day(said)
    if told is None or start is None or set(told.until) & course.since(told.start):
        return None
    holds, absent = conditions.holds(told.when, known)
    if holds is False or (holds is None and not set(told.until) & course.ahead):
        return None
    hour = moment(said)
    try:
        deadline = course.pack.deadline(
            rule.code, start=hour or start, on=start, facts=course.given(), provisional=True
        )
    except NoRuleInForce:
        deadline = None
    return Clock(rule, start, hour, deadline, known.roots(absent) if absent else ())


def unnumbered(course: Course) -> list[Clock]:
    """The deadlines that run although no rule in force gives them a number: somebody must find the day by hand."""
    return [clock for clock in running(course).values() if clock.deadline is None]


def reconcile(course: Course, *, by: Any, at: datetime) -> None:
    """This will open, end and count again the duties of a case, so that they are what the facts now make them.

    **Why** one function after every step: a deadline starts, pauses, is extended and ends by facts alone.
    """
    case, pack, clocks = course.case, course.pack, running(course)
    open_ = {one.rule: one for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True).order_by("id")}
    for code, one in open_.items():
        told = pack.deadlines[code].runs if code in pack.deadlines else None
        if told is None or code in clocks:
            continue
        ended = set(told.until) & course.since(told.start)
        duty.discharge(
            by=by,
            at=at,
            duty=one,
            how="fulfilled" if ended else "void",
            note="、".join(course.act.step(code).title for code in sorted(ended))
            if ended
            else "不再适用，另按新的期限",
        )
    for code, clock in clocks.items():
        _count(course, clock, open_.get(code), by, at)


def _count(course: Course, clock: Clock, now: Duty | None, by: Any, at: datetime) -> None:
    """Open the duty, or end it and open it anew where the facts moved its last day or settled whether it runs."""
    case, pack, rule, due = course.case, course.pack, clock.rule, clock.deadline
    title = clock.title(pack)
    if now is not None:
        if due is not None and (now.due_on, now.start_on, now.title) == (due.due, clock.start, title):
            return
        duty.discharge(by=by, at=at, duty=now, how="void", note="期限因新的事实重新计算")
    if due is None:
        log.warning(
            "案件 %s 的期限 %s“%s”自 %s 起算，但当日没有生效的规定给出天数，未产生职责，须人工核定",
            case.pk, rule.code, rule.title, clock.start,
        )  # fmt: skip
        return
    duty.open_duty(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=rule.code,
        title=title,
        role=ROLE[rule.holder],
        owner_key=case.handler1.key if rule.holder == "agency" else None,
        start_on=clock.start,
        due_on=due.due,
        because=[c.as_json() for c in due.because],
        outvoted=[row for lost in due.outvoted for row in lost.as_json()],
        days=[one.as_json() for one in due.days],
        explain=due.explain,
        provisional=due.provisional or bool(clock.open_on),
    )
