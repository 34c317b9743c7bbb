"""`yangguang log …` and `yangguang audit`."""

import argparse
import datetime
import json
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from yangguang.trail import check, note
from yangguang.trail.audit import altered
from yangguang.trail.errors import Refused
from yangguang.trail.keys import BadKey, log_verifiers
from yangguang.trail.models import Pending
from yangguang.trail.sequencer import integrate_now
from yangguang.trail.tlog import BadProof

OK, WRONG, UNKNOWN = 0, 1, 2
LONGEST_PAUSE = 10.0


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    log = subparsers.add_parser("log", help="透明日志：汇入、核验、公钥")
    actions = log.add_subparsers(dest="log_action", required=True, metavar="动作")

    run = actions.add_parser("run", help="把待入日志的留痕汇入日志、签署检查点并发布（常驻）")
    run.add_argument("--once", action="store_true", help="只汇入一次即退出")
    run.add_argument("--interval", type=_seconds, default=0.5, metavar="秒", help="两次汇入的间隔，默认 0.5")
    run.set_defaults(func=_run)

    verify = actions.add_parser("verify", help="核验日志：签名、每一条、每块瓦片、根")
    verify.add_argument("place", nargs="?", metavar="目录或网址", help="默认为本系统的日志目录")
    verify.add_argument(
        "--vkey", action="append", default=[], metavar="公钥或文件", help="受信任的公钥，可重复；核验本系统日志时可省略"
    )
    verify.add_argument("--since", metavar="文件", help="以前保存的检查点：核验日志自那时起只增不改")
    verify.add_argument("--json", action="store_true", help="以 JSON 输出")
    verify.set_defaults(func=_verify, database=False)

    vkey = actions.add_parser("vkey", help="打印本系统日志的公钥")
    vkey.set_defaults(func=_vkey, database=False)

    audit = subparsers.add_parser("audit", help="审计：逐条核对留痕、事实与公开日志")
    audit.add_argument("--json", action="store_true", help="以 JSON 输出，每行一项发现")
    audit.add_argument(
        "--patience", type=_seconds, default=60, metavar="秒", help="留痕等待汇入日志的容许时间，默认 60"
    )
    audit.set_defaults(func=_audit)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError(f"应为 0 至 86400 的秒数，现为“{text}”")
    return value


# ---- log run -----------------------------------------------------------------------------------------------------


def _run(args: argparse.Namespace) -> int:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    pause, first = args.interval, True
    while not stopped.is_set():
        try:
            # The first round always publishes: the one before may have been killed between commit and files.
            if first or Pending.objects.using(DEFAULT_DB_ALIAS).exists():
                integrate_now()
            pause, first = args.interval, False
        except Refused as error:
            print(f"日志进程停止：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            return WRONG
        except (OperationalError, InterfaceError) as error:
            print(f"数据库暂不可用，稍后重试：{str(error).strip()}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
        except OSError as error:
            print(f"日志文件写入失败，稍后重试：{error}", file=sys.stderr, flush=True)
            pause, first = min(LONGEST_PAUSE, max(1.0, pause * 2)), True
        if args.once:
            return WRONG if first else OK
        if pause > args.interval:
            connections.close_all()
        stopped.wait(pause)
    return OK


# ---- log verify, log vkey ----------------------------------------------------------------------------------------


def _verify(args: argparse.Namespace) -> int:
    place = args.place or str(settings.LOG_DIR)
    own = Path(place).resolve() == Path(settings.LOG_DIR).resolve() if "://" not in place else False
    try:
        trusted = [note.Verifier.parse(line) for given in args.vkey for line in _lines(given)]
        if not trusted and own:
            trusted = list(log_verifiers())
        since = Path(args.since).read_text("utf-8") if args.since else None
        report = check.verify_log(check.reader(place), trusted, since)
    except (note.BadNote, BadProof, BadKey, UnicodeDecodeError) as error:
        print(f"无法核验：{error}", file=sys.stderr)
        return UNKNOWN
    except OSError as error:
        print(f"无法核验：不能读取 {error.filename or place}（{error.strerror or error}）", file=sys.stderr)
        return UNKNOWN
    if args.json:
        print(json.dumps({"ok": report.ok, "place": place, **vars(report)}, ensure_ascii=False))
    else:
        _tell(report, place)
    return {True: OK, False: WRONG, None: UNKNOWN}[report.ok]


def _lines(given: str) -> list[str]:
    path = Path(given)
    text = path.read_text("utf-8") if "+" not in given or path.is_file() else given
    return [line for line in text.split("\n") if line.strip()]


def _tell(report: check.Report, place: str) -> None:
    print(f"日志    {report.origin or place}")
    print(f"条数    {report.size}（已核对 {report.entries} 条、{report.tiles} 块瓦片）")
    print(f"根      {report.root}")
    if report.signed_by:
        print(f"签名    {'、'.join(report.signed_by)} 有效")
    if report.signed_at:
        moment = datetime.datetime.fromtimestamp(report.signed_at, datetime.UTC).astimezone()
        print(f"签署于  {moment:%Y-%m-%d %H:%M:%S %z}")
    if report.since is not None and report.ok:
        print(f"延续    自 {report.since} 条起只增不改")
    if report.ok:
        print("结论    通过：签名有效，每一条都在，未被改动")
    elif report.ok is None:
        print("结论    未定：内容自洽，但未给出可信公钥（--vkey），不能确认由谁签署")
    else:
        print("结论    不通过")
        for problem in report.problems:
            print(f"  - {problem}")


def _vkey(args: argparse.Namespace) -> int:
    try:
        for verifier in log_verifiers():
            print(verifier.vkey)
    except BadKey as error:
        print(f"{error.message}。{error.mend}", file=sys.stderr)
        return WRONG
    return OK


# ---- audit -------------------------------------------------------------------------------------------------------


def _audit(args: argparse.Namespace) -> int:
    count = 0
    for finding in altered(patience=args.patience):
        count += 1
        print(json.dumps(finding.as_dict(), ensure_ascii=False) if args.json else f"[{finding.what}] {finding.message}")
    if not args.json:
        print(f"审计发现 {count} 项不符" if count else "审计通过：留痕、事实与公开日志全部相符")
    return WRONG if count else OK
