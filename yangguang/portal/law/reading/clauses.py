"""From a clause to what it produces, and the search over the words of clauses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

from .. import words
from .basics import STRENGTHS, layer_word, url
from .examples import examples, shown_example
from .lines import line


@dataclass(frozen=True)
class Use:
    """This is one place where a clause is the reason: which kind of rule, its words, its page, whose rule it is."""

    kind: str
    title: str
    words: str
    url: str
    layer: str


KINDS = ("问题", "期限", "关口", "程序", "步骤", "文书", "参数", "角色叫法", "歧义处理")


@cache
def index(found: Pack) -> Mapping[str, tuple[Use, ...]]:
    """Give for every clause of a pack the rules it produces, built once."""
    uses: dict[str, dict[Use, None]] = {}

    def note(because: Iterable[Citation], use: Use) -> None:
        for c in because:
            uses.setdefault(c.clause, {})[use] = None

    for because, use in _uses(found):
        note(because, use)
    return {clause: tuple(sorted(rows, key=lambda u: KINDS.index(u.kind))) for clause, rows in uses.items()}


def _uses(found: Pack) -> Iterable[tuple[Sequence[Citation], Use]]:
    merged = found.merged
    for name, rules in merged.questions.items():
        asked = QUESTIONS[name]
        for r in rules:
            said = line(found, r, asked)
            value = f"按期限 {r.clock} 计算" if r.clock else said["value"]
            yield (
                r.because,
                Use("问题", asked.title, f"{said['when']} → {value}", url("question", found.id, name), said["layer"]),
            )
    for code, rule in merged.deadlines.items():
        for r in rule.lines:
            said = line(found, r, None, rule.direction)
            value = f"{said['value']}（{said['when']}）" if r.when else said["value"]
            yield r.because, Use("期限", f"{code} {rule.title}", value, url("deadline", found.id, code), said["layer"])
    for code, gate in merged.gates.items():
        for need in gate.needs:
            address = url("gate", found.id, code)
            yield need.because, Use("关口", f"{code} {gate.title}", words.condition(found, need.must), address, "")
    yield from _act_uses(found)
    for name, values in merged.values.items():
        form = merged.parameters[name]
        for v in values:
            said_value = words.parameter(form, v.value) if v.strength != "unset" else STRENGTHS["unset"]
            address = f"{url('parameters', found.id)}#{name}"
            yield v.because, Use("参数", form.label, said_value, address, layer_word(v.pack))
    for title in merged.roles.values():
        yield title.because, Use("角色叫法", title.title, title.note, url("acts", found.id), "")
    for code, how in merged.resolutions.items():
        address = f"{url('resolutions', found.id)}#{code}"
        yield how.because, Use("歧义处理", how.issue, how.resolution, address, layer_word(how.pack))


def _act_uses(found: Pack) -> Iterable[tuple[Sequence[Citation], Use]]:
    for key, act in found.merged.acts.items():
        address = url("act", found.id, *key)
        yield act.because, Use("程序", act.title, f"{len(act.steps)} 个步骤", address, "")
        for step in act.steps:
            yield step.because, Use("步骤", f"{act.title}：{step.title}", step.public, f"{address}#{step.code}", "")
            for need in step.documents:
                yield need.because, Use("文书", need.title, f"{act.title}：{step.title}", f"{address}#{step.code}", "")


@cache
def proofs(found: Pack) -> Mapping[str, tuple[dict[str, Any], ...]]:
    """Give for every clause the examples whose answer stands on it."""
    proved: dict[str, list[dict[str, Any]]] = {}
    for name, example in examples(found):
        shown = shown_example(name, example)
        for c in shown["because"]:
            proved.setdefault(c["clause"], []).append(shown)
    return {clause: tuple(rows) for clause, rows in proved.items()}


PAGE = 20


def find_clauses(found: Pack, text: str, source: str, own: bool) -> list[dict[str, Any]]:
    """Give the clauses that hold every one of the words, in the order of the tables, the pack's own first."""
    wanted = text.split()
    rows = []
    for clause in sorted(found.clauses.values(), key=lambda c: -found.chain.index(c.pack)):
        if (source and clause.source != source) or (own and clause.pack != found.id):
            continue
        held = f"{clause.id}\n{clause.title}\n{clause.text}\n{clause.source_title}".lower()
        if all(word.lower() in held for word in wanted):
            rows.append(
                {
                    "clause": clause,
                    "url": url("clause", found.id, clause.id),
                    "text": words.parts(clause.text, wanted),
                    "uses": len(index(found).get(clause.id, ())),
                    "layer": layer_word(clause.pack),
                }
            )
    return rows
