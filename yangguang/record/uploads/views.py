"""The tray where files wait for their case, the copies to play, and the watch over kept bytes."""

from contextlib import nullcontext
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET

from yangguang.registry import keyset
from yangguang.registry.forms import now
from yangguang.registry.web import Asked, View, address, page
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from .. import media, previews, queries, streaming
from ..forms import ACCEPT, plain_name
from . import actions, playing, spool, storing
from . import queries as tray_queries
from .forms import FindForm, SetAsideForm, TrayForm
from .models import Received, Transfer

LATELY = timedelta(days=7)
MOST_HEALED = 50  # shown; the number says how many there were
MOST_UNDER_WAY = 20
KINDS: dict[str, media.Kind] = {"text": "document", "photo": "photo", "audio": "audio", "video": "video"}


def _body_first(view: View) -> View:
    """The files of a plain form go to disk before a transaction begins; the view begins its own."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [streaming.ToDisk(request)]
        caller = getattr(request, "caller", None)
        if request.method == "POST" and caller is not None and caller.has("officer"):
            _ = request.POST  # the body is read here, of nobody else
        return view(request, *args, **kwargs)

    asked.streams = True  # type: ignore[attr-defined]
    return csrf_exempt(asked)


@_body_first
@page("officer")
@csrf_protect
def tray(request: Any) -> HttpResponse:
    """待归入: what I brought and have not placed, what is on its way, and a way to bring more."""
    over = getattr(request, "over_limit", "")
    form = TrayForm(request.POST, request.FILES, over_limit=over) if request.method == "POST" else TrayForm()
    if request.method == "POST" and form.is_valid():
        for said, wrong in _take(request, form.cleaned_data["files"]):
            (messages.error if wrong else messages.success)(request, said)
        return redirect("record:tray")
    with getattr(request, "scoped", nullcontext)():
        found = keyset.page(tray_queries.tray(request.caller), request.GET, ("-at", "-id"))
        moment = timezone.now()
        due = tray_queries.place_by(found.rows)
        for one in found.rows:
            one.place_by = due.get(one.chain)
        shown = {
            "today": timezone.localdate(),
            "form": form,
            "page": found,
            "rows": found.rows,
            "under_way": [
                {"it": one, "offset": _offset(one)}
                for one in tray_queries.under_way(request.caller, moment)[:MOST_UNDER_WAY]
            ],
            "verifying": list(tray_queries.verifying(request.caller)[:MOST_UNDER_WAY]),
            "refused": list(tray_queries.lately_refused(request.caller, moment - LATELY)[:MOST_UNDER_WAY]),
            "accept": ACCEPT,
            "most": settings.UPLOAD_MAX_BYTES,
            "most_media": settings.MEDIA_MAX_BYTES,
            "expires_hours": settings.UPLOAD_EXPIRES_HOURS,
        }
        return render(request, "record/tray.html", shown, status=422 if form.errors else 200)


def _offset(one: Any) -> int:
    held = spool.Spool(one.pk)
    return held.offset() if held.there else 0


def _take(request: Any, files: list[Any]) -> list[tuple[str, bool]]:
    """The files of a plain form, each on its own: one that is refused takes none of the others with it."""
    said = []
    for one in files:
        name = plain_name(one.name)
        try:
            done = _take_one(request, name, one)
        except (Refused, VaultError) as refused:
            said.append((f"{refused.message}。{refused.mend}", True))
            continue
        said.append((done.message or f"文件 {name} 已收存，待归入案卷", done.state == done.State.REFUSED))
    return said


def _take_one(request: Any, name: str, one: Any) -> Transfer:
    caller = request.caller
    with request.scoped():
        transfer = actions.begin(by=caller.officer, at=now(), scope=caller.scope, name=name, size_bytes=one.size)
    with Path(one.temporary_file_path()).open("rb") as source:
        taken = spool.Spool(transfer.pk).take(source.read, 0, transfer.size_bytes)
    return actions.arrive(transfer.pk, transfer.scope, taken.whole, now())


def _mine(request: Asked, pk: UUID) -> Received:
    found = tray_queries.mine(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page("officer")
def tray_file(request: Asked, pk: UUID) -> HttpResponse:
    """One waiting file: look at it, choose the case it belongs to, or say why it belongs to none."""
    found = _mine(request, pk)
    placed = tray_queries.placed(found)
    form = SetAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.set_aside, by=request.caller.officer, at=now(), received=found, reason=form.cleaned_data["reason"]
        )
        if done is not None:
            messages.success(request, f"“{found}”已注明不归入案卷")
            return redirect("record:tray")
    find = FindForm(request.GET or None)
    q = find.cleaned_data["q"] if find.is_valid() else ""
    same = tray_queries.also_brought(found)
    shown = {
        "it": found,
        "placed": placed,
        "form": form,
        "find": find,
        "offers": [] if placed else queries.open_to(request.caller, q),
        "same": same,
        "length": _length(found.meta.get("duration_ms")),
        "shown": found.mime in streaming.SHOWN,
        "playable": playing.to_play(found.digest, found.scope, found.mime, found.meta),
        "item_url": address("record:item", placed.item_id) if placed and placed.item_id else "",
    }
    return render(request, "record/tray_file.html", shown, status=422 if form.errors else 200)


def _length(milliseconds: int | None) -> str:
    if not milliseconds:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}分{seconds}秒" if minutes else f"{seconds}秒"


@require_GET
@page("officer")
def tray_bytes(request: Asked, pk: UUID) -> HttpResponseBase:
    """The bytes of a waiting file, as they came."""
    found = _mine(request, pk)
    return _send(request, found.digest, found.size_bytes, found.mime, found.name)


@require_GET
@page("officer")
def tray_playable(request: Asked, pk: UUID) -> HttpResponseBase:
    found = _mine(request, pk)
    return _send_playable(request, found.digest, found.scope, found.name)


@require_GET
@page("officer")
def tray_thumb(request: Asked, pk: UUID) -> HttpResponseBase:
    """The small picture of a waiting file."""
    found = _mine(request, pk)
    etag = f'"{found.digest}-thumb"'
    if streaming.unchanged(request, etag):
        return streaming.forever(HttpResponseNotModified(), etag)
    try:
        image = previews.thumb(found.digest, KINDS[found.medium])
    except VaultError as error:
        return render(request, "record/gone.html", {"error": error}, status=503)
    except media.BadMedia as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    return streaming.forever(HttpResponse(image, content_type="image/jpeg"), etag)


@require_GET
@page(*queries.READERS)
def playable(request: Asked, pk: UUID) -> HttpResponseBase:
    """The copy of a recording that browsers play; the original stays what it is."""
    try:
        found = queries.visible_item(request.caller, pk, handed=True)
    except queries.Item.DoesNotExist as error:
        raise Http404 from error
    return _send_playable(request, found.digest, found.scope, found.title)


def _send_playable(request: Asked, digest: str, scope: str, name: str) -> HttpResponseBase:
    made = tray_queries.playable(digest, scope)
    if made is None or not made.digest:
        raise Http404
    return _send(request, made.digest, made.size_bytes, made.mime, f"{Path(name).stem}.{made.mime.partition('/')[2]}")


def _send(request: Asked, digest: str, size: int, mime: str, name: str) -> HttpResponseBase:
    etag = f'"{digest}"'
    if streaming.unchanged(request, etag):
        return streaming.forever(HttpResponseNotModified(), etag)
    try:
        opened = store.open(digest)
    except VaultError as error:
        return render(request, "record/gone.html", {"error": error}, status=503)
    save = request.GET.get("save") == "1"
    return streaming.file(request, opened, size=size, mime=mime, name=name, etag=etag, save=save)


@page(*tray_queries.WATCHERS)
def vault(request: Asked) -> HttpResponse:
    """存证巡检: what the watch over kept bytes read and found, faults first."""
    found = keyset.page(tray_queries.open_findings(request.caller), request.GET, ("-at", "-id"))
    since = timezone.now() - timedelta(days=90)
    healed = tray_queries.healed(request.caller, since)
    runs = tray_queries.scrubs()
    shown = {
        "page": found,
        "faults": found.rows,
        "healed": list(healed[:MOST_HEALED]),
        "healed_all": healed.count(),
        "runs": runs,
        "store": store.backend().name,
        "rules": storing.report(request.caller.scope, timezone.now()),
        "late": not runs or runs[0].at < timezone.now() - timedelta(days=2),
    }
    return render(request, "record/vault.html", shown)
