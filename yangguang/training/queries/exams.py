"""Exams: who may sit, what is asked, what was chosen, how it went."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body

from ..models import Admission, Answers, Paper, Purpose, Question, Result, Sitting
from .places import seen_from


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


def tests(caller: Caller, q: str = "", passed: str = "") -> QuerySet[Result]:
    """Results of training tests; those of qualification exams are in the register (`registry.queries.exams`)."""
    found = Result.objects.filter(below(caller.scope), purpose=Purpose.TRAINING).select_related("officer__body")
    found = found.order_by("-on", "-id")
    if q:
        found = found.filter(Q(officer__name__icontains=q) | Q(title__icontains=q))
    return found.filter(passed=passed == "yes") if passed else found


def own_results(officer_key: UUID) -> QuerySet[Result]:
    return Result.objects.filter(officer_key=officer_key).order_by("-on", "-id")


def exam_regimes(body: Body) -> Answer:
    """The qualification exams this jurisdiction recognises; value None: it names none."""
    return packs.load(body.pack).parameter("exam_regimes")


def exam_required(body: Body) -> Answer:
    """Whether, and by which clause, the exam stands before the certificate in this jurisdiction."""
    return packs.load(body.pack).parameter("exam_required")


def results_open_to(caller: Caller) -> QuerySet[Result]:
    """One's own results; for who answers for people, those of the own part of the tree."""
    found = Result.objects.select_related("officer__body", "sitting", "paper")
    own = Q(officer_key=caller.officer.key)
    return found.filter(own | below(caller.scope)) if caller.has("supervisor", "admin", "head") else found.filter(own)
