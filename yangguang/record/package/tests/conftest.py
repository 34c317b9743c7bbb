"""One archived case, exported once; each test spoils a copy of it."""

import shutil
from pathlib import Path

import pytest
from django.test import override_settings

from conftest import TEMPLATE, _clone
from tests import story
from yangguang.record.models import Item
from yangguang.record.package import actions, bag
from yangguang.record.passkeys import actions as passkeys
from yangguang.record.passkeys import ceremony
from yangguang.record.passkeys.tests.device import Device, rsa_device
from yangguang.registry import access
from yangguang.trail.sequencer import integrate_now


def signed_with_passkeys(told: story.Story) -> None:
    """Two people sign the approval of the opening, each with a key of their own; one key is ended later."""
    item = Item.objects.get(dossier=told.case.dossier_id, code="case_opening_approval")
    site, challenge, nonce = ceremony.Site("yangguang.local", "https://yangguang.local"), b"c" * 32, "0" * 32
    moment = story.at(8, 26, 16)
    for by, who, device in ((told.who.zhang, "officer", Device()), (told.who.chen, "head", rsa_device())):
        key = passkeys.register(
            by=by, at=moment, label="电脑", answer=device.make(challenge, site), challenge=challenge, site=site
        )
        words = ceremony.statement(
            document=item.digest, item=str(item.pk), name=by.name, nonce=nonce, officer=str(by.key), who=who
        )
        answer = device.sign(ceremony.challenge(words), site)
        passkeys.sign(by=by, at=moment, item=item, who=who, nonce=nonce, answer=answer, site=site)
    passkeys.revoke(by=told.who.chen, at=moment, passkey=key, reason="更换电脑")


@pytest.fixture(scope="module")
def archived(cluster, django_db_setup, django_db_blocker, tmp_path_factory):
    """A database of this module's own with 青山镇's archived case in it."""
    home = tmp_path_factory.mktemp("package") / "home"
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home)
    with folders, _clone(cluster, TEMPLATE, django_db_blocker, home) as fresh:
        with access.within(""):
            told = story.begin("order_correction", with_accounts=True)
            signed_with_passkeys(told)
            for step in story.STEPS[story.STEPS.index("order_correction") + 1 : story.STEPS.index("correct") + 1]:
                getattr(told, step)()
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
