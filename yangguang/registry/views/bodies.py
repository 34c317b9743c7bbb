"""Succession and entrustment of bodies."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from yangguang.trail import queries as trail
from yangguang.vault import store

from .. import access, actions, forms, queries
from ..access import Caller
from ..forms import Day, Text
from ..forms.fields import ActionForm
from ..forms.registers import PAPER_BYTES, PAPER_HEADS, Chosen, Several, Upload, keep
from ..models import Body, Entrustment, Power
from ..web import Asked, page
from .registers import form_page, posted


class _OfPowers(ActionForm):
    """A form that names powers of a body."""

    def offer(self, powers: list[Power]) -> None:
        self.held = {str(power.key): power for power in powers}
        self.fields["powers"].choices = [(key, f"{p.code} {p.name}") for key, p in self.held.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Power]:
        return [self.held[key] for key in self.cleaned_data["powers"]]


class SucceedForm(_OfPowers):
    successor = Chosen(label="承继主体")
    on = Day(label="承继日期", help_text="承继主体行使职权的第一天")
    instrument = Text(label="依据文件", help_text="机构改革方案、撤并决定的名称和文号")
    powers = Several(label="只转移这些事项", required=False, help_text="都不选：全部职权转移，原主体同时终止")


class EntrustForm(_OfPowers):
    entrusted = Chosen(label="受委托组织")
    powers = Several(label="委托事项")
    instrument = Text(label="委托书文号", max_length=100)
    valid_from = Day(label="委托期限自")
    valid_to = Day(label="委托期限至")
    published_on = Day(label="委托书公布日期")
    paper = Upload(
        label="委托书原件",
        required=False,
        heads=PAPER_HEADS,
        most=PAPER_BYTES,
        words="PDF",
        help_text="PDF，不超过 20 MB",
    )


class EndEntrustmentForm(ActionForm):
    on = Day(label="终止日期", help_text="自这一天起不得再以委托机关名义执法")
    reason = Text(label="原因")


@page(*access.WRITERS["succession"].roles)
def succeed(request: Asked, key: UUID) -> HttpResponse:
    """承继: merger, split, transfer of powers."""
    caller, today = request.caller, timezone.localdate()
    body = _body(caller, key)
    access.must_write(caller, "succession", body.scope)
    form = SucceedForm(posted(request), seen=trail.head(body.chain))
    form.fields["successor"].offer(_others(caller, key, today), "请选择")  # type: ignore[attr-defined]
    form.offer(list(queries.powers(body.scope, today)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.succeed,
            by=caller.officer,
            at=forms.now(),
            predecessor=body,
            successor=data["successor"],
            on=data["on"],
            instrument=data["instrument"],
            powers=form.chosen() or None,
        )
        if done is not None:
            messages.success(request, f"自 {data['on']} 起由{data['successor']}承继")
            return redirect("registry:one", slug="bodies", key=key)
    return _page(
        request, form, body, f"承继：{body}", "登记承继", "职权和未办结的事项转由承继主体负责；以前作出的行为不改写"
    )


@page(*access.WRITERS["entrustment"].roles)
def entrust(request: Asked, key: UUID) -> HttpResponse:
    """委托执法."""
    caller, today = request.caller, timezone.localdate()
    body = _body(caller, key)
    access.must_write(caller, "entrustment", body.scope)
    form = EntrustForm(
        posted(request), request.FILES if request.method == "POST" else None, seen=trail.head(body.chain)
    )
    fit = [one for one in _others(caller, key, today) if one.kind == Body.Kind.ENTRUSTED]
    form.fields["entrusted"].offer(fit, "请选择" if fit else "还没有登记“受委托组织”类型的主体")  # type: ignore[attr-defined]
    form.offer(list(queries.powers(body.scope, today)))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        names = ("entrusted", "instrument", "valid_from", "valid_to", "published_on")
        done = form.run(
            actions.entrust,
            by=caller.officer,
            at=forms.now(),
            entrusting=body,
            powers=form.chosen(),
            document=keep(data["paper"]),
            **{name: data[name] for name in names},
        )
        if done is not None:
            messages.success(request, f"已登记{body}对{data['entrusted']}的委托")
            return redirect("registry:one", slug="bodies", key=key)
    return _page(
        request, form, body, f"委托执法：{body}", "登记委托",
        "受委托组织以委托机关名义实施，不得再委托；行政强制措施权不得委托",
    )  # fmt: skip


@page(*access.WRITERS["entrustment"].roles)
def entrustment_end(request: Asked, pk: UUID) -> HttpResponse:
    """终止委托."""
    entrustment = get_object_or_404(Entrustment, pk=pk)
    body = _body(request.caller, entrustment.entrusting_key)
    access.must_write(request.caller, "entrustment", entrustment.scope)
    form = EndEntrustmentForm(posted(request), seen=trail.head(entrustment.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.end_entrustment,
            by=request.caller.officer,
            at=forms.now(),
            entrustment=entrustment,
            on=data["on"],
            reason=data["reason"],
        )
        if done is not None:
            messages.success(request, f"委托 {entrustment} 自 {data['on']} 起终止")
            return redirect("registry:one", slug="bodies", key=body.key)
    return _page(
        request, form, body, f"终止委托：{entrustment}", "登记终止", f"受委托组织：{entrustment.entrusted_name}"
    )


@page()
def entrustment_document(request: Asked, pk: UUID) -> FileResponse:
    """委托书原件: published by law, so whoever signs in may read it."""
    entrustment = get_object_or_404(Entrustment, pk=pk)
    if not entrustment.document or not store.has(entrustment.document):
        raise Http404
    return FileResponse(
        store.open(entrustment.document),
        as_attachment=True,
        filename=f"entrustment-{entrustment.pk}.pdf",
        content_type="application/pdf",
    )


def _others(caller: Caller, key: UUID, on: date) -> list[Body]:
    return [b for b in queries.bodies_below(caller.scope, on) if b.key != key]


def _body(caller: Caller, key: UUID) -> Body:
    found = [one for one in queries.versions(Body, key) if caller.reaches(one.scope)]
    if not found:
        raise Http404
    return found[-1]


def _page(request: Asked, form: Any, body: Body, title: str, submit: str, lead: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead=lead,
        back=reverse("registry:one", args=["bodies", body.key]),
        crumb=("执法主体", reverse("registry:bodies")),
        submit=submit,
    )
