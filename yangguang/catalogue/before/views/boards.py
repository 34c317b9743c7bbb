"""岗位公示牌: every board with what is missing or out of date, one board to print, to show on a screen, to put up."""

from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.web import Asked, address, page
from yangguang.trail import queries as trail

from .. import actions, boards, forms, queries
from ..boards import Board
from .base import act, own_body, posted
from .pre import body_or_404

SECONDS = 20  # how long one board stays on the screen
SIZES = {"A4": "A4 竖版", "A3": "A3 竖版"}


@page()
def home(request: Asked) -> HttpResponse:
    """岗位公示牌: of the own body, or of one the caller supervises."""
    today = timezone.localdate()
    asked = request.GET.get("body", "")
    try:
        body = body_or_404(request, UUID(asked)) if asked else own_body(request.caller)
    except ValueError as error:
        raise Http404 from error
    found = queries.boards_of(body, today)
    because = found[0].because if found else ()
    return render(
        request,
        "catalogue/before/boards.html",
        {
            "body": body,
            "bodies": list(queries.bodies(request.caller, today)[:200]) if request.caller.has("supervisor") else [],
            "rows": [_row(one) for one in found],
            "fields": boards.fields(packs.load(body.pack))[0],
            "because": because,
            "screen": reverse("catalogue:before:screen", args=[found[0].officer.key]) if found else "",
            "may": request.caller.has("disclosure") and body.scope == request.caller.scope,
        },
    )


def _row(one: Board) -> dict[str, Any]:
    return {"board": one, "missing": [line.label for line in one.missing], "stale": one.stale, "key": one.officer.key}


def board_or_404(request: Asked, key: UUID) -> Board:
    found = queries.board(request.caller, key, timezone.localdate())
    if found is None:
        raise Http404
    return found


@page()
def sheet(request: Asked, key: UUID, size: str) -> HttpResponse:
    """One board on paper, A4 or A3."""
    if size not in SIZES:
        raise Http404
    board = board_or_404(request, key)
    context = {"board": board, "size": size, "sizes": SIZES, "qr": qr(board), "public": public(board)}
    return render(request, "catalogue/before/sheet.html", context)


@page()
def screen(request: Asked, key: UUID) -> HttpResponse:
    """One board on a display; the next one follows by itself unless it is held."""
    board, today = board_or_404(request, key), timezone.localdate()
    keys = [one.key for one in queries.serving(board.body, today)]
    place = keys.index(board.officer.key) if board.officer.key in keys else 0
    held = request.GET.get("hold") == "1"
    turn = {
        "before": reverse("catalogue:before:screen", args=[keys[place - 1]]),
        "next": reverse("catalogue:before:screen", args=[keys[(place + 1) % len(keys)]]),
    }
    context = {
        "board": board, "qr": qr(board), "public": public(board), "turn": turn, "held": held, "seconds": SECONDS,
        "place": place + 1, "many": len(keys),
    }  # fmt: skip
    return render(request, "catalogue/before/screen.html", context)


def public(board: Board) -> str:
    """Where the public finds this person and the body."""
    return settings.PUBLIC_URL + (address("portal:officers") or address("portal:home"))


def qr(board: Board) -> SafeString:
    """The address as a QR code; drawn with attributes only, so that the page's own policy holds."""
    made = segno.make(public(board), error="m", micro=False)
    return mark_safe(made.svg_inline(scale=4, border=2, svgclass="yg-board-qr", lineclass=None))  # noqa: S308


@page("disclosure")
def put_up(request: Asked, key: UUID) -> HttpResponseBase:
    """登记上墙."""
    board = board_or_404(request, key)
    form = forms.PutUpForm(
        posted(request), seen=trail.head(f"board:{board.subject}"), initial={"on": timezone.localdate()},
        places=registry.known_places(request.caller.scope, timezone.localdate()),
    )  # fmt: skip
    return act(
        request, form, actions.put_up, lambda: {"board": board, **form.given()},
        title=f"{board.officer.name}的公示牌上墙", label="登记", said="已登记上墙；登记有变化时会提示更换",
        back=reverse("catalogue:before:boards"), because=board.because,
        notes=tuple(f"缺{line.label}：{line.mend}" for line in board.missing),
    )  # fmt: skip
