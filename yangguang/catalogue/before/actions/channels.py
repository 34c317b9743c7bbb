"""Where something is to be seen, and what was sent to the office above."""

from datetime import date, datetime
from typing import BinaryIO

from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries
from ..models import ChannelProof, PolicyRelease, PreRelease, SentUp, SentUpReceipt
from .errors import NoProof
from .own import keep, same_body

PHOTOS = {b"\xff\xd8\xff": ("image/jpeg", ".jpg"), b"\x89PNG": ("image/png", ".png")}
PHOTO_MOST = 15 * 2**20


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
    body = registry.body_at(of.scope, timezone.localdate(at))
    asked = queries.channels(packs.load(body.pack), timezone.localdate(at)) if body else ()
    because = packs.load(body.pack).ask("channels", on=timezone.localdate(at)).because if body else ()
    if not of.scope.startswith(by.scope):
        raise Refused(f"{by.name}不得登记其他机关的公开证明", because=because, mend="由公开的机关或者其上级登记")
    if channel not in asked:
        raise Refused(
            f"本方案的公开渠道中没有“{channel}”", because=because, mend=f"可选：{'、'.join(asked)}", field="channel"
        )
    if on < of.on or on > timezone.localdate(at):
        raise Refused(f"公开日期应在 {of.on} 至 {timezone.localdate(at)} 之间", mend="核对日期", field="on")
    if not link.strip() and not words.strip() and photo is None:
        raise NoProof(
            "没有证明", because=because, mend="填写网址，或者写明在何处、由谁张贴，或者上传照片", field="link"
        )
    digest, mime = keep(photo, PHOTOS, PHOTO_MOST, "照片应为 JPG 或者 PNG", "photo")[:2] if photo else ("", "")
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


@action("before.send_up")
def send_up(
    *, by: Officer, at: datetime, of: PreRelease | PolicyRelease, organ: str, on: date, item: str = "", note: str = ""
) -> SentUp:
    """报送上级、报备.  **Clause** QD-3.1.1(1)e, WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c, WC-2.3.3e."""
    same_body(by, of.scope, "报送")
    if not organ.strip():
        raise Refused("没有写明报送的机关", field="organ")
    if on > timezone.localdate(at) or on < of.on:
        raise Refused(f"报送日期应在 {of.on} 至 {timezone.localdate(at)} 之间", mend="核对日期", field="on")
    body = registry.body_at(of.scope, timezone.localdate(at))
    items = [code for code, _ in queries.filing_items(packs.load(body.pack), timezone.localdate(at))] if body else []
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
    if on < sent.on or on > timezone.localdate(at):
        raise Refused(f"回执日期应在 {sent.on} 至 {timezone.localdate(at)} 之间", mend="核对日期", field="on")
    return SentUpReceipt.objects.create(by=by, at=at, scope=sent.scope, sent=sent, number=number.strip(), on=on)
