"""One process that owns the database, the web server and the workers beside it as its direct children.

They start in this order and stop in the opposite one: nobody writes to a database that is going down, and nothing is
left behind, however this process ends (the children ask the kernel to be told of their parent's death).
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from yangguang.site import embedded, env

LOADING = "demo-loading"  # present in the home while the first demo data are being written
ACCOUNTS = "demo-accounts.txt"  # what `demo load` wants a newcomer to read
RESTARTS, WITHIN_SECONDS = 5, 60


class CannotStart(embedded.ClusterError):
    """The site cannot be started here; the message says what to change."""


def address() -> tuple[str, int]:
    return env.text("HOST") or "127.0.0.1", env.number("PORT", 8000, 1, 65535)


def web_command() -> list[str]:
    host, port = address()
    static = env.home() / "static"
    command = [sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(env.number("YANGGUANG_WORKERS", 2, 1, 64)), "--blocking-threads", "4", "--no-ws"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    if static.is_dir():
        command += ["--static-path-route", "/static", "--static-path-mount", str(static)]
        command += ["--static-path-expires", "300"]
    return [*command, "yangguang.site.wsgi:application"]


def listen() -> tuple[list[int], socket.socket]:
    """The signals that ask us to end, collected in a list, and a socket that becomes readable with each."""
    heard: list[int] = []
    bell, rope = socket.socketpair()
    bell.setblocking(False)
    rope.setblocking(False)
    signal.set_wakeup_fd(rope.detach())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: heard.append(received))
    return heard, bell


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _told_of_our_death() -> None:
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGTERM)


@dataclass
class Child:
    """A process we keep alive; it leads a group of its own, so that its own children can be ended with it."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_told_of_our_death
        )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def sweep(self) -> None:
        """End what a dead or stubborn child left running in its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def stop(self, seconds: float) -> None:
        if self.process is None:
            return
        if self.alive:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.sweep()
        self.process.wait()
        self.process = None

    def too_often(self) -> bool:
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < WITHIN_SECONDS] + [now]
        return len(self.deaths) > RESTARTS


def _own(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "yangguang.site.cli", *arguments]


class Supervisor:
    """The life of one running site."""

    def __init__(self, home: Path):
        self.home = home
        self.cluster = None if os.environ.get("DATABASE_URL") else embedded.Cluster(home)
        self.database_deaths = Child("数据库", [])
        self.children = [Child("网站", web_command())]
        if find_spec("yangguang.site.log_cli"):
            self.children.append(Child("日志定序", _own("log", "run")))
        self.children.append(Child("变动登记", _own("changes", "run")))
        self.children.append(Child("音像处理", _own("record", "run")))
        self.demo: Child | None = None
        self.ending, self.bell = listen()

    def run(self) -> int:
        try:
            if self.cluster:
                self.cluster.start()
                self._forget_half_a_demo()
            if code := self._prepare():
                return code
            # The static folder exists only now.
            self.children[0].command = web_command()
            for child in self.children:
                child.start()
            if not self._answers():
                return 0 if self.ending else 1
            self._greet()
            self._begin_demo()
            return self._watch()
        finally:
            self._stop()

    def _begin_demo(self) -> None:
        """Load the synthetic county that `prepare` found missing, while the site already answers."""
        if not (self.home / LOADING).exists():
            return
        cases = env.number("YANGGUANG_DEMO_CASES", 200, 8, 100_000)
        print(f"首次运行，正在后台装入演示数据（{cases} 件案件，需要几分钟），装完会列出全部账号。", flush=True)
        self.demo = Child("演示数据", _own("demo", "load", "--cases", str(cases), "--seed", "1"))
        self.demo.start()

    def _end_demo(self) -> None:
        """Once the loading has ended, take its marker away; one that failed keeps it and begins anew next time."""
        if self.demo is None or self.demo.alive:
            return
        if self.demo.process is not None and self.demo.process.returncode == 0:
            (self.home / LOADING).unlink(missing_ok=True)
        else:
            print("演示数据没有装完，下次启动时重新装入；原因见上。", file=sys.stderr, flush=True)
        self.demo = None

    def _prepare(self) -> int:
        """Migrate and collect; in a process of its own, which frees its memory."""
        preparing = Child("准备", _own("prepare"))
        preparing.start()
        while preparing.alive:
            self._wait(0.1)
            if self.ending:
                preparing.stop(10)
                return 130
        assert preparing.process is not None
        return preparing.process.returncode

    def _forget_half_a_demo(self) -> None:
        """A first loading that was cut short left only demonstration data: begin again with an empty database."""
        marker = self.home / LOADING
        if marker.exists() and self.cluster:
            print("上次装入演示数据没有完成，重新开始。", flush=True)
            self.cluster.drop_database(embedded.DATABASE)
            self.cluster.create_database(embedded.DATABASE)
            for name in ("vault", "log"):
                shutil.rmtree(self.home / name, ignore_errors=True)
            marker.unlink()

    def _wait(self, seconds: float) -> None:
        if select.select([self.bell], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                self.bell.recv(64)

    def _answers(self) -> bool:
        """Whether the web server accepts connections; False when it died or we are to end."""
        deadline = time.monotonic() + 60
        host, port = address()
        target = ("127.0.0.1" if host in ("0.0.0.0", "::") else host, port)  # noqa: S104
        while not self.ending and self.children[0].alive and time.monotonic() < deadline:
            try:
                socket.create_connection(target, timeout=1).close()
                return True
            except OSError:
                self._wait(0.05)
        if not self.ending:
            print("网站没有启动，原因见上。", file=sys.stderr)
        return False

    def _greet(self) -> None:
        host, port = address()
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        url = env.text("PUBLIC_URL") or f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        print(f"\n阳光执法已启动：{url.rstrip('/')}/    数据目录：{self.home}", flush=True)
        if (self.home / ACCOUNTS).exists():
            print((self.home / ACCOUNTS).read_text(encoding="utf-8").rstrip(), flush=True)
        print("按 Ctrl-C 停止。", flush=True)

    def _watch(self) -> int:
        while not self.ending:
            self._wait(0.5)
            if self.ending:
                break
            self._end_demo()
            if self.cluster and not self.cluster.alive():
                if self.database_deaths.too_often():
                    print("数据库反复中断，停止运行。", file=sys.stderr)
                    return 1
                print("数据库进程中断，正在恢复……", file=sys.stderr, flush=True)
                self.cluster.start()
                print("数据库已恢复。", file=sys.stderr, flush=True)
            for child in self.children:
                if not child.alive:
                    child.sweep()
                    if child.too_often():
                        print(f"{child.name}进程反复中断，停止运行。", file=sys.stderr)
                        return 1
                    print(f"{child.name}进程中断，重新启动。", file=sys.stderr, flush=True)
                    child.start()
        return 0

    def _stop(self) -> None:
        """Web first, so that nothing new arrives; the database last, so that everything written is kept."""
        if self.demo is not None:
            self.demo.stop(2)
        for child in self.children:
            # Asked twice, we do not wait for the polite end of a child.
            child.stop(10 if len(self.ending) < 2 else 0.5)
        if self.cluster:
            self.cluster.stop()


def _free(host: str, port: int) -> None:
    """**Raises** CannotStart unless that address can be listened on."""
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise CannotStart(f"HOST={host} 不是可用的地址（{error.strerror}）。") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(target)
        except OSError as error:
            raise CannotStart(
                f"{host} 的端口 {port} 不能使用（{error.strerror}）。请停止占用它的程序，或用 PORT 指定另一端口。"
            ) from error


def run() -> int:
    home = env.home()
    _free(*address())
    with embedded.owning(home, "yangguang run"):
        return Supervisor(home).run()
