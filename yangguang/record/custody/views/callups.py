"""调阅: everything about one party or one case at once, for a stated purpose; and who watches over it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.models import Party
from yangguang.registry.web import Asked, page

from ... import queries as record
from ...models import Dossier
from .. import forms, queries, watch
from ..actions import callups as actions
from .base import matter_page, posted


@page(*record.READERS)
def call_up(request: Asked) -> HttpResponseBase:
    """Look for the party or the case, say what for, and see everything."""
    find = forms.Find(request.GET)
    text = find.cleaned_data["q"].strip() if find.is_valid() else ""
    caller = request.caller
    abouts: dict[str, Party | Dossier] = {}
    if text:
        abouts |= {f"party:{one.key}": one for one in queries.parties_named(caller, text)}
        abouts |= {f"case:{one.pk}": one for one in queries.dossiers_named(caller, text)}
    uses = queries.purposes(caller.body, timezone.localdate())
    form = forms.CallUpForm(
        posted(request), found=[(key, _said(one)) for key, one in abouts.items()], uses=tuple(uses.value or ())
    )
    if request.method == "POST" and form.is_valid():
        about = abouts[form.cleaned_data["about"]]
        dossiers = queries.dossiers_of(caller, about)
        items = queries.material(caller, dossiers)
        done = form.run(
            actions.call_up,
            by=caller.officer,
            at=now(),
            about=about,
            purpose=form.cleaned_data["purpose"],
            reason=form.cleaned_data["reason"],
            allowed=uses.value or (),
            dossiers=[one.pk for one in dossiers],
            items=sum(len(found) for found in items.values()),
        )
        if done is not None:
            own = reverse("record:callups")
            return redirect(own if form.repeated else reverse("record:callup_one", args=[done.pk]))
    shown = {"find": find, "text": text, "form": form, "found": len(abouts), "uses": uses}
    return render(request, "record/callup.html", shown, status=422 if form.errors else 200)


def _said(about: Party | Dossier) -> str:
    if isinstance(about, Party):
        return f"相对人：{about.name}（{about.get_kind_display()}{'，' + about.uscc if about.uscc else ''}）的全部案件"
    return f"案件：{about.title}"


@page(*record.READERS)
def callup_one(request: Asked, pk: UUID) -> HttpResponse:
    """What was called up: each file with all its text and recordings."""
    found = queries.callups(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    about = found.party or found.dossier
    dossiers = queries.dossiers_of(request.caller, about) if about else []
    items = queries.material(request.caller, dossiers)
    rows: list[dict[str, Any]] = [
        {
            "dossier": one,
            "archive": getattr(one, "archive", None),
            "url": matter_page(one),
            "text": [item for item in items[one.pk] if item.medium == "text"],
            "media": [item for item in items[one.pk] if item.medium != "text"],
        }
        for one in dossiers
    ]
    total = sum(len(row["text"]) + len(row["media"]) for row in rows)
    return render(request, "record/callup_one.html", {"callup": found, "rows": rows, "total": total})


@page(*record.READERS)
def callups(request: Asked) -> HttpResponse:
    """Who called up what, and readings that stand out; without the office of watching, one's own."""
    watches = request.caller.has(*queries.WATCHERS)
    found = keyset.page(queries.callups(request.caller), request.GET, ("-at", "-id"), 30)
    warned = watch.unusual(request.caller, timezone.localdate()) if watches else []
    shown: dict[str, Any] = {
        "page": found,
        "watches": watches,
        "warned": [
            {"it": one, "url": f"{reverse('record:readings')}?reader={one.reader_key}&day={one.day.isoformat()}"}
            for one in warned
        ],
        "rules": watch.explained(),
        "days": watch.DAYS,
    }
    return render(request, "record/callups.html", shown)


@page(*queries.WATCHERS)
def readings(request: Asked) -> HttpResponse:
    """Readings, newest first; of one person or one day where the address says so."""
    rows = queries.readings(request.caller)
    day = forms.day_of(request.GET.get("day", ""))
    who = request.GET.get("reader", "")
    try:
        rows = rows.filter(reader_key=UUID(who)) if who else rows
    except ValueError:
        who = ""
    rows = rows.filter(at__date=day) if day else rows
    found = keyset.page(rows, request.GET, ("-at", "-id"))
    queries.named(found.rows)
    shown = {
        "page": found,
        "day": day,
        "name": found.rows[0].who if who and found.rows else "",
        "narrow": bool(day or who),
    }
    return render(request, "record/readings.html", shown)
