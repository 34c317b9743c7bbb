"""事前公开 in versions: drafted of the registers, approved by another, shown to the public."""

from datetime import datetime

from django.utils import timezone

from yangguang.catalogue import versions
from yangguang.lawbook import actions as lawbook
from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.registry.models import Officer
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused

from .. import elements, queries, snapshots
from ..models import PreApproval, PreDraft, PreRelease
from .errors import NothingThere
from .own import body_of, same_body


@action("before.draft")
def draft(*, by: Officer, at: datetime, kind: str) -> PreDraft:
    """编制事前公开: all elements of a kind of act as the registers and lists say them now.

    **Clause** QD-3.1.1(1)c, SY-2.1.1b, DH-2.1.2b, WC-2.1.2.0, QS-3.1.1b to g.
    **Raises** NothingThere, Refused (nothing changed since the last version).
    """
    body = body_of(by, at)
    held = queries.holding(body, kind, timezone.localdate(at))
    if held is None:
        words = elements.kind_words(packs.load(body.pack), kind)
        raise NothingThere(f"{body}没有登记{words}事项", mend="先登记执法事项", field="kind")
    lock(f"pre:{body.scope}{kind}")
    shown = snapshots.make(held)
    digest = snapshots.digest(shown)
    last = PreDraft.objects.filter(scope=body.scope, kind=kind).select_related("approval").order_by("-number").first()
    if last is not None and last.digest == digest and versions.standing(getattr(last, "approval", None)):
        raise Refused(f"与{last}没有差别，不需要编制新的一版", mend="登记有变化后再编制")
    snapshots.keep_charts(held)
    lawbook.keep(at=at, scope=body.scope, pack=held.pack)
    return PreDraft.objects.create(
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        kind=kind,
        number=queries.next_number(body.scope, kind),
        shown=shown,
        digest=digest,
        gaps=snapshots.gaps(shown),
        pack=held.pack.id,
        pack_version=held.pack.version,
        on=timezone.localdate(at),
    )


@action("before.approve", milestone=True, on="draft")
def approve(*, by: Officer, at: datetime, draft: PreDraft, approved: bool, opinion: str = "") -> PreApproval:
    """审核事前公开: by another than who drafted it.  **Clause** QD-A3.公示.4(③)b, SY-2.1.3b, DH-2.1.1c, WC-2.1.1b.

    **Raises** OwnWork, Refused.
    """
    versions.answerable(by, draft, f"事前公开{draft}", approved=approved, opinion=opinion, because=_because(draft))
    return PreApproval.objects.create(
        by=by,
        at=at,
        scope=draft.scope,
        draft=draft,
        approved=approved,
        opinion=opinion.strip(),
        on=timezone.localdate(at),
    )


@action("before.publish", kind="disclosure", milestone=True, on="draft")
def publish(*, by: Officer, at: datetime, draft: PreDraft) -> PreRelease:
    """公开事前公开内容: this version is what the public reads from now on.

    **Clause** QD-3.1.1(1)d, SY-2.1.1b.  **Raises** NotApproved, Refused.
    """
    same_body(by, draft.scope, "公开")
    if PreRelease.objects.filter(draft=draft).exists():
        raise Refused(f"{draft}已经公开", mend="内容有变动的，编制新的一版")
    newest = PreRelease.objects.filter(scope=draft.scope, kind=draft.kind, number__gt=draft.number).first()
    if newest is not None:
        raise Refused(f"第 {newest.number} 版已经公开，不能再公开更早的{draft}", mend="编制新的一版")
    _may_publish(draft)
    release = PreRelease.objects.create(
        by=by,
        at=at,
        scope=draft.scope,
        draft=draft,
        body_key=draft.body.key,
        kind=draft.kind,
        number=draft.number,
        shown=draft.shown,
        digest=draft.digest,
        complete=not draft.gaps,
        on=timezone.localdate(at),
    )
    return release


def _may_publish(draft: PreDraft) -> None:
    pack = packs.load(draft.body.pack)
    approval = versions.approval_of(draft)
    if approval is not None and not approval.approved:
        raise versions.NotApproved(
            f"{draft}审核未同意：{approval.opinion}", because=_because(draft), mend="按意见改正后编制新的一版"
        )
    if approval is None and queries.needs_approval(pack):
        raise versions.NotApproved(
            f"{draft}还没有审核，不得公开",
            because=_because(draft),
            mend="由起草人以外的负责人审核",
        )


def _because(draft: PreDraft) -> tuple[Citation, ...]:
    """The clauses by which the plan has contents approved before they are published."""
    return packs.load(draft.body.pack).parameter("pre_approval").because
