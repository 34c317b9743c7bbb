"""Pages of a dossier: keep, waive, and read one item with its bytes, its pictures and its proof."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from yangguang.registry import forms as fields
from yangguang.registry.access import NotAllowed, open_file
from yangguang.registry.web import Asked, View, address, page
from yangguang.trail import queries as trail
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from . import actions, documents, media, previews, queries, streaming
from .correcting import queries as correcting
from .erasing import queries as erasing
from .formbook import marks
from .formbook import queries as formbook
from .formbook.marks import Mark
from .forms import ACCEPT, UploadForm, WaiveForm, plain_name
from .models import Dossier, Item
from .passkeys import queries as passkeys
from .queries import Matter
from .repair import queries as repair
from .retention import queries as retention
from .uploads import playing
from .uploads import queries as tray
from .uploads.models import Received

MOST_WAITING = 50  # files of the tray that are offered beside one form
MEDIA: dict[str, media.Kind] = {"text": "document", "photo": "photo", "audio": "audio", "video": "video"}


# ---- adding ------------------------------------------------------------------------------------------------------


def _streamed(view: View) -> View:
    """Files go to disk as they arrive, before a transaction begins; the token is checked after that, not before."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [streaming.ToDisk(request)]
        caller = getattr(request, "caller", None)
        if request.method == "POST" and caller is not None and caller.has("officer"):
            _ = request.POST  # the body is read here, of nobody else
        with getattr(request, "scoped", nullcontext)():
            return view(request, *args, **kwargs)

    asked.streams = True  # type: ignore[attr-defined]
    return csrf_exempt(asked)


@_streamed
@page("officer")
@csrf_protect
def upload(request: Asked, pk: UUID) -> HttpResponse:
    """收存音像记录、证据材料: every file of one submission is kept, or none."""
    dossier, matter = _dossier(request, pk)
    waiting = list(tray.tray(request.caller)[:MOST_WAITING])
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        matter=matter,
        over_limit=getattr(request, "over_limit", ""),  # no `seen`: what a colleague adds meanwhile takes nothing away
        waiting=waiting,
        initial=_initial(request, matter, waiting),
    )
    if request.method == "POST" and form.is_valid():
        step, event = form.step_and_event
        done = form.run(
            actions.keep_all,
            by=request.caller.officer,
            at=fields.now(),
            dossier=dossier,
            step=step,
            event=event,
            note=form.cleaned_data["note"],
            stated=form.stated,
            files=_uploads(form),
        )
        if done is not None:
            count = 1 if form.repeated else len(done)
            messages.success(
                request, "这次提交已经收存，没有重复收存" if form.repeated else f"已收存 {count} 件，摘要值已写入留痕"
            )
            return redirect(_back(matter) or request.path)
    return _form(
        request,
        "record/upload.html",
        form,
        dossier,
        matter,
        accept=ACCEPT,
        most=settings.UPLOAD_MAX_BYTES,
        most_media=settings.MEDIA_MAX_BYTES,
    )


def _initial(request: Asked, matter: Matter, waiting: Iterable[Received]) -> dict[str, Any]:
    """Where the file goes; what a waiting file says of itself is offered for its time and its device."""
    initial: dict[str, Any] = {"demand": _demand(request, matter)}
    one = next((one for one in waiting if str(one.pk) == request.GET.get("received")), None)
    if one is not None:
        initial |= {"received": [str(one.pk)], "device": str(one.device or "")}
        if one.taken_at and not one.clock.get("notes"):  # a clock that may be wrong is not offered as the time
            initial["taken_at"] = timezone.localtime(one.taken_at).strftime("%Y-%m-%dT%H:%M")
    return initial


def _demand(request: Asked, matter: Matter) -> str:
    """What the address asks for, else the first recording that is missing, else the step where the matter stands."""
    if step := request.GET.get("step"):
        return f"{step}:{request.GET.get('event', '')}"
    lacking = next((one for one in matter.owed() if one.kind == "recording" and not one.met), None)
    return f"{lacking.step}:{lacking.code}" if lacking else f"{matter.step}:"


def _uploads(form: UploadForm) -> list[actions.Upload]:
    title = form.cleaned_data["title"]
    found = [actions.Upload(None, one.name, title, one) for one in form.from_tray]
    for one in form.cleaned_data["files"] or ():
        found.append(actions.Upload(Path(one.temporary_file_path()), plain_name(one.name), title))
    if len(found) > 1:
        found = [replace(one, title=f"{title}（{n}）") for n, one in enumerate(found, start=1)]
    return found


@page("officer")
def waive(request: Asked, pk: UUID) -> HttpResponse:
    """说明不作音像记录的理由, only where the rules leave it to the circumstances."""
    dossier, matter = _dossier(request, pk)
    waivable = [one for one in matter.owed() if one.may_waive and not one.met]
    form = WaiveForm(
        request.POST or None,
        waivable=waivable,
        steps=dict(matter.steps()),
        seen=trail.head(dossier.chain),
        initial={"demand": f"{request.GET.get('step', '')}:{request.GET.get('event', '')}"},
    )
    if request.method == "POST" and form.is_valid():
        step, event = form.step_and_event
        done = form.run(
            actions.waive,
            by=request.caller.officer,
            at=fields.now(),
            dossier=dossier,
            step=step,
            event=event,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, "已记明不作音像记录的理由")
            return redirect(_back(matter) or request.path)
    return _form(request, "record/waive.html", form, dossier, matter, waivable=waivable)


def _dossier(request: Asked, pk: UUID) -> tuple[Dossier, Matter]:
    dossier = queries.dossiers(request.caller).filter(pk=pk).first()
    matter = queries.matter(dossier) if dossier else None
    if dossier is None or matter is None:
        raise Http404
    if request.caller.officer.key not in matter.keepers:
        raise NotAllowed(f"只有“{matter.title}”的承办人能够向案卷收存材料", mend="请由承办人办理")
    return dossier, matter


def _back(matter: Matter) -> str:
    return address(*matter.page)


def _form(request: Asked, template: str, form: Any, dossier: Dossier, matter: Matter, **more: Any) -> HttpResponse:
    shown = {"form": form, "dossier": dossier, "matter": matter, "back": _back(matter), **more}
    return render(request, template, shown, status=422 if form.errors else 200)


# ---- reading -----------------------------------------------------------------------------------------------------


def _item(request: Asked, pk: UUID, how: str | None = "view") -> Item:
    try:
        return queries.visible_item(request.caller, pk, how, handed=True)
    except Item.DoesNotExist as error:
        raise Http404 from error


@page(*queries.READERS)
def item(request: Asked, pk: UUID) -> HttpResponse:
    """One document or recording: what it is, who made it, what it satisfies, and the proof that it is unchanged."""
    found = _item(request, pk)
    if stone := retention.tombstone(found.dossier):
        return render(request, "record/destroyed.html", {"stone": stone, "item": found, "proof": _proof(found)})
    ours = request.caller.reaches(found.scope)  # else it is of a file that another body handed over
    matter = queries.matter(found.dossier) if ours else None
    shown = {
        "item": found,
        "matter": matter,
        "ours": ours,
        "back": _back(matter) if matter else "" if ours else _handed(request, found),
        "told": queries.told(found),
        "marks": _marks(found, matter),
        "proof": _proof(found),
        "custody": trail.history(found.chain).filter(fact_ref=found.ref),
        "may_erase": ours and request.caller.has(*erasing.ERASERS),
        "may_repair": ours and request.caller.has(*repair.ORDERERS),
    }
    if found.code:
        may = {
            "may_sign": matter is not None and request.caller.officer.key in matter.keepers,
            "may_passkey": passkeys.may_sign(request.caller, found),
            "may_correct": correcting.may(request.caller, found),
        }
        return render(request, "record/document.html", shown | _document(found) | may)
    return render(request, "record/evidence.html", shown | _evidence(found, matter))


def _handed(request: Asked, found: Item) -> str:
    """The page of the file it came in."""
    return address("workbench:handed_file", open_file(request.caller, found.pk))


def _marks(found: Item, matter: Matter | None) -> list[Mark]:
    """What is to be said of how a paper was written; nothing of one that was put right since."""
    if found.medium != Item.Medium.TEXT or queries.corrections(found)[-1].pk != found.pk:
        return []
    lacking = (
        [one for one in matter.owed() if one.kind == "document" and not one.met] if matter and not found.code else []
    )
    return marks.of(
        found,
        wanted=[marks.Want(one.step, one.title) for one in lacking],
        days=matter.late_days() if matter else 0,
        scanned=formbook.originals([] if found.code else [found.pk]),
    )


def _document(found: Item) -> dict[str, Any]:
    versions = queries.versions(found)
    seal = queries.seal_of(found)
    url = f"{settings.PUBLIC_URL}/v/{seal.code}" if seal else ""
    return {
        "pages": range(1, int(found.meta.get("pages", 1)) + 1),
        "signatures": passkeys.shown(found),
        "versions": versions,
        "newest": versions[-1],
        "correction": found.meta.get("correction"),
        "corrected": next((one for one in versions if one.replaces_id == found.pk), None),
        "seal": seal,
        "edition": formbook.edition_in(found.scope, found.code, found.meta),
        "acted_on": marks.acted_on(found),
        "lacking": marks.lacking(found),
        "traces": queries.traced(found),
        "code_url": url,
        "qr": segno.make(url, error="m", micro=False).svg_data_uri(scale=3, border=2) if url else "",
    }


def _evidence(found: Item, matter: Matter | None) -> dict[str, Any]:
    stated = found.meta.get("stated", {})
    said, own = (_moment(value) for value in (stated.get("taken_at"), found.meta.get("taken_at")))
    return {
        "stated": {name: stated.get(name, "") for name in ("place", "device")},
        "taken_at": said or own,
        "own_time": own,
        "clocks_differ": bool(said and own and abs((said - own).total_seconds()) > 600),
        "length": _length(found.meta.get("duration_ms")),
        "size": f"{found.meta['width']} × {found.meta['height']}" if found.meta.get("width") else "",
        "codec": found.meta.get("codec", ""),
        "demands": _demands(found, matter) if matter else [],
        "steps": dict(matter.steps()) if matter else {},
        "step_title": dict(matter.steps()).get(found.step, found.step) if matter else found.step,
        "shown": found.mime in streaming.SHOWN,
        "live": found.meta.get("live"),
        "playable": playing.to_play(found.digest, found.scope, found.mime, found.meta),
    }


def _demands(found: Item, matter: Matter) -> list[queries.Owed]:
    """What an item satisfies; of a step nobody has written down yet what it will satisfy."""
    return queries.satisfied(found, matter.owed()) or queries.satisfied(found, matter.recordings())


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _length(milliseconds: int | None) -> str:
    if not milliseconds:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"


def _proof(found: Item) -> dict[str, Any]:
    """Where the log holds this item, or that it is on its way there."""
    entry = trail.entry_of(found)
    if entry is None:
        return {"state": "broken", "word": "没有找到留痕", "explain": "数据库中没有这份材料的留痕，请告知审计管理员"}
    shown = {"commitment": bytes(entry.commitment).hex(), "sealed_at": entry.recorded_at}
    try:
        made = trail.proof(entry)
    except trail.NotLogged:
        return shown | {"state": "sealing"}
    origin, size, root, *_ = made.checkpoint.split("\n")
    return shown | {
        "state": "sealed",
        "index": made.index,
        "size": int(size),
        "root": root,
        "origin": origin,
        "download_url": address("record:proof", found.pk),
    }


@require_GET
@page(*queries.READERS)
def proof(request: Asked, pk: UUID) -> HttpResponse:
    """The inclusion proof as a file that outsiders' tools read (C2SP tlog-proof)."""
    found = _item(request, pk, None)
    entry = trail.entry_of(found)
    if entry is None:
        raise Http404
    try:
        text = trail.tlog_proof(entry)
    except trail.NotLogged as waiting:
        return HttpResponse(
            f"{waiting.message}。{waiting.mend}\n", status=409, content_type="text/plain; charset=utf-8"
        )
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.pk}.tlog-proof"'
    return response


@require_GET
@page(*queries.READERS)
def file(request: Asked, pk: UUID) -> HttpResponseBase:
    """The bytes as they were kept."""
    found = _item(request, pk, "copy" if request.GET.get("save") == "1" else "view")
    etag = f'"{found.digest}"'
    if streaming.unchanged(request, etag):
        return streaming.forever(HttpResponseNotModified(), etag)
    try:
        opened = store.open(found.digest)
    except VaultError as error:
        return _gone(request, error, found)
    name = found.name or f"{found.title}{found.number}.pdf"
    return streaming.file(
        request,
        opened,
        size=found.size_bytes,
        mime=found.mime,
        name=name,
        etag=etag,
        save=request.GET.get("save") == "1",
    )


@require_GET
@page(*queries.READERS)
def word(request: Asked, pk: UUID) -> HttpResponseBase:
    """A Word copy of a document, made from the data the PDF was made from and naming the PDF's digest."""
    found = _item(request, pk, "copy")
    if not found.code or not found.data:
        raise Http404
    if retention.tombstone(found.dossier):
        return redirect("record:item", pk)  # which says that it was destroyed, and by whom
    try:
        form = formbook.form_in(found.scope, found.code, found.meta)
        made = documents.word(
            found.code, found.data, on=found.on, sha256=found.digest, public=found.event == "public", form=form
        )
    except documents.BadDocument as error:
        # The form has changed since: an old document keeps its PDF, whose own data fit the form of its day.
        return HttpResponse(
            f"这份文书所用的模板已经更改，不能再制作 Word 副本：{error}。请使用 PDF 原件。\n",
            status=409,
            content_type="text/plain; charset=utf-8",
        )
    response = HttpResponse(made, content_type=documents.WORD_MIME)
    name = quote(f"{found.title}{found.number}（副本）.docx", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"document.docx\"; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@page(*queries.READERS)
def page_image(request: Asked, pk: UUID, n: int) -> HttpResponseBase:
    """A page of a document of ours, as a picture."""
    found = _item(request, pk)
    if not found.code:
        raise Http404
    return _picture(
        request,
        f'"{found.digest}-{previews.DPI}-{n}"',
        "image/png",
        lambda: previews.page_image(found.digest, n),
        found,
    )


@require_GET
@page(*queries.READERS)
def thumb(request: Asked, pk: UUID) -> HttpResponseBase:
    """The small picture of a recording."""
    found = _item(request, pk, None)
    return _picture(
        request,
        f'"{found.digest}-thumb"',
        "image/jpeg",
        lambda: previews.thumb(found.digest, MEDIA[found.medium]),
        found,
    )


def _picture(request: Asked, etag: str, mime: str, made: Callable[[], bytes | None], item: Item) -> HttpResponseBase:
    if streaming.unchanged(request, etag):
        return streaming.forever(HttpResponseNotModified(), etag)
    try:
        image = made()
    except VaultError as error:
        return _gone(request, error, item)
    except media.BadMedia as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    if image is None:
        raise Http404
    return streaming.forever(HttpResponse(image, content_type=mime), etag)


def _gone(request: Asked, error: VaultError, item: Item) -> HttpResponse:
    """The row is there but its bytes are not: destroyed by law, or a fault of the store that must be said."""
    if stone := retention.tombstone(item.dossier):
        return render(request, "record/destroyed.html", {"stone": stone, "item": item}, status=410)
    return render(request, "record/gone.html", {"error": error}, status=503)
