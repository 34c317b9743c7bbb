"""Verification of a whole log as an outsider does it: from files or over HTTP, with nothing but the public keys."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yangguang.trail import note
from yangguang.trail.tlog import (
    ENTRIES,
    FULL,
    HASH,
    HEIGHT,
    BadProof,
    Edge,
    TileData,
    pack_bundle,
    tile_path,
    tile_width,
    unpack_bundle,
)

Read = Callable[[str], bytes | None]  # a path of the log → its bytes, None where there is none

MOST_PROBLEMS = 20
LARGEST_FILE = FULL * (2 + 65535)


def reader(place: str) -> Read:
    """What reads the log at a folder or at an address."""
    if place.startswith(("http://", "https://")):
        return lambda path: _fetch(place.rstrip("/") + "/" + path)
    if "://" in place:
        raise BadProof(f"不支持的地址“{place}”，请给出日志目录或 http(s) 地址")
    folder = Path(place)
    if not folder.is_dir():
        raise BadProof(f"没有日志目录 {place}")

    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            return None

    return read


def _fetch(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  the scheme was checked above
            data = answer.read(LARGEST_FILE + 1)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        raise BadProof(f"{url} 返回 {error.code}") from error
    except OSError as error:
        raise BadProof(f"无法读取 {url}：{error}") from error
    if len(data) > LARGEST_FILE:
        raise BadProof(f"{url} 过大")
    return data


@dataclass
class Report:
    """What was found: `ok` only where everything was checked and held; None where the signer is not known."""

    origin: str = ""
    size: int = 0
    root: str = ""
    signed_by: list[str] = field(default_factory=list)
    signed_at: int | None = None
    trusted: bool = False
    entries: int = 0
    tiles: int = 0
    since: int | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool | None:
        if self.problems:
            return False
        return True if self.trusted else None

    def wrong(self, sentence: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)


def verify_log(
    read: Read,
    trusted: Sequence[note.Verifier],
    since: str | None = None,
) -> Report:
    """Check signature, bundles, tiles and root; with `since`, that a checkpoint kept from before is a prefix."""
    report = Report()
    try:
        tip = _tip(read, trusted, report)
        old = (
            note.parse_tip(note.open_note(since, trusted).text if trusted else note.split(since)[0]) if since else None
        )
        if old and old.origin != tip.origin:
            raise BadProof(f"旧检查点属于另一日志“{old.origin}”")
        if old and old.size > tip.size:
            raise BadProof(f"日志缩短了：旧检查点有 {old.size} 条，现在只有 {tip.size} 条")
        _walk(read, tip, report, old)
    except (BadProof, note.BadNote, UnicodeDecodeError) as error:
        report.wrong(str(error))
    return report


def _tip(read: Read, trusted: Sequence[note.Verifier], report: Report) -> note.Tip:
    data = read("checkpoint")
    if data is None:
        raise BadProof("没有检查点文件 checkpoint")
    text = data.decode("utf-8")
    if trusted:
        opened = note.open_note(text, trusted)
        report.trusted = True
        report.signed_by = [f"{key.name}（{_KINDS[key.kind]}）" for key, _ in opened.signed]
        report.signed_at = max((time for _, time in opened.signed if time), default=None)
        tip = note.parse_tip(opened.text)
        if not any(key.name == tip.origin for key, _ in opened.signed):
            raise BadProof(f"检查点没有日志“{tip.origin}”自己的受信任签名")
    else:
        tip = note.parse_tip(note.split(text)[0])
    report.origin, report.size, report.root = tip.origin, tip.size, note.b64(tip.root)
    return tip


_KINDS = {note.ED25519: "Ed25519", note.ED25519_COSIGNATURE: "Ed25519 见证", note.MLDSA44_COSIGNATURE: "ML-DSA-44"}


def _walk(
    read: Read,
    tip: note.Tip,
    report: Report,
    old: note.Tip | None,
) -> None:
    edge, report.since = Edge(), old.size if old else None
    seen_old = old is None or not old.size
    for n in range((tip.size + FULL - 1) // FULL):
        width = tile_width(tip.size, ENTRIES, n)
        entries = unpack_bundle(read_wide(read, ENTRIES, n, width))
        if len(entries) != width:
            raise BadProof(f"条目包 {tile_path(ENTRIES, n, width)} 应有 {width} 条，实有 {len(entries)} 条")
        if not seen_old and old and edge.size < old.size <= edge.size + width:
            short = Edge(edge.size, dict(edge.tiles))
            short.append(entries[: old.size - edge.size])
            if short.root() != old.root:
                report.wrong(f"前 {old.size} 条与旧检查点不符：历史被改写")
            seen_old = True
        for tile in edge.append(entries):
            if tile.level != ENTRIES and tile.width == FULL:
                _compare(read, tile, report)
        report.entries += width
    for level in range((tip.size.bit_length() - 1) // HEIGHT + 1 if tip.size else 0):
        if hashes := edge.tiles.get(level):
            at_level = tip.size >> HEIGHT * level
            _compare(read, TileData(level, at_level // FULL, at_level % FULL, hashes), report)
    if edge.root() != tip.root:
        report.wrong("由全部条目算出的根与检查点的根不符：条目被改动")


def _compare(read: Read, tile: TileData, report: Report) -> None:
    report.tiles += 1
    try:
        if read_wide(read, tile.level, tile.n, tile.width) != tile.data:
            report.wrong(f"瓦片 {tile.path} 与条目不符")
    except BadProof as error:
        report.wrong(str(error))


def read_wide(read: Read, level: int, n: int, width: int) -> bytes:
    """A tile of this width, or the full one where the partial one is no longer kept."""
    data = read(tile_path(level, n, width))
    if data is not None:
        return data
    data = read(tile_path(level, n)) if width < FULL else None
    if data is None:
        raise BadProof(f"缺少文件 {tile_path(level, n, width)}")
    return pack_bundle(unpack_bundle(data)[:width]) if level == ENTRIES else data[: width * HASH]
