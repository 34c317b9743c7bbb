"""Content-addressed files: what is kept is found by its SHA-256, written once, whole or not at all."""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from yangguang.vault.errors import Damaged, Empty, Full, Missing, TooLarge, VaultError

PART = 8 * 2**20  # bytes of a part; a browser hashes and sends one part at a time
CHUNK = 2**18
MODE = 0o440
DIGEST = re.compile(r"[0-9a-f]{64}")


class Source(Protocol):
    """An open file, or an upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Kept:
    """What the store says of an object it holds."""

    digest: str  # SHA-256 of the bytes, hex
    part_root: str  # RFC 6962 root over the 8 MiB parts, hex
    size_bytes: int
    new: bool = False


@dataclass(frozen=True)
class Fault:
    """One object that is not what it should be."""

    digest: str
    what: str  # damaged | missing | stray
    message: str


class PartRoot:
    """The RFC 6962 root over parts, fed byte by byte; also proves a clip to be a range of the original."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []  # (height, hash), falling heights
        self._part = sha256(b"\0")
        self._filled = 0

    def update(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            piece = view[: PART - self._filled]
            self._part.update(piece)
            self._filled += len(piece)
            view = view[len(piece) :]
            if self._filled == PART:
                self._close()

    def _close(self) -> None:
        height, total = 0, self._part.digest()
        while self._peaks and self._peaks[-1][0] == height:
            total = sha256(b"\1" + self._peaks.pop()[1] + total).digest()
            height += 1
        self._peaks.append((height, total))
        self._part, self._filled = sha256(b"\0"), 0

    def digest(self) -> bytes:
        if self._filled:
            self._close()
        if not self._peaks:
            return sha256(b"").digest()
        total = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            total = sha256(b"\1" + peak + total).digest()
        return total

    def hexdigest(self) -> str:
        return self.digest().hex()


def folder() -> Path:
    return Path(settings.VAULT_DIR)


def place(digest: str) -> Path:
    """Where the object of this digest lies, whether or not it does."""
    if not DIGEST.fullmatch(digest):
        raise VaultError(f"“{digest[:80]}”不是 SHA-256 摘要（64 位小写十六进制）")
    return folder() / "sha256" / digest[:2] / digest[2:4] / digest[4:]


def put(source: Source, limit: int | None = None, expected: str | None = None, allow_empty: bool = False) -> Kept:
    """This will keep the bytes and give their digests; keeping the same bytes again changes nothing.

    **Shape:** `limit` in bytes (default: the upload limit); `expected` is the digest the sender computed.
    **Raises:** Empty, TooLarge, Damaged (not the expected bytes), Full; nothing is left behind then.
    """
    most = settings.UPLOAD_MAX_BYTES if limit is None else limit
    incoming = folder() / "incoming"
    temporary = incoming / f"{os.getpid()}.{secrets.token_hex(8)}"
    try:
        incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
        whole, parts, size = sha256(), PartRoot(), 0
        with temporary.open("xb") as out:
            while chunk := source.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"文件超过 {_readable(most)}", mend="请压缩或分段后再上传")
                whole.update(chunk)
                parts.update(chunk)
                out.write(chunk)
            out.flush()
            os.fchmod(out.fileno(), MODE)
            os.fsync(out.fileno())
        if not size and not allow_empty:
            raise Empty("文件是空的（0 字节）", mend="请检查原文件后重新上传")
        digest = whole.hexdigest()
        if expected is not None and digest != expected.lower():
            raise Damaged("收到的文件与发送方给出的摘要不符，传输中可能损坏", mend="请重新上传")
        return Kept(digest, parts.hexdigest(), size, _settle(temporary, digest))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Full("存储空间已满，文件未保存", mend="请联系管理员清理或扩充磁盘后重新上传") from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _settle(temporary: Path, digest: str) -> bool:
    """Move the finished file to its place; False where a sound one is there already."""
    path = place(digest)
    # A kept copy that has rotted is healed by the true bytes somebody brings.
    if path.exists() and _hash(path) == digest:
        return False
    made = [parent for parent in (path.parent, path.parent.parent, path.parent.parent.parent) if not parent.exists()]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    temporary.replace(path)
    for parent in dict.fromkeys((path.parent, *(directory.parent for directory in made))):
        _sync(parent)
    return True


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def has(digest: str) -> bool:
    return place(digest).is_file()


def size_bytes(digest: str) -> int:
    """Raises Missing."""
    try:
        return place(digest).stat().st_size
    except FileNotFoundError as error:
        raise _missing(digest) from error


def open(digest: str) -> BinaryIO:
    """The bytes, as an open file.  Raises Missing."""
    try:
        return place(digest).open("rb")
    except FileNotFoundError as error:
        raise _missing(digest) from error


def check(digest: str) -> Kept:
    """The object, read whole and found sound.  Raises Missing, Damaged."""
    whole, parts, size = sha256(), PartRoot(), 0
    with open(digest) as stored:
        while chunk := stored.read(CHUNK):
            whole.update(chunk)
            parts.update(chunk)
            size += len(chunk)
    if whole.hexdigest() != digest:
        raise Damaged(f"存证文件 {digest[:12]}… 的内容已不是存入时的内容", mend="请从备份恢复该文件")
    return Kept(digest, parts.hexdigest(), size)


def scrub(expected: Iterator[str] | list[str] | None = None) -> Iterator[Fault]:
    """Every object that is damaged, missing from `expected`, or does not belong; reads all bytes, one chunk at a time."""
    base = folder() / "sha256"
    for digest in expected or ():
        if not has(digest):
            yield Fault(digest, "missing", f"存证文件 {digest} 不见了")
    if not base.is_dir():
        return
    for first in sorted(base.iterdir()):
        for second in sorted(first.iterdir()) if first.is_dir() else [first]:
            for path in sorted(second.iterdir()) if second.is_dir() else [second]:
                digest = "".join(path.relative_to(base).parts)
                if not DIGEST.fullmatch(digest):
                    yield Fault(digest, "stray", f"{path} 不是存证文件")
                elif _hash(path) != digest:
                    yield Fault(digest, "damaged", f"存证文件 {digest} 的内容已不是存入时的内容")


def sweep(older_than_seconds: float = 86400.0, now: float | None = None) -> int:
    """This will remove half-written files a killed process left in the incoming folder; gives how many."""
    removed, incoming = 0, folder() / "incoming"
    if not incoming.is_dir():
        return 0
    moment = now if now is not None else time.time()
    for path in incoming.iterdir():
        if moment - path.stat().st_mtime > older_than_seconds:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _hash(path: Path) -> str:
    whole = sha256()
    with path.open("rb") as stored:
        while chunk := stored.read(CHUNK):
            whole.update(chunk)
    return whole.hexdigest()


def _missing(digest: str) -> Missing:
    return Missing(f"存证文件 {digest[:12]}… 不存在", mend="请从备份恢复该文件")


def _readable(size: int) -> str:
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size} 字节"
