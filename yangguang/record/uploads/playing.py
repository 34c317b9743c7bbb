"""Copies that browsers play: which recordings need one, and making it in a limited process.  The original stays as it is."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from yangguang.registry.access import within
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from ..models import Item
from . import actions, queries, terms
from .models import Derivative, Received

REFUSED = 3
_WORKER = Path(__file__).with_name("transcode.py")
# What every current browser plays by itself, box by box.
_MP4 = {"h264", "av1", "aac", "mp3"}
_WEBM = {"vp8", "vp9", "av1", "opus", "vorbis"}
PLAYED = {
    "video/mp4": _MP4,
    "audio/mp4": _MP4,
    "video/webm": _WEBM,
    "audio/webm": _WEBM,
    "audio/ogg": {"opus", "vorbis"},
    "audio/wav": {"pcm_s16le", "pcm_u8"},
    "audio/mpeg": {"mp3", "mp3float"},
    "audio/aac": {"aac"},
}
MEDIA = ("video", "audio")
LEAST_SECONDS, MOST_SECONDS = 120, 4 * 3600


def plays(mime: str, meta: dict[str, Any]) -> bool:
    """Whether browsers play the original, and can jump in it."""
    codecs = str(meta.get("codec", "")).split("+")
    return all(name in PLAYED.get(mime, ()) for name in codecs) and not meta.get("unindexed")


@dataclass(frozen=True)
class ToPlay:
    """What a page plays: the original, a copy (`made`), or nothing yet, and why."""

    state: str  # original | made | waiting | failed
    made: Derivative | None = None

    @property
    def ready(self) -> bool:
        return self.state in {"original", "made"}


def to_play(digest: str, scope: str, mime: str, meta: dict[str, Any]) -> ToPlay | None:
    """What to play of a recording; None of what is no recording."""
    if mime.partition("/")[0] not in MEDIA:
        return None
    if plays(mime, meta):
        return ToPlay("original")
    made = queries.playable(digest, scope)
    if made is None:
        return ToPlay("waiting")
    return ToPlay("made" if made.digest else "failed", made)


# ---- the job -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """An original that needs a copy."""

    scope: str
    digest: str
    mime: str
    size_bytes: int
    meta: dict[str, Any]


def wanted(most: int = 50) -> Iterator[Wanted]:
    """Originals without a copy, the oldest first; each once for each body.  Call inside `within("")`."""
    seen: set[tuple[str, str]] = set()
    done = Derivative.objects.values_list("scope", "parent_digest")
    have = set(done)
    for model in (Received, Item):
        rows = model.objects.filter(medium__in=MEDIA).order_by("at", "id")
        for scope, digest, mime, size, meta in rows.values_list(
            "scope", "digest", "mime", "size_bytes", "meta"
        ).iterator():
            key = (scope, digest)
            if key in have or key in seen or plays(mime, meta):
                continue
            seen.add(key)
            yield Wanted(scope, digest, mime, size, meta)
            if len(seen) >= most:
                return


def make(one: Wanted, now: datetime) -> Derivative | None:
    """Make and keep one copy; None where the store could not give or take bytes now, so that it is tried again."""
    try:
        with store.local(one.digest) as original, _workplace() as target:
            how, why = _run(original, target, one)
            kept = None
            if not why:
                with within(one.scope):
                    until = terms.locked_until(one.scope, timezone.localdate(now))
                with target.open("rb") as source:
                    kept = store.put(source, limit=settings.MEDIA_MAX_BYTES, until=until)
    except VaultError:
        return None
    with within(one.scope):
        if again := queries.playable(one.digest, one.scope):
            return again
        try:
            return actions.derive(
                at=now,
                scope=one.scope,
                parent_digest=one.digest,
                kept=kept,
                mime=how.pop("mime", ""),
                how=how,
                why=why,
            )
        except Refused:
            return None


@contextmanager
def _workplace() -> Iterator[Path]:
    base = Path(settings.HOME) / "deriving"
    base.mkdir(parents=True, exist_ok=True, mode=0o750)
    folder = tempfile.mkdtemp(dir=base)
    try:
        yield Path(folder) / "made"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(original: Path, target: Path, one: Wanted) -> tuple[dict[str, Any], str]:
    """How it was made, and why not."""
    length = int(one.meta.get("duration_ms") or 0) // 1000
    seconds = min(MOST_SECONDS, max(LEAST_SECONDS, 4 * length))
    size = max(64 * 2**20, 2 * one.size_bytes)
    command = [sys.executable, "-I", str(_WORKER), str(original), str(target), str(seconds), str(size)]
    try:
        # An isolated interpreter: neither the environment's secrets nor the current folder reach the worker.
        done = subprocess.run(
            ["nice", *command],
            capture_output=True,
            timeout=2 * seconds,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return {"limit_s": 2 * seconds}, f"超过 {2 * seconds} 秒没有完成"
    if done.returncode == 0:
        return json.loads(done.stdout), ""
    if done.returncode == REFUSED:
        return {}, json.loads(done.stdout)["message"]
    if done.returncode < 0:
        return {"signal": -done.returncode}, "超出了内存、时间或者大小的限制"
    raise RuntimeError(f"media worker failed: {done.stderr.decode(errors='replace')[-2000:]}")
