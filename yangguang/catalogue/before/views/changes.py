"""变动和更新: what changed, what it touches, until when it must be brought up to date."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, address, page
from yangguang.trail import queries as trail

from .. import actions, forms, queries
from ..models import Change
from .base import act, own_body, posted

RECORDERS = ("disclosure", "head", "admin")


@page()
def home(request: Asked) -> HttpResponse:
    """变动: the newest first, each with its clock and how many things are still to be dealt with."""
    found = keyset.page(queries.changes(request.caller), request.GET, ("-at", "-id"), 30)
    clocks = queries.clocks(found.rows)
    done = queries.answered_counts(found.rows)
    rows = [_row(one, clocks.get(one.chain), done.get(one.pk, 0)) for one in found.rows]
    context = {"rows": rows, "found": found, "may": request.caller.has(*RECORDERS)}
    return render(request, "catalogue/before/changes.html", context)


def _row(change: Change, clock: Any, done: int) -> dict[str, Any]:
    discharge = getattr(clock, "discharge", None) if clock else None
    return {
        "change": change,
        "clock": clock,
        "done_on": timezone.localdate(discharge.at) if discharge else None,
        "open": len(change.touched) - done,
    }


@page(*RECORDERS)
def new(request: Asked) -> HttpResponseBase:
    """登记变动."""
    body, today = own_body(request.caller), timezone.localdate()
    form = forms.ChangeForm(
        posted(request),
        powers=list(registry.powers(body.scope, today)),
        people=list(registry.officers(body.scope, today)),
        initial={"changed_on": today},
    )
    pack = packs.load(body.pack)
    return act(
        request, form, actions.note_change,
        lambda: {"scope": body.scope, **form.given(str(body.key))},
        title="登记变动", label="登记", said="已登记变动，并列出须更新的公开内容",
        back=reverse("catalogue:before:changes"),
        to=lambda done: reverse("catalogue:before:change", args=[done.pk]),
        lead="法律、法规、规章、方案修订施行，机构职能、事项、人员、证件变动，都在这里登记；系统列出受影响的公开内容并计算更新期限。",
        because=pack.ask("update_by", {"changed_on": today}, provisional=True).because,
    )  # fmt: skip


@page()
def change(request: Asked, pk: UUID) -> HttpResponseBase:
    """一项变动: its clock, everything it touches, and dealing with each."""
    found = queries.changes(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    rows = queries.answered(found)
    may = request.caller.scope == found.scope and request.caller.has("disclosure")
    form = forms.AnswerForm(
        posted(request),
        seen=trail.head(found.chain),
        open_ones=[
            (one.touched["ref"], f"{one.touched['sort']}：{one.touched['title']}") for one in rows if not one.answer
        ],
    )
    if request.method == "POST":
        request.caller.need("disclosure")
        return act(
            request, form, actions.answer_change, lambda: {"change": found, **form.given()},
            title=f"处理：{found.title}", label="登记", said="已登记处理",
            back=reverse("catalogue:before:change", args=[found.pk]),
        )  # fmt: skip
    clock = queries.clock(found)
    discharge = getattr(clock, "discharge", None) if clock else None
    return render(
        request,
        "catalogue/before/change.html",
        {
            "change": found,
            "clock": clock,
            "done_on": timezone.localdate(discharge.at) if discharge else None,
            "rows": [
                {"one": one, "url": _url(found, one.touched["ref"]), "open": may and one.answer is None} for one in rows
            ],
            "form": form,
            "may": may and any(one.answer is None for one in rows),
        },
    )  # fmt: skip


def _url(change: Change, ref: str) -> str:
    """Where the touched thing is brought up to date."""
    sort, _, key = ref.partition(":")
    named: dict[str, tuple[Any, ...]] = {
        "pre": ("catalogue:before:kind", change.body.key, key),
        "guide": ("catalogue:before:guide", key),
        "list": ("catalogue:list", key),
        "case": ("workbench:case", key),
        "chart": ("catalogue:before:kind", change.body.key, key),
    }
    plain = {"board": "catalogue:before:boards", "policy": "catalogue:before:policies", "form": "lawbook:home"}
    name, *args = named.get(sort, (plain.get(sort, ""),))
    return address(name, *args) if name else ""
