"""A migrated cluster, kept from test run to test run: applying every migration takes longer than most test files.

Kept under `var/tests/<key>`; the key changes with any file a migration is made of.  Workers of one run share it: the
first makes it, the others wait for its lock and copy.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from yangguang.site import env

MADE_OF = (
    "yangguang/*/migrations/*.py",
    "yangguang/**/*sql.py",
    "yangguang/registry/access.py",
    "yangguang/site/database.py",
    "yangguang/site/migrator.py",
    "yangguang/site/embedded.py",
    "yangguang/site/settings.py",
    "tests/migrated.py",
    "requirements*.txt",
)
PARTS = ("db", "secrets")  # of a home: the cluster, and the passwords of its roles
KEPT_SECONDS = 86400


class Cache:
    """The cluster for this state of the tree, to be copied into the home of one test run."""

    def __init__(self, root: Path, home: Path):
        self.home = home
        self.folder = root / "var" / "tests"
        self.kept = self.folder / _key(root)

    def secrets(self) -> None:
        """Take over the passwords of the kept cluster, if there is one, or share those of the run that makes it."""
        with self._alone():
            kept = self.kept.with_suffix(".secrets")
            if not kept.exists():
                for name in ("db_postgres", "db_yg_owner", "db_yg_web", "db_yg_portal"):
                    env.secret(name, kept)
            shutil.copytree(kept / "secrets", self.home / "secrets", dirs_exist_ok=True)

    def fetch(self, make: Callable[[], None]) -> None:
        """This will put the kept cluster into the home; `make` fills the home where nothing is kept yet."""
        with self._alone():
            if not self.kept.exists():
                make()
                half = self.kept.with_suffix(f".{os.getpid()}")
                _copy(self.home / "db", half)
                half.rename(self.kept)
                self._sweep()
                return
            self.copy()

    def copy(self) -> None:
        """The kept cluster, which is there, into the home."""
        os.utime(self.kept)
        shutil.rmtree(self.home / "db", ignore_errors=True)
        _copy(self.kept, self.home / "db")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.kept.with_suffix(".lock"), "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sweep(self) -> None:
        """Forget clusters nobody asked for in a day."""
        for path in self.folder.iterdir():
            if path.suffix != ".lock" and time.time() - path.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _key(root: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted({path for pattern in MADE_OF for path in root.glob(pattern)}):
        whole.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def _copy(source: Path, target: Path) -> None:
    # The files belong to the user the server runs as, which copytree would not keep.
    subprocess.run(["cp", "-a", "--", str(source), str(target)], check=True)
