"""A vault of each test's own, and the people of the story in it."""

from pathlib import Path
from typing import Any

import pytest

from tests import story
from yangguang.registry import access


@pytest.fixture
def vault(settings: Any, tmp_path: Path) -> None:
    settings.VAULT_DIR = tmp_path / "vault"


@pytest.fixture
def who(vault: None) -> Any:
    with access.within(""):
        yield story.people()
