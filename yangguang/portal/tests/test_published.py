"""What a body published can be read by anybody, in the words of the day it was published."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from tests.story import at
from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.models import ListPublication
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.catalogue.tests import test_lists as lists
from yangguang.registry import access
from yangguang.registry import actions as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(settings, tmp_path):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        yield story.people()


@pytest.mark.clause("SY-2.1.1b")
def test_the_page_of_a_body_leads_to_what_it_published(who):
    catalogue.everything_public(who)
    client = Client()
    page = client.get(reverse("portal:body", args=[who.body.key])).content.decode()
    links = re.findall(r'href="(/published/[^"]+)"', page)
    assert {link.split("/")[2] for link in links} == {"before", "policies"}
    pre = PreRelease.objects.get()
    shown = client.get(reverse("portal:published_pre", args=[pre.pk])).content.decode()
    for element in pre.shown["elements"]:
        assert element["label"] in shown
    assert who.zhang.name in shown
    chart = client.get(reverse("portal:published_chart", args=[pre.pk, pre.shown["procedures"][0]["procedure"]]))
    assert chart["Content-Type"] == "image/svg+xml"
    assert b"<svg" in b"".join(chart)
    policy = client.get(reverse("portal:published_policy", args=[PolicyRelease.objects.get().pk]))
    assert b"".join(policy)[:5] == b"%PDF-"


def test_an_old_version_stays_as_it_was(who):
    catalogue.everything_public(who)
    old = PreRelease.objects.get()
    registry.change_officer(
        by=who.qian, at=at(9, 19), officer=who.zhang, valid_from=date(2026, 9, 19), reason="改名", name="张新名"
    )
    page = Client().get(reverse("portal:published_pre", args=[old.pk])).content.decode()
    assert "张新名" not in page
    assert who.zhang.name in page


def test_an_old_version_says_which_one_has_replaced_it(who):
    catalogue.everything_public(who)
    old, client = PreRelease.objects.get(), Client()
    there = reverse("portal:published_pre", args=[old.pk])
    assert "这是旧版" not in client.get(there).content.decode()
    new = catalogue.release(who, at(9, 19))
    page = client.get(there).content.decode()
    assert "这是旧版" in page and reverse("portal:published_pre", args=[new.pk]) in page
    assert "这是旧版" not in client.get(reverse("portal:published_pre", args=[new.pk])).content.decode()


def test_what_was_not_published_is_not_there(who):
    client = Client()
    page = client.get(reverse("portal:body", args=[who.body.key])).content.decode()
    assert "/published/" not in page
    assert client.get(reverse("portal:published_policy", args=[who.body.key])).status_code == 404


@pytest.mark.clause("QS-3.2.2a", "WC-2.2.3c")
def test_a_published_list_is_read_row_by_row(settings, tmp_path):
    settings.VAULT_DIR = tmp_path / "vault"
    with access.within(""):
        told = story.begin()
        version = lists.in_force(told, "list_av", lists.av_rows(told))
        lists.published(told, version)
    client = Client()
    page = client.get(reverse("portal:body", args=[told.who.body.key])).content.decode()
    [link] = re.findall(r'href="(/published/lists/[^"]+)"', page)
    shown = client.get(link).content.decode()
    copy = ListPublication.objects.get(channel="portal").shown
    assert len(copy["rows"]) > 0
    for cell in copy["rows"][0]:
        assert cell in shown
    assert "这是旧版" not in shown
    with access.within(""):
        rows = lists.av_rows(told)[:-1]
        lists.published(told, lists.in_force(told, "list_av", rows, when=at(9, 19)), at(9, 19))
    newer = ListPublication.objects.filter(channel="portal").latest("on")
    page = client.get(link).content.decode()
    assert "这是旧版" in page and reverse("portal:published_list", args=[newer.pk]) in page
