"""The list of published decisions is executed: what must go out, what must not, and that nothing is withheld without a law."""

import html
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import story
from tests.story import Story, at
from yangguang.casework.models import CaseState
from yangguang.catalogue import actions as catalogue
from yangguang.catalogue import queries as lists
from yangguang.catalogue.models import ListVersion
from yangguang.disclosure import actions, queries
from yangguang.disclosure.models import PublicDecision, Withholding
from yangguang.duty.models import Duty
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db

LAW = "《中华人民共和国政府信息公开条例》第十五条"
DECIDED = date(2026, 9, 18)


@pytest.fixture(autouse=True)
def everything() -> Iterator[None]:
    with access.within(""):
        yield


def line(publish: str, **more: str) -> dict[str, str]:
    row = {"kind": "行政处罚", "publish": publish, "form": "摘要", "limit": "七个工作日"}
    return row | {"basis": LAW if publish == "否" else "《行政处罚法》第四十八条"} | more


def listed(s: Story, moment: datetime, on: date, *rows: dict[str, str]) -> ListVersion:
    made = catalogue.draft(
        by=s.who.zhang, at=moment, kind="list_decisions_published", rows=list(rows), in_force_from=on
    )
    catalogue.approve(by=s.who.chen, at=moment, version=made, approved=True)
    return made


def clock(s: Story) -> Duty | None:
    return Duty.objects.filter(subject=s.case.chain, rule="D07").select_related("discharge").first()


def settled(s: Story) -> dict[str, Any]:
    marks = {mark.id for mark in queries.proposed_marks(s.issuance)}
    return {"confirmed": marks, "declined": {}, "added": [], "secrecy_checked": True}


def issued(hidden_from: date) -> Story:
    """A decision of 18 September; the list had everything published until, from a day on, it hides this power."""
    s = story.begin()
    listed(s, at(8, 1), date(2026, 8, 1), line("是"))
    listed(s, at(8, 2), hidden_from, line("是"), line("否", powers=s.who.power.code))
    return s.to("issue")


@pytest.mark.clause("QD-3.1.3(1)b", "QD-3.1.3(1)c", "QS-3.1.3d")
def test_from_its_first_day_a_new_list_keeps_the_decision_from_the_public() -> None:
    s = issued(hidden_from=DECIDED)
    assert clock(s) is None, "nothing is owed to the public"
    wanted = queries.must_publish(s.issuance)
    assert not wanted.publish and "第 2 版第 2 行" in wanted.says
    with pytest.raises(actions.NotPublishable, match="第 2 版第 2 行：不公开") as refused:
        actions.publish(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, **settled(s))
    assert "清单第 2 行" in [one.clause for one in refused.value.because]
    assert not PublicDecision.objects.exists()

    done = actions.withhold(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, reason="涉及举报人的个人信息")
    assert (done.basis, done.line, done.version.number) == (LAW, 2, 2)
    assert done.because[0]["clause"] == "清单第 2 行"
    with pytest.raises(actions.NotPublishable, match="已经登记"):
        actions.withhold(by=s.who.zhou, at=at(9, 23), issuance=s.issuance, reason="再登记一次")


@pytest.mark.clause("QD-3.1.3(1)b", "QD-3.1.3(1)c")
def test_before_its_first_day_the_new_list_changes_nothing() -> None:
    s = issued(hidden_from=date(2026, 9, 19))
    duty = clock(s)
    assert duty is not None and duty.due_on == date(2026, 9, 29)
    wanted = queries.must_publish(s.issuance)
    assert wanted.publish and "第 1 版第 1 行" in wanted.says
    with pytest.raises(actions.NoGround, match="第 1 版第 1 行") as refused:
        actions.withhold(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, basis=LAW, reason="不便公开")
    assert "清单第 1 行" in [one.clause for one in refused.value.because]
    actions.publish(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, **settled(s))
    assert PublicDecision.objects.count() == 1
    with pytest.raises(actions.NotPublishable, match="已经公示"):
        actions.withhold(by=s.who.zhou, at=at(9, 23), issuance=s.issuance, basis=LAW, reason="不便公开")


@pytest.mark.clause("QD-3.1.3(1)c", "QS-3.1.3d", "DH-2.1.4a")
def test_without_a_list_the_rules_alone_hold_and_only_a_law_withholds() -> None:
    s = story.begin("issue")
    wanted = queries.must_publish(s.issuance)
    assert wanted.publish and wanted.version is None and wanted.because
    assert clock(s) is not None
    for basis in ("", "领导意见", "《政府信息公开条例》", "《》第条"):
        with pytest.raises(actions.NoGround, match="没有写明") as refused:
            actions.withhold(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, basis=basis, reason="不便公开")
        assert refused.value.because and refused.value.field == "basis"
    done = actions.withhold(by=s.who.zhou, at=at(9, 22), issuance=s.issuance, basis=LAW, reason="涉及举报人的个人信息")
    assert done.version is None
    assert clock(s).discharge.how == "void"
    state = CaseState.objects.get(case=s.case)
    assert {"disclose", "withheld"} <= set(state.done) and state.step != "disclose"
    with pytest.raises(IntegrityError, match="withheld_by_law"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into disclosure_withholding (id, at, scope, basis, reason, because, by_id, case_id, issuance_id)"
            " select gen_random_uuid(), at, scope, '领导意见', reason, because, by_id, case_id, issuance_id"
            " from disclosure_withholding"
        )


@pytest.mark.clause("DH-2.1.1a")
def test_who_enforces_publishes() -> None:
    """谁执法谁公示: the duty lies with the body of the case, whoever keeps a list elsewhere."""
    s = story.begin("issue")
    duty = clock(s)
    assert duty is not None and (duty.scope, duty.role) == (s.case.scope, "disclosure")
    assert queries.must_publish(s.issuance).version is None
    assert set(queries.to_publish(caller(s.who.zhou))) == {s.issuance}
    assert not queries.to_publish(caller(s.who.qian, "elsewhere/")).exists()


def caller(officer: Any, scope: str = "") -> Any:
    return type("Caller", (), {"scope": scope or officer.scope})()


# ---- pages -----------------------------------------------------------------------------------------------------------


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def shown(client: Client, url: str) -> str:
    return html.unescape(client.get(url).content.decode())


def test_the_desk_says_what_the_list_says_and_leads_to_the_right_page() -> None:
    s = story.begin(with_accounts=True)
    listed(s, at(8, 1), date(2026, 8, 1), line("否"))
    s.to("issue")
    client = sign_in("zhou")
    desk = shown(client, "/disclosure/")
    url = f"/disclosure/{s.issuance.pk}/withhold/"
    assert "依清单不公开，待登记" in desk and url in desk and "去公示" not in desk
    assert "不得公示" in shown(client, f"/disclosure/{s.issuance.pk}/publish/")
    page = shown(client, url)
    assert "第 1 版第 1 行" in page and LAW in page and 'name="basis"' not in page

    refused = client.post(url, {"once": str(uuid.uuid4()), "reason": ""})
    assert refused.status_code == 422
    assert client.post(url, {"once": str(uuid.uuid4()), "reason": "\0"}).status_code == 422
    done = client.post(url, {"once": str(uuid.uuid4()), "reason": "涉及举报人的个人信息"})
    assert done.status_code == 302
    assert "依法不予公开" in shown(client, "/disclosure/?tab=withheld")
    assert s.issuance.number_text not in shown(client, "/disclosure/")
    assert sign_in("chen").get(url).status_code == 403


def test_what_the_list_has_published_cannot_be_withheld_on_the_page_either() -> None:
    s = story.begin(with_accounts=True)
    listed(s, at(8, 1), date(2026, 8, 1), line("是"))
    s.to("issue")
    client = sign_in("zhou")
    desk = shown(client, "/disclosure/")
    assert "去公示" in desk and "/withhold/" not in desk and "第 1 版第 1 行" in desk
    url = f"/disclosure/{s.issuance.pk}/withhold/"
    assert "不得不公开" in shown(client, url)
    assert client.post(url, {"once": str(uuid.uuid4()), "basis": LAW, "reason": "不便公开"}).status_code == 409
    assert not Withholding.objects.exists()
    assert lists.must_publish(s.case.scope, queries.cases.pack_of(s.case), "penalty", "x", DECIDED).publish
