"""Open and discharge duties.  Overdue is computed, never written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yangguang.policy.answers import Citation
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.packs import Pack
from yangguang.trail.actions import action

from .models import Discharge, Duty


def due(
    *,
    at: datetime,
    scope: str,
    subject: str,
    rule: str,
    title: str,
    role: str,
    pack: Pack,
    start_on: date,
    facts: dict[str, Any] | None = None,
    by: Any = None,
    owner_key: UUID | None = None,
    cause: int | None = None,
    moment: datetime | None = None,
    more: Sequence[Citation] = (),
) -> Duty | None:
    """Open the duty that a deadline rule of the pack asks for, with the rule's own day-by-day proof.

    **Shape** `moment`: the hour it starts at, for a rule that counts hours; `more`: clauses of what the count rests on
    besides its own rule.
    None where neither the plan nor a statute gives a number: a duty without a date would be an invented one.
    """
    try:
        # A year not announced yet must not stop an act; the date is marked provisional and never printed as final.
        deadline = pack.deadline(rule, start=moment or start_on, facts=facts, on=start_on, provisional=True)
    except NoRuleInForce:
        return None
    return open_duty(
        by=by,
        at=at,
        scope=scope,
        subject=subject,
        rule=rule,
        title=title,
        role=role,
        owner_key=owner_key,
        start_on=start_on,
        due_on=deadline.due,
        because=[c.as_json() for c in (*deadline.because, *more)],
        outvoted=[row for lost in deadline.outvoted for row in lost.as_json()],
        days=[day.as_json() for day in deadline.days],
        explain=deadline.explain,
        provisional=deadline.provisional,
        cause=cause,
    )


@action("duty.open", part=True)
def open_duty(*, by: Any, at: datetime, scope: str, **fields: Any) -> Duty:
    """产生职责."""
    return Duty.objects.create(at=at, scope=scope, **fields)


@action("duty.discharge", part=True)
def discharge(*, by: Any, at: datetime, duty: Duty, how: str = "fulfilled", note: str = "") -> Discharge:
    """职责了结."""
    return Discharge.objects.create(at=at, scope=duty.scope, duty=duty, how=how, note=note)


def fulfil(
    *, by: Any, at: datetime, subject: str, rule: str, note: str = "", how: str = "fulfilled"
) -> list[Discharge]:
    """Discharge every open duty of one rule about one subject: what the act just done was owed for."""
    still_open = Duty.objects.filter(subject=subject, rule=rule, discharge__isnull=True).order_by("id")
    return [discharge(by=by, at=at, duty=duty, how=how, note=note) for duty in still_open]
