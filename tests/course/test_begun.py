"""Enter once: what a step starts with, what another field says, and what a head's approval could not make is not asked."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from tests import story
from tests.course.model import Taken, case, course
from tests.walker import Walker, a_power
from yangguang.casework.course import actions, begun
from yangguang.casework.course.errors import GateClosed
from yangguang.casework.step_form import DocumentsForm
from yangguang.policy import packs
from yangguang.record import documents
from yangguang.record.actions import Incomplete
from yangguang.registry import access
from yangguang.site.demo import qingshan

PACK = packs.load("cn-henan-xinyang-qingshan")
FITS = {"date": {"date", "datetime"}, "datetime": {"datetime"}, "long_text": {"list", "long"}}


@pytest.mark.parametrize(("place", "facts"), begun.SAYS.items(), ids=str)
def test_a_fact_is_read_from_a_field_that_can_say_it(place, facts):
    field = documents.template(place[0]).field(place[1])
    assert field is not None
    for fact in facts:
        assert field.type in FITS[PACK.facts[fact].type]


def test_the_tables_name_what_there_is():
    forms = documents.catalogue()
    assert all(forms[code].number for codes in begun.NUMBERS.values() for code in codes)
    assert all(any(form.field(name) for form in forms.values()) for name in begun.NUMBERS)
    assert {rule for lines in begun.DUE.values() for rule, _, _ in lines} <= set(PACK.deadlines)
    assert all(forms[code].field(name) for code, name in begun.LIMITS)
    assert begun.ANSWERED.keys() | begun.APPROVED | begun.FOUND <= set(PACK.facts)


def test_two_papers_of_a_page_ask_for_the_same_thing_once():
    codes = ["seal_seize_decision", "seal_seize_list"]
    asked = {code: list(documents.template(code).fields) for code in codes}
    found = begun.twins(codes, asked)
    assert found["seal_seize_list", "goods"] == "seal_seize_decision"
    assert ("seal_seize_list", "place") not in found  # where the goods are kept is not where they were counted
    transcripts = ["defence_record", "scene_record"]
    assert begun.twins(transcripts, {code: list(documents.template(code).fields) for code in transcripts}) == {}


def test_a_paper_asks_for_the_optional_facts_it_cannot_do_without():
    needed = begun.needed(["licence_certificate"], {"licence_item"})
    assert {"certificate_no", "valid_from", "issued_on"} <= needed
    assert not {"valid_until", "licence_item"} & needed


@pytest.mark.parametrize(
    ("procedure", "outcomes"),
    [("ordinary", {"granted", "denied"}), ("annulment", {"annulled", "kept"}), ("deregistration", {"deregistered"})],
)  # fmt: skip
def test_an_outcome_that_leads_nowhere_is_neither_offered_nor_taken(procedure, outcomes):
    act = PACK.act("licence", procedure)
    now = course(PACK, act, [Taken(act.steps[0].code, {})], of=case("licence", procedure))
    decide = act.step("decide")
    offered = {key for key in PACK.facts["licence_outcome"].choices if now.leads_on(decide, "licence_outcome", key)}
    assert offered == outcomes
    with pytest.raises(actions.OutOfOrder) as refused:
        actions.must_go_on(now, decide, {"licence_outcome": "changed"})
    assert refused.value.because and "才可以办结" in refused.value.mend


def walker(who, kind, procedure, **choose):
    one = Walker(who, story.at(9, 1, 9), choose)
    one.begin(kind, procedure, a_power(who.body, kind, qingshan.REGISTERED, qingshan.SINCE))
    return one


SEIZURE = {"measure_type": "seizure", "measure_basis": "law", "object_related": True, "object_is_necessity": False}


@pytest.mark.django_db
def test_a_seizure_bears_one_number_and_ends_even_where_it_was_reported_late():
    """行政强制法 art. 24(3): the list names the decision made with it; art. 19: who reported late may only lift it."""
    with access.within(""):
        one = walker(story.people(), "compulsory_measure", "urgent", **SEIZURE, urgent=True, party_present=True)
        one.walk(until="make_up")
        made = {item.code: item for item in one.course.case.dossier.items.exclude(code="")}
        assert made["seal_seize_list"].data["decision_no"] == made["seal_seize_decision"].number
        assert {kept.event for kept in one.course.case.dossier.items.exclude(event="")} >= {"seizure"}
        assert not one.course.case.dossier.items.filter(event="sealing")  # nothing was sealed
        one.at += timedelta(days=3)
        late = {"emergency_reported_at": one.at.isoformat(), "measure_approved": True, "measure_lifted": False}
        with pytest.raises(GateClosed, match="二十四小时内没有报告") as refused:
            one.step("make_up", **late)
        assert "CN-COE-19" in "".join(c.clause for c in refused.value.because)
        one.step("make_up", **late | {"measure_approved": False, "measure_lifted": True})
        assert one.course.now.code == "release"


@pytest.mark.django_db
def test_who_was_not_told_in_time_is_accepted_from_the_day_the_materials_came():
    """行政许可法 art. 32(1)(4): told of what lacks after five working days, the application was accepted at the receipt."""
    with access.within(""):
        one = walker(story.people(), "licence", "ordinary", acceptance_outcome="incomplete", materials_complete=False)
        one.walk(until="supplement")
        one.at += timedelta(days=20)
        one.step("supplement")
        assert one.course.said["supplement_on_time"] is False and one.course.now.code == "accept"
        with pytest.raises(GateClosed, match="超过五个工作日") as refused:
            one.step("accept", accepted_on=one.at.date().isoformat())
        assert "CN-LIC-32.1.4" in "".join(c.clause for c in refused.value.because)
        received = one.course.said["materials_received_on"]
        assert begun.of(one.course, []).fact(PACK.facts["accepted_on"]).value.isoformat() == received
        one.step("accept", accepted_on=received)


@pytest.mark.django_db
def test_what_a_head_could_not_make_by_approving_is_refused_to_whoever_prepares_it():
    with access.within(""):
        chosen = {"acceptance_outcome": "accepted", "licence_outcome": "granted", "certificate_needed": True}
        one = walker(story.people(), "licence", "ordinary", **chosen)
        one.walk(until="issue")
        with pytest.raises(Incomplete, match="《行政许可证件》还缺：许可证件编号") as refused:
            actions.request(
                by=one.who.zhang, at=one.at, case=one.course.case, step="issue", opinion="",
                given={"certificate_needed": True, "certificate_sealed": True, "fee_charged": False},
                documents={"licence_decision": {"content": "准予"}, "licence_certificate": {"content": "准予"}},
            )  # fmt: skip
        assert refused.value.because and actions.waiting(one.course.case) is None


@pytest.mark.django_db
def test_what_was_taken_in_an_emergency_is_listed_before_there_is_a_decision():
    """突发事件应对法 art. 12: the list is signed when the goods are handed over; the decision is made up for later."""
    with access.within(""):
        one = walker(story.people(), "requisition", "urgent", property_damaged=False, property_lost=False)
        one.walk(until="use")
        made = {item.code: item for item in one.course.case.dossier.items.exclude(code="")}
        assert "decision_no" not in made["requisition_inventory"].data
        assert made["requisition_decision"].number


@pytest.mark.django_db
def test_a_paper_that_an_answer_calls_for_begins_like_any_other():
    """It was not on the page that was sent; what was emptied there stays empty."""
    with access.within(""):
        told = story.begin("identify")
        shown = DocumentsForm(case=told.case, codes=["scene_record"])
        name = next(name for name in shown.sources if shown[name].value())
        began = shown[name].value()
        called = DocumentsForm(QueryDict("other=1"), case=told.case, codes=["scene_record"])
        assert called[name].value() == began
        emptied = DocumentsForm(QueryDict(f"{name}="), case=told.case, codes=["scene_record"])
        assert emptied[name].value() == ""
        assert not called.is_valid() or not called.cleaned_data[name]  # nothing is taken that nobody saw
