"""服务指南和流程图: every matter, one guide, its chart, and both for printing."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.catalogue import queries as lists
from yangguang.catalogue.before import elements, papers
from yangguang.policy import charts, guides, manners, packs
from yangguang.policy.acts import Act
from yangguang.policy.errors import UnknownAct
from yangguang.policy.packs import Pack
from yangguang.registry import keyset
from yangguang.registry.models import Power
from yangguang.registry.web import Asked, page

from .. import forms, guide_papers, queries
from .base import attached, linked
from .pre import body_or_404


@page()
def home(request: Asked) -> HttpResponse:
    """服务指南: which matters have a whole one, which still lack what."""
    form = forms.Find(request.GET)
    q = form.cleaned_data["q"] if form.is_valid() else ""
    today = timezone.localdate()
    found = keyset.page(queries.powers(request.caller, today, q), request.GET, ("scope", "code", "id"), 30)
    context = {
        "rows": [_row(power, today) for power in queries.of_today(found.rows, today)],
        "found": found,
        "form": form,
        "asked": bool(q),
    }
    return render(request, "catalogue/before/guides.html", context)


def _row(power: Power, today: Any) -> dict[str, Any]:
    pack = packs.load(power.body.pack)
    missing = elements.guide_of(pack, power, today).missing if _has_act(pack, power) else ("这类执法行为的程序",)
    return {"power": power, "kind": elements.kind_words(pack, power.kind), "missing": missing}


def _has_act(pack: Pack, power: Power) -> bool:
    return any(kind == power.kind for kind, _ in pack.act_names)


def _power(request: Asked, key: UUID) -> Power:
    today = timezone.localdate()
    found = queries.of_today(list(queries.powers(request.caller, today).filter(key=key)), today)
    if not found or not _has_act(packs.load(found[0].body.pack), found[0]):
        raise Http404
    return found[0]


@page()
def guide(request: Asked, key: UUID) -> HttpResponse:
    """一项服务指南: each field with its source and clause; what is missing is named with where to fill it in."""
    power, today = _power(request, key), timezone.localdate()
    pack = packs.load(power.body.pack)
    made = elements.guide_of(pack, power, today)
    acts = [pack.act(kind, procedure) for kind, procedure in pack.act_names if kind == power.kind]
    release = queries.current(power.scope, power.kind)
    return render(
        request,
        "catalogue/before/guide.html",
        {
            "power": power,
            "guide": made,
            "fields": [{"field": one, "source": guides.SOURCES.get(one.source, "")} for one in made.fields],
            "random": elements.random_field(lists.random_list(power.scope, today), power),
            "charts": [
                {"title": one.title, "url": reverse("catalogue:before:chart", args=[power.body.key, power.kind, one.procedure])}
                for one in acts
            ],
            "mend_url": linked(("registry:one", "powers", str(power.key))),
            "published": release
            if release and any(row["key"] == str(power.key) for row in release.shown["guides"])
            else None,
            "pack": pack,
        },
    )  # fmt: skip


@page()
def guide_pdf(request: Asked, key: UUID) -> HttpResponseBase:
    """The guide with its flowchart, for the window."""
    power, today = _power(request, key), timezone.localdate()
    return attached(
        papers.pdf(
            guide_papers.guide(packs.load(power.body.pack), power, lists.random_list(power.scope, today), today), today
        ),
        "application/pdf",
        f"{power.name}服务指南.pdf",
    )


def _act(request: Asked, body: UUID, kind: str, procedure: str) -> tuple[Pack, Act]:
    of = body_or_404(request, body)
    pack = packs.load(of.pack)
    try:
        return pack, pack.act(kind, procedure)
    except UnknownAct as error:
        raise Http404 from error


@page()
def chart(request: Asked, body: UUID, kind: str, procedure: str) -> HttpResponse:
    """流程图: drawn from the procedure cases run on, with the same in words."""
    pack, act = _act(request, body, kind, procedure)
    today = timezone.localdate()
    context = {
        "pack": pack, "act": act, "body": body, "kind": kind, "steps": charts.outline(pack, act, on=today),
        "manners": [(step.title, manners.of(pack, act, step, today)) for step in act.steps],
        "svg": reverse("catalogue:before:chart_svg", args=[body, kind, procedure]),
    }  # fmt: skip
    return render(request, "catalogue/before/chart.html", context)


@page()
def chart_svg(request: Asked, body: UUID, kind: str, procedure: str) -> HttpResponseBase:
    pack, act = _act(request, body, kind, procedure)
    return attached(charts.svg(pack, act, on=timezone.localdate()), "image/svg+xml", f"{act.title}流程图.svg")
