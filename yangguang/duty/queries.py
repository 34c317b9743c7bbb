"""Readings of the duties: to-do lists, warnings and overdue statistics are all the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from yangguang.registry.access import below

from .models import Duty, OpenDuty


def still_open(scope: str) -> QuerySet[Duty]:
    """Open duties at and below a body, the most urgent first."""
    return Duty.objects.filter(below(scope), open__isnull=False).order_by("due_on", "id")


def overdue(scope: str, today: date) -> QuerySet[OpenDuty]:
    """What was due before today, at and below a body, and is not done."""
    return OpenDuty.objects.filter(below(scope), due_on__lt=today)


def of(subject: str) -> QuerySet[Duty]:
    """All duties about one subject, open ones first."""
    return (
        Duty.objects.filter(subject=subject)
        .select_related("discharge")
        .annotate(ended=Case(When(discharge__isnull=True, then=0), default=1))
        .order_by("ended", "due_on", "id")
    )


def first_open(subjects: Iterable[str]) -> dict[str, Duty]:
    """The most urgent open duty of each subject: one query for a whole list."""
    found = Duty.objects.filter(subject__in=list(subjects), discharge__isnull=True)
    return {duty.subject: duty for duty in found.order_by("-due_on", "-id")}


def mine(scope: str, roles: frozenset[str]) -> QuerySet[Duty]:
    """Open duties that one of these roles answers for."""
    return still_open(scope).filter(role__in=roles)


@dataclass(frozen=True)
class Tally:
    """How many duties are open, due within the next days, and overdue."""

    open: int
    soon: int
    overdue: int


def tally(duties: QuerySet[Duty], today: date, soon: date) -> Tally:
    counts = duties.aggregate(
        open=Count("id"),
        soon=Count("id", filter=Q(due_on__gte=today, due_on__lte=soon)),
        overdue=Count("id", filter=Q(due_on__lt=today)),
    )
    return Tally(**counts)
