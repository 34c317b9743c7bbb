"""考试: set one, admit people, see how it went, collect what was not handed in; results, and exams held elsewhere."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.registry import actions as known_actions
from yangguang.registry import keyset
from yangguang.registry import queries as known
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import actions, queries
from ..forms import AdmitForm, EmptyForm, OutsideForm, PaperFilter, PaperForm, ResultFilter, chosen
from ..models import Admission, Paper
from .shared import ORGANISERS, READERS, form_page, listed, offered, picked, posted, said

PLANS_OFFERED = 200


def _crumbs(paper: Paper | None = None) -> list[tuple[str, str]]:
    found = [("考试", reverse("training:papers"))]
    return [*found, (paper.title, reverse("training:paper", args=[paper.pk]))] if paper else found


@page(*READERS)
def papers(request: Asked) -> HttpResponse:
    """考试, the latest first."""
    form = PaperFilter(request.GET)
    shown = keyset.page(queries.papers(request.caller, **chosen(form)), request.GET, ("-opens_at", "-id"))
    return listed(
        request,
        "training/papers.html",
        {
            "form": form,
            "page": shown,
            "rows": shown.rows,
            "moment": timezone.now(),
            "may": request.caller.has(*ORGANISERS),
        },
    )


@page(*ORGANISERS)
def paper_new(request: Asked) -> HttpResponse:
    """组卷."""
    form = PaperForm(
        posted(request), plans=list(queries.plans(request.caller)[:PLANS_OFFERED]), body=request.caller.body
    )
    if form.is_bound and form.is_valid():
        done = form.run(actions.set_exam, by=request.caller.officer, at=now(), **form.given())
        if done is not None:
            said(request, form, "考试已设定，请准考")
            return redirect("training:paper", pk=done.pk) if isinstance(done, Paper) else redirect("training:papers")
    counts = queries.pool_counts(request.caller.scope, timezone.now())
    there = "、".join(
        f"{label} {counts.get(code, 0)} 题"
        for code, label in (("single", "单选题"), ("multiple", "多选题"), ("judgement", "判断题"))
    )
    return form_page(
        request, form, title="组卷", button="设定考试", crumbs=_crumbs(), lead=f"题库现有：{there}。每名考生各自抽题"
    )


@page(*READERS)
def paper(request: Asked, pk: UUID) -> HttpResponse:
    """一场考试: who is admitted, who sat, who passed."""
    found = get_object_or_404(queries.papers(request.caller), pk=pk)
    moment = timezone.now()
    shown = keyset.page(queries.admissions(request.caller, found), request.GET, ("scope", "officer__name", "id"))
    organises = request.caller.has(*ORGANISERS)
    late = queries.unfinished(request.caller, found, moment) if organises else []
    form = EmptyForm(posted(request))
    if request.method == "POST":
        if not organises:
            return redirect("training:paper", pk=pk)
        _collect(request, late)
        return redirect("training:paper", pk=pk)
    return render(
        request,
        "training/paper.html",
        {
            "paper": found,
            "plan": queries.plan(found.plan_key) if found.plan_key else None,
            "page": shown,
            "rows": [_admitted(one) for one in shown.rows],
            "organises": organises,
            "open": moment < found.closes_at,
            "over": moment > found.over_at,
            "late": late,
            "form": form,
        },
    )


def _admitted(admission: Admission) -> dict[str, Any]:
    sitting = getattr(admission, "sitting", None)
    return {
        "admission": admission,
        "sitting": sitting,
        "result": getattr(sitting, "result", None) if sitting else None,
    }


def _collect(request: Asked, late: list[Any]) -> None:
    """Mark what was left open: only what had been saved in time counts."""
    done = 0
    for sitting in late:
        try:
            actions.hand_in(by=request.caller.officer, at=now(), sitting=sitting)
            done += 1
        except Refused as refused:
            messages.warning(request, f"{sitting.admission.officer.name}：{refused.message}")
    messages.success(request, f"已收卷 {done} 份" if done else "没有需要收卷的")


@page(*ORGANISERS)
def admit(request: Asked, pk: UUID) -> HttpResponse:
    """准考: several people at once; who may not is said by name and stops nobody else."""
    found = get_object_or_404(queries.papers(request.caller), pk=pk)
    people, search = offered(request)
    form = AdmitForm(posted(request), people=people)
    if form.is_bound and form.is_valid():
        refused = _admit(request, found, [picked(people, key) for key in form.cleaned_data["officers"]], form)
        if not refused:
            return redirect("training:paper", pk=pk)
        form.add_error("officers", "；".join(refused))
    return form_page(
        request,
        form,
        title="准考",
        button="准考",
        crumbs=_crumbs(found),
        lead=f"{found.title}，只有获准考的人能够开始考试",
        search=search,
    )


def _admit(request: Asked, paper: Paper, people: list[Any], form: AdmitForm) -> list[str]:
    refused, done = [], []
    for officer in people:
        try:
            actions.admit(
                by=request.caller.officer, at=now(), paper=paper, officer=officer, note=form.cleaned_data["note"]
            )
            done.append(officer.name)
        except Refused as no:
            refused.append(f"{no.message}{'，' + no.mend if no.mend else ''}")
    if done:
        messages.success(request, f"已准考：{'、'.join(done)}")
    return refused


@page(*READERS)
def results(request: Asked) -> HttpResponse:
    """考试成绩 of the caller's part of the tree: the register of qualification exams, and the training tests."""
    form = ResultFilter(request.GET)
    given = chosen(form)
    tab = given.pop("tab", "exams")
    found: Any = (
        queries.tests(request.caller, **given) if tab == "tests" else known.exams(request.caller.scope, **given)
    )
    shown: keyset.Page = keyset.page(found, request.GET, ("-on", "-id"))
    tabs = (("exams", "执法资格考试"), ("tests", "培训测试"))
    return listed(
        request,
        "training/results.html",
        {
            "form": form,
            "tab": tab,
            "tabs": [
                {"label": label, "url": "?" + urlencode({"tab": code, **given}), "current": code == tab}
                for code, label in tabs
            ],
            "page": shown,
            "rows": [_result(one, tab) for one in shown.rows],
            "may": request.caller.has(*ORGANISERS),
        },
    )


def _result(one: Any, tab: str) -> dict[str, Any]:
    """One line of the list; `letter`: the result here that can be read, None for an exam held elsewhere."""
    if tab == "tests":
        return {"it": one, "letter": one.pk, "marks": f"{one.score}/{one.total} 分", "kind": one.organiser}
    letter = one.source.rpartition(":")[2] or None
    return {
        "it": one,
        "letter": letter,
        "marks": one.marks,
        "kind": "，".join(filter(None, (one.regime, one.organiser))),
    }


@page(*ORGANISERS)
def outside(request: Asked) -> HttpResponse:
    """登记外部考试成绩: a qualification exam goes into the register of exams, a training test beside those held here."""
    people, search = offered(request)
    form = OutsideForm(posted(request), people=people, body=request.caller.body)
    if form.is_bound and form.is_valid():
        officer = picked(people, form.cleaned_data["officer"])
        act = known_actions.record_exam if form.qualifies else actions.record_exam
        done = form.run(act, by=request.caller.officer, at=now(), officer=officer, **form.given())
        if done is not None:
            said(request, form, "成绩已登记")
            return redirect(reverse("training:results") + ("" if form.qualifies else "?tab=tests"))
    return form_page(
        request,
        form,
        title="登记外部考试成绩",
        button="登记",
        crumbs=[("考试成绩", reverse("training:results"))],
        lead="上级组织的执法资格考试等，凭成绩单或者合格证登记",
        search=search,
    )
