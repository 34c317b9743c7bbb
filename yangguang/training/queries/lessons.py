"""Plans, sessions and who attended; a cancelled session has no hours."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Certificate, Officer

from ..models import (
    Attendance,
    Plan,
    Session,
)
from ..roll import Known
from .places import seen_from

COUNTED = Q(replacement__isnull=True, session__cancellation__isnull=True)
"""Rows of attendance that count: not corrected by a later one, of a session that was not cancelled."""


def plans(caller: Caller, year: int | None = None, kind: str = "") -> QuerySet[Plan]:
    """The newest version of each plan, the latest first."""
    newest = Plan.objects.order_by("key", "-at", "-id").distinct("key").values("id")
    found = Plan.objects.filter(seen_from(caller.scope), id__in=newest).order_by("-starts_on", "-id")
    if year:
        found = found.filter(year=year)
    return found.filter(kind=kind) if kind else found


def plan(key: UUID) -> Plan | None:
    """A plan as it stands now."""
    return Plan.objects.filter(key=key).order_by("-at", "-id").first()


def plan_versions(key: UUID) -> list[Plan]:
    return list(Plan.objects.filter(key=key).order_by("-at", "-id"))


def sessions(caller: Caller, plan_key: UUID | None = None, q: str = "", kind: str = "") -> QuerySet[Session]:
    """Sessions the caller's body may attend or has held, each with how many of the caller's people attended."""
    came = (
        Attendance.objects.filter(COUNTED, below(caller.scope), session=OuterRef("pk"), minutes__gt=0)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = (
        Session.objects.filter(seen_from(caller.scope))
        .select_related("cancellation")
        .annotate(came=Coalesce(Subquery(came, output_field=IntegerField()), Value(0)))
    )
    if plan_key:
        found = found.filter(plan_key=plan_key)
    if q:
        found = found.filter(Q(title__icontains=q) | Q(topic__icontains=q) | Q(teacher__icontains=q))
    return found.filter(kind=kind) if kind else found


def attended(caller: Caller, session: Session) -> QuerySet[Attendance]:
    """Who attended, of the caller's part of the tree: the rows that count now."""
    return (
        Attendance.objects.filter(below(caller.scope), session=session, replacement__isnull=True)
        .select_related("officer__body", "officer__unit", "replaces")
        .order_by("scope", "officer__name", "id")
    )


def attendance(caller: Caller) -> QuerySet[Attendance]:
    return Attendance.objects.filter(below(caller.scope)).select_related("officer__body", "session")


def people(caller: Caller, on: date) -> QuerySet[Officer]:
    """Whom the caller may put on a list."""
    return registry.people_below(caller.scope, on)


def found_people(keys: Iterable[UUID], scope: str, on: date) -> dict[UUID, Officer]:
    """The current versions of these people within a part of the tree."""
    return {one.key: one for one in registry.people_below(scope, on).filter(key__in=list(keys))}


def bearing(caller: Caller, names: Iterable[str], on: date) -> list[Known]:
    """The people of the caller's part who bear one of these names, with their certificates' numbers: two queries."""
    found = list(registry.people_below(caller.scope, on).filter(name__in=list(names)))
    numbers: dict[UUID, set[str]] = {}
    held = Certificate.objects.filter(officer_key__in=[one.key for one in found])
    for key, number in held.values_list("officer_key", "number"):
        numbers.setdefault(key, set()).add(number)
    return [Known(one.key, one.name, one.body.name, frozenset(numbers.get(one.key, ()))) for one in found]


def keys_there(caller: Caller, session: Session) -> set[UUID]:
    """Who is on the list of a session already."""
    return set(attended(caller, session).values_list("officer_key", flat=True))
