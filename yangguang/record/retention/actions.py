"""Hold a file, let it go, propose its destruction, answer, carry it out.

**Clause** 档案法; QS-3.2.2i, DH-2.2.4b with the reading of the contradictions: never before its date, on a stated ground,
by several hands, and never without a trace.
"""

import logging
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from .. import previews
from ..models import Dossier
from . import queries
from .models import DestructionAnswer, DestructionProposal, Hold, HoldLifted, Tombstone

SHORTEST = 2

logger = logging.getLogger(__name__)


class Held(Refused):
    """The file has to be kept: its time has not come, is not known, or somebody holds it."""


class NotByOne(Refused):
    """Two persons: who proposes does not answer, who answers does not carry out."""


class NotSaid(Refused):
    """A ground, a document, an opinion is missing."""


@action("record.hold", on="dossier")
def hold(*, by: Officer, at: datetime, dossier: Dossier, ground: str, document: str, note: str = "") -> Hold:
    """保全案卷: nothing of it may be destroyed while this stands."""
    _not_gone(dossier)
    _said(ground, "事由", "ground")
    _said(document, "依据的文书", "document")
    return Hold.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        ground=ground.strip(),
        document=document.strip(),
        note=note.strip(),
    )


@action("record.lift_hold", on="hold")
def lift_hold(*, by: Officer, at: datetime, hold: Hold, reason: str) -> HoldLifted:
    """解除保全."""
    if HoldLifted.objects.filter(hold=hold).exists():
        raise Held("这项保全已经解除", mend="刷新页面查看")
    _said(reason, "解除理由", "reason")
    return HoldLifted.objects.create(
        by=by, at=at, scope=hold.scope, dossier=hold.dossier, hold=hold, reason=reason.strip()
    )


@action("record.propose_destruction", on="dossier")
def propose_destruction(*, by: Officer, at: datetime, dossier: Dossier, ground: str) -> DestructionProposal:
    """提出销毁: after the period is over.  **Raises** Held, NotSaid."""
    last = must_be_over(dossier, at)
    if by.scope != dossier.scope:
        raise NotByOne("只能由保存该案卷的机关的档案人员提出", mend="转交该机关办理")
    open_one = queries.proposal(dossier)
    if open_one is not None and not hasattr(open_one, "answer"):
        raise Held("已经提出，等候审批", mend="刷新页面查看")
    _said(ground, "销毁依据", "ground")
    return DestructionProposal.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, due_on=last, ground=ground.strip()
    )


@action("record.answer_destruction", on="proposal")
def answer_destruction(
    *, by: Officer, at: datetime, proposal: DestructionProposal, approved: bool, opinion: str
) -> DestructionAnswer:
    """审批销毁: by a head who did not propose it.  **Raises** Held, NotByOne, NotSaid."""
    must_be_over(proposal.dossier, at)
    if by.scope != proposal.scope:
        raise NotByOne("只能由保存该案卷的机关的负责人审批", mend="转交该机关的负责人")
    if by.key == proposal.by.key:
        raise NotByOne("提出销毁的人不能审批", mend="请由其他负责人审批")
    if DestructionAnswer.objects.filter(proposal=proposal).exists():
        raise Held("已经审批", mend="刷新页面查看")
    _said(opinion, "审批意见", "opinion")
    return DestructionAnswer.objects.create(
        by=by,
        at=at,
        scope=proposal.scope,
        dossier=proposal.dossier,
        proposal=proposal,
        approved=approved,
        opinion=opinion.strip(),
    )


@action("record.destroy", kind="erasure", milestone=True, on="proposal")
def destroy(*, by: Officer, at: datetime, proposal: DestructionProposal, witness: str) -> Tombstone:
    """销毁案卷: the bytes go after this line is written; lists, facts and proofs stay.

    **Raises** Held, NotByOne, NotSaid.
    """
    dossier = proposal.dossier
    must_be_over(dossier, at)
    answer = DestructionAnswer.objects.filter(proposal=proposal).select_related("by").first()
    if answer is None or not answer.approved:
        raise Held("还没有批准销毁", mend="由负责人审批")
    if by.scope != dossier.scope or by.key == answer.by.key:
        raise NotByOne("由本机关审批人以外的人办理销毁", mend="由档案人员办理")
    if len(witness.strip()) < 2 or witness.strip() in (by.name, answer.by.name):
        raise NotSaid("须有办理人、审批人以外的监销人", mend="写明在场监销的人", field="witness")
    stone = Tombstone.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        proposal=proposal,
        ground=proposal.ground,
        witness=witness.strip(),
        destroyed=[asdict(one) for one in queries.bytes_of(dossier)],
    )
    transaction.on_commit(lambda: clear(stone))
    return stone


def clear(stone: Tombstone) -> int:
    """This will let the bytes of a destroyed file go; gives how many.  Again is harmless: what is gone is gone.

    **Why** after the commit: bytes that went cannot come back when the line about them is rolled back.
    """
    count = 0
    for digest in queries.left(stone):
        for picture in (previews.folder() / digest[:2]).glob(f"{digest}-*"):
            picture.unlink(missing_ok=True)
        try:
            store.destroy(digest)
        except VaultError as held:  # its own lock is not over, or it went meanwhile: the page says what is left
            logger.warning("%s: %s", stone.ref, held.message)
            continue
        count += 1
    return count


def must_be_over(dossier: Dossier, at: datetime) -> date:
    """The last day of the period.  **Raises** Held where it is not over, not known, for good, or somebody holds the file."""
    _not_gone(dossier)
    term = queries.term(dossier)
    if term.last_day is None:
        what = "永久保管" if term.permanent else "没有确定保管期限"
        raise Held(f"“{dossier.title}”{what}，不得销毁", because=term.because, mend=term.explain)
    if not term.over(min(timezone.localdate(at), timezone.localdate())):
        raise Held(
            f"“{dossier.title}”的保管期限到 {term.last_day} 止，期满以前不得销毁",
            because=term.because,
            mend=term.explain,
        )
    if standing := queries.standing(dossier):
        grounds = "；".join(f"{one.ground}（{one.document}）" for one in standing)
        raise Held(f"案卷在保全中，不得销毁：{grounds}", mend="由负责人或者监督机关解除保全后再办")
    return term.last_day


def _not_gone(dossier: Dossier) -> None:
    if queries.tombstone(dossier) is not None:
        raise Held(f"“{dossier.title}”已经销毁", mend="查看销毁记录")


def _said(text: str, label: str, field: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise NotSaid(f"没有写明{label}", mend="写明后再办理", field=field)
