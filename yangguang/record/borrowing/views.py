"""借阅: the list, one loan with its answer and return, and the page to ask."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import queries as record
from ..custody.views.base import act, matter_page, posted
from . import actions, forms, queries


@page(*record.READERS)
def loans(request: Asked) -> HttpResponse:
    """Loans by where they stand, with the rules above them."""
    today, caller = timezone.localdate(), request.caller
    show = request.GET.get("show", "")
    show = show if show in queries.STATES else "all"
    tabs = [
        {"label": label, "url": f"?show={code}", "count": queries.loans(caller, code, today).count(), "current": code == show}
        for code, label in queries.STATES.items()
    ]  # fmt: skip
    found = keyset.page(queries.loans(caller, show, today), request.GET, ("-at", "-id"))
    shown = {
        "page": found, "tabs": tabs, "title": queries.STATES[show], "today": today,
        "rules": queries.rules(caller.scope, today),
    }  # fmt: skip
    return render(request, "record/borrowing/list.html", shown)


@page(*record.READERS)
def ask(request: Asked, pk: UUID) -> HttpResponseBase:
    """申请借阅."""
    dossier, today = queries.dossier(request.caller, pk), timezone.localdate()
    if dossier is None:
        raise Http404
    held = queries.rules(dossier.scope, today)
    form = forms.LoanForm(posted(request), seen=trail.head(dossier.chain))
    words = f"今天借阅，最迟 {held.last} 归还" if held and held.last else ""
    return act(
        request, form, actions.ask_loan, lambda: {"dossier": dossier, **form.given()},
        title=f"借阅：{dossier.title}", label="申请", back=matter_page(dossier) or reverse("record:loans"),
        said="已申请，等候审批", lead=words, because=held.because if held else (),
        crumbs=[("案卷借阅", reverse("record:loans"))], to=lambda done: reverse("record:loan", args=[done.pk]),
    )  # fmt: skip


@page(*record.READERS)
def loan(request: Asked, pk: UUID) -> HttpResponseBase:
    """One loan: asked, answered, brought back."""
    today, caller = timezone.localdate(), request.caller
    found = queries.loan(caller, pk, today)
    if found is None:
        raise Http404
    answer, back = getattr(found, "answer", None), getattr(found, "back", None)
    held, own = queries.rules(found.scope, today), caller.scope == found.scope
    mine = found.by.key == caller.officer.key
    answers = bool(held) and answer is None and own and not mine and caller.has(*held.approvers) if held else False
    takes = bool(answer and answer.approved) and back is None and own and registry.holds(caller.officer, "archivist")
    if request.method == "POST" and not (answers or takes):
        caller.need(*(held.approvers if held and answer is None else ("archivist",)))
        raise Http404
    form: Any = None
    seen = trail.head(found.chain)
    if answers:
        form = forms.AnswerForm(posted(request), seen=seen)
    elif takes:
        form = forms.ReturnForm(posted(request), seen=seen)
    if form is not None and request.method == "POST" and form.is_valid():
        done = act(
            request, form, actions.answer_loan if answers else actions.return_loan,
            lambda: {"loan": found, **form.given()}, title="", label="",
            back=reverse("record:loan", args=[pk]), said="已办理",
        )  # fmt: skip
        if done.status_code == 302:
            return done
    shown = {
        "loan": found, "answer": answer, "back": back, "answers": answers, "takes": takes, "form": form,
        "today": today, "rules": held, "matter": matter_page(found.dossier),
    }  # fmt: skip
    return render(request, "record/borrowing/one.html", shown, status=422 if form and form.errors else 200)
