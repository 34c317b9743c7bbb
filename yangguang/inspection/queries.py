"""Reads of clues."""

from django.db.models import QuerySet

from yangguang.registry.access import Caller, below

from .models import Clue


def visible_to(caller: Caller) -> QuerySet[Clue]:
    """Clues of the caller's bodies, newest first."""
    return (
        Clue.objects.filter(below(caller.scope))
        .select_related("party", "power", "by", "declined")
        .order_by("-at", "-id")
    )
