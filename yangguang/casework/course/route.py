"""Where a case stands in the definition of its act: what was taken, what the law wants next, what else it allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from yangguang.lawbook import queries as lawbook
from yangguang.policy import conditions
from yangguang.policy.acts import Act, Next
from yangguang.policy.acts import Step as ActStep
from yangguang.policy.facts import read_all
from yangguang.policy.packs import Known, Pack
from yangguang.record import documents
from yangguang.record.models import Item

from ..models import Case, Step
from . import told


@dataclass(frozen=True)
class Way:
    """One way on.  **Shape** `open` None: facts that are not known yet (`unknown`) decide it."""

    step: ActStep
    open: bool | None
    why: str
    conditional: bool
    unknown: tuple[str, ...] = ()
    rule: Next | None = None


@dataclass(frozen=True)
class Supposed:
    """A step as it would be if it were taken."""

    step: str
    facts: dict[str, Any]
    at: datetime


class Course:
    """The course of one case, read once."""

    def __init__(self, case: Case, act: Act, pack: Pack, steps: Sequence[Step | Supposed] | None = None):
        self.case, self.act, self.pack = case, act, pack
        self._steps = steps

    @cached_property
    def taken(self) -> list[Step | Supposed]:
        """The steps as they were taken, in order."""
        return list(self._steps) if self._steps is not None else list(self.case.steps.order_by("at", "id"))

    def after(self, step: str, facts: dict[str, Any], at: datetime) -> "Course":
        """The course as it would be once this step were taken too."""
        return type(self)(self.case, self.act, self.pack, [*self.taken, Supposed(step, facts, at)])

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the steps say, the later over the earlier, in the form they are kept in."""
        found: dict[str, Any] = {}
        for step in self.taken:
            found |= step.facts
        return found

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Everything the case knows by the names of the pack: the registers, and what the steps said."""
        return {
            **told.registered(self.case, self.pack),
            **(
                {} if self._asks("hearing_held") else {"hearing_held": False}
            ),  # a procedure without hearings holds none
            **told.followed(self.said, self.done, self.pack),
            **self.said,
        }

    def _asks(self, fact: str) -> bool:
        return any(one.name == fact for step in self.act.steps for one in step.facts)

    def given(self, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The facts with those of a step that is being taken, as the pack takes them."""
        found = {**self.facts, **(more or {})}
        return {n: v for n, v in found.items() if n in self.pack.facts and not self.pack.facts[n].derived_from}

    @property
    def last(self) -> ActStep | None:
        return self.act.step(self.taken[-1].step) if self.taken else None

    @property
    def ended(self) -> bool:
        return self.last is not None and self.last.terminal

    @cached_property
    def done(self) -> dict[str, str]:
        """Each step taken with the moment of its last time."""
        return {step.step: step.at.isoformat() for step in self.taken}

    def since(self, fact: str) -> set[str]:
        """The steps taken from the one on that started what this fact tells: what came before does not answer it.

        **Why** not simply from the last that named it: a report that repeats the moment of an act starts nothing anew;
        another value does, and so does the same step taken once more.
        """
        first: int | None = None
        for n, step in enumerate(self.taken):
            if fact not in step.facts:
                continue
            before = self.taken[first] if first is not None else None
            if before is None or step.facts[fact] != before.facts[fact] or step.step == before.step:
                first = n
        return {step.step for step in self.taken[first or 0 :]}

    @cached_property
    def ahead(self) -> set[str]:
        """The steps that may still come, by every way that what is known does not close."""
        facts = Known(self.pack, read_all(self.given(), self.pack.facts), self.case.applied_on)
        start = [] if self.ended else [way.step.code for way in self.ways()]
        found: set[str] = set()
        while start:
            code = start.pop()
            if code in found:
                continue
            found.add(code)
            start += [way.to for way in self.act.step(code).ways if conditions.holds(way.when, facts)[0] is not False]
        return found

    @cached_property
    def decision(self) -> Item | None:
        """The document that says what was decided: the one that bears the decision's number, else the first numbered
        one of the step that decides."""
        made = [one for one in self.case.dossier.items.order_by("at", "id") if one.number and one.event != "public"]
        numbers = {self.said.get(name) for name in ("decision_no", "charge_notice_no")} - {None, ""}
        borne = [one for one in made if one.number in numbers]
        forms = documents.catalogue()
        deciding = {step.code for step in self.act.steps if any(fact.name == "decided_on" for fact in step.facts)}
        decided = [one for one in made if one.step in deciding and one.code in forms and not forms[one.code].internal]
        return borne[-1] if borne else decided[0] if decided else None

    # ---- the ways on -------------------------------------------------------------------------------------------

    def ways(self, more: Mapping[str, Any] | None = None) -> list[Way]:
        """The ways on from the last step that are not closed, in the order of the definition.

        A way whose condition holds closes those behind it: they are for the cases in which it does not hold.
        """
        return self._ways(more) if more else list(self._open)

    @cached_property
    def _open(self) -> list[Way]:
        return self._ways({})

    def _ways(self, more: Mapping[str, Any]) -> list[Way]:
        last = self.last
        if last is None:
            return [Way(self.act.steps[0], True, "", True)]
        found = []
        facts = Known(self.pack, read_all(self.given(more), self.pack.facts), self.case.applied_on)
        for way in last.ways:
            one = self._way(way, facts)
            if one.open is False:
                continue
            found.append(one)
            if one.open and one.conditional:
                break
        other = [way for way in found if way.step.code != "disclose"]
        return other if other and len(other) < len(found) and self.decision is None else found  # nothing to publish

    def _way(self, way: Next, facts: Known) -> Way:
        open_, absent = conditions.holds(way.when, facts)
        return Way(self.act.step(way.to), open_, way.why, bool(way.when), facts.roots(absent) if absent else (), way)

    def decided(self, way: Way, more: Mapping[str, Any]) -> Way:
        """An undecided way, or one whose condition its own step speaks of, judged with what that step says.

        **Why** the latter too: a step must not deny what brought the case to it.
        """
        if way.rule is None or (way.open is not None and not set(conditions.names(way.rule.when)) & more.keys()):
            return way
        return self._way(way.rule, Known(self.pack, read_all(self.given(more), self.pack.facts), self.case.applied_on))

    @cached_property
    def now(self) -> ActStep | None:
        """The step the law wants next; None at the end."""
        if self.ended:
            return None
        ways = self.ways()
        sure = [way for way in ways if way.open and way.conditional]
        free = [way for way in ways if way.open and not way.conditional]
        due = [way for way in free if way.step.required]
        fresh = [way for way in due if way.step.code not in self.done]
        chosen = sure or fresh or due or free[-1:] or ways
        return chosen[0].step if chosen else None

    def leads_on(self, step: ActStep, name: str, value: Any) -> bool:
        """Whether a way may lead on from a step that says this of a fact its ways ask about."""
        if step.terminal or not any(name in conditions.names(way.when) for way in step.ways):
            return True
        return bool(self.after(step.code, {name: value}, self.case.at).ways())

    def way_to(self, code: str) -> Way | None:
        """The way to this step, if one is open or undecided."""
        return None if self.ended else next((way for way in self.ways() if way.step.code == code), None)


def of(case: Case) -> Course:
    """The course of a case as it stands now."""
    pack = lawbook.pack(case.pack, case.pack_version)
    return Course(case, pack.act(case.kind, procedure=case.procedure), pack)
