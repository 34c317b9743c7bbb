"""公告送达 counts after its term; a major penalty is filed with the superior and its receipt kept."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests import story
from yangguang.casework.errors import NotHandler
from yangguang.decision import actions as decision
from yangguang.decision import queries
from yangguang.decision.actions import serving
from yangguang.decision.errors import BadDate, BadService, NotYet
from yangguang.decision.models import Service
from yangguang.decision.outward import actions
from yangguang.duty.models import Duty
from yangguang.policy.packs import Pack
from yangguang.record import documents
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db
SERVED = {"method": "announcement", "place": "镇政府公告栏", "recipient": "赵大勇"}
NOTICE = {
    "reason": "直接送达三次无人，邮寄件以“查无此人”退回",
    "channel": "镇政府网站和住所地张贴",
    "gist": "拟对你处以罚款二百元，你有权陈述申辩",
    "collect_at": "青山镇人民政府行政执法大队",
}


@pytest.fixture
def told():
    with access.within(""):
        made = story.begin("notify", with_accounts=True)
        made.paper = queries.notice_of(made.case).item
        yield made


def serve(told, at, on):
    return decision.serve(by=told.who.zhang, at=at, case=told.case, item=told.paper, on=on, **SERVED)


@pytest.mark.clause("CN-CIV-95")
def test_an_announced_document_is_served_on_the_thirtieth_day_after(told):
    """自发出公告之日起，经过三十日，即视为送达: not before, and on no other day."""
    on = told.paper.on
    at = story.at(on.month, on.day, 15)
    with pytest.raises(BadService, match="还没有发出送达公告"):
        serve(told, at, on)
    made = actions.announce(by=told.who.zhang, at=at, case=told.case, item=told.paper, published_on=on, **NOTICE)
    assert made.due_on == on + timedelta(days=30)
    assert made.paper.code == "service_announcement" and made.paper.data["days"] == 30
    assert Duty.objects.get(subject=told.case.chain, rule="D24").due_on == made.due_on
    with pytest.raises(BadService, match="公告期未满") as early:
        serve(told, at + timedelta(days=29), made.due_on - timedelta(days=1))
    assert str(made.due_on) in early.value.mend
    with pytest.raises(BadDate, match=str(made.due_on)):
        serve(told, at + timedelta(days=40), on)
    done = serve(told, at + timedelta(days=40), made.due_on)
    assert done.on == made.due_on
    assert Duty.objects.get(subject=told.case.chain, rule="D24").discharge
    assert queries.statement_due(queries.notice_of(told.case)) > made.due_on  # the periods run from that day


@pytest.mark.clause("CN-CIV-89")
def test_the_other_six_ways_of_service_each_leave_a_receipt(told, monkeypatch):
    """留置 wants a witness or pictures and the reason of the refusal, 电子 the party's consent; the rest just its day."""
    on = told.paper.on
    given = {
        "by": told.who.zhang,
        "at": story.at(on.month, on.day, 15),
        "case": told.case,
        "item": told.paper,
        "on": on,
    }
    given |= {"place": "青山镇北街 27 号", "recipient": "赵大勇"}
    for refused, clause in (
        ({"method": "leaving"}, "CN-CIV-89"),
        ({"method": "leaving", "witness": "村委会干部"}, "CN-CIV-89"),
        ({"method": "leaving", "refusal": "拒绝签收"}, "CN-CIV-89"),
        ({"method": "electronic"}, "CN-PEN-61.2"),
        ({"method": "entrusted"}, "CN-CIV-91"),
        ({"method": "forwarded", "through": "某"}, "CN-CIV-94"),
        ({"method": "direct", "recipient": "赵小勇"}, "CN-CIV-88"),  # taken by somebody else: who is that to the party?
        ({"method": "direct", "on": on - timedelta(days=1)}, "CN-CIV-87.2"),
        ({"method": "direct", "on": on + timedelta(days=1)}, "CN-CIV-87.2"),
        ({"method": "direct", "hour": time(15, 1)}, "CN-CIV-87.2"),  # later than now
    ):
        with pytest.raises((BadService, BadDate)) as told_why:
            decision.serve(**given | refused)
        assert clause in {one.clause for one in told_why.value.because}, refused
        assert told_why.value.mend
    monkeypatch.setattr(serving, "_consented", lambda case: True)
    left = {"witness": "村委会干部王某", "refusal": "拒绝签收，说明了理由"}
    besides = {
        Service.Method.LEAVING: (left, ("拒绝签收，说明了理由", "村委会干部王某")),
        Service.Method.ENTRUSTED: ({"through": "光山县人民政府"}, ("委托光山县人民政府代为送达",)),
        Service.Method.FORWARDED: ({"through": "信阳监狱"}, ("由信阳监狱转交",)),
        Service.Method.DIRECT: (
            {"recipient": "赵小勇", "relation": "同住成年儿子", "hour": time(9, 5)}, ("同住成年儿子", "9时05分")
        ),
    }  # fmt: skip
    ways = [one for one in Service.Method if one != Service.Method.ANNOUNCEMENT]
    assert len(ways) == 6
    for way in ways:
        before = transaction.savepoint()
        more, says = besides.get(way, ({}, ()))
        done = decision.serve(**given | more, method=way.value)
        printed = documents.text(done.receipt.code, done.receipt.data, on=done.receipt.on)
        assert all(one in printed for one in (way.label, *says)), (way, printed)
        assert ("时" in printed.partition("送达时间")[2][:16]) == ("hour" in more), "no hour that nobody gave"
        transaction.savepoint_rollback(before)
    # without a witness, where pictures of that day are in the file
    photo = Item.objects.filter(dossier=told.case.dossier, medium="photo").first()
    assert serving._filmed(told.case, on) == [] and photo in serving._filmed(told.case, timezone.localdate(photo.at))
    monkeypatch.setattr(serving, "_filmed", lambda case, day: [photo] if day == on else [])
    done = decision.serve(**given, method="leaving", refusal="拒绝签收")
    assert photo.title in documents.text(done.receipt.code, done.receipt.data, on=done.receipt.on)


def test_it_is_announced_once_with_its_reason_and_by_a_handler(told):
    on = told.paper.on
    given = {"at": story.at(on.month, on.day, 15), "case": told.case, "item": told.paper, "published_on": on}
    with pytest.raises(BadService, match="没有写明其他方式无法送达的情况"):
        actions.announce(by=told.who.zhang, **given, **NOTICE | {"reason": " "})
    with pytest.raises(BadDate):
        actions.announce(by=told.who.zhang, **given | {"published_on": on - timedelta(days=1)}, **NOTICE)
    with pytest.raises(NotHandler):
        actions.announce(by=told.who.chen, **given, **NOTICE)
    actions.announce(by=told.who.zhang, **given, **NOTICE)
    with pytest.raises(BadService, match="已经发出"):
        actions.announce(by=told.who.zhang, **given, **NOTICE)


def test_the_pages_lead_from_the_service_to_the_announcement(told, client):
    account = Account.objects.get(username="zhang")
    client.force_login(account, backend="yangguang.registry.access.Accounts")
    here = f"/decision/{told.case.pk}/announce/{told.paper.pk}/"
    assert here in client.get(f"/decision/{told.case.pk}/serve/{told.paper.pk}/").content.decode()
    assert "经过三十日，即视为送达。（《中华人民共和国民事诉讼法》第九十五条" in client.get(here).content.decode()
    refused = client.post(here, NOTICE | {"published_on": "2000-01-01"})
    assert refused.status_code == 422
    assert "公告日期应在文书日期" in refused.content.decode()
    assert client.post(here, NOTICE | {"published_on": "2026-11-22", "reason": ""}).status_code == 422
    assert client.post(here, NOTICE | {"published_on": "2026-11-22"}).status_code == 302
    assert "视为送达之日" in client.get(here).content.decode()
    assert "公告期间" in client.get(f"/work/cases/{told.case.pk}/").content.decode()


def test_a_major_penalty_is_filed_and_its_receipt_kept(monkeypatch):
    """Owed only where a pack gives a number: here one that says fifteen days for every fine."""
    with access.within(""):
        made = story.begin("answer", with_accounts=True)
        counted, asked = Pack.deadline, []

        def local(pack, rule, start, **more):
            asked.append((rule, more.get("facts") or {}))
            return counted(pack, "D24" if rule == "D25" else rule, start, **more)

        with monkeypatch.context() as patched:
            patched.setattr(Pack, "deadline", local)
            made.decide()
        facts = next(facts for rule, facts in asked if rule == "D25")
        assert facts["kind"] == "penalty" and facts["fine_fen"] == 20000  # what a line of a pack may ask
        made.issue()
        who, found = made.who, queries.decision_of(made.case)
        owed = Duty.objects.get(subject=made.case.chain, rule="D25")
        assert owed.due_on > found.on and not hasattr(owed, "discharge")
        at = story.at(found.on.month, found.on.day, 17)
        with pytest.raises(BadDate):
            actions.file_penalty(by=who.zhang, at=at, decision=found, filing_with="罗山县人民政府", on=date(2026, 1, 1))
        filed = actions.file_penalty(by=who.zhang, at=at, decision=found, filing_with="罗山县人民政府", on=found.on)
        assert filed.item.code == "major_penalty_filing"
        assert filed.item.data["decision_no"] == found.issuance.number_text
        assert Duty.objects.get(pk=owed.pk).discharge
        with pytest.raises(NotYet, match="已经报备"):
            actions.file_penalty(by=who.zhang, at=at, decision=found, filing_with="罗山县人民政府", on=found.on)
        given = {"by": who.zhang, "at": at + timedelta(days=3), "filing": filed, "opinion": ""}
        actions.receive_receipt(**given, number="罗政备〔2026〕3 号", on=found.on + timedelta(days=2))
        with pytest.raises(NotYet):
            actions.receive_receipt(**given, number="罗政备〔2026〕3 号", on=found.on + timedelta(days=2))
