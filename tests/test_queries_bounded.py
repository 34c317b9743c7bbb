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
from yangguang.registry.middleware import Awake
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
    ("zhang", lambda s: f"/records/{s.case.dossier_id}/coverage/"),
    ("zhang", lambda s: f"/records/{s.case.dossier_id}/live/"),
    ("zhang", lambda s: "/records/keys/"),
    ("zhang", lambda s: f"/records/items/{s.issuance.item.pk}/"),
    ("zhang", lambda s: "/registry/parties/"),
    ("zhang", lambda s: "/registry/tables/parties/import/"),
    ("qian", lambda s: "/registry/certificates/"),
    ("qian", lambda s: f"/registry/bodies/{s.who.body.key}/"),
    ("qian", lambda s: f"/registry/officers/{s.who.zhang.key}/"),
    ("zhang", lambda s: f"/registry/powers/{s.who.power.key}/"),
    ("zhang", lambda s: "/clues/"),
    ("wang", lambda s: "/review/"),
    ("wang", lambda s: "/review/?tab=given"),
    ("qian", lambda s: "/review/oversight/"),
    ("qian", lambda s: "/review/oversight/?tab=given"),
    ("qian", lambda s: "/review/oversight/?tab=people"),
    ("chen", lambda s: "/decision/?show=decide"),
    ("chen", lambda s: "/decision/?show=perform"),
    ("chen", lambda s: f"/decision/{s.case.pk}/decide/"),
    ("sun", lambda s: "/decision/archive/"),
    ("sun", lambda s: f"/records/{s.case.dossier_id}/package/"),
    ("sun", lambda s: "/records/retention/?show=all"),
    ("qian", lambda s: "/records/callups/"),
    ("qian", lambda s: "/records/readings/"),
    ("zhang", lambda s: f"/records/items/{s.issuance.item.pk}/custody/"),
    ("zhang", lambda s: "/records/releases/"),
    ("zhou", lambda s: "/disclosure/"),
    ("zhou", lambda s: "/disclosure/?tab=shown"),
    ("qian", lambda s: "/supervision/"),
    ("qian", lambda s: "/supervision/duties/"),
    ("qian", lambda s: "/supervision/discipline/"),
    ("qian", lambda s: "/records/repairs/?show=all"),
    ("qian", lambda s: "/supervision/trail/"),
    ("zhang", lambda s: "/catalogue/lists/"),
    ("zhang", lambda s: "/catalogue/lists/list_av/"),
    ("zhang", lambda s: "/catalogue/lists/list_av/draft/"),
    ("qian", lambda s: "/catalogue/lists/"),
    ("zhang", lambda s: "/training/"),
    ("zhang", lambda s: "/training/plans/"),
    ("qian", lambda s: "/training/hours/"),
    ("qian", lambda s: "/training/results/"),
    ("qian", lambda s: "/registry/staffing/"),
    ("qian", lambda s: "/training/certificates/?tab=without"),
    ("zhou", lambda s: "/catalogue/before/"),
    ("qian", lambda s: "/catalogue/before/"),
    ("qian", lambda s: "/catalogue/pilot/"),
    ("zhou", lambda s: "/disclosure/?tab=withheld"),
    ("zhou", lambda s: "/catalogue/before/changes/"),
    ("", lambda s: "/"),
    ("", lambda s: "/search/?q=安全出口"),
    ("", lambda s: "/decisions/"),
    ("", lambda s: "/decisions/?q=安全出口"),
    ("", lambda s: "/decisions/data.csv"),
    ("", lambda s: f"/decisions/{s.issuance.code}/"),
    ("", lambda s: f"/v/{s.issuance.code}/"),
    ("", lambda s: "/bodies/"),
    ("", lambda s: f"/bodies/{s.who.body.key}/"),
    ("", lambda s: "/officers/?q=张卫国"),
    ("", lambda s: "/powers/"),
    ("", lambda s: f"/powers/{s.who.power.key}/"),
    ("", lambda s: "/data/officers.csv"),
    ("zhang", lambda s: "/clues/activities/"),
    ("zhang", lambda s: "/clues/activities/new/"),
    ("", lambda s: "/law/cn-henan-xinyang-qingshan/questions/publish_by/?kind=penalty"),
    ("", lambda s: "/api/v1/law/cn-henan-xinyang-qingshan/publish_by?kind=penalty"),
)
# A page that happens to name one kind of thing more looks that kind up once; it never looks up each of them.
SLACK = 1
MOST = 50


def test_the_questions_do_not_grow_with_the_cases(caplog: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Awake, "MINUTE", 3600)  # a slow machine would renew the session between two measurements
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
