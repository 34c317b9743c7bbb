"""The local store: content-addressed files, written once, whole or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from yangguang.vault.errors import Damaged, Empty, Full, Missing, TooLarge
from yangguang.vault.parts import CHUNK, Kept, PartRoot, Source, readable, valid

MODE = 0o440
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Files:
    """Objects as files below one folder; see parts.Store."""

    name = "local"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, digest: str) -> Path:
        """Where the object of this digest lies, whether or not it does."""
        valid(digest)
        return self.folder / "sha256" / digest[:2] / digest[2:4] / digest[4:]

    def put(self, source: Source, most: int, expected: str | None, allow_empty: bool, until: date | None) -> Kept:
        with spooled(self.folder / "incoming", source, most, expected, allow_empty) as (temporary, kept):
            return Kept(kept.digest, kept.part_root, kept.size_bytes, self._settle(temporary, kept.digest))

    def adopt(self, path: Path, kept: Kept, until: date | None) -> Kept:
        """Take a file whose bytes were hashed while they were written; on the same disk nothing is copied."""
        try:
            path.chmod(MODE)
            if path.stat().st_dev != self._made().stat().st_dev:
                with path.open("rb") as source:
                    copied = self.put(source, kept.size_bytes, kept.digest, False, until)
                path.unlink()
                return copied
            new = self._settle(path, kept.digest)
            path.unlink(missing_ok=True)
            return Kept(kept.digest, kept.part_root, kept.size_bytes, new)
        except OSError as error:
            raise no_room(error) from error

    def _made(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        return self.folder

    def _settle(self, temporary: Path, digest: str) -> bool:
        """Move the finished file to its place; False where a sound one is there already."""
        path = self.place(digest)
        # A kept copy that has rotted is healed by the true bytes somebody brings.
        if path.exists() and hash_of(path) == digest:
            return False
        made = [
            parent for parent in (path.parent, path.parent.parent, path.parent.parent.parent) if not parent.exists()
        ]
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        temporary.replace(path)
        for parent in dict.fromkeys((path.parent, *(directory.parent for directory in made))):
            sync(parent)
        return True

    def has(self, digest: str) -> bool:
        return self.place(digest).is_file()

    def size_bytes(self, digest: str) -> int:
        try:
            return self.place(digest).stat().st_size
        except FileNotFoundError as error:
            raise missing(digest) from error

    def open(self, digest: str) -> BinaryIO:
        try:
            return self.place(digest).open("rb")
        except FileNotFoundError as error:
            raise missing(digest) from error

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        path = self.place(digest)
        if not path.is_file():
            raise missing(digest)
        yield path

    def objects(self) -> Iterator[str]:
        """Every name below the folder, in order; what is no digest does not belong there."""
        base = self.folder / "sha256"
        if not base.is_dir():
            return
        for first in sorted(base.iterdir()):
            for second in sorted(first.iterdir()) if first.is_dir() else [first]:
                for path in sorted(second.iterdir()) if second.is_dir() else [second]:
                    yield "".join(path.relative_to(base).parts)

    def destroy(self, digest: str) -> None:
        path = self.place(digest)
        try:
            path.unlink()
        except FileNotFoundError as error:
            raise missing(digest) from error
        sync(path.parent)

    def sweep(self, older_than_seconds: float, now: float) -> int:
        removed, incoming = 0, self.folder / "incoming"
        if not incoming.is_dir():
            return 0
        for path in incoming.iterdir():
            if now - path.stat().st_mtime > older_than_seconds:
                path.unlink(missing_ok=True)
                removed += 1
        return removed


@contextmanager
def spooled(
    incoming: Path, source: Source, most: int, expected: str | None, allow_empty: bool
) -> Iterator[tuple[Path, Kept]]:
    """The source as a file on disk, hashed while it is written; gone again afterwards unless it was moved away."""
    temporary = incoming / f"{os.getpid()}.{secrets.token_hex(8)}"
    try:
        incoming.mkdir(parents=True, exist_ok=True, mode=0o750)
        kept = _write(temporary, source, most)
        if not kept.size_bytes and not allow_empty:
            raise Empty("文件是空的（0 字节）", mend="请检查原文件后重新上传")
        if expected is not None and kept.digest != expected.lower():
            raise Damaged("收到的文件与发送方给出的摘要不符，传输中可能损坏", mend="请重新上传")
        yield temporary, kept
    except OSError as error:
        raise no_room(error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _write(temporary: Path, source: Source, most: int) -> Kept:
    whole, parts, size = sha256(), PartRoot(), 0
    with temporary.open("xb") as out:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge(f"文件超过 {readable(most)}", mend="请压缩或分段后再上传")
            whole.update(chunk)
            parts.update(chunk)
            out.write(chunk)
        out.flush()
        os.fchmod(out.fileno(), MODE)
        os.fsync(out.fileno())
    return Kept(whole.hexdigest(), parts.hexdigest(), size)


def no_room(error: OSError) -> Exception:
    """What a failing disk means to the person; other faults of the system stay what they are."""
    if error.errno in NO_ROOM:
        return Full("存储空间已满，文件未保存", mend="请联系管理员清理或扩充磁盘后重新上传")
    return error


def missing(digest: str) -> Missing:
    return Missing(f"存证文件 {digest[:12]}… 不存在", mend="请从备份恢复该文件")


def hash_of(path: Path) -> str:
    whole = sha256()
    with path.open("rb") as stored:
        while chunk := stored.read(CHUNK):
            whole.update(chunk)
    return whole.hexdigest()


def sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
