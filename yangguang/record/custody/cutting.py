"""Ranges of recordings and pages of strangers' files, made in a process of their own with limits (see cutter.py)."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from yangguang.vault import store

from .. import media

SECONDS = 120
_WORKER = Path(__file__).with_name("cutter.py")
# What a range is written as; everything else goes into the one container that takes any codec.
FORMATS = {
    "video/mp4": ("mp4", "video/mp4"),
    "video/webm": ("webm", "video/webm"),
    "audio/mp4": ("mp4", "audio/mp4"),
    "audio/webm": ("webm", "audio/webm"),
    "audio/mpeg": ("mp3", "audio/mpeg"),
    "audio/wav": ("wav", "audio/wav"),
    "audio/ogg": ("ogg", "audio/ogg"),
}
OTHER = {"video": ("matroska", "video/x-matroska"), "audio": ("matroska", "audio/x-matroska")}


@dataclass(frozen=True)
class Cut:
    """A clip that is in the vault."""

    digest: str
    size_bytes: int
    mime: str
    starts_ms: int


def cut(digest: str, mime: str, from_ms: int, to_ms: int) -> Cut:
    """The range of a recording as a file of its own, kept in the vault.  **Raises** media.BadMedia, VaultError."""
    form, made = FORMATS.get(mime) or OTHER[mime.partition("/")[0]]
    with store.local(digest) as path, tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as out:
        said = _work(out, "cut", str(path), form, str(from_ms), str(to_ms), str(settings.UPLOAD_MAX_BYTES))
        out.seek(0)
        kept = store.put(out)
    return Cut(kept.digest, kept.size_bytes, made, int(json.loads(said)["starts_ms"]))


def page(digest: str, number: int) -> bytes:
    """Page `number` (from 1) of an uploaded PDF, or a photograph of a sheet, as JPEG.  **Raises** media.BadMedia."""
    with store.local(digest) as path, tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as out:
        _work(out, "page", str(path), str(number))
        out.seek(0)
        return out.read()


def _work(out: BinaryIO, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER), *arguments],
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise media.BadMedia(f"处理文件超过 {SECONDS} 秒没有完成", "缩短范围后再试") from error
    if done.returncode == media.REFUSED:
        raise media.BadMedia(**json.loads(done.stderr))
    if done.returncode < 0:
        raise media.BadMedia("处理文件时超出了内存、时间或者大小限制", "缩短范围后再试")
    if done.returncode:
        raise RuntimeError(f"cutter failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stderr
