"""The working-day calendar: every day of every entered year, against an independent library."""

import datetime as dt

import chinese_calendar
import pytest

from yangguang.policy import packs
from yangguang.policy.errors import CalendarYearMissing
from yangguang.policy.workdays import add_months

CN = packs.load("cn").calendar
DAYS = [dt.date(2024, 1, 1) + dt.timedelta(days=n) for n in range(366 + 365 + 365)]


def test_every_day_agrees_with_an_independent_source():
    differing = [day for day in DAYS if CN.is_working(day) != chinese_calendar.is_workday(day)]
    assert differing == []


@pytest.mark.parametrize(("year", "total"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_in_a_year(year, total):
    assert sum(CN.is_working(day) for day in DAYS if day.year == year) == total


def test_each_day_says_why():
    assert "国庆节调休上班" in CN.day(dt.date(2026, 9, 20)).why
    assert "国办发明电〔2025〕7号" in CN.day(dt.date(2026, 9, 20)).why
    assert "中秋节放假" in CN.day(dt.date(2026, 9, 25)).why
    assert CN.day(dt.date(2026, 9, 19)).why == "星期六，休息日"


def test_a_year_without_a_notice_raises():
    with pytest.raises(CalendarYearMissing, match=r"2027.*packs/cn/calendar/2027\.yaml.*暂定"):
        CN.is_working(dt.date(2027, 3, 1))


def test_a_provisional_answer_is_marked():
    day = CN.day(dt.date(2027, 2, 8), provisional=True)
    assert (day.working, day.provisional) == (False, True)
    assert "暂定" in day.why
    assert CN.day(dt.date(2031, 10, 1), provisional=True).working is False


def test_entered_years():
    assert CN.covered == (2024, 2025, 2026)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [("2026-08-31", 6, "2027-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-03-15", 24, "2028-03-15")],
)
def test_months_end_on_the_same_number_or_the_last_day(start, months, due):
    assert add_months(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(due)
