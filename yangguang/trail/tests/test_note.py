"""Notes, keys and checkpoints: the published example verifies, and nothing mutated does."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yangguang.trail import note
from yangguang.trail.note import BadNote, Tip, Verifier, open_note

# The example of the original signed-note package.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PROBLEM = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

ORIGIN = "yangguang.test/log"
SEED = bytes(range(32))
TIP = Tip(ORIGIN, 20852163, bytes(range(32)))
SIGNERS = (note.Ed25519Signer(ORIGIN, SEED), note.MLDSA44Cosigner(ORIGIN, SEED))
WITNESS = note.Ed25519Cosigner("witness.test/w1", bytes(32))
KEYS = [signer.verifier for signer in SIGNERS]
SIGNED = note.sign(TIP.text, (*SIGNERS, WITNESS), 1_790_000_000)


def test_the_published_example_verifies():
    opened = open_note(PROBLEM, [Verifier.parse(PETER)])
    assert opened.text.startswith("If you think")
    assert Verifier.parse(PETER).vkey == PETER


def test_a_checkpoint_carries_both_signatures_and_a_witness():
    opened = open_note(SIGNED, [*KEYS, WITNESS.verifier])
    assert note.parse_tip(opened.text) == TIP
    assert [(key.name, time) for key, time in opened.signed] == [
        (ORIGIN, None),
        (ORIGIN, 1_790_000_000),
        ("witness.test/w1", 1_790_000_000),
    ]


@pytest.mark.parametrize("signer", [*SIGNERS, WITNESS])
def test_each_key_alone_is_enough_and_reads_back_from_its_vkey(signer):
    verifier = Verifier.parse(signer.vkey)
    assert verifier == signer.verifier
    assert len(open_note(SIGNED, [verifier]).signed) == 1


def test_unknown_signatures_are_neither_for_nor_against():
    stranger = note.Ed25519Signer("stranger.test", bytes([7]) * 32)
    assert len(open_note(note.sign(TIP.text, (*SIGNERS, stranger), 0), KEYS).signed) == 2
    with pytest.raises(BadNote):
        open_note(SIGNED, [stranger.verifier])
    with pytest.raises(BadNote):
        open_note(SIGNED, [])
    same_name = note.Ed25519Signer(ORIGIN, bytes([8]) * 32)
    with pytest.raises(BadNote):
        open_note(SIGNED, [same_name.verifier])


def test_a_known_key_that_fails_rejects_the_whole_note():
    lines = SIGNED.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("— witness"))
    name, encoded = lines[at][2:].split(" ")
    data = bytearray(base64.b64decode(encoded))
    data[-1] ^= 1
    lines[at] = f"— {name} {base64.b64encode(data).decode()}"
    with pytest.raises(BadNote):
        open_note("\n".join(lines), [*KEYS, WITNESS.verifier])
    assert open_note("\n".join(lines), KEYS)


@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 6))
@settings(max_examples=80, deadline=None)
def test_no_flipped_bit_survives(at, bit):
    mutated = SIGNED[:at] + chr(ord(SIGNED[at]) ^ 1 << bit) + SIGNED[at + 1 :]
    try:
        opened = open_note(mutated, [*KEYS, WITNESS.verifier])
    except BadNote:
        return
    # A line whose name or key id changed has become a stranger's and does not count; what was signed is untouched.
    assert opened.text == TIP.text
    assert len(opened.signed) < 3


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n01\n{note.b64(bytes(32))}\n",
        f"{ORIGIN}\n-1\n{note.b64(bytes(32))}\n",
        f"{ORIGIN}\n1\n{note.b64(bytes(31))}\n",
        f"{ORIGIN}\n1\nnot base64\n",
        f"\n1\n{note.b64(bytes(32))}\n",
        f"{ORIGIN}\n1\n{note.b64(bytes(32))}",
        f"{ORIGIN}\n1\n{note.b64(bytes(32))}\n\n",
        f"{ORIGIN}\n١\n{note.b64(bytes(32))}\n",
        "",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        note.parse_tip(text)


def test_extension_lines_are_allowed_and_signed():
    text = TIP.text + "extension\n"
    signed = note.sign(text, SIGNERS, 5)
    assert note.parse_tip(open_note(signed, KEYS).text) == TIP


@pytest.mark.parametrize(
    "bad",
    [
        TIP.text,
        SIGNED[:-1],
        SIGNED.replace("— yangguang", "- yangguang"),
        SIGNED + "\n",
        SIGNED.replace("\n\n", "\n\n\r"),
        SIGNED + "— too short AAAA\n",
        SIGNED + "x" * note.LARGEST,
        TIP.text + "\n" + SIGNERS[0].line(TIP.text, 0) * 101,
    ],
)
def test_a_malformed_note_is_refused(bad):
    with pytest.raises(BadNote):
        open_note(bad, KEYS)


@pytest.mark.parametrize(
    "vkey", ["", "a", "a+b+c", PETER[:-4], PETER.replace("c74f20a3", "c74f20a4"), "a+00000000+BQ=="]
)
def test_a_malformed_vkey_is_refused(vkey):
    with pytest.raises(BadNote):
        Verifier.parse(vkey)


@given(st.integers(0, 2**40), st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.binary(max_size=20))
def test_proof_files_read_back(index, path, extra):
    made = note.Proof(index, tuple(path), SIGNED, extra)
    assert note.parse_proof(made.text) == made


@pytest.mark.parametrize(
    "text", ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "x\nindex 1\n\nx"]
)
def test_a_malformed_proof_file_is_refused(text):
    with pytest.raises(BadNote):
        note.parse_proof(text)
