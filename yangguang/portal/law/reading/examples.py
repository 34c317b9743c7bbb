"""The worked cases of a pack, each with what the pack answers today."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from yangguang.policy import packs
from yangguang.policy.answers import Citation, plain
from yangguang.policy.errors import PolicyError
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS
from yangguang.policy.schema import Example

from .. import words
from .answers import STATES, answer_words
from .basics import cites, layer_word, url


@cache
def examples(found: Pack) -> tuple[tuple[str, Example], ...]:
    """Give the worked cases of a pack and its parents, its own first, each with the pack it belongs to."""
    return tuple((name, e) for name in reversed(found.chain) for e in packs.load(name).examples())


@dataclass(frozen=True)
class Outcome:
    """This is what the pack answers to an example."""

    value: Any
    because: tuple[Citation, ...]
    unknown: tuple[str, ...]
    shown: str


def outcome(name: str, example: Example) -> Outcome:
    """Answer one example by the rules of its own pack."""
    found = packs.load(name)
    if example.ask:
        answer = found.ask(example.ask, example.facts, example.on)
        return Outcome(plain(answer.value), answer.because, answer.unknown, answer_words(answer))
    if example.deadline and example.start:
        done = found.deadline(example.deadline, example.start, example.on, example.facts)
        return Outcome(done.due.isoformat(), done.because, done.unknown, words.fact(found.facts["start"], done.due))
    verdict = found.gate(example.gate or "", example.facts, example.on)
    return Outcome(verdict.state, verdict.because, verdict.unknown, STATES[verdict.state])


def shown_example(name: str, example: Example) -> dict[str, Any]:
    """Give one example in words with what the pack answers today."""
    found = packs.load(name)
    facts = words.given(found, example.facts)
    if example.start:
        facts.insert(0, ("起算日", words.fact(found.facts["start"], example.start)))
    if example.on:
        facts.append(("适用哪一天的规则", words.fact(found.facts["start"], example.on)))
    kind = (example.ask and "question") or (example.deadline and "deadline") or "gate"
    about = example.ask or example.deadline or example.gate or ""
    try:
        got = outcome(name, example)
    except PolicyError as error:
        got = Outcome(None, (), (), str(error))
    expected = plain(example.expect)
    return {
        "title": example.title or about,
        "about": _about(found, kind, about),
        "url": url(kind, found.id, about),
        "layer": layer_word(name),
        "facts": facts,
        "outcome": got.shown,
        "unknown": "、".join(found.facts[n].label for n in got.unknown if n in found.facts),
        "because": cites(found, got.because),
        "holds": got.value == expected,
    }


def _about(found: Pack, kind: str, name: str) -> str:
    if kind == "question":
        return QUESTIONS[name].title
    if kind == "deadline":
        return f"{name} {found.merged.deadlines[name].title}"
    return f"{name} {found.merged.gates[name].title}"
