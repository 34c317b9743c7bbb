"""This is `yangguang law`: ask, count, check, compare, begin and show packs. Only `diff --cases` needs the database."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

from yangguang.policy import diff, examples, files, packs, scaffold, schema
from yangguang.policy.answers import Answer
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce, PolicyError
from yangguang.policy.packs import Pack
from yangguang.site import embedded, env

Command = Callable[[argparse.Namespace], int]


class BadInput(PolicyError):
    """This says that an argument of the command cannot be read."""


def add_to(subparsers: Any) -> None:
    """Add `law` with its subcommands; each sets `func`."""
    law = subparsers.add_parser("law", help="向法条包提问、计算期限、检查法条包")
    commands = law.add_subparsers(dest="law_command", required=True, metavar="命令")

    ask = commands.add_parser("ask", help="向法条包提一个问题")
    ask.add_argument("pack", metavar="PACK", help="法条包编号，如 cn-henan-xinyang-qingshan")
    ask.add_argument("question", metavar="QUESTION", help="问题，如 publish_by")
    ask.add_argument("--facts", default="{}", help='事实，JSON 对象，如 {"kind": "penalty"}')
    ask.add_argument("--on", help="适用哪一天的规则，YYYY-MM-DD")
    _shared(ask)
    ask.set_defaults(func=_guarded(_ask))

    deadline = commands.add_parser("deadline", help="从起算日计算一条期限")
    deadline.add_argument("pack", metavar="PACK", help="法条包编号")
    deadline.add_argument("rule", metavar="RULE", help="期限规则编号，如 D07")
    deadline.add_argument("--start", required=True, help="起算日 YYYY-MM-DD（当日不计）；以小时计的写 YYYY-MM-DDTHH:MM")
    deadline.add_argument("--facts", default="{}", help="事实，JSON 对象")
    deadline.add_argument("--on", help="适用哪一天的规则，YYYY-MM-DD")
    _shared(deadline)
    deadline.set_defaults(func=_guarded(_deadline))

    check = commands.add_parser("check", help="装载法条包并核对全部例子")
    check.add_argument(
        "path", metavar="PATH", nargs="?", help="只核对这个文件夹（可以不在本系统目录里）；不写则核对全部"
    )
    check.add_argument("--coverage", action="store_true", help="再列出哪些规则还缺例子")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(func=_guarded(_check))

    differ = commands.add_parser("diff", help="比较两版法条包：新增、删除、收紧、放宽了什么")
    differ.add_argument("old", metavar="OLD", help="旧的一版：法条包编号、文件夹路径，或者12位版本号")
    differ.add_argument("new", metavar="NEW", help="新的一版，写法同上")
    differ.add_argument(
        "--cases", action="store_true", help="再列出按旧版办理、受这些变化影响的未结案件（用本系统的数据库和存档）"
    )
    differ.add_argument("--json", action="store_true", help="以 JSON 输出")
    differ.set_defaults(func=_guarded(_diff))

    begin = commands.add_parser("new", help="新建一个法域的法条包")
    begin.add_argument("id", metavar="ID", help="编号，如 cn-henan-xinyang-pingqiao")
    begin.add_argument("--extends", default="cn", help="上级包，默认 cn")
    begin.add_argument("--name", required=True, help="法域的名称，如 河南省信阳市平桥区")
    begin.add_argument("--region", required=True, help="行政区划代码，6、9 或者 12 位")
    begin.add_argument("--level", required=True, help=f"层级：{'、'.join(scaffold.LEVELS)}")
    begin.add_argument("--into", metavar="DIR", type=Path, default=files.ROOT, help="建在哪个目录下，默认 packs/")
    begin.set_defaults(func=_guarded(_new))

    show = commands.add_parser("show", help="列出一个法域的参数，或者一项参数的依据")
    show.add_argument("pack", metavar="PACK", help="法条包编号")
    show.add_argument("parameter", metavar="PARAMETER", nargs="?", help="参数名")
    show.add_argument("--json", action="store_true", help="以 JSON 输出")
    show.set_defaults(func=_guarded(_show))

    forms = commands.add_parser("schema", help="输出法条包文件的 JSON Schema")
    forms.add_argument("--into", metavar="DIR", type=Path, help="每种文件写一份到这个目录，并给出编辑器的设置")
    forms.set_defaults(func=_guarded(_schema))


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--provisional", action="store_true", help="放假通知未发布的年份给出暂定答案")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _guarded(command: Command) -> Command:
    def run(args: argparse.Namespace) -> int:
        try:
            return command(args)
        except PolicyError as error:
            print(error, file=sys.stderr)
            return 2

    return run


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        place = f"（第 {error.pos + 1} 个字符起）" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f'--facts 不是合格的 JSON{place}。可接受的写法：\'{{"kind": "penalty"}}\'。') from error
    if not isinstance(facts, dict):
        raise BadInput('--facts 必须是 JSON 对象。可接受的写法：\'{"kind": "penalty"}\'。')
    return facts


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"--facts 里有重复的键：{'、'.join(twice)}。修改办法：每个键只写一次。")
    return dict(pairs)


def _date(text: str | None, option: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else _raise(text)
    except ValueError as error:
        raise BadInput(f"{option} 的日期“{text}”不对。可接受的写法：YYYY-MM-DD，且为真实存在的日期。") from error


def _raise(text: str) -> dt.date:
    raise ValueError(text)


def _start(text: str) -> dt.date | dt.datetime:
    if "T" in text:
        try:
            return dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise BadInput(f"--start 的时间“{text}”不对。可接受的写法：YYYY-MM-DDTHH:MM。") from error
    found = _date(text, "--start")
    assert found is not None
    return found


def _ask(args: argparse.Namespace) -> int:
    pack = find(args.pack)
    answer = pack.ask(args.question, _facts(args.facts), _date(args.on, "--on"), provisional=args.provisional)
    _print(answer, args.json)
    return 0


def _deadline(args: argparse.Namespace) -> int:
    pack = find(args.pack)
    start, on = _start(args.start), _date(args.on, "--on")
    try:
        done: Deadline | Answer = pack.deadline(args.rule, start, on, _facts(args.facts), provisional=args.provisional)
    except NoRuleInForce as error:
        done = Answer("deadline", pack.id, None, explain=str(error))
    _print(done, args.json)
    return 0


def _print(answer: Answer | Deadline, as_json: bool) -> None:
    shown = answer.as_json()
    if as_json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    print(shown["explain"])
    for day in shown["days"]:
        mark = f"第{day['number']}" if day["number"] else "　—"
        print(f"  {day['date']}  {mark:<5}{day['why']}")


def _check(args: argparse.Namespace) -> int:
    report = examples.check_folder(Path(args.path)) if args.path else examples.check_all()
    lacks = _lacks(args.path, report) if args.coverage else []
    if args.json:
        shown = report.as_json()
        if args.coverage:
            shown["lacks"] = [asdict(lack) for lack in lacks]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for row in report.packs:
            print(f"{row.id}  版本 {row.version}  条款 {row.clauses}  规则 {row.rules}  例子 {row.examples}")
        for fault in report.faults:
            print(f"✗ {fault}", file=sys.stderr)
        for lack in lacks:
            print(f"缺例子 {lack}")
        if args.coverage:
            print("每条规则都有例子。" if not lacks else f"有 {len(lacks)} 条规则缺例子。")
        print("全部通过。" if not report.faults else f"有 {len(report.faults)} 处不符。")
    return 0 if not report.faults and not lacks else 1


def _lacks(path: str | None, report: examples.Report) -> list[examples.Lack]:
    """Name the rules without examples, of the packs that could be loaded."""
    loaded = [packs.load_folder(Path(path) if path else files.ROOT / row.id) for row in report.packs]
    return [lack for pack in loaded for lack in examples.coverage(pack)]


# ---- editions ----------------------------------------------------------------------------------------------------

Resolve = Callable[[str], Pack | None]
VERSION = re.compile(r"[0-9a-f]{12}\Z")


def _current(version: str) -> Pack | None:
    """Find a version among the packs of this checkout."""
    return next((pack for pack in map(packs.load, packs.names()) if pack.version == version), None)


# What finds the pack behind a version number; the archive of editions puts its own way first with `resolve_with`.
_resolvers: list[Resolve] = [_current]


def resolve_with(resolve: Resolve) -> None:
    """Add a way to find the pack of a version number; the last one added is asked first."""
    _resolvers.insert(0, resolve)


LONGEST = 80  # characters of a wrong word that are said back


def _is_folder(word: str) -> bool:
    """Whether this is a folder with a pack.  **Why** not is_file alone: it raises for a name no file can bear."""
    try:
        return (Path(word) / "pack.yaml").is_file()
    except (OSError, ValueError):
        return False


def find(word: str) -> Pack:
    """Find a pack by id, by folder or by version number. **Raises** UnknownPack, PackError, BadInput."""
    if word in packs.names():
        return packs.load(word)
    if _is_folder(word):
        return packs.load_folder(Path(word))
    if VERSION.match(word):
        found = next((pack for resolve in _resolvers if (pack := resolve(word))), None)
        if found:
            return found
        raise BadInput(
            f"没有存下版本 {word} 的法条包。可接受的写法：存档里有的12位版本号、法条包编号，或者文件夹路径。"
        )
    shown = word if len(word) <= LONGEST else f"{word[:LONGEST]}…（共 {len(word)} 个字）"
    raise BadInput(
        f"“{shown}”不是法条包。可接受的写法：编号（{'、'.join(packs.names())}），含 pack.yaml 的文件夹路径，或者12位版本号。"
    )


def _diff(args: argparse.Namespace) -> int:
    if not args.cases:
        found = diff.compare(find(args.old), find(args.new))
        return _told(args, found.as_json(), found.lines())
    # Django and the database are set up for this alone; plain questions to the law do without.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yangguang.site.settings")
    django.setup()
    law_cases = importlib.import_module("yangguang.site.law_cases")
    with embedded.available(env.home(), "yangguang law diff --cases"):
        resolve_with(law_cases.kept)
        found = diff.compare(find(args.old), find(args.new))
        reached = law_cases.touched(found)
    head = f"按旧版办理、受影响的未结案件：{len(reached)} 件"
    shown = {**found.as_json(), "cases": [case.as_json() for case in reached]}
    return _told(args, shown, [*found.lines(), head, *(case.line() for case in reached)])


def _told(args: argparse.Namespace, shown: dict[str, Any], lines: Iterable[str]) -> int:
    print(json.dumps(shown, ensure_ascii=False, indent=2) if args.json else "\n".join(lines))
    return 0


def _new(args: argparse.Namespace) -> int:
    folder = scaffold.new(
        args.id, extends=args.extends, name=args.name, region=args.region, level=args.level, into=args.into
    )
    print(f"已建立 {folder}：")
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        print(f"  {path.relative_to(folder)}")
    print(f"下一步：在 clauses.tsv 抄录方案原文，写规则和例子，然后运行 yangguang law check {folder}")
    return 0


def _show(args: argparse.Namespace) -> int:
    pack = find(args.pack)
    if args.parameter:
        _print(pack.parameter(args.parameter), args.json)
        return 0
    rows = [(form.table, name, form, pack.parameter(name)) for name, form in pack.merged.parameters.items()]
    if args.json:
        shown = [{**answer.as_json(), "table": table, "label": form.label} for table, _, form, answer in rows]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    print(f"{pack.title}（{pack.id}，版本 {pack.version}）")
    for table in dict.fromkeys(table for table, *_ in rows):
        print(table)
        for _, name, form, answer in (row for row in rows if row[0] == table):
            cited = f"（{'、'.join(c.clause for c in answer.because)}）" if answer.because else ""
            above = "（取自上级规则）" if answer.default else ""
            print(f"  {name}  {form.label}：{pack.shown(form, answer.value)}{cited}{above}")
    return 0


FILES = {
    "pack": "pack.yaml",
    "deadlines": "deadlines.yaml",
    "gates": "gates.yaml",
    "facts": "facts.yaml",
    "parameters": "parameters.yaml",
    "rubric": "rubric.yaml",
    "examples": "examples/*.yaml",
    "calendar": "calendar/*.yaml",
    "act": "acts/*.yaml",
}


def _schema(args: argparse.Namespace) -> int:
    whole = schema.json_schema()
    if args.into is None:
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return 0
    args.into.mkdir(parents=True, exist_ok=True)
    patterns: dict[str, list[str]] = {}
    for kind, pattern in FILES.items():
        path = args.into / f"{kind}.schema.json"
        one = {"$schema": whole["$schema"], "$ref": whole["properties"][kind]["$ref"], "$defs": whole["$defs"]}
        path.write_text(json.dumps(one, ensure_ascii=False, indent=2), encoding="utf-8")
        more = [f"{kind}/*.yaml"] if kind in files.TABLES else []
        patterns[str(path)] = [f"packs/*/{name}" for name in (pattern, *more)]
    print("把下面的内容写入 .vscode/settings.json（需要 YAML 扩展），编辑时即有提示和核对：")
    print(json.dumps({"yaml.schemas": patterns}, ensure_ascii=False, indent=2))
    return 0
