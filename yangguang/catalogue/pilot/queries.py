"""Reads of the pilot: what each body pilots, and for each of these kinds where the three systems stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yangguang.catalogue import queries as lists
from yangguang.catalogue.before import queries as before
from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.lists.kinds import KINDS
from yangguang.catalogue.lists.wholes import speaks_of
from yangguang.catalogue.models import ListVersion
from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.registry.access import Caller
from yangguang.registry.models import Body

from . import kinds
from .kinds import Pilot
from .models import KeyUnit, PilotChoice

DISCLOSURE, RECORDING, REVIEW = "执法公示", "全过程记录", "法制审核"
RULES = {DISCLOSURE: "rules_disclosure", RECORDING: "rules_recording", REVIEW: "rules_review"}
LISTS = {
    DISCLOSURE: ("list_pre_disclosure", "list_decisions_published"),
    RECORDING: ("list_av",),
    REVIEW: ("catalogue_review",),
}


@dataclass(frozen=True)
class Standing:
    """Where one of the three systems stands for one kind of act of a body.  **Shape** `lacking`: in words."""

    system: str
    lacking: tuple[str, ...]

    @property
    def in_force(self) -> bool:
        return not self.lacking


@dataclass(frozen=True)
class KindStanding:
    """One kind of act of a body with its three systems.  **Shape** `held`: whether the body has powers of this kind."""

    kind: str
    title: str
    held: bool
    systems: tuple[Standing, ...]


@dataclass(frozen=True)
class Coverage:
    """What a body pilots, each kind with its systems; and the kinds it enforces that its plan does not cover."""

    pilot: Pilot
    kinds: tuple[KindStanding, ...]
    outside: tuple[str, ...]

    @property
    def body(self) -> Body:
        return self.pilot.body

    def whole(self, system: str) -> bool:
        """Whether one system is in force for every kind the body pilots.  **Clause** QD-2.1."""
        found = [one for row in self.kinds for one in row.systems if one.system == system]
        return bool(found) and all(one.in_force for one in found)


def bodies(caller: Caller, on: date, q: str = "", only_key: bool = False) -> QuerySet[Body]:
    """The bodies the caller may see that take part; `only_key`: those marked as key pilot units.  **Clause** QD-5.4a."""
    found = before.bodies(caller, on, q)
    if not only_key:
        return found
    marks = kinds.pilots(list(before.bodies(caller, on)), on)
    return found.filter(scope__in=[scope for scope, one in marks.items() if one.unit])


def coverage(found: Sequence[Body], on: date) -> list[Coverage]:
    """Every body with its kinds and their systems: a fixed number of queries, however many bodies.

    **Clause** QD-2.1, QD-2.2a, QD-2.2b, QD-A2.1, QD-A2.2, QD-A2.3, SY-1.2, DH-2.2.1b.
    """
    scopes = [body.scope for body in found]
    pilots, held = kinds.pilots(found, on), before.powers_of(found, on)
    released = PreRelease.objects.filter(scope__in=scopes).defer("shown").order_by("number")
    state = _State(
        lists.all_in_force(scopes, on),
        {(row.scope, row.kind): row for row in released},
        frozenset(PolicyRelease.objects.filter(scope__in=scopes, on__lte=on).values_list("scope", "kind")),
        {body.scope: frozenset(code for code, *_ in before.owed_policies(body, on)) for body in found},
    )
    made = []
    for body in found:
        pack, pilot, own = packs.load(body.pack), pilots[body.scope], {power.kind for power in held.get(body.scope, ())}
        words = pack.facts["kind"].choices or {}
        wanted = [kind for kind in pilot.kinds if pilot.source is not kinds.Source.ALL or kind in own]
        rows = tuple(
            KindStanding(kind, words[kind], kind in own, _systems(pack, body.scope, kind, state, on)) for kind in wanted
        )
        outside = tuple(words[kind] for kind in words if kind in own and kind not in kinds.covered(pack, on))
        made.append(Coverage(pilot, rows, outside))
    return made


@dataclass(frozen=True)
class _State:
    """What bodies have in force.  **Shape** `rules`: published rules, `owed`: those the plan asks for, by scope."""

    lists: Mapping[tuple[str, str], ListVersion]
    shown: Mapping[tuple[str, str], PreRelease]
    rules: frozenset[tuple[str, str]]
    owed: Mapping[str, frozenset[str]]


def _systems(
    pack: Pack,
    scope: str,
    kind: str,
    state: _State,
    on: date,
) -> tuple[Standing, ...]:
    asked = set(pack.ask("lists_required", on=on).value or ())
    made = []
    for system, codes in LISTS.items():
        rules = RULES[system]
        wanting = rules in state.owed[scope] and (scope, rules) not in state.rules
        lacking = [f"没有公布{system}的实施细则"] if wanting else []
        for code in codes:
            version = state.lists.get((scope, code))
            if version is None and code in asked:
                lacking.append(f"没有现行的{KINDS[code].title}")
            elif version is not None and not speaks_of(version.rows, kind):
                lacking.append(f"{version.title}没有这一类")
        if system == RECORDING and not any(act == kind for act, _ in pack.act_names):
            lacking.append("规则包没有这一类的程序，没有流程图")
        if system == DISCLOSURE:
            released = state.shown.get((scope, kind))
            if released is None:
                lacking.append("没有事前公开")
            elif not released.complete:
                lacking.append("事前公开的要素不全")
        made.append(Standing(system, tuple(lacking)))
    return tuple(made)


def marks(scope: str) -> QuerySet[KeyUnit]:
    """The marks of a body; who made them is looked up apart, because the body may not see the county's people."""
    return KeyUnit.objects.filter(scope=scope).prefetch_related("by").order_by("-since", "-at")


def choices(scope: str) -> QuerySet[PilotChoice]:
    return PilotChoice.objects.filter(scope=scope).select_related("by").order_by("-since", "-at")
