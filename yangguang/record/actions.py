"""Keep documents and recordings.  **Clause** 行政处罚法 art. 47, QS-3.2.0a, QS-3.2.2i: kept whole, never changed."""

import io
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.trail.reading import writing
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from . import documents, media, queries, volumes
from .formbook import queries as formbook
from .models import Archive, Dossier, Item, Number, Received, Seal, Waiver
from .sql import SUPPLEMENT
from .uploads import actions as uploads
from .uploads import terms

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: people type this from paper


class Incomplete(Refused):
    """A document that lacks a field its form requires."""


class TooLarge(Refused):
    """An upload over the limit of this installation."""


class BadFile(Refused):
    """A file that cannot be taken: empty, cut off, or not what its name says."""


class BadPaper(Refused):
    """A document that cannot be set from what was given: a value of the wrong form, a character without a glyph."""


class NotKeeper(Refused):
    """Only those who handle a matter add to its file, and only while it is open.  行政处罚法 art. 42, 47."""


class Archived(Refused):
    """An archived file stays as it is; what the law lets come after goes to the 补充卷.  行政处罚法 art. 47, G23."""


@action("record.open", part=True)
def open_dossier(*, by: Officer, at: datetime, scope: str, subject: str, title: str) -> Dossier:
    """建立案卷."""
    return Dossier.objects.create(by=by, at=at, scope=scope, subject=subject, title=title)


@action("record.keep", kind="evidence")
def keep(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    step: str,
    title: str,
    path: Path | None = None,
    name: str = "",
    event: str = "",
    note: str = "",
    stated: dict[str, str] | None = None,
    received: Received | None = None,
    live: dict[str, Any] | None = None,
) -> Item:
    """收存音像记录或者证据材料.

    The file is probed by a limited process before it is kept; the original's bytes are never touched.  A file that waits
    in the tray (`received`) was probed and kept when it came.
    **Shape** `stated`: {taken_at, place, device} as the officer says; what the file itself says is kept beside it;
    `live`: the chain a live recording was joined from (see live.actions.finish).
    **Raises** NotKeeper, TooLarge, BadFile, Placed.
    """
    not_archived(dossier, step)
    may_add(by, dossier)
    about = _waiting(by, dossier, received) if received else _brought(path, name, dossier.scope, at)
    item = Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step=step,
        event=event,
        title=title,
        on=timezone.localdate(at),
        note=note,
        **about | {"meta": about["meta"] | ({"stated": stated} if stated else {}) | ({"live": live} if live else {})},
    )
    if received:
        uploads.place(by=by, at=at, received=received, item=item)
    return item


COPIED = ("medium", "title", "digest", "size_bytes", "mime", "name", "number", "on", "note")
OWN_TO_THE_FILE = ("code", "correction", "live")  # what a material says of its place in the file it was made for


@action("record.take_in", kind="evidence", part=True)
def take_in(*, by: Officer, at: datetime, dossier: Dossier, item: Item, sender: str) -> Item:
    """收存移送来的材料: the same bytes as in the file they came with; it is evidence here, not a paper of this body.

    **Shape** `meta.handed`: {item, sender, on, code}: which material of which body it is.
    """
    not_archived(dossier)
    meta = {name: value for name, value in item.meta.items() if name not in OWN_TO_THE_FILE}
    told = {"item": str(item.pk), "sender": sender, "on": timezone.localdate(at).isoformat(), "code": item.code}
    return Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step="evidence",
        meta={**meta, "handed": told},
        **{name: getattr(item, name) for name in COPIED},
    )


def _brought(path: Path | None, name: str, scope: str, at: datetime) -> dict[str, Any]:
    """What a file of the form is, and its bytes in the vault."""
    if path is None:
        raise BadFile("没有选择文件", mend="请选择文件后提交", field="files")
    size = path.stat().st_size
    if size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            f"文件 {name} 有 {size / 2**20:.0f} MB，超过本系统上限 {settings.UPLOAD_MAX_BYTES // 2**20} MB",
            mend="分段拍摄后分别上传",
            field="files",
        )
    try:
        found = media.probe(path, name)
        with path.open("rb") as source:
            stored = store.put(source, until=terms.locked_until(scope, timezone.localdate(at)))
    except (media.BadMedia, VaultError) as error:
        raise BadFile(f"文件 {name}：{error.message}", mend=error.mend, field="files") from error
    return {
        "medium": found.kind if found.kind != "document" else Item.Medium.TEXT,
        "digest": stored.digest,
        "size_bytes": stored.size_bytes,
        "mime": found.mime,
        "name": name[-200:],
        "meta": {**found.as_meta(), "part_root": stored.part_root},
    }


def _waiting(by: Officer, dossier: Dossier, received: Received) -> dict[str, Any]:
    """What a file of the tray was found to be when it came."""
    uploads.waiting(by, received)
    if received.scope != dossier.scope:
        raise NotKeeper(f"“{received}”是{received.scope}的文件，不得归入其他机关的案卷", mend="请由该机关办理")
    meta = {**received.meta, "part_root": received.part_root, "received": str(received.pk)}
    if received.clock:
        meta["clock"] = received.clock
    if received.device:
        meta["device"] = str(received.device)
    return {
        "medium": received.medium,
        "digest": received.digest,
        "size_bytes": received.size_bytes,
        "mime": received.mime,
        "name": received.name,
        "meta": meta,
    }


@dataclass(frozen=True)
class Upload:
    """One file of a submission: where its bytes lie now and what it was called, or the file of the tray that it is."""

    path: Path | None
    name: str
    title: str
    received: Received | None = None


def keep_all(*, once: UUID | None = None, seen: int | None = None, files: list[Upload], **given: Any) -> list[Item]:
    """Keep every file of one submission, or none.  **Raises** BadFile naming each file that is refused."""
    kept, refused = [], []
    with transaction.atomic(), writing():
        for number, file in enumerate(files):
            first = {"once": once, "seen": seen} if number == 0 else {}
            try:
                about = {"path": file.path, "name": file.name, "title": file.title, "received": file.received}
                kept.append(keep(**about, **first, **given))
            except (BadFile, TooLarge, uploads.Placed) as error:
                refused.append(error)
        if refused:
            count = f"{len(files)} 个文件都没有收存" if len(files) > 1 else "文件没有收存"
            raise BadFile(
                f"{count}："
                + "；".join(f"{one.message}（{one.mend}）" if one.mend else one.message for one in refused),
                mend="改正后请重新选择全部文件，其他内容已保留",
                field="files",
            )
    return kept


def may_add(by: Officer, dossier: Dossier) -> None:
    """**Raises** NotKeeper unless this person handles the matter and it is open."""
    matter = queries.matter(dossier)
    if matter is None:
        return
    if by.key not in matter.keepers:
        raise NotKeeper(f"{by.name}不是“{matter.title}”的承办人，不得向案卷收存材料", mend="请由承办人办理")
    not_closed(dossier)


def not_closed(dossier: Dossier) -> None:
    """**Raises** NotKeeper when the matter of the file is closed."""
    matter = queries.matter(dossier)
    if matter is not None and matter.closed_on is not None:
        raise NotKeeper(
            f"“{matter.title}”已于 {matter.closed_on} 结案，案卷不再收存材料", mend="确需补充的，另附说明归档"
        )


def not_archived(dossier: Dossier, step: str = "") -> None:
    """**Raises** Archived when the dossier is closed for good and the step is none that may come after.  G23."""
    held = queries.archive_of(dossier)
    if held is not None and step not in SUPPLEMENT:
        raise Archived(
            f"“{dossier.title}”已于 {held.on} 归档（归档号 {held.archive_no}），案卷不得再增减、更改",
            because=[packs.load("cn").clause("CN-PEN-47")],
            mend="归档后发现错误的，另行作出更正、撤销的文书，归入补充卷",
        )


@action("record.write", part=True)
def write(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    step: str,
    code: str,
    data: dict[str, Any],
    on: date,
    number: str = "",
    event: str = "",
    qr_url: str | None = None,
    replaces: Item | None = None,
) -> Item:
    """制作文书: fill in the form, render it, keep the bytes.  **Raises** Incomplete naming each missing field.

    **Shape** `qr_url`: what the code on the paper leads to.  A numbered document that leaves the house without one gets a
    verification code of its own (kept in `meta`), so that whoever holds the paper can ask whether it is ours.
    """
    not_archived(dossier, step)
    form = formbook.form_of(dossier.scope, code, on)
    if form.number and not number:
        number = str(_next(by, at, dossier, form.number, on.year))
    if form.number:
        data = {**data, "number": number}
    if absent := documents.lacking(form, data):
        raise Incomplete(
            f"《{form.title}》还缺：{'、'.join(field.label for field in absent)}",
            because=(),
            mend="补填后再制作文书",
            field=absent[0].name,
        )
    own = verification_code() if qr_url is None and form.number and not form.internal else ""
    return set_and_kept(
        by=by, at=at, dossier=dossier, step=step, code=code, data=data, on=on, number=number, event=event,
        qr_url=qr_url, own=own, replaces=replaces,
    )  # fmt: skip


def set_and_kept(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    step: str,
    code: str,
    data: dict[str, Any],
    on: date,
    number: str,
    event: str,
    qr_url: str | None,
    own: str,
    replaces: Item | None,
    more: dict[str, Any] | None = None,
) -> Item:
    """A document set from its data, its bytes kept; sealed where it bears a code of its own.  Runs inside an action.

    **Raises** BadPaper.
    """
    form = formbook.form_of(dossier.scope, code, on)
    try:
        url = f"{settings.PUBLIC_URL}/v/{own}" if own else qr_url
        rendered = documents.render(code, data, on=on, qr_url=url, form=form)
    except documents.BadDocument as error:
        raise BadPaper(error.message, mend=error.mend, field=error.field) from error
    stored = store.put(io.BytesIO(rendered.pdf))
    made = Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step=step,
        event=event,
        medium=Item.Medium.TEXT,
        code=code,
        title=documents.title(form, data),
        digest=stored.digest,
        size_bytes=stored.size_bytes,
        mime="application/pdf",
        number=number,
        on=on,
        data=data,
        meta={
            "template": rendered.template_hash,
            "fonts": rendered.font_hashes,
            "typst": rendered.typst_version,
            "pages": rendered.pages,
            **formbook.mark(dossier.scope, code, on),
            **({"code": own} if own else {}),
            **(more or {}),
        },
        replaces=replaces,
    )
    if own:
        seal(**queries.sealed(made))
    return made


def verification_code() -> str:
    """A code for a paper, from letters nobody mistakes for one another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


@action("record.write_public", kind="disclosure", part=True)
def write_public(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    code: str,
    data: dict[str, Any],
    on: date,
    number: str,
    original: Item,
) -> Item:
    """制作公开版: the same template from masked data; a new object that names its original.  **Clause** QS-3.1.0d."""
    form = formbook.form_in(dossier.scope, code, original.meta)
    rendered = documents.render(code, data, on=on, public=True, form=form)
    stored = store.put(io.BytesIO(rendered.pdf))
    return Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step="disclose",
        event="public",
        medium=Item.Medium.TEXT,
        code=code,
        title=f"{original.title}（公开版）",
        digest=stored.digest,
        size_bytes=stored.size_bytes,
        mime="application/pdf",
        number=number,
        on=on,
        data=data,
        meta={"template": rendered.template_hash, "original": original.digest, "pages": rendered.pages},
    )


@action("record.waive")
def waive(*, by: Officer, at: datetime, dossier: Dossier, step: str, event: str, reason: str) -> Waiver:
    """说明不作音像记录的理由.  **Clause** QS-3.2.2d."""
    not_archived(dossier)
    may_add(by, dossier)
    if len(reason.strip()) < 5:
        raise Refused("不作音像记录必须写明理由", mend="写明文字记录为何能够全面有效记录", field="reason")
    return Waiver.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, step=step, event=event, reason=reason.strip()
    )


def archive_dossier(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    retention: str,
    cover: dict[str, Any],
    checked: list[dict[str, Any]],
    follows: Mapping[UUID, UUID],
    steps: Mapping[str, str],
) -> Archive:
    """Bind the dossier: order, page numbers, cover and lists, one archive number.  Runs inside an action.

    **Shape** `cover`: what the matter's own stage knows of the cover; `checked`: see Archive; `follows`: see
    volumes.arrange; `steps`: code → title.
    **Clause** 行政处罚法 art. 47; QS-3.2.0b, QS-3.2.3a.
    """
    not_archived(dossier)
    if retention not in Archive.Retention.values:
        words = "、".join(Archive.Retention.labels)
        raise Refused("没有选择保管期限", mend=f"可选：{words}；一般案件三十年，重大案件永久", field="retention")
    on, body = timezone.localdate(at), cover["body"]["name"]
    number = allot_number(by=by, at=at, scope=dossier.scope, subject=dossier.subject, word="归档", year=on.year)
    archive_no = f"{number.year}{number.n:04d}"
    lines = volumes.arrange(queries.items(dossier), follows)
    told = queries.matter(dossier)
    waived = dossier.waivers.select_related("by").order_by("at", "id")
    lists = volumes.sheet(lines, body, steps, waived, told.late_days() if told else 0)
    label = Archive.Retention(retention).label
    index = write(
        by=by,
        at=at,
        dossier=dossier,
        step="archive",
        code="volume",
        data={
            **cover,
            **lists,
            "archive_no": archive_no,
            "retention": label,
            "archived_on": on.isoformat(),
            "items": len(lines),
        },
        on=on,
    )
    return Archive.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        number=number,
        archive_no=archive_no,
        retention=retention,
        on=on,
        contents=[line.as_json(body) for line in lines],
        checked=checked,
        items=len(lines),
        pages=sum(line.pages for line in lines),
        index_item=index,
    )


@action("record.number", part=True)
def allot_number(*, by: Officer, at: datetime, scope: str, subject: str, word: str, year: int) -> Number:
    """编发文书号: the next of body, word and year, without a gap.

    **Why** a lock and not a sequence: a sequence loses its value when the transaction is rolled back.
    """
    trail.lock(f"number:{scope}:{word}:{year}", apart=True)
    last = Number.objects.filter(scope=scope, word=word, year=year).aggregate(last=Max("n"))["last"] or 0
    return Number.objects.create(by=by, at=at, scope=scope, subject=subject, word=word, year=year, n=last + 1)


def word_of(scope: str, on: date, kind: str) -> str:
    """机关代字 + 文种 + 字: the word of a number sequence, such as 青罚决字."""
    body = registry.body_at(scope, on)
    if body is None:
        raise Refused(f"在 {on} 没有登记该机关，不能编发文书号", mend="先登记执法主体")
    return f"{body.sign}{kind}字"


def _next(by: Officer, at: datetime, dossier: Dossier, kind: str, year: int) -> Number:
    word = word_of(dossier.scope, timezone.localdate(at), kind)
    return allot_number(by=by, at=at, scope=dossier.scope, subject=dossier.subject, word=word, year=year)


def seal(
    *, digest: str, code: str, what: str, fact_ref: str, title: str, number: str, body_name: str, on: date
) -> None:
    """Make sealed bytes findable by who holds them; the same bytes are sealed once."""
    row = Seal(
        digest=digest,
        code=code,
        what=what,
        fact_ref=fact_ref,
        title=title,
        number=number,
        body_name=body_name,
        on=on,
    )
    Seal.objects.bulk_create([row], ignore_conflicts=True)
