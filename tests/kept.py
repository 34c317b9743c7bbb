"""The case of 青山镇, told once by each worker and kept: where one test begins, a hundred others begin too.

Each step of the story is kept in a database of its own, where its facts are committed; a test that begins there runs in
that database, in a transaction that is undone as in any other test, with a story that is a copy of its own.  A test that
has already written something, or that bends the machinery (`monkeypatch`, `settings`), tells its story itself.
"""

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from yangguang.registry import access
from yangguang.site import embedded
from yangguang.site.demo.qingshan import STEPS, Story, accounts, people

BENDING = {"settings", "fresh_database", "live_site", "live_county", "live_county_site"}
PEOPLE, ACCOUNTS = "people", "accounts"
STATES = (PEOPLE, ACCOUNTS, *STEPS)


def _folders() -> tuple[Any, ...]:
    return settings.VAULT_DIR, settings.KEYS_DIR, settings.LOG_DIR, settings.HOME


@dataclass
class Told:
    """One state of the story: its database, the story as it was told, and the connection tests take turns at."""

    database: str
    story: Story
    connection: psycopg.Connection | None = None


class Shelf:
    """The states told so far in this process."""

    def __init__(self) -> None:
        self.cluster: embedded.Cluster | None = None
        self.template = ""
        self.told: dict[str, Told] = {}
        self.open = False  # whether the test that runs may take from here
        self.patch: Any = None  # its `monkeypatch`
        self.before: psycopg.Connection | None = None  # the connection this test had before it took from here
        self.folders: tuple[Any, ...] = ()

    def begin(self, cluster: embedded.Cluster, template: str) -> None:
        self.cluster, self.template, self.folders = cluster, template, _folders()

    def end(self) -> None:
        for one in self.told.values():
            if one.connection:
                one.connection.close()
        self.told.clear()
        self.cluster = None

    @contextmanager
    def lent(self, fixtures: set[str], patch: pytest.MonkeyPatch) -> Iterator[None]:
        """While a rolled-back test runs that takes these fixtures and bends things by this."""
        self.open, self.patch = self.cluster is not None and not fixtures & BENDING, patch
        try:
            yield
        finally:
            self.open = False

    def take(self, state: str) -> Story | None:
        """The story at this state, and the test moved to where it is committed; None where the test has to tell it."""
        if not self.open or self.before is not None or self.patch._setattr or self.patch._setitem:
            return None
        if state not in STATES or self.folders != _folders() or not _untouched():
            return None
        if state not in self.told:
            self._tell(state)
        told = self.told[state]
        self._move(told)
        return copy.deepcopy(told.story)

    def give_back(self) -> None:
        """After the test's transaction was undone: its own connection again."""
        before, self.before = self.before, None
        own = connections[DEFAULT_DB_ALIAS]
        if before is None:
            return
        told = next((one for one in self.told.values() if one.connection is own.connection), None)
        if told is None:  # the test closed it and perhaps opened another
            own.close()
        elif told.connection and (told.connection.closed or told.connection.info.transaction_status):
            told.connection.close()
            told.connection = None
        before.autocommit = True
        own.connection = before

    def _tell(self, state: str) -> None:
        assert self.cluster is not None
        known = [one for one in STATES[: STATES.index(state)] if one in self.told]
        first = self.told[known[-1]] if known else None
        if first and first.connection:  # a database somebody looks at cannot be copied
            first.connection.close()
            first.connection = None
        name = f"yg_told_{state}"
        self.cluster.create_database(name, first.database if first else self.template)
        story = copy.deepcopy(first.story) if first else None
        steps = STATES[STATES.index(known[-1]) + 1 if known else 0 : STATES.index(state) + 1]
        try:
            self.told[state] = Told(name, _elsewhere(name, lambda: _on(story, steps)))
        except BaseException:
            self.cluster.drop_database(name)
            raise

    def _move(self, told: Told) -> None:
        """The test's transaction, begun anew in the other database: the same savepoints, the same view."""
        own = connections[DEFAULT_DB_ALIAS]
        with own.cursor() as cursor:
            cursor.execute("select current_setting('app.lo', true), current_setting('app.hi', true)")
            low, high = cursor.fetchone()
        self.before = own.connection
        self.before.rollback()
        if told.connection is None:
            told.connection = own.get_new_connection({**own.get_connection_params(), "dbname": told.database})
            own.connection = told.connection
            own.init_connection_state()
        own.connection = told.connection
        told.connection.autocommit = False
        with own.cursor() as cursor:
            for name in filter(None, own.savepoint_ids):
                cursor.execute(f"savepoint {own.ops.quote_name(name)}")
            if low is not None:
                cursor.execute("select set_config('app.lo', %s, true), set_config('app.hi', %s, true)", [low, high])


SHELF = Shelf()


def _untouched() -> bool:
    own = connections[DEFAULT_DB_ALIAS]
    if not own.in_atomic_block or own.settings_dict["NAME"] != embedded.DATABASE:
        return False
    with own.cursor() as cursor:
        cursor.execute(
            "select pg_current_xact_id_if_assigned() is null, current_setting('app.lo', true), current_setting('app.hi', true)"
        )
        return bool(cursor.fetchone() == (True, "", access.TOP))


def _on(story: Story | None, states: tuple[str, ...]) -> Story:
    """From nothing, or from an earlier state, through these."""
    with access.within(""):
        for state in states:
            if state == PEOPLE:
                story = Story(people())
            elif state == ACCOUNTS:
                assert story is not None
                accounts(story.who)
            else:
                getattr(story, state)()
    assert story is not None
    return story


def _elsewhere(database: str, tell: Callable[[], Story]) -> Story:
    """In a thread: connections are a thread's own, so what it commits has nothing to do with the test's transaction."""

    def work() -> Story:
        own = connections[DEFAULT_DB_ALIAS]
        own.settings_dict = {**own.settings_dict, "NAME": database}
        connections["portal"] = own
        try:
            return tell()
        finally:
            own.close()

    with ThreadPoolExecutor(1) as alone:
        return alone.submit(work).result()
