"""What the packs answer, clause by clause."""

import datetime as dt

import pytest

from yangguang.policy import examples, packs
from yangguang.policy.errors import UnknownFact, UnknownPack, UnknownQuestion, WrongFactType

NAMES = packs.names()
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
SY = packs.load("cn-neimenggu-xilingol-suniteyouqi")
DH = packs.load("cn-yunnan-dehong-zjj")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
NO_TRIGGER = dict.fromkeys(
    ("major_public_interest", "social_risk", "major_rights", "hearing_held", "complex", "catalogue_hit"), False
)


def value(pack, question, **facts):
    return pack.ask(question, facts).value


def clauses(answer):
    return {c.clause for c in answer.because}


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_each_pack_hold(name):
    pack = packs.load(name)
    assert pack.examples()
    assert [fault for example in pack.examples() for fault in examples.faults(pack, example)] == []


@pytest.mark.clause("QS-3.1.3a", "QS-3.1.3c")
def test_publication_limits():
    penalty = QS.ask("publish_by", {"kind": "penalty", "decided_on": "2026-09-18"})
    assert penalty.value == dt.date(2026, 9, 29)
    assert penalty.because[0].clause == "QS-3.1.3c"
    assert {c.clause for lost in penalty.outvoted for c in lost.because} >= {"QS-3.1.3a"}
    assert not penalty.default
    assert not penalty.confirm
    assert value(QS, "publish_by", kind="licence", decided_on="2026-09-18") == dt.date(2026, 9, 29)
    assert value(QS, "publish_by", kind="inspection", decided_on="2026-09-17") == dt.date(2026, 10, 21)


def test_an_absent_kind_that_decides_gives_no_date():
    answer = QS.ask("publish_by", {"decided_on": "2026-09-18"})
    assert (answer.value, answer.unknown) == (None, ("kind",))
    assert "不能得出结论" in answer.explain


@pytest.mark.clause("QS-3.1.4b")
def test_take_down_three_days_for_penalties_twenty_for_others():
    penalty = QS.ask("take_down_by", {"kind": "penalty", "revoked_on": "2026-09-18"})
    assert penalty.value == dt.date(2026, 9, 22)
    assert clauses(penalty) == {"CN-PEN-48.2", "CN-PEN-85"}
    assert ("QS-3.1.4b", dt.date(2026, 10, 22)) in {
        (c.clause, lost.value) for lost in penalty.outvoted for c in lost.because
    }
    licence = QS.ask("take_down_by", {"kind": "licence", "revoked_on": "2026-09-17"})
    assert licence.value == dt.date(2026, 10, 21)
    assert "QS-3.1.4b" in clauses(licence)


@pytest.mark.clause("QS-3.1.4a", "QS-3.1.4c", "DH-2.1.2c")
def test_update_and_correction():
    assert value(QS, "update_by", changed_on="2026-09-17") == dt.date(2026, 10, 21)
    assert "QS-3.1.4a" in clauses(QS.ask("update_by", {"changed_on": "2026-09-17"}))
    assert value(QS, "correct_by", found_on="2026-09-17") == dt.date(2026, 10, 21)
    assert "QS-3.1.4c" in clauses(QS.ask("correct_by", {"found_on": "2026-09-17"}))
    assert value(DH, "update_by", changed_on="2026-09-17") == dt.date(2026, 9, 17)


def test_annual_report_is_due_by_the_end_of_january():
    assert value(QS, "annual_report_by", year=2025) == dt.date(2026, 1, 31)
    assert QS.ask("annual_report_by").unknown == ("year",)


def test_an_unset_value_falls_to_the_parent_and_says_so():
    answer = SY.ask("publish_by", {"kind": "penalty", "decided_on": "2026-09-18"})
    assert answer.value == dt.date(2026, 9, 29)
    assert answer.default
    assert "本方案未作规定" in answer.explain


@pytest.mark.clause("QS-3.2.2e")
@pytest.mark.parametrize("event", ["seizure", "sealing", "demolition"])
def test_seizure_and_demolition_are_recorded_whole_even_if_text_suffices(event):
    answer = QS.ask("recording", {"event": event, "text_suffices": True})
    assert (answer.value, answer.unknown) == ("whole", ())
    assert "QS-3.2.2e" in clauses(answer)


@pytest.mark.clause("QS-3.2.2f", "QS-3.2.2d")
@pytest.mark.parametrize(
    "event",
    ["onsite_check", "random_check", "investigation", "evidence_preservation", "hearing", "service_by_leaving",
     "service_by_announcement"],
)  # fmt: skip
def test_dispute_prone_events_are_recorded_according_to_circumstances(event):
    assert value(QS, "recording", event=event, touches=[]) == "circumstances"
    assert value(QS, "recording", event=event, touches=[], text_suffices=True) == "none"
    assert value(QS, "recording", event=event, touches=["property"], text_suffices=True) == "whole"


@pytest.mark.clause("QS-3.2.2d")
def test_what_could_make_the_recording_stricter_is_named():
    answer = QS.ask("recording", {"event": "investigation"})
    assert (answer.value, answer.unknown) == ("circumstances", ("touches",))
    assert "还可能更严" in answer.explain


def test_without_the_event_nothing_is_certain_about_recording():
    answer = QS.ask("recording", {"kind": "penalty"})
    assert answer.value is None
    assert "event" in answer.unknown
    assert value(QS, "recording", touches=["liberty"]) == "whole"


def test_the_time_bar():
    assert value(QS, "limitation", violation_ended_on="2026-03-15", touches=[]) == dt.date(2028, 3, 15)
    assert value(QS, "limitation", violation_ended_on="2026-03-15", touches=["health"]) == dt.date(2031, 3, 15)
    answer = QS.ask("limitation", {"violation_ended_on": "2026-03-15", "touches": ["property"]})
    assert (answer.value, answer.unknown) == (None, ("life_health_finance_harm",))


def test_a_fine_collected_on_the_spot():
    assert value(QS, "on_site_collection_allowed", procedure="summary", fine_fen=10_000) is True
    facts = {"procedure": "summary", "fine_fen": 10_001, "hard_to_collect_later": False, "remote_area": False}
    assert value(QS, "on_site_collection_allowed", **facts) is False
    assert value(QS, "on_site_collection_allowed", procedure="ordinary", fine_fen=5_000) is None


@pytest.mark.clause("QD-3.2.2b", "DH-2.2.3b", "DH-2.2.3c", "WC-2.2.3a")
@pytest.mark.parametrize(
    ("event", "qd", "sy", "dh", "wc"),
    [
        ("onsite_check", "whole", "circumstances", "must", "must"),
        ("hearing", "whole", "circumstances", "must", "must"),
        ("compulsory", "whole", "none", "none", "must"),
        ("sealing", "whole", "whole", "whole", "whole"),
        ("service", "whole", "none", "must", "must"),
        ("service_by_announcement", "whole", "circumstances", "must", "must"),
    ],
)
def test_the_plans_differ_in_recording(event, qd, sy, dh, wc):
    found = [value(pack, "recording", event=event, touches=[]) for pack in (QD, SY, DH, WC)]
    assert found == [qd, sy, dh, wc]


@pytest.mark.clause("QS-3.3.2d")
def test_every_ordinary_penalty_is_reviewed():
    answer = QS.ask("review_required", {"kind": "penalty", "procedure": "ordinary", **NO_TRIGGER})
    assert answer.value is True
    assert clauses(answer) == {"QS-3.3.2d"}


@pytest.mark.clause("QS-3.3.2a", "QS-3.3.2a2", "QS-3.3.2b", "QS-3.3.2b2", "QS-3.3.2c")
@pytest.mark.parametrize(
    ("trigger", "clause"),
    [
        ("major_public_interest", "QS-3.3.2a"),
        ("social_risk", "QS-3.3.2a2"),
        ("major_rights", "QS-3.3.2b"),
        ("hearing_held", "QS-3.3.2b2"),
        ("complex", "QS-3.3.2c"),
    ],
)
def test_each_trigger_alone_makes_review_due(trigger, clause):
    answer = QS.ask("review_required", {"kind": "licence", **NO_TRIGGER, trigger: True})
    assert answer.value is True
    assert clause in clauses(answer)


def test_no_review_only_when_every_trigger_is_denied():
    assert value(QS, "review_required", kind="licence", **NO_TRIGGER) is False
    for left_out in NO_TRIGGER:
        facts = {name: no for name, no in NO_TRIGGER.items() if name != left_out}
        answer = QS.ask("review_required", {"kind": "licence", **facts})
        assert (answer.value, answer.unknown) == (None, (left_out,))


def test_the_checklist_falls_to_the_national_ten_points():
    answer = QS.ask("review_checklist")
    assert len(answer.value) == 10
    assert len(QS.checklist) == 12
    assert set(answer.value) < set(QS.checklist)
    assert answer.default
    assert all(item["origin"] == "default" for item in answer.details)
    assert "本方案未作规定" in answer.explain


def test_the_health_commission_checks_all_twelve_points_in_its_own_words():
    answer = WC.ask("review_checklist")
    assert len(answer.value) == 12
    words = {item["key"]: item["text"] for item in answer.details if item["origin"] == "plan"}
    assert words["crime_transfer"] == "违法行为是否涉嫌犯罪需要移送司法机关"
    assert len(words) == 12


def test_a_shorter_list_keeps_the_national_rest():
    own = {item["key"] for item in DH.ask("review_checklist").details if item["origin"] == "plan"}
    assert own == {"subject", "authority", "procedure", "facts", "discretion", "law"}
    assert {"evidence", "documents"} <= set(DH.ask("review_checklist").value)


@pytest.mark.clause("QS-3.3.1b")
def test_who_may_review():
    fit = {"kind": "penalty", "is_handler": False, "is_counsel": False, "legal_background": True}
    qualified = {**fit, "has_legal_qualification": True}
    assert value(QS, "reviewer_ok", **qualified) is True
    assert value(QS, "reviewer_ok", **{**qualified, "is_handler": True}) is False
    assert value(QS, "reviewer_ok", **{**qualified, "legal_background": False}) is False
    assert value(QS, "reviewer_ok", **{**qualified, "is_counsel": True}) is False
    unqualified = {**fit, "has_legal_qualification": False}
    assert value(QS, "reviewer_ok", **unqualified, reviewing_since="2023-06-01") is False
    assert value(QS, "reviewer_ok", **unqualified, reviewing_since="2017-12-31") is True
    assert QS.ask("reviewer_ok", unqualified).unknown == ("reviewing_since",)


@pytest.mark.clause("QD-3.3.1b", "DH-2.3.1b", "QD-3.3.1e")
def test_qualification_and_counsel_differ():
    facts = {"kind": "licence", "is_handler": False, "has_legal_qualification": False, "legal_background": True}
    assert value(QD, "reviewer_ok", **facts, is_counsel=False) is False
    assert value(DH, "reviewer_ok", **facts, is_counsel=True) is True


@pytest.mark.parametrize(
    ("party", "fen", "allowed"),
    [("natural", 20_000, True), ("natural", 20_001, False), ("legal", 300_000, True), ("legal", 300_001, False),
     ("self_employed", 20_000, True)],
)  # fmt: skip
def test_summary_procedure_limits(party, fen, allowed):
    facts = {"kind": "penalty", "party_kind": party, "penalties": ["fine"], "fine_fen": fen}
    assert value(QS, "summary_allowed", **facts) is allowed
    assert value(QS, "summary_allowed", kind="penalty", party_kind=party, fine_fen=fen) is allowed


def test_the_limits_before_the_revision_of_2021():
    facts = {"kind": "penalty", "party_kind": "natural", "penalties": ["fine"], "fine_fen": 5_000}
    cn = packs.load("cn")
    assert cn.ask("summary_allowed", facts, on=dt.date(2021, 7, 14)).value is True
    assert cn.ask("summary_allowed", {**facts, "fine_fen": 20_000}, on=dt.date(2021, 7, 14)).value is False
    assert cn.ask("summary_allowed", {**facts, "fine_fen": 20_000}, on=dt.date(2021, 7, 15)).value is True


def test_only_a_fine_or_a_warning_can_be_summary():
    facts = {"kind": "penalty", "party_kind": "natural", "fine_fen": 10_000}
    assert value(QS, "summary_allowed", **facts, penalties=["fine", "confiscation"]) is False
    assert value(QS, "summary_allowed", kind="penalty", penalties=["warning"]) is True
    assert QS.ask("summary_allowed", {"kind": "penalty", "penalties": ["fine"]}).value is None


def test_hearing_right():
    facts = {"kind": "penalty", "party_kind": "natural"}
    assert value(QS, "hearing_right", **facts, penalties=["suspend_business"]) is True
    assert value(QS, "hearing_right", **facts, penalties=["fine"], fine_fen=999_999) is False
    large = QS.ask("hearing_right", {**facts, "penalties": ["fine"], "fine_fen": 1_000_000})
    assert large.value is True
    assert large.confirm  # the amount is local: somebody has to confirm it
    assert QS.ask("hearing_right", {"kind": "penalty", "penalties": ["fine"]}).value is None


@pytest.mark.clause("QS-3.1.2b", "QS-3.1.2c")
def test_identity():
    assert value(QS, "identity_rule", kind="penalty") == "wear_and_show"
    assert value(SY, "identity_rule", kind="licence") == "wear_or_show"
    assert value(SY, "identity_rule", kind="penalty") == "show"


def test_channels_of_the_township():
    assert value(QS, "channels") == ["政府门户网站", "政务新媒体", "办事大厅公示栏", "服务窗口", "执法信息公示平台"]


def test_guide_fields():
    assert len(value(QS, "guide_fields")) == 6
    assert len(value(WC, "guide_fields")) == 14


def test_uses_of_records():
    assert len(value(QS, "record_uses")) == 7  # the six of QS-3.2.3c, and the officer's defence of QS-3.2.3d
    assert "健全社会信用体系" not in value(WC, "record_uses")


@pytest.mark.clause("QS-2.2", "DH-2.1.4a")
def test_scope_form_and_rhythm():
    assert value(SY, "assessment_period") == "P6M"
    assert value(QS, "assessment_period") is None
    assert value(QS, "covers", kind="requisition") is True
    assert value(QS, "covers", kind="charge") is False
    assert value(WC, "covers", kind="levy") is False
    assert value(DH, "publish_form", kind="penalty") == "full_text"
    assert value(QS, "publish_form") == "summary"
    assert len(value(WC, "filings")) == 6
    assert value(QS, "filings") == []


def test_lists_the_township_must_keep():
    assert set(value(QS, "lists_required")) == {"list_powers", "list_random_inspection", "list_av"}


def test_on_the_spot_penalties_go_to_reconsideration_first():
    assert value(QS, "remedies", kind="penalty", procedure="summary")[0] == "reconsideration_first"
    assert value(QS, "remedies", kind="penalty", procedure="ordinary") == ["reconsideration", "litigation"]


def test_the_question_deadline():
    answer = QS.ask("deadline", {"rule": "D07", "start": "2026-09-18"})
    assert answer.value == dt.date(2026, 9, 29)
    assert answer.days
    assert QS.ask("deadline", {"rule": "D01", "start": "2026-09-18"}).value is None


def test_wrong_names_and_types_name_the_accepted_ones():
    with pytest.raises(UnknownPack, match="cn-henan-xinyang-qingshan"):
        packs.load("cn-nowhere")
    with pytest.raises(UnknownPack):
        packs.load("../packs/cn")
    with pytest.raises(UnknownQuestion, match="publish_by"):
        QS.ask("publish_until")
    with pytest.raises(UnknownFact, match="这个问题用到的事实：kind、decided_on"):
        QS.ask("publish_by", {"decided": "2026-09-18"})
    for wrong in ({"kind": "处罚"}, {"decided_on": "2026-02-30"}, {"decided_on": "18/9/2026"}, {"kind": True}):
        with pytest.raises(WrongFactType, match="可接受的写法"):
            QS.ask("publish_by", wrong)
    for wrong in ({"fine_fen": 1.5}, {"fine_fen": "200"}, {"fine_fen": True}, {"fine_fen": -1}):
        with pytest.raises(WrongFactType, match="分"):
            QS.ask("summary_allowed", wrong)
    with pytest.raises(WrongFactType, match="不可手填"):
        QS.gate("G9", {"review_required": False})


def test_the_answer_as_json_carries_the_promised_keys():
    shown = QS.ask("publish_by", {"kind": "penalty", "decided_on": "2026-09-18"}).as_json()
    assert {"question", "pack", "value", "because", "outvoted", "unknown", "explain", "days"} <= set(shown)
    assert shown["value"] == "2026-09-29"
    assert set(shown["because"][0]) >= {"clause", "text", "source"}


def test_the_version_follows_the_content_of_the_pack_and_its_parents():
    assert len(QS.version) == 12
    assert len({packs.load(name).version for name in NAMES}) == len(NAMES)


def test_every_clause_quoted_by_a_rule_can_be_shown():
    for name in NAMES:
        pack = packs.load(name)
        for rules in pack.merged.questions.values():
            for rule in rules:
                assert rule.because
                for citation in rule.because:
                    assert pack.clause(citation.clause).text


def test_an_answer_that_nothing_held_cites_what_was_looked_at():
    no = QS.ask(
        "summary_allowed", {"kind": "penalty", "party_kind": "natural", "penalties": ["fine"], "fine_fen": 20_001}
    )
    assert (no.value, clauses(no)) == (False, {"CN-PEN-51"})
    assert "QS-3.3.2c" in clauses(QS.ask("review_required", {"kind": "licence", **NO_TRIGGER}))


def test_a_day_before_every_rule_gives_no_answer():
    answer = QS.ask("review_required", {"kind": "licence", **NO_TRIGGER}, on=dt.date(2015, 1, 5))
    assert answer.value is None
    assert "2015-01-05" in answer.explain
    assert QS.ask("publish_by", {"kind": "penalty", "decided_on": "2015-01-05"}).value is None


@pytest.mark.parametrize("given", ["2026-W01-1", "2026-9-18", "20260918", "0001-01-01", "9999-12-31"])
def test_a_day_is_written_in_one_way(given):
    with pytest.raises(WrongFactType, match="YYYY-MM-DD"):
        QS.ask("publish_by", {"kind": "penalty", "decided_on": given})


def test_a_moment_has_its_hour():
    """A day alone is no moment: taken as midnight it would shorten every period of hours."""
    spec = QS.facts["implemented_at"]
    for given in (
        "2026-09-18",
        dt.date(2026, 9, 18),
        "2026-09-18T25:00",
        "0001-01-01T00:00+08:00",
        "9999-12-31T23:59-12:00",
    ):
        with pytest.raises(WrongFactType, match="YYYY-MM-DDTHH:MM"):
            spec.read(given)
    assert spec.read("2026-09-18T09:30").isoformat() == "2026-09-18T09:30:00"
    assert spec.read("2026-09-18T09:30:00+08:00").hour == 9


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_a_start_no_case_can_have_is_refused_and_not_counted(day):
    moment = dt.datetime.combine(day, dt.time(12), dt.timezone(dt.timedelta(hours=-14 if day.year > 1 else 14)))
    for start in (day, moment):
        with pytest.raises(WrongFactType, match="1900 至 2200"):
            QS.deadline("D07", start)
