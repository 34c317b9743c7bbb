"""A case in which the law gives no penalty ends lawfully: asked for, decided, served, closed, archived."""

from datetime import date

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.again import rebuilt
from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework.errors import NotHandler, NotHead, NotPunishable, OutOfOrder
from yangguang.casework.models import CaseState
from yangguang.decision import actions as decision
from yangguang.decision import archiving
from yangguang.decision import queries as decisions
from yangguang.decision.exemption import actions, queries
from yangguang.decision.exemption.models import ExemptionRequest
from yangguang.decision.models import Issuance
from yangguang.duty.models import Duty
from yangguang.record import documents
from yangguang.registry import access
from yangguang.registry import actions as registry
from yangguang.registry.models import Account
from yangguang.trail.errors import Refused

pytestmark = pytest.mark.django_db
SAID = {
    "facts": "当事人把货物堆放在后门安全出口处，致使出口不能打开，复查时已清理。",
    "why": "当事人出生于2013年6月1日，违法时不满十四周岁。",
    "education": "对当事人进行了消防安全教育，责令其监护人加以管教。",
}
CHILD = {"reason": "under_14", "ended_on": date(2026, 8, 26), **SAID}
MINOR = {"reason": "minor", **SAID, "why": "违法行为轻微，已经及时改正，没有造成危害后果。"}


def number_of(day: str) -> str:
    """A 公民身份号码 of somebody born on a day, with its check digit."""
    head = f"411521{day}201"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights, strict=True)) % 11]


def of_a_child(last: str = "conclude"):
    """The case of 青山镇 with a party of thirteen years."""
    who = story.people()
    story.accounts(who)
    who.party = registry.register_party(
        by=None,
        at=at(8, 20, 9),
        scope=who.body.scope,
        kind="natural",
        name="赵小勇",
        id_no=number_of("20130601"),
        phone="13700001234",
        address="河南省信阳市罗山县青山镇北街 27 号",
    )
    return story.Story(who).to(last)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), "yangguang.registry.access.Accounts")
    return client


def ask(told, moment=None, **changes):
    return actions.request(by=told.who.zhang, at=moment or at(9, 2, 9), case=told.fresh(), **{**MINOR, **changes})


def send(client: Client, name: str, *args, **given):
    """What a person does: open the page, fill the form in, send it."""
    page = reverse(name if ":" in name else f"decision:{name}", args=args)
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()
    form = shown.context["form"]
    assert form is not None, shown.content.decode()
    hidden = {one.html_name: one.value() for one in (form["once"], form["seen"])}
    return client.post(page, {**hidden, **given})


@pytest.mark.clause("CN-PEN-30")
@pytest.mark.clause("CN-PEN-33.3")
def test_a_childs_case_goes_from_the_refused_penalty_to_the_archive(monkeypatch, settings):
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        told = of_a_child()
        with pytest.raises(NotPunishable) as refused:
            casework.propose(by=told.who.zhang, at=at(9, 2, 9), case=told.fresh(), body=told.draft())
        assert "CN-PEN-30" in {one.clause for one in refused.value.because}
        assert "办理“不予行政处罚”" in refused.value.mend
        pk = told.case.pk
    zhang, chen = as_("zhang"), as_("chen")

    monkeypatch.setattr(timezone, "now", lambda: at(9, 2, 10))
    case_page = zhang.get(reverse("workbench:case", args=[pk])).content.decode()
    assert reverse("decision:exemption", args=[pk]) in case_page
    assert (
        reverse("decision:exemption", args=[pk]) in zhang.get(reverse("casework:propose", args=[pk])).content.decode()
    )
    overview = zhang.get(reverse("decision:exemption", args=[pk])).content.decode()
    assert "第三十条" in overview and reverse("decision:exemption_request", args=[pk]) in overview
    given = {**CHILD, "ended_on": "2026-08-26"}
    bad = send(zhang, "exemption_request", pk, **{**given, "education": ""})
    assert bad.status_code == 422 and not ExemptionRequest.objects.exists()
    assert send(zhang, "exemption_request", pk, **given).status_code == 302

    monkeypatch.setattr(timezone, "now", lambda: at(9, 3, 9))
    shown = chen.get(reverse("workbench:case", args=[pk])).content.decode()
    assert "等待负责人决定是否不予行政处罚" in shown and reverse("decision:exemption_answer", args=[pk]) in shown
    assert chen.get(reverse("decision:decide", args=[pk])).status_code == 302
    asked = chen.get(reverse("decision:exemption_answer", args=[pk])).content.decode()
    assert SAID["why"] in asked and "第三十三条" in asked
    assert send(chen, "exemption_answer", pk, approved="yes", opinion="同意，不予行政处罚。").status_code == 302
    with access.within(""):
        answer = queries.granted(told.case)
        text = documents.text(answer.item.code, answer.item.data, on=answer.item.on)
        assert "不满十四周岁" in text and "第三十条" in text and SAID["education"] in text
        assert "赵小勇" in text and "申请行政复议" in text and "现场检查笔录" in text
        assert answer.item.number == str(answer.number) and "不罚决" in answer.item.number
        assert not Duty.objects.filter(subject=told.case.chain, rule="D05", discharge=None).exists()
        assert Duty.objects.filter(subject=told.case.chain, rule="D06", discharge=None).exists()
        assert Duty.objects.get(subject=told.case.chain, rule="D07").due_on == date(2026, 9, 14)
        assert "本决定将依法公开" in text
        stands = rebuilt(told)
        assert (stands.step, stands.decided_on) == ("serve", date(2026, 9, 3))
        with pytest.raises(Refused, match="还没有送达"):
            decision.close(by=told.who.chen, at=at(9, 3, 10), case=told.fresh(), how=queries.ENDING)

    monkeypatch.setattr(timezone, "now", lambda: at(9, 4, 9))
    serve = reverse("decision:serve", args=[pk, answer.item.pk])
    assert serve in zhang.get(reverse("workbench:case", args=[pk])).content.decode()
    handed = {
        "method": "direct",
        "on": "2026-09-04",
        "place": "青山镇北街 27 号",
        "recipient": "赵大勇",
        "relation": "父亲",
    }
    assert send(zhang, "serve", pk, answer.item.pk, **handed).status_code == 302
    with access.within(""):
        assert rebuilt(told).step == "close"
        assert not Duty.objects.filter(subject=told.case.chain, rule="D06", discharge=None).exists()

    monkeypatch.setattr(timezone, "now", lambda: at(9, 7, 9))
    wrong = send(chen, "close", pk, how="当事人自动履行完毕")
    assert wrong.status_code == 422 and "不予行政处罚" in wrong.content.decode()
    assert send(chen, "close", pk, how=queries.ENDING).status_code == 302
    with access.within(""):
        closed = told.fresh().closure
        assert closed.item.data["mode"] == "no_penalty" and closed.item.data["decision_no"] == answer.item.number
        assert rebuilt(told).step == "disclose"
        with pytest.raises(Refused, match="还没有公示"):
            decision.archive(by=told.who.sun, at=at(9, 7, 10), case=told.fresh(), retention="years_30")
        issued = Issuance.objects.get(case=told.case)
    zhou = as_("zhou")
    assert (
        reverse("disclosure:publish", args=[issued.pk])
        in zhou.get(reverse("workbench:case", args=[pk])).content.decode()
    )
    assert send(zhou, "disclosure:withhold", issued.pk, basis="没有依据", reason="未成年人").status_code == 422
    law = "《中华人民共和国未成年人保护法》第一百零三条"
    kept_back = send(zhou, "disclosure:withhold", issued.pk, basis=law, reason="当事人不满十四周岁，公开会识别其身份")
    assert kept_back.status_code == 302
    with access.within(""):
        assert rebuilt(told).step == "archive"
        assert not Duty.objects.filter(subject=told.case.chain, rule="D07", discharge=None).exists()

    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    assert send(as_("sun"), "archive", pk, retention="years_30").status_code == 302
    with access.within(""):
        kept = decisions.record.archive_of(told.fresh().dossier)
        assert kept is not None
        assert rebuilt(told).step == ""


def test_only_after_the_investigation_once_and_with_everything_said():
    """行政处罚法 art. 33(3), 57(1)."""
    with access.within(""):
        told = story.begin("collect", with_accounts=True)
        with pytest.raises(actions.NotExempt, match="调查还没有终结") as early:
            ask(told, at(8, 31, 9))
        assert "CN-PEN-57.1" in {one.clause for one in early.value.because}
        told.conclude()
        for name in ("facts", "why", "education"):
            with pytest.raises(Refused) as empty:
                ask(told, **{name: " "})
            assert empty.value.field == name and empty.value.because
        with pytest.raises(Refused) as unknown:
            ask(told, reason="pity")
        assert unknown.value.field == "reason"
        with pytest.raises(NotHandler):
            actions.request(by=told.who.chen, at=at(9, 2, 9), case=told.fresh(), **MINOR)
        asked = ask(told)
        assert rebuilt(told).step == "decide"
        with pytest.raises(actions.NotExempt, match="等候负责人决定"):
            ask(told, at(9, 2, 10))
        with pytest.raises(OutOfOrder, match="不予行政处罚"):
            casework.propose(by=told.who.zhang, at=at(9, 2, 10), case=told.fresh(), body=told.draft())
        with pytest.raises(NotHead):  # a handler
            actions.answer(by=told.who.zhang, at=at(9, 3, 9), asked=asked, approved=True, opinion="同意")
        with pytest.raises(NotHead):  # somebody who is no head
            actions.answer(by=told.who.wang, at=at(9, 3, 9), asked=asked, approved=True, opinion="同意")
        with pytest.raises(Refused, match="意见"):
            actions.answer(by=told.who.chen, at=at(9, 3, 9), asked=asked, approved=False, opinion=" ")
        no = actions.answer(by=told.who.chen, at=at(9, 3, 9), asked=asked, approved=False, opinion="情节不轻微，退回")
        assert no.item is None and rebuilt(told).step == "propose"
        with pytest.raises(actions.NotExempt, match="已经答复"):
            actions.answer(by=told.who.chen, at=at(9, 3, 10), asked=asked, approved=True, opinion="同意")
        again = ask(told, at(9, 4, 9))
        yes = actions.answer(by=told.who.chen, at=at(9, 4, 10), asked=again, approved=True, opinion="同意")
        assert yes.number.n == 1
        with pytest.raises(actions.NotExempt, match="已经决定不予行政处罚"):
            ask(told, at(9, 5, 9))


def test_the_reason_must_fit_what_is_known():
    """行政处罚法 art. 30, 36: refused with the clause where the register certainly says otherwise."""
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        for reason, clause, words in (
            ("under_14", "CN-PEN-30", "周岁"),
            ("limitation", "CN-PEN-36.1", "没有超过处罚时效"),
        ):
            with pytest.raises(Refused) as undated:
                ask(told, reason=reason)
            assert undated.value.field == "ended_on"
            with pytest.raises(actions.NotExempt, match=words) as wrong:
                ask(told, reason=reason, ended_on=date(2026, 8, 24))
            assert clause in {one.clause for one in wrong.value.because}
        with pytest.raises(Refused, match="晚于今天"):
            ask(told, ended_on=date(2026, 12, 1))


def test_no_request_once_decided_and_no_first_time_after_a_penalty():
    with access.within(""):
        told = story.begin("decide", with_accounts=True)
        with pytest.raises(actions.NotExempt, match="已经作出行政处罚决定"):
            ask(told, at(9, 20, 9))
        again = story.begin_again(told, "conclude")
        with pytest.raises(actions.NotExempt, match="不是初次违法"):
            ask(again, at(9, 20, 10), reason="first_time")
        with pytest.raises(Refused, match="没有决定不予行政处罚"):
            decision.close(by=told.who.chen, at=at(9, 20, 11), case=again.fresh(), how=queries.ENDING)


def test_what_is_not_established_ends_without_education():
    """行政处罚法 art. 57(1)(三): the document says nothing of an education nobody gave."""
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        with pytest.raises(Refused, match="不写教育内容"):
            ask(told, reason="not_established")
        asked = ask(told, reason="not_established", education="", why="现有证据不能证明货物由当事人堆放。")
        answer = actions.answer(by=told.who.chen, at=at(9, 3, 9), asked=asked, approved=True, opinion="同意")
        text = documents.text(answer.item.code, answer.item.data, on=answer.item.on)
        assert "违法事实不能成立" in text and "教育" not in text and "三、申请行政复议" in text
        item, day = answer.item, date(2026, 9, 4)
        decision.serve(
            by=told.who.zhang,
            at=at(9, 4, 9),
            case=told.fresh(),
            item=item,
            method="direct",
            place="青山镇北街 27 号",
            recipient="赵大勇",
            relation="本人",
            on=day,
        )
        decision.close(by=told.who.chen, at=at(9, 7, 9), case=told.fresh(), how=queries.ENDING)
        assert archiving._ground(told.fresh()) == "not_established"


def test_the_database_holds_who_decides_and_other_bodies_see_nothing(monkeypatch):
    with access.within(""):
        told = story.begin("conclude", with_accounts=True)
        asked = ask(told)
        monkeypatch.setattr(casework, "not_handler_but_head", lambda case, by: None)
        with pytest.raises(Error, match="不得审批"), transaction.atomic():
            actions.answer(by=told.who.zhang, at=at(9, 3, 9), asked=asked, approved=False, opinion="不同意")
        pk = told.case.pk
    with access.within("41.15.21/dingyuan/"):
        assert not ExemptionRequest.objects.exists()
    with access.within(story.TOWN):
        assert ExemptionRequest.objects.count() == 1
        assert CaseState.objects.get(case=pk).step == "decide"
