"""What of the papers of a case was not written as it should be, by the pack of the case."""

from collections.abc import Iterable, Sequence
from typing import Any

from yangguang.record.formbook import marks
from yangguang.record.formbook import queries as formbook
from yangguang.record.formbook.marks import Mark, Want
from yangguang.record.models import Item
from yangguang.record.queries import Owed

from . import queries
from .models import Case


def of(case: Case, items: Sequence[Item], owed: Iterable[Owed]) -> dict[Any, list[Mark]]:
    """The marks of each paper that has any, by its key.  **Clause** QD-3.2.1b, QS-3.2.1a, QS-3.2.1b."""
    days = queries.late_days(case)
    wanted = [Want(one.step, one.title) for one in owed if one.kind == "document" and not one.met]
    loose = [item.pk for item in items if item.medium == Item.Medium.TEXT and not item.code]
    scanned = formbook.originals(loose)
    replaced = {item.replaces_id for item in items}
    found = {
        item.pk: marks.of(item, wanted=wanted, days=days, scanned=scanned) for item in items if item.pk not in replaced
    }
    return {pk: said for pk, said in found.items() if said}
