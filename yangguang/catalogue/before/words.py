"""The words inside a policy document, read of what was composed or of the uploaded file; what cannot be read is said."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from yangguang.vault import store
from yangguang.vault.errors import VaultError

from . import papers
from .models import PolicyDocument

MOST = 200_000  # characters
SECONDS = 20
FORMS = {"application/pdf": "pdf"}  # all else that is taken is a Word file
NO_WORDS = "文件里没有可读的文字，可能是扫描件"
NOT_READ = "读不出文件里的文字"
_WORKER = Path(__file__).with_name("reading.py")


def of(document: PolicyDocument) -> tuple[str, str]:
    """(words, what could not be read of them)."""
    if document.content:
        blocks = {**document.content, "title": "", "lines": []}  # the head is said by the release itself
        text, why = papers.text(blocks), ""
    else:
        text, why = _uploaded(document)
    text = text.replace("\0", "").strip()
    if len(text) > MOST:
        text, why = text[:MOST], f"文件太长，只读了前 {MOST} 个字"
    return text, why or ("" if text else NO_WORDS)


def _uploaded(document: PolicyDocument) -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="yg-words-") as folder:
        path = Path(folder) / "file"
        try:
            with store.open(document.digest) as held, path.open("wb") as copy:
                while chunk := held.read(2**20):
                    copy.write(chunk)
        except VaultError:
            return "", NOT_READ
        try:
            # An isolated interpreter: neither the environment's secrets nor the current folder reach the worker.
            done = subprocess.run(
                [sys.executable, "-I", str(_WORKER), str(path), FORMS.get(document.mime, "docx"), str(MOST)],
                capture_output=True,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired:
            return "", NOT_READ
    if done.returncode < 0:  # beyond its limits of memory or time
        return "", NOT_READ
    if done.returncode:
        raise RuntimeError(f"words worker failed: {done.stderr.decode(errors='replace')[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout)
    return said["text"], said["why"]
