"""Reads for those above: every review below them as it stands, and what a year of reviews comes to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from yangguang.casework import finding
from yangguang.casework.models import Case
from yangguang.duty import queries as duties
from yangguang.registry import queries as registry
from yangguang.registry.access import TOP, Caller, below
from yangguang.registry.models import Officer, Qualification
from yangguang.review import queries as reviews
from yangguang.review.assignment.queries import on_leave
from yangguang.review.counsel.models import CounselOpinion
from yangguang.review.models import Review, Submission

from .grounds import SKIPPED
from .models import Breach

REASONS = 8
SPAN = 365  # days the figures look back


@dataclass(frozen=True)
class Figures:
    """What the reviews of a part of the tree come to.  **Shape** shares in whole percent, None where there is nothing."""

    since: date
    submitted: int
    open: int
    overdue: int
    outcomes: dict[str, int]
    median_hours: int | None
    counselled: int
    reasons: tuple[tuple[str, int], ...]

    @property
    def concluded(self) -> int:
        return sum(n for code, n in self.outcomes.items() if code in reviews.FINAL)

    @property
    def returned(self) -> int:
        return self.outcomes.get("revise", 0) + self.outcomes.get("refused", 0)

    @property
    def return_rate(self) -> int | None:
        return round(self.returned * 100 / self.concluded) if self.concluded else None

    @property
    def counsel_share(self) -> int | None:
        return round(self.counselled * 100 / self.submitted) if self.submitted else None


def open_reviews(caller: Caller) -> QuerySet[Submission]:
    """Every review below the caller that waits for its opinion, the oldest first."""
    found = reviews.pending(below(caller.scope)).annotate(assigned=reviews.assigned_key())
    return found.select_related("case__state", "case__body", "case__party", "proposal", "by").order_by("at", "id")


def overdue(caller: Caller, on: date) -> QuerySet[Submission]:
    """Those of them whose time has run out."""
    chains = set(duties.overdue(caller.scope, on).filter(rule=reviews.CLOCK).values_list("subject", flat=True))
    keys = [UUID(chain.removeprefix("case:")) for chain in chains]
    return open_reviews(caller).filter(case__in=keys)


def figures(caller: Caller, on: date) -> Figures:
    """The figures of the last year; a fixed number of queries, however many reviews."""
    since = on - timedelta(days=SPAN)
    start = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    part = below(caller.scope)
    given = Review.objects.filter(part, at__gte=start)
    outcomes = {row["outcome"]: row["n"] for row in given.values("outcome").annotate(n=Count("pk")).order_by()}
    sent = Submission.objects.filter(part, at__gte=start)
    advised = CounselOpinion.objects.filter(submission=OuterRef("pk"))
    return Figures(
        since=since,
        submitted=sent.count(),
        open=reviews.pending(part).count(),
        overdue=overdue(caller, on).count(),
        outcomes=outcomes,
        median_hours=_median(caller.scope, start),
        counselled=sent.filter(Exists(advised)).count(),
        reasons=_reasons(caller.scope, start),
    )


def _median(scope: str, start: datetime) -> int | None:
    """The median hours from the submission to its first final opinion."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select percentile_cont(0.5) within group (order by extract(epoch from r.at - s.at)) / 3600
               from review_review r join review_submission s on s.id = r.submission_id
               where r.scope >= %s and r.scope < %s and r.at >= %s and r.outcome = any(%s)""",
            [scope, scope + TOP, start, sorted(reviews.FINAL)],
        )
        [(hours,)] = cursor.fetchall()
    return None if hours is None else round(hours)


def _reasons(scope: str, start: datetime) -> tuple[tuple[str, int], ...]:
    """The checklist items most often found wrong."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select f ->> 'title', count(*) from review_review r, jsonb_array_elements(r.findings) f
               where r.scope >= %s and r.scope < %s and r.at >= %s and f ->> 'finding' = 'problem'
               group by 1 order by 2 desc, 1 limit %s""",
            [scope, scope + TOP, start, REASONS],
        )
        return tuple((title, n) for title, n in cursor.fetchall())


@dataclass(frozen=True)
class Worker:
    """One reviewer.  **Shape** `median`: hours, None where nothing was concluded."""

    key: UUID
    name: str
    body: str
    open: int
    concluded: int
    returned: int
    median: int | None
    away: date | None


def workers(caller: Caller, on: date) -> list[Worker]:
    """What each reviewer of the part of the tree has in hand and concluded in the last year; a fixed number of queries."""
    start = timezone.make_aware(datetime.combine(on - timedelta(days=SPAN), datetime.min.time()))
    in_hand: dict[UUID, int] = {}
    for row in (
        reviews.pending(below(caller.scope)).annotate(who=reviews.assigned_key()).values("who").annotate(n=Count("pk"))
    ):
        if row["who"]:
            in_hand[row["who"]] = row["n"]
    done = _done(caller.scope, start)
    idle = {one.key for row in registry.staffing(caller.scope, on) for one in row.reviewers}
    keys = set(in_hand) | set(done) | idle  # who has nothing in hand counts as well
    people = registry.in_force(Officer, on).filter(key__in=keys).select_related("body")
    away = _away(keys, on)
    found = [
        Worker(
            one.key, one.name, one.body.name, in_hand.get(one.key, 0), *done.get(one.key, (0, 0, None)),
            away.get(one.key),
        )
        for one in people
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.open, -one.concluded, one.name))


@dataclass(frozen=True)
class Headcount:
    """The reviewers of a part of the tree against what they have in hand.  **Clause** SY-2.3e, WC-2.3.1(1)b."""

    reviewers: int
    professional: int  # of them with 法律职业资格
    officers: int
    breaches: int  # accountability cases of the span that were borne out

    def each(self, n: int) -> str:
        """How many fall to one reviewer, to one decimal."""
        return f"{n / self.reviewers:.1f} 件" if self.reviewers else "没有审核人员"


def headcount(caller: Caller, on: date) -> Headcount:
    """How many may review, and how the register says they are qualified; a fixed number of queries."""
    staff = registry.staffing(caller.scope, on)
    keys = {one.key for row in staff for one in row.reviewers}
    held = Qualification.objects.filter(officer_key__in=keys, kind=Qualification.Kind.LEGAL_PROFESSIONAL)
    start = timezone.make_aware(datetime.combine(on - timedelta(days=SPAN), datetime.min.time()))
    return Headcount(
        reviewers=len(keys),
        professional=held.filter(valid_from__lte=on).values("officer_key").distinct().count(),
        officers=sum(row.strength.officers for row in staff),
        breaches=Breach.objects.filter(below(caller.scope), at__gte=start, end__result="found").count(),
    )


def _away(keys: set[UUID], on: date) -> dict[UUID, date]:
    return {key: leave.to_on for key, leave in on_leave(keys, on).items()}


def _done(scope: str, start: datetime) -> dict[UUID, tuple[int, int, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select o.key, count(*), count(*) filter (where r.outcome in ('revise', 'refused')),
                      percentile_cont(0.5) within group (order by extract(epoch from r.at - s.at)) / 3600
               from review_review r join review_submission s on s.id = r.submission_id
               join registry_officer o on o.id = r.by_id
               where r.scope >= %s and r.scope < %s and r.at >= %s and r.outcome = any(%s) group by 1""",
            [scope, scope + TOP, start, sorted(reviews.FINAL)],
        )
        return {key: (n, back, round(hours)) for key, n, back, hours in cursor.fetchall()}


def breaches(caller: Caller, state: str = "") -> QuerySet[Breach]:
    """Accountability cases below the caller, the newest first."""
    found = Breach.objects.filter(below(caller.scope)).select_related(
        "case__state", "case__body", "submission__proposal", "end"
    )
    if state:
        found = found.filter(end__isnull=state == "open")
    return found.order_by("-at", "-id")


def breaches_of(submission: Submission) -> list[Breach]:
    return list(submission.breaches.select_related("end").order_by("at", "id"))


def skipped_before(case: Case) -> list[Breach]:
    """What was opened because a case was decided without its review, the oldest first."""
    found = Breach.objects.filter(case=case, ground=SKIPPED)
    return list(found.select_related("end").order_by("at", "id"))


def narrowed(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    return found.filter(finding.named(text) | Q(case__body__name__icontains=text)) if text else found
