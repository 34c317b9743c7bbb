"""Hours: what the pack asks of whom, who has not enough, who is due; and whether somebody was trained before the post."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Certificate, Officer, Qualification, Role, RoleGrant

from ..models import Attendance, Audience, Kind, Plan, Session
from .lessons import COUNTED
from .places import above


@dataclass(frozen=True)
class Demand:
    """What a pack asks of training; None where it sets no number.  **Clause** 国办发〔2023〕27号; QS-4.6a."""

    hours: Answer  # 学时 a year of each officer
    hour: Answer  # minutes of one 学时
    months: Answer  # between two periodic trainings of a reviewer
    before_post: Answer  # whether nobody is assigned before the pre-post training

    @property
    def minutes(self) -> int:
        """What each officer owes a year, in minutes; 0 where no number is set."""
        return (self.hours.value or 0) * (self.hour.value or 0)

    def in_hours(self, minutes: int) -> str:
        """Minutes as 学时, cut to one decimal so that it never says more than was attended."""
        if not self.hour.value:
            return "—"
        tenths = minutes * 10 // self.hour.value
        return f"{tenths // 10}.{tenths % 10}"


def demand(pack: str) -> Demand:
    """What the pack of a body asks."""
    asked = packs.load(pack).parameter
    return Demand(
        asked("training_hours"),
        asked("training_hour_minutes"),
        asked("reviewer_training_months"),
        asked("pre_post_required"),
    )


def _owed(scope: str, on: date) -> Any:
    """What each person of a part of the tree owes a year in minutes, by the pack of the own body, as an expression."""
    by_pack: dict[str, list[str]] = {}
    for body in registry.bodies_below(scope, on):
        by_pack.setdefault(body.pack, []).append(body.scope)
    whens = [When(scope__in=scopes, then=Value(demand(pack).minutes)) for pack, scopes in by_pack.items()]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def year_of(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _minutes(year: int) -> Any:
    """The minutes one person attended in a year, as an expression over officers; no row is counted twice."""
    counted = (
        Attendance.objects.filter(COUNTED, officer_key=OuterRef("key"), on__range=year_of(year))
        .order_by()
        .values("officer_key")
        .annotate(sum=Sum("minutes"))
        .values("sum")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def audience(scope: str, who: str, year: int, on: date) -> QuerySet[Officer]:
    """The people of a body and below whom a training is for, as they stand on a day."""
    found = registry.people_below(scope, on)
    if who == Audience.OFFICERS:
        first, last = year_of(year)
        held = Certificate.objects.filter(officer_key=OuterRef("key"), valid_from__lte=last, valid_to__gte=first)
        return found.filter(Exists(held), auxiliary=False)
    if who == Audience.REVIEWERS:
        qualified = Qualification.objects.filter(officer_key=OuterRef("key"), valid_from__lte=on)
        return found.filter(Exists(qualified) | Q(key__in=_holding(Role.REVIEWER, scope)))
    if who == Audience.LEADERS:
        return found.filter(key__in=_holding(Role.HEAD, scope))
    return found


def _holding(role: str, scope: str) -> Any:
    """The keys of the people who hold a role now."""
    latest = (
        RoleGrant.objects.filter(below(scope), role=role)
        .order_by("account", "-at", "-id")
        .distinct("account")
        .values("pk")
    )
    return RoleGrant.objects.filter(pk__in=latest, granted=True).values("account__officer__key")


def studied(scope: str, who: str, year: int, on: date) -> QuerySet[Officer]:
    """Those people, each with `minutes` of the year, `owed` of it, and whether a pre-post training is on record."""
    return audience(scope, who, year, on).annotate(
        minutes=_minutes(year),
        owed=_owed(scope, on),
        pre_post=Exists(_before_post().filter(officer_key=OuterRef("key"))),
    )


def _before_post() -> QuerySet[Attendance]:
    return Attendance.objects.filter(COUNTED, kind=Kind.PRE_POST, minutes__gt=0)


def untrained(officer: Officer, on: date) -> Answer | None:
    """The rule by which this person may not be assigned yet, for want of the pre-post training; None where none bars.

    **Clause** QS-4.6a.
    """
    rule = demand(officer.body.pack).before_post
    if not rule.value or _before_post().filter(officer_key=officer.key, on__lte=on).exists():
        return None
    return rule


@dataclass(frozen=True)
class BodyHours:
    """How a body stands: its people, and how many of them have not enough."""

    name: str
    scope: str
    people: int
    short: int


def by_body(scope: str, year: int, on: date) -> list[BodyHours]:
    """Each body with the number of its officers who have not enough hours: two queries for the whole tree."""
    counted = {
        row["scope"]: row
        for row in studied(scope, Audience.OFFICERS, year, on)
        .order_by()
        .values("scope")
        .annotate(people=Count("pk"), short=Count("pk", filter=Q(minutes__lt=F("owed"))))
    }
    return [
        BodyHours(body.name, body.scope, counted[body.scope]["people"], counted[body.scope]["short"])
        for body in registry.bodies_below(scope, on)
        if body.scope in counted
    ]


def minutes_of(officer_key: UUID, year: int) -> int:
    found = Attendance.objects.filter(COUNTED, officer_key=officer_key, on__range=year_of(year))
    return found.aggregate(sum=Coalesce(Sum("minutes"), 0))["sum"]


def own_attendance(officer_key: UUID, year: int) -> QuerySet[Attendance]:
    """What a person attended in a year; a cancelled session stays on the list and says so."""
    return (
        Attendance.objects.filter(officer_key=officer_key, on__range=year_of(year), replacement__isnull=True)
        .select_related("session__cancellation")
        .order_by("-on", "-id")
    )


def without(caller: Caller, plan: Plan, on: date) -> QuerySet[Officer]:
    """Who of a plan's audience has attended nothing of it, by name.  **Clause** DH-3.1b, WC-3.3."""
    scope = plan.scope if plan.scope.startswith(caller.scope) else caller.scope
    sessions_of = Session.objects.filter(plan_key=plan.key).values("pk")
    came = Attendance.objects.filter(COUNTED, officer_key=OuterRef("key"), session__in=sessions_of, minutes__gt=0)
    return audience(scope, plan.audience, plan.year, on).filter(~Exists(came))


def asked_for(caller: Caller, plan: Plan, on: date) -> int:
    """How many people of the caller's part the plan is for."""
    scope = plan.scope if plan.scope.startswith(caller.scope) else caller.scope
    return audience(scope, plan.audience, plan.year, on).count()


def reviewers_due(scope: str, months: int | None, on: date) -> QuerySet[Officer]:
    """Reviewers whose last periodic training is more than so many months ago, or who never had one.  **Clause** QD-3.3.1d, SY-2.3f."""
    counted = (
        Attendance.objects.filter(COUNTED, officer_key=OuterRef("key"), kind=Kind.REVIEWERS, minutes__gt=0, on__lte=on)
        .order_by()
        .values("officer_key")
        .annotate(last=Max("on"))
        .values("last")
    )
    found = audience(scope, Audience.REVIEWERS, on.year, on).annotate(last=Subquery(counted))
    if not months:
        return found.none()  # the pack sets no interval
    since = _months_before(on, months)
    return found.filter(Q(last__isnull=True) | Q(last__lt=since))


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def reviewer_plan(scope: str, on: date) -> Plan | None:
    """The year's plan, with its dates, for the periodic training of a body's reviewers.  **Clause** QD-A3.审核.2(②)."""
    newest = Plan.objects.order_by("key", "-at", "-id").distinct("key").values("id")
    found = Plan.objects.filter(id__in=newest, kind=Kind.REVIEWERS, scope__in=above(scope), year=on.year)
    return found.order_by("-at").first()


def reviewer_training(body: Body) -> Answer:
    """Whether the plan of this jurisdiction wants its reviewers trained periodically, in its own words."""
    return packs.load(body.pack).parameter("reviewer_training")
