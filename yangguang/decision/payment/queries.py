"""What a party owes under a decision on a day: principal by its schedule, the surcharge with its proof, the windows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.policy.answers import Citation
from yangguang.policy.deadlines import Deadline
from yangguang.registry.access import Caller
from yangguang.trail.reading import once

from .. import versions
from ..models import Decision, Performance, Service
from ..remedy import queries as remedies
from .models import CourtApplication, CourtOutcome, Deferral, DeferralAnswer, Demand, SurchargePayment, SurchargeRelief

PAY, DEMANDED, COURT = "D11", "D18", "D17"


@dataclass(frozen=True)
class Part:
    """One part of the principal: until when it is due by the schedule, and when it was paid."""

    amount: int
    due_on: date
    paid_on: date | None


@dataclass(frozen=True)
class Reckoning:
    """What is owed on a day.  **Shape** amounts in fen; `parts`: the principal as scheduled and paid."""

    principal: int
    paid: int
    surcharge: int
    surcharge_paid: int
    parts: tuple[Part, ...] = ()
    explain: tuple[str, ...] = ()
    because: tuple[Citation, ...] = ()

    @property
    def left(self) -> int:
        return max(0, self.principal - self.paid)

    @property
    def surcharge_left(self) -> int:
        return max(0, self.surcharge - self.surcharge_paid)

    def overdue(self, on: date) -> int:
        return sum(part.amount for part in self.parts if part.paid_on is None and part.due_on < on)


@once
def service_of(decision: Decision) -> Service | None:
    issuance = getattr(decision, "issuance", None)
    return versions.first_service(issuance.item) if issuance else None


def ordinary_due(decision: Decision) -> Deadline | None:
    """The fifteen days from the service of the decision, with their proof."""
    service = service_of(decision)
    if service is None:
        return None
    return cases.pack_of(decision.case).deadline(PAY, start=service.on, on=service.on, provisional=True)


def grants(decision: Decision) -> list[DeferralAnswer]:
    """The deferrals that were granted, in order."""
    answers = file.of(decision.case, DeferralAnswer)
    return [one for one in answers if one.granted and one.deferral.decision_id == decision.pk]


def granted(decision: Decision) -> DeferralAnswer | None:
    """The last deferral that was granted."""
    given = grants(decision)
    return given[-1] if given else None


def unanswered(decision: Decision) -> Deferral | None:
    asked = [one for one in file.of(decision.case, Deferral) if one.decision_id == decision.pk]
    return next((one for one in asked if not hasattr(one, "answer")), None)


def waiting(caller: Caller) -> QuerySet[Deferral]:
    """The applications to pay later that no head has answered, the oldest first."""
    found = Deferral.objects.filter(caller.part, answer__isnull=True)
    return found.select_related("case__state").order_by("at", "id")


def schedule(decision: Decision) -> list[tuple[int, date]]:
    """The principal in the parts in which it is due, in order.

    Each grant puts off what was left then; what was paid before keeps the day on which it was due.
    """
    due, owed = ordinary_due(decision), remedies.due_under(decision)
    if due is None or not owed:
        return []
    parts = [(decision.fine_fen + decision.confiscation_fen, due.due)]
    for answer in grants(decision):
        later = [(one["amount"], date.fromisoformat(one["due_on"])) for one in answer.instalments]
        put_off = sum(amount for amount, _ in later)
        parts = [*_first(parts, remedies.due_under(decision, answer.at) - put_off), *later]
    return _first(parts, owed)


def _first(parts: list[tuple[int, date]], amount: int) -> list[tuple[int, date]]:
    """As much of a schedule as makes up an amount, from its beginning."""
    found = []
    for part, due_on in parts:
        taken = min(part, amount)
        if taken > 0:
            found.append((taken, due_on))
        amount -= taken
    return found


def _parts(decision: Decision) -> Iterator[Part]:
    """The schedule cut where payments end; what was paid first covers what is due first, the fine before the rest."""
    made = [one for one in file.of(decision.case, Performance) if one.decision_id == decision.pk]
    payments = [(one.amount_fen, one.on) for one in sorted(made, key=lambda one: (one.on, one.at))]
    paid = payments.pop(0) if payments else None
    for amount, due_on in schedule(decision):
        while amount:
            if paid is None:
                yield Part(amount, due_on, None)
                break
            taken = min(amount, paid[0])
            yield Part(taken, due_on, paid[1])
            amount -= taken
            paid = (paid[0] - taken, paid[1])
            if not paid[0]:
                paid = payments.pop(0) if payments else None


def _sum(decision: Decision, kind: type[Performance | SurchargePayment | SurchargeRelief]) -> int:
    return sum(one.amount_fen for one in file.of(decision.case, kind) if one.decision_id == decision.pk)


def reckon(decision: Decision, on: date) -> Reckoning:
    """What is owed on a day.

    **Clause** 行政处罚法 art. 72(1), 73(3): the surcharge of each unpaid part of the fine for each day it is late, at
    most that part, without the days of reconsideration and litigation and without the days granted for deferral.
    """
    parts, owed = tuple(_parts(decision)), remedies.due_under(decision)
    paid = _sum(decision, Performance)
    extra = _sum(decision, SurchargePayment) + _sum(decision, SurchargeRelief)
    service, pack = service_of(decision), cases.pack_of(decision.case)
    total, explain = 0, []
    because: tuple[Citation, ...] = ()
    fine = min(decision.fine_fen, owed)
    for part in parts:
        amount = min(part.amount, fine)
        fine -= amount
        if service is None or not amount or (part.paid_on or on) <= part.due_on:
            continue
        pauses = remedies.pauses(decision, on)
        if part.due_on > service.on:
            pauses.append({"from": service.on, "to": part.due_on, "reason": "缴款期限内"})
        answer = pack.ask(
            "surcharge",
            facts={
                "fine_fen": amount,
                "served_on": service.on,
                "paid_on": part.paid_on or on,
                "suspensions": [
                    {**one, "from": one["from"].isoformat(), "to": one["to"].isoformat()} for one in pauses
                ],
            },
            on=service.on,
            provisional=True,
        )
        total += answer.value or 0
        explain.append(answer.explain)
        because = answer.because or because
    return Reckoning(owed, paid, total, extra, parts, tuple(explain), because)


def last_demand(decision: Decision) -> Demand | None:
    return decision.demands.select_related("item").order_by("-at", "-id").first()


def demand_opens(demand: Demand) -> Deadline | None:
    """The days that must pass after the service of the demand; None while it is not served."""
    service = versions.first_service(demand.item)
    if service is None:
        return None
    pack = cases.pack_of(demand.case)
    return pack.deadline(DEMANDED, start=service.on, on=service.on, provisional=True)


def court_window(decision: Decision) -> Deadline | None:
    """The months in which the court may be asked, from the day on which nothing can be contested any more."""
    over = remedies.open_until(decision)
    if over is None:
        return None
    return cases.pack_of(decision.case).deadline(COURT, start=over, on=over, provisional=True)


def application_of(decision: Decision) -> CourtApplication | None:
    return decision.court_applications.select_related("item").order_by("-at", "-id").first()


def ended_by_court(decision: Decision) -> bool:
    """Whether the court ended enforcement although not everything was paid."""
    return _came_to(decision, CourtOutcome.Result.ENDED)


def executed_by_court(decision: Decision) -> bool:
    """Whether the court carried the decision out."""
    return _came_to(decision, CourtOutcome.Result.EXECUTED)


def _came_to(decision: Decision, result: str) -> bool:
    found = (one for one in file.of(decision.case, CourtOutcome) if one.result == result)
    return any(one.application.decision_id == decision.pk for one in found)


@once
def unsettled(decision: Decision, on: date) -> str:
    """What still stands between a decision and the end of its case; "" when nothing does."""
    if ended_by_court(decision):
        return ""
    found = reckon(decision, on)
    if found.left:
        return f"罚没款还有 {found.left / 100:,.2f} 元没有缴纳"
    if found.surcharge_left:
        return f"加处罚款还有 {found.surcharge_left / 100:,.2f} 元没有缴纳"
    return ""
