"""The words of the pages: money, dates, sizes, how much time is left, and what changed between two drafts."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

WEEKDAYS = "一二三四五六日"
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|\s+|.", re.DOTALL)
_LONGEST_DIFF = 4_000_000  # product of the two lengths; beyond it a paragraph is shown as replaced whole


def get(thing: Any, name: str, default: Any = None) -> Any:
    """This is the field of a dict or of an object, so that components take either."""
    if isinstance(thing, dict):
        return thing.get(name, default)
    return getattr(thing, name, default)


def each(rows: Iterable[Any] | None, **fields: Any) -> list[dict[str, Any]]:
    """This is each row with exactly these fields, absent ones at their default: a template never meets a gap."""
    return [{name: get(row, name, default) for name, default in fields.items()} for row in rows or []]


def yuan(fen: int | None) -> str:
    """This is an amount of fen in yuan, as printed on documents: 123456 → 1,234.56元, 50000 → 500元."""
    if fen is None:
        return "未定"
    amount = Decimal(int(fen)) / 100
    return f"{amount:,.2f}元" if int(fen) % 100 else f"{int(amount):,}元"


def as_date(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return value  # type: ignore[return-value]


def date_cn(value: date | datetime | str | None) -> str:
    """This is a date as documents write it: 2026年9月18日."""
    day = as_date(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else "未定"


def moment_cn(value: datetime | date | str | None) -> str:
    """This is a moment for lists and trails: 2026-09-18 10:32 (local time); a date alone stays a date."""
    if value is None or value == "":
        return "未定"
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def weekday_cn(value: date) -> str:
    return "周" + WEEKDAYS[value.weekday()]


def bytes_cn(size: int | None) -> str:
    if size is None:
        return ""
    amount = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{int(amount)} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1024
    return ""


def short_hash(value: str | bytes | None, length: int = 12) -> str:
    """This is the short form of a digest, in groups of four that can be read aloud."""
    if not value:
        return "—"
    text = value.hex() if isinstance(value, (bytes, memoryview)) else str(value)
    text = text.removeprefix("sha256:")[:length]
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def mask(value: str | None, kind: str = "") -> str:
    """This is a personal datum with its middle hidden: name 赵×, ID 4130…0011 → 4130**********0011, phone 138****5678."""
    text = (value or "").strip()
    if not text:
        return ""
    if kind == "name" or (not kind and len(text) <= 4 and not text.isascii()):
        return text[0] + "×" * (len(text) - 1)
    if kind == "address":
        return re.sub(r"\d+(?=号|室|栋|幢|单元|弄|组)", "×", text)
    if len(text) <= 4:
        return "*" * len(text)
    keep_head, keep_tail = (3, 4) if kind == "phone" or len(text) == 11 else (4, 4)
    keep_head, keep_tail = (keep_head, keep_tail) if len(text) > keep_head + keep_tail else (1, 1)
    return text[:keep_head] + "*" * (len(text) - keep_head - keep_tail) + text[-keep_tail:]


# ---- deadlines ------------------------------------------------------------------------------------------------------


@dataclass
class DayCell:
    on: date
    counted: bool
    why: str
    nth: int = 0
    classes: str = ""
    marks: list[str] = field(default_factory=list)


@dataclass
class DueWords:
    due: date
    words: str
    tone: str  # overdue | today | soon | ok | done | late
    provisional: bool
    explain: str
    because: list[Any]
    weeks: list[list[DayCell | None]]
    notes: list[str]
    unit: str


SIGNS = {"overdue": "warn", "late": "warn", "today": "clock", "soon": "clock", "ok": "clock", "done": "check"}
TONES = {"overdue": "bad", "late": "bad", "today": "warn", "soon": "warn", "ok": "quiet", "done": "ok"}


def due_words(deadline: Any, today: date, done_on: date | None = None) -> DueWords:
    """This is what a deadline says today, with its day-by-day proof laid out in weeks.

    **Shape** takes policy's Deadline, a row of duty.Duty (`due_on`, `days` as JSON), a dict with the same names,
    or a bare date (then there is no proof to show).
    """
    bare = isinstance(deadline, (date, str))
    due = as_date(deadline if bare else get(deadline, "due") or get(deadline, "due_on"))
    if due is None:
        raise ValueError("期限没有到期日：应给出 due（日期）。")
    days = [] if bare else list(get(deadline, "days") or [])
    unit = _unit(deadline, days)
    done = as_date(done_on)
    if done is not None:
        late = (done - due).days
        words = f"{done.isoformat()} 已办" + (f"，逾期 {late} 天" if late > 0 else "")
        tone = "late" if late > 0 else "done"
    elif today > due:
        words, tone = f"逾期 {(today - due).days} 天", "overdue"
    elif today == due:
        words, tone = "今天到期", "today"
    else:
        left = _left(days, today, due, unit)
        words, tone = f"还有 {left} 个工作日" if unit == "working_day" else f"还有 {left} 天", "ok"
        if left <= (2 if unit == "working_day" else 3):
            tone = "soon"
    cells = _cells(days, due, today)
    return DueWords(
        due=due,
        words=words,
        tone=tone,
        provisional=bool(get(deadline, "provisional", False)),
        explain=str(get(deadline, "explain", "") or ""),
        because=list(get(deadline, "because", None) or []),
        weeks=_weeks(cells) if len(cells) <= 132 else [],
        notes=_notes(cells),
        unit=unit,
    )


def _unit(deadline: Any, days: list[Any]) -> str:
    named = None if isinstance(deadline, (date, str)) else get(deadline, "unit") or get(get(deadline, "limit"), "unit")
    if named:
        return str(named)
    resting = [d for d in days[1:] if not get(d, "counted")]
    return "working_day" if resting else "calendar_day"


def _left(days: list[Any], today: date, due: date, unit: str) -> int:
    if unit != "working_day":
        return (due - today).days
    counted = (as_date(get(d, "date")) for d in days if get(d, "counted"))
    return sum(1 for day in counted if day and today < day <= due)


def _cells(days: list[Any], due: date, today: date) -> list[DayCell]:
    cells: list[DayCell] = []
    nth = 0
    for position, day in enumerate(days):
        on, counted = as_date(get(day, "date")), bool(get(day, "counted"))
        if on is None:
            continue
        nth += counted
        cell = DayCell(on=on, counted=counted, why=str(get(day, "why", "") or ""), nth=nth if counted else 0)
        classes = [] if counted else ["yg-off"]
        if position == 0 and not counted:
            classes.append("yg-start")
        if on == due:
            classes.append("yg-due")
            cell.marks.append("到期日")
        if on == today:
            classes.append("yg-today")
            cell.marks.append("今天")
        cell.classes = " ".join(classes)
        cells.append(cell)
    return cells


def _weeks(cells: list[DayCell]) -> list[list[DayCell | None]]:
    if not cells:
        return []
    by_date = {c.on: c for c in cells}
    first = min(by_date) - timedelta(days=min(by_date).weekday())
    last = max(by_date)
    weeks: list[list[DayCell | None]] = []
    while first <= last:
        week = [by_date.get(first + timedelta(days=n)) for n in range(7)]
        if any(week):
            weeks.append(week)
        first += timedelta(days=7)
    return weeks


def _notes(cells: list[DayCell]) -> list[str]:
    """This is the uncounted days in runs with one reason each: 9月25日至27日 中秋节."""
    runs: list[list[DayCell]] = []
    for cell in cells:
        if cell.counted:
            continue
        last = runs[-1][-1] if runs else None
        if last and _reason(last) == _reason(cell) and (cell.on - last.on).days == 1:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    notes = []
    for run in runs:
        head, tail = run[0].on, run[-1].on
        span = f"{head.month}月{head.day}日"
        if tail != head:
            span += f"至{tail.day}日" if tail.month == head.month else f"至{tail.month}月{tail.day}日"
        notes.append(f"{span}：{_reason(run[0])}")
    return notes


def _reason(cell: DayCell) -> str:
    return re.sub(r"^(星期|周)[一二三四五六日]，", "", cell.why) or "不计入"


# ---- two drafts -----------------------------------------------------------------------------------------------------


@dataclass
class Piece:
    kind: str  # same | ins | del
    text: str


@dataclass
class Line:
    kind: str  # same | changed | added | removed | skip
    pieces: list[Piece]
    hidden: int = 0


def diff(before: str, after: str, around: int = 1) -> list[Line]:
    """This is the difference of two drafts, paragraph by paragraph and inside a paragraph word by word.

    Unchanged paragraphs further than `around` from a change are folded into one line that says how many they are.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    lines: list[Line] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("same", [Piece("same", t)]) for t in new[c:d]]
            continue
        pairs = min(b - a, d - c)
        lines += [Line("changed", _words(old[a + n], new[c + n])) for n in range(pairs)]
        lines += [Line("removed", [Piece("del", t)]) for t in old[a + pairs : b]]
        lines += [Line("added", [Piece("ins", t)]) for t in new[c + pairs : d]]
    return _folded(lines, around)


def _paragraphs(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _words(old: str, new: str) -> list[Piece]:
    if len(old) * len(new) > _LONGEST_DIFF:
        return [Piece("del", old), Piece("ins", new)]
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[tuple[str, str, str]] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = "".join(a[i:j]), "".join(b[k:m])
        # One shared character between two changes is chance, not sense: read it as part of the change.
        lone = tag == "equal" and len(gone) < 2 and runs and k > 0 and m < len(b)
        if (tag != "equal" or lone) and runs and runs[-1][0] == "change":
            runs[-1] = ("change", runs[-1][1] + gone, runs[-1][2] + come)
        else:
            runs.append(("equal" if tag == "equal" else "change", gone, come))
    pieces: list[Piece] = []
    for kind, gone, come in runs:
        if kind == "equal":
            pieces.append(Piece("same", come))
            continue
        pieces += [Piece("del", gone)] if gone else []
        pieces += [Piece("ins", come)] if come else []
    return pieces


def _folded(lines: list[Line], around: int) -> list[Line]:
    near = {n + step for n, line in enumerate(lines) if line.kind != "same" for step in range(-around, around + 1)}
    shown: list[Line] = []
    for n, line in enumerate(lines):
        if n in near or not near:
            shown.append(line)
        elif shown and shown[-1].kind == "skip":
            shown[-1].hidden += 1
        else:
            shown.append(Line("skip", [], 1))
    return shown


_LAW = re.compile(r"^中华人民共和国|（[^（）]*(?:修订|修正)[^（）]*）$")


def clause_name(citation: Any) -> str:
    """A clause as people say it: 行政处罚法第四十八条第二款; its code only where nothing else is known."""
    source, title = get(citation, "source", ""), get(citation, "title", "")
    if not title:  # already named, or nothing but a code
        return str(get(citation, "name", "") or get(citation, "clause", "") or citation)
    return f"{_LAW.sub('', source)}{title}"


_CODE_NAME = re.compile("（[a-z][a-z0-9_]*）")


def plainly(text: Any) -> str:
    """An explanation of the law without the code names of its facts, which are for whoever asks by program."""
    return _CODE_NAME.sub("", str(text or ""))
