"""The party's pages.  Nothing of them is kept by anybody: no-store, no index, a cookie of half an hour."""

import mimetypes
from collections.abc import Callable
from datetime import UTC
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yangguang.decision.party.models import Kind
from yangguang.decision.party.sql import MINUTES
from yangguang.record import documents
from yangguang.vault import store
from yangguang.vault.errors import Missing

from .. import throttle
from ..web import never_found, portal_page
from . import queries, reading
from .forms import LETTERS, OpenForm

COOKIE = "yg_party"
SALT = "yangguang.portal.party"
PATH = "/party/"
WRONG = "没有查到：码与后六位（后四位）不相符，或者没有这个码。请照文书和证件核对；仍查不到的，请到承办机关询问。"
LOCKED = "这个码试错的次数太多，请半小时后再试，或者到承办机关询问。"
FULL = "今天提交的件数已到上限，请明天再提交，或者到承办机关当面提出。"
CLOSED = "页面已超过三十分钟，没有提交。请重新打开后再提交；刚才写的内容还在下面，可以先复制。"
View = Callable[..., HttpResponseBase]


def private(view: View) -> View:
    """Kept by nobody, found by nobody."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = never_found(view(request, *args, **kwargs))
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return shown


def _token(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=MINUTES * 60))
    except signing.BadSignature:
        return ""


def opened(view: View) -> View:
    """A page of an opened case: the view gets what may be known of it; everybody else is led to the door."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = _token(request)
        case = queries.read(token) if token else None
        if case is None and request.method != "POST":
            return redirect("portal:party")
        return view(request, token, case, *args, **kwargs)

    return private(shown)


# ---- the door --------------------------------------------------------------------------------------------------------


@sensitive_post_parameters("code", "second")
@require_http_methods(["GET", "HEAD", "POST"])
@private
def door(request: HttpRequest) -> HttpResponseBase:
    """当事人查询: the code on the document and a second thing only the party has; one answer for all that is wrong."""
    if refused := throttle.stopped(request, "party"):
        return refused
    if request.method != "POST":
        form = OpenForm(initial={"code": request.GET.get("code", "")[:60]})
        return portal_page(request, "party/door", {"form": form})
    form = OpenForm(request.POST)
    if not form.is_valid():
        return portal_page(request, "party/door", {"form": form}, status=422)
    state, token = queries.open_page(form.cleaned_data["code"], form.cleaned_data["second"])
    if state != "open":
        throttle.missed(request, "party")
        form.add_error(None, LOCKED if state == "locked" else WRONG)
        return portal_page(request, "party/door", {"form": form}, status=429 if state == "locked" else 422)
    response = redirect("portal:party_case")
    response.set_cookie(
        COOKIE,
        signing.dumps(token, salt=SALT),
        max_age=MINUTES * 60,
        path=PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
@private
def leave(request: HttpRequest) -> HttpResponseBase:
    """退出: the session ends in the database too."""
    if token := _token(request):
        queries.close_page(token)
    response = redirect("portal:party")
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


# ---- the case --------------------------------------------------------------------------------------------------------


@require_safe
@opened
def case(request: HttpRequest, token: str, found: dict[str, Any]) -> HttpResponseBase:
    """本案: progress, what was served, the periods, what was handed in, the remedies."""
    return portal_page(request, "party/case", {"case": found, **reading.shown(found), "minutes": MINUTES})


@require_safe
@opened
def document(request: HttpRequest, token: str, found: dict[str, Any], item: UUID) -> HttpResponseBase:
    """A document served on this party, byte for byte; never an internal one."""
    paper = queries.document(token, item)
    forms = documents.catalogue()
    if paper is None or paper.code not in forms or forms[paper.code].internal:
        raise Http404("没有送达给您的这份文书")
    try:
        held = store.open(paper.digest)
    except Missing as error:
        raise Http404("文书暂时取不到，请稍后再试") from error
    name = f"{paper.title}{paper.number}.pdf"
    return FileResponse(held, content_type=paper.mime, filename=name, headers={"X-Content-Type-Options": "nosniff"})


@require_safe
@opened
def inspect(request: HttpRequest, token: str, found: dict[str, Any], item: UUID) -> HttpResponseBase:
    """Material of the file that was granted to this party, byte for byte or as a masked copy."""
    paper = queries.granted(token, item)
    if paper is None:
        raise Http404("没有同意您查阅的这份材料")
    try:
        held = store.open(paper.digest)
    except Missing as error:
        raise Http404("材料暂时取不到，请稍后再试") from error
    shown = paper.mime == "application/pdf" or paper.mime.startswith(("image/", "audio/", "video/"))
    name = paper.title + (mimetypes.guess_extension(paper.mime) or "")
    headers = {"X-Content-Type-Options": "nosniff"}
    return FileResponse(held, as_attachment=not shown, content_type=paper.mime, filename=name, headers=headers)


@require_safe
@opened
def calendar(request: HttpRequest, token: str, found: dict[str, Any]) -> HttpResponseBase:
    """期限日历 for the party's own calendar program."""
    text = reading.ics(found, timezone.now().astimezone(UTC))
    headers = {
        "Content-Disposition": "attachment; filename=\"deadlines.ics\"; filename*=UTF-8''" + quote("期限日历.ics")
    }
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@opened
def letter(request: HttpRequest, token: str, found: dict[str, Any] | None, kind: str) -> HttpResponseBase:
    """提交: it goes into the letter box; the receipt says when the system received it."""
    if kind not in LETTERS:
        raise Http404("没有这种提交")
    form = LETTERS[kind](request.POST if request.method == "POST" else None, initial=_known(found, kind))
    given = {"form": form, "kind": kind, "title": Kind(kind).label, "case": found}
    if found is None:
        form.is_valid()
        form.add_error(None, CLOSED)
        return portal_page(request, "party/letter", given, status=403)
    offered = {one["kind"]: one for one in reading.may(found)}
    given["offered"] = offered.get(kind)
    given["days"] = [day for day in reading.calendar(found) if day.code == "D03" and kind not in ("address", "inspect")]
    if kind not in offered:
        return portal_page(request, "party/letter", {**given, "form": None}, status=409 if form.is_bound else 200)
    if request.method == "POST" and form.is_valid():
        said = queries.post(token, form.cleaned_data["once"], kind, form.data_())
        if said == "kept":
            return redirect("portal:party_receipt", pk=form.cleaned_data["once"])
        form.add_error(None, {"full": FULL, "closed": CLOSED}.get(said, "没有提交成功，请重新打开页面后再提交"))
    return portal_page(request, "party/letter", given, status=422 if form.is_bound else 200)


def _known(found: dict[str, Any] | None, kind: str) -> dict[str, str]:
    """Enter once: the party's own name, and for a hearing the usual request."""
    if found is None:
        return {}
    return {
        "name": found["party"],
        "recipient": found["party"],
        **({"text": "要求举行听证。"} if kind == "hearing" else {}),
    }


@require_safe
@opened
def receipt(request: HttpRequest, token: str, found: dict[str, Any], pk: UUID) -> HttpResponseBase:
    """回执: what was received and when, whether in time, where it stands in the log."""
    row = next((one for one in reading.letters(found) if one["id"] == str(pk)), None)
    if row is None:
        raise Http404("没有这件提交")
    return portal_page(request, "party/receipt", {"row": row, "case": found, "log_url": reverse("portal:log")})
