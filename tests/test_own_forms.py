"""A body's own form of notice and decision is what the pages show before it is made, and what the public reads."""

import html

import pytest
from django.test import Client

from tests import own_forms, story
from tests.story import at
from yangguang.disclosure.models import Publication
from yangguang.record.formbook import actions as formbook
from yangguang.registry import access
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db


def shown(username: str, url: str) -> str:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    response = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def on(told: story.Story, first: str, last: str) -> None:
    for step in story.STEPS[story.STEPS.index(first) : story.STEPS.index(last) + 1]:
        getattr(told, step)()


def test_notice_and_decision_are_previewed_and_published_on_the_body_s_own_form() -> None:
    with access.within(""):
        told = story.begin("pass_review", with_accounts=True)
        notice = f"/decision/{told.case.pk}/notify/"
    assert own_forms.HEADING not in shown("zhang", notice)
    with access.within(""):
        content = own_forms.compilation("prior_notice", "penalty_decision")
        formbook.adopt(by=told.who.chen, at=at(8, 20), content=content)
    assert own_forms.HEADING in shown("zhang", notice)
    with access.within(""):
        on(told, "notify", "decide")
    assert own_forms.HEADING in shown("zhang", f"/decision/{told.case.pk}/issue/")
    with access.within(""):
        on(told, "issue", "issue")
    preview = shown("zhou", f"/disclosure/{told.issuance.pk}/publish/")
    assert own_forms.HEADING in preview.split('id="seen"')[1]
    with access.within(""):
        on(told, "serve_decision", "publish")
        public = Publication.objects.get()
        assert own_forms.HEADING in public.text
        assert own_forms.TITLE in public.text
        assert told.who.party.name not in public.text
