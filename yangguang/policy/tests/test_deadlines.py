"""Deadlines D01–D23: unit, start day, roll, and the day-by-day proof."""

import datetime as dt
import shutil

import pytest

from yangguang.policy import files, packs
from yangguang.policy.errors import CalendarYearMissing, NoRuleInForce, PackError, UnknownRule
from yangguang.policy.questions import QUESTIONS
from yangguang.policy.workdays import CHINA

CN = packs.load("cn")
QS = packs.load("cn-henan-xinyang-qingshan")


def date(text):
    return dt.date.fromisoformat(text)


@pytest.mark.clause("QS-3.1.3a", "QS-3.1.3c")
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-18", 7, "2026-09-29"),
        ("2026-02-13", 7, "2026-03-02"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-24", 7, "2026-10-12"),
        ("2026-09-17", 20, "2026-10-21"),
        ("2026-05-08", 3, "2026-05-12"),
    ],
)
def test_working_days(start, days, due):
    rule = {7: "D07", 20: "D08", 5: "D03", 3: "D09"}[days]
    done = QS.deadline(rule, date(start))
    assert done.due == date(due)
    assert sum(day.counted for day in done.days) == days
    assert done.days[0].date == date(start)
    assert not done.days[0].counted
    assert [d.date for d in done.days] == [
        date(start) + dt.timedelta(days=n) for n in range((date(due) - date(start)).days + 1)
    ]


def test_the_decision_limit_is_ninety_calendar_days_and_never_rolls():
    done = CN.deadline("D05", date("2026-07-03"))
    assert done.due == date("2026-10-01")
    assert done.safe == date("2026-09-30")
    assert "2026-09-30" in done.explain


def test_suspensions_are_left_out_of_the_decision_limit_only():
    pause = [{"from": "2026-08-01", "to": "2026-08-10", "reason": "委托鉴定"}]
    done = CN.deadline("D05", date("2026-07-03"), facts={"suspensions": pause})
    assert done.due == date("2026-10-11")
    assert any("委托鉴定" in day.why for day in done.days)
    assert CN.deadline("D07", date("2026-07-31"), facts={"suspensions": pause}).due == date("2026-08-11")


def test_the_party_s_period_rolls_over_the_holiday():
    done = CN.deadline("D11", date("2026-09-18"))
    assert done.due == date("2026-10-08")
    assert "顺延" in done.days[-1].why
    assert {c.clause for c in done.because} == {"CN-PEN-67.3", "CN-CIV-85.3"}


def test_a_hearing_needs_notice_seven_working_days_before():
    done = CN.deadline("D04", date("2026-10-15"))
    assert (done.due, done.direction) == (date("2026-09-30"), "before")


@pytest.mark.clause("QS-3.1.4b")
def test_the_statute_beats_the_plan_and_both_are_shown():
    done = QS.deadline("D09", date("2026-09-18"))
    assert done.due == date("2026-09-22")
    assert [c.clause for c in done.because] == ["CN-PEN-48.2", "CN-PEN-85"]
    assert [(c.clause, o.value) for o in done.outvoted for c in o.because] == [("QS-3.1.4b", date("2026-10-22"))]
    assert "QS-3.1.4b" in done.explain


def test_court_application_opens_after_ten_working_days():
    done = CN.deadline("D18", date("2026-09-18"))
    assert (done.due, done.opens) == (date("2026-10-09"), date("2026-10-10"))


def test_transfer_within_twenty_four_hours():
    done = CN.deadline("D20", dt.datetime(2026, 9, 18, 15, 30, tzinfo=CHINA))
    assert done.at == dt.datetime(2026, 9, 19, 15, 30, tzinfo=CHINA)
    assert done.as_json()["value"] == "2026-09-19T15:30:00+08:00"
    stored = CN.deadline("D20", dt.datetime(2026, 9, 18, 7, 30, tzinfo=dt.UTC))  # as a row gives it back
    assert stored == done and "自2026-09-18 15:30起24小时" in stored.days[0].why


def test_a_moment_counts_as_its_chinese_day():
    late = dt.datetime(2026, 9, 17, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 18th in China
    assert CN.deadline("D07", late).due == date("2026-09-29")
    assert QS.ask("publish_by", {"kind": "penalty", "decided_on": late}).value == date("2026-09-29")


def test_months_of_the_party_roll():
    assert CN.deadline("D15", date("2026-03-20")).due == date("2026-09-20")  # a Sunday that is worked
    assert CN.deadline("D15", date("2026-04-02")).due == date("2026-10-08")
    assert CN.deadline("D17", date("2026-07-03")).due == date("2026-10-03")


def test_limitation_takes_the_strict_reading_while_harm_is_unknown():
    done = CN.deadline("D23", date("2026-03-15"))
    assert done.due == date("2028-03-15")
    assert done.unknown == ("life_health_finance_harm",)
    assert CN.deadline("D23", date("2026-03-15"), facts={"life_health_finance_harm": True}).due == date("2031-03-15")


def test_rules_are_those_in_force_on_the_day():
    assert CN.deadline("D03", date("2026-07-06")).due == date("2026-07-13")
    with pytest.raises(CalendarYearMissing):
        CN.deadline("D03", date("2021-07-14"))
    assert CN.deadline("D03", date("2021-07-14"), provisional=True).due == date("2021-07-19")


def test_a_period_without_a_number_is_refused_with_the_mend():
    with pytest.raises(NoRuleInForce, match=r"D01.*deadlines\.yaml"):
        CN.deadline("D01", date("2026-01-05"))


def test_a_period_that_runs_into_a_year_without_notice():
    with pytest.raises(CalendarYearMissing, match="2027"):
        CN.deadline("D08", date("2026-12-25"))
    done = CN.deadline("D08", date("2026-12-25"), provisional=True)
    assert done.provisional
    assert "暂定" in done.explain


def test_an_unknown_rule_names_the_rules():
    with pytest.raises(UnknownRule, match=r"D99.*D07"):
        CN.deadline("D99", date("2026-01-05"))


def test_every_rule_of_the_table_is_there_and_cited():
    assert {f"D{n:02}" for n in range(1, 24)} <= set(CN.deadlines)
    for rule in CN.deadlines.values():
        assert all(line.because for line in rule.lines)


def test_surcharge_is_capped_and_paused():
    facts = {"fine_fen": 100_000, "served_on": "2026-03-02"}
    assert CN.ask("surcharge", {**facts, "paid_on": "2026-03-17"}).value == 0
    assert CN.ask("surcharge", {**facts, "paid_on": "2026-03-18"}).value == 3_000
    assert CN.ask("surcharge", {**facts, "paid_on": "2026-09-18"}).value == 100_000
    pause = [{"from": "2026-03-18", "to": "2026-03-30", "reason": "行政复议"}]
    assert CN.ask("surcharge", {**facts, "paid_on": "2026-03-31", "suspensions": pause}).value == 3_000


@pytest.mark.parametrize(
    ("line", "owed"), [("clock: D11, value: 3", 3_000), ("clock: D11, value: 5", 5_000), ("", 3_000)]
)
def test_the_rate_of_the_surcharge_stands_in_the_pack(tmp_path, line, owed):
    """An edition from before the line said its rate means the three percent of the law."""
    shutil.copytree(files.ROOT / "cn", tmp_path / "cn")
    file = tmp_path / "cn" / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    said = "{clock: D11, value: 3, because: [CN-PEN-72.1.1"
    assert said in text
    file.write_text(
        text.replace(said, "{" + (f"{line}, " if line else "") + "because: [CN-PEN-72.1.1"), encoding="utf-8"
    )
    facts = {"fine_fen": 100_000, "served_on": "2026-03-02", "paid_on": "2026-03-18"}
    assert packs.load_from(tmp_path, "cn").ask("surcharge", facts).value == owed


@pytest.mark.parametrize("value", ["0", "101", "true", "三", "3.5", "-3"])
def test_a_rate_that_is_none_is_refused(tmp_path, value):
    shutil.copytree(files.ROOT / "cn", tmp_path / "cn")
    file = tmp_path / "cn" / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{clock: D11, value: 3,", "{clock: D11, value: " + value + ","), encoding="utf-8")
    with pytest.raises(PackError, match="百分比"):
        packs.load_from(tmp_path, "cn")


def test_all_clock_questions_name_their_start():
    for question in QUESTIONS.values():
        if question.how == "clock":
            assert CN.ask(question.name, {"kind": "penalty"}).unknown[0] == question.start
