"""A wrong document is followed by a new version with its reason; the old one stays and says so."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.decision import actions as decision
from yangguang.decision import queries as decisions
from yangguang.decision.errors import BadService, NotYet
from yangguang.decision.models import Decision, Issuance
from yangguang.disclosure import queries as disclosures
from yangguang.portal import answers
from yangguang.record import actions as record
from yangguang.record import queries
from yangguang.record.correcting import actions
from yangguang.record.correcting import queries as correcting
from yangguang.record.models import Item
from yangguang.record.signing import actions as signing
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused
from yangguang.trail.models import saving
from yangguang.trail.sequencer import integrate_now
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
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
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

    # A second interview is a paper of its own: it makes no version of the first, which can be signed and corrected.
    with access.within(""):
        first = of(told, "interview_record")
        about = {"dossier": told.fresh().dossier, "step": first.step, "code": first.code, "event": first.event}
        given = {"by": told.who.zhang, "at": at(9, 21, 16)}
        second = record.write(**given, **about, data=first.data, on=first.on)
        assert queries.versions(first) == [first] and queries.versions(second) == [second]
        assert signing.may_be_signed(first, "witness", "王小明") == "王小明"
        changes = {"place": "青山镇政府二楼询问室"}
        mended = actions.correct(by=told.who.chen, at=at(9, 21, 16), item=first, changes=changes, reason="询问地点写错")
        assert queries.versions(mended) == [first, mended] == queries.versions(first)
        with pytest.raises(signing.NotSignable, match="更正后的版本"):
            signing.may_be_signed(first, "witness", "王小明")

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


def corrected(told, item: Item, words: str, moment) -> Item:
    given = {"by": told.who.chen, "at": moment, "item": item, "reason": "笔误，按营业执照改正"}
    return actions.correct(**given, changes={"facts": words})


def served(told, item: Item, moment) -> None:
    where = {"method": "direct", "place": "青山镇北街 27 号", "recipient": "赵大勇", "relation": "本人"}
    decision.serve(by=told.who.zhang, at=moment, case=told.fresh(), item=item, on=moment.date(), **where)


def of_the_case(told) -> set:
    return {item.pk for item in decisions.unserved(told.fresh()) if item.code in ("prior_notice", "penalty_decision")}


def publicly(path: str) -> str:
    return Client().get(path).content.decode()


@pytest.mark.clause("行政处罚法 第四十四条", "行政处罚法 第六十一条")
def test_what_was_corrected_is_served_anew_and_its_code_says_so(settings, tmp_path):
    settings.LOG_DIR = tmp_path / "log"
    with access.within(""):
        told = story.begin("confirm_address")
        first = told.notice.item
        code = first.meta["code"]
        assert of_the_case(told) == {first.pk}

        # Corrected before it was served: the old version goes to nobody, the new one starts the party's time.
        second = corrected(told, first, "北街 72 号后门安全出口被货物堵塞。", at(9, 8, 10, 30))
        assert of_the_case(told) == {second.pk} and second.meta["code"] == code
        with pytest.raises(BadService, match="已于 2026-09-08 更正"):
            served(told, first, at(9, 8, 11))
        served(told, second, at(9, 8, 11))
        due = decisions.statement_due(told.notice)
        assert due is not None and of_the_case(told) == set()
        told.hear()
        told.answer()

        # Corrected after it was served: what it now says the party was not told, and nothing is decided on it.
        third = corrected(told, second, "北街 72 号后门安全出口被货物和车辆堵塞。", at(9, 17, 9))
        assert of_the_case(told) == {third.pk}
        assert decisions.served(told.notice.item) is not None and decisions.statement_due(told.notice) is None
        with pytest.raises(Refused, match="送达"):
            told.decide()
        given = {"by": told.who.chen, "at": at(9, 18, 9), "scope": told.case.scope, "case": told.case, "opinion": "x"}
        given |= {"proposal": told.proposal, "review": told.review, "notice": told.notice, "on": at(9, 18, 9).date()}
        outside = saving.set([])  # past the action: the database says no by itself
        with pytest.raises(DatabaseError, match="未告知不得作出决定"), transaction.atomic():
            Decision.objects.create(**given, penalties=[], fine_fen=0, confiscation_fen=0)
        saving.reset(outside)
        served(told, third, at(9, 17, 10))
        assert decisions.statement_due(told.notice) > due
        told.decide()
        told.issue()

        # A decision that was corrected after its service is served once more before the case is closed.
        issued = told.issuance.item
        served(told, issued, at(9, 21, 11))
        newest = corrected(told, issued, "经查，北街 72 号后门安全出口被货物堵塞。", at(9, 21, 15))
        assert of_the_case(told) == {newest.pk}
        assert decisions.served(issued).on == at(9, 21).date()  # the time to pay runs on
        told.pay()
        with pytest.raises(NotYet, match="更正后的版本还没有送达"):
            decision.close(by=told.who.chen, at=at(10, 9, 9), case=told.fresh(), how="当事人自动履行")
        page = [one.value for one in decisions._service_note(newest)]
        assert page == ["更正后还没有送达；更正前的已于 2026-09-21 送达"]
        integrate_now()

    # What the public is told: by the code on the paper, and by the file itself.
    page = publicly(f"/v/{code}/")
    assert "先后更正过 2 次" in page and third.digest in page and first.digest not in page
    assert "正在办理" in page  # the code on the notice leads to how far the matter has come
    page = publicly(f"/v/{told.issuance.code}/")
    assert "有这份文书，后来作过更正" in page and "更正日期" in page and newest.digest in page
    for old in (first, second, issued):
        with store.open(old.digest) as kept:
            answer, steps, _, _ = answers.of_upload([kept.read()])
        assert answer.title == "这是更正以前的版本，已被新的版本代替" and all(one.ok for one in steps) and answer.proof
        unheld = answers.about(old.digest)  # the digest alone opens nothing
        assert unheld.title == answer.title and unheld.withheld and unheld.proof is None
    with store.open(newest.digest) as kept:
        answer, _, _, _ = answers.of_upload([kept.read()])
    assert "起未被改动" in answer.title and "这是更正后的版本" in answer.text
    unheld = answers.about(newest.digest)  # told to everybody with the code: it opens nothing
    assert unheld.proof is None and "{since}" not in unheld.title + unheld.text
