"""Which open cases a new edition of the law would touch: `yangguang law diff OLD NEW --cases`.

Holds models: it is imported by name, once Django is set up.
"""

from dataclasses import dataclass
from typing import Any

from yangguang.casework.models import CaseState
from yangguang.lawbook import queries
from yangguang.lawbook.models import Edition
from yangguang.policy.diff import Difference
from yangguang.policy.packs import Pack

OWNER = "owner"  # sees every body's cases


@dataclass(frozen=True)
class Touched:
    """An open case under the old edition, and the changes that reach its kind of act."""

    number: str
    title: str
    body: str
    opened_on: str
    changes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "changes": list(self.changes)}

    def line(self) -> str:
        return f"  {self.number or '（未编案号）'} {self.title}（{self.body}，{self.opened_on}）：{'、'.join(self.changes)}"


def kept(version: str) -> Pack | None:
    """The edition in the vault that has this version."""
    edition = Edition.objects.using(OWNER).filter(version=version).first()
    return queries.restored(edition) if edition else None


def touched(found: Difference) -> list[Touched]:
    """The cases not yet closed that run under the old edition, those the changes reach only."""
    rows = (
        CaseState.objects.using(OWNER)
        .filter(case__pack=found.old.id, case__pack_version=found.old.version, closed_on__isnull=True)
        .select_related("case__body")
        .order_by("scope", "case_id")
    )
    reached = []
    for state in rows.iterator(500):
        case = state.case
        hit = tuple(
            dict.fromkeys(c.key for c in found.changes if c.affects(case.kind, case.procedure, case.applied_on))
        )
        if hit:
            reached.append(Touched(state.number, case.title, case.body.name, case.applied_on.isoformat(), hit))
    return reached
