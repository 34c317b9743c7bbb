"""These are the parts a comparison of two packs is made of: one change, what is tighter, which line became which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from yangguang.policy import conditions
from yangguang.policy.acts import Step
from yangguang.policy.answers import Citation, plain
from yangguang.policy.gates import NeedRule
from yangguang.policy.packs import Pack
from yangguang.policy.rules import Rule
from yangguang.policy.schema import Limit

GROUPS: Mapping[str, str] = {
    "questions": "问题",
    "deadlines": "期限",
    "gates": "关口",
    "steps": "步骤",
    "documents": "文书",
    "parameters": "参数",
    "rubric": "案卷评查",
    "clauses": "条款",
    "facts": "事实",
    "calendar": "日历",
}
WHAT: Mapping[str, str] = {
    "added": "新增",
    "removed": "删除",
    "changed": "变更",
    "tightened": "收紧",
    "loosened": "放宽",
}
When = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """This is one change of the law.

    **Shape** `group` of GROUPS, `key` the code of the rule ("D05", "penalty/ordinary/review"), `what` of WHAT; an
    added or removed rule says in `effect` whether that tightens or loosens ("" where it does neither). `since` and
    `until` bound the days on which the rule was or is in force. `acts`: the (kind, procedure) whose definition names
    the rule, None where it may concern any; `steps` the steps that name it; `whens` the conditions it had and has.
    """

    group: str
    key: str
    title: str
    what: str
    words: str
    effect: str = ""
    clauses: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    acts: frozenset[tuple[str, str]] | None = None
    steps: tuple[tuple[str, str, str], ...] = ()
    whens: tuple[When, ...] = ()

    def affects(self, kind: str, procedure: str, since: dt.date | None = None) -> bool:
        """Tell whether the change may touch an act of this kind and procedure that runs from `since` to today."""
        if self.acts is not None and (kind, procedure) not in self.acts:
            return False
        if since and self.until and self.until < since:
            return False
        facts = {"kind": kind, "procedure": procedure}
        return not self.whens or any(conditions.holds(when, facts)[0] is not False for when in self.whens)

    def as_json(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "key": self.key,
            "title": self.title,
            "what": self.what,
            "effect": self.effect,
            "words": self.words,
            "clauses": list(self.clauses),
            "since": plain(self.since),
            "until": plain(self.until),
            "acts": None if self.acts is None else sorted("/".join(act) for act in self.acts),
            "steps": ["/".join(step) for step in self.steps],
        }


@dataclass(frozen=True)
class Both:
    """These are the two packs with what is needed to say a change in words."""

    old: Pack
    new: Pack
    notes: list[str] = field(repr=False)

    def words(self, when: When) -> str:
        known = {name: self.new.facts.get(name) or self.old.facts[name] for name in conditions.names(when)}
        shown = {key: _chosen(known[conditions.split(key)[0]].choices or {}, want) for key, want in when.items()}
        return conditions.words(shown, {name: spec.label for name, spec in known.items()}) if when else "任何情形"

    def using(self, names: Callable[[Step], Iterable[str]], code: str) -> tuple[tuple[str, str, str], ...]:
        """Name the steps of both packs that name a gate or deadline."""
        found = {
            (kind, procedure, step.code)
            for pack in (self.old, self.new)
            for (kind, procedure), act in pack.merged.acts.items()
            for step in act.steps
            if code in names(step)
        }
        return tuple(sorted(found))

    @cached_property
    def citing(self) -> Mapping[str, tuple[set[tuple[str, str, str]], list[When]]]:
        """Say for each clause which steps cite it, and under which conditions rules cite it."""
        found: dict[str, tuple[set[tuple[str, str, str]], list[When]]] = {}

        def note(because: Iterable[Citation], when: When, *steps: tuple[str, str, str]) -> None:
            for clause in clause_ids(because):
                at, whens = found.setdefault(clause, (set(), []))
                at.update(steps)
                whens.append(when)

        for pack in (self.old, self.new):
            for (kind, procedure), act in pack.merged.acts.items():
                for step in act.steps:
                    note(step.because, {"kind": kind, "procedure": procedure}, (kind, procedure, step.code))
            for rules in pack.merged.questions.values():
                for rule in rules:
                    note(rule.because, rule.when)
            for deadline in pack.deadlines.values():
                for line in deadline.lines:
                    note(line.because, line.when)
            for gate in pack.merged.gates.values():
                for need in gate.needs:
                    note(need.because, {**gate.when, **need.when})
        return found


def _chosen(choices: Mapping[str, str], want: Any) -> Any:
    if isinstance(want, list):
        return [choices.get(item, item) if isinstance(item, str) else item for item in want]
    return choices.get(want, want) if isinstance(want, str) else want


# ---- tighter or looser? ------------------------------------------------------------------------------------------


def wider(old: When, new: When) -> int | None:
    """Compare two conditions: 1 the new one holds in more cases, -1 in fewer, 0 the same, None neither."""
    parts: list[int | None] = []
    for key in {**old, **new}:
        if key not in new:
            parts.append(1)
        elif key not in old:
            parts.append(-1)
        else:
            parts.append(_wider_value(key, old[key], new[key]))
    return together(parts)


def _wider_value(key: str, old: Any, new: Any) -> int | None:
    if old == new:
        return 0
    suffix = conditions.split(key)[1]
    if suffix in ("_gte", "_gt"):
        return 1 if new < old else -1
    if suffix in ("_lte", "_lt"):
        return 1 if new > old else -1
    if suffix in conditions.LIST_WANTED:
        before, after = set(old), set(new)
        return 0 if before == after else 1 if after > before else -1 if after < before else None
    return None


def together(parts: Iterable[int | None]) -> int | None:
    found = set(parts)
    if None in found or {1, -1} <= found:
        return None
    return 1 if 1 in found else -1 if -1 in found else 0


def _bounds(limit: Limit) -> tuple[float, float]:
    """Bound a period in days, whatever the calendar: a working day is at least a day, at most what a long holiday makes."""
    low, high = {
        "hour": (1 / 24, 1 / 24),
        "calendar_day": (1, 1),
        "working_day": (1, 3.5),
        "month": (28, 31),
    }[limit.unit]
    rest = 10 if limit.unit == "working_day" or limit.roll != "none" else 0
    return limit.n * low, limit.n * high + rest


def longer(old: Limit, new: Limit) -> int | None:
    """Compare two periods: 1 the new one is longer, -1 shorter, 0 the same, None it depends on the calendar."""
    rolls = together([(new.roll != "none") - (old.roll != "none")])
    if old.unit == new.unit:
        return together([(new.n > old.n) - (new.n < old.n), rolls])
    if (old.unit, new.unit) in (("working_day", "calendar_day"), ("calendar_day", "working_day")) and old.n == new.n:
        return together([1 if new.unit == "working_day" else -1, rolls])
    (low, high), (least, most) = _bounds(old), _bounds(new)
    return 1 if least > high else -1 if most < low else None


def strictness(direction: str, old: Limit, new: Limit) -> int | None:
    """Say whether a new period is stricter (1) or looser (-1): a short term to act, a long one to wait or to warn."""
    change = longer(old, new)
    return None if change is None else -change if direction == "within" else change


def in_force_longer(old: Rule | NeedRule, new: Rule | NeedRule) -> int | None:
    first = _order(new.since, old.since, dt.date.min)
    last = _order(old.until, new.until, dt.date.max)
    return together([first, last])


def _order(left: dt.date | None, right: dt.date | None, absent: dt.date) -> int:
    a, b = left or absent, right or absent
    return (a < b) - (a > b)


def verdict(parts: Iterable[int | None]) -> str:
    found = together(parts)
    return {1: "tightened", -1: "loosened"}.get(found or 0, "changed")


# ---- pairing lines -----------------------------------------------------------------------------------------------


def matched(
    old: Sequence[T], new: Sequence[T], same: Callable[[T], Hashable], like: Sequence[Callable[[T], Hashable]]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Match lines: the same ones first, then those alike in the first way, the second … **Shape** (pairs, gone, come)."""
    gone, come = list(old), list(new)
    for key in [same]:
        for line in list(gone):
            twin = next((other for other in come if key(other) == key(line)), None)
            if twin is not None:
                gone.remove(line)
                come.remove(twin)
    pairs = []
    for key in like:
        for line in list(gone):
            twin = next((other for other in come if key(other) == key(line)), None)
            if twin is not None:
                gone.remove(line)
                come.remove(twin)
                pairs.append((line, twin))
    return pairs, gone, come


def frozen_form(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((key, frozen_form(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(frozen_form(item) for item in value)
    return value  # a number, a date, a text


def clause_ids(because: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(c.clause for c in because)


def law_of(pack: Pack, rule: Rule) -> Hashable:
    limit = rule.limit and (rule.limit.n, rule.limit.unit, rule.limit.roll)
    return (
        pack.chain[rule.depth],
        frozen_form(rule.when),
        clause_ids(rule.because),
        rule.since,
        rule.until,
        rule.confirm,
        rule.default,
        frozen_form(rule.value),
        rule.clock,
        limit,
        frozen_form(rule.details or {}),
        rule.exempt,
    )
