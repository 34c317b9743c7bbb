"""What every page of the public shares: how long it may be kept, the checkpoint at its foot, whether it is to be found."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from yangguang.disclosure import queries

View = Callable[..., HttpResponseBase]


def public(seconds: int) -> Callable[[View], View]:
    """A page everybody sees alike may be kept by caches for a while; one asked for with a session may not be shared.

    `seconds` 0: kept, but asked for again each time.  What says how a decision stands must not be older than the
    take-down (行政处罚法 art. 48).

    **Why** the second: the session is renewed with every answer, and a shared cache would hand its cookie on.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if request.COOKIES.get(settings.SESSION_COOKIE_NAME) or response.status_code >= 400:
                response.headers.setdefault("Cache-Control", "private, no-cache")
            else:
                kept = f"max-age={seconds}" if seconds else "no-cache"
                response.headers.setdefault("Cache-Control", f"public, {kept}")
            return response

        return shown

    return decorate


def portal_page(request: HttpRequest, name: str, given: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page with the newest checkpoint at its foot: whoever prints or keeps a page keeps a witness of the log."""
    point = queries.checkpoint()
    shown = None
    if point is not None:
        url = reverse("trail:checkpoint")
        shown = {"size": point.size, "root": bytes(point.root).hex(), "at": point.at, "url": url}
    return render(request, f"portal/{name}.html", {**given, "checkpoint": shown}, status=status)


def never_found(response: HttpResponseBase) -> HttpResponseBase:
    """Search engines keep no copy of it."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response
