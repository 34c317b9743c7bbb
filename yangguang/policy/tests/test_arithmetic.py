"""The arithmetic of periods, a second time: other idea, other reading of the calendar, a million drawn cases.

The engine steps through bytes of a year; here a period is a place in one long sorted list of working days, paused days
are taken out of the list, months are counted with year and month numbers, hours with whole hours since year 1.
"""

import datetime as dt
import random
import re
import shutil
from bisect import bisect_left, bisect_right

import pytest

from yangguang.policy import files, packs
from yangguang.policy.deadlines import count
from yangguang.policy.errors import CalendarYearMissing
from yangguang.policy.schema import Limit

CASES = 250_000
SEEDS = (20260101, 20260228, 20240229, 20261001)
LOCAL = "cn-xinjiang-test"
LOCAL_OFF = """year: 2025
notice: 测试地方放假通知
source: 测试
holidays:
  - {name: 肉孜节, days: [2025-03-31]}
  - {name: 古尔邦节, days: [2025-06-06, 2025-06-09, 2025-06-10]}
  - {name: 调休取消, days: [2025-10-11]}
"""
# 全国年节及纪念日放假办法第二条: the days off that do not hang on the moon.
SOLAR = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
FIRST_YEAR, LAST_YEAR = 2020, 2060


class Second:
    """This is the other implementation. **Shape** days are ordinals; `sure` are the years with a notice."""

    def __init__(self, *folders):
        off, work, told, drafts = set(), set(), set(), set()
        for folder in folders:
            for file in sorted(folder.glob("calendar/*.yaml")):
                text = file.read_text(encoding="utf-8")
                year = int(re.search(r"^year: (\d+)", text, re.M)[1])
                (drafts if re.search(r"^provisional: true", text, re.M) else told).add(year)
                head, _, tail = text.partition("\nworkdays:")
                local = self.dates(head.partition("\nholidays:")[2])
                off |= local
                work = (work - local) | self.dates(tail)
        guessed = {y for y in range(FIRST_YEAR, LAST_YEAR) if y not in told | drafts}
        first, last = dt.date(FIRST_YEAR, 1, 1).toordinal(), dt.date(LAST_YEAR, 1, 1).toordinal()
        self.days = []
        for number in range(first, last):
            day = dt.date.fromordinal(number)
            free = number in off or (day.year in guessed and (day.month, day.day) in SOLAR)
            if number in work or (number % 7 not in (6, 0) and not free):
                self.days.append(number)
        self.low, self.high = dt.date(min(told), 1, 1).toordinal(), dt.date(max(told), 12, 31).toordinal()
        assert told == set(range(min(told), max(told) + 1))

    @staticmethod
    def dates(text):
        return {dt.date.fromisoformat(found).toordinal() for found in re.findall(r"\d{4}-\d\d-\d\d", text)}

    def due(self, start, n, unit, direction, roll, pauses):
        """Give (last day, is a year without a notice touched)."""
        seen = []
        if direction == "before":
            if unit == "month":
                return months(start, -n), False
            if unit == "calendar_day":
                return start - n, False
            end = self.days[bisect_left(self.days, start) - n] if n else start
            return end, n > 0 and not (self.low <= end and start - 1 <= self.high)
        out = set()
        for first, last in pauses:
            out.update(range(max(first, start + 1), last + 1))
        if unit == "working_day":
            place = bisect_right(self.days, start)
            end = start
            if n:
                end = [d for d in self.days[place : place + n + len(out)] if d not in out][n - 1]
                seen = [next(d for d in range(start + 1, end + 1) if d not in out), end]
        else:
            left = n if unit == "calendar_day" else months(start, n) - start
            end = start + left if not out else None
            if end is None:
                end = ([start] + [d for d in range(start + 1, start + left + len(out) + 1) if d not in out])[left]
        if roll:
            rolled = self.days[bisect_left(self.days, end)]
            seen += [end, rolled]
            end = rolled
        return end, bool(seen) and not (self.low <= min(seen) and max(seen) <= self.high)


def months(start, n):
    """Carry years and months by hand, then step back to a day that exists."""
    day = dt.date.fromordinal(start)
    year, month, number = day.year, day.month + n, day.day
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    while True:
        try:
            return dt.date(year, month, number).toordinal()
        except ValueError:
            number -= 1


@pytest.fixture(scope="module")
def calendars(tmp_path_factory):
    """Every pack's calendar beside its second reading, and one with local holidays made here."""
    root = tmp_path_factory.mktemp("packs")
    for name in ("cn", "cn-xinjiang-urumqi-gaoxin-wjw"):
        shutil.copytree(files.ROOT / name, root / name)
    (root / "cn-xinjiang-urumqi-gaoxin-wjw").rename(root / LOCAL)
    own = root / LOCAL / "pack.yaml"
    own.write_text(re.sub(r"^id: .*$", f"id: {LOCAL}", own.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    (root / LOCAL / "calendar").mkdir(exist_ok=True)
    (root / LOCAL / "calendar" / "2025.yaml").write_text(LOCAL_OFF, encoding="utf-8")
    found = []
    for pack in [*(packs.load(name) for name in packs.names()), packs.load_from(root, LOCAL)]:
        home = root if pack.id == LOCAL else files.ROOT
        found.append((pack.id, pack.calendar, Second(*(home / name for name in pack.chain))))
    return found


LIMITS = {
    (unit, n, roll): Limit(n=n, unit=unit, roll="next_working_day" if roll else "none")
    for unit, top in (("working_day", 260), ("calendar_day", 400), ("month", 61), ("hour", 200))
    for n in range(top)
    for roll in (False, True)
}
UNITS = (("working_day", 260),) * 5 + (("calendar_day", 400),) * 3 + (("month", 61), ("hour", 200))
BEGIN, SPAN = dt.date(2023, 12, 1).toordinal(), (dt.date(2027, 3, 1) - dt.date(2023, 12, 1)).days
EDGES = [
    dt.date.fromisoformat(day).toordinal()
    for day in ("2024-02-28", "2024-02-29", "2024-12-31", "2025-01-31", "2025-03-31", "2025-12-31", "2026-02-28",
                "2026-02-13", "2026-08-31", "2026-09-30", "2026-12-15", "2026-12-31")
]  # fmt: skip


def drawn(seed, cases):
    """Draw cases; one in ten starts at a month's end, a leap day or before a long holiday."""
    draw = random.Random(seed).random
    for _ in range(cases):
        start = EDGES[int(draw() * len(EDGES))] if draw() < 0.1 else BEGIN + int(draw() * SPAN)
        unit, top = UNITS[int(draw() * 10)]
        n = int(draw() * (31 if draw() < 0.85 else top))
        kind = draw()
        pauses = []
        if kind < 0.2:
            for _ in range(1 + int(draw() * 3)):
                first = start - 10 + int(draw() * 60)
                pauses.append((first, first + int(draw() ** 3 * 90)))
        direction = "before" if kind > 0.85 else "within"
        yield start, n, unit, direction, direction == "within" and draw() < 0.4, pauses, draw() < 0.5, draw()


@pytest.mark.parametrize("seed", SEEDS)
def test_two_implementations_agree(calendars, seed):
    day = dt.date.fromordinal
    for number, (start, n, unit, direction, roll, pauses, provisional, pick) in enumerate(drawn(seed, CASES)):
        name, calendar, second = calendars[int(pick * len(calendars))]
        given = [{"from": day(a), "to": day(b), "reason": "中止"} for a, b in pauses]
        done = None
        if unit == "hour":
            hours = start * 24 + number % 24
            begin = dt.datetime.combine(day(start), dt.time(number % 24))
            done = count(begin, LIMITS[unit, n, False], calendar, direction=direction)
            ends = hours + (n if direction == "within" else -n)
            agreed = (done.due, done.at.hour) == (day(ends // 24), ends % 24)
        else:
            due, unsure = second.due(start, n, unit, direction, roll, pauses)
            limit = LIMITS[unit, n, roll]
            try:
                done = count(day(start), limit, calendar, direction=direction, provisional=provisional, pauses=given)
            except CalendarYearMissing:
                agreed = unsure and not provisional
            else:
                agreed = done.due.toordinal() == due and done.provisional == unsure and (provisional or not unsure)
        assert agreed, (
            f"seed {seed} case {number}: {name} {day(start)} {n} {unit} {direction} {roll=} {provisional=} {given}: {done}"
        )


def test_the_days_told_lead_to_the_day_given(calendars):
    """What people read day by day is the count itself: as many counted days as the period has, ending where it ends."""
    day = dt.date.fromordinal
    for start, n, unit, direction, roll, pauses, _, pick in drawn(SEEDS[0] + 1, 8_000):
        if unit == "hour":
            continue
        calendar = calendars[int(pick * len(calendars))][1]
        given = [{"from": day(a), "to": day(b), "reason": "中止"} for a, b in pauses]
        limit = LIMITS[unit, n, roll]
        done = count(day(start), limit, calendar, direction=direction, provisional=True, pauses=given)
        case = (day(start), limit, direction, pauses)
        dates = [d.date for d in done.days]
        assert dates == sorted(set(dates), reverse=direction == "before") or unit == "month", case
        assert dates[-1] == done.due, case
        if unit != "month":
            numbers = [d.number for d in done.days if d.number]
            assert numbers == list(range(1, n + 1)), case
            assert [d.date for d in done.days if d.number][-1:] == [done.nominal][: n > 0], case
        if direction == "within":
            inside = [d for d in done.days if any(a <= d.date.toordinal() <= b for a, b in pauses)]
            assert not any(d.number and d.date != start for d in inside), case


ON = dt.date(2026, 3, 2)


def test_the_answers_of_a_pack_are_these_counts(calendars):
    """`pack.deadline` is the tightest of its lines, counted the second way."""
    draw = random.Random(SEEDS[1])
    second = {name: other for name, _, other in calendars}
    for _ in range(2_000):
        pack = packs.load(draw.choice(packs.names()))
        code, rule = draw.choice([(c, r) for c, r in pack.deadlines.items() if any(map(in_force, r.lines))])
        start = dt.date(2024, 1, 1) + dt.timedelta(days=draw.randrange(800))
        pauses = []
        if draw.random() < 0.5:
            first = start + dt.timedelta(days=draw.randrange(20))
            pauses = [{"from": first, "to": first + dt.timedelta(days=draw.randrange(40)), "reason": "中止"}]
        done = pack.deadline(code, start, on=ON, facts={"suspensions": pauses}, provisional=True)
        standing = [line for line in rule.lines if in_force(line) and not (line.default and line.depth < deepest(rule))]
        dues = [
            start.toordinal() + (line.limit.n // 24)
            if line.limit.unit == "hour"
            else second[pack.id].due(
                start.toordinal(), line.limit.n, line.limit.unit, rule.direction, line.limit.roll != "none",
                [(p["from"].toordinal(), p["to"].toordinal()) for p in pauses if rule.pausable],
            )[0]
            for line in standing
        ]  # fmt: skip
        best = (max if rule.direction == "not_before" else min)(dues)
        assert done.due.toordinal() == best, (pack.id, code, start, pauses)


def in_force(line):
    return line.in_force(ON)


def deepest(rule):
    """Give the deepest pack that surely has a line of its own; lines with a condition are open without facts."""
    return max(
        (line.depth for line in rule.lines if not line.default and not line.when and in_force(line)),
        default=-1,
    )


def test_a_period_before_keeps_its_unit():
    """Counting back by months or hours is counting months or hours."""
    calendar = packs.load("cn").calendar
    limit = Limit(n=1, unit="month")
    assert count(dt.date(2026, 3, 31), limit, calendar, direction="before").due == dt.date(2026, 2, 28)
    nine = dt.datetime.fromisoformat("2026-03-02T09:00")
    assert count(nine, Limit(n=24, unit="hour"), calendar, direction="before").at == nine - dt.timedelta(days=1)


def test_a_paused_period_of_months_runs_on_by_the_paused_days():
    calendar = packs.load("cn").calendar
    pauses = [{"from": dt.date(2026, 4, 1), "to": dt.date(2026, 4, 10), "reason": "检测"}]
    done = count(dt.date(2026, 3, 2), Limit(n=3, unit="month"), calendar, pauses=pauses)
    assert done.due == dt.date(2026, 6, 12)
    assert sum("检测" in d.why for d in done.days) == 10
