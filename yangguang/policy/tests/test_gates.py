"""Hard gates: each failed, passed and unknown, with the clause and the mend."""

import datetime as dt

import pytest

from yangguang.policy import conditions, packs
from yangguang.policy.errors import UnknownFact, UnknownGate

QS = packs.load("cn-henan-xinyang-qingshan")
CN = packs.load("cn")
ORDINARY = {"kind": "penalty", "procedure": "ordinary"}

# gate: (facts that pass, one change that fails, clause of the failure)
CASES = {
    "G1": ({"handlers_certified": 2, "power_covered": True}, {"handlers_certified": 1}, "CN-PEN-42.1"),
    "G2": ({"recused": False}, {"recused": True}, "CN-PEN-43.1"),
    "G3": ({"power_granted": True, "power_published": True}, {"power_granted": False}, "CN-PEN-24.2"),
    "G4": ({"case_opening_approved": True, "evidence_before_opening": 0}, {"evidence_before_opening": 1},
           "CN-PEN-54.2"),
    "G5": ({"notice_served": True, "notice_complete": True}, {"notice_served": False}, "CN-PEN-62"),
    "G6": ({"statement_period_over_or_waived": True, "statement_made": True, "statement_reviewed": True},
           {"statement_reviewed": False}, "CN-PEN-45.1"),
    "G7": ({"penalties": ["revoke_licence"], "hearing_offered": True, "hearing_window_over_or_closed": True},
           {"hearing_offered": False}, "CN-PEN-63.1"),
    "G8": ({"hearing_held": True, "decision_follows_transcript": True, "hearing_presider_is_investigator": False},
           {"decision_follows_transcript": False}, "CN-PEN-65"),
    "G9": ({"review_passed_for_draft": True, "reviewer_is_handler": False, "reviewer_qualified": True},
           {"review_passed_for_draft": False}, "CN-PEN-58.1"),
    "G10": ({"complex": True, "major_violation": False, "collective_minutes_signed": True},
            {"collective_minutes_signed": False}, "CN-PEN-57.2"),
    "G11": ({"approver_is_head": True, "approver_is_handler": False}, {"approver_is_handler": True}, "CN-PEN-57.1"),
    "G12": ({"within_benchmark": False, "deviation_reason_given": True}, {"deviation_reason_given": False},
            "CN-PEN-34"),
    "G13": ({"final_not_heavier": True}, {"final_not_heavier": False}, "CN-PEN-45.2"),
    "G14": ({"decision_items_complete": True, "decision_sealed": True}, {"decision_sealed": False}, "CN-PEN-59.2"),
    "G15": ({"procedure": "summary", "party_kind": "natural", "penalties": ["fine"], "fine_fen": 20_000},
            {"fine_fen": 20_001}, "CN-PEN-51"),
    "G16": ({"redaction_confirmed": True, "secrecy_reviewed": True}, {"redaction_confirmed": False}, "CN-PEN-50"),
    "G17": ({"has_monitoring_evidence": True, "monitoring_device_reviewed": True, "monitoring_device_published": True,
             "monitoring_record_reviewed": True}, {"monitoring_record_reviewed": False}, "CN-PEN-41.2"),
    "G18": ({"e_service": True, "e_service_consent": True}, {"e_service_consent": False}, "CN-PEN-61.2"),
    "G22": ({"closing_ground": "performed"}, None, None),
    "G26": ({"documents_missing": 0}, {"documents_missing": 2}, "CN-PEN-47"),
    "G27": ({"recordings_missing": 0}, {"recordings_missing": 1}, "CN-PEN-47"),
    "G28": ({"identity_shown": True, "rights_told": True}, {"identity_shown": False}, "CN-PEN-55.1"),
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_a_gate_opens_closes_and_stays_closed_on_what_is_not_known(code):
    good, change, clause = CASES[code]
    facts = {**ORDINARY, **good}
    passed = QS.gate(code, facts)
    assert (passed.state, passed.passed, passed.failures, passed.unknown) == ("passed", True, (), ())
    if change:
        failed = QS.gate(code, {**facts, **change})
        assert (failed.state, failed.passed) == ("failed", False)
        assert clause in {c.clause for c in failed.because}
        assert failed.mend
        assert failed.explain
        assert next(iter(change)) in failed.facts_used
    for need in QS.merged.gates[code].needs:
        for name in conditions.names(need.must):
            if name in good and code != "G12":  # within the benchmark nothing has to be said
                without = {key: value for key, value in facts.items() if key != name}
                assert QS.gate(code, without).state == "unknown", name


def applies(code: str) -> dict[str, str]:
    """Say just enough for a gate to apply: the kind and procedure it, or its first need, is for."""
    gate = CN.merged.gates[code]
    when = {**gate.needs[0].when, **gate.when}
    return {name: when.get(name) or when.get(f"{name}_in", [usual])[0] for name, usual in ORDINARY.items()}


def test_nothing_known_opens_no_gate():
    assert CN.gate("G15", ORDINARY).passed  # not a summary penalty: the limit does not apply
    for code in CN.gate_codes:
        verdict = CN.gate(code, applies(code))
        assert verdict.state == "unknown", code
        assert verdict.unknown
        assert "不知道不等于通过" in verdict.explain
        assert verdict.mend


@pytest.mark.clause("QS-3.3.0", "QS-3.3.2d")
def test_the_review_gate_asks_the_pack_whether_review_is_due():
    facts = {**ORDINARY, "review_passed_for_draft": False, "reviewer_is_handler": False, "reviewer_qualified": True}
    assert QS.gate("G9", facts).state == "failed"
    # Nationally an ordinary penalty is reviewed only on a trigger; while the triggers are open, the gate is shut.
    national = CN.gate("G9", facts)
    assert national.state == "unknown"
    assert "major_public_interest" in national.unknown
    assert "review_required" not in national.unknown
    denied = dict.fromkeys(
        ("major_public_interest", "social_risk", "major_rights", "hearing_held", "complex", "catalogue_hit"), False
    )
    assert CN.gate("G9", {**facts, **denied}).passed


def test_a_gate_that_does_not_apply_is_passed_and_says_so():
    assert "不适用" in CN.gate("G18", {"e_service": False}).explain


def test_a_day_before_every_rule_opens_no_gate():
    verdict = CN.gate("G1", {"kind": "penalty", "handlers_certified": 2, "power_covered": True}, dt.date(2015, 1, 5))
    assert verdict.state == "unknown"
    assert "2015-01-05" in verdict.explain


def test_inspection_needs_publication_approval_notice_and_cap():
    good = {"kind": "inspection", "item_published": True, "urgent": False, "inspection_approved": True,
            "inspection_notice_issued": True, "frequency_cap_ok": True}  # fmt: skip
    assert CN.gate("G21", good).passed
    assert CN.gate("G21", {**good, "inspection_approved": False}).state == "failed"
    assert CN.gate("G21", {**good, "inspection_approved": False, "urgent": True}).passed


def test_the_gates_of_a_step():
    decide = QS.act("penalty").step("decide")
    verdicts = QS.gates(decide, ORDINARY)
    assert [v.code for v in verdicts] == list(decide.gates)
    assert [v.code for v in verdicts] == list(decide.gates)
    assert not any(v.passed for v in verdicts if v.code in ("G5", "G6", "G9", "G11", "G13"))


def test_the_facts_a_gate_asks_for_can_be_listed():
    assert [f.name for f in QS.gate_facts("G1")] == ["kind", "handlers_certified", "power_covered"]
    assert all(f.label and f.privacy for code in QS.gate_codes for f in QS.gate_facts(code))


def test_unknown_names():
    with pytest.raises(UnknownGate, match=r"G99.*G1"):
        QS.gate("G99")
    with pytest.raises(UnknownFact, match="handlers_certified"):
        QS.gate("G1", {"handlers": 2})
