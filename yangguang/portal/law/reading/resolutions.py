"""How contradictions are read, and which rules carry that out."""

from typing import Any

from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

from .basics import cites, layer_word, url


def resolution_rows(found: Pack) -> list[dict[str, Any]]:
    """Give the readings of contradictions, the pack's own first, each with the rules that carry it out."""
    rows = sorted(found.merged.resolutions.values(), key=lambda r: -found.chain.index(r.pack))
    return [
        {
            "code": r.code,
            "layer": layer_word(r.pack),
            "own": r.pack == found.id and found.depth > 0,
            "issue": r.issue,
            "resolution": r.resolution,
            "because": cites(found, r.because),
            "where": [_where(found, name) for name in r.where],
        }
        for r in rows
    ]


def _where(found: Pack, name: str) -> dict[str, str]:
    """Find the page of a rule by its bare name: question, deadline, gate, parameter or step."""
    if name in QUESTIONS:
        return {"title": QUESTIONS[name].title, "url": url("question", found.id, name)}
    if name in found.merged.deadlines:
        return {"title": f"{name} {found.merged.deadlines[name].title}", "url": url("deadline", found.id, name)}
    if name in found.merged.gates:
        return {"title": f"{name} {found.merged.gates[name].title}", "url": url("gate", found.id, name)}
    if name in found.merged.parameters:
        return {"title": found.merged.parameters[name].label, "url": f"{url('parameters', found.id)}#{name}"}
    if name in found.merged.roles:
        return {"title": found.role(name), "url": f"{url('pack', found.id)}#roles"}
    for key, act in found.merged.acts.items():
        for step in act.steps:
            if name in (step.code, f"{key[0]}/{key[1]}/{step.code}", f"{key[0]}.{key[1]}.{step.code}"):
                return {"title": f"{act.title}：{step.title}", "url": f"{url('act', found.id, *key)}#{step.code}"}
    return {"title": name, "url": ""}
