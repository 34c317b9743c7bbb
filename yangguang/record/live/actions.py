"""Register device keys, take live recordings link by link, finish them.  **Clause** QS-3.2.2e, QS-3.2.2i, QD-3.2.2c."""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from yangguang.registry.access import roles_of_person
from yangguang.registry.models import Device, Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault.errors import VaultError

from .. import actions as record
from ..models import Dossier, Item
from ..queries import Matter, matter
from . import chain, queries, spool
from .chain import BadLink, Link
from .models import (
    DeviceKey,
    DeviceKeyEnd,
    Explanation,
    LiveEnd,
    LiveGap,
    LiveHead,
    LiveLink,
    Recording,
)  # fmt: skip

SUFFIX = {"video/webm": "webm", "audio/webm": "weba", "video/mp4": "mp4", "audio/mp4": "m4a"}
SHORTEST_REASON = 5


class BadKey(Refused):
    """A key that cannot be registered, or that no longer holds."""


class WrongClock(Refused):
    """A device whose clock is too far from ours to time a recording by."""


class Stale(Refused):
    """A beginning that is signed over a root of the log that is too old, or is none of ours."""


class Broken(Refused):
    """A recording whose chain or bytes do not hold: it is not kept as evidence."""


# ---- keys ------------------------------------------------------------------------------------------------------------


@action("record.register_key", kind="key")
def register_key(
    *,
    by: Officer,
    at: datetime,
    label: str,
    public_key: str,
    challenge: str,
    size: int,
    signature: str,
    device: Device | None = None,
) -> DeviceKey:
    """登记设备密钥: the device proves that it holds the private half by signing what it is registered as.

    **Raises** BadKey, Stale.
    """
    _fresh(challenge, size)
    key = _hex(public_key, 32, "公钥")
    said = {"challenge": challenge, "key": public_key, "label": label, "officer": str(by.key), "size": size}
    if not _holds(key, _hex(signature, 64, "签名"), chain.possession(**said)):
        raise BadKey("登记的签名与公钥不符", mend="请刷新页面后重新登记", field="label")
    if DeviceKey.objects.filter(public_key=public_key).exists():
        raise BadKey("这把密钥已经登记过", mend="刷新页面后直接录制", field="label")
    _device_of(by, device, at)
    return DeviceKey.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        officer_key=by.key,
        label=label,
        public_key=public_key,
        challenge=challenge,
        signature=signature,
        device=device,
        device_key=device.key if device else None,
    )


@action("record.end_key", kind="key")
def end_key(*, by: Officer, at: datetime, key: DeviceKey, reason: str) -> DeviceKeyEnd:
    """停用设备密钥: by its holder or a head of the body; what was signed before and taken stays."""
    head = by.scope == key.scope and "head" in roles_of_person(by.key)
    if by.key != key.officer_key and not head:
        raise BadKey("设备密钥只能由持有人或者本机关负责人停用", mend=f"请由 {key.by.name} 或者负责人办理")
    trail.lock(key.chain)
    if DeviceKeyEnd.objects.filter(key=key).exists():
        raise BadKey(f"设备密钥“{key.label}”已经停用", mend="无须再次办理")
    return DeviceKeyEnd.objects.create(by=by, at=at, scope=key.scope, key=key, reason=_reason(reason, least=2))


def _device_of(by: Officer, device: Device | None, at: datetime) -> None:
    if device is None:
        return
    if device.scope != by.scope or device.state != Device.State.IN_USE:
        raise BadKey(f"“{device}”不是本机关在用的装备", mend="选择本机关在用的装备，或者不选", field="device")
    if device.keeper_key not in (None, by.key):
        raise BadKey(f"“{device}”由他人保管", mend="先在装备登记中变更保管人", field="device")


# ---- beginning -------------------------------------------------------------------------------------------------------


@action("record.start_live", kind="recording")
def start(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    step: str,
    event: str,
    medium: str,
    mime: str,
    title: str,
    place: str,
    key: DeviceKey,
    nonce: str,
    size: int,
    t: int,
    signature: str,
    note: str = "",
    stamp: UUID,
) -> Recording:
    """开始现场录制: the device signs what it begins, over the newest root of the log.

    **Shape** `t`: the device's clock in milliseconds; `stamp`: the number the device gave this beginning.
    **Raises** BadKey, Stale, WrongClock, and what keeping refuses.
    """
    record.not_archived(dossier, step)
    record.may_add(by, dossier)
    _wanted(matter(dossier), step, event)
    if medium not in Recording.Medium.values or mime not in SUFFIX or not mime.startswith(medium):
        raise Refused(f"不能录制“{mime[:60]}”格式", mend=f"可以录制 {'、'.join(SUFFIX)}", field="medium")
    _holds_still(by, key, at)
    _fresh(nonce, size)
    offset = t - _ms(timezone.now())
    if abs(offset) > chain.WRONG_CLOCK_MS:
        raise WrongClock(
            f"设备时钟比服务器{'快' if offset > 0 else '慢'} {_length(abs(offset))}，不能用它给录制计时",
            mend="在设备的设置中打开“自动确定日期和时间”，再重新开始",
        )
    said = {"dossier": str(dossier.pk), "event": event, "key": key.public_key, "medium": medium, "mime": mime}
    message = chain.opening(**said, nonce=nonce, size=size, stamp=str(stamp), step=step, t=t)
    if not _holds(bytes.fromhex(key.public_key), _hex(signature, 64, "签名"), message):
        raise BadKey("开始声明不是用所选的设备密钥签名的", mend="请刷新页面后重新开始")
    return Recording.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        step=step,
        event=event,
        medium=medium,
        mime=mime,
        title=title,
        note=note,
        place=place,
        officer_key=by.key,
        key=key,
        nonce=nonce,
        nonce_size=size,
        began_ms=t,
        offset_ms=offset,
        opening=message.decode(),
        genesis=sha256(message).hexdigest(),
        signature=signature,
    )


def _wanted(of: Matter | None, step: str, event: str) -> None:
    """The event is one of the matter's."""
    if of is None:
        raise Refused("没有这个案卷的事项，不能录制", mend="从案件页面进入现场录制")
    events = {one.code for one in of.recordings() if one.step == step}
    if step not in dict(of.steps()) or (event and event not in events):
        raise Refused(f"本案没有环节“{step[:30]}”的记录事项“{event[:40]}”", mend="重新选择记录事项", field="demand")


def _holds_still(by: Officer, key: DeviceKey, at: datetime) -> None:
    """**Raises** BadKey: another officer's key, one that ended, or one whose device is lost or retired."""
    if key.officer_key != by.key:
        raise BadKey("这把设备密钥是他人的", mend="请用自己登记的设备录制")
    if why := queries.key_ended(DeviceKey.objects.select_related("end").get(pk=key.pk)):
        raise BadKey(why, mend="重新登记本机后再录制")
    if key.device_key:
        now = queries.device_now(key.device_key, key.scope, timezone.localdate(at))
        if now is None or now.state != Device.State.IN_USE:
            state = now.get_state_display() if now else "已终止登记"
            raise BadKey(
                f"设备密钥所属的装备{f'“{now}”' if now else ''}现为“{state}”", mend="恢复在用登记，或者换用其他设备"
            )


def _fresh(root: str, size: int) -> None:
    if not queries.is_fresh(root, size, timezone.now()):
        raise Stale("页面取得的开始凭证已经过期，或者不是本日志的", mend="重新取得后再开始（刷新页面即可）")


# ---- taking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What the device is told of a link. **Shape** `new`: False where it had arrived before."""

    new: bool
    next: int


def take(*, by: Officer, at: datetime, recording: Recording, said: Any, signature: str, data: bytes) -> Taken:
    """Take one link, or say exactly why not.  Nothing is kept that was not verified; what was kept is kept for good.

    A link is no fact of its own: the head that is logged after it commits to it.
    **Raises** BadLink.
    """
    with transaction.atomic():
        trail.lock(recording.chain)
        if by.key != recording.officer_key:
            raise BadLink("not_yours", f"这是 {recording.by.name} 的录制", "只有录制人的设备能够上传")
        link, end = chain.read(said, _signature(signature)), queries.end_of(recording)
        if link.seq <= end.seq:
            return _again(recording, link, end.seq + 1)
        if queries.finished(recording):
            raise BadLink("finished", "这次录制已经结束并收存，不再接收", "要继续录制的，请另开一次录制")
        if why := queries.key_ended(DeviceKey.objects.select_related("end").get(pk=recording.key_id)):
            raise BadLink("revoked", why, "没有上传的部分请在本机保存为文件，作为其他证据收存")
        key = chain.public_key(bytes.fromhex(recording.key.public_key))
        chain.check(link, data, end, key, offset_ms=recording.offset_ms, now_ms=_ms(at))
        if queries.taken_bytes(recording) + link.n > settings.UPLOAD_MAX_BYTES:
            most = settings.UPLOAD_MAX_BYTES // 2**20
            raise BadLink("full", f"这次录制已达到上限 {most} MB", "结束这次录制，另开一次接着录")
        _keep(recording, link, data, at)
        if link.kind == "stop" or queries.head_due(recording, at):
            log_head(by=by, at=at, recording=recording)
        return Taken(True, link.seq + 1)


def _again(recording: Recording, link: Link, following: int) -> Taken:
    had = LiveLink.objects.get(recording=recording, seq=link.seq)
    if had.digest != link.digest:
        raise BadLink("fork", f"第 {link.seq} 环已经收到过，内容不同", "同一序号不能有两种内容，以先收到并核验的为准")
    return Taken(False, following)


def _keep(recording: Recording, link: Link, data: bytes, at: datetime) -> None:
    if link.kind == "segment":
        try:
            spool.put(recording.pk, link.seq, data)
        except VaultError as error:
            raise BadLink("room", error.message, error.mend) from error
    LiveLink.objects.create(
        recording=recording,
        scope=recording.scope,
        kind=link.kind,
        seq=link.seq,
        t=link.t,
        n=link.n,
        sha256=link.sha256,
        prev=link.prev,
        reason=link.reason,
        signature=link.signature.hex(),
        digest=link.digest,
        received_at=at,
    )


@action("record.log_head", kind="recording")
def log_head(*, by: Officer, at: datetime, recording: Recording) -> LiveHead:
    """录制链头写入日志: from its checkpoint on nothing before it can be changed unnoticed."""
    end, total = queries.end_of(recording), queries.taken_bytes(recording)
    return LiveHead.objects.create(
        by=by, at=at, scope=recording.scope, recording=recording, seq=end.seq, digest=end.digest, size_bytes=total
    )


# ---- finishing -------------------------------------------------------------------------------------------------------


@action("record.finish_live", kind="recording")
def finish(*, by: Officer, at: datetime, recording: Recording) -> LiveEnd:
    """结束现场录制并收存: the whole chain is verified again, the segments are joined and kept, each gap is a fact.

    A recording whose device died has no signed end: it is kept all the same, and that is one of its gaps.
    **Raises** Broken, and what keeping refuses; the segments then stay where they are.
    """
    trail.lock(recording.chain)
    if queries.finished(recording):
        raise Broken("这次录制已经结束并收存", mend="刷新页面查看")
    rows = queries.links(recording)
    links = [row.link for row in rows]
    key = chain.public_key(bytes.fromhex(recording.key.public_key))
    if wrong := chain.verify(links, recording.genesis, key, recording.began_ms):
        raise Broken(f"录制链核验不通过：{'；'.join(wrong[:5])}", mend="请告知审计管理员；已收到的各段仍保留原样")
    last = log_head(by=by, at=at, recording=recording)
    segments = [(link.seq, link.sha256) for link in links if link.kind == "segment"]
    tolerance = queries.tolerance_s(recording.scope, timezone.localdate(recording.at))
    missing = chain.gaps(links, recording.began_ms, tolerance * 1000)
    for one in missing:
        _gap(by, at, recording, one)
    stopped = bool(links) and links[-1].kind == "stop"
    item = _joined(by, at, recording, last, links, missing, segments) if segments else None
    transaction.on_commit(partial(spool.drop, recording.pk))
    return LiveEnd.objects.create(
        by=by,
        at=at,
        scope=recording.scope,
        recording=recording,
        how=LiveEnd.How.STOPPED if stopped else LiveEnd.How.UNENDED,
        seq=last.seq,
        segments=len(segments),
        digest=last.digest,
        item=item,
    )


def _joined(
    by: Officer,
    at: datetime,
    recording: Recording,
    last: LiveHead,
    links: Sequence[Link],
    missing: Sequence[chain.Missing],
    segments: Sequence[tuple[int, str]],
) -> Item:
    name = f"{_plain(recording.title)}.{SUFFIX[recording.mime]}"
    device = f"{recording.key.label}{f'（{recording.key.device}）' if recording.key.device else ''}"
    with tempfile.TemporaryDirectory(prefix="yg-live-") as folder:
        path = Path(folder) / name
        try:
            with path.open("wb") as out:
                spool.join(recording.pk, segments, out)
        except VaultError as error:
            raise Broken(error.message, mend=error.mend) from error
        return record.keep(
            by=by,
            at=at,
            dossier=recording.dossier,
            step=recording.step,
            event=recording.event,
            path=path,
            name=name,
            title=recording.title,
            note=recording.note,
            stated={
                "taken_at": _iso(recording, recording.began_ms),
                "place": recording.place,
                "device": device[:100],
            },
            live=_meta(recording, last, links, missing, len(segments)),
        )


def _meta(
    recording: Recording, last: LiveHead, links: Sequence[Link], missing: Sequence[chain.Missing], segments: int
) -> dict[str, Any]:
    """What an item remembers of its chain; moments by our clock."""
    return {
        "recording": str(recording.pk),
        "genesis": recording.genesis,
        "head": last.digest,
        "links": last.seq,
        "segments": segments,
        "nonce": recording.nonce,
        "nonce_size": recording.nonce_size,
        "key": recording.key.public_key,
        "offset_ms": recording.offset_ms,
        "stretches": [
            [_iso(recording, a), _iso(recording, b)] for a, b in chain.stretches(links, recording.began_ms, missing)
        ],
        "gaps": [
            {
                "kind": one.kind,
                "after": one.after,
                "start": _iso(recording, one.start),
                "end": _iso(recording, one.end),
                "reason": one.reason,
            }
            for one in missing
        ],
    }


def _gap(by: Officer, at: datetime, recording: Recording, one: chain.Missing) -> LiveGap:
    return LiveGap.objects.create(
        by=by,
        at=at,
        scope=recording.scope,
        recording=recording,
        kind=one.kind,
        after=one.after,
        started_at=queries.moment(recording, one.start),
        ended_at=queries.moment(recording, one.end),
        reason=one.reason,
    )


# ---- reasons ---------------------------------------------------------------------------------------------------------


@action("record.explain_gap")
def explain_gap(*, by: Officer, at: datetime, gap: LiveGap, reason: str) -> Explanation:
    """说明录制间断的理由: once for each gap; what was said at the time stays beside it."""
    one = gap.recording
    trail.lock(gap.chain)
    if gap.reason or Explanation.objects.filter(gap=gap).exists():
        raise Refused("这处间断已经说明理由", mend="刷新页面查看")
    when = {"started_at": gap.started_at, "ended_at": gap.ended_at}
    return _explanation(by, at, one.dossier, reason, step=one.step, event=one.event, gap=gap, **when)


@action("record.explain")
def explain(
    *,
    by: Officer,
    at: datetime,
    dossier: Dossier,
    step: str,
    event: str,
    started_at: datetime | None,
    ended_at: datetime | None,
    reason: str,
) -> Explanation:
    """说明没有录到的时段: a reason for one stretch of one event.  **Clause** QS-3.2.2e, QD-3.2.2c."""
    _wanted(matter(dossier), step, event)
    when = {"started_at": started_at, "ended_at": ended_at}
    return _explanation(by, at, dossier, reason, step=step, event=event, **when)


def _explanation(by: Officer, at: datetime, dossier: Dossier, reason: str, **about: Any) -> Explanation:
    record.not_archived(dossier)
    record.may_add(by, dossier)
    return Explanation.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, reason=_reason(reason), **about
    )


# ---- small pieces ----------------------------------------------------------------------------------------------------


def _reason(text: str, least: int = SHORTEST_REASON) -> str:
    text = text.strip()
    if len(text) < least:
        raise Refused("没有写明理由", mend="写明当时的情况，例如“对象要求暂停，接听急救电话”", field="reason")
    return text


def _hex(text: str, length: int, what: str) -> bytes:
    if not re.fullmatch(rf"[0-9a-f]{{{2 * length}}}", text):
        raise BadKey(f"{what}不是 {length} 字节的小写十六进制", mend="请刷新页面后重试")
    return bytes.fromhex(text)


def _signature(text: str) -> bytes:
    try:
        return _hex(text, 64, "签名")
    except BadKey as error:
        raise BadLink("signature", error.message, error.mend) from error


def _holds(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        return chain.signed(chain.public_key(key), signature, message)
    except BadLink as error:
        raise BadKey(error.message, mend=error.mend) from error


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _iso(recording: Recording, t: int) -> str:
    return timezone.localtime(queries.moment(recording, t)).isoformat(timespec="milliseconds")


def _length(milliseconds: int) -> str:
    minutes = milliseconds // 60_000
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return f"{days} 天" if days else f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"


def _plain(title: str) -> str:
    return re.sub(r"[\\/:*?\"<>|\x00-\x1f]", "_", title)[:60]
