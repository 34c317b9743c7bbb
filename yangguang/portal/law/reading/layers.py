"""The packs as a tree of layers: what each brings itself, and the texts it quotes."""

from typing import Any

from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

from .basics import LEVELS, ids, layer_word, sources, url


def tree() -> list[dict[str, Any]]:
    """Give the packs as a tree: the floor, and under each what stands on it."""
    nodes = {name: _node(packs.load(name)) for name in ids()}
    roots: list[dict[str, Any]] = []
    for name, node in nodes.items():
        above = packs.load(name).chain[:-1]
        (nodes[above[-1]]["below"] if above else roots).append(node)
    return roots


def _node(found: Pack) -> dict[str, Any]:
    return {
        "pack": found,
        "level": LEVELS[found.jurisdiction.level],
        "url": url("pack", found.id),
        "adds": adds(found),
        "below": [],
    }


def adds(found: Pack) -> list[tuple[str, int]]:
    """Count what a pack itself brings, by kind; kinds it brings nothing of are left out."""
    merged, deep = found.merged, found.depth
    own = [
        ("条款", sum(c.pack == found.id for c in found.clauses.values())),
        ("问题规则", sum(r.depth == deep for rules in merged.questions.values() for r in rules)),
        ("期限规定", sum(r.depth == deep for d in merged.deadlines.values() for r in d.lines)),
        ("关口", len(own_gates(found))),
        ("程序", sum(act.pack == found.id for act in merged.acts.values())),
        ("参数", sum(v.pack == found.id for rows in merged.values.values() for v in rows)),
        ("歧义处理", sum(r.pack == found.id for r in merged.resolutions.values())),
    ]
    return [row for row in own if row[1]]


def own_gates(found: Pack) -> list[str]:
    above = packs.load(found.chain[-2]).merged.gates if found.depth else {}
    return [c for c, gate in found.merged.gates.items() if c not in above or len(gate.needs) > len(above[c].needs)]


def tabs(found: Pack, current: str) -> list[dict[str, Any]]:
    """Give the parts of a pack as tabs."""
    merged = found.merged
    asked = [n for n in QUESTIONS if n in merged.questions or QUESTIONS[n].how == "computed"]
    rows = [
        ("pack", "概览", None),
        ("questions", "问题", len(asked)),
        ("deadlines", "期限", len(merged.deadlines)),
        ("gates", "关口", len(merged.gates)),
        ("acts", "程序", len(merged.acts)),
        ("parameters", "参数", len(merged.parameters)),
        ("clauses", "条款", len(merged.clauses)),
        ("resolutions", "歧义处理", len(merged.resolutions)),
        ("signed", "签认", None),
    ]
    return [
        {"label": label, "url": url(page, found.id), "count": count, "current": page == current, "tone": ""}
        for page, label, count in rows
        if count != 0 or page == current
    ]


def quoted(found: Pack) -> list[dict[str, Any]]:
    """Give the texts a pack and its parents quote, its own first."""
    rows = []
    for name in reversed(found.chain):
        for key, source in sources(name).items():
            number = sum(c.source == key and c.pack == name for c in found.clauses.values())
            address = f"{url('clauses', found.id)}?source={key}"
            rows.append({"key": key, "source": source, "layer": layer_word(name), "count": number, "url": address})
    return rows
