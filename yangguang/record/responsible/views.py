"""记录责任: the steps of keeping records with who answers for each, and the units that lack somebody."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page

from . import queries

READERS = ("officer", "unit_head", "head", "supervisor", "archivist", "admin")


class BodyForm(forms.Form):
    body = forms.ChoiceField(label="执法主体", required=False)


@page(*READERS)
def responsible(request: Asked) -> HttpResponse:
    """Who records, brings in, checks, archives, keeps and lends in one body."""
    caller, today = request.caller, timezone.localdate()
    known = {one.scope: one for one in registry.bodies_below(caller.scope, today)}
    form = BodyForm(request.GET)
    form.fields["body"].choices = [(one.scope, one.name) for one in known.values()]  # type: ignore[attr-defined]
    form.fields["body"].initial = caller.scope
    chosen = form.cleaned_data["body"] if form.is_valid() else ""
    body = known.get(chosen or caller.scope) or next(iter(known.values()))
    watchers = registry.holders("supervisor", caller.scope) if caller.scope != body.scope else []
    pack = packs.load(body.pack)
    shown = {
        "form": form, "body": body, "units": queries.rows(body, today),
        "rules": pack.parameter("record_info_rules"),
        "standing": queries.standing(body, pack, today, watchers),
        "trail": caller.has("supervisor"),
    }  # fmt: skip
    return render(request, "record/responsible/list.html", shown)
