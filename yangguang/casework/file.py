"""What a case's file holds of each kind of fact: read together once on a page or in an action (`record.rows`)."""

from typing import TypeVar

from yangguang.record import rows
from yangguang.trail.models import Fact

from .models import Case

F = TypeVar("F", bound=Fact)


def of(case: Case, kind: type[F]) -> tuple[F, ...]:
    """The facts of a kind that belong to the case, in the order in which they came about."""
    return rows.of(case.dossier_id, case.chain, kind, case)


def last(case: Case, kind: type[F]) -> F | None:
    """The latest fact of a kind in the case."""
    return next(reversed(of(case, kind)), None)
