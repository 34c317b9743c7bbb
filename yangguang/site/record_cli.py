"""`yangguang record …`: bring in what a docking station holds, and the work beside the pages that media need."""

import argparse
import json
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from yangguang.record.uploads import actions, finishing, ingest, playing, queries
from yangguang.registry.access import within
from yangguang.site import env, supervisor
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

OK, SOME_REFUSED, WRONG = 0, 1, 2
SHARES = 7  # each object is read once a week
LONGEST_PAUSE = 300.0


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    record = subparsers.add_parser("record", help="音像记录：采集站导入、后台处理")
    does = record.add_subparsers(dest="record_action", required=True, metavar="动作")
    take = does.add_parser("ingest", help="把采集站的文件夹导入保管人的待归入文件，可重复运行")
    take.add_argument("folder", type=Path, help="采集站导出的文件夹（含下级文件夹）")
    take.add_argument("--device", required=True, metavar="编号", help="已登记的设备编号")
    take.add_argument("--body", default="", metavar="代码", help="机关的统一社会信用代码（设备编号重复时）")
    take.add_argument("--officer", default="", metavar="执法证号", help="归属的人员；不写的按设备保管人")
    take.add_argument("--device-clock", type=_moment, metavar="时间", help="此刻设备显示的时间，如 2026-11-22T10:00:00")
    take.add_argument("--json", action="store_true", help="以 JSON 输出，每行一个文件")
    take.set_defaults(run=_ingest)
    work = does.add_parser("run", help="持续核验传完的大文件、制作播放件、清理过期上传、每日存证巡检，直到收到停止信号")
    work.add_argument("--interval", type=float, default=15.0, help="每隔多少秒看一次（默认 15）")
    work.add_argument("--once", action="store_true", help="只做一遍，不做巡检")
    work.set_defaults(run=_work)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”不是时间，应如 2026-11-22T10:00:00") from error
    return moment if moment.tzinfo else timezone.make_aware(moment)


# ---- the docking station -----------------------------------------------------------------------------------------------


def _ingest(args: argparse.Namespace) -> int:
    if not args.folder.is_dir():
        print(f"没有文件夹 {args.folder}", file=sys.stderr)
        return WRONG
    try:
        with within(""):
            device = ingest.find_device(args.device, args.body)
            officer = ingest.find_officer(device, args.officer) if args.officer else None
    except Refused as refused:
        print(f"{refused.message}。{refused.mend}", file=sys.stderr)
        return WRONG
    report = ingest.run(args.folder, device, officer=officer, device_clock=args.device_clock)
    if args.json:
        for row in report.rows:
            print(json.dumps(asdict(row), ensure_ascii=False))
        print(json.dumps({"notes": report.notes}, ensure_ascii=False))
    else:
        _print(report)
    return SOME_REFUSED if report.count("refused") else OK


def _print(report: ingest.Report) -> None:
    for row in report.rows:
        more = "，".join(filter(None, (row.message, row.mend, *row.notes)))
        whose = f" → {row.officer}" if row.officer else ""
        print(f"[{ingest.WORDS[row.result]}] {row.file}{whose}{'：' + more if more else ''}")
    for note in report.notes:
        print(f"[注意] {note}")
    counts = "，".join(f"{word} {report.count(result)} 个" for result, word in ingest.WORDS.items())
    print(f"共 {len(report.rows)} 个文件：{counts}" if report.rows else "文件夹里没有音像文件")


# ---- the work beside the pages ---------------------------------------------------------------------------------------


def _work(args: argparse.Namespace) -> int:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    pause, scrub, finisher = args.interval, Rota(), finishing.Finisher()
    if not args.once:  # whoever sent a file waits for it, and must not wait for a copy that takes hours
        threading.Thread(target=finisher.run, args=(stopped,), daemon=True).start()
    while not stopped.is_set():
        try:
            finished = finisher.round() if args.once else 0
            said = once(stopped)
            pause = args.interval
            if args.once:
                print(
                    f"核验了 {finished} 个传完的大文件，制作了 {said['made']} 个播放件，清理了 {said['expired']} 个过期上传"
                )
                return OK
            scrub.turn()
        except VaultError as error:
            print(f"证据存储暂不可用，稍后重试：{error.message}。{error.mend}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
        except (OperationalError, InterfaceError) as error:
            print(f"数据库暂不可用，稍后重试：{str(error).strip()}", file=sys.stderr, flush=True)
            pause = min(LONGEST_PAUSE, max(1.0, pause * 2))
            connections.close_all()
        if args.once:
            return SOME_REFUSED
        stopped.wait(pause)
    scrub.stop()
    return OK


def once(stopped: threading.Event | None = None) -> dict[str, int]:
    """One round: make what can be played, clear away what ran out."""
    moment = timezone.localtime().replace(microsecond=0)
    with within(""):
        expired = actions.expire(moment)
        actions.tidy(moment)
        waiting = list(playing.wanted())
    store.sweep()
    made = 0
    for one in waiting:
        if stopped is not None and stopped.is_set():
            break
        made += playing.make(one, moment) is not None
    return {"made": made, "expired": expired}


class Rota:
    """Once a day the day's share of the vault is read, in a process of its own that gives way to all others."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def turn(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                return
            self.process = None
        moment = timezone.localtime()
        share = f"{moment.toordinal() % SHARES + 1}/{SHARES}"
        if (env.home() / supervisor.LOADING).exists() or next(store.backend().objects(), None) is None:
            return  # nothing is kept yet
        with within(""):
            last = queries.scrubs(1)
        if last and last[0].at > moment - timedelta(hours=20):
            return
        command = [sys.executable, "-P", "-m", "yangguang.site.cli", "vault", "scrub", "--share", share, "--record"]
        self.process = subprocess.Popen(
            ["nice", "-n", "15", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
