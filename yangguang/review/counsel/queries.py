"""Reads of counsel: who may be asked, who is engaged, what they said, and how often they take part."""

from datetime import date

from django.db.models import QuerySet

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Counsel, Officer
from yangguang.review.models import Submission

from .models import CounselOpinion, Engagement


def counsels(submission: Submission, on: date) -> list[Counsel]:
    """Who of the counsel of the body may be asked on a day."""
    return list(registry.counsels(registry.body_at(submission.scope, on) or submission.case.body, on))


def engagements(caller: Caller) -> QuerySet[Engagement]:
    """Engagements of the caller's bodies, the newest first."""
    return Engagement.objects.filter(below(caller.scope)).select_related("counsel", "officer").order_by("-at", "-id")


def pairs(body: Body, on: date) -> tuple[list[Counsel], list[Officer]]:
    """The counsel of a body and the people on its register that bear their names."""
    held = list(registry.counsels(body, on))
    names = {one.name for one in held}
    return held, [one for one in registry.officers(body.scope, on) if one.name in names]


def opinions(submission: Submission) -> list[CounselOpinion]:
    return list(submission.counsel_opinions.select_related("item").order_by("at", "id"))
