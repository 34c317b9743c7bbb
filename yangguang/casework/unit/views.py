"""The pages of the head of a unit: what waits, and the opinion."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, hold, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from .. import pages, wording
from .. import queries as cases
from ..models import Case, Proposal, Request
from . import actions, queries
from .forms import OpinionForm

PAGE = 20


@page("unit_head")
def desk(request: Asked) -> HttpResponse:
    """承办机构意见: what waits for this head of a unit, and what they said."""
    caller, said = request.caller, request.GET.get("tab") == "given"
    found = (
        keyset.page(queries.given(caller), request.GET, ("-at", "-id"), PAGE)
        if said
        else keyset.page(queries.waiting(caller), request.GET, ("moved_at", "case_id"), PAGE)
    )
    tabs = [
        {"label": "待我签署", "url": "?", "current": not said},
        {"label": "我签署过的意见", "url": "?tab=given", "current": said},
    ]
    waiting = () if said else [{"state": state, "subject": put} for state, put in queries.subjects(found.rows)]
    shown = {"tabs": tabs, "said": said, "waiting": waiting, "page": found, "given": found.rows if said else ()}
    return render(request, "casework/unit/desk.html", shown)


@page("unit_head")
def speak(request: Asked, pk: UUID) -> HttpResponse:
    """签署承办机构意见: what is put before the unit, the rules' answers beside it, yes or no with the reason."""
    hold(request, f"case:{pk}")
    case = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    subject = queries.subject(case)
    said = queries.opinion(case, subject.about) if subject else None
    if subject is None or said is not None:
        who = f"{said.by.name}已经对{subject}签署了意见" if said else "本案现在没有等待承办机构签署的事项"
        messages.info(request, who)
        return redirect("workbench:case", pk=pk)
    try:
        actions.must_head(case, request.caller.officer, subject.step)
    except Refused as refused:
        shown = {"case": case, "refused": refused, "title": "承办机构意见"}
        return render(request, "casework/refused.html", shown, status=403)
    form = OpinionForm(request.POST or None, seen=trail.head(case.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.speak,
            by=request.caller.officer,
            at=now(),
            case=case,
            subject=subject,
            agreed=data["agreed"],
            opinion=data["opinion"],
        )
        if done is not None:
            messages.success(
                request, "机构意见已签署，写入留痕" if not form.repeated else "这次提交已经办理，没有重复办理"
            )
            return redirect("casework:unit_desk")
        pages.renew(form, case.chain)
    return render(
        request,
        "casework/unit/speak.html",
        {
            "case": case,
            "subject": subject,
            "form": form,
            "rows": _rows(case, subject),
            "because": queries.because(case, subject.step),
            "title": queries.title(case),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _rows(case: Case, subject: queries.Subject) -> list[tuple[str, Any]]:
    """What is put before the unit, in words."""
    put = queries.put_forward(case, subject)
    if isinstance(put, Proposal):
        return wording.as_rows(case, put.body)
    if isinstance(put, Request):
        return [("承办意见", put.opinion or "建议批准。"), *wording.said(case, put.given)]
    rows = [("案由", case.cause), ("执法事项", f"{case.power.code} {case.power.name}")]
    if case.clue:
        rows.append(("线索", case.clue.summary))
    return rows
