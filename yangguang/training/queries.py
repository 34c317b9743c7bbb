"""Reads of training: hours and who has not enough, what may be drawn, who may sit, who passed and has no certificate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.answers import Answer, Citation
from yangguang.policy.errors import UnknownName
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Certificate, Officer, Qualification, Role, RoleGrant

from .models import (
    Admission,
    Answers,
    Attendance,
    Audience,
    Kind,
    Paper,
    Plan,
    Purpose,
    Question,
    Result,
    Session,
    Sitting,
)
from .roll import Known

# ---- where a row is seen -------------------------------------------------------------------------------------------


def above(scope: str) -> list[str]:
    """The path of a body and of every body above it.  **Shape** "41.15.21/qingshan/" → ["41.15.21/", …]."""
    parts = scope.split("/")[:-1]
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def seen_from(scope: str) -> Q:
    """Rows made at a body, below it or above it: what a body above makes is for those below."""
    return below(scope) | Q(scope__in=above(scope))


# ---- plans and sessions --------------------------------------------------------------------------------------------


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
        Attendance.objects.filter(below(caller.scope), session=OuterRef("pk"), replacement__isnull=True, minutes__gt=0)
        .order_by()
        .values("session")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = Session.objects.filter(seen_from(caller.scope)).annotate(
        came=Coalesce(Subquery(came, output_field=IntegerField()), Value(0))
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


# ---- hours ---------------------------------------------------------------------------------------------------------


def required_minutes() -> int:
    """What each officer owes a year, in minutes.  **Clause** 国办发〔2023〕27号; the numbers are settings to be confirmed."""
    return settings.TRAINING_HOURS * settings.TRAINING_HOUR_MINUTES


def hours(minutes: int) -> str:
    """Minutes as 学时, cut to one decimal so that it never says more than was attended."""
    tenths = minutes * 10 // settings.TRAINING_HOUR_MINUTES
    return f"{tenths // 10}.{tenths % 10}"


def year_of(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _minutes(year: int) -> Any:
    """The minutes one person attended in a year, as an expression over officers; no row is counted twice."""
    counted = (
        Attendance.objects.filter(officer_key=OuterRef("key"), on__range=year_of(year), replacement__isnull=True)
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
    """Those people, each with `minutes` of the year and `pre_post`: whether a pre-post training is on record."""
    first = Attendance.objects.filter(
        officer_key=OuterRef("key"), kind=Kind.PRE_POST, replacement__isnull=True, minutes__gt=0
    )
    return audience(scope, who, year, on).annotate(minutes=_minutes(year), pre_post=Exists(first))


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
        .annotate(people=Count("pk"), short=Count("pk", filter=Q(minutes__lt=required_minutes())))
    }
    return [
        BodyHours(body.name, body.scope, counted[body.scope]["people"], counted[body.scope]["short"])
        for body in registry.bodies_below(scope, on)
        if body.scope in counted
    ]


def minutes_of(officer_key: UUID, year: int) -> int:
    found = Attendance.objects.filter(officer_key=officer_key, on__range=year_of(year), replacement__isnull=True)
    return found.aggregate(sum=Coalesce(Sum("minutes"), 0))["sum"]


def own_attendance(officer_key: UUID, year: int) -> QuerySet[Attendance]:
    return (
        Attendance.objects.filter(officer_key=officer_key, on__range=year_of(year), replacement__isnull=True)
        .select_related("session")
        .order_by("-on", "-id")
    )


def without(caller: Caller, plan: Plan, on: date) -> QuerySet[Officer]:
    """Who of a plan's audience has attended nothing of it, by name.  **Clause** DH-3.1b, WC-3.3."""
    scope = plan.scope if plan.scope.startswith(caller.scope) else caller.scope
    sessions_of = Session.objects.filter(plan_key=plan.key).values("pk")
    came = Attendance.objects.filter(
        officer_key=OuterRef("key"), session__in=sessions_of, replacement__isnull=True, minutes__gt=0
    )
    return audience(scope, plan.audience, plan.year, on).filter(~Exists(came))


def asked_for(caller: Caller, plan: Plan, on: date) -> int:
    """How many people of the caller's part the plan is for."""
    scope = plan.scope if plan.scope.startswith(caller.scope) else caller.scope
    return audience(scope, plan.audience, plan.year, on).count()


def reviewers_due(scope: str, on: date) -> QuerySet[Officer]:
    """Reviewers whose last periodic training is too long ago, or who never had one.  **Clause** QD-3.3.1d, SY-2.3f."""
    counted = (
        Attendance.objects.filter(
            officer_key=OuterRef("key"), kind=Kind.REVIEWERS, replacement__isnull=True, minutes__gt=0, on__lte=on
        )
        .order_by()
        .values("officer_key")
        .annotate(last=Max("on"))
        .values("last")
    )
    since = _months_before(on, settings.TRAINING_REVIEWER_MONTHS)
    found = audience(scope, Audience.REVIEWERS, on.year, on).annotate(last=Subquery(counted))
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


# ---- the bank ------------------------------------------------------------------------------------------------------


def questions(caller: Caller, q: str = "", type: str = "", clause: str = "") -> QuerySet[Question]:
    """The newest version of each question the caller's papers may draw from or that were made below."""
    newest = Question.objects.order_by("key", "-at", "-id").distinct("key").values("id")
    found = Question.objects.filter(seen_from(caller.scope), id__in=newest).order_by("-at", "-id")
    if q:
        found = found.filter(Q(text__icontains=q) | Q(clause__icontains=q))
    if clause:
        found = found.filter(clause=clause)
    return found.filter(type=type) if type else found


def question_versions(key: UUID) -> list[Question]:
    return list(Question.objects.filter(key=key).order_by("-at", "-id"))


def question(key: UUID) -> Question | None:
    return Question.objects.filter(key=key).order_by("-at", "-id").first()


def pool(paper_scope: str, moment: datetime) -> QuerySet[Question]:
    """What a paper of a body could draw from at a moment: its own bank and those above, as they stood then.

    **Why** by the moment a version was written, too: a version written later with an earlier day must not change what
    was drawn before.
    """
    on = timezone.localdate(moment)
    newest = (
        Question.objects.filter(scope__in=above(paper_scope), at__lte=moment, valid_from__lte=on)
        .order_by("key", "-at", "-id")
        .distinct("key")
        .values("id")
    )
    return Question.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), id__in=newest)


def pool_counts(paper_scope: str, moment: datetime) -> dict[str, int]:
    """How many questions of each type there are to draw from."""
    rows = pool(paper_scope, moment).order_by().values("type").annotate(n=Count("pk"))
    return {row["type"]: row["n"] for row in rows}


def wrote_for(officer_key: UUID, paper: Paper) -> bool:
    """Whether this person made the paper or a question it draws from."""
    if paper.author_key == officer_key:
        return True
    return Question.objects.filter(scope__in=above(paper.scope), author_key=officer_key).exists()


# ---- exams ---------------------------------------------------------------------------------------------------------


def papers(caller: Caller, q: str = "", purpose: str = "") -> QuerySet[Paper]:
    found = Paper.objects.filter(seen_from(caller.scope)).order_by("-opens_at", "-id")
    if q:
        found = found.filter(title__icontains=q)
    return found.filter(purpose=purpose) if purpose else found


def admissions(caller: Caller, paper: Paper) -> QuerySet[Admission]:
    """Who may sit, with how it went, of the caller's part of the tree."""
    return (
        Admission.objects.filter(below(caller.scope), paper=paper)
        .select_related("officer__body", "sitting__result")
        .order_by("scope", "officer__name", "id")
    )


def unfinished(caller: Caller, paper: Paper, moment: datetime) -> list[Sitting]:
    """Sittings whose time and grace are over and that nobody handed in."""
    grace = timedelta(minutes=paper.grace_minutes)
    return list(
        Sitting.objects.filter(
            below(caller.scope), admission__paper=paper, result__isnull=True, ends_at__lt=moment - grace
        ).select_related("admission__paper", "admission__officer")
    )


def own_admissions(officer_key: UUID) -> QuerySet[Admission]:
    """A person's own exams, the newest first."""
    return (
        Admission.objects.filter(officer_key=officer_key)
        .select_related("paper", "sitting__result")
        .order_by("-paper__opens_at", "-id")
    )


def own_sittings(officer_key: UUID) -> QuerySet[Sitting]:
    return Sitting.objects.filter(admission__officer_key=officer_key).select_related(
        "admission__paper", "admission__officer__body", "result"
    )


def asked(sitting: Sitting) -> list[Question]:
    """The questions of a sitting in the order they are asked."""
    found = {str(one.pk): one for one in Question.objects.filter(pk__in=sitting.questions)}
    return [found[pk] for pk in sitting.questions]


def chosen(sitting: Sitting) -> dict[str, list[str]]:
    """What the person has chosen so far: for each question the last row that speaks of it."""
    given: dict[str, list[str]] = {}
    for row in Answers.objects.filter(sitting=sitting).order_by("at", "id"):
        given |= row.given
    return given


def may_write_until(sitting: Sitting) -> datetime:
    """Until when an answer is taken: the end and the grace."""
    return sitting.ends_at + timedelta(minutes=sitting.admission.paper.grace_minutes)


# ---- results and certificates --------------------------------------------------------------------------------------


def results(caller: Caller, q: str = "", purpose: str = "", passed: str = "") -> QuerySet[Result]:
    found = Result.objects.filter(below(caller.scope)).select_related("officer__body").order_by("-on", "-id")
    if q:
        found = found.filter(Q(officer__name__icontains=q) | Q(title__icontains=q))
    if purpose:
        found = found.filter(purpose=purpose)
    return found.filter(passed=passed == "yes") if passed else found


def own_results(officer_key: UUID) -> QuerySet[Result]:
    return Result.objects.filter(officer_key=officer_key).order_by("-on", "-id")


def result(caller: Caller) -> QuerySet[Result]:
    return Result.objects.filter(Q(officer_key=caller.officer.key) | below(caller.scope)).select_related(
        "officer__body", "sitting__admission__paper", "paper"
    )


def _passed() -> QuerySet[Result]:
    return Result.objects.filter(purpose=Purpose.CERTIFICATE, passed=True)


def uncertified(scope: str, on: date) -> QuerySet[Result]:
    """合格未发证: the first pass of each person still in office that no certificate stands on, the oldest first.

    **Clause** QD-3.1.2(1)b.
    """
    first = _passed().filter(below(scope)).order_by("officer_key", "on", "id").distinct("officer_key").values("id")
    granted = Certificate.objects.filter(officer_key=OuterRef("officer_key"))
    there = registry.people_below(scope, on).filter(auxiliary=False).values("key")
    return (
        Result.objects.filter(~Exists(granted), id__in=first, officer_key__in=there)
        .select_related("officer__body")
        .order_by("on", "id")
    )


def not_passed(scope: str, on: date, q: str = "", body: str = "") -> QuerySet[Officer]:
    """未通过考试: people without a certificate and without a passed exam, each with the last score if there is one."""
    last = Result.objects.filter(officer_key=OuterRef("key"), purpose=Purpose.CERTIFICATE).order_by("-on", "-id")
    return (
        registry.people_below(scope, on, q=q, body=body)
        .filter(
            ~Exists(Certificate.objects.filter(officer_key=OuterRef("key"))),
            ~Exists(_passed().filter(officer_key=OuterRef("key"))),
            auxiliary=False,
        )
        .annotate(last_on=Subquery(last.values("on")[:1]), last_score=Subquery(last.values("score")[:1]))
    )


def exam_required(body: Body) -> Answer:
    """Whether, and by which clause, the exam stands before the certificate in this jurisdiction."""
    return packs.load(body.pack).parameter("exam_required")


def clause_known(body: Body, clause: str) -> bool:
    try:
        packs.load(body.pack).clause(clause)
    except UnknownName:
        return False
    return True


def cited(body: Body, clause: str) -> tuple[Citation, ...]:
    """The clause a question stands on in the words of the body's own pack; nothing where that pack does not know it."""
    return (packs.load(body.pack).clause(clause),) if clause_known(body, clause) else ()


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


def results_open_to(caller: Caller) -> QuerySet[Result]:
    """One's own results; for who answers for people, those of the own part of the tree."""
    found = Result.objects.select_related("officer__body", "sitting", "paper")
    own = Q(officer_key=caller.officer.key)
    return found.filter(own | below(caller.scope)) if caller.has("supervisor", "admin", "head") else found.filter(own)
