"""`yangguang log …` and `yangguang audit`."""

import argparse
import datetime
import json
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from yangguang.decision.party.actions import take_letters
from yangguang.registry import access
from yangguang.trail import anchor, check, note, restore, sequencer, sm3, trust
from yangguang.trail.asking import Silent, ask, not_forking, policy
from yangguang.trail.audit import altered
from yangguang.trail.errors import Refused
from yangguang.trail.keys import BadKey, log_keys, log_verifiers
from yangguang.trail.models import Pending
from yangguang.trail.sequencer import integrate_now
from yangguang.trail.tlog import SHA256, SM3, BadProof

OK, WRONG, UNKNOWN = 0, 1, 2
LONGEST_PAUSE = 10.0
ASK_EVERY, REFRESH = (
    10.0,
    300.0,
)  # seconds between two questions to the witnesses; while nothing is new, between two signatures


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
    verify.add_argument("--policy", metavar="文件", help="信任规则（C2SP tlog-policy）：须有哪些日志和见证方的签名")
    verify.add_argument(
        "--max-age", type=_seconds, metavar="秒", help="最后一个带时间的签名不得早于多少秒前：防止旧检查点被重放"
    )
    verify.add_argument("--sm3", action="store_true", help="核验 SM3 树（tile-sm3/、checkpoint-sm3）")
    verify.add_argument("--json", action="store_true", help="以 JSON 输出")
    verify.set_defaults(func=_verify, database=False)

    vkey = actions.add_parser("vkey", help="打印本系统日志的公钥")
    vkey.set_defaults(func=_vkey, database=False)

    restore = actions.add_parser("restore-check", help="恢复备份后、启动前：核对数据库不比已公开和已见证的日志旧")
    restore.add_argument("--mirror", metavar="目录或网址", help="另存的日志镜像，一并核对")
    restore.set_defaults(func=_restore_check)

    anchor = actions.add_parser("anchor", help="请时间戳机构为当前检查点加盖可信时间戳（RFC 3161）")
    anchor.add_argument("tsa", metavar="网址", help="时间戳机构的地址")
    anchor.add_argument("--root", required=True, type=Path, metavar="文件", help="时间戳机构的根证书（PEM）")
    anchor.set_defaults(func=_anchor)

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
    with sequencer.running():
        asking = _Asking(stopped)
        try:
            return _rounds(args, stopped, asking)
        finally:
            stopped.set()
            asking.end()


def _rounds(args: argparse.Namespace, stopped: threading.Event, asking: "_Asking") -> int:
    pause, first = args.interval, True
    while not stopped.is_set():
        try:
            if first:
                asking_rules = policy()
                not_forking(asking_rules, log_keys())
                asking.begin(asking_rules, args.once)
            take_letters()  # what parties handed in joins the trail within one round
            # The first round always publishes: the one before may have been killed between commit and files.
            if first or Pending.objects.using(DEFAULT_DB_ALIAS).exists():
                integrate_now()
                if settings.LOG_SM3:
                    sm3.extend()
            asking.refuse()
            pause, first = args.interval, False
        except Silent as error:
            print(f"暂不签署：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
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
            return WRONG if first else asking.once()
        if pause > args.interval:
            connections.close_all()
        stopped.wait(pause)
    return OK


class _Asking:
    """The witnesses are asked beside the rounds: one that is slow to answer holds nobody up."""

    def __init__(self, stopped: threading.Event):
        self._stopped, self._thread = stopped, threading.Thread(target=self._loop, name="witnesses", daemon=True)
        self._rules: trust.Policy | None = None
        self._refused: Refused | None = None

    def begin(self, rules: "trust.Policy | None", once: bool) -> None:
        self._rules = rules
        if rules and rules.witnesses and not once and not self._thread.is_alive():
            self._thread.start()

    def refuse(self) -> None:
        """**Raises** what a witness made impossible: nothing more is signed."""
        if self._refused:
            raise self._refused

    def once(self) -> int:
        try:
            if self._rules:
                ask(self._rules)
        except Refused as error:
            print(f"日志进程停止：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            return WRONG
        return OK

    def end(self) -> None:
        if self._thread.is_alive():
            self._thread.join(ASK_EVERY)

    def _loop(self) -> None:
        shown, asked_at = "", 0.0
        while not self._stopped.wait(1):
            now = time.monotonic()
            size = _published_size()
            if (size == shown and now - asked_at < REFRESH) or (now - asked_at < ASK_EVERY and asked_at):
                continue
            try:
                assert self._rules is not None
                ask(self._rules)
                shown, asked_at = size, now
            except Refused as error:
                self._refused = error
                return
            except (OperationalError, InterfaceError, OSError) as error:
                print(f"暂不能请见证方签名，稍后重试：{str(error).strip()}", file=sys.stderr, flush=True)
                asked_at = now
            finally:
                connections.close_all()


def _published_size() -> str:
    try:
        return (Path(settings.LOG_DIR) / "checkpoint").read_text("utf-8").split("\n")[1]
    except FileNotFoundError:
        return ""


def ask_now() -> int:
    """`yangguang witness ask`: 0 where every witness signed."""
    try:
        rules = policy()
        if rules is None or not rules.witnesses:
            print("见证规则里没有见证方（密钥目录下的 log.policy）。", file=sys.stderr)
            return UNKNOWN
        found = ask(rules)
    except Refused as error:
        print(f"{error.message}。{error.mend}", file=sys.stderr)
        return WRONG
    for status in found:
        print(f"{status.name}  " + (f"没有签名：{status.error}" if status.error else f"已见证 {status.size} 条"))
    return WRONG if any(status.error for status in found) else OK


# ---- log restore-check, log anchor -------------------------------------------------------------------------------


def _restore_check(args: argparse.Namespace) -> int:
    try:
        told = restore.checked(args.mirror)
    except Silent as error:
        print(f"未定：{error.message}。{error.mend}", file=sys.stderr)
        return UNKNOWN
    except (Refused, BadProof, note.BadNote) as error:
        print(f"不可启动：{error}。{getattr(error, 'mend', '')}", file=sys.stderr)
        return WRONG
    for line in told:
        print(line)
    print("可以启动：数据库不比已公开、已见证的日志旧，也没有分叉")
    return OK


def _anchor(args: argparse.Namespace) -> int:
    try:
        with access.within(""):
            made = anchor.anchor_now(args.tsa, args.root.read_bytes())
    except Refused as error:
        print(f"没有锚定：{error.message}。{error.mend}", file=sys.stderr)
        return WRONG
    except OSError as error:
        print(f"没有锚定：{error}", file=sys.stderr)
        return WRONG
    print(
        f"已锚定：检查点 {made.size} 条，时间戳 {made.stated_at.astimezone():%Y-%m-%d %H:%M:%S %z}（{made.authority}）"
    )
    return OK


# ---- log verify, log vkey ----------------------------------------------------------------------------------------


def _verify(args: argparse.Namespace) -> int:
    place = args.place or str(settings.LOG_DIR)
    own = Path(place).resolve() == Path(settings.LOG_DIR).resolve() if "://" not in place else False
    try:
        trusted = [note.Verifier.parse(line) for given in args.vkey for line in _lines(given)]
        if not trusted and own and not args.policy:
            trusted = list(log_verifiers()) if not args.sm3 else list(sm3.verifiers())
        since = Path(args.since).read_text("utf-8") if args.since else None
        report = check.verify_log(
            check.reader(place),
            trusted,
            since,
            policy=trust.load(Path(args.policy)) if args.policy else None,
            fresh=int(time.time() - args.max_age) if args.max_age is not None else None,
            kind=SM3 if args.sm3 else SHA256,
        )
    except (note.BadNote, BadProof, BadKey, trust.BadPolicy, UnicodeDecodeError) as error:
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
    if report.quorum:
        print(f"见证    {'、'.join(report.witnessed) or '无'}（要求{report.quorum}）")
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
