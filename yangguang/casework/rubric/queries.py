"""The standard applied to a case as it stands: each item with its state, why, and where to mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from yangguang.duty import queries as duties
from yangguang.duty.models import Discharge, Duty
from yangguang.policy import conditions, rubrics
from yangguang.policy.packs import Pack
from yangguang.policy.rubrics import Item, Mark, Score
from yangguang.record import queries as record
from yangguang.record.queries import Owed

from .. import paper_marks, queries
from ..models import Case
from .models import Finding

STATES = {
    "passed": "符合",
    "failed": "不符合",
    "na": "不适用",
    "early": "尚未办到",
    "person": "待人工评查",
}
ONCE = "，不重复计"  # a defect that another item above already counted
_supplied: list[Callable[[Case], Mapping[str, Any]]] = []


def supplies(function: Callable[[Case], Mapping[str, Any]]) -> Callable[[Case], Mapping[str, Any]]:
    """A later stage tells what it knows of a case, by the names of the pack's facts."""
    _supplied.append(function)
    return function


@dataclass(frozen=True)
class Line:
    """One item of the sheet.  **Shape** `why`: what was found, a sentence each; `finding`: what a person said of it."""

    mark: Mark
    why: tuple[str, ...] = ()
    finding: Finding | None = None

    @property
    def item(self) -> Item:
        return self.mark.item

    @property
    def word(self) -> str:
        return STATES[self.mark.state]


@dataclass(frozen=True)
class Sheet:
    """The whole evaluation of one case."""

    lines: tuple[Line, ...]
    score: Score

    @property
    def failed(self) -> list[Line]:
        return [line for line in self.lines if line.mark.state == "failed"]

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.mark.state != "na":
                found.setdefault(line.item.group, []).append(line)
        return list(found.items())


def latest(case: Case) -> dict[str, Finding]:
    """The last finding about each item."""
    return {one.item: one for one in Finding.objects.filter(case=case).select_related("by").order_by("at", "id")}


def sheet(
    case: Case, today: date | None = None, owed: list[Owed] | None = None, due: list[Duty] | None = None
) -> Sheet:
    """Evaluate a case as it stands.  **Clause** QS-3.2.3c, QD-3.2.4d.

    **Shape** `owed`, `due`: what the file owes and its duties, from who has read them already.
    """
    view = _View(case, today or timezone.localdate(), owed, due)
    said = latest(case)
    lines: list[Line] = []
    for item in view.pack.rubric.items:
        lines.append(line := _line(view, item, said.get(item.code)))
        if line.mark.state == "failed":
            view.failed[item.code] = item
    return Sheet(tuple(lines), rubrics.score(view.pack.rubric, (line.mark for line in lines)))


class _View:
    """What the items ask about, each part read once."""

    def __init__(self, case: Case, today: date, owed: list[Owed] | None, due: list[Duty] | None):
        self.case, self.today = case, today
        self.pack: Pack = queries.pack_of(case)
        self.facts: dict[str, Any] = {**queries.gate_facts(case, today)}
        for supply in _supplied:
            self.facts |= supply(case)
        self.facts = {name: value for name, value in self.facts.items() if name in self.pack.facts}
        self.done = set(case.state.done)
        self.failed: dict[str, Item] = {}  # the items above the one that is judged
        self.owed = queries.owed(case) if owed is None else owed
        self.duties = list(duties.of(case.chain)) if due is None else due

    @cached_property
    def marks(self) -> list[tuple[str, str]]:
        """What is said of the papers, with the kind of mark."""
        kept = record.kept(self.case.dossier)
        said = paper_marks.of(self.case, kept, self.owed)
        return [
            (one.kind, f"《{item.title}》{one.text}") for item in kept for one in said.get(item.pk, ()) if one.counts
        ]

    def reached(self, item: Item) -> bool:
        return item.after is None or item.after in self.done


def _line(view: _View, item: Item, finding: Finding | None) -> Line:
    applies, _ = conditions.holds(item.when, view.facts)
    if applies is False:
        return Line(Mark(item, "na"))
    if finding is not None:
        # What a person looked at and signed outweighs the machine, in both directions; the machine's words stay visible.
        why = tuple(_machine(view, item)[1]) if item.by_machine and view.reached(item) else ()
        return Line(Mark(item, finding.verdict, finding.breaches), why, finding)
    if not view.reached(item):
        return Line(Mark(item, "early"))
    if not item.by_machine:
        return Line(Mark(item, "person"), (item.look,) if item.look else ())
    state, said = _machine(view, item)
    counted = [one for one in said if not one.endswith(ONCE)] if state == "failed" else []
    return Line(Mark(item, state, len(counted)), tuple(said))


def _machine(view: _View, item: Item) -> tuple[str, list[str]]:
    """The state the facts give an item: every breach is a sentence; what the facts do not tell goes to a person."""
    breaches: list[str] = []
    unknown: list[str] = []
    for code in item.gates:
        verdict = view.pack.gate(code, _known(view, code))
        if verdict.state == "failed":
            breaches += verdict.failures
        elif verdict.state == "unknown":
            unknown.append(verdict.explain)
    above = [view.failed[code].title for code in item.yields if code in view.failed]
    again = []
    for owed in view.owed:
        if owed.step in item.steps and owed.strength != "circumstances" and not owed.met:
            words = f"缺{'文书' if owed.kind == 'document' else '音像记录'}：{owed.title}"
            if above and owed.kind == "document":
                again.append(f"{words}；已在“{'”“'.join(above)}”扣分{ONCE}")
            else:
                breaches.append(words)
    running = False
    for duty in view.duties:
        if duty.rule not in item.deadlines:
            continue
        discharge: Discharge | None = getattr(duty, "discharge", None)
        ended = timezone.localdate(discharge.at) if discharge else None
        if discharge is not None and discharge.how == Discharge.How.VOID:
            continue
        if (ended or view.today) > duty.due_on:
            late = f"{ended} 才办" if ended else "至今未办"
            breaches.append(f"{duty.title}：应于 {duty.due_on} 以前办，{late}")
        running = running or ended is None
    breaches += [said for kind, said in view.marks if kind in item.marks] if item.marks else []
    good, absent = conditions.holds(item.must, view.facts)
    if good is False:
        breaches.append(f"不符合：{conditions.words(item.must, {n: s.label for n, s in view.pack.facts.items()})}")
    elif good is None:
        unknown.append(f"尚不知道：{'、'.join(view.pack.label(name) for name in absent)}")
    if breaches:
        return "failed", breaches + again
    if unknown:
        return "person", unknown + again
    only_deadlines = item.deadlines and not (item.gates or item.steps or item.must)
    if only_deadlines and (running or not any(duty.rule in item.deadlines for duty in view.duties)):
        return "early", again
    return "passed", again


def _known(view: _View, gate: str) -> dict[str, Any]:
    names = {spec.name for spec in view.pack.gate_facts(gate)}
    return {name: value for name, value in view.facts.items() if name in names and value is not None}
