"""A wrong document is followed by a new version with its reason; the old one stays and says so."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.decision.models import Issuance
from yangguang.disclosure import queries as disclosures
from yangguang.record import actions as record
from yangguang.record import queries
from yangguang.record.correcting import actions
from yangguang.record.correcting import queries as correcting
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin("issue", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(9, 21, 16))
    return found


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def of(told, code: str) -> Item:
    with access.within(""):
        return Item.objects.filter(dossier=told.case.dossier_id, code=code).latest("at")


def send(client: Client, item: Item, changes: dict[str, str], reason: str = "门牌号笔误，按营业执照改正。"):
    page = reverse("record:correct", args=[item.pk])
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()[:600]
    form = shown.context["form"]
    given = {"once": str(form["once"].value()), "seen": form["seen"].value(), "reason": reason}
    given |= {name: place.value for name, place in form.places.items()}
    given |= {name: changes[place.key] for name, place in form.places.items() if place.key in changes}
    return client.post(page, given)


@pytest.mark.clause("行政处罚法 第四十七条", "QS-3.2.2i")
def test_a_document_is_corrected_by_a_new_version_and_the_old_stays(told):
    zhang, chen, item = as_("zhang"), as_("chen"), of(told, "case_opening_approval")
    answer = send(zhang, item, {"facts": "北街 72 号后门安全出口被货物堵塞。"})
    assert answer.status_code == 302, answer.content.decode()
    new = of(told, "case_opening_approval")
    assert answer["Location"] == reverse("record:item", args=[new.pk])
    assert (new.replaces_id, new.number, new.on, new.step) == (item.pk, item.number, item.on, item.step)
    assert new.data == {**item.data, "facts": "北街 72 号后门安全出口被货物堵塞。"}
    assert new.meta["correction"] == {"reason": "门牌号笔误，按营业执照改正。", "places": ["facts"]}
    with access.within(""):
        assert [one.pk for one in queries.versions(new)] == [item.pk, new.pk]
        entry = trail.entry_of(new)
        assert entry is not None and entry.verb == "record.correct" and entry.chain == told.case.chain
        assert Item.objects.get(pk=item.pk).digest == item.digest and store.has(item.digest)
    old = zhang.get(reverse("record:item", args=[item.pk])).content.decode()
    assert (
        "本件已于" in old
        and "更正：门牌号笔误，按营业执照改正。" in old
        and reverse("record:item", args=[new.pk]) in old
    )
    assert reverse("record:correct", args=[item.pk]) not in old
    assert "本件是更正后的版本" in zhang.get(reverse("record:item", args=[new.pk])).content.decode()
    assert "这一版已经更正过" in zhang.get(reverse("record:correct", args=[item.pk])).content.decode()
    with access.within(""), pytest.raises(actions.NotCorrectable, match="已经更正过"):
        given = {"by": told.who.zhang, "at": at(9, 21, 16), "item": item, "reason": "再改一次看看"}
        actions.correct(**given, changes={"facts": "x"})

    # Who may not, and what may not.
    for username in ("wu", "chen"):
        assert as_(username).get(reverse("record:correct", args=[new.pk])).status_code == 403
    assert "没有改动任何内容" in send(zhang, new, {}).content.decode()
    assert "没有写明更正的理由" in send(zhang, new, {"facts": "另"}, reason="错").content.decode()
    with access.within(""):
        given = {"by": told.who.zhang, "at": at(9, 21, 16), "item": new, "reason": "把意见也改了"}
        for key in ("opinions.0.text", "number", "body.name", "nothing", "facts.x", "", "case.power"):
            with pytest.raises(actions.NotCorrectable):
                actions.correct(**given, changes={key: "x"})
        decision = told.issuance.item
        keys = {place.key for place in correcting.places(decision)}
        assert not any("fine" in key or key.startswith(("number", "body", "opinions")) for key in keys), keys

    # What left the house is corrected by a head, keeps its number and its code, and what is published follows it.
    assert zhang.get(reverse("record:correct", args=[decision.pk])).status_code == 403
    with access.within(""), pytest.raises(record.NotKeeper, match="负责人批准更正"):
        given = {"by": told.who.zhang, "at": at(9, 21, 16), "item": decision, "reason": "承办人自己改"}
        actions.correct(**given, changes={"facts": "x"})
    assert send(chen, decision, {"facts": "经查，北街 72 号后门安全出口被货物堵塞。"}).status_code == 302
    with access.within(""):
        issuance = Issuance.objects.get(pk=told.issuance.pk)
        assert issuance.paper.replaces_id == decision.pk and issuance.paper.number == decision.number
        assert "北街 72 号" in issuance.paper.data["facts"]
        sealed = queries.seal_of(issuance.paper)
        assert sealed is not None and sealed.code == issuance.code
        standing = disclosures.sealed(digest=issuance.paper.digest)
        assert standing is not None and standing["code"] == issuance.code
        with pytest.raises(actions.NotCorrectable, match="只有本系统制作的文书"):
            photo = Item.objects.filter(dossier=told.case.dossier_id, code="").first()
            actions.correct(by=told.who.zhang, at=at(9, 21, 16), item=photo, changes={"title": "x"}, reason="不是文书")
