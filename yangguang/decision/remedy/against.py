"""What a party may contest: the decision document of a case of any kind, with the day the party had it."""

from dataclasses import dataclass
from datetime import date

from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.casework.course import route
from yangguang.casework.course.told import day
from yangguang.casework.models import Case
from yangguang.record.models import Item
from yangguang.trail.reading import once

from .. import versions
from ..models import Decision, ExemptionAnswer

FIRST = "reconsideration_first"  # 复议前置, as the pack's answer to `remedies` calls it


@dataclass(frozen=True)
class Contested:
    """A decision as reconsideration and litigation see it.

    **Shape** `decision`: the row of a penalty, None where the document says all there is; `item`: its first version.
    """

    case: Case
    item: Item
    number: str
    on: date
    served_on: date | None
    decision: Decision | None = None

    @property
    def document(self) -> Item | None:
        """What the facts name: the document where there is no row of a penalty."""
        return self.item if self.decision is None else None


@once
def of(case: Case) -> Contested | None:
    """What was decided in a case and may be contested; None while nothing was."""
    made = file.last(case, Decision)
    if made is not None:
        return of_penalty(made)
    item = _course(case) if case.guided else _exempt(case)
    if item is None:
        return None
    while item.replaces is not None:
        item = item.replaces
    return Contested(case, item, item.number, item.on, _served(case, item))


def of_penalty(made: Decision) -> Contested | None:
    """The same of a penalty; None before its document was issued."""
    issued = getattr(made, "issuance", None)
    if issued is None:
        return None
    return Contested(made.case, issued.item, issued.number_text, made.on, _served(made.case, issued.item), made)


def _exempt(case: Case) -> Item | None:
    answer = ExemptionAnswer.objects.filter(case=case, approved=True).select_related("item").order_by("-at").first()
    return answer.item if answer else None


def _course(case: Case) -> Item | None:
    course = route.of(case)
    return course.decision if course.said.get("decided_on") or course.said.get("decision_no") else None


def _served(case: Case, item: Item) -> date | None:
    """The first service of the document: what it started does not start anew when a slip is put right."""
    first = versions.first_service(item)
    if first is not None:
        return first.on
    if not case.guided:
        return None
    course = route.of(case)
    if "served_on" not in {fact.name for step in course.act.steps for fact in step.facts}:
        return item.on  # handed over on the spot: the procedure knows no service of its own
    return day(course.said.get("served_on"))


def reconsidered_first(found: Contested) -> tuple:
    """The clauses by which reconsideration comes before litigation; none where the party may choose."""
    told = cases.pack_of(found.case).ask("remedies", facts=cases.act_facts(found.case), on=found.on)
    return tuple(told.because) if FIRST in (told.value or ()) else ()
