"""How much of an event the recordings cover: its time span, what was recorded of it, and the holes between.

**Clause** QD-3.2.2c, QS-3.2.2e, DH-2.2.3c, WC-2.2.3b: what must be recorded as a whole process has no unexplained hole.
The span is the one the event's own paper states (现场检查笔录 from when to when); where no paper states one, the
recordings of a day must at least hang together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from .live.models import Explanation
from .models import Item

PAPER = timedelta(minutes=1)  # papers state their times to the minute
SLACK = timedelta(seconds=2)  # two clocks, one second each


@dataclass(frozen=True)
class Span:
    """From when to when the event took place, and who says so."""

    start: datetime
    end: datetime
    source: Item | None = None  # the paper; without one the recordings themselves


@dataclass(frozen=True)
class Stretch:
    """A piece of one recording."""

    start: datetime
    end: datetime
    item: Item


@dataclass(frozen=True)
class Hole:
    """A piece of the event of which there is no recording. **Shape** without moments: nothing could be compared."""

    kind: str  # of WORDS
    start: datetime | None = None
    end: datetime | None = None
    reason: str = ""

    @property
    def seconds(self) -> int:
        return round((self.end - self.start).total_seconds()) if self.start and self.end else 0

    @property
    def word(self) -> str:
        return WORDS[self.kind]


WORDS = {
    "all": "整个过程没有录",
    "before": "开始一段没有录",
    "between": "中间间断",
    "after": "结束一段没有录",
    "unended": "录制没有结束标记",
    "unknown": "录制没有可核对的时间",
}


@dataclass(frozen=True)
class Coverage:
    """The recordings of one event beside its time."""

    spans: tuple[Span, ...]
    stretches: tuple[Stretch, ...]
    holes: tuple[Hole, ...]
    untimed: tuple[Item, ...] = ()

    @property
    def open(self) -> tuple[Hole, ...]:
        """The holes nobody gave a reason for."""
        return tuple(hole for hole in self.holes if not hole.reason)


def judge(have: Iterable[Item], papers: Iterable[Item], told: Iterable[Explanation], tolerance_s: int) -> Coverage:
    """Compare the recordings of one event with the papers of its step.

    **Shape** `papers`: everything kept of the step; `told`: the explanations of this step and event.
    """
    items, told, tolerance = list(have), list(told), timedelta(seconds=tolerance_s)
    pieces = sorted((one for item in items for one in stretches(item)), key=lambda one: one.start)
    untimed = tuple(item for item in items if not stretches(item))
    if items and not pieces:
        return Coverage(spans(papers), (), (_explained(Hole("unknown"), told, []),), untimed)
    said = [(start, end, why) for item in items for start, end, why in reasons(item)]
    stated = spans(papers)
    asked = stated or days(pieces)
    found = [hole for span in asked for hole in _holes(span, pieces, tolerance)]
    found += [Hole("unended", last, last) for item in items if (last := unended(item)) is not None]
    holes = tuple(_explained(hole, told, said) for hole in sorted(found, key=_begin))
    return Coverage(asked, tuple(pieces), holes, untimed)


# ---- when ------------------------------------------------------------------------------------------------------------


def spans(papers: Iterable[Item]) -> tuple[Span, ...]:
    """The times the papers of a step state, each paper in its newest making."""
    newest = [item for item in papers if item.code]
    replaced = {item.replaces_id for item in newest}
    found = []
    for item in newest:
        start, end = (moment(item.data.get(name)) for name in ("started_at", "ended_at"))
        if item.pk not in replaced and start and end and end > start:
            found.append(Span(start, end, item))
    return tuple(sorted(found, key=lambda one: one.start))


def days(pieces: Sequence[Stretch]) -> tuple[Span, ...]:
    """Where no paper says when: from the first to the last moment recorded on each day."""
    by_day: dict[date, list[Stretch]] = defaultdict(list)
    for piece in pieces:
        by_day[timezone.localdate(piece.start)].append(piece)
    return tuple(Span(min(p.start for p in day), max(p.end for p in day)) for _, day in sorted(by_day.items()))


def stretches(item: Item) -> list[Stretch]:
    """When a recording was made: a live one by its chain, another by what is stated, else by what the file says."""
    live = item.meta.get("live")
    if live:
        pairs = [(moment(a), moment(b)) for a, b in live.get("stretches", [])]
        return [Stretch(a, b, item) for a, b in pairs if a and b]
    start = moment(item.meta.get("stated", {}).get("taken_at")) or moment(item.meta.get("taken_at"))
    length = item.meta.get("duration_ms")
    return [Stretch(start, start + timedelta(milliseconds=length), item)] if start and length else []


def reasons(item: Item) -> list[tuple[datetime, datetime, str]]:
    """The reasons the chain of a live recording itself gives: pauses, as they were said at the time."""
    gaps = item.meta.get("live", {}).get("gaps", [])
    found = [(moment(gap["start"]), moment(gap["end"]), gap["reason"]) for gap in gaps if gap.get("reason")]
    return [(a, b, why) for a, b, why in found if a and b]


def unended(item: Item) -> datetime | None:
    """The last moment of a live recording that has no signed end."""
    gaps = item.meta.get("live", {}).get("gaps", [])
    return next((moment(gap["end"]) for gap in gaps if gap["kind"] == "unended"), None)


def moment(text: Any) -> datetime | None:
    """A moment out of stored JSON; None where it holds none."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else timezone.make_aware(found)


def _begin(hole: Hole) -> datetime:
    return hole.start or datetime.max.replace(tzinfo=UTC)


# ---- holes -----------------------------------------------------------------------------------------------------------


def _holes(span: Span, pieces: Sequence[Stretch], tolerance: timedelta) -> list[Hole]:
    """The parts of a span that no piece covers and that are longer than the tolerance."""
    edge = max(tolerance, PAPER) if span.source else tolerance
    found, reached = [], span.start
    for piece in pieces:
        if piece.end <= span.start or piece.start >= span.end:
            continue
        if piece.start > reached:
            first = reached == span.start
            if piece.start - reached > (edge if first else tolerance):
                found.append(Hole("before" if first else "between", reached, piece.start))
        reached = max(reached, piece.end)
    if span.end - reached > edge:
        found.append(Hole("all" if reached == span.start else "after", reached, span.end))
    return found


def _explained(hole: Hole, told: Iterable[Explanation], said: Iterable[tuple[datetime, datetime, str]]) -> Hole:
    """The hole with the reason that covers the whole of it, if there is one."""
    for one in told:
        if covers(one.started_at, one.ended_at, hole):
            return replace(hole, reason=one.reason)
    for start, end, why in said:
        if hole.kind != "unended" and covers(start, end, hole):
            return replace(hole, reason=why)
    return hole


def covers(start: datetime | None, end: datetime | None, hole: Hole) -> bool:
    if hole.start is None or hole.end is None or start is None or end is None:
        return (hole.start, start) == (None, None)
    return start - SLACK <= hole.start and hole.end <= end + SLACK
