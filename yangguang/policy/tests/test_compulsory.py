"""Compulsory measures and compulsory execution: order of the steps, clocks, gates, recordings, and the packs below."""

import datetime as dt
from typing import Any

import pytest

from yangguang.policy import conditions, packs
from yangguang.policy.workdays import CHINA

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
DH = packs.load("cn-yunnan-dehong-zjj")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
CHILDREN = [packs.load(name) for name in packs.names() if name != "cn"]
MEASURE, EXECUTION = "compulsory_measure", "compulsory_execution"
PROCEDURES = {
    MEASURE: ("ordinary", "urgent"),
    EXECUTION: ("ordinary", "surcharge", "substitute", "demolition", "court"),
}
ALL = [(kind, procedure) for kind, names in PROCEDURES.items() for procedure in names]
SEIZING, RAZING = f"{MEASURE}/ordinary", f"{EXECUTION}/demolition"
CODES = ("G19", "G20", *(f"G{n}" for n in range(41, 50)))


def date(text):
    return dt.date.fromisoformat(text)


def walk(act, facts, start=None, stop=None):
    """Follow the first way whose condition surely holds, from step to step."""
    code, taken = start or act.codes[0], []
    while True:
        taken.append(code)
        step = act.step(code)
        if step.terminal or code == stop:
            return taken
        code = next(way.to for way in step.ways if conditions.holds(way.when, facts)[0] is True)
        assert code not in taken, (code, taken)


# ---- the acts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "procedure"), ALL)
@pytest.mark.parametrize("pack", CHILDREN, ids=lambda pack: pack.id)
def test_every_pack_below_sees_the_acts(pack, kind, procedure):
    assert pack.act(kind, procedure).codes == CN.act(kind, procedure).codes
    assert set(CODES) <= set(pack.gate_codes)


def test_the_ten_points_of_article_eighteen_stand_in_their_order():
    act = CN.act(MEASURE)
    order = ("approve", "identify", "call_party", "tell", "hear", "implement", "scene_record")
    assert [code for code in act.codes if code in order] == list(order)
    cited = {code: {c.clause for c in act.step(code).because} for code in order}
    assert "CN-COE-18.1" in cited["approve"]
    assert "G20" in act.step("identify").gates  # nobody goes out before the head has approved
    assert {"CN-COE-18.2", "CN-COE-18.3"} <= cited["identify"]
    assert "CN-COE-18.4" in cited["call_party"]
    assert "CN-COE-18.5" in cited["tell"]
    assert "CN-COE-18.6" in cited["hear"]
    assert {"CN-COE-18.7", "CN-COE-18.8", "CN-COE-18.9"} <= cited["scene_record"]


BEFORE: dict[str, Any] = {"review_required": False, "measure_approved": True}


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        (
            {"measure_type": "seizure", "party_present": True},
            ["propose", "approve", "identify", "call_party", "tell", "hear", "implement", "scene_record", "custody"],
        ),
        (
            {"measure_type": "sealing", "party_present": False},
            ["propose", "approve", "identify", "call_party", "implement", "scene_record", "custody"],
        ),
        (
            {"measure_type": "freezing"},
            ["propose", "approve", "identify", "implement", "scene_record", "deliver"],
        ),
        (
            {"measure_type": "liberty", "party_present": True},
            ["propose", "approve", "identify", "call_party", "tell", "hear", "implement", "family", "scene_record",
             "dispose"],
        ),
    ],
)  # fmt: skip
def test_each_kind_of_measure_takes_its_own_way(facts, way):
    assert walk(CN.act(MEASURE), {**BEFORE, **facts}, stop=way[-1]) == way


@pytest.mark.parametrize(
    ("outcome", "way"),
    [
        ("release", ["dispose", "release", "disclose", "archive"]),
        ("transfer", ["dispose", "transfer", "disclose", "archive"]),
        ("confiscate", ["dispose", "disclose", "archive"]),
    ],
)
@pytest.mark.parametrize("procedure", PROCEDURES[MEASURE])
def test_a_measure_ends_in_release_transfer_or_disposal(procedure, outcome, way):
    assert walk(CN.act(MEASURE, procedure), {"measure_outcome": outcome}, "dispose") == way


def test_the_urgent_way_acts_first_and_makes_up_the_approval():
    act = CN.act(MEASURE, "urgent")
    assert act.codes.index("implement") < act.codes.index("scene_record") < act.codes.index("make_up")
    assert "approve" not in act.codes
    assert "D40" in act.step("make_up").deadlines
    assert "G20" in act.step("make_up").gates
    refused = walk(act, {"measure_approved": False}, "make_up")
    assert refused == ["make_up", "release", "disclose", "archive"]
    assert CN.step_required(act.step("release"), {"measure_lifted": True}) is True


def test_the_documents_of_a_measure_follow_its_kind():
    act = CN.act(MEASURE)
    step = act.step("implement")

    def owed(code, **facts):
        return [d.code for d in CN.documents_owed(act.step(code), facts) if d.required]

    assert owed("implement", measure_type="seizure") == ["seal_seize_decision", "seal_seize_list"]
    assert owed("implement", measure_type="freezing") == ["freeze_notice"]
    assert owed("deliver", measure_type="freezing") == ["freeze_decision", "service_receipt"]
    assert owed("extend", measure_type="sealing") == [
        "measure_extension_approval", "seal_seize_extend", "service_receipt"
    ]  # fmt: skip
    assert owed("release", measure_type="sealing") == ["seal_seize_release", "return_list"]
    # While the kind is not known, every decision is owed.
    assert {"seal_seize_decision", "freeze_notice", "liberty_decision"} <= {d.code for d in CN.documents_owed(step)}


def test_the_general_execution_demands_hears_decides_serves_executes():
    act = CN.act(EXECUTION)
    facts = {"enforcement_power": True, "performed": False, "justified_refusal": False, "review_required": False}
    assert walk(act, facts, stop="decide") == ["check", "demand", "hear", "decide"]
    assert "demand_letter" in act.step("demand").document_codes
    assert "G45" in act.step("decide").gates
    assert {"G19", "G45"} <= set(act.step("enforce").gates)
    assert {"suspend", "end", "reverse"} <= set(act.step("enforce").next)
    assert "D46" in act.step("suspend").deadlines
    assert walk(act, {"performed": True}, "hear") == ["hear", "close", "disclose", "archive"]
    assert walk(act, {"enforcement_power": False})[1] == "close"


def test_an_agreement_broken_goes_back_to_execution():
    act = CN.act(EXECUTION)
    assert walk(act, {"agreement_performed": False}, "agree", stop="enforce") == ["agree", "enforce"]
    assert walk(act, {"agreement_performed": True}, "agree", stop="close") == ["agree", "close"]


def test_an_annulled_decision_is_undone():
    for procedure in ("ordinary", "surcharge", "substitute", "demolition"):
        act = CN.act(EXECUTION, procedure)
        assert walk(act, {"execution_wrong": True}, "end", stop="close") == ["end", "reverse", "close"]
        assert CN.step_required(act.step("reverse"), {"execution_wrong": True}) is True


def test_substitute_performance_repeats_the_demand_or_is_immediate():
    act = CN.act(EXECUTION, "substitute")
    facts = {"immediate_substitute": False, "performed": False, "justified_refusal": False, "review_required": False}
    assert walk(act, facts, stop="decide") == ["check", "demand", "hear", "decide"]
    assert walk(act, facts, "redemand", stop="cost") == ["redemand", "enforce", "accept", "cost"]
    assert walk(act, {"performed": True}, "redemand", stop="close") == ["redemand", "close"]
    assert walk(act, {"immediate_substitute": True}, stop="cost") == ["check", "immediate", "accept", "cost"]
    told = [d.code for d in CN.documents_owed(act.step("immediate"), {"party_present": False})]
    assert "substitute_notice" in told


def test_demolition_waits_for_the_periods_before_it_demands():
    act = CN.act(EXECUTION, "demolition")
    facts = {"enforcement_power": True, "performed": False, "self_demolition_over": True, "remedy_periods_over": True}
    assert walk(act, facts, stop="demand") == ["check", "announce", "wait", "demand"]
    waiting = {**facts, "remedy_periods_over": False}
    assert not any(conditions.holds(way.when, waiting)[0] for way in act.step("wait").ways)
    assert "G46" in act.step("decide").gates
    assert "G46" in act.step("enforce").gates


def test_the_court_route_ends_with_the_court():
    act = CN.act(EXECUTION, "court")
    facts = {"enforcement_power": False, "performed": False, "court_acceptance": "accepted", "court_ruling": "execute"}
    assert walk(act, facts, stop="enforce") == ["check", "demand", "hear", "apply", "accept", "rule", "enforce"]
    assert act.step("rule").roles == ("court",)
    assert set(act.step("apply").deadlines) == {"D17", "D18", "D48"}
    assert walk(act, {"court_acceptance": "refused"}, "accept", stop="appeal") == ["accept", "appeal"]
    assert walk(act, {"enforcement_power": True})[1] == "close"


# ---- clocks ----------------------------------------------------------------------------------------------------------


def test_the_urgent_measure_is_reported_within_twenty_four_hours():
    start = dt.datetime(2026, 9, 18, 22, 40, tzinfo=CHINA)
    done = CN.deadline("D40", start)
    assert done.at == dt.datetime(2026, 9, 19, 22, 40, tzinfo=CHINA)
    for reported, state in (
        (done.at, "passed"),
        (done.at + dt.timedelta(minutes=1), "failed"),
    ):
        verdict = CN.gate(
            "G20",
            {"measure_type": "sealing", "measure_entrusted": False, "urgent": True, "measure_approved": True,
             "measure_lifted": False, "emergency_reported_in_time": reported <= done.at},
        )  # fmt: skip
        assert verdict.state == state


def test_seizure_lasts_thirty_days_and_thirty_more():
    first = CN.deadline("D41", date("2026-03-02"))
    assert first.due == date("2026-04-01")
    assert CN.deadline("D41b", first.due).due == CN.deadline("D41c", date("2026-03-02")).due == date("2026-05-01")
    # Labour Day does not lengthen it; the agency has to be done on the working day before.
    assert CN.deadline("D41b", first.due).safe == date("2026-04-30")
    facts = {"kind": MEASURE, "measure_type": "seizure", "opened_on": "2026-03-02"}
    assert CN.ask("decide_by", facts).value == date("2026-04-01")
    extended = {**facts, "measure_extension_approved": True, "measure_extension_told": True}
    assert CN.ask("decide_by", extended).value == date("2026-05-01")


def test_the_days_of_an_appraisal_are_left_out():
    pause = [{"from": "2026-03-10", "to": "2026-03-19", "reason": "技术鉴定"}]
    done = CN.deadline("D41", date("2026-03-02"), facts={"suspensions": pause})
    assert done.due == date("2026-04-11")
    assert any("技术鉴定" in day.why for day in done.days)
    # A freeze knows no appraisal.
    assert CN.deadline("D42b", date("2026-03-02"), facts={"suspensions": pause}).due == date("2026-04-01")


@pytest.mark.parametrize(("start", "due"), [("2026-05-08", "2026-05-12"), ("2026-09-29", "2026-10-09")])
def test_the_freezing_decision_is_delivered_within_three_working_days(start, due):
    done = CN.deadline("D42", date(start))
    assert done.due == date(due)
    assert done.limit.unit == "working_day"
    assert {c.clause for c in done.because} == {"CN-COE-31", "CN-COE-69"}


def test_the_court_is_asked_after_ten_working_days_and_within_three_months():
    wait = CN.deadline("D18", date("2026-09-18"))
    window = CN.deadline("D17", date("2026-08-20"))
    assert (wait.opens, window.due) == (date("2026-10-10"), date("2026-11-20"))
    base = {"enforcement_power": False, "remedy_periods_over": True, "demand_served": True,
            "court_documents_complete": True, "court_application_signed": True}  # fmt: skip
    for day, state in (
        ("2026-10-09", "failed"), ("2026-10-10", "passed"), ("2026-11-20", "passed"), ("2026-11-21", "failed"),
    ):  # fmt: skip
        found = {"demand_wait_over": date(day) >= wait.opens, "court_window_open": date(day) <= window.due}
        assert CN.gate("G47", {**base, **found}).state == state, day


def test_the_court_has_seven_working_days_or_thirty_days_when_in_doubt():
    start = date("2026-09-24")
    assert CN.deadline("D48", start).due == date("2026-10-09")
    assert CN.deadline("D48b", start, facts={"court_doubtful": False}).due == date("2026-10-12")
    assert CN.deadline("D48b", start, facts={"court_doubtful": True}).due == date("2026-10-24")
    assert CN.deadline("D48b", start).unknown == ("court_doubtful",)
    assert {CN.deadlines[f"D48{x}"].holder for x in ("", "b", "c", "e", "f", "g")} == {"court"}


def test_demolition_waits_for_the_longer_remedy():
    done = CN.deadline("D47", date("2026-03-20"))
    assert (done.due, done.opens, done.direction) == (date("2026-09-20"), date("2026-09-21"), "not_before")
    assert [o.value for o in done.outvoted] == [date("2026-05-19")]


def test_short_periods_are_working_days_and_long_ones_are_not():
    """行政强制法第六十九条."""
    ours = {code: rule for code, rule in CN.deadlines.items() if code[:3] in {f"D{n}" for n in range(40, 49)}}
    # Night and holiday (D45) is a gate, not a period.
    assert {code[:3] for code in ours} == {f"D{n}" for n in range(40, 49)} - {"D45"}
    for rule in ours.values():
        for line in rule.lines:
            assert line.limit is not None
            assert line.limit.unit != "working_day" or line.limit.n <= 10
            assert line.limit.unit != "calendar_day" or line.limit.n > 10
            if line.limit.unit == "working_day":
                assert "CN-COE-69" in {c.clause for c in line.because}


# ---- gates -----------------------------------------------------------------------------------------------------------

# gate: facts that pass; each fact left out must close it
GOOD: dict[str, dict[str, Any]] = {
    "G19": {"urgent": False, "execution_at_night": False, "execution_on_holiday": False, "livelihood_cut": False},
    "G20": {"measure_type": "seizure", "measure_entrusted": False, "urgent": False, "measure_approved": True},
    "G41": {"measure_type": "seizure", "measure_power_granted": True, "measure_basis": "admin_regulation"},
    "G42": {"measure_type": "sealing", "object_related": True, "object_is_necessity": False, "already_sealed": False},
    "G43": {"measure_type": "seizure", "handlers_certified": 2, "identity_shown": True, "party_called": True,
            "party_present": True, "rights_told": True, "statement_heard": True, "scene_record_made": True,
            "scene_record_signed": True},
    "G44": {"measure_type": "seizure", "measure_decision_complete": True, "measure_decision_delivered": True,
            "list_in_duplicate": True},
    "G45": {"procedure": "ordinary", "enforcement_power": True, "seized_goods_held": False, "demand_served": True,
            "demand_complete": True, "immediate_execution": False, "demand_period_over": True, "justified_refusal": False,
            "statement_made": True, "statement_reviewed": True},
    "G46": {"demolition_announced": True, "self_demolition_over": True, "remedy_periods_over": True},
    "G47": {"enforcement_power": False, "remedy_periods_over": True, "court_window_open": True, "demand_served": True,
            "demand_wait_over": True, "court_documents_complete": True, "court_application_signed": True},
    "G48": {"surcharge_told": True, "surcharge_within_principal": True},
    "G49": {"immediate_substitute": False, "substitution_harm": True, "demand_served": True,
            "demand_period_over": True, "statement_made": True, "statement_reviewed": True,
            "performer_disinterested": True,
            "substitute_decision_served": True, "substitute_decision_complete": True,
            "substitute_demanded_in_time": True, "substitute_supervised": True, "violence_used": False},
}  # fmt: skip
# With everything else in order the absent fact cannot matter: the stricter need is met already.
HARMLESS = {
    ("G19", "urgent"),
    ("G20", "measure_type"),
    ("G45", "statement_made"),
    ("G45", "seized_goods_held"),
    ("G49", "statement_made"),
}


@pytest.mark.parametrize("code", GOOD)
def test_a_gate_stays_shut_on_what_is_not_known(code):
    assert CN.gate(code, GOOD[code]).passed
    for name in GOOD[code]:
        verdict = CN.gate(code, {key: value for key, value in GOOD[code].items() if key != name})
        assert verdict.state == ("passed" if (code, name) in HARMLESS else "unknown"), name
    nothing = CN.gate(code)
    assert nothing.state == "unknown"
    assert nothing.unknown


@pytest.mark.parametrize("code", GOOD)
def test_a_broken_need_names_its_article_and_the_mend(code):
    for name, value in GOOD[code].items():
        if isinstance(value, bool):
            verdict = CN.gate(code, {**GOOD[code], name: not value})
            if verdict.state == "failed":
                assert all(c.clause.startswith("CN-COE-") for c in verdict.because)
                assert verdict.mend
                assert verdict.explain


def test_no_execution_on_a_holiday_of_the_calendar_or_at_night():
    def verdict(day, urgent=False, night=False):
        found = {"execution_on_holiday": not CN.calendar.day(date(day)).working, "execution_at_night": night}
        return CN.gate("G19", {"urgent": urgent, "livelihood_cut": False, **found}).state

    assert verdict("2026-09-24") == "passed"
    assert verdict("2026-10-01") == "failed"
    assert verdict("2026-09-20") == "passed"  # a Sunday that is worked
    assert verdict("2026-09-24", night=True) == "failed"
    assert verdict("2026-10-01", urgent=True, night=True) == "passed"
    assert CN.gate("G19", {"livelihood_cut": False, "execution_at_night": False}).unknown == (
        "urgent", "execution_on_holiday",
    )  # fmt: skip
    assert CN.gate("G19", {"urgent": True, "livelihood_cut": True}).state == "failed"


def test_a_measure_is_approved_first_or_made_up():
    facts = {"measure_type": "sealing", "measure_entrusted": False, "urgent": False, "measure_approved": False}
    assert CN.gate("G20", facts).state == "failed"
    late = {**facts, "urgent": True, "emergency_reported_in_time": True, "measure_lifted": False}
    assert CN.gate("G20", late).state == "failed"
    assert CN.gate("G20", {**late, "measure_lifted": True}).passed
    assert CN.gate("G20", {**late, "measure_approved": True}).passed
    assert CN.gate("G20", {**late, "measure_approved": True, "measure_entrusted": True}).state == "failed"


def test_only_a_law_freezes_or_takes_liberty():
    for kind in ("freezing", "liberty"):
        for basis in CN.facts["measure_basis"].choices or ():
            verdict = CN.gate("G41", {"measure_type": kind, "measure_power_granted": True, "measure_basis": basis})
            assert verdict.passed == (basis == "law"), (kind, basis)


def test_demolition_needs_all_three():
    good = GOOD["G46"]
    for missing in good:
        assert CN.gate("G46", {**good, missing: False}).state == "failed"
        assert CN.gate("G46", {name: True for name in good if name != missing}).state == "unknown"


@pytest.mark.parametrize(("days", "state"), [(30, "failed"), (31, "passed")])
def test_a_surcharge_runs_more_than_thirty_days_before_it_is_enforced(days, state):
    facts = {**GOOD["G45"], "procedure": "surcharge", "surcharge_days": days}
    assert CN.gate("G45", facts).state == state


def test_goods_already_seized_may_be_sold_for_the_fine_without_a_power_of_execution():
    act = CN.act(EXECUTION, "surcharge")
    facts = {"enforcement_power": False, "seized_goods_held": True, "remedy_periods_over": True, "performed": False}
    assert walk(act, facts, stop="demand") == ["charge", "demand"]
    assert walk(act, {**facts, "seized_goods_held": False}, stop="close") == ["charge", "close"]
    sold = {**GOOD["G45"], **facts, "procedure": "surcharge", "surcharge_days": 31, "execution_mode": "auction"}
    assert CN.gate("G45", sold).passed
    assert CN.gate("G45", {**sold, "execution_mode": "deposit_transfer"}).state == "failed"
    assert CN.gate("G45", {**sold, "seized_goods_held": False}).state == "failed"


# ---- recordings ------------------------------------------------------------------------------------------------------


def levels(pack, act, step, **facts):
    found = pack.act(*act.split("/")).step(step)
    return {d.event: d.level for d in pack.recordings_owed(found, {"touches": [], **facts})}


@pytest.mark.clause("QS-3.2.2e")
def test_the_township_records_seizure_sealing_and_demolition_whole():
    assert levels(QS, SEIZING, "implement", measure_type="seizure") == {"seizure": "whole"}
    assert levels(QS, SEIZING, "implement", measure_type="sealing") == {"sealing": "whole"}
    assert levels(QS, RAZING, "enforce") == {"compulsory": "none", "demolition": "whole"}


@pytest.mark.clause("DH-2.2.3b", "DH-2.2.3c")
def test_the_bureau_leaves_compulsion_in_general_unset_but_seizure_whole():
    assert levels(DH, SEIZING, "hear", measure_type="seizure") == {"compulsory": "none"}
    assert levels(DH, SEIZING, "implement", measure_type="seizure") == {"seizure": "whole"}
    assert levels(DH, RAZING, "enforce")["demolition"] == "whole"
    assert levels(DH, SEIZING, "deliver", measure_type="freezing") == {"service": "must"}


@pytest.mark.clause("QD-3.2.2b", "WC-2.2.3a")
def test_plans_that_name_compulsion_record_it():
    assert levels(QD, SEIZING, "hear", measure_type="seizure") == {"compulsory": "whole"}
    assert levels(WC, SEIZING, "hear", measure_type="seizure") == {"compulsory": "must"}


def test_liberty_is_recorded_whole_everywhere():
    for pack in (CN, *CHILDREN):
        assert levels(pack, SEIZING, "implement", measure_type="liberty") == {"compulsory": "whole"}


def test_the_rights_of_the_party_are_told():
    for pack in (CN, *CHILDREN):
        told = pack.ask("remedies", {"kind": MEASURE, "procedure": "ordinary"})
        assert set(told.value) == {"statement_and_defence", "reconsideration", "litigation", "state_compensation"}
        assert pack.ask("identity_rule", {"kind": EXECUTION}).value in ("show", "wear_and_show")
