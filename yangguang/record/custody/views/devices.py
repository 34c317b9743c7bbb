"""设备领用和归还: who had which device when."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from .. import forms, queries
from ..actions import devices as actions
from .base import act, posted

READERS = ("officer", "head", "supervisor", "admin", "archivist")


@page(*READERS)
def devices(request: Asked) -> HttpResponse:
    """Every device of the bodies in reach, and who has it now."""
    today = timezone.localdate()
    form = forms.Find(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = keyset.page(registry.devices(request.caller.scope, today, q=text), request.GET, ("serial", "id"))
    out = queries.holders(found.rows)
    may = request.caller.has(*actions.KEEPERS)
    rows = [_row(one, out.get(one.key), may and one.scope == request.caller.scope, today) for one in found.rows]
    return render(request, "record/devices.html", {"form": form, "page": found, "rows": rows, "may": may})


def _row(device: Any, out: Any, may: bool, today: Any) -> dict[str, Any]:
    return {
        "device": device,
        "out": out,
        "late": bool(out and out.back_by and out.back_by < today),
        "may_issue": may and out is None and device.state not in actions.OUT_OF_USE,
        "return_url": reverse("record:return", args=[out.pk]) if may and out else "",
    }


@page(*READERS)
def device(request: Asked, key: UUID) -> HttpResponse:
    """One device: who had it, when, for what, and in what state it came back."""
    found = queries.device(request.caller, key, timezone.localdate())
    if found is None:
        raise Http404
    history = keyset.page(queries.issues(request.caller, key), request.GET, ("-at", "-id"))
    out = actions.held(found)
    may = request.caller.has(*actions.KEEPERS) and found.scope == request.caller.scope
    for one in history.rows:
        one.dock_url = reverse("record:dock", args=[one.pk]) if may and actions.waits(one) else ""
    context = {"page": history, "now": _row(found, out, may, timezone.localdate()), "device": found}
    return render(request, "record/device.html", context)


@page(*actions.KEEPERS)
def issue(request: Asked, key: UUID) -> HttpResponseBase:
    """领用."""
    found = queries.device(request.caller, key, timezone.localdate())
    if found is None:
        raise Http404
    here = reverse("record:device", args=[key])
    people = list(registry.officers(found.scope, timezone.localdate()))
    form = forms.IssueForm(posted(request), people=people, seen=trail.head(found.chain))
    return act(
        request, form, actions.issue_device, lambda: {"device": found, **form.given()},
        title=f"领用：{found}", label="登记领用", back=here, said="已登记领用",
        crumbs=[("设备领用", reverse("record:devices")), (str(found), here)],
        lead="谁在什么时间持有哪台设备，从领用到归还都有记录",
    )  # fmt: skip


@page(*actions.KEEPERS)
def take_back(request: Asked, pk: UUID) -> HttpResponseBase:
    """归还."""
    found = queries.issue(request.caller, pk)
    if found is None:
        raise Http404
    here = reverse("record:device", args=[found.device_key])
    form = forms.ReturnForm(posted(request), seen=trail.head(found.chain))
    words = f"{found.holder.name}，{timezone.localtime(found.at):%Y-%m-%d %H:%M} 领用，用途：{found.purpose}"
    return act(
        request, form, actions.return_device, lambda: {"issue": found, **form.given()},
        title=f"归还：{found.device}", label="登记归还", back=here, said="已登记归还",
        crumbs=[("设备领用", reverse("record:devices")), (str(found.device), here)], lead=words,
    )  # fmt: skip


@page(*actions.KEEPERS)
def dock(request: Asked, pk: UUID) -> HttpResponseBase:
    """补存记录."""
    found = queries.issue(request.caller, pk)
    if found is None:
        raise Http404
    here = reverse("record:device", args=[found.device_key])
    form = forms.DockForm(posted(request), seen=trail.head(found.chain))
    words = (
        f"{found.holder.name}，{timezone.localtime(found.at):%Y-%m-%d %H:%M} 领用；登记以后，职责了结，原来的说明保留"
    )
    return act(
        request, form, actions.dock_device, lambda: {"issue": found, **form.given()},
        title=f"补存记录：{found.device}", label="登记", back=here, said="已登记",
        crumbs=[("设备领用", reverse("record:devices")), (str(found.device), here)], lead=words,
    )  # fmt: skip
