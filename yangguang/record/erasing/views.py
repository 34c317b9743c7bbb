"""Pages of erasure: what was asked for and done, asking, agreeing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.trail.erasure.actions import NotErasable
from yangguang.trail.models import ErasureOrder

from ..custody.views.base import posted
from . import actions, queries
from .forms import AgreeForm, OrderForm

PAGE = 20


@page(*queries.ERASERS)
def erasures(request: Asked) -> HttpResponse:
    """清除留痕原文: what was asked for and what was done; a line is found by its number in the trail."""
    found = keyset.page(queries.orders(request.caller), request.GET, ("-at", "-id"), PAGE)
    asked, wrong = request.GET.get("entry", "").strip(), ""
    if asked:
        if asked.isascii() and asked.isdigit() and len(asked) < 19 and queries.entry(request.caller, int(asked)):
            return redirect("record:erasure_new", int(asked))
        wrong = f"没有找到编号为“{asked[:20]}”的留痕，请填写留痕页面上的编号"
    rows = [_row(one) for one in found.rows]
    shown = {"rows": rows, "page": found, "asked": asked[:20], "wrong": wrong}
    return render(request, "record/erasing/erasures.html", shown, status=422 if wrong else 200)


def _row(one: ErasureOrder) -> dict[str, Any]:
    asked = queries.asked_by(one)
    done = getattr(one, "erasure", None)
    line = queries.line(one.entry_erased)
    state = "done" if done and line.emptied else "waiting" if done else "asked"
    return {
        "order": one,
        "line": line,
        "asked_by": asked.name if asked else "上级机关人员",
        "agreed_by": queries.agreed_by(one),
        "done": done,
        "state": state,
    }


@page(*queries.ERASERS)
def new(request: Asked, pk: int) -> HttpResponse:
    """申请清除一条留痕的原文."""
    entry = queries.entry(request.caller, pk)
    if entry is None:
        raise Http404
    now, barred = fields.now(), None
    try:
        columns = queries.columns(entry)
    except NotErasable as refused:
        columns, barred = [], refused
    grounds = queries.grounds(entry.scope, timezone.localdate(now))
    form = OrderForm(posted(request), grounds=grounds, columns=columns)
    if request.method == "POST" and form.is_valid() and barred is None:
        said = form.cleaned_data
        given = {"clause": said["clause"], "reason": said["reason"], "columns": said["columns"]}
        made = form.run(actions.order, by=request.caller.officer, at=now, entry=entry, **given)
        if made is not None:
            messages.success(request, "已申请清除，等另一人同意")
            return redirect("record:erasures") if form.repeated else redirect("record:erasure", made.pk)
    shown = {
        "form": form,
        "line": queries.line(entry),
        "limits": queries.limits(entry.scope, timezone.localdate(now)),
        "grounds": grounds,
        "barred": barred,
    }
    return render(request, "record/erasing/new.html", shown, status=422 if form.errors else 200)


@page(*queries.ERASERS)
def one(request: Asked, pk: UUID) -> HttpResponse:
    """One order: the ground, who asked, and for somebody else the agreement."""
    order = queries.orders(request.caller).filter(pk=pk).first()
    if order is None:
        raise Http404
    row = _row(order)
    form = AgreeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = form.run(actions.agree, by=request.caller.officer, at=fields.now(), order=order)
        if done is not None:
            messages.success(request, "已同意清除，汇入公开日志以后原文即被清除")
            return redirect("record:erasure", pk)
    asked = queries.asked_by(order)
    shown = {
        **row,
        "form": form,
        "commitment": bytes(order.entry_erased.commitment).hex(),
        "columns": queries.labels(order.entry_erased, order.columns),
        "mine": asked is not None and asked.key == request.caller.officer.key,
    }
    return render(request, "record/erasing/one.html", shown, status=422 if form.errors else 200)
