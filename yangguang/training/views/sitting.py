"""应试: begin, answer page by page, hand in, read the result.  No answer is in a page before the exam is over."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from yangguang.registry.forms import now
from yangguang.registry.web import Asked, page
from yangguang.trail.errors import Refused

from .. import actions, drawing, queries
from ..forms import EmptyForm, choices_of, minutes_left
from ..models import Question, Result, Sitting
from .shared import posted

PER_PAGE = 10


@page()
def begin(request: Asked, pk: UUID) -> HttpResponse:
    """考前须知, and the button that starts the clock."""
    admission = get_object_or_404(queries.own_admissions(request.caller.officer.key), pk=pk)
    sitting = getattr(admission, "sitting", None)
    if sitting is not None:
        return redirect("training:sitting", pk=sitting.pk)
    form = EmptyForm(posted(request))
    if form.is_bound and form.is_valid():
        done = form.run(actions.sit, by=request.caller.officer, at=now(), admission=admission)
        if isinstance(done, Sitting):
            return redirect("training:sitting", pk=done.pk)
        if done is not None:
            return redirect("training:mine")
    moment = timezone.now()
    return render(
        request,
        "training/begin.html",
        {
            "admission": admission,
            "paper": admission.paper,
            "form": form,
            "open": admission.paper.opens_at <= moment < admission.paper.closes_at,
        },
        status=409 if form.is_bound else 200,
    )


@page()
def sitting(request: Asked, pk: UUID) -> HttpResponse:
    """答题: one page of questions; every button saves the page first."""
    found = get_object_or_404(queries.own_sittings(request.caller.officer.key), pk=pk)
    if hasattr(found, "result"):
        return redirect("training:result", pk=found.result.pk)
    questions, moment = queries.asked(found), timezone.now()
    pages = max(1, -(-len(questions) // PER_PAGE))
    number = _number(request, pages)
    shown = questions[(number - 1) * PER_PAGE : number * PER_PAGE]
    saved = queries.chosen(found)
    refused = None
    if request.method == "POST":
        refused, ticked = _save(request, found, shown, saved)
        if refused is None:
            return redirect(_next(request, found, number, pages))
        saved = {**saved, **ticked}
    return render(
        request,
        "training/sitting.html",
        {
            "sitting": found,
            "paper": found.admission.paper,
            "rows": _rows(shown, saved, (number - 1) * PER_PAGE),
            "number": number,
            "pages": _pages(questions, saved, number, pages),
            "last": number == pages,
            "left": minutes_left(found.ends_at, moment),
            "over": moment > queries.may_write_until(found),
            "answered": sum(1 for one in saved.values() if one),
            "many": len(questions),
            "refused": refused,
        },
        status=409 if refused else 200,
    )


def _number(request: Asked, pages: int) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 5 else 1


def _save(
    request: Asked, sitting: Sitting, shown: list[Question], saved: dict[str, list[str]]
) -> tuple[Refused | None, dict[str, list[str]]]:
    """Save what changed on this page; a page sent twice leaves one row."""
    ticked = choices_of(request.POST, shown)
    changed = {pk: letters for pk, letters in ticked.items() if sorted(letters) != sorted(saved.get(pk, []))}
    if not changed:
        return None, ticked
    try:
        actions.answer(by=request.caller.officer, at=now(), sitting=sitting, given=changed)
    except Refused as refused:
        return refused, ticked
    return None, ticked


def _next(request: Asked, sitting: Sitting, number: int, pages: int) -> str:
    go = request.POST.get("go", "save")
    if go == "finish":
        return reverse("training:hand_in", args=[sitting.pk])
    if go.isdecimal() and len(go) < 5:
        number = int(go)
    else:
        number += {"next": 1, "prev": -1}.get(go, 0)
    where = reverse("training:sitting", args=[sitting.pk])
    if go == "save":
        messages.success(request, "本页答案已保存")
    return f"{where}?{urlencode({'page': min(max(number, 1), pages)})}"


def _rows(shown: list[Question], saved: dict[str, list[str]], before: int) -> list[dict[str, Any]]:
    """What a candidate sees of a question: never its answer, explanation, clause or author."""
    return [
        {
            "number": before + n,
            "id": str(one.pk),
            "type": one.get_type_display(),
            "many": one.type == Question.Type.MULTIPLE,
            "text": one.text,
            "options": [
                {"letter": letter, "text": text, "on": letter in saved.get(str(one.pk), [])}
                for letter, text in one.lettered
            ],
        }
        for n, one in enumerate(shown, start=1)
    ]


def _pages(questions: list[Question], saved: dict[str, list[str]], number: int, pages: int) -> list[dict[str, Any]]:
    rows = []
    for n in range(1, pages + 1):
        part = questions[(n - 1) * PER_PAGE : n * PER_PAGE]
        blank = sum(1 for one in part if not saved.get(str(one.pk)))
        rows.append({"number": n, "blank": blank, "current": n == number})
    return rows


@page()
def hand_in(request: Asked, pk: UUID) -> HttpResponse:
    """交卷: how many are blank, then once and for all."""
    found = get_object_or_404(queries.own_sittings(request.caller.officer.key), pk=pk)
    if hasattr(found, "result"):
        return redirect("training:result", pk=found.result.pk)
    form = EmptyForm(posted(request))
    if form.is_bound and form.is_valid():
        done = form.run(actions.hand_in, by=request.caller.officer, at=now(), sitting=found)
        if isinstance(done, Result):
            return redirect("training:result", pk=done.pk)
        if done is not None:
            return redirect("training:mine")
    saved = queries.chosen(found)
    moment = timezone.now()
    return render(
        request,
        "training/hand_in.html",
        {
            "sitting": found,
            "paper": found.admission.paper,
            "form": form,
            "blank": sum(1 for pk in found.questions if not saved.get(pk)),
            "many": len(found.questions),
            "over": moment > queries.may_write_until(found),
            "left": minutes_left(found.ends_at, moment),
        },
        status=409 if form.is_bound else 200,
    )


@page()
def result(request: Asked, pk: UUID) -> HttpResponse:
    """成绩通知书; after the exam is over, with the right answers.

    Others than the person: who answers for people of that body.
    """
    found = get_object_or_404(queries.results_open_to(request.caller), pk=pk)
    over = found.paper is not None and timezone.now() > found.paper.over_at
    sat = found.sitting
    return render(
        request,
        "training/result.html",
        {
            "result": found,
            "own": found.officer_key == request.caller.officer.key,
            "over": over,
            "rows": _marked(found, sat) if over and sat else [],
            "sitting": sat if over else None,
        },
    )


def _marked(result: Result, sitting: Sitting) -> list[dict[str, Any]]:
    rows = []
    for number, one in enumerate(queries.asked(sitting), start=1):
        chosen = result.given.get(str(one.pk), [])
        rows.append(
            {
                "number": number,
                "question": one,
                "chosen": "".join(sorted(chosen)),
                "right": drawing.right(one, chosen),
                "because": queries.cited(result.officer.body, one.clause),
                "points": result.paper.points[one.type] if result.paper else 0,
            }
        )
    return rows
