"""Levy, requisition, charge, inspection and the review workflow: order, branches, gates, deadlines, local tightening."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from yangguang.policy import packs
from yangguang.policy.acts import Act
from yangguang.policy.conditions import holds, names
from yangguang.policy.errors import NoRuleInForce

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
SY = packs.load("cn-neimenggu-xilingol-suniteyouqi")
DH = packs.load("cn-yunnan-dehong-zjj")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
PLANS = (QS, QD, SY, DH, WC)

ORDERS = {
    (
        "levy",
        "ordinary",
    ): "declare assess review approve notice relief pay demand late_fee enforce close disclose archive",
    ("levy", "housing"): "need freeze survey plan comment plan_hearing risk review decide announce valuation agree "
    "compensation_decision compensate move enforce file archive",
    ("requisition", "ordinary"): "need review decide serve take_over use return assess compensate pay disclose archive",
    ("requisition", "urgent"): "order take_over review make_up use return assess compensate pay disclose archive",
    ("charge", "ordinary"): "publish notice exempt pay refund disclose archive",
    (
        "inspection",
        "ordinary",
    ): "plan special_plan remote_assist approve notify scan identify scene_check make_up result "
    "recheck transfer disclose archive",
    (
        "legal_review",
        "ordinary",
    ): "submit accept assign refer counsel review deliberate opinion coordinate transfer file",
}


def ways(act: Act, code: str, **facts: object) -> set[str]:
    """The steps one may go on to with these facts: a way that is not known to be open is closed."""
    return {way.to for way in act.step(code).ways if holds(way.when, facts)[0] is True}


def reached(act: Act, without: str, start: str | None = None) -> set[str]:
    """The steps that can be reached when one step is taken out."""
    seen: set[str] = set()
    queue = [start or act.codes[0]]
    while queue:
        code = queue.pop()
        if code not in seen and code != without:
            seen.add(code)
            queue.extend(act.step(code).next)
    return seen


@pytest.mark.parametrize(("kind", "procedure"), ORDERS)
def test_the_steps_stand_in_the_order_of_the_law(kind, procedure):
    assert CN.act(kind, procedure).codes == tuple(ORDERS[kind, procedure].split())


# ---- levy ------------------------------------------------------------------------------------------------------------


def test_a_levy_is_asked_for_before_it_is_demanded_and_deferral_is_heard():
    act = CN.act("levy")
    assert act.procedure == "ordinary"
    assert ways(act, "notice", relief_requested=True) == {"relief", "disclose"}
    assert ways(act, "notice", relief_requested=False) == {"pay", "disclose"}
    assert ways(act, "pay", payment_received=False) == {"demand"}
    assert ways(act, "pay", payment_received=True) == {"close"}
    assert "late_fee" not in ways(act, "demand", payment_received=False, late_fee_basis_exists=False)
    assert "enforce" in ways(act, "demand", payment_received=False)
    assert "notice" in act.codes[: act.codes.index("demand")]
    assert "G52" in act.step("demand").gates
    assert "enforce" not in reached(act, "demand")


def test_publishing_a_levy_early_does_not_end_the_file():
    act = CN.act("levy")
    assert ways(act, "disclose") == {"pay"}
    assert ways(act, "disclose", levy_closing_ground="paid") == {"pay", "archive"}


def test_a_levy_is_reviewed_when_the_pack_says_so():
    step = CN.act("levy").step("review")
    assert CN.step_required(step, {"kind": "levy", "catalogue_hit": True}) is True
    assert CN.step_required(step, {"kind": "levy"}) is None


def test_a_house_is_not_taken_without_review_comment_money_and_announcement():
    act = CN.act("levy", "housing")
    for needed in ("plan", "comment", "risk", "review", "decide", "announce", "valuation", "compensate"):
        assert "move" not in reached(act, needed), needed
    assert act.step("review").required
    assert set(act.step("decide").gates) >= {"G9", "G54", "G55", "G56"}
    assert act.step("decide").roles == ("government",)


def test_old_town_renewal_with_a_majority_against_is_heard():
    act, facts = CN.act("levy", "housing"), {"expropriation_purpose": "old_town_renewal", "majority_object": True}
    assert "plan_hearing" in ways(act, "comment", **facts)
    assert CN.step_required(act.step("plan_hearing"), facts) is True
    assert CN.step_required(act.step("plan_hearing"), {**facts, "majority_object": False}) is False
    assert CN.step_required(act.step("plan_hearing"), {"expropriation_purpose": "old_town_renewal"}) is None


def test_without_an_agreement_there_is_a_decision_and_only_the_court_enforces():
    act = CN.act("levy", "housing")
    assert ways(act, "agree", agreement_reached=False) == {"compensation_decision"}
    assert ways(act, "agree", agreement_reached=True) == {"compensate"}
    assert ways(act, "move", moved_out=False) == {"enforce"}
    assert "court" in act.step("enforce").roles
    assert "officer" not in act.step("enforce").roles


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("D60", dt.date(2026, 3, 2), dt.date(2026, 3, 9)),  # 7 calendar days
        ("D60", dt.date(2026, 9, 24), dt.date(2026, 10, 8)),  # the 1st falls in the holiday: rolls
        ("D62", dt.date(2026, 4, 30), dt.date(2026, 5, 11)),  # 5 working days over the May holiday
        ("D63", dt.date(2026, 7, 3), dt.date(2026, 10, 1)),  # 90 calendar days, no roll
        ("D64", dt.date(2026, 2, 10), dt.date(2026, 3, 12)),  # 30 calendar days; working days would end in April
        ("D65", dt.date(2026, 5, 8), dt.date(2027, 5, 8)),  # one year
        ("D50", dt.date(2026, 9, 17), dt.date(2026, 10, 21)),  # 20 working days
    ],
)
def test_periods_are_counted_in_the_unit_of_their_clause(code, start, due):
    assert CN.deadline(code, start).due == due


def test_comments_run_thirty_full_days_before_one_may_go_on():
    done = CN.deadline("D64", dt.date(2026, 9, 1))
    assert (done.direction, done.due, done.opens) == ("not_before", dt.date(2026, 10, 1), dt.date(2026, 10, 2))
    assert {c.clause for c in done.because} == {"CN-EXP-10.2"}


@pytest.mark.parametrize("code", ["D52", "D53", "D54", "D66", "D67", "D68", "D69"])
def test_where_the_national_law_has_no_number_no_number_is_given(code):
    assert CN.deadlines[code].lines == ()
    with pytest.raises(NoRuleInForce):
        CN.deadline(code, dt.date(2026, 9, 1))


def test_credit_windows_begin_with_the_measure_of_april_2026_and_are_to_be_confirmed():
    day = dt.date(2026, 5, 8)
    ends = {code: CN.deadline(code, day).due for code in ("D55a", "D55b", "D55b2", "D55c", "D55c2")}
    assert ends == {
        "D55a": dt.date(2026, 8, 8),
        "D55b": dt.date(2026, 8, 8),
        "D55b2": dt.date(2027, 5, 8),
        "D55c": dt.date(2027, 5, 8),
        "D55c2": dt.date(2029, 5, 8),
    }
    assert CN.deadline("D55a", day).confirm
    with pytest.raises(NoRuleInForce):
        CN.deadline("D55a", dt.date(2026, 3, 31), dt.date(2026, 3, 31))


def test_the_banner_evaluates_every_half_year():
    done = SY.deadline("D54", dt.date(2026, 1, 15))
    assert (done.due, [c.clause for c in done.because]) == (dt.date(2026, 7, 15), ["SY-3.4a"])


# ---- requisition and charge ------------------------------------------------------------------------------------------


def test_damage_is_established_before_compensation():
    act = CN.act("requisition")
    assert ways(act, "return", property_damaged=True, property_lost=False) == {"assess"}
    assert ways(act, "return", property_damaged=False, property_lost=True) == {"assess"}
    assert ways(act, "return", property_damaged=False, property_lost=False) == {"compensate"}
    assert "G62" in act.step("archive").gates


def test_in_an_emergency_the_decision_follows_the_inventory():
    codes = CN.act("requisition", "urgent").codes
    assert codes.index("take_over") < codes.index("make_up") < codes.index("use")
    ordinary = CN.act("requisition").codes
    assert ordinary.index("decide") < ordinary.index("serve") < ordinary.index("take_over")


def test_taking_property_is_recorded_as_a_whole():
    step = CN.act("requisition").step("take_over")
    (demand,) = CN.recordings_owed(step, {"kind": "requisition", "touches": ["property"]})
    assert demand.level == "whole"


def test_charges_are_published_first_and_exempted_or_refunded_where_due():
    act = CN.act("charge")
    assert act.codes[0] == "publish"
    assert ways(act, "notice", exemption_applies=True) == {"exempt"}
    assert ways(act, "notice", exemption_applies=False) == {"pay"}
    assert ways(act, "pay", refund_due=True) == {"refund"}
    assert "G63" in act.step("notice").gates


# ---- inspection ------------------------------------------------------------------------------------------------------


def test_inspection_keeps_the_steps_and_facts_it_had():
    act = CN.act("inspection")
    before = {
        "plan", "approve", "notify", "identify", "scene_check", "result", "recheck", "transfer", "disclose", "archive",
    }  # fmt: skip
    assert before <= set(act.codes)
    needed = {fact.name for fact in act.step("plan").facts if fact.required}
    assert needed == {"inspection_type", "task_source", "inspection_item", "party_name", "nth_this_year"}


def test_inspection_branches():
    act = CN.act("inspection")
    special = {"inspection_type": "special", "remote_inspection": False, "urgent": False}
    assert ways(act, "plan", **special) == {"approve", "special_plan"}
    assert CN.step_required(act.step("special_plan"), special) is True
    assert CN.step_required(act.step("remote_assist"), {"remote_inspection": True}) is True
    assert CN.step_required(act.step("scan"), {"on_premises": True}) is True
    assert CN.step_required(act.step("scan"), {}) is None
    assert CN.step_required(act.step("make_up"), {"urgent": True}) is True
    assert "scan" in ways(act, "notify", on_premises=True)
    assert "transfer" in ways(act, "result", problem_found=True)
    assert CN.step_required(act.step("transfer"), {"case_needed": True}) is True


# ---- gates -----------------------------------------------------------------------------------------------------------

LEVY, HOUSING = {"kind": "levy", "procedure": "ordinary"}, {"kind": "levy", "procedure": "housing"}
TAKEN, CHARGE, VISIT = {"kind": "requisition", "procedure": "ordinary"}, {"kind": "charge"}, {"kind": "inspection"}
# gate: (case, facts that pass, each change that fails with its clause)
GATES: Mapping[str, tuple[dict[str, Any], dict[str, Any], list[tuple[dict[str, Any], str]]]] = {
    "G51": (LEVY, {"levy_authorised": True, "levy_standard_published": True},
            [({"levy_authorised": False}, "CN-BIZ-25b"), ({"levy_standard_published": False}, "CN-BIZ-25")]),
    "G52": (LEVY, {"payment_notice_served": True, "payment_notice_complete": True},
            [({"payment_notice_served": False}, "CN-WAT-33.1")]),
    "G53": (LEVY, {"late_fee_basis_exists": True, "surcharge_told": True, "surcharge_within_principal": True},
            [({"late_fee_basis_exists": False}, "CN-COE-45.1"),
             ({"surcharge_within_principal": False}, "CN-COE-45.2")]),
    "G54": (HOUSING, {"expropriation_purpose": "defence", "plans_conformed": True},
            [({"expropriation_purpose": "commercial"}, "CN-EXP-8"), ({"plans_conformed": False}, "CN-EXP-9.1")]),
    "G55": (HOUSING, {"expropriation_purpose": "defence", "plan_demonstrated": True, "comment_days": 30,
                      "comments_published": True},
            [({"comment_days": 29}, "CN-EXP-10.2"), ({"comments_published": False}, "CN-EXP-11.1")]),
    "G56": (HOUSING, {"stability_risk_assessed": True, "many_households": False, "funds_in_place": True,
                      "unregistered_settled": True},
            [({"stability_risk_assessed": False}, "CN-EXP-12.1"), ({"funds_in_place": False}, "CN-EXP-12.2")]),
    "G57": (HOUSING, {"announcement_complete": True, "survey_published": True, "valuer_chosen_by_owners": True,
                      "valuer_qualified": True, "value_below_market": False},
            [({"valuer_chosen_by_owners": False}, "CN-EXP-20.1"), ({"value_below_market": True}, "CN-EXP-19.1")]),
    "G58": (HOUSING, {"compensation_paid": True, "coercion_used": False},
            [({"compensation_paid": False}, "CN-EXP-27.1"), ({"coercion_used": True}, "CN-EXP-27.3")]),
    "G59": (HOUSING, {"remedy_periods_over": True, "moving_period_over": True, "housing_court_materials": True},
            [({"moving_period_over": False}, "CN-EXP-28.1"), ({"housing_court_materials": False}, "CN-EXP-28.2")]),
    "G60": (TAKEN, {"requisitioner_competent": True, "emergency_need": True, "least_harm_chosen": True,
                    "requisition_decided": True},
            [({"emergency_need": False}, "CN-EMG-76.1"), ({"least_harm_chosen": False}, "CN-EMG-10")]),
    "G61": (TAKEN, {"requisition_notice_served": True, "inventory_signed": True},
            [({"inventory_signed": False}, "CN-EMG-12b")]),
    "G62": (TAKEN, {"property_lost": False, "property_returned": True, "compensation_settled": True},
            [({"property_returned": False}, "CN-EMG-12b"), ({"compensation_settled": False}, "CN-EMG-12c")]),
    "G63": (CHARGE, {"charge_in_catalogue": True, "charge_standard_published": True, "charge_above_standard": False},
            [({"charge_in_catalogue": False}, "CN-BIZ-25"), ({"charge_above_standard": True}, "CN-LIC-59")]),
    "G64": (CHARGE, {"official_receipt_given": True, "paid_to_treasury": True, "exemption_applies": False},
            [({"paid_to_treasury": False}, "CN-LIC-59")]),
    "G65": (VISIT, {"mergeable": False, "inspection_type": "daily", "urgent": False, "remote_inspection": False},
            [({"inspection_type": "special", "special_plan_approved": False}, "CN-INSP-54.8"),
             ({"mergeable": True, "merged_or_joint": False}, "CN-BIZ-54")]),
    "G66": (VISIT, {"inspector_capacity_published": True, "unfit_persons_inspecting": False, "profit_driven": False,
                    "benefit_taken": False, "cost_shifted": False, "inspection_quota_set": False},
            [({"benefit_taken": True}, "CN-INSP-54.10"), ({"unfit_persons_inspecting": True}, "CN-INSP-54.6b")]),
    "G67": (VISIT, {"on_premises": True, "scan_recorded": True},
            [({"scan_recorded": False}, "CN-INSPQ-scan")]),
    "G68": ({}, {"review_materials_complete": True, "review_materials_declared": True, "reviewer_is_handler": False,
                 "reviewer_recused": False, "reviewer_qualified": True},
            [({"reviewer_is_handler": True}, "CN-PEN-58.1"), ({"review_materials_declared": False}, "CN-118-4.4")]),
    "G69": ({}, {"review_outcome": "passed", "checklist_points_open": 0, "checklist_points_failed": 0,
                 "crime_question_answered": True, "opinion_signed_by_reviewer": True},
            [({"checklist_points_failed": 1}, "CN-118-4.0"), ({"checklist_points_open": 1}, "CN-118-4.3")]),
    "G23": ({"file_archived": True}, {"change_is_new_version": True, "change_reason_recorded": True},
            [({"change_is_new_version": False}, "CN-ARC-21.2")]),
    "G24": ({}, {"reviewer_share": 50}, [({"reviewer_share": 49}, "CN-118-4.1b")]),
    "G25": ({}, {"indicator_linked_to_fines": False}, [({"indicator_linked_to_fines": True}, "CN-PEN-74.3")]),
}  # fmt: skip


@pytest.mark.parametrize("code", GATES)
def test_a_gate_opens_closes_and_stays_closed_on_what_is_not_known(code):
    case, good, bad = GATES[code]
    assert CN.gate(code, {**case, **good}).state == "passed"
    for change, clause in bad:
        verdict = CN.gate(code, {**case, **good, **change})
        assert verdict.state == "failed", change
        assert clause in {c.clause for c in verdict.because}
        assert verdict.mend
    for name in {n for need in CN.merged.gates[code].needs for n in names(need.must)} & good.keys():
        left = {key: value for key, value in good.items() if key != name}
        assert CN.gate(code, {**case, **left}).state == "unknown", name
    assert CN.gate(code, case).state == "unknown"


def test_gates_of_one_kind_leave_other_kinds_alone():
    assert CN.gate("G54", LEVY).passed
    assert CN.gate("G63", {"kind": "licence"}).passed
    assert CN.gate("G23", {"file_archived": False}).passed


def test_only_a_review_without_failed_points_can_pass():
    facts = {"checklist_points_open": 0, "crime_question_answered": True, "opinion_signed_by_reviewer": True}
    for outcome in ("revise", "rejected", "supplement", "transfer"):
        assert CN.gate("G69", {**facts, "review_outcome": outcome, "checklist_points_failed": 3}).passed
    assert CN.gate("G69", {**facts, "review_outcome": "passed", "checklist_points_failed": 3}).state == "failed"


# ---- the review workflow ---------------------------------------------------------------------------------------------


def test_every_way_to_the_file_leads_through_a_review_and_its_opinion():
    act = CN.act("legal_review")
    for needed in ("submit", "accept", "assign", "review", "opinion"):
        assert "file" not in reached(act, needed), needed


@pytest.mark.clause("WC-2.3.3c", "WC-2.3.0a")
def test_coordination_ends_in_a_new_review_never_around_it():
    act = WC.act("legal_review")
    assert set(act.step("coordinate").next) == {"submit", "assign"}
    assert "file" not in reached(act, "opinion", "coordinate")
    assert "WC-2.3.3c" in {c.clause for c in act.step("coordinate").because}


def test_each_of_the_five_outcomes_has_its_way():
    act = CN.act("legal_review")
    found = {
        outcome: ways(act, "opinion", review_outcome=outcome, handling_unit_objects=False)
        for outcome in CN.facts["review_outcome"].choices or {}
    }
    assert found == {
        "passed": {"file"},
        "revise": {"submit"},
        "rejected": {"file"},
        "supplement": {"submit"},
        "transfer": {"transfer"},
    }
    assert "coordinate" in ways(act, "opinion", review_outcome="rejected", handling_unit_objects=True)


@pytest.mark.clause("DH-2.3.4a")
def test_incomplete_materials_go_back_with_what_is_missing():
    act = DH.act("legal_review")
    step = act.step("accept")
    assert ways(act, "accept", review_materials_complete=False) == {"submit"}
    assert ways(act, "accept", review_materials_complete=True) == {"assign"}
    owed = [d.code for d in DH.documents_owed(step, {"review_materials_complete": False})]
    assert owed == ["review_supplement_notice"]
    assert {"DH-2.3.4a", "DH-2.3.4b"} <= {c.clause for c in step.because}


def test_without_a_fit_reviewer_the_review_is_referred_not_skipped():
    act = CN.act("legal_review")
    assert ways(act, "assign", reviewer_available=False) == {"refer"}
    assert "opinion" not in act.step("refer").next
    assert ways(act, "assign") == set()


@pytest.mark.clause("WC-2.3.1(1)a")
def test_in_the_health_commission_the_leading_group_reviews_together():
    national, local = CN.act("legal_review").step("deliberate"), WC.act("legal_review").step("deliberate")
    assert CN.step_required(national, {"collegial_review": False}) is False
    assert WC.step_required(local, {"collegial_review": False}) is True
    assert "reviewer_name" in {f.name for f in WC.act("legal_review").step("opinion").facts if f.required}


def test_in_the_township_the_head_signs_for_the_materials_and_the_opinion_is_filed():
    national, local = CN.act("legal_review"), QS.act("legal_review")
    assert "review_declaration" in local.step("submit").document_codes
    assert "head_declared" in {f.name for f in local.step("submit").facts if f.required}
    assert "review_declaration" not in national.step("submit").document_codes
    assert "legal_review_opinion" in [d.code for d in QS.documents_owed(local.step("file"))]


def test_in_the_county_the_superior_sees_the_review():
    assert "superior_can_see" in {f.name for f in QD.act("legal_review").step("file").facts if f.required}
    assert "superior_can_see" not in {f.name for f in CN.act("legal_review").step("file").facts}


def test_the_review_workflow_differs_by_jurisdiction():
    shapes = set()
    for pack in (CN, *PLANS):
        act = pack.act("legal_review")
        shapes.add(tuple((s.required, s.document_codes, tuple(f.name for f in s.facts),
                          tuple(c.clause for c in s.because)) for s in act.steps))  # fmt: skip
    assert len(shapes) == 6


@pytest.mark.parametrize("pack", PLANS, ids=lambda pack: pack.id)
@pytest.mark.parametrize(("kind", "procedure"), ORDERS)
def test_a_lower_pack_never_takes_a_step_or_a_demand_away(pack, kind, procedure):
    national, local = CN.act(kind, procedure), pack.act(kind, procedure)
    assert local.codes == national.codes
    for floor, step in zip(national.steps, local.steps, strict=True):
        assert step.required >= floor.required
        assert set(step.gates) >= set(floor.gates)
        assert set(step.recordings) >= set(floor.recordings)
        assert set(step.next) == set(floor.next)
        assert {d.code for d in step.documents if d.required} >= {d.code for d in floor.documents if d.required}
        assert {f.name for f in step.facts if f.required} >= {f.name for f in floor.facts if f.required}
        assert {c.clause for c in step.because} >= {c.clause for c in floor.because}


# ---- what could not be read in full ----------------------------------------------------------------------------------


def test_words_that_were_not_read_are_marked_to_be_confirmed():
    for source in ("CN-SUPV-", "CN-CRD-", "CN-INSP-", "CN-INSPQ-", "CN-INSPD-"):
        found = [clause for name, clause in CN.clauses.items() if name.startswith(source)]
        assert found
        assert all(clause.confirm for clause in found)
    for source in ("CN-EXP-", "CN-WAT-", "CN-EMG-", "CN-ARC-"):
        assert not any(clause.confirm for name, clause in CN.clauses.items() if name.startswith(source))
