"""My own learning; and for who answers for people: hours by body and by name, reviewers who are due."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page

from .. import queries
from ..forms import HoursFilter, YearFilter, chosen
from ..models import Audience
from .shared import READERS, listed

OWN_SHOWN = 200


@page()
def mine(request: Asked) -> HttpResponse:
    """我的学习: a person's own hours, sessions, exams and results."""
    today = timezone.localdate()
    form = YearFilter(request.GET)
    year = int(chosen(form).get("year") or today.year)
    key = request.caller.officer.key
    minutes = queries.minutes_of(key, year)
    need = queries.required_minutes()
    moment = timezone.now()
    exams = [_exam(one, moment) for one in queries.own_admissions(key)[:OWN_SHOWN]]
    return listed(
        request,
        "training/mine.html",
        {
            "form": form,
            "year": year,
            "stats": [
                {"label": f"{year} 年学时", "value": queries.hours(minutes), "note": f"{minutes} 分钟"},
                {"label": "应学", "value": settings.TRAINING_HOURS, "note": "执法人员每年，须确认"},
                {
                    "label": "还差",
                    "value": queries.hours(max(0, need - minutes)),
                    "tone": "warn" if minutes < need else "",
                },
            ],
            "attended": list(queries.own_attendance(key, year)[:OWN_SHOWN]),
            "exams": exams,
            "results": list(queries.own_results(key)[:OWN_SHOWN]),
        },
    )


def _exam(admission: Any, moment: Any) -> dict[str, Any]:
    """One exam of a person, with what can be done now.  **Shape** `state`: done | going | open | later | missed."""
    sitting = getattr(admission, "sitting", None)
    result = getattr(sitting, "result", None) if sitting else None
    paper = admission.paper
    if result is not None:
        state = "done"
    elif sitting is not None:
        state = "going"
    elif moment < paper.opens_at:
        state = "later"
    else:
        state = "open" if moment < paper.closes_at else "missed"
    return {"admission": admission, "paper": paper, "sitting": sitting, "result": result, "state": state}


@page(*READERS)
def hours(request: Asked) -> HttpResponse:
    """学时: by body for who stands above them, and by name, the short ones to be found."""
    today, scope = timezone.localdate(), request.caller.scope
    form = HoursFilter(request.GET, bodies=list(registry.bodies_below(scope, today)))
    given = chosen(form)
    year = int(given.get("year") or today.year)
    found = _narrowed(given, scope, year, today)
    shown = keyset.page(found, request.GET, ("scope", "name", "id"))
    due = keyset.page(queries.reviewers_due(scope, today), request.GET.__class__(), ("scope", "name", "id"))
    return listed(
        request,
        "training/hours.html",
        {
            "form": form,
            "page": shown,
            "rows": [_person(one) for one in shown.rows],
            "bodies": [_body(one, year) for one in queries.by_body(scope, year, today)],
            "year": year,
            "need": settings.TRAINING_HOURS,
            "hour": settings.TRAINING_HOUR_MINUTES,
            "due": due,
            "months": settings.TRAINING_REVIEWER_MONTHS,
            "periodic": queries.reviewer_training(request.caller.body),
            "plan": queries.reviewer_plan(scope, today),
        },
    )


def _narrowed(given: dict[str, Any], scope: str, year: int, today: date) -> Any:
    found: Any = queries.studied(scope, given.get("who") or Audience.OFFICERS, year, today)
    if name := given.get("q"):
        found = found.filter(name__icontains=name)
    if body := given.get("body"):
        found = found.filter(scope=body)
    if short := given.get("short"):
        need = queries.required_minutes()
        found = found.filter(minutes__lt=need) if short == "yes" else found.filter(minutes__gte=need)
    return found


def _person(officer: Any) -> dict[str, Any]:
    lacking = max(0, queries.required_minutes() - officer.minutes)
    return {
        "officer": officer,
        "hours": queries.hours(officer.minutes),
        "short": lacking,
        "lack": queries.hours(lacking),
    }


def _body(one: queries.BodyHours, year: int) -> dict[str, Any]:
    return {"body": one, "url": "?" + urlencode({"body": one.scope, "short": "yes", "year": str(year)})}
