"""Loans of archived files, and the rules of the body on them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.policy.answers import Answer
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Role

from .. import queries as record
from ..models import Dossier
from ..uploads import terms
from .models import Loan

STATES = {"asked": "待审批", "out": "借阅中", "late": "逾期未还", "done": "已归还", "all": "全部"}
LIMIT = "D92"


@dataclass(frozen=True)
class Rules:
    """Who may borrow, who answers, and until when at the most; with where each is said."""

    borrowers: tuple[str, ...]
    approvers: tuple[str, ...]
    last: date | None
    answers: tuple[tuple[str, Answer], ...] = ()
    limit: Any = None

    @property
    def because(self) -> list[Any]:
        """Where it is said, each clause once."""
        said = {one.clause: one for _, answer in self.answers for one in answer.because}
        return list(said.values())


def rules(scope: str, on: date) -> Rules | None:
    """The rules of the body that keeps the files."""
    pack = terms.pack_at(scope, on)
    if pack is None:
        return None
    who, by = pack.parameter("borrowers"), pack.parameter("borrow_approvers")
    limit = pack.deadline(LIMIT, start=on, on=on, provisional=True)
    return Rules(_roles(who), _roles(by), limit.due, (("借阅人", who), ("审批人", by)), limit)


def _roles(answer: Answer) -> tuple[str, ...]:
    labels = {str(role.label): role.value for role in Role}
    return tuple(labels[one] for one in answer.value or () if one in labels)


def loans(caller: Caller, state: str, today: date) -> QuerySet[Loan]:
    """Loans of the caller's bodies; who neither keeps nor watches the files sees the own ones."""
    rows = Loan.objects.filter(below(caller.scope)).select_related("dossier__archive", "by", "answer__by", "back__by")
    if not caller.has("archivist", "head", "supervisor"):
        rows = rows.filter(by__key=caller.officer.key)
    going = Q(answer__approved=True, back__isnull=True)
    match state:
        case "asked":
            rows = rows.filter(answer__isnull=True)
        case "out":
            rows = rows.filter(going)
        case "late":
            rows = rows.filter(going, until__lt=today)
        case "done":
            rows = rows.filter(back__isnull=False)
    return rows.order_by("-at", "-id")


def loan(caller: Caller, pk: UUID, today: date) -> Loan | None:
    return loans(caller, "all", today).filter(pk=pk).first()


def of(dossier: Dossier) -> list[Loan]:
    """Who had a file when."""
    rows = Loan.objects.filter(dossier=dossier).select_related("by", "answer__by", "back__by")
    return list(rows.order_by("-at", "-id"))


def dossier(caller: Caller, pk: UUID) -> Dossier | None:
    return record.dossiers(caller).filter(pk=pk, archive__isnull=False).select_related("archive").first()
