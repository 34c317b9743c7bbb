"""This keeps the words of a pack as they stood: one JSON document with the files of the pack and of its parents.

A case is judged by the edition it was opened under, also years later and under newer packs.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from yangguang.policy import packs
from yangguang.policy.errors import PackError
from yangguang.policy.packs import Pack

FORMAT = "yangguang-law-1"


def archive(pack: Pack) -> bytes:
    """Write the edition: canonical JSON of the words the pack was read from, whatever became of its files since."""
    document = {"format": FORMAT, "pack": pack.id, "version": pack.version, "files": dict(pack.merged.words)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def restore(data: bytes, version: str) -> Pack:
    """Load an edition from its archive. **Raises** PackError when it is not that edition."""
    document = _document(data, version)
    with tempfile.TemporaryDirectory(prefix="yangguang-law-") as folder:
        root = Path(folder)
        for name, text in document["files"].items():
            place = PurePosixPath(name)
            if place.is_absolute() or ".." in place.parts:
                raise PackError("存档中的文件名不对。", where=name, mend="从备份恢复该版本的存档。")
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        pack = packs.load_from(root, document["pack"])
    if pack.version != version:
        raise PackError(
            f"存档的内容是版本 {pack.version}，不是 {version}。", where=document["pack"], accepted=version,
            mend="从备份恢复该版本的存档；若程序的读法已变，用写下该版本时的程序核对。",
        )  # fmt: skip
    return pack


def _document(data: bytes, version: str) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT or document.get("version") != version:
        said = f"{document.get('pack')} {document.get('version')}" if isinstance(document, dict) else ""
        raise PackError(
            f"存档不是法条包版本 {version}。", where=said, accepted=FORMAT, mend="从备份恢复该版本的存档。",
        )  # fmt: skip
    return document
