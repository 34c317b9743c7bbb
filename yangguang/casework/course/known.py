"""Enter once: the facts the system knows by itself, so that no form asks for them.

`registered` (told.py) is what the registers say of the case; `at_step` what the system finds out when a step is taken:
who acts, what the file holds, which day it is.  A fact that neither gives is asked of the person who takes the step.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from yangguang.policy.acts import Step as ActStep
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer

from .. import queries
from ..models import Case
from .told import day, moment

if TYPE_CHECKING:
    from .route import Course

# ---- found out when a step is taken --------------------------------------------------------------------------------


class Taking:
    """One step being taken: by whom, when, with what."""

    def __init__(self, course: "Course", step: ActStep, by: Officer, at: datetime, given: Mapping[str, Any]):
        self.course, self.step, self.by, self.at, self.given = course, step, by, at, given
        self.case: Case = course.case

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)

    def fact(self, name: str) -> Any:
        return self.given.get(name, self.course.facts.get(name))

    def paper(self, *codes: str) -> bool:
        """Whether the file holds one of these documents, or this step is making it."""
        return any(code in self.course_papers for code in codes)

    @property
    def course_papers(self) -> set[str]:
        kept = set(self.case.dossier.items.exclude(code="").values_list("code", flat=True))
        owed = self.course.pack.documents_owed(self.step, self.course.given(self.given), self.case.applied_on)
        return kept | {one.code for one in owed}

    def reviewed(self) -> bool | None:
        """Whether the latest draft passed review; None where the draft was not reviewed."""
        outcome = next((s.facts.get("review_outcome") for s in reversed(self.course.taken) if s.step == "review"), None)
        return None if outcome is None else outcome == "passed"


def _handlers(t: Taking) -> int:
    return sum(registry.standing(one, t.on).valid for one in (t.case.handler1, t.case.handler2))


def _covered(t: Taking) -> bool:
    both = (t.case.handler1, t.case.handler2)
    return all(queries.certificate_covers(registry.standing(one, t.on), t.case.power) for one in both)


def _granted(t: Taking) -> bool:
    return queries.power_granted(t.case.power, t.case.scope, t.case.applied_on)


def _published(t: Taking) -> bool:
    published = t.case.power.published_on
    return bool(published and published <= t.on)


def _holiday(t: Taking) -> bool | None:
    when = day(t.fact("execution_at"))
    return None if when is None else not t.course.pack.calendar.is_working(when, provisional=True)


def _over(name: str) -> Callable[[Taking], bool | None]:
    def found(t: Taking) -> bool | None:
        until = day(t.fact(name))
        return None if until is None else t.on > until

    return found


def _clock_over(code: str, start: str) -> Callable[[Taking], bool | None]:
    """Whether the last day of a deadline of the pack has passed since the day of a fact."""

    def found(t: Taking) -> bool | None:
        since = day(t.fact(start))
        if since is None or code not in t.course.pack.deadlines:
            return None
        facts = t.course.given(t.given)
        return t.on > t.course.pack.deadline(code, start=since, on=since, facts=facts, provisional=True).due

    return found


def _term_over(extended: bool) -> Callable[[Taking], bool | None]:
    """Whether the term of a measure ran out; of a kind without a term it never does."""

    def found(t: Taking) -> bool | None:
        if t.fact("measure_type") is None:
            return None
        told = extended and t.fact("measure_extension_approved")
        rules = {"freezing": "D42d" if told else "D42b"}
        rules |= dict.fromkeys(("sealing", "seizure"), "D41c" if told else "D41")
        rule = rules.get(t.fact("measure_type"))
        return _clock_over(rule, "implemented_at")(t) if rule else False

    return found


def _in_hours(code: str, start: str, done: str) -> Callable[[Taking], bool | None]:
    """Whether what had to be done within hours was done by then."""

    def found(t: Taking) -> bool | None:
        since, then = moment(t.fact(start)), moment(t.fact(done))
        if since is None or then is None or code not in t.course.pack.deadlines:
            return None
        last = t.course.pack.deadline(code, start=since, facts=t.course.given(t.given), provisional=True).at
        return None if last is None else then <= last

    return found


def _in_days(code: str, start: str, done: str) -> Callable[[Taking], bool | None]:
    """Whether what had to be done by the last day of a deadline was done by then."""

    def found(t: Taking) -> bool | None:
        since, then = day(t.fact(start)), day(t.fact(done))
        if since is None or then is None or code not in t.course.pack.deadlines:
            return None
        facts = t.course.given(t.given)
        return then <= t.course.pack.deadline(code, start=since, on=since, facts=facts, provisional=True).due

    return found


def _told(name: str) -> Callable[[Taking], bool]:
    return lambda t: bool(t.fact(name))


def _papers(*codes: str) -> Callable[[Taking], bool]:
    return lambda t: t.paper(*codes)


def _written(t: Taking) -> bool:
    """Whether the decision is, or is being, made as a document that bears a number."""
    owed = t.course.pack.documents_owed(t.step, t.course.given(t.given), t.case.applied_on)
    forms = documents.catalogue()
    return bool(t.fact("decision_no")) or any(one.code in forms and forms[one.code].number for one in owed)


def _missing(kind: str) -> Callable[[Taking], int]:
    def found(t: Taking) -> int:
        return sum(one.kind == kind and not one.met for one in queries.owed(t.case, upto=t.step.code))

    return found


def _supplements(t: Taking) -> int:
    return sum(one.step == "supplement" for one in t.course.taken) + (t.step.code == "supplement")


def _recused(t: Taking) -> bool:
    return any(registry.recused(key, *t.case.chains) for key in t.case.handler_keys)


def _head(t: Taking) -> bool:
    return t.by.scope == t.case.scope and registry.holds(t.by, "head")


def _deemed(t: Taking) -> bool | None:
    accepted, received = day(t.fact("accepted_on")), day(t.fact("materials_received_on"))
    return None if accepted is None or received is None else accepted == received


# Each fact of a gate the system answers by itself: name → how.
PRODUCERS: dict[str, Callable[[Taking], Any]] = {
    "handlers_certified": _handlers,
    "power_covered": _covered,
    "power_granted": _granted,
    "power_published": _published,
    "licence_power": _granted,
    "measure_power_granted": _granted,
    "licence_rule_published": _published,
    "charge_in_catalogue": _granted,
    "charge_standard_published": _published,
    "levy_authorised": _granted,
    "levy_standard_published": _published,
    "item_published": _published,
    "recused": _recused,
    "approver_is_head": _head,
    "approver_is_handler": lambda t: t.by.key in t.case.handler_keys,
    "documents_missing": _missing("document"),
    "recordings_missing": _missing("recording"),
    "acceptance_receipt_issued": _papers("acceptance_notice", "refuse_acceptance", "not_needed_notice"),
    "acceptance_receipt_dated": _papers("acceptance_notice", "refuse_acceptance", "not_needed_notice"),
    "accepted_from_receipt": _deemed,
    "supplement_on_time": _in_days("D30", "materials_received_on", "supplement_told_on"),
    "competent_agency_told": _told("competent_agency"),
    "supplement_notices": _supplements,
    "special_time_told": _papers("special_time_notice"),
    "interested_party_told": _papers("interested_party_notice"),
    "denial_reasoned": _told("licence_reason"),
    "remedies_told": _told("remedies_text"),
    "written_decision": _written,
    "statement_reviewed": lambda t: t.paper("review_of_defence") or bool(t.fact("statement_answer")),
    "demand_complete": _papers("demand_letter"),
    "demand_served": _told("demand_served_on"),
    "demand_period_over": _over("demand_due_on"),
    "emergency_reported_in_time": _in_hours("D40", "implemented_at", "emergency_reported_at"),
    "measure_term_over": _term_over(extended=True),
    "measure_first_term_over": _term_over(extended=False),
    "self_demolition_over": _over("self_demolition_until"),
    "demand_wait_over": _clock_over("D18", "demand_served_on"),
    "demolition_announced": _told("demolition_announced_on"),
    "execution_on_holiday": _holiday,
    "survey_published": _told("survey_published_on"),
    "comments_published": _told("comments_published_on"),
    "payment_notice_served": _told("served_on"),
    "e_service": lambda t: t.fact("service_method") == "electronic" if t.fact("service_method") else None,
    "requisition_decided": _told("decided_on"),
    "closing_ground": lambda t: t.fact("closing_ground"),
    "review_passed_for_draft": lambda t: t.reviewed(),
    "reviewer_qualified": lambda t: True if t.reviewed() is not None else None,  # `review.give` refuses others
    "reviewer_is_handler": lambda t: False if t.reviewed() is not None else None,
}

# Never asked although a step lists them: what they follow from is always said before.
FOUND_OUT = frozenset({"emergency_reported_in_time", "self_demolition_over", "demand_wait_over", "supplement_on_time"})


def at_step(taking: Taking, names: set[str]) -> dict[str, Any]:
    """What the system finds out of these names; what it cannot tell stays out."""
    found = {name: PRODUCERS[name](taking) for name in names & PRODUCERS.keys() if name not in taking.given}
    return {name: value for name, value in found.items() if value is not None}
