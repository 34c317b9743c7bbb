"""Clues: taken in, found, answered, and what bad input gets told."""

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.inspection.models import Clue, Declined
from yangguang.registry import access
from yangguang.registry.models import Account, Recusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch) -> datetime:
    moment = at(9, 23, 10)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def clue(**changes) -> dict:
    data = {
        "once": "6f1c9a52-7d0e-4c2b-9a51-0f3b6b0c1d11",
        "source": "report",
        "found_on": "2026-09-22",
        "summary": "群众反映北街夜市占道经营。\n已电话核实。",
        "place": "青山镇北街",
        "informant": "刘某",
    }
    return {**data, **changes}


def seen() -> int:
    with access.within(""):
        return Clue.objects.count()


def test_a_clue_is_taken():
    told = begun("take_clue")
    zhang = as_("zhang")
    assert "登记线索" in zhang.get("/clues/").content.decode()
    answer = zhang.post("/clues/new/", clue(party=str(told.who.party.pk), power=str(told.who.power.pk)), follow=True)
    text = answer.content.decode()
    assert "线索已登记" in text and "申请立案" in text and "赵大勇" in text
    assert "刘某" in text and "刘某" not in as_("qian").get(answer.request["PATH_INFO"]).content.decode()
    assert "夜市" in zhang.get("/clues/?q=夜市&state=open&source=report").content.decode()
    assert "没有符合条件的线索" in zhang.get("/clues/?q=刘某").content.decode()


def test_a_second_press_takes_no_second_clue():
    begun("take_clue")
    zhang = as_("zhang")
    first, second = zhang.post("/clues/new/", clue()), zhang.post("/clues/new/", clue())
    assert first["Location"] == second["Location"] and seen() == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("found_on", "2026-09-24", "不能晚于今天"),
        ("found_on", "2026-02-30", "日期不存在"),
        ("found_on", "", "请填写日期"),
        ("summary", "", "请填写"),
        ("summary", "有\x07控制字符", "控制字符"),
        ("summary", "有\x00空字符", ""),
        ("summary", "长" * 100_000, "最多 4000 个字"),
        ("place", "一行\n两行", "控制字符"),
        ("source", "nowhere", "没有“nowhere”这一选项"),
        ("party", "not-a-uuid", "没有“not-a-uuid”这一选项"),
    ],
)
def test_bad_input_is_named_at_the_field_and_nothing_is_lost(field, value, says):
    begun("take_clue")
    answer = as_("zhang").post("/clues/new/", clue(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert says in str(answer.context["form"].errors[field])
    assert "青山镇北街" in answer.content.decode() or field == "place"
    assert seen() == 1


def test_a_party_is_searched_without_losing_what_was_typed():
    told = begun("take_clue")
    answer = as_("zhang").post("/clues/new/", clue(find="1", party_q="赵大勇"))
    text = answer.content.decode()
    assert answer.status_code == 200 and "群众反映北街夜市" in text and str(told.who.party.pk) in text
    assert "411521197903122016" not in text  # the number is shown in part only
    assert as_("zhang").post("/clues/new/", clue(find="1", party_q="\x00")).status_code == 200


def test_a_clue_is_declined_with_a_reason_only():
    told = begun("take_clue")
    zhang, url = as_("zhang"), reverse("inspection:decline", args=[told.clue.pk])
    assert zhang.post(url, {"reason": ""}).status_code == 422
    answer = zhang.post(url, {"reason": "经核查，出口并未堵塞，不符合立案条件。"}, follow=True)
    assert "不予立案" in answer.content.decode()
    with access.within(""):
        assert Declined.objects.count() == 1
    assert zhang.get(url).status_code == 302
    assert zhang.get(f"/cases/new/?clue={told.clue.pk}").status_code == 302


def test_two_people_at_once_decline_once():
    told = begun("take_clue")
    zhang, li, url = as_("zhang"), as_("li"), reverse("inspection:decline", args=[told.clue.pk])
    old = zhang.get(url).context["form"]["seen"].value()
    with access.within(""):
        story.Story(told.who)
    recuse = reverse("inspection:recuse", args=[told.clue.pk])
    done = li.post(recuse, {"officer": str(told.who.lin.pk), "ground": "interest", "note": "当事人的表姐"})
    assert done.status_code == 302
    answer = zhang.post(url, {"reason": "不符合立案条件。", "seen": old})
    assert answer.status_code == 422 and "已有他人办理" in answer.content.decode()
    with access.within(""):
        assert Recusal.objects.count() == 1 and not Declined.objects.exists()


def test_who_may_see_and_do():
    told = begun("take_clue")
    url = reverse("inspection:clue", args=[told.clue.pk])
    assert as_("qian").get(url).status_code == 200
    assert as_("zhou").get(url).status_code == 403
    assert as_("chen").get("/clues/new/").status_code == 403
    assert as_("zhang").get(reverse("inspection:clue", args=[told.who.body.pk])).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_list_takes_few_queries(django_assert_max_num_queries):
    told = begun("take_clue")
    zhang = as_("zhang")
    with django_assert_max_num_queries(20):
        assert "大勇百货店" in zhang.get("/clues/").content.decode()
    assert told.clue.found_on == date(2026, 8, 24)
    for odd in ("?after=x", "?after=[1]", "?q=%00", "?state=none"):
        assert zhang.get("/clues/" + odd).status_code == 200
