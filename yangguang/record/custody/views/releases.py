"""One item's custody: who read it, its copies, and what left the house by whose leave."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yangguang.registry import keyset
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from ... import queries as record
from ... import streaming
from ...models import Item
from .. import forms, queries
from ..actions import extracts as copying
from ..actions import releases as actions
from .base import act, posted, the_item

SHOWN = 20


@page(*record.READERS)
def custody(request: Asked, pk: UUID) -> HttpResponse:
    """保管和使用 of one item."""
    item = the_item(request, pk)
    caller = request.caller
    own = caller.scope == item.scope and caller.has(*queries.ASKERS)
    shown = {
        "item": item,
        "readings": queries.named(queries.readings(caller, item)[:SHOWN]),
        "read": queries.readings(caller, item).count(),
        "extracts": queries.extracts(item),
        "releases": queries.releases(caller).filter(item=item),
        "may": own,
        "may_clip": own and item.medium in copying.PLAYED,
        "document": bool(item.code),
        "link": queries.paper_of(item) if item.code else None,
        "of": queries.scan_of(item) if not item.code else None,
    }
    return render(request, "record/custody_page.html", shown)


def _crumbs(item: Item) -> list[tuple[str, str]]:
    return [(item.title, reverse("record:item", args=[item.pk])), ("保管和使用", _here(item))]


def _here(item: Item) -> str:
    return reverse("record:custody", args=[item.pk])


@page(*queries.ASKERS)
def clip(request: Asked, pk: UUID) -> HttpResponseBase:
    """截取片段."""
    item = the_item(request, pk)
    if item.medium not in copying.PLAYED:
        raise Http404
    form = forms.ClipForm(posted(request))
    seconds = (item.meta.get("duration_ms") or 0) // 1000
    length = f"，全长 {seconds // 60} 分 {seconds % 60} 秒" if seconds else ""
    return act(
        request, form, copying.clip, lambda: {"item": item, **form.given()},
        title=f"截取片段：{item.title}", label="截取", back=_here(item), said="片段已作为新的副本收存，原件没有改动",
        crumbs=_crumbs(item), lead=f"不重新编码，原件不改动{length}",
    )  # fmt: skip


@page(*queries.ASKERS)
def masked(request: Asked, pk: UUID) -> HttpResponseBase:
    """收存遮挡副本."""
    item = the_item(request, pk)
    form = forms.MaskedForm(posted(request), request.FILES if request.method == "POST" else None)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:

        def given() -> dict[str, Any]:
            file: UploadedFile = form.cleaned_data["file"]
            return {
                "item": item,
                "path": _on_disk(file, Path(folder)),
                "name": file.name or "",
                "note": form.cleaned_data["note"],
            }

        return act(
            request, form, copying.keep_masked, given,
            title=f"收存遮挡副本：{item.title}", label="收存", back=_here(item), said="遮挡副本已收存，并注明原件",
            crumbs=_crumbs(item), lead="遮挡面部、声音、号码等以后的文件；它注明原件，原件不改动",
        )  # fmt: skip


def _on_disk(file: UploadedFile, folder: Path) -> Path:
    """The upload as a file of this machine: the probe works in another process."""
    path = folder / "upload"
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return path


@require_GET
@page(*record.READERS)
def extract_file(request: Asked, pk: UUID) -> HttpResponseBase:
    """The bytes of a copy; who reads it reads its original, and that is noted."""
    found = queries.extract(request.caller, pk)
    if found is None:
        raise Http404
    the_item(request, found.parent_id, "copy" if request.GET.get("save") == "1" else "view")
    name = f"{found.parent.title}（{found.get_kind_display()}）.{_suffix(found.mime)}"
    return _bytes(request, found.digest, found.size_bytes, found.mime, name)


def _bytes(request: Asked, digest: str, size: int, mime: str, name: str) -> HttpResponseBase:
    try:
        opened = store.open(digest)
    except VaultError as error:
        return render(request, "record/gone.html", {"error": error}, status=503)
    save = request.GET.get("save") == "1"
    return streaming.file(request, opened, size=size, mime=mime, name=name, etag=f'"{digest}"', save=save)


def _suffix(mime: str) -> str:
    return {"video/x-matroska": "mkv", "audio/x-matroska": "mka", "audio/mpeg": "mp3", "image/jpeg": "jpg"}.get(
        mime, mime.rpartition("/")[2]
    )


# ---- releases ------------------------------------------------------------------------------------------------------


@page(*record.READERS)
def releases(request: Asked) -> HttpResponse:
    """Requests, newest first, and where each stands."""
    found = keyset.page(queries.releases(request.caller), request.GET, ("-at", "-id"), 30)
    return render(request, "record/releases.html", {"page": found})


@page(*queries.ASKERS)
def ask(request: Asked, pk: UUID) -> HttpResponseBase:
    """申请对外提供."""
    item = the_item(request, pk)
    form = forms.ReleaseForm(posted(request), item=item, copies=list(queries.extracts(item)))
    return act(
        request, form, actions.ask_release, lambda: {"item": item, **form.given()},
        title=f"申请对外提供：{item.title}", label="申请", back=_here(item), said="已申请，等候负责人审批",
        crumbs=_crumbs(item), lead="未经批准，音像记录和案卷材料不得对外提供或者公开",
        notes=("能够用遮挡副本或者片段说明的，不提供原件。",),
        to=lambda done: reverse("record:release", args=[done.pk]),
    )  # fmt: skip


@page(*record.READERS)
def release(request: Asked, pk: UUID) -> HttpResponseBase:
    """One request: what is asked, the answer, the handing over."""
    found = queries.release(request.caller, pk)
    if found is None:
        raise Http404
    caller, answer, handed = request.caller, getattr(found, "answer", None), getattr(found, "export", None)
    here = reverse("record:release", args=[found.pk])
    mine = found.by.key == caller.officer.key
    answers = answer is None and caller.has("head") and caller.scope == found.scope and not mine
    hands = bool(answer and answer.approved) and handed is None and mine
    if request.method == "POST" and not (answers or hands):
        caller.need("head")
    seen = trail.head(found.chain)
    form: Any = forms.AnswerForm(posted(request), seen=seen) if answers else None
    if hands:
        form = forms.HandOverForm(posted(request), seen=seen, initial={"recipient": found.recipient})
    context = {
        "release": found, "answer": answer, "handed": handed, "answers": answers, "hands": hands, "mine": mine,
        "file": reverse("record:release_file", args=[found.pk]) if handed and mine else "",
    }  # fmt: skip
    if form is not None and request.method == "POST" and form.is_valid():
        done = act(
            request, form, actions.answer_release if answers else actions.release,
            lambda: {"request": found, **form.given()}, title="", label="", back=here, said="已办理",
        )  # fmt: skip
        if done.status_code == 302:
            return done
    return render(
        request, "record/release.html", {**context, "form": form}, status=422 if form and form.errors else 200
    )


@require_GET
@page(*record.READERS)
def release_file(request: Asked, pk: UUID) -> HttpResponseBase:
    """The bytes to be handed over, once the handing over is on record, for who does it."""
    found = queries.release(request.caller, pk)
    handed = getattr(found, "export", None) if found else None
    if found is None or handed is None or found.by.key != request.caller.officer.key:
        raise Http404
    item = the_item(request, found.item_id, "copy")
    it: Any = found.extract or item
    return _bytes(request, found.digest, it.size_bytes, it.mime, f"{item.title}.{_suffix(it.mime)}")
