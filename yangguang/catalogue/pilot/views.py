"""三项制度覆盖: every body with what it pilots and where its three systems stand; choosing, and marking key units."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.catalogue.before.views.base import act, own_body, posted
from yangguang.catalogue.before.views.pre import body_or_404
from yangguang.policy import packs
from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from . import actions, forms, kinds, queries

BODIES = 20


@page()
def home(request: Asked) -> HttpResponse:
    """三项制度覆盖: what each body pilots and whether each of the three systems is in force for it."""
    caller, today = request.caller, timezone.localdate()
    form = forms.Find(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    only = given.get("key") == "1"
    found = keyset.page(queries.bodies(caller, today, given.get("q") or "", only), request.GET, ("scope", "id"), BODIES)
    return render(
        request,
        "catalogue/pilot/home.html",
        {
            "rows": [_row(one) for one in queries.coverage(found.rows, today)],
            "systems": list(queries.LISTS),
            "found": found,
            "form": form if caller.has("supervisor") else None,
            "asked": any(given.values()),
        },
    )


def _row(one: queries.Coverage) -> dict[str, Any]:
    words = packs.load(one.body.pack).facts["kind"].choices or {}
    return {
        "body": one.body,
        "pilot": one.pilot,
        "source": one.pilot.source.value,
        "open": one.pilot.source is kinds.Source.OPEN,
        "kinds": [words[kind] for kind in one.pilot.kinds] if one.pilot.source is not kinds.Source.ALL else [],
        "held": [row.title for row in one.kinds],
        "whole": [(system, one.whole(system), bool(one.kinds)) for system in queries.LISTS],
        "url": reverse("catalogue:pilot:body", args=[one.body.key]),
    }


@page()
def body(request: Asked, body: UUID) -> HttpResponse:
    """One body: kind by kind, what each of the three systems still lacks; where its kinds come from."""
    of, today = body_or_404(request, body), timezone.localdate()
    [found] = queries.coverage([of], today)
    pack, caller = packs.load(of.pack), request.caller
    words = pack.facts["kind"].choices or {}
    own = caller.scope == of.scope
    return render(
        request,
        "catalogue/pilot/body.html",
        {
            "body": of,
            "row": _row(found),
            "found": found,
            "systems": list(queries.LISTS),
            "choices": [
                {"row": one, "kinds": [words.get(kind, kind) for kind in one.kinds]}
                for one in queries.choices(of.scope)
            ],
            "marks": list(queries.marks(of.scope)),
            "may_choose": own
            and caller.has("head", "disclosure")
            and kinds.asked(pack)
            and found.pilot.source is not kinds.Source.ANNEX,
            "may_mark": not own and caller.has("supervisor") and pack.parameter("key_units").value is not None,
        },
    )


@page("head", "disclosure")
def choose(request: Asked) -> HttpResponseBase:
    """选择试点种类."""
    of, today = own_body(request.caller), timezone.localdate()
    pack, standing = packs.load(of.pack), kinds.pilot(of, today)
    words = pack.facts["kind"].choices or {}
    form = forms.ChooseForm(
        posted(request),
        seen=trail.head(f"pilot:{of.scope}"),
        kinds=list(words.items()),
        initial={"since": today, "kinds": list(standing.kinds) if standing.source is kinds.Source.OWN else []},
    )
    least, most = pack.parameter("unit_kinds_min"), pack.parameter("unit_kinds_max")
    one = pack.parameter("kinds_as_one").value or ()
    together = f"；{'、'.join(one)}合为一类" if one else ""
    return act(
        request, form, actions.choose, form.given,
        title="选择试点种类", label="确定", said="已记录试点种类",
        back=reverse("catalogue:pilot:body", args=[of.key]),
        lead=f"选择 {least.value} 至 {most.value} 类{together}" if kinds.asked(pack) else "",
        because=most.because,
        notes=(standing.gap,) if standing.gap else (),
    )  # fmt: skip


@page("supervisor")
def mark(request: Asked, body: UUID) -> HttpResponseBase:
    """标记重点试点单位."""
    of, today = body_or_404(request, body), timezone.localdate()
    named = packs.load(of.pack).parameter("key_units")
    form = forms.MarkForm(
        posted(request),
        seen=trail.head(f"pilot:{of.scope}"),
        units=tuple(named.value or ()),
        initial={"since": today, "unit": kinds.pilot(of, today).unit},
    )
    return act(
        request, form, actions.mark, lambda: {"body": of, **form.given()},
        title=f"重点试点单位：{of.name}", label="保存", said="已保存", because=named.because,
        back=reverse("catalogue:pilot:body", args=[of.key]),
        lead="方案点名的重点试点单位，试点种类以方案附件为准，不由单位选择。",
    )  # fmt: skip
