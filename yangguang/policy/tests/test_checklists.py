"""The officer's checklist: everything a step asks, narrowed by facts, never by not knowing."""

import json

import pytest

from yangguang.policy import checklists, packs
from yangguang.policy.errors import UnknownFact

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
PACKS = [packs.load(name) for name in packs.names()]
ACTS = [(pack, pack.act(*name)) for pack in PACKS for name in pack.act_names]
each_act = pytest.mark.parametrize(("pack", "act"), ACTS, ids=[f"{p.id}-{a.kind}-{a.procedure}" for p, a in ACTS])


@each_act
def test_without_facts_nothing_is_left_out(pack, act):
    made = checklists.checklist(pack, act)
    assert [step.code for step in made.steps] == list(act.codes)
    for step, own in zip(made.steps, act.steps, strict=True):
        assert len(step.documents) == len(own.documents)
        assert len(step.recordings) == len(own.recordings)
        assert [limit.code for limit in step.limits] == list(own.deadlines)
        assert step.what == own.public
        marked = (*step.identity, *step.tell, *step.documents, *step.gates)
        assert all(line.text and line.because for line in marked)
    json.dumps(made.as_json(), ensure_ascii=False)
    assert all(step.title in made.as_text() for step in act.steps)


@pytest.mark.clause("QS-3.1.2b")
def test_how_to_identify_and_what_to_tell():
    step = checklists.checklist(QS, QS.act("penalty")).step("identify")
    assert step.identity[0].text == "佩戴并主动出示执法证件"
    assert step.tell
    assert all(line.text.startswith("告知") for line in step.tell)
    assert checklists.checklist(QS, QS.act("penalty")).step("decide").identity == ()


def test_documents_fall_away_only_when_the_facts_say_so():
    act = CN.act("penalty")
    small = {"party_kind": "natural", "penalties": ["fine"], "fine_fen": 50_000}
    titles = [line.text for line in checklists.checklist(CN, act, small).step("notice").documents]
    assert "应当制作《听证告知书》" not in titles
    assert "应当制作《行政处罚事先告知书》" in titles
    unknown = [line.text for line in checklists.checklist(CN, act, {}).step("notice").documents]
    assert "应当制作《听证告知书》" in unknown


def test_a_step_falls_away_only_when_all_its_conditions_are_denied():
    act = CN.act("penalty")
    gone = checklists.checklist(CN, act, {"complex": False, "major_violation": False})
    assert "deliberate" not in [step.code for step in gone.steps]
    kept = checklists.checklist(CN, act, {"complex": False}).step("deliberate")
    assert kept.required is None
    assert "为必经步骤" in kept.need
    assert checklists.checklist(CN, act, {"complex": True}).step("deliberate").required is True
    # An optional step stays: whether to take it is for the officer to say.
    assert "scene_check" in [step.code for step in gone.steps]


@pytest.mark.clause("QS-3.2.2e", "QS-3.2.2f")
def test_recordings_are_said_in_words():
    act = QS.act("penalty")
    (line,) = checklists.checklist(QS, act, {"touches": ["health"]}).step("scene_check").recordings
    assert line.text == "现场检查：应当全程音像记录"
    (line,) = checklists.checklist(QS, act, {"touches": []}).step("scene_check").recordings
    assert line.text == "现场检查：根据实际情况进行音像记录（不录须说明理由）"
    (line,) = checklists.checklist(QS, act).step("scene_check").recordings
    assert "要求可能更严" in line.text
    hearing = checklists.checklist(QS, act, {"hearing_held": False}).step("defence")
    assert hearing.recordings == ()


def test_gates_are_questions_with_clause_state_and_mend():
    act = CN.act("penalty")
    ask = {line.text: line for line in checklists.checklist(CN, act).step("open").gates}
    two = next(line for text, line in ask.items() if "不少于2人" in text)
    assert (two.state, two.because[0].clause) == ("unknown", "CN-PEN-42.1")
    for count, state in ((1, "failed"), (2, "met")):
        known = checklists.checklist(CN, act, {"handlers_certified": count}).step("open").gates
        two = next(line for line in known if "不少于2人" in line.text)
        assert two.state == state
        assert two.mend
    text = checklists.checklist(CN, act, {"handlers_certified": 1}).as_text()
    assert "☒" in text
    assert "☐" in text


def test_a_gate_that_does_not_apply_falls_away():
    act = CN.act("penalty")
    with_device = checklists.checklist(CN, act, {"has_monitoring_evidence": True})
    without = checklists.checklist(CN, act, {"has_monitoring_evidence": False})
    assert len(without.step("evidence").gates) < len(with_device.step("evidence").gates)
    assert len(with_device.step("evidence").gates) == len(checklists.checklist(CN, act).step("evidence").gates)


def test_what_the_case_does_not_know_the_words_of_is_refused():
    with pytest.raises(UnknownFact):
        checklists.checklist(CN, CN.act("penalty"), {"weather": "rain"})
    with pytest.raises(KeyError):
        checklists.checklist(CN, CN.act("penalty")).step("dance")


def test_service_is_recorded_throughout_where_the_plan_says_so():
    (line,) = checklists.checklist(QD, QD.act("penalty"), {"touches": []}).step("serve").recordings
    assert line.text == "送达：应当全程音像记录"
