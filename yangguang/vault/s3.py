"""A bucket of any S3-compatible store with Object Lock in compliance mode: what is kept cannot be removed by anybody
before its day.  Needs the extra `s3` (boto3).

`VAULT_URL=s3+https://host[:port]/bucket[?region=…&years=10&prefix=…]`, keys from `VAULT_KEY` and `VAULT_SECRET` (or the
environment boto3 itself reads).
"""

import io
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # the extra `s3` is not installed; said when a bucket is asked for
    boto3 = None

from yangguang.vault.errors import Full, Locked, Missing, Unreachable, VaultError
from yangguang.vault.files import Files, missing, spooled
from yangguang.vault.parts import CHUNK, Kept, Source, valid

PIECE = 64 * 2**20  # bytes of one piece of a large object on its way to the bucket
CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 60, 4
HOW = "VAULT_URL 应如 s3+https://主机:端口/桶名?region=…&years=10"


class Bucket:
    """Objects in a bucket; see parts.Store."""

    name = "s3"

    def __init__(self, url: str, spool: Path) -> None:
        self.bucket, self.years, self.prefix, endpoint, region = _read(url)
        self.spool = spool
        self._client = _client(endpoint, region)
        self._proven = False

    # ---- keeping ----------------------------------------------------------------------------------------------------

    def put(self, source: Source, most: int, expected: str | None, allow_empty: bool, until: date | None) -> Kept:
        with spooled(self.spool / "incoming", source, most, expected, allow_empty) as (temporary, kept):
            return self._send(temporary, kept, until)

    def adopt(self, path: Path, kept: Kept, until: date | None) -> Kept:
        sent = self._send(path, kept, until)
        path.unlink(missing_ok=True)
        return sent

    def _send(self, path: Path, kept: Kept, until: date | None) -> Kept:
        self._prove()
        lock = self._until(until)
        with self._said():
            new = self._upload(path, kept, lock, {"IfNoneMatch": "*"})
            if not new and not self._sound(kept.digest):
                # A kept copy that has rotted is healed by the true bytes somebody brings.
                new = self._upload(path, kept, lock, {})
            elif not new:
                self._extend(kept.digest, lock)
        return Kept(kept.digest, kept.part_root, kept.size_bytes, new)

    def _upload(self, path: Path, kept: Kept, lock: datetime, condition: dict[str, str]) -> bool:
        """False where an object of this name is there already."""
        wanted = {"Bucket": self.bucket, "Key": self._key(kept.digest)}
        locked = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": lock}
        try:
            with path.open("rb") as body:
                if kept.size_bytes <= PIECE:
                    proof = b64encode(bytes.fromhex(kept.digest)).decode()
                    self._client.put_object(**wanted, **locked, **condition, Body=body, ChecksumSHA256=proof)
                else:
                    self._pieces(body, kept.size_bytes, wanted, locked, condition)
        except self._client.exceptions.ClientError as error:
            if _code(error) in {"PreconditionFailed", "412", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def _pieces(
        self, body: BinaryIO, size: int, wanted: dict[str, Any], locked: dict[str, Any], condition: dict[str, str]
    ) -> None:
        upload = self._client.create_multipart_upload(**wanted, **locked, ChecksumAlgorithm="SHA256")["UploadId"]
        try:
            done = []
            for number, start in enumerate(range(0, size, PIECE), start=1):
                piece = _Stretch(body, start, min(PIECE, size - start))
                proof = b64encode(piece.digest()).decode()
                sent = self._client.upload_part(
                    **wanted, UploadId=upload, PartNumber=number, Body=piece, ChecksumSHA256=proof
                )
                done.append({"ETag": sent["ETag"], "PartNumber": number, "ChecksumSHA256": proof})
            self._client.complete_multipart_upload(
                **wanted, **condition, UploadId=upload, MultipartUpload={"Parts": done}
            )
        except BaseException:
            self._client.abort_multipart_upload(**wanted, UploadId=upload)
            raise

    def _extend(self, digest: str, lock: datetime) -> None:
        """A later day replaces an earlier one; the store itself refuses the opposite."""
        wanted = {"Bucket": self.bucket, "Key": self._key(digest)}
        held = self._client.head_object(**wanted).get("ObjectLockRetainUntilDate")
        if held is None or held < lock - timedelta(days=1):
            self._client.put_object_retention(**wanted, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": lock})

    def _until(self, asked: date | None) -> datetime:
        least = datetime.now(UTC) + timedelta(days=round(self.years * 365.25))
        wanted = datetime.combine(asked, time.max, UTC) if asked else least
        return max(wanted, least).replace(microsecond=0)

    def _prove(self) -> None:
        """Once: evidence goes into no bucket that would let it be removed."""
        if self._proven:
            return
        with self._said():
            try:
                answer = self._client.get_object_lock_configuration(Bucket=self.bucket)
            except self._client.exceptions.ClientError as error:
                if _code(error) != "ObjectLockConfigurationNotFoundError":
                    raise
                answer = {}
        if answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise Unreachable(
                f"存储桶 {self.bucket} 没有开启对象锁定，不能存放证据",
                mend="新建桶时开启 Object Lock，再写入 VAULT_URL",
            )
        self._proven = True

    # ---- giving -----------------------------------------------------------------------------------------------------

    def has(self, digest: str) -> bool:
        try:
            self.size_bytes(digest)
        except Missing:
            return False
        return True

    def size_bytes(self, digest: str) -> int:
        with self._said(digest):
            return int(self._client.head_object(Bucket=self.bucket, Key=self._key(digest))["ContentLength"])

    def open(self, digest: str) -> BinaryIO:
        size = self.size_bytes(digest)

        def get(start: int) -> Any:
            with self._said(digest):
                found = self._client.get_object(
                    Bucket=self.bucket, Key=self._key(digest), **({"Range": f"bytes={start}-"} if start else {})
                )
                return found["Body"]

        return io.BufferedReader(_Remote(get, size), CHUNK)

    @contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """A copy of our own while it is used: a limited process reads files, not the network."""
        incoming = self.spool / "incoming"
        with self.open(digest) as source, spooled(incoming, source, 2**63, digest, True) as (copy, _):
            yield copy

    def objects(self) -> Iterator[str]:
        base = f"{self.prefix}sha256/"
        with self._said():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=base):
                for found in page.get("Contents", ()):
                    yield found["Key"][len(base) :].replace("/", "")

    def destroy(self, digest: str) -> None:
        key = self._key(digest)
        with self._said(digest):
            found = self._client.list_object_versions(Bucket=self.bucket, Prefix=key)
            versions = [one for kind in ("Versions", "DeleteMarkers") for one in found.get(kind, ())]
            if not versions:
                raise missing(digest)
            for one in versions:
                try:
                    self._client.delete_object(Bucket=self.bucket, Key=key, VersionId=one["VersionId"])
                except self._client.exceptions.ClientError as error:
                    if _code(error) not in {"AccessDenied", "InvalidRequest", "ObjectLocked"}:
                        raise
                    raise Locked(
                        f"存证文件 {digest[:12]}… 在对象锁定期内，任何人都不能删除", mend="保管期限届满后再办理"
                    ) from error

    def sweep(self, older_than_seconds: float, now: float) -> int:
        removed = Files(self.spool).sweep(older_than_seconds, now)
        before = datetime.fromtimestamp(now - older_than_seconds, UTC)
        with self._said():
            for one in self._client.list_multipart_uploads(Bucket=self.bucket).get("Uploads", ()):
                if one["Initiated"] < before and one["Key"].startswith(f"{self.prefix}sha256/"):
                    self._client.abort_multipart_upload(Bucket=self.bucket, Key=one["Key"], UploadId=one["UploadId"])
                    removed += 1
        return removed

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _key(self, digest: str) -> str:
        valid(digest)
        return f"{self.prefix}sha256/{digest[:2]}/{digest[2:4]}/{digest[4:]}"

    def _sound(self, digest: str) -> bool:
        whole = sha256()
        with self.open(digest) as stored:
            while chunk := stored.read(CHUNK):
                whole.update(chunk)
        return whole.hexdigest() == digest

    @contextmanager
    def _said(self, digest: str = "") -> Iterator[None]:
        """What the store answers, as this vault's own refusals."""
        try:
            yield
        except ClientError as error:
            code = _code(error)
            if digest and code in {"404", "NoSuchKey", "NotFound", "MethodNotAllowed"}:
                raise missing(digest) from error
            if code in {"QuotaExceeded", "InsufficientStorage", "507", "XMinioStorageFull"}:
                raise Full("存储空间已满，文件未保存", mend="请联系管理员扩充存储后重新上传") from error
            raise Unreachable(f"证据存储拒绝了请求（{code}）", mend="请联系管理员核对 VAULT_URL 与密钥") from error
        except BotoCoreError as error:
            raise Unreachable("证据存储没有应答", mend="请稍后重试，仍不行的联系管理员") from error


class _Remote(io.RawIOBase):
    """An object of the bucket as a file that can seek: each jump asks for the rest from there."""

    def __init__(self, get: Any, size: int) -> None:
        self._get, self._size, self._at = get, size, 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        target = max(0, base + offset)
        if target != self._at:
            self._drop()
            self._at = target
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        if self._body is None:
            self._body = self._get(self._at)
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _drop(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        self._drop()
        super().close()


class _Stretch(io.RawIOBase):
    """A stretch of a file as a file of its own: boto3 reads it, and again when it has to try again."""

    def __init__(self, body: BinaryIO, start: int, length: int) -> None:
        self._body, self._start, self._length, self._at = body, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        self._body.seek(self._start + self._at)
        data = self._body.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data

    def digest(self) -> bytes:
        whole = sha256()
        while chunk := self.read(CHUNK):
            whole.update(chunk)
        self.seek(0)
        return whole.digest()

    def __len__(self) -> int:
        return self._length


def _read(url: str) -> tuple[str, float, str, str | None, str]:
    """Bucket, years, prefix, endpoint and region of a `VAULT_URL`.  **Raises** VaultError."""
    said = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(said.query).items()}
    bucket = said.path.strip("/")
    years = query.pop("years", "10")
    region, prefix = query.pop("region", "us-east-1"), query.pop("prefix", "")
    if said.scheme not in {"s3+http", "s3+https"} or not bucket or "/" in bucket or not said.netloc or query:
        raise VaultError(f"VAULT_URL 不能使用：{said.scheme}://…/{bucket}", mend=HOW)
    if said.username or said.password:
        raise VaultError("VAULT_URL 不得写入密钥", mend="密钥写在环境变量 VAULT_KEY、VAULT_SECRET 中")
    try:
        length = float(years)
    except ValueError:
        length = 0
    if not 0 < length <= 100:
        raise VaultError(f"VAULT_URL 的 years={years} 应为大于 0、不超过 100 的年数", mend=HOW)
    return bucket, length, prefix, f"{said.scheme.removeprefix('s3+')}://{said.netloc}", region


def _client(endpoint: str | None, region: str) -> Any:
    if boto3 is None:
        raise Unreachable("没有安装 S3 组件", mend="安装 requirements-s3.txt 后重新启动，或者不设 VAULT_URL")
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=os.environ.get("VAULT_KEY") or None,
        aws_secret_access_key=os.environ.get("VAULT_SECRET") or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
