"""What the pages of a review share: the submission asked for, one page for one act, and away when it is done."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from yangguang.registry.forms import ActionForm, now
from yangguang.registry.web import Asked

from . import queries
from .models import Submission


def submission_or_404(request: Asked, pk: UUID) -> Submission:
    found: Submission = get_object_or_404(queries.visible_to(request.caller), pk=pk)
    found.proposal.case = found.case
    return found


def posted(request: Asked) -> Any:
    """What was sent, also where nothing at all was ticked or typed."""
    return request.POST if request.method == "POST" else None


def back_to(submission: Submission) -> str:
    return reverse("review:review", args=[submission.pk])


def act(
    request: Asked,
    form: ActionForm,
    action: Callable[..., Any],
    given: Callable[[], dict[str, Any]],
    *,
    title: str,
    label: str,
    back: str,
    said: str,
    lead: str = "",
    because: Any = (),
    notes: tuple[str, ...] = (),
    barred: Any = None,
    parent: tuple[str, str] = ("", ""),
    extra: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """A page for one act: the form, the refusal with its mend, and away when it is done.

    **Shape** `parent`: label and address of the page above; `barred`: why the act is not open to this reader.
    """
    if request.method == "POST" and barred is None and form.is_valid():
        done = form.run(action, by=request.caller.officer, at=now(), **given())
        if done is not None:
            messages.success(request, "这次提交已经办理，没有重复办理" if form.repeated else said)
            return redirect(back)
    wrong = request.method == "POST" and (barred is not None or bool(form.errors))
    status = 409 if wrong and barred is not None else 422 if wrong else 200
    context = {
        "form": form, "title": title, "label": label, "back": back, "lead": lead, "because": because, "notes": notes,
        "barred": barred, "parent": parent, **(extra or {}),
    }  # fmt: skip
    answer: HttpResponse = render(request, "review/act.html", context, status=status)
    return answer
