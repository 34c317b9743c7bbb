"""What every page of an act has: the case, its duties, who may do it here, the form and its one action."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record import documents
from yangguang.record.formbook import queries as formbook
from yangguang.registry import forms as fields
from yangguang.registry.forms import ActionForm
from yangguang.registry.web import Asked, address, hold
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused

from . import wording

PREVIEW_DPI = 80


def the_case(request: Asked, pk: UUID) -> Case:
    hold(request, f"case:{pk}")
    case = cases.visible_to(request.caller).filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def show(request: Asked, template: str, case: Case, form: ActionForm | None, **more: Any) -> HttpResponse:
    shown = {
        "case": case,
        "form": form,
        "back": address("workbench:case", case.pk),
        "duties": wording.duty_rows(case),
        "barred": None,
        **more,
    }
    refused = shown["barred"] is not None and request.method == "POST"
    status = 409 if refused else 422 if form is not None and form.errors else 200
    return render(request, f"decision/{template}.html", shown, status=status)


def barred(check: Callable[..., object], *given: Any) -> Refused | None:
    """Why the reader may not do this here, said before anything is typed; the action says it again."""
    try:
        check(*given)
    except Refused as refused:
        return refused
    return None


def not_handler(request: Asked, case: Case) -> Refused | None:
    return barred(casework.must_handle, case, request.caller.officer, timezone.localdate())


def not_head(request: Asked, case: Case) -> Refused | None:
    return barred(casework.not_handler_but_head, case, request.caller.officer)


def not_yet(message: str, mend: str) -> Refused:
    return Refused(message, mend=mend)


def submit(
    request: Asked, form: ActionForm, action: Callable[..., Any], done: str, then: str, **given: Any
) -> HttpResponse | None:
    """Run the action of a valid form; the page to go to, or None where the form is to be shown again."""
    if request.method != "POST" or not form.is_valid():
        return None
    if form.run(action, by=request.caller.officer, at=fields.now(), **given) is None:
        return None
    messages.success(request, "这次提交已经办理，没有重复办理" if form.repeated else done)
    return redirect(then)


def then(case: Case, name: str = "workbench:case", *more: Any) -> str:
    return address(name, case.pk, *more) or reverse("decision:decide", args=[case.pk])


def new_form(form: type[ActionForm], request: Asked, case: Case, **initial: Any) -> ActionForm:
    return form(request.POST if request.method == "POST" else None, seen=trail.head(case.chain), initial=initial)


def preview(scope: str, code: str, data: dict[str, Any], on: date) -> dict[str, Any]:
    """The document as it will be, on the body's own form, marked as a draft: pictures of its pages and its words."""
    form = formbook.form_of(scope, code, on)
    try:
        drawn = documents.render(code, data, on=on, draft=True, form=form)
    except documents.BadDocument as error:
        return {"error": error, "pages": [], "text": ""}
    pages = [
        "data:image/png;base64," + base64.b64encode(image).decode()
        for image in documents.page_images(drawn.pdf, dpi=PREVIEW_DPI)
    ]
    return {"error": None, "pages": pages, "text": documents.text(code, data, on=on, form=form)}
