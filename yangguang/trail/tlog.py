"""The transparency log's tree (RFC 6962) and its tiles (C2SP tlog-tiles).  Pure Python, no Django."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from struct import Struct
from typing import Any

HASH = 32
FULL = 256  # hashes in a full tile, entries in a full bundle
HEIGHT = 8
EMPTY = sha256(b"").digest()
ENTRIES = -1  # the level of entry bundles

LEAF_VERSION = 1
LEAF_BYTES = 34

_PAIRS = [Struct("64s" * n) for n in range(FULL // 2 + 1)]
_LEAVES = [Struct(f"2x{LEAF_BYTES}s" * n) for n in range(FULL + 1)]
_STEP = LEAF_BYTES + 2

New = Callable[[bytes], Any]  # what makes a hash, as hashlib does


@dataclass(frozen=True)
class Kind:
    """A tree over the same entries: its hash, and where its tiles and its checkpoint lie."""

    name: str
    tiles: str
    checkpoint: str

    @property
    def new(self) -> New:
        """**Raises** BadProof where this machine's OpenSSL does not have the hash."""
        if self.name == "sha256":
            return sha256
        if self.name not in hashlib.algorithms_available:
            raise BadProof(f"本机的 OpenSSL 没有 {self.name} 算法")
        return lambda data: hashlib.new(self.name, data)


SHA256 = Kind("sha256", "tile", "checkpoint")
SM3 = Kind("sm3", "tile-sm3", "checkpoint-sm3")


class BadProof(Exception):
    """A proof, a tile or a tree that does not hold."""


def leaf_bytes(kind: int, commitment: bytes) -> bytes:
    """The entry as the log holds it: version, kind, commitment; nothing about the case leaks."""
    if len(commitment) != HASH:
        raise ValueError(f"commitment of {len(commitment)} bytes")
    return bytes((LEAF_VERSION, kind)) + commitment


def leaf_hash(entry: bytes, new: New = sha256) -> bytes:
    return new(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes, new: New = sha256) -> bytes:
    return new(b"\1" + left + right).digest()


def subtree(hashes: bytes, new: New = sha256) -> bytes:
    """The root over a power of two of concatenated hashes."""
    while len(hashes) > HASH:
        hashes = b"".join([new(b"\1" + pair).digest() for pair in _PAIRS[len(hashes) // 64].unpack(hashes)])
    return hashes


def bundle_hashes(data: bytes, new: New = sha256) -> bytes:
    """The leaf hashes of a bundle, one after the other."""
    count, rest = divmod(len(data), _STEP)
    # Our own entries are all of one length: the two bytes before each say so, and the rest is cut at once.
    if count <= FULL and not rest and data[0::_STEP] == bytes(count) and data[1::_STEP] == bytes((LEAF_BYTES,)) * count:
        return b"".join([new(b"\0" + entry).digest() for entry in _LEAVES[count].unpack(data)])
    return b"".join([leaf_hash(entry, new) for entry in unpack_bundle(data)])


def root_of(entries: Sequence[bytes]) -> bytes:
    """The root over all entries, straight from the definition; for checking and for small trees."""
    if not entries:
        return EMPTY
    if len(entries) == 1:
        return leaf_hash(entries[0])
    split = _split(len(entries))
    return node_hash(root_of(entries[:split]), root_of(entries[split:]))


def _split(n: int) -> int:
    """The largest power of two smaller than n."""
    return 1 << (n - 1).bit_length() - 1


# ---- places ------------------------------------------------------------------------------------------------------


def tile_path(level: int, n: int, width: int = FULL, folder: str = "tile") -> str:
    """`tile/<L>/<N>[.p/<W>]`, the number in groups of three digits, all but the last after an x."""
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.append(f"x{n % 1000:03d}")
    # The entries are the same for every tree over them.
    name = "tile/entries" if level == ENTRIES else f"{folder}/{level}"
    partial = "" if width == FULL else f".p/{width}"
    return f"{name}/{'/'.join(reversed(groups))}{partial}"


_PATH = re.compile(r"tile/(entries|0|[1-5]\d?|[6-9]|6[0-3])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")


def parse_tile_path(path: str) -> tuple[int, int, int]:
    """(level, n, width) of a path; ValueError where it is not the one spelling of a tile's place."""
    found = _PATH.fullmatch(path)
    if not found:
        raise ValueError(path)
    level = ENTRIES if found[1] == "entries" else int(found[1])
    n = int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3]) if found[3] else FULL
    if tile_path(level, n, width) != path or (found[3] and width >= FULL):
        raise ValueError(path)
    return level, n, width


def tile_width(size: int, level: int, n: int) -> int:
    """How many hashes (entries) this tile holds in a tree of this size; 0 where there is no such tile."""
    at_level = size if level == ENTRIES else size >> HEIGHT * level
    return max(0, min(FULL, at_level - n * FULL))


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Every (level, n, width) a tree of this size has, levels from the leaves up."""
    level = 0
    while size >> HEIGHT * level:
        for n in range((size >> HEIGHT * level) + FULL - 1 >> HEIGHT):
            yield level, n, tile_width(size, level, n)
        level += 1


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_bundle(data: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(data):
            raise BadProof("条目包被截断")
        entries.append(entry)
        at += 2 + length
    return entries


# ---- growing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TileData:
    level: int
    n: int
    width: int
    data: bytes

    @property
    def path(self) -> str:
        return tile_path(self.level, self.n, self.width)


@dataclass
class Edge:
    """The right edge of the tree: the partial tile of every level, and of the bundles; enough to append and to sign."""

    size: int = 0
    tiles: dict[int, bytes] = field(default_factory=dict)  # level → hashes of the partial tile, missing where empty
    new: New = sha256

    def append(self, entries: Sequence[bytes]) -> list[TileData]:
        """This will add the entries and give back every tile that came into being, the new partial ones included."""
        if not entries:
            return []
        made = self._bundles(entries)
        new = self.new
        return made + self.grow(b"".join([new(b"\0" + entry).digest() for entry in entries]))

    def grow(self, hashes: bytes) -> list[TileData]:
        """The same from leaf hashes alone: only the tiles, no bundles."""
        made: list[TileData] = []
        first, level, size = self.size, 0, self.size + len(hashes) // HASH
        while hashes:
            above = []
            n = first >> HEIGHT
            hashes = self.tiles.get(level, b"") + hashes
            while len(hashes) >= FULL * HASH:
                data, hashes = hashes[: FULL * HASH], hashes[FULL * HASH :]
                made.append(TileData(level, n, FULL, data))
                above.append(subtree(data, self.new))
                n += 1
            self.tiles[level] = hashes
            if hashes:
                made.append(TileData(level, n, len(hashes) // HASH, hashes))
            hashes, first, level = b"".join(above), first >> HEIGHT, level + 1
        self.size = size
        return made

    def _bundles(self, entries: Sequence[bytes]) -> list[TileData]:
        made, n = [], self.size >> HEIGHT
        waiting = [*unpack_bundle(self.tiles.get(ENTRIES, b"")), *entries]
        while len(waiting) >= FULL:
            made.append(TileData(ENTRIES, n, FULL, pack_bundle(waiting[:FULL])))
            waiting, n = waiting[FULL:], n + 1
        self.tiles[ENTRIES] = pack_bundle(waiting)
        if waiting:
            made.append(TileData(ENTRIES, n, len(waiting), self.tiles[ENTRIES]))
        return made

    def root(self) -> bytes:
        """The root, folded from the peaks the edge tiles hold."""
        if not self.size:
            return EMPTY
        total = b""
        for level in range((self.size.bit_length() - 1) // HEIGHT + 1):
            data = self.tiles.get(level, b"")
            width = self.size >> HEIGHT * level & FULL - 1
            if len(data) != width * HASH:
                raise BadProof(f"第 {level} 层右缘瓦片应有 {width} 个哈希，实有 {len(data) / HASH:g} 个")
            for bit in range(HEIGHT):
                if width >> bit & 1:
                    span = HASH << bit
                    data, peak = data[:-span], subtree(data[-span:], self.new)
                    total = node_hash(peak, total, self.new) if total else peak
        return total


# ---- proofs ------------------------------------------------------------------------------------------------------

ReadTile = Callable[[int, int, int], bytes]  # (level, n, width) → the hashes


class Tree:
    """A tree of a fixed size read through its tiles; makes proofs."""

    def __init__(self, size: int, read: ReadTile):
        self.size = size
        self._read = read
        self._held: dict[tuple[int, int], bytes] = {}

    def node(self, height: int, index: int) -> bytes:
        """The hash of the complete subtree number `index` of this height."""
        level, up = divmod(height, HEIGHT)
        n, at = divmod(index << up, FULL)
        data = self._held.get((level, n))
        if data is None:
            width = tile_width(self.size, level, n)
            data = self._read(level, n, width)
            if len(data) != width * HASH:
                raise BadProof(f"瓦片 {tile_path(level, n, width)} 长度不对")
            self._held[level, n] = data
        if (at + (1 << up)) * HASH > len(data):
            raise BadProof("所问的节点超出了日志的大小")
        return subtree(data[at * HASH : (at + (1 << up)) * HASH])

    def span(self, low: int, high: int) -> bytes:
        """The hash over the leaves [low, high) of a range that occurs in the tree's definition."""
        count = high - low
        if count & count - 1 == 0:
            height = count.bit_length() - 1
            return self.node(height, low >> height)
        middle = low + _split(count)
        return node_hash(self.span(low, middle), self.span(middle, high))

    def root(self) -> bytes:
        return self.span(0, self.size) if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """The siblings from the leaf up to the root."""
        if not 0 <= index < self.size:
            raise BadProof(f"日志共 {self.size} 条，没有第 {index} 条")
        path: list[bytes] = []
        low, high = 0, self.size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self.span(middle, high))
                high = middle
            else:
                path.append(self.span(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int) -> list[bytes]:
        """What shows that the tree of size `old` is a prefix of this one."""
        if not 0 < old <= self.size:
            raise BadProof(f"不能由 {old} 条证明到 {self.size} 条")
        path: list[bytes] = []
        low, high, whole = 0, self.size, True
        while high != old:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self.span(middle, high))
                high = middle
            else:
                path.append(self.span(low, middle))
                low, whole = middle, False
        if not whole:
            path.append(self.span(low, high))
        return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless the leaf hash is number `index` of the tree of this size and root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise BadProof(f"序号 {index} 不在 {size} 条之内")
    at, last, total = index, size - 1, leaf
    for sibling in proof:
        if len(sibling) != HASH or last == 0:
            raise BadProof("包含证明长度不对")
        if at & 1 or at == last:
            total = node_hash(sibling, total)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("包含证明长度不对")
    if total != root:
        raise BadProof("包含证明算出的根与检查点不符")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raises BadProof unless the old tree is a prefix of the new one (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= size:
        raise BadProof(f"不能由 {old} 条证明到 {size} 条")
    if old == size:
        if proof or old_root != root:
            raise BadProof("同样大小的日志根不同")
        return
    path = list(proof)
    if old & old - 1 == 0:
        path.insert(0, old_root)
    if not path or any(len(item) != HASH for item in path):
        raise BadProof("一致性证明长度不对")
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("一致性证明长度不对")
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("一致性证明长度不对")
    if before != old_root or after != root:
        raise BadProof("一致性证明算出的根与检查点不符")
