"""A vault, a log and keys of each test's own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    home = tmp_path / "home"
    settings.LOG_DIR, settings.KEYS_DIR, settings.VAULT_DIR = home / "log", home / "keys", home / "vault"
    return home
