"""One archived case, exported once; each test spoils a copy of it."""

import shutil
import uuid
from pathlib import Path
from unittest import mock

import pytest
from django.test import override_settings
from django.utils import timezone

from conftest import TEMPLATE, _clone
from tests import story
from yangguang.record.live import actions as live
from yangguang.record.live import chain, queries
from yangguang.record.live.tests.device import Phone, fields
from yangguang.record.live.tests.film import pieces
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


def recorded(told: story.Story) -> None:
    """The scene, recorded live with a telephone whose key is ended later."""
    by, phone, moment = told.who.li, Phone(), story.at(8, 26, 16)
    root, size = queries.challenge()
    proof = phone.sign(chain.possession(challenge=root, key=phone.public, label="手机", officer=str(by.key), size=size))
    given = {"by": by, "at": moment}
    key = live.register_key(**given, label="手机", public_key=phone.public, challenge=root, size=size, signature=proof)
    dossier, t = told.fresh().dossier, round(moment.timestamp() * 1000)
    said = phone.begin(dossier.pk, "scene_check", "onsite_check", nonce=root, size=size, t=t)
    about = {"step": "scene_check", "event": "onsite_check", "title": "现场录像", "place": "北街 27 号", "key": key}
    about |= {name: said[name] for name in ("medium", "mime", "nonce", "size", "t", "signature")}
    recording = live.start(**given, dossier=dossier, stamp=uuid.UUID(said["stamp"]), **about)
    for data in [*pieces(), b""]:
        link = phone.link("segment" if data else "stop", data)
        live.take(**given, recording=recording, said=fields(link), signature=link.signature.hex(), data=data)
    live.finish(**given, recording=recording)
    live.end_key(**given, key=key, reason="手机交回")


@pytest.fixture(scope="module")
def archived(cluster, django_db_setup, django_db_blocker, tmp_path_factory):
    """A database of this module's own with 青山镇's archived case in it."""
    home = tmp_path_factory.mktemp("package") / "home"
    folders = override_settings(LOG_DIR=home / "log", KEYS_DIR=home / "keys", VAULT_DIR=home / "vault", HOME=home)
    with folders, _clone(cluster, TEMPLATE, django_db_blocker, home) as fresh:
        with access.within(""):
            told = story.begin("order_correction", with_accounts=True)
            signed_with_passkeys(told)
            with mock.patch.object(timezone, "now", return_value=story.at(8, 26, 16)):
                recorded(told)
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
