"""This is the working-day calendar of one jurisdiction: State Council notices plus local holidays, day by day.

Pure: no clock. A year without a notice raises, unless a provisional answer is asked for and then marked so.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from yangguang.policy.errors import CalendarYearMissing

WEEK = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
ONE = dt.timedelta(days=1)
CHINA = dt.timezone(dt.timedelta(hours=8))
# 全国年节及纪念日放假办法第二条: the anchors that do not depend on the moon; used only for provisional answers.
FIXED = {(1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}


@dataclass(frozen=True, slots=True)
class Year:
    """This is one year of the calendar: days off and weekend days worked, each with its reason."""

    year: int
    notice: str
    off: Mapping[dt.date, str]
    work: Mapping[dt.date, str]
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """This is what one day is."""

    date: dt.date
    working: bool
    why: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """This is one year made ready for counting: a byte per day (1 = working), from the ordinal of January 1."""

    first: int
    last: int
    days: bytes
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """This is `calendar(jurisdiction)`."""

    jurisdiction: str
    years: Mapping[int, Year]
    root: str
    _tables: dict[tuple[int, bool], Table] = field(default_factory=dict, compare=False, repr=False)

    def day(self, date: dt.date, provisional: bool = False) -> Kind:
        """Say whether a day is a working day and why. **Raises** CalendarYearMissing."""
        year, unsure = self._year(date.year, provisional)
        mark = "（暂定：该年放假通知尚未录入）" if unsure else ""
        working, why = self._kind(date, year, unsure)
        return Kind(date, working, f"{WEEK[date.weekday()]}，{why}{mark}", unsure)

    def _year(self, number: int, provisional: bool) -> tuple[Year | None, bool]:
        year = self.years.get(number)
        unsure = year is None or year.provisional
        if unsure and not provisional:
            raise CalendarYearMissing(number, self.jurisdiction, self.root)
        return year, unsure

    @staticmethod
    def _kind(date: dt.date, year: Year | None, unsure: bool) -> tuple[bool, str]:
        if year and date in year.work:
            return True, f"{year.work[date]}，{year.notice}"
        if year and date in year.off:
            return False, f"{year.off[date]}放假，{year.notice}"
        if unsure and not (year and year.off) and (date.month, date.day) in FIXED:
            return False, f"{FIXED[(date.month, date.day)]}放假"
        return (True, "工作日") if date.weekday() < 5 else (False, "休息日")

    def table(self, number: int, provisional: bool = False) -> Table:
        """Give a year as a row of bytes, for counting without words. **Raises** CalendarYearMissing."""
        known = self._tables.get((number, provisional))
        if known is None:
            year, unsure = self._year(number, provisional)
            first, last = dt.date(number, 1, 1).toordinal(), dt.date(number, 12, 31).toordinal()
            days = bytes(self._kind(dt.date.fromordinal(n), year, unsure)[0] for n in range(first, last + 1))
            known = self._tables[number, provisional] = Table(first, last, days, unsure)
        return known

    def is_working(self, date: dt.date, provisional: bool = False) -> bool:
        table = self.table(date.year, provisional)
        return bool(table.days[date.toordinal() - table.first])

    def last_working(self, date: dt.date, provisional: bool = False) -> dt.date:
        """Give `date` itself if it is a working day, else the last one before it."""
        while not self.is_working(date, provisional):
            date -= ONE
        return date

    def step(self, after: int, until: int, left: int, provisional: bool = False) -> tuple[int, int, bool]:
        """Count `left` working days among the ordinals after `after` up to `until`, year by year.

        **Shape** (ordinal reached, working days still to count, a provisional year was looked at); what is left is 0
        when the last counted day was reached, else the reached day is `until`. **Raises** CalendarYearMissing.
        """
        unsure = False
        while left and after < until:
            table = self.table(dt.date.fromordinal(after + 1).year, provisional)
            unsure |= table.provisional
            stop = min(until, table.last)
            place, end, find = after - table.first, stop - table.first + 1, table.days.find
            while left:
                place = find(1, place + 1, end)
                if place < 0:
                    after = stop
                    break
                after = table.first + place
                left -= 1
        return after, left, unsure

    def step_back(self, before: int, left: int, provisional: bool = False) -> tuple[int, bool]:
        """Count `left` working days back from the ordinal `before`; see `step`."""
        unsure = False
        while left:
            table = self.table(dt.date.fromordinal(before - 1).year, provisional)
            unsure |= table.provisional
            place, find = before - table.first, table.days.rfind
            while left:
                place = find(1, 0, place)
                if place < 0:
                    before = table.first
                    break
                before = table.first + place
                left -= 1
        return before, unsure

    @property
    def covered(self) -> tuple[int, ...]:
        """Name the years whose notice is entered."""
        return tuple(sorted(y for y, data in self.years.items() if not data.provisional))


def day_of(moment: dt.date | dt.datetime) -> dt.date:
    """Give the Chinese calendar day of a moment: late in the evening UTC it is tomorrow already."""
    if isinstance(moment, dt.datetime):
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()
    return moment


def add_months(start: dt.date, count: int) -> dt.date:
    """Give the day `count` months on with the same number, or the last day of that month if it has none."""
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))
