"""This writes a laid-out flowchart as SVG: presentation attributes only, so that a strict Content-Security-Policy holds.

Colours are those of the pages; side, shape and dashes carry the meaning, so the chart also prints in grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from yangguang.policy.chart_layout import (
    LINE,
    MARGIN,
    SMALL,
    TIP,
    TITLE,
    Line,
    Page,
    Row,
    place,
    width,
)  # fmt: skip

if TYPE_CHECKING:
    from yangguang.policy.charts import Graph

INK, MUTED, RULE, PAPER = "#1f2329", "#5c6670", "#c3cbd5", "#ffffff"
BLUE, DEEP, WASH, GREY, RED, AMBER = "#0b4ea2", "#083a79", "#eaf1fa", "#eef1f5", "#b3261e", "#8a5a00"
COLOURS = {"on": INK, "skip": BLUE, "back": AMBER}
SANS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC',sans-serif"
SONG = "'Songti SC','SimSun','Noto Serif CJK SC','Source Han Serif SC','Noto Serif SC',serif"
ROUND = 5.0
PAPER_MM = ("210mm", "297mm")


def draw(graph: Graph, description: str) -> str:
    """Write the page. **Shape** `description`: the chart in words, for those who cannot see it."""
    page = place(graph)
    name = graph.name
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" id="chart-{name}" width="{PAPER_MM[0]}" height="{PAPER_MM[1]}" '
        f'viewBox="0 0 {num(page.width)} {num(page.height)}" role="img" lang="zh-CN" '
        f'aria-labelledby="chart-{name}-title chart-{name}-desc" font-family="{SANS}" fill="{INK}">',
        f'<title id="chart-{name}-title">{escape(graph.title)}　{escape(graph.place)}</title>',
        f'<desc id="chart-{name}-desc">{escape(description)}</desc>',
        _rect(0, 0, page.width, page.height, fill=PAPER),
        *_head(page),
        *_columns(page),
        *(_edge(page, line) for line in page.lines),
        *(_step(page, row) for row in page.rows),
        *_foot(page),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


# ---- small pieces ------------------------------------------------------------------------------------------------


def num(value: float) -> str:
    """Write a coordinate: one decimal, none where it is whole."""
    return f"{value:.1f}".removesuffix(".0")


def _attributes(given: dict[str, object]) -> str:
    shown = {k: num(v) if isinstance(v, float) else v for k, v in given.items() if v is not None}
    return "".join(f" {k.rstrip('_').replace('_', '-')}={quoteattr(str(v))}" for k, v in shown.items())


def _rect(x: float, y: float, w: float, h: float, **more: object) -> str:
    return f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}"{_attributes(more)}/>'


def _text(x: float, y: float, text: str, size: float = SMALL, **more: object) -> str:
    return f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}"{_attributes(more)}>{escape(text)}</text>'


def _path(points: str, **more: object) -> str:
    return f'<path d="{points}"{_attributes({"fill": "none", **more})}/>'


def _label(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    """Write words that may lie over a line: they keep a white edge."""
    return _text(
        x, y, text, fill=colour, text_anchor=anchor, stroke=PAPER, stroke_width=3, stroke_linejoin="round",
        paint_order="stroke",
    )  # fmt: skip


def _arrow(x: float, y: float, way: str, colour: str) -> str:
    shapes = {"down": (-4, -8, 4, -8), "left": (8, -4, 8, 4), "right": (-8, -4, -8, 4)}
    a, b, c, d = shapes[way]
    return _path(f"M{num(x)} {num(y)}L{num(x + a)} {num(y + b)}L{num(x + c)} {num(y + d)}Z", fill=colour)


# ---- head and foot -----------------------------------------------------------------------------------------------


def _head(page: Page) -> list[str]:
    middle = page.width / 2
    size = min(28.0, (page.width - 2 * MARGIN) / max(width(page.graph.title, 1.06), 1))
    top = MARGIN
    return [
        _text(middle, top + 30, page.graph.title, size, font_family=SONG, font_weight=700, text_anchor="middle",
              letter_spacing=num(size * 0.06)),
        _text(middle, top + 54, page.graph.place, 13, text_anchor="middle"),
        _text(middle, top + 72, page.graph.edition, SMALL, fill=MUTED, text_anchor="middle"),
        _rect(MARGIN, top + 83, page.width - 2 * MARGIN, 2.4, fill=RED),
        _rect(MARGIN, top + 87.4, page.width - 2 * MARGIN, 0.8, fill=RED),
    ]  # fmt: skip


def _columns(page: Page) -> list[str]:
    y = MARGIN + 108
    names = [((page.left + page.right) / 2, "办理步骤", "middle")]
    if any(track.side == "left" for track in page.tracks):
        names.append((page.left - 12, "返回", "end"))
    if any(track.side == "right" for track in page.tracks):
        names.append((page.right + 12, "分支", "start"))
    if page.limits_to > page.limits_at:
        names.append((page.limits_at + 22, "法定时限", "start"))
    return [_text(x, y, name, 11.5, fill=MUTED, text_anchor=anchor, font_weight=700) for x, name, anchor in names]


def _foot(page: Page) -> list[str]:
    y = page.height - MARGIN - 44
    found = [_rect(MARGIN, y - 20, page.width - 2 * MARGIN, 0.8, fill=RULE)]
    x = MARGIN
    for drawing, words in _legend(page):
        found += [drawing(x, y), _text(x + 34, y + 4, words, 10, fill=MUTED)]
        x += 34 + width(words, 10) + 16
        if x > page.width - MARGIN - 110:
            x, y = MARGIN, y + 20
    words = "本图由办案系统运行所依据的同一份程序定义生成；虚线框以及分支是否适用，以法律规定和案件事实为准。"
    marked = any("※" in limit for row in page.rows for limit in row.limits)
    words += "标※的期限须经当地核对后使用。" if marked else ""
    return [*found, _text(MARGIN, page.height - MARGIN, words, 10, fill=MUTED)]


def _legend(page: Page) -> list[tuple]:
    nodes = [row.node for row in page.rows]
    ways = {line.edge.way for line in page.lines}
    line = {"stroke_width": 1.3}
    every = [
        (True, lambda x, y: _rect(x, y - 7, 26, 14, rx=2, fill=WASH, stroke=DEEP, **line), "必经步骤"),
        (any(not n.always for n in nodes),
         lambda x, y: _rect(x, y - 7, 26, 14, rx=2, fill=PAPER, stroke=DEEP, stroke_dasharray="4 2.5", **line), "视情形进行"),
        (any(n.decision for n in nodes),
         lambda x, y: _path(_pointed(x, x + 26, y - 7, 14, 6), fill=WASH, stroke=DEEP, **line), "按情形判断去向"),
        (True, lambda x, y: _rect(x, y - 7, 26, 14, rx=7, fill=GREY, stroke=DEEP, **line), "程序终止"),
        ("skip" in ways, lambda x, y: _sample(x, y, BLUE, "right"), "分支"),
        ("back" in ways, lambda x, y: _sample(x + 26, y, AMBER, "left"), "返回"),
        (any(n.documents for n in nodes), lambda x, y: _sheet(x + 8, y, 2), "文书（种数）"),
        (any(n.recorded for n in nodes), lambda x, y: _camera(x + 6, y), "音像记录"),
    ]  # fmt: skip
    return [(drawing, words) for shown, drawing, words in every if shown]


def _sample(x: float, y: float, colour: str, way: str) -> str:
    far = x + 26 if way == "right" else x - 26
    return _path(f"M{num(x)} {num(y)}H{num(far)}", stroke=colour, stroke_width=1.3) + _arrow(far, y, way, colour)


# ---- steps -------------------------------------------------------------------------------------------------------


def _pointed(left: float, right: float, top: float, height: float, tip: float) -> str:
    middle, bottom = top + height / 2, top + height
    a, b = num(left + tip), num(right - tip)
    return f"M{a} {num(top)}H{b}L{num(right)} {num(middle)}L{b} {num(bottom)}H{a}L{num(left)} {num(middle)}Z"


def _shape(page: Page, row: Row) -> str:
    node = row.node
    look: dict[str, object] = {
        "fill": GREY if node.terminal else WASH if node.always else PAPER,
        "stroke": DEEP,
        "stroke_width": 1.4,
        "stroke_dasharray": None if node.always else "5 3",
    }
    if node.decision:
        return _path(_pointed(page.left, page.right, row.top, row.height, TIP), **look)
    corner = row.height / 2 if node.terminal else 4.0
    return _rect(page.left, row.top, page.right - page.left, row.height, rx=corner, **look)


def _step(page: Page, row: Row) -> str:
    node, x = row.node, page.left + 18
    who = f"{node.who}　记录：{node.record}"
    who_size = min(SMALL, SMALL * (page.right - x - 40) / max(width(who, SMALL), 1))
    parts = [
        f'<g class="step" data-step={quoteattr(node.code)} id="{page.graph.name}-step-{node.code}">',
        f"<title>{escape(f'第{node.number}步　{node.title}（{node.need}）　{node.manner}')}</title>",
        _shape(page, row),
        f'<circle cx="{num(x + 5)}" cy="{num(row.middle)}" r="10" fill="{DEEP}"/>',
        _text(x + 5, row.middle + 3.8, str(node.number), SMALL, fill=PAPER, text_anchor="middle", font_weight=700),
        _text(x + 22, row.middle - 3, node.title, TITLE, font_weight=700),
        _text(x + 22, row.middle + 13, who, who_size, fill=MUTED),
        *_marks(page, row),
        *_limits(page, row),
        "</g>",
    ]
    return "".join(parts)


def _marks(page: Page, row: Row) -> list[str]:
    x, found = page.right - 20.0, []
    if row.node.documents:
        x -= 16
        found.append(_sheet(x, row.middle - 8, row.node.documents))
    if row.node.recorded:
        found.append(_camera(x - 20, row.middle - 8))
    return found


def _sheet(x: float, y: float, count: int) -> str:
    """Draw a sheet with a folded corner, and how many kinds of them there are."""
    sheet = f"M{num(x)} {num(y - 5.5)}H{num(x + 5)}L{num(x + 8)} {num(y - 2.5)}V{num(y + 5.5)}H{num(x)}Z"
    fold = f"M{num(x + 5)} {num(y - 5.5)}V{num(y - 2.5)}H{num(x + 8)}"
    return _path(sheet + fold, fill=PAPER, stroke=DEEP, stroke_width=1) + _text(
        x + 11, y + 4, str(count), 11, fill=DEEP
    )


def _camera(x: float, y: float) -> str:
    lens = f"M{num(x + 10)} {num(y - 0.5)}L{num(x + 14)} {num(y - 3.5)}V{num(y + 3.5)}L{num(x + 10)} {num(y + 0.5)}"
    return _rect(x, y - 4, 10, 8, rx=1.5, fill=PAPER, stroke=DEEP) + _path(lens, fill=PAPER, stroke=DEEP)


def _limits(page: Page, row: Row) -> list[str]:
    if not row.limits:
        return []
    x, top, high = page.limits_at, row.limits_top, LINE * len(row.limits)
    # The number of the step stands beside its limits: where many meet, a block may lie a little off its step.
    number = _text(x, top + 10, str(row.node.number), SMALL, fill=BLUE, font_weight=700, text_anchor="middle")
    bar = _rect(x + 12, top - 1, 2, high + 2, fill=BLUE)
    return [number, bar, *(_text(x + 22, top + LINE * i + 10, text) for i, text in enumerate(row.limits))]


# ---- transitions -------------------------------------------------------------------------------------------------


def _edge(page: Page, line: Line) -> str:
    edge = line.edge
    source, target = page.rows[line.source].node, page.rows[line.target].node
    words = f"从“{source.title}”到“{target.title}”" + (f"：{edge.label}" if edge.label else "")
    head = (
        f'<g class="way way-{edge.way}" id="{page.graph.name}-edge-{edge.source}-{edge.target}" '
        f"data-from={quoteattr(edge.source)} data-to={quoteattr(edge.target)}><title>{escape(words)}</title>"
    )
    return head + "".join(_straight(page, line) if line.track is None else _round(page, line)) + "</g>"


def _straight(page: Page, line: Line) -> list[str]:
    x = (page.left + page.right) / 2
    start, end = page.rows[line.source].bottom, page.rows[line.target].top
    found = [_path(f"M{num(x)} {num(start)}V{num(end - 4)}", stroke=INK, stroke_width=1.4), _arrow(x, end, "down", INK)]
    first = (start + end) / 2 + 3.5 - LINE * (len(line.label) - 1) / 2
    return found + [_label(x + 9, first + LINE * i, text, INK, "start") for i, text in enumerate(line.label)]


def _round(page: Page, line: Line) -> list[str]:
    """Draw a way on its track: out of one side, along, and back into the same side."""
    track, way = line.track, line.edge.way
    assert track is not None
    sign = 1 if track.side == "right" else -1
    start, end = page.rows[line.source], page.rows[line.target]
    out, back = start.leave[line.edge.target], end.entry[id(track)]
    colour = COLOURS[way]
    turn = min(ROUND, abs(back - out) / 2) * (1 if back > out else -1)
    corner = track.x - sign * abs(turn)
    path = (
        f"M{num(_side(page, start, track.side, out))} {num(out)}H{num(corner)}"
        f"Q{num(track.x)} {num(out)} {num(track.x)} {num(out + turn)}V{num(back - turn)}"
        f"Q{num(track.x)} {num(back)} {num(corner)} {num(back)}"
    )
    tip = _side(page, end, track.side, back)
    drawn = [_path(path + f"H{num(tip + sign * 4)}", stroke=colour, stroke_width=1.3)]
    drawn.append(_arrow(tip, back, "left" if sign > 0 else "right", colour))
    x, anchor = (page.label_right, "start") if sign > 0 else (page.label_left, "end")
    first = out - 4 - LINE * (len(line.label) - 1)
    return drawn + [_label(x, first + LINE * i, text, colour, anchor) for i, text in enumerate(line.label)]


def _side(page: Page, row: Row, side: str, y: float) -> float:
    """Give where the outline of a step lies at that height."""
    sign, edge = (-1, page.right) if side == "right" else (1, page.left)
    if row.node.decision:
        return edge + sign * TIP * min(1.0, abs(y - row.middle) / (row.height / 2))
    if row.node.terminal:
        half = row.height / 2
        return edge + sign * (half - (max(half**2 - (y - row.middle) ** 2, 0)) ** 0.5)
    return edge
