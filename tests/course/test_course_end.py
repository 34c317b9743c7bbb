"""What a case that followed its course leaves behind: its file, what the public sees, and projections made anew."""

import io
from contextlib import redirect_stdout

import pytest

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework.course import actions, route
from yangguang.casework.course.errors import NotForYou, StillOpen
from yangguang.casework.errors import OutOfOrder
from yangguang.casework.models import CaseState
from yangguang.decision import queries as decisions
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.disclosure.models import PublicDecision
from yangguang.registry import access
from yangguang.site import cli
from yangguang.site.demo import qingshan


def made(who, kind, procedure, start, until=None, **choose):
    """A case of this act, walked by `Walker`."""
    walker = Walker(who, start, choose)
    walker.begin(kind, procedure, a_power(who.body, kind, qingshan.REGISTERED, qingshan.SINCE))
    walker.walk(until=until)
    return walker


@pytest.fixture
def told(fresh_database, monkeypatch):
    """Committed: a licence that ended in its file, a measure that waits for a head, a charge kept from the public."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PORTAL_URL"):
        monkeypatch.setenv(name, fresh_database.env[name])
    with access.within(""):
        who = story.people()
        ended = made(who, "licence", "deregistration", story.at(9, 1, 9))
        ended.archive()
        waiting = made(who, "compulsory_measure", "ordinary", story.at(9, 2, 9), until="approve", **SEIZURE)
        waiting.at = story.at(9, 2, 15)
        waiting.put_before_head("approve")
        secret = made(who, "charge", "ordinary", story.at(9, 3, 9), until="disclose")
        disclosure.withhold(
            by=who.zhou,
            at=story.at(9, 20, 9),
            issuance=decisions.to_issue(secret.course.case),
            basis="《中华人民共和国政府信息公开条例》第十五条",
            reason="涉及当事人的商业秘密，公开会造成损害",
        )
    return ended, waiting, secret


SEIZURE = {"measure_type": "seizure", "measure_basis": "law", "object_related": True, "object_is_necessity": False}


def said(*arguments):
    with redirect_stdout(io.StringIO()) as out:
        code = cli.main([*arguments])
    return code, out.getvalue()


def test_the_projections_of_courses_follow_from_their_facts(told):
    """Ended and archived, waiting for a head, kept from the public: each is made anew equal."""
    ended, waiting, secret = told
    with access.within(""):
        assert CaseState.objects.get(case=ended.case).step == ""
        assert CaseState.objects.get(case=waiting.case).desk == "approve"
        assert CaseState.objects.get(case=secret.case).step == "archive"
    assert said("rebuild", "--check") == (0, "案件进度、未了职责、公开的决定、存证索引与事实一致\n")


@pytest.mark.django_db
def test_a_licence_that_ended_is_public_without_personal_data_and_bound_as_a_licence():
    """行政许可法 art. 40, 国办发〔2018〕118号（二）3: the result is public within the term; the file bears its own name."""
    with access.within(""):
        who = story.people()
        walker = made(who, "licence", "deregistration", story.at(9, 1, 9))
        row = PublicDecision.objects.get(kind="licence")
        assert row.number == walker.course.said["decision_no"]
        assert row.state == PublicDecision.State.SHOWN
        assert who.party.name not in row.text + row.title
        assert who.party.id_no not in row.text
        assert row.summary["kind"] == "行政许可"
        archive = walker.archive()
        titles = set(walker.course.case.dossier.items.values_list("title", flat=True))
        assert any("行政许可案卷" in title for title in titles), (archive, titles)


@pytest.mark.django_db
def test_the_step_of_publication_is_taken_by_publishing_and_by_nothing_else():
    with access.within(""):
        who = story.people()
        walker = made(who, "licence", "deregistration", story.at(9, 1, 9), until="disclose")
        case = walker.course.case
        with pytest.raises(NotForYou) as refused:
            actions.advance(by=who.zhou, at=walker.at, case=case, step="disclose", given={"published_on": "2026-09-20"})
        assert "公示办理" in refused.value.mend and refused.value.because
        issued = decisions.to_issue(case)
        with pytest.raises(disclosure.NotConfirmed, match="保密审查"):
            disclosure.publish(
                by=who.zhou,
                at=walker.at,
                issuance=issued,
                confirmed={mark.id for mark in disclosures.proposed_marks(issued)},
                declined={},
                added=[],
                secrecy_checked=False,
            )
        assert route.of(case).now.code == "disclose"


@pytest.mark.django_db
def test_nothing_is_published_on_a_way_that_nobody_decided(monkeypatch):
    """Whether a loss must be made good first was never said: publishing would answer it by the way."""
    with access.within(""):
        who = story.people()
        walker = made(who, "licence", "withdrawal", story.at(9, 1, 9), until="disclose", property_loss=False)
        case = walker.course.case
        silent = route.of(case)
        for step in silent.taken:
            step.facts.pop("property_loss", None)
        assert silent.way_to("disclose").open is None
        monkeypatch.setattr(actions.route, "of", lambda _: silent)
        with pytest.raises(StillOpen) as refused:
            actions.note(by=who.zhou, at=walker.at, case=case, step="disclose", facts={"published_on": "2026-09-20"})
        assert refused.value.names == ("property_loss",) and refused.value.because


@pytest.mark.django_db
def test_a_decision_is_not_published_before_its_course_comes_to_it():
    with access.within(""):
        who = story.people()
        walker = made(who, "licence", "deregistration", story.at(9, 1, 9), until="serve")
        with pytest.raises(OutOfOrder) as refused:
            disclosure.publish(
                by=who.zhou,
                at=walker.at,
                issuance=decisions.to_issue(walker.course.case),
                confirmed=set(),
                declined={},
                added=[],
                secrecy_checked=True,
            )
        assert "送达" in refused.value.mend and refused.value.because
