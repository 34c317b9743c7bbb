"""Where verified segments lie until a recording is finished and joined: one file each, on this machine's disk.

They are on disk before the device hears that they were taken, so that it may forget them.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from yangguang.vault.errors import Damaged, Full, Missing


def folder(recording: UUID) -> Path:
    return Path(settings.VAULT_DIR) / "live" / str(recording)


def put(recording: UUID, seq: int, data: bytes) -> None:
    """Keep one segment for good.  **Raises** Full."""
    place = folder(recording)
    temporary = place / f".{seq}.{secrets.token_hex(4)}"
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o750)
        with temporary.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(place / f"{seq:08d}")
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Full(
                "存储空间已满，这一段没有保存", mend="请联系管理员清理磁盘；录制内容仍在设备上，可继续补传"
            ) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)


def join(recording: UUID, segments: Iterable[tuple[int, str]], out: BinaryIO) -> None:
    """Write all segments one after the other, each checked once more.  **Raises** Missing, Damaged."""
    for seq, digest in segments:
        try:
            data = (folder(recording) / f"{seq:08d}").read_bytes()
        except FileNotFoundError as error:
            raise Missing(f"第 {seq} 环的数据在服务器上不见了", mend="请告知管理员从备份恢复后再收存") from error
        if sha256(data).hexdigest() != digest:
            raise Damaged(f"第 {seq} 环的数据在服务器上已被改变", mend="请告知管理员从备份恢复后再收存")
        out.write(data)


def drop(recording: UUID) -> None:
    """The joined object is in the vault: the pieces are no longer needed."""
    shutil.rmtree(folder(recording), ignore_errors=True)
