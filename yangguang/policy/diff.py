"""This compares two editions of a pack as law: what was added, removed, changed, tightened or loosened, and for whom.

Words for readers (notes, messages, the public sentence of a step) and worked examples are no law: they are only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yangguang.policy import changed_acts, changed_rubric, changed_rules
from yangguang.policy.changes import GROUPS, WHAT, Both, Change
from yangguang.policy.packs import Pack

__all__ = ["GROUPS", "WHAT", "Change", "Difference", "compare"]


@dataclass(frozen=True, slots=True)
class Difference:
    """This is everything that differs between two packs. **Shape** `notes` name differences that are no law."""

    old: Pack
    new: Pack
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "old": {"pack": self.old.id, "version": self.old.version},
            "new": {"pack": self.new.id, "version": self.new.version},
            "legal_change": bool(self.changes),
            "changes": [change.as_json() for change in self.changes],
            "notes": list(self.notes),
        }

    def lines(self) -> Iterator[str]:
        """Say it in Chinese, group by group."""
        yield f"{self.old.id}（版本 {self.old.version}）→ {self.new.id}（版本 {self.new.version}）"
        for group, title in GROUPS.items():
            found = [change for change in self.changes if change.group == group]
            if found:
                yield f"{title}（{len(found)}）"
            for change in found:
                effect = f"（{WHAT[change.effect]}）" if change.effect else ""
                yield f"  {WHAT[change.what]}{effect} {change.key} {change.title}：{change.words}{_dated(change)}"
        if not self.changes:
            yield "没有法律上的变化。"
        for note in self.notes:
            yield f"不属于法律变化：{note}"


def _dated(change: Change) -> str:
    parts = []
    if change.clauses:
        parts.append(f"依据 {'、'.join(change.clauses)}")
    if change.since:
        parts.append(f"自 {change.since.isoformat()}")
    if change.until:
        parts.append(f"至 {change.until.isoformat()}")
    return f"（{'，'.join(parts)}）" if parts else ""


def compare(old: Pack, new: Pack) -> Difference:
    """Compare two packs rule by rule."""
    notes: list[str] = []
    both = Both(old, new, notes)
    changes = [
        *changed_rules.questions(both),
        *changed_rules.deadlines(both),
        *changed_rules.gates(both),
        *changed_acts.acts(both),
        *changed_acts.parameters(both),
        *changed_rubric.rubric(both),
        *changed_acts.clauses(both),
        *changed_acts.facts(both),
        *changed_acts.calendar(both),
    ]
    changed_acts.readers(both)
    return Difference(old, new, tuple(changes), tuple(dict.fromkeys(notes)))
