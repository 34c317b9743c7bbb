"""The browser's verifier broken in one place at a time: Node runs each, and the cases that judge it have to notice."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from yangguang.trail import note

from .test_verifier_js import DIGEST, HOOKS, NODE, cases_of, static_files, witnessed

__all__ = ["witnessed"]
pytestmark = pytest.mark.skipif(NODE is None, reason="没有找到 node，浏览器端验证程序未在此测试")

# (file, what stands there, what it becomes): each a check that is left out or turned round.
MUTANTS = (
    ("verify.js", "if (!record || !mentions(record.p?.row, wanted))", "if (!record)"),
    ("verify.js", "if (!same(root, tip.root)) throw", "if (false) throw"),
    ("verify.js", "if (!same(rootFrom(proof.index, tip.size, leaf, proof.path), tip.root)) throw", "if (false) throw"),
    ("verify.js", "if (!rules.met(new Set(found.keys()))) throw", "if (false) throw"),
    ("verify.js", "const ok = checked.ok && steps.every((done) => done.ok);", "const ok = checked.ok;"),
    ("verify.js", "leafHash(given.kind, commitment(", "leafHash(1, commitment("),
    (
        "verify.js",
        "openCheckpoint(checkpoint, log.vkey)",
        "openCheckpoint(checkpoint, rules.logs[0].vkey) && parseTip()",
    ),
    ("tlog.js", "a.every((byte, i) => byte === b[i])", "true"),
    ("tlog.js", "hmac(sha256, salt, text.encode(payload))", "hmac(sha256, new Uint8Array(32), text.encode(payload))"),
    ("tlog.js", "!ed25519.verify(line.data, text.encode(body), key)", "false"),
    ("tlog.js", "if (!held) throw", "if (false) throw"),
    ("tlog.js", "!ed25519.verify(line.data.slice(8), message, witness.key.key)", "false"),
    ("tlog.js", "if (quorum !== null) throw", "if (false) throw"),
    ("tlog.js", ".length >= groups.get(name).threshold", ".length >= 1"),
)

MAIN = """
import { register } from "node:module";
register("./hooks.mjs", import.meta.url);
import { readFileSync } from "node:fs";
const { cases: all, folders } = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const results = [];
for (const folder of folders) {
  try {
    const { verifyProof, verifyTlogProof, verifyWhole } = await import(`${folder}/verify.js`);
    const by = { proof: verifyProof, tlog: verifyTlogProof, whole: verifyWhole };
    results.push(all.map(([what, ...rest]) => { try { return by[what](...rest).ok; } catch { return null; } }));
  } catch (error) { results.push(String(error)); }
}
console.log(JSON.stringify(results));
"""


def forged(text: str, name: str) -> str:
    """The signature lines of this name with their last byte changed."""
    lines = []
    for line in text.split("\n"):
        if line.startswith(f"— {name} "):
            raw = bytearray(note.unb64(line.split(" ")[2]))
            raw[-1] ^= 1
            line = f"— {name} {note.b64(bytes(raw))}"
        lines.append(line)
    return "\n".join(lines)


def proofs(whole: dict) -> tuple[list[list], list[list]]:
    """The same of a proof with the record inside, under a key that is given and under its own."""
    stranger = note.Ed25519Signer(whole["origin"], bytes(32)).vkey
    good = [["proof", whole], ["proof", whole, DIGEST, {"trustedVkey": whole["vkey"]}]]
    bad = [
        ["proof", whole, "cd" * 32],
        ["proof", whole, DIGEST, {"trustedVkey": stranger}],
        ["proof", whole | {"kind": 2}],
        ["proof", whole | {"salt": note.b64(bytes(32))}],
        ["proof", whole | {"vkey": stranger}],
        ["proof", whole | {"proof": [note.b64(bytes(32)), *whole["proof"][1:]]}],
        ["proof", whole | {"checkpoint": forged(whole["checkpoint"], whole["origin"])}],
        ["proof", whole | {"checkpoint": whole["checkpoint"].replace("\n5\n", "\n6\n")}],
    ]
    return good, bad


def test_each_break_of_the_browsers_verifier_is_noticed(witnessed, tmp_path):
    sound = Path(finders.find("portal/verify/verify.js")).parent
    texts = {name: (sound / name).read_text("utf-8") for name in ("verify.js", "tlog.js")}
    folders = []
    for number, (file, was, now) in enumerate([("verify.js", "", ""), *MUTANTS]):
        assert texts[file].count(was) == 1 or not was, f"{was} 已不在 {file} 中，请改写这一处"
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text.replace(was, now) if name == file and was else text, "utf-8")
        folders.append(folder.as_uri())
    (tmp_path / "hooks.mjs").write_text(HOOKS)
    (tmp_path / "main.mjs").write_text(MAIN)
    receipt, whole, policy = witnessed
    (good, bad), (more, worse) = cases_of(receipt, whole, policy), proofs(whole)
    worse.append(["tlog", forged(receipt, whole["origin"]), policy])
    cases = [*good, *more, *bad, *worse]
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases, "folders": folders}), "utf-8")
    env = os.environ | {"STATIC_FILES": json.dumps(static_files()), "NODE_NO_WARNINGS": "1"}
    command = [NODE, str(tmp_path / "main.mjs"), str(tmp_path / "cases.json")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    wanted = [True] * (len(good) + len(more)) + [False] * (len(bad) + len(worse))
    assert verdicts[0] == wanted, "the sound verifier"
    left = [mutant for mutant, found in zip(MUTANTS, verdicts[1:], strict=True) if found == wanted]
    assert not left, "没有被发现的改动：\n" + "\n".join(f"{file}: {was}  →  {now}" for file, was, now in left)
