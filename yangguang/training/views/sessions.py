"""Sessions: who taught what, who attended, the list that is imported, the row that is corrected."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from .. import actions, queries, roll
from ..forms import AttendForm, CancelForm, CorrectForm, RollForm, SessionFilter, SessionForm, chosen
from ..models import Attendance, Session
from .shared import ORGANISERS, READERS, form_page, listed, offered, picked, posted, said

PLANS_OFFERED = 200


def _crumbs(session: Session | None = None) -> list[tuple[str, str]]:
    found = [("培训场次", reverse("training:sessions"))]
    return [*found, (session.title, reverse("training:session", args=[session.pk]))] if session else found


@page()
def sessions(request: Asked) -> HttpResponse:
    """培训场次, the latest first."""
    form = SessionFilter(request.GET)
    found = queries.sessions(request.caller, **chosen(form))
    shown = keyset.page(found, request.GET, ("-starts_at", "-id"))
    return listed(
        request,
        "training/sessions.html",
        {"form": form, "page": shown, "rows": shown.rows, "may": request.caller.has(*ORGANISERS)},
    )


@page(*ORGANISERS)
def session_new(request: Asked) -> HttpResponse:
    """安排培训场次, of a plan or by itself."""
    plans = list(queries.plans(request.caller)[:PLANS_OFFERED])
    of_plan = next((one for one in plans if str(one.key) == request.GET.get("plan")), None)
    initial = {"plan_key": str(of_plan.key), "kind": of_plan.kind} if of_plan else {}
    form = SessionForm(posted(request), plans=plans, initial=initial)
    if form.is_bound and form.is_valid():
        done = form.run(actions.hold, by=request.caller.officer, at=now(), **form.given())
        if done is not None:
            said(request, form, "场次已安排")
            return (
                redirect("training:session", pk=done.pk) if isinstance(done, Session) else redirect("training:sessions")
            )
    return form_page(request, form, title="安排培训场次", button="安排", crumbs=_crumbs())


@page()
def session(request: Asked, pk: UUID) -> HttpResponse:
    """一个场次: what was taught; for who answers for people, who attended."""
    found = get_object_or_404(queries.sessions(request.caller), pk=pk)
    reads = request.caller.has(*READERS)
    shown = keyset.page(queries.attended(request.caller, found), request.GET, ("scope", "officer__name", "id"))
    return render(
        request,
        "training/session.html",
        {
            "session": found,
            "plan": queries.plan(found.plan_key) if found.plan_key else None,
            "hours": queries.demand(request.caller.body.pack).in_hours(found.minutes),
            "off": getattr(found, "cancellation", None),
            "own": found.scope.startswith(request.caller.scope),
            "page": shown if reads else None,
            "may": request.caller.has(*ORGANISERS),
            "begun": found.starts_at <= timezone.now(),
        },
    )


@page(*ORGANISERS)
def cancel(request: Asked, pk: UUID) -> HttpResponse:
    """取消场次."""
    found = get_object_or_404(queries.sessions(request.caller), pk=pk)
    form = CancelForm(posted(request), seen=trail.head(found.chain))
    if form.is_bound and form.is_valid():
        done = form.run(
            actions.cancel, by=request.caller.officer, at=now(), session=found, reason=form.cleaned_data["reason"]
        )
        if done is not None:
            said(request, form, "场次已取消，参训人员的学时不再计入")
            return redirect("training:session", pk=pk)
    return form_page(
        request,
        form,
        title="取消场次",
        button="取消场次",
        crumbs=_crumbs(found),
        lead=f"{found.title}，已登记参训 {queries.attended(request.caller, found).count()} 人；取消不删除记录，学时不再计入",
    )


@page(*ORGANISERS)
def attend(request: Asked, pk: UUID) -> HttpResponse:
    """登记一人参训."""
    found = get_object_or_404(queries.sessions(request.caller), pk=pk)
    people, search = offered(request)
    form = AttendForm(posted(request), people=people)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.attend,
            by=request.caller.officer,
            at=now(),
            session=found,
            officer=picked(people, data["officer"]),
            minutes=data["minutes"],
            proof=data["proof"],
        )
        if done is not None:
            said(request, form, "已登记参训")
            return redirect("training:session", pk=pk)
    return form_page(
        request,
        form,
        title="登记参训",
        button="登记",
        crumbs=_crumbs(found),
        lead=f"{found.title}，全程 {found.minutes} 分钟",
        search=search,
    )


@page(*ORGANISERS)
def attendance_list(request: Asked, pk: UUID) -> HttpResponse:
    """导入参训名单: tried first, then entered; a bad row stops no other and enters nothing."""
    found = get_object_or_404(queries.sessions(request.caller), pk=pk)
    sent = request.method == "POST"
    form = RollForm(request.POST if sent else None, request.FILES if sent else None, session=found)
    context: dict[str, Any] = {"session": found, "form": form, "crumbs": _crumbs(found), "tried": False, "entered": 0}
    status = 200
    if sent and form.is_valid():
        lines = form.lines
        _match(request, found, lines)
        context |= {"tried": True}
        if request.POST.get("do") == "enter":
            context["entered"] = _enter(request, found, lines)
            if context["entered"] and not any(line.faults for line in lines):
                messages.success(request, f"已登记 {context['entered']} 人参训")
                return redirect("training:session", pk=pk)
        good = [line for line in lines if not line.faults]
        context |= {"lines": lines, "good": good, "faults": [one for line in lines for one in line.faults]}
        status = 422 if context["faults"] else 200
    elif sent:
        status = 422
    return render(request, "training/import.html", context, status=status)


def _match(request: Asked, session: Session, lines: list[roll.Line]) -> None:
    names = {line.name for line in lines if line.name}
    people = queries.bearing(request.caller, names, timezone.localdate())
    roll.match(lines, people, queries.keys_there(request.caller, session))


def _enter(request: Asked, session: Session, lines: list[roll.Line]) -> int:
    """Each good row by itself: what the action or the database refuses is said at that row."""
    moment = now()
    keys = [line.officer for line in lines if line.officer and not line.faults]
    people = queries.found_people(keys, request.caller.scope, timezone.localdate())
    entered = 0
    for line in lines:
        if line.faults or line.officer is None:
            continue
        try:
            actions.attend(
                by=request.caller.officer,
                at=moment,
                session=session,
                officer=people[line.officer],
                minutes=line.minutes,
                how=Attendance.How.IMPORTED,
                proof=line.proof,
            )
            entered += 1
        except Refused as refused:
            line.fault("name", line.name, refused.message, refused.mend)
        except IntegrityError:
            line.fault("name", line.name, "刚才有他人登记了这个人", "刷新名单查看")
    return entered


@page(*ORGANISERS)
def correct(request: Asked, pk: UUID) -> HttpResponse:
    """更正参训记录."""
    row = get_object_or_404(queries.attendance(request.caller), pk=pk)
    form = CorrectForm(posted(request), seen=trail.head(row.chain))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.correct,
            by=request.caller.officer,
            at=now(),
            attendance=row,
            minutes=data["minutes"],
            reason=data["reason"],
        )
        if done is not None:
            said(request, form, "已更正，原记录保留")
            return redirect("training:session", pk=row.session_id)
    return form_page(
        request,
        form,
        title=f"更正：{row.officer.name}",
        button="更正",
        crumbs=_crumbs(row.session),
        lead=f"{row.session.title}，现登记 {row.minutes} 分钟（{row.get_how_display()}），全程 {row.session.minutes} 分钟",
    )
