"""docs/how-to/new-jurisdiction.md works as written: every command is run, every file is written, in page order."""

import argparse
import re
import shlex

from yangguang.policy import files
from yangguang.site import law_cli

HOW_TO = files.ROOT.parent / "docs" / "how-to" / "new-jurisdiction.md"


def law(*words):
    parser = argparse.ArgumentParser()
    law_cli.add_to(parser.add_subparsers(required=True))
    args = parser.parse_args(["law", *words])
    return args.func(args)


BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def test_the_how_to_works_as_written(tmp_path, monkeypatch, capsys):
    """Every command of the how-to is run and every file of it is written, in the order of the page."""
    monkeypatch.chdir(tmp_path)
    ran, wrote = [], []
    for kind, name, body in BLOCK.findall(HOW_TO.read_text(encoding="utf-8")):
        if name:
            path = tmp_path / "packs" / "cn-shifan-xian" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
            wrote.append(name)
        elif kind == "sh":
            for line in body.splitlines():
                words = shlex.split(line)
                assert words[:2] == ["yangguang", "law"], line
                assert law(*words[2:]) == 0, f"{line}\n{capsys.readouterr()}"
                ran.append((words[2], capsys.readouterr().out))
    said = dict(ran)
    assert wrote == ["clauses.tsv", "pack.yaml", "deadlines.yaml", "gates.yaml", "examples/first.yaml"]
    assert [command for command, _ in ran] == ["new", "check", "schema", "check", "diff", "ask", "deadline", "show"]
    assert "每条规则都有例子。" in said["check"]
    assert "拟处五万元以上罚款的" in said["ask"]
    assert "2026-09-24" in said["deadline"]
    for code in ("D07", "D53", "G1", "review_required", "recording"):
        assert f"新增（收紧） {code} " in said["diff"], said["diff"]
    assert sorted(p.name for p in (tmp_path / ".vscode" / "law").iterdir())[0] == "act.schema.json"
