"""This makes one answer out of the lines that hold. Each way is monotone: more lines never loosen the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yangguang.policy.answers import Outvoted
from yangguang.policy.questions import Question
from yangguang.policy.rules import Held, Rule


@dataclass(frozen=True, slots=True)
class Result:
    """This is what the lines make together, before it is put into words."""

    value: Any
    winners: tuple[Rule, ...] = ()
    losers: tuple[Rule, ...] = ()
    unknown: tuple[str, ...] = ()
    details: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def outvoted(self) -> tuple[Outvoted, ...]:
        return tuple(Outvoted(r.value, r.because, r.note) for r in self.losers)


def absent(held: Sequence[Held]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for h in held for name in h.absent))


def decide(question: Question, held: Sequence[Held], depth: int) -> Result:
    """Combine by the question's way."""
    return _WAYS[question.how](question, held, depth)


def _any(_: Question, held: Sequence[Held], __: int) -> Result:
    sure = tuple(h.rule for h in held if h.certain)
    if sure:
        return Result(True, sure)
    maybe = [h for h in held if not h.certain]
    return Result(None, unknown=absent(maybe)) if maybe else Result(False)


def _bars(question: Question, held: Sequence[Held], depth: int) -> Result:
    return _verdict(held, otherwise=True)


def _permits(question: Question, held: Sequence[Held], depth: int) -> Result:
    return _verdict(held, otherwise=False)


def _verdict(held: Sequence[Held], *, otherwise: bool) -> Result:
    """Forbidding lines win over permitting ones; an open forbidding line, or only open permitting ones, is unknown."""
    no = [h for h in held if h.rule.value is False]
    yes = [h for h in held if h.rule.value is True]
    sure_no = tuple(h.rule for h in no if h.certain)
    sure_yes = tuple(h.rule for h in yes if h.certain)
    if sure_no:
        return Result(False, sure_no, sure_yes)
    if not otherwise and not yes:
        return Result(False)
    if no or (not otherwise and not sure_yes):
        return Result(None, unknown=absent([h for h in held if not h.certain]))
    return Result(True, sure_yes)


def _graded(question: Question, held: Sequence[Held], _: int) -> Result:
    rank = {value: place for place, value in enumerate(question.order)}
    sure = [h.rule for h in held if h.certain]
    top = max((rank[r.value] for r in sure), default=-1)
    higher = [h for h in held if not h.certain and rank[h.rule.value] > top]
    open_now = question.open_ended and not set(question.needs) & set(absent(higher))
    if higher and (not open_now or top < 0):
        return Result(None, unknown=absent(higher))
    if top < 0:
        return Result(None)
    return Result(
        question.order[top],
        tuple(r for r in sure if rank[r.value] == top),
        tuple(r for r in sure if rank[r.value] < top),
        absent(higher),
    )


def _union(_: Question, held: Sequence[Held], depth: int) -> Result:
    sure = sorted((h.rule for h in held if h.certain), key=lambda r: -r.depth)
    values: dict[str, dict[str, Any]] = {}
    for rule in sure:
        for item in rule.value or []:
            if item not in values:
                values[item] = {
                    "key": item,
                    "text": (rule.details or {}).get(item, item),
                    "clauses": [c.clause for c in rule.because],
                    "origin": "plan" if rule.depth == depth else "default",
                }
    maybe = [h for h in held if not h.certain]
    if maybe and not sure:
        return Result(None, unknown=absent(maybe))
    return Result(
        list(values),
        tuple(sure),
        unknown=absent(maybe),
        details=tuple(values.values()),
    )


def _nearest(question: Question, held: Sequence[Held], _: int) -> Result:
    if not held:
        return Result(False if question.facts else None)
    deepest = max(h.rule.depth for h in held)
    near = [h for h in held if h.rule.depth == deepest]
    sure = tuple(h.rule for h in near if h.certain)
    if not sure:
        return Result(None, unknown=absent(near))
    return Result(sure[-1].value, sure)


_WAYS: Mapping[str, Callable[[Question, Sequence[Held], int], Result]] = {
    "any": _any,
    "bars": _bars,
    "permits": _permits,
    "graded": _graded,
    "union": _union,
    "nearest": _nearest,
}
