"""The browser's verifier, run by Node against proofs this program made."""

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from yangguang.trail import note, queries
from yangguang.trail.sequencer import integrate_now

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
const { verifyProof, sha256Hex } = await import(process.env.VERIFIER);
const cases = JSON.parse(await new Promise((done) => {
  let all = ""; process.stdin.on("data", (part) => (all += part)); process.stdin.on("end", () => done(all));
}));
const digest = await sha256Hex(new Blob(["abc"]));
console.log(JSON.stringify({ digest, results: cases.map(([proof, file, options]) => verifyProof(proof, file, options)) }));
"""
VENDORED = ("noble-hashes/hmac.js", "noble-hashes/sha2.js", "noble-ed25519/index.js")


def verify(tmp_path: Path, *cases: list) -> list[dict]:
    files = {f"/static/vendor/{name}": finders.find(f"vendor/{name}") for name in VENDORED}
    verifier = finders.find("portal/verify/verify.js")
    assert verifier
    assert all(files.values())
    (tmp_path / "hooks.mjs").write_text(HOOKS)
    (tmp_path / "main.mjs").write_text(MAIN)
    env = os.environ | {
        "STATIC_FILES": json.dumps({name: Path(path).as_uri() for name, path in files.items()}),
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
    results = verify(tmp_path, *good, *bad)
    for result in results[: len(good)]:
        assert result["ok"], result
    assert [result["trusted"] for result in results[: len(good)]] == [False, False, True]
    assert results[0]["record"]["p"]["row"]["text"] == "公开"
    for case, result in zip(bad, results[len(good) :], strict=True):
        assert not result["ok"], case
        assert result["record"] is None
        assert [step["text"] for step in result["steps"] if not step["ok"]]
