"""A page asks the database the same number of questions for three cases as for twelve."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import story
from tests.story import Story
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db

Page = Callable[[Story], str]
PAGES: tuple[tuple[str, Page], ...] = (
    ("zhang", lambda s: "/work/"),
    ("chen", lambda s: "/work/"),
    ("wang", lambda s: "/work/"),
    ("zhou", lambda s: "/work/"),
    ("qian", lambda s: "/work/"),
    ("zhang", lambda s: "/work/cases/"),
    ("zhang", lambda s: "/work/cases/?overdue=1"),
    ("zhang", lambda s: "/work/search/?q=安全出口"),
    ("zhang", lambda s: f"/work/cases/{s.case.pk}/"),
    ("zhang", lambda s: f"/work/cases/{s.case.pk}/trail/"),
    ("zhang", lambda s: f"/records/items/{s.issuance.item.pk}/"),
    ("zhang", lambda s: "/clues/"),
    ("wang", lambda s: "/review/"),
    ("wang", lambda s: "/review/?tab=given"),
    ("chen", lambda s: "/decision/?show=decide"),
    ("chen", lambda s: "/decision/?show=perform"),
    ("chen", lambda s: f"/decision/{s.case.pk}/decide/"),
    ("sun", lambda s: "/decision/archive/"),
    ("zhou", lambda s: "/disclosure/"),
    ("zhou", lambda s: "/disclosure/?tab=shown"),
    ("qian", lambda s: "/supervision/"),
    ("qian", lambda s: "/supervision/duties/"),
    ("qian", lambda s: "/supervision/trail/"),
    ("", lambda s: "/"),
    ("", lambda s: "/decisions/"),
    ("", lambda s: "/decisions/?q=安全出口"),
    ("", lambda s: "/decisions/data.csv"),
    ("", lambda s: f"/decisions/{s.issuance.code}/"),
)
# A page that happens to name one kind of thing more looks that kind up once; it never looks up each of them.
SLACK = 1
MOST = 90


def test_the_questions_do_not_grow_with_the_cases(caplog: Any):
    with access.within(""):
        first = story.begin("publish", with_accounts=True)
        for last in ("submit", "answer", "issue", "publish"):
            story.begin_again(first, last)
        people = {who: Client() for who, _ in PAGES}
        for who, client in people.items():
            if who:
                client.force_login(Account.objects.get(username=who))

    def asked(who: str, url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            response = people[who].get(url)
        assert response.status_code == 200, (who, url, response.status_code)
        return len(seen)

    def all_asked() -> dict[str, int]:
        return {f"{who or '公众'} {page(first)}": asked(who, page(first)) for who, page in PAGES}

    all_asked()  # what is kept between requests is kept now
    few = all_asked()
    with access.within(""):
        for last in ("submit", "answer", "issue", "publish") * 2:
            story.begin_again(first, last)
    many = all_asked()
    grown = {page: (few[page], many[page]) for page in few if many[page] > few[page] + SLACK or many[page] > MOST}
    assert not grown, grown
