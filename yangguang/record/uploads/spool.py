"""Bytes on their way in: a part file per transfer, and beside it how far it is certain.

What counts is only what is hashed and flushed to the disk.  `marks` holds one hash for each whole 8 MiB part, written
after the part was flushed; `tail` the length and hash of what an orderly end of a request left beyond them.  After a
killed server or a power failure the transfer goes on from there, and the bytes after it are thrown away unread.
A large file that came whole is sealed: from then on its sender owes nothing, and finishing.py reads it once more.

A request that no longer hears its sender may live on for minutes.  So nobody holds a lock while waiting for bytes: each
request takes a turn, and a later turn makes every write of an earlier one fail.
"""

import fcntl
import os
import queue
import shutil
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import new as hasher
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings

from yangguang.vault.errors import Damaged, Full
from yangguang.vault.files import NO_ROOM, sync
from yangguang.vault.parts import LEAF, PART, Kept, PartRoot

CHUNK = 2**18  # a larger one is a fresh mapping of memory each time, which costs more than hashing it
WAITING = 32  # chunks between the reader and the hashers: what one transfer may hold in memory
SMALL = 64 * 2**20  # up to here the whole file is hashed on its way, and verified before its sender is answered
MARK = struct.Struct(">Q32s")
RESERVE = 256 * 2**20  # bytes left free for the database and the log, which must go on when uploads cannot


class Overtaken(Exception):
    """A later request took this transfer over; nothing more may be written by this one."""


class Elsewhere(Exception):
    """The sender would go on from another place than where the transfer stands."""

    def __init__(self, offset: int):
        super().__init__(f"offset is {offset}")
        self.offset = offset


class Mismatch(Exception):
    """The bytes of one request are not those the sender hashed; they were not taken."""


@dataclass
class Taken:
    """What one request brought."""

    offset: int
    whole: str  # SHA-256 of the file where it is small and this request brought all of it, else nothing


def folder() -> Path:
    return Path(settings.UPLOADS_DIR)


def has_room(size_bytes: int) -> bool:
    folder().mkdir(parents=True, exist_ok=True, mode=0o750)
    return shutil.disk_usage(folder()).free - RESERVE > size_bytes


def no_room() -> Full:
    return Full("存储空间已满，上传暂停", mend="已传的部分保留；请联系管理员清理或扩充磁盘后点“继续”")


class Spool:
    """The part file of one transfer."""

    def __init__(self, pk: UUID):
        self.base = folder() / str(pk)
        self.data, self.marks, self.tail = self.base / "data", self.base / "marks", self.base / "tail"
        self.sealed = self.base / "sealed"

    def make(self) -> None:
        self.base.mkdir(parents=True, exist_ok=False, mode=0o750)
        for path in (self.data, self.marks):
            path.touch(mode=0o640)

    @property
    def there(self) -> bool:
        return self.data.is_file()

    def drop(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)

    # ---- how far it is certain --------------------------------------------------------------------------------------

    def offset(self) -> int:
        """Where the sender goes on."""
        certain = self._whole_parts() * PART
        end, _ = self._tail()
        return end if certain < end <= self._size() else certain

    def _size(self) -> int:
        return self.data.stat().st_size

    def _whole_parts(self) -> int:
        return min(self.marks.stat().st_size // MARK.size, self._size() // PART)

    def _tail(self) -> tuple[int, bytes]:
        try:
            return MARK.unpack(self.tail.read_bytes())
        except (FileNotFoundError, struct.error):
            return 0, b""

    def leaves(self) -> list[bytes]:
        raw = self.marks.read_bytes()[: self._whole_parts() * MARK.size]
        return [leaf for _, leaf in MARK.iter_unpack(raw)]

    # ---- taking -----------------------------------------------------------------------------------------------------

    def take(
        self, read: Callable[[int], bytes], offset: int, most: int, checksum: tuple[str, bytes] | None = None
    ) -> Taken:
        """Write what `read` gives from `offset` on, at most up to `most`; what came before a cut stays.

        **Raises** Elsewhere, Overtaken, Mismatch, Full; whatever `read` raises, once what was read is safe.
        """
        turn = self._turn(offset)
        with self.data.open("r+b") as out:
            out.seek(offset)
            hashing = _Hashing(
                self, out.fileno(), offset, turn, hold=checksum is not None, whole=offset == 0 and most <= SMALL
            )
            asked = hasher(checksum[0]) if checksum else None
            place, whole = offset, False
            try:
                while place < most and (chunk := read(min(CHUNK, most - place))):
                    if asked:
                        asked.update(chunk)
                    self._write(out.fileno(), chunk, turn)
                    hashing.feed(chunk)
                    place += len(chunk)
                whole = True
            except OSError as error:
                if error.errno in NO_ROOM:
                    raise no_room() from error
                raise
            finally:
                _end(hashing)
                sound = asked is None or (whole and asked.digest() == checksum[1])  # type: ignore[index]
                if sound:
                    self._settle(out.fileno(), hashing, turn)
            if not sound:
                raise Mismatch
            return Taken(place, hashing.whole_digest())

    @contextmanager
    def _held(self) -> Iterator[int]:
        handle = os.open(self.base / "turn", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)

    def _turn(self, offset: int) -> int:
        """Begin a turn at `offset`; every earlier one is over."""
        with self._held() as handle:
            here = self.offset()
            if here == offset and not self._tail_is_sound(offset):
                self.tail.unlink()
                here = self.offset()
            if here != offset:
                raise Elsewhere(here)
            turn = int(os.pread(handle, 20, 0) or b"0") + 1
            os.pwrite(handle, b"%d" % turn, 0)
            os.truncate(self.marks, offset // PART * MARK.size)
            os.truncate(self.data, offset)
            return turn

    def _tail_is_sound(self, offset: int) -> bool:
        """Whether the bytes beyond the last whole part are those that were written down."""
        if offset % PART == 0:
            return True
        with self.data.open("rb") as data:
            data.seek(offset // PART * PART)
            return sha256(LEAF + data.read(offset % PART)).digest() == self._tail()[1]

    def _mine(self, handle: int, turn: int) -> None:
        if int(os.pread(handle, 20, 0) or b"0") != turn:
            raise Overtaken

    def _write(self, out: int, chunk: bytes, turn: int) -> None:
        with self._held() as handle:
            self._mine(handle, turn)
            view = memoryview(chunk)
            while view:
                view = view[os.write(out, view) :]

    def _settle(self, out: int, hashing: "_Hashing", turn: int) -> None:
        """The orderly end of a request: everything written so far is certain."""
        try:
            with self._held() as handle:
                self._mine(handle, turn)
                os.fdatasync(out)
                self._note(hashing.ready.taken())
                temporary = self.tail.with_suffix(".new")
                temporary.write_bytes(MARK.pack(hashing.place, hashing.tail_digest()))
                temporary.replace(self.tail)
        except OSError as error:
            if error.errno in NO_ROOM:  # the last whole part is certain all the same
                raise no_room() from error
            raise

    def _note(self, ready: list[bytes]) -> None:
        """Write down the parts that are whole and on the disk."""
        with self.marks.open("ab") as marks:
            marks.write(b"".join(ready))

    def flush(self, out: int, ready: list[bytes], turn: int) -> None:
        """Whole parts were hashed: once they are on the disk they are certain."""
        os.fdatasync(out)
        with self._held() as handle:
            self._mine(handle, turn)
            self._note(ready)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time brings a whole file to its end."""
        try:
            handle = os.open(self.base / "end", os.O_RDWR | os.O_CREAT, 0o640)
        except FileNotFoundError:  # it has come to its end before
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    # ---- the end ----------------------------------------------------------------------------------------------------

    def seal(self) -> None:
        """All bytes came: make certain that they are found after a power failure too, with the marks that prove them."""
        self.sealed.touch(mode=0o640)
        for path in (self.marks, self.tail, self.base, folder()):
            sync(path)

    def sum(self, whole: str = "") -> Kept:
        """The digests of the whole file.  What did not come in one request is read again, each part against its mark.

        **Raises** Damaged.
        """
        size, leaves = self._size(), self.leaves()
        if whole:
            root = PartRoot()
            for leaf in leaves:
                root.add(leaf)
            with self.data.open("rb") as data:
                data.seek(len(leaves) * PART)
                while chunk := data.read(CHUNK):
                    root.update(chunk)
            return Kept(whole, root.hexdigest(), size)
        total, root = sha256(), PartRoot()
        marks = {**dict(enumerate(leaves)), **self._tail_leaf(size)}
        with self.data.open("rb") as data:
            for number in range(0, size, PART):
                part = sha256(LEAF)
                left = min(PART, size - number)
                while left and (chunk := data.read(min(CHUNK, left))):
                    total.update(chunk)
                    part.update(chunk)
                    left -= len(chunk)
                if part.digest() != marks.get(number // PART):
                    raise Damaged("磁盘上的内容与传入时不同", mend="请检查磁盘后重新上传该文件")
                root.add(part.digest())
        return Kept(total.hexdigest(), root.hexdigest(), size)

    def _tail_leaf(self, size: int) -> dict[int, bytes]:
        """The mark of the last part, where it is no whole one."""
        end, leaf = self._tail()
        return {size // PART: leaf} if size % PART and end == size else {}

    def remember(self, kept: Kept) -> None:
        """Before the vault takes the part file: what it will be found by there."""
        temporary = self.base / "kept.new"
        temporary.write_text(f"{kept.digest} {kept.part_root} {kept.size_bytes}\n")
        temporary.replace(self.base / "kept")

    def remembered(self) -> Kept | None:
        try:
            digest, root, size = (self.base / "kept").read_text().split()
        except FileNotFoundError:
            return None
        return Kept(digest, root, int(size))


def _end(hashing: "_Hashing") -> None:
    """**Raises** Full where the disk filled up under a part, Overtaken."""
    try:
        hashing.finish()
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room() from error
        raise


class _Hashing:
    """Beside the writing: the hashes, and the way to the disk, each in a thread of its own (none of them holds the others
    up: hashing and flushing let other threads run)."""

    def __init__(self, spool: Spool, out: int, offset: int, turn: int, *, hold: bool, whole: bool):
        self.place = offset
        self.ready = _Ready()
        self._leaf = sha256(LEAF)
        self._whole = sha256() if whole else None
        with spool.data.open("rb") as data:
            data.seek(offset // PART * PART)
            self._leaf.update(data.read(offset % PART))
        self._flusher = None if hold else _Worker(lambda _: self._flush(spool, out, turn))
        self._workers = [_Worker(self._parts)]
        if self._whole is not None:
            self._workers.append(_Worker(self._whole.update))

    def feed(self, chunk: bytes) -> None:
        for worker in self._workers:
            worker.give(chunk)

    def finish(self) -> None:
        """**Raises** what went wrong in any of them."""
        failed = [worker.end() for worker in (*self._workers, *([self._flusher] if self._flusher else []))]
        for error in filter(None, failed):
            raise error

    def _parts(self, chunk: bytes) -> None:
        view = memoryview(chunk)
        while view:
            piece = view[: PART - self.place % PART]
            self._leaf.update(piece)
            self.place += len(piece)
            view = view[len(piece) :]
            if self.place % PART == 0:
                self.ready.add(MARK.pack(self.place, self._leaf.digest()))
                self._leaf = sha256(LEAF)
                if self._flusher is not None:
                    self._flusher.nudge(b"flush")

    def _flush(self, spool: Spool, out: int, turn: int) -> None:
        """A slow sender's parts are made certain one by one, a fast one's many at a time."""
        if ready := self.ready.taken():
            spool.flush(out, ready, turn)

    def tail_digest(self) -> bytes:
        return self._leaf.digest()

    def whole_digest(self) -> str:
        return self._whole.hexdigest() if self._whole is not None else ""


class _Ready:
    """Marks of whole parts that are not yet written down; taken all at once by who flushes."""

    def __init__(self) -> None:
        self._marks: list[bytes] = []
        self._lock = threading.Lock()

    def add(self, mark: bytes) -> None:
        with self._lock:
            self._marks.append(mark)

    def taken(self) -> list[bytes]:
        with self._lock:
            marks, self._marks = self._marks, []
        return marks


class _Worker:
    """A thread that is given chunks in order; what goes wrong in it is told to who gives."""

    def __init__(self, work: Callable[[bytes], None]):
        self._queue: queue.Queue[bytes] = queue.Queue(WAITING)
        self._work = work
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def give(self, chunk: bytes) -> None:
        if self._failed:
            raise self._failed
        self._queue.put(chunk)

    def nudge(self, chunk: bytes) -> None:
        """Give without waiting: where there is enough to do already, one call more changes nothing."""
        if self._failed:
            raise self._failed
        with suppress(queue.Full):
            self._queue.put_nowait(chunk)

    def end(self) -> Exception | None:
        """Wait for what was given; what went wrong, if anything did."""
        self._queue.put(b"")
        self._thread.join()
        return self._failed

    def _run(self) -> None:
        while chunk := self._queue.get():
            if self._failed:
                continue  # what is still given is let go, so that the giver never waits for us
            try:
                self._work(chunk)
            except Exception as error:  # noqa: BLE001  raised again in the giver's thread
                self._failed = error
