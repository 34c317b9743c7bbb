"""The lists of a body are executed: its catalogue decides what is reviewed, its recording list what must be recorded."""

from datetime import date

import pytest

from tests.story import at
from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework import unrecorded
from yangguang.casework.models import CaseState
from yangguang.catalogue import actions as lists
from yangguang.catalogue import queries
from yangguang.catalogue.lists import matching
from yangguang.catalogue.lists.kinds import KINDS
from yangguang.catalogue.tests.test_before import DEHONG, GAOXIN, SUNITE
from yangguang.catalogue.tests.test_lists import AV, QIDONG, av_rows, catalogue_rows, in_force, s  # noqa: F401
from yangguang.policy import packs
from yangguang.registry import actions as registry

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


FACTORS = {  # condition → whether a fine of 300 yuan for a citizen's blocked exit meets it, by a body of a county
    "执法层级＝县级": True, "执法层级＝乡镇级": False, "执法层级 属于 省级、州（市）级": False,
    "所属领域＝消防安全": True, "所属领域 属于 食品安全、安全生产": False,
    "涉案金额≥300元": True, "涉案金额≥5万元": False,
    "直接关系当事人或者第三人重大权益＝否": True, "直接关系当事人或者第三人重大权益＝是": False,
    "当事人类别＝公民": True, "当事人类别＝个体工商户": False,
    "可能造成重大社会影响或者引发社会风险＝是": False, "涉及重大公共利益＝否；执法层级＝县级": True,
}  # fmt: skip


@pytest.mark.clause("QD-3.3.2a", "DH-2.3.2a", "WC-2.3.1(3)a")
def test_a_scope_turns_on_kind_level_field_amount_party_and_society_and_is_no_looser_than_above(s, monkeypatch):  # noqa: F811
    s.to("propose")
    body, on = s.proposal.body, date(2026, 9, 10)
    assert cases.scope_facts(s.case, {})["enforcement_level"] == "township", "by the plan of the town"
    for plan in (QIDONG, DEHONG, GAOXIN):
        pack = packs.load(plan)
        monkeypatch.setattr(cases, "pack_of", lambda case, pack=pack: pack)
        facts = cases.draft_facts(s.case, body, on)
        facts |= cases.scope_facts(s.case, facts)

        def met(facts=facts, pack=pack, **row):
            rows = lists.read_rows(KINDS["catalogue_review"], catalogue_rows(**row), body=s.who.body, on=on)
            return matching.listed(rows, "目录", pack, s.case.power.code, facts).value

        assert {when: met(when=when) for when in FACTORS} == FACTORS, plan
        assert met(kinds="行政许可") is False and met(powers=s.case.power.code) is True
    with pytest.raises(lists.BadRows, match="NO-1"):  # a line names a matter of the unit's own list of powers, or none
        met(powers="NO-1")
    with pytest.raises(lists.BadRows, match="没有写明单位"):
        met(when="涉案金额≥300")
    in_force(s, "catalogue_review", catalogue_rows(when="涉案金额≥5万元", kinds="行政处罚、行政检查"), at(9, 2))
    assert cases.draft_facts(s.case, body, on)["catalogue_hit"] is False
    body["answers"]["complex"] = True
    answer = cases.review_answer(s.case, body, on)
    assert answer.value is True and "CN-118-4.2e" in {one.clause for one in answer.because}


@pytest.mark.clause("SY-2.3d")
def test_a_unit_may_have_everything_but_the_summary_procedure_reviewed(s, monkeypatch):  # noqa: F811
    s.to("propose")
    body, on, pack = s.proposal.body, date(2026, 9, 10), packs.load(SUNITE)
    assert not [row for row in queries.first_rows(KINDS["catalogue_review"], s.who.body, on) if "删去" in row["reason"]]
    of_sunite = registry.change_body(
        by=None, at=at(9, 1), body=s.who.body, valid_from=date(2026, 9, 1), reason="适用方案", pack=SUNITE
    )
    *_, chosen = queries.first_rows(KINDS["catalogue_review"], of_sunite, on)
    assert "苏尼特右旗" in chosen["basis"] and "删去本行" in chosen["reason"]
    monkeypatch.setattr(cases, "pack_of", lambda case: pack)
    in_force(s, "catalogue_review", catalogue_rows(when="罚款数额≥5万元"), at(9, 2))
    assert not cases.review_needed(s.case, body, on), "no trigger, and not chosen"
    in_force(s, "catalogue_review", [chosen], at(9, 3))
    answer = cases.review_answer(s.case, body, on)
    assert answer.value is True and any("所有执法决定" in one.text for one in answer.because)
    assert cases.review_needed(s.case, body, on)
    facts = cases.draft_facts(s.case, body, on)
    for procedure in pack.facts["procedure"].choices or {}:
        told = cases.listing(s.case, facts | {"procedure": procedure}, on)
        assert told is not None and told.value is (procedure != "summary"), procedure
    made = casework.propose(by=s.who.zhang, at=at(9, 4), case=s.case, body={**body, "discretion": "改写的裁量理由"})
    assert made.needs_review
    gate = pack.gate("G9", {**cases.proposal_facts(made), "review_passed_for_draft": False}, on)
    assert gate.state == "failed" and "没有通过法制审核" in "".join(gate.failures), "the gate of the decision is shut"


@pytest.mark.clause("QS-3.2.2a", "WC-2.2.3c", "QD-A3.记录.3(①)", "SY-2.2.2b")
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
