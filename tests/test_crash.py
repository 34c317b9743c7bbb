"""kill -9 of every process in mid-case: what was acknowledged is there, nothing is there by half, the case goes on."""

import contextlib
import http.client
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, defaultdict
from itertools import accumulate, chain
from pathlib import Path

import psycopg
import pytest

from tests import story
from tests.test_foundation import Running, answers, home, migrated_home, until, yangguang
from yangguang.site import embedded

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="进程检查使用 /proc")


__all__ = ["home", "migrated_home"]


# ---------------------------------------------------------------------------------------------------------- the writers


def writer(home: Path, what: str, *more: str, **options) -> subprocess.Popen[str]:  # type: ignore[no-untyped-def]
    command = [sys.executable, "-m", "tests.writer", what, str(home), *more]
    env = os.environ | {"YANGGUANG_HOME": str(home), "YANGGUANG_POOL": "0"}
    return subprocess.Popen(command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, text=True, **options)


def done(home: Path, what: str, *more: str) -> list[list[str]]:
    """The facts a writer acknowledged that ran to its end, act by act."""
    with writer(home, what, *more, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    return [json.loads(line) for line in said.splitlines()]


class Loop:
    """The background loop of actions; a thread reads what it acknowledges."""

    def __init__(self, home: Path):
        self.facts: list[str] = []
        self.process = writer(home, "write", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # a line cut by the kill acknowledged nothing
                self.facts += json.loads(line)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.thread.join()
        self.process.stdout.close()


class Officer(threading.Thread):
    """Somebody at a browser, registering clues one after the other through the web server."""

    def __init__(self, port: int):
        super().__init__()
        self.base = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.kept: dict[str, str] = {}  # clue → its words
        self.failed = 0
        self.ending = threading.Event()
        self.n = 0

    def run(self) -> None:
        signed_in = False
        while not self.ending.is_set():
            try:
                if not signed_in:
                    self.send("/login/", username="zhang", password=story.PASSWORD)
                    signed_in = True
                self.n += 1
                words = f"网上登记的线索 {self.n}"
                url = self.send(
                    "/clues/new/", source="inspection", found_on="2026-10-09", summary=words, place="北街", party="", power=""
                )  # fmt: skip
                if found := re.search(r"/clues/([0-9a-f-]{36})/", url):
                    self.kept[found[1]] = words
            except (OSError, http.client.HTTPException) as error:  # refused, cut short, 500 while the database is away
                if isinstance(error, urllib.error.HTTPError):
                    error.close()
                self.failed += 1
                self.ending.wait(0.2)

    def send(self, path: str, **fields: str) -> str:
        with self.opener.open(self.base + path, timeout=20) as page:
            hidden = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.read().decode())
        data = urllib.parse.urlencode({**dict(hidden), **fields}).encode()
        request = urllib.request.Request(self.base + path, data, {"Referer": self.base + path})
        with self.opener.open(request, timeout=20) as page:
            page.read()
            return page.url

    def stop(self) -> None:
        self.ending.set()
        if self.is_alive():
            self.join(30)


# ----------------------------------------------------------------------------------------------------------- the proofs


def sound(home: Path, main: list[list[str]], kept: list[str], clues: dict[str, str], *more: list[str]) -> None:
    """Everything acknowledged is there, whole, and the auditor's commands agree."""
    for command in (["audit", "--patience", "600"], ["log", "verify"], *more):
        checked = yangguang(home, *command)
        assert checked.returncode == 0, f"yangguang {' '.join(command)}\n{checked.stdout}\n{checked.stderr}"
    with embedded.Cluster(home).connect("yangguang", "yg_owner") as owner:
        there = {ref for (ref,) in owner.execute("select fact_ref from trail_entry")}
        assert not {*kept, *chain(*main)} - there, "确认过的事实不见了"
        told = {str(pk): summary for pk, summary in owner.execute("select id, summary from inspection_clue")}
        assert not {pk: words for pk, words in clues.items() if told.get(pk) != words}
        again = Counter(summary for summary in told.values() if summary.startswith("反复提交"))
        assert max(again.values()) == 1, "同一次提交写了两遍"
        whole(owner, main)


def whole(owner: psycopg.Connection, main: list[list[str]]) -> None:
    """Every case in the loop stands at the end of an act, with just what that act left in the main case in peace."""
    chains: dict[str, list[str]] = defaultdict(list)
    of: dict[str, str] = {}
    for name, ref in owner.execute(
        "select chain, fact_ref from trail_entry where chain like 'case:%' order by chain, seq"
    ):
        chains[name].append(ref.partition(":")[0])
        of[ref] = name
    calm = of[main[-1][-1]]
    way = chains.pop(calm)
    ends = {0, *accumulate(sum(of.get(ref) == calm for ref in act) for act in main)}
    assert len(chains) > 1
    for name, facts in chains.items():
        assert facts == way[: len(facts)], f"{name} 的办理与平时不同"
        assert len(facts) in ends, f"{name} 的最后一个动作只写了一部分：{facts[-3:]}"


# ------------------------------------------------------------------------------------------------------------- the test


@pytest.mark.clause("WC-2.2.4", "DH-2.2.4b")
def test_kill_9_in_mid_case_loses_nothing_acknowledged_and_leaves_nothing_by_half(migrated_home: Path) -> None:
    home = migrated_home
    site = Running(home)
    loop = officer = None
    try:
        site.wait_for("阳光执法已启动")
        main = done(home, "begin", "propose_again")
        loop, officer = Loop(home), Officer(site.port)
        officer.start()
        progress(loop, officer, site)

        web = next(pid for pid in site.family() if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.killpg(os.getpgid(web), signal.SIGKILL)
        site.wait_for("网站进程中断，重新启动")
        until(lambda: answers(site.port), lambda: site.said)
        progress(loop, officer, site)

        os.kill(embedded.Cluster(home)._noted_pid(), signal.SIGKILL)
        site.wait_for("数据库已恢复")
        progress(loop, officer, site)

        # The supervisor, and with it, before its children can end politely, all of them: as when the power fails.
        before = (home / "log/checkpoint").read_bytes()
        site.process.kill()
        for pid in site.family() - {loop.process.pid}:
            kill(pid)
        loop.kill()
        officer.stop()
        site.process.wait()
        until(lambda: not site.family(), lambda: f"遗留进程 {site.family()}", 20)

        site = Running(home)
        site.wait_for("阳光执法已启动")
        sound(home, main, loop.facts, officer.kept)
        main += done(home, "finish")
        until(lambda: logged(home), lambda: site.said, 20)
        sound(home, main, loop.facts, officer.kept, ["rebuild", "--check"], ["vault", "scrub"])
        (home / "before").write_bytes(before)
        assert "只增不改" in yangguang(home, "log", "verify", "--since", str(home / "before")).stdout
        assert len(loop.facts) > 15 and len(officer.kept) > 5 and officer.failed
    finally:
        if officer:
            officer.stop()
        if loop:
            loop.kill()
        site.kill()
        until(lambda: not site.family(), lambda: f"遗留进程 {site.family()}", 20)


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # its parent took it along
        os.kill(pid, signal.SIGKILL)


def progress(loop: Loop, officer: Officer, site: Running) -> None:
    """Wait until both go on writing; a kill then hits them in the middle of it."""
    facts, clues = len(loop.facts), len(officer.kept)

    def both() -> bool:
        assert loop.process.poll() is None, "动作循环中断"
        assert officer.is_alive(), "网上登记中断"
        return len(loop.facts) >= facts + 6 and len(officer.kept) >= clues + 2

    until(both, lambda: f"{facts}→{len(loop.facts)}，{clues}→{len(officer.kept)}（{officer.failed}）\n{site.said}", 45)


def logged(home: Path) -> bool:
    with embedded.Cluster(home).connect("yangguang", "yg_owner") as owner:
        return owner.execute("select not exists (select from trail_pending)").fetchone()[0]
