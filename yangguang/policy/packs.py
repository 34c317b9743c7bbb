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

from yangguang.policy import combine, computed, files, layers
from yangguang.policy.acts import Act, DocumentNeed, RecordingDemand, Step
from yangguang.policy.answers import Answer, Citation, Outvoted, Verdict
from yangguang.policy.clauses import Clause
from yangguang.policy.conditions import holds
from yangguang.policy.deadlines import Deadline, count, say
from yangguang.policy.errors import (
    NoRuleInForce,
    UnknownAct,
    UnknownClause,
    UnknownGate,
    UnknownQuestion,
    UnknownRule,
)
from yangguang.policy.facts import FactSpec, read_all
from yangguang.policy.gates import judge
from yangguang.policy.layers import DeadlineRule, Merged
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS, Question
from yangguang.policy.rules import Held, Rule, citations, standing, to_confirm, yielding
from yangguang.policy.schema import Jurisdiction
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
            self._worked[name] = self._pack._answer(QUESTIONS[spec.derived_from], self._given, self._on)
        return self._worked[name].value

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

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
        self._merged = merged
        self.id = merged.id
        self.title = merged.title
        self.version = merged.version
        self.chain = merged.chain
        self.depth = len(merged.chain) - 1
        self.calendar: WorkCalendar = merged.calendar
        self.clauses: Mapping[str, Clause] = merged.clauses
        self.facts: Mapping[str, FactSpec] = merged.facts
        self.jurisdiction: Jurisdiction = merged.jurisdiction
        self.identity: Mapping[str, Any] = merged.identity

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
        return self._answer(asked, amounts(given), on, provisional)

    def _answer(
        self, asked: Question, given: Mapping[str, Any], on: dt.date | None, provisional: bool = False
    ) -> Answer:
        on = on or given.get(asked.start) or next((given[n] for n in DAY_FACTS if n in given), None)
        if asked.how == "computed":
            return computed.ANSWERS[asked.name](self, given, on, provisional)
        if asked.how == "clock":
            return self._clock(asked, given, on, provisional)
        rules = self._merged.questions.get(asked.name, ())
        if asked.how == "nearest":
            deepest = max((r.depth for r in rules if r.in_force(on)), default=0)
            rules = tuple(r for r in rules if r.depth == deepest)
        if asked.how == "yearly":
            return computed.yearly(self, asked, standing(rules, given, on), given)
        result = combine.decide(asked, standing(rules, given, on), self.depth)
        return self._worded(asked, result)

    def _worded(self, asked: Question, result: combine.Result) -> Answer:
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
            parts.append(f"{asked.title}：否。所列情形均不符合。")
        elif result.value is True:
            parts.append(f"{asked.title}：是。没有不得的情形。")
        elif result.value is None and not result.unknown:
            parts.append(f"{asked.title}：本包及其上级均未规定。")
        if result.unknown:
            named = "、".join(self.label(n) for n in result.unknown)
            lead = "还可能更严，尚不知道" if result.value is not None else "不能得出结论，尚不知道"
            parts.append(f"{lead}：{named}。不知道不等于通过。")
        return self._finish(
            Answer(
                question=asked.name,
                pack=self.id,
                value=result.value,
                because=citations(result.winners),
                outvoted=result.outvoted,
                unknown=result.unknown,
                explain="\n".join(parts),
                details=result.details,
            ),
            result.winners,
        )

    def _finish(self, answer: Answer, winners: Sequence[Rule]) -> Answer:
        """Add the marks every answer carries: from a parent? to be confirmed by a local user?"""
        default = bool(winners) and all(r.depth < self.depth for r in winners)
        confirm = to_confirm(winners)
        notes = [answer.explain]
        if default:
            notes.append("（取自上级规则：本方案未作规定。）")
        if confirm:
            notes.append(f"（须由当地用户核对后使用：{'、'.join(confirm)}。）")
        return replace(answer, default=default, confirm=confirm, explain="\n".join(n for n in notes if n))

    def _clock(self, asked: Question, given: Mapping[str, Any], on: dt.date | None, provisional: bool) -> Answer:
        start = given.get(asked.start)
        if start is None:
            return Answer(
                asked.name, self.id, None, unknown=(asked.start,),
                explain=f"不能得出结论，尚不知道：{self.label(asked.start)}。",
            )  # fmt: skip
        found: list[Held] = []
        for outer in standing(self._merged.questions.get(asked.name, ()), given, on):
            rule = self._rule(outer.rule.clock or "")
            for inner in standing(rule.lines, given, on):
                # A gap-filling reference stays a gap-filler even where the clock's own line is not one.
                merged = replace(inner.rule, default=inner.rule.default or outer.rule.default, clock=rule.code)
                found.append(Held(merged, outer.certain and inner.certain, (*outer.absent, *inner.absent)))
        sure = [h for h in yielding(found) if h.certain]
        maybe = [h for h in yielding(found) if not h.certain]
        counted = {id(h): self._count(h.rule, start, given, provisional) for h in [*sure, *maybe]}
        best = min((counted[id(h)].due for h in sure), default=None)
        tighter = [h for h in maybe if best is None or counted[id(h)].due < best]
        if tighter or best is None:
            unknown = combine.absent(tighter)
            named = "、".join(self.label(n) for n in unknown)
            words = f"不能得出结论，尚不知道：{named}。" if unknown else f"{asked.title}：本包及其上级均未规定。"
            return Answer(asked.name, self.id, None, unknown=unknown, explain=words)
        winners = [h.rule for h in sure if counted[id(h)].due == best]
        chosen = next(counted[id(h)] for h in sure if counted[id(h)].due == best)
        losers = [h for h in sure if counted[id(h)].due > best]
        lost = tuple(Outvoted(counted[id(h)].due, h.rule.because, h.rule.note) for h in losers)
        text = f"{asked.title}：{best.isoformat()}。自{self.label(asked.start)} {start.isoformat()} 起（当日不计）"
        text += f"，{say(winners[0].limit)}。" if winners[0].limit else "。"
        parts = [text, *(f"依据{c.source}{c.title}：“{c.text}”" for c in citations(winners))]
        parts += [
            f"较宽的期限不采用：{o.value.isoformat()}（{'、'.join(c.clause for c in o.because)}）。" for o in lost
        ]
        parts += [f"说明：{r.note}" for r in winners if r.note]
        answer = Answer(
            asked.name, self.id, best, citations(winners), lost, (), "\n".join(parts), chosen.days,
            provisional=chosen.provisional,
        )  # fmt: skip
        return self._finish(answer, winners)

    def _count(self, rule: Rule, start: dt.date | dt.datetime, given: Mapping[str, Any], provisional: bool) -> Any:
        assert rule.limit is not None
        named = self._rule(rule.clock or "")
        return count(
            start,
            rule.limit,
            self.calendar,
            direction=named.direction,
            provisional=provisional,
            pauses=given.get("suspensions", ()) if named.pausable else (),
        )

    # ---- deadlines -------------------------------------------------------------------------------------------

    def _rule(self, code: str) -> DeadlineRule:
        if code not in self._merged.deadlines:
            raise UnknownRule(code, self._merged.deadlines)
        return self._merged.deadlines[code]

    @property
    def deadlines(self) -> Mapping[str, DeadlineRule]:
        return self._merged.deadlines

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
        found = self._rule(rule)
        given = read_all(facts or {}, self.facts)
        day = start.date() if isinstance(start, dt.datetime) else start
        held = standing(found.lines, given, on or day)
        if not held:
            raise NoRuleInForce(
                f"期限 {rule}（{found.title}）：{self.id} 及其上级在 {(on or day).isoformat()} 没有可适用的数字规定。"
                "修改办法：由本地依据补一条期限，写入该包的 deadlines.yaml。"
            )
        lines = [replace(h.rule, clock=rule) for h in held]
        counted = [self._count(line, start, given, provisional) for line in lines]
        # More days before, or a later earliest day, is the stricter demand; else the earlier last day is.
        best = (max if found.direction == "not_before" else min)(c.due for c in counted)
        won = [i for i, c in enumerate(counted) if c.due == best]
        winners = [lines[i] for i in won]
        lost = tuple(
            Outvoted(c.due, line.because, line.note) for c, line in zip(counted, lines, strict=True) if c.due != best
        )
        chosen, limit = counted[won[0]], winners[0].limit
        assert limit is not None
        safe = None
        if found.direction != "not_before" and limit.unit != "hour":
            safe = self._safe(chosen.due, limit.roll, provisional)
        parts = [
            f"{found.title}：{found.trigger} → {found.must}。自 {day.isoformat()} 起（当日不计），{say(limit)}，"
            f"{'届满日' if found.direction == 'within' else '界限日'} {chosen.due.isoformat()}。",
            *(f"依据{c.source}{c.title}：“{c.text}”" for c in citations(winners)),
            *(f"较宽的期限不采用：{o.value.isoformat()}（{'、'.join(c.clause for c in o.because)}）。" for o in lost),
            *(f"说明：{r.note}" for r in winners if r.note),
        ]
        if safe and safe != chosen.due:
            parts.append(f"届满日不是工作日，法律未规定机关的期限可以顺延，应在 {safe.isoformat()} 前办结。")
        unknown = combine.absent([h for h in held if not h.certain])
        if unknown:
            parts.append(f"尚不知道：{'、'.join(self.label(n) for n in unknown)}，已按从严计算。")
        confirm = to_confirm(winners)
        if confirm:
            parts.append(f"（须由当地用户核对后使用：{'、'.join(confirm)}。）")
        if chosen.provisional:
            parts.append("（暂定：有年份的放假通知尚未录入，通知发布后须重算。）")
        return Deadline(
            rule=rule,
            pack=self.id,
            title=found.title,
            due=chosen.due,
            start=day,
            days=chosen.days,
            because=citations(winners),
            outvoted=lost,
            unknown=unknown,
            provisional=chosen.provisional,
            explain="\n".join(parts),
            limit=limit,
            direction=found.direction,
            holder=found.holder,
            safe=safe,
            opens=chosen.due + dt.timedelta(days=1) if found.direction == "not_before" else None,
            at=chosen.at,
            default=all(r.depth < self.depth for r in winners),
            confirm=confirm,
        )

    def _safe(self, due: dt.date, roll: str, provisional: bool) -> dt.date | None:
        """Give the last working day up to `due`; None where the calendar of that year is not entered."""
        if roll != "none":
            return due
        year = self.calendar.years.get(due.year)
        if (year is None or year.provisional) and not provisional:
            return None
        return self.calendar.last_working(due, provisional)

    # ---- gates -----------------------------------------------------------------------------------------------

    @property
    def gate_codes(self) -> tuple[str, ...]:
        return tuple(self._merged.gates)

    def gate_facts(self, code: str) -> tuple[FactSpec, ...]:
        """Name the facts a gate may ask for, for the stage that must supply them. **Raises** UnknownGate."""
        if code not in self._merged.gates:
            raise UnknownGate(code, self._merged.gates)
        return tuple(self.facts[name] for name in self._merged.gates[code].facts)

    def gate(self, code: str, facts: Mapping[str, Any] | None = None, on: dt.date | None = None) -> Verdict:
        """Judge one gate. **Raises** UnknownGate, UnknownFact, WrongFactType."""
        if code not in self._merged.gates:
            raise UnknownGate(code, self._merged.gates)
        rule = self._merged.gates[code]
        given = read_all(facts or {}, self.facts, rule.facts)
        day = on or next((given[n] for n in DAY_FACTS if n in given), None)
        known = Known(self, given, day)
        return judge(rule, known, day, known.roots, self.label)

    def gates(
        self, step: str | Step, facts: Mapping[str, Any] | None = None, on: dt.date | None = None
    ) -> tuple[Verdict, ...]:
        """Judge all gates of a step; for a step code, `kind` and `procedure` come from the facts."""
        if isinstance(step, str):
            given = facts or {}
            step = self.act(given.get("kind", "penalty"), procedure=given.get("procedure")).step(step)
        return tuple(self.gate(code, facts, on) for code in step.gates)

    # ---- acts ------------------------------------------------------------------------------------------------

    @property
    def act_names(self) -> tuple[tuple[str, str], ...]:
        """Name every (kind, procedure) this pack defines."""
        return tuple(self._merged.acts)

    def act(self, kind: str, procedure: str | None = None) -> Act:
        """Give the definition of an act, without a procedure the ordinary one. **Raises** UnknownAct."""
        have = [p for k, p in self._merged.acts if k == kind]
        if procedure is None and have:
            procedure = "ordinary" if "ordinary" in have else have[0]
        if (kind, procedure) not in self._merged.acts:
            raise UnknownAct(f"{kind}/{procedure}", [f"{k}/{p}" for k, p in self._merged.acts])
        return self._merged.acts[(kind, str(procedure))]

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
        for event in step.recordings:
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
        return holds(step.required_when, Known(self, read_all(facts or {}, self.facts), on))[0]

    def label(self, name: str) -> str:
        """Give the Chinese name of a fact with its code."""
        return f"{self.facts[name].label}（{name}）" if name in self.facts else name

    def examples(self) -> Sequence[Any]:
        """Give the worked cases of this pack itself."""
        return self._merged.examples


def amounts(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fill what the kinds and amounts of penalties say about each other.

    **Shape** No kind "fine" means an amount of 0. Someone who asks with amounts but no kinds asks about just those
    kinds; gates never take this for granted, they judge by what was supplied.
    """
    found = dict(given)
    money = {"fine_fen": "fine", "confiscation_fen": "confiscation"}
    if "penalties" not in found and any(found.get(name) for name in money):
        found["penalties"] = tuple(kind for name, kind in money.items() if found.get(name))
    if "penalties" in found:
        for name, kind in money.items():
            if kind not in found["penalties"]:
                found.setdefault(name, 0)
    return found


def names() -> list[str]:
    """Name the packs there are."""
    return files.names()


@cache
def load(name: str) -> Pack:
    """Load a pack with all its parents. **Raises** UnknownPack, PackError."""
    return load_from(files.ROOT, name)


def load_from(root: Path, name: str) -> Pack:
    """Load a pack from another folder of packs, without the cache."""
    return Pack(layers.merge(root, name))
