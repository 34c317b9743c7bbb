"""The three lists everybody who signs in may read: bodies, officers, powers."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .. import access, keyset, queries
from ..models import Body
from ..web import Asked, page


class BodyFilter(forms.Form):
    q = forms.CharField(label="名称、代码", required=False, max_length=100)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Body.Kind.choices])


class OfficerFilter(forms.Form):
    q = forms.CharField(label="姓名、证号", required=False, max_length=100)
    body = forms.ChoiceField(label="执法主体", required=False)
    state = forms.ChoiceField(
        label="今天能否执法", required=False, choices=[("", "全部"), ("may", "可以"), ("may_not", "不可以")]
    )

    def __init__(self, *args: Any, bodies: list[Body], **options: Any):
        super().__init__(*args, **options)
        self.fields["body"].choices = [("", "全部"), *((body.scope, body.name) for body in bodies)]  # type: ignore[attr-defined]


class PowerFilter(OfficerFilter):
    q = forms.CharField(label="事项、编码、领域", required=False, max_length=100)
    state = None  # type: ignore[assignment]


def _chosen(form: forms.Form) -> dict[str, str]:
    """What the address asks for; a choice that does not exist is left out."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


@page()
def bodies(request: Asked) -> HttpResponse:
    """执法主体: those of the caller's part of the tree, as they stand today."""
    today, form = timezone.localdate(), BodyFilter(request.GET)
    found = queries.bodies_below(request.caller.scope, today, **_chosen(form))
    shown = keyset.page(found, request.GET, ("scope", "id"))
    depth = {one.body.pk: one.depth for one in queries.tree(request.caller.scope, today)}
    return render(
        request,
        "registry/bodies.html",
        {
            "page": shown,
            "rows": [{"body": body, "above": "　" * depth.get(body.pk, 0)} for body in shown.rows],
            "form": form,
            "today": today,
            "may": access.barred(request.caller, "body") is None,
        },
    )


@page()
def officers(request: Asked) -> HttpResponse:
    """人员, each with the standing of the certificate today."""
    today, scope = timezone.localdate(), request.caller.scope
    form = OfficerFilter(request.GET, bodies=list(queries.bodies_below(scope, today)))
    found = queries.people_below(scope, today, **_chosen(form))
    shown = keyset.page(found, request.GET, ("scope", "name", "id"))
    return render(
        request,
        "registry/officers.html",
        {
            "page": shown,
            "rows": queries.with_standing(shown.rows, today),
            "form": form,
            "today": today,
            "may": access.barred(request.caller, "officer") is None,
        },
    )


@page()
def powers(request: Asked) -> HttpResponse:
    """执法事项, each with its legal basis and discretion benchmark."""
    today, scope = timezone.localdate(), request.caller.scope
    form = PowerFilter(request.GET, bodies=list(queries.bodies_below(scope, today)))
    found = queries.powers_below(scope, today, **_chosen(form))
    return render(
        request,
        "registry/powers.html",
        {
            "page": keyset.page(found, request.GET, ("scope", "code", "id")),
            "form": form,
            "today": today,
            "may": access.barred(request.caller, "power") is None,
        },
    )
