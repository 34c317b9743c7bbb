"""The archivist's desk and the archive page, as the archivist uses them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import Story, at
from yangguang.record.models import Archive
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db
DESK = "/decision/archive/"


@pytest.fixture
def on(monkeypatch):
    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


def begun(last: str) -> Story:
    with access.within(""):
        return story.begin(last, with_accounts=True)


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


def page(told: Story) -> str:
    return reverse("decision:archive", args=[told.case.pk])


def words(response) -> str:
    return response.content.decode()


def hidden(response) -> dict[str, str]:
    form = response.context["form"]
    return {"once": str(form["once"].value()), "seen": str(form["seen"].value())}


def count() -> int:
    with access.within(""):
        return Archive.objects.count()


@pytest.mark.clause("QS-3.2.3a", "QS-3.2.0b")
def test_from_the_desk_to_the_volumes(on, django_assert_max_num_queries):
    told, sun = begun("close"), as_("sun")
    on(at(9, 28, 10))
    shown = sun.get(DESK)
    assert page(told) in words(shown) and "赵大勇占用堵塞安全出口案" in words(shown)
    with django_assert_max_num_queries(60):
        shown = sun.get(page(told))
    assert shown.status_code == 200
    assert "正卷（拟排列次序）" in words(shown) and "决定书正本和送达回证" in words(shown)
    assert shown.context["form"]["retention"].value() == "years_30"
    assert not shown.context["lacking"]
    bad = sun.post(page(told), {**hidden(shown), "retention": "for_ever"})
    assert bad.status_code == 422 and "没有“for_ever”这一选项" in words(bad)
    assert count() == 0
    given = {**hidden(shown), "retention": "permanent"}
    first, again = sun.post(page(told), given), sun.post(page(told), given)
    assert first.url == again.url == page(told)
    assert count() == 1
    with django_assert_max_num_queries(45):
        shown = sun.get(page(told))
    assert "归档号 20260001" in words(shown) and "永久" in words(shown) and "归档后没有新的文书" in words(shown)
    assert '<form method="post" class="yg-stack"' not in words(shown)
    assert sun.get(reverse("record:item", args=[shown.context["kept"].index_item_id])).status_code == 200

    done = sun.get(DESK, {"show": "done"})
    assert "20260001" in words(done) and "永久" in words(done)
    assert "没有等候归档的案件" in words(sun.get(DESK))
    for text, found in (("20260001", True), ("赵大勇", True), ("青罚决字〔2026〕1号", True), ("没有这样的", False)):
        assert (page(told) in words(sun.get(DESK, {"show": "done", "q": text}))) is found, text
    with django_assert_max_num_queries(25):
        sun.get(DESK, {"show": "done"})


def test_what_comes_after_is_listed_by_itself(on):
    told = begun("take_down")
    on(at(11, 12))
    shown = as_("sun").get(page(told))
    assert len(shown.context["supplement"]) >= 3
    assert "撤销行政处罚决定书" in words(shown) and "撤销、变更" in words(shown)


def test_pages_before_their_time_say_what_comes_first(on):
    told, sun = begun("serve_decision"), as_("sun")
    on(at(9, 24))
    shown = sun.get(page(told))
    assert "还没有结案" in words(shown) and "CN-PEN-47" in words(shown)
    assert "没有等候归档的案件" in words(sun.get(DESK))
    with access.within(""):
        told.pay()
        told.close()
    on(at(9, 28))
    sun = as_("sun")
    shown = sun.get(page(told))
    assert "还没有公示" in words(shown)
    early = sun.get(DESK, {"show": "early"})
    assert page(told) in words(early) and "公开" in words(early)
    forged = sun.post(page(told), {"retention": "years_30"})
    assert forged.status_code in (409, 422) and "还没有公示" in words(forged)
    assert count() == 0


def test_who_may(on):
    told = begun("close")
    on(at(9, 28))
    for username, status in (("zhang", 200), ("chen", 200), ("qian", 200), ("wang", 403), ("zhou", 403)):
        shown = as_(username).get(page(told))
        assert shown.status_code == status, username
        if status == 200:
            assert "归档</button>" not in words(shown), username
        assert as_(username).post(page(told), {"retention": "years_30"}).status_code == 403, username
    assert as_("zhang").get(DESK).status_code == 403
    assert as_("chen").get(DESK).status_code == 200
    assert Client().get(DESK).status_code == 302
    assert count() == 0


def test_addresses_that_were_tampered_with(on):
    told, sun = begun("close"), as_("sun")
    on(at(9, 28))
    for query in ({"show": "nonsense"}, {"after": "[1,2]"}, {"q": "x" * 500}, {"q": "\0"}):
        assert sun.get(DESK, query).status_code == 200
    assert sun.get(reverse("decision:archive", args=[told.who.sun.pk])).status_code == 404


def test_somebody_else_wrote_meanwhile(on):
    told, sun = begun("close"), as_("sun")
    on(at(10, 12, 10))
    shown = sun.get(page(told))
    with access.within(""):
        told.find_error()
    late = sun.post(page(told), {**hidden(shown), "retention": "years_30"})
    assert late.status_code == 422 and "已有他人办理" in words(late)
    assert count() == 0
