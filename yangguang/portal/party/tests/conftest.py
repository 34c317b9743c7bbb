"""A notice served today, so that the party's periods run now."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from tests import story
from tests.story import Story
from yangguang.decision import actions as decision
from yangguang.registry import access


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    home = tmp_path / "home"
    settings.LOG_DIR, settings.KEYS_DIR, settings.VAULT_DIR = home / "log", home / "keys", home / "vault"
    return home


def told_today() -> Story:
    """青山镇's case with its notice served today on 赵大勇."""
    with access.within(""):
        told = story.begin("pass_review", with_accounts=True)
        now = timezone.localtime().replace(microsecond=0)
        told.notice = decision.notify(by=told.who.zhang, at=now, proposal=told.proposal)
        decision.serve(
            by=told.who.zhang,
            at=now,
            case=told.fresh(),
            item=told.notice.item,
            method="direct",
            place="青山镇北街 27 号",
            recipient="赵大勇",
            relation="本人",
            on=now.date(),
        )
    return told


@pytest.fixture
def told(db: None) -> Iterator[Story]:
    yield told_today()
