"""The service guide: the plan's fields, filled from the law, the register and the plan; what lacks is named."""

import datetime as dt
import json

import pytest

from yangguang.policy import guides, packs, scaffold, wording
from yangguang.policy.errors import WrongFactType

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
PACKS = [packs.load(name) for name in packs.names()]
ACTS = [(pack, pack.act(*name)) for pack in PACKS for name in pack.act_names]
each_act = pytest.mark.parametrize(("pack", "act"), ACTS, ids=[f"{p.id}-{a.kind}-{a.procedure}" for p, a in ACTS])
STREET = {
    "name": "对占用道路经营的处罚",
    "basis": [{"law": "城市市容和环境卫生管理条例", "article": "第十四条", "text": "任何单位和个人都不得占用道路。"}],
    "accepting_body": "青山镇行政执法大队",
    "complaint_phone": "0376-7000000",
}


@pytest.mark.clause("QS-3.1.1e")
def test_the_township_asks_for_six_fields_in_its_own_words():
    made = guides.guide(QS, QS.act("penalty"), STREET)
    asked = [field.label for field in made.fields if field.demanded]
    assert asked == ["执法事项名称", "执法程序", "受理机构", "审批机构", "受理条件", "办理时限"]
    assert made.complete
    assert made.field("name").value == ("对占用道路经营的处罚",)
    assert (made.field("approving_body").value, made.field("approving_body").source) == (
        ("青山镇人民政府",),
        "jurisdiction",
    )


@pytest.mark.clause("WC-2.1.2(3)b", "WC-2.1.2(3)c")
def test_the_health_commission_asks_for_fourteen():
    asked = [field.key for field in guides.guide(WC, WC.act("penalty"), {}).fields if field.demanded]
    assert asked == [
        "name", "basis", "accepting_body", "approving_body", "conditions", "preferential_policy", "materials", "procedure",
        "time_limits", "supervision", "accountability", "office_hours", "address", "phone",
    ]  # fmt: skip


@pytest.mark.clause("QS-3.1.1e")
def test_what_nobody_gave_is_named_and_never_blank():
    made = guides.guide(WC, WC.act("penalty"), {"name": "对无证行医的处罚", "phone": ["0991-1", "  "]})
    assert not made.complete
    assert {"依据", "优惠政策", "投诉电话", "责任追究", "办公时间", "办公地址"} <= {
        "依据" if lack == guides.ITEM["basis"] else lack for lack in made.missing
    }
    assert "办公电话" not in made.missing
    assert made.field("phone").value == ("0991-1",)
    for field in made.fields:
        assert field.value or field.lacking
    text = made.as_text()
    assert all(f"（尚缺：{lack}）" in text for lack in made.missing)
    assert "补齐前不得公开" in text


@each_act
def test_the_procedure_field_has_every_step_and_transition_and_no_other(pack, act):
    made = guides.guide(pack, act, {})
    assert [step.code for step in made.steps] == list(act.codes)
    ways = [(step.code, to) for step in made.steps for to, _, _ in step.ways]
    assert set(ways) == {(step.code, to) for step in act.steps for to in step.next}
    assert len(ways) == len(set(ways))
    lines = made.field("procedure").value
    assert lines == tuple(line for step in made.steps for line in step.lines)
    for step, own in zip(made.steps, act.steps, strict=True):
        assert step.public == own.public
        assert sum("→" in line for line in step.lines) == max(len(step.ways), 1)
        for (to, title, _), line in zip(step.ways, step.lines[1:], strict=False):
            assert title == act.step(to).title
            assert title in line


@each_act
def test_every_time_limit_is_told_with_its_clause(pack, act):
    made = guides.guide(pack, act, {})
    assert {limit.code for limit in made.limits} == {code for step in act.steps for code in step.deadlines}
    for limit in made.limits:
        assert limit.because or not (limit.words or limit.cases)
    if made.limits:
        assert len(made.field("time_limits").value) == len(made.limits)


@each_act
def test_a_guide_can_be_sent_as_json(pack, act):
    made = guides.guide(pack, act, STREET)
    again = json.loads(json.dumps(made.as_json(), ensure_ascii=False))
    assert [field["label"] for field in again["fields"]] == [field.label for field in made.fields]
    assert len(again["steps"]) == len(act.steps)


def test_a_deadline_without_a_number_is_not_passed_over():
    text = "\n".join(guides.guide(CN, CN.act("penalty"), {}).field("time_limits").value)
    assert "立案：应当及时（本方案及其上级没有规定天数）" in text
    assert "办案期限：90日。" in text
    assert "第六十条" in text


def test_a_penalty_needs_no_application_and_says_so():
    made = guides.guide(WC, WC.act("penalty"), {})
    assert made.field("materials").value == ("依职权实施，不需要当事人申请。",)
    assert guides.guide(WC, WC.act("penalty"), {"materials": ["陈述书"]}).field("materials").value == ("陈述书",)


def test_remedies_are_told_in_any_case():
    ordinary = guides.guide(CN, CN.act("penalty"), {}).field("remedies").value
    summary = guides.guide(CN, CN.act("penalty", "summary"), {}).field("remedies").value
    assert len(ordinary) == len(summary) == 2
    assert "应当先申请行政复议" in summary[0]
    assert ordinary != summary


def test_wrong_data_of_an_item_is_refused():
    with pytest.raises(guides.UnknownItemField, match="accepting_body"):
        guides.guide(QS, QS.act("penalty"), {"acceptor": "大队"})
    with pytest.raises(WrongFactType, match="办公电话"):
        guides.guide(QS, QS.act("penalty"), {"phone": 12345})
    with pytest.raises(guides.UnknownItemField, match="time_limits"):
        guides.guide(QS, QS.act("penalty"), {}).field("times")


def test_of_two_warnings_the_earlier_one_is_said(tmp_path):
    """Seven working days before a hearing nationally, ten here: counted and said alike."""
    folder = scaffold.new("cn-shifan-xian", extends="cn", name="示范县", region="999999", level="county", into=tmp_path)
    line = "{limit: {n: 10, unit: working_day}, because: XIAN-1}"
    (folder / "deadlines.yaml").write_text(f"deadlines:\n  D04:\n    lines:\n      - {line}\n", encoding="utf-8")
    pack = packs.load_folder(folder)
    act = pack.act("penalty")
    (limit,) = [one for one in wording.time_limits(pack, act, act.step("hearing")) if one.code == "D04"]
    assert limit.words == "提前10个工作日"
    counted = pack.deadline("D04", dt.date(2026, 9, 18))
    assert (counted.limit.n, counted.due) == (10, dt.date(2026, 9, 4))
