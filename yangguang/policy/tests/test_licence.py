"""The licence as data: its steps and branches, deadlines D30–D39, gates G31–G39, and the words they stand on."""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest

from yangguang.policy import files, packs
from yangguang.policy.conditions import holds, names
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.questions import REVIEW_FACTS

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")
PACK = files.ROOT / "cn"
PROCEDURES = ("ordinary", "change", "renewal", "withdrawal", "annulment", "deregistration")
GATES = ("G31", "G32", "G33", "G34", "G35", "G36", "G37", "G38", "G38b", "G39")
DEADLINES = (
    "D30", "D31", "D31b", "D32", "D32b", "D33", "D34", "D35a", "D35b", "D35c", "D36", "D37", "D37b", "D38", "D39",
)  # fmt: skip
ORDINARY = (
    "apply", "handle", "correct_on_spot", "supplement", "refuse", "accept", "preliminary_review", "examine", "verify",
    "special", "inform", "hearing", "extend", "propose", "review", "decide", "issue", "serve", "disclose", "archive",
)  # fmt: skip
LICENCE = {"kind": "licence", "procedure": "ordinary"}
# Accepted on Monday 2 March 2026: 20 working days are four whole weeks; Qingming (6 April) and May Day lie behind.
ACCEPTED = {**LICENCE, "opened_on": "2026-03-02"}
EXTENDED = {**ACCEPTED, "extension_approved_by": "head", "extension_told": True}
JOINT = {**ACCEPTED, "joint_handling": True}
PAUSE = [{"from": "2026-03-09", "to": "2026-03-18", "reason": "专家评审"}]  # eight working days


def date(text):
    return dt.date.fromisoformat(text)


def ways(step, facts):
    """The steps one may go to from here with these facts, those without a condition left out."""
    return {way.to for way in step.ways if way.when and holds(way.when, facts)[0] is True}


# ---- steps and branches ----------------------------------------------------------------------------------------


def test_the_ordinary_procedure_in_order():
    act = CN.act("licence")
    assert act.procedure == "ordinary"
    assert act.codes == ORDINARY
    assert [step.code for step in act.steps if step.terminal] == ["archive"]


def test_all_procedures_of_a_licence_exist():
    assert tuple(p for kind, p in CN.act_names if kind == "licence") == PROCEDURES


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_step_leads_to_the_archive(procedure):
    act = CN.act("licence", procedure)
    ends = {"archive"}
    for _ in act.steps:
        ends |= {step.code for step in act.steps if ends & set(step.next)}
    assert ends == set(act.codes)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_fact_a_gate_asks_for_can_be_given(procedure):
    act = CN.act("licence", procedure)
    given = {"kind": "licence", "procedure": procedure}
    # Acts of the agency itself neither grant nor deny, so what belongs to a grant or a denial is not asked there.
    asked = {*given, *act.facts, *(() if "apply" in act.codes else ("certificate_needed", "technical_test"))}
    for step in act.steps:
        for code in step.gates:
            for need in CN.merged.gates[code].needs:
                if holds(need.when, given)[0] is not False:
                    for name in (*names(need.when), *names(need.must)):
                        fact = CN.facts[name]
                        assert fact.supplied_by or fact.derived_from or name in asked, (step.code, code, name)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_procedure_asks_what_decides_whether_it_is_reviewed(procedure):
    assert {*REVIEW_FACTS} - {"kind", "procedure", "crime_suspected"} <= set(CN.act("licence", procedure).facts)


@pytest.mark.parametrize(
    ("outcome", "to", "clause"),
    [
        ("not_needed", "refuse", "CN-LIC-32.1.1"),
        ("not_competent", "refuse", "CN-LIC-32.1.2"),
        ("correctable", "correct_on_spot", "CN-LIC-32.1.3"),
        ("incomplete", "supplement", "CN-LIC-32.1.4"),
        ("accepted", "accept", "CN-LIC-32.1.5"),
        ("deemed", "accept", "CN-LIC-32.1.5"),
        ("false_application", "refuse", "CN-LIC-78"),
    ],
)
def test_an_application_is_handled_in_the_ways_the_statute_names(outcome, to, clause):
    act = CN.act("licence")
    handle = act.step("handle")
    facts = {"acceptance_outcome": outcome}
    assert ways(handle, facts) == {to}
    assert clause in {c.clause for c in act.step(to).because}
    if to != "accept":
        assert CN.step_required(act.step(to), facts) is True
    # Until it is known how the application is handled, no way is open.
    assert all(holds(way.when, {})[0] is None for way in handle.ways)


def test_each_refusal_has_its_own_paper_and_remedies():
    refuse = CN.act("licence").step("refuse")
    owed = {
        outcome: [d.code for d in CN.documents_owed(refuse, {"acceptance_outcome": outcome})]
        for outcome in ("not_needed", "not_competent", "false_application")
    }
    assert "not_needed_notice" in owed["not_needed"]
    assert "refuse_acceptance" not in owed["not_needed"]
    assert "refuse_acceptance" in owed["not_competent"]
    assert "refuse_acceptance" in owed["false_application"]
    assert {"D14", "D15"} <= set(refuse.deadlines)
    # While it is not known which refusal it is, both papers are owed.
    assert {"not_needed_notice", "refuse_acceptance"} <= {d.code for d in CN.documents_owed(refuse)}


def test_a_late_notice_leads_to_acceptance_and_a_full_set_too():
    supplement = CN.act("licence").step("supplement")
    assert ways(supplement, {"materials_complete": True, "supplement_on_time": True}) == {"accept"}
    assert ways(supplement, {"materials_complete": False, "supplement_on_time": False}) == {"accept", "handle"}
    assert ways(supplement, {"materials_complete": False, "supplement_on_time": True}) == {"handle"}


def test_the_branches_of_the_examination():
    act = CN.act("licence")
    none = dict.fromkeys(
        [
            "verification_needed",
            "special_procedure",
            "others_major_interest",
            "statutory_hearing",
            "extension_needed",
        ],
        False,
    )
    examine = act.step("examine")
    assert ways(examine, none) == set()
    assert "propose" in examine.next
    for fact, to in {
        "verification_needed": "verify",
        "special_procedure": "special",
        "others_major_interest": "inform",
        "statutory_hearing": "hearing",
        "extension_needed": "extend",
    }.items():
        assert ways(examine, {**none, fact: True}) == {to}
        if to != "hearing":
            assert CN.step_required(act.step(to), none) is False
        assert CN.step_required(act.step(to), {**none, "hearing_requested": False, fact: True}) is True
    assert ways(act.step("inform"), {**none, "hearing_requested": True}) == {"hearing"}
    assert CN.step_required(act.step("hearing"), {**none, "hearing_requested": True}) is True
    assert CN.step_required(act.step("hearing"), none) is None
    assert ways(act.step("accept"), {"decidable_on_spot": True, "superior_decides": False}) == {"decide"}
    assert ways(act.step("accept"), {"decidable_on_spot": False, "superior_decides": True}) == {
        "preliminary_review",
        "examine",
    }


def test_a_reviewed_draft_comes_back_or_goes_on():
    act = CN.act("licence")
    major = dict.fromkeys(["major_public_interest", "social_risk", "major_rights", "complex", "catalogue_hit"], False)
    review = act.step("review")
    assert CN.step_required(review, {**LICENCE, **major, "hearing_held": False}) is False
    assert CN.step_required(review, {**LICENCE, **major, "hearing_held": True}) is True
    assert CN.step_required(review, {**LICENCE, **major}) is None
    assert ways(review, {"review_outcome": "passed"}) == {"decide"}
    assert ways(review, {"review_outcome": "rejected"}) == {"propose"}
    for procedure in PROCEDURES:
        assert "G9" in CN.act("licence", procedure).step("decide").gates


def test_the_decision_has_its_paper_and_the_grant_its_certificate():
    issue = CN.act("licence").step("issue")
    granted = {"licence_outcome": "granted", "certificate_needed": True}
    assert [d.code for d in CN.documents_owed(issue, granted)] == ["licence_decision", "licence_certificate"]
    assert [d.code for d in CN.documents_owed(issue, {"licence_outcome": "denied"})] == ["licence_denial"]
    assert len(CN.documents_owed(issue)) == 3


def test_recordings_of_verification_and_hearing():
    act = CN.act("licence")
    (scene,) = CN.recordings_owed(act.step("verify"), {**LICENCE, "touches": []})
    assert (scene.event, scene.level) == ("onsite_check", "circumstances")
    (hearing,) = QS.recordings_owed(act.step("hearing"), {**LICENCE, "touches": []})
    assert (hearing.event, hearing.level) == ("hearing", "circumstances")


def test_personal_data_of_a_licence_is_never_public():
    facts = CN.act("licence").facts
    assert facts["party_name"].privacy == facts["interested_party_name"].privacy == "redact"
    assert facts["party_id_no"].privacy == facts["agent_name"].privacy == facts["materials_list"].privacy == "internal"
    assert (
        facts["certificate_no"].privacy == facts["valid_until"].privacy == facts["licence_outcome"].privacy == "public"
    )
    assert list(facts["licence_category"].choices or {}) == [
        "general", "concession", "qualification", "technical_approval", "registration", "other",
    ]  # fmt: skip


# ---- acceptance and the time for the decision --------------------------------------------------------------------


def test_deemed_acceptance_counts_from_the_day_of_receipt():
    received = "2026-04-30"
    told_by = CN.deadline("D30", date(received))
    assert told_by.due == date("2026-05-11")  # 1–5 May off, Saturday 9 May worked
    assert {c.clause for c in told_by.because} == {"CN-LIC-32.1.4", "CN-LIC-82"}
    assert "自收到申请材料之日起即为受理" in CN.deadlines["D30"].breach
    # The decision is due 20 working days after receipt, not after the fifth day.
    assert CN.ask("decide_by", {**LICENCE, "opened_on": received}).value == date("2026-06-01")
    deemed = {
        "kind": "licence", "acceptance_outcome": "deemed", "acceptance_receipt_issued": True,
        "acceptance_receipt_sealed": True, "acceptance_receipt_dated": True,
    }  # fmt: skip
    assert CN.gate("G32", {**deemed, "accepted_from_receipt": True}).passed
    assert CN.gate("G32", {**deemed, "accepted_from_receipt": False}).state == "failed"
    assert CN.gate("G32", deemed).unknown == ("accepted_from_receipt",)


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        (ACCEPTED, "2026-03-30"),
        ({"kind": "licence", "opened_on": "2026-03-02"}, "2026-03-30"),
        (EXTENDED, "2026-04-14"),
        ({**EXTENDED, "extension_told": False}, "2026-03-30"),
        ({**EXTENDED, "extension_approved_by": "none"}, "2026-03-30"),
        ({**EXTENDED, "extension_approved_by": "government_head"}, "2026-03-30"),
        ({k: v for k, v in EXTENDED.items() if k != "extension_told"}, "2026-03-30"),
        ({**ACCEPTED, "suspensions": PAUSE}, "2026-04-10"),
        ({**EXTENDED, "suspensions": PAUSE}, "2026-04-24"),
        (JOINT, "2026-05-08"),
        ({**JOINT, "extension_approved_by": "government_head", "extension_told": True}, "2026-05-28"),
        ({**JOINT, "extension_approved_by": "government_head", "extension_told": False}, "2026-05-08"),
        ({**JOINT, "extension_approved_by": "head", "extension_told": True}, "2026-05-08"),
        ({**JOINT, "suspensions": PAUSE}, "2026-05-19"),
        ({**ACCEPTED, "procedure": "change"}, "2026-03-30"),
        ({**ACCEPTED, "procedure": "renewal"}, "2026-03-30"),
    ],
)
def test_the_time_for_the_decision(facts, due):
    answer = CN.ask("decide_by", facts)
    assert answer.value == date(due)
    assert "CN-LIC-82" in {c.clause for c in answer.because}
    assert QS.ask("decide_by", facts).value == date(due)


def test_the_pause_is_explained_day_by_day():
    done = CN.deadline("D31", date("2026-03-02"), facts={"suspensions": PAUSE})
    left_out = [day for day in done.days if "专家评审" in day.why]
    assert [day.date for day in left_out] == [date("2026-03-09") + dt.timedelta(days=n) for n in range(10)]
    assert not any(day.counted for day in left_out)
    assert sum(day.counted for day in done.days) == 20
    # Issuing the certificate, told notices and hearings do not wait for an expert review.
    for code in ("D30", "D34", "D35a", "D35b", "D36"):
        assert CN.deadline(code, date("2026-03-02"), facts={"suspensions": PAUSE}).due == (
            CN.deadline(code, date("2026-03-02")).due
        )


@pytest.mark.parametrize("procedure", ["withdrawal", "annulment", "deregistration"])
def test_acts_without_a_statutory_number_have_none(procedure):
    answer = CN.ask("decide_by", {**ACCEPTED, "procedure": procedure})
    assert (answer.value, answer.unknown) == (None, ())


def test_without_the_day_of_acceptance_there_is_no_date():
    assert CN.ask("decide_by", LICENCE).unknown == ("opened_on",)


def test_before_the_amended_statute_no_licence_rule_is_claimed():
    with pytest.raises(NoRuleInForce):
        CN.deadline("D31", date("2019-04-22"), on=date("2019-04-22"))
    assert CN.gate(
        "G31", {"kind": "licence", "verification_needed": True, "verifiers": 2}, date("2019-04-22")
    ).state == ("unknown")


@pytest.mark.parametrize(
    ("code", "start", "due", "clause"),
    [
        ("D33", "2026-03-02", "2026-03-30", "CN-LIC-43"),
        ("D34", "2026-03-02", "2026-03-16", "CN-LIC-44"),
        ("D34", "2026-09-17", "2026-10-08", "CN-LIC-44"),
        ("D36", "2026-03-02", "2026-03-09", "CN-LIC-55.2"),
    ],
)
def test_other_periods_of_the_agency(code, start, due, clause):
    done = CN.deadline(code, date(start))
    assert (done.due, done.holder, done.limit.unit) == (date(due), "agency", "working_day")
    assert clause in {c.clause for c in done.because}


def test_special_time_has_no_number_of_its_own():
    with pytest.raises(NoRuleInForce, match="D39"):
        CN.deadline("D39", date("2026-03-02"))


# ---- hearing -----------------------------------------------------------------------------------------------------


def test_the_dates_of_a_hearing():
    request = CN.deadline("D35a", date("2026-03-02"))
    assert (request.due, request.holder) == (date("2026-03-09"), "party")
    assert request.confirm  # the statute says working days of the agency's periods only
    assert CN.deadline("D35b", date("2026-03-09")).due == date("2026-04-07")  # 6 April is Qingming
    notice = CN.deadline("D35c", date("2026-10-15"))
    assert (notice.due, notice.direction) == (date("2026-09-30"), "before")
    assert CN.deadline("D35c", date("2026-05-11")).due == date("2026-04-28")


def test_the_right_to_a_hearing():
    affected = CN.ask("hearing_right", {**LICENCE, "others_major_interest": True})
    assert affected.value is True
    assert [c.clause for c in affected.because] == ["CN-LIC-47.1"]
    assert CN.ask("hearing_right", {**LICENCE, "others_major_interest": False}).value is False
    assert CN.ask("hearing_right", LICENCE).unknown == ("others_major_interest",)
    inform = CN.act("licence").step("inform")
    told = {**LICENCE, "others_major_interest": True, "statement_made": False, "hearing_requested": False}
    assert [d.code for d in CN.documents_owed(inform, told)] == ["interested_party_notice", "hearing_right_notice"]


def test_a_hearing_the_statute_orders_is_announced_and_held():
    due = {**LICENCE, "licence_power": True, "licence_rule_published": True, "statutory_hearing": True}
    due |= {"licence_outcome": "granted"}
    assert CN.gate("G37", {**due, "hearing_held": False, "hearing_requested": False}).state == "failed"
    held = {**due, "hearing_held": True, "hearing_requested": False}
    assert CN.gate("G37", {**held, "decision_follows_transcript": True}).passed
    assert CN.gate("G37", {**held, "decision_follows_transcript": False}).state == "failed"
    hearing = CN.act("licence").step("hearing")
    codes = [d.code for d in CN.documents_owed(hearing, {"statutory_hearing": True})]
    assert codes == ["hearing_announcement", "hearing_notice", "hearing_record"]
    codes = [d.code for d in CN.documents_owed(hearing, {"statutory_hearing": False})]
    assert codes == ["hearing_notice", "hearing_record"]


# ---- renewal, withdrawal, annulment, deregistration ----------------------------------------------------------------


def test_silence_renews_the_licence():
    apply = CN.deadline("D37", date("2026-12-31"))
    assert (apply.due, apply.holder, apply.direction) == (date("2026-12-01"), "party", "before")
    assert apply.confirm == ("CN-LIC-50.1",)
    decide = CN.deadline("D37b", date("2026-12-31"))
    assert decide.due == date("2026-12-31")
    assert "视为准予延续" in CN.deadlines["D37b"].breach
    assert CN.deadline("D37b", date("2026-10-03")).safe == date("2026-09-30")  # expiry in the holiday
    act = CN.act("licence", "renewal")
    for code in ("handle", "examine", "review", "decide"):
        assert "deemed_renewed" in ways(act.step(code), {"decided_before_expiry": False})
        assert "deemed_renewed" not in ways(act.step(code), {"decided_before_expiry": True})
    deemed = act.step("deemed_renewed")
    assert CN.step_required(deemed, {"decided_before_expiry": False}) is True
    assert CN.step_required(deemed, {"decided_before_expiry": True}) is False
    assert CN.step_required(deemed) is None
    assert "renewal_decision" in [
        d.code for d in CN.documents_owed(act.step("issue"), {"licence_outcome": "deemed_renewed"})
    ]


def test_withdrawal_needs_a_ground_the_public_interest_and_compensation():
    good = {
        "kind": "licence", "procedure": "withdrawal", "withdrawal_ground": "law_changed", "public_interest_need": True,
        "property_loss": True, "compensation_decided": True,
    }  # fmt: skip
    assert CN.gate("G38b", good).passed
    for change in ({"public_interest_need": False}, {"compensation_decided": False}):
        failed = CN.gate("G38b", {**good, **change})
        assert failed.state == "failed"
        assert "CN-LIC-8.2" in {c.clause for c in failed.because}
    act = CN.act("licence", "withdrawal")
    assert ways(act.step("serve"), {"property_loss": True}) == {"compensate"}
    assert ways(act.step("serve"), {"property_loss": False}) == {"disclose"}
    assert CN.step_required(act.step("compensate"), {"property_loss": True}) is True


@pytest.mark.parametrize(
    ("ground", "harms", "outcome", "state"),
    [
        ("improper_means", False, "annulled", "passed"),
        ("improper_means", False, "kept", "failed"),
        ("improper_means", True, "annulled", "failed"),
        ("improper_means", True, "kept", "passed"),
        ("ultra_vires", False, "annulled", "passed"),
        ("ultra_vires", False, "kept", "passed"),
        ("ultra_vires", True, "annulled", "failed"),
    ],
)
def test_what_must_may_and_must_not_be_annulled(ground, harms, outcome, state):
    facts = {
        "kind": "licence", "procedure": "annulment", "annulment_ground": ground, "annulment_harms_public": harms,
        "licence_outcome": outcome, "lawful_interests_harmed": False,
    }  # fmt: skip
    assert CN.gate("G38b", facts).state == state


def test_damages_are_owed_unless_the_licence_was_got_by_deceit():
    serve = CN.act("licence", "annulment").step("serve")
    harmed = {"licence_outcome": "annulled", "lawful_interests_harmed": True}
    assert ways(serve, {**harmed, "annulment_ground": "abuse"}) == {"compensate"}
    assert ways(serve, {**harmed, "annulment_ground": "improper_means"}) == set()


def test_the_ban_on_applying_again():
    safety = {"safety_item": True}
    year = CN.deadline("D38", date("2026-03-02"), facts={**safety, "reapply_ban_ground": "false_application"})
    three = CN.deadline("D38", date("2026-03-02"), facts={**safety, "reapply_ban_ground": "improper_means"})
    assert (year.due, year.opens) == (date("2027-03-02"), date("2027-03-03"))
    assert (three.due, three.opens) == (date("2029-03-02"), date("2029-03-03"))
    assert year.confirm == ("CN-LIC-78",)
    # Other matters carry no ban.
    with pytest.raises(NoRuleInForce):
        CN.deadline("D38", date("2026-03-02"), facts={"safety_item": False, "reapply_ban_ground": "improper_means"})


def test_the_grounds_of_deregistration_are_the_six_of_the_statute():
    grounds = CN.facts["deregistration_ground"].choices or {}
    assert len(grounds) == 6
    propose = CN.act("licence", "deregistration").step("propose")
    assert {f"CN-LIC-70.1.{n}" for n in range(1, 7)} <= {c.clause for c in propose.because}
    for ground in grounds:
        facts = {"kind": "licence", "procedure": "deregistration", "deregistration_ground": ground}
        assert CN.gate("G38b", facts).passed


# ---- gates, unknown facts, children --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", GATES)
def test_nothing_known_opens_no_licence_gate(code):
    verdict = CN.gate(code, {"kind": "licence"})
    assert verdict.state == "unknown"
    assert verdict.unknown
    assert verdict.mend
    assert CN.gate(code, {"kind": "penalty", "procedure": "ordinary"}).passed  # it is about licences only


@pytest.mark.parametrize(("verifiers", "state"), [(0, "failed"), (1, "failed"), (2, "passed"), (3, "passed")])
def test_verification_takes_two(verifiers, state):
    facts = {"kind": "licence", "verification_needed": True, "verifiers": verifiers, "technical_test": False}
    assert CN.gate("G31", facts).state == state
    assert "G31" in CN.act("licence").step("verify").gates


@pytest.mark.parametrize(("notices", "state"), [(0, "passed"), (1, "passed"), (2, "failed")])
def test_materials_are_asked_for_once(notices, state):
    facts = {
        "kind": "licence", "supplement_notices": notices, "supplement_complete": True,
        "unrelated_materials_asked": False,
    }  # fmt: skip
    assert CN.gate("G33", facts).state == state


@pytest.mark.parametrize("child", ["cn-henan-xinyang-qingshan"])
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_township_sees_the_same_acts(child, procedure):
    pack = packs.load(child)
    national, local = CN.act("licence", procedure), pack.act("licence", procedure)
    assert local.codes == national.codes
    for step in national.steps:
        same = local.step(step.code)
        assert same.next == step.next
        assert set(step.gates) <= set(same.gates)
        assert set(step.document_codes) <= set(same.document_codes)
    assert set(DEADLINES) <= set(pack.deadlines)
    assert set(GATES) <= set(pack.gate_codes)


def test_publication_and_remedies_of_a_licence():
    assert QS.ask("publish_by", {"kind": "licence", "decided_on": "2026-09-18"}).value == date("2026-09-29")
    remedies = CN.ask("remedies", LICENCE)
    assert remedies.value == ["reconsideration", "litigation"]
    assert {"CN-LIC-7", "CN-LIC-38.2", "CN-REC-20.1", "CN-LIT-46.1"} <= {c.clause for c in remedies.because}


# ---- the words of the statute --------------------------------------------------------------------------------------

TABLE = PACK / "clauses" / "licence.tsv"
SPOTS = {
    "CN-LIC-32.1.4": "申请材料不齐全或者不符合法定形式的，应当当场或者在五日内一次告知申请人需要补正的全部内容，"
    "逾期不告知的，自收到申请材料之日起即为受理；",
    "CN-LIC-34.3": "根据法定条件和程序，需要对申请材料的实质内容进行核实的，行政机关应当指派两名以上工作人员进行核查。",
    "CN-LIC-45": "行政机关作出行政许可决定，依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，"
    "所需时间不计算在本节规定的期限内。行政机关应当将所需时间书面告知申请人。",
    "CN-LIC-48.2": "行政机关应当根据听证笔录，作出行政许可决定。",
    "CN-LIC-50.2": "行政机关应当根据被许可人的申请，在该行政许可有效期届满前作出是否准予延续的决定；"
    "逾期未作决定的，视为准予延续。",
    "CN-LIC-69.3": "依照前两款的规定撤销行政许可，可能对公共利益造成重大损害的，不予撤销。",
    "CN-LIC-82": "本法规定的行政机关实施行政许可的期限以工作日计算，不含法定节假日。",
}


def table():
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def quoted(path: Path):
    return set(re.findall(r"CN-LIC-[0-9]+(?:\.[0-9]+)*", path.read_text(encoding="utf-8")))


def test_the_statute_is_quoted_in_its_own_words():
    rows = table()
    assert {code: rows[code]["text"] for code in SPOTS} == SPOTS
    assert {row["source"] for row in rows.values()} == {"xzxk-2019"}
    assert rows["CN-LIC-32.1.4"]["title"] == "第三十二条第一款第四项"
    assert rows["CN-LIC-70.1.6"]["title"] == "第七十条第六项"
    assert not any(row["confirm"] for row in rows.values())


@pytest.mark.parametrize("file", ["acts", "deadlines", "gates", "examples"])
def test_every_clause_cited_stands_in_the_table(file):
    cited = quoted(PACK / file / "licence.yaml")
    assert cited
    assert cited <= set(table())
    assert quoted(PACK / "pack.yaml") <= set(table())


def test_every_rule_of_the_licence_has_an_example():
    told = (PACK / "examples" / "licence.yaml").read_text(encoding="utf-8")
    for code in GATES:
        for state in ("passed", "failed", "unknown"):
            assert re.search(rf"gate: {code}, .*expect: {state}", told), (code, state)
        cited = {c.clause for need in CN.merged.gates[code].needs for c in need.because}
        assert cited & quoted(PACK / "examples" / "licence.yaml") or code == "G38b"
    for code in DEADLINES:
        assert code == "D39" or re.search(rf"deadline: {code}, ", told), code
