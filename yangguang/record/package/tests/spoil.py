"""What somebody with the package in his hands may try, and the manifests made to fit again."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from yangguang.trail import note


def events(folder: Path) -> dict:
    return json.loads((folder / "yangguang/events.json").read_text(encoding="utf-8"))


def keep(folder: Path, told: dict) -> None:
    (folder / "yangguang/events.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def reseal(folder: Path) -> None:
    """New manifests over what is there now: a forger does not leave the old ones."""

    def lines(names: list[str]) -> str:
        return "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)

    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / "manifest-sha256.txt").write_text(lines([name for name in names if name.startswith("data/")]))
    tags = [name for name in names if not name.startswith("data/") and name != "tagmanifest-sha256.txt"]
    (folder / "tagmanifest-sha256.txt").write_text(lines(tags))


def material(folder: Path, suffix: str = ".mp4") -> Path:
    return sorted((folder / "data/电子档案").rglob(f"*{suffix}"))[0]


def changed_byte(folder: Path) -> None:
    path = material(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def changed_byte_resealed(folder: Path) -> None:
    changed_byte(folder)
    reseal(folder)


def changed_date(folder: Path) -> None:
    told = events(folder)
    entry = next(one for one in told["entries"] if json.loads(one["payload"])["p"]["verb"] == "decision.decide")
    entry["payload"] = entry["payload"].replace("2026-09-18", "2026-09-17")
    keep(folder, told)
    reseal(folder)


def removed_event(folder: Path) -> None:
    told = events(folder)
    del told["entries"][10]
    keep(folder, told)
    reseal(folder)


def removed_last(folder: Path) -> None:
    told = events(folder)
    del told["entries"][-1]
    keep(folder, told)
    reseal(folder)


def swapped_proof(folder: Path) -> None:
    one, other = (folder / f"yangguang/proofs/{name}.tlog-proof" for name in ("0003", "0004"))
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)
    reseal(folder)


def missing_file(folder: Path) -> None:
    material(folder, ".jpg").unlink()


def missing_file_resealed(folder: Path) -> None:
    material(folder, ".jpg").unlink()
    reseal(folder)


def extra_file(folder: Path) -> None:
    (folder / "data/电子档案/正卷/999 补交的证据.pdf").write_bytes(b"%PDF-1.7 later")


def extra_file_resealed(folder: Path) -> None:
    extra_file(folder)
    reseal(folder)


def no_statement(folder: Path) -> None:
    told = events(folder)
    del told["statement"]
    keep(folder, told)
    reseal(folder)


def missing_proof(folder: Path) -> None:
    (folder / "yangguang/proofs/0002.tlog-proof").unlink()
    reseal(folder)


def swapped_files(folder: Path) -> None:
    """One file under another's name is the same material: named by the manifest that was not made anew."""
    one, other = sorted((folder / "data/电子档案/正卷").glob("*.pdf"))[:2]
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)


SPOILS: tuple[tuple[Callable[[Path], None], tuple[str, ...]], ...] = (
    (changed_byte, ("文件被改动：data/电子档案/", ".mp4")),
    (changed_byte_resealed, ("文件没有留痕，或者不是留痕所记的内容：data/电子档案/", "材料缺失：事件所记《")),
    (changed_date, ("（decision.decide）与承诺不符：原文被改动",)),
    (removed_event, ("事件缺失或者次序不对：第 11 条的位置上是第 12 条", "事件数不符")),
    (removed_last, ("事件数不符：导出时有",)),
    (
        swapped_proof,
        ("第 3 条（", "的证明无效（yangguang/proofs/0003.tlog-proof）", "yangguang/proofs/0004.tlog-proof"),
    ),
    (missing_file, ("文件缺失：data/电子档案/", "材料缺失：事件所记《")),
    (missing_file_resealed, ("材料缺失：事件所记《",)),
    (extra_file, ("多出的文件：data/电子档案/正卷/999 补交的证据.pdf",)),
    (extra_file_resealed, ("文件没有留痕，或者不是留痕所记的内容：data/电子档案/正卷/999 补交的证据.pdf",)),
    (no_statement, ("缺少导出记录",)),
    (missing_proof, ("第 2 条（", "的证明缺失：yangguang/proofs/0002.tlog-proof")),
    (swapped_files, ("文件被改动：data/电子档案/",)),
)

FOREIGN = note.Ed25519Signer("somebody.else/log", bytes(range(32))).vkey
