"""`yangguang changes run`: every change of the registers starts its clock, whoever made it and through whichever page."""

import argparse
import signal
import sys
import threading
from types import FrameType

from django.db import DataError, InterfaceError, OperationalError, connections
from django.utils import timezone

from yangguang.catalogue.before import actions
from yangguang.portal.finding import index
from yangguang.registry import access
from yangguang.trail.errors import Refused

LONGEST_PAUSE = 300.0


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("changes", help="把名录的变动登记为更新职责")
    does = parser.add_subparsers(dest="changes_action", required=True, metavar="动作")
    run = does.add_parser("run", help="持续登记，直到收到停止信号")
    run.add_argument("--interval", type=float, default=30.0, help="每隔多少秒看一次（默认 30）")
    run.add_argument("--once", action="store_true", help="只看一次")
    run.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    settled: set[int] = set()
    pause = args.interval
    while not stopped.is_set():
        try:
            with access.within(""):
                done = actions.note_what_changed(timezone.localtime(), settled)
            _renew_search()
            pause = args.interval
            if args.once:
                print(f"登记了 {done} 项变动")
                return 0
        except Refused as error:
            print(f"变动登记停止：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            return 1
        except (OperationalError, InterfaceError) as error:
            print(f"数据库暂不可用，稍后重试：{str(error).strip()}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
            if args.once:
                return 1
            connections.close_all()
        stopped.wait(pause)
    return 0


def _renew_search() -> None:
    """What one thing says wrongly must not stop the clocks of all others: it is told, and tried again the next time."""
    try:
        index.renew()
    except (DataError, LookupError, TypeError, ValueError) as error:
        print(f"公开检索没有更新：{str(error).strip()}", file=sys.stderr, flush=True)
