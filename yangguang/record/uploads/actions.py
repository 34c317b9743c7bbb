"""Take files in, place them, and say what was found of the kept ones.  **Clause** QS-3.2.0a, QS-3.2.2i; 行政处罚法 art. 46, 47.

A transfer is not yet evidence: its row may change (begin, end).  A file that arrived whole and sound is a fact at once, so
that its digest is in the log before anybody knows which case it belongs to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from yangguang.duty import actions as duties
from yangguang.registry.access import within
from yangguang.registry.models import Device, Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import Damaged, Full, Unreachable, VaultError
from yangguang.vault.parts import Kept

from .. import media
from ..models import Item
from . import spool, terms
from .models import Derivative, Placement, Received, Scrub, Transfer, VaultFinding

State = Transfer.State
GOING = (State.RECEIVING, State.VERIFYING)
NEW = timedelta(hours=1)


class TooLarge(Refused):
    """A file over the limit of this installation."""


class NoRoom(Refused):
    """The disk has no room for what is announced."""


class NotTaken(Refused):
    """A file that arrived but cannot be taken: empty, cut off, mislabelled, or not what the sender hashed."""


class Placed(Refused):
    """A received file is placed or set aside once."""


# ---- on the way ------------------------------------------------------------------------------------------------------


def begin(
    *, by: Officer, at: datetime, scope: str, name: str, size_bytes: int, declared: str = "", pk: UUID | None = None
) -> Transfer:
    """Make room for a file that is announced.  **Raises** TooLarge, NoRoom, NotTaken."""
    if size_bytes == 0:
        raise NotTaken(f"文件 {name} 是空的（0 字节）", mend="请检查原文件后重新选择", field="files")
    if size_bytes > settings.MEDIA_MAX_BYTES:
        raise TooLarge(
            f"文件 {name} 有 {size_bytes / 2**30:.1f} GB，超过本系统上限 {settings.MEDIA_MAX_BYTES / 2**30:.0f} GB",
            mend="请在设备上分段导出后分别上传",
            field="files",
        )
    if not spool.has_room(size_bytes):
        raise NoRoom(f"存储空间不足，放不下文件 {name}", mend="请联系管理员清理或扩充磁盘后重试", field="files")
    made = Transfer(
        scope=scope,
        by=by,
        by_key=by.key,
        name=name[-200:],
        size_bytes=size_bytes,
        declared=declared,
        began_at=at,
        expires_at=at + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS),
    )
    spool.Spool(made.pk).make()
    made.save(force_insert=True)
    return made


def end(transfer: Transfer, state: str, message: str = "", received: Received | None = None) -> Transfer:
    """Say what became of a transfer; once that is committed, its spool is dropped (see `tidy`)."""
    transfer.state, transfer.message, transfer.received = state, message[:400], received
    transfer.save(update_fields=["state", "message", "received"])
    return transfer


def hand_over(transfer: Transfer) -> Transfer:
    """A large file came whole: its sender is free, and it is verified beside the pages (finishing.py).

    Only a transfer that is still on its way: one that a job has just brought to its end stays as it is.
    """
    if Transfer.objects.filter(pk=transfer.pk, state=State.RECEIVING).update(state=State.VERIFYING, message=""):
        transfer.state, transfer.message = State.VERIFYING, ""
    else:
        transfer.refresh_from_db()
    return transfer


def say(transfer_pk: UUID, message: str) -> None:
    """What keeps a transfer from its end, for its sender to read in the tray."""
    Transfer.objects.filter(pk=transfer_pk, state=State.VERIFYING).exclude(message=message[:400]).update(
        message=message[:400]
    )


def put_off(transfer: Transfer, until: datetime) -> None:
    """A transfer that goes on lives on."""
    transfer.expires_at = until
    transfer.save(update_fields=["expires_at"])


def expire(now: datetime) -> int:
    """Give up transfers nobody went on with; gives how many."""
    late = list(Transfer.objects.filter(state=State.RECEIVING, expires_at__lt=now))
    for transfer in late:
        end(transfer, State.EXPIRED, f"超过 {settings.UPLOAD_EXPIRES_HOURS} 小时没有继续，已传的部分已清除")
    return len(late)


# ---- arrived ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sound:
    """A file that was proved to be what it says and is in the vault."""

    kept: Kept
    found: media.Media


def prove(path: Path, name: str, kept: Kept, declared: str = "") -> Sound:
    """Compare and probe.  Holds no transaction: it may take minutes.  **Raises** NotTaken."""
    if declared and declared != kept.digest:
        raise NotTaken(f"文件 {name} 传到时与发送方的摘要值不符，传输中已损坏", mend="请重新选择该文件上传")
    try:
        return Sound(kept, media.probe(path, name))
    except media.BadMedia as error:
        raise NotTaken(f"文件 {name}：{error.message}", mend=error.mend) from error


def tidy(now: datetime) -> int:
    """Drop the spools of transfers that have come to their end; gives how many.  Call inside `within("")`.

    One that was only just made may not be committed yet.
    """
    before = (now - NEW).timestamp()
    here = spool.folder().iterdir() if spool.folder().is_dir() else ()
    names = {path.name for path in here if path.stat().st_mtime < before}
    going = {str(pk) for pk in Transfer.objects.filter(state__in=GOING).values_list("pk", flat=True)}
    over = [pk for name in names - going if (pk := as_uuid(name))]
    for pk in over:
        spool.Spool(pk).drop()
    return len(over)


def as_uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


def arrive(transfer_pk: UUID, scope: str, whole: str, now: datetime) -> Transfer:
    """Everything between the last byte and the tray; run again after a killed server it goes on where it stood.

    **Why** steps: reading and probing gigabytes must not hold a transaction.  **Raises** Full, Unreachable: try again.
    """
    held = spool.Spool(transfer_pk)
    with held.alone():
        done = _arrive(transfer_pk, held, scope, whole, now)
    held.drop()
    return done


def _arrive(transfer_pk: UUID, held: spool.Spool, scope: str, whole: str, now: datetime) -> Transfer:
    with within(scope):
        transfer = Transfer.objects.select_related("by", "received").get(pk=transfer_pk)
        until = terms.locked_until(transfer.scope, timezone.localdate(now))
        if transfer.state not in GOING:
            return transfer
    try:
        sound = _into_vault(transfer, held, whole, until)
    except (NotTaken, VaultError) as refused:
        if isinstance(refused, Full | Unreachable):
            raise
        with within(scope):
            return end(transfer, State.REFUSED, f"{refused.message}。{refused.mend}")
    try:
        with within(scope):
            if again := _already(transfer, sound.kept.digest):
                return again
            got = receive(by=transfer.by, at=now, name=transfer.name, sound=sound, scope=transfer.scope)
            return end(transfer, State.KEPT, received=got)
    except IntegrityError:
        with within(scope):  # the same person sent the same file twice at once
            again = _already(transfer, sound.kept.digest)
            if again is None:
                raise
            return again


def _into_vault(transfer: Transfer, held: spool.Spool, whole: str, until: date | None) -> Sound:
    kept = held.remembered()
    if kept is None and not held.there:
        raise Damaged(f"文件 {transfer.name} 已传的内容在服务器上找不到了", mend="请检查服务器磁盘后重新上传该文件")
    if kept is None or held.there:
        kept = held.sum(whole)
        if kept.size_bytes != transfer.size_bytes:
            raise Damaged(f"文件 {transfer.name} 在磁盘上已不是传入时的长度", mend="请检查服务器磁盘后重新上传该文件")
        sound = prove(held.data, transfer.name, kept, transfer.declared)
        held.remember(kept)
        store.adopt(held.data, kept, until)
        return sound
    with store.local(kept.digest) as path:  # the server was killed after the vault took the file over
        return prove(path, transfer.name, kept, transfer.declared)


def _already(transfer: Transfer, digest: str) -> Transfer | None:
    before = Received.objects.filter(by_key=transfer.by_key, digest=digest).first()
    if before is None:
        return None
    said = f"您已于 {timezone.localdate(before.at)} 收存过同一文件（{before.name}），没有重复收存"
    return end(transfer, State.REPEATED, said, before)


@action("record.receive", kind="evidence")
def receive(
    *,
    by: Officer,
    at: datetime,
    scope: str,
    name: str,
    sound: Sound,
    source: str = Received.Source.BROWSER,
    device: Device | None = None,
    device_clock: datetime | None = None,
    sidecar: dict[str, Any] | None = None,
) -> Received:
    """收到音像文件: it is in the vault; its digest is in the log before it is placed in a case, and until when it has to be.

    **Clause** QS-3.2.2i, QD-3.2.2(2)b.
    """
    kept, found = sound.kept, sound.found
    made = Received.objects.create(
        by=by,
        at=at,
        scope=scope,
        by_key=by.key,
        source=source,
        device=device,
        device_key=device.key if device else None,
        name=name[-200:],
        medium=found.kind if found.kind != "document" else Item.Medium.TEXT,
        mime=found.mime,
        digest=kept.digest,
        part_root=kept.part_root,
        size_bytes=kept.size_bytes,
        taken_at=found.taken_at,
        meta=found.as_meta(),
        clock=terms.clock(found.taken_at, at, device_clock),
        sidecar=sidecar or {},
    )
    if pack := terms.pack_at(scope, timezone.localdate(at)):
        duties.due(
            by=by, at=at, scope=scope, subject=made.chain, rule=terms.PLACED_BY, pack=pack, role="officer",
            title=f"把“{made}”归入案卷，或者注明不归入的理由"[:200], owner_key=by.key, start_on=timezone.localdate(at),
        )  # fmt: skip
    return made


@action("record.place")
def place(*, by: Officer, at: datetime, received: Received, item: Item) -> Placement:
    """归入案卷: the waiting file became this item."""
    waiting(by, received)
    duties.fulfil(by=by, at=at, subject=received.chain, rule=terms.PLACED_BY)
    return Placement.objects.create(by=by, at=at, scope=received.scope, received=received, item=item)


@action("record.set_aside")
def set_aside(*, by: Officer, at: datetime, received: Received, reason: str) -> Placement:
    """不归入案卷: a file that belongs to no case; its bytes stay as long as the rules say."""
    waiting(by, received)
    if len(reason.strip()) < 5:
        raise Refused("不归入任何案卷须写明理由", mend="例如“试录”“与案件无关的误录”", field="reason")
    duties.fulfil(by=by, at=at, subject=received.chain, rule=terms.PLACED_BY, note="不归入案卷，理由已注明")
    return Placement.objects.create(
        by=by, at=at, scope=received.scope, received=received, item=None, reason=reason.strip()
    )


def waiting(by: Officer, received: Received) -> None:
    """**Raises** Placed unless the file waits in the tray of `by`."""
    if received.by_key != by.key:
        raise Placed(f"“{received}”在{received.by.name}的待归入文件中", mend=f"请由{received.by.name}归入")
    if Placement.objects.filter(received=received).exists():
        raise Placed(f"“{received}”已经归入案卷或者已注明不归入", mend="请刷新页面查看")


# ---- copies to play, and the watch ---------------------------------------------------------------------------------


@action("record.derive", kind="evidence")
def derive(
    *,
    at: datetime,
    scope: str,
    parent_digest: str,
    kept: Kept | None = None,
    mime: str = "",
    how: dict[str, Any],
    why: str = "",
) -> Derivative:
    """制作播放件: a copy that browsers play; the original stays as it is."""
    return Derivative.objects.create(
        at=at,
        scope=scope,
        parent_digest=parent_digest,
        digest=kept.digest if kept else "",
        mime=mime,
        size_bytes=kept.size_bytes if kept else 0,
        how=how,
        why=why[:400],
    )


@dataclass(frozen=True)
class Finding:
    """An object and one of the bodies whose file it is."""

    scope: str
    digest: str
    what: str
    about: str


@action("vault.scrub")
def note_scrub(
    *,
    at: datetime,
    began_at: datetime,
    share: str,
    store_name: str,
    objects_read: int,
    bytes_read: int,
    faults: int,
    findings: Iterable[Finding],
    copied: int | None = None,
) -> Scrub:
    """存证巡检: what one share of the vault was found to be; each fault is a fact of the body it concerns.

    **Shape** `copied`: of a round that brought copies to another place, how many; `store_name` then is the place.
    """
    found = list(findings)
    for one in found:
        VaultFinding.objects.create(
            at=at, scope=one.scope, digest=one.digest, what=one.what, about=one.about[:300], scrub=share
        )
    healed = {one.digest for one in found if one.what == VaultFinding.What.HEALED}
    return Scrub.objects.create(
        at=at,
        scope="",
        share=share,
        store=store_name,
        began_at=began_at,
        objects_read=objects_read,
        bytes_read=bytes_read,
        faults=faults,
        healed=len(healed) if copied is None else copied,
    )
