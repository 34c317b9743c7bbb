"""Reads of what a party asked to inspect: the items of its file, what may be said of each, where the request stands."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from yangguang.casework.models import Case
from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.record import documents
from yangguang.record import queries as record
from yangguang.record.custody.models import Extract
from yangguang.record.models import Item
from yangguang.registry.access import Caller

from ..models import Kind, PartyReading, PartySubmission
from .models import InspectionAnswer, InspectionDraft, Way

LIMIT = "D93"


def grounds(case: Case) -> Answer:
    """On what grounds an item may be withheld, by the rules of the body."""
    return packs.load(case.pack).parameter("inspection_grounds")


def items(case: Case) -> list[Item]:
    """What the file holds, without the versions made for the public."""
    return [one for one in record.items(case.dossier) if one.event != "public"]


def copies(found: Iterable[Item]) -> dict[Item, Extract]:
    """The newest masked copy of each item that has one."""
    masked = Extract.objects.filter(parent__in=list(found), kind=Extract.Kind.MASKED).select_related("parent")
    return {one.parent: one for one in masked.order_by("at", "id")}


def internal(item: Item) -> bool:
    """Whether it is a document of the house: reports, review opinions, records of deliberation."""
    form = documents.catalogue().get(item.code)
    return form is not None and form.internal


def ways(item: Item, copy: Extract | None) -> list[str]:
    """How an item may be given at all: a recording as it is, and a document of the house, never leave through the door."""
    found = [Way.COPY.value] if copy is not None else []
    if item.medium == Item.Medium.TEXT and not internal(item):
        found.append(Way.ORIGINAL.value)
    return found if internal(item) else [*found, Way.OFFICE.value]


def title(item: Item, way: str) -> str:
    """What the party is told an item is: of what is withheld only its kind, for a title may name another person."""
    if way != Way.WITHHELD:
        return f"{item.title}{item.number}"
    form = documents.catalogue().get(item.code)
    return form.title if form is not None else item.get_medium_display()


def draft_of(submission: PartySubmission) -> InspectionDraft | None:
    """The list that waits for the head's answer, or was answered; None where the handler is to make one."""
    drafts = submission.inspection_drafts.exclude(answer__outcome=InspectionAnswer.Outcome.RETURNED)
    return drafts.select_related("by", "answer__by").order_by("-at", "-id").first()


def answer_of(submission: PartySubmission) -> InspectionAnswer | None:
    given = submission.inspection_answers.exclude(outcome=InspectionAnswer.Outcome.RETURNED)
    return given.select_related("by", "draft").first()


def readings(answer: InspectionAnswer) -> list[PartyReading]:
    """When the party read what was granted to it, the newest first."""
    given = [row["item"] for row in answer.draft.rows if row["digest"]]
    rows = PartyReading.objects.filter(case=answer.case_id, item__in=given, at__gte=answer.at)
    return list(rows.select_related("item").order_by("-at", "-id")[:50])


def turn(caller: Caller) -> Q:
    """Whose turn a request is: the handlers' until a list stands, then a head's who does not handle the case."""
    key, inspect = caller.officer.key, Q(kind=Kind.INSPECT)
    handles = Q(case__state__handler1_key=key) | Q(case__state__handler2_key=key)
    standing = InspectionDraft.objects.filter(submission=OuterRef("pk")).exclude(answer__outcome="returned")
    asked = handles & (~inspect | Q(~Exists(standing)))
    if caller.has("head"):
        answers = inspect & ~handles & Q(scope=caller.scope) & Q(Exists(standing.filter(answer=None)))
        asked = asked | answers
    return asked


def stands(rows: list[PartySubmission]) -> dict[PartySubmission, str]:
    """Where each request to inspect stands, in words."""
    asked = [one for one in rows if one.kind == Kind.INSPECT]
    if not asked:
        return {}
    found = dict.fromkeys(asked, "待拟定清单")
    drafts = InspectionDraft.objects.filter(submission__in=asked).select_related("submission", "answer")
    for draft in drafts.order_by("at", "id"):
        answer = getattr(draft, "answer", None)
        if answer is None:
            found[draft.submission] = "待负责人答复"
        else:
            said = {"granted": "已同意", "refused": "不予提供", "returned": "待拟定清单"}[answer.outcome]
            on = f" {timezone.localdate(answer.at):%Y-%m-%d}" if answer.outcome != "returned" else ""
            found[draft.submission] = said + on
    return found
