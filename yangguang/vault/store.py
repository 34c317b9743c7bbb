"""The one door to kept bytes: found by their SHA-256, in local files or in a bucket with Object Lock (`VAULT_URL`)."""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yangguang.vault.errors import Damaged, Missing, VaultError
from yangguang.vault.files import Files
from yangguang.vault.parts import CHUNK, DIGEST, Fault, Kept, PartRoot, Source, Store

__all__ = ["Fault", "Kept", "PartRoot", "Source"]


def backend() -> Store:
    """The store that `VAULT_URL` names; without it, files below `VAULT_DIR`."""
    url = getattr(settings, "VAULT_URL", "")
    return _bucket(url, str(folder())) if url else Files(folder())


@lru_cache(maxsize=8)
def _bucket(url: str, spool: str) -> Store:
    bucket: Store = import_module("yangguang.vault.s3").Bucket(
        url, Path(spool)
    )  # loads the extra only where it is used
    return bucket


def folder() -> Path:
    return Path(settings.VAULT_DIR)


def place(digest: str) -> Path:
    """Where the object of this digest lies in the local store, whether or not it does."""
    return Files(folder()).place(digest)


def put(
    source: Source,
    limit: int | None = None,
    expected: str | None = None,
    allow_empty: bool = False,
    until: date | None = None,
) -> Kept:
    """This will keep the bytes and give their digests; keeping the same bytes again changes nothing.

    **Shape:** `limit` in bytes (default: the upload limit); `expected` is the digest the sender computed; `until` the day
    up to which a store that can must refuse to let them go.
    **Raises:** Empty, TooLarge, Damaged (not the expected bytes), Full; nothing is left behind then.
    """
    most = settings.UPLOAD_MAX_BYTES if limit is None else limit
    return backend().put(source, most, expected, allow_empty, until)


def adopt(path: Path, kept: Kept, until: date | None = None) -> Kept:
    """This will take over a file that was hashed while it was written; the file is gone from its place afterwards."""
    return backend().adopt(path, kept, until)


def has(digest: str) -> bool:
    return backend().has(digest)


def size_bytes(digest: str) -> int:
    """Raises Missing."""
    return backend().size_bytes(digest)


def open(digest: str) -> BinaryIO:
    """The bytes, as an open file that can seek.  Raises Missing."""
    return backend().open(digest)


def local(digest: str) -> AbstractContextManager[Path]:
    """The bytes as a file on this machine, for a limited process to read.  Raises Missing."""
    return backend().local(digest)


def destroy(digest: str) -> None:
    """This will let the bytes go for good; who may decide that is asked where it is decided.  Raises Missing, Locked."""
    backend().destroy(digest)


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


def in_share(digest: str, share: tuple[int, int]) -> bool:
    """Whether an object belongs to the `n`-th of `of` shares; each belongs to exactly one."""
    n, of = share
    return int(digest[:8], 16) % of == n - 1


def scrub(
    expected: Iterable[str] | None = None, share: tuple[int, int] = (1, 1), count: dict[str, int] | None = None
) -> Iterator[Fault]:
    """Every object of the share that is damaged, missing from `expected`, or does not belong.

    Reads all bytes of the share, one chunk at a time.  **Shape** `count` is filled with {objects, bytes} read.
    """
    said = count if count is not None else {}
    said.update(objects=0, bytes=0)
    held = backend()
    for digest in expected or ():
        if in_share(digest, share) and not held.has(digest):
            yield Fault(digest, "missing", f"存证文件 {digest} 不见了")
    for digest in held.objects():
        if not DIGEST.fullmatch(digest):
            if share[0] == 1:  # it belongs to no share; the first one names it
                yield Fault(digest, "stray", f"{digest} 不是存证文件")
            continue
        if not in_share(digest, share):
            continue
        try:
            said["bytes"] += check(digest).size_bytes
        except Damaged:
            yield Fault(digest, "damaged", f"存证文件 {digest} 的内容已不是存入时的内容")
        except Missing:
            continue  # let go while we were reading
        said["objects"] += 1


def copies() -> list[Files]:
    """The other places that each hold a copy of every object (`VAULT_COPIES`)."""
    return [Files(Path(one)) for one in getattr(settings, "VAULT_COPIES", [])]


def copy_to(place: Files, count: dict[str, int]) -> Iterator[Fault]:
    """Bring every object that the place lacks there, hashed anew on the way; what could not be brought is told.

    **Shape** `count` is filled with {objects, bytes, copied}: what the place holds in the end, and what was brought now.
    """
    count.update(objects=0, bytes=0, copied=0)
    held = backend()
    for digest in held.objects():
        if not DIGEST.fullmatch(digest):
            continue
        try:
            if not place.has(digest):
                with held.open(digest) as source:
                    place.put(source, held.size_bytes(digest), digest, True, None)
                count["copied"] += 1
            count["bytes"] += place.size_bytes(digest)
            count["objects"] += 1
        except (VaultError, OSError) as error:
            yield Fault(digest, "missing", f"存证文件 {digest} 没有复制到 {place.folder}：{error}")


def sweep(older_than_seconds: float = 86400.0, now: float | None = None) -> int:
    """This will remove half-written files a killed process left in the incoming folder; gives how many."""
    return backend().sweep(older_than_seconds, now if now is not None else time.time())


def share_of(text: str) -> tuple[int, int]:
    """“3/7” as numbers.  **Raises** VaultError."""
    n, slash, of = text.partition("/")
    if not (slash and n.isdigit() and of.isdigit() and 1 <= int(n) <= int(of) <= 366):
        raise VaultError(f"“{text[:20]}”不是份额", mend="写成 1/7 这样：第几份/共几份")
    return int(n), int(of)
