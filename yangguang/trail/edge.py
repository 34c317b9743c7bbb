"""The log as the database holds it: leaves and full tiles; the partial tiles of any size follow from them."""

from collections.abc import Iterator

from yangguang.trail.models import Leaf, Tile
from yangguang.trail.tlog import (
    ENTRIES,
    FULL,
    HEIGHT,
    BadProof,
    Edge,
    TileData,
    Tree,
    bundle_hashes,
    leaf_hash,
    pack_bundle,
    tile_width,
)


def _leaves(alias: str, low: int, high: int) -> list[bytes]:
    rows = (
        Leaf.objects.using(alias)
        .filter(index__gte=low, index__lt=high)
        .order_by("index")
        .values_list("data", flat=True)
    )
    found = [bytes(row) for row in rows]
    if len(found) != high - low:
        raise BadProof(f"数据库中日志第 {low} 至 {high - 1} 条应有 {high - low} 条，实有 {len(found)} 条")
    return found


def read_tile(alias: str, level: int, n: int, width: int) -> bytes:
    """One tile (level -1: one bundle) of this width, from rows; BadProof where rows are missing."""
    low = n * FULL
    if level == ENTRIES:
        return pack_bundle(_leaves(alias, low, low + width))
    if width == FULL:
        data = Tile.objects.using(alias).filter(level=level, n=n).values_list("data", flat=True).first()
        if data is None:
            raise BadProof(f"数据库中缺少第 {level} 层第 {n} 块瓦片")
        return bytes(data)
    if level == 0:
        return b"".join([leaf_hash(leaf) for leaf in _leaves(alias, low, low + width)])
    below = Tile.objects.using(alias).filter(level=level - 1, n__gte=low, n__lt=low + width).order_by("n")
    roots = [bytes(root) for root in below.values_list("root", flat=True)]
    if len(roots) != width:
        raise BadProof(f"数据库中第 {level - 1} 层瓦片缺失")
    return b"".join(roots)


def edge_of(alias: str, size: int) -> Edge:
    """What is needed to append to the tree of this size."""
    edge = Edge(size)
    levels = range(ENTRIES, (size.bit_length() - 1) // HEIGHT + 1) if size else ()
    for level in levels:
        at_level = size if level == ENTRIES else size >> HEIGHT * level
        width = at_level % FULL
        if level == 0:  # of the same leaves as the bundle, which were just read
            edge.tiles[0] = bundle_hashes(edge.tiles[ENTRIES])
        else:
            edge.tiles[level] = read_tile(alias, level, at_level // FULL, width) if width else b""
    return edge


def tree(alias: str, size: int) -> Tree:
    return Tree(size, lambda level, n, width: read_tile(alias, level, n, width))


def grown(alias: str, old: int, size: int) -> Iterator[TileData]:
    """Every tile and bundle a reader of the tree of `size` needs that the tree of `old` did not have, one by one."""
    level = ENTRIES
    while level == ENTRIES or size >> HEIGHT * level:
        shift = HEIGHT * max(level, 0)
        for n in range((old >> shift) // FULL, ((size >> shift) + FULL - 1) // FULL):
            width = tile_width(size, level, n)
            if width != tile_width(old, level, n):
                yield TileData(level, n, width, read_tile(alias, level, n, width))
        level += 1
