"""Plans: what the year asks of whom, what was held of it, and by name who came to nothing of it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import actions, queries
from ..forms import PlanFilter, PlanForm, chosen
from ..models import Plan
from .shared import ORGANISERS, READERS, form_page, listed, posted, said

CRUMBS = [("培训计划", "training:plans")]


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(label, reverse(name)) for label, name in CRUMBS] + list(more)


def plan_of(request: Asked, key: UUID) -> Plan:
    """The plan as it stands.  **Raises** Http404 where the caller's body cannot see it."""
    found = queries.plans(request.caller).filter(key=key).first()
    if found is None:
        raise Http404("没有这项培训计划")
    return found


@page()
def plans(request: Asked) -> HttpResponse:
    """培训计划 of the caller's body, of those below and of those above that plan for it."""
    form = PlanFilter(request.GET)
    given = chosen(form)
    year = given.get("year")
    found = queries.plans(request.caller, int(year) if year else None, given.get("kind", ""))
    shown = keyset.page(found, request.GET, ("-starts_on", "-id"))
    return listed(
        request,
        "training/plans.html",
        {"form": form, "page": shown, "rows": shown.rows, "may": request.caller.has(*ORGANISERS)},
    )


@page()
def plan(request: Asked, key: UUID) -> HttpResponse:
    """一项培训计划: its sessions, and for who answers for people those who came to nothing of it."""
    found, today = plan_of(request, key), timezone.localdate()
    reads = request.caller.has(*READERS)
    missing = queries.without(request.caller, found, today)
    absent = keyset.page(missing, request.GET, ("scope", "name", "id")) if reads else None
    many = queries.asked_for(request.caller, found, today) if reads else 0
    return render(
        request,
        "training/plan.html",
        {
            "plan": found,
            "hours": queries.demand(request.caller.body.pack).in_hours(found.minutes),
            "versions": queries.plan_versions(key),
            "sessions": list(queries.sessions(request.caller, plan_key=key).order_by("starts_at")[:200]),
            "absent": absent,
            "asked_for": many,
            "may": request.caller.has(*ORGANISERS) and found.scope.startswith(request.caller.scope),
            "organises": request.caller.has(*ORGANISERS),
        },
    )


@page(*ORGANISERS)
def plan_new(request: Asked) -> HttpResponse:
    """制定培训计划."""
    form = PlanForm(posted(request))
    if form.is_bound and form.is_valid():
        done = form.run(actions.plan, by=request.caller.officer, at=now(), **form.given())
        if done is not None:
            said(request, form, "培训计划已制定")
            return redirect("training:plan", key=done.key) if isinstance(done, Plan) else redirect("training:plans")
    return form_page(request, form, title="制定培训计划", button="制定", crumbs=_crumbs())


@page(*ORGANISERS)
def plan_change(request: Asked, key: UUID) -> HttpResponse:
    """调整培训计划: a new version with its reason; the earlier ones stay."""
    found = plan_of(request, key)
    form = PlanForm(posted(request), earlier=found, seen=trail.head(found.chain))
    if form.is_bound and form.is_valid():
        done = form.run(actions.plan, by=request.caller.officer, at=now(), earlier=found, **form.given())
        if done is not None:
            said(request, form, "计划已调整，原来的版本保留")
            return redirect("training:plan", key=key)
    return form_page(
        request,
        form,
        title=f"调整：{found.title}",
        button="调整",
        crumbs=_crumbs((found.title, reverse("training:plan", args=[key]))),
    )
