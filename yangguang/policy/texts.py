"""These are the rules of one pack as a lawyer signs them: each with its own words, the clauses it quotes, and a digest.

**Shape** A rule is what one folder says about one name: the lines of a question, a deadline, a gate, a step, a
parameter, a reading of a contradiction, an item by which files are evaluated. Its digest changes when a word, number, date or quotation of it changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yangguang.policy import files
from yangguang.policy.packs import Pack, load
from yangguang.policy.questions import QUESTIONS

SECTIONS: Mapping[str, str] = {
    "question": "问题",
    "deadline": "期限",
    "gate": "关口",
    "step": "步骤",
    "parameter": "参数",
    "resolution": "歧义处理",
    "rubric": "案卷评查项",
}


@dataclass(frozen=True, slots=True)
class RuleText:
    """This is one rule of one folder. **Shape** `key` is "cn/deadline/D07"; `digest` is SHA-256 of `words`, hex."""

    key: str
    layer: str
    section: str
    name: str
    title: str
    words: str
    digest: str
    clauses: tuple[str, ...]


@cache
def rules(layer_id: str) -> Mapping[str, RuleText]:
    """Give the rules of one folder by key, in the order of the file. **Raises** UnknownPack, PackError."""
    return _rules(load(layer_id), files.ROOT)


def rules_of(pack: Pack) -> Mapping[str, RuleText]:
    """Give the rules of a pack with those of its parents, the pack's own first."""
    return {key: rule for layer in reversed(pack.chain) for key, rule in rules(layer).items()}


def _rules(pack: Pack, root: Path) -> Mapping[str, RuleText]:
    layer = files.read_layer(root, pack.id)
    found = {}
    for section, name, title, body in _parts(pack, layer):
        cited = tuple(dict.fromkeys(_cited(body)))
        quoted = {clause: pack.clauses[clause].text for clause in cited}
        words = yaml.safe_dump({"规则": body, "引文": quoted}, allow_unicode=True, sort_keys=False, width=110)
        key = f"{pack.id}/{section}/{name}"
        digest = hashlib.sha256(words.encode()).hexdigest()
        found[key] = RuleText(key, pack.id, section, name, title, words, digest, cited)
    return found


def _parts(pack: Pack, layer: files.Layer) -> Iterator[tuple[str, str, str, Any]]:
    for name, lines in layer.pack.questions.items():
        if lines:
            yield "question", name, QUESTIONS[name].title, [_plain(line) for line in lines]
    for code, deadline in layer.deadlines.deadlines.items():
        yield "deadline", code, f"{code} {pack.deadlines[code].title}", _plain(deadline)
    for code, gate in layer.gates.gates.items():
        yield "gate", code, f"{code} {pack.merged.gates[code].title}", _plain(gate)
    for kind, act in layer.acts.items():
        for procedure, form in act.procedures.items():
            title = pack.act(kind, procedure).title
            for step in form.steps:
                yield "step", f"{kind}.{procedure}.{step.code}", f"{title}：{step.title}", _plain(step)
        for procedure, overlays in act.tighten.items():
            built = pack.act(kind, procedure)
            for code, overlay in overlays.items():
                yield "step", f"{kind}.{procedure}.{code}", f"{built.title}：{built.step(code).title}", _plain(overlay)
    for name, value in layer.parameters.values.items():
        yield "parameter", name, pack.merged.parameters[name].label, _plain(value)
    for code, reading in layer.pack.resolutions.items():
        yield "resolution", code, reading.issue, _plain(reading)
    for code, item in layer.rubric.rubric.items():
        yield "rubric", code, f"{code} {item.title}", _plain(item)
    if layer.rubric.grades or layer.rubric.vetoed:
        grades = [_plain(grade) for grade in layer.rubric.grades]
        yield "rubric", "grades", "案卷的等次", {"grades": grades, "vetoed": layer.rubric.vetoed}


def _plain(form: Any) -> Any:
    return form.model_dump(mode="json", exclude_defaults=True)


def _cited(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            if key == "because":
                yield from value
            else:
                yield from _cited(value)
    elif isinstance(body, list):
        for item in body:
            yield from _cited(item)
