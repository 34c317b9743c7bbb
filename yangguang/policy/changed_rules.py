"""This compares the questions, deadlines and gates of two packs, line by line."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from yangguang.policy import conditions
from yangguang.policy.changes import (
    Both,
    Change,
    clause_ids,
    frozen_form,
    in_force_longer,
    law_of,
    matched,
    strictness,
    together,
    verdict,
    wider,
)
from yangguang.policy.deadlines import say
from yangguang.policy.gates import GateRule, NeedRule
from yangguang.policy.layers import DeadlineRule
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS, Question
from yangguang.policy.rules import Rule
from yangguang.policy.schema import Runs


def _force(question: Question, rule: Rule) -> int:
    """Say what a line does to an answer: 1 it can only tighten, -1 it can only loosen, 0 it depends."""
    if question.how in ("any", "union", "clock", "graded", "yearly"):
        return 1
    if question.how in ("bars", "permits"):
        return 1 if rule.value is False else -1
    return 0


# ---- questions and deadlines -------------------------------------------------------------------------------------


def questions(both: Both) -> Iterator[Change]:
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
    if old.default != new.default or old.clock != new.clock or frozen_form(old.exempt) != frozen_form(new.exempt):
        return "changed"
    reach = [wider(old.when, new.when), in_force_longer(old, new)]
    if frozen_form(old.value) == frozen_form(new.value):
        force = _force(question, new) if not new.default else 0
        found = together(reach)
        return verdict([None if found is None else found * force])
    value = _tighter_value(question, old, new)
    return verdict([value, *reach]) if not new.default else "changed"


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
    both: Both, group: str, key: str, title: str, before: Sequence[Rule], after: Sequence[Rule],
    told: Callable[[Rule], str], judged: Callable[[Rule, Rule], str], force: Callable[[Rule], int], *,
    about: Question | None = None, steps: tuple[tuple[str, str, str], ...] = (),
) -> Iterator[Change]:  # fmt: skip
    homes = {id(r): both.old for r in before} | {id(r): both.new for r in after}

    def home(rule: Rule) -> str:
        pack = homes[id(rule)]
        return pack.chain[rule.depth]

    def law(rule: Rule) -> Hashable:
        return law_of(homes[id(rule)], rule)

    pairs, gone, come = matched(
        before,
        after,
        law,
        [
            lambda r: (home(r), frozen_form(r.when), frozen_form(r.value), r.clock, r.default),
            lambda r: (home(r), frozen_form(r.when), r.default),
            lambda r: (home(r), clause_ids(r.because), frozen_form(r.value), r.clock),
            lambda r: (home(r), clause_ids(r.because)),
        ],
    )
    if [r.note for r in before] != [r.note for r in after] and not (pairs or gone or come):
        both.notes.append(f"{key} {title} 的说明有改动。")
    scope = {"kind": about.about} if about and about.about else {}

    def change(what: str, words: str, rules: Sequence[Rule], effect: str = "") -> Change:
        return Change(
            group, key, title, what, words, effect,
            clauses=tuple(dict.fromkeys(c for r in rules for c in clause_ids(r.because))),
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
    if clause_ids(old.because) != clause_ids(new.because):
        parts.append(f"依据由 {'、'.join(clause_ids(old.because))} 改为 {'、'.join(clause_ids(new.because))}")
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


def deadlines(both: Both) -> Iterator[Change]:
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
            reach = [wider(a.when, b.when), in_force_longer(a, b)]
            strict = 0 if a.limit == b.limit else strictness(direction, a.limit, b.limit)
            return verdict([strict, *(reach if not b.default else [0 if r == 0 else None for r in reach])])

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
    both: Both, code: str, before: DeadlineRule, after: DeadlineRule, steps: tuple[tuple[str, str, str], ...]
) -> Iterator[Change]:
    terms = {"trigger": "起算", "must": "要求", "holder": "义务人", "direction": "方向", "pausable": "可否中止"}
    for name, label in terms.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            what = "changed" if name != "pausable" else "loosened" if new else "tightened"
            words = f"{label}由“{_yes(old)}”改为“{_yes(new)}”"
            yield Change("deadlines", code, after.title, what, words, steps=steps)
    if before.runs != after.runs:
        words = f"在案件中的计时由“{_runs(both, before.runs)}”改为“{_runs(both, after.runs)}”"
        yield Change("deadlines", code, after.title, "changed", words, steps=steps)
    if (before.title, before.breach) != (after.title, after.breach):
        both.notes.append(f"期限 {code} 的名称或者后果说明有改动。")


def _runs(both: Both, runs: Runs | None) -> str:
    if runs is None:
        return "不自动计时"
    start = (both.new.facts.get(runs.start) or both.old.facts[runs.start]).label
    when = f"，限于{both.words(runs.when)}" if runs.when else ""
    instead = f"，代替 {runs.instead_of}" if runs.instead_of else ""
    return f"自{start}起，办到 {'、'.join(runs.until)} 为止{when}{instead}"


def _yes(value: Any) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


# ---- gates -------------------------------------------------------------------------------------------------------


def gates(both: Both) -> Iterator[Change]:
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
                "gates", code, rule.title, verdict([reach]), words, steps=steps, whens=(before.when, after.when),
                clauses=tuple(dict.fromkeys(c for need in after.needs for c in clause_ids(need.because))),
            )  # fmt: skip
        yield from _needs(both, code, rule.title, before, after, steps)
        if before and after and before.title != after.title:
            both.notes.append(f"关口 {code} 的名称有改动。")


def _needs(
    both: Both, code: str, title: str, before: GateRule | None, after: GateRule | None,
    steps: tuple[tuple[str, str, str], ...],
) -> Iterator[Change]:  # fmt: skip
    was, now = before.needs if before else (), after.needs if after else ()

    def law(need: NeedRule) -> Hashable:
        return frozen_form(need.when), frozen_form(need.must), clause_ids(need.because), need.since, need.until

    pairs, gone, come = matched(
        was, now, law,
        [
            lambda n: (frozen_form(n.when), frozen_form(n.must)),
            lambda n: (frozen_form(n.when), tuple(conditions.names(n.must))),
            lambda n: frozen_form(n.must),
            lambda n: (clause_ids(n.because), n.message),
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
            clauses=tuple(dict.fromkeys(c for n in needs for c in clause_ids(n.because))),
            since=needs[-1].since,
            until=None if any(n.until is None for n in needs) else max(n.until for n in needs if n.until),
            steps=steps,
            whens=tuple({**outer, **n.when} for outer in gate for n in needs),
        )  # fmt: skip

    for old, new in pairs:
        demand = wider(old.must, new.must)
        parts = [None if demand is None else -demand, wider(old.when, new.when), in_force_longer(old, new)]
        cited = "" if clause_ids(old.because) == clause_ids(new.because) else "；依据有改动"
        words = f"原为“{told(old)}”，现为“{told(new)}”" if told(old) != told(new) else told(new)
        yield change(verdict(parts), words + cited, (old, new))
    for need in come:
        yield change("added", told(need), (need,), "tightened")
    for need in gone:
        yield change("removed", told(need), (need,), "loosened")
