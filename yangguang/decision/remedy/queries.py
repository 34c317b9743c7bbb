"""Reads of reconsideration and litigation: what is pending, what pauses, what is still to be done after a result."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.registry.access import Caller

from .. import versions
from ..models import Decision, Performance, Service
from .against import Contested, of_penalty, reconsidered_first
from .models import Remedy, RemedyResult

RECONSIDER, SUE, SUE_AFTER = "D14", "D15", "D16"
AGAINST = ("changed", "revoked", "redo", "illegal", "void")  # the results under which the decision does not stand
VOIDED = ("revoked", "redo", "void")


def of(decision: Decision) -> list[Remedy]:
    if not file.of(decision.case, Remedy):
        return []
    return list(decision.remedies.select_related("result", "by").order_by("on", "at"))


def pending(decision: Decision) -> Remedy | None:
    return decision.remedies.filter(result__isnull=True).order_by("on").first()


def against(found: Contested) -> QuerySet[Remedy]:
    """Every reconsideration and litigation against what was decided, a penalty or anything else."""
    return Remedy.objects.filter(case=found.case, decision=found.decision, document=found.document)


def pending_against(found: Contested) -> Remedy | None:
    if not file.of(found.case, Remedy):
        return None
    return against(found).filter(result__isnull=True).order_by("on").first()


def results(found: Contested) -> QuerySet[RemedyResult]:
    return RemedyResult.objects.filter(remedy__in=against(found)).select_related("remedy")


def last_result(decision: Decision) -> RemedyResult | None:
    return (
        RemedyResult.objects.filter(remedy__decision=decision).select_related("remedy").order_by("-at", "-id").first()
    )


def pauses(decision: Decision, on: date) -> list[dict[str, Any]]:
    """The days of reconsideration and litigation, on which no surcharge runs.  **Clause** 行政处罚法 art. 73(3)."""
    found = []
    for one in of(decision):
        result = getattr(one, "result", None)
        last = max(one.on, result.received_on if result else on)
        found.append({"from": one.on, "to": last, "reason": one.get_kind_display()})
    return found


def service_of(decision: Decision) -> Service | None:
    """The first service of the decision document: what it started does not start anew when a slip is put right."""
    if not hasattr(decision, "issuance"):
        return None
    return versions.first_service(decision.issuance.item)


def open_until(decision: Decision) -> date | None:
    """The last day on which the party may still contest a penalty; None while it does, or before it was served."""
    found = of_penalty(decision)
    return contestable_until(found) if found else None


def contestable_until(found: Contested) -> date | None:
    """The last day on which the party may still contest what was decided; None while it does, or before it was served.

    **Clause** 行政复议法 art. 20, 23, 行政诉讼法 art. 45, 46: D14, D15, D16.
    """
    served = found.served_on
    if served is None or pending_against(found) is not None:
        return None
    pack, result = cases.pack_of(found.case), results(found).order_by("-at", "-id").first()
    rules = (RECONSIDER,) if reconsidered_first(found) else (RECONSIDER, SUE)
    plain = max(pack.deadline(rule, start=served, on=served, provisional=True).due for rule in rules)
    if result is None or result.outcome == RemedyResult.Outcome.WITHDRAWN:
        return plain
    if result.remedy.kind == Remedy.Kind.LITIGATION:
        return result.received_on
    start = result.received_on
    return pack.deadline(SUE_AFTER, start=start, on=start, provisional=True).due


def due_under(decision: Decision, at: datetime | None = None) -> int:
    """What the party owes of fine and confiscation after what reconsideration and litigation made of the decision.

    **Shape** `at`: as it was at a moment; else as it is now.
    """
    owed = decision.fine_fen + decision.confiscation_fen
    for result in file.of(decision.case, RemedyResult):
        if result.remedy.decision_id != decision.pk or (at is not None and result.at > at):
            continue
        if result.outcome in VOIDED:
            owed = 0
        elif result.outcome == RemedyResult.Outcome.CHANGED and result.fine_fen is not None:
            owed = result.fine_fen
    return owed


def to_refund(decision: Decision) -> int:
    """What was paid beyond what is owed, and not yet given back."""
    paid = sum(Performance.objects.filter(decision=decision).values_list("amount_fen", flat=True))
    if due_under(decision) == 0:
        paid += sum(decision.surcharge_payments.values_list("amount_fen", flat=True))
    back = sum(decision.refunds.values_list("amount_fen", flat=True))
    return max(0, paid - due_under(decision) - back)


def unaccounted(caller: Caller) -> QuerySet[RemedyResult]:
    """The results against decisions of the caller's bodies for which nobody was called to account, the oldest first."""
    lost = RemedyResult.objects.filter(caller.part, outcome__in=AGAINST, accountability__isnull=True)
    return lost.select_related("case__state").order_by("at", "id")


def refundable(caller: Caller) -> QuerySet[RemedyResult]:
    """The results in the caller's own cases after which something paid may have to be given back."""
    key = caller.officer.key
    mine = Q(case__state__handler1_key=key) | Q(case__state__handler2_key=key)
    lost = RemedyResult.objects.filter(caller.part, mine, outcome__in=("changed", *VOIDED))
    lost = lost.filter(remedy__decision__performances__isnull=False).distinct()
    return lost.select_related("case__state", "remedy__decision__case").order_by("at", "id")


def to_account(found: Contested) -> RemedyResult | None:
    """A result against the decision about which nobody was called to account yet."""
    lost = results(found).filter(outcome__in=AGAINST, accountability__isnull=True)
    return lost.order_by("at").first()
