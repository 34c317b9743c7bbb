"""已公布: the lists, the disclosures beforehand and the policy documents of a body, as they were published."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.models import PORTAL, ListPublication
from yangguang.policy import packs
from yangguang.registry.queries import public as register
from yangguang.vault import store

from ..web import public

SECONDS = 60
OTHER = "other"  # the kind of those policy documents that none of the named kinds fits
MANY = 100  # a body has seven lists, eight kinds of act and about thirty documents, each in versions


def _lists() -> Any:
    return ListPublication.objects.using(register.PORTAL).filter(channel=PORTAL, shown__isnull=False)


def coming(row: ListPublication) -> bool:
    """Whether this version is published and not yet in force: the one before it stands until then."""
    return bool(row.shown["in_force_from"] > timezone.localdate().isoformat()) if row.shown else False


def of_body(key: UUID, name: str) -> list[dict[str, Any]]:
    """What a body has published here, the version in force of each, in groups: three queries."""
    pre = (
        PreRelease.objects.using(register.PORTAL).filter(body_key=key).order_by("-number", "-id").defer("shown")[:MANY]
    )
    lists = _lists().filter(shown__body=name).order_by("-on", "-id")[:MANY]
    policies = PolicyRelease.objects.using(register.PORTAL).filter(body_key=key).order_by("-on", "-id")[:MANY]
    return [
        {"title": title, "rows": rows}
        for title, rows in (
            ("事前公开", _newest(pre, lambda one: one.kind, "portal:published_pre")),
            ("清单", _newest(lists, lambda one: (one.kind, coming(one)), "portal:published_list")),
            ("制度文件", _newest(policies, _same_policy, "portal:published_policy")),
        )
        if rows
    ]


def _same_policy(row: PolicyRelease) -> tuple[str, str]:
    """What a later document replaces: the one of its kind; of those without a kind of their own, the one of its title."""
    return row.kind, row.title if row.kind == OTHER else ""


def _newest(found: Any, same: Any, page: str) -> list[dict[str, Any]]:
    rows: dict[Any, dict[str, Any]] = {}
    for one in found:
        listed = (one.shown or {}).get("title", "") if isinstance(one, ListPublication) else ""
        title = listed or getattr(one, "title", "") or _kind(one.kind)
        later = one.shown["in_force_from"] if isinstance(one, ListPublication) and one.shown and coming(one) else ""
        line = {"title": title, "on": one.on, "later": later, "url": reverse(page, args=[one.pk])}
        rows.setdefault(same(one), line)
    return list(rows.values())


def _kind(code: str) -> str:
    return f"{(packs.load('cn').facts['kind'].choices or {}).get(code, code)}事前公开"


def _one(found: Any, pk: UUID) -> Any:
    row = found.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _newer(same: Any, row: Any, newest: tuple[str, ...], page: str) -> str:
    """Where the version stands that has replaced this one; "" where this one still does."""
    last = same.order_by(*newest).only("pk").first()
    return "" if last is None or last.pk == row.pk else reverse(page, args=[last.pk])


@require_safe
@public(SECONDS)
def published_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One published version of a list, row by row."""
    row = _one(_lists(), pk)
    same = _lists().filter(scope=row.scope, kind=row.kind, shown__in_force_from__lte=timezone.localdate().isoformat())
    given = {
        "row": row,
        "it": row.shown,
        "in_force": date.fromisoformat(row.shown["in_force_from"]),
        "rows": [list(zip(row.shown["columns"], cells, strict=True)) for cells in row.shown["rows"]],
        "newer": "" if coming(row) else _newer(same, row, ("-on", "-id"), "portal:published_list"),
    }
    return render(request, "portal/registers/published_list.html", given)


@require_safe
@public(SECONDS)
def published_pre(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a body shows before it acts, in the words of the day it was published."""
    row = _one(PreRelease.objects.using(register.PORTAL), pk)
    same = PreRelease.objects.using(register.PORTAL).filter(body_key=row.body_key, kind=row.kind)
    newer = _newer(same, row, ("-number", "-id"), "portal:published_pre")
    return render(request, "portal/registers/published_pre.html", {"row": row, "it": row.shown, "newer": newer})


@require_safe
@public(SECONDS)
def published_chart(request: HttpRequest, pk: UUID, procedure: str) -> HttpResponseBase:
    """The flowchart that was published with it, from the vault."""
    row = _one(PreRelease.objects.using(register.PORTAL), pk)
    digest = next((one["chart"] for one in row.shown["procedures"] if one["procedure"] == procedure), "")
    if not digest or not store.has(digest):
        raise Http404
    return FileResponse(store.open(digest), content_type="image/svg+xml")


@require_safe
@public(SECONDS)
def published_guide(request: HttpRequest, pk: UUID, power: UUID) -> HttpResponse:
    """The guide of one matter, as it was published: for whoever has to go there, and for the window's wall."""
    row = _one(PreRelease.objects.using(register.PORTAL), pk)
    guide = next((one for one in row.shown["guides"] if one["key"] == str(power)), None)
    if guide is None:
        raise Http404
    same = PreRelease.objects.using(register.PORTAL).filter(body_key=row.body_key, kind=row.kind)
    given = {
        "row": row,
        "it": row.shown,
        "guide": guide,
        "newer": _newer(same, row, ("-number", "-id"), "portal:published_pre"),
        "charts": row.shown["procedures"],
    }
    return render(request, "portal/registers/published_guide.html", given)


@require_safe
@public(SECONDS)
def published_policy(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A policy document as it was approved and published."""
    row = _one(PolicyRelease.objects.using(register.PORTAL), pk)
    if not store.has(row.digest):
        raise Http404
    name = f"{row.title}.pdf" if row.mime == "application/pdf" else row.title
    return FileResponse(store.open(row.digest), content_type=row.mime, as_attachment=True, filename=name)
