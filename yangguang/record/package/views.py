"""导出案卷包: the purpose first, then the download, noted in the trail."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry.web import Asked, address, page
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused
from yangguang.trail.sequencer import await_leaf
from yangguang.vault.errors import VaultError

from .. import queries as record
from . import actions, bag, queries


class ExportForm(fields.ActionForm):
    """导出案卷包."""

    purpose = fields.Text(label="导出事由", help_text="例如“向县档案馆移交”“行政复议机关调取”")
    recipient = fields.Text(label="接收单位", required=False)


@page(*queries.PACKERS)
def package(request: Asked, pk: UUID) -> HttpResponse:
    """What the package will hold, what was taken out before, and the form."""
    dossier = queries.dossier(request.caller, pk)
    if dossier is None:
        raise Http404
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.export_package,
            by=request.caller.officer,
            at=fields.now(),
            dossier=dossier,
            purpose=form.cleaned_data["purpose"],
            recipient=form.cleaned_data["recipient"],
        )
        if done is not None:
            messages.success(request, "导出已记入留痕")
            return redirect(reverse("record:package", args=[pk]) if form.repeated else _url(done.pk))
    kept = bag.kept(dossier)
    found = keyset.page(queries.exports(request.caller).filter(dossier=dossier), request.GET, ("-at", "-id"), 20)
    shown: dict[str, Any] = {
        "form": form,
        "dossier": dossier,
        "back": _matter_page(dossier),
        "kept": [one for one in kept if not one.gone],
        "gone": [one for one in kept if one.gone],
        "size": sum(one.item.size_bytes for one in kept if not one.gone),
        "page": found,
        "exports": [{"it": one, "url": _url(one.pk)} for one in found.rows],
    }
    return render(request, "record/package.html", shown, status=422 if form.errors else 200)


def _matter_page(dossier: Any) -> str:
    matter = record.matter(dossier)
    return address(*matter.page) if matter else ""


def _url(pk: UUID) -> str:
    return reverse("record:export", args=[pk])


@require_GET
@page(*queries.PACKERS)
def export(request: Asked, pk: UUID) -> HttpResponse:
    """One export: whether its line is in the log by now, and the download."""
    found = queries.export(request.caller, pk)
    entry = trail.entry_of(found) if found else None
    if found is None or entry is None:
        raise Http404
    leaf = await_leaf(entry.pk, seconds=1.5)
    mine = found.by is not None and found.by.key == request.caller.officer.key
    shown = {
        "export": found,
        "ready": leaf is not None,
        "mine": mine,
        "back": _matter_page(found.dossier),
        "policy": bag.policy_text(),
        "folder": bag.folder_name(found),
    }
    return render(request, "record/export.html", shown)


@require_GET
@page(*queries.PACKERS)
def export_zip(request: Asked, pk: UUID) -> HttpResponseBase:
    """The package as one file, made while it is sent; only for who asked for it and said why."""
    found = queries.export(request.caller, pk)
    if found is None or found.by is None or found.by.key != request.caller.officer.key:
        raise Http404
    try:
        made = bag.build(found)
    except Refused as refused:
        return render(request, "record/refused.html", {"refused": refused, "back": _url(found.pk)}, status=409)
    except VaultError as error:
        return render(request, "record/gone.html", {"error": error}, status=503)
    response = StreamingHttpResponse(bag.zipped(made, found.at), content_type="application/zip")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"package.zip\"; filename*=UTF-8''{quote(made.name, safe='')}.zip"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
