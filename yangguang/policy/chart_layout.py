"""This places a flowchart on the page: one column of steps, ways ahead on the right, returns on the left, on tracks.

Ways to the same step share a track, so that many branches stay few lines. Text is measured by its characters: a Chinese
character is one em wide in every Chinese face, so the same rules give the same page on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yangguang.policy.charts import Edge, Graph, Node

A4 = 297 / 210
MARGIN, HEAD, FOOT = 40.0, 128.0, 76.0
TITLE, SMALL = 15.0, 10.5
LINE = 12.5
TRACK, SLOT = 12.0, 9.0
NODE_HEIGHT, NODE_MIN, NODE_MAX = 38.0, 236.0, 320.0
TIP = 13.0
GAP, GAP_MORE, LABEL_GAP = 13.5, 30.0, 7.0
OVER = 10.0
# How many characters a line may have, and how much wider the steps may be: the smallest page these make is taken.
LABEL_CHARS, LIMIT_CHARS, WIDER = (11, 16, 22, 28), (21, 30), (0.0, 70.0, 140.0)
LIMIT_INSET, LIMIT_GAP = 30.0, 6.0
NARROWEST = 794.0
CLOSING = "，。、；：）」”！？"


def width(text: str, size: float) -> float:
    """Measure a line of text in user units."""
    return sum(size if unicodedata.east_asian_width(c) in "WFA" else size * 0.58 for c in text)


def wrap(text: str, most: int) -> list[str]:
    """Break a text into balanced lines of at most `most` characters, after punctuation where one is near."""
    if not text:
        return []
    count = -(-len(text) // most)
    lines: list[str] = []
    while count > 1 and text:
        even = -(-len(text) // count)
        stops = [i + 1 for i in range(max(even - 3, 1), min(most, len(text) - 1)) if text[i] in CLOSING]
        cut = min(stops, key=lambda i: abs(i - even)) if stops else even
        while cut < len(text) and text[cut] in CLOSING:
            cut += 1
        lines.append(text[:cut])
        text = text[cut:]
        count = max(count - 1, -(-len(text) // most))
    return [*lines, text] if text else lines


@dataclass(slots=True)
class Track:
    """This is the vertical line that all ways of one sort to one step share. **Shape** `place` 0 is nearest the steps."""

    side: str
    target: int
    labelled: bool
    sources: list[int] = field(default_factory=list)
    place: int = 0
    x: float = 0.0

    @property
    def span(self) -> tuple[int, int]:
        ends = [self.target, *self.sources]
        return min(ends), max(ends)


@dataclass(slots=True)
class Row:
    """This is one step on the page with its heights; `entry` and `leave` are the heights at which lines meet its sides."""

    node: Node
    limits: list[str]
    height: float = NODE_HEIGHT
    top: float = 0.0
    limits_top: float = 0.0
    entry: dict[int, float] = field(default_factory=dict)
    leave: dict[str, float] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(slots=True)
class Line:
    """This is one transition on the page. **Shape** `track` is None on the way to the next step."""

    edge: Edge
    source: int
    target: int
    track: Track | None
    label: list[str]


@dataclass(slots=True)
class Page:
    """This is the finished layout, in user units; `width` by `height` is A4 portrait."""

    graph: Graph
    rows: list[Row]
    lines: list[Line]
    tracks: list[Track]
    across: float
    width: float = 0.0
    height: float = 0.0
    left: float = 0.0
    right: float = 0.0
    label_left: float = 0.0
    label_right: float = 0.0
    limits_at: float = 0.0
    limits_to: float = 0.0
    end: float = 0.0


def place(graph: Graph) -> Page:
    """Lay out a graph so that its words are as large as they can be on the page."""
    tried = [_place(graph, *sizes) for sizes in product(LABEL_CHARS, LIMIT_CHARS, WIDER)]
    return min(tried, key=lambda page: page.width)


def _place(graph: Graph, most: int, limit: int, wider: float) -> Page:
    page = _page(graph, most, limit, wider)
    for side in ("right", "left"):
        for labelled in (False, True):
            _assign([t for t in page.tracks if t.side == side and t.labelled == labelled])
    for index, row in enumerate(page.rows):
        row.height = max([NODE_HEIGHT, *(_side_height(page, index, side) for side in ("left", "right"))])
    _columns(page)
    _down(page)
    for index in range(len(page.rows)):
        for side in ("left", "right"):
            _ports(page, index, side)
    return page


def _page(graph: Graph, most: int, limit: int, wider: float) -> Page:
    index = {node.code: i for i, node in enumerate(graph.nodes)}
    rows = [Row(node, [line for text in node.limits for line in _hanging(text, limit)]) for node in graph.nodes]
    across = node_width(rows) + wider
    straight = int((across / 2 - 12) / SMALL)
    tracks: dict[tuple[str, int, bool], Track] = {}
    lines = []
    for edge in graph.edges:
        source, target = index[edge.source], index[edge.target]
        track = None
        if edge.way != "on":
            key = ("right" if edge.way == "skip" else "left", target, bool(edge.label))
            track = tracks.setdefault(key, Track(*key))
            track.sources.append(source)
        lines.append(Line(edge, source, target, track, wrap(edge.label, most if track else straight)))
    return Page(graph, rows, lines, list(tracks.values()), across)


def _hanging(limit: str, most: int) -> list[str]:
    if width(limit, 1) <= most:
        return [limit]
    first, *rest = wrap(limit, most - 1)
    return [first, *(f"　{line}" for line in rest)]


def _assign(tracks: list[Track]) -> None:
    """Give each track the nearest place that is free along its whole span, the short ones first."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for track in sorted(tracks, key=lambda t: (t.span[1] - t.span[0], t.span)):
        low, high = track.span
        place = 0
        while any(low < b and a < high for a, b in taken.get(place, [])):
            place += 1
        taken.setdefault(place, []).append((low, high))
        track.place = place


def _rank(track: Track) -> tuple[bool, int]:
    return track.labelled, track.place


def _slots(page: Page, index: int, side: str) -> list[tuple[Track, Line | None]]:
    """Name what meets one side of a step, top to bottom, so ordered that no two lines of the same step cross."""
    entries = sorted((t for t in page.tracks if t.side == side and t.target == index), key=_rank)
    leaving = [(ln.track, ln) for ln in page.lines if ln.track and ln.track.side == side and ln.source == index]
    leaving.sort(key=lambda pair: _rank(pair[0]))
    if side == "right":
        return [*((t, None) for t in entries), *reversed(leaving)]
    return [*leaving, *((t, None) for t in reversed(entries))]


def _slot_height(line: Line | None) -> float:
    return LINE * len(line.label) + 3 if line and line.label else SLOT


def _side_height(page: Page, index: int, side: str) -> float:
    slots = _slots(page, index, side)
    if not slots:
        return 0.0
    over = OVER if slots[0][1] and slots[0][1].label else 0.0
    return sum(_slot_height(line) for _, line in slots) + 12 - over


def _ports(page: Page, index: int, side: str) -> None:
    """Set the heights at which lines meet one side of a step; a label stands on its line."""
    slots = _slots(page, index, side)
    if not slots:
        return
    row = page.rows[index]
    heights = [_slot_height(line) for _, line in slots]
    # A lone unlabelled line meets the middle; a labelled one may let its words stand out above the box.
    y = row.middle - (sum(heights) - (OVER if slots[0][1] and slots[0][1].label else 0.0)) / 2
    if slots[0][1] and slots[0][1].label:
        y -= OVER
    for (track, line), height in zip(slots, heights, strict=True):
        at = round(y + (height - 2 if line and line.label else height / 2), 1)
        if line is None:
            row.entry[id(track)] = at
        else:
            row.leave[line.edge.target] = at
        y += height


# ---- across and down ---------------------------------------------------------------------------------------------


def _zone(page: Page, side: str) -> tuple[float, float, float]:
    """Give the widths beside the steps: tracks without words, words, tracks with words."""
    inner = [t.place for t in page.tracks if t.side == side and not t.labelled]
    outer = [t.place for t in page.tracks if t.side == side and t.labelled]
    words = [text for ln in page.lines if ln.track and ln.track.side == side for text in ln.label]
    return (
        (max(inner) + 1) * TRACK + 6 if inner else 6.0,
        max(width(text, SMALL) for text in words) + 12 if words else 0.0,
        (max(outer) + 1) * TRACK if outer else 0.0,
    )


def node_width(rows: Iterable[Row]) -> float:
    """Find a width that holds the longest title with its marks, and the longest line of people."""
    titles = [44 + width(r.node.title, TITLE) + 62 for r in rows]
    people = [44 + width(r.node.who, SMALL) + 16 for r in rows]
    return min(max(NODE_MIN, *titles, *people), NODE_MAX)


def _columns(page: Page) -> None:
    left, right = _zone(page, "left"), _zone(page, "right")
    limits = max((width(text, SMALL) for row in page.rows for text in row.limits), default=0.0)
    limits = max(limits, 120.0) + LIMIT_INSET if limits else 0.0
    between = 22.0 if limits else 0.0
    content = sum(left) + page.across + sum(right) + between + limits
    down = HEAD + FOOT + 2 * MARGIN + _used(page)
    page.width = round(max(NARROWEST, content + 2 * MARGIN, down / A4), 1)
    page.height = round(page.width * A4, 1)
    spare = page.width - 2 * MARGIN - content
    # Room to spare goes beside the steps first, so that the page is filled evenly.
    page.left = MARGIN + spare * (0.3 if limits else 0.5) + sum(left)
    page.right = page.left + page.across
    page.label_left = page.left - left[0] - 4
    page.label_right = page.right + right[0] + 4
    page.limits_at = page.right + sum(right) + between + (spare * 0.35 if limits else 0)
    page.limits_to = page.limits_at + limits
    for track in page.tracks:
        sign, edge = (1, page.right) if track.side == "right" else (-1, page.left)
        zone = right if track.side == "right" else left
        off = zone[0] + zone[1] + TRACK / 2 if track.labelled else TRACK
        track.x = round(edge + sign * (off + track.place * TRACK), 1)


def _pitch(page: Page, index: int, gap: float) -> float:
    row = page.rows[index]
    words = next((ln.label for ln in page.lines if ln.source == index and ln.track is None), [])
    below = gap + (LABEL_GAP + LINE * (len(words) - 1) if words else 0)
    return row.height + below


def _used(page: Page) -> float:
    rows = sum(_pitch(page, i, GAP) for i in range(len(page.rows)))
    return max(rows, sum(LINE * len(row.limits) + LIMIT_GAP for row in page.rows if row.limits))


def _down(page: Page) -> None:
    room = page.height - 2 * MARGIN - HEAD - FOOT
    used = sum(_pitch(page, i, GAP) for i in range(len(page.rows)))
    gap = GAP + min(max(room - used, 0) / len(page.rows), GAP_MORE)
    y = MARGIN + HEAD
    for index, row in enumerate(page.rows):
        row.top = round(y, 1)
        y += _pitch(page, index, gap)
    page.end = y
    _limits_down(page)


def _limits_down(page: Page) -> None:
    """Put each block of time limits beside its step, or as near as the blocks above and below leave room."""
    blocks = [row for row in page.rows if row.limits]
    at = MARGIN + HEAD - OVER
    for row in blocks:
        row.limits_top = max(row.middle - LINE * len(row.limits) / 2, at)
        at = row.limits_top + LINE * len(row.limits) + LIMIT_GAP
    floor = page.height - MARGIN - FOOT
    for row in reversed(blocks):
        row.limits_top = round(min(row.limits_top, floor - LINE * len(row.limits)), 1)
        floor = row.limits_top - LIMIT_GAP
