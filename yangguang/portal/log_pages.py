"""透明日志 for outsiders: what it says now, who witnessed it, and a page that checks proofs without asking us."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from yangguang.trail import asking, queries, sequencer
from yangguang.trail.keys import log_verifiers

from .web import portal_page as _page
from .web import public


@require_safe
@public(0)
def log(request: HttpRequest) -> HttpResponseBase:
    """The log in words: its size, its keys, its witnesses, and how to check it."""
    given = {
        "origin": settings.LOG_ORIGIN,
        "keys": log_verifiers(),
        "running": sequencer.is_running(),
        "sm3": settings.LOG_SM3,
        "erasures": queries.erasures_told("portal"),
        **asking.standing(),
    }
    return _page(request, "log", given)


@require_safe
@public(0)
def verify(request: HttpRequest) -> HttpResponseBase:
    """Proofs checked in the reader's own browser; nothing is sent."""
    return _page(request, "log_verify", {"policy": asking.own_policy(), "origin": settings.LOG_ORIGIN})
