"""A case of any kind walks through the procedure its pack defines, and nowhere else."""

import re

import pytest

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework import queries as cases
from yangguang.casework.course import actions
from yangguang.casework.errors import OutOfOrder
from yangguang.casework.models import CaseState
from yangguang.decision.errors import NotComplete
from yangguang.disclosure.models import PublicDecision
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.record import queries as records
from yangguang.registry import access
from yangguang.site.demo import qingshan
from yangguang.workbench import trail_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def walker():
    with access.within(""):
        who = story.people()
        yield Walker(who, story.at(9, 1, 9))


def licence(walker, **choose):
    walker.choose |= {"acceptance_outcome": "accepted", "licence_outcome": "granted"} | choose
    power = a_power(walker.who.body, "licence", qingshan.REGISTERED, qingshan.SINCE)
    return walker.begin("licence", "ordinary", power)


def test_a_licence_goes_from_the_application_to_the_decision(walker):
    licence(walker)
    went = walker.walk(until="disclose")
    assert went[:3] == ["apply", "handle", "accept"]
    assert went[-3:] == ["decide", "issue", "serve"]


def test_a_step_out_of_turn_is_refused_and_names_the_one_the_law_wants(walker):
    case = licence(walker)
    with pytest.raises(OutOfOrder, match="现在不能办理“决定”") as refused:
        actions.advance(by=walker.who.chen, at=walker.at, case=case, step="decide", given={})
    assert "申请" in refused.value.mend


def test_the_twenty_days_run_from_acceptance_and_are_counted_anew_when_extended(walker):
    """行政许可法 art. 42: twenty working days, with the head's approval thirty; one clock at a time."""
    case = licence(walker, extension_needed=True, extension_approved_by="head", extension_told=True)
    walker.walk(until="extend")
    running = {one.rule: one.due_on for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True)}
    assert {"D31"} == running.keys() & {"D31", "D31b", "D32", "D32b"}
    walker.step("extend")
    later = {one.rule: one.due_on for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True)}
    assert {"D31b"} == later.keys() & {"D31", "D31b", "D32", "D32b"}
    assert later["D31b"] > running["D31"]
    walker.walk(until="serve")
    done = Duty.objects.select_related("discharge").get(subject=case.chain, rule="D31b")
    assert done.discharge.how == "fulfilled"


def test_not_competent_ends_without_a_decision(walker):
    licence(walker, acceptance_outcome="not_competent", competent_agency="罗山县消防救援大队")
    assert walker.walk() == ["apply", "handle", "refuse"]
    assert walker.course.now.code == "archive"


def test_a_reviewed_draft_opens_the_decision_and_a_returned_one_goes_back(walker):
    case = licence(walker, major_public_interest=True)
    went = walker.walk(until="review")
    assert went[-1] == "propose"
    assert cases.latest_proposal(case).needs_review
    walker.walk(until="disclose")
    assert {"review", "decide"} <= set(walker.course.done)


ACTS = [
    (kind, procedure)
    for kind, procedure in packs.load("cn-henan-xinyang-qingshan").act_names
    if kind in actions.WORDS and (kind, procedure) != ("penalty", "ordinary")
]


COMPLETE = ("QD-3.2.0a", "QD-3.2.1c", "SY-2.2.1c", "DH-2.2.2d", "WC-2.2.2a", "WC-2.2.2c")
REPLAYED = ("SY-2.2.0", "DH-2.2.0")


@pytest.mark.clause(*COMPLETE, *REPLAYED)
@pytest.mark.parametrize(("kind", "procedure"), ACTS, ids=lambda one: one)
def test_every_procedure_can_be_walked_to_its_file(walker, kind, procedure, monkeypatch):
    """Each procedure of the pack reaches the archive by its own definition, with every document it owes made.

    A document or a recording that is not there is named with its step and keeps the file open; a recording in its place
    is no document; and afterwards the trail tells every step and every paper again, each by whom and when.
    """
    power = a_power(walker.who.body, kind, qingshan.REGISTERED, qingshan.SINCE)
    walker.choose |= GOOD.get((kind, procedure), {})
    case = walker.begin(kind, procedure, power)
    went = walker.walk()
    assert walker.course.now is not None
    assert walker.course.now.code == "archive", went
    lacking = [one.title for one in cases.owed(case, upto="archive") if one.kind == "document" and not one.met]
    assert lacking == []
    for one in _one_of_each([owed for owed in cases.owed(case, upto="archive") if owed.have]):
        with monkeypatch.context() as without:
            without.setattr(records, "kept", lambda dossier, gone=one: _but(dossier, gone))
            [missed] = [o for o in cases.missing(case, upto="archive") if (o.kind, o.step, o.code) == _named(one)]
            assert not missed.have, "a recording of the step is there and takes no document's place"
            with pytest.raises(NotComplete, match=re.escape(one.title)) as refused:
                walker.archive()
            assert refused.value.because and refused.value.mend
    walker.archive()
    told = trail_page.lines(walker.course.case)
    titles = {step.code: step.title for step in cases.act_of(case).steps}
    by_person = {line.what for line in told if line.who != "系统" and line.at}
    for step in cases.taken(case):
        if step.step not in actions.ELSEWHERE:
            assert f"办理环节：{titles[step.step]}" in by_person, step.step
    assert {line.item for line in told if line.item} == {
        str(key) for key in case.dossier.items.values_list("pk", flat=True)
    }
    state = CaseState.objects.get(case=case)
    assert (state.step, state.desk) == ("", "")
    assert state.closed_on is not None
    assert PublicDecision.objects.filter(kind=kind).exists() == ("disclose" in went)


def _named(owed):
    return owed.kind, owed.step, owed.code


def _one_of_each(met):
    """A document and a recording of those that are there: the last of each."""
    return list({one.kind: one for one in met}.values())


def _but(dossier, gone):
    """The file as it is without one thing; of a document only a recording of its step is left."""
    away = {item.pk for item in gone.have}
    return tuple(item for item in dossier.items.all() if item.pk not in away)


# What makes a case of each kind go well: without these a gate rightly refuses.
GOOD: dict[tuple[str, str], dict] = {
    ("licence", "ordinary"): {"acceptance_outcome": "accepted", "licence_outcome": "granted"},
    ("licence", "change"): {"acceptance_outcome": "accepted", "licence_outcome": "granted"},
    ("licence", "renewal"): {
        "acceptance_outcome": "accepted",
        "licence_outcome": "granted",
        "decided_before_expiry": True,
    },
}
