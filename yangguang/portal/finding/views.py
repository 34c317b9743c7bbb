"""搜索: one line of words for everything that is published."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from yangguang.disclosure import search
from yangguang.registry import keyset
from yangguang.registry.queries import public as register

from ..models import Found
from ..web import portal_page, public
from . import queries
from .forms import FindForm

PAGE = 20


@require_safe
@public(30)
def find(request: HttpRequest) -> HttpResponseBase:
    """Everything published that holds the words, by kind; without words, all of a kind or of a body to leaf through."""
    form = FindForm(request.GET, bodies=register.named_bodies())
    given: dict[str, Any] = {"form": form, "page": None, "results": [], "tabs": [], "asked": "", "too_short": False}
    if not form.is_valid():
        return portal_page(request, "find", given, status=400)
    asked = form.wanted
    if not any(asked.values()):
        return portal_page(request, "find", given)
    if asked["q"] and not search.query(asked["q"]):
        return portal_page(request, "find", {**given, "asked": asked["q"], "too_short": True})
    page = keyset.page(queries.find(asked["q"], asked["body"], asked["kind"]), request.GET, queries.BEST_FIRST, PAGE)
    given |= {
        "asked": asked["q"],
        "page": page,
        "results": [_result(row, asked["q"]) for row in page.rows],
        "tabs": _tabs(asked, queries.by_kind(asked["q"], asked["body"])),
    }
    return portal_page(request, "find", given)


def _tabs(asked: dict[str, str], many: dict[str, int]) -> list[dict[str, Any]]:
    """All, and each kind that has something, with how many."""

    def tab(kind: str, label: str, count: int) -> dict[str, Any]:
        kept = {name: value for name, value in {**asked, "kind": kind}.items() if value}
        return {"label": label, "count": count, "url": f"?{urlencode(kept)}", "current": kind == asked["kind"]}

    kinds = [tab(kind, queries.KINDS[kind], count) for kind, count in many.items() if count]
    if asked["kind"] and asked["kind"] not in many:
        kinds.append(tab(asked["kind"], queries.KINDS[asked["kind"]], 0))
    return [tab("", "全部", sum(many.values())), *kinds]


def _result(row: Found, asked: str) -> dict[str, Any]:
    decision = row.kind == "decision"
    return {
        "row": row,
        "url": reverse("portal:decision", args=[row.key]) if decision else row.url,
        "kind": queries.KINDS[row.kind],
        "title": search.highlight(row.title, asked),
        "gist": search.snippet(row.text, asked),
        "number": search.highlight(row.number, asked),
        "body": "" if row.kind == "body" else row.body_name,
        "on": row.on,
        "file": row.kind == "policy",
    }
