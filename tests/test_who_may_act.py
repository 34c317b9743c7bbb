"""Nobody without a passed exam and a certificate that holds on the day is assigned, signs, or appears on a document."""

from datetime import date

import pytest

from tests import story
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework.errors import NotCertified, NotHead
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure.actions.errors import NotItsPublisher
from yangguang.inspection import actions as inspection
from yangguang.registry import access, queries
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Officer

pytestmark = pytest.mark.django_db
NOW = at(8, 20)


@pytest.fixture
def who():
    with access.within(""):
        yield story.people()


def assign(who, second: Officer):
    clue = inspection.take_clue(
        by=who.zhang,
        at=at(8, 24),
        source="inspection",
        found_on=date(2026, 8, 24),
        summary="货物堵塞安全出口",
        place="北街 27 号",
        party=who.party,
        power=who.power,
    )
    return casework.apply(
        by=who.zhang,
        at=at(8, 25),
        second=second,
        party=who.party,
        power=who.power,
        cause="占用堵塞安全出口",
        found_on=clue.found_on,
        clue=clue,
        unit=who.unit,
        touches=[],
    )


def person(who, **more) -> Officer:
    return registry.register_officer(by=None, at=NOW, body=who.body, name="新人", valid_from=date(2026, 1, 1), **more)


@pytest.mark.clause("QD-3.1.2(1)b", "WC-2.1.3(2)a")
def test_without_a_certificate(who):
    with pytest.raises(NotCertified, match="没有行政执法证"):
        assign(who, person(who))


def test_an_assistant(who):
    with pytest.raises(NotCertified, match="辅助人员"):
        assign(who, person(who, auxiliary=True))


@pytest.mark.clause("QS-4.6b")
def test_after_a_failed_yearly_check_and_again_after_a_passed_one(who):
    held = queries.standing(who.li, date(2026, 1, 1)).certificate
    given = {"by": who.qian, "certificate": held, "year": 2026}
    registry.check_certificate(at=NOW, passed=False, on=date(2026, 8, 1), note="学时不足", **given)
    with pytest.raises(NotCertified, match="年度审验不合格"):
        assign(who, who.li)
    registry.check_certificate(at=at(8, 23), passed=True, on=date(2026, 8, 23), **given)
    assert assign(who, who.li).handler2_key == who.li.key


@pytest.mark.clause("QD-3.1.1(3)a")
def test_only_a_head_approves_and_only_the_publisher_publishes():
    """The role is asked on the day of the act, whoever calls the action: a page that forgot to ask changes nothing."""
    with access.within(""):
        told = story.begin("apply", with_accounts=True)
        given = {"at": at(8, 25, 16), "case": told.case, "approved": True, "opinion": "同意立案。"}
        with pytest.raises(NotHead, match="吴刚不是") as refused:
            casework.answer_opening(by=told.who.wu, **given)
        assert {one.clause for one in refused.value.because} & {"CN-PEN-54.1", "CN-PEN-57.1", "CN-PEN-57"}
        chen = Account.objects.get(username="chen")
        registry.grant_role(by=None, at=at(8, 25, 9), account=chen, role="head", granted=False)
        with pytest.raises(NotHead, match="陈立新不是"):
            casework.answer_opening(by=told.who.chen, **given)
        registry.grant_role(by=None, at=at(8, 25, 10), account=chen, role="head")
        rest = story.STEPS[story.STEPS.index("approve_opening") : story.STEPS.index("publish")]
        for step in rest:
            getattr(told, step)()
        terms = {"at": at(9, 22, 10), "issuance": told.issuance}
        shown = {"confirmed": set(), "declined": {}, "added": [], "secrecy_checked": True}
        for person in (told.who.li, told.who.chen, told.who.qian):
            with pytest.raises(NotItsPublisher, match=f"{person.name}不是"):
                disclosure.publish(by=person, **terms, **shown)
            with pytest.raises(NotItsPublisher):
                disclosure.withhold(by=person, basis="《某法》第一条", reason="涉及国家秘密", **terms)
        kept = told.publish()
        with pytest.raises(NotItsPublisher):
            disclosure.take_down(by=told.who.chen, at=at(9, 23), publication=kept, reason="公开的内容有误")
        with pytest.raises(NotItsPublisher):
            disclosure.correct(by=told.who.chen, at=at(9, 23), publication=kept, note="改正当事人姓名", **shown)
