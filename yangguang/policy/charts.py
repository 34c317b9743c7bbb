"""This draws the flowchart of an act from its definition, so that the public picture cannot differ from the procedure.

**Clause** QS-3.1.1d, QS-3.1.1e, QD-3.1.1(2)b, SY-2.1.1d, DH-2.2.1b, WC-2.1.2(3)a, WC-2.3.3a.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from yangguang.policy import chart_svg, manners, wording
from yangguang.policy.acts import Act, Step
from yangguang.policy.packs import Pack


@dataclass(frozen=True, slots=True)
class Node:
    """This is one step as it is drawn.

    **Shape** `need` says when the step is taken; `always` is true when in every case. `decision`: ways on depend on what
    was found. `documents`: how many forms the step knows. `record`, `manner`: how it is recorded, in a word and in full. `limits`: one line of words each.
    """

    code: str
    number: int
    title: str
    who: str
    need: str
    always: bool
    decision: bool
    terminal: bool
    documents: int
    recorded: bool
    manner: str
    record: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """This is one transition. **Shape** `way`: "on" to the step drawn next, "skip" further down, "back" up."""

    source: str
    target: str
    label: str
    way: str


@dataclass(frozen=True, slots=True)
class Graph:
    """This is a flowchart before it is laid out."""

    name: str
    title: str
    place: str
    edition: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class OutlineStep:
    """This is one step of the text alternative. **Shape** `ways`: (title of the step it leads to, words or "")."""

    number: int
    title: str
    facts: tuple[str, ...]
    ways: tuple[tuple[str, str], ...]


def graph(pack: Pack, act: Act, *, title: str | None = None, on: dt.date | None = None) -> Graph:
    """Make the nodes and edges of an act, with the rules in force on that day (without one: those still in force)."""
    places = {step.code: index for index, step in enumerate(act.steps)}
    nodes = tuple(_node(pack, act, step, index, on) for index, step in enumerate(act.steps))
    edges = tuple(_edge(pack, step, to, places) for step in act.steps for to in dict.fromkeys(step.next))
    where = pack.jurisdiction
    day = on or wording.since(pack)
    dated = f"　规则日期 {day.year}年{day.month}月{day.day}日" if day else ""
    return Graph(
        name=f"{act.kind}-{act.procedure}",
        title=title or f"{act.title}流程图",
        place="　".join(name for name in (where.name, where.body) if name),
        edition=f"依据：{pack.title}　规则版本 {pack.version}{dated}",
        nodes=nodes,
        edges=edges,
    )


def _node(pack: Pack, act: Act, step: Step, index: int, on: dt.date | None) -> Node:
    need = wording.need(pack, act, step)
    demands, it = pack.recordings_owed(step, wording.known(pack, act), on), manners.of(pack, act, step, on)
    return Node(
        code=step.code,
        number=index + 1,
        title=step.title,
        who="、".join(dict.fromkeys(pack.role(role).split("（")[0] for role in step.roles)),
        need=need,
        always=need == wording.ALWAYS,
        decision=len(set(step.next)) > 1 and any(way.when for way in step.ways),
        terminal=step.terminal,
        documents=len(step.documents),
        manner=it.brief,
        record=it.word,
        recorded=any(demand.level != "none" or demand.unknown for demand in demands),
        limits=tuple(limit.brief for limit in wording.time_limits(pack, act, step, on) if limit.brief),
    )


def _edge(pack: Pack, step: Step, to: str, places: dict[str, int]) -> Edge:
    ahead = places[to] - places[step.code]
    way = "on" if ahead == 1 else "skip" if ahead > 1 else "back"
    return Edge(step.code, to, wording.branch(pack, step, to), way)


def svg(pack: Pack, act: Act, *, title: str | None = None, on: dt.date | None = None) -> bytes:
    """Draw the flowchart as one A4 portrait page.

    **Shape** UTF-8 SVG, the same bytes for the same rules on every machine: text is measured by its characters, not by
    the fonts at hand. Each step is `<g data-step>`, each transition `<g data-from data-to>`, both with a `<title>`.
    """
    drawn = graph(pack, act, title=title, on=on)
    return chart_svg.draw(drawn, as_text(outline(pack, act, on=on))).encode()


def outline(pack: Pack, act: Act, *, on: dt.date | None = None) -> tuple[OutlineStep, ...]:
    """Give the chart in words, for screen readers: every step once, with every transition."""
    drawn = graph(pack, act, on=on)
    numbers = {node.code: f"第{node.number}步“{node.title}”" for node in drawn.nodes}
    found = []
    for node, step in zip(drawn.nodes, act.steps, strict=True):
        facts = [f"办理：{wording.who(pack, step)}", node.need]
        facts.append(node.manner)
        facts += [f"时限：{limit.short}" for limit in wording.time_limits(pack, act, step, on) if limit.short]
        ways = tuple((numbers[edge.target], edge.label) for edge in drawn.edges if edge.source == node.code)
        found.append(OutlineStep(node.number, node.title, tuple(facts), ways))
    return tuple(found)


def as_text(steps: tuple[OutlineStep, ...]) -> str:
    """Write the outline as plain lines."""
    lines = []
    for step in steps:
        lines.append(f"{step.number}. {step.title}。{'；'.join(step.facts)}。")
        lines += [f"　→ {to}{f'：{words}' if words else ''}" for to, words in step.ways] or ["　程序终止。"]
    return "\n".join(lines)
