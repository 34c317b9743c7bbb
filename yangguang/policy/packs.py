"""Jurisdiction rules as data: a pack answers legal questions and cites the clause behind each answer.

Pure Python: no Django, no database, no clock. Dates come in as arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from yangguang.policy import combine, computed, counting, files, layers
from yangguang.policy.acts import ROLES, Act, DocumentNeed, RecordingDemand, Step
from yangguang.policy.answers import Answer, Citation, Verdict
from yangguang.policy.clauses import Clause
from yangguang.policy.conditions import holds
from yangguang.policy.conditions import names as names_in
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import (
    UnknownAct,
    UnknownClause,
    UnknownGate,
    UnknownParameter,
    UnknownQuestion,
)
from yangguang.policy.facts import FactSpec, read_all
from yangguang.policy.gates import judge
from yangguang.policy.layers import DeadlineRule, Merged
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS, Question
from yangguang.policy.rubrics import Rubric
from yangguang.policy.rules import Rule, citations, standing, to_confirm
from yangguang.policy.schema import Jurisdiction, Parameter
from yangguang.policy.workdays import WorkCalendar

# Without a given day, the rules of the day these facts name apply, in this order.
DAY_FACTS = ("decided_on", "opened_on", "found_on", "revoked_on", "changed_on")


class Known(Mapping[str, Any]):
    """These are given facts plus those that follow from a question (`review_required`), worked out when first read."""

    def __init__(self, pack: Pack, given: Mapping[str, Any], on: dt.date | None):
        self._pack, self._given, self._on = pack, given, on
        self._worked: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        spec = self._pack.facts.get(name)
        if spec is None or not spec.derived_from:
            raise KeyError(name)
        if name not in self._worked:
            self._worked[name] = self._pack.answer(QUESTIONS[spec.derived_from], self._given, self._on)
        return self._worked[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def used(self, names: Sequence[str]) -> Mapping[str, Any]:
        """Give the known ones of these facts, with the given facts behind the derived ones."""
        found: dict[str, Any] = {}
        for name in names:
            spec = self._pack.facts[name]
            behind = self._pack.read_by(spec.derived_from) if spec.derived_from else ()
            found.update({n: self._given[n] for n in behind if n in self._given})
            if self.get(name) is not None:
                found[name] = self[name]
        return found

    def roots(self, absent: Sequence[str]) -> tuple[str, ...]:
        """Replace derived names by the facts they still need."""
        found: list[str] = []
        for name in absent:
            spec = self._pack.facts.get(name)
            if spec and spec.derived_from:
                self.get(name)
                found.extend(self._worked[name].unknown)
            else:
                found.append(name)
        return tuple(dict.fromkeys(found))


class Pack:
    """This is the law of one jurisdiction: its own pack over all its parents. Frozen; get it from `load`."""

    def __init__(self, merged: Merged):
        self.merged = merged
        self.id = merged.id
        self.title = merged.title
        self.version = merged.version
        self.chain = merged.chain
        self.depth = len(merged.chain) - 1
        self.calendar: WorkCalendar = merged.calendar
        self.clauses: Mapping[str, Clause] = merged.clauses
        self.facts: Mapping[str, FactSpec] = merged.facts
        self.jurisdiction: Jurisdiction = merged.jurisdiction
        self.checklist: Mapping[str, str] = merged.checklist

    def __repr__(self) -> str:
        return f"<Pack {self.id} {self.version}>"

    def clause(self, clause_id: str) -> Citation:
        """Quote a clause. **Raises** UnknownClause."""
        if clause_id not in self.clauses:
            near = [c for c in self.clauses if c.split("-")[0] == clause_id.split("-")[0]]
            raise UnknownClause(clause_id, sorted(near or self.clauses))
        return self.clauses[clause_id].citation

    # ---- questions -------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        facts: Mapping[str, Any] | None = None,
        on: dt.date | None = None,
        *,
        provisional: bool = False,
    ) -> Answer:
        """Answer one question from the facts, by the rules in force on the day of the act.

        **Raises** UnknownQuestion, UnknownFact, WrongFactType, CalendarYearMissing.
        """
        if question not in QUESTIONS:
            raise UnknownQuestion(question, QUESTIONS)
        asked = QUESTIONS[question]
        given = read_all(facts or {}, self.facts, asked.facts)
        return self.answer(asked, amounts(given), on, provisional)

    def answer(
        self, asked: Question, given: Mapping[str, Any], on: dt.date | None, provisional: bool = False
    ) -> Answer:
        """Answer from facts already checked; gates use this for what follows from a question."""
        given = implied({"kind": asked.about, **given} if asked.about else given)
        on = on or given.get(asked.start) or next((given[n] for n in DAY_FACTS if n in given), None)
        if asked.how == "computed":
            return computed.ANSWERS[asked.name](self, given, on, provisional)
        if asked.how == "clock":
            return counting.clock(self, asked, given, on, provisional)
        rules = self.merged.questions.get(asked.name, ())
        if asked.how == "nearest":
            deepest = max((r.depth for r in rules if r.in_force(on)), default=0)
            rules = tuple(r for r in rules if r.depth == deepest)
        in_force = tuple(r for r in rules if r.in_force(on))
        concerned = tuple(r for r in rules if r.concerns(given))
        if on and concerned and not any(r.in_force(on) for r in concerned):
            return self._before_all_rules(asked, on)
        if asked.how == "yearly":
            return computed.yearly(self, asked, standing(rules, given, on), given)
        result = combine.decide(asked, standing(rules, given, on), self.depth)
        return self._worded(asked, result, in_force)

    def _before_all_rules(self, asked: Question, on: dt.date) -> Answer:
        """Say that no rule was in force on that day: that is no licence to do as one likes."""
        words = f"{asked.title}：本包及其上级没有适用于 {on.isoformat()} 的规则，不能得出结论。"
        return Answer(asked.name, self.id, None, explain=words)

    def _worded(self, asked: Question, result: combine.Result, considered: Sequence[Rule]) -> Answer:
        because = citations(result.winners)
        if not because and isinstance(result.value, bool):
            # Nothing held: the answer stands on every line that was looked at.
            because = citations(considered)
        parts = []
        if result.value is not None and result.winners:
            shown = GRADE_WORDS.get(result.value, result.value) if isinstance(result.value, str) else result.value
            words = {True: "是", False: "否"}.get(shown, shown) if isinstance(shown, bool) else shown
            if isinstance(words, list):
                words = "；".join(d["text"] for d in result.details)
            parts.append(f"{asked.title}：{words}。")
            parts += [f"依据{c.source}{c.title}：“{c.text}”" for c in citations(result.winners)]
            parts += [f"说明：{r.note}" for r in result.winners if r.note]
        elif result.value is False:
            parts.append(f"{asked.title}：否。所列情形均不符合，对照{'、'.join(c.clause for c in because)}。")
        elif result.value is True:
            parts.append(f"{asked.title}：是。没有不得的情形，对照{'、'.join(c.clause for c in because)}。")
        elif result.value is None and not result.unknown:
            parts.append(f"{asked.title}：本包及其上级均未规定。")
        if result.unknown:
            named = "、".join(self.label(n) for n in result.unknown)
            lead = "还可能更严，尚不知道" if result.value is not None else "不能得出结论，尚不知道"
            parts.append(f"{lead}：{named}。不知道不等于通过。")
        return self.marked(
            Answer(
                question=asked.name,
                pack=self.id,
                value=result.value,
                because=because,
                outvoted=result.outvoted,
                unknown=result.unknown,
                explain="\n".join(parts),
                details=result.details,
            ),
            result.winners,
            result.losers,
        )

    def marked(self, answer: Answer, winners: Sequence[Rule], losers: Sequence[Rule] = ()) -> Answer:
        """Add the marks every answer carries: from a parent? to be confirmed by a local user?"""
        default = bool(winners) and all(r.depth < self.depth for r in (*winners, *losers))
        confirm = to_confirm(winners)
        notes = [answer.explain]
        if default:
            notes.append("（取自上级规则：本方案未作规定。）")
        if confirm:
            notes.append(f"（须由当地用户核对后使用：{'、'.join(confirm)}。）")
        return replace(answer, default=default, confirm=confirm, explain="\n".join(n for n in notes if n))

    def read_by(self, question: str) -> tuple[str, ...]:
        """Name the facts a question reads here: those it names itself and those the lines of all layers look at."""
        lines = (name for rule in self.merged.questions.get(question, ()) for name in names_in(rule.when))
        return tuple(dict.fromkeys((*QUESTIONS[question].facts, *lines)))

    # ---- parameters ------------------------------------------------------------------------------------------

    def parameter(self, name: str) -> Answer:
        """Give what this jurisdiction sets for a parameter, else what its nearest parent sets, saying so.

        **Shape** `value` None: nobody sets it. **Raises** UnknownParameter.
        """
        if name not in self.merged.parameters:
            raise UnknownParameter(name, self.merged.parameters)
        form = self.merged.parameters[name]
        layers_set = self.merged.values.get(name, ())
        given = [v for v in layers_set if v.strength != "unset"]
        told = [v for v in layers_set if v.strength == "unset"]
        deepest = max((v.depth for v in given), default=-1)
        chosen = given if form.union else [v for v in given if v.depth == deepest]
        value = None
        if chosen:
            value = (
                tuple(dict.fromkeys(i for v in chosen for i in v.value)) if form.type == "list" else chosen[-1].value
            )
        because = tuple({c.clause: c for v in reversed([*told, *chosen]) for c in v.because}.values())
        words = [f"{form.label}：{self.shown(form, value)}。"]
        words += [f"依据{c.source}{c.title}：“{c.text}”" for c in because]
        words += [f"说明：{v.note}" for v in (*told, *chosen) if v.note]
        default = bool(chosen) and deepest < self.depth
        if default:
            words.append("（取自上级规则：本方案未作规定。）")
        confirm = tuple(dict.fromkeys(c.clause for v in chosen for c in v.because if v.confirm or c.confirm))
        if confirm:
            words.append(f"（须由当地用户核对后使用：{'、'.join(confirm)}。）")
        return Answer(name, self.id, value, because, explain="\n".join(words), default=default, confirm=confirm)

    @staticmethod
    def shown(form: Parameter, value: Any) -> str:
        if value is None:
            return "本包及其上级均未规定"
        if isinstance(value, tuple):
            return "；".join(value)
        if isinstance(value, bool):
            return "是" if value else "否"
        return (form.choices or {}).get(str(value), f"{value}{form.unit or ''}")

    def role(self, code: str) -> str:
        """Give the name a role has in this jurisdiction."""
        return self.merged.roles[code].title if code in self.merged.roles else ROLES.get(code, code)

    # ---- deadlines -------------------------------------------------------------------------------------------

    @property
    def deadlines(self) -> Mapping[str, DeadlineRule]:
        """All deadline rules by code, with the lines of all layers."""
        return self.merged.deadlines

    def deadline(
        self,
        rule: str,
        start: dt.date | dt.datetime,
        on: dt.date | None = None,
        facts: Mapping[str, Any] | None = None,
        *,
        provisional: bool = False,
    ) -> Deadline:
        """Count one deadline rule from its trigger. The tightest line wins, the losers are shown.

        **Shape** A line whose condition is not known counts as holding (fail closed) and is named in `unknown`.
        **Raises** UnknownRule, NoRuleInForce, CalendarYearMissing.
        """
        return counting.deadline(self, rule, start, on, implied(read_all(facts or {}, self.facts)), provisional)

    # ---- the evaluation of files ----------------------------------------------------------------------------------

    @property
    def rubric(self) -> Rubric:
        """The evaluation standard of files (案卷评查标准), with the items of all layers."""
        return self.merged.rubric

    # ---- gates -----------------------------------------------------------------------------------------------

    @property
    def gate_codes(self) -> tuple[str, ...]:
        return tuple(self.merged.gates)

    def gate_facts(self, code: str) -> tuple[FactSpec, ...]:
        """Name the facts a gate may ask for, for the stage that must supply them. **Raises** UnknownGate."""
        if code not in self.merged.gates:
            raise UnknownGate(code, self.merged.gates)
        return tuple(self.facts[name] for name in self.merged.gates[code].facts)

    def gate(self, code: str, facts: Mapping[str, Any] | None = None, on: dt.date | None = None) -> Verdict:
        """Judge one gate. **Raises** UnknownGate, UnknownFact, WrongFactType."""
        if code not in self.merged.gates:
            raise UnknownGate(code, self.merged.gates)
        rule = self.merged.gates[code]
        given = read_all(facts or {}, self.facts, rule.facts)
        day = on or next((given[n] for n in DAY_FACTS if n in given), None)
        known = Known(self, given, day)
        return judge(rule, known, known.used(rule.facts), day, known.roots, self.label)

    def gates(
        self, step: Step, facts: Mapping[str, Any] | None = None, on: dt.date | None = None
    ) -> tuple[Verdict, ...]:
        """Judge all gates of a step."""
        return tuple(self.gate(code, facts, on) for code in step.gates)

    # ---- acts ------------------------------------------------------------------------------------------------

    @property
    def act_names(self) -> tuple[tuple[str, str], ...]:
        """Name every (kind, procedure) this pack defines."""
        return tuple(self.merged.acts)

    def act(self, kind: str, procedure: str | None = None) -> Act:
        """Give the definition of an act, without a procedure the ordinary one. **Raises** UnknownAct."""
        have = [p for k, p in self.merged.acts if k == kind]
        if procedure is None and have:
            procedure = "ordinary" if "ordinary" in have else have[0]
        if (kind, procedure) not in self.merged.acts:
            raise UnknownAct(f"{kind}/{procedure}", [f"{k}/{p}" for k, p in self.merged.acts])
        return self.merged.acts[(kind, str(procedure))]

    def documents_owed(
        self, step: Step, facts: Mapping[str, Any] | None = None, on: dt.date | None = None
    ) -> tuple[DocumentNeed, ...]:
        """Name the documents a step owes with these facts: the required ones and those whose condition holds.

        **Shape** A required document whose condition is not known is owed (fail closed).
        """
        given = Known(self, read_all(facts or {}, self.facts), on)
        owed = []
        for document in step.documents:
            answer, _ = holds(document.when, given)
            if answer is not False and (document.required or (document.when and answer)):
                owed.append(document)
        return tuple(owed)

    def recordings_owed(
        self, step: Step, facts: Mapping[str, Any] | None = None, on: dt.date | None = None
    ) -> tuple[RecordingDemand, ...]:
        """Say for each event of a step how it must be recorded."""
        events = self.facts["event"].choices or {}
        demands = []
        known = Known(self, read_all(facts or {}, self.facts), on)
        for event in step.recordings:
            if holds(step.recording_when.get(event, {}), known)[0] is False:
                continue
            answer = self.ask("recording", {**(facts or {}), "event": event}, on)
            demands.append(RecordingDemand(event, events[event], answer.value, answer.because, answer.unknown))
        return tuple(demands)

    def step_required(
        self, step: Step, facts: Mapping[str, Any] | None = None, on: dt.date | None = None
    ) -> bool | None:
        """Say whether a step must be taken with these facts; None when an absent fact decides it."""
        if step.required:
            return True
        if not step.required_when:
            return False
        known = Known(self, read_all(facts or {}, self.facts), on)
        found = [holds(when, known)[0] for when in step.required_when]
        return True if True in found else None if None in found else False

    def label(self, name: str) -> str:
        """Give the Chinese name of a fact with its code."""
        return f"{self.facts[name].label}（{name}）" if name in self.facts else name

    @property
    def rule_count(self) -> int:
        """Count the cited rules of this pack and its parents."""
        merged = self.merged
        return (
            sum(len(rules) for rules in merged.questions.values())
            + sum(len(rule.lines) for rule in merged.deadlines.values())
            + sum(len(gate.needs) for gate in merged.gates.values())
        )

    def examples(self) -> Sequence[Any]:
        """Give the worked cases of this pack itself."""
        return self.merged.examples


MONEY = {"fine_fen": "fine", "confiscation_fen": "confiscation"}


def amounts(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read a question asked with amounts but no kinds of penalty as being about just those kinds.

    **Shape** Only for questions asked by people; gates never take this for granted.
    """
    if "penalties" in given or not any(given.get(name) for name in MONEY):
        return given
    return {**given, "penalties": tuple(kind for name, kind in MONEY.items() if given.get(name))}


def implied(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add what given facts say about others: without a fine, the fine is 0; touching health is the longer time-bar."""
    found: dict[str, Any] = {}
    if "penalties" in given:
        found.update({name: 0 for name, kind in MONEY.items() if kind not in given["penalties"]})
    # Property may or may not be financial safety: that stays open.
    if "health" in given.get("touches", ()):
        found["life_health_finance_harm"] = True
    elif "touches" in given and "property" not in given["touches"]:
        found["life_health_finance_harm"] = False
    return {**found, **given}


def names() -> list[str]:
    """Name the packs there are."""
    return files.names()


@cache
def load(name: str) -> Pack:
    """Load a pack with all its parents. **Raises** UnknownPack, PackError."""
    return Pack(layers.merge(files.ROOT, name, _layer, _over))


@cache
def _layer(root: Path, pack_id: str) -> files.Layer:
    """Read a folder once, although several packs stand on it."""
    return files.read_layer(root, pack_id)


@cache
def _over(under: Merged | None, layer: files.Layer) -> Merged:
    """Lay a folder over its parents once, although several packs stand on it."""
    return layers.lay(under, layer)


def load_from(root: Path, name: str) -> Pack:
    """Load a pack from another folder of packs, as it stands now, without any cache."""
    return Pack(layers.merge(root, name, files.read_layer))


def load_folder(folder: Path) -> Pack:
    """Load a pack folder from anywhere: its parents stand beside it, or else in this checkout.

    **Raises** UnknownPack when there is no pack.yaml in it, PackError.
    """
    folder = folder.resolve()

    def read(root: Path, pack_id: str) -> files.Layer:
        beside = pack_id == folder.name or (root / pack_id / "pack.yaml").is_file()
        return files.read_layer(root if beside else files.ROOT, pack_id)

    return Pack(layers.merge(folder.parent, folder.name, read))
