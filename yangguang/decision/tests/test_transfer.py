"""A suspected crime goes to the police in time; a case stops and goes on with its clock."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at
from yangguang.casework.models import CaseState
from yangguang.decision import actions, queries
from yangguang.decision.pause import actions as pauses
from yangguang.decision.transfer import actions as crime
from yangguang.duty.models import Duty
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.review import queries as reviews
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db


def open_duty(told, rule: str) -> Duty:
    return Duty.objects.get(subject=told.case.chain, rule=rule, discharge=None)


def reported(told):
    return crime.report(
        by=told.who.zhang,
        at=at(9, 2, 9),
        case=told.fresh(),
        suspected="失火罪",
        facts="堵塞安全出口引起火灾。",
        reason="达到立案追诉标准",
    )


def test_transfer_with_its_clocks():
    with access.within(""):
        told = story.begin("conclude")
        report = reported(told)
        assert open_duty(told, "D19").due_on == date(2026, 9, 5)  # three days
        with pytest.raises(Refused, match="已经报请") as why:
            reported(told)
        assert why.value.because
        with pytest.raises(Refused, match="承办人"):
            crime.answer(by=told.who.zhang, at=at(9, 3, 9), report=report, approved=True, opinion="同意")
        yes = crime.answer(by=told.who.chen, at=at(9, 3, 9, 30), report=report, approved=True, opinion="同意移送")
        day = open_duty(told, "D20")
        assert day.due_on == date(2026, 9, 4)  # twenty-four hours
        assert "09:30" in day.days[0]["why"]
        letter = crime.transfer(
            by=told.who.zhang,
            at=at(9, 3, 16),
            answer=yes,
            organ="罗山县公安局",
            materials=[{"name": "涉嫌犯罪案件情况的调查报告"}],
        )
        assert letter.item.data["heading"] == "crime"
        assert rebuilt(told).step == "close"  # no penalty while the police have it
        with pytest.raises(Refused, match="公安机关还没有立案") as early:
            actions.close(by=told.who.chen, at=at(9, 4, 9), case=told.fresh(), how="移送司法机关")
        assert [one.clause for one in early.value.because] == ["CN-PEN-27.1"]
        assert actions.elsewhere(told.fresh())[1].message == early.value.message  # what the page of closing says
        hear = {"by": told.who.zhang, "transfer": letter, "instrument": "罗公立字〔2026〕8号"}
        with pytest.raises(Refused, match="不予立案的理由") as why:
            crime.hear(**hear, at=at(9, 8, 9), opened=False, received_on=date(2026, 9, 8))
        assert why.value.because
        no = crime.hear(**hear, at=at(9, 8, 9), opened=False, received_on=date(2026, 9, 8), reason="没有犯罪事实")
        assert rebuilt(told).step == "propose"  # the case goes on where it stood
        assert open_duty(told, "D21").due_on == date(2026, 9, 11)
        with pytest.raises(Refused, match="与公安机关的答复不符") as why:
            crime.follow(
                by=told.who.zhang, at=at(9, 9, 9), reply=no, how="handed_over", on=date(2026, 9, 9), note="移交材料"
            )
        assert why.value.because
        crime.follow(
            by=told.who.zhang,
            at=at(9, 9, 9),
            reply=no,
            how="reconsider",
            on=date(2026, 9, 9),
            note="提请罗山县公安局复议",
        )
        assert not Duty.objects.filter(subject=told.case.chain, rule="D21", discharge=None).exists()


def test_taken_over_by_the_police_and_closed():
    with access.within(""):
        told = story.begin("conclude")
        yes = crime.answer(by=told.who.chen, at=at(9, 3, 9), report=reported(told), approved=True, opinion="同意移送")
        letter = crime.transfer(
            by=told.who.zhang, at=at(9, 3, 16), answer=yes, organ="罗山县公安局", materials=[{"name": "调查报告"}]
        )
        opened = crime.hear(
            by=told.who.zhang,
            at=at(9, 8, 9),
            transfer=letter,
            opened=True,
            instrument="立案决定书",
            received_on=date(2026, 9, 8),
        )
        assert open_duty(told, "D22").due_on == date(2026, 9, 11)
        with pytest.raises(Refused, match="移交"):
            actions.close(by=told.who.chen, at=at(9, 9, 9), case=told.fresh(), how="移送司法机关")
        crime.follow(
            by=told.who.zhang,
            at=at(9, 9, 9),
            reply=opened,
            how="handed_over",
            on=date(2026, 9, 9),
            note="移交照片和录像",
        )
        closed = actions.close(by=told.who.chen, at=at(9, 10, 9), case=told.fresh(), how="移送司法机关")
        assert closed.item.data["mode"] == "transferred"
        assert rebuilt(told).closed_on == date(2026, 9, 10)


def test_time_with_the_police_is_left_out_of_both_clocks():
    """To the police with a review under way, declined, opened after all, given back: each day there is left out once."""
    with access.within(""):
        told = story.begin("submit", with_accounts=True)
        decide, review = open_duty(told, "D05"), open_duty(told, "D53")
        zhang = Client()
        account = Account.objects.get(username="zhang")
        zhang.force_login(account, backend="yangguang.registry.access.Accounts")
        page = reverse("workbench:case", args=[told.case.pk])
        assert zhang.get(page).context["decide_by"] == decide
        report = {"by": told.who.zhang, "at": at(9, 3, 9), "case": told.fresh(), "suspected": "失火罪"}
        asked = crime.report(**report, facts="堵塞安全出口引起火灾。", reason="达到立案追诉标准")
        yes = crime.answer(by=told.who.chen, at=at(9, 3, 10), report=asked, approved=True, opinion="同意移送")
        letter = crime.transfer(
            by=told.who.zhang, at=at(9, 3, 16), answer=yes, organ="罗山县公安局", materials=[{"name": "调查报告"}]
        )
        stopped = Duty.objects.filter(subject=told.case.chain, rule__in=("D05", "D53"), discharge__isnull=True)
        assert not stopped.exists()
        assert "不计入" in Duty.objects.get(pk=decide.pk).discharge.note
        assert "已停止计算" in zhang.get(page).content.decode()
        with pytest.raises(Refused, match="期限已经停止") as refused:
            pauses.pause(
                by=told.who.chen,
                at=at(9, 4, 9),
                case=told.fresh(),
                on=date(2026, 9, 4),
                reason="等待侦查",
                basis="第六十条",
            )
        assert [one.clause for one in refused.value.because] == ["CN-TRF-11.1"]
        hear = {"by": told.who.zhang, "transfer": letter}
        no = crime.hear(
            **hear,
            at=at(9, 7, 9),
            opened=False,
            instrument="不立字1号",
            received_on=date(2026, 9, 7),
            reason="情节显著轻微",
        )
        assert (open_duty(told, "D05").due_on - decide.due_on).days == 5  # the 3rd to the 7th
        assert zhang.get(page).context["decide_by"] == open_duty(told, "D05")
        again = open_duty(told, "D53")
        assert again.due_on > review.due_on
        assert again.start_on == review.start_on
        assert {"CN-TRF-10", "CN-TRF-11.1"} <= {one["clause"] for one in again.because}
        assert any("移送公安机关" in day["why"] for day in again.days)
        crime.follow(
            by=told.who.zhang, at=at(9, 8, 9), reply=no, how="reconsider", on=date(2026, 9, 8), note="提请复议"
        )
        crime.hear(**hear, at=at(9, 10, 9), opened=True, instrument="立字3号", received_on=date(2026, 9, 10))
        assert not stopped.exists()
        assert rebuilt(told).step == "close"
        with pytest.raises(Refused, match="已经立案"):
            crime.hear(**hear, at=at(9, 11, 9), opened=True, instrument="立字4号", received_on=date(2026, 9, 11))
        back = crime.hear(
            **hear,
            at=at(9, 15, 9),
            opened=False,
            instrument="退字1号",
            received_on=date(2026, 9, 15),
            reason="不需要追究刑事责任",
        )
        assert (open_duty(told, "D05").due_on - decide.due_on).days == 5 + 6  # and the 10th to the 15th
        assert stopped.filter(rule="D53").exists()
        assert not Duty.objects.filter(subject=told.case.chain, rule__in=("D21", "D22"), discharge=None).exists()
        assert rebuilt(told).step == "review"
        with pytest.raises(Refused, match="不适用"):
            crime.follow(
                by=told.who.zhang, at=at(9, 16, 9), reply=back, how="supervise", on=date(2026, 9, 16), note="建议监督"
            )
        assert reviews.clock_of(told.submission).pk == open_duty(told, "D53").pk


def test_suspension_stops_the_clock_and_is_left_out_of_it():
    with access.within(""):
        told = story.begin("conclude")
        before = open_duty(told, "D05").due_on
        given = {"by": told.who.chen, "case": told.fresh(), "on": date(2026, 9, 2)}
        with pytest.raises(Refused, match="依据"):
            pauses.pause(**given, at=at(9, 2, 9), reason="等待鉴定意见", basis="")
        pause = pauses.pause(**given, at=at(9, 2, 9), reason="等待鉴定意见", basis="《行政处罚程序规定》第二十七条")
        assert not Duty.objects.filter(subject=told.case.chain, rule="D05", discharge=None).exists()
        with pytest.raises(Refused, match="已经中止"):
            pauses.pause(**given, at=at(9, 3, 9), reason="等待鉴定意见", basis="《行政处罚程序规定》第二十七条")
        pauses.resume(by=told.who.chen, at=at(9, 12, 9), pause=pause, reason="鉴定意见已经作出", on=date(2026, 9, 11))
        assert (open_duty(told, "D05").due_on - before).days == 10
        assert CaseState.objects.get(case=told.case).step == "propose"


def test_no_decision_while_suspended_or_with_the_police():
    with access.within(""):
        told = story.begin("answer")
        decide = {"by": told.who.chen, "proposal": told.proposal, "opinion": "同意"}
        paused = pauses.pause(
            by=told.who.chen,
            at=at(9, 16, 9),
            case=told.fresh(),
            on=date(2026, 9, 16),
            reason="等待鉴定意见",
            basis="《行政处罚程序规定》第二十七条",
        )
        with pytest.raises(Refused, match="正在中止"):
            actions.decide(**decide, at=at(9, 18, 9))
        pauses.resume(by=told.who.chen, at=at(9, 17, 9), pause=paused, reason="鉴定意见已经作出", on=date(2026, 9, 17))
        report = crime.report(
            by=told.who.zhang,
            at=at(9, 17, 10),
            case=told.fresh(),
            suspected="失火罪",
            facts="堵塞安全出口引起火灾。",
            reason="达到立案追诉标准",
        )
        yes = crime.answer(by=told.who.chen, at=at(9, 17, 11), report=report, approved=True, opinion="同意移送")
        crime.transfer(
            by=told.who.zhang, at=at(9, 17, 12), answer=yes, organ="罗山县公安局", materials=[{"name": "调查报告"}]
        )
        with pytest.raises(Refused, match="已移送公安机关"):
            actions.decide(**decide, at=at(9, 18, 9))


def test_a_second_fine_for_the_same_act_is_pointed_out(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        first = story.begin("issue", with_accounts=True)
        again = story.begin_again(first, "answer")
        alone = queries.fined_before(first.case)
        found = queries.fined_before(again.case)
    assert [one.pk for one in found] == [first.decision.pk]
    assert not alone
    monkeypatch.setattr(timezone, "now", lambda: at(9, 18, 12))
    client = Client()
    client.force_login(Account.objects.get(username="chen"), backend="yangguang.registry.access.Accounts")
    words = client.get(reverse("decision:decide", args=[again.case.pk])).content.decode()
    assert "不得给予两次以上罚款" in words
    assert first.issuance.number_text in words


OFFICER = ("deferral_ask", "surcharge_pay", "demand", "court_result", "remedy_open", "refund", "crime_report")
OFFICER += ("crime_transfer", "crime_reply", "crime_follow", "hearing_ask", "hearing_end", "hearing_answer")
HEAD = ("deferral_answer", "surcharge_relieve", "court_apply", "remedy_end", "account", "crime_answer", "pause")
BOTH = ("payment", "remedies", "crime")


def test_every_page_shows_itself_and_refuses_what_is_not_due(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = story.begin("serve_decision", with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(10, 15, 9))
    for user, names in (("zhang", OFFICER + BOTH), ("chen", HEAD + BOTH)):
        client = Client()
        account = Account.objects.get(username=user)
        client.force_login(account, backend="yangguang.registry.access.Accounts")
        for name in names:
            page = reverse(f"decision:{name}", args=[told.case.pk])
            shown = client.get(page)
            assert shown.status_code == 200, name
            for junk in ({}, dict.fromkeys(("how", "on", "amount_fen", "reason", "organ", "due_on"), "\x00" * 9)):
                answer = client.post(page, junk)
                assert answer.status_code in (200, 302, 409, 422), (name, answer.status_code)
    client.force_login(Account.objects.get(username="zhang"), backend="yangguang.registry.access.Accounts")
    words = client.get(reverse("decision:payment", args=[told.case.pk])).content.decode()
    assert "加处罚款（计至 2026-10-15）" in words
    assert "42 元" in words  # seven days late at 6 yuan
    assert reverse("decision:demand", args=[told.case.pk]) in words
    case_page = client.get(reverse("workbench:case", args=[told.case.pk])).content.decode()
    assert reverse("decision:remedies", args=[told.case.pk]) in case_page
