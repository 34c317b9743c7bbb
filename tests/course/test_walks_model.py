"""Thousands of walks through every procedure of every pack, without a database: no forbidden state, no silent refusal.

The engine that takes a step (`actions.open_step`, `check`, `must_lead`, `must_pass`) is the real one; what only a
database can tell (certificates, powers, the role of who acts) is said by the walk, now and then against the case.
The judge is written apart from it, over the definition of the act.
"""

import random
import re
import shutil
from collections import Counter
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from tests import story
from tests.course.model import Taken, case, course
from tests.walker import Walker
from yangguang.casework.course import actions, clocks, known, told
from yangguang.casework.course.errors import StillOpen
from yangguang.casework.errors import OutOfOrder
from yangguang.policy import conditions, files, packs
from yangguang.policy.facts import read_all
from yangguang.policy.packs import Known
from yangguang.trail.errors import Refused

WALKS = 16  # of each procedure of each pack
MOST = 24  # steps of one walk
TOLD = {  # what the registers would say of a case that is in order
    "handlers_certified": 2,
    "power_covered": True,
    "power_granted": True,
    "power_published": True,
    "licence_power": True,
    "measure_power_granted": True,
    "licence_rule_published": True,
    "charge_in_catalogue": True,
    "charge_standard_published": True,
    "levy_authorised": True,
    "levy_standard_published": True,
    "item_published": True,
    "recused": False,
    "approver_is_head": True,
    "approver_is_handler": False,
    "documents_missing": 0,
    "recordings_missing": 0,
}
AGAINST = {  # … and what they would say of one that is not
    "handlers_certified": 1,
    "power_granted": False,
    "measure_power_granted": False,
    "recused": True,
    "approver_is_head": False,
    "approver_is_handler": True,
    "documents_missing": 1,
}
REVIEWERS = {"reviewer_is_handler": False, "reviewer_qualified": True}  # … of who reviews, where the review is walked
AGAINST_REVIEWERS = {"reviewer_is_handler": True, "reviewer_qualified": False}
PACKS = [name for name in packs.names() if name.count("-") > 1 or name == "cn"]
ACTS = [(name, *act) for name in PACKS for act in packs.load(name).act_names]  # the course of a review among them


@pytest.fixture(autouse=True)
def registers(monkeypatch):
    """What a walk is told in place of the registers; nothing here is archived."""
    said = dict(TOLD)
    for name in TOLD:
        monkeypatch.setitem(known.PRODUCERS, name, lambda t, name=name: said[name])
    for name in REVIEWERS:
        of_cases = known.PRODUCERS[name]
        monkeypatch.setitem(
            known.PRODUCERS, name, lambda t, name=name, of_cases=of_cases: said[name] if name in said else of_cases(t)
        )
    monkeypatch.setattr(actions.record, "not_archived", lambda dossier: None)
    return said


class Walk:
    """One case on its way."""

    def __init__(self, pack: Any, act: Any, dice: random.Random, registers: dict[str, Any], law: Any = None):
        self.pack, self.act, self.dice, self.registers = pack, act, dice, registers
        self.law = law or act  # what the judge goes by, where the walk itself goes by a copy with a hole
        kind = act.kind if act.kind in actions.WORDS else dice.choice(sorted(actions.WORDS))  # what is sent to review
        self.case = case(kind, act.procedure, dice.choice(["natural", "legal"]))
        self.told, self.against = (
            (TOLD, AGAINST)
            if kind == act.kind
            else (TOLD | REVIEWERS, {"documents_missing": 1, "recordings_missing": 1, **AGAINST_REVIEWERS})
        )
        registers.clear()
        registers |= self.told
        self.at = story.at(9, 1, 9)
        self.taken: list[Taken] = []
        self.by = SimpleNamespace(key="9", scope="")
        self.refused: Counter[str] = Counter()
        self.wanted = wanted(pack, act.kind, act.procedure)
        self.course = course(pack, act, [], of=self.case)
        self.fixed = told.registered(self.case, pack)

    def go_on(self, done: Taken) -> None:
        self.taken.append(done)
        given = self.course.given(done.facts)
        owed = self.pack.documents_owed(self.act.step(done.step), given, self.case.applied_on)
        self.case.dossier.items.codes |= {one.code for one in owed}
        self.course = course(self.pack, self.act, self.taken, of=self.case)

    def value(self, spec: Any, good: float) -> Any:
        wishes = self.wanted.get(spec.name)
        if wishes and self.dice.random() < good:
            return self.dice.choice(wishes)
        match spec.type:
            case "bool":
                return self.dice.random() < 0.4
            case "choice":
                return self.dice.choice(list(spec.choices))
            case "choices":
                return self.dice.sample(list(spec.choices), self.dice.randint(1, min(3, len(spec.choices))))
            case "integer" | "money_fen":
                return self.dice.choice([max(spec.min or 0, 1), max(spec.min or 0, 1) * 40])
            case "date":
                return (self.at.date() - timedelta(days=self.dice.choice([0, 0, 0, 1, 20]))).isoformat()
            case "datetime":
                return (self.at - timedelta(hours=self.dice.choice([0, 0, 1, 30]))).isoformat()
            case "periods":
                return []
        return "按实际填写"

    def take(self, code: str) -> Any:
        """Take one step, answering what is asked; the facts as they are kept, or the refusal that stands."""
        now = self.course
        step = next((one for one in self.act.steps if one.code == code), None)
        values: dict[str, Any] = {}
        for good in (0.8, 0.95, 1, 1):
            for one in step.facts if step else ():
                if one.name in actions.SUPPLIED | known.FOUND_OUT or self.fixed.get(one.name) not in (None, "", []):
                    continue
                if one.required or self.dice.random() < 0.5:
                    values[one.name] = self.value(one, good)
            for _ in range(6):
                try:
                    return self._try(now, code, values)
                except StillOpen as open_:
                    self._note(open_)
                    values |= {name: self.value(self.pack.facts[name], good) for name in open_.names}
                except Refused as refused:
                    self._note(refused)
                    last = refused
                    if isinstance(refused, OutOfOrder) and "现在不能办理" in refused.message:
                        return refused
                    break
            self.at += timedelta(days=self.dice.choice([0, 1, 7, 40]))
        return last

    def _try(self, now: Any, code: str, values: dict[str, Any]) -> Taken:
        step = actions.open_step(now, code)
        facts = actions.check(now, step, values, self.by, self.at)
        if code in actions.ELSEWHERE:
            return Taken(
                code, facts, self.at
            )  # a later stage takes it, by rules of its own, once it is what comes next
        actions.must_lead(now, step, facts)
        facts |= {name: "某〔2026〕1号" for name in actions.SUPPLIED if any(f.name == name for f in step.facts)}
        actions.must_pass(known.Taking(now, step, self.by, self.at, facts))
        return Taken(code, facts, self.at)

    def _note(self, refused: Refused) -> None:
        assert refused.because, (self.act.title, type(refused).__name__, refused.message)
        assert refused.mend, (self.act.title, refused.message)
        self.refused[type(refused).__name__] += 1


@cache
def wanted(pack: Any, kind: str, procedure: str) -> dict[str, list[Any]]:
    """What the gates of an act would have each fact be, and the choices its ways name."""
    act = pack.act(kind, procedure)
    found: dict[str, list[Any]] = {}
    for code in dict.fromkeys(code for step in act.steps for code in step.gates):
        for need in pack.merged.gates[code].needs:
            if conditions.holds(need.when, {"kind": kind, "procedure": procedure})[0] is False:
                continue
            for key, want in need.must.items():
                name, sign = conditions.split(key)
                found.setdefault(name, []).append(Walker._satisfying(sign, want))
    led: dict[str, list[Any]] = {}  # of a choice that no gate speaks of, what leads on
    for name, sign, want in ((*conditions.split(key), want) for step in act.steps for way in step.ways
                             for key, want in way.when.items()):  # fmt: skip
        if pack.facts[name].type == "choice" and name not in found and sign in ("", "_in"):
            led.setdefault(name, []).extend(want if sign else [want])
    return found | led


def unavoidable(act: Any) -> frozenset[str]:
    """The required steps every way from the first step to an end passes through."""
    ways = {step.code: [way.to for way in step.ways] for step in act.steps}
    ends = {step.code for step in act.steps if step.terminal}

    def reaches_end(without: str) -> bool:
        seen, todo = {without}, [act.steps[0].code]
        while todo:
            code = todo.pop()
            if code not in seen:
                seen.add(code)
                todo += ways[code]
        return bool((seen - {without}) & ends)

    return frozenset(
        step.code
        for step in act.steps
        if step.required and (step.code == act.steps[0].code or step.code in ends or not reaches_end(step.code))
    )


def forbidden(walk: Walk, before: Any, done: Taken) -> list[str]:
    """What must not be after a step, by the definition and the questions of the pack alone."""
    found, step, pack = [], walk.law.step(done.step), walk.pack
    if before.taken:
        facts = Known(pack, read_all(before.given(done.facts), pack.facts), before.case.applied_on)
        last = walk.law.step(before.taken[-1].step)
        if last.terminal:
            found.append(f"{done.step} after the end")
        if all(conditions.holds(way.when, facts)[0] is not True for way in last.ways if way.to == done.step):
            found.append(f"no way from {last.code} to {done.step}")
    elif done.step != walk.law.steps[0].code:
        found.append(f"begins with {done.step}")
    given = {**before.given(done.facts), **{n: v for n, v in walk.registers.items() if n in gate_facts(pack, step)}}
    for code in step.gates if step.code not in actions.ELSEWHERE else ():
        if pack.gate(code, {**given, **_found(walk, before, step, done)}, done.at.date()).state != "passed":
            found.append(f"{done.step} through {code}")
    if "G9" in step.gates and pack.ask("review_required", facts=given).value is not False:
        passed = [one.facts.get("review_outcome") for one in before.taken if one.step == "review"]
        if not passed or passed[-1] != "passed":
            found.append(f"{done.step} without a review that passed")
    return found


@cache
def names_of(pack: Any, code: str) -> frozenset[str]:
    return frozenset(actions._gate_names(SimpleNamespace(pack=pack), code))  # type: ignore[arg-type]


def gate_facts(pack: Any, step: Any) -> set[str]:
    return {name for code in step.gates for name in names_of(pack, code)}


def _found(walk: Walk, before: Any, step: Any, done: Taken) -> dict[str, Any]:
    taking = known.Taking(before, step, walk.by, done.at, done.facts)
    return known.at_step(taking, set(gate_facts(walk.pack, step)))


def runs_sanely(walk: Walk) -> list[str]:
    """No clock ends before it starts, none runs on a step already done since, none takes an unknown for a no."""
    now, wrong = walk.course, []
    for code, clock in clocks.running(now).items():
        if clock.deadline is not None and clock.rule.direction == "within" and clock.deadline.due < clock.start:
            wrong.append(f"{code} ends {clock.deadline.due} before {clock.start}")
        if clock.deadline is None and clock.rule.code not in {one.rule.code for one in clocks.unnumbered(now)}:
            wrong.append(f"{code} has no number, and nobody is told")
        if clock.rule.runs and set(clock.rule.runs.until) & now.since(clock.rule.runs.start):
            wrong.append(f"{code} runs on")
    return wrong


def illegal(walk: Walk, dice: random.Random) -> None:
    """A step that is not on the way is refused, says which is, and changes nothing."""
    now = walk.course
    open_ = {way.step.code for way in now.ways()} if not now.ended else set()
    others = [code for code in walk.act.codes if code not in open_]
    for code in [*dice.sample(others, min(1, len(others))), "nonsense"]:
        with pytest.raises(OutOfOrder) as refused:
            actions.open_step(now, code)
        assert refused.value.mend
        assert refused.value.because or now.ended


def go(pack: Any, act: Any, dice: random.Random, registers: dict[str, Any], law: Any = None) -> Walk:
    walk = Walk(pack, act, dice, registers, law)
    for _ in range(MOST):
        now = walk.course
        if dice.random() < 0.3:
            illegal(walk, dice)
        if now.ended:
            break
        ways = [way.step.code for way in now.ways()]
        assert ways, f"{act.title}: nothing leads on from {walk.taken[-1].step}"
        assert now.now is not None and now.now.code in ways
        registers |= walk.told
        if dice.random() < 0.1:
            name = dice.choice(list(walk.against))
            registers[name] = walk.against[name]
        ways = [code for code in ways if code not in actions.ELSEWHERE or code == now.now.code]
        for code in dice.sample(ways, len(ways)):
            done = walk.take(code)
            if isinstance(done, Taken):
                break
        else:
            if registers == walk.told:
                break
            continue
        assert forbidden(walk, now, done) == [], (act.title, [one.step for one in walk.taken], done)
        walk.go_on(done)
        if dice.random() < 0.3:
            assert runs_sanely(walk) == []
        walk.at += timedelta(days=dice.choice([0, 0, 1, 3]))
    return walk


@pytest.mark.parametrize("name", PACKS)
def test_no_walk_reaches_a_forbidden_state(name, registers):
    """Model-based: whatever is said, in whatever order, the law of the act holds at every step of every walk."""
    pack = packs.load(name)
    ended: Counter[tuple[str, str]] = Counter()
    refused: Counter[str] = Counter()
    acts = [(kind, procedure) for one, kind, procedure in ACTS if one == name]
    for kind, procedure in acts:
        act = pack.act(kind, procedure)
        must = unavoidable(act)
        for n in range(WALKS):
            walk = go(pack, act, random.Random(f"{name} {kind} {procedure} {n}"), registers)
            refused += walk.refused
            if walk.course.ended:
                ended[kind, procedure] += 1
                assert must <= {one.step for one in walk.taken}, act.title
                assert [one.step for one in walk.taken if act.step(one.step).terminal] == [walk.taken[-1].step]
                illegal(walk, random.Random(n))
    assert set(ended) == set(acts), "every procedure was walked to its end"
    assert min(refused["GateClosed"], refused["StillOpen"], refused["OutOfOrder"]) > 10, refused


@pytest.mark.parametrize("left_out", ["must_pass", "must_lead"])
def test_the_judge_sees_what_the_engine_would_let_through(monkeypatch, registers, left_out):
    """With the gates, or the conditions of the ways, left out of the engine, the same walks do reach what must not be."""
    monkeypatch.setattr(actions, left_out, lambda *_: None)
    pack = packs.load("cn")
    with pytest.raises(AssertionError, match=r"through G|no way|without a review"):
        for kind, procedure in pack.act_names:
            for n in range(WALKS):
                go(pack, pack.act(kind, procedure), random.Random(n), registers)


HOLES = (  # one gate taken out of a copy of the pack, for each kind of act
    ("penalty", "ordinary", "G70"),
    ("penalty", "summary", "G15"),
    ("licence", "ordinary", "G32"),
    ("compulsory_measure", "ordinary", "G41"),
    ("compulsory_execution", "ordinary", "G11"),
    ("levy", "ordinary", "G53"),
    ("requisition", "urgent", "G60"),
    ("charge", "ordinary", "G63"),
    ("inspection", "ordinary", "G1"),
    ("legal_review", "ordinary", "G68"),
    ("licence", "withdrawal", "G38b"),
    ("compulsory_execution", "substitute", "G49b"),
)


@pytest.mark.parametrize(("kind", "procedure", "gate"), HOLES)
def test_a_gate_left_out_of_a_copy_of_the_pack_is_found_by_the_same_walks(tmp_path, registers, kind, procedure, gate):
    """Judged by the law as it stands, walks by a pack with one gate less do reach what must not be."""
    shutil.copytree(
        files.ROOT / "cn", tmp_path / "cn", ignore=shutil.ignore_patterns("documents", "statistics", "examples")
    )
    for path in (tmp_path / "cn" / "acts").glob("*.yaml"):
        path.write_text(re.sub(rf"(gates: \[[^]]*?)\b{gate}\b(, )?", r"\1", path.read_text()))
    mutant, law = packs.load_from(tmp_path, "cn"), packs.load("cn").act(kind, procedure)
    act = mutant.act(kind, procedure)
    assert any(gate in step.gates for step in law.steps) and not any(gate in step.gates for step in act.steps)
    with pytest.raises(AssertionError, match=f"through {gate}"):
        for n in range(200):
            go(mutant, act, random.Random(n), registers, law)
