"""The head's pages: hand a case to other officers, decide on a recusal."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from .. import pages, queries
from ..models import Case
from . import actions
from .forms import HandlersForm, RecusalForm


def _case(request: Asked, pk: Any) -> Case:
    return get_object_or_404(queries.visible_to(request.caller), pk=pk)


def _barred(request: Asked, case: Case) -> HttpResponse | None:
    """Why this head may not, as a page."""
    try:
        actions.must_be_head(case, request.caller.officer)
    except Refused as refused:
        shown = {"case": case, "refused": refused, "title": "变更承办人、决定回避"}
        return render(request, "casework/refused.html", shown, status=403)
    return None


@page("head")
def change(request: Asked, pk: Any) -> HttpResponse:
    """变更承办人: who handles the case, who may take it over, and why it changes hands."""
    case = _case(request, pk)
    if (barred := _barred(request, case)) is not None:
        return barred
    today = timezone.localdate()
    staff = [one for one in people.staff(case.scope, today) if one.officer.scope == case.scope]
    keys = {str(one.officer.key) for one in staff if one.standing.valid}
    start = {
        name: str(one.key)
        for name, one in (("first", case.handler1), ("second", case.handler2))
        if str(one.key) in keys
    }
    form = HandlersForm(request.POST or None, staff=staff, seen=trail.head(case.chain), initial=start)
    if request.method == "POST" and form.is_valid():
        done = form.run(actions.change_handlers, by=request.caller.officer, at=now(), case=case, **form.given())
        if done is not None:
            messages.success(request, "承办人已变更，本案已转到新承办人的办案首页")
            return redirect("workbench:case", pk=pk)
        pages.renew(form, case.chain)
    changes = case.handlerchanges.select_related("by", "handler1", "handler2").order_by("at", "id")
    return render(
        request,
        "casework/handlers.html",
        {
            "case": case,
            "form": form,
            "standings": [
                (one, people.standing(people.as_of(type(one), one.key, today) or one, today))
                for one in (case.handler1, case.handler2)
            ],
            "recusals": queries.recusals(case),
            "changes": changes,
            "because": queries.clauses_of(case, "CN-PEN-42.1"),
        },
        status=422 if form.errors else 200,
    )


@page("head")
def decide_recusal(request: Asked, pk: Any) -> HttpResponse:
    """决定是否回避, with the decision made out to who asked."""
    case = _case(request, pk)
    if (barred := _barred(request, case)) is not None:
        return barred
    staff = list(people.officers(case.scope, timezone.localdate()))
    form = RecusalForm(request.POST or None, people=staff, case=case, seen=trail.head(case.chain))
    if request.method == "POST" and form.is_valid():
        done = form.run(actions.decide_recusal, by=request.caller.officer, at=now(), case=case, **form.given())
        if done is not None:
            given = form.given()
            messages.success(request, "回避决定已作出，决定书已入卷")
            must_change = given["granted"] and given["person"].key in case.handler_keys
            return redirect("casework:handlers" if must_change else "workbench:case", pk=pk)
        pages.renew(form, case.chain)
    decisions = case.recusaldecisions.select_related("person", "by", "item").order_by("at", "id")
    return render(
        request,
        "casework/decide_recusal.html",
        {
            "case": case,
            "form": form,
            "decisions": decisions,
            "because": queries.clauses_of(case, "CN-PEN-43.2", "CN-PEN-43.3"),
        },
        status=422 if form.errors else 200,
    )
