"""Reads of clues."""

from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.registry.access import Caller, below
from yangguang.registry.models import Recusal

from .models import Clue

READERS = ("officer", "head", "supervisor")


def visible_to(caller: Caller) -> QuerySet[Clue]:
    """Clues of the caller's bodies, newest first, for those who answer for them."""
    if not caller.has(*READERS):
        return Clue.objects.none()
    return (
        Clue.objects.filter(below(caller.scope))
        .select_related("party", "power", "by", "declined", "case")
        .order_by("-at", "-id")
    )


def undecided(caller: Caller) -> QuerySet[Clue]:
    """Clues nobody has answered for yet: neither a case was applied for nor opening declined; the oldest first."""
    return visible_to(caller).filter(declined__isnull=True, case__isnull=True).order_by("at", "id")


def found(caller: Caller, text: str) -> QuerySet[Clue]:
    """Clues that hold these words; the informant is never searched."""
    return visible_to(caller).filter(
        Q(summary__icontains=text) | Q(place__icontains=text) | Q(party__name__icontains=text)
    )


def one(caller: Caller, pk: str) -> Clue | None:
    """A clue by the key in an address; None for what is not there, not visible, or no key at all."""
    try:
        return visible_to(caller).filter(pk=UUID(pk)).first()
    except ValueError:
        return None


def recusals(clue: Clue) -> list[Recusal]:
    """Who must keep away from this clue and the case that comes of it."""
    return list(Recusal.objects.filter(subject=clue.chain).select_related("officer", "by").order_by("at"))


def listed(caller: Caller, text: str = "", state: str = "", source: str = "") -> QuerySet[Clue]:
    """Clues that pass the filters, newest first."""
    rows = found(caller, text.strip()) if text.strip() else visible_to(caller)
    if source:
        rows = rows.filter(source=source)
    match state:
        case "open":
            rows = rows.filter(declined__isnull=True, case__isnull=True)
        case "case":
            rows = rows.filter(case__isnull=False)
        case "declined":
            rows = rows.filter(declined__isnull=False)
    return rows
