"""The acts as data: steps, roles, documents, recordings, facts, ways on."""

import pytest

from yangguang.policy import packs
from yangguang.policy.acts import ROLES
from yangguang.policy.errors import UnknownAct, UnknownStep

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
ORDINARY = (
    "clue", "open", "identify", "scene_check", "interview", "evidence", "correct", "conclude", "propose", "review",
    "notice", "defence", "hearing", "deliberate", "decide", "issue", "serve", "perform", "close", "disclose", "archive",
)  # fmt: skip


def test_the_ordinary_penalty_has_its_twenty_one_steps_in_order():
    assert QS.act("penalty", procedure="ordinary").codes == ORDINARY
    assert QS.act("penalty").procedure == "ordinary"


@pytest.mark.parametrize(("kind", "procedure"), CN.act_names)
def test_every_step_is_whole(kind, procedure):
    act = QS.act(kind, procedure)
    for step in act.steps:
        assert step.title
        assert step.public
        assert step.because
        assert set(step.roles) <= set(ROLES)
        assert set(step.next) <= set(act.codes)
        assert step.terminal == (not step.next)
        assert all(fact.privacy in ("public", "redact", "internal") and fact.label for fact in step.facts)
        assert set(step.gates) <= set(QS.gate_codes)
        assert set(step.deadlines) <= set(QS.deadlines)


@pytest.mark.clause("QS-3.3.2d")
def test_the_township_makes_review_a_required_step_with_its_opinion_on_file():
    national, local = CN.act("penalty").step("review"), QS.act("penalty").step("review")
    assert not national.required
    assert national.required_when == ({"review_required": True},)
    assert local.required
    assert set(local.document_codes) == {"legal_review_submission", "legal_review_opinion"}
    assert all(document.required and not document.when for document in local.documents)
    assert "QS-3.3.2d" in {c.clause for c in local.because}
    assert QS.step_required(local, {"kind": "penalty"}) is True
    assert CN.step_required(national, {"kind": "penalty"}) is None


def test_documents_owed_depend_on_the_case():
    notice = CN.act("penalty").step("notice")
    small = {"kind": "penalty", "party_kind": "natural", "penalties": ["fine"], "fine_fen": 50_000}
    assert [d.code for d in CN.documents_owed(notice, small)] == ["prior_notice", "service_address_confirmation"]
    heavy = {**small, "penalties": ["revoke_licence"]}
    assert "hearing_right_notice" in [d.code for d in CN.documents_owed(notice, heavy)]
    # While it is not known whether a hearing has to be offered, its notice is owed.
    assert "hearing_right_notice" in [d.code for d in CN.documents_owed(notice, {"kind": "penalty"})]
    evidence = CN.act("penalty").step("evidence")
    assert [d.code for d in CN.documents_owed(evidence)] == ["evidence_sheet"]


@pytest.mark.clause("QS-3.2.2e", "QS-3.2.2f")
def test_recordings_owed_by_a_step():
    scene = QS.act("penalty").step("scene_check")
    (demand,) = QS.recordings_owed(scene, {"kind": "penalty", "touches": []})
    assert (demand.event, demand.level, demand.title) == ("onsite_check", "circumstances", "现场检查")
    (demand,) = QS.recordings_owed(scene, {"kind": "penalty", "touches": ["health"]})
    assert demand.level == "whole"


def test_a_hearing_is_recorded_only_where_there_is_one():
    step = QS.act("penalty").step("hearing")
    assert QS.recordings_owed(step, {"kind": "penalty", "touches": [], "hearing_held": False}) == ()
    assert [d.event for d in QS.recordings_owed(step, {"kind": "penalty", "touches": []})] == ["hearing"]


def test_deliberation_is_a_step_of_complex_or_grave_cases():
    step = QS.act("penalty").step("deliberate")
    assert QS.step_required(step, {"complex": True}) is True
    assert QS.step_required(step, {"complex": False, "major_violation": True}) is True
    assert QS.step_required(step, {"complex": False, "major_violation": False}) is False
    assert QS.step_required(step, {"complex": False}) is None


def test_personal_data_is_never_public():
    facts = {fact.name: fact.privacy for fact in QS.act("penalty").facts.values()}
    assert facts["party_name"] == facts["party_address"] == "redact"
    assert facts["party_id_no"] == facts["party_phone"] == facts["informant"] == "internal"
    assert facts["decision_no"] == "public"


def test_unknown_acts_and_steps_name_the_known_ones():
    with pytest.raises(UnknownAct, match="penalty/ordinary"):
        QS.act("adjudication")
    with pytest.raises(UnknownStep, match="decide"):
        QS.act("penalty").step("decision")
