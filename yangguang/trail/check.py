"""Verification of a whole log as an outsider does it: from files or over HTTP, with nothing but the public keys."""

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yangguang.trail import note, trust
from yangguang.trail.tlog import (
    ENTRIES,
    FULL,
    HASH,
    HEIGHT,
    SHA256,
    BadProof,
    Edge,
    Kind,
    TileData,
    bundle_hashes,
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

    start = f"{folder}/"

    def read(path: str) -> bytes | None:
        try:
            with open(start + path, "rb", buffering=0) as file:  # thousands of small files: nothing between them and us
                return file.read()
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
    witnessed: list[str] = field(default_factory=list)
    quorum: str = ""
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


@dataclass(frozen=True)
class Asked:
    """What to check beyond the log agreeing with itself.

    **Shape:** `since` a checkpoint kept from before, which has to be a prefix; `policy` who has to have signed; `fresh` the
    moment (in seconds) before which a signature is too old, against an old checkpoint being played back; `kind` the tree.
    """

    since: str | None = None
    policy: trust.Policy | None = None
    fresh: int | None = None
    kind: Kind = SHA256


def verify_log(read: Read, trusted: Sequence[note.Verifier], since: str | None = None, **asked: Any) -> Report:
    """Check signature, bundles, tiles and root; and what `Asked` has besides."""
    report, wanted = Report(), Asked(since=since, **asked)
    trusted = list(dict.fromkeys([*trusted, *(wanted.policy.verifiers if wanted.policy else ())]))
    try:
        tip = _tip(read, trusted, wanted, report)
        old = _kept(since, trusted) if since else None
        if old and old.origin != tip.origin:
            raise BadProof(f"旧检查点属于另一日志“{old.origin}”")
        if old and old.size > tip.size:
            raise BadProof(f"日志缩短了：旧检查点有 {old.size} 条，现在只有 {tip.size} 条")
        _walk(read, tip, report, old, wanted.kind)
    except (BadProof, note.BadNote, UnicodeDecodeError) as error:
        report.wrong(str(error))
    return report


def _kept(since: str, trusted: Sequence[note.Verifier]) -> note.Tip:
    return note.parse_tip(note.open_note(since, trusted).text if trusted else note.split(since)[0])


def _tip(read: Read, trusted: Sequence[note.Verifier], wanted: Asked, report: Report) -> note.Tip:
    data = read(wanted.kind.checkpoint)
    if data is None:
        raise BadProof(f"没有检查点文件 {wanted.kind.checkpoint}")
    text = data.decode("utf-8")
    if not trusted:
        tip = note.parse_tip(note.split(text)[0])
    else:
        opened = note.open_note(text, trusted)
        report.trusted = True
        report.signed_by = [f"{key.name}（{_KINDS[key.kind]}）" for key, _ in opened.signed]
        report.signed_at = max((time for _, time in opened.signed if time), default=None)
        tip = note.parse_tip(opened.text)
        if not any(key.name == tip.origin for key, _ in opened.signed):
            raise BadProof(f"检查点没有日志“{tip.origin}”自己的受信任签名")
        if wanted.policy:
            _witnessed(wanted.policy, opened, report)
    report.origin, report.size, report.root = tip.origin, tip.size, note.b64(tip.root)
    if wanted.fresh is not None and (report.signed_at or 0) < wanted.fresh:
        report.wrong("检查点太旧：最后一个带时间的签名早于所要求的时间，可能是旧检查点被重放，或者日志已停止")
    return tip


def _witnessed(policy: trust.Policy, opened: note.Opened, report: Report) -> None:
    keys = {key for key, _ in opened.signed}
    report.witnessed = [witness.name for witness in policy.witnesses if witness.verifier in keys]
    report.quorum = policy.wanted
    if not policy.met(keys):
        signed = "、".join(report.witnessed) or "无"
        report.wrong(f"见证不足：要求{policy.wanted}，有效的见证签名：{signed}")


_KINDS = {note.ED25519: "Ed25519", note.ED25519_COSIGNATURE: "Ed25519 见证", note.MLDSA44_COSIGNATURE: "ML-DSA-44"}


def _walk(read: Read, tip: note.Tip, report: Report, old: note.Tip | None, kind: Kind) -> None:
    edge, report.since = Edge(new=kind.new), old.size if old else None
    seen_old = old is None or not old.size
    for n in range((tip.size + FULL - 1) // FULL):
        width = tile_width(tip.size, ENTRIES, n)
        hashes = bundle_hashes(read_wide(read, ENTRIES, n, width, kind), edge.new)
        if len(hashes) != width * HASH:
            found = len(hashes) // HASH
            raise BadProof(f"条目包 {tile_path(ENTRIES, n, width)} 应有 {width} 条，实有 {found} 条")
        if not seen_old and old and edge.size < old.size <= edge.size + width:
            short = Edge(edge.size, dict(edge.tiles), edge.new)
            short.grow(hashes[: (old.size - edge.size) * HASH])
            if short.root() != old.root:
                report.wrong(f"前 {old.size} 条与旧检查点不符：历史被改写")
            seen_old = True
        for tile in edge.grow(hashes):
            if tile.width == FULL:
                _compare(read, tile, report, kind)
        report.entries += width
    for level in range((tip.size.bit_length() - 1) // HEIGHT + 1 if tip.size else 0):
        if hashes := edge.tiles.get(level, b""):
            at_level = tip.size >> HEIGHT * level
            _compare(read, TileData(level, at_level // FULL, at_level % FULL, hashes), report, kind)
    if edge.root() != tip.root:
        report.wrong("由全部条目算出的根与检查点的根不符：条目被改动")


def _compare(read: Read, tile: TileData, report: Report, kind: Kind) -> None:
    report.tiles += 1
    try:
        if read_wide(read, tile.level, tile.n, tile.width, kind) != tile.data:
            report.wrong(f"瓦片 {tile_path(tile.level, tile.n, tile.width, kind.tiles)} 与条目不符")
    except BadProof as error:
        report.wrong(str(error))


def read_wide(read: Read, level: int, n: int, width: int, kind: Kind = SHA256) -> bytes:
    """A tile of this width, or the full one where the partial one is no longer kept."""
    data = read(tile_path(level, n, width, kind.tiles))
    if data is not None:
        return data
    data = read(tile_path(level, n, FULL, kind.tiles)) if width < FULL else None
    if data is None:
        raise BadProof(f"缺少文件 {tile_path(level, n, width, kind.tiles)}")
    return pack_bundle(unpack_bundle(data)[:width]) if level == ENTRIES else data[: width * HASH]
