"""The browser's verifier, run by Node against proofs this program made."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from yangguang.trail import asking, note, queries, receipts, trust
from yangguang.trail.keys import log_verifiers
from yangguang.trail.sequencer import integrate_now
from yangguang.trail.tests import witnesses

NODE = shutil.which("node")
DIGEST = "ab" * 32
pytestmark = pytest.mark.skipif(NODE is None, reason="没有找到 node，浏览器端验证程序未在此测试")

# The page loads its modules from /static/; here the same addresses lead to the same files on the disk.
HOOKS = """
export async function resolve(specifier, context, next) {
  const files = JSON.parse(process.env.STATIC_FILES);
  if (specifier.startsWith("/static/")) return { url: files[specifier], format: "module", shortCircuit: true };
  const found = await next(specifier, context);
  return { ...found, format: "module" };
}
"""
MAIN = """
import { register } from "node:module";
register("./hooks.mjs", import.meta.url);
const { verifyProof, verifyTlogProof, verifyWhole, sha256Hex } = await import(process.env.VERIFIER);
const by = { proof: verifyProof, tlog: verifyTlogProof, whole: verifyWhole };
const cases = JSON.parse(await new Promise((done) => {
  let all = ""; process.stdin.on("data", (part) => (all += part)); process.stdin.on("end", () => done(all));
}));
const digest = await sha256Hex(new Blob(["abc"]));
console.log(JSON.stringify({ digest, results: cases.map(([what, ...rest]) => by[what](...rest)) }));
"""
VENDORED = ("noble-hashes/hmac.js", "noble-hashes/sha2.js", "noble-ed25519/index.js")


def static_files() -> dict[str, str]:
    files = {f"/static/vendor/{name}": finders.find(f"vendor/{name}") for name in VENDORED}
    assert all(files.values())
    return {name: Path(path).as_uri() for name, path in files.items()}


def verify(tmp_path: Path, *cases: list) -> list[dict]:
    verifier = finders.find("portal/verify/verify.js")
    assert verifier
    (tmp_path / "hooks.mjs").write_text(HOOKS)
    (tmp_path / "main.mjs").write_text(MAIN)
    env = os.environ | {
        "STATIC_FILES": json.dumps(static_files()),
        "VERIFIER": Path(verifier).as_uri(),
        "NODE_NO_WARNINGS": "1",
    }
    done = subprocess.run(
        [NODE, str(tmp_path / "main.mjs")], input=json.dumps(cases), env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["digest"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    return answer["results"]


def test_python_and_the_browser_agree(memo, entries, tmp_path):
    entries(5)
    entry = memo.write(text="公开", detail={"pdf_sha256": DIGEST}).entry
    entries(2)
    integrate_now()
    proof = queries.proof_for(entry)
    vkey = proof["vkey"]
    stranger = note.Ed25519Signer(proof["origin"], bytes(32)).vkey

    def changed(**fields) -> dict:
        return copy.deepcopy(proof) | fields

    good = [
        [proof],
        [proof, DIGEST],
        [proof, DIGEST.upper(), {"trustedVkey": vkey}],
    ]
    flipped_path = [note.b64(bytes(32)), *proof["proof"][1:]]
    lines = proof["checkpoint"].split("\n")
    bad = [
        [proof, "cd" * 32],
        [proof, "not a digest"],
        [proof, DIGEST, {"trustedVkey": stranger}],
        [changed(payload=proof["payload"].replace("公开", "改动"))],
        [changed(salt=note.b64(bytes(32)))],
        [changed(kind=2)],
        [changed(index=proof["index"] + 1)],
        [changed(index="5")],
        [changed(proof=flipped_path)],
        [changed(proof=proof["proof"][:-1])],
        [changed(proof=[*proof["proof"], note.b64(bytes(32))])],
        [changed(checkpoint=proof["checkpoint"].replace("\n8\n", "\n9\n"))],
        [changed(checkpoint="\n".join([lines[0], lines[1], note.b64(bytes(32)), *lines[3:]]))],
        [changed(vkey=stranger)],
        [changed(vkey="x")],
        [changed(checkpoint=None)],
        [{}],
        [None],
        ["text"],
    ]
    results = verify(tmp_path, *([["proof", *case] for case in [*good, *bad]]))
    for result in results[: len(good)]:
        assert result["ok"], result
    assert [result["trusted"] for result in results[: len(good)]] == [False, False, True]
    assert results[0]["record"]["p"]["row"]["text"] == "公开"
    for case, result in zip(bad, results[len(good) :], strict=True):
        assert not result["ok"], case
        assert result["record"] is None
        assert [step["text"] for step in result["steps"] if not step["ok"]]


@pytest.fixture
def witnessed(memo, entries, tmp_path):
    """A receipt and a whole proof under a checkpoint that two witnesses signed, and the policy that asks for both."""
    entries(4)
    entry = memo.write(text="公开", detail={"pdf_sha256": DIGEST}).entry
    integrate_now()
    with (
        witnesses.answering(tmp_path / "a", "a.test/w", *log_verifiers()) as one,
        witnesses.answering(tmp_path / "b", "b.test/w", *log_verifiers()) as two,
    ):
        named = [("甲", tmp_path / "a", one), ("乙", tmp_path / "b", two)]
        policy = "".join(f"log {key.vkey}\n" for key in log_verifiers()) + witnesses.rules(*named, quorum="all")
        asking.policy_path().write_text(policy, "utf-8")
        asking.ask(trust.parse(policy))
    return receipts.proof_file(entry), queries.proof_for(entry), policy


def cases_of(receipt: str, whole: dict, policy: str) -> tuple[list[list], list[list]]:
    """What the browser has to accept and to refuse, the quorum included."""
    good = [["tlog", receipt, policy], ["whole", whole, None, policy], ["whole", whole, DIGEST, policy]]
    good.append(
        ["tlog", receipt, "\n".join(line for line in policy.split("\n") if line.startswith("log")) + "\nquorum none\n"]
    )
    stranger = note.Ed25519Signer(whole["origin"], bytes(32)).vkey
    lines = receipt.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("index "))
    unsigned = "\n".join(line for line in lines if not line.startswith("— b.test"))
    forged = []
    for line in lines:
        raw = bytearray(note.unb64(line.split(" ")[2])) if line.startswith("— b.test") else b""
        if len(raw) == 76:
            raw[-1] ^= 1
            line = " ".join([*line.split(" ")[:2], note.b64(bytes(raw))])
        forged.append(line)
    swapped = [*lines[: at + 1], note.b64(bytes(32)), *lines[at + 2 :]]
    extra = note.unb64(lines[1].removeprefix("extra "))
    other_leaf = receipt.replace(lines[1], "extra " + note.b64(extra[:-1] + bytes((extra[-1] ^ 1,))))
    bad = [
        ["tlog", unsigned, policy],
        ["tlog", "\n".join(forged), policy],
        ["tlog", "\n".join(swapped), policy],
        ["tlog", other_leaf, policy],
        ["tlog", receipt.replace(lines[1], "extra " + note.b64(b"\2" + extra[1:])), policy],
        ["tlog", receipt.replace(lines[1] + "\n", ""), policy],
        ["tlog", receipt.replace(lines[at], "index 3"), policy],
        ["tlog", receipt.replace(lines[at], "index 99"), policy],
        ["tlog", receipt.replace("@v1", "@v2"), policy],
        ["tlog", receipt.replace("\n5\n", "\n6\n"), policy],
        ["tlog", "\n".join([*lines[: at + 1], *lines[at + 2 :]]), policy],
        ["tlog", "\n".join([*lines[: at + 1], note.b64(bytes(31)), *lines[at + 2 :]]), policy],
        ["tlog", receipt, ""],
        ["tlog", receipt, f"log {stranger}\nquorum none\n"],
        ["tlog", receipt, "quorum none\n"],
        ["tlog", receipt, policy.replace("quorum all-of-them", "quorum nobody")],
        ["tlog", receipt, policy + "quorum none\n"],
        ["tlog", receipt, policy.replace("group all-of-them all", "group all-of-them 3")],
        ["tlog", receipt, policy.replace("group all-of-them all 甲", "group all-of-them all 丙")],
        ["tlog", receipt, "nonsense\n" + policy],
        ["tlog", "", policy],
        ["tlog", None, policy],
        ["whole", whole, "cd" * 32, policy],
        ["whole", whole | {"payload": whole["payload"].replace("公开", "改动")}, None, policy],
        ["whole", whole | {"index": 0}, None, policy],
        [
            "whole",
            whole | {"checkpoint": "\n".join(x for x in whole["checkpoint"].split("\n") if "a.test" not in x)},
            None,
            policy,
        ],
        ["whole", whole, None, f"log {stranger}\nquorum none\n"],
        ["whole", None, None, policy],
    ]
    return good, bad


def test_receipts_and_the_quorum_hold_in_the_browser_alone(witnessed, tmp_path):
    good, bad = cases_of(*witnessed)
    results = verify(tmp_path, *good, *bad)
    for result in results[: len(good)]:
        assert result["ok"], result
    assert [one["name"] for one in results[0]["witnesses"]] == ["甲-ed", "乙-ed"]
    assert results[0]["index"] == 4
    for case, result in zip(bad, results[len(good) :], strict=True):
        assert not result["ok"], case
        assert [step["text"] for step in result["steps"] if not step["ok"]]
