"""Reads of live recordings: where a chain stands, which keys hold, and whether a kept recording is still what was signed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Device, Officer
from yangguang.trail import queries as trail
from yangguang.trail.models import Checkpoint
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from .. import queries as record
from ..models import Dossier, Item
from . import chain
from .chain import End
from .models import DeviceKey, LiveEnd, LiveGap, LiveHead, LiveLink, Recording

EMPTY = sha256(b"").hexdigest()  # the root of a log that has nothing yet
FRESH = timedelta(minutes=15)  # how long the root a device read may be used to begin with
HEAD_EVERY = timedelta(seconds=30)


# ---- the log's part --------------------------------------------------------------------------------------------------


def challenge() -> tuple[str, int]:
    """The newest root of our log and its size: what is signed over it cannot be older."""
    newest = Checkpoint.objects.order_by("-size").first()
    return (bytes(newest.root).hex(), newest.size) if newest else (EMPTY, 0)


def root_at(size: int) -> Checkpoint | None:
    return Checkpoint.objects.filter(size=size).first()


def is_fresh(root: str, size: int, now: datetime) -> bool:
    """Whether this is a root of ours that was the newest one within the last minutes."""
    before = Checkpoint.objects.filter(at__lte=now - FRESH).order_by("-size").first()
    if before is not None and size < before.size:
        return False
    found = root_at(size)
    return bytes(found.root).hex() == root if found else (root, size) == (EMPTY, 0)


# ---- keys ------------------------------------------------------------------------------------------------------------


def keys(caller: Caller) -> QuerySet[DeviceKey]:
    """The keys a person may see: their own; a head sees those of the body."""
    rows = DeviceKey.objects.filter(scope=caller.scope).select_related("by", "device", "end", "end__by")
    if not caller.has("head"):
        rows = rows.filter(officer_key=caller.officer.key)
    return rows.order_by("-at", "-id")


def key_of(officer: Officer, public_key: str) -> DeviceKey | None:
    return DeviceKey.objects.filter(officer_key=officer.key, public_key=public_key).select_related("device").first()


def key_ended(key: DeviceKey) -> str:
    """Why a key no longer holds, in words; "" while it does."""
    ended = getattr(key, "end", None)
    return (
        f"设备密钥“{key.label}”已于 {timezone.localtime(ended.at):%Y-%m-%d %H:%M} 停用：{ended.reason}" if ended else ""
    )


def own_devices(caller: Caller, on: date) -> list[Device]:
    """Devices in use of the caller's own body that the caller keeps, or that nobody keeps."""
    rows = registry.devices(caller.scope, on, state=Device.State.IN_USE).filter(scope=caller.scope)
    return [one for one in rows if one.keeper_key in (None, caller.officer.key)]


def device_now(device_key: UUID, scope: str, on: date) -> Device | None:
    return registry.devices(scope, on).filter(key=device_key).first()


# ---- recordings ------------------------------------------------------------------------------------------------------


def recordings(caller: Caller) -> QuerySet[Recording]:
    """Recordings of the caller's bodies, for those who work with cases."""
    if not caller.has(*record.READERS):
        return Recording.objects.none()
    return Recording.objects.filter(below(caller.scope)).select_related("by", "dossier", "key", "key__device")


def unfinished(dossier: Dossier) -> list[Recording]:
    """Recordings that were begun and never brought to an end."""
    return list(dossier.recordings.filter(end__isnull=True).select_related("by").order_by("at", "id"))


def end_of(recording: Recording) -> End:
    """Where the chain stands now."""
    last = recording.links.order_by("-seq").first()
    if last is None:
        return End(0, recording.genesis, recording.began_ms)
    return End(last.seq, last.digest, last.t, last.kind == "stop")


def taken_bytes(recording: Recording) -> int:
    return recording.links.aggregate(total=Sum("n"))["total"] or 0


def links(recording: Recording) -> list[LiveLink]:
    return list(recording.links.order_by("seq"))


def head_due(recording: Recording, now: datetime) -> bool:
    last = LiveHead.objects.filter(recording=recording).order_by("-at", "-id").first()
    return now - (last.at if last else recording.at) >= HEAD_EVERY


def finished(recording: Recording) -> LiveEnd | None:
    return LiveEnd.objects.filter(recording=recording).select_related("item", "by").first()


def gaps(recording: Recording) -> list[LiveGap]:
    return list(
        LiveGap.objects.filter(recording=recording)
        .select_related("explanation", "explanation__by")
        .order_by("started_at", "after")
    )


def gap_reason(gap: LiveGap) -> str:
    """What was said of a gap, at the time or later."""
    told = getattr(gap, "explanation", None)
    return gap.reason or (told.reason if told else "")


def gap(caller: Caller, pk: UUID) -> LiveGap | None:
    rows = LiveGap.objects.filter(recording__in=recordings(caller))
    return rows.select_related("recording", "recording__dossier", "explanation").filter(pk=pk).first()


def tolerance_s(scope: str, on: date) -> int:
    """Seconds a recording may break off, as the body's rules have it."""
    body = registry.body_at(scope, on)
    return int(packs.load(body.pack).parameter("recording_gap_seconds").value or 0) if body else 0


def moment(recording: Recording, t: int) -> datetime:
    """A moment of the device's clock by ours."""
    return datetime.fromtimestamp((t - recording.offset_ms) / 1000, tz=UTC)


# ---- verifying what was kept -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    ok: bool
    title: str
    words: str


def end_for(item: Item) -> LiveEnd | None:
    """How the live recording behind an item ended; None where the item is no live recording."""
    return LiveEnd.objects.filter(item=item).select_related("recording", "recording__key", "recording__by").first()


def verify(ended: LiveEnd) -> list[Finding]:
    """Check a kept recording from its own links once more: signatures, chain, bytes, log.

    **Why** all from the rows and the bytes: what was found when it was kept proves nothing about today.
    """
    recording = ended.recording
    rows = links(recording)
    return [
        _opening(recording),
        _links(recording, rows),
        _head(ended, rows),
        _bytes(ended, rows),
        _logged(recording, rows),
        _not_before(recording),
    ]


def _opening(recording: Recording) -> Finding:
    message = recording.opening.encode()
    key = chain.public_key(bytes.fromhex(recording.key.public_key))
    ok = sha256(message).hexdigest() == recording.genesis and chain.signed(
        key, bytes.fromhex(recording.signature), message
    )
    words = f"用 {recording.by.name} 的设备密钥“{recording.key.label}”签名" if ok else "开始声明或者其签名与记录不符"
    return Finding(ok, "开始声明", words)


def _links(recording: Recording, rows: list[LiveLink]) -> Finding:
    key = chain.public_key(bytes.fromhex(recording.key.public_key))
    wrong = chain.verify([row.link for row in rows], recording.genesis, key, recording.began_ms)
    words = f"{len(rows)} 环首尾相接，逐环签名有效"
    return Finding(not wrong, "链和签名", "；".join(wrong[:5]) if wrong else words)


def _head(ended: LiveEnd, rows: list[LiveLink]) -> Finding:
    said = ended.item.meta.get("live", {}) if ended.item else {}
    head = rows[-1].link.digest if rows else ended.recording.genesis
    segments = sum(row.kind == "segment" for row in rows)
    ok = ended.digest == head and said.get("head", head) == head and ended.segments == segments
    return Finding(ok, "链头", f"{head[:16]}…，{segments} 段" if ok else "链头或者段数与收存时写入留痕的不符")


def _bytes(ended: LiveEnd, rows: list[LiveLink]) -> Finding:
    if ended.item is None:
        return Finding(True, "录制内容", "没有录到内容")
    wrong = None
    try:
        with store.open(ended.item.digest) as opened:
            for row in rows:
                if row.kind == "segment" and sha256(opened.read(row.n)).hexdigest() != row.sha256:
                    wrong = f"第 {row.seq} 环的内容与签名的摘要不符"
                    break
            if wrong is None and opened.read(1):
                wrong = "文件末尾多出了没有签名的内容"
    except VaultError as error:
        wrong = error.message
    return Finding(wrong is None, "录制内容", wrong or "逐段重算摘要，与签名的一致，没有多余内容")


def _logged(recording: Recording, rows: list[LiveLink]) -> Finding:
    heads = list(LiveHead.objects.filter(recording=recording).order_by("seq"))
    digests = {row.seq: row.digest for row in rows} | {0: recording.genesis}
    wrong = [head.seq for head in heads if digests.get(head.seq) != head.digest]
    if wrong or not heads:
        return Finding(False, "写入日志的链头", f"第 {wrong[0]} 环的链头与日志不符" if wrong else "没有写入日志的链头")
    entry = trail.entry_of(heads[-1])
    leaf = trail.leaf_of(entry) if entry else None
    last = f"最后一个在日志第 {leaf.index} 叶" if leaf else "最后一个正在汇入日志"
    return Finding(True, "写入日志的链头", f"{len(heads)} 个，{last}；此后的改动都会被发现")


def _not_before(recording: Recording) -> Finding:
    if recording.nonce_size == 0:
        ok = recording.nonce == EMPTY
        return Finding(ok, "不早于", "开始时日志还是空的，只能证明顺序" if ok else "开始凭证不是本日志的")
    found = root_at(recording.nonce_size)
    ok = found is not None and bytes(found.root).hex() == recording.nonce
    if not ok or found is None:
        return Finding(False, "不早于", "开始凭证不是本日志签署过的检查点")
    return Finding(
        True, "不早于", f"日志大小 {found.size} 的检查点（{timezone.localtime(found.at):%Y-%m-%d %H:%M:%S}）"
    )
