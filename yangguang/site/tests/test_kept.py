"""Every object of the vault is somebody's, wherever it was kept; a lost one is named, whichever register it belongs to."""

import argparse
import io
from datetime import date

import pytest

from tests import registered, story
from tests.story import at
from yangguang.catalogue.before import actions, queries
from yangguang.catalogue.before.models import PolicyDocument
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Body
from yangguang.site import kept, vault_cli
from yangguang.site.demo import portraits
from yangguang.vault import store

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 18)


def scrub() -> int:
    return vault_cli._scrub(argparse.Namespace(share="1/1", record=False, json=False))


def _organisation() -> Body:
    made = registry.register_body(
        by=None, at=at(1, 6), scope=f"{story.TOWN}fuwu/", name="青山镇综合服务中心", kind="entrusted",
        uscc="12411521006005050R", region="411521", pack="cn-henan-xinyang-qingshan", sign="青服", valid_from=date(2024, 1, 1),
    )  # fmt: skip
    registered.officer(made, "杜平", "16152100900")
    return made


@pytest.mark.clause("QS-3.2.2i")
def test_every_object_is_owned_and_each_lost_one_is_named_with_what_it_was(settings, tmp_path, capsys, monkeypatch):
    settings.VAULT_DIR = tmp_path / "vault"
    monkeypatch.setattr(vault_cli, "OWNER", "default")
    with access.within(""):
        who = story.people()
        registry.change_officer(
            by=None, at=at(2, 1), officer=who.zhang, valid_from=date(2026, 2, 1), reason="补照片",
            photo=portraits.keep(who.zhang.name),
        )  # fmt: skip
        registry.entrust(
            by=None, at=at(2, 2), entrusting=who.body, entrusted=_organisation(), powers=[who.power],
            instrument="委托书〔2026〕1号", document=store.put(io.BytesIO(b"%PDF- entrusted")).digest,
            valid_from=date(2026, 2, 2), valid_to=date(2027, 2, 1), published_on=date(2026, 2, 2),
        )  # fmt: skip
        catalogue.everything_public(who)
        shown = catalogue.release(who, at(9, 19))
        photo = io.BytesIO(portraits.draw("公示栏"))
        channel = queries.channels(packs.load(who.body.pack), TODAY)[1]
        actions.prove(by=who.zhou, at=at(9, 19), of=shown, channel=channel, on=date(2026, 9, 19), photo=photo)
        actions.compose(by=who.zhou, at=at(9, 19), kind="flowchart_review")

        held = set(store.backend().objects())
        named = {digest: {one.dossier for one in kept.owners(digest, "default")} for digest in held}
        assert not [digest for digest in held if not named[digest]]
        assert held == set(kept.expected("default"))
        kinds = {"制度文件", "事前公开流程图", "渠道公开证明", "执法人员照片", "委托书", "法规库"}
        assert kinds <= set().union(*named.values())

        assert scrub() == 0
        assert f"所记的 {len(held)} 件文件都在" in capsys.readouterr().out
        for kind in sorted(kinds):
            digest = next(digest for digest, owners in named.items() if owners == {kind})
            place = store.place(digest)
            whole = place.read_bytes()
            place.unlink()
            assert scrub() == 1
            said = capsys.readouterr().out
            assert f"存证文件 {digest} 不见了，涉及：{kind}“" in said and "1 项不符" in said
            store.put(io.BytesIO(whole))
        assert PolicyDocument.objects.count() == 2
