"""Bind each request of a signed-in person to one transaction that sees only that person's part of the tree."""

import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from . import access


class Scope:
    """Sets `request.caller` and the row-level scope.

    **Why** the whole request is one transaction: what a page shows is one moment, and an action that fails half-way
    leaves nothing.  A file that is streamed is read before the transaction closes.  A view marked `streams` takes a body
    that may be hours on its way: it gets no transaction but `request.scoped()`, to begin its own when the body is in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.caller = None  # type: ignore[attr-defined]
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            return self.get_response(request)
        streams = _streams(request)
        with transaction.atomic():
            caller = access.of_session(request)
            request.caller = caller  # type: ignore[attr-defined]
            if caller is not None and not streams:
                response = self.get_response(request)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
        if caller is not None:
            alone = caller.roles.isdisjoint(access.REACHING)
            request.scoped = partial(access.within, caller.scope, alone=alone)  # type: ignore[attr-defined]
        return self.get_response(request)


class Awake:
    """The session ends after half an hour of idleness, not of work: it is renewed once a minute while pages are asked for."""

    MINUTE = 60
    KEY = "awake"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and SESSION_KEY in request.session:
            now = int(time.time())
            if now - request.session.get(self.KEY, 0) >= self.MINUTE:
                request.session[self.KEY] = now
        return self.get_response(request)


def _streams(request: HttpRequest) -> bool:
    try:
        return getattr(resolve(request.path_info).func, "streams", False)
    except Resolver404:
        return False
