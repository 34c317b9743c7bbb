"""The officer's home, the list of cases, the case page with its trail, drafts and the search box."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yangguang.casework import finding
from yangguang.casework import queries as cases
from yangguang.duty import queries as duties
from yangguang.record.queries import READERS
from yangguang.registry import keyset
from yangguang.registry.web import Asked, address, page
from yangguang.trail import queries as trail
from yangguang.trail.queries import NotLogged

from . import case_page, drafts, links, queries, trail_page
from .case_file import File
from .forms import CaseFilter

SOON = timedelta(days=7)


@page()
@require_safe
def inbox(request: Asked) -> HttpResponse:
    """办案首页: what is due today, what is late, what waits for me, and my cases."""
    caller, today = request.caller, timezone.localdate()
    show = request.GET.get("show", "")
    mine = queries.my_duties(caller)
    tally = duties.tally(mine, today, today + SOON)
    due_today = mine.filter(due_on=today).count()
    chosen = {
        "overdue": mine.filter(due_on__lt=today),
        "today": mine.filter(due_on=today),
        "soon": mine.filter(due_on__gte=today, due_on__lte=today + SOON),
    }.get(show, mine)
    found = keyset.page(chosen, request.GET, ("due_on", "id"), queries.PAGE)
    subjects = queries.about(caller, [duty.subject for duty in found.rows])
    waiting = queries.queues(caller)
    here = address("workbench:inbox")
    my_cases = list(cases.mine(caller)[:8]) if caller.has("officer") else []
    context = {
        "today": today,
        "stats": [
            {
                "label": "逾期",
                "value": tally.overdue,
                "unit": "件",
                "url": f"{here}?show=overdue",
                "tone": "bad" if tally.overdue else "",
            },
            {
                "label": "今天到期",
                "value": due_today,
                "unit": "件",
                "url": f"{here}?show=today",
                "tone": "warn" if due_today else "",
            },
            *[{"label": q.title, "value": q.total, "unit": "件", "url": q.url, "tone": ""} for q in waiting],
        ],
        "tabs": [
            {"label": "全部时限", "url": here, "count": tally.open, "current": not show, "tone": ""},
            {
                "label": "逾期",
                "url": f"{here}?show=overdue",
                "count": tally.overdue,
                "current": show == "overdue",
                "tone": "bad" if tally.overdue else "",
            },
            {
                "label": "今天到期",
                "url": f"{here}?show=today",
                "count": due_today,
                "current": show == "today",
                "tone": "warn" if due_today else "",
            },
            {
                "label": "七天内",
                "url": f"{here}?show=soon",
                "count": tally.soon,
                "current": show == "soon",
                "tone": "",
            },
        ],
        "duties": links.duty_rows(found.rows, subjects),
        "found": found,
        "queues": waiting,
        "my_cases": [
            {
                "url": links.case(state.case_id),
                "cells": [
                    state.title,
                    state.number or "未立案",
                    state.party_name,
                    cases.step_title(state.kind, state.step) or "已办结",
                    timezone.localtime(state.moved_at).strftime("%Y-%m-%d"),
                ],
            }
            for state in my_cases
        ],
        "columns": ["案件", "案号", "当事人", "当前环节", "最近办理"],
        "unfinished": [
            {"title": _form_title(one.form), "url": one.form, "at": one.saved_at} for one in drafts.unfinished(caller)
        ],
        "is_officer": caller.has("officer"),
        "is_supervisor": caller.has("supervisor"),
    }
    return render(request, "workbench/inbox.html", context)


FORMS = {
    "inspection:new": "登记线索",
    "inspection:decline": "不予立案",
    "casework:apply": "申请立案",
    "casework:party_new": "登记当事人",
    "casework:opening": "审批立案",
    "casework:step": "办理环节",
    "casework:document": "制作文书",
    "casework:propose": "提出处理意见",
    "casework:recuse": "回避",
    "casework:handlers": "变更承办人",
    "casework:decide_recusal": "决定是否回避",
    "casework:begin": "开始办理",
    "casework:course": "办理环节",
    "casework:answer": "答复提请",
}


def _form_title(path: str) -> str:
    try:
        return FORMS.get(resolve(path.partition("?")[0]).view_name, "表单")
    except Resolver404:
        return "表单"


@page(*READERS)
@require_safe
def case_list(request: Asked) -> HttpResponse:
    """案件: filters in the address, exact total, pages by key."""
    caller, today = request.caller, timezone.localdate()
    form = CaseFilter(request.GET or None)
    form.full_clean()
    given = form.cleaned_data if form.is_bound else {}  # what was written wrong is told beside it, the rest holds
    asked: dict[str, Any] = {
        "text": (given.get("q") or "").strip(),
        "step": given.get("step") or "",
        "kind": given.get("kind") or "",
        "month": date.fromisoformat(f"{given['month']}-01") if given.get("month") else None,
        "mine": bool(given.get("mine")),
        "overdue": bool(given.get("overdue")),
    }
    rows, total = queries.listed(caller, **asked, today=today), queries.counted(caller, **asked)
    found = keyset.page(rows, request.GET, ("-moved_at", "-case_id"), queries.PAGE, total)
    return render(
        request,
        "workbench/cases.html",
        {
            "form": form,
            "found": found,
            "columns": COLUMNS,
            "rows": _case_rows(found.rows),
            "filtered": any(given.values()),
            "too_many": bool(asked["text"]) and found.total >= finding.MOST,
            "is_officer": caller.has("officer"),
        },
    )


COLUMNS = ["案件", "案号", "当事人", "执法主体", "当前环节", "立案", "决定", "最近办理"]


def _case_rows(states: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "url": links.case(state.case_id),
            "cells": [
                state.title,
                state.number or "未立案",
                state.party_name,
                state.body_name,
                cases.step_title(state.kind, state.step) or "已办结",
                state.opened_on or "未立案",
                state.decided_on or "未决定",
                timezone.localtime(state.moved_at).strftime("%Y-%m-%d %H:%M"),
            ],
        }
        for state in states
    ]


@page(*READERS)
@require_safe
def case(request: Asked, pk: Any) -> HttpResponse:
    """The case page."""
    found = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    file = File(found, request.caller, timezone.localdate())
    code, word = case_page.status(file)
    return render(
        request,
        "workbench/case.html",
        {
            "case": found,
            "state": file.state,
            "file": file,
            "status": code,
            "status_word": word,
            **_deciding(file),
            "steps": case_page.step_line(file),
            "panels": case_page.panels(file, case_page.MAIN),
            "rail": case_page.panels(file, case_page.RAIL),
            "today": file.today,
            "progress_code": cases.progress_code(found),
            "progress_url": address("portal:code", cases.progress_code(found)),
        },
    )


def _deciding(file: File) -> dict[str, Any]:
    """The time that runs until the decision; or that it stands still: suspended, or the case is with the police."""
    times = [duty for duty in file.duties if duty.rule == "D05"]
    runs = next((duty for duty in times if not hasattr(duty, "discharge")), None)
    waits = not runs and not file.state.closed_on and any(duty.discharge.how == "void" for duty in times)
    return {"decide_by": runs, "decide_stands": waits}


@page(*READERS)
@require_safe
def case_trail(request: Asked, pk: Any) -> HttpResponse:
    """留痕: every entry of a case with its place in the log."""
    found = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    lines = trail_page.lines(found)
    return render(
        request,
        "workbench/trail.html",
        {"case": found, "lines": lines, "sealed": sum(line.index is not None for line in lines)},
    )


@page(*READERS)
@require_safe
def case_proof(request: Asked, pk: Any, entry: int) -> HttpResponse:
    """The proof of one entry: its exact words, its salt, and its path to a signed checkpoint."""
    found = get_object_or_404(cases.visible_to(request.caller), pk=pk)
    line = get_object_or_404(trail.history(found.chain), pk=entry)
    try:
        proof = trail.proof_for(line)
    except NotLogged as refused:
        return render(request, "workbench/not_logged.html", {"case": found, "refused": refused}, status=409)
    response = JsonResponse(proof, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="proof-{proof["index"]}.json"'
    return response


@page()
@require_http_methods(["GET", "POST", "DELETE"])
def draft(request: Asked) -> HttpResponse:
    """Keep, give back or drop the draft of the form at `?form=<path>`."""
    form = request.GET.get("form", "")
    if not form.startswith("/") or len(form) > 120:
        return JsonResponse({"error": "没有指明是哪个表单"}, status=400)
    if request.method == "POST":
        try:
            kept = drafts.save(request.caller, form, request.POST)
        except drafts.TooLong as error:
            return JsonResponse({"error": str(error)}, status=413)
        return JsonResponse({"saved_at": kept.saved_at.isoformat()})
    if request.method == "DELETE":
        drafts.forget(request.caller, form)
        return HttpResponse(status=204)
    found = drafts.recall(request.caller, form)
    if found is None:
        return JsonResponse({"data": None})
    return JsonResponse({"data": found.data, "saved_at": found.saved_at.isoformat()})


@page(*READERS)
@require_safe
def search(request: Asked) -> HttpResponse:
    """One box for cases, numbers, parties, clues and documents."""
    text = request.GET.get("q", "").strip()[:100]
    if "\x00" in text:
        raise Http404
    found = queries.search(request.caller, text, timezone.localdate()) if text else None
    return render(
        request,
        "workbench/search.html",
        {
            "q": text,
            "found": found,
            "columns": COLUMNS,
            "rows": _case_rows(found.cases) if found else [],
            "all_url": address("workbench:cases") + "?" + urlencode({"q": text}),
            "nothing": found is not None and not (found.total or found.clues or found.parties or found.documents),
        },
    )
