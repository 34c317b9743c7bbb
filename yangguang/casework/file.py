"""What a case's file holds of each kind of fact: read together once on a page or in an action (`record.rows`)."""

from typing import TypeVar

from django.db.models import Model

from yangguang.record import rows

from .models import Case, CaseState

F = TypeVar("F", bound=Model)


def of(case: Case, kind: type[F]) -> tuple[F, ...]:
    """The facts of a kind that belong to the case, in the order in which they came about."""
    return rows.of(case.dossier_id, case.chain, kind, case)


def last(case: Case, kind: type[F]) -> F | None:
    """The latest fact of a kind in the case."""
    return next(reversed(of(case, kind)), None)


def state(case: Case) -> CaseState:
    """Where the case stands.  Whoever moves it holds the chain of the case; the next to move it finds what was done."""
    found = of(case, CaseState)  # nothing, where the case was made after its file was read
    return found[0] if found else CaseState.objects.get(case=case)
