"""This compares two editions of a pack as law: what was added, removed, changed, tightened or loosened, and for whom.

Words for readers (notes, messages, the public sentence of a step) and worked examples are no law: they are only counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from yangguang.policy import conditions
from yangguang.policy.acts import Act, DocumentNeed, Step
from yangguang.policy.answers import Citation, plain
from yangguang.policy.deadlines import say
from yangguang.policy.facts import FactSpec
from yangguang.policy.gates import GateRule, NeedRule
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS, Question
from yangguang.policy.rules import Rule
from yangguang.policy.schema import Limit

GROUPS: Mapping[str, str] = {
    "questions": "问题",
    "deadlines": "期限",
    "gates": "关口",
    "steps": "步骤",
    "documents": "文书",
    "parameters": "参数",
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
OPPOSITE = {"tightened": "loosened", "loosened": "tightened"}

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


@dataclass(frozen=True, slots=True)
class Difference:
    """This is everything that differs between two packs. **Shape** `notes` name differences that are no law."""

    old: Pack
    new: Pack
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "old": {"pack": self.old.id, "version": self.old.version},
            "new": {"pack": self.new.id, "version": self.new.version},
            "legal_change": bool(self.changes),
            "changes": [change.as_json() for change in self.changes],
            "notes": list(self.notes),
        }

    def lines(self) -> Iterator[str]:
        """Say it in Chinese, group by group."""
        yield f"{self.old.id}（版本 {self.old.version}）→ {self.new.id}（版本 {self.new.version}）"
        for group, title in GROUPS.items():
            found = [change for change in self.changes if change.group == group]
            if found:
                yield f"{title}（{len(found)}）"
            for change in found:
                effect = f"（{WHAT[change.effect]}）" if change.effect else ""
                yield f"  {WHAT[change.what]}{effect} {change.key} {change.title}：{change.words}{_dated(change)}"
        if not self.changes:
            yield "没有法律上的变化。"
        for note in self.notes:
            yield f"不属于法律变化：{note}"


def _dated(change: Change) -> str:
    parts = []
    if change.clauses:
        parts.append(f"依据 {'、'.join(change.clauses)}")
    if change.since:
        parts.append(f"自 {change.since.isoformat()}")
    if change.until:
        parts.append(f"至 {change.until.isoformat()}")
    return f"（{'，'.join(parts)}）" if parts else ""


def compare(old: Pack, new: Pack) -> Difference:
    """Compare two packs rule by rule."""
    notes: list[str] = []
    both = _Both(old, new, notes)
    changes = [
        *_questions(both),
        *_deadlines(both),
        *_gates(both),
        *_acts(both),
        *_parameters(both),
        *_clauses(both),
        *_facts(both),
        *_calendar(both),
    ]
    _readers(both)
    return Difference(old, new, tuple(changes), tuple(dict.fromkeys(notes)))


@dataclass(frozen=True)
class _Both:
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
            for clause in _clause_ids(because):
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
    return _together(parts)


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


def _together(parts: Iterable[int | None]) -> int | None:
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
    rolls = _together([(new.roll != "none") - (old.roll != "none")])
    if old.unit == new.unit:
        return _together([(new.n > old.n) - (new.n < old.n), rolls])
    if (old.unit, new.unit) in (("working_day", "calendar_day"), ("calendar_day", "working_day")) and old.n == new.n:
        return _together([1 if new.unit == "working_day" else -1, rolls])
    (low, high), (least, most) = _bounds(old), _bounds(new)
    return 1 if least > high else -1 if most < low else None


def _strict(direction: str, old: Limit, new: Limit) -> int | None:
    """Say whether a new period is stricter (1) or looser (-1): a short term to act, a long one to wait or to warn."""
    change = longer(old, new)
    return None if change is None else -change if direction == "within" else change


def _in_force_longer(old: Rule | NeedRule, new: Rule | NeedRule) -> int | None:
    first = _order(new.since, old.since, dt.date.min)
    last = _order(old.until, new.until, dt.date.max)
    return _together([first, last])


def _order(left: dt.date | None, right: dt.date | None, absent: dt.date) -> int:
    a, b = left or absent, right or absent
    return (a < b) - (a > b)


def _verdict(parts: Iterable[int | None]) -> str:
    found = _together(parts)
    return {1: "tightened", -1: "loosened"}.get(found or 0, "changed")


def _force(question: Question, rule: Rule) -> int:
    """Say what a line does to an answer: 1 it can only tighten, -1 it can only loosen, 0 it depends."""
    if question.how in ("any", "union", "clock", "graded", "yearly"):
        return 1
    if question.how in ("bars", "permits"):
        return 1 if rule.value is False else -1
    return 0


# ---- pairing lines -----------------------------------------------------------------------------------------------


def _pairs(
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


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((key, _frozen(item)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    return value  # a number, a date, a text


def _clause_ids(because: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(c.clause for c in because)


def _law(pack: Pack, rule: Rule) -> Hashable:
    limit = rule.limit and (rule.limit.n, rule.limit.unit, rule.limit.roll)
    return (
        pack.chain[rule.depth],
        _frozen(rule.when),
        _clause_ids(rule.because),
        rule.since,
        rule.until,
        rule.confirm,
        rule.default,
        _frozen(rule.value),
        rule.clock,
        limit,
        _frozen(rule.details or {}),
        rule.exempt,
    )


# ---- questions and deadlines -------------------------------------------------------------------------------------


def _questions(both: _Both) -> Iterator[Change]:
    for name, question in QUESTIONS.items():
        before, after = both.old.merged.questions.get(name, ()), both.new.merged.questions.get(name, ())
        if before == after:
            continue

        def told(rule: Rule, question: Question = question) -> str:
            when = both.words(rule.when)
            return f"{when} → {_value(question, rule)}"

        def judged(old: Rule, new: Rule, question: Question = question) -> str:
            return _judged(question, old, new)

        force = _forces(question)
        yield from _lines(both, "questions", name, question.title, before, after, told, judged, force, about=question)


def _forces(question: Question) -> Callable[[Rule], int]:
    return lambda rule: 0 if rule.default else _force(question, rule)


def _value(question: Question, rule: Rule) -> str:
    if question.how == "clock":
        return f"期限 {rule.clock}"
    value = rule.value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join((rule.details or {}).get(item, item) for item in value)
    return GRADE_WORDS.get(value, str(value)) if value is not None else "由程序计算"


def _judged(question: Question, old: Rule, new: Rule) -> str:
    """Say whether the new form of a line is tighter."""
    if old.default != new.default or old.clock != new.clock or _frozen(old.exempt) != _frozen(new.exempt):
        return "changed"
    reach = [wider(old.when, new.when), _in_force_longer(old, new)]
    if _frozen(old.value) == _frozen(new.value):
        force = _force(question, new) if not new.default else 0
        found = _together(reach)
        return _verdict([None if found is None else found * force])
    value = _tighter_value(question, old, new)
    return _verdict([value, *reach]) if not new.default else "changed"


def _tighter_value(question: Question, old: Rule, new: Rule) -> int | None:
    if question.how == "graded":
        return 1 if question.order.index(new.value) > question.order.index(old.value) else -1
    if question.how == "union":
        before, after = set(old.value or ()), set(new.value or ())
        return 1 if after > before else -1 if after < before else None
    if question.how in ("bars", "permits"):
        return 1 if new.value is False else -1
    if question.how == "yearly":
        return 1 if new.value < old.value else -1
    return None


def _lines(
    both: _Both, group: str, key: str, title: str, before: Sequence[Rule], after: Sequence[Rule],
    told: Callable[[Rule], str], judged: Callable[[Rule, Rule], str], force: Callable[[Rule], int], *,
    about: Question | None = None, steps: tuple[tuple[str, str, str], ...] = (),
) -> Iterator[Change]:  # fmt: skip
    homes = {id(r): both.old for r in before} | {id(r): both.new for r in after}

    def home(rule: Rule) -> str:
        pack = homes[id(rule)]
        return pack.chain[rule.depth]

    def law(rule: Rule) -> Hashable:
        return _law(homes[id(rule)], rule)

    pairs, gone, come = _pairs(
        before,
        after,
        law,
        [
            lambda r: (home(r), _frozen(r.when), _frozen(r.value), r.clock, r.default),
            lambda r: (home(r), _frozen(r.when), r.default),
            lambda r: (home(r), _clause_ids(r.because), _frozen(r.value), r.clock),
            lambda r: (home(r), _clause_ids(r.because)),
        ],
    )
    if [r.note for r in before] != [r.note for r in after] and not (pairs or gone or come):
        both.notes.append(f"{key} {title} 的说明有改动。")
    scope = {"kind": about.about} if about and about.about else {}

    def change(what: str, words: str, rules: Sequence[Rule], effect: str = "") -> Change:
        return Change(
            group, key, title, what, words, effect,
            clauses=tuple(dict.fromkeys(c for r in rules for c in _clause_ids(r.because))),
            since=rules[-1].since,
            until=None if any(r.until is None for r in rules) else max(r.until for r in rules if r.until),
            steps=steps,
            whens=tuple({**scope, **r.when} for r in rules),
        )  # fmt: skip

    for old, new in pairs:
        words = f"原为“{told(old)}”，现为“{told(new)}”" if told(old) != told(new) else told(new)
        yield change(judged(old, new), words + _formal(old, new), (old, new))
    for rule in come:
        yield change("added", told(rule), (rule,), {1: "tightened", -1: "loosened"}.get(force(rule), ""))
    for rule in gone:
        yield change("removed", told(rule), (rule,), {1: "loosened", -1: "tightened"}.get(force(rule), ""))


def _formal(old: Rule, new: Rule) -> str:
    """Name the differences beside condition and value."""
    parts = []
    if _clause_ids(old.because) != _clause_ids(new.because):
        parts.append(f"依据由 {'、'.join(_clause_ids(old.because))} 改为 {'、'.join(_clause_ids(new.because))}")
    if (old.since, old.until) != (new.since, new.until):
        parts.append(f"适用日期由 {_span(old)} 改为 {_span(new)}")
    if old.default != new.default:
        parts.append("改为只补空缺" if new.default else "不再只补空缺")
    if old.confirm != new.confirm:
        parts.append("标为须核对原文" if new.confirm else "原文已核对")
    if old.exempt != new.exempt:
        parts.append("豁免情形有改动")
    if (old.details or {}) != (new.details or {}) and old.value == new.value:
        parts.append("各项措辞有改动")
    return f"；{'，'.join(parts)}" if parts else ""


def _span(rule: Rule) -> str:
    return f"{rule.since.isoformat() if rule.since else '无首日'}–{rule.until.isoformat() if rule.until else '现行'}"


def _deadlines(both: _Both) -> Iterator[Change]:
    old, new = both.old.deadlines, both.new.deadlines
    for code in {**old, **new}:
        before, after = old.get(code), new.get(code)
        rule = after or before
        if before == after or rule is None:
            continue
        steps = both.using(lambda step: step.deadlines, code)

        def told(line: Rule) -> str:
            assert line.limit is not None
            return f"{both.words(line.when)} → {say(line.limit)}"

        def judged(a: Rule, b: Rule, direction: str = rule.direction) -> str:
            assert a.limit is not None
            assert b.limit is not None
            if a.default != b.default:
                return "changed"
            reach = [wider(a.when, b.when), _in_force_longer(a, b)]
            strict = 0 if a.limit == b.limit else _strict(direction, a.limit, b.limit)
            return _verdict([strict, *(reach if not b.default else [0 if r == 0 else None for r in reach])])

        if before and after:
            yield from _deadline_terms(both, code, before, after, steps)
        elif not rule.lines:
            what = "added" if after else "removed"
            yield Change("deadlines", code, rule.title, what, "没有数字规定", steps=steps)
        yield from _lines(
            both, "deadlines", code, rule.title, before.lines if before else (), after.lines if after else (), told,
            judged, lambda line: 0 if line.default else 1, steps=steps,
        )  # fmt: skip


def _deadline_terms(
    both: _Both, code: str, before: Any, after: Any, steps: tuple[tuple[str, str, str], ...]
) -> Iterator[Change]:
    terms = {"trigger": "起算", "must": "要求", "holder": "义务人", "direction": "方向", "pausable": "可否中止"}
    for name, label in terms.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            what = "changed" if name != "pausable" else "loosened" if new else "tightened"
            words = f"{label}由“{_yes(old)}”改为“{_yes(new)}”"
            yield Change("deadlines", code, after.title, what, words, steps=steps)
    if (before.title, before.breach) != (after.title, after.breach):
        both.notes.append(f"期限 {code} 的名称或者后果说明有改动。")


def _yes(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


# ---- gates -------------------------------------------------------------------------------------------------------


def _gates(both: _Both) -> Iterator[Change]:
    old, new = both.old.merged.gates, both.new.merged.gates
    for code in {**old, **new}:
        before, after = old.get(code), new.get(code)
        rule = after or before
        if before == after or rule is None:
            continue
        steps = both.using(lambda step: step.gates, code)
        if before and after and before.when != after.when:
            reach = wider(before.when, after.when)
            words = f"适用情形由“{both.words(before.when)}”改为“{both.words(after.when)}”"
            yield Change(
                "gates", code, rule.title, _verdict([reach]), words, steps=steps, whens=(before.when, after.when),
                clauses=tuple(dict.fromkeys(c for need in after.needs for c in _clause_ids(need.because))),
            )  # fmt: skip
        yield from _needs(both, code, rule.title, before, after, steps)
        if before and after and before.title != after.title:
            both.notes.append(f"关口 {code} 的名称有改动。")


def _needs(
    both: _Both, code: str, title: str, before: GateRule | None, after: GateRule | None,
    steps: tuple[tuple[str, str, str], ...],
) -> Iterator[Change]:  # fmt: skip
    was, now = before.needs if before else (), after.needs if after else ()

    def law(need: NeedRule) -> Hashable:
        return _frozen(need.when), _frozen(need.must), _clause_ids(need.because), need.since, need.until

    pairs, gone, come = _pairs(
        was, now, law,
        [
            lambda n: (_frozen(n.when), _frozen(n.must)),
            lambda n: (_frozen(n.when), tuple(conditions.names(n.must))),
            lambda n: _frozen(n.must),
            lambda n: (_clause_ids(n.because), n.message),
        ],
    )  # fmt: skip
    if not (pairs or gone or come) and [(n.message, n.mend) for n in was] != [(n.message, n.mend) for n in now]:
        both.notes.append(f"关口 {code} {title} 的提示文字有改动。")

    def told(need: NeedRule) -> str:
        lead = f"{both.words(need.when)}时，" if need.when else ""
        return f"{lead}须 {both.words(need.must)}"

    def change(what: str, words: str, needs: Sequence[NeedRule], effect: str = "") -> Change:
        gate = [rule.when for rule in (before, after) if rule]
        return Change(
            "gates", code, title, what, words, effect,
            clauses=tuple(dict.fromkeys(c for n in needs for c in _clause_ids(n.because))),
            since=needs[-1].since,
            until=None if any(n.until is None for n in needs) else max(n.until for n in needs if n.until),
            steps=steps,
            whens=tuple({**outer, **n.when} for outer in gate for n in needs),
        )  # fmt: skip

    for old, new in pairs:
        demand = wider(old.must, new.must)
        parts = [None if demand is None else -demand, wider(old.when, new.when), _in_force_longer(old, new)]
        cited = "" if _clause_ids(old.because) == _clause_ids(new.because) else "；依据有改动"
        words = f"原为“{told(old)}”，现为“{told(new)}”" if told(old) != told(new) else told(new)
        yield change(_verdict(parts), words + cited, (old, new))
    for need in come:
        yield change("added", told(need), (need,), "tightened")
    for need in gone:
        yield change("removed", told(need), (need,), "loosened")


# ---- acts --------------------------------------------------------------------------------------------------------


def _acts(both: _Both) -> Iterator[Change]:
    old, new = both.old.merged.acts, both.new.merged.acts
    for key in {**old, **new}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if before is None or after is None:
            act = after or before
            assert act is not None
            what = "added" if after else "removed"
            words = f"{len(act.steps)}个步骤：{'、'.join(step.title for step in act.steps)}"
            yield Change(
                "steps", "/".join(key), act.title, what, words, clauses=_clause_ids(act.because),
                acts=frozenset([key]), steps=tuple((*key, step.code) for step in act.steps),
            )  # fmt: skip
            continue
        if _clause_ids(before.because) != _clause_ids(after.because):
            yield Change(
                "steps", "/".join(key), after.title, "changed", "程序的依据有改动", clauses=_clause_ids(after.because),
                acts=frozenset([key]),
            )  # fmt: skip
        yield from _steps(both, key, before, after)


def _steps(both: _Both, key: tuple[str, str], before: Act, after: Act) -> Iterator[Change]:
    old, new = {s.code: s for s in before.steps}, {s.code: s for s in after.steps}
    order = [code for code in before.codes if code in new], [code for code in after.codes if code in old]
    if order[0] != order[1]:
        words = f"步骤次序改为 {' → '.join(after.codes)}"
        yield Change("steps", "/".join(key), after.title, "changed", words, acts=frozenset([key]))
    for code in {**old, **new}:
        was, now = old.get(code), new.get(code)
        step = now or was
        assert step is not None
        found = _Step(both, key, step)
        if was is None or now is None:
            must = step.required
            effect = ("tightened" if now else "loosened") if must else ""
            words = "步骤" + ("（必经）" if must else "")
            yield found.change("added" if now else "removed", words, step.because, effect)
            yield from found.documents(was.documents if was else (), now.documents if now else ())
            continue
        yield from found.changed(was, now)
        yield from found.documents(was.documents, now.documents)


@dataclass(frozen=True)
class _Step:
    """This is one step being compared."""

    both: _Both
    key: tuple[str, str]
    step: Step

    def change(
        self, what: str, words: str, because: Iterable[Citation] = (), effect: str = "", *, group: str = "steps",
        item: str = "", title: str = "", when: When | None = None,
    ) -> Change:  # fmt: skip
        return Change(
            group, "/".join((*self.key, self.step.code, *([item] if item else []))), title or self.step.title, what,
            words, effect, clauses=_clause_ids(because) or _clause_ids(self.step.because),
            acts=frozenset([self.key]), steps=((*self.key, self.step.code),), whens=(when,) if when else (),
        )  # fmt: skip

    def changed(self, was: Step, now: Step) -> Iterator[Change]:
        if was.required != now.required:
            what = "tightened" if now.required else "loosened"
            yield self.change(what, "改为必经步骤" if now.required else "不再是必经步骤", now.because)
        elif _frozen(was.required_when) != _frozen(now.required_when):
            words = "；".join(self.both.words(when) for when in now.required_when) or "无"
            more = set(map(_frozen, now.required_when)), set(map(_frozen, was.required_when))
            what = "tightened" if more[0] > more[1] else "loosened" if more[0] < more[1] else "changed"
            yield self.change(what, f"必经的情形改为：{words}", now.because)
        for label, name in (("关口", "gates"), ("音像记录环节", "recordings"), ("期限", "deadlines")):
            yield from self.listed(label, getattr(was, name), getattr(now, name))
        yield from self.listed("必填事实", _required(was), _required(now))
        if {f.name for f in was.facts} != {f.name for f in now.facts} and _required(was) == _required(now):
            yield self.change("changed", f"选填事实改为 {'、'.join(f.label for f in now.facts if not f.required)}")
        if was.roles != now.roles:
            yield self.change("changed", f"由谁办理改为 {'、'.join(self.both.new.role(r) for r in now.roles)}")
        if [(w.to, _frozen(w.when)) for w in was.ways] != [(w.to, _frozen(w.when)) for w in now.ways]:
            ways = "；".join(f"{w.to}（{self.both.words(w.when)}）" for w in now.ways) or "终点"
            yield self.change("changed", f"下一步改为 {ways}", now.because)
        for event in was.recordings:
            if event in now.recordings:
                old, new = was.recording_when.get(event, {}), now.recording_when.get(event, {})
                if old != new:
                    words = f"音像记录环节 {event} 的情形改为“{self.both.words(new)}”"
                    yield self.change(_verdict([wider(old, new)]), words)
        if _clause_ids(was.because) != _clause_ids(now.because):
            yield self.change("changed", f"依据改为 {'、'.join(_clause_ids(now.because))}", now.because)
        if (was.title, was.public, [w.why for w in was.ways]) != (now.title, now.public, [w.why for w in now.ways]):
            self.both.notes.append(f"步骤 {'/'.join((*self.key, now.code))} 的名称、指南文字或者说明有改动。")

    def listed(self, label: str, was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
        for item in now:
            if item not in was:
                yield self.change("tightened", f"新增{label} {item}")
        for item in was:
            if item not in now:
                yield self.change("loosened", f"删去{label} {item}")

    def documents(self, was: Sequence[DocumentNeed], now: Sequence[DocumentNeed]) -> Iterator[Change]:
        old, new = {d.code: d for d in was}, {d.code: d for d in now}
        for code in {**old, **new}:
            before, after = old.get(code), new.get(code)
            form = after or before
            assert form is not None

            def change(what: str, words: str, effect: str = "", form: DocumentNeed = form) -> Change:
                return self.change(
                    what, words, form.because, effect, group="documents", item=form.code, title=form.title,
                    when=form.when,
                )  # fmt: skip

            if before is None or after is None:
                effect = ("tightened" if after else "loosened") if _owed(form) else ""
                yield change("added" if after else "removed", self._owing(form), effect)
            elif (before.required, _frozen(before.when)) != (after.required, _frozen(after.when)):
                parts = [_owed(after) - _owed(before)]
                if _owed(before) and _owed(after):
                    parts = [wider(before.when, after.when), int(after.required) - int(before.required)]  # type: ignore[list-item]
                yield change(_verdict(parts), f"原为“{self._owing(before)}”，现为“{self._owing(after)}”")
            elif _clause_ids(before.because) != _clause_ids(after.because):
                yield change("changed", "依据有改动")
            elif before.title != after.title:
                yield change("changed", f"名称由“{before.title}”改为“{after.title}”")

    def _owing(self, form: DocumentNeed) -> str:
        if form.when:
            return f"{self.both.words(form.when)}时应有"
        return "必有" if form.required else "可以有"


def _owed(form: DocumentNeed) -> bool:
    return form.required or bool(form.when)


def _required(step: Step) -> tuple[str, ...]:
    return tuple(fact.name for fact in step.facts if fact.required)


# ---- parameters, clauses, facts, calendar ------------------------------------------------------------------------


def _parameters(both: _Both) -> Iterator[Change]:
    old, new = both.old.merged.parameters, both.new.merged.parameters
    for name in {**old, **new}:
        form = new.get(name) or old[name]
        if both.old.merged.values.get(name) == both.new.merged.values.get(name) and old.get(name) == new.get(name):
            continue
        was = both.old.parameter(name) if name in old else None
        now = both.new.parameter(name) if name in new else None
        if was is None and (now is None or now.value is None):
            continue
        before, after = was.value if was else None, now.value if now else None
        ids = _clause_ids(now.because) if now else _clause_ids(was.because) if was else ()
        if before != after:
            what = "added" if before is None else "removed" if after is None else "changed"
            words = f"由“{Pack.shown(form, before)}”改为“{Pack.shown(form, after)}”"
            yield Change("parameters", name, form.label, what, words, clauses=ids)
        elif was and now and _clause_ids(was.because) != ids:
            yield Change("parameters", name, form.label, "changed", "依据有改动", clauses=ids)


def _clauses(both: _Both) -> Iterator[Change]:
    old, new = both.old.clauses, both.new.clauses
    for clause in {**old, **new}:
        before, after = old.get(clause), new.get(clause)
        row = after or before
        assert row is not None
        if before == after:
            continue
        at, found = both.citing.get(clause, (set(), []))
        steps, whens = tuple(sorted(at)), tuple({_frozen(when): when for when in found}.values())

        def change(
            what: str, words: str, title: str = row.title, key: str = clause,
            steps: tuple[tuple[str, str, str], ...] = steps, whens: tuple[When, ...] = whens,
        ) -> Change:  # fmt: skip
            return Change("clauses", key, title, what, words, clauses=(key,), steps=steps, whens=whens)

        if before is None or after is None:
            yield change("added" if after else "removed", f"{row.source_title}：“{row.text}”")
        elif before.text != after.text:
            yield change("changed", f"原文由“{before.text}”改为“{after.text}”")
        elif before.source_title != after.source_title:
            yield change("changed", f"出处由“{before.source_title}”改为“{after.source_title}”")
        elif before.confirm != after.confirm:
            yield change("changed", "标为须核对原文" if after.confirm else "原文已核对")
        elif before.title != after.title:
            both.notes.append(f"条款 {clause} 的标题有改动。")


def _facts(both: _Both) -> Iterator[Change]:
    old, new = both.old.facts, both.new.facts
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        spec = after or before
        if before == after or spec is None:
            continue
        whens = _asking(both, name)

        def change(
            what: str, words: str, effect: str = "", spec: FactSpec = spec, whens: tuple[When, ...] = whens
        ) -> Change:
            return Change("facts", spec.name, spec.label, what, words, effect, whens=whens)

        if before is None or after is None:
            yield change("added" if after else "removed", f"类型 {spec.type}，公开级别 {spec.privacy}")
            continue
        terms = {
            "type": "类型",
            "privacy": "公开级别",
            "unit": "单位",
            "choices": "可选值",
            "min": "最小",
            "max": "最大",
        }
        for term, label in {**terms, "derived_from": "推出自"}.items():
            was: Any = getattr(before, term)
            now: Any = getattr(after, term)
            if was == now:
                continue
            if term == "choices":
                was, now = _codes(was, now), _codes(now, was)
            what = "changed"
            if term == "privacy":
                order = ("public", "redact", "internal")
                what = "tightened" if order.index(now) > order.index(was) else "loosened"
            if was != now:
                yield change(what, f"{label}由“{was or '无'}”改为“{now or '无'}”")
            else:
                both.notes.append(f"事实 {name} 的选项名称有改动。")
        if (before.label, before.note) != (after.label, after.note):
            both.notes.append(f"事实 {name} 的名称或者说明有改动。")


def _codes(one: Mapping[str, str] | None, other: Mapping[str, str] | None) -> str:
    """Name the choices only one of two lists has."""
    return "、".join(code for code in one or {} if code not in (other or {}))


def _asking(both: _Both, fact: str) -> tuple[When, ...]:
    found = [
        {"kind": kind, "procedure": procedure}
        for pack in (both.old, both.new)
        for (kind, procedure), act in pack.merged.acts.items()
        if fact in act.facts
    ]
    return tuple({_frozen(when): when for when in found}.values())


def _calendar(both: _Both) -> Iterator[Change]:
    old, new = both.old.calendar.years, both.new.calendar.years
    for year in sorted({**old, **new}):
        before, after = old.get(year), new.get(year)
        either = after or before
        assert either is not None
        if before is None or after is None or before.provisional != after.provisional:
            what = "removed" if after is None else "added" if before is None else "changed"
            state = "暂定" if either.provisional else "正式"
            yield Change("calendar", str(year), either.notice, what, f"{year}年放假安排（{state}）",
                         since=dt.date(year, 1, 1), until=dt.date(year, 12, 31))  # fmt: skip
            continue
        off = {day for day in {**before.off, **after.off} if (day in before.off) != (day in after.off)}
        work = {day for day in {**before.work, **after.work} if (day in before.work) != (day in after.work)}
        if days := sorted(off | work):
            words = "、".join(f"{day.isoformat()} {'放假' if day in after.off else '上班' if day in after.work else '照常'}"
                             for day in days)  # fmt: skip
            yield Change("calendar", str(year), after.notice, "changed", words, since=days[0], until=days[-1])
        elif before != after:
            both.notes.append(f"{year}年放假安排的说明有改动。")


def _readers(both: _Both) -> None:
    """Note what differs for readers only."""
    old, new = both.old, both.new
    if old.merged.roles != new.merged.roles:
        both.notes.append("角色的叫法有改动。")
    if old.merged.resolutions != new.merged.resolutions:
        both.notes.append("歧义的处理意见有改动（其效果见各条规则）。")
    if [e.model_dump() for e in old.examples()] != [e.model_dump() for e in new.examples()]:
        both.notes.append("例子有改动。")
    if (old.title, old.jurisdiction, old.checklist) != (new.title, new.jurisdiction, new.checklist):
        both.notes.append("名称、法域或者审核要点的名称有改动。")
