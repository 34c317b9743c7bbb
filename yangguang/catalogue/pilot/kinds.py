"""Which kinds of act a body pilots on a day: the annex of its plan, else its own choice, else what is still open.

**Clause** QD-2.2a, QD-2.2b, QD-2.2c, QD-5.4a, QD-A2.1, QD-A2.2, QD-A2.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeVar

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.registry.models import Body

from .models import KeyUnit, PilotChoice

F = TypeVar("F", KeyUnit, PilotChoice)


class Source(Enum):
    """Where the kinds of a body come from."""

    ANNEX = "方案附件"
    OWN = "本单位自选"
    ALL = "方案适用的全部种类"
    OPEN = "尚未确定"


@dataclass(frozen=True)
class Pilot:
    """What a body pilots.

    **Shape** `unit`: what the plan calls it as a key unit, "" where it is none; `gap`: what the plan or the body leaves open.
    """

    body: Body
    kinds: tuple[str, ...]
    source: Source
    because: tuple[Citation, ...]
    unit: str = ""
    marked: KeyUnit | None = None
    choice: PilotChoice | None = None
    gap: str = ""


def asked(pack: Pack) -> bool:
    """Whether the plan has each unit pilot kinds of its own choice."""
    return pack.parameter("unit_kinds_max").value is not None


def pilots(bodies: Sequence[Body], on: date) -> dict[str, Pilot]:
    """What many bodies pilot, by scope: two queries, however many bodies."""
    scopes = [body.scope for body in bodies]
    marks, choices = _latest(KeyUnit, scopes, on), _latest(PilotChoice, scopes, on)
    return {body.scope: _pilot(body, marks.get(body.scope), choices.get(body.scope), on) for body in bodies}


def pilot(body: Body, on: date) -> Pilot:
    return pilots([body], on)[body.scope]


def _latest(model: type[F], scopes: Iterable[str], on: date) -> dict[str, F]:
    # Not joined with who wrote it: a unit may not see the people of the county that marked it, but it sees the mark.
    rows = model._default_manager.filter(scope__in=list(scopes), since__lte=on)
    return {row.scope: row for row in rows.order_by("since", "at", "id")}


def _pilot(body: Body, marked: KeyUnit | None, choice: PilotChoice | None, on: date) -> Pilot:
    pack = packs.load(body.pack)
    if not asked(pack):
        return Pilot(body, tuple(covered(pack, on)), Source.ALL, pack.parameter("kinds_closure").because)
    unit = marked.unit if marked else ""
    given, because = annexed(pack, unit, on)
    if given:
        return Pilot(body, given, Source.ANNEX, because, unit, marked, choice)
    gap = (
        f"方案附件没有列出“{unit}”的试点种类，待{pack.parameter('issuer').value or '制定方案的机关'}补充"
        if unit
        else ""
    )
    own = pack.parameter("unit_kinds_max").because
    if choice is not None:
        return Pilot(body, tuple(choice.kinds), Source.OWN, own, unit, marked, choice, gap)
    words = "本单位还没有选择试点种类"
    return Pilot(body, (), Source.OPEN, own, unit, marked, None, f"{gap}；{words}" if gap else words)


def annexed(pack: Pack, unit: str, on: date) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """The kinds the annex gives a unit, with its clauses; () where it gives none."""
    if not unit:
        return (), ()
    answer = pack.ask("pilot_kinds", {"pilot_unit": unit}, on)
    return tuple(answer.value or ()), answer.because


def covered(pack: Pack, on: date) -> list[str]:
    """The kinds of act the plan covers, in the order of the vocabulary."""
    words = pack.facts["kind"].choices or {}
    return [kind for kind in words if pack.ask("covers", {"kind": kind}, on).value is not False]


def whole(pack: Pack, kinds: Iterable[str]) -> list[str]:
    """The kinds with those the plan counts as one with them: who pilots compulsion pilots measures and execution."""
    chosen, words = list(kinds), pack.facts["kind"].choices or {}
    one = set(pack.parameter("kinds_as_one").value or ())
    together = [kind for kind, title in words.items() if title in one]
    if any(kind in together for kind in chosen):
        chosen += together
    return [kind for kind in words if kind in chosen]


def count(pack: Pack, kinds: Iterable[str]) -> int:
    """How many kinds these are in the plan's own counting."""
    words, one = pack.facts["kind"].choices or {}, set(pack.parameter("kinds_as_one").value or ())
    return len({"" if words.get(kind) in one else kind for kind in kinds})
