"""The clocks of a case that stop while it cannot be decided, and go on with those days left out, each with its clause."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.registry.models import Officer
from yangguang.review import queries as reviews
from yangguang.review.flow import actions as flows
from yangguang.review.flow import queries as flow_queries
from yangguang.review.models import Submission

from .pause import queries as pauses
from .transfer import queries as crime

DECIDE, REVIEW = pauses.CLOCK, reviews.CLOCK
# No penalty in place of the transfer; what is declined, or opened and given back, is dealt with by law.
GROUNDS = INSTEAD, BACK, RETURNED = "CN-TRF-11.1", "CN-TRF-10", "CN-TRF-13"


def stopped(case: Case) -> bool:
    return pauses.now(case) is not None or crime.with_police(case)


def left_out(case: Case) -> list[dict[str, Any]]:
    """The days that are not counted, as the rules take them: suspensions, and the time with the police."""
    found = pauses.periods(case)
    if away := crime.away(case):
        (clause,) = cases.clauses_of(case, INSTEAD)
        reason = f"移送公安机关（《{clause.source}》{clause.title}）"
        found += [{"from": since.isoformat(), "to": until.isoformat(), "reason": reason} for since, until in away]
    return found


def stop(*, by: Officer, at: datetime, case: Case, note: str) -> None:
    """End what runs until the decision and until the opinion of the review; what was stopped is known by the moment."""
    for rule in (DECIDE, REVIEW):
        duty.fulfil(by=by, at=at, subject=case.chain, rule=rule, how="void", note=note[:200])


def go_on(*, by: Officer, at: datetime, case: Case, why: str, since: date | None = None) -> None:
    """Count the time to decide anew from where it began, unless something else still holds the case."""
    if stopped(case):
        return
    if since is None:
        last = Duty.objects.filter(subject=case.chain, rule=DECIDE).order_by("-at", "-id").first()
        since = last.start_on if last else case.opening.on
    left = left_out(case)
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=DECIDE,
        title=f"作出处理决定（{why}）",
        role="officer",
        pack=cases.pack_of(case),
        facts={**cases.act_facts(case), **({"suspensions": left} if left else {})},
        start_on=since,
        owner_key=case.handler1.key,
        more=cases.clauses_of(case, BACK, INSTEAD) if crime.away(case) else (),
    )


def review_on(*, by: Officer, at: datetime, case: Case, stopped_at: datetime) -> None:
    """Take up the time of a review that the transfer stopped, where its draft still waits for an opinion."""
    was = Duty.objects.filter(subject=case.chain, rule=REVIEW, discharge__at=stopped_at, discharge__how="void").first()
    if was is None or not reviews.pending(Q(case=case)).exists():
        return
    sent = Submission.objects.filter(case=case, at__lte=stopped_at).order_by("-at").first()
    flows.opinion_time(
        by=by,
        at=at,
        case=case,
        title=was.title,
        start_on=was.start_on,
        flow=flow_queries.of(sent) if sent else None,
        left_out=left_out(case),
        more=cases.clauses_of(case, BACK, INSTEAD),
    )
