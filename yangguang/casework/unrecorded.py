"""Which cases lack an audio or video record of a step already taken: asked of many cases at once.

The rules are the same as on the case page (`queries.recordings_asked`); only the reading is done in bulk.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yangguang.catalogue import queries as catalogue
from yangguang.catalogue.lists.matching import Demand
from yangguang.policy import packs
from yangguang.record import queries as record
from yangguang.record.live.models import Explanation
from yangguang.record.models import Item, Waiver
from yangguang.record.queries import Owed

from . import queries
from .models import CaseState


@dataclass(frozen=True)
class Gap:
    """A case and what should have been recorded in it."""

    case_id: UUID
    owed: tuple[Owed, ...]


def gaps(states: QuerySet[CaseState]) -> list[Gap]:
    """The cases among these with such a gap, in the order given.  At most six queries, however many cases."""
    rows = list(
        states.values_list(
            "case_id",
            "case__dossier_id",
            "done",
            "case__pack",
            "case__kind",
            "case__procedure",
            "case__party__kind",
            "case__touches",
            "case__applied_on",
            "case__power__code",
            "scope",
        )
    )
    if not rows:
        return []
    lists = catalogue.in_force_by_scope({row[-1] for row in rows}, "list_av")
    owed: dict[UUID, list[Owed]] = {}
    for _, dossier, done, pack, kind, procedure, party, touches, on, power, scope in rows:
        lines = catalogue.recording_demands(catalogue.holding(lists.get(scope, []), on), kind, power)
        owed[dossier] = [
            one
            for step, one in _asked(pack, kind, procedure, party, tuple(touches), on, lines)
            if step in done and one.code != HEARING
        ]
    file = _Files(owed)
    found = []
    for case_id, dossier, *_ in rows:
        filled = record.fill(owed[dossier], file.kept[dossier], file.waived[dossier], file.told[dossier])
        lacking = [one for one in filled if not one.met]
        if lacking:
            found.append(Gap(case_id, tuple({one.code: one for one in lacking}.values())))
    return found


class _Files:
    """Of many dossiers what the comparison needs; the papers' times only where a whole process had to be recorded."""

    def __init__(self, owed: dict[UUID, list[Owed]]):
        self.kept: dict[UUID, list[Item]] = defaultdict(list)
        self.waived: dict[UUID, list[Waiver]] = defaultdict(list)
        self.told: dict[UUID, list[Explanation]] = defaultdict(list)
        rows = Item.objects.only("id", "dossier_id", "medium", "step", "event", "code", "meta", "data", "replaces_id")
        for item in rows.filter(dossier__in=owed, medium__in=record.AV):
            self.kept[item.dossier_id].append(item)
        for waiver in Waiver.objects.filter(dossier__in=owed).only("id", "dossier_id", "event"):
            self.waived[waiver.dossier_id].append(waiver)
        whole = [key for key, asked in owed.items() if any(one.strength == "whole" for one in asked)]
        if not whole:
            return
        for item in rows.filter(dossier__in=whole, medium=Item.Medium.TEXT, data__has_key="started_at"):
            self.kept[item.dossier_id].append(item)
        for one in Explanation.objects.filter(dossier__in=whole):
            self.told[one.dossier_id].append(one)


HEARING = "hearing"  # its record belongs to the defence step, which most cases take without a hearing


@lru_cache(maxsize=2**14)
def _asked(
    pack_id: str,
    kind: str,
    procedure: str,
    party: str,
    touches: tuple[str, ...],
    on: date,
    lines: tuple[Demand, ...],
) -> tuple[tuple[str, Any], ...]:
    """The recordings that a case of this sort owes, step by step."""
    pack = packs.load(pack_id)
    facts = {"kind": kind, "procedure": procedure, "party_kind": party, "touches": list(touches)}
    return tuple(
        (step.code, owed)
        for step in pack.act(kind, procedure=procedure).steps
        for owed in queries.recordings_asked(pack, step, facts, on, lines)
    )
