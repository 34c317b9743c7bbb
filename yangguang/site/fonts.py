"""Sets up the fonts of the documents, best effort: what an agency put into var/fonts, else Fandol out of Debian's package.

Nothing is installed on the machine and nothing of the system's package lists is touched; where it cannot be done the fonts
of the wheel (Noto) always suffice, and the message says so.  Run as `python -m yangguang.site.fonts [FOLDER]`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from yangguang.record.documents import fonts
from yangguang.site import env

PACKAGE = "texlive-lang-chinese"
FACES = (
    "FandolFang-Regular.otf",
    "FandolKai-Regular.otf",
    "FandolHei-Regular.otf",
    "FandolSong-Regular.otf",
    "FandolSong-Bold.otf",
)
LICENCE = ("README", "COPYING.gz", "COPYING")
SECONDS = 240


class NoFonts(Exception):
    """Fandol could not be fetched; the message says why, the wheel's fonts are used."""


def install(folder: Path) -> str:
    """Makes sure the folder holds a 仿宋; returns the sentence to print."""
    there = fonts.load(folder)
    names = there.faces["fang"]["names"]
    if names[0] not in fonts.LAST_RESORT:
        return f"公文字体：已有 {names[0]}（{folder}）"
    try:
        _fandol(folder / "fandol")
    except NoFonts as error:
        return f"公文字体：使用随程序安装的思源宋体（{error}）。有仿宋_GB2312、方正小标宋简体的，请放入 {folder}"
    return f"公文字体：已从 Debian 软件包 {PACKAGE} 取出 Fandol 字体（{folder / 'fandol'}）"


def _fandol(folder: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NoFonts("本机没有 apt，无法取得 Fandol 仿宋")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fonts-", dir=folder.parent) as temporary:
        place = Path(temporary)
        package = _download(place)
        _run(["dpkg", "-x", str(package), str(place / "tree")], place)
        found = {path.name: path for path in _walk(place / "tree") if path.parent.name == "fandol"}
        if absent := [name for name in FACES if name not in found]:
            raise NoFonts(f"软件包 {PACKAGE} 中没有 {absent[0]}")
        ready = place / "fandol"
        ready.mkdir()
        for name in (*FACES, *LICENCE):
            if name in found:
                shutil.copyfile(found[name], ready / name)
        if folder.exists():
            shutil.rmtree(folder)
        ready.replace(folder)  # all faces or none: a half-copied set would change the bytes of documents


def _walk(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _download(place: Path) -> Path:
    """The package, with the system's lists if they have it, else with lists of our own that are thrown away."""
    try:
        _run(["apt-get", "download", PACKAGE], place)
    except NoFonts:
        private = _private_lists(place)
        _run(["apt-get", *private, "-qq", "update"], place)
        _run(["apt-get", *private, "download", PACKAGE], place)
    packages = sorted(place.glob(f"{PACKAGE}_*.deb"))
    if not packages:
        raise NoFonts(f"没有下载到软件包 {PACKAGE}")
    return packages[-1]


def _private_lists(place: Path) -> list[str]:
    for name in ("lists/partial", "cache/archives/partial"):
        (place / name).mkdir(parents=True)
    options = {"Dir::State::Lists": place / "lists", "Dir::Cache": place / "cache", "APT::Sandbox::User": "root"}
    return [part for name, value in options.items() for part in ("-o", f"{name}={value}")]


def _run(command: list[str], place: Path) -> None:
    try:
        subprocess.run(
            command,
            cwd=place,
            check=True,
            capture_output=True,
            timeout=SECONDS,
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.TimeoutExpired as error:
        raise NoFonts(f"{command[0]} 超过 {SECONDS} 秒没有完成") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines() or ["没有说明原因"]
        raise NoFonts(f"{command[0]} 失败：{lines[-1]}") from error
    except OSError as error:
        raise NoFonts(f"{command[0]} 无法运行：{error.strerror}") from error


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else env.home() / "fonts"
    print(install(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
