"""The projection of a case made again from its trail, as `yangguang rebuild` does."""

from tests.story import Story
from yangguang.casework.models import CaseState
from yangguang.casework.progress import MOVES
from yangguang.decision.models import Service
from yangguang.site import rebuild
from yangguang.trail.models import Entry


def rebuilt(told: Story) -> CaseState:
    """**Raises** AssertionError where the facts make another row than the one the actions left."""
    case = told.fresh()
    lines = list(Entry.objects.filter(chain=case.chain, verb__in=MOVES).order_by("seq"))
    codes = {str(pk): code for pk, code in Service.objects.filter(case=case).values_list("pk", "item__code")}
    made, there = rebuild._state(case, lines, codes), CaseState.objects.get(case=case)
    for name in ("done", "step", "moved_at", "decided_on", "closed_on"):
        assert getattr(made, name) == getattr(there, name), name
    return there
