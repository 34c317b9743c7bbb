"""The pages of the decision stage, walked as the people who use them."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.decision import actions, queries
from yangguang.decision.errors import NotYet
from yangguang.decision.models import Decision, Issuance, Notice, Service
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch, settings):
    """Set the moment at which everything happens; people stay signed in over the weeks of the story."""
    settings.SESSION_COOKIE_AGE = 365 * 86400

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def url(name: str, told: Story, *more) -> str:
    return reverse(f"decision:{name}", args=[told.case.pk, *more])


def hidden(response) -> dict[str, str]:
    """The fields a browser sends back of itself."""
    form = response.context["form"]
    return {"once": str(form["once"].value()), "seen": str(form["seen"].value())}


def words(response) -> str:
    return response.content.decode()


def test_walk_from_notice_to_revocation(clock):
    """Each page shows what is known, ends in its one act, and a second press does nothing twice."""
    told = begun("pass_review")
    zhang, li, chen = as_("zhang"), as_("li"), as_("chen")

    clock(at(9, 8, 9))
    shown = zhang.get(url("notify", told))
    assert shown.status_code == 200
    assert "data:image/png;base64," in words(shown)
    given = hidden(shown)
    first = zhang.post(url("notify", told), given)
    again = zhang.post(url("notify", told), given)
    with access.within(""):
        notice = Notice.objects.get(case=told.case)  # one, though it was sent twice
    assert first.url == again.url == url("serve", told, notice.item_id)
    with access.within(""):
        told.notice = notice
        told.confirm_address()

    clock(at(9, 8, 11))
    shown = zhang.get(first.url)
    assert "送达地址确认书 2026-09-08" in words(shown)  # where the address comes from
    assert shown.context["form"]["place"].value() == "河南省信阳市罗山县青山镇北街 27 号"
    refused = zhang.post(first.url, service(shown, method="electronic"))
    assert refused.status_code == 422
    assert "没有当事人同意电子送达的确认书" in words(refused)
    refused = zhang.post(first.url, service(shown, method="leaving"))
    assert "留置送达应当记明拒收事由" in words(refused)
    assert "赵大勇" in words(refused)  # what was typed is still there
    refused = zhang.post(first.url, service(shown, on="2026-09-09"))
    assert "送达日期应在文书日期 2026-09-08 与今天 2026-09-08 之间" in words(refused)
    assert zhang.post(first.url, service(shown)).status_code == 302
    assert "已经送达" in words(zhang.get(first.url))

    clock(at(9, 10, 15))
    shown = li.get(url("statement", told))
    assert "2026-09-15" in words(shown)  # five working days, with their proof
    lapsed = li.post(url("statement", told), {**hidden(shown), "how": "lapsed", "text": "", "on": "2026-09-10"})
    assert "期限到 2026-09-15 才届满" in words(lapsed)
    said = {**hidden(shown), "how": "stated", "text": "我店是小本经营，请求减少罚款。", "on": "2026-09-10"}
    assert li.post(url("statement", told), said).url == url("answer", told)

    clock(at(9, 11, 10))
    shown = zhang.get(url("answer", told))
    assert "小本经营" in words(shown)
    empty = zhang.post(url("answer", told), {**hidden(shown), "adopted": "none", "reason": "不行"})
    assert "没有写明采纳或者不采纳的理由" in words(empty)
    reason = "及时改正的情节在拟处罚时已经考虑，不再减轻；不因申辩加重处罚。"
    zhang.post(url("answer", told), {**hidden(shown), "adopted": "none", "reason": reason})
    assert reason in words(zhang.get(url("answer", told)))

    clock(at(9, 18, 9))
    shown = chen.get(url("decide", told))
    assert not shown.context["closed"], shown.context["closed"]
    assert "贰佰元整" in words(shown)
    assert "作出决定</button>" in words(shown)
    given = {**hidden(shown), "opinion": "同意按审核通过的意见处罚。"}
    chen.post(url("decide", told), given)
    chen.post(url("decide", told), given)
    with access.within(""):
        decision = Decision.objects.get(case=told.case)
    assert "作出决定</button>" not in words(chen.get(url("decide", told)))
    assert decision.opinion == "同意按审核通过的意见处罚。"

    clock(at(9, 18, 10))
    shown = zhang.get(url("issue", told))
    assert "草稿第 1 页" in words(shown)
    with access.within(""):
        assert not Issuance.objects.exists()  # looking at the draft allots no number
    issued = zhang.post(url("issue", told), hidden(shown))
    with access.within(""):
        issuance = Issuance.objects.get(case=told.case)
    assert issuance.number_text == "青罚决字〔2026〕1号"
    assert issued.url == url("serve", told, issuance.item_id)

    clock(at(9, 21, 11))
    zhang.post(issued.url, service(zhang.get(issued.url), on="2026-09-21"))
    with access.within(""):
        assert Service.objects.filter(item=issuance.item).exists()

    clock(at(9, 23, 16))
    shown = li.get(url("perform", told))
    assert shown.context["form"]["amount_fen"].value() == "200.00"
    paid = {**hidden(shown), "amount_fen": "200.001", "on": "2026-09-23", "receipt_no": "411526000123"}
    assert "只能精确到分" in words(li.post(url("perform", told), paid))
    assert "不超过尚未缴纳的 200.00 元" in words(li.post(url("perform", told), {**paid, "amount_fen": "200.01"}))
    assert li.post(url("perform", told), {**paid, "amount_fen": "200"}).status_code == 302

    clock(at(9, 24, 10))
    shown = chen.get(url("close", told))
    assert not shown.context["lacking"], shown.context["lacking"]
    assert [value for value, _ in shown.context["form"].fields["how"].choices] == ["当事人自动履行完毕"]
    assert "没有“人民法院强制执行完毕”" in words(
        chen.post(url("close", told), {**hidden(shown), "how": "人民法院强制执行完毕"})
    )
    with access.within(""), pytest.raises(NotYet, match="没有催告过当事人") as refused:
        actions.close(by=told.who.chen, at=at(9, 24, 10), case=told.fresh(), how="经催告后履行完毕")
    assert [one.clause for one in refused.value.because] == ["CN-PEN-47", "CN-PEN-66.1"]
    chen.post(url("close", told), {**hidden(shown), "how": "当事人自动履行完毕"})
    assert "2026年9月24日结案" in words(chen.get(url("close", told)))

    clock(at(11, 9, 10))
    shown = chen.get(url("revoke", told))
    given = {**hidden(shown), "kind": "revoked", "organ": "青山镇人民政府", "instrument": "撤销行政处罚决定书",
             "reason": "主要事实认定有误，依法予以撤销。"}  # fmt: skip
    assert "日期应在决定日" in words(chen.post(url("revoke", told), {**given, "on": "2026-09-01"}))
    assert chen.post(url("revoke", told), {**given, "on": "2026-11-09"}).status_code == 302
    assert "撤下已公开的决定" in words(chen.get(url("revoke", told)))  # the duty with its three working days


def service(shown, **over) -> dict[str, str]:
    form = shown.context["form"]
    plain = {"method": "direct", "relation": "本人", "witness": "", "refusal": ""}
    known = {name: str(form[name].value()) for name in ("place", "recipient", "on")}
    return {**hidden(shown), **plain, **known, **over}


# ---- the three refusals ------------------------------------------------------------------------------------------


@pytest.mark.clause("CN-PEN-58.1", "QS-3.3.0")
def test_no_button_while_a_gate_is_closed_and_a_forged_post_is_refused(clock):
    with access.within(""):
        told = story.begin("propose", with_accounts=True)
    chen = as_("chen")
    clock(at(9, 18, 9))
    assert closed(chen, told) >= {"G5", "G6", "G9"}
    for step in story.STEPS[story.STEPS.index("submit") : story.STEPS.index("answer")]:
        with access.within(""):
            getattr(told, step)()
        if step in ("return_draft", "submit_again", "pass_review", "notify", "serve_notice", "hear"):
            assert closed(chen, told), step
    assert closed(chen, told) == {"G6"}
    with access.within(""):
        told.answer()
        told.propose_again()  # a changed draft: reviewed once does not mean reviewed now
    assert closed(chen, told) == {"G9"}
    assert "告知的不是最新一稿" in words(chen.get(url("decide", told)))


def closed(chen: Client, told: Story) -> set[str]:
    """The closed gates: each shown with its clause and its mend, no button, and a forged submission changes nothing."""
    shown = chen.get(url("decide", told))
    text = words(shown)
    assert "作出决定</button>" not in text
    assert "现在不能作出决定" in text
    for gate in shown.context["closed"]:
        assert gate["because"] and gate["mend"]
        assert all(one.clause in text for one in gate["because"])
    forged = chen.post(url("decide", told), {**hidden(shown), "opinion": "同意"})
    assert forged.status_code == 422
    assert forged.context["form"].refused is not None
    with access.within(""):
        assert not Decision.objects.exists()
        assert not Entry.objects.filter(verb="decision.decide").exists()
    return {gate["code"] for gate in shown.context["closed"]}


def test_around_the_decision(clock, django_assert_max_num_queries):
    """Only a head, never a handler; nobody decides over what somebody else just did; the desk knows where it stands."""
    told = begun("answer")
    clock(at(9, 18, 9))
    zhang, chen, qian = as_("zhang"), as_("chen"), as_("qian")
    assert "作出决定</button>" not in words(zhang.get(url("decide", told)))
    assert zhang.post(url("decide", told), {"opinion": "同意"}).status_code == 403
    assert qian.get(url("decide", told)).status_code == 200
    assert qian.post(url("decide", told), {"opinion": "同意"}).status_code == 403
    assert qian.get(reverse("decision:decide", args=["01890000-0000-7000-8000-000000000000"])).status_code == 404
    assert Client().get(url("decide", told)).url.startswith("/login/?next=")
    with access.within(""):
        assert not Decision.objects.exists()

    desk = reverse("decision:desk")
    shown = chen.get(desk)
    assert "赵大勇占用堵塞安全出口案" in words(shown)
    assert shown.context["title"] == "待决定"
    assert url("decide", told) in words(shown)
    assert "没有等候办理的案件" in words(chen.get(desk, {"show": "close"}))
    assert "没有等候办理的案件" in words(chen.get(desk, {"show": "decide", "q": "不存在的"}))
    assert chen.get(desk, {"show": "nonsense", "after": "[1,2]"}).status_code == 200
    assert as_("zhou").get(desk).status_code == 403
    with django_assert_max_num_queries(80):
        shown = chen.get(url("decide", told))
    with django_assert_max_num_queries(25):
        chen.get(desk)

    with access.within(""):
        told.confirm_address()  # somebody adds to the case meanwhile
    late = chen.post(url("decide", told), {**hidden(shown), "opinion": "同意，理由如下。"})
    assert late.status_code == 422
    assert "已有他人办理" in words(late)
    assert "同意，理由如下。" in words(late)


# ---- who, what, how much -----------------------------------------------------------------------------------------


def test_pages_before_their_time_say_what_comes_first(clock):
    told = begun("approve_opening")
    clock(at(9, 18, 9))
    zhang, chen = as_("zhang"), as_("chen")
    for who, name, why in (
        (zhang, "notify", "还没有处理意见"),
        (zhang, "statement", "还没有事先告知"),
        (zhang, "answer", "还没有事先告知"),
        (chen, "deliberate", "还没有处理意见"),
        (zhang, "issue", "还没有作出决定"),
        (zhang, "perform", "还没有印发"),
        (chen, "close", "还没有印发"),
        (chen, "revoke", "还没有印发"),
    ):
        shown = who.get(url(name, told))
        assert shown.status_code == 200
        assert why in words(shown), name
        assert '<form method="post" class' not in words(shown)
    assert "还没有处理意见" in words(chen.get(url("decide", told)))


def test_not_a_handler_is_refused_on_the_page_and_by_the_action(clock):
    told = begun("serve_notice")
    clock(at(9, 10, 9))
    lin = as_("lin")
    assert "林芳不是承办人" in words(lin.get(url("statement", told)))
    forged = lin.post(url("statement", told), {"how": "waived", "text": "放弃", "on": "2026-09-10"})
    assert forged.status_code == 409
    assert "林芳不是承办人" in words(forged)


def test_deliberation_wants_three_people_and_what_each_said(clock):
    told = begun("answer")
    clock(at(9, 17, 9))
    chen = as_("chen")
    shown = chen.get(url("deliberate", told))
    assert shown.context["form"]["name_0"].value() == "陈立新"  # known from the register
    people = {
        f"{part}_{n}": value
        for n, row in enumerate([("陈立新", "副镇长", "同意"), ("王强", "镇长", ""), ("刘洋", "副镇长", "同意")])
        for part, value in zip(("name", "post", "view"), row, strict=True)
    }
    lacking = chen.post(url("deliberate", told), {**hidden(shown), **people, "conclusion": "一致同意"})
    assert "第 2 人没有填写意见" in words(lacking)
    assert "王强" in words(lacking)
    two = {name: value for name, value in people.items() if not name.endswith("_1")}
    assert "3 人以上" in words(chen.post(url("deliberate", told), {**hidden(shown), **two, "conclusion": "同意"}))
    done = chen.post(
        url("deliberate", told), {**hidden(shown), **people, "view_1": "同意罚款二百元", "conclusion": "一致同意"}
    )
    assert done.url == url("decide", told)
    assert "同意罚款二百元" in words(chen.get(done.url))


def test_bad_input_is_said_at_the_field_and_nothing_is_lost(clock):
    told = begun("serve_notice")
    clock(at(9, 10, 15))
    li = as_("li")
    shown = li.get(url("statement", told))
    for text, on, why in (
        ("请求\x07减少", "2026-09-10", "看不见的控制字符"),
        ("字" * 100_000, "2026-09-10", "最多 20000 个字，现有 100000 个字"),
        ("请求减少", "2026-02-30", "日期不存在"),
        ("请求减少", "2026-09-11", "应在送达日 2026-09-08 与今天之间"),
        ("请求减少", "2026-09-07", "应在送达日 2026-09-08 与今天之间"),
    ):
        answer = li.post(url("statement", told), {**hidden(shown), "how": "stated", "text": text, "on": on})
        assert answer.status_code == 422, why
        assert why in words(answer)
        assert text.replace("\x07", "")[:4] in words(answer).replace("\x07", "")
    with access.within(""):
        assert queries.statement_of(told.notice) is None


def test_closing_lists_what_is_missing(clock):
    told = begun("serve_decision")
    clock(at(9, 24, 10))
    chen = as_("chen")
    shown = chen.get(url("close", told))
    assert "罚没款还有 200.00 元没有缴纳" in words(shown)
    assert shown.context["owed"]
    assert chen.post(url("close", told), {"how": "当事人自动履行完毕"}).status_code in (409, 422)
