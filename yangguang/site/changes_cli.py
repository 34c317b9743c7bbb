"""`yangguang changes run`: every change of the registers starts its clock, whoever made it and through whichever page."""

import argparse
import signal
import sys
import threading
import traceback
from types import FrameType

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from yangguang.catalogue.before import actions
from yangguang.portal.finding import index
from yangguang.registry import access
from yangguang.trail.errors import Refused

LONGEST_PAUSE = 300.0
LONGEST_INTERVAL = 3600


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("changes", help="把名录的变动登记为更新职责")
    does = parser.add_subparsers(dest="changes_action", required=True, metavar="动作")
    run = does.add_parser("run", help="持续登记，直到收到停止信号")
    run.add_argument(
        "--interval", type=_seconds, default=30.0, metavar="秒", help="每隔多少秒看一次，1 至 3600，默认 30"
    )
    run.add_argument("--once", action="store_true", help="只看一次")
    run.set_defaults(run=_run)


def _seconds(text: str) -> float:
    """A pause: none at all would ask the database without end."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 1 <= value <= LONGEST_INTERVAL:
        raise argparse.ArgumentTypeError(f"应为 1 至 {LONGEST_INTERVAL} 的秒数，现为“{text}”")
    return value


def _run(args: argparse.Namespace) -> int:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    settled: set[int] = set()
    told: set[str] = set()
    pause = args.interval
    while not stopped.is_set():
        try:
            with access.within(""):
                done = actions.note_what_changed(timezone.localtime(), settled)
                actions.fill_words()  # those that were published before their words were kept
            found = _renew_search(told)
            pause = args.interval
            if args.once:
                print(f"登记了 {done} 项变动")
                return 0 if found else 1
        except Refused as error:
            print(f"变动登记停止：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            return 1
        except (OperationalError, InterfaceError) as error:
            print(f"数据库暂不可用，稍后重试：{str(error).strip()}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, pause * 2)
            if args.once:
                return 1
            connections.close_all()
        stopped.wait(pause)
    return 0


def _renew_search(told: set[str]) -> bool:
    """What one thing says wrongly must not keep the others from being found: it is told once, whole, and tried again.

    **Shape** `told`: what was told already.
    """
    unread: dict[str, Exception] = {}
    index.renew(unread=unread)
    for source, error in unread.items():
        if (known := f"{source} {error!r}") not in told:
            told.add(known)
            whole = "".join(traceback.format_exception(error))
            print(f"公开检索没有收入 {source}：{whole}", file=sys.stderr, flush=True)
    return not unread
