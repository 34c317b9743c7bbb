"""What is kept stays what it was; what cannot be kept leaves nothing."""

import errno
import io
import os
import signal
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from yangguang.vault import parts as parts_of
from yangguang.vault import store
from yangguang.vault.errors import Damaged, Empty, Full, Missing, TooLarge, VaultError


@pytest.fixture(autouse=True)
def vault(settings, tmp_path) -> Path:
    settings.VAULT_DIR = tmp_path / "vault"
    return settings.VAULT_DIR


def put(data: bytes, **options) -> store.Kept:
    return store.put(io.BytesIO(data), **options)


def left(vault: Path) -> list[Path]:
    return [path for path in vault.rglob("*") if path.is_file()]


def mth(parts: list[bytes]) -> bytes:
    """The definition of RFC 6962, to compare with."""
    if len(parts) == 1:
        return sha256(b"\0" + parts[0]).digest()
    k = 1 << (len(parts) - 1).bit_length() - 1
    return sha256(b"\1" + mth(parts[:k]) + mth(parts[k:])).digest()


def test_bytes_are_found_by_their_digest(vault):
    kept = put(b"evidence")
    assert kept == store.Kept(sha256(b"evidence").hexdigest(), sha256(b"\0evidence").hexdigest(), 8, True)
    with store.open(kept.digest) as stored:
        assert stored.read() == b"evidence"
    assert store.has(kept.digest)
    assert store.size_bytes(kept.digest) == 8
    path = store.place(kept.digest)
    assert path == vault / "sha256" / kept.digest[:2] / kept.digest[2:4] / kept.digest[4:]
    assert path.stat().st_mode & 0o777 == 0o440
    assert store.check(kept.digest).part_root == kept.part_root
    assert left(vault) == [path]


def test_the_same_bytes_again_change_nothing(vault):
    first = put(b"evidence")
    before = store.place(first.digest).stat()
    again = put(b"evidence")
    assert (again.digest, again.new) == (first.digest, False)
    assert store.place(first.digest).stat().st_mtime_ns == before.st_mtime_ns
    assert len(left(vault)) == 1


@given(st.binary(max_size=400), st.integers(1, 40))
@hypothesis_settings(deadline=None)
def test_the_part_root_is_the_tree_of_the_definition_however_the_bytes_arrive(data, step):
    part, parts_of.PART = parts_of.PART, 16
    try:
        parts = store.PartRoot()
        for at in range(0, len(data), step):
            parts.update(data[at : at + step])
        wanted = mth([data[at : at + 16] for at in range(0, len(data), 16)]) if data else sha256(b"").digest()
        assert parts.digest() == wanted
    finally:
        parts_of.PART = part


def test_a_large_file_is_cut_into_parts_of_8_mib():
    data = bytes(8 * 2**20) + b"tail"
    kept = put(data, limit=2**24)
    assert kept.part_root == mth([data[: 8 * 2**20], b"tail"]).hex()


@pytest.mark.parametrize(
    ("data", "options", "refusal"),
    [
        (b"", {}, Empty),
        (b"12345", {"limit": 4}, TooLarge),
        (b"12345", {"expected": "0" * 64}, Damaged),
    ],
)
def test_what_is_refused_leaves_nothing(vault, data, options, refusal):
    with pytest.raises(refusal) as refused:
        put(data, **options)
    assert refused.value.mend
    assert left(vault) == []


def test_limits_are_inclusive_and_expected_digests_compared():
    assert put(b"1234", limit=4, expected=sha256(b"1234").hexdigest().upper()).size_bytes == 4
    assert put(b"", allow_empty=True).size_bytes == 0


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("when", ["write", "fsync"])
def test_a_full_disk_leaves_nothing(vault, monkeypatch, when, number):
    def full(*args: object) -> None:
        raise OSError(number, "full")

    if when == "fsync":
        monkeypatch.setattr(os, "fsync", full)
        source: object = io.BytesIO(b"data")
    else:

        class Source:
            calls = 0

            def read(self, size: int) -> bytes:
                self.calls += 1
                if self.calls > 2:
                    full()
                return b"data"

        source = Source()
    with pytest.raises(Full, match="已满"):
        store.put(source)
    assert left(vault) == []


def test_a_really_full_disk_leaves_nothing(settings):
    folder = Path("/dev/shm/yg-vault-test")
    if not os.path.ismount("/dev/shm") or os.geteuid() != 0:
        pytest.skip("需要 root 与 tmpfs 才能真正写满磁盘")
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("此环境不允许挂载 tmpfs")
    try:
        settings.VAULT_DIR = folder / "vault"
        with pytest.raises(Full):
            put(bytes(2 * 2**20))
        assert left(settings.VAULT_DIR) == []
        assert put(b"small").new
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def test_a_broken_source_leaves_nothing(vault):
    class Broken:
        def __init__(self) -> None:
            self.parts = [b"begin"]

        def read(self, size: int) -> bytes:
            if not self.parts:
                raise ConnectionResetError("the browser went away")
            return self.parts.pop()

    with pytest.raises(ConnectionResetError):
        store.put(Broken())
    assert left(vault) == []


def test_what_was_changed_or_lost_is_found(vault):
    sound, changed, lost = put(b"sound").digest, put(b"changed").digest, put(b"lost").digest
    path = store.place(changed)
    path.chmod(0o640)
    path.write_bytes(b"Changed")
    store.place(lost).unlink()
    (vault / "sha256" / "stray.txt").write_text("x")
    with pytest.raises(Damaged):
        store.check(changed)
    for ask in (store.check, store.open, store.size_bytes):
        with pytest.raises(Missing):
            ask(lost)
    assert {(fault.what, fault.digest) for fault in store.scrub([sound, changed, lost])} == {
        ("damaged", changed),
        ("missing", lost),
        ("stray", "stray.txt"),
    }
    assert put(b"changed").new  # the true bytes heal the place
    assert {fault.what for fault in store.scrub([sound, changed])} == {"stray"}


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "０" * 64])
def test_only_a_digest_names_a_place(digest):
    for ask in (store.place, store.has, store.open, store.check):
        with pytest.raises(VaultError, match="SHA-256"):
            ask(digest)


def test_many_people_bring_the_same_file_at_once(vault):
    results = []
    threads = [threading.Thread(target=lambda: results.append(put(b"photo" * 100_000))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({kept.digest for kept in results}) == 1
    assert len(results) == 6
    assert len(left(vault)) == 1
    assert list(store.scrub()) == []


def test_kill_9_in_the_middle_leaves_no_object_and_the_sweep_takes_the_rest(vault):
    program = (
        "import os, sys; from django.conf import settings; settings.configure(VAULT_DIR=sys.argv[1], UPLOAD_MAX_BYTES=10**9)\n"
        "from yangguang.vault import store\n"
        "class Slow:\n"
        "    def read(self, size):\n"
        "        print('x', flush=True); sys.stdin.readline(); return bytes(1000)\n"
        "store.put(Slow())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(vault)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(store.__file__).parents[2],
    )
    assert process.stdin
    assert process.stdout
    with process.stdin, process.stdout:
        process.stdout.readline()
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (vault / "sha256").exists()
    assert len(left(vault)) == 1
    assert store.sweep() == 0  # it may still be somebody's upload
    assert store.sweep(0, now=2e10) == 1
    assert left(vault) == []
