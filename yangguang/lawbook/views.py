"""The law book at work: which rules are signed, and signing one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from yangguang.policy import packs, texts
from yangguang.registry import queries as registry
from yangguang.registry.forms import now
from yangguang.registry.models import Qualification
from yangguang.registry.web import Asked, address, page
from yangguang.trail import queries as trail

from . import actions, queries
from .forms import Filter, SignForm

PAGE = 50
READERS = ("officer", "reviewer", "head", "supervisor", "auditor")
TONES = {"agreed": "ok", "objected": "bad", "changed": "warn", "none": "quiet"}


def _pack(layer: str) -> packs.Pack:
    if layer not in packs.names():
        raise Http404(f"没有法条包 {layer}")
    return packs.load(layer)


@page(*READERS)
def home(request: Asked) -> HttpResponse:
    """法规库: every pack, how much of it lawyers have signed, and the editions cases are bound to."""
    rows = []
    for name in packs.names():
        found = queries.signed(name)
        tally = queries.tally(found)
        rows.append({"pack": packs.load(name), "many": len(found), "tally": tally})
    return render(request, "lawbook/home.html", {"rows": rows, "editions": queries.adopted()[:20]})


@page(*READERS)
def rules(request: Asked, layer: str) -> HttpResponse:
    """规则清单: the rules of one pack folder with their sign-offs."""
    pack = _pack(layer)
    form = Filter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    text, section, state = (given.get(name) or "" for name in ("q", "section", "state"))
    found = [
        row
        for row in queries.signed(layer)
        if (not section or row.rule.section == section)
        and (not state or row.state == state)
        and (not text or text.casefold() in f"{row.rule.title} {row.rule.name} {row.rule.words}".casefold())
    ]
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    more = {name: value for name, value in (("q", text), ("section", section), ("state", state)) if value}

    def turn(number: int) -> str:
        return f"?{urlencode({**more, 'page': number})}"

    return render(
        request,
        "lawbook/rules.html",
        {
            "pack": pack,
            "form": form,
            "rows": [_row(row) for row in shown],
            "total": len(found),
            "first": shown.start_index(),
            "prev_url": turn(shown.previous_page_number()) if shown.has_previous() else "",
            "next_url": turn(shown.next_page_number()) if shown.has_next() else "",
        },
    )


def _row(row: queries.Signed) -> dict[str, Any]:
    return {"row": row, "section": texts.SECTIONS[row.rule.section], "tone": TONES[row.state]}


def _in_plain_words(words: texts.RuleText) -> str:
    """Where the public reads the same rule in Chinese sentences, with its examples and a form to try it."""
    pages = {"question": "question", "deadline": "deadline", "gate": "gate"}
    if words.section in pages:
        return address(f"portal:law:{pages[words.section]}", words.layer, words.name)
    if words.section == "step":
        return address("portal:law:act", words.layer, *words.name.split(".")[:2])
    return address(f"portal:law:{words.section}s", words.layer) if words.section in ("parameter", "resolution") else ""


@page(*READERS)
def rule(request: Asked, layer: str, name: str) -> HttpResponse:
    """一条规则: its words and quotations, who signed, and signing it."""
    pack = _pack(layer)
    key = f"{layer}/{name}"
    words = texts.rules(layer).get(key)
    if words is None:
        raise Http404(f"法条包 {layer} 没有规则 {name}")
    history = queries.history(key)
    held = registry.qualification(request.caller.officer, timezone.localdate())
    may = held is not None and held.kind == Qualification.Kind.LEGAL_PROFESSIONAL
    posted = request.POST if request.method == "POST" else None
    form = SignForm(posted, seen=trail.head(f"law:{layer}"), initial={"digest": words.digest})
    status = 200
    if posted is not None and form.is_valid():
        done = form.run(actions.sign, by=request.caller.officer, at=now(), layer=layer, key=key, **form.given())
        if done is not None:
            messages.success(request, f"“{words.title}”已记录您的意见")
            return redirect("lawbook:rule", layer=layer, name=name)
    if posted is not None:
        status = 422
    return render(
        request,
        "lawbook/rule.html",
        {
            "pack": pack,
            "rule": words,
            "section": texts.SECTIONS[words.section],
            "history": history,
            "plain_url": _in_plain_words(words),
            "citations": [pack.clause(clause) for clause in words.clauses],
            "may": may,
            "form": form,
        },
        status=status,
    )
