"""制度文件: composed or uploaded, approved by another, published."""

import io
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils import timezone

from yangguang.catalogue import versions
from yangguang.lawbook import actions as lawbook
from yangguang.policy import packs
from yangguang.record.documents import BadDocument
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused
from yangguang.vault import store

from .. import papers, policies, queries
from ..models import PolicyApproval, PolicyDocument, PolicyRelease
from .errors import BadFile, StillMissing
from .inside import keep_words
from .own import body_of, keep, same_body

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIMES = {b"%PDF-": (PDF, ".pdf"), b"PK\x03\x04": (DOCX, ".docx")}
PAPER_MOST = 30 * 2**20


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
    body = body_of(by, at)
    on, pack = timezone.localdate(at), packs.load(body.pack)
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
    body = body_of(by, at)
    if kind not in policies.KINDS:
        raise Refused("没有这种制度文件", mend="从列出的种类中选择", field="kind")
    if not title.strip():
        raise Refused("没有填写名称", mend="填写文件的名称", field="title")
    digest, mime, size = keep(file, MIMES, PAPER_MOST, "上传 PDF 或者 Word（.docx）文件", "file")
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
    versions.answerable(by, document, str(document), approved=approved, opinion=opinion)
    if approved and document.gaps:
        raise StillMissing(
            f"{document}还有 {len(document.gaps)} 处待明确：{'、'.join(one['label'] for one in document.gaps[:3])}",
            mend="在文件页写明后重新生成，或者上传写明这些事项的文件",
        )
    return PolicyApproval.objects.create(
        by=by,
        at=at,
        scope=document.scope,
        document=document,
        approved=approved,
        opinion=opinion.strip(),
        on=timezone.localdate(at),
    )


@action("before.publish_policy", kind="disclosure", milestone=True, on="document")
def publish_policy(*, by: Officer, at: datetime, document: PolicyDocument) -> PolicyRelease:
    """公布制度文件.  **Raises** NotApproved, Refused."""
    same_body(by, document.scope, "公布")
    if PolicyRelease.objects.filter(document=document).exists():
        raise Refused(f"{document}已经公布", mend="需要改动的，做新的一版")
    approval = versions.approval_of(document)
    if approval is None or not approval.approved:
        raise versions.NotApproved(f"{document}没有经负责人审批同意，不得公布", mend="由起草人以外的负责人审批")
    newer = PolicyDocument.objects.filter(
        scope=document.scope, kind=document.kind, version__gt=document.version,
        release__isnull=False,
    ).first()  # fmt: skip
    if newer is not None:
        raise Refused(f"{newer}已经公布，不能再公布更早的版本", mend="需要恢复旧内容的，做新的一版")
    release = PolicyRelease.objects.create(
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
        on=timezone.localdate(at),
    )
    keep_words(release=release)
    return release
