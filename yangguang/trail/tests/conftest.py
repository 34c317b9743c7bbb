"""A fact of the tests' own, in a database that really commits, with a log and keys of its own."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connections, models
from django.utils import timezone

from yangguang.trail import sql
from yangguang.trail.actions import VERBS, action
from yangguang.trail.models import Entry, Fact

TOWN, OTHER_TOWN = "41.1503.qs/", "41.1503.xl/"
ROOT = Path(__file__).parents[3]
ZHANG = SimpleNamespace(ref="registry.officer:01890000-0000-7000-8000-00000000000a")


@contextmanager
def _registered() -> Iterator[SimpleNamespace]:
    """The model and its actions exist only while a test uses them, so that no other test meets them."""

    class Memo(Fact):
        text = models.TextField("内容")
        case = models.TextField("案号", default="")
        detail = models.JSONField("细节", default=dict)
        amount_fen = models.BigIntegerField("金额", default=0)

        class Meta:
            app_label = "trail"
            verbose_name = "测试事实"

        @property
        def chain(self) -> str:
            return f"memo:{self.case}" if self.case else f"body:{self.scope}"

    @action("memo.write", milestone=True)
    def write(*, by=ZHANG, scope=TOWN, text="甲", case="", detail=None, amount_fen=0):
        """写测试事实: for the tests."""
        memo = Memo(scope=scope, at=timezone.now(), text=text, case=case, detail=detail or {}, amount_fen=amount_fen)
        memo.save()
        return memo

    @action("memo.disclose", kind="disclosure")
    def disclose(*, by=ZHANG, text="公开", scope=TOWN):
        """公示测试事实: for the tests."""
        memo = Memo(scope=scope, at=timezone.now(), text=text)
        memo.save()
        return memo

    made = {verb: VERBS[verb] for verb in ("memo.write", "memo.disclose")}
    try:
        yield SimpleNamespace(
            Memo=Memo, write=write, disclose=disclose, verbs=made, town=TOWN, other=OTHER_TOWN, by=ZHANG
        )
    finally:
        del apps.all_models["trail"]["memo"]
        apps.clear_cache()
        for verb in [verb for verb in VERBS if verb.startswith("memo.")]:
            del VERBS[verb]


def see(low: str = "", high: str = "\U0010ffff") -> None:
    """The scope of this test's web connection, until the connection closes."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select set_config('app.lo', %s, false), set_config('app.hi', %s, false)", [low, high])


TABLES = (
    "trail_memo",
    "trail_entry",
    "trail_leaf",
    "trail_tile",
    "trail_checkpoint",
    "trail_erasureorder",
    "trail_erasure",
    "trail_anchor",
)
ALIASES = ("default", "portal", "owner")


@contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    before = connections["default"].settings_dict["NAME"]
    try:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        yield
    finally:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def memo_database(cluster, django_db_setup, django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """One database for all of these tests: emptied by its owner after each, which is cheaper than a clone for each."""
    name = "yg_memo"
    cluster.create_database(name, "yg_template")
    with django_db_blocker.unblock(), _pointed_at(name), _registered() as made:
        with connections["owner"].schema_editor() as editor:
            editor.create_model(made.Memo)
        with connections["owner"].cursor() as cursor:
            for operation in sql.fact_table("trail_memo", portal="SELECT", portal_when="text = '公开'"):
                cursor.execute(operation.sql)
            # As `disclosure` does for its own facts: the portal reads the entries of the rows it may read.
            cursor.execute("drop policy trail_entry_portal on trail_entry")
            cursor.execute(
                "create policy trail_entry_portal on trail_entry for select to yg_portal using (kind = 4 and exists "
                "(select from trail_memo m where trail_entry.fact_ref = 'trail.memo:' || m.id))"
            )
    yield name
    cluster.drop_database(name)


@pytest.fixture
def memo(cluster, memo_database, django_db_blocker, settings, tmp_path) -> Iterator[SimpleNamespace]:  # type: ignore[no-untyped-def]
    home = tmp_path / "home"
    settings.LOG_DIR, settings.KEYS_DIR = home / "log", home / "keys"
    with django_db_blocker.unblock(), _pointed_at(memo_database), _registered() as made:
        see()
        made.see = see
        made.log = home / "log"
        made.connect = lambda role: cluster.connect(memo_database, role)
        made.env = os.environ | {
            "DATABASE_URL": cluster.url("yg_web", memo_database),
            "DATABASE_PORTAL_URL": cluster.url("yg_portal", memo_database),
            "DATABASE_OWNER_URL": cluster.url("yg_owner", memo_database),
            "YANGGUANG_HOME": str(home),
        }
        try:
            yield made
        finally:
            connections["default"].close()
            with connections["owner"].cursor() as cursor:
                for table in TABLES:
                    cursor.execute(f"alter table {table} disable trigger user")
                cursor.execute(f"truncate {', '.join(TABLES)}, trail_pending restart identity")
                for table in TABLES:
                    cursor.execute(f"alter table {table} enable trigger user")


@pytest.fixture
def command(memo) -> Callable[..., subprocess.CompletedProcess[str]]:  # type: ignore[no-untyped-def]
    """`yangguang …` on this database, as a person would type it."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-P", "-m", "yangguang.site.cli", *arguments]
        return subprocess.run(program, env=memo.env, cwd=ROOT, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture
def owner_does(memo) -> Callable[..., None]:  # type: ignore[no-untyped-def]
    """What a database owner with the triggers switched off can do."""

    def do(statement: str, *values: object) -> None:
        with connections["owner"].cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"alter table {table} disable trigger user")
            cursor.execute(statement, values)
            assert cursor.rowcount, "the attack did nothing"
            for table in TABLES:
                cursor.execute(f"alter table {table} enable trigger user")

    return do


@pytest.fixture
def entries(memo) -> Callable[[int], list[Entry]]:  # type: ignore[no-untyped-def]
    numbers = itertools.count(1)

    def write(count: int, case: str = "") -> list[Entry]:
        return [memo.write(text=f"第{next(numbers)}件", case=case).entry for _ in range(count)]

    return write
