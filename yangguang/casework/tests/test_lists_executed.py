"""The lists of a body are executed: its catalogue decides what is reviewed, its recording list what must be recorded."""

from datetime import date

import pytest

from tests.story import at
from yangguang.casework import queries as cases
from yangguang.casework import unrecorded
from yangguang.casework.models import CaseState
from yangguang.catalogue import queries
from yangguang.catalogue.tests.test_lists import AV, QIDONG, av_rows, catalogue_rows, in_force, s  # noqa: F401
from yangguang.policy import packs

pytestmark = pytest.mark.django_db


@pytest.mark.clause("QD-3.3.2b", "SY-2.3c", "DH-2.3.2b", "WC-2.3.1(3)b")
def test_the_catalogue_in_force_decides_whether_a_draft_is_in_it(s):  # noqa: F811
    s.to("propose")
    body, on = s.proposal.body, date(2026, 9, 10)
    assert s.case.steps.get(step="conclude").facts["catalogue_hit"] is False
    assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is False  # no catalogue: the handlers' answer

    in_force(s, "catalogue_review", catalogue_rows(), at(9, 2))
    assert body["fine_fen"] == 30000
    facts = cases.draft_facts(s.case, body, on)
    assert facts["catalogue_hit"] is True  # the list says so, whatever the handlers answered
    answer = cases.review_answer(s.case, body, on)
    assert answer.value is True
    assert any("较大数额罚款" in one.text and "第 1 版" in one.source for one in answer.because)
    assert cases.draft_facts(s.case, body, date(2026, 9, 1))["catalogue_hit"] is False  # not yet in force

    in_force(s, "catalogue_review", catalogue_rows(when="罚款数额≥5000元"), at(9, 3))
    assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is False


def test_a_person_may_find_more_in_the_catalogue_than_it_says_and_decides_what_it_cannot(s, monkeypatch):  # noqa: F811
    s.to("propose")
    body, on = s.proposal.body, date(2026, 9, 10)
    in_force(s, "catalogue_review", catalogue_rows(when="罚款数额≥5000元"), at(9, 2))
    monkeypatch.setattr(cases, "_concluded", lambda case: True)
    assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is True
    in_force(s, "catalogue_review", catalogue_rows(when="协助人员数≥3"), at(9, 3))  # nobody told how many helped
    for said in (True, False):
        monkeypatch.setattr(cases, "_concluded", lambda case, said=said: said)
        assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is said
    monkeypatch.setattr(cases, "_concluded", lambda case: None)
    assert "catalogue_hit" not in cases.draft_facts(s.case, body, on)


@pytest.mark.clause("QD-A3.审核.3")
def test_without_a_catalogue_that_the_rules_ask_for_every_ordinary_decision_is_reviewed(s, monkeypatch):  # noqa: F811
    s.to("propose")
    body, on = s.proposal.body, date(2026, 9, 10)
    monkeypatch.setattr(cases, "pack_of", lambda case: packs.load(QIDONG))
    assert not packs.load(QIDONG).ask("review_required", {**cases.act_facts(s.case)}, on).value
    assert "catalogue_hit" not in cases.draft_facts(s.case, body, on)
    assert cases.review_needed(s.case, body, on)
    in_force(s, "catalogue_review", catalogue_rows(when="罚款数额≥5000元"), at(9, 2))
    assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is False
    assert not cases.review_needed(s.case, body, on)


@pytest.mark.clause("QS-3.2.2a", "WC-2.2.3c", "QD-A3.记录.3(①)")
def test_the_recording_list_in_force_adds_to_what_the_record_must_hold(s):  # noqa: F811
    version = in_force(s, "list_av", av_rows(s, **{"现场检查": "全程音像记录"}), at(8, 2))
    s.to("apply")
    step = cases.step_of(s.case, "scene_check")
    (owed,) = [one for one in cases.demands(s.case, step) if one.kind == "recording"]
    assert (owed.code, owed.strength, owed.may_waive) == ("onsite_check", "whole", False)
    assert owed.because[0].source == queries.source_of(version)
    assert "QS-3.2.2f" in {one.clause for one in owed.because[1:]}
    (alone,) = cases.recordings_asked(cases.pack_of(s.case), step, cases.act_facts(s.case), s.case.applied_on)
    assert alone.strength == "circumstances"  # what the rules ask for without the list
    s.to("check_scene")
    (gap,) = unrecorded.gaps(CaseState.objects.filter(case=s.case))  # the same, asked of many cases at once
    assert [(one.code, one.strength) for one in gap.owed] == [("onsite_check", "whole")]
    assert gap.owed[0].because == owed.because


def test_a_line_for_another_power_or_kind_asks_nothing_of_the_case(s):  # noqa: F811
    rows = [*av_rows(s), {"event": "现场检查", "kinds": "行政许可", "level": "全程音像记录", **AV}]
    in_force(s, "list_av", rows, at(8, 2))
    s.to("apply")
    (owed,) = [o for o in cases.demands(s.case, cases.step_of(s.case, "scene_check")) if o.kind == "recording"]
    assert owed.strength == "circumstances"
    assert len([c for c in owed.because if "清单" in c.clause]) == 1
