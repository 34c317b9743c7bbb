"""变更承办人 and 回避决定: a case does not stand still because one of its officers may not act any more."""

import pytest
from django.db import DatabaseError, transaction

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.errors import MustRecuse, NotCertified, NotHandler, NotHead
from yangguang.casework.handlers import actions
from yangguang.casework.models import Case, CaseState, HandlerChange
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Certificate
from yangguang.site.demo import qingshan
from yangguang.trail import models as trail
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db
WHY = "李敏的执法证被暂扣，由林芳接办"


@pytest.fixture
def told():
    with access.within(""):
        yield story.begin("interview", with_accounts=True)


def suspend(officer, on):
    registry.change_certificate(
        by=None, at=on, certificate=_held(officer), state="suspended", on=on.date(), reason="年度考核不合格"
    )


def _held(officer):
    return Certificate.objects.filter(officer_key=officer.key).latest("valid_from")


def again(case) -> Case:
    """The case as the next request reads it."""
    return Case.objects.select_related(*cases.CASE, "state").get(pk=case.pk)


def change(told, at, first=None, second=None, by=None, **more):
    who = told.who
    given = {"first": first or who.zhang, "second": second or who.lin, "reason": WHY} | more
    return actions.change_handlers(by=by or who.chen, at=at, case=again(told.case), **given)


@pytest.mark.clause("CN-PEN-42.1")
def test_a_suspended_handler_does_not_block_the_case(told):
    """Both must be certified for anything to be done; the head names another, and the work goes on."""
    at = story.at(9, 9, 9)
    suspend(told.who.li, at)
    with pytest.raises(NotCertified):
        casework.must_handle(again(told.case), told.who.zhang, at.date())
    made = change(told, at)
    case = again(told.case)
    assert case.handler_keys == {told.who.zhang.key, told.who.lin.key}
    assert (case.handler2.name, case.certificate2.number) == ("林芳", made.certificate2.number)
    casework.must_handle(case, told.who.lin, at.date())
    casework.take_step(
        by=told.who.lin,
        at=story.at(9, 9, 10),
        case=case,
        step="identify",
        given={
            "identified_at": story.at(9, 9, 10),
            "certificates_shown": "已出示",
            "rights_explained": "已告知",
            "identity_shown": True,
            "rights_told": True,
            "acknowledged": "signed",
        },
    )
    with pytest.raises(NotHandler, match="张卫国、林芳"):
        casework.must_handle(case, told.who.li, at.date())


def test_what_was_done_stays_theirs_who_did_it(told):
    before = {step.pk: step.by_id for step in told.case.steps.all()}
    assert before
    change(told, story.at(9, 9, 9), first=told.who.lin, second=told.who.zhang)
    assert dict(told.case.steps.filter(pk__in=before).values_list("pk", "by_id")) == before
    entry = Entry.objects.filter(chain=told.case.chain, verb="casework.change_handlers").get()
    assert WHY in entry.payload
    paper = told.case.dossier.items.get(code="handler_change")
    text = documents.text(paper.code, paper.data, on=paper.on)
    assert "张卫国（主办）、李敏（协办）" in text and "林芳（主办）、张卫国（协办）" in text and WHY in text
    state = CaseState.objects.get(case=told.case)
    assert (state.handler1_key, state.handler2_key) == (told.who.lin.key, told.who.zhang.key)


@pytest.mark.clause("CN-PEN-43.1")
def test_nobody_uncertified_or_recused_and_no_handler_is_named(told):
    at, who = story.at(9, 9, 9), told.who
    with pytest.raises(NotCertified, match="到期"):
        change(told, at, second=who.wu)
    registry.recuse(by=who.zhang, at=at, subject=told.case.chain, officer=who.lin, ground="interest", note="近亲属")
    with pytest.raises(MustRecuse) as refused:
        change(told, at)
    assert refused.value.because and refused.value.field == "second"
    with pytest.raises(NotHead):
        change(told, at, by=who.zhang)
    with pytest.raises(actions.SameHandlers):
        change(told, at, second=who.li)


def test_only_a_head_changes_them(told):
    with pytest.raises(NotHead, match="不是青山镇人民政府的负责人"):
        change(told, story.at(9, 9, 9), by=told.who.zhou)


def test_the_database_holds_it_by_itself(told):
    at, who = story.at(9, 9, 9), told.who
    change(told, at)
    case = again(told.case)
    rows = {
        "at": at,
        "scope": case.scope,
        "case": case,
        "reason": WHY,
        "handler1": who.zhang,
        "handler1_key": who.zhang.key,
    }
    rows |= {"certificate1": case.certificate1, "certificate2": _held(who.wu), "handler2": who.wu}
    token = trail.saving.set([])
    try:
        for by, key in ((who.chen, who.wu.key), (who.li, who.wu.key)):
            with pytest.raises(DatabaseError), transaction.atomic():
                HandlerChange.objects.create(by=by, handler2_key=key, **rows)
    finally:
        trail.saving.reset(token)


def test_whoever_handled_it_before_does_not_review_it(told):
    change(told, story.at(9, 9, 9))
    assert told.who.li.key in again(told.case).ever_handled
    assert told.who.li.key not in again(told.case).handler_keys


@pytest.mark.clause("CN-PEN-43.2")
def test_a_recusal_is_decided_with_its_document(told, client):
    """The party asks, the head decides, the decision is in the file, and the page leads on to the change of handlers."""
    who, case = told.who, told.case
    account = Account.objects.get(username="chen")
    client.force_login(account, backend="yangguang.registry.access.Accounts")
    url = f"/cases/{case.pk}/recuse/decide/"
    page = client.get(url)
    assert page.status_code == 200
    sent = {
        "person": str(who.li.key), "how": "apply", "applicant": "赵大勇", "applied_on": "2026-09-08",
        "reason": "李敏与举报人是近亲属", "granted": "yes", "ground": "", "grounds": "经查属实",
    }  # fmt: skip
    assert "选择法定事由" in client.post(url, sent).content.decode()
    done = client.post(url, sent | {"ground": "other"})
    assert done.status_code == 302, done.content.decode()[-1500:]
    assert done.url == f"/cases/{case.pk}/handlers/"
    assert case.dossier.items.filter(code="recusal_decision").exists()
    with pytest.raises(MustRecuse):
        casework.must_handle(again(case), who.li, story.at(11, 1).date())
    assert "李敏应当回避，由负责人变更承办人以后继续办理" in client.get(f"/work/cases/{case.pk}/").content.decode()
    page = client.get(done.url).content.decode()
    assert "应当回避的人员" in page and "有其他关系可能影响公正执法" in page
    twice = client.post(url, sent | {"ground": "other"})
    assert twice.status_code == 422 and "已经决定回避" in twice.content.decode()
    assert client.post(url, sent | {"how": "self", "granted": "no", "applicant": ""}).status_code == 302


def test_a_course_goes_on_with_other_hands():
    with access.within(""):
        who = story.people()
        story.accounts(who)
        walker = Walker(who, story.at(9, 1, 9), {"acceptance_outcome": "accepted"})
        case = walker.begin("licence", "ordinary", a_power(who.body, "licence", qingshan.REGISTERED, qingshan.SINCE))
        walker.walk(until="examine")
        walker.at = story.at(9, 9, 9)
        actions.change_handlers(
            by=who.chen, at=walker.at, case=again(case), first=who.lin, second=who.zhang, reason="李敏调离本单位"
        )
        who.zhang = who.lin  # the walker's officer
        walker.step("examine")
        assert "examine" in walker.course.done
