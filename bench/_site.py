"""A throw-away installation for a measurement: its home, its server, a browser without a picture."""

import http.client
import http.cookiejar
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "yangguang-demo-2026"


def machine() -> str:
    """The line that every table of figures begins with."""
    load = "、".join(f"{x:.1f}" for x in os.getloadavg())
    return f"{os.cpu_count()} 核，Python {platform.python_version()}，开始时 1/5/15 分钟负载 {load}"


def environment(folder: Path, lock: str) -> Path | None:
    """The Python of a throw-away environment with what a lock file of this folder names, by version and digest."""
    python = folder / "venv" / "bin" / "python"
    command = [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "bench" / lock]
    os.environ.pop("PYTHONPATH", None)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    if subprocess.run(command, capture_output=True).returncode:
        print(f"{lock} 没有装上（需要网络），未作比较。", file=sys.stderr)
        return None
    return python


@contextmanager
def throw_away(prefix: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=prefix, dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the database's own user has to pass
        yield Path(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def yangguang(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-P", "-m", "yangguang.site.cli", *arguments]
    env = os.environ | {"YANGGUANG_HOME": str(home), "YANGGUANG_DEMO": "0"}
    subprocess.run(command, env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answered(url: str, process: subprocess.Popen[bytes], seconds: float, log: Path) -> None:
    """Wait for the first 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
    raise SystemExit(f"网站没有回答：\n{log.read_text(errors='replace')[-3000:]}")


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """`yangguang run` on this home; gives its address."""
    port = free_port()
    env = os.environ | {"YANGGUANG_HOME": str(home), "PORT": str(port), "YANGGUANG_DEMO": "0"}
    command = [sys.executable, "-P", "-m", "yangguang.site.cli", "run"]
    log = home.parent / "run.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    try:
        answered(f"http://127.0.0.1:{port}/", process, 120, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


class Visitor:
    """Somebody with a window of their own, signed in or not; one connection that stays open, as a browser's does."""

    def __init__(self, base: str, username: str = ""):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=120)
        if username:
            page = self.opener.open(f"{base}/login/").read().decode()
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
            data = urllib.parse.urlencode({**hidden, "username": username, "password": PASSWORD}).encode()
            request = urllib.request.Request(f"{base}/login/", data, {"Referer": f"{base}/login/"})
            if "/login" in self.opener.open(request).url:
                raise SystemExit(f"{username} 不能登录")

    def read(self, path: str) -> str:
        return self.opener.open(self.base + urllib.parse.quote(path, safe="/?=&%")).read().decode()

    def timed(self, path: str) -> tuple[float, int]:
        """Milliseconds from the request to the last byte, and how many bytes."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        began = time.perf_counter()
        self.connection.request("GET", urllib.parse.quote(path, safe="/?=&%"), headers={"Cookie": cookies})
        with self.connection.getresponse() as answer:
            body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{path} → {answer.status}")
        return took, len(body)
