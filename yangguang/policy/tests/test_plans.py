"""The five plans and the province, question by question against their texts; and the reading of every contradiction."""

import re

import pytest

from yangguang.policy import packs
from yangguang.policy.acts import ROLES
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

CN = packs.load("cn")
HN = packs.load("cn-henan")
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
SY = packs.load("cn-neimenggu-xilingol-suniteyouqi")
DH = packs.load("cn-yunnan-dehong-zjj")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
PLANS = {"QD": QD, "QS": QS, "SY": SY, "DH": DH, "WC": WC}
ALL = (CN, HN, *PLANS.values())
NO_TRIGGER = dict.fromkeys(
    ("major_public_interest", "social_risk", "major_rights", "hearing_held", "complex", "catalogue_hit"), False
)

# table a.2: which kinds each plan covers, in the order QD, QS, SY, DH, WC
COVERS = {
    "licence": "11111",
    "penalty": "11111",
    "compulsory_measure": "11110",
    "compulsory_execution": "11110",
    "inspection": "11111",
    "levy": "11110",
    "requisition": "01000",
    "charge": "10110",
}
# table a.8: w whole, m must, c according to circumstances, n none; SY sets nothing and so has the national column
RECORDING = {
    "onsite_check": "wccmm",
    "random_check": "wccmm",
    "investigation": "wccmm",
    "evidence_preservation": "wccmm",
    "hearing": "wccmm",
    "compulsory": "wnnnm",
    "seizure": "wwwww",
    "sealing": "wwwww",
    "demolition": "wwwww",
    "service": "wnnmm",
    "service_by_leaving": "wccmm",
    "service_by_announcement": "wccmm",
}
GRADES = {"w": "whole", "m": "must", "c": "circumstances", "n": "none"}


@pytest.mark.clause("WC-2.0", "QS-2.2")
@pytest.mark.parametrize("kind", COVERS)
def test_the_kinds_each_plan_covers(kind: str) -> None:
    found = "".join(str(int(plan.ask("covers", {"kind": kind}).value)) for plan in PLANS.values())
    assert found == COVERS[kind]
    assert set(COVERS) == set(CN.facts["kind"].choices or {})


@pytest.mark.clause("QD-3.2.2a", "QD-3.2.2b")
@pytest.mark.parametrize("event", RECORDING)
def test_the_recording_each_plan_asks_for(event: str) -> None:
    found = [plan.ask("recording", {"event": event, "touches": []}) for plan in PLANS.values()]
    assert [answer.value for answer in found] == [GRADES[letter] for letter in RECORDING[event]]
    assert "QD-3.2.2a" in {c.clause for c in found[0].because}
    assert set(RECORDING) == set(CN.facts["event"].choices or {})


@pytest.mark.clause("QD-3.2.2c", "DH-2.2.3c")
@pytest.mark.parametrize(
    ("plan", "clause"),
    [(QD, "QD-3.2.2c"), (QS, "QS-3.2.2e"), (SY, "CN-118-3.2b"), (DH, "DH-2.2.3c"), (WC, "WC-2.2.3b")],
)
@pytest.mark.parametrize("right", ["liberty", "health", "property"])
def test_what_touches_a_major_right_is_recorded_whole_even_if_text_suffices(
    plan: Pack, clause: str, right: str
) -> None:
    answer = plan.ask("recording", {"event": "service", "touches": [right], "text_suffices": True})
    assert answer.value == "whole"
    assert clause in {c.clause for c in answer.because}
    premises = plan.parameter("premises_recording")
    assert premises.value == "whole"


@pytest.mark.parametrize(("plan", "level"), [(QD, "whole"), (QS, "none"), (SY, "none"), (DH, "must"), (WC, "must")])
def test_where_text_suffices(plan: Pack, level: str) -> None:
    assert plan.ask("recording", {"event": "hearing", "touches": [], "text_suffices": True}).value == level
    assert plan.parameter("text_may_suffice").value is (level == "none")


LISTS = {
    "QD": {"list_pre_disclosure", "list_decisions_published", "list_random_inspection", "list_av", "catalogue_review"},
    "QS": {"list_powers", "list_random_inspection", "list_av"},
    "SY": {"catalogue_review"},
    "DH": {"list_random_inspection", "catalogue_review"},
    "WC": {"list_powers", "list_random_inspection", "list_officers", "list_av", "catalogue_review"},
}
ELEMENTS = {"QD": 9, "SY": 8, "DH": 10, "WC": 9}
CHANNELS = {"QD": 5, "QS": 5, "SY": 2, "WC": 7}


@pytest.mark.parametrize("code", PLANS)
def test_lists_elements_channels_and_identity(code: str) -> None:
    plan = PLANS[code]
    assert set(plan.ask("lists_required").value) == LISTS[code]
    if code in ELEMENTS:
        assert len(plan.ask("pre_elements").value) == ELEMENTS[code]
    if code in CHANNELS:
        assert len(plan.ask("channels").value) == CHANNELS[code]
    rule = {"QD": "show", "QS": "wear_and_show", "SY": "wear_or_show", "DH": "wear_or_show", "WC": "show"}
    assert plan.ask("identity_rule", {"kind": "licence"}).value == rule[code]
    assert len(plan.ask("record_uses").value) == {"WC": 5, "QS": 7}.get(code, 6)
    assert plan.ask("publish_form").value == ("full_text" if code == "DH" else "summary")
    assert plan.ask("assessment_period").value == ("P6M" if code == "SY" else None)
    assert len(plan.ask("filings").value) == (6 if code == "WC" else 0)


def test_the_six_filings_say_what_goes_where() -> None:
    shown = {row["key"]: row["text"] for row in WC.ask("filings").details}
    assert all(text.endswith("备案") for text in shown.values())
    assert "县政府法制办" in shown["rules_disclosure"]
    assert "县政府法制办" in shown["rules_recording"]
    assert sum("上级政府法制办" in text for text in shown.values()) == 4


@pytest.mark.clause("QD-A3.审核.4")
def test_the_checklist_of_qidong_is_the_union_of_text_and_annex() -> None:
    own = [row["key"] for row in QD.ask("review_checklist").details if row["origin"] == "plan"]
    assert own == [
        "subject", "facts", "evidence", "law", "procedure", "discretion", "documents", "authority",
        "officer_qualification",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "clause"),
    [(QD, "QD-3.3.2b"), (SY, "SY-2.3c"), (DH, "DH-2.3.2b"), (WC, "WC-2.3.1(3)b"), (QS, "HN-28.2")],
)
def test_what_the_catalogue_lists_is_reviewed(plan: Pack, clause: str) -> None:
    facts = {"kind": "inspection", "procedure": "ordinary", **NO_TRIGGER}
    assert plan.ask("review_required", facts).value is False
    answer = plan.ask("review_required", {**facts, "catalogue_hit": True})
    assert answer.value is True
    assert clause in {c.clause for c in answer.because}


@pytest.mark.parametrize(
    ("plan", "lacking", "clause"),
    [
        (QD, "has_legal_qualification", "QD-3.3.1b"),
        (QS, "legal_background", "QS-3.3.1b"),
        (SY, "legal_background", "SY-2.3e"),
        (WC, "legal_background", "WC-2.3.1(1)b"),
    ],
)
def test_who_may_review_in_each_plan(plan: Pack, lacking: str, clause: str) -> None:
    fit = {
        "kind": "licence", "is_handler": False, "is_counsel": False, "has_legal_qualification": True,
        "legal_background": True,
    }  # fmt: skip
    assert plan.ask("reviewer_ok", fit).value is True
    refused = plan.ask("reviewer_ok", {**fit, lacking: False})
    assert refused.value is False
    assert clause in {c.clause for c in refused.because}
    unknown = plan.ask("reviewer_ok", {name: value for name, value in fit.items() if name != lacking})
    assert (unknown.value, unknown.unknown) == (None, (lacking,))
    assert plan.ask("reviewer_ok", {**fit, "is_handler": True}).value is False


@pytest.mark.parametrize(
    ("plan", "role", "title"),
    [
        (QS, "unit_head", "行政执法大队主要负责人"),
        (QS, "reviewer", "法制审核机构专人"),
        (HN, "reviewer", "法制机构"),
        (QD, "reviewer", "本单位法制机构"),
        (DH, "reviewer", "城乡建设执法管理监督科（行政审批科）"),
        (WC, "reviewer", "委领导小组"),
        (SY, "government", "旗人民政府"),
        (SY, "head", ROLES["head"]),
    ],
)
def test_roles_are_called_as_the_plan_calls_them(plan: Pack, role: str, title: str) -> None:
    assert plan.role(role) == title


@pytest.mark.parametrize(
    ("plan", "kind", "step", "clause"),
    [
        (QS, "penalty", "review", "QS-3.3.3e"),
        (QS, "inspection", "disclose", "QS-3.1.3a"),
        (QD, "penalty", "serve", "QD-3.2.2b"),
        (QD, "inspection", "scene_check", "QD-3.2.2b"),
        (SY, "penalty", "decide", "SY-2.3a"),
        (DH, "penalty", "disclose", "DH-2.1.4a"),
        (DH, "inspection", "scene_check", "DH-2.1.3d"),
        (WC, "penalty", "review", "WC-2.3.1(1)a"),
        (WC, "inspection", "plan", "WC-2.1.2(2)c"),
    ],
)
def test_steps_cite_the_plan_beside_the_nation(plan: Pack, kind: str, step: str, clause: str) -> None:
    cited = [c.clause for c in plan.act(kind).step(step).because]
    assert clause in cited
    assert any(c.startswith("CN-") for c in cited)


def test_the_inspection_record_of_dehong_holds_the_remedies() -> None:
    asked = {spec.name for spec in DH.act("inspection").step("scene_check").facts}
    assert "remedies_text" in asked
    assert "remedies_text" not in {spec.name for spec in CN.act("inspection").step("scene_check").facts}


@pytest.mark.clause("WC-2.0b")
def test_rules_resolve_over_nation_province_and_township() -> None:
    assert QS.chain == ("cn", "cn-henan", "cn-henan-xinyang-qingshan")
    assert HN.jurisdiction.level == "province"
    answer = QS.ask("identity_rule", {"kind": "inspection"})
    assert answer.value == "wear_and_show"
    lost = {c.clause for out in answer.outvoted for c in out.because}
    assert {"HN-24", "CN-PEN-55.1"} <= lost
    assert "HN-24" in {c.clause for c in HN.ask("identity_rule", {"kind": "licence"}).because}
    cited = [c.clause for c in QS.act("penalty").step("identify").because]
    assert cited.index("CN-PEN-55.1") < cited.index("HN-24") < cited.index("QS-3.1.2b")


def test_in_henan_a_listed_decision_is_discussed_by_the_heads() -> None:
    facts = {"kind": "penalty", "complex": False, "major_violation": False, "collective_minutes_signed": False}
    for pack in (HN, QS):
        listed = pack.gate("G10", {**facts, "catalogue_hit": True})
        assert listed.state == "failed"
        assert "HN-28.2" in {c.clause for c in listed.because}
        assert pack.gate("G10", {**facts, "catalogue_hit": True, "collective_minutes_signed": True}).passed
        assert pack.gate("G10", {**facts, "catalogue_hit": False}).passed
        assert pack.gate("G10", facts).state == "unknown"
    assert CN.gate("G10", {**facts, "catalogue_hit": True}).passed


@pytest.mark.parametrize(
    ("kind", "procedure", "step"),
    [
        ("licence", "ordinary", "decide"),
        ("licence", "renewal", "decide"),
        ("compulsory_measure", "ordinary", "approve"),
        ("compulsory_execution", "demolition", "decide"),
        ("levy", "ordinary", "approve"),
        ("requisition", "ordinary", "decide"),
    ],
)
def test_in_henan_that_holds_for_every_kind(kind: str, procedure: str, step: str) -> None:
    decide = QS.act(kind, procedure).step(step)
    assert "G10b" in decide.gates
    assert "G10b" not in CN.gate_codes
    facts = {"kind": kind, "collective_minutes_signed": False}
    assert QS.gate("G10b", {**facts, "catalogue_hit": True}).state == "failed"
    assert QS.gate("G10b", {**facts, "catalogue_hit": False}).passed
    assert QS.gate("G10b", facts).unknown == ("catalogue_hit",)
    listed = {"kind": kind, "procedure": procedure, "catalogue_hit": True}
    assert "collective_minutes" in {d.code for d in QS.documents_owed(decide, listed)}
    assert "collective_minutes" not in {d.code for d in QS.documents_owed(decide, {**listed, "catalogue_hit": False})}


@pytest.mark.parametrize(("certified", "state"), [(1, "failed"), (2, "passed"), (3, "passed"), (None, "unknown")])
def test_in_henan_certified_officers_verify_a_licence(certified: int | None, state: str) -> None:
    facts = {"kind": "licence", "verification_needed": True, "verifiers": 2, "technical_test": False}
    given = facts if certified is None else {**facts, "handlers_certified": certified}
    assert QS.gate("G31", given).state == state
    assert CN.gate("G31", facts).passed
    assert "HN-24" in {c.clause for c in QS.act("licence").step("verify").because}


@pytest.mark.parametrize(
    ("name", "value", "clause"),
    [
        ("certificate_families", ("河南省行政执法证", "法律、行政法规另有规定的行政执法证"), "HN-21.2"),
        ("certificate_excluded", ("工勤人员", "劳动合同工", "临时工"), "HN-20.2"),
        ("officers_min", 2, "HN-24"),
        ("refusal_right", True, "HN-24"),
        ("file_evaluation", "县级以上人民政府每年组织评查", "HN-40"),
        ("supervision_documents", ("行政执法监督意见书", "行政执法监督决定书"), "HN-43"),
        ("collective_deliberation", True, "HN-28.2"),
        ("quota_forbidden", True, "HN-11.2"),
        ("responsibility_system", True, "HN-9"),
        ("subject_announced", True, "HN-13"),
    ],
)
def test_what_the_province_adds_reaches_the_township(name: str, value: object, clause: str) -> None:
    answer = QS.parameter(name)
    assert (answer.value, answer.default) == (value, True)
    assert clause in {c.clause for c in answer.because}


# ---- the contradictions -------------------------------------------------------------------------------------------


def test_every_contradiction_is_read_once_in_one_place() -> None:
    own = [code for pack in ALL for code, reading in pack.merged.resolutions.items() if reading.pack == pack.id]
    own = [code for code in own if re.fullmatch(r"d\d\d", code)]  # others arise from the statutes themselves
    assert sorted(own) == [f"d{number:02}" for number in range(1, 47)]


def realised(pack: Pack, name: str) -> bool:
    """Whether a name stands for a question, a deadline, a gate, a parameter, a role, or a step of an act."""
    if re.fullmatch(r"\w+\.\w+\.\w+", name):
        kind, procedure, step = name.split(".")
        return step in pack.act(kind, procedure).codes
    known = (QUESTIONS, pack.deadlines, pack.gate_codes, pack.merged.parameters, ROLES)
    return any(name in names for names in known)


@pytest.mark.parametrize(
    ("pack", "code"), [(p, c) for p in ALL for c, reading in p.merged.resolutions.items() if reading.pack == p.id]
)
def test_a_reading_says_why_and_where_it_is_realised(pack: Pack, code: str) -> None:
    reading = pack.merged.resolutions[code]
    assert reading.issue
    assert reading.resolution
    assert reading.because
    assert reading.where
    assert [name for name in reading.where if not realised(pack, name)] == []


@pytest.mark.parametrize("pack", ALL)
def test_a_parameter_named_by_a_reading_is_set_or_left_open_there(pack: Pack) -> None:
    for reading in pack.merged.resolutions.values():
        home = packs.load(reading.pack)
        for name in reading.where:
            if name in home.merged.parameters and name not in QUESTIONS:
                holders = ALL if reading.pack == "cn" else (home,)
                assert any(name in holder.merged.values for holder in holders), (reading.code, name)
