"""This counts periods: working days, calendar days, months and hours, each explained day by day.

**Clause** 行政处罚法第八十五条, 民事诉讼法第八十五条, 行政强制法第六十九条: the start day is never counted; the
unit belongs to each clause; only the periods that say so roll over a holiday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, overload

from yangguang.policy.answers import Citation, Day, Outvoted, plain
from yangguang.policy.schema import Limit
from yangguang.policy.workdays import CHINA, ONE, WorkCalendar, add_months, day_of

# The last day Python knows: no pause reaches it, so a count always ends before.
END = dt.date.max.toordinal()
UNITS = {"working_day": "个工作日", "calendar_day": "日（自然日）", "month": "个月", "hour": "小时"}


class Days(Sequence[Day]):
    """These are the days of a count, told when somebody first looks at them: most counts are asked only when they end."""

    __slots__ = ("_tell", "_told")

    def __init__(self, tell: Callable[[], Sequence[Day]]):
        self._tell = tell
        self._told: tuple[Day, ...] | None = None

    def _all(self) -> tuple[Day, ...]:
        if self._told is None:
            self._told = tuple(self._tell())
        return self._told

    @overload
    def __getitem__(self, place: int) -> Day: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Day, ...]: ...
    def __getitem__(self, place: int | slice) -> Day | tuple[Day, ...]:
        return self._all()[place]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Day]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._all(),)


@dataclass(frozen=True, slots=True)
class Count:
    """This is one counted period: where it ends and how one gets there."""

    due: dt.date
    days: Sequence[Day]
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
    days: Sequence[Day]
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
    """Count one period.

    **Shape** `pauses` are closed intervals {"from", "to", "reason"} that may overlap; their days are not counted. A
    period of months that is paused runs on by the paused days. Hours and periods counted back know no pause.
    **Raises** CalendarYearMissing when a year without a notice decides the result.
    """
    if limit.unit == "hour":
        return _hours(start, limit, direction)
    first = day_of(start)
    if direction == "before":
        return _back(first, limit, calendar, provisional)
    return _within(first, limit, calendar, provisional, tuple(pauses))


def _hours(start: dt.date | dt.datetime, limit: Limit, direction: str) -> Count:
    exact = isinstance(start, dt.datetime)
    begin = start if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
    begin = begin.astimezone(CHINA) if begin.tzinfo else begin
    back = direction == "before"
    end = begin - dt.timedelta(hours=limit.n) if back else begin + dt.timedelta(hours=limit.n)
    way = "往前" if back else "起"
    why = (
        f"自{begin:%Y-%m-%d %H:%M}{way}{limit.n}小时"
        if exact
        else f"未给出时刻，从当日零时{'往前' if back else '起算'}{limit.n}小时（从严）"
    )
    return Count(day_of(end), (Day(day_of(end), True, why, limit.n),), False, at=end)


def _within(
    start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool, pauses: Sequence[Mapping[str, Any]]
) -> Count:
    first, left, unsure = start.toordinal(), limit.n, False
    if limit.unit == "month":
        left = add_months(start, limit.n).toordinal() - first
    at = first
    for gap, resume in _gaps(first, pauses):
        if limit.unit == "working_day":
            at, left, doubt = calendar.step(at, gap - 1, left, provisional)
            unsure |= doubt
        else:
            run = min(left, gap - 1 - at)
            at, left = at + run, left - run
        if not left:
            break
        at = resume
    if left:
        raise OverflowError(f"{say(limit)}自 {start.isoformat()} 起超出日历（9999 年）")
    nominal = due = dt.date.fromordinal(at)
    if limit.roll == "next_working_day":
        rolled, _, doubt = calendar.step(at - 1, END, 1, provisional)
        due, unsure = dt.date.fromordinal(rolled), unsure or doubt
    tell = partial(_tell, start, limit, calendar, provisional, pauses, nominal, due)
    return Count(due, Days(tell), unsure, nominal=nominal)


def _gaps(start: int, pauses: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """Give the pauses after `start` as (first, last) ordinals, in order, overlapping ones as one; then the end of time."""
    if pauses:
        low, high = 0, start
        for first, last in sorted((p["from"].toordinal(), p["to"].toordinal()) for p in pauses):
            if last <= high:
                continue
            if low and first > high + 1:
                yield low, high
                low = 0
            low, high = low or max(first, start + 1), last
        if low:
            yield low, high
    yield END + 1, END


def _back(start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool) -> Count:
    unsure = False
    if limit.unit == "month":
        due = add_months(start, -limit.n)
    elif limit.unit == "calendar_day":
        due = start - ONE * limit.n
    else:
        at, unsure = calendar.step_back(start.toordinal(), limit.n, provisional)
        due = dt.date.fromordinal(at)
    return Count(due, Days(partial(_tell_back, start, limit, calendar, provisional, due)), unsure, nominal=due)


# ---- the same told day by day, for people -----------------------------------------------------------------------


def _tell(
    start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool, pauses: Sequence[Mapping[str, Any]],
    nominal: dt.date, due: dt.date,
) -> list[Day]:  # fmt: skip
    if limit.unit == "month":
        days = _tell_months(start, limit, pauses, nominal)
    else:
        days = _tell_days(start, limit, calendar, provisional, pauses, nominal)
    date = nominal
    while date < due:
        why = calendar.day(date, provisional).why
        if date == nominal:
            days[-1] = replace(days[-1], why=f"{days[-1].why}；末日为{why}，顺延")
        else:
            days.append(Day(date, False, f"{why}，继续顺延"))
        date += ONE
    if nominal != due:
        days.append(Day(due, False, f"{calendar.day(due, provisional).why}，顺延至此日届满"))
    return days


def _tell_months(start: dt.date, limit: Limit, pauses: Sequence[Mapping[str, Any]], nominal: dt.date) -> list[Day]:
    days = [Day(start, False, "起算日，不计入")]
    end = add_months(start, limit.n)
    if end == nominal:
        return [*days, Day(nominal, True, f"{limit.n}个月后的对应日", limit.n)]
    out = (start + ONE * n for n in range(1, (nominal - start).days + 1))
    days += [Day(day, False, f"中止，不计入：{p['reason']}") for day in out if (p := _pause(day, pauses))]
    why = f"{limit.n}个月后的对应日为{end.isoformat()}，扣除中止的{len(days) - 1}日后届满"
    return [*days, Day(nominal, True, why, limit.n)]


def _tell_days(
    start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool, pauses: Sequence[Mapping[str, Any]],
    nominal: dt.date,
) -> list[Day]:  # fmt: skip
    days = [Day(start, limit.n == 0, "起算日，不计入" if limit.n else "当日完成")]
    date, number = start, 0
    while date < nominal:
        date += ONE
        if pause := _pause(date, pauses):
            days.append(Day(date, False, f"中止，不计入：{pause['reason']}"))
            continue
        counted, why = True, "自然日，节假日也计入"
        if limit.unit == "working_day":
            kind = calendar.day(date, provisional)
            counted, why = kind.working, kind.why
        number += counted
        days.append(Day(date, counted, why, number if counted else None))
    return days


def _pause(date: dt.date, pauses: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((p for p in pauses if p["from"] <= date <= p["to"]), None)


def _tell_back(start: dt.date, limit: Limit, calendar: WorkCalendar, provisional: bool, due: dt.date) -> list[Day]:
    days = [Day(start, False, "当日不计入，往前倒数")]
    if limit.unit == "month":
        return [*days, Day(due, True, f"{limit.n}个月前的对应日", limit.n)]
    date, number = start, 0
    while date > due:
        date -= ONE
        counted, why = True, "自然日"
        if limit.unit == "working_day":
            kind = calendar.day(date, provisional)
            counted, why = kind.working, kind.why
        number += counted
        days.append(Day(date, counted, why, number if counted else None))
    return days
