"""The public's pages at a desk and on a phone: nothing wider than the window, nothing for axe-core to object to."""

import pytest
from django.urls import reverse

from tests import story
from tests.browser.people import DESK, PHONE, Person
from yangguang.catalogue.before.models import PreRelease
from yangguang.catalogue.models import ListPublication
from yangguang.catalogue.tests import test_before as catalogue
from yangguang.catalogue.tests import test_lists as lists
from yangguang.portal.finding import index
from yangguang.registry import access

from . import papers

SEEN = """() => [...document.querySelectorAll(".yg-pnav [aria-current], .yg-tabs [aria-current]")].every((entry) => {
  const box = entry.getBoundingClientRect();
  return box.left >= -1 && box.right <= innerWidth + 1;
})"""


@pytest.mark.browser
@pytest.mark.clause("WC-2.1.2(4)")
def test_what_is_published_is_searched_and_read_in_a_browser(browser, live_site):
    with access.within(""):
        told = story.begin()
        catalogue.everything_public(told.who)
        lists.published(told, lists.in_force(told, "list_av", lists.av_rows(told)))
        papers.show("FIND222222")
        pre, row = PreRelease.objects.get(), ListPublication.objects.get(channel="portal")
    index.renew()
    body = told.who.body
    visitor = Person(browser, live_site.url)
    for path in (
        "/", "/search/", f"/search/?q={body.name}", f"/search/?q={body.name}&kind=decision", "/search/?q=占", "/data/",
        "/bodies/", reverse("portal:body", args=[body.key]), "/officers/", "/powers/",
        reverse("portal:power", args=[told.who.power.key]), reverse("portal:published_list", args=[row.pk]),
        reverse("portal:published_pre", args=[pre.pk]), "/law/compare/", "/law/",
    ):  # fmt: skip
        visitor.open(path)
        for width, height in (DESK, PHONE):
            visitor.page.set_viewport_size({"width": width, "height": height})
            visitor.page.reload()
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width + 1, (path, width)
            assert visitor.page.evaluate(SEEN), (path, width)
            visitor.clean()
    visitor.open("/search/?q=%00x", status=400).clean()
    visitor.leave()

    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(live_site.url)
    page.get_by_role("searchbox").fill("占道经营")
    page.get_by_role("button", name="搜索").press("Enter")
    page.wait_for_url("**/search/?q=**")
    page.get_by_role("link", name="摆摊经营案").click()
    page.wait_for_url("**/decisions/FIND222222/")
    icon = context.request.get(f"{live_site.url}/favicon.ico")
    assert icon.ok and icon.body()[:4] == b"\0\0\1\0"
    context.close()
