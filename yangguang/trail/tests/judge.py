"""What the verifier has to say of sound logs and of broken ones: the judge of its mutants.  No database, no Django."""

from functools import cache
from types import SimpleNamespace

from yangguang.trail import note, tlog

ORIGIN = "judge.test/log"
LOG, PQ = note.Ed25519Signer(ORIGIN, bytes(32)), note.MLDSA44Cosigner(ORIGIN, bytes(32))
OTHER = note.Ed25519Signer("other.test/log", bytes(range(32)))
SAME_NAME = note.Ed25519Signer(ORIGIN, bytes(range(32)))
W = [note.Ed25519Cosigner(f"w{n}.test", bytes([n + 1]) * 32) for n in range(3)] + [
    note.MLDSA44Cosigner("w3.test", bytes([9]) * 32)
]
LINES = [f"log {LOG.vkey}", f"log {PQ.vkey}", *(f"witness w{n} {one.vkey}" for n, one in enumerate(W))]
NOW = 1_800_000_000


def policy_text(*lines: str) -> str:
    return "\n".join([*LINES, *lines]) + "\n"


@cache
def log(size: int, salt: int = 0, *, sm3: bool = False, ragged: bool = False) -> dict[str, bytes]:
    """The files of a log of this size."""
    kind = tlog.SM3 if sm3 else tlog.SHA256
    edge, files = tlog.Edge(new=kind.new), {}
    entries = [tlog.leaf_bytes(1 + salt, n.to_bytes(32, "big")) for n in range(size)]
    if ragged:
        entries = [entry[: 20 + n % 15] for n, entry in enumerate(entries)]
    for tile in edge.append(entries):
        files[tlog.tile_path(tile.level, tile.n, tile.width, kind.tiles)] = tile.data
    tip = note.Tip(ORIGIN, size, edge.root())
    files[kind.checkpoint] = note.sign(tip.text, [LOG, PQ, *W[:2], W[3]], NOW).encode()
    return files


def with_(files: dict[str, bytes], name: str, data: bytes | None) -> dict[str, bytes]:
    changed = {**files, name: data}
    return {key: value for key, value in changed.items() if value is not None}  # type: ignore[misc]


def resigned(size: int, *signers: note.Signer, tip: note.Tip | None = None, at: int = NOW) -> dict[str, bytes]:
    files = log(size)
    text = tip.text if tip else note.split(files["checkpoint"].decode())[0]
    return with_(files, "checkpoint", note.sign(text, signers, at).encode())


def refuses(kind: type[BaseException], work, *arguments) -> None:  # type: ignore[no-untyped-def]
    try:
        value = work(*arguments)
    except kind:
        return
    raise AssertionError(f"放过了 {getattr(work, '__name__', work)}{arguments!r:.200} → {value!r:.80}")


def judge(m: SimpleNamespace) -> None:
    """Raises where the verifier in `m` says anything but what it should."""
    proofs(m)
    notes(m)
    keys(m)
    policies(m)
    whole_logs(m)


# ---- proofs ------------------------------------------------------------------------------------------------------


def _tree(size: int) -> tlog.Tree:
    files = log(size)
    return tlog.Tree(size, lambda level, n, width: files[tlog.tile_path(level, n, width)])


@cache
def _made() -> list[tuple]:
    made: list[tuple] = []
    for size in (1, 2, 3, 5, 7, 8, 11):
        tree = _tree(size)
        leaves = [tlog.leaf_hash(e) for e in tlog.unpack_bundle(log(size)[tlog.tile_path(-1, 0, size)])]
        made.append(
            (
                size,
                tree.root(),
                leaves,
                [tree.inclusion(n) for n in range(size)],
                {
                    old: (tree.consistency(old), _tree(old).root())
                    for old in (1, 2, 3, 4, 5, 6, 7, 8, 11)
                    if old <= size
                },
            )
        )
    return made


def proofs(m: SimpleNamespace) -> None:
    bad, include, consist = m.tlog.BadProof, m.tlog.verify_inclusion, m.tlog.verify_consistency
    other = bytes(32)
    for size, root, leaves, paths, older in _made():
        for index, path in enumerate(paths):
            include(index, size, leaves[index], path, root)
            refuses(bad, include, index, size, other, path, root)
            refuses(bad, include, index, size, leaves[index], path, other)
            refuses(bad, include, index, size, leaves[index], [*path, other], root)
            for wrong in (
                path[:-1],
                path[1:],
                path[::-1],
                [*path[:-1], path[-1][:31]] if path else None,
                [*path[:-1], path[-1] + b"\0"] if path else None,
            ):
                if wrong is not None and wrong != path:
                    refuses(bad, include, index, size, leaves[index], wrong, root)
            for at in (-1, size, size + 1, index + 1, index - 1):
                if at != index:
                    refuses(bad, include, at, size, leaves[index], path, root)
        for old, (path, old_root) in older.items():
            consist(old, size, path, old_root, root)
            refuses(bad, consist, old, size, path, other, root)
            refuses(bad, consist, old, size, path, old_root, other)
            refuses(bad, consist, old, size, [*path, other], old_root, root)
            refuses(bad, consist, 0, size, path, old_root, root)
            refuses(bad, consist, old, old - 1, path, old_root, root)
            refuses(bad, consist, size + 1, size, path, old_root, root)
            for wrong in (path[:-1], path[1:], [], [*path[:-1], path[-1] + b"\0"] if path else None):
                if wrong is not None and wrong != path:
                    refuses(bad, consist, old, size, wrong, old_root, root)
    # What leads to the right root, but from a node inside the tree, or for a tree larger than the one signed.
    size, root, leaves, paths, older = next(made for made in _made() if made[0] == 8)
    refuses(bad, include, 0, 8, m.tlog.node_hash(leaves[0], leaves[1]), paths[0][1:], root)
    refuses(bad, include, 0, 16, leaves[0], paths[0], root)
    refuses(bad, consist, 4, 16, older[4][0], older[4][1], root)
    refuses(bad, consist, 3, 16, older[3][0], older[3][1], root)
    refuses(bad, consist, 4, 3, older[4][0], older[4][1], root)
    refuses(bad, m.tlog.bundle_hashes, b"\x01\x22" + bytes(34))
    refuses(bad, m.tlog.bundle_hashes, b"\0\x21" + bytes(34))
    assert m.tlog.unpack_bundle(b"\0\0") == [b""]
    # The vectors of RFC 9162's kind: a proof of the right length whose hashes lead to the old root but not to the new.
    refuses(bad, consist, 3, 7, [other] * 4, other, other)
    assert m.tlog.root_of([]) == m.tlog.Edge().root() == tlog.EMPTY
    for size in (1, 2, 3, 7):
        entries = m.tlog.unpack_bundle(log(size)[tlog.tile_path(-1, 0, size)])
        assert m.tlog.root_of(entries) == _tree(size).root()
    refuses(bad, m.tlog.unpack_bundle, b"\0")
    refuses(bad, m.tlog.unpack_bundle, b"\0\2a")
    refuses(bad, m.tlog.unpack_bundle, b"\0\1a\0")
    assert m.tlog.unpack_bundle(b"\0\1a\0\0\0\2bc") == [b"a", b"", b"bc"]
    for path in ("tile/0/000", "tile/63/x001/x234/067", "tile/entries/000.p/255", "tile/9/001.p/1"):
        level, n, width = m.tlog.parse_tile_path(path)
        assert m.tlog.tile_path(level, n, width) == path
    for path in (
        "tile/00/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/0/x000/001",
        "tile/x/000",
        "tile/0/000.p/01",
        "x",
    ):
        refuses(ValueError, m.tlog.parse_tile_path, path)
    assert [
        m.tlog.tile_width(700, level, n) for level, n in ((-1, 2), (0, 0), (0, 2), (0, 3), (1, 0), (1, 1), (2, 0))
    ] == [188, 256, 188, 0, 2, 0, 0]
    edge = m.tlog.Edge(300, {0: bytes(32 * 43), 1: bytes(32)})
    refuses(bad, edge.root)
    refuses(bad, lambda: m.tlog.Kind("no such hash", "x", "y").new)


# ---- notes -------------------------------------------------------------------------------------------------------


def notes(m: SimpleNamespace) -> None:
    bad, split, opened = m.note.BadNote, m.note.split, m.note.open_note
    text = note.Tip(ORIGIN, 3, bytes(32)).text
    good = note.sign(text, [LOG, PQ, W[0], W[3]], NOW)
    mine = [m.note.Verifier.parse(one.vkey) for one in (LOG, PQ, W[0], W[3])]
    found = opened(good, mine)
    assert found.text == text
    assert [(key.name, at) for key, at in found.signed] == [
        (ORIGIN, None),
        (ORIGIN, NOW),
        ("w0.test", NOW),
        ("w3.test", NOW),
    ]
    assert len(opened(good, mine[:1]).signed) == 1
    refuses(bad, opened, good, [])
    refuses(bad, opened, good, [m.note.Verifier.parse(OTHER.vkey), m.note.Verifier.parse(SAME_NAME.vkey)])
    lines = good.split("\n\n")[1].splitlines(keepends=True)
    for at, line in enumerate(lines):
        raw = bytearray(note.unb64(line.split(" ")[2].strip()))
        for place in (4, 11, 12, -1) if at else (4, -1):
            broken = bytearray(raw)
            broken[place] ^= 0x80
            forged = " ".join([*line.split(" ")[:2], note.b64(bytes(broken))]) + "\n"
            refuses(bad, opened, good.replace(line, forged), mine)
        short = " ".join([*line.split(" ")[:2], note.b64(bytes(raw[:10]))]) + "\n"
        refuses(bad, opened, good.replace(line, short), mine)
    # A key that signed twice counts once, the first time; a second, wrong line of it changes nothing.
    late = note.sign(text, [W[0]], NOW + 5).split("\n\n")[1]
    assert dict(opened(good + late, mine).signed)[mine[2]] == NOW
    for wrong in (
        text,
        good[:-1],
        good[:-1] + "x",
        good + "\n",
        good.replace("\n\n", "\n\n\n", 1) + "x\n",
        good.replace("— ", "- ", 1),
        good.replace("— ", "—", 1),
        good + "— a+b AAAAAAAA\n",
        good + f"— a {note.b64(bytes(4))}\n",
        good + "— a AAAAAAA\n",
        good + "— a AAAAAAB=\n",
        good + "— a b c\n",
        good.replace(ORIGIN, ORIGIN + "\0", 1),
        good.replace(ORIGIN, ORIGIN + "\r", 1),
        good.replace(ORIGIN, "x" * 70_000, 1),
        good + f"— a {note.b64(bytes(8))}\n" * 97,
    ):
        refuses(bad, opened, wrong, mine)
        refuses(bad, split, wrong)
    refuses(bad, opened, note.sign(text, [LOG, W[0]], 1 << 63), mine)
    assert split("\n\n— a AAAAAAAA\n")[0] == "\n"
    assert opened(good + f"— a {note.b64(bytes(5))}\n" * 96, mine)
    large = "x" * (64 * 1024 - len(good.encode()) - 1) + "\n"
    padded = good.replace(text, text + large, 1)
    assert len(padded.encode()) == 64 * 1024
    assert split(padded)[1]
    refuses(bad, split, padded.replace(large, "x" + large, 1))
    refuses(bad, m.note.sign, "no newline", [], 1)
    root = note.b64(bytes(32))
    assert m.note.parse_tip(f"a\n0\n{root}\n").size == 0
    assert m.note.parse_tip(f"a\n10\n{root}\nextension\n") == m.note.Tip("a", 10, bytes(32))
    for tip in (
        f"\n1\n{root}\n",
        f"a\n01\n{root}\n",
        f"a\n-1\n{root}\n",
        f"a\n1\n{root}",
        f"a\n1\n{root}\n\n",
        f"a\n1\n{note.b64(bytes(31))}\n",
        "a\n1\n",
        f"a\n1\n{root[:-1]}\n",
        f"a\n1\n{root}\nx",
        f"a\n1\n{root}\n\nx\n",
        f"a\n１\n{root}\n",
        "a\n1\n!\n",
    ):
        refuses(bad, m.note.parse_tip, tip)
    _proof_files(m, good)


def _proof_files(m: SimpleNamespace, checkpoint: str) -> None:
    hashes = [note.b64(bytes([n]) * 32) for n in range(64)]
    for extra in ("", "extra AAAA\n"):
        text = (
            f"c2sp.org/tlog-proof@v1\n{extra}index 7\n" + "".join(f"{one}\n" for one in hashes[:2]) + "\n" + checkpoint
        )
        found = m.note.parse_proof(text)
        assert (found.index, len(found.path), found.checkpoint, found.extra) == (
            7,
            2,
            checkpoint,
            bytes(3) if extra else b"",
        )
        assert found.text == text
    head = "c2sp.org/tlog-proof@v1\n"
    assert len(m.note.parse_proof(head + "index 0\n" + "\n".join(hashes[:63]) + "\n\nx").path) == 63
    for wrong in (
        head.replace("v1", "v2") + "index 0\n\nx",
        head + "index 0\n",
        head + "index 00\n\nx",
        head + "\nx",
        head + "extra AAAA\n\nx",
        head + "index 0\n" + "\n".join(hashes) + "\n\nx",
        head + f"index 0\n{note.b64(bytes(31))}\n\nx",
        head + "index 0\n?\n\nx",
    ):
        refuses(m.note.BadNote, m.note.parse_proof, wrong)


def keys(m: SimpleNamespace) -> None:
    bad, parse = m.note.BadNote, m.note.Verifier.parse
    for signer in (LOG, PQ, W[0], W[3]):
        assert parse(signer.vkey).vkey == signer.vkey
        assert parse(f" {signer.vkey}\n").id == signer.verifier.id
    name, id_, key = LOG.vkey.split("+", 2)
    raw = note.unb64(key)
    right = note.key_id(name, 1, raw[1:]).hex()
    assert right == id_
    for wrong in (
        f"{name}+{id_}",
        f"{name}+{id_[:7]}+{key}",
        f"{name}+00000000+{key}",
        f"+{note.key_id('', 1, raw[1:]).hex()}+{key}",
        f"a b+{note.key_id('a b', 1, raw[1:]).hex()}+{key}",
        f"a\x01b+{note.key_id(chr(97) + chr(1) + 'b', 1, raw[1:]).hex()}+{key}",
        f"{name}+{note.key_id(name, 1, raw[2:]).hex()}+{note.b64(raw[:1] + raw[2:])}",
        f"{name}+{note.key_id(name, 9, raw[1:]).hex()}+{note.b64(bytes([9]) + raw[1:])}",
        f"{name}+{note.key_id(name, 1, b'').hex()}+",
        "x",
    ):
        refuses(bad, parse, wrong)
    refuses(bad, m.note.unb64, "AAA")
    refuses(bad, m.note.unb64, "AAB=")
    refuses(bad, m.note.unb64, "é")
    refuses(bad, m.note.check_name, "")
    refuses(bad, m.note.check_name, "a+b")
    assert m.note.check_name("a") == "a"


# ---- policies ----------------------------------------------------------------------------------------------------


def policies(m: SimpleNamespace) -> None:
    bad, parse = m.trust.BadPolicy, m.trust.parse
    mine = [m.note.Verifier.parse(one.vkey) for one in W]
    for lines, enough, little in (
        (("quorum w0",), [[0]], [[], [1, 2, 3]]),
        (("group g all w0 w1", "quorum g"), [[0, 1]], [[0], [1]]),
        (("group g 2 w0 w1", "quorum g"), [[0, 1]], [[0], [1]]),
        (("group g any w0 w1", "quorum g"), [[0], [1], [0, 1]], [[], [2]]),
        (("group g 2 w0 w1 w2", "group h all g w3", "quorum h"), [[0, 2, 3]], [[0, 1, 2], [0, 3]]),
        (("quorum none",), [[]], []),
    ):
        rules = parse("# words\n\n \t" + policy_text(*lines))
        for some in enough:
            assert rules.met([mine[n] for n in some])
        for some in little:
            assert not rules.met([mine[n] for n in some])
    rules = parse(policy_text("quorum none"))
    assert [one.name for one in rules.witnesses] == ["w0", "w1", "w2", "w3"]
    assert [key.vkey for key in rules.verifiers] == [LOG.vkey, PQ.vkey, *(one.vkey for one in W)]
    web = parse(f"witness a {W[0].vkey} https://a.test/w/\nlog {LOG.vkey} http://log.test\nquorum a\n")
    assert (web.witnesses[0].url, web.logs[0].url, web.witnesses[0].name) == (
        "https://a.test/w",
        "http://log.test",
        "a",
    )
    for lines in (
        (),
        ("quorum g",),
        ("quorum w0", "quorum w0"),
        ("quorum w0 w1",),
        ("group g 3 w0 w1", "quorum g"),
        ("group g 0 w0", "quorum g"),
        ("group g x w0", "quorum g"),
        ("group g all", "quorum g"),
        ("group g any w9", "quorum g"),
        ("group g any w0", "group g any w1", "quorum g"),
        ("group w0 any w1", "quorum w0"),
        ("group none any w1", "quorum none"),
        ("group g any w0 w0", "quorum g"),
        ("group g any w0", "group h any w0", "quorum h"),
        (f"log {LOG.vkey}", "quorum none"),
        (f"log {W[1].vkey}", "quorum none"),
        (f"witness w9 {W[0].vkey}", "quorum none"),
        (f"witness w9 {OTHER.vkey}", "quorum none"),
        (f"log {OTHER.vkey} ftp://x", "quorum none"),
        (f"log {OTHER.vkey} https://x y", "quorum none"),
        ("log nonsense", "quorum none"),
        ("quorum none\x01",),
        ("# \x7f", "quorum none"),
        ("# " + "x" * 270_000, "quorum none"),
        ("nonsense", "quorum none"),
    ):
        refuses(bad, parse, policy_text(*lines))
    exact = policy_text("quorum none")
    assert parse(exact + "#" * (256 * 1024 - len(exact)))


# ---- whole logs --------------------------------------------------------------------------------------------------


def whole_logs(m: SimpleNamespace) -> None:
    mine = [m.note.Verifier.parse(LOG.vkey), m.note.Verifier.parse(PQ.vkey)]

    def said(files: dict[str, bytes], trusted=mine, **asked):  # type: ignore[no-untyped-def]
        return m.check.verify_log(files.get, trusted, **asked)

    for size in (0, 1, 3, 255, 256, 257, 600):
        report = said(log(size))
        assert (report.ok, report.problems, report.entries, report.size) == (True, [], size, size)
        assert (report.origin, report.trusted, report.signed_at, len(report.signed_by)) == (ORIGIN, True, NOW, 2)
        assert report.tiles == sum(1 for name in log(size) if name.startswith("tile/") and "entries" not in name)
    assert said(log(40, ragged=True)).ok is True
    assert said(log(300, sm3=True), kind=m.tlog.SM3).ok is True
    assert said(log(600), []).ok is None
    assert said(log(600), []).size == 600
    sizes = said(log(600))
    assert (len(sizes.root), sizes.since) == (44, None)
    for name, data in log(600).items():
        for wrong in (
            data[:-1],
            data + data[-36:],
            data + b"\0",
            data[:40] + bytes((data[40] ^ 1,)) + data[41:],
            data[:-1] + bytes((data[-1] ^ 1,)),
            b"",
            None,
        ):
            report = said(with_(log(600), name, wrong))
            assert (report.ok, bool(report.problems)) == (False, True), (name, wrong and len(wrong))
    # Both written anew and in agreement: only the root says so.
    forged = log(600, 1)
    assert said({**forged, "checkpoint": log(600)["checkpoint"]}).ok is False
    assert said(with_(log(300), "checkpoint", log(600)["checkpoint"])).ok is False
    # The full tile stands in for a partial one that is no longer kept, but only as far as it reaches.
    older = {**log(600), **{"checkpoint": log(300)["checkpoint"]}}
    assert (
        said(
            {k: v for k, v in older.items() if ".p/" not in k} | {k: v for k, v in log(300).items() if "tile/1/" in k}
        ).ok
        is True
    )
    assert said({k: v for k, v in log(300).items() if ".p/" not in k}).ok is False
    _signatures(m, said)
    _since(m, said)


def _signatures(m: SimpleNamespace, said) -> None:  # type: ignore[no-untyped-def]
    wrong_origin = note.Tip("third.test/log", 3, note.parse_tip(note.split(log(3)["checkpoint"].decode())[0]).root)
    assert said(resigned(3, SAME_NAME)).ok is False
    assert said(resigned(3, OTHER), [m.note.Verifier.parse(OTHER.vkey)]).ok is False
    assert said(resigned(3, LOG, tip=wrong_origin)).ok is False
    assert said(resigned(3, W[0]), [m.note.Verifier.parse(W[0].vkey)]).ok is False
    assert said(with_(log(3), "checkpoint", b"\xff\xfe")).ok is False
    assert said({**dict.fromkeys(log(600), b""), "checkpoint": log(600)["checkpoint"]}).ok is False
    report = m.check.Report()
    for n in range(30):
        report.wrong(str(n))
    assert len(report.problems) == 20
    assert said(log(3), fresh=NOW).ok is True
    assert said(log(3), fresh=NOW + 1).ok is False
    assert said(resigned(3, LOG), fresh=1).ok is False
    rules = m.trust.parse(policy_text("group g 2 w0 w1 w2", "group h all g w3", "quorum h"))
    report = said(log(3), [], policy=rules)
    assert (report.ok, report.witnessed, bool(report.quorum)) == (True, ["w0", "w1", "w3"], True)
    assert said(resigned(3, LOG, W[0], W[3]), [], policy=rules).ok is False
    assert said(resigned(3, LOG, PQ), [], policy=rules).problems[0].endswith("：无")
    assert said(resigned(3, *W), [], policy=rules).ok is False
    assert said(log(3), said(log(3)) and [m.note.Verifier.parse(LOG.vkey)], policy=rules).ok is True


def _since(m: SimpleNamespace, said) -> None:  # type: ignore[no-untyped-def]
    for old in (0, 1, 255, 256, 257, 512, 599, 600):
        report = said(log(600), since=log(old)["checkpoint"].decode())
        assert (report.ok, report.since) == (True, old), old
        if old:
            report = said(log(600), since=log(old, 1)["checkpoint"].decode())
            assert report.ok is False, old
            assert len(report.problems) == 1
    assert said(log(257), since=log(600)["checkpoint"].decode()).ok is False
    assert said(log(600), [], since=log(3)["checkpoint"].decode()).ok is None
    assert said(log(600), [], since=log(3, 1)["checkpoint"].decode()).ok is False
    foreign = note.sign(note.Tip(OTHER.name, 3, bytes(32)).text, [OTHER], NOW)
    assert said(log(600), [*_both(m), m.note.Verifier.parse(OTHER.vkey)], since=foreign).ok is False
    assert said(log(600), since=foreign).ok is False
    same_tree = note.sign(note.Tip(OTHER.name, 3, _tree(3).root()).text, [OTHER], NOW)
    assert said(log(600), [*_both(m), m.note.Verifier.parse(OTHER.vkey)], since=same_tree).ok is False


def _both(m: SimpleNamespace) -> list:
    return [m.note.Verifier.parse(LOG.vkey), m.note.Verifier.parse(PQ.vkey)]
