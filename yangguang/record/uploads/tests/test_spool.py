"""What counts of a transfer is what is hashed and on the disk; a later request ends an earlier one."""

import errno
import hashlib
import io
import os
from hashlib import sha256
from uuid import uuid4

import pytest

from yangguang.record.uploads import spool
from yangguang.vault.errors import Damaged, Full
from yangguang.vault.parts import PART, PartRoot

MANY = 10**12


@pytest.fixture
def held(settings, tmp_path) -> spool.Spool:
    settings.UPLOADS_DIR = tmp_path
    made = spool.Spool(uuid4())
    made.make()
    return made


def digests(data: bytes) -> tuple[str, str]:
    root = PartRoot()
    root.update(data)
    return sha256(data).hexdigest(), root.hexdigest()


class Cut:
    """A sender that goes away after `at` bytes."""

    def __init__(self, data: bytes, at: int):
        self.source, self.left = io.BytesIO(data), at

    def read(self, size: int) -> bytes:
        got = self.source.read(min(size, self.left))
        self.left -= len(got)
        if not got:
            raise ConnectionResetError("gone")
        return got


@pytest.mark.parametrize("size", [1, 100, PART - 1, PART, PART + 1, 2 * PART + 12345])
def test_a_file_in_one_request_is_hashed_on_its_way(held, size):
    data = os.urandom(size)
    taken = held.take(io.BytesIO(data).read, 0, size)
    assert (taken.offset, taken.whole) == (size, sha256(data).hexdigest())
    kept = held.sum(taken.whole)
    assert (kept.digest, kept.part_root, kept.size_bytes) == (*digests(data), size)
    assert held.sum() == kept  # read again from the disk


@pytest.mark.parametrize("cuts", [[1], [PART], [PART - 1, PART + 1], [5, 6, PART + 7, 2 * PART + 8]])
def test_after_any_cut_it_goes_on_and_the_digests_are_of_the_whole(held, cuts):
    data = os.urandom(2 * PART + 1000)
    for at in cuts:
        start = held.offset()
        with pytest.raises(ConnectionResetError):
            held.take(Cut(data[start:], at - start).read, start, len(data))
        assert held.offset() == at
    start = held.offset()
    taken = held.take(io.BytesIO(data[start:]).read, start, len(data))
    assert taken.whole == ""  # it did not come in one request
    assert (held.sum().digest, held.sum().part_root) == digests(data)


@pytest.mark.parametrize("extra", [0, 1, 5000])
def test_a_killed_server_goes_on_from_the_last_part_that_is_certain(held, extra):
    data = os.urandom(3 * PART)
    with pytest.raises(ConnectionResetError):
        held.take(Cut(data, PART + 777).read, 0, len(data))
    # kill -9: the orderly end was never written, and more bytes lie there than were ever hashed
    held.tail.unlink()
    with held.data.open("ab") as out:
        out.write(bytes(extra))
    assert held.offset() == PART
    held.take(io.BytesIO(data[PART:]).read, PART, len(data))
    assert held.sum().digest == sha256(data).hexdigest()


def test_bytes_that_changed_beyond_the_last_part_are_not_built_upon(held):
    data = os.urandom(PART + 500)
    with pytest.raises(ConnectionResetError):
        held.take(Cut(data, PART + 400).read, 0, len(data))
    with held.data.open("r+b") as out:
        out.seek(PART + 10)
        out.write(b"\0\0\0\0")
    with pytest.raises(spool.Elsewhere) as elsewhere:
        held.take(io.BytesIO(data[PART + 400 :]).read, PART + 400, len(data))
    assert elsewhere.value.offset == PART == held.offset()


def test_a_part_that_rots_on_the_disk_is_found_before_it_is_taken(held):
    data = os.urandom(2 * PART)
    with pytest.raises(ConnectionResetError):
        held.take(Cut(data, PART + 1).read, 0, len(data))
    held.take(io.BytesIO(data[PART + 1 :]).read, PART + 1, len(data))
    with held.data.open("r+b") as out:
        out.write(b"\0\0\0\0")
    with pytest.raises(Damaged):
        held.sum()


def test_another_place_than_where_it_stands_is_refused(held):
    held.take(io.BytesIO(b"12345").read, 0, 10)
    for offset in (0, 4, 6, 10):
        with pytest.raises(spool.Elsewhere) as elsewhere:
            held.take(io.BytesIO(b"x").read, offset, 10)
        assert elsewhere.value.offset == 5
    assert held.data.read_bytes() == b"12345"


def test_a_later_request_overtakes_one_that_still_waits_for_its_sender(held):
    data = os.urandom(1000)

    class Waiting:
        """The old connection: while it waits, the sender comes again on a new one."""

        calls = 0

        def read(self, size: int) -> bytes:
            self.calls += 1
            if self.calls == 1:
                held.take(io.BytesIO(data[:600]).read, 0, len(data))
            return b"old bytes"

    with pytest.raises(spool.Overtaken):
        held.take(Waiting().read, 0, len(data))
    assert held.offset() == 600
    held.take(io.BytesIO(data[600:]).read, 600, len(data))
    assert held.sum().digest == sha256(data).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_that_is_not_what_the_sender_hashed_is_not_taken(held, algorithm):
    data = os.urandom(PART + 10)
    right = hashlib.new(algorithm, data).digest()
    with pytest.raises(spool.Mismatch):
        held.take(io.BytesIO(data[:-1] + b"?").read, 0, len(data), (algorithm, right))
    assert held.offset() == 0
    with pytest.raises(ConnectionResetError):  # a part of it cannot be compared
        held.take(Cut(data, PART + 5).read, 0, len(data), (algorithm, right))
    assert held.offset() == 0
    assert held.take(io.BytesIO(data).read, 0, len(data), (algorithm, right)).offset == len(data)
    assert held.sum().digest == sha256(data).hexdigest()


def test_a_disk_that_fills_up_in_the_middle_keeps_what_is_certain(held, monkeypatch):
    data = os.urandom(2 * PART)
    write, room = os.write, [PART + 3 * 2**20]

    def limited(out: int, view) -> int:  # type: ignore[no-untyped-def]
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "full")
        room[0] -= len(view)
        return write(out, view)

    monkeypatch.setattr(os, "write", limited)
    with pytest.raises(Full, match="上传暂停"):
        held.take(io.BytesIO(data).read, 0, len(data))
    monkeypatch.undo()
    start = held.offset()
    assert start >= PART
    held.take(io.BytesIO(data[start:]).read, start, len(data))
    assert held.sum().digest == sha256(data).hexdigest()


def test_a_disk_that_cannot_flush_stops_the_transfer(held, monkeypatch):
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fdatasync", full)
    with pytest.raises(Full):
        held.take(io.BytesIO(bytes(3 * PART)).read, 0, 3 * PART)
    monkeypatch.undo()
    assert held.offset() == 0
