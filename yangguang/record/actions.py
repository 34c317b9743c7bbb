"""Keep documents and recordings.  **Clause** 行政处罚法 art. 47, QS-3.2.0a, QS-3.2.2i: kept whole, never changed."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault import store

from . import documents, media
from .models import Dossier, Item, Number, Seal, Waiver


class Incomplete(Refused):
    """A document that lacks a field its form requires."""


class TooLarge(Refused):
    """An upload over the limit of this installation."""


@action("record.open")
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
    path: Path,
    name: str,
    title: str,
    event: str = "",
    note: str = "",
) -> Item:
    """收存音像记录或者证据材料.

    The file is probed by a limited process before it is kept; the original's bytes are never touched.
    **Raises** TooLarge, media.BadMedia.
    """
    size = path.stat().st_size
    if size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(
            f"文件 {name} 有 {size / 2**20:.0f} MB，超过本系统上限 {settings.UPLOAD_MAX_BYTES // 2**20} MB",
            mend="分段拍摄后分别上传",
            field="file",
        )
    found = media.probe(path, name)
    with path.open("rb") as source:
        stored = store.put(source)
    return Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step=step,
        event=event,
        medium=found.kind if found.kind != "document" else Item.Medium.TEXT,
        title=title,
        digest=stored.digest,
        size_bytes=stored.size_bytes,
        mime=found.mime,
        name=name[-200:],
        on=at.date(),
        meta=found.as_meta(),
        note=note,
    )


@action("record.write")
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
    """制作文书: fill in the form, render it, keep the bytes.  **Raises** Incomplete naming each missing field."""
    form = documents.catalogue()[code]
    if number:
        data = {**data, "number": number}
    if absent := documents.missing(code, data):
        raise Incomplete(
            f"《{form.title}》还缺：{'、'.join(field.label for field in absent)}",
            because=(),
            mend="补填后再制作文书",
            field=absent[0].name,
        )
    rendered = documents.render(code, data, on=on, qr_url=qr_url)
    stored = store.put(io.BytesIO(rendered.pdf))
    return Item.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step=step,
        event=event,
        medium=Item.Medium.TEXT,
        code=code,
        title=form.title,
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
        },
        replaces=replaces,
    )


@action("record.write_public", kind="disclosure")
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
    rendered = documents.render(code, data, on=on, public=True)
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
    if len(reason.strip()) < 5:
        raise Refused("不作音像记录必须写明理由", mend="写明文字记录为何能够全面有效记录", field="reason")
    return Waiver.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, step=step, event=event, reason=reason.strip()
    )


@action("record.number")
def allot_number(*, by: Officer, at: datetime, scope: str, subject: str, word: str, year: int) -> Number:
    """编发文书号: the next of body, word and year, without a gap.

    **Why** a lock and not a sequence: a sequence loses its value when the transaction is rolled back.
    """
    trail.lock(f"number:{scope}:{word}:{year}")
    last = Number.objects.filter(scope=scope, word=word, year=year).aggregate(last=Max("n"))["last"] or 0
    return Number.objects.create(by=by, at=at, scope=scope, subject=subject, word=word, year=year, n=last + 1)


def seal(
    *, digest: str, code: str, what: str, fact_ref: str, title: str, number: str, body_name: str, on: date
) -> Seal:
    """Make sealed bytes findable by who holds them."""
    found, _ = Seal.objects.get_or_create(
        digest=digest,
        defaults={
            "code": code,
            "what": what,
            "fact_ref": fact_ref,
            "title": title,
            "number": number,
            "body_name": body_name,
            "on": on,
        },
    )
    return found
