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
    """The cases among these with such a gap, in the order given.  Four queries, however many cases."""
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
    of = {"dossier__in": [row[1] for row in rows]}
    kept: dict[UUID, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(**of, medium__in=record.AV).only("id", "dossier_id", "medium", "event", "code"):
        kept[item.dossier_id].append(item)
    waived: dict[UUID, list[Waiver]] = defaultdict(list)
    for waiver in Waiver.objects.filter(**of).only("id", "dossier_id", "event"):
        waived[waiver.dossier_id].append(waiver)
    lists = catalogue.in_force_by_scope({row[-1] for row in rows}, "list_av")
    found = []
    for case_id, dossier, done, pack, kind, procedure, party, touches, on, power, scope in rows:
        lines = catalogue.recording_demands(catalogue.holding(lists.get(scope, []), on), kind, power)
        asked = [
            owed
            for step, owed in _asked(pack, kind, procedure, party, tuple(touches), on, lines)
            if step in done and owed.code != HEARING
        ]
        lacking = [one for one in record.fill(asked, kept[dossier], waived[dossier]) if not one.met]
        if lacking:
            found.append(Gap(case_id, tuple({one.code: one for one in lacking}.values())))
    return found


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
