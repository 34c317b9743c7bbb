"""Reads of dissent: what is objected to and not coordinated yet."""

from django.db.models import QuerySet

from yangguang.casework import file
from yangguang.casework.models import Case
from yangguang.registry.access import Caller, below
from yangguang.review import rules
from yangguang.review.models import Review
from yangguang.trail.errors import Refused

from .models import Objection


class Unsettled(Refused):
    """An objection is being coordinated: the next review comes after its result.  WC-2.3.3c."""


def open_objection(case: Case) -> Objection | None:
    """The objection of a case that nobody has coordinated."""
    if all(hasattr(one, "coordination") for one in file.of(case, Objection)):
        return None
    found = Objection.objects.filter(case=case, coordination__isnull=True).select_related("review__proposal", "by")
    return found.order_by("-at", "-id").first()


def of_review(case: Case, review: Review) -> Objection | None:
    """The objection to one opinion, coordinated or not."""
    return next((one for one in file.of(case, Objection) if one.review_id == review.pk), None)


def objections(caller: Caller) -> QuerySet[Objection]:
    """The objections of the caller's bodies that wait for coordination, the oldest first."""
    found = Objection.objects.filter(below(caller.scope), coordination__isnull=True)
    return found.select_related("case__state", "review__proposal", "by").order_by("at", "id")


def handlers(case: Case) -> list[str]:
    """Who handles the case now, by name."""
    now = case.handed_over or case
    return [now.handler1.name, now.handler2.name]


def of_case(case: Case) -> list[Objection]:
    """All objections of a case with what came of them, in order."""
    found = Objection.objects.filter(case=case).select_related("review__proposal", "by", "coordination__by")
    return list(found.order_by("at", "id"))


def must_be_settled(case: Case) -> None:
    """**Raises** Unsettled while an objection of the case waits for its coordination."""
    waiting = open_objection(case)
    if waiting is not None:
        raise Unsettled(
            f"{waiting.by.name}对{waiting.review.proposal}的审核意见提出了异议，还没有协调",
            because=(*rules.parameter(case, "dissent").because, *rules.clauses(case, "coordinate")),
            mend="由未承办本案的负责人主持协调，按协调结果提出新的一稿再送审",
        )
