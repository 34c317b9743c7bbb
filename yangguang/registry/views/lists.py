"""The three lists everybody who signs in may read: bodies, officers, powers."""

from typing import Any

from django import forms as plain
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from yangguang.policy import packs

from .. import access, actions, forms, keyset, queries
from ..models import Body, Role
from ..tables import sheets
from ..web import Asked, page
from .registers import DayForm


class BodyFilter(plain.Form):
    q = plain.CharField(label="名称、代码", required=False, max_length=100)
    kind = plain.ChoiceField(label="类型", required=False, choices=[("", "全部"), *Body.Kind.choices])


class OfficerFilter(plain.Form):
    q = plain.CharField(label="姓名、证号", required=False, max_length=100)
    body = plain.ChoiceField(label="执法主体", required=False)
    state = plain.ChoiceField(
        label="今天能否执法", required=False, choices=[("", "全部"), ("may", "可以"), ("may_not", "不可以")]
    )

    def __init__(self, *args: Any, bodies: list[Body], **options: Any):
        super().__init__(*args, **options)
        self.fields["body"].choices = [("", "全部"), *((body.scope, body.name) for body in bodies)]  # type: ignore[attr-defined]


class PowerFilter(OfficerFilter):
    q = plain.CharField(label="事项、编码、领域", required=False, max_length=100)
    state = None  # type: ignore[assignment]


def _chosen(form: plain.Form) -> dict[str, str]:
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
            "rows": [
                {"body": body, "above": "　" * depth.get(body.pk, 0), "rules": packs.load(body.pack).title}
                for body in shown.rows
            ],
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


@page(Role.SUPERVISOR, Role.HEAD, Role.ADMIN, Role.REVIEWER)
def staffing(request: Asked) -> HttpResponse:
    """审核力量和编制: each body's people, officers and reviewers, today or on a day that has passed."""
    today = timezone.localdate()
    day = DayForm(request.GET if "on" in request.GET else {"on": f"{today:%Y-%m-%d}"})
    on = (day.cleaned_data["on"] if day.is_valid() else None) or today
    rows = queries.staffing(request.caller.scope, on)
    return render(
        request,
        "registry/staffing.html",
        {
            "rows": [{"it": one, "verdict": _verdict(one), "names": _names(one), "bound": _bound(one)} for one in rows],
            "without": [one.body.name for one in rows if _bound(one) and not one.legal],
            "uncounselled": [one.body.name for one in rows if _bound(one) and not one.counsels],
            "on": on,
            "today": today,
            "day": day,
            "people": sum(one.people for one in rows),
            "officers": sum(one.strength.officers for one in rows),
            "reviewers": sum(one.strength.reviewers for one in rows),
            "because": packs.load(request.caller.body.pack).gate("G24", {}, on).because,
        },
    )


@page(Role.SUPERVISOR, Role.HEAD, Role.ADMIN, Role.REVIEWER)
@require_POST
def staffing_file(request: Asked, form: str) -> HttpResponse:
    """导出审核力量, as of the day that is shown."""
    if form not in sheets.MEDIA:
        raise Http404
    day = DayForm(request.GET)
    on = (day.cleaned_data["on"] if day.is_valid() else None) or timezone.localdate()
    rows = [
        [
            one.body.name,
            one.body.uscc,
            str(one.people),
            str(one.strength.officers),
            str(one.strength.reviewers),
            _share(one),
            _verdict(one)[0],
            _names(one),
            _legal(one),
            "、".join(it.name for it in one.counsels),
        ]
        for one in queries.staffing(request.caller.scope, on)
    ]
    actions.export(
        by=request.caller.officer, at=forms.now(), scope=request.caller.scope, register="staffing", on=on, form=form,
        rows=len(rows), private=False,
    )  # fmt: skip
    heads = [
        "执法主体",
        "统一社会信用代码",
        "在册人员",
        "能够执法的人员",
        "法制审核人员",
        "比例",
        "结论",
        "审核人员姓名",
        "法制审核机构",
        "法律顾问和公职律师",
    ]
    return sheets.response(f"审核力量{on:%Y%m%d}", form, heads, rows)


def _share(one: queries.Staffing) -> str:
    share = one.strength.share
    return "—" if share is None else f"{share / 10:.1f}%"


def _verdict(one: queries.Staffing) -> tuple[str, str]:
    """What the gate says of a body's reviewers, and its tone; nobody who enforces: nothing to say."""
    if one.strength.share is None:
        return "没有能够执法的人员", "quiet"
    return ("已达到", "ok") if one.strength.verdict.state == "passed" else ("不足", "bad")


def _bound(one: queries.Staffing) -> bool:
    """Whether the body decides, and so needs somebody who reviews its decisions: the office above it does not."""
    return one.body.kind != Body.Kind.SUPERVISOR


def _legal(one: queries.Staffing) -> str:
    return "；".join(f"{it.unit.name}（{'、'.join(it.heads + it.members) or '没有成员'}）" for it in one.legal)


def _names(one: queries.Staffing) -> str:
    return "、".join(person.name for person in one.reviewers)
