"""The one search: what is published is found by any of its words; what is not, or no longer, is not."""

import re
from datetime import date

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import registered, story
from tests.story import at
from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.models import ListPublication
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.catalogue.tests import test_lists as lists
from yangguang.portal.finding import index
from yangguang.registry import access
from yangguang.registry import actions as registry

from . import papers

LINK = re.compile(r'<h2 class="h3"><a href="([^"]+)">')
COUNT = re.compile(r'>([^<>]+) <span class="yg-count">(\d+)</span>')


@pytest.fixture
def client() -> Client:
    return Client()


def shown(client: Client, status: int = 200, **asked: str) -> str:
    response = client.get("/search/", asked)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def links(client: Client, q: str, **asked: str) -> list[str]:
    return LINK.findall(shown(client, q=q, **asked))


@pytest.fixture
def everything(settings, tmp_path):  # type: ignore[no-untyped-def]
    """A body that published its disclosures beforehand and a policy document, another with a list, and a decision."""
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        who = story.people()
        catalogue.everything_public(who)
        papers.show("FIND222222")
        yield who


# ---- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("WC-2.1.2(4)", "SY-2.1.1b", "SY-2.1.0a", "QD-A3.公示.5")
def test_each_kind_of_published_thing_is_found_by_words_inside_it(everything, client):
    index.renew()
    who, pre = everything, PreRelease.objects.get()
    body = reverse("portal:body", args=[who.body.key])
    assert body in links(client, who.body.name, kind="body")
    assert reverse("portal:power", args=[who.power.key]) in links(client, who.power.name[3:9], kind="power")
    [officer] = links(client, who.zhang.name, kind="officer")
    assert client.get(officer).status_code == 200
    element = max((line for one in pre.shown["elements"] for line in one["lines"]), key=len)
    page = reverse("portal:published_pre", args=[pre.pk])
    assert page in links(client, re.findall(r"\w{4,}", element)[0][1:4], kind="before")
    guide = pre.shown["guides"][0]
    [place] = [one for one in links(client, guide["name"], kind="guide") if guide["key"] in one]
    told = client.get(place).content.decode()
    assert guide["name"] in told and all(field["label"] in told for field in guide["fields"])
    policy = PolicyRelease.objects.get()
    assert links(client, policy.title[2:8], kind="policy") == [reverse("portal:published_policy", args=[policy.pk])]
    assert "/decisions/FIND222222/" in links(client, "占道经营", kind="decision")
    with access.within(""):  # another unit comes, under another plan: it stands beside the first, in the one search
        unit = lists.agency(lists.QIDONG, "43.04.26/jt/")
        power = registry.register_power(
            by=None, at=at(1, 5), body=unit, valid_from=date(2024, 1, 1), published_on=date(2024, 1, 1), code="P1",
            name="道路运输处罚", kind="penalty", field="交通", instrument="权责清单",
            basis=[{"law": "道路运输条例", "article": "第六十三条"}],
        )  # fmt: skip
    index.renew()
    assert reverse("portal:body", args=[unit.key]) in links(client, unit.name, kind="body")
    assert links(client, "道路运输处罚") == [reverse("portal:power", args=[power.key])]
    assert {reverse("portal:body", args=[one.key]) for one in (unit, who.body)} <= set(links(client, "", kind="body"))


@pytest.mark.django_db
def test_a_published_list_is_found_by_the_words_of_its_rows(settings, tmp_path, client):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        told = story.begin()
        lists.published(told, lists.in_force(told, "list_av", lists.av_rows(told)))
        index.renew()
        row = ListPublication.objects.get(channel="portal")
        words = re.findall(r"\w{2,}", row.shown["rows"][0][0])[0]
        assert links(client, words, kind="list") == [reverse("portal:published_list", args=[row.pk])]


@pytest.mark.django_db
def test_a_list_stands_until_its_successor_is_in_force(settings, tmp_path, client):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        told = story.begin()

        def issue(rows, when, from_):  # type: ignore[no-untyped-def]
            version = lists.in_force(told, "list_av", rows, when, in_force_from=from_)
            lists.published(told, version, when)
            return reverse("portal:published_list", args=[version.listpublications.get(channel="portal").pk])

        first = issue(lists.av_rows(told), lists.BEFORE, lists.BEFORE.date())
        coming = issue(lists.av_rows(told)[:-1], at(9, 18), registered.day(30))
        index.renew()
        assert set(links(client, "音像记录事项清单", kind="list")) == {first, coming}
        assert "这是旧版" not in client.get(first).content.decode()
        assert "起施行" in client.get(reverse("portal:body", args=[told.who.body.key])).content.decode()
        now = issue(lists.av_rows(told)[:-2], at(9, 19), registered.day())
        index.renew()
        assert set(links(client, "音像记录事项清单", kind="list")) == {now}
        assert "这是旧版" in client.get(first).content.decode()


@pytest.mark.django_db
def test_the_kinds_are_counted_and_narrow_the_results(everything, client):
    index.renew()
    name = everything.body.name
    page = shown(client, q=name)
    counted = {label: int(many) for label, many in COUNT.findall(page)}
    assert counted["执法主体"] == 1
    assert counted["全部"] == sum(many for label, many in counted.items() if label != "全部")
    for label, kind in (("执法人员", "officer"), ("执法事项", "power")):
        assert len(links(client, name, kind=kind)) == counted[label]
    assert f'共 <strong class="yg-num">{counted["全部"]}</strong> 条' in page
    assert {one.split("/")[1] for one in links(client, "占道经营")} == {"decisions"}
    assert "没有查到" in shown(client, q="占道经营", body=name)


@pytest.mark.django_db
@pytest.mark.clause("QD-3.1.1(2)c", "DH-2.1.2a")
def test_guides_are_found_by_matter_agency_and_keyword_leafed_through_and_printed(everything, client):
    index.renew()
    pre, body = PreRelease.objects.get(), everything.body.name
    all_of_them = links(client, "", kind="guide")
    assert len(all_of_them) == len(pre.shown["guides"]) >= 1
    assert links(client, "", kind="guide", body=body) == all_of_them
    for guide in pre.shown["guides"]:
        matter = [one for one in links(client, guide["name"], kind="guide", body=body) if guide["key"] in one]
        keyword = next(line for field in guide["fields"] for line in field["lines"] if re.search(r"\w{4}", line))
        assert matter[0] in links(client, re.findall(r"\w{4,}", keyword)[0][:4], kind="guide")
        page = client.get(matter[0]).content.decode()
        assert "打印" in page and all(field["label"] in page for field in guide["fields"])


@pytest.mark.django_db
def test_every_result_is_reached_once_page_by_page_there_and_back(client):
    for n in range(45):
        papers.show(f"PAGE2222{n:02}", decided_on=date(2026, 9, 1 + n % 3), title=f"第{n}号搬家案")
    seen, asked = [], "?q=搬家案"
    pages = []
    while asked:
        page = client.get("/search/" + asked).content.decode()
        pages.append(LINK.findall(page))
        seen += pages[-1]
        following = re.findall(r'href="(\?[^"]*after=[^"]+)"', page)
        back = re.findall(r'href="(\?[^"]*before=[^"]+)"', page)
        asked = following[0].replace("&amp;", "&") if following else ""
    assert [len(one) for one in pages] == [20, 20, 5]
    assert len(seen) == len(set(seen)) == 45
    page = client.get("/search/" + back[0].replace("&amp;", "&")).content.decode()
    assert LINK.findall(page) == pages[1]


@pytest.mark.django_db
def test_the_questions_do_not_grow_with_what_is_found(everything, client):
    index.renew()
    with CaptureQueriesContext(connections["portal"]) as few:
        shown(client, q="占道经营")
    for n in range(30):
        papers.show(f"MANY2222{n:02}")
    with CaptureQueriesContext(connections["portal"]) as many:
        assert len(links(client, "占道经营")) == 20
    assert len(many) == len(few) <= 6


# ---- what is not found -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("QS-3.1.4b")
def test_a_withdrawn_decision_is_found_no_more(client):
    row = papers.show("GONE222222")
    assert links(client, "占道经营") == ["/decisions/GONE222222/"]
    papers.bury(row)
    for words in ("占道经营", "GONE222222", row.number):
        assert not links(client, words), words


@pytest.mark.django_db
@pytest.mark.clause("QS-3.1.4a")
def test_a_replaced_version_is_found_no_more_and_stays_readable(everything, client):
    who, old = everything, PreRelease.objects.get()
    index.renew()
    there = reverse("portal:published_pre", args=[old.pk])
    assert links(client, old.shown["title"], kind="before") == [there]
    with access.within(""):
        registry.change_officer(
            by=who.qian, at=at(9, 19), officer=who.zhang, valid_from=date(2026, 9, 19), reason="改名", name="张新名"
        )
        catalogue.release(who, at(9, 19))
    new = PreRelease.objects.exclude(pk=old.pk).get()
    assert there not in links(client, old.shown["title"], kind="before")  # at once, before the index is renewed
    index.renew()
    assert links(client, old.shown["title"], kind="before") == [reverse("portal:published_pre", args=[new.pk])]
    assert client.get(there).status_code == 200


@pytest.mark.django_db
@pytest.mark.clause("QS-3.1.1g")
def test_what_the_register_does_not_publish_is_not_found(client):
    with access.within(""):
        town = registered.town()
        index.renew()
        for name in ("没有公布的事项", "周辅助", "冯无证", "林注销", *registered.SECRETS):
            found = links(client, name)
            assert not found, (name, found)
        assert links(client, "王有效", kind="officer")
        registry.end(
            by=None, at=registered.now(), thing=town.people["valid"], last_day=registered.day(-1), reason="调离"
        )
        assert not links(client, "王有效")  # at once
        assert reverse("portal:body", args=[town.body.key]) in links(client, town.body.name, kind="body")


@pytest.mark.django_db
def test_a_renewal_changes_nothing_where_nothing_changed(everything):
    assert index.renew() > 5
    assert index.renew() == 0
    assert index.pending() == ({}, [])


# ---- what is asked badly ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"q": "占\0道"}, 400, "看不见的控制字符"),
        ({"q": "字" * 101}, 400, "最多 100 个字"),
        ({"q": "占道", "kind": "person"}, 400, "没有“person”这一项"),
        ({"q": "占道", "body": "没有的机关"}, 400, "没有“没有的机关”这一项"),
        ({"q": "占"}, 200, "请至少输入两个字"),
        ({"q": "、。"}, 200, "请至少输入两个字"),
        ({"q": "查无此事"}, 200, "没有查到"),
        ({"q": "占道", "after": "[1]"}, 200, "没有查到"),
        ({"q": "占道", "after": '["\\u0000","e"]'}, 200, "没有查到"),
        ({}, 200, "也可以直接翻看"),
    ],
)
def test_what_cannot_be_searched_for_is_said(client, asked, status, told):
    assert told in shown(client, status, **asked)


# ---- whose rows ------------------------------------------------------------------------------------------------------


def test_the_portals_role_finds_what_it_may_read_and_writes_nothing(fresh_database, client):
    with access.within(""):
        told = story.begin()
        registered.officer(told.who.body, "王有效", "16150001")
        registered.officer(told.who.body, "周辅助", auxiliary=True)
        lists.published(told, lists.in_force(told, "list_av", lists.av_rows(told)))
        papers.show("FIND222222")
    index.renew()
    with CaptureQueriesContext(connections["default"]) as officers:
        assert links(client, "占道经营") == ["/decisions/FIND222222/"]
        assert links(client, "王有效", kind="officer")
        assert links(client, "音像记录事项清单", kind="list")
    assert len(officers) == 0
    with fresh_database.connect("yg_portal") as own:
        words = str(own.execute("select title, number, body_name, text, url from portal_found").fetchall())
        assert not [secret for secret in registered.SECRETS if secret in words]
        may = "select has_table_privilege('portal_publicentry', 'insert, update, delete, truncate')"
        assert own.execute(may).fetchone() == (False,)
