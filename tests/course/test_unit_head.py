"""The head of a handling unit speaks under an own account: in the ordinary penalty and in a guided act."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import story
from tests.story import Story, at
from tests.walker import Walker, a_power
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.errors import OutOfOrder
from yangguang.casework.models import UnitOpinion
from yangguang.casework.unit import actions, queries
from yangguang.casework.unit.errors import NotUnitHead, UnitSilent
from yangguang.decision import actions as decision
from yangguang.record.models import Item
from yangguang.record.passkeys import actions as passkeys
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.review import actions as review
from yangguang.site.demo import qingshan
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def s() -> Iterator[Story]:
    """青山镇, whose brigade has a head with an account of his own."""
    with access.within(""):
        made = story.begin(with_accounts=True)
        made.who.he = qingshan.head_of_unit(made.who)  # type: ignore[attr-defined]
        account = registry.open_account(username="he", officer=made.who.he, password=story.PASSWORD)  # type: ignore[attr-defined]
        registry.grant_role(by=None, at=at(1, 5), account=account, role="unit_head", unit=made.who.unit)
        yield made


def sign_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def chain(case, code: str) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    item = Item.objects.filter(dossier=case.dossier_id, code=code).order_by("-at", "-id").first()
    return [(one["role"], one["name"]) for one in item.data["opinions"]]


def clauses(refused: Refused) -> set[str]:
    return {one.clause for one in refused.because}


@pytest.mark.clause("CN-118-4.4", "QS-3.3.3a")
def test_the_unit_speaks_by_its_head_before_the_head_of_the_body_decides(s: Story) -> None:
    who = s.who
    he, case = who.he, s.to("apply").case  # type: ignore[attr-defined]

    def speak(by, moment=None, agreed=True, words=""):  # type: ignore[no-untyped-def]
        fresh, when = s.fresh(), moment or at(8, 25, 14)
        return actions.speak(by=by, at=when, case=fresh, subject=queries.subject(fresh), agreed=agreed, opinion=words)

    with pytest.raises(UnitSilent, match="行政执法大队主要负责人还没有对立案申请签署意见") as refused:
        casework.answer_opening(by=who.chen, at=at(8, 25, 16), case=case, approved=True, opinion="同意。")
    assert {"CN-PEN-54.2", "QS-3.3.3a"} <= clauses(refused.value) and "何建军" in refused.value.mend
    for by, why in (
        (who.zhang, "承办过本案"),
        (who.li, "承办过本案"),
        (who.wu, "不得代为签署"),
        (who.chen, "不得代为签署"),
    ):
        with pytest.raises(NotUnitHead, match=why) as refused:
            speak(by)
        assert refused.value.because and "何建军" in refused.value.mend
    with pytest.raises(IntegrityError, match="承办过本案的人员"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_unitopinion (id, at, scope, what, about, agreed, opinion, by_id, case_id, unit_id)"
            " values (%s, now(), %s, 'opening', %s, true, '同意。', %s, %s, %s)",
            [uuid.uuid4(), case.scope, case.ref, who.zhang.pk, case.pk, case.unit_id],
        )
    spoken = speak(he)
    assert spoken.opinion == "同意。" and spoken.entry is not None and spoken.entry.chain == case.chain
    with pytest.raises(OutOfOrder, match="已经"):
        speak(he)
    s.approve_opening()
    assert chain(s.fresh(), "case_opening_approval")[2:] == [
        ("承办机构意见", "何建军"),
        ("负责人意见", who.chen.name),
    ]
    for step in story.STEPS[story.STEPS.index("approve_opening") + 1 : story.STEPS.index("propose") + 1]:
        getattr(s, step)()

    def submit(**named):  # type: ignore[no-untyped-def]
        return review.submit(by=who.zhang, at=at(9, 2, 10), proposal=s.proposal, declared=True, **named)

    with pytest.raises(UnitSilent, match="还没有对处理意见第 1 稿签署意见"):
        submit(unit_head=who.zhang)
    with pytest.raises(Refused, match="没有写明不同意的理由"):
        speak(he, at(9, 2, 9, 10), agreed=False)
    speak(he, at(9, 2, 9, 20), agreed=False, words="裁量理由没有写明情节，修改后再报。")
    with pytest.raises(UnitSilent, match="不同意处理意见第 1 稿：裁量理由没有写明情节") as refused:
        submit()
    assert "提出新的一稿" in refused.value.mend
    s.propose_again()
    speak(he, at(9, 4, 9, 20), words="事实清楚，同意送审。")
    with pytest.raises(Refused, match="由何建军签署，不能写成张卫国"):
        review.submit(by=who.zhang, at=at(9, 4, 10), proposal=s.proposal, declared=True, unit_head=who.zhang)
    s.submit_again()
    form = Item.objects.get(dossier=s.case.dossier_id, code="legal_review_submission")
    assert form.data["unit_head"] == "何建军" and form.data["unit_opinion"].startswith("事实清楚，同意送审。")
    assert Item.objects.get(dossier=s.case.dossier_id, code="review_declaration").data["unit_head"] == "何建军"
    assert passkeys.standings(he, form) == ["unit"] and passkeys.standings(who.wu, form) == []
    for step in story.STEPS[story.STEPS.index("submit_again") + 1 : story.STEPS.index("close")]:
        getattr(s, step)()
    assert [role for role, _ in chain(s.case, "decision_approval")] == [
        "承办人意见", "承办人意见", "承办机构意见", "法制审核意见", "负责人意见",
    ]  # fmt: skip
    assert ("承办机构意见", "何建军") in chain(s.case, "decision_approval")
    with pytest.raises(UnitSilent, match="还没有对结案签署意见"):
        decision.close(by=who.chen, at=at(9, 24, 10), case=s.fresh(), how="当事人自动履行完毕")
    s.close()
    assert chain(s.case, "closure_report")[1] == ("承办机构意见", "何建军")
    assert UnitOpinion.objects.filter(case=case).count() == 4


def test_a_unit_whose_only_head_handles_the_case_is_declared_for_as_before(s: Story) -> None:
    registry.grant_role(
        by=None,
        at=at(1, 6),
        account=Account.objects.get(username="he"),
        role="unit_head",
        granted=False,
        unit=s.who.unit,
    )
    zhang = Account.objects.get(username="zhang")
    registry.grant_role(by=None, at=at(1, 6), account=zhang, role="unit_head", unit=s.who.unit)
    s.to("submit")
    assert not UnitOpinion.objects.exists()
    assert queries.pending(s.fresh()) is None
    form = Item.objects.get(dossier=s.case.dossier_id, code="legal_review_submission")
    assert form.data["unit_head"] == s.who.zhang.name


def test_a_guided_request_waits_for_the_unit_and_bears_its_opinion(s: Story) -> None:
    walker = Walker(
        s.who,
        at(9, 1, 9),
        {"measure_type": "seizure", "measure_basis": "law", "object_related": True, "object_is_necessity": False},
    )
    power = a_power(s.who.body, "compulsory_measure", qingshan.REGISTERED, qingshan.SINCE)
    walker.begin("compulsory_measure", "ordinary", power)
    walker.walk(until="approve")
    walker.at += timedelta(hours=1)
    asked = walker.put_before_head("approve")
    case = walker.course.case

    def answer():  # type: ignore[no-untyped-def]
        return course.answer_request(
            by=s.who.chen, at=walker.at, case=case, request=asked, approved=True, opinion="同意。"
        )

    with pytest.raises(UnitSilent, match=r"还没有对提请批准：.*签署意见") as refused:
        answer()
    assert refused.value.because
    assert sign_in("chen").get(f"/cases/{case.pk}/answer/").status_code == 403
    client = sign_in("he")
    assert case.title in client.get("/cases/unit/").content.decode()
    shown = client.get(f"/cases/{case.pk}/unit/")
    assert "提请批准" in shown.content.decode()
    wrong = client.post(f"/cases/{case.pk}/unit/", {"agreed": "no", "opinion": "", "once": str(uuid.uuid4())})
    assert wrong.status_code == 422 and "必须写明理由" in wrong.content.decode()
    done = client.post(
        f"/cases/{case.pk}/unit/", {"agreed": "yes", "opinion": "情况属实，同意。", "once": str(uuid.uuid4())}
    )
    assert done.status_code == 302
    assert "没有等待签署的事项" in client.get("/cases/unit/").content.decode()
    assert "情况属实，同意。" in client.get("/cases/unit/?tab=given").content.decode()
    assert "情况属实，同意。" in sign_in("chen").get(f"/cases/{case.pk}/answer/").content.decode()
    walker.at += timedelta(hours=1)
    answer()
    assert ("承办机构意见", "何建军") in chain(case, "measure_approval")


def test_the_pages_of_the_head_of_a_unit(s: Story) -> None:
    s.to("apply")
    client, case = sign_in("he"), s.case
    home = client.get("/work/").content.decode()
    assert "待我签署的机构意见" in home and case.title in home
    with CaptureQueriesContext(connection) as one:
        assert client.get("/cases/unit/").content.decode().count("去签署") == 1
    more = [story.begin_again(s, "apply").case.title for _ in range(2)]
    with CaptureQueriesContext(connection) as three:
        desk = client.get("/cases/unit/").content.decode()
    assert desk.count("去签署") == 3 and all(title in desk for title in more)
    assert len(three) == len(one) <= 20
    assert "等待承办机构对立案申请签署意见" in client.get(f"/work/cases/{case.pk}/").content.decode()
    for username, status in (("zhang", 403), ("chen", 403), ("he", 200)):
        assert sign_in(username).get(f"/cases/{case.pk}/unit/").status_code == status
    assert sign_in("chen").get(f"/cases/{case.pk}/opening/").status_code == 403
    given = {"agreed": "yes", "opinion": "", "once": str(uuid.uuid4())}
    assert client.post(f"/cases/{case.pk}/unit/", given).status_code == 302
    assert client.get(f"/cases/{case.pk}/unit/").status_code == 302  # spoken already: back to the case
    opening = sign_in("chen").get(f"/cases/{case.pk}/opening/").content.decode()
    assert "何建军" in opening
    s.fresh()
    assert cases.visible_to(access.Caller(Account.objects.get(username="he"), frozenset({"unit_head"}))).exists()


def test_the_role_is_of_one_unit_of_the_own_body(s: Story) -> None:
    he = Account.objects.get(username="he")

    def grant(**given):  # type: ignore[no-untyped-def]
        return registry.grant_role(by=None, at=at(2, 1), account=he, **given)

    with pytest.raises(registry.WithoutUnit, match="没有选择是哪一个承办机构"):
        grant(role="unit_head")
    with pytest.raises(registry.WithoutUnit, match="不分承办机构"):
        grant(role="officer", unit=s.who.unit)
    other = registry.register_unit(by=None, at=at(2, 1), body=s.who.county, name="监督股", valid_from=qingshan.SINCE)
    with pytest.raises(registry.WithoutUnit, match="不是青山镇人民政府的承办机构"):
        grant(role="unit_head", unit=other)
    with pytest.raises(IntegrityError, match="rolegrant_of_a_unit"), transaction.atomic(), connection.cursor() as raw:
        raw.execute(
            "insert into registry_rolegrant (id, at, scope, role, granted, account_id)"
            " values (%s, now(), %s, 'unit_head', true, %s)",
            [uuid.uuid4(), he.officer.scope, he.pk],
        )
    page = sign_in("he")
    assert page.get("/registry/accounts/").status_code == 403
    chief = registry.open_account(username="fang", officer=s.who.sun, password=story.PASSWORD)
    registry.grant_role(by=None, at=at(2, 1), account=chief, role="security")
    client = sign_in("fang")
    wu = Account.objects.get(username="wu")
    url = f"/registry/accounts/{wu.pk}/role/"
    bare = {"role": "unit_head", "granted": "yes", "unit": "", "once": str(uuid.uuid4())}
    assert "没有选择是哪一个承办机构" in client.post(url, bare).content.decode()
    done = client.post(url, {**bare, "unit": str(s.who.unit.pk), "once": str(uuid.uuid4())})
    assert done.status_code == 302
    assert "承办机构负责人（行政执法大队）" in client.get(f"/registry/accounts/{wu.pk}/").content.decode()
