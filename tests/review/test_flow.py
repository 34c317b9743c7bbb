"""A body's own workflow of review: set by its head, never below the plan, and every review of the body runs on it."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from tests.review.test_depth import DH, QD, clauses, everything, give, licence, page, sent_licence, sign_in, told  # noqa: F401
from tests.story import at
from tests.walker import _put
from yangguang.casework import facts as papers
from yangguang.casework import queries as cases
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry import actions as registry
from yangguang.review import actions as review
from yangguang.review.assignment import actions as assigning
from yangguang.review.assignment import queries as assignment
from yangguang.review.counsel import actions as counsel
from yangguang.review.flow import actions as flows
from yangguang.review.flow import queries
from yangguang.review.flow.models import ReviewFlow
from yangguang.review.oversight import actions as oversight
from yangguang.review.oversight import grounds
from yangguang.review.oversight.models import Breach

pytestmark = pytest.mark.django_db

OWN = {
    "instrument": "祁东县重大执法决定法制审核工作流程",
    "from_on": date(2026, 8, 20),
    "assigns": "head",
    "assign_days": 1,
    "counsel": True,
    "opinion_days": 4,
    "materials": ["agent_authorisation"],
}


def owed(case, rule: str) -> Duty:  # type: ignore[no-untyped-def]
    return Duty.objects.get(subject=case.chain, rule=rule, discharge=None)


def filled(walker, code: str):  # type: ignore[no-untyped-def]
    """A document of the case with whatever nobody knows yet made up."""
    case, made = walker.course.case, {}
    for one in documents.missing(code, papers.for_step(case, code, walker.course.facts, {})):
        if one.name != "number":
            _put(made, one.name, walker._sample(documents.template(code).field(one.name) or one))
    return papers.for_step(case, code, walker.course.facts, made)


@pytest.mark.clause("QD-3.3.4a")
def test_every_review_runs_on_the_workflow_of_its_body(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    s = told("take_clue", QD)
    who = s.who
    monkeypatch.setattr(timezone, "now", lambda: at(8, 20, 8))
    head = sign_in("chen")
    assert "没有另行编制" in page(head, "/review/flow/") and sign_in("wang").get("/review/flow/new/").status_code == 403
    given = {**OWN, "counsel": "yes", "once": str(uuid.uuid4())}
    blank = head.post("/review/flow/new/", {**given, "opinion_days": ""})
    assert blank.status_code == 422 and "上级方案也没有规定" in blank.content.decode()
    early = head.post("/review/flow/new/", {**given, "from_on": "2026-08-01"})
    assert early.status_code == 422 and "早于今天" in early.content.decode()
    assert head.post("/review/flow/new/", {**given, "assign_days": "x"}).status_code == 422
    assert head.post("/review/flow/new/", given).status_code == 302
    flow = ReviewFlow.objects.get()
    assert flow.entry is not None and flow.scope == who.body.scope
    shown = page(sign_in("wang"), "/review/flow/")
    assert OWN["instrument"] in shown and "4 个工作日" in shown and "授权委托书" in shown

    chosen = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "major_public_interest": True}
    walker = licence(s, 8, **chosen)
    walker.walk(until="review")
    s.case = walker.course.case
    s.proposal = cases.latest_proposal(s.case)
    sent = {"by": who.zhang, "at": at(9, 2, 10), "proposal": s.proposal, "declared": True, "unit_head": who.zhang}
    with pytest.raises(flows.NotByFlow, match="授权委托书") as refused:
        review.submit(**sent)
    assert "QD-3.3.4a" in clauses(refused)
    record.write(
        by=who.zhang, at=at(9, 2, 9, 40), dossier=s.case.dossier, step="apply", code="agent_authorisation",
        data=filled(walker, "agent_authorisation"), on=date(2026, 9, 2),
    )  # fmt: skip
    s.submission = review.submit(**sent)
    assert assignment.current(s.submission) is None, "the head assigns, nobody is chosen by load"
    assign, opinion = owed(s.case, queries.ASSIGN), owed(s.case, "D53")
    assert (assign.due_on, opinion.due_on) == (date(2026, 9, 3), date(2026, 9, 8))
    assert "QD-3.3.4a" in {one["clause"] for one in opinion.because} and opinion.days
    with pytest.raises(flows.NotByFlow, match="还没有分派"):
        give(s, who.wang, when=at(9, 3, 9))
    named = {"submission": s.submission, "reviewer": who.wang, "reason": "分管消防"}
    with pytest.raises(assigning.NotForYou, match="由负责人分派") as refused:
        assigning.assign(by=who.wang, at=at(9, 4, 9), **named)
    assert "QD-3.3.4a" in clauses(refused)
    assigning.assign(by=who.chen, at=at(9, 4, 10), **named)
    assert not Duty.objects.filter(subject=s.case.chain, rule=queries.ASSIGN, discharge=None).exists()
    with pytest.raises(flows.NotByFlow, match="法律顾问、公职律师还没有参加"):
        give(s, who.wang, when=at(9, 4, 11))
    lawyer = registry.register_counsel(
        by=None,
        at=at(1, 6),
        body=who.body,
        name="钱律师",
        kind="external",
        firm="正义律师事务所",
        licence_no="14115202010000001",
        valid_from=date(2026, 1, 1),
    )
    counsel.advise(
        by=who.wang, at=at(9, 7, 9), submission=s.submission, counsel=lawyer, asked_on=date(2026, 9, 4),
        given_on=date(2026, 9, 7), agrees=True, opinion="同意拟作出的决定。", disinterested=True,
    )  # fmt: skip
    give(s, who.wang, when=at(9, 7, 15))
    rows = {one.title: one for one in queries.passed(
        s.submission, flow, assignment.current(s.submission), list(s.submission.counsel_opinions.all()),
        list(s.submission.reviews.all()), None,
    )}  # fmt: skip
    assert [one.took for one in rows.values()] == ["", "2.0 天", "3.0 天", "6 小时"]
    assert rows["分派"].late and rows["分派"].due == date(2026, 9, 3)
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 8))
    shown = page(sign_in("wang"), f"/review/{s.submission.pk}/")
    assert "审核流程和用时" in shown and "超过时限" in shown and "用时 3.0 天" in shown
    assert "分派用 2.0 天，审核用 3.2 天" in page(sign_in("qian"), "/review/oversight/?tab=given")


def test_a_workflow_is_not_looser_than_the_plan_and_leaves_what_was_sent_before(monkeypatch):
    s = told("submit")
    before = owed(s.case, "D53").due_on
    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 12))
    given = {**OWN, "from_on": date(2026, 9, 2), "materials": []}
    with pytest.raises(flows.BelowPlan, match="不得长于方案规定") as refused:
        flows.set_flow(by=s.who.chen, at=at(9, 2, 12), **{**given, "opinion_days": 6})
    assert "QS-3.3.3d" in clauses(refused)
    with pytest.raises(flows.BelowPlan, match="不是本机关负责人"):
        flows.set_flow(by=s.who.wang, at=at(9, 2, 12), **given)
    with pytest.raises(flows.BelowPlan, match="没有这种文书"):
        flows.set_flow(by=s.who.chen, at=at(9, 2, 12), **{**given, "materials": ["nonsense"]})
    flows.set_flow(by=s.who.chen, at=at(9, 2, 12), **given)
    assert queries.of(s.submission) is None and owed(s.case, "D53").due_on == before
    s.return_draft()
    s.propose_again()
    sent = s.submit_again()
    assert queries.of(sent) is not None and queries.of_many([sent, *review.Submission.objects.all()])[sent.pk]
    assert owed(s.case, "D53").due_on == date(2026, 9, 10), "four working days, the plan would give five"


@pytest.mark.parametrize(
    ("pack", "clause"),
    [
        pytest.param(QD, "QD-3.3.4b", marks=pytest.mark.clause("QD-3.3.4b")),
        pytest.param(DH, "DH-2.3.4c", marks=pytest.mark.clause("DH-2.3.4c")),
    ],
)
def test_a_breach_of_the_rules_of_review_is_a_case_from_opening_to_end(pack, clause):
    s = sent_licence(pack)
    above, url = sign_in("qian"), f"/review/{s.submission.pk}/breach/"
    form = page(above, url)
    for ground in grounds.GROUNDS.values():
        assert ground.title in form
    given = {"ground": "false_declaration", "text": "申请材料中的场所平面图与现场不符", "once": str(uuid.uuid4())}
    assert above.post(url, given).status_code == 302
    made = Breach.objects.get()
    assert clause in {one["clause"] for one in made.because} and made.entry is not None
    assert {one["name"] for one in made.persons} == {"张卫国", "李敏"}
    again = above.post(url, {**given, "once": str(uuid.uuid4())})
    assert again.status_code == 422 and "已经立案，还没有办结" in again.content.decode()
    board = page(above, "/review/oversight/?tab=breaches")
    assert "办理中" in board and "责任人员：张卫国、李敏" in board
    assert sign_in("chen").get(f"/review/oversight/breaches/{made.pk}/end/").status_code == 403
    end = {"result": "found", "text": "经调查属实，责令书面检查，通报批评。", "once": str(uuid.uuid4())}
    assert above.post(f"/review/oversight/breaches/{made.pk}/end/", end).status_code == 302
    assert "属实，已追究责任" in page(above, "/review/oversight/?tab=breaches")
    assert "通报批评" in page(sign_in("zhang"), f"/review/{s.submission.pk}/")
    with pytest.raises(oversight.NotShown, match="已经办结"):
        oversight.end_breach(by=s.who.qian, at=timezone.now(), breach=made, result="unfounded", text="再查不属实")
