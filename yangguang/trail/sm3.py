"""A second tree over the same entries with SM3 (GB/T 32905), under an origin of its own; made only where it is wanted."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from yangguang.trail import note
from yangguang.trail.check import Read, read_wide, reader
from yangguang.trail.edge import read_tile
from yangguang.trail.keys import LogKeys, keys_of
from yangguang.trail.models import Checkpoint
from yangguang.trail.sequencer import RESTORE, Damaged, RolledBack, alone, write_file, write_tiles
from yangguang.trail.tlog import (
    EMPTY,
    ENTRIES,
    FULL,
    HASH,
    HEIGHT,
    SM3,
    BadProof,
    Edge,
    TileData,
    bundle_hashes,
    tile_path,
    tile_width,
)

BATCH = 64  # bundles taken from the database at a time


def log_keys() -> LogKeys:
    return keys_of(f"{settings.LOG_ORIGIN}/sm3", "sm3")


def verifiers() -> tuple[note.Verifier, ...]:
    return log_keys().verifiers


def extend() -> int:
    """This will bring the SM3 tree up to the newest checkpoint of the log; gives its size.

    **Raises:** RolledBack, Damaged; both before anything is signed.
    """
    folder = Path(settings.LOG_DIR)
    with alone():
        last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
        keys = log_keys()
        edge = _edge(reader(str(folder)), keys)
        size = last.size if last else 0
        if edge.size > size:
            raise RolledBack(f"SM3 树已有 {edge.size} 条，数据库中只有 {size} 条，拒绝签署", mend=RESTORE)
        if edge.size == size:
            return size
        for bundles in _bundles(edge.size, size):
            made: dict[str, TileData] = {}
            for data, taken in bundles:
                for tile in edge.grow(bundle_hashes(data, edge.new)[taken * HASH :]):
                    made[tile_path(tile.level, tile.n, tile.width, SM3.tiles)] = tile
            write_tiles(folder, ((path, tile.width, tile.data) for path, tile in made.items()))
        tip = note.Tip(keys.origin, edge.size, edge.root())
        write_file(folder / SM3.checkpoint, note.sign(tip.text, keys.signers, int(time.time())).encode())
        return edge.size


def _edge(read: Read, keys: LogKeys) -> Edge:
    """The right edge as the files have it; they have to lead to the root that was signed."""
    data = read(SM3.checkpoint)
    edge = Edge(new=SM3.new)
    if data is None:
        return edge
    try:
        tip = note.parse_tip(note.open_note(data.decode("utf-8"), keys.verifiers).text)
        edge.size = tip.size
        for level in range((tip.size.bit_length() - 1) // HEIGHT + 1):
            at_level = tip.size >> HEIGHT * level
            width = at_level % FULL
            # The full tile may already lie there: a round before was killed between its tiles and its checkpoint.
            edge.tiles[level] = read_wide(read, level, at_level // FULL, width, SM3) if width else b""
        if tip.origin != keys.origin or (edge.root() if tip.size else EMPTY) != tip.root:
            raise BadProof("瓦片与检查点的根不符")
    except (BadProof, note.BadNote, UnicodeDecodeError) as error:
        raise Damaged(f"SM3 树的文件不能用：{error}", mend="请从镜像恢复 tile-sm3/ 和 checkpoint-sm3") from error
    return edge


def _bundles(old: int, size: int) -> Iterator[list[tuple[bytes, int]]]:
    """(bundle, how many of its entries the tree already has), a few at a time."""
    numbers = range(old // FULL, (size + FULL - 1) // FULL)
    for start in range(0, len(numbers), BATCH):
        yield [
            (read_tile(DEFAULT_DB_ALIAS, ENTRIES, n, tile_width(size, ENTRIES, n)), max(0, old - n * FULL))
            for n in numbers[start : start + BATCH]
        ]
