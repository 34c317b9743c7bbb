"""Pages of the compilations of forms: of every body, of one, the file of it, taking one over, a document's own data."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Power
from yangguang.registry.queries import in_force
from yangguang.registry.web import Asked, page

from .. import queries as record
from ..models import Item
from . import actions, book, queries, reading
from .forms import AdoptForm

READ = ("officer", "reviewer", "head", "unit_head", "supervisor", "admin")
PAGE = 20


@page(*READ)
def forms(request: Asked) -> HttpResponse:
    """文书样式汇编: every body in reach, with what is missing from its compilation."""
    on = timezone.localdate()
    found = keyset.page(registry.bodies_below(request.caller.scope, on), request.GET, ("scope", "id"), PAGE)
    if len(found.rows) == 1 and found.total == 1:
        return redirect("record:forms_of", found.rows[0].key)
    powers: dict[str, list[Power]] = {}
    for power in in_force(Power, on).filter(scope__in=[body.scope for body in found.rows]):
        powers.setdefault(power.scope, []).append(power)
    rows = [_counted(body, powers.get(body.scope, []), on) for body in found.rows]
    return render(request, "record/formbook/forms.html", {"rows": rows, "page": found})


def _counted(body: Body, powers: list[Power], on: Any) -> dict[str, Any]:
    found = book.rows(body, powers, on)
    return {
        "body": body,
        "forms": len({row.code for row in found if row.form}),
        "own": len({row.code for row in found if row.edition}),
        "gaps": sum(row.state == book.GAP for row in found),
        "stale": len({row.code for row in found if row.state == book.STALE}),
        "kinds": bool(powers),
    }


@page(*READ)
def forms_of(request: Asked, key: UUID) -> HttpResponse:
    """One body's compilation, step by step; its head takes over forms here."""
    on = timezone.localdate()
    body = _body(request, key, on)
    found = book.rows(body, list(registry.powers(body.scope, on)), on)
    groups: dict[str, list[book.Row]] = {}
    for row in found:
        groups.setdefault(row.act, []).append(row)
    may = request.caller.has("head") and request.caller.scope == body.scope
    form = AdoptForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if request.method == "POST" and may and form.is_valid():
        content = form.cleaned_data["file"].read(reading.LARGEST + 1)
        done = form.run(actions.adopt, by=request.caller.officer, at=fields.now(), content=content)
        if done is not None:
            messages.success(request, "已采用，起用之日以后的文书用新样式制作")
            return redirect("record:forms_of", key)
    shown = {
        "body": body,
        "groups": groups,
        "total": len({row.code for row in found if row.form}),
        "gaps": [row for row in found if row.state != book.CURRENT],
        "sets": queries.sets(body.scope)[::-1],
        "form": form,
        "may": may,
        "sample": SAMPLE,
        "many": request.caller.has("supervisor"),
    }
    return render(request, "record/formbook/forms_of.html", shown, status=422 if form.errors else 200)


@require_GET
@page(*READ)
def forms_zip(request: Asked, key: UUID) -> HttpResponse:
    """The compilation as one file."""
    on = timezone.localdate()
    body = _body(request, key, on)
    found = book.rows(body, list(registry.powers(body.scope, on)), on)
    return _file(book.compiled(body, found, on), f"{body.name}行政执法文书样式汇编.zip", "application/zip")


@require_GET
@page(*record.READERS)
def form_data(request: Asked, pk: UUID) -> HttpResponse:
    """The data of a document in the electronic format of the system whose form it is written on."""
    try:
        item = record.visible_item(request.caller, pk, "copy")
    except Item.DoesNotExist as error:
        raise Http404 from error
    edition = queries.edition_in(item.scope, item.code, item.meta) if item.code else None
    if edition is None or not edition.form.get("format") or not item.data:
        raise Http404
    made = queries.document_data(item.code, edition, item.data)
    return _file(made, f"{item.title}{item.number}.json", "application/json; charset=utf-8")


def _body(request: Asked, key: UUID, on: Any) -> Body:
    found: Body | None = registry.bodies_below(request.caller.scope, on).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


SAMPLE = """system: line            # province 省　line 本系统　own 本机关
title: 卫生行政执法文书汇编
issuer: 国家卫生健康委员会
source: 卫生行政执法文书规范
forms:
  - code: interview_record      # 国家样式的代码，见目录
    title: 询问笔录
    number: 卫执文 08
    edition: "2026"
    since: 2026-12-01
    required: [person.phone]    # 在国家样式之外还必须填写的内容
    format:                     # 电子信息格式：列名: 内容
      name: 卫生监督信息报告
      fields: {XWDD: place, BXWR: person.name}
    # layout: 自定版式，写 heading、text（内容写在〔〕中）、fields、table、sign；不写的沿用国家版式
    # ends: true 自 since 起停用本机关的样式
"""
