"""The clocks of a case: each deadline that says when it runs is a duty while it runs, counted again when facts change."""

from datetime import datetime
from typing import Any

from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy import conditions
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.facts import read_all
from yangguang.policy.layers import DeadlineRule
from yangguang.policy.packs import Known

from .route import Course
from .told import day, moment

ROLE = {"agency": "officer", "party": "party", "court": "court", "police": "police"}


def reconcile(course: Course, *, by: Any, at: datetime) -> None:
    """This will open, end and count again the duties of a case, so that they are what the facts now make them.

    **Why** one function after every step: a deadline starts, pauses, is extended and ends by facts alone.
    """
    case, pack = course.case, course.pack
    known = Known(pack, read_all(course.given(), pack.facts), case.applied_on)
    running = {
        rule.code: rule
        for step in course.act.steps
        for rule in (pack.deadlines[code] for code in step.deadlines)
        if _runs(rule, course, known)
    }
    for rule in list(running.values()):
        if rule.runs and rule.runs.instead_of:
            running.pop(rule.runs.instead_of, None)
    open_ = {one.rule: one for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True).order_by("id")}
    for code, one in open_.items():
        told = pack.deadlines[code].runs if code in pack.deadlines else None
        if told is None or code in running:
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
    for code, rule in running.items():
        _count(course, rule, open_.get(code), by, at)


def _runs(rule: DeadlineRule, course: Course, known: Known) -> bool:
    told = rule.runs
    if told is None or day(course.facts.get(told.start)) is None:
        return False
    if set(told.until) & course.since(told.start):
        return False
    return conditions.holds(told.when, known)[0] is True


def _count(course: Course, rule: DeadlineRule, now: Duty | None, by: Any, at: datetime) -> None:
    """Open the duty, or end it and open it anew where the facts moved its last day."""
    case, pack, told = course.case, course.pack, rule.runs
    said = course.facts[told.start] if told else None
    start = day(said)
    if start is None:
        return
    since = moment(said) or start
    try:
        due = pack.deadline(rule.code, start=since, on=start, facts=course.given(), provisional=True).due
    except NoRuleInForce:
        return
    if now is not None:
        if now.due_on == due and now.start_on == start:
            return
        duty.discharge(by=by, at=at, duty=now, how="void", note="期限因新的事实重新计算")
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=rule.code,
        title=rule.title,
        role=ROLE[rule.holder],
        pack=pack,
        start_on=start,
        facts=course.given(),
        owner_key=case.handler1_key if rule.holder == "agency" else None,
        moment=moment(said),
    )
