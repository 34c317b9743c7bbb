"""`yangguang docs`: the reference pages that are made from packs, actions and tests, so that they cannot drift.

Needs no database.  `--check` compares without writing and exits 1 naming the stale pages.
"""

import argparse
import ast
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from yangguang.policy import packs

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
NAMES = {
    "cn-hunan-hengyang-qidong": "祁东县（QD）",
    "cn-henan-xinyang-qingshan": "青山镇（QS）",
    "cn-neimenggu-xilingol-suniteyouqi": "苏尼特右旗（SY）",
    "cn-yunnan-dehong-zjj": "德宏州住建局（DH）",
    "cn-xinjiang-urumqi-gaoxin-wjw": "高新区（新市区）卫健委（WC）",
}
MADE = "本页由 `yangguang docs` 生成，不要手改。\n"


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("docs", help="由规则包、动作和测试生成参考文档")
    parser.add_argument("--check", action="store_true", help="只比较，不写；有过期的页面则退出码为 1")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not args.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        print(
            ("过期的页面：" if args.check else "已更新：") + "、".join(stale),
            file=sys.stderr if args.check else sys.stdout,
        )
    return 1 if stale and args.check else 0


def pages() -> dict[str, str]:
    return {"clauses.md": clauses(), "verbs.md": verbs(), "procedures.md": procedures()}


# ---- clauses ---------------------------------------------------------------------------------------------------------


def proofs() -> dict[str, list[str]]:
    """Clause → the tests marked to prove it, read from the test files themselves."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("yangguang/**/tests/test_*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for clause in _marked(node.decorator_list, named, path):
                    found[clause].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def _marked(decorators: list[ast.expr], named: Mapping[str, ast.expr], path: Path) -> Iterator[str]:
    """The clauses of the marks: written there, or as `*NAME` of the same file."""
    for one in (node for decorator in decorators for node in ast.walk(decorator)):  # the marks of single cases too
        if not isinstance(one, ast.Call) or ast.unparse(one.func) != "pytest.mark.clause":
            continue
        for given in one.args:
            try:
                if isinstance(given, ast.Starred):
                    yield from ast.literal_eval(named[ast.unparse(given.value)])
                else:
                    yield ast.literal_eval(given)
            except (KeyError, ValueError) as error:
                raise SystemExit(
                    f"{path.relative_to(ROOT)} 第 {one.lineno} 行：读不出测试标注的条款 {ast.unparse(given)}；写成文字，或者同一文件里的常量"
                ) from error


def clauses() -> str:
    """Every clause of the five plans that asks something of software, with the test that proves it or its state."""
    proven, known, lines, done, all_rows = proofs(), set(), [], 0, 0
    for pack, name in NAMES.items():
        with open(ROOT / "packs" / pack / "clauses.tsv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        wanted = [row for row in rows if row["software"] in {"yes", "partly"}]
        known |= {row["id"] for row in rows}
        here = sum(row["id"] in proven for row in wanted)
        done, all_rows = done + here, all_rows + len(wanted)
        lines += [
            f"\n## {name}：{here} / {len(wanted)}\n",
            "| 条款 | 原文 | 要求 | 能力 | 状态 |",
            "|---|---|---|---|---|",
        ]
        for row in wanted:
            state = "<br>".join(f"已证 `{test}`" for test in proven.get(row["id"], [])) or "待做"
            lines.append(
                f"| {row['id']} | {_cell(row['text'])} | {_cell(row['requirement'])} | {row['capability']} | {state} |"
            )
    for clause in sorted(set(proven) - known):
        if clause.split("-")[0] in {"QD", "QS", "SY", "DH", "WC"}:
            raise SystemExit(f"测试标注的条款不存在：{clause}（{'、'.join(proven[clause])}）")
    head = [
        "# 条款与证明\n",
        MADE,
        "五份方案中要求软件做到的每一条：有测试标注 `@pytest.mark.clause(编号)` 的列出测试，其余列为“待做”。\n",
        f"已证 {done} 条，共 {all_rows} 条。",
    ]
    return "\n".join([*head, *lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip()


# ---- verbs -----------------------------------------------------------------------------------------------------------


def verbs() -> str:
    """Every action that writes: its verb, its Chinese name, where it stands.  Read from the source, not from a run."""
    rows = []
    for path in sorted([*ROOT.glob("yangguang/**/actions.py"), *ROOT.glob("yangguang/**/actions/*.py")]):
        place = ".".join(path.relative_to(ROOT / "yangguang").with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and ast.unparse(one.func) == "action":
                    verb = ast.literal_eval(one.args[0])
                    summary = (ast.get_docstring(node) or "").split("\n")[0]
                    title = re.split(r"[:：。.,，]| [a-z]", summary, maxsplit=1)[0]
                    given = [a.arg for a in node.args.kwonlyargs if a.arg not in {"by", "at"}]
                    rows.append(f"| `{verb}` | {title} | `{place}.{node.name}` | {'、'.join(given)} |")
    return "\n".join(
        [
            "# 动作\n",
            MADE,
            "每一次写入都经过一个动作，每个动作在一个事务里留下事实和留痕。\n",
            "| 动作 | 名称 | 函数 | 参数（另有 by、at） |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


# ---- procedures ------------------------------------------------------------------------------------------------------


def procedures() -> str:
    """The procedures as the packs define them: what runs in the workbench is this table."""
    pack, lines = packs.load("cn"), ["# 程序\n", MADE]
    for kind, procedure in pack.act_names:
        act = pack.act(kind, procedure=procedure)
        lines += [
            f"\n## {act.title}\n",
            "| 环节 | 名称 | 谁办 | 文书 | 音像 | 关口 | 期限 | 依据 |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for step in act.steps:
            documents = "、".join(d.title + ("" if d.required else "（视情形）") for d in step.documents)
            lines.append(
                f"| `{step.code}` | {step.title} | {'、'.join(step.roles)} | {documents} | {'、'.join(step.recordings)} "
                f"| {'、'.join(step.gates)} | {'、'.join(step.deadlines)} | {'、'.join(c.clause for c in step.because)} |"
            )
    lines += ["\n## 关口\n", "| 编号 | 名称 | 须有的事实 |", "|---|---|---|"]
    for code in pack.gate_codes:
        facts = "、".join(f"{spec.label}（`{spec.name}`）" for spec in pack.gate_facts(code))
        lines.append(f"| {code} | {pack.gate(code).title} | {facts} |")
    lines += ["\n## 期限\n", "| 编号 | 名称 | 起因 | 须做 |", "|---|---|---|---|"]
    for code, rule in pack.deadlines.items():
        lines.append(f"| {code} | {rule.title} | {rule.trigger} | {rule.must} |")
    return "\n".join([*lines, ""])
