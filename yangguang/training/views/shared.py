"""What the pages of training share."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry.forms import ActionForm
from yangguang.registry.models import Officer
from yangguang.registry.web import Asked

from .. import queries
from ..forms import PersonFilter, chosen

ORGANISERS = ("supervisor", "admin")
READERS = ("supervisor", "admin", "head")
ISSUERS = ("supervisor",)  # of certificates, as in the registry
PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("我的学习", "mine", ()),
    ("培训计划", "plans", ()),
    ("培训场次", "sessions", ()),
    ("学时", "hours", READERS),
    ("考试", "papers", READERS),
    ("考试成绩", "results", READERS),
    ("合格与发证", "certificates", READERS),
    ("题库", "bank", ORGANISERS),
)
OFFERED = 100  # people in one list to choose from; a name narrows it


def posted(request: Asked) -> Any:
    """What was sent, also where nothing at all was ticked or typed."""
    return request.POST if request.method == "POST" else None


def listed(request: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    """A list of this stage, with the way to the other lists its reader may open."""
    places = [
        {"label": label, "url": (url := reverse(f"training:{name}")), "current": url == request.path}
        for label, name, roles in PLACES
        if not roles or request.caller.has(*roles)
    ]
    return render(request, template, {**context, "places": places})


def form_page(request: Asked, form: ActionForm, *, title: str, button: str, crumbs: Any, **more: Any) -> HttpResponse:
    """A form by itself: its fields one below the other, one button.

    **Shape** `crumbs`: [(label, address)] of the pages above; `more`: lead, note, because, search.
    """
    shown = {"lead": "", "note": "", "because": (), "search": None, **more}
    fields = list(form.visible_fields())
    return render(
        request,
        "training/form.html",
        {**shown, "form": form, "fields": fields, "title": title, "button": button, "crumbs": crumbs},
        status=422 if form.is_bound else 200,
    )


def offered(request: Asked) -> tuple[list[Officer], PersonFilter]:
    """The people of the caller's part to choose from, narrowed by the name in the address."""
    form = PersonFilter(request.GET)
    found = queries.people(request.caller, timezone.localdate())
    if name := chosen(form).get("q"):
        found = found.filter(name__icontains=name)
    return list(found[:OFFERED]), form


def picked(people: list[Officer], key: str) -> Officer:
    """The one of these people the form named."""
    return next(one for one in people if str(one.key) == key)


def said(request: Asked, form: ActionForm, words: str) -> None:
    messages.success(request, "这次提交已经办理，没有重复办理" if form.repeated else words)
