"""This keeps the words of a pack as they stood: one JSON document with the files of the pack and of its parents.

A case is judged by the edition it was opened under, also years later and under newer packs.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

from yangguang.policy import files, packs
from yangguang.policy.errors import PackError
from yangguang.policy.packs import Pack

FORMAT = "yangguang-law-1"


def archive(pack: Pack, root: Path = files.ROOT) -> bytes:
    """Write the edition: canonical JSON, the same bytes for the same files."""
    kept = {}
    for layer in pack.chain:
        for path in sorted((root / layer).rglob("*")):
            inside = path.relative_to(root / layer).parts
            if path.is_file() and inside[0] not in files.FOREIGN and not path.name.startswith("."):
                kept[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    document = {"format": FORMAT, "pack": pack.id, "version": pack.version, "files": kept}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def restore(data: bytes, version: str, folder: Path) -> Pack:
    """Read an edition back into `folder/<version>` and load it. **Raises** PackError when it is not that edition."""
    document = json.loads(data)
    if document.get("format") != FORMAT or document.get("version") != version:
        raise PackError(
            f"存档不是法条包版本 {version}。", where=f"{document.get('pack')} {document.get('version')}",
            accepted=FORMAT, mend="从备份恢复该版本的存档。",
        )  # fmt: skip
    root = folder / version
    for name, text in document["files"].items():
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise PackError("存档中的文件名不对。", where=name, mend="从备份恢复该版本的存档。")
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pack = packs.load_from(root, document["pack"])
    if pack.version != version:
        raise PackError(
            f"存档的内容是版本 {pack.version}，不是 {version}。", where=document["pack"], accepted=version,
            mend="从备份恢复该版本的存档；若程序的读法已变，用写下该版本时的程序核对。",
        )  # fmt: skip
    return pack
