"""题库: questions with their clause, each change a new version."""

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
from .. import tables as _tables  # noqa: F401  adds the bank to the tables that can be imported
from ..forms import QuestionFilter, QuestionForm, chosen
from ..models import Question
from .shared import ORGANISERS, form_page, listed, posted, said


@page(*ORGANISERS)
def bank(request: Asked) -> HttpResponse:
    """题库 of the caller's body and of those above and below."""
    form = QuestionFilter(request.GET)
    shown = keyset.page(queries.questions(request.caller, **chosen(form)), request.GET, ("-at", "-id"))
    counts = queries.pool_counts(request.caller.scope, timezone.now())
    return listed(
        request,
        "training/bank.html",
        {
            "form": form,
            "page": shown,
            "rows": [{"it": one, "said": queries.named(request.caller.body, one.clause)} for one in shown.rows],
            "today": timezone.localdate(),
            "stats": [
                {"label": label, "value": counts.get(code, 0), "unit": "题"} for code, label in Question.Type.choices
            ],
        },
    )


@page(*ORGANISERS)
def question_new(request: Asked) -> HttpResponse:
    """登记试题."""
    form = QuestionForm(posted(request))
    if form.is_bound and form.is_valid():
        done = form.run(actions.question, by=request.caller.officer, at=now(), **form.given())
        if done is not None:
            said(request, form, "试题已登记")
            return redirect("training:bank")
    return form_page(request, form, title="登记试题", button="登记", crumbs=[("题库", reverse("training:bank"))])


@page(*ORGANISERS)
def question(request: Asked, key: UUID) -> HttpResponse:
    """一道试题: its versions, and the form of the next one."""
    found = queries.questions(request.caller).filter(key=key).first()
    if found is None:
        raise Http404("没有这道试题")
    form = QuestionForm(posted(request), earlier=found, seen=trail.head(found.chain))
    may = found.scope.startswith(request.caller.scope)
    if form.is_bound and form.is_valid():
        retired = timezone.localdate() if form.cleaned_data.get("retired") else None
        done = form.run(
            actions.question, by=request.caller.officer, at=now(), earlier=found, valid_to=retired, **form.given()
        )
        if done is not None:
            said(request, form, "试题已改为新版本，已考过的试卷不变")
            return redirect("training:bank")
    return render(
        request,
        "training/question.html",
        {
            "question": found,
            "versions": queries.question_versions(key),
            "because": queries.cited(request.caller.body, found.clause),
            "said": queries.named(request.caller.body, found.clause),
            "form": form,
            "fields": list(form.visible_fields()),
            "may": may,
        },
        status=422 if form.is_bound else 200,
    )
