"""This is `yangguang law`: ask a pack, count a deadline, check all packs, print the schema. No Django, no database."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any

from yangguang.policy import examples, packs, schema
from yangguang.policy.answers import Answer
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce, PolicyError

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

    check = commands.add_parser("check", help="装载全部法条包并核对全部例子")
    check.add_argument("--json", action="store_true", help="以 JSON 输出")
    check.set_defaults(func=_guarded(_check))

    show = commands.add_parser("schema", help="输出法条包文件的 JSON Schema")
    show.set_defaults(func=_guarded(_schema))


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
    pack = packs.load(args.pack)
    answer = pack.ask(args.question, _facts(args.facts), _date(args.on, "--on"), provisional=args.provisional)
    _print(answer, args.json)
    return 0


def _deadline(args: argparse.Namespace) -> int:
    pack = packs.load(args.pack)
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
    report = examples.check_all()
    if args.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for row in report.packs:
            print(f"{row.id}  版本 {row.version}  条款 {row.clauses}  规则 {row.rules}  例子 {row.examples}")
        for fault in report.faults:
            print(f"✗ {fault}", file=sys.stderr)
        print("全部通过。" if not report.faults else f"有 {len(report.faults)} 处不符。")
    return 0 if not report.faults else 1


def _schema(args: argparse.Namespace) -> int:
    print(json.dumps(schema.json_schema(), ensure_ascii=False, indent=2))
    return 0
