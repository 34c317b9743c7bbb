"""The witness: exact answers, a memory that is on the disk first, and a trust policy that means what it says."""

import sqlite3
import threading
import urllib.error
import urllib.request

import pytest

from yangguang.trail import note, tlog, trust, witness
from yangguang.trail.tests import witnesses
from yangguang.trail.witness import Request, format_request, place

ORIGIN = "log.test/one"
KEY = note.Ed25519Signer(ORIGIN, bytes(32))
PQ = note.MLDSA44Cosigner(ORIGIN, bytes(32))
STRANGER = note.Ed25519Signer(ORIGIN, bytes(range(32)))


def tree(size: int, salt: int = 0) -> tlog.Tree:
    edge = tlog.Edge()
    tiles = {
        (t.level, t.n, t.width): t.data
        for t in edge.append([bytes([salt]) + n.to_bytes(4, "big") for n in range(size)])
    }
    return tlog.Tree(size, lambda level, n, width: tiles[level, n, width])


def checkpoint(size: int, salt: int = 0, *signers, origin: str = ORIGIN) -> str:
    root = tree(size, salt).root() if size else tlog.EMPTY
    return note.sign(note.Tip(origin, size, root).text, signers or (KEY, PQ), 1)


def ask(
    here: witness.Witness, old: int, size: int, salt: int = 0, proof=None, text: str | None = None
) -> witness.Answer:
    if proof is None:
        proof = tree(size, salt).consistency(old) if 0 < old < size else ()
    return here.add_checkpoint(format_request(Request(old, tuple(proof), text or checkpoint(size, salt))))


@pytest.fixture
def folder(tmp_path):
    witness.found(tmp_path / "w", "witness.test/a")
    (tmp_path / "w/logs").write_text(f"# 罗山县\n{KEY.vkey}\n{PQ.vkey}\n")
    return tmp_path / "w"


@pytest.fixture
def here(folder):
    return witness.opened(folder, clock=lambda: 1_800_000_000)


def test_it_signs_what_continues_and_both_signatures_hold(here):
    for old, size in ((0, 3), (3, 3), (3, 300), (300, 700)):
        answer = ask(here, old, size)
        assert (answer.status, answer.kind) == (200, witness.TEXT)
        text = note.split(checkpoint(size))[0]
        opened = note.open_note(text + "\n" + answer.body, [c.verifier for c in here.cosigners])
        assert [(key.kind, at) for key, at in opened.signed] == [(4, 1_800_000_000), (6, 1_800_000_000)]
    assert [(row[0], row[1]) for row in here.states()] == [(ORIGIN, 700)]


def test_every_refusal_has_its_own_status_and_changes_nothing(here):
    assert ask(here, 0, 300).status == 200
    good = tree(700).consistency(300)
    cases = {
        "old is not what was signed": (ask(here, 0, 700), 409, "300\n"),
        "an older checkpoint again": (ask(here, 200, 250), 409, "300\n"),
        "old above size": (ask(here, 301, 300), 400, None),
        "another log": (ask(here, 0, 3, text=checkpoint(3, 0, KEY, origin="other.test/log")), 404, None),
        "a stranger's signature": (ask(here, 300, 700, text=checkpoint(700, 0, STRANGER)), 403, None),
        "a broken signature": (ask(here, 300, 700, text=checkpoint(700).replace("700\n", "701\n", 1)), 403, None),
        "no proof": (ask(here, 300, 700, proof=()), 422, None),
        "a proof with a hash too many": (ask(here, 300, 700, proof=[*good, bytes(32)]), 422, None),
        "another history": (ask(here, 300, 700, 1), 422, None),
        "the same size, another root": (ask(here, 300, 300, 1), 422, None),
        "not a request": (here.add_checkpoint(b"old 1\n"), 400, None),
        "not text": (here.add_checkpoint(b"\xff\xfe"), 400, None),
        "a size with a zero before it": (here.add_checkpoint(b"old 0300\n\n" + checkpoint(700).encode()), 400, None),
        "64 hashes": (ask(here, 300, 700, proof=[bytes(32)] * 64), 400, None),
        "a short hash": (here.add_checkpoint(b"old 300\nAAAA\n\n" + checkpoint(700).encode()), 400, None),
    }
    for what, (answer, status, body) in cases.items():
        assert answer.status == status, what
        if body:
            assert (answer.body, answer.kind) == (body, witness.SIZE), what
    assert [row[1] for row in here.states()] == [300]
    assert ask(here, 300, 700).status == 200


def test_the_first_checkpoint_takes_no_proof(here):
    assert ask(here, 0, 3, proof=[bytes(32)]).status == 422
    assert ask(here, 0, 0).status == 200
    assert ask(here, 0, 3).status == 200


def test_it_remembers_before_it_answers(here, folder, monkeypatch):
    """Power fails after the signature was made: on coming back it either remembers it, or nobody was given it."""

    class Dying(sqlite3.Connection):
        def commit(self):
            raise KeyboardInterrupt

    assert ask(here, 0, 3).status == 200
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, factory=Dying, **k))
    with pytest.raises(KeyboardInterrupt):
        ask(here, 3, 9)
    monkeypatch.undo()
    assert [row[1] for row in witness.opened(folder).states()] == [3]


def test_of_two_at_once_one_is_signed(here):
    assert ask(here, 0, 3).status == 200
    answers = []
    ready = threading.Barrier(8)

    def both(size: int, salt: int) -> None:
        ready.wait()
        answers.append(ask(here, 3, size, salt).status)

    # Half of them continue the signed tree, half do not; of those that do only the first finds `old` unchanged.
    threads = [threading.Thread(target=both, args=(10 + n, n % 2)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(200) == 1
    assert set(answers) <= {200, 409, 422}


def test_a_witness_without_its_memory_does_not_begin_anew(folder):
    with pytest.raises(witness.NotReady, match="已有见证方"):
        witness.found(folder, "witness.test/a")
    (folder / witness.STATE).unlink()
    with pytest.raises(witness.NotReady, match="从备份恢复"):
        witness.opened(folder)
    (folder / witness.KEYS[0]).chmod(0o644)
    witness.sqlite3.connect(folder / witness.STATE).close()
    with pytest.raises(witness.NotReady, match="chmod 600"):
        witness.opened(folder)


def fetch(url: str, body: bytes | None = None, **headers) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def test_over_http_it_shows_the_last_checkpoint_and_takes_up_a_new_log(folder):
    other = note.Ed25519Signer("log.test/two", bytes(32))
    with witnesses.serving(folder) as url:
        body = format_request(Request(0, (), checkpoint(3)))
        assert fetch(f"{url}/{place(ORIGIN)}")[0] == 404
        assert fetch(f"{url}/add-checkpoint", body)[0] == 200
        assert fetch(f"{url}/add-checkpoint", body)[:2] == (409, witness.SIZE)
        status, kind, shown = fetch(f"{url}/{place(ORIGIN)}")
        assert (status, kind) == (200, witness.TEXT)
        keys = [note.Verifier.parse(line) for line in fetch(f"{url}/vkey")[2].split()]
        assert len(note.open_note(shown, [*keys, KEY.verifier, PQ.verifier]).signed) == 4
        text = checkpoint(2, 0, other, origin=other.name)
        body = format_request(Request(0, (), text))
        assert fetch(f"{url}/add-checkpoint", body)[0] == 404
        with (folder / "logs").open("a") as logs:
            logs.write(other.vkey + "\n")
        assert fetch(f"{url}/add-checkpoint", body)[0] == 200
        assert fetch(f"{url}/elsewhere", b"x")[0] == 404
        assert fetch(f"{url}/../witness-ed25519.seed")[0] == 404
        assert fetch(f"{url}/add-checkpoint", bytes(witness.LARGEST + 1))[0] == 413
        (folder / witness.STATE).unlink()
        assert fetch(f"{url}/add-checkpoint", body)[0] == 503


# ---- the trust policy --------------------------------------------------------------------------------------------

KEYS = [note.Ed25519Cosigner(f"w{n}.test", bytes([n]) * 32) for n in range(6)]


def policy(*lines: str) -> trust.Policy:
    return trust.parse(
        "\n".join([f"log {KEY.vkey}", *(f"witness w{n} {key.vkey}" for n, key in enumerate(KEYS)), *lines])
    )


def test_a_quorum_counts_witnesses_and_groups():
    rules = policy(
        "group a 2 w0 w1 w2", "group b any w3 w4", "  group c all\ta b # w5".replace(" # w5", ""), "quorum c"
    )
    keys = [key.verifier for key in KEYS]
    assert rules.met([keys[0], keys[2], keys[4]])
    assert not rules.met([keys[0], keys[1], keys[2]])
    assert not rules.met([keys[0], keys[3], keys[4], keys[5]])
    assert rules.wanted == "（（“w0”、“w1”、“w2”）3 取 2、（“w3”、“w4”）2 取 1）全部"
    assert policy("quorum none").met([])
    assert not policy("quorum none").met_by_names({"w0"})


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "缺少 quorum"),
        (("quorum w9",), "前面没有“w9”"),
        (("quorum w0", "quorum w1"), "只能有一行"),
        (("group g 3 w0 w1", "quorum g"), "门槛"),
        (("group g 0 w0", "quorum g"), "门槛"),
        (("group g all", "quorum g"), "不是 log"),
        (("group g any w0", "group h any w0", "quorum h"), "另一组"),
        (("group g any w0 w0", "quorum g"), "另一组"),
        (("group none any w0", "quorum none"), "不能用"),
        (("witness w0 " + KEYS[0].vkey, "quorum none"), "公钥重复"),
        ((f"witness log {KEY.vkey}", "quorum none"), "类型"),
        (("witness x nonsense", "quorum none"), "公钥应为"),
        ((f"log {KEYS[0].vkey}", "quorum none"), "类型"),
        (("witness w9 " + note.Ed25519Cosigner("x", bytes([77]) * 32).vkey + " ftp://x/", "quorum none"), "http"),
        (("trust everybody", "quorum none"), "不是 log"),
        (("quorum\0 none",), "控制字符"),
    ],
)
def test_a_policy_that_cannot_be_used_says_which_line(lines, why):
    with pytest.raises(trust.BadPolicy, match=why):
        policy(*lines)
