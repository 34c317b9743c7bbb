"""A hearing from the request to the decision that follows its transcript."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import Story, at
from yangguang.casework import actions as casework
from yangguang.casework.models import CaseState
from yangguang.decision import actions, queries
from yangguang.decision.hearing import actions as hearing
from yangguang.decision.hearing import queries as hearings
from yangguang.decision.hearing.models import Hearing, HearingRequest
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.review import actions as review
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db
SAID = {
    "ended_at": at(9, 24, 11).isoformat(),
    "participants": [{"name": "赵大勇", "role": "当事人"}],
    "rights": "已告知权利义务，当事人不申请回避。",
    "presented": "调查人员宣读违法事实、证据和处罚建议。",
    "argued": "当事人认为已经及时清理，责令停业过重。",
    "final": "请求不责令停业。",
    "signature": {"name": "赵大勇", "at": at(9, 24, 11).isoformat()},
}


def heavy() -> Story:
    """The case with a draft that closes the shop, told to the party on 8 September."""
    told = story.begin("conclude")
    told.proposal = casework.propose(
        by=told.who.zhang,
        at=at(9, 4, 9),
        case=told.fresh(),
        body=told.draft(penalties=["fine", "suspend_business"], fine_fen=20000),
    )
    told.submit_again()
    told.pass_review()
    told.notify()
    told.confirm_address()
    told.serve_notice()
    return told


def step(told: Story) -> str:
    return CaseState.objects.get(case=told.case).step


def asked(told: Story, on: date = date(2026, 9, 10)) -> HearingRequest:
    return hearing.ask(
        by=told.who.zhang,
        at=at(9, 15, 9) if on > date(2026, 9, 10) else at(9, 10, 15),
        notice=told.notice,
        how="requested",
        text="请求听证：责令停业过重。",
        on=on,
    )


def arranged(told: Story, request: HearingRequest, **changes) -> Hearing:
    given = {"host": told.who.zhou, "opens_at": at(9, 24, 9), "place": "青山镇人民政府二楼会议室", "public": True}
    return hearing.arrange(by=told.who.chen, at=at(9, 11, 9), asked=request, **{**given, **changes})


def served(told: Story, paper, on: date) -> None:
    actions.serve(
        by=told.who.zhang,
        at=at(on.month, on.day, 17),
        case=told.fresh(),
        item=paper,
        method="direct",
        place="青山镇北街 27 号",
        recipient="赵大勇",
        relation="本人",
        on=on,
    )


def test_period_to_ask_is_five_working_days():
    with access.within(""):
        told = heavy()
        told.statement = actions.take_statement(
            by=told.who.li, at=at(9, 9, 9), notice=told.notice, how="waived", text="没有意见", on=date(2026, 9, 9)
        )
        assert step(told) == "hearing"  # what is open does not pass
        with pytest.raises(Refused, match="2026-09-15 才届满"):
            hearing.ask(by=told.who.zhang, at=at(9, 15, 9), notice=told.notice, how="lapsed")
        with pytest.raises(Refused, match="2026-09-15 届满"):
            hearing.ask(
                by=told.who.zhang,
                at=at(9, 16, 9),
                notice=told.notice,
                how="requested",
                text="要求听证",
                on=date(2026, 9, 16),
            )
        hearing.ask(by=told.who.zhang, at=at(9, 16, 9), notice=told.notice, how="lapsed")
        assert step(told) == "decide"
        decided = actions.decide(by=told.who.chen, at=at(9, 17, 9), proposal=told.proposal, opinion="同意")
        assert "期满未要求听证" in decided.case.dossier.items.get(code="decision_approval").data["notice"]


@pytest.mark.clause("QS-3.3.2b2")
def test_decision_follows_the_transcript():
    with access.within(""):
        told = heavy()
        actions.take_statement(
            by=told.who.li, at=at(9, 9, 9), notice=told.notice, how="waived", text="听证时一并说", on=date(2026, 9, 9)
        )
        request = asked(told)
        assert step(told) == "hearing"
        with pytest.raises(Refused, match="调查人员"):
            arranged(told, request, host=told.who.li)
        with pytest.raises(Refused, match="最迟应在"):
            arranged(told, request, opens_at=at(9, 18, 9))
        with pytest.raises(Refused, match="公开举行"):
            arranged(told, request, public=False)
        meeting = arranged(told, request)
        facts = queries.gate_facts(told.proposal, told.who.chen, date(2026, 9, 17))
        assert facts["hearing_window_over_or_closed"] is False  # asked for and not ended, though the period is over
        with pytest.raises(Refused, match="主持"):
            hearing.end(by=told.who.wang, at=at(9, 24, 11), hearing=meeting, how="held", said=SAID)
        with pytest.raises(Refused, match="还没有送达"):
            hearing.end(by=told.who.zhou, at=at(9, 24, 11), hearing=meeting, how="held", said=SAID)
        served(told, meeting.item, date(2026, 9, 11))
        with pytest.raises(Refused, match="还没有举行"):
            hearing.end(by=told.who.zhou, at=at(9, 23, 11), hearing=meeting, how="held", said=SAID)
        outcome = hearing.end(by=told.who.zhou, at=at(9, 24, 11, 30), hearing=meeting, how="held", said=SAID)
        hearing.report(
            by=told.who.zhou,
            at=at(9, 25, 9),
            outcome=outcome,
            held="公开举行",
            disputed="停业",
            facts="属实",
            proposal="改为罚款",
        )
        assert step(told) == "propose"  # the draft follows the transcript
        with pytest.raises(Refused):
            actions.decide(by=told.who.chen, at=at(9, 25, 9), proposal=told.proposal, opinion="同意")
        with pytest.raises(Refused, match="听证之后"):
            hearing.answer(by=told.who.zhang, at=at(9, 25, 9), proposal=told.proposal, points=[])
        told.proposal = casework.propose(
            by=told.who.zhang,
            at=at(9, 25, 10),
            case=told.fresh(),
            body=told.draft(
                penalties=["fine", "suspend_business"], fine_fen=20000, discretion="听证后仍认为应当责令停业。"
            ),
        )
        assert told.proposal.needs_review
        assert step(told) == "review"
        told.submission = review.submit(
            by=told.who.zhang, at=at(9, 25, 11), proposal=told.proposal, declared=True, unit_head=told.who.zhang
        )  # fmt: skip
        told.review = review.give(
            by=told.who.wang,
            at=at(9, 27, 11),
            submission=told.submission,
            outcome="passed",
            findings=told.findings(),
            opinion="同意。",
        )
        assert step(told) == "decide"  # told and heard already
        with pytest.raises(Refused, match="没有根据听证笔录作出"):
            actions.decide(by=told.who.chen, at=at(9, 28, 9), proposal=told.proposal, opinion="同意")
        hearing.answer(
            by=told.who.zhang,
            at=at(9, 28, 9),
            proposal=told.proposal,
            points=[{"point": "责令停业过重", "adopted": "none", "reason": "堆放时间长，危险大"}],
        )
        decided = actions.decide(by=told.who.chen, at=at(9, 28, 10), proposal=told.proposal, opinion="同意")
        issued = actions.issue(by=told.who.zhang, at=at(9, 28, 11), decision=decided)
        assert "2026年9月24日公开举行听证，由周晓主持" in issued.item.data["notice"].replace(told.who.zhou.name, "周晓")
        assert "责令停业过重，不予采纳，理由是堆放时间长，危险大" in issued.item.data["notice"]
        rebuilt(told)


def test_hearing_given_up_after_all():
    with access.within(""):
        told = heavy()
        actions.take_statement(
            by=told.who.li, at=at(9, 9, 9), notice=told.notice, how="waived", text="听证时一并说", on=date(2026, 9, 9)
        )
        meeting = arranged(told, asked(told))
        with pytest.raises(Refused, match="没有写明"):
            hearing.end(by=told.who.zhou, at=at(9, 12, 9), hearing=meeting, how="withdrawn")
        hearing.end(by=told.who.zhou, at=at(9, 12, 9), hearing=meeting, how="withdrawn", text="当事人书面撤回")
        assert step(told) == "decide"
        assert hearings.outcome_of(told.case).how == "withdrawn"


def test_pages(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400

    def clock(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    with access.within(""):
        told = heavy()
        story.accounts(told.who)
    people = {name: Client() for name in ("zhang", "chen", "zhou")}
    for name, client in people.items():
        client.force_login(Account.objects.get(username=name), backend="yangguang.registry.access.Accounts")

    def page(name: str) -> str:
        return reverse(f"decision:{name}", args=[told.case.pk])

    clock(at(9, 10, 15))
    shown = people["zhang"].get(page("hearing_ask"))
    assert "2026-09-15" in shown.content.decode()
    form = shown.context["form"]
    given = {"once": str(form["once"].value()), "seen": str(form["seen"].value())}
    sent = people["zhang"].post(
        page("hearing_ask"), {**given, "how": "requested", "text": "要求听证", "reasons": "", "on": "2026-09-10"}
    )
    assert sent.status_code == 302
    case_page = people["chen"].get(reverse("workbench:case", args=[told.case.pk])).content.decode()
    assert page("hearing_arrange") in case_page or "陈述申辩" in case_page
    shown = people["chen"].get(page("hearing_arrange"))
    assert told.who.zhou.name in shown.content.decode()
    assert told.who.zhang.name not in "".join(label for _, label in shown.context["form"].fields["host"].choices)
    form = shown.context["form"]
    given = {"once": str(form["once"].value()), "seen": str(form["seen"].value())}
    with access.within(""):
        host = str(told.who.zhou.pk)
    refused = people["chen"].post(
        page("hearing_arrange"),
        {**given, "host": host, "opens_at": "2026-09-14T09:00", "place": "会议室", "public": "yes"},
    )
    assert refused.status_code == 422
    assert "最迟应在" in refused.content.decode()
    sent = people["chen"].post(
        page("hearing_arrange"),
        {**given, "host": host, "opens_at": "2026-09-24T09:00", "place": "会议室", "public": "yes"},
    )
    assert sent.status_code == 302
    shown = people["zhou"].get(page("hearing_end"))
    assert shown.status_code == 200
