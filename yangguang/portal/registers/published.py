"""已公布: the lists, the disclosures beforehand and the policy documents of a body, as they were published."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.models import PORTAL, ListPublication
from yangguang.policy import packs
from yangguang.registry.queries import public as register
from yangguang.vault import store

from ..views import public

SECONDS = 60
MANY = 100  # a body has seven lists, eight kinds of act and about thirty documents, each in versions


def _lists() -> Any:
    return ListPublication.objects.using(register.PORTAL).filter(channel=PORTAL, shown__isnull=False)


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
            ("清单", _newest(lists, lambda one: one.kind, "portal:published_list")),
            ("制度文件", _newest(policies, lambda one: (one.kind, one.title), "portal:published_policy")),
        )
        if rows
    ]


def _newest(found: Any, same: Any, page: str) -> list[dict[str, Any]]:
    rows: dict[Any, dict[str, Any]] = {}
    for one in found:
        listed = (one.shown or {}).get("title", "") if isinstance(one, ListPublication) else ""
        title = listed or getattr(one, "title", "") or _kind(one.kind)
        rows.setdefault(same(one), {"title": title, "on": one.on, "url": reverse(page, args=[one.pk])})
    return list(rows.values())


def _kind(code: str) -> str:
    return f"{(packs.load('cn').facts['kind'].choices or {}).get(code, code)}事前公开"


def _one(found: Any, pk: UUID) -> Any:
    row = found.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@public(SECONDS)
def published_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One published version of a list, row by row."""
    row = _one(_lists(), pk)
    rows = [list(zip(row.shown["columns"], cells, strict=True)) for cells in row.shown["rows"]]
    return render(request, "portal/registers/published_list.html", {"row": row, "it": row.shown, "rows": rows})


@require_safe
@public(SECONDS)
def published_pre(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a body shows before it acts, in the words of the day it was published."""
    row = _one(PreRelease.objects.using(register.PORTAL), pk)
    return render(request, "portal/registers/published_pre.html", {"row": row, "it": row.shown})


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
def published_policy(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A policy document as it was approved and published."""
    row = _one(PolicyRelease.objects.using(register.PORTAL), pk)
    if not store.has(row.digest):
        raise Http404
    name = f"{row.title}.pdf" if row.mime == "application/pdf" else row.title
    return FileResponse(store.open(row.digest), content_type=row.mime, as_attachment=True, filename=name)
