"""Reads of joined and severed cases: what a case took over, and which cases belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from yangguang.record.models import Item
from yangguang.trail.reading import once_until

from .. import file
from ..models import Case, JoinderAnswer, JoinderRequest, Step, TakenOver

JOIN, SEVER = JoinderRequest.What.JOIN, JoinderRequest.What.SEVER
GROUNDS = {JOIN: "joinder_grounds", SEVER: "severance_grounds"}  # the pack's lists
# What was done towards one party says nothing of another: only what was seen and taken stands for both.
OF_THE_MATTER = ("open", "scene_check", "evidence")
OF_THE_PARTY = ("identify", "interview", "correct")
ADDRESS = "service_address_confirmation"
# What the same party said and confirmed goes with it; what it waived does not: each decision is told and heard on its own.
SAID_BY_THE_PARTY = (ADDRESS, "defence_record", "hearing_record")
HEARD_ANEW = ("CN-PEN-44", "CN-PEN-45.1", "CN-PEN-63.1")


@once_until(TakenOver)
def taken(case: Case) -> tuple[TakenOver, ...]:
    if not file.of(case, TakenOver):
        return ()
    return tuple(case.takenovers.select_related("other", "answer__request", "paper").order_by("at", "id"))


@once_until(TakenOver)
def items(case: Case) -> tuple[Item, ...]:
    """The materials of other files that this case refers to."""
    named = [one["item"] for over in taken(case) for one in over.items]
    return tuple(Item.objects.filter(pk__in=named).select_related("by").order_by("at", "id")) if named else ()


def confirmed_address(case: Case) -> Item | None:
    """The address the same party confirmed in a case this one was severed from, or that was joined to it."""
    return next((one for one in reversed(items(case)) if one.code == ADDRESS), None)


def said_by_the_party(case: Case) -> list[Item]:
    return list(case.dossier.items.filter(code__in=SAID_BY_THE_PARTY).select_related("by").order_by("at", "id"))


@once_until(TakenOver)
def steps(case: Case) -> tuple[Step, ...]:
    """The steps of other cases whose facts stand for this one."""
    found: list[Step] = []
    for over in taken(case):
        if over.steps:
            found += over.other.steps.filter(step__in=over.steps, at__lte=over.at).select_related("by")
    return tuple(found)


def waiting(case: Case) -> JoinderRequest | None:
    """The request that no head has answered yet."""
    if not file.of(case, JoinderRequest):
        return None
    asked = JoinderRequest.objects.filter(case=case, answer__isnull=True).select_related("other", "party", "by")
    return asked.order_by("-at", "-id").first()


def into(case: Case) -> Case | None:
    """The case that this one became part of."""
    if not any(one.case_id == case.pk and one.approved for one in file.of(case, JoinderAnswer)):
        return None
    found = JoinderAnswer.objects.filter(case=case, approved=True, request__what=JOIN).select_related("other").first()
    return found.other if found else None


@dataclass(frozen=True)
class Related:
    """Another case that belongs to this one, and how."""

    words: str
    case: Case
    on: date


def related(case: Case) -> list[Related]:
    """Every case that was joined to, joined, made of or the origin of this one."""
    answers = JoinderAnswer.objects.filter(Q(case=case) | Q(other=case), approved=True)
    return [
        Related(*_said(one, case), timezone.localdate(one.at))
        for one in answers.select_related("request", "case__state", "other__state").order_by("at", "id")
    ]


def _said(answer: JoinderAnswer, case: Case) -> tuple[str, Case]:
    here, joins = answer.case_id == case.pk, answer.request.what == JOIN
    other = answer.other if here else answer.case
    assert other is not None  # the database holds it of an approval
    if joins:
        return ("本案已并入" if here else "并入本案的案件"), other
    return ("由本案分出的案件" if here else "本案由此案分出"), other


def to_take(origin: Case, kept: Sequence[Item]) -> list[dict[str, Any]]:
    """The materials of the investigation, as the other case names them."""
    return [{"item": str(one.pk), "digest": one.digest, "title": one.title} for one in kept]


def last_request(case: Case) -> list[JoinderRequest]:
    rows = JoinderRequest.objects.filter(case=case).select_related("by", "other", "party", "answer__by", "answer__item")
    return list(rows.order_by("at", "id"))
