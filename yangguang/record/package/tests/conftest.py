"""One archived case, exported once; each test spoils a copy of it."""

import shutil
from pathlib import Path

import pytest
from django.test import override_settings

from conftest import TEMPLATE, _clone
from tests import story
from yangguang.record.package import actions, bag
from yangguang.registry import access
from yangguang.trail.sequencer import integrate_now


@pytest.fixture(scope="module")
def archived(cluster, django_db_setup, django_db_blocker, tmp_path_factory):
    """A database of this module's own with 青山镇's archived case in it."""
    home = tmp_path_factory.mktemp("package") / "home"
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home)
    with folders, _clone(cluster, TEMPLATE, django_db_blocker, home) as fresh:
        with access.within(""):
            told = story.begin("correct", with_accounts=True)
        yield fresh, told


@pytest.fixture(scope="module")
def whole(archived, tmp_path_factory) -> Path:
    """The package, and outside of it the policy a reader got elsewhere."""
    _, told = archived
    out = tmp_path_factory.mktemp("out")
    with access.within(""):
        dossier = told.fresh().dossier
        export = actions.export_package(
            by=told.who.sun, at=story.at(11, 2, 9), dossier=dossier, purpose="向县档案馆移交", recipient="罗山县档案馆"
        )
    integrate_now()
    with access.within(""):
        top = bag.write(bag.build(export), out)
    (out / "policy").write_text(bag.policy_text(), encoding="utf-8")
    return top


@pytest.fixture
def package(whole: Path, tmp_path: Path) -> Path:
    """A copy to be spoiled."""
    return Path(shutil.copytree(whole, tmp_path / "package"))
