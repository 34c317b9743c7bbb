"""The place the attacks happen at: a small log with its witness, and every check an auditor or an outsider has."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from conftest import Database
from yangguang.registry import access
from yangguang.trail import asking, check, note, restore, sequencer, trust
from yangguang.trail.anchor.actions import keep
from yangguang.trail.audit import altered
from yangguang.trail.errors import Refused
from yangguang.trail.keys import log_keys, log_verifiers
from yangguang.trail.models import commit
from yangguang.trail.tests import witnesses

LOG_TABLES = ("trail_leaf", "trail_tile", "trail_checkpoint")


def write(count: int, authority: str = "https://tsa.example/") -> None:
    """Facts through their action, as everybody writes them."""
    for number in range(count):
        with access.within(""):
            keep(
                at=timezone.now(),
                size=number,
                checkpoint=f"第{number}件",
                digest="0" * 64,
                authority=authority,
                token=b"token",
                stated_at=timezone.now(),
            )


def build(home: Path, witness_folder: Path) -> None:
    """Twelve lines in the log, witnessed; and what an outsider kept when there were eight."""
    with witnesses.answering(witness_folder, "city.test/witness", *log_verifiers()) as url:
        text = "".join(f"log {key.vkey}\n" for key in log_verifiers())
        asking.policy_path().write_text(text + witnesses.rules(("city", witness_folder, url)), "utf-8")
        for count, name in ((8, "kept"), (4, "newest")):
            write(count)
            sequencer.integrate_now()
            asking.ask(asking.policy())
            shutil.copy(home / "log/checkpoint", home / name)
            shutil.copytree(home / "log", home / f"log-{name}")
    (home / "trusted").write_text(asking.policy_path().read_text("utf-8"), "utf-8")


@dataclass
class Scene:
    """What the attacker works on (the database as its owner, the disk), and what others kept elsewhere."""

    database: Database
    witness_folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.database.home

    @property
    def log(self) -> Path:
        return self.home / "log"

    # ---- what the attacker does ----------------------------------------------------------------------------------

    def sql(self, *statements: str) -> None:
        """With the triggers switched off for the moment, which only the owner can."""
        with self.database.connect("yg_owner") as owner, owner.cursor() as cursor:
            tables = ("trail_entry", "trail_anchor", *LOG_TABLES)
            for table in tables:
                cursor.execute(f"alter table {table} disable trigger user")
            for statement in statements:
                cursor.execute(statement)
            for table in tables:
                cursor.execute(f"alter table {table} enable trigger user")

    def one(self, query: str) -> tuple:
        with self.database.connect("yg_owner") as owner:
            return owner.execute(query).fetchone()  # type: ignore[return-value]

    def rewritten(self, seq: int, change: Callable[[dict], None]) -> None:
        """The insider who knows how commitments are made: text, commitment and row all agree again."""
        pk, payload, salt = self.one(f"select id, payload, salt from trail_entry where seq = {seq}")
        told = json.loads(payload)
        change(told)
        words = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = commit(bytes(salt), words).hex()
        quoted = words.replace("'", "''")
        row = told["p"]["row"]
        self.sql(
            f"update trail_entry set payload = '{quoted}', commitment = '\\x{digest}',"
            f" recorded_at = '{told['p']['recorded']}' where id = {pk}",
            f"update trail_anchor set authority = '{row['authority']}', at = '{row['at']}' where id = '{row['id']}'",
        )

    def forget_the_log(self) -> None:
        """The log in the database as if it had never been; every entry waits again."""
        self.sql(
            *(f"truncate {table}" for table in LOG_TABLES),
            "insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from trail_entry order by id",
        )

    def as_it_was(self) -> None:
        """The files as they were when the log had eight entries."""
        shutil.rmtree(self.log)
        shutil.copytree(self.home / "log-kept", self.log)

    def old_backup(self) -> None:
        """The database as it was when the log had eight entries."""
        self.sql(
            "delete from trail_leaf where index >= 8",
            "delete from trail_checkpoint where size > 8",
            "delete from trail_entry where seq > 8",
            "delete from trail_anchor a where not exists (select from trail_entry e where e.fact_ref = 'trail.anchor:' || a.id)",
        )

    def grow(self, count: int = 1) -> None:
        write(count)
        sequencer.integrate_now()

    def at_another_time(self, **shift: float) -> "mock._patch":
        moment = timezone.now() + timezone.timedelta(**shift)
        return mock.patch("django.utils.timezone.now", lambda: moment)

    # ---- what others can check -----------------------------------------------------------------------------------

    def audit(self) -> str:
        """`yangguang audit`"""
        return "\n".join(f"[{found.what}] {found.message}" for found in altered(patience=0))

    def verify(self) -> str:
        """`yangguang log verify`"""
        report = check.verify_log(check.reader(str(self.log)), self._trusted().verifiers)
        return "\n".join(report.problems)

    def verify_since(self) -> str:
        """`yangguang log verify --since`"""
        kept = (self.home / "kept").read_text("utf-8")
        return "\n".join(check.verify_log(check.reader(str(self.log)), self._trusted().verifiers, kept).problems)

    def verify_policy(self) -> str:
        """`yangguang log verify --policy`"""
        return "\n".join(check.verify_log(check.reader(str(self.log)), [], policy=self._trusted()).problems)

    def verify_age(self) -> str:
        """`yangguang log verify --max-age`"""
        newest = note.open_note((self.home / "newest").read_text("utf-8"), self._trusted().verifiers)
        fresh = max(at for _, at in newest.signed if at) + 1
        with mock.patch("time.time", lambda: fresh):
            return "\n".join(check.verify_log(check.reader(str(self.log)), log_verifiers(), fresh=fresh).problems)

    def restore_check(self) -> str:
        """`yangguang log restore-check`"""
        return _refused(restore.checked)

    def sequencer(self) -> str:
        """`yangguang log run`"""
        write(1)
        return _refused(sequencer.integrate_now)

    def start(self) -> str:
        """启动日志进程"""
        return _refused(lambda: asking.not_forking(self._asked(), log_keys()))

    def witness(self) -> str:
        """`yangguang witness run`"""
        return "\n".join(state.error for state in asking.ask(self._asked()) if state.error)

    def _trusted(self) -> trust.Policy:
        """What an outsider trusts was kept outside, before the attack."""
        return trust.load(self.home / "trusted")

    def _asked(self) -> trust.Policy:
        rules = asking.policy()
        assert rules is not None
        return rules


def _refused(work: Callable[[], object]) -> str:
    try:
        work()
    except Refused as error:
        return str(error)
    return ""


@contextmanager
def at(database: Database, witness_folder: Path) -> Iterator[Scene]:
    """The settings on this scene's own home, its witness answering."""
    home = database.home
    with (
        override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys"),
        witnesses.serving(witness_folder) as url,
    ):
        rules = asking.policy_path().read_text("utf-8")
        lines = [
            line if not line.startswith("witness ") else f"{line.rpartition(' ')[0]} {url}"
            for line in rules.split("\n")
        ]
        asking.policy_path().write_text("\n".join(lines), "utf-8")
        yield Scene(database, witness_folder)


def touch(path: Path, change: Callable[[bytes], bytes]) -> None:
    data = change(path.read_bytes())
    path.chmod(0o644)
    path.write_bytes(data)


def flip(data: bytes) -> bytes:
    return data[:-1] + bytes((data[-1] ^ 1,))
