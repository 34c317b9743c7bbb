"""Reads of assignment: who could review a submission, why the others cannot, how much each has in hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yangguang.casework import file
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer
from yangguang.review import queries as reviews
from yangguang.review.models import Submission
from yangguang.trail.reading import once_until

from .models import Assignment, Leave, LeaveEnd, Referral


@dataclass(frozen=True)
class Candidate:
    """A person who might review a submission.  **Shape** `barred`: why not, "" where nothing is in the way."""

    officer: Officer
    load: int
    barred: str


def current(submission: Submission) -> Assignment | None:
    """The assignment that counts; who assigned is not joined: the organ above is not seen from below."""
    made = (one for one in reversed(file.of(submission.case, Assignment)) if one.submission_id == submission.pk)
    return next(made, None)


def currents(submissions: Iterable[Submission]) -> dict[UUID, Assignment]:
    """The assignments that count for many submissions: one query."""
    found = Assignment.objects.filter(submission__in=[one.pk for one in submissions])
    return {one.submission_id: one for one in found.order_by("at", "id")}


def loads(scope: str) -> dict[UUID, int]:
    """How many reviews each person of a body has in hand: one query."""
    rows = reviews.pending(Q(scope=scope)).annotate(who=reviews.assigned_key()).values("who").annotate(n=Count("pk"))
    return {row["who"]: row["n"] for row in rows if row["who"]}


def on_leave(keys: Iterable[UUID], on: date) -> dict[UUID, Leave]:
    """Who of these people is on leave that day."""
    return {one.officer_key: one for one in _leaves(tuple(keys), on)}


@once_until(Leave, LeaveEnd)
def _leaves(keys: tuple[UUID, ...], on: date) -> tuple[Leave, ...]:
    found = Leave.objects.filter(officer_key__in=keys, from_on__lte=on, to_on__gte=on)
    return tuple(found.exclude(end__on__lte=on))


def left_behind(now: Assignment, by: Officer, on: date) -> bool:
    """Whether the draft lies with somebody who is on leave that day: another of the body may take it up.

    **Why** leave that begins later moves nothing on the day it is entered, and no clock runs to move it then.
    """
    return now.reviewer_key != by.key and now.reviewer_key in on_leave([now.reviewer_key], on)


def leaves(caller: Caller, on: date) -> QuerySet[Leave]:
    """Leave of the caller's bodies that has not passed, the next first."""
    current = Leave.objects.filter(below(caller.scope), to_on__gte=on).exclude(end__on__lte=on)
    return current.select_related("officer", "by").order_by("from_on", "id")


def of_the_body(submission: Submission) -> list[Officer]:
    """The people of the body who hold the role of reviewer, each once."""
    people = {one.key: one for one in registry.holders("reviewer", submission.scope)}
    return sorted(people.values(), key=lambda one: one.name)


def qualified_people(submission: Submission, on: date) -> list[Officer]:
    """The reviewers of the body, and everybody else on its register with a qualification: whom the organ above may name."""
    people: dict[UUID, Officer] = {one.key: one for one in of_the_body(submission)}
    for one in registry.officers(submission.scope, on):
        if one.key not in people and registry.qualification(one, on) is not None:
            people[one.key] = one
    return sorted(people.values(), key=lambda one: one.name)


def candidates(
    submission: Submission, on: date, people: Iterable[Officer] | None = None, above: bool = False
) -> list[Candidate]:
    """Everybody who could be asked, with what each has in hand and what is in the way; the least burdened first.

    **Shape** `above`: the organ above asks, which may name somebody outside the body's legal unit.
    """
    asked = list(people if people is not None else of_the_body(submission))
    burden, away = loads(submission.scope), on_leave([one.key for one in asked], on)
    found = []
    for one in asked:
        why = reviews.may_review(one, submission.case, on, named=above)
        if not why and (leave := away.get(one.key)):
            why = f"{one.name}请假至 {leave.to_on}"
        found.append(Candidate(one, burden.get(one.key, 0), why))
    return sorted(found, key=lambda one: (bool(one.barred), one.load, one.officer.name))


def referrals(caller: Caller) -> QuerySet[Referral]:
    """Requests to the organ above that nobody was named for since."""
    later = Assignment.objects.filter(submission=OuterRef("submission"), at__gte=OuterRef("at"))
    open_ = Referral.objects.filter(below(caller.scope)).filter(~Exists(later))
    return open_.select_related("case__state", "case__body", "submission__proposal").order_by("at", "id")


def staff_of(caller: Caller, on: date) -> list[Officer]:
    """The reviewers whose leave the caller may enter: a head everybody of the body, a reviewer their own."""
    people = {one.key: one for one in registry.holders("reviewer", caller.scope)}
    return [one for one in people.values() if caller.has("head") or one.key == caller.officer.key]


def in_hand(officer_key: UUID, scope: str) -> QuerySet[Submission]:
    """What a person has in hand, with its case."""
    mine = reviews.pending(Q(scope=scope)).annotate(who=reviews.assigned_key())
    return mine.filter(who=officer_key).select_related("case", "proposal").order_by("at", "id")
