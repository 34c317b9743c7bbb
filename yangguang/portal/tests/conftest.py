"""A vault, a log and keys of each test's own; a town in the register, and somebody of the public."""

from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from tests import registered
from tests.registered import Town
from yangguang.registry import access


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    home = tmp_path / "home"
    settings.LOG_DIR, settings.KEYS_DIR, settings.VAULT_DIR = home / "log", home / "keys", home / "vault"
    return home


@pytest.fixture
def town(db) -> Town:  # type: ignore[no-untyped-def]
    with access.within(""):
        made = registered.town()
    with connections["default"].cursor() as cursor:  # nobody is signed in on a public page
        cursor.execute("select set_config('app.lo', '', true), set_config('app.hi', '', true)")
    return made


@pytest.fixture
def client() -> Client:
    return Client()
