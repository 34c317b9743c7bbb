"""The officer's home, the lists, the case page and its trail, as each person sees them."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import STEPS, Story
from yangguang.casework import finding
from yangguang.casework.models import CaseState
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import queries as trail
from yangguang.workbench import queries
from yangguang.workbench.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The story has ended; the clock of the machine does not matter."""
    moment = story.at(11, 20, 10)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def words(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def page(told: Story, name: str = "workbench:case") -> str:
    return reverse(name, args=[told.case.pk])


# ---- the home ----------------------------------------------------------------------------------------------------


def test_everybody_has_a_home(django_assert_max_num_queries):
    begun("pass_review")
    for username, _, _ in story.ACCOUNTS:
        client = as_(username)
        with django_assert_max_num_queries(45):
            words(client.get("/work/"))


def test_an_empty_home():
    begun("take_clue")
    text = words(as_("wu").get("/work/"))
    assert "还没有承办的案件" in text


def test_each_role_sees_its_queue():
    told = begun("apply")
    assert reverse("casework:opening", args=[told.case.pk]) in words(as_("chen").get("/work/"))
    with access.within(""):
        told.approve_opening()
    assert reverse("casework:step", args=[told.case.pk, "identify"]) in words(as_("zhang").get("/work/"))
    assert told.case.title not in words(as_("wu").get("/work/"))


# ---- the case page -----------------------------------------------------------------------------------------------


NEXT = {
    "apply": ("chen", "/opening/"),
    "approve_opening": ("zhang", "/steps/identify/"),
    "identify": ("zhang", "/steps/interview/"),
    "interview": ("li", "/steps/evidence/"),
    "collect": ("zhang", "/steps/conclude/"),
    "conclude": ("zhang", "/proposal/"),
    "propose": ("zhang", "/review/submit/"),
    "submit": ("wang", "/review/"),
    "return_draft": ("zhang", "/proposal/"),
    "submit_again": ("wang", "/review/"),
    "pass_review": ("zhang", "/notify/"),
    "notify": ("zhang", "/serve/"),
    "serve_notice": ("li", "/statement/"),
    "hear": ("zhang", "/answer/"),
    "answer": ("chen", "/decide/"),
    "decide": ("zhang", "/issue/"),
    "issue": ("zhang", "/serve/"),
    "serve_decision": ("zhang", "/perform/"),
}


def test_the_page_at_every_step_leads_to_the_next_act(django_assert_max_num_queries):
    with access.within(""):
        told = story.begin("apply", with_accounts=True)
    people = {name: as_(name) for name in ("zhang", "li", "chen", "wang", "zhou", "qian")}
    for last in STEPS[STEPS.index("apply") :]:
        if last != "apply":
            with access.within(""):
                getattr(told, last)()
        for username, client in people.items():
            with django_assert_max_num_queries(80, info=f"{last} {username}"):
                response = client.get(page(told))
            assert told.case.title in words(response)
            if last in NEXT and NEXT[last][0] == username:
                now = now_of(response)
                assert now.acts and now.link, (last, now)
                assert NEXT[last][1] in now.link.url, (last, now)
                assert client.get(now.link.url).status_code == 200, (last, now.link.url)


def now_of(response):
    return next(panel for panel in response.context["panels"] if panel.name == "now").context["now"]


def test_who_may_not_act_gets_no_button():
    told = begun("conclude")
    response = as_("chen").get(page(told))
    now = now_of(response)
    assert not now.acts and "张卫国" in now.who


def test_another_bodys_case_is_not_there():
    told = begun("apply")
    with access.within(""):
        lone = Account.objects.get(username="wu")
    assert lone
    assert as_("zhang").get(reverse("workbench:case", args=[told.who.body.pk])).status_code == 404
    assert as_("qian").get(page(told)).status_code == 200


def test_nobody_sees_anything_without_signing_in():
    told = begun("apply")
    for url in ("/work/", "/work/cases/", page(told), page(told, "workbench:case_trail"), "/work/search/?q=x"):
        response = Client().get(url)
        assert response.status_code == 302 and response["Location"].startswith("/login/")


# ---- lists and search --------------------------------------------------------------------------------------------


def test_the_list_filters_and_counts(django_assert_max_num_queries):
    told = begun("identify")
    zhang = as_("zhang")
    with django_assert_max_num_queries(20):
        assert told.case.title in words(zhang.get("/work/cases/"))
    assert told.case.title in words(zhang.get("/work/cases/?q=赵大勇&mine=1&step=interview"))
    assert "没有符合条件的案件" in words(zhang.get("/work/cases/?q=没有这个人"))
    assert "没有符合条件的案件" in words(as_("wu").get("/work/cases/?mine=1"))
    assert "没有符合条件的案件" in words(zhang.get("/work/cases/?step=ended"))
    opened = told.case.state.opened_on
    assert told.case.title in words(zhang.get(f"/work/cases/?kind=penalty&month={opened:%Y-%m}"))
    assert "没有符合条件的案件" in words(zhang.get(f"/work/cases/?month={opened.year - 1}-{opened:%m}"))
    assert "没有符合条件的案件" in words(zhang.get("/work/cases/?kind=licence"))
    assert "月份写成四位年" in words(zhang.get("/work/cases/?month=2026-13"))
    for odd in (
        "?after=nonsense",
        "?q=%00",
        "?step=nothing",
        "?before=[1,2]",
        "?q=" + "长" * 500,
        "?kind=x",
        "?month=x",
    ):
        words(zhang.get("/work/cases/" + odd))


def test_overdue_cases_are_found():
    told = begun("pass_review")
    found = queries.listed
    with access.within(""):
        caller = access.Caller(Account.objects.get(username="zhang"), frozenset({"officer"}))
        late = told.case.applied_on.replace(year=2030)
        assert found(caller, overdue=True, today=late).count() == 1
        assert found(caller, overdue=True, today=told.case.applied_on).count() == 0


def test_search_finds_by_name_number_and_code():
    told = begun("serve_decision")
    zhang = as_("zhang")
    for asked in ("赵大勇", told.issuance.number_text, "安全出口", told.who.party.id_no):
        assert "没有找到" not in words(zhang.get("/work/search/", {"q": asked})), asked
    assert "没有找到" in words(zhang.get("/work/search/", {"q": "查无此人"}))
    number, paper = told.case.state.number, told.issuance.number_text
    year = f"〔{told.issuance.on.year}〕"
    for asked in ("勇", "安全 赵大", number[2:], number.replace("〔", "（").replace("〕", "）"), paper[:6], paper[3:]):
        assert told.case.title in words(zhang.get("/work/cases/", {"q": asked})), asked
    for asked in ("勇大", "赵大勇 张", "%", "_", "\\", f"{year}x", "赵  ' or"):
        assert "没有符合条件的案件" in words(zhang.get("/work/cases/", {"q": asked})), asked
    with access.within("41.15.99/"):  # the database looks within the scope of the one who asks
        assert not CaseState.objects.filter(finding.named("赵大勇")).exists()
        with connection.cursor() as cursor:
            cursor.execute("select casework_found('赵大勇', 10)")
            assert not cursor.fetchall()
    assert "输入要找的词" in words(zhang.get("/work/search/"))


# ---- trail -------------------------------------------------------------------------------------------------------


def test_the_trail_names_every_entry(django_assert_max_num_queries):
    told = begun("issue")
    zhang = as_("zhang")
    with django_assert_max_num_queries(20):
        text = words(zhang.get(page(told, "workbench:case_trail")))
    for said in ("申请立案", "批准立案", "提出处理意见（第 1 稿）", "张卫国", "王静"):
        assert said in text, said
    last = trail.history(told.case.chain).last()
    answer = zhang.get(reverse("workbench:case_proof", args=[told.case.pk, last.pk]))
    assert answer.status_code == 409 and "尚未汇入" in answer.content.decode()
    other = trail.history(f"clue:{told.clue.pk}").first()
    assert zhang.get(reverse("workbench:case_proof", args=[told.case.pk, other.pk])).status_code == 404


# ---- drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_for_its_writer_only():
    begun("take_clue")
    zhang, li, where = as_("zhang"), as_("li"), "/work/draft/?form=/clues/new/"
    assert zhang.get(where).json() == {"data": None}
    assert zhang.post(where, {"summary": "写了一半", "once": ""}).status_code == 200
    assert zhang.get(where).json()["data"]["summary"] == ["写了一半"]
    assert li.get(where).json() == {"data": None}
    assert "没有提交的表单" in words(zhang.get("/work/"))
    assert zhang.delete(where).status_code == 204
    assert zhang.get(where).json() == {"data": None}


def test_a_draft_that_was_submitted_is_gone():
    told = begun("apply")
    zhang = as_("zhang")
    once = trail.history(told.case.chain).exclude(once=None).first()
    assert once is None  # the story passes none; a page does:
    form = zhang.get("/clues/new/").context["form"]
    key = str(form["once"].value())
    data = {
        "once": key,
        "source": "report",
        "found_on": "2026-09-01",
        "summary": "群众反映占道经营",
        "place": "北街",
    }
    zhang.post("/work/draft/?form=/clues/new/", data)
    assert Draft.objects.count() == 1
    assert zhang.post("/clues/new/", data).status_code == 302
    assert zhang.get("/work/draft/?form=/clues/new/").json() == {"data": None}
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("form", ["", "https://elsewhere/", "/" + "x" * 200])
def test_a_draft_names_its_form(form):
    begun("take_clue")
    assert as_("zhang").get("/work/draft/", {"form": form}).status_code == 400


def test_a_draft_has_a_limit():
    begun("take_clue")
    answer = as_("zhang").post("/work/draft/?form=/clues/new/", {"summary": "长" * 300_001})
    assert answer.status_code == 413 and "草稿过大" in json.loads(answer.content)["error"]
