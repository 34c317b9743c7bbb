"""The words the party is told come from the pack, with the organs of the body's registration."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.course.model import case
from tests.walker import Walker
from yangguang.casework.course import told
from yangguang.casework.models import CaseState
from yangguang.decision.remedy import actions as remedy
from yangguang.decision.remedy import against
from yangguang.decision.remedy import queries as remedies
from yangguang.disclosure import queries as disclosed
from yangguang.policy import packs
from yangguang.registry import access
from yangguang.registry.models import Account

PACK = packs.load("cn-henan-xinyang-qingshan")


def test_reconsideration_or_litigation_in_the_words_of_the_pack():
    assert told.remedies(case("licence", "ordinary"), PACK) == (
        "不服本决定的，可以自收到之日起六十日内向某某人民政府申请行政复议，或者六个月内向某某人民法院提起行政诉讼。"
    )


def test_against_what_was_decided_on_the_spot_reconsideration_comes_first():
    """行政复议法 art. 23(1)(1), 行政诉讼法 art. 45."""
    words = told.remedies(case("penalty", "summary"), PACK)
    assert words is not None
    assert "应当先自收到之日起六十日内向某某人民政府申请行政复议" in words
    assert "自收到复议决定书之日起十五日内向某某人民法院" in words


def test_without_a_registered_organ_nothing_is_invented():
    """The text is then asked of the person who writes the document."""
    one = case("licence", "ordinary")
    one.body.reconsideration = ""
    assert told.remedies(one, PACK) is None
    assert "remedies_text" not in told.registered(one, PACK)


def test_the_words_stand_on_clauses():
    for name in ("remedies_text", "remedies_text_first", "rights_text", "must_tell", "deliberation_min"):
        answer = packs.load("cn").parameter(name)
        assert answer.value and answer.because, name


@pytest.mark.django_db
@pytest.mark.clause("CN-REC-23.1.1")
def test_what_a_course_decided_is_contested_too_and_on_the_spot_reconsideration_first(client, monkeypatch):
    """行政复议法 art. 23(1)(1): registered, refused before reconsideration, ended; the document's code tells it."""
    with access.within(""):
        who = story.people()
        story.accounts(who)
        walker = Walker(who, story.at(9, 1, 9), {"penalties": ["warning"], "statement_made": False})
        walker.begin("penalty", "summary", who.power)
        walker.walk(until="perform")
        matter = walker.course.case
        found = against.of(matter)
        assert found.item.code == "summary_penalty_decision" and found.served_on
        on = found.served_on + timedelta(days=2)
        moment = story.at(on.month, on.day, 12)
        given = {"by": who.zhang, "at": moment, "case": matter, "organ": "罗山县人民法院", "number": "1号", "on": on}
        with pytest.raises(remedy.NotContested, match="先申请行政复议") as first:
            remedy.open_remedy(**given, kind="litigation")
        assert "CN-REC-23.1.1" in {one.clause for one in first.value.because} and first.value.field == "kind"
        stands = matter.state.step
        opened = remedy.open_remedy(**given | {"organ": "罗山县人民政府"}, kind="reconsideration")
        remedy.end_remedy(
            by=who.chen, at=moment, remedy=opened, outcome="illegal", instrument="行政复议决定书", reason="没有出示证件",
            on=on, received_on=on,
        )  # fmt: skip
        assert remedies.to_account(found).outcome == "illegal"
        assert CaseState.objects.get(case=matter).step == stands  # its own steps say where it stands
        assert disclosed.standing(found.item.meta["code"]).state == "revoked"
        remedy.open_remedy(**given, kind="litigation")
    client.force_login(Account.objects.get(username="zhang"), "yangguang.registry.access.Accounts")
    monkeypatch.setattr(timezone, "now", lambda: moment)
    page = reverse("decision:remedies", args=[matter.pk])
    assert page in client.get(reverse("workbench:case", args=[matter.pk])).content.decode()
    shown = client.get(page).content.decode()
    assert "确认违法" in shown and "先申请行政复议" in shown
