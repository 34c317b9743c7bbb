"""Pages and addresses of live recordings: what the device talks to answers in JSON, everything else in pages."""

import base64
import binascii
import json
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry.access import NotAllowed
from yangguang.registry.models import Device
from yangguang.registry.web import Asked, View, address, page
from yangguang.trail import queries as trail
from yangguang.trail.actions import AlreadyDone
from yangguang.trail.errors import Refused

from .. import coverage_pages
from ..models import Dossier
from ..queries import READERS, Matter, Owed, matter
from ..queries import dossiers as visible_dossiers
from ..views import _back, _dossier
from . import actions, queries
from .chain import BadLink
from .forms import Beginning, EndKeyForm, ExplainForm, KeyForm, LiveForm, ReasonForm
from .models import DeviceKey, Recording

STATUS = {"early": 409, "fork": 409, "finished": 409, "stopped": 409, "full": 413, "size": 413, "room": 507}
QUICK = 600  # links that are verified at once when a page is opened; a longer recording on request


def _answers(view: View) -> View:
    """For the device: what is refused is said in JSON, with what it can go on from."""

    @wraps(view)
    def asked(request: Asked, *args: Any, **given: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **given)
        except BadLink as error:
            return _said(error.code, error, STATUS.get(error.code, 422), _next(request, given.get("pk")))
        except actions.Stale as error:
            root, size = queries.challenge()
            return _said("stale", error, 409, {"nonce": root, "size": size})
        except NotAllowed as error:
            return _said("not_allowed", error, 403, {})
        except Refused as error:
            return _said("refused", error, 422, {})

    return asked


def _said(code: str, error: Any, status: int, more: dict[str, Any]) -> JsonResponse:
    return JsonResponse({"code": code, "message": error.message, "mend": error.mend, **more}, status=status)


def _next(request: Asked, pk: Any) -> dict[str, Any]:
    found = queries.recordings(request.caller).filter(pk=pk).first()
    return {"next": queries.end_of(found).seq + 1} if found else {}


def _unread(form: Any, code: str = "form") -> JsonResponse:
    wrong = {name: " ".join(str(one) for one in said) for name, said in form.errors.items()}
    words = "；".join(
        f"{form.fields[name].label or name}：{said}" for name, said in wrong.items() if name in form.fields
    )
    body = {"code": code, "message": words or "填写的内容不完整", "mend": "改正后再开始", "errors": wrong}
    return JsonResponse(body, status=422)


# ---- before the camera runs ------------------------------------------------------------------------------------------


@require_GET
@page("officer")
def live(request: Asked, pk: UUID) -> HttpResponse:
    """现场录制: what is to be recorded, this device's key, and the camera."""
    dossier, of = _dossier(request, pk)
    now = timezone.now()
    nonce, size = queries.challenge()
    today = timezone.localdate(now)
    valid = [one for one in queries.keys(request.caller) if not queries.key_ended(one)]
    first = _start_with(request, of)
    shown = {
        "form": LiveForm(matter=of, initial=first),
        "key_form": KeyForm(devices=queries.own_devices(request.caller, today), initial={"label": _name(request)}),
        "dossier": dossier,
        "matter": of,
        "back": _back(of),
        "nonce": nonce,
        "size": size,
        "now_ms": round(now.timestamp() * 1000),
        "officer": request.caller.officer.key,
        "keys": " ".join(one.public_key for one in valid if one.officer_key == request.caller.officer.key),
        "most": settings.UPLOAD_MAX_BYTES,
        "unfinished": queries.unfinished(dossier),
        "spoken": _spoken(of, first["demand"]),
    }
    return render(request, "record/live/live.html", shown)


def _spoken(of: Matter, demand: str) -> list[dict[str, Any]]:
    """What to say at each recording; that of the chosen one stands first and open."""
    rows = [
        {"title": one.title, "phrases": one.phrases, "opened": f"{one.step}:{one.event}" == demand}
        for one in of.spoken()
    ]
    return sorted(rows, key=lambda row: not row["opened"])


def _start_with(request: Asked, of: Matter) -> dict[str, str]:
    """The demand the address names, else the first recording that is missing; its name is the first title."""
    step, event = request.GET.get("step", ""), request.GET.get("event", "")
    asked = of.recordings()
    if not step:
        lacking = next((one for one in of.owed() if one.kind == "recording" and not one.met), None)
        step, event = (lacking.step, lacking.code) if lacking else (of.step, "")
    title = next((one.title for one in asked if (one.step, one.code) == (step, event)), "")
    title = title or dict(of.steps()).get(step, "现场")
    return {"demand": f"{step}:{event}", "title": f"{title}录像", "medium": "video"}


def _name(request: Asked) -> str:
    return f"{request.caller.officer.name}的手机"


@require_POST
@page("officer")
@_answers
def start(request: Asked, pk: UUID) -> HttpResponseBase:
    """Begin: the device sends its signed opening."""
    dossier, of = _dossier(request, pk)
    form, own = LiveForm(request.POST, matter=of), Beginning(request.POST)
    if not form.is_valid():
        return _unread(form)
    if not own.is_valid():
        return _unread(own, "format")
    said = own.cleaned_data
    key = queries.key_of(request.caller.officer, said["public_key"])
    if key is None:
        raise actions.BadKey("本机的密钥没有登记，或者不是您登记的", mend="先登记本机，再开始录制")
    step, event = form.step_and_event
    try:
        begun = actions.start(
            by=request.caller.officer,
            at=fields.now(),
            dossier=dossier,
            step=step,
            event=event,
            medium=form.cleaned_data["medium"],
            title=form.cleaned_data["title"],
            place=form.cleaned_data["place"],
            note=form.cleaned_data["note"],
            key=key,
            once=said["stamp"],
            **{name: said[name] for name in ("mime", "nonce", "size", "t", "signature", "stamp")},
        )
    except AlreadyDone as done:
        begun = _begun(request, done)
    return JsonResponse(_whereabouts(begun), status=201)


def _begun(request: Asked, done: AlreadyDone) -> Recording:
    """The recording the same beginning made before."""
    ref = done.entry.fact_ref if done.entry else ""
    mine = queries.recordings(request.caller).filter(officer_key=request.caller.officer.key)
    found = mine.filter(pk=ref.partition(":")[2]).first() if ref.startswith("record.recording:") else None
    if found is None:
        raise done
    return found


def _whereabouts(recording: Recording) -> dict[str, Any]:
    return {
        "recording": str(recording.pk),
        "genesis": recording.genesis,
        "offset_ms": recording.offset_ms,
        "links": address("record:live_links", recording.pk),
        "finish": address("record:live_finish", recording.pk),
        "page": address("record:recording", recording.pk),
    }


# ---- while it runs ---------------------------------------------------------------------------------------------------


def _recording(request: Asked, pk: UUID) -> Recording:
    found = queries.recordings(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@page("officer")
@_answers
def links(request: Asked, pk: UUID) -> HttpResponseBase:
    """GET: where the chain stands, so that a device can go on.  POST: one link, its bytes in the body."""
    found = _recording(request, pk)
    if request.method != "POST":
        end = queries.end_of(found)
        state = {"next": end.seq + 1, "digest": end.digest, "finished": queries.finished(found) is not None}
        return JsonResponse(state)
    said, signature = _header(request.headers.get("X-Yg-Link", ""))
    taken = actions.take(
        by=request.caller.officer,
        at=timezone.now(),
        recording=found,
        said=said,
        signature=signature,
        data=_body(request),
    )
    return JsonResponse({"new": taken.new, "next": taken.next})


def _header(text: str) -> tuple[Any, str]:
    """The link and its signature, from base64 of JSON.  **Raises** BadLink."""
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        return found["link"], str(found["signature"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadLink("format", "请求中没有读得出的录制链环", "请刷新录制页面后继续上传") from error


def _body(request: Asked) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as error:
        raise BadLink("size", "一段数据超过服务器可以接收的大小", "请降低画质后重新录制") from error


@require_POST
@page("officer")
@_answers
def finish(request: Asked, pk: UUID) -> HttpResponseBase:
    """End and keep: from the device when all is sent, or from the page where the device is lost."""
    found = _recording(request, pk)
    _keeper(request, found.dossier)
    by_device = "application/json" in request.headers.get("Accept", "")
    ended, end = queries.finished(found), queries.end_of(found)
    sent = request.POST.get("links", "")
    if ended is None and by_device and sent.isdecimal() and len(sent) < 12 and int(sent) > end.seq:
        raise BadLink("early", f"还缺第 {end.seq + 1} 至 {sent} 环", f"请从第 {end.seq + 1} 环起补传后再结束")
    try:
        ended = ended or actions.finish(by=request.caller.officer, at=fields.now(), recording=found)
    except Refused as error:
        if by_device:
            raise
        return render(request, "record/live/recording.html", _shown(request, found) | {"refused": error}, status=422)
    if by_device:
        return JsonResponse({"page": address("record:recording", found.pk), "item": str(ended.item_id or "")})
    messages.success(request, "录制已经结束并收存" if ended.item_id else "录制已经结束，没有录到内容")
    return redirect("record:recording", found.pk)


def _keeper(request: Asked, dossier: Dossier) -> Matter:
    of = matter(dossier)
    if of is None or request.caller.officer.key not in of.keepers:
        raise NotAllowed("只有承办人能够办理本案的录制", mend="请由承办人办理")
    return of


# ---- afterwards ------------------------------------------------------------------------------------------------------


@require_GET
@page(*READERS)
def recording(request: Asked, pk: UUID) -> HttpResponse:
    """One recording: how it went, its gaps and their reasons, and whether what was kept is what was signed."""
    return render(request, "record/live/recording.html", _shown(request, _recording(request, pk)))


def _shown(request: Asked, found: Recording) -> dict[str, Any]:
    of, ended, end = matter(found.dossier), queries.finished(found), queries.end_of(found)
    verified = ended is not None and (end.seq <= QUICK or request.GET.get("verify") == "1")
    return {
        "recording": found,
        "matter": of,
        "back": _back(of) if of else "",
        "step_title": dict(of.steps()).get(found.step, found.step) if of else found.step,
        "ended": ended,
        "end": end,
        "size": queries.taken_bytes(found),
        "offset_s": round(found.offset_ms / 1000),
        "gaps": [(one, queries.gap_reason(one)) for one in queries.gaps(found)],
        "keeps": bool(of and request.caller.officer.key in of.keepers),
        "found": queries.verify(ended) if ended and verified else [],
    }


@page("officer")
def gap(request: Asked, pk: UUID) -> HttpResponse:
    """说明录制间断的理由."""
    found = queries.gap(request.caller, pk)
    if found is None:
        raise Http404
    _keeper(request, found.recording.dossier)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.explain_gap,
            by=request.caller.officer,
            at=fields.now(),
            gap=found,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, "已记明间断的理由")
            return redirect("record:recording", found.recording_id)
    shown = {"form": form, "gap": found, "recording": found.recording, "reason": queries.gap_reason(found)}
    return render(request, "record/live/gap.html", shown, status=422 if form.errors else 200)


@page("officer")
def explain(request: Asked, pk: UUID) -> HttpResponse:
    """说明没有录到的时段: of one event, one stretch after the other."""
    dossier, of = _dossier(request, pk)
    owed = _owed(of, request.GET.get("step", ""), request.GET.get("event", ""))
    holes = [(hole, coverage_pages.words(hole)) for hole in owed.unexplained]
    form = ExplainForm(request.POST or None, holes=holes, seen=trail.head(dossier.chain))
    if request.method == "POST" and form.is_valid():
        hole = form.chosen
        done = form.run(
            actions.explain,
            by=request.caller.officer,
            at=fields.now(),
            dossier=dossier,
            step=owed.step,
            event=owed.code,
            started_at=hole.start,
            ended_at=hole.end,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, "已记明没有录到的理由")
            return redirect("record:coverage", dossier.pk)
    shown = {"form": form, "owed": owed, "holes": holes, "dossier": dossier, "matter": of, "back": _back(of)}
    return render(request, "record/live/explain.html", shown, status=422 if form.errors else 200)


def _owed(of: Matter, step: str, event: str) -> Owed:
    asked = (one for one in of.owed() if one.kind == "recording")
    found = next((one for one in asked if (one.step, one.code) == (step, event)), None)
    if found is None:
        raise Http404
    return found


@require_GET
@page(*READERS)
def coverage(request: Asked, pk: UUID) -> HttpResponse:
    """音像记录的覆盖: each event on its own line of time."""
    dossier = visible_dossiers(request.caller).filter(pk=pk).first()
    of = matter(dossier) if dossier else None
    if dossier is None or of is None:
        raise Http404
    shown = {
        "dossier": dossier,
        "matter": of,
        "back": _back(of),
        "rows": coverage_pages.rows(dossier, of),
        "keeps": request.caller.has("officer") and request.caller.officer.key in of.keepers,
        "unfinished": queries.unfinished(dossier),
    }
    return render(request, "record/coverage.html", shown)


# ---- keys ------------------------------------------------------------------------------------------------------------


@require_GET
@page("officer", "head")
def keys(request: Asked) -> HttpResponse:
    """设备密钥: one's own; a head sees those of the body."""
    found = keyset.page(queries.keys(request.caller), request.GET, ("-at", "-id"))
    rows = [(one, queries.key_ended(one)) for one in found.rows]
    shown = {"rows": rows, "page": found, "all": request.caller.has("head")}
    return render(request, "record/live/keys.html", shown)


@require_POST
@page("officer")
@_answers
def key_new(request: Asked) -> HttpResponseBase:
    """登记本机: the device sends the public half and the proof that it holds the other."""
    devices = queries.own_devices(request.caller, timezone.localdate())
    form = KeyForm(request.POST, devices=devices)
    if not form.is_valid():
        return _unread(form)
    said = form.cleaned_data
    made = actions.register_key(
        by=request.caller.officer,
        at=fields.now(),
        label=said["label"],
        public_key=said["public_key"],
        challenge=said["challenge"],
        size=said["size"] or 0,
        signature=said["signature"],
        device=_device(devices, said["device"]),
    )
    return JsonResponse({"key": str(made.pk), "label": made.label}, status=201)


def _device(devices: list[Device], chosen: str) -> Device | None:
    return next((one for one in devices if str(one.key) == chosen), None)


@page("officer", "head")
def key_end(request: Asked, pk: UUID) -> HttpResponse:
    """停用设备密钥."""
    found: DeviceKey | None = queries.keys(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = EndKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.end_key,
            by=request.caller.officer,
            at=fields.now(),
            key=found,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, f"已停用设备密钥“{found.label}”")
            return redirect("record:keys")
    shown = {"form": form, "key": found, "ended": queries.key_ended(found)}
    return render(request, "record/live/key_end.html", shown, status=422 if form.errors else 200)
