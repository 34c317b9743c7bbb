"""`yangguang demo …`: the synthetic county, its sign-ins and its planted faults."""

import argparse
import json
import os
import sys
from datetime import date, datetime, timedelta

from yangguang.site import env, supervisor
from yangguang.site.demo import load as loading
from yangguang.site.demo import plan, qingshan

DEFAULT_CASES = 200
MOST = 100_000


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = subparsers.add_parser("demo", help="合成的演示数据：装入、账号、预置的问题")
    actions = demo.add_subparsers(dest="demo_action", required=True, metavar="动作")

    load = actions.add_parser("load", help="向空数据库装入合成县数据（人物、案件全系虚构）")
    load.add_argument("--cases", type=_cases, default=DEFAULT_CASES, metavar="N", help=f"案件数，默认 {DEFAULT_CASES}")
    load.add_argument("--seed", type=int, default=1, metavar="S", help="种子，默认 1；种子、件数和日期相同，内容就相同")
    load.add_argument("--today", type=_day, metavar="日期", help="数据截至哪一天（2026-11-13 至 2026-12-31），默认今天")
    load.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), metavar="N", help="并行的进程数")
    load.set_defaults(run=_load)

    accounts = actions.add_parser("accounts", help="列出演示账号")
    accounts.set_defaults(run=_accounts, database=False)

    faults = actions.add_parser("faults", help="列出预置的问题，供核对监督页面是否都能发现")
    faults.add_argument("--json", action="store_true", help="以 JSON 输出")
    faults.set_defaults(run=_faults, database=False)


def _cases(text: str) -> int:
    if not text.isdigit() or not plan.FEWEST <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"应为 {plan.FEWEST} 至 {MOST} 的整数（其中 {plan.FEWEST} 件带有预置的问题）")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("应写作 2026-11-20 的样子") from error
    if not plan.EARLIEST <= day <= plan.LATEST:
        raise argparse.ArgumentTypeError(f"应在 {plan.EARLIEST} 至 {plan.LATEST} 之间")
    return day


MORNING = timedelta(hours=9)  # by then the last act of a day of the demo is done: nothing is written for a time to come


def _today(now: datetime | None = None) -> date:
    """The last day whose morning has passed where the bodies are, held within the year the demo tells of."""
    return max(plan.EARLIEST, min(plan.LATEST, ((now or datetime.now(qingshan.SHANGHAI)) - MORNING).date()))


def _load(args: argparse.Namespace) -> int:
    order = loading.Order(args.cases, args.seed, args.today or _today())
    try:
        done = loading.load(order, args.jobs, lambda line: print(line, flush=True))
    except (loading.AlreadyLoaded, loading.HalfLoaded, loading.NotEmpty) as refused:
        print(f"{refused.message}。{refused.mend}。", file=sys.stderr)
        return 1
    total = sum(part.cases for part in done)
    print(f"已装入 {total} 件案件（种子 {order.seed}，截至 {order.today}），{len(done) - 1} 个执法机关、五个地区。")
    counts = loading.faults_found(done)
    print("预置的问题：" + "；".join(f"{plan.title_of(name)} {many}" for name, many in counts.items()))
    print(loading.accounts_text(done), end="")
    return 0


def _accounts(args: argparse.Namespace) -> int:
    try:
        print((env.home() / supervisor.ACCOUNTS).read_text(encoding="utf-8"), end="")
    except FileNotFoundError:
        if (env.home() / supervisor.LOADING).exists():
            print("演示数据正在装入，需要几分钟；装完后再执行一次。", file=sys.stderr)
        else:
            print("这里没有装入过演示数据。先执行 yangguang demo load。", file=sys.stderr)
        return 1
    return 0


def _faults(args: argparse.Namespace) -> int:
    known = loading.ledger()
    if known is None or known["state"] != "done":
        print("这里没有装入过演示数据，或者没有装完。先执行 yangguang demo load。", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(known["faults"], ensure_ascii=False, indent=1))
        return 0
    for one in known["faults"]:
        rule = f"（{one['rule']}）" if one["rule"] else ""
        print(f"{one['title']}{rule}：{one['body']}，{one['found']}")
    return 0
