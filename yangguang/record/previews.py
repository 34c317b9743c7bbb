"""Pictures of what is kept: a document's pages, a recording's small picture.  Made once and found by digest.

They can be thrown away at any time: everything is made again from the vault.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings

from yangguang.vault import store

from . import documents, media

DPI = 110


def folder() -> Path:
    return Path(settings.HOME) / "previews"


def page_image(digest: str, n: int) -> bytes | None:
    """Page `n` (from 1) of one of our own documents as PNG; None where it has fewer.

    **Why** our own only: a PDF of a stranger is opened in a limited process (see media.py), never in this one.
    """
    wanted = _place(digest, f"{DPI}-{n}.png")
    if wanted.exists():
        return wanted.read_bytes()
    with store.open(digest) as kept:
        pages = documents.page_images(kept.read(), dpi=DPI)
    for number, image in enumerate(pages, start=1):
        _write(_place(digest, f"{DPI}-{number}.png"), image)
    return pages[n - 1] if 1 <= n <= len(pages) else None


def thumb(digest: str, kind: media.Kind) -> bytes:
    """The small JPEG of a recording or document.  **Raises** media.BadMedia."""
    wanted = _place(digest, "thumb.jpg")
    if wanted.exists():
        return wanted.read_bytes()
    with store.local(digest) as path:
        image = media.thumbnail(path, kind)
    _write(wanted, image)
    return image


def _place(digest: str, name: str) -> Path:
    return folder() / digest[:2] / f"{digest}-{name}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: two requests may make the same picture at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    temporary.write_bytes(data)
    temporary.replace(path)
