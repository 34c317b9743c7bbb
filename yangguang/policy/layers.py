"""This lays a pack over its parents. By construction a lower pack adds lines and demands; it cannot take any away.

What could still loosen (a permitting line, a redefined rule, fact or step) is refused here, with file and line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yangguang.policy import checks, files, rubrics, steps
from yangguang.policy.acts import ROLES, Act
from yangguang.policy.answers import Citation
from yangguang.policy.clauses import Clause
from yangguang.policy.errors import PackError, UnknownPack
from yangguang.policy.facts import FactSpec
from yangguang.policy.files import Layer
from yangguang.policy.gates import GateRule, NeedRule
from yangguang.policy.questions import QUESTIONS
from yangguang.policy.rubrics import Rubric
from yangguang.policy.rules import Rule
from yangguang.policy.schema import (
    ChecklistItem,
    Deadline,
    DeadlineLine,
    Example,
    Gate,
    Jurisdiction,
    Line,
    Need,
    Parameter,
    Runs,
    Source,
)
from yangguang.policy.workdays import WorkCalendar, Year
from yangguang.policy.yamlread import dotted


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """This is one deadline with the lines of all layers."""

    code: str
    title: str
    trigger: str
    must: str
    holder: str
    direction: str
    lines: tuple[Rule, ...]
    breach: str
    pausable: bool = False
    runs: Runs | None = None


@dataclass(frozen=True, slots=True)
class SetValue:
    """This is the value one layer gives a parameter."""

    depth: int
    pack: str
    value: Any
    because: tuple[Citation, ...]
    strength: str
    confirm: bool
    note: str


@dataclass(frozen=True, slots=True)
class RoleTitle:
    """This is the local name of a role."""

    title: str
    because: tuple[Citation, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Reading:
    """This is a contradiction of the texts and how it is read here."""

    code: str
    pack: str
    issue: str
    resolution: str
    because: tuple[Citation, ...]
    where: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Merged:
    """This is everything a pack knows, floor first. **Shape** Equal only to itself, so that children can share it."""

    id: str
    title: str
    version: str
    chain: tuple[str, ...]
    calendar: WorkCalendar
    clauses: Mapping[str, Clause]
    facts: Mapping[str, FactSpec]
    jurisdiction: Jurisdiction
    questions: Mapping[str, tuple[Rule, ...]]
    deadlines: Mapping[str, DeadlineRule]
    gates: Mapping[str, GateRule]
    acts: Mapping[tuple[str, str], Act]
    examples: Sequence[Example]
    checklist: Mapping[str, str]
    parameters: Mapping[str, Parameter]
    values: Mapping[str, tuple[SetValue, ...]]
    roles: Mapping[str, RoleTitle]
    resolutions: Mapping[str, Reading]
    sources: Mapping[str, Source]
    points: Mapping[str, ChecklistItem]
    rubric: Rubric
    digests: tuple[str, ...]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Context:
    """This is what the rules of one layer are read against: its own words and those of its parents."""

    layer: Layer
    depth: int
    clauses: Mapping[str, Clause]
    facts: Mapping[str, FactSpec]
    sources: Mapping[str, Any]
    deadlines: Mapping[str, Any]

    def cite(self, because: Sequence[str], file: str, *path: str | int) -> tuple[Citation, ...]:
        """Quote the clauses. **Raises** PackError when one is not in the tables."""
        for clause in because:
            if clause not in self.clauses:
                raise PackError(
                    f"引用的条款“{clause}”不在条款表中。",
                    where=self.layer.at(file, *path, "because"),
                    key=dotted((*path, "because")),
                    accepted="本包或上级包 clauses.tsv 中的编号",
                    mend="在 clauses.tsv 补上该条款原文，或改正编号。",
                )
        return tuple(self.clauses[c].citation for c in because)

    def since(self, because: Sequence[str], own: dt.date | None) -> dt.date | None:
        return files.effective_since(list(because), own, self.layer.pack, self.clauses, self.sources)


def merge(
    root: Path,
    name: str,
    read: Callable[[Path, str], Layer],
    over: Callable[[Merged | None, Layer], Merged] | None = None,
) -> Merged:
    """Read a pack and its parents and lay them over each other, floor first. **Raises** UnknownPack, PackError.

    **Shape** `over` is `lay`, or a form of it that remembers: all children of a parent then stand on one parent.
    """
    merged: Merged | None = None
    for layer in _chain(root, name, read):
        merged = (over or lay)(merged, layer)
    assert merged is not None
    return merged


def lay(under: Merged | None, layer: Layer) -> Merged:
    """Lay one folder over its merged parents, which stay as they are. **Raises** PackError."""
    depth = len(under.chain) if under else 0
    clauses = dict(under.clauses) if under else {}
    facts = dict(under.facts) if under else {}
    sources = dict(under.sources) if under else {}
    questions = {q: list(rules) for q, rules in under.questions.items()} if under else {}
    deadlines = dict(under.deadlines) if under else {}
    gates = dict(under.gates) if under else {}
    acts = dict(under.acts) if under else {}
    points = dict(under.points) if under else {}
    parameters = dict(under.parameters) if under else {}
    values = {name: list(found) for name, found in under.values.items()} if under else {}
    roles = dict(under.roles) if under else {}
    readings = dict(under.resolutions) if under else {}
    digests = (*(under.digests if under else ()), layer.digest)
    _new(clauses, layer.clauses, layer, "clauses.tsv", "条款编号")
    _new(sources, layer.pack.sources, layer, "pack.yaml", "出处", "sources")
    _new(points, layer.pack.checklist_keys, layer, "pack.yaml", "审核要点", "checklist_keys")
    checks.checklist(layer, points)
    named = {n: FactSpec.of(n, form) for n, form in layer.facts.facts.items()}
    checks.fact_names(layer, named)
    _new(facts, named, layer, "facts.yaml", "事实名", "facts")
    context = Context(layer, depth, clauses, facts, sources, {**deadlines, **layer.deadlines.deadlines})
    _deadlines(context, deadlines)
    _questions(context, questions)
    _gates(context, gates)
    _new(parameters, layer.parameters.parameters, layer, "parameters.yaml", "参数", "parameters")
    _values(context, parameters, values)
    _readings(context, roles, readings)
    steps.merge(context, acts, gates, deadlines)
    checks.runs(layer, facts, {code for act in acts.values() for code in act.codes}, deadlines)
    return Merged(
        id=layer.id,
        title=layer.pack.title,
        version=hashlib.sha256("".join(digests).encode()).hexdigest()[:12],
        chain=(*(under.chain if under else ()), layer.id),
        calendar=_calendar(under.calendar if under else None, layer, depth),
        clauses=clauses,
        facts=facts,
        jurisdiction=layer.pack.jurisdiction,
        questions={q: tuple(rules) for q, rules in questions.items()},
        deadlines=deadlines,
        gates=gates,
        acts=acts,
        examples=layer.examples,
        checklist={key: points[key].title for key in sorted(points, key=lambda k: points[k].order)},
        parameters=parameters,
        values={name: tuple(found) for name, found in values.items()},
        roles=roles,
        resolutions=readings,
        sources=sources,
        points=points,
        rubric=rubrics.lay(context, under.rubric if under else None, acts, gates),
        digests=digests,
        words={**(under.words if under else {}), **{f"{layer.id}/{name}": text for name, text in layer.words.items()}},
    )


def _chain(root: Path, name: str, read: Callable[[Path, str], Layer]) -> list[Layer]:
    found: list[Layer] = []
    at: str | None = name
    while at:
        if any(layer.id == at for layer in found):
            ring = " → ".join([*(layer.id for layer in found), at])
            raise PackError(
                f"extends 绕成了圈：{ring}。", where=found[-1].at("pack.yaml", "extends"), key="extends",
                mend="改正上级包的编号。",
            )  # fmt: skip
        try:
            found.append(read(root, at))
        except UnknownPack as error:
            if not found:
                raise
            raise PackError(
                f"上级包“{at}”不存在。", where=found[-1].at("pack.yaml", "extends"), key="extends",
                accepted="、".join(error.accepted), mend="改正上级包的编号。",
            ) from error  # fmt: skip
        at = found[-1].pack.extends
    return found[::-1]


def _new(into: dict[str, Any], more: Mapping[str, Any], layer: Layer, file: str, what: str, *path: str) -> None:
    for name, item in more.items():
        if name in into:
            raise PackError(
                f"{what}“{name}”上级包已经定义，下级包不得改写。", where=layer.at(file, *path, name), key=name,
                mend="换一个名称，或删去这一项。",
            )  # fmt: skip
        into[name] = item


def _rule(context: Context, line: Line | DeadlineLine, file: str, *path: str | int, code: str = "") -> Rule:
    checks.condition(context.layer, context.facts, line.when, file, *path, "when")
    return Rule(
        depth=context.depth,
        when=line.when,
        because=context.cite(line.because, file, *path),
        since=context.since(line.because, line.since),
        until=line.until,
        confirm=line.confirm,
        default=line.default,
        note=line.note or "",
        value=line.value if isinstance(line, Line) else None,
        clock=line.clock if isinstance(line, Line) else code,
        limit=line.limit if isinstance(line, DeadlineLine) else None,
        details=line.details if isinstance(line, Line) else None,
        exempt=tuple(line.exempt) if isinstance(line, Line) else (),
    )


def _questions(context: Context, into: dict[str, list[Rule]]) -> None:
    for name, lines in context.layer.pack.questions.items():
        checks.question_name(context.layer, name)
        for index, line in enumerate(lines):
            path = ("questions", name, index)
            checks.line_value(context.layer, QUESTIONS[name], line, context.depth, context.deadlines, path)
            into.setdefault(name, []).append(_rule(context, line, "pack.yaml", *path))


def _deadlines(context: Context, into: dict[str, DeadlineRule]) -> None:
    for code, form in context.layer.deadlines.deadlines.items():
        path = ("deadlines", code)
        lines = [
            _rule(context, line, "deadlines.yaml", *path, "lines", i, code=code) for i, line in enumerate(form.lines)
        ]
        known = into.get(code)
        if isinstance(form, Deadline):
            if known:
                raise PackError(
                    f"期限“{code}”上级包已经定义，下级包只能在 lines 下加行。",
                    where=context.layer.at("deadlines.yaml", *path), key=code, accepted="lines",
                    mend="只保留 lines。",
                )  # fmt: skip
            into[code] = DeadlineRule(
                code, form.title, form.trigger, form.must, form.holder, form.direction, tuple(lines),
                form.breach or "", form.pausable, form.runs,
            )  # fmt: skip
            continue
        if known is None:
            raise PackError(
                f"期限“{code}”上级包没有定义。", where=context.layer.at("deadlines.yaml", *path), key=code,
                accepted="、".join(into), mend="补写 title、trigger、must、holder，或改正编号。",
            )  # fmt: skip
        into[code] = DeadlineRule(
            code, known.title, known.trigger, known.must, known.holder, known.direction,
            (*known.lines, *lines), known.breach, known.pausable, known.runs,
        )  # fmt: skip


def _gates(context: Context, into: dict[str, GateRule]) -> None:
    for code, form in context.layer.gates.gates.items():
        needs = tuple(_need(context, need, code, i) for i, need in enumerate(form.needs))
        known = into.get(code)
        where = context.layer.at("gates.yaml", "gates", code)
        if isinstance(form, Gate):
            if known:
                raise PackError(
                    f"关口“{code}”上级包已经定义，下级包只能在 needs 下加要求。", where=where, key=code,
                    accepted="needs", mend="只保留 needs。",
                )  # fmt: skip
            checks.condition(context.layer, context.facts, form.when, "gates.yaml", "gates", code, "when")
            into[code] = GateRule(code, form.title, form.when, needs)
        elif known:
            into[code] = GateRule(code, known.title, known.when, (*known.needs, *needs))
        else:
            raise PackError(
                f"关口“{code}”上级包没有定义。", where=where, key=code, accepted="、".join(into),
                mend="补写 title，或改正编号。",
            )  # fmt: skip


def _need(context: Context, need: Need, code: str, index: int) -> NeedRule:
    path = ("gates", code, "needs", index)
    checks.condition(context.layer, context.facts, need.when, "gates.yaml", *path, "when")
    checks.condition(context.layer, context.facts, need.must, "gates.yaml", *path, "must")
    return NeedRule(
        when=need.when,
        must=need.must,
        because=tuple(
            replace(c, confirm=c.confirm or need.confirm) for c in context.cite(need.because, "gates.yaml", *path)
        ),
        message=need.message,
        mend=need.mend,
        since=context.since(need.because, need.since),
        until=need.until,
        depth=context.depth,
    )


def _values(context: Context, known: Mapping[str, Parameter], into: dict[str, list[SetValue]]) -> None:
    for name, form in context.layer.parameters.values.items():
        path = ("values", name)
        if name not in known:
            raise PackError(
                f"没有参数“{name}”。", where=context.layer.at("parameters.yaml", *path), key=name,
                accepted="、".join(known), mend="改正参数名；新参数先在国家包的 parameters 中登记。",
            )  # fmt: skip
        checks.parameter_value(context.layer, name, known[name], form)
        cited = context.cite(form.because, "parameters.yaml", *path)
        into.setdefault(name, []).append(
            SetValue(context.depth, context.layer.id, form.value, cited, form.strength, form.confirm, form.note or "")
        )


def _readings(context: Context, roles: dict[str, RoleTitle], into: dict[str, Reading]) -> None:
    for role, name in context.layer.pack.roles.items():
        if role not in ROLES:
            raise PackError(
                f"没有角色“{role}”。", where=context.layer.at("pack.yaml", "roles", role), key=role,
                accepted="、".join(ROLES), mend="改正角色名。",
            )  # fmt: skip
        cited = context.cite(name.because, "pack.yaml", "roles", role)
        roles[role] = RoleTitle(name.title, cited, name.note or "")
    _new(into, dict.fromkeys(context.layer.pack.resolutions), context.layer, "pack.yaml", "处理意见", "resolutions")
    for code, form in context.layer.pack.resolutions.items():
        cited = context.cite(form.because, "pack.yaml", "resolutions", code)
        into[code] = Reading(code, context.layer.id, form.issue, form.resolution, cited, tuple(form.where))


def _calendar(under: WorkCalendar | None, layer: Layer, depth: int) -> WorkCalendar:
    years: dict[int, Year] = dict(under.years) if under else {}
    for number, form in layer.calendar.items():
        off = {day: block.name for block in form.holidays for day in block.days}
        work = {day: block.name for block in form.workdays for day in block.days}
        checks.calendar(layer, form, off, work, depth)
        known = years.get(number)
        if known is None:
            years[number] = Year(number, form.notice, off, work, form.provisional)
            continue
        local = {day: f"{name}（{form.notice}）" for day, name in off.items()}
        kept = {day: why for day, why in known.work.items() if day not in local}
        years[number] = Year(number, known.notice, {**known.off, **local}, kept, known.provisional)
    return WorkCalendar(layer.id, years, under.root if under else layer.id)
