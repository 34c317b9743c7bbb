"""Reads of what parties handed in: the period it answers to, what waits for the handlers."""

from django.db.models import QuerySet

from yangguang.casework.models import Case
from yangguang.policy.deadlines import Deadline
from yangguang.registry.access import Caller, below

from .. import queries as decisions
from ..models import Notice
from .inspection import queries as inspection
from .models import Kind, PartyReading, PartySubmission


def period(case: Case, kind: str) -> tuple[Notice | None, Deadline | None]:
    """The notice a submission answers, and the period that runs from its service; None where none runs."""
    if kind in (Kind.ADDRESS, Kind.INSPECT):
        return None, None
    notice = decisions.notice_of(case)
    if notice is None or (kind == Kind.HEARING and not notice.hearing):
        return notice, None
    return notice, decisions.statement_deadline(notice)


def of(case: Case) -> list[PartySubmission]:
    """All that the party of a case handed in, the newest first."""
    rows = list(
        PartySubmission.objects.filter(case=case)
        .select_related("acceptance__by", "acceptance__item")
        .order_by("-at", "-id")
    )
    for row, words in inspection.stands(rows).items():
        row.stands = words  # type: ignore[attr-defined]
    return rows


def waiting(caller: Caller) -> QuerySet[PartySubmission]:
    """What no handler has taken into the file or prepared yet, and what a head is to answer, the oldest first."""
    rows = PartySubmission.objects.filter(below(caller.scope), acceptance__isnull=True)
    return rows.filter(inspection.turn(caller)).select_related("case").order_by("at", "id")


def readings(case: Case) -> list[PartyReading]:
    """When the party looked at the case, the newest first."""
    return list(PartyReading.objects.filter(case=case).select_related("item").order_by("-at")[:20])
