"""This is the working-day calendar of one jurisdiction: State Council notices plus local holidays, day by day.

Pure: no clock. A year without a notice raises, unless a provisional answer is asked for and then marked so.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True)
class WorkCalendar:
    """This is `calendar(jurisdiction)`."""

    jurisdiction: str
    years: Mapping[int, Year]
    root: str
    _seen: dict[tuple[dt.date, bool], Kind] = field(default_factory=dict, compare=False, repr=False)

    def day(self, date: dt.date, provisional: bool = False) -> Kind:
        """Say whether a day is a working day and why. **Raises** CalendarYearMissing."""
        key = (date, provisional)
        if key not in self._seen:
            self._seen[key] = self._day(date, provisional)
        return self._seen[key]

    def _day(self, date: dt.date, provisional: bool) -> Kind:
        year = self.years.get(date.year)
        unsure = year is None or year.provisional
        if unsure and not provisional:
            raise CalendarYearMissing(date.year, self.jurisdiction, self.root)
        mark = "（暂定：该年放假通知尚未录入）" if unsure else ""
        name = WEEK[date.weekday()]
        if year and date in year.work:
            return Kind(date, True, f"{name}，{year.work[date]}，{year.notice}{mark}", unsure)
        if year and date in year.off:
            return Kind(date, False, f"{name}，{year.off[date]}放假，{year.notice}{mark}", unsure)
        if unsure and not (year and year.off) and (date.month, date.day) in FIXED:
            return Kind(date, False, f"{name}，{FIXED[(date.month, date.day)]}放假{mark}", unsure)
        working = date.weekday() < 5
        return Kind(date, working, f"{name}，{'工作日' if working else '休息日'}{mark}", unsure)

    def is_working(self, date: dt.date, provisional: bool = False) -> bool:
        return self.day(date, provisional).working

    def next_working(self, date: dt.date, provisional: bool = False) -> dt.date:
        """Give `date` itself if it is a working day, else the first one after it."""
        while not self.is_working(date, provisional):
            date += ONE
        return date

    def last_working(self, date: dt.date, provisional: bool = False) -> dt.date:
        """Give `date` itself if it is a working day, else the last one before it."""
        while not self.is_working(date, provisional):
            date -= ONE
        return date

    def after(self, start: dt.date, provisional: bool = False) -> Iterator[Kind]:
        """Walk the days after `start` (the start day is never counted)."""
        while True:
            start += ONE
            yield self.day(start, provisional)

    def before(self, start: dt.date, provisional: bool = False) -> Iterator[Kind]:
        """Walk back the days before `start`."""
        while True:
            start -= ONE
            yield self.day(start, provisional)

    def add(self, start: dt.date, working_days: int, provisional: bool = False) -> dt.date:
        """Give the last day of a period of working days that begins the day after `start`."""
        if working_days == 0:
            return start
        left = working_days
        for kind in self.after(start, provisional):
            left -= kind.working
            if left == 0:
                return kind.date
        raise AssertionError("the calendar never ends")

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
