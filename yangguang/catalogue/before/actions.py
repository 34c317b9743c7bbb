"""Writes of what is shown beforehand: who answers, versions, approval, publication, boards, changes, policy documents."""

import io
from datetime import date, datetime
from typing import Any, BinaryIO

from yangguang.duty import actions as duty
from yangguang.lawbook import actions as lawbook
from yangguang.policy import packs
from yangguang.record.documents import BadDocument
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from . import changes, elements, papers, policies, queries, snapshots
from .boards import Board
from .models import (
    BoardShown,
    Change,
    ChangeAnswer,
    ChannelProof,
    ElementText,
    PolicyApproval,
    PolicyDocument,
    PolicyRelease,
    PreApproval,
    PreDraft,
    PreRelease,
    ResponsiblePerson,
    SentUp,
    SentUpReceipt,
)

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIMES = {b"%PDF-": (PDF, ".pdf"), b"PK\x03\x04": (DOCX, ".docx")}
PHOTOS = {b"\xff\xd8\xff": ("image/jpeg", ".jpg"), b"\x89PNG": ("image/png", ".png")}
PAPER_MOST = 30 * 2**20
PHOTO_MOST = 15 * 2**20


class OwnWork(Refused):
    """起草人不得审核自己起草的内容.  **Clause** SY-2.1.3b, DH-2.1.1c."""


class NotApproved(Refused):
    """The plan has it approved before it is published, and it is not."""


class NoProof(Refused):
    """A channel without a link, words or a photograph: nothing shows that anything is to be seen there."""


class NothingThere(Refused):
    """A body without a power of this kind has nothing of it to show."""


class StillMissing(Refused):
    """A document that its rules leave open and nobody has settled."""


class Unfinished(Refused):
    """A touched thing is said to be renewed, and no newer version of it is there."""


class BadFile(Refused):
    """A file that is no PDF, Word file or photograph, or that the vault did not take."""


def _same_body(by: Officer, scope: str, what: str) -> None:
    if by.scope != scope:
        raise Refused(f"{by.name}不是本机关的人员，不得{what}", mend="由本机关的人员办理")


def _body(by: Officer, at: datetime) -> Body:
    return registry.body_at(by.scope, at.date()) or by.body


# ---- who answers, what only the body knows -----------------------------------------------------------------------


@action("before.name", kind="registry")
def name(*, by: Officer, at: datetime, matter: str, person: Officer, since: date, note: str = "") -> ResponsiblePerson:
    """明确公示责任人.  **Clause** QD-3.1.1(3)a, QD-A3.公示.2(⑤), DH-2.1.1d."""
    body = _body(by, at)
    if matter not in {code for code, _ in queries.matters(body, at.date())}:
        raise Refused(f"没有“{matter}”这一公示事项", mend="从列出的事项中选择", field="matter")
    serving = registry.officers(body.scope, since).filter(key=person.key).exists()
    if not serving:
        raise Refused(f"{person.name}在 {since} 不是本机关的人员", mend="另选一人", field="person")
    return ResponsiblePerson.objects.create(
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        matter=matter,
        person=person,
        person_key=person.key,
        since=since,
        note=note.strip(),
    )


@action("before.tell")
def tell(*, by: Officer, at: datetime, kind: str, element: str, text: str) -> ElementText:
    """补充公开内容: what no register holds, in the body's own words."""
    body = _body(by, at)
    if element not in elements.demanded(packs.load(body.pack), at.date()):
        raise Refused(f"本方案的要素中没有“{element}”", mend="从列出的要素中选择", field="element")
    if not text.strip():
        raise Refused("没有填写内容", field="text")
    return ElementText.objects.create(
        by=by, at=at, scope=body.scope, body=body, kind=kind, element=element, text=text.strip()
    )


# ---- versions ----------------------------------------------------------------------------------------------------


@action("before.draft")
def draft(*, by: Officer, at: datetime, kind: str) -> PreDraft:
    """编制事前公开: all elements of a kind of act as the registers and lists say them now.

    **Clause** QD-3.1.1(1)c, SY-2.1.1b, DH-2.1.2b, WC-2.1.2.0, QS-3.1.1b to g.
    **Raises** NothingThere, Refused (nothing changed since the last version).
    """
    body = _body(by, at)
    held = queries.holding(body, kind, at.date())
    if held is None:
        words = elements.kind_words(packs.load(body.pack), kind)
        raise NothingThere(f"{body}没有登记{words}事项", mend="先登记执法事项", field="kind")
    lock(f"pre:{body.scope}{kind}")
    shown = snapshots.make(held)
    digest = snapshots.digest(shown)
    last = PreDraft.objects.filter(scope=body.scope, kind=kind).select_related("approval").order_by("-number").first()
    if last is not None and last.digest == digest and getattr(getattr(last, "approval", None), "approved", True):
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
        on=at.date(),
    )


@action("before.approve", milestone=True, on="draft")
def approve(*, by: Officer, at: datetime, draft: PreDraft, approved: bool, opinion: str = "") -> PreApproval:
    """审核事前公开: by another than who drafted it.  **Clause** QD-A3.公示.4(③)b, SY-2.1.3b, DH-2.1.1c, WC-2.1.1b.

    **Raises** OwnWork, Refused.
    """
    _same_body(by, draft.scope, "审核")
    if PreApproval.objects.filter(draft=draft).exists():
        raise Refused(f"{draft}已经审核", mend="需要改动的，编制新的一版")
    _by_another(by, draft.by, f"事前公开{draft}")
    _reasoned(approved, opinion)
    return PreApproval.objects.create(
        by=by, at=at, scope=draft.scope, draft=draft, approved=approved, opinion=opinion.strip(), on=at.date()
    )


def _by_another(by: Officer, author: Officer, what: str) -> None:
    if by.key == author.key:
        raise OwnWork(f"{what}由{author.name}起草，不得由本人审核", mend="由另一名负责人审核")


def _reasoned(approved: bool, opinion: str) -> None:
    if not approved and not opinion.strip():
        raise Refused("不同意的，必须写明理由", mend="写明哪一处、为什么", field="opinion")


@action("before.publish", kind="disclosure", milestone=True, on="draft")
def publish(*, by: Officer, at: datetime, draft: PreDraft) -> PreRelease:
    """公开事前公开内容: this version is what the public reads from now on.

    **Clause** QD-3.1.1(1)d, SY-2.1.1b.  **Raises** NotApproved, Refused.
    """
    _same_body(by, draft.scope, "公开")
    if PreRelease.objects.filter(draft=draft).exists():
        raise Refused(f"{draft}已经公开")
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
        on=at.date(),
    )
    return release


def _may_publish(draft: PreDraft) -> None:
    pack = packs.load(draft.body.pack)
    approval = PreApproval.objects.filter(draft=draft).first()
    if approval is not None and not approval.approved:
        raise NotApproved(f"{draft}审核未同意：{approval.opinion}", mend="按意见改正后编制新的一版")
    if approval is None and queries.needs_approval(pack):
        raise NotApproved(
            f"{draft}还没有审核，不得公开",
            because=pack.parameter("pre_approval").because,
            mend="由起草人以外的负责人审核",
        )


# ---- channels, the office above ----------------------------------------------------------------------------------


@action("before.prove", kind="disclosure")
def prove(
    *,
    by: Officer,
    at: datetime,
    of: PreRelease | PolicyRelease,
    channel: str,
    on: date,
    link: str = "",
    words: str = "",
    photo: BinaryIO | None = None,
) -> ChannelProof:
    """登记渠道公开证明.  **Clause** QD-A3.公示.2(②), QD-3.1.1(1)d, QD-3.1.1(1)e.  **Raises** NoProof, BadFile, Refused.

    A supervisor above may record what the county itself published centrally.
    """
    body = registry.body_at(of.scope, at.date())
    asked = queries.channels(packs.load(body.pack), at.date()) if body else ()
    if not of.scope.startswith(by.scope):
        raise Refused(f"{by.name}不得登记其他机关的公开证明")
    if channel not in asked:
        raise Refused(f"本方案的公开渠道中没有“{channel}”", mend=f"可选：{'、'.join(asked)}", field="channel")
    if on < of.on or on > at.date():
        raise Refused(f"公开日期应在 {of.on} 至 {at.date()} 之间", mend="核对日期", field="on")
    if not link.strip() and not words.strip() and photo is None:
        raise NoProof("没有证明", mend="填写网址，或者写明在何处、由谁张贴，或者上传照片", field="link")
    digest, mime = _keep(photo, PHOTOS, PHOTO_MOST, "照片应为 JPG 或者 PNG", "photo")[:2] if photo else ("", "")
    return ChannelProof.objects.create(
        by=by,
        at=at,
        scope=of.scope,
        subject=subject_of(of),
        channel=channel,
        link=link.strip(),
        words=words.strip(),
        photo=digest,
        photo_mime=mime,
        on=on,
    )


def subject_of(of: PreRelease | PolicyRelease) -> str:
    return of.document.subject if isinstance(of, PolicyRelease) else of.subject


def _keep(
    source: BinaryIO, kinds: dict[bytes, tuple[str, str]], most: int, wrong: str, field: str
) -> tuple[str, str, int]:
    """Keep a file whose first bytes say what it is: (digest, mime, size)."""
    head = source.read(8)
    source.seek(0)
    mime = next((mime for magic, (mime, _) in kinds.items() if head.startswith(magic)), None)
    if mime is None:
        raise BadFile("文件格式不对", mend=wrong, field=field)
    try:
        kept = store.put(source, limit=most)
    except VaultError as error:
        raise BadFile(error.message, mend=error.mend, field=field) from error
    return kept.digest, mime, kept.size_bytes


@action("before.send_up")
def send_up(
    *, by: Officer, at: datetime, of: PreRelease | PolicyRelease, organ: str, on: date, item: str = "", note: str = ""
) -> SentUp:
    """报送上级、报备.  **Clause** QD-3.1.1(1)e, WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c, WC-2.3.3e."""
    _same_body(by, of.scope, "报送")
    if not organ.strip():
        raise Refused("没有写明报送的机关", field="organ")
    if on > at.date() or on < of.on:
        raise Refused(f"报送日期应在 {of.on} 至 {at.date()} 之间", mend="核对日期", field="on")
    body = registry.body_at(of.scope, at.date())
    items = [code for code, _ in queries.filing_items(packs.load(body.pack), at.date())] if body else []
    if item and item not in items:
        raise Refused(f"本方案没有要求报备“{item}”", field="item")
    return SentUp.objects.create(
        by=by,
        at=at,
        scope=of.scope,
        subject=subject_of(of),
        item=item,
        organ=organ.strip(),
        on=on,
        note=note.strip(),
    )


@action("before.receipt")
def receipt(*, by: Officer, at: datetime, sent: SentUp, number: str, on: date) -> SentUpReceipt:
    """登记备案回执.  **Clause** WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c."""
    if SentUpReceipt.objects.filter(sent=sent).exists():
        raise Refused("这次报送的回执已经登记")
    if not number.strip():
        raise Refused("没有填写回执编号", field="number")
    if on < sent.on or on > at.date():
        raise Refused(f"回执日期应在 {sent.on} 至 {at.date()} 之间", mend="核对日期", field="on")
    return SentUpReceipt.objects.create(by=by, at=at, scope=sent.scope, sent=sent, number=number.strip(), on=on)


# ---- boards ------------------------------------------------------------------------------------------------------


@action("before.put_up", kind="disclosure")
def put_up(*, by: Officer, at: datetime, board: Board, place: str, on: date) -> BoardShown:
    """公示牌上墙: from now on a change of the registers shows that it is out of date.

    **Clause** QD-A3.公示.3(②), WC-2.1.3(3), QS-3.1.2f.  **Raises** StillMissing naming the empty fields.
    """
    _same_body(by, board.officer.scope, "张贴公示牌")
    if board.missing:
        raise StillMissing(
            f"{board.officer.name}的公示牌缺{'、'.join(line.label for line in board.missing)}",
            because=board.because,
            mend="；".join(dict.fromkeys(line.mend for line in board.missing)),
        )
    if not place.strip():
        raise Refused("没有写明张贴的地点", field="place")
    if on > at.date():
        raise Refused("上墙日期不能晚于今天", field="on")
    return BoardShown.objects.create(
        by=by,
        at=at,
        scope=board.officer.scope,
        body=board.body,
        subject=board.subject,
        title=f"{board.officer.name}岗位公示牌",
        shown=board.content,
        digest=board.digest,
        place=place.strip(),
        on=on,
    )


# ---- changes -----------------------------------------------------------------------------------------------------


@action("before.note_change", kind="registry", milestone=True)
def note_change(
    *, by: Officer, at: datetime, scope: str, what: str, key: str, changed_on: date, why: str, title: str = ""
) -> Change:
    """登记变动: name everything it touches and open the duty to bring it up to date, with its date.

    **Shape** `key`: key of the power, body or person (of a certificate its holder); of law: a clause, a kind of act, or "*".
    **Clause** QS-3.1.4a (20 working days), DH-2.1.2c (the same day), QD-3.1.1(3)b, CN-INF-26.
    """
    body = registry.body_at(scope, at.date())
    if body is None:
        raise Refused("没有这个执法主体", mend="核对主体", field="scope")
    if not why.strip():
        raise Refused("没有写明依据和说明", mend="写明文件名称、文号或者事由", field="why")
    if changed_on > at.date():
        raise Refused("变动日期不能晚于今天", mend="变动施行之日起登记", field="changed_on")
    if what not in Change.What.values:
        raise Refused(f"没有“{what}”这种变动", field="what")
    touched = queries.touched(body, what, key, at.date())
    change = Change.objects.create(
        by=by,
        at=at,
        scope=scope,
        body=body,
        what=what,
        key=key,
        title=(title.strip() or f"{Change.What(what).label}变动")[:200],
        changed_on=changed_on,
        why=why.strip(),
        touched=touched,
    )
    if touched:
        _open_clock(change, by, at)
    return change


def _open_clock(change: Change, by: Officer, at: datetime) -> None:
    named = queries.responsible(change.scope, queries.PRE, at.date())
    names = "、".join(dict.fromkeys(one["sort"] for one in change.touched))
    duty.due(
        by=by,
        at=at,
        scope=change.scope,
        subject=change.chain,
        rule=queries.CLOCK,
        title=f"更新公开信息：{change.title}（涉及{names}，共 {len(change.touched)} 项）"[:200],
        role="disclosure",
        owner_key=named.person_key if named else None,
        pack=packs.load(change.body.pack),
        start_on=change.changed_on,
    )


def note_what_changed(at: datetime, settled: set[int]) -> int:
    """Note every change of the registers that has come and was not noted, each in its own transaction; gives how many.

    **Shape** `settled`: lines found to change nothing public; they are not looked at again while the process lives.
    """
    done = 0
    for entry in changes.unnoted().exclude(pk__in=settled):
        found = changes.seen(entry)
        if found is None:
            settled.add(entry.pk)
        elif found.changed_on <= at.date():
            note_change(at=at, caused_by=entry, **found.given())
            done += 1
    return done


@action("before.answer_change", on="change")
def answer_change(*, by: Officer, at: datetime, change: Change, ref: str, how: str, note: str = "") -> ChangeAnswer:
    """处理变动所涉及的一项: renewed, which its newer version must show, or unaffected, with the reason.

    The last one discharges the duty.  **Clause** QS-3.1.4a, QD-3.1.1(3)b.  **Raises** Unfinished, Refused.
    """
    _same_body(by, change.scope, "处理")
    row = next((one for one in change.touched if one["ref"] == ref), None)
    if row is None:
        raise Refused("这项变动不涉及所选内容", field="ref")
    if change.answers.filter(about=ref).exists():
        raise Refused(f"“{row['title']}”已经处理")
    version = ""
    if how == ChangeAnswer.How.RENEWED:
        version = queries.renewed_since(change, ref)
        if not version and row["sort"] not in BY_HAND:
            raise Unfinished(
                f"“{row['title']}”在 {change.changed_on} 变动之后没有公开过新的版本",
                mend="先公开新的版本，再登记已更新；确实不受影响的，写明理由",
                field="how",
            )
    if not note.strip() and not version:
        raise Refused("没有写明理由", mend="写明怎样更新，或者为什么不受影响", field="note")
    answer = ChangeAnswer.objects.create(
        by=by, at=at, scope=change.scope, change=change, about=ref, how=how, version=version, note=note.strip()
    )
    if change.answers.count() == len(change.touched):
        duty.fulfil(by=by, at=at, subject=change.chain, rule=queries.CLOCK, note="所涉及的内容均已处理")
    return answer


# What has no version of its own here: a pending case goes on under its edition, a form is part of the law package.
BY_HAND = frozenset({"在办案件", "文书样式"})


# ---- policy documents --------------------------------------------------------------------------------------------


@action("before.compose", kind="registry")
def compose(
    *,
    by: Officer,
    at: datetime,
    kind: str,
    number: str = "",
    issued_on: date | None = None,
    in_force: date | None = None,
    agreed_by: str = "",
    links: list[dict[str, str]] | None = None,
    settled: dict[str, str] | None = None,
    more: str = "",
) -> PolicyDocument:
    """生成制度文件: composed of the rules, lists, charts and deadlines in force, as PDF and as Word.

    **Clause** QD-4.2a, QD-4.2b, QD-3.3.4a, QD-A3.审核.5(①), WC-2.3.3a, SY-2.1.1c, DH-2.2.1b.
    """
    body = _body(by, at)
    on, pack = at.date(), packs.load(body.pack)
    spec = policies.KINDS.get(kind)
    if spec is None or not spec.sections:
        raise Refused("这种文件不能按规则生成", mend="上传文件", field="kind")
    paper, gaps, pictures = policies.compose(
        spec,
        pack,
        body,
        on,
        lists=queries.lists_of(body.scope, on),
        devices=queries.devices(body.scope, on),
        kinds=queries.kinds_of(pack, registry.powers(body.scope, on), on),
        settled=settled,
        more=more,
        number=number,
    )
    for svg in pictures.values():
        store.put(io.BytesIO(svg))
    try:
        pdf, docx = papers.pdf(paper, on), papers.docx(paper, on)
    except BadDocument as error:
        raise BadFile(error.message, mend=error.mend) from error
    held = store.put(io.BytesIO(pdf))
    return _document(
        by, at, body, kind, paper["title"],
        number=number, issued_on=issued_on, in_force=in_force, agreed_by=agreed_by, links=links,
        source=PolicyDocument.Source.COMPOSED, content=paper, gaps=gaps, digest=held.digest, mime=PDF,
        name=f"{paper['title']}.pdf", size_bytes=held.size_bytes, word_digest=store.put(io.BytesIO(docx)).digest,
    )  # fmt: skip


@action("before.upload", kind="registry")
def upload(
    *,
    by: Officer,
    at: datetime,
    kind: str,
    title: str,
    file: BinaryIO,
    name: str,
    number: str = "",
    issued_on: date | None = None,
    in_force: date | None = None,
    agreed_by: str = "",
    links: list[dict[str, str]] | None = None,
) -> PolicyDocument:
    """上传制度文件: its number and date may be blank, as the plan itself may have none.  **Clause** QD-0.2, WC-0.2.

    **Raises** BadFile.
    """
    body = _body(by, at)
    if kind not in policies.KINDS:
        raise Refused("没有这种制度文件", field="kind")
    if not title.strip():
        raise Refused("没有填写名称", field="title")
    digest, mime, size = _keep(file, MIMES, PAPER_MOST, "上传 PDF 或者 Word（.docx）文件", "file")
    return _document(
        by, at, body, kind, title.strip(),
        number=number, issued_on=issued_on, in_force=in_force, agreed_by=agreed_by, links=links,
        source=PolicyDocument.Source.UPLOADED, digest=digest, mime=mime, name=name[-200:], size_bytes=size,
    )  # fmt: skip


def _document(by: Officer, at: datetime, body: Body, kind: str, title: str, **given: Any) -> PolicyDocument:
    pack = packs.load(body.pack)
    issued, force = given["issued_on"], given["in_force"]
    if issued and force and force < issued:
        raise Refused("施行日期早于成文日期", mend="核对日期", field="in_force")
    lock(f"policy:{body.scope}{kind}")
    lawbook.keep(at=at, scope=body.scope, pack=pack)
    given["number"] = given["number"].strip()
    given["links"] = given["links"] or []
    return PolicyDocument.objects.create(
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        kind=kind,
        version=queries.next_version(body.scope, kind),
        title=title,
        pack=pack.id,
        pack_version=pack.version,
        **given,
    )


@action("before.approve_policy", kind="registry", milestone=True, on="document")
def approve_policy(
    *, by: Officer, at: datetime, document: PolicyDocument, approved: bool, opinion: str = ""
) -> PolicyApproval:
    """审批制度文件: by a head who did not write it, and not while its own rules are still open.

    **Raises** OwnWork, StillMissing, Refused.
    """
    _same_body(by, document.scope, "审批")
    if PolicyApproval.objects.filter(document=document).exists():
        raise Refused(f"{document}已经审批", mend="需要改动的，做新的一版")
    _by_another(by, document.by, str(document))
    _reasoned(approved, opinion)
    if approved and document.gaps:
        raise StillMissing(
            f"{document}还有 {len(document.gaps)} 处待明确：{'、'.join(one['label'] for one in document.gaps[:3])}",
            mend="在文件页写明后重新生成，或者上传写明这些事项的文件",
        )
    return PolicyApproval.objects.create(
        by=by, at=at, scope=document.scope, document=document, approved=approved, opinion=opinion.strip(), on=at.date()
    )


@action("before.publish_policy", kind="disclosure", milestone=True, on="document")
def publish_policy(*, by: Officer, at: datetime, document: PolicyDocument) -> PolicyRelease:
    """公布制度文件.  **Raises** NotApproved, Refused."""
    _same_body(by, document.scope, "公布")
    if PolicyRelease.objects.filter(document=document).exists():
        raise Refused(f"{document}已经公布")
    approval = PolicyApproval.objects.filter(document=document).first()
    if approval is None or not approval.approved:
        raise NotApproved(f"{document}没有经负责人审批同意，不得公布", mend="由起草人以外的负责人审批")
    newer = PolicyDocument.objects.filter(
        scope=document.scope, kind=document.kind, version__gt=document.version,
        release__isnull=False,
    ).first()  # fmt: skip
    if newer is not None:
        raise Refused(f"{newer}已经公布，不能再公布更早的版本")
    return PolicyRelease.objects.create(
        by=by,
        at=at,
        scope=document.scope,
        document=document,
        kind=document.kind,
        title=document.title,
        number=document.number,
        in_force=document.in_force,
        body_key=document.body.key,
        digest=document.digest,
        mime=document.mime,
        on=at.date(),
    )
