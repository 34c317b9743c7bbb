"""This counts periods: working days, calendar days, months and hours, each explained day by day.

**Clause** 行政处罚法第八十五条, 民事诉讼法第八十五条, 行政强制法第六十九条: the start day is never counted; the
unit belongs to each clause; only the periods that say so roll over a holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy.answers import Citation, Day, Outvoted, plain
from yangguang.policy.schema import Limit
from yangguang.policy.workdays import ONE, WorkCalendar, add_months, day_of

UNITS = {"working_day": "个工作日", "calendar_day": "日（自然日）", "month": "个月", "hour": "小时"}


@dataclass(frozen=True, slots=True)
class Count:
    """This is one counted period: where it ends and how one gets there."""

    due: dt.date
    days: tuple[Day, ...]
    provisional: bool
    at: dt.datetime | None = None
    nominal: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """This is the answer of `pack.deadline`.

    **Shape** `due` is the last day (inclusive). For `direction == "not_before"` it is the last day that must
    have passed and `opens` the first day on which one may act. `safe` is the last working day up to `due`: an agency
    period that does not roll should be met by then. `at` is set for periods of hours.
    """

    rule: str
    pack: str
    title: str
    due: dt.date
    start: dt.date
    days: tuple[Day, ...]
    because: tuple[Citation, ...]
    outvoted: tuple[Outvoted, ...]
    unknown: tuple[str, ...]
    provisional: bool
    explain: str
    limit: Limit
    direction: str
    holder: str
    safe: dt.date | None = None
    opens: dt.date | None = None
    at: dt.datetime | None = None
    default: bool = False
    confirm: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "question": "deadline",
            "rule": self.rule,
            "pack": self.pack,
            "value": self.at.isoformat() if self.at else self.due.isoformat(),
            "because": [c.as_json() for c in self.because],
            "outvoted": [row for lost in self.outvoted for row in lost.as_json()],
            "unknown": list(self.unknown),
            "explain": self.explain,
            "days": [d.as_json() for d in self.days],
            "limit": self.limit.model_dump(),
            "direction": self.direction,
            "safe": plain(self.safe),
            "opens": plain(self.opens),
            "default": self.default,
            "confirm": list(self.confirm),
            "provisional": self.provisional,
        }


def say(limit: Limit) -> str:
    """Say a period in words: "7个工作日"."""
    rolled = "，末日遇节假日顺延" if limit.roll == "next_working_day" else ""
    return f"{limit.n}{UNITS[limit.unit]}{rolled}"


def count(
    start: dt.date | dt.datetime,
    limit: Limit,
    calendar: WorkCalendar,
    *,
    direction: str = "within",
    provisional: bool = False,
    pauses: Sequence[Mapping[str, Any]] = (),
) -> Count:
    """Count one period. **Raises** CalendarYearMissing when a year without a notice decides the result."""
    if limit.unit == "hour":
        return _hours(start, limit)
    first = day_of(start)
    if direction == "before":
        return _back(first, limit, calendar, provisional)
    if limit.unit == "month":
        done = Count(
            nominal := add_months(first, limit.n),
            (Day(first, False, "起算日，不计入"), Day(nominal, True, f"{limit.n}个月后的对应日", limit.n)),
            False,
        )
    else:
        done = _walk(first, limit, calendar, provisional, pauses)
    return _roll(done, limit, calendar, provisional)


def _hours(start: dt.date | dt.datetime, limit: Limit) -> Count:
    exact = isinstance(start, dt.datetime)
    begin = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
    end = begin + dt.timedelta(hours=limit.n)
    why = f"自{begin:%Y-%m-%d %H:%M}起{limit.n}小时" if exact else f"未给出时刻，从当日零时起算{limit.n}小时（从严）"
    return Count(day_of(end), (Day(day_of(end), True, why, limit.n),), False, at=end)


def _walk(
    start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool, pauses: Sequence[Mapping[str, Any]]
) -> Count:
    days = [Day(start, limit.n == 0, "起算日，不计入" if limit.n else "当日完成")]
    unsure = False
    date, number = start, 0
    while number < limit.n:
        date += ONE
        pause = next((p for p in pauses if p["from"] <= date <= p["to"]), None)
        if pause:
            days.append(Day(date, False, f"中止，不计入：{pause['reason']}"))
            continue
        if limit.unit == "working_day":
            kind = calendar.day(date, provisional)
            unsure |= kind.provisional
            counted, why = kind.working, kind.why
        else:
            counted, why = True, "自然日，节假日也计入"
        number += counted
        days.append(Day(date, counted, why, number if counted else None))
    return Count(date, tuple(days), unsure, nominal=date)


def _back(start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool) -> Count:
    days = [Day(start, False, "当日不计入，往前倒数")]
    date, number, unsure = start, 0, False
    while number < limit.n:
        date -= ONE
        counted, why = True, "自然日"
        if limit.unit == "working_day":
            kind = calendar.day(date, provisional)
            counted, why, unsure = kind.working, kind.why, unsure or kind.provisional
        number += counted
        days.append(Day(date, counted, why, number if counted else None))
    return Count(date, tuple(days), unsure, nominal=date)


def _roll(done: Count, limit: Limit, calendar: WorkCalendar, provisional: bool) -> Count:
    if limit.roll == "none":
        return done
    days, date, unsure = list(done.days), done.due, done.provisional
    while not (kind := calendar.day(date, provisional)).working:
        last = days[-1]
        if last.date == date:
            days[-1] = Day(date, last.counted, f"{last.why}；末日为{kind.why}，顺延", last.number)
        else:
            days.append(Day(date, False, f"{kind.why}，继续顺延"))
        unsure |= kind.provisional
        date += ONE
    if date != done.due:
        days.append(Day(date, False, f"{calendar.day(date, provisional).why}，顺延至此日届满"))
    return Count(date, tuple(days), unsure or kind.provisional, nominal=done.due)
