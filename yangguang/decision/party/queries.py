"""Reads of what parties handed in: the period it answers to, what waits for the handlers."""

from django.db.models import Q, QuerySet

from yangguang.casework.models import Case
from yangguang.policy.deadlines import Deadline
from yangguang.registry.access import Caller, below

from .. import queries as decisions
from ..models import Notice
from .models import Kind, PartyReading, PartySubmission


def period(case: Case, kind: str) -> tuple[Notice | None, Deadline | None]:
    """The notice a submission answers, and the period that runs from its service; None where none runs."""
    if kind == Kind.ADDRESS:
        return None, None
    notice = decisions.notice_of(case)
    if notice is None or (kind == Kind.HEARING and not notice.hearing):
        return notice, None
    return notice, decisions.statement_deadline(notice)


def of(case: Case) -> list[PartySubmission]:
    """All that the party of a case handed in, the newest first."""
    rows = PartySubmission.objects.filter(case=case).select_related("acceptance__by", "acceptance__item")
    return list(rows.order_by("-at", "-id"))


def waiting(caller: Caller) -> QuerySet[PartySubmission]:
    """What no handler has taken into the file yet, of the caller's own cases, the oldest first."""
    key = caller.officer.key
    rows = PartySubmission.objects.filter(below(caller.scope), acceptance__isnull=True)
    rows = rows.filter(Q(case__state__handler1_key=key) | Q(case__state__handler2_key=key))
    return rows.select_related("case").order_by("at", "id")


def readings(case: Case) -> list[PartyReading]:
    """When the party looked at the case, the newest first."""
    return list(PartyReading.objects.filter(case=case).select_related("item").order_by("-at")[:20])
