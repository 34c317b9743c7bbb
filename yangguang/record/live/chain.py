"""The chain of a live recording: what the device signs, what is taken of it, and what is missing.  Pure, no database.

A recording is a line of links.  Each names the link before it (`prev`), the bytes it brings (`sha256`, `n`) and the
moment by the device's clock (`t`), and is signed by a key that never leaves the device.  The first link names the opening
statement, and that holds the root of our log: the recording cannot be older than the checkpoint, and cutting, swapping or
adding anything breaks every link after it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Kind = Literal["segment", "pause", "resume", "offline", "online", "stop"]
KINDS: tuple[Kind, ...] = ("segment", "pause", "resume", "offline", "online", "stop")
HEX = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 4 * 2**20  # of one segment; a second of the best quality asked for is a tenth of it
MOST_REASON = 200
LARGEST = 2**53
AHEAD_MS = 60_000  # how far a link may lie after the moment it arrives, for clocks that do not quite agree
WRONG_CLOCK_MS = 600_000  # a device whose clock is further off than this is not let start


class BadLink(Exception):
    """A link that is not taken. **Shape** `code`: what the device goes by; `message`, `mend`: what the person reads."""

    def __init__(self, code: str, message: str, mend: str):
        super().__init__(message)
        self.code, self.message, self.mend = code, message, mend


@dataclass(frozen=True)
class Link:
    """One link as the device sends it."""

    kind: Kind
    n: int
    prev: str
    reason: str
    seq: int
    sha256: str
    t: int
    signature: bytes = field(default=b"", compare=False)

    @property
    def message(self) -> bytes:
        """The bytes that are signed: RFC 8785 of the fields."""
        return rfc8785.dumps(
            {name: getattr(self, name) for name in ("kind", "n", "prev", "reason", "seq", "sha256", "t")}
        )

    @property
    def digest(self) -> str:
        """What the next link calls `prev`."""
        return sha256(self.message).hexdigest()


@dataclass(frozen=True)
class End:
    """Where a chain stands: the last link that was taken, or the opening where there is none."""

    seq: int
    digest: str
    t: int
    stopped: bool = False


def opening(**said: Any) -> bytes:
    """The statement a recording begins with, as it is signed."""
    return rfc8785.dumps({"what": "yangguang-recording", **said})


def possession(**said: Any) -> bytes:
    """The statement by which a device proves that it holds the key it registers."""
    return rfc8785.dumps({"what": "yangguang-device-key", **said})


def public_key(raw: bytes) -> Ed25519PublicKey:
    """**Raises** BadLink."""
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise BadLink("key", "公钥不是 32 字节的 Ed25519 公钥", "请在支持 Ed25519 的浏览器中重新登记") from error


def signed(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def read(said: Any, signature: bytes) -> Link:
    """The link a device sent, as far as its form goes.  **Raises** BadLink."""
    names = {"kind", "n", "prev", "reason", "seq", "sha256", "t"}
    if not isinstance(said, dict) or set(said) != names:
        raise _bad(f"应有且只有 {'、'.join(sorted(names))}")
    for name, least in (("seq", 1), ("n", 0), ("t", 0)):
        value = said[name]
        if type(value) is not int or not least <= value <= LARGEST:
            raise _bad(f"{name} 不是 {least} 以上的整数")
    if said["kind"] not in KINDS:
        raise _bad(f"不认识的种类“{str(said['kind'])[:20]}”")
    for name in ("prev", "sha256"):
        value = said[name]
        empty = name == "sha256" and said["kind"] != "segment" and value == ""
        if not isinstance(value, str) or not (empty or HEX.fullmatch(value)):
            raise _bad(f"{name} 不是 64 位小写十六进制")
    reason = said["reason"]
    if not isinstance(reason, str) or len(reason) > MOST_REASON or not reason.isprintable():
        raise _bad(f"理由最多 {MOST_REASON} 个字，不能有控制字符")
    if said["kind"] == "segment" and not 1 <= said["n"] <= MOST_BYTES:
        raise BadLink("size", f"一段应有 1 至 {MOST_BYTES} 字节，自称 {said['n']} 字节", "请降低画质后重新录制")
    if said["kind"] != "segment" and (said["n"] or said["sha256"]):
        raise _bad(f"{said['kind']} 不带数据")
    return Link(**said, signature=signature)


def _bad(what: str) -> BadLink:
    return BadLink("format", f"录制数据格式不对：{what}", "请刷新录制页面后继续上传")


def check(link: Link, data: bytes, end: End, key: Ed25519PublicKey, *, offset_ms: int, now_ms: int) -> None:
    """Whether this link may follow `end`.  **Raises** BadLink; a link that raises nothing is verified in full.

    **Shape** `offset_ms`: the device's clock minus ours, as measured when the recording began.
    """
    if end.stopped:
        raise BadLink("stopped", f"这次录制已在第 {end.seq} 环结束，不再接收", "要继续录制的，请另开一次录制")
    if link.seq > end.seq + 1:
        raise BadLink(
            "early",
            f"缺少第 {end.seq + 1} 至 {link.seq - 1} 环，现在收到的是第 {link.seq} 环",
            f"请从第 {end.seq + 1} 环起依次补传",
        )
    if link.prev != end.digest:
        raise BadLink("chain", f"第 {link.seq} 环没有接在第 {end.seq} 环之后，链已断开", "这一段不能作为本次录制的内容")
    if len(data) != link.n or (link.kind == "segment" and sha256(data).hexdigest() != link.sha256):
        raise BadLink("digest", f"第 {link.seq} 环的数据与其摘要不符", "传输中可能损坏，请重传这一环")
    if not signed(key, link.signature, link.message):
        raise BadLink("signature", f"第 {link.seq} 环不是用本次录制的设备密钥签名的", "请用开始录制的那台设备上传")
    if link.t < end.t:
        raise BadLink("clock", f"第 {link.seq} 环的设备时间早于上一环 {end.t - link.t} 毫秒", "录制中不得调慢设备时钟")
    if link.t - offset_ms > now_ms + AHEAD_MS:
        ahead = (link.t - offset_ms - now_ms) // 1000
        raise BadLink("clock", f"第 {link.seq} 环的设备时间比服务器晚 {ahead} 秒", "录制中不得调快设备时钟")


# ---- what is missing -------------------------------------------------------------------------------------------------

GapKind = Literal["pause", "stall", "offline", "unended"]
MISSES: tuple[GapKind, ...] = ("pause", "stall", "unended")  # gaps in what was seen; offline is only a late arrival


@dataclass(frozen=True)
class Missing:
    """A stretch of which nothing was recorded, or (offline) of which nothing arrived in time; moments by the device."""

    kind: GapKind
    after: int
    start: int
    end: int
    reason: str = ""


def gaps(links: Sequence[Link], began: int, tolerance_ms: int) -> list[Missing]:
    """Every gap of a finished chain, in the order of their beginning."""
    found: list[Missing] = []
    last, paused, offline = began, None, None
    for link in links:
        if link.kind == "segment":
            if paused is None and link.t - last > tolerance_ms:
                found.append(Missing("stall", link.seq - 1, last, link.t))
            last = link.t
        elif link.kind == "pause" and paused is None:
            paused = link
        elif link.kind == "resume" and paused is not None:
            found.append(Missing("pause", paused.seq, paused.t, link.t, paused.reason))
            paused, last = None, link.t
        elif link.kind == "offline" and offline is None:
            offline = link
        elif link.kind == "online" and offline is not None:
            found.append(Missing("offline", offline.seq, offline.t, link.t, offline.reason or link.reason))
            offline = None
    end = links[-1] if links else None
    if offline is not None and end is not None:
        found.append(Missing("offline", offline.seq, offline.t, end.t, offline.reason))
    if paused is not None and end is not None:
        found.append(Missing("pause", paused.seq, paused.t, max(end.t, paused.t), paused.reason))
    if end is not None and end.kind != "stop":
        found.append(Missing("unended", end.seq, end.t, end.t))
    elif end is not None and paused is None and end.t - last > tolerance_ms:
        found.append(Missing("stall", end.seq - 1, last, end.t))
    return sorted(found, key=lambda one: (one.start, one.after))


def stretches(links: Iterable[Link], began: int, missing: Iterable[Missing]) -> list[tuple[int, int]]:
    """What was recorded, from when to when by the device's clock: the whole time without what is missing."""
    segments = [link.t for link in links if link.kind == "segment"]
    if not segments:
        return []
    found, start, end = [], began, max(segments)
    for gap in sorted((one for one in missing if one.kind in ("pause", "stall")), key=lambda one: one.start):
        if gap.start > start:
            found.append((start, min(gap.start, end)))
        start = max(start, gap.end)
    if start < end:
        found.append((start, end))
    return [(a, b) for a, b in found if b > a]


def verify(links: Sequence[Link], genesis: str, key: Ed25519PublicKey, began: int) -> list[str]:
    """Everything that is wrong with a whole chain, in words; nothing where it holds."""
    wrong, prev, last = [], genesis, began
    for place, link in enumerate(links, start=1):
        if link.seq != place:
            wrong.append(f"第 {place} 环缺失")
            break
        if link.prev != prev:
            wrong.append(f"第 {place} 环没有接在上一环之后")
        if not signed(key, link.signature, link.message):
            wrong.append(f"第 {place} 环的签名不符")
        if link.t < last:
            wrong.append(f"第 {place} 环的时间倒退")
        prev, last = link.digest, link.t
    return wrong
