"""现场执法活动记录: the list, a new one, one of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy.questions import GRADE_WORDS
from yangguang.registry import keyset
from yangguang.registry import queries as people
from yangguang.registry.forms import now
from yangguang.registry.models import Officer
from yangguang.registry.web import Asked, page
from yangguang.training.views import officer as register

from . import actions, queries
from . import activity as rules
from .forms import ActivityFilter, ActivityForm, searched

ROLES = ("officer", "head", "supervisor")
PAGE = 20
COLUMNS = ["活动", "时间", "地点", "执法人员", "当事人的确认"]


@page(*ROLES)
def activities(request: Asked) -> HttpResponse:
    """现场执法活动记录."""
    form = ActivityFilter(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.activities(request.caller, given.get("q") or "", given.get("acknowledged") or "")
    found = keyset.page(rows, request.GET, ("-started_at", "-id"), PAGE)
    shown = [
        {
            "url": reverse("inspection:activity", args=[one.pk]),
            "cells": [
                one.activity,
                timezone.localtime(one.started_at).strftime("%Y-%m-%d %H:%M"),
                one.place,
                f"{one.by.name}、{one.second.name}",
                one.get_acknowledged_display(),
            ],
        }
        for one in found.rows
    ]
    given_any, may = any(given.values()), request.caller.has("officer")
    context = {"form": form, "columns": COLUMNS, "rows": shown, "found": found, "filtered": given_any, "may": may}
    return render(request, "inspection/activities.html", context)


@page("officer")
def new(request: Asked) -> HttpResponse:
    """记录一次现场执法活动."""
    caller, asked = request.caller, searched(request)
    demanded = rules.demands(caller.body)
    today = timezone.localdate()
    able = people.with_standing(list(people.officers(caller.scope, today)), today)
    staff = [one.officer for one in able if one.standing.valid and one.officer.key != caller.officer.key]
    options: dict[str, Any] = {"caller": caller, "asked": asked, "rules": demanded, "staff": staff}
    if request.method == "POST" and "find" not in request.POST:
        form = ActivityForm(request.POST, **options)
        if form.is_valid():
            made = form.run(actions.record_activity, by=caller.officer, at=now(), **form.given())
            if made is not None:
                messages.success(request, "现场活动已记录，文书已制作，救济的权利和渠道写在文书里")
                pk = str(made.fact_ref).partition(":")[2] if form.repeated else made.pk
                return redirect("inspection:activity", pk=pk)
    else:
        form = ActivityForm(initial=request.POST.dict() if request.method == "POST" else None, **options)
    context = {"form": form, "rules": demanded, "party_q": asked, "here": request.path}
    return render(request, "inspection/activity_new.html", context, status=422 if form.errors else 200)


@page(*ROLES)
def activity(request: Asked, pk: Any) -> HttpResponse:
    """One activity: how the officers made themselves known, what was told, what the party answered, the paper."""
    found = get_object_or_404(queries.activities(request.caller), pk=pk)
    facts = [
        (
            "时间",
            f"{timezone.localtime(found.started_at):%Y-%m-%d %H:%M} 至 {timezone.localtime(found.ended_at):%H:%M}",
        ),
        ("地点", found.place),
        ("被检查人", found.party.name if found.party else "没有特定的被检查人"),
        ("现场人员", found.present),
        ("执法事项", found.power.name if found.power else ""),
        (
            "执法人员",
            f"{found.by.name}（{found.certificate1.number}）、{found.second.name}（{found.certificate2.number}）",
        ),
        ("表明身份", rules.identity_words(found.worn, found.shown, found.throughout)),
        ("本机关的要求", GRADE_WORDS[found.identity_rule]),
        ("着装", f"{found.get_uniform_display()}{'：' + found.uniform_note if found.uniform_note else ''}"),
        ("已经告知", "、".join(found.told)),
        ("出具或者出示的文书", found.document),
        ("当事人的确认", rules.acknowledged_words(found.acknowledged, found.acknowledged_note)),
    ]
    if drawn := queries.random_matter(found.chain):
        facts.insert(0, ("随机抽查的事项", f"{drawn.matter}（{drawn.version}第 {drawn.line} 行）"))
    context = {"found": found, "facts": [fact for fact in facts if fact[1]]}
    return render(request, "inspection/activity.html", context)


@register.experience
def _activities(officer: Officer, on: date) -> list[tuple[str, int]]:
    """The visits of a person in the year before, and at how many the law was explained.  **Clause** QS-4.6f."""
    visits, explained = queries.done_by(officer.key, on)
    return [("现场执法活动", visits), ("现场说明解释法律", explained)] if visits else []
