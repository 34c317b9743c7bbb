"""What an object is: its SHA-256, and the tree over its 8 MiB parts."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from yangguang.vault.errors import VaultError

PART = 8 * 2**20  # bytes of a part; a browser hashes and sends one part at a time
CHUNK = 2**20
DIGEST = re.compile(r"[0-9a-f]{64}")
LEAF = b"\0"  # RFC 6962: what a leaf is hashed with


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
        self._part = sha256(LEAF)
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

    def add(self, leaf: bytes) -> None:
        """A whole part, by its leaf hash: `sha256(0x00 ‖ part)`."""
        height, total = 0, leaf
        while self._peaks and self._peaks[-1][0] == height:
            total = sha256(b"\1" + self._peaks.pop()[1] + total).digest()
            height += 1
        self._peaks.append((height, total))

    def _close(self) -> None:
        self.add(self._part.digest())
        self._part, self._filled = sha256(LEAF), 0

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


class Store(Protocol):
    """What every kind of store can do; the same tests run on each (tests/test_store.py)."""

    name: str

    def put(self, source: Source, most: int, expected: str | None, allow_empty: bool, until: date | None) -> Kept: ...
    def adopt(self, path: Path, kept: Kept, until: date | None) -> Kept: ...
    def has(self, digest: str) -> bool: ...
    def size_bytes(self, digest: str) -> int: ...
    def open(self, digest: str) -> BinaryIO: ...
    def local(self, digest: str) -> AbstractContextManager[Path]: ...
    def objects(self) -> Iterator[str]: ...
    def destroy(self, digest: str) -> None: ...
    def sweep(self, older_than_seconds: float, now: float) -> int: ...


def valid(digest: str) -> str:
    """**Raises** VaultError for what is no digest."""
    if not DIGEST.fullmatch(digest):
        raise VaultError(f"“{digest[:80]}”不是 SHA-256 摘要（64 位小写十六进制）")
    return digest


def readable(size: int) -> str:
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size} 字节"
