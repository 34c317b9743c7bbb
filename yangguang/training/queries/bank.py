"""The bank: what may be drawn, and the clause each question stands on in the words of the pack."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.errors import UnknownName
from yangguang.registry.access import Caller
from yangguang.registry.models import Body

from ..models import Paper, Question
from .places import above, seen_from


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


def clause_known(body: Body, clause: str) -> bool:
    try:
        packs.load(body.pack).clause(clause)
    except UnknownName:
        return False
    return True


def cited(body: Body, clause: str) -> tuple[Citation, ...]:
    """The clause a question stands on in the words of the body's own pack; nothing where that pack does not know it."""
    return (packs.load(body.pack).clause(clause),) if clause_known(body, clause) else ()


def named(body: Body, clause: str) -> str:
    """The clause as a person names it; its code where the body's own pack does not know it."""
    found = cited(body, clause)
    return f"{found[0].source}{found[0].title}" if found else f"{clause}（本机关的规则包没有这一条）"
