"""Reads of suspensions."""

from typing import Any

from yangguang.casework import file
from yangguang.casework.models import Case

from .models import Pause

CLOCK = "D05"  # the clock of the case


def now(case: Case) -> Pause | None:
    """The suspension that goes on."""
    if not file.of(case, Pause):
        return None
    return Pause.objects.filter(case=case, resumption__isnull=True).select_related("item").first()


def of(case: Case) -> list[Pause]:
    return list(Pause.objects.filter(case=case).select_related("item", "resumption__item").order_by("at"))


def periods(case: Case) -> list[dict[str, Any]]:
    """The days that are left out of the clock, as the rules take them."""
    return [
        {"from": one.on.isoformat(), "to": one.resumption.on.isoformat(), "reason": one.reason}
        for one in of(case)
        if hasattr(one, "resumption")
    ]
