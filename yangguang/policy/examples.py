"""This runs the worked examples every pack carries, and reports what does not hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from yangguang.policy import conditions, files, layers, packs
from yangguang.policy.answers import plain
from yangguang.policy.errors import PackError, PolicyError
from yangguang.policy.facts import read_all
from yangguang.policy.packs import DAY_FACTS, Known, Pack, amounts, implied
from yangguang.policy.questions import QUESTIONS
from yangguang.policy.rules import Rule
from yangguang.policy.schema import Example


@dataclass(frozen=True, slots=True)
class Checked:
    """This is one pack that was checked."""

    id: str
    version: str
    clauses: int
    rules: int
    examples: int


@dataclass(slots=True)
class Report:
    """This is the result of `yangguang law check`."""

    packs: list[Checked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"packs": [asdict(p) for p in self.packs], "faults": self.faults}


def check_all(root: Path = files.ROOT) -> Report:
    """Load every pack and run its examples. A fault of one pack does not hide those of the others."""
    report = Report()
    read, over = cache(files.read_layer), cache(layers.lay)
    for name in files.names(root):
        _check(report, name, lambda name=name: Pack(layers.merge(root, name, read, over)))  # type: ignore[misc]
    return report


def check_folder(folder: Path) -> Report:
    """Load one pack folder, wherever it stands, and run its examples."""
    report = Report()
    _check(report, folder.resolve().name, lambda: packs.load_folder(folder))
    return report


def _check(report: Report, name: str, load: Callable[[], Pack]) -> None:
    try:
        pack = load()
    except PackError as error:
        report.faults.append(str(error))
        return
    for example in pack.examples():
        report.faults.extend(f"{name}：{fault}" for fault in faults(pack, example))
    report.packs.append(Checked(name, pack.version, len(pack.clauses), pack.rule_count, len(pack.examples())))


def faults(pack: Pack, example: Example) -> Iterator[str]:
    """Run one example and say what differs."""
    title = example.title or example.ask or example.deadline or example.gate or "例子"
    try:
        value, clauses, unknown = _run(pack, example)
    except PolicyError as error:
        yield f"例子“{title}”出错：{error}"
        return
    if value != plain(example.expect):
        yield f"例子“{title}”：应为 {plain(example.expect)!r}，实为 {value!r}。"
    absent = [c for c in example.because or [] if c not in clauses]
    if absent:
        yield f"例子“{title}”：应引用 {'、'.join(absent)}，实引 {'、'.join(clauses)}。"
    if example.unknown is not None and set(example.unknown) != set(unknown):
        yield f"例子“{title}”：缺的事实应为 {'、'.join(example.unknown)}，实为 {'、'.join(unknown)}。"


def _run(pack: Pack, example: Example) -> tuple[Any, list[str], tuple[str, ...]]:
    if sum(one is not None for one in (example.ask, example.deadline, example.gate)) > 1:
        raise PackError(
            "一个例子只能问一件事。",
            key=example.title or "",
            accepted="ask、deadline＋start、gate 之一",
            mend="分成几个例子。",
        )
    if example.ask:
        answer = pack.ask(example.ask, example.facts, example.on)
        return plain(answer.value), [c.clause for c in answer.because], answer.unknown
    if example.deadline and example.start:
        done = pack.deadline(example.deadline, example.start, example.on, example.facts)
        return done.due.isoformat(), [c.clause for c in done.because], done.unknown
    if example.gate:
        verdict = pack.gate(example.gate, example.facts, example.on)
        return verdict.state, [c.clause for c in verdict.because], verdict.unknown
    raise PackError(
        "例子没有写清问什么。", key=example.title or "", accepted="ask、deadline＋start、gate 之一", mend="补上。"
    )


# ---- which rules have no example yet -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lack:
    """This is a rule of a pack's own files that lacks examples.

    **Shape** `rule` is its place ("questions.review_required[0]"), `words` what it says, `kinds` what is missing:
    an example that fits it, one that does not, and for each number or day one that stands exactly at it.
    """

    pack: str
    rule: str
    words: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.pack} {self.rule}（{self.words}）：缺{'、'.join(self.kinds)}"


FITS, UNFIT = "符合的例子", "不符合的例子"


@dataclass(frozen=True, slots=True)
class _Case:
    """This is an example made ready: its facts as the engine reads them, and the day whose rules apply."""

    facts: Mapping[str, Any]
    on: dt.date | None


def coverage(pack: Pack) -> list[Lack]:
    """Name the rules of the pack's own files that lack an example, one that does not fit, or one at the boundary.

    **Shape** A line without a condition, or with one that names every choice of a fact, fits every case, so it needs no
    example that does not fit. A requirement of a gate needs an example that breaks it and one that meets it; one that
    no known fact can break needs an example where the fact is absent. **Raises** PolicyError for an example that
    cannot run.
    """
    asked: dict[str, list[_Case]] = {}
    counted: dict[str, list[_Case]] = {}
    judged: dict[str, list[_Case]] = {}
    for example in pack.examples():
        if example.ask:
            case = _asked(pack, example)
            asked.setdefault(example.ask, []).append(case)
            for code in _clocks(pack, example.ask, case):
                counted.setdefault(code, []).append(case)
        elif example.deadline:
            given = implied(read_all(example.facts, pack.facts))
            counted.setdefault(example.deadline, []).append(_Case(given, example.on or example.start))
        elif example.gate:
            given = read_all(example.facts, pack.facts)
            day = example.on or next((given[n] for n in DAY_FACTS if n in given), None)
            judged.setdefault(example.gate, []).append(_Case(Known(pack, given, day), day))
    lacks: list[Lack] = []
    for name, rules in pack.merged.questions.items():
        lacks += _lines(pack, f"questions.{name}", rules, asked.get(name, ()))
    for code, deadline in pack.deadlines.items():
        lacks += _lines(pack, f"deadlines.{code}.lines", deadline.lines, counted.get(code, ()))
    for code in pack.gate_codes:
        lacks += _needs(pack, code, judged.get(code, ()))
    return lacks


def _asked(pack: Pack, example: Example) -> _Case:
    question = QUESTIONS[example.ask or ""]
    given = amounts(read_all(example.facts, pack.facts))
    given = implied({"kind": question.about, **given} if question.about else given)
    day = example.on or given.get(question.start) or next((given[n] for n in DAY_FACTS if n in given), None)
    return _Case(given, day)


def _clocks(pack: Pack, question: str, case: _Case) -> set[str]:
    """Name the deadlines a question about a date counts in this case."""
    if question == "deadline":
        return {case.facts["rule"]} if "rule" in case.facts else set()
    rules = pack.merged.questions.get(question, ())
    return {r.clock for r in rules if r.clock and r.in_force(case.on) and conditions.holds(r.when, case.facts)[0]}


def _lines(pack: Pack, place: str, rules: Sequence[Rule], cases: Sequence[_Case]) -> Iterator[Lack]:
    for index, rule in enumerate(r for r in rules if r.depth == pack.depth):
        held = [case for case in cases if rule.in_force(case.on)]
        answers = [_holds(rule, case.facts) for case in held]
        kinds = [] if True in answers else [FITS]
        if False not in answers and _can_fail(pack, rule.when):
            kinds.append(UNFIT)
        yield from _lack(pack, f"{place}[{index}]", rule.when, [*kinds, *_boundaries(pack, rule.when, held)])


def _holds(rule: Rule, facts: Mapping[str, Any]) -> bool | None:
    """Decide a line as the engine does: an exemption nobody claims is no exemption."""
    answer, absent = conditions.holds(rule.when, facts)
    return True if answer is None and set(absent) <= set(rule.exempt) else answer


def _can_fail(pack: Pack, when: Mapping[str, Any]) -> bool:
    """Tell whether any known fact can make a condition false: not where it names every choice there is."""
    for key, want in when.items():
        name, suffix = conditions.split(key)
        if suffix != "_in" or set(want) < set(pack.facts[name].choices or {}):
            return True
    return False


def _needs(pack: Pack, code: str, cases: Sequence[_Case]) -> Iterator[Lack]:
    gate = pack.merged.gates[code]
    index = -1
    for need in gate.needs:
        if need.depth != pack.depth:
            continue
        index += 1
        due = [
            case
            for case in cases
            if need.in_force(case.on) and all(conditions.holds(w, case.facts)[0] for w in (gate.when, need.when))
        ]
        answers = [conditions.holds(need.must, case.facts)[0] for case in due]
        broken = False if _can_fail(pack, need.must) else None
        kinds = ["不满足要求的例子"] if broken not in answers else []
        if True not in answers:
            kinds.append("满足要求的例子")
        kinds += _boundaries(pack, {**need.when, **need.must}, [c for c in cases if need.in_force(c.on)])
        yield from _lack(pack, f"gates.{code}.needs[{index}]", need.must, kinds)


def _boundaries(pack: Pack, when: Mapping[str, Any], cases: Sequence[_Case]) -> Iterator[str]:
    """Name the numbers and days of a condition at which no example stands exactly."""
    for key, want in when.items():
        name, suffix = conditions.split(key)
        if suffix in ("_gte", "_gt", "_lte", "_lt") and not any(case.facts.get(name) == want for case in cases):
            yield f"{pack.facts[name].label}恰好为 {plain(want)} 的例子"


def _lack(pack: Pack, place: str, when: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[Lack]:
    if kinds:
        labels = {name: spec.label for name, spec in pack.facts.items()}
        yield Lack(pack.id, place, conditions.words(when, labels) or "任何情形", tuple(kinds))
