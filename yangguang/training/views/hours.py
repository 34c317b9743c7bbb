"""My own learning; and for who answers for people: hours by body and by name, reviewers who are due."""

from datetime import date
from typing import Any

from django.db.models import F
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from yangguang.registry import actions as known
from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.forms import now
from yangguang.registry.tables import sheets
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
    asked = queries.demand(request.caller.body.pack)
    need = asked.minutes
    moment = timezone.now()
    exams = [_exam(one, moment) for one in queries.own_admissions(key)[:OWN_SHOWN]]
    return listed(
        request,
        "training/mine.html",
        {
            "form": form,
            "year": year,
            "stats": [
                {"label": f"{year} 年学时", "value": asked.in_hours(minutes), "note": f"{minutes} 分钟"},
                {"label": "应学", "value": asked.hours.value or "未规定", "note": "执法人员每年" + _to_confirm(asked)},
                {
                    "label": "还差",
                    "value": asked.in_hours(max(0, need - minutes)),
                    "tone": "warn" if minutes < need else "",
                },
            ],
            "attended": list(queries.own_attendance(key, year)[:OWN_SHOWN]),
            "exams": exams,
            "results": list(queries.own_results(key)[:OWN_SHOWN]),
            "qualifying": list(registry.exams_of(key)[:OWN_SHOWN]),
        },
    )


def _to_confirm(asked: queries.Demand) -> str:
    return "，须由当地确认" if asked.hours.confirm else ""


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
    asked = queries.demand(request.caller.body.pack)
    months = asked.months.value
    due = keyset.page(
        queries.reviewers_due(scope, months, today),
        request.GET.__class__(),
        ("scope", "name", "id"),
    )
    return listed(
        request,
        "training/hours.html",
        {
            "form": form,
            "page": shown,
            "rows": [_person(one) for one in shown.rows],
            "bodies": [_body(one, year) for one in queries.by_body(scope, year, today)],
            "year": year,
            "asked": asked,
            "due": due,
            "months": months,
            "query": request.GET.urlencode(),
            "before_post": asked.before_post,
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
        found = found.filter(minutes__lt=F("owed")) if short == "yes" else found.filter(minutes__gte=F("owed"))
    if before := given.get("before"):
        found = found.filter(pre_post=before == "yes")
    return found


@page(*READERS)
@require_POST
def hours_file(request: Asked, form: str) -> HttpResponse:
    """导出学时: the people of the list as it is narrowed, each with hours, what is missing, and the pre-post training."""
    if form not in sheets.MEDIA:
        raise Http404
    today, scope = timezone.localdate(), request.caller.scope
    given = chosen(HoursFilter(request.GET, bodies=list(registry.bodies_below(scope, today))))
    year = int(given.get("year") or today.year)
    rows = []
    for officer in _narrowed(given, scope, year, today).order_by("scope", "name", "id"):
        one = _person(officer)
        rows.append(
            [
                officer.name,
                officer.body.name,
                officer.unit.name if officer.unit else "",
                officer.post,
                str(officer.minutes),
                one["hours"],
                one["lack"],
                "不足" if one["short"] else "已足",
                "有记录" if officer.pre_post else "无记录",
            ]
        )
    known.export(
        by=request.caller.officer, at=now(), scope=scope, register="hours", on=today, form=form, rows=len(rows),
        private=False,
    )  # fmt: skip
    heads = ["姓名", "单位", "机构", "职务", "分钟", "学时", "还差学时", "情况", "岗前培训"]
    return sheets.response(f"{year}年学时", form, heads, rows)


def _person(officer: Any) -> dict[str, Any]:
    asked = queries.demand(officer.body.pack)
    lacking = max(0, officer.owed - officer.minutes)
    return {
        "officer": officer,
        "hours": asked.in_hours(officer.minutes),
        "short": lacking,
        "barred": asked.before_post.value and not officer.pre_post,
        "lack": asked.in_hours(lacking),
    }


def _body(one: queries.BodyHours, year: int) -> dict[str, Any]:
    return {"body": one, "url": "?" + urlencode({"body": one.scope, "short": "yes", "year": str(year)})}
