"""From `make run` on a clean checkout to the first page: cloned here, into a folder with a space in its name.

    make bench ARGS=first_page

Nothing of this checkout is used but its commits; packages come through pip's and npm's own caches as they are.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

from _site import ROOT, answered, end, free_port, machine, throw_away


def main() -> int:
    print(f"首页用时：{machine()}")
    with throw_away("yg first page ") as folder:
        checkout = folder / "阳光 执法"
        subprocess.run(["git", "clone", "-q", "--no-local", ROOT, checkout], check=True)
        commit = subprocess.run(
            ["git", "-C", checkout, "rev-parse", "--short", "HEAD"], check=True, capture_output=True, text=True
        ).stdout.strip()
        port = free_port()
        unset = ("VIRTUAL_ENV", "PYTHONPATH", "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PORTAL_URL")
        env = {name: value for name, value in os.environ.items() if name not in unset}
        env |= {"YANGGUANG_HOME": str(folder / "home"), "PORT": str(port)}
        log = folder / "make.log"
        command = ["make", "run"] if shutil.which("make") else [sys.executable, "run.py", "run"]
        began = time.monotonic()
        with open(log, "wb") as out:
            process = subprocess.Popen(command, cwd=checkout, env=env, stdout=out, stderr=out, start_new_session=True)
        url = f"http://127.0.0.1:{port}/"
        try:
            answered(url, process, 900, log)
            took = time.monotonic() - began
            with urllib.request.urlopen(url) as page:
                size = len(page.read())
        finally:
            end_all(process)
        said = log.read_text(encoding="utf-8", errors="replace")
        setup = re.search(r"安装完成，用时 (\d+) 秒", said)
        print("| 提交 | 安装（秒） | 从 make run 到首页 200（秒） | 首页（千字节） |\n|---|---:|---:|---:|")
        print(f"| {commit} | {setup[1] if setup else '？'} | {took:.1f} | {size / 1024:.0f} |")
    return 0


def end_all(process: subprocess.Popen[bytes]) -> None:
    """`make` hands no signal on; its group gets it, as from Ctrl-C."""
    if process.poll() is None:
        os.killpg(process.pid, 2)
    end(process)


if __name__ == "__main__":
    sys.exit(main())
