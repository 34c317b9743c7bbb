"""This tells which facts each question, deadline and gate of a pack reads, so that whoever asks can be told in advance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from yangguang.policy import conditions, counting
from yangguang.policy.errors import UnknownGate, UnknownQuestion
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS


def question_facts(pack: Pack, name: str) -> tuple[FactSpec, ...]:
    """Give the facts a question may read, the ones it names itself first. **Raises** UnknownQuestion."""
    if name not in QUESTIONS:
        raise UnknownQuestion(name, QUESTIONS)
    asked = QUESTIONS[name]
    found = [asked.start] if asked.start else []
    found += [*asked.needs, *asked.facts]
    for rule in pack.merged.questions.get(name, ()):
        found += conditions.names(rule.when)
        if rule.clock:
            found += _deadline_names(pack, rule.clock)
    return _specs(pack, (n for n in found if not (asked.about and n == "kind")))


def deadline_facts(pack: Pack, code: str) -> tuple[FactSpec, ...]:
    """Give the facts the lines of a deadline depend on, without its start. **Raises** UnknownRule."""
    return _specs(pack, _deadline_names(pack, code))


def gate_facts(pack: Pack, code: str) -> tuple[FactSpec, ...]:
    """Give the facts a person can supply for a gate; what follows from a question is replaced by what that asks.

    **Raises** UnknownGate.
    """
    if code not in pack.merged.gates:
        raise UnknownGate(code, pack.merged.gates)
    return _specs(pack, pack.merged.gates[code].facts)


def _deadline_names(pack: Pack, code: str) -> Iterator[str]:
    rule = counting.named(pack, code)
    for line in rule.lines:
        yield from conditions.names(line.when)
    if rule.pausable:
        yield "suspensions"


def _specs(pack: Pack, names: Iterable[str]) -> tuple[FactSpec, ...]:
    found: dict[str, FactSpec] = {}
    for name in names:
        spec = pack.facts[name]
        # A lower pack may make the question behind a derived fact look at more than the question names.
        for root in question_facts(pack, spec.derived_from) if spec.derived_from else (spec,):
            found.setdefault(root.name, root)
    return tuple(found.values())
