"""Clues: the list, a new one, one of them, declining it, and who must keep away from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.duty import queries as duties
from yangguang.policy import packs
from yangguang.registry import actions as registry
from yangguang.registry import keyset
from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from . import actions, queries
from .forms import RECUSAL, ClueFilter, ClueForm, DeclineForm, RecuseForm, searched

ROLES = ("officer", "head", "supervisor")
PAGE = 20


@page(*ROLES)
def clues(request: Asked) -> HttpResponse:
    """线索."""
    form = ClueFilter(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.listed(request.caller, given.get("q") or "", given.get("state") or "", given.get("source") or "")
    found = keyset.page(rows, request.GET, ("-at", "-id"), PAGE)
    return render(
        request,
        "inspection/clues.html",
        {
            "form": form,
            "columns": ["线索内容", "来源", "发现日期", "地点", "当事人", "办理情况"],
            "rows": [
                {
                    "url": reverse("inspection:clue", args=[clue.pk]),
                    "cells": [
                        clue.summary if len(clue.summary) <= 60 else f"{clue.summary[:60]}…",
                        clue.get_source_display(),
                        clue.found_on,
                        clue.place,
                        clue.party.name if clue.party else "不清楚",
                        state(clue),
                    ],
                }
                for clue in found.rows
            ],
            "found": found,
            "filtered": any(given.values()),
            "may": request.caller.has("officer"),
        },
    )


def state(clue: Any) -> str:
    """Where a clue stands, in a word."""
    if hasattr(clue, "declined"):
        return "不予立案"
    return "已申请立案" if hasattr(clue, "case") else "待处理"


@page("officer")
def new(request: Asked) -> HttpResponse:
    """登记线索."""
    asked = searched(request)
    if request.method == "POST" and "find" not in request.POST:
        form = ClueForm(request.POST, caller=request.caller, asked=asked)
        if form.is_valid():
            clue = form.run(actions.take_clue, by=request.caller.officer, at=now(), **form.given())
            if clue is not None:
                messages.success(request, "线索已登记。请及时决定是否立案。")
                pk = str(clue.fact_ref).partition(":")[2] if form.repeated else clue.pk
                return redirect("inspection:clue", pk=pk)
    else:
        typed = request.POST.dict() if request.method == "POST" else {"party": request.GET.get("party", "")}
        form = ClueForm(initial=typed, caller=request.caller, asked=asked)
    return render(
        request,
        "inspection/new.html",
        {"form": form, "party_q": asked, "here": request.path, "status": 422 if form.errors else 200},
        status=422 if form.errors else 200,
    )


@page(*ROLES)
def clue(request: Asked, pk: Any) -> HttpResponse:
    """One clue: what it says, until when it must be answered, and the two ways to answer it."""
    found = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    open_ = not hasattr(found, "declined") and not hasattr(found, "case")
    return render(
        request,
        "inspection/clue.html",
        {
            "clue": found,
            "state": state(found),
            "declined": getattr(found, "declined", None),
            "case": getattr(found, "case", None),
            "open": open_,
            "may": open_ and request.caller.has("officer") and found.scope == request.caller.scope,
            "sees_informant": request.caller.has("officer", "head"),
            "duties": [duty for duty in duties.of(found.chain) if not hasattr(duty, "discharge")],
            "recusals": queries.recusals(found),
            "drawn": queries.random_matter(found.chain),
        },
    )


@page("officer")
def decline(request: Asked, pk: Any) -> HttpResponse:
    """不予立案."""
    found = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    if hasattr(found, "declined") or hasattr(found, "case"):
        messages.warning(request, "这条线索已经办理")
        return redirect("inspection:clue", pk=pk)
    form = DeclineForm(request.POST or None, seen=trail.head(found.chain))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if form.run(actions.decline, by=request.caller.officer, at=now(), clue=found, reason=reason) is not None:
            messages.success(request, "已决定不予立案")
            return redirect("inspection:clue", pk=pk)
    return render(
        request,
        "inspection/decline.html",
        {"form": form, "clue": found, "here": request.path},
        status=422 if form.errors else 200,
    )


@page("officer", "head")
def recuse(request: Asked, pk: Any) -> HttpResponse:
    """回避, before a case is applied for: who must keep away from this clue."""
    found = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    staff = list(people.officers(found.scope, timezone.localdate()))
    form = RecuseForm(request.POST or None, people=staff, seen=trail.head(found.chain))
    if request.method == "POST" and form.is_valid():
        done = form.run(registry.recuse, by=request.caller.officer, at=now(), subject=found.chain, **form.given())
        if done is not None:
            messages.success(request, "回避已登记")
            return redirect("inspection:clue", pk=pk)
    return render(
        request,
        "inspection/recuse.html",
        {
            "form": form,
            "because": [packs.load(request.caller.officer.body.pack).clause(RECUSAL)],
            "subject_title": f"线索：{found.summary[:60]}",
            "back": reverse("inspection:clue", args=[found.pk]),
            "here": request.path,
        },
        status=422 if form.errors else 200,
    )
