"""Photographs, video, sound and PDF files as evidence: what they are, when they were taken, and a small picture of them.

Untrusted bytes are read in a process of their own with limits (see probe.py); the original is never changed.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from yangguang.trail.errors import Refused

Kind = Literal["photo", "video", "audio", "document"]
KINDS: dict[str, str] = {"photo": "照片", "video": "视频", "audio": "录音", "document": "文档"}
SECONDS = 20
MAX_THUMBNAIL_BYTES = 2 * 2**20
REFUSED = 3  # the worker's exit code for “this file is bad”, its reason in JSON on standard output
_WORKER = Path(__file__).with_name("probe.py")


class BadMedia(Refused):
    """A file that cannot be taken as a recording or a document.

    **Shape** `message` what is wrong with it, `mend` what the officer can do.
    """

    def __init__(self, message: str, mend: str):
        super().__init__(message, mend=mend, field="file")

    def __str__(self) -> str:
        return f"{self.message}。{self.mend}"


@dataclass(frozen=True)
class Media:
    """What a file is by its content; what it does not say itself is None, never guessed."""

    kind: Kind
    mime: str
    width: int | None
    height: int | None
    duration_ms: int | None
    taken_at: datetime | None
    codec: str | None
    unindexed: bool = False  # it does not say itself how long it is: a player cannot jump in it

    def as_meta(self) -> dict[str, Any]:
        """What the file says of itself, as an Item keeps it."""
        found: dict[str, Any] = {
            "width": self.width,
            "height": self.height,
            "duration_ms": self.duration_ms,
            "taken_at": self.taken_at.isoformat() if self.taken_at else None,
            "codec": self.codec,
            "unindexed": self.unindexed or None,
        }
        return {name: value for name, value in found.items() if value is not None}


def probe(path: Path, declared_name: str) -> Media:
    """What the file is, by its content, which must agree with its name.

    **Raises** BadMedia for empty, truncated, mislabelled, dangerous or oversized files.
    """
    found: dict[str, Any] = json.loads(_work("probe", str(path), declared_name))
    taken_at = found.pop("taken_at")
    return Media(**found, taken_at=datetime.fromisoformat(taken_at) if taken_at else None)


def thumbnail(path: Path, kind: Kind) -> bytes:
    """A small picture (JPEG, at most 480 pixels a side) without the original's metadata; of a sound its wave form.

    **Raises** BadMedia.
    """
    return _work("thumbnail", str(path), kind)


def _work(*arguments: str) -> bytes:
    try:
        # An isolated interpreter: neither the environment's secrets nor the current folder reach the worker.
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER), *arguments],
            capture_output=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise BadMedia(f"解析文件超过 {SECONDS} 秒没有完成", "文件可能已损坏，请重新导出原始文件后上传") from error
    if done.returncode == REFUSED:
        raise BadMedia(**json.loads(done.stdout))
    if done.returncode < 0:
        raise BadMedia("解析文件时超出了内存或时间限制", "文件可能已损坏或经过伪造，请重新导出原始文件后上传")
    if done.returncode:
        raise RuntimeError(f"media worker failed: {done.stderr.decode(errors='replace')[-2000:]}")
    if len(done.stdout) > MAX_THUMBNAIL_BYTES:
        raise RuntimeError("media worker answered with too many bytes")
    return done.stdout
