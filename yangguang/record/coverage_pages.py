"""Coverage as a page shows it: each event with its demand, what was recorded of it on a line of time, and the holes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from . import queries
from .coverage import Coverage, Hole, Span
from .models import Dossier, Item
from .queries import Matter, Owed

UNITS = 1000  # of a bar's width


@dataclass(frozen=True)
class Block:
    """A piece of a bar. **Shape** `kind`: have | hole | told (a hole with a reason)."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """One span of time with what was recorded of it."""

    span: Span
    blocks: tuple[Block, ...]
    words: str  # for who cannot see it


def rows(
    dossier: Dossier, matter: Matter, asked: Iterable[Owed] | None = None, kept: Sequence[Item] | None = None
) -> list[dict[str, Any]]:
    """Every recording that is asked for, step by step.  **Shape** `asked`, `kept`: what the asker has already read."""
    steps = dict(matter.steps())
    kept = list(queries.items(dossier)) if kept is None else kept
    owed = recorded(matter, matter.owed(), kept) if asked is None else asked
    told = list(dossier.explanations.select_related("by").all())
    return [row(one, steps.get(one.step, one.step), queries.covered(one, kept, told)) for one in owed]


def recorded(matter: Matter, owed: Iterable[Owed], kept: Iterable[Item]) -> list[Owed]:
    """The recordings that are owed, and those of steps nobody has written down yet, in the order of the steps."""
    found = [one for one in owed if one.kind == "recording"]
    known = {(one.step, one.code) for one in found}
    made = {(item.step, item.event) for item in kept if item.event and item.medium in queries.AV} - known
    if made:
        order = {code: place for place, (code, _) in enumerate(matter.steps())}
        found += [one for one in matter.recordings() if (one.step, one.code) in made]
        found.sort(key=lambda one: order.get(one.step, len(order)))
    return found


def row(owed: Owed, step: str, cover: Coverage) -> dict[str, Any]:
    """One event: what is asked, what there is, and the bars."""
    tone, word = state(owed)
    whole = owed.strength == "whole"
    return {
        "owed": owed,
        "step": step,
        "tone": tone,
        "word": word,
        "whole": whole,
        "bars": [bar(span, cover, whole) for span in cover.spans if cover.stretches],
        "holes": [(hole, words(hole)) for hole in owed.holes],
        "untimed": cover.untimed,
        "waiver": owed.waiver,
    }


def state(owed: Owed) -> tuple[str, str]:
    """The verdict on one demand in a word."""
    if owed.unexplained:
        return "bad", f"有 {len(owed.unexplained)} 段没有录到，须补录或者说明"
    if owed.have:
        return "ok", "已有，间断均已说明" if owed.holes else "已有"
    if owed.waiver:
        return "ok", "以文字代替"
    return ("quiet", "还没有，视情况") if owed.strength == "circumstances" else ("warn", "还没有")


def bar(span: Span, cover: Coverage, whole: bool) -> Bar:
    """A span drawn to its own length."""
    length = max((span.end - span.start).total_seconds(), 1.0)

    def block(kind: str, start: datetime, end: datetime) -> Block | None:
        a = max((start - span.start).total_seconds(), 0.0)
        b = min((end - span.start).total_seconds(), length)
        return Block(kind, round(a / length * UNITS), max(round((b - a) / length * UNITS), 3)) if b > a else None

    drawn = [block("have", one.start, one.end) for one in cover.stretches]
    holes = [hole for hole in cover.holes if whole and hole.start and hole.end]
    drawn += [
        block("told" if hole.reason else "hole", hole.start, hole.end) for hole in holes if hole.start and hole.end
    ]
    seen = sum(one.width for one in drawn if one and one.kind == "have")
    said = f"{clock(span.start)} 至 {clock(span.end)}，录到约 {min(100, round(seen / UNITS * 100))}%"
    return Bar(span, tuple(one for one in drawn if one), said)


def words(hole: Hole) -> str:
    """A hole as a line of text."""
    if not hole.start or not hole.end:
        return hole.word
    if hole.kind == "unended":
        return f"{hole.word}（{clock(hole.start)} 之后）"
    return f"{hole.word}：{clock(hole.start)} 至 {clock(hole.end)}，{length(hole.end - hole.start)}"


def clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%m月%d日 %H:%M:%S")


def length(time: timedelta) -> str:
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}小时{minutes}分"
    return f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"
