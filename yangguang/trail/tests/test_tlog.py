"""The tree against the definition of RFC 6962, and everything that must not verify."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yangguang.trail import tlog
from yangguang.trail.tlog import BadProof, Edge, Tree

# The inputs and roots every RFC 6962 implementation is tested with (sizes 0, 1, 3, 5, 8).
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def entries(count: int) -> list[bytes]:
    return [tlog.leaf_bytes(1, i.to_bytes(32, "big")) for i in range(count)]


def grow(count: int, step: int) -> tuple[Edge, dict]:
    edge, tiles, all_entries = Edge(), {}, entries(count)
    for low in range(0, count, step):
        tiles |= {(tile.level, tile.n, tile.width): tile.data for tile in edge.append(all_entries[low : low + step])}
    return edge, tiles


def tree(count: int, tiles: dict) -> Tree:
    return Tree(count, lambda level, n, width: tiles[level, n, width])


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_known_roots(size, root):
    assert tlog.root_of(INPUTS[:size]).hex() == root
    edge = Edge()
    for entry in INPUTS[:size]:
        edge.append([entry])
    assert edge.root().hex() == root


@pytest.mark.parametrize(("count", "step"), [(1, 1), (255, 7), (256, 256), (257, 100), (600, 1), (66000, 5000)])
def test_appending_in_any_steps_gives_the_root_of_the_definition_and_every_tile(count, step):
    edge, tiles = grow(count, step)
    assert edge.root() == tree(count, tiles).root()
    if count < 1000:
        assert edge.root() == tlog.root_of(entries(count))
    for place in tlog.tiles_of(count):
        assert len(tiles[place]) == place[2] * 32
    assert (count > 65535) == ((1, 0, 256) in tiles)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_inclusion_proofs_hold_and_only_for_their_own_place(data):
    size = data.draw(st.integers(1, 700))
    index = data.draw(st.integers(0, size - 1))
    _, tiles = grow(size, 256)
    leaves = entries(size)
    root, leaf = tlog.root_of(leaves), tlog.leaf_hash(leaves[index])
    proof = tree(size, tiles).inclusion(index)
    tlog.verify_inclusion(index, size, leaf, proof, root)

    wrong = [
        (index, size, tlog.leaf_hash(b"another"), proof, root),
        (index, size, leaf, proof, bytes(32)),
        (index, size, leaf, [*proof, bytes(32)], root),
        (index + size, size, leaf, proof, root),
        (-1, size, leaf, proof, root),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        mutated = bytearray(proof[at])
        mutated[bit // 8] ^= 1 << bit % 8
        wrong += [
            (index, size, leaf, [*proof[:at], bytes(mutated), *proof[at + 1 :]], root),
            (index, size, leaf, proof[:-1], root),
            (index, size, leaf, proof[1:], root),
            (index ^ 1, size, leaf, proof, root),
            (index, size, leaf, [*proof[:at], proof[at][:31], *proof[at + 1 :]], root),
        ]
    for case in wrong:
        with pytest.raises(BadProof):
            tlog.verify_inclusion(*case)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_consistency_proofs_hold_and_no_rewritten_history_does(data):
    size = data.draw(st.integers(1, 700))
    old = data.draw(st.integers(1, size))
    _, tiles = grow(size, 256)
    leaves = entries(size)
    root, old_root = tlog.root_of(leaves), tlog.root_of(leaves[:old])
    proof = tree(size, tiles).consistency(old)
    tlog.verify_consistency(old, size, proof, old_root, root)

    rewritten = tlog.root_of([b"rewritten", *leaves[1:old]])
    wrong = [
        (old, size, proof, rewritten, root),
        (old, size, proof, old_root, bytes(32)),
        (0, size, proof, old_root, root),
        (size + 1, size, proof, old_root, root),
        (old, size, [*proof, bytes(32)], old_root, root),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        wrong += [
            (old, size, proof[:-1], old_root, root),
            (old, size, [*proof[:at], bytes(32), *proof[at + 1 :]], old_root, root),
        ]
    for case in wrong:
        with pytest.raises(BadProof):
            tlog.verify_consistency(*case)


def test_paths_as_the_specification_writes_them():
    assert tlog.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tlog.tile_path(1, 0, 5) == "tile/1/000.p/5"
    assert tlog.tile_path(tlog.ENTRIES, 1000) == "tile/entries/x001/000"


@given(st.integers(-1, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_paths_read_back(level, n, width):
    assert tlog.parse_tile_path(tlog.tile_path(level, n, width)) == (level, n, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/../../keys/log-ed25519.seed",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/-1/000",
        "tile/entries/000/",
        "tile/0/٠٠٠",
        "checkpoint",
        "",
    ],
)
def test_no_other_spelling_is_a_path(path):
    with pytest.raises(ValueError, match=re.escape(path) or "^$"):
        tlog.parse_tile_path(path)


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_bundles_read_back(items):
    assert tlog.unpack_bundle(tlog.pack_bundle(items)) == items


def test_a_truncated_bundle_is_refused():
    data = tlog.pack_bundle([b"abc", b"defg"])
    for cut in (1, 3, 6, len(data) - 1):
        with pytest.raises(BadProof):
            tlog.unpack_bundle(data[:cut])


def test_an_edge_that_lost_a_hash_signs_nothing():
    edge, _ = grow(300, 300)
    edge.tiles[0] = edge.tiles[0][:-32]
    with pytest.raises(BadProof):
        edge.root()
