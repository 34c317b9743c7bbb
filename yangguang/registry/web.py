"""What every page of the workbench stands on: who may open it, and how an action is submitted from it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache

from . import access
from .access import Caller, NotAllowed

ROLES: dict[str, tuple[str, ...]] = {}  # dotted view → roles; the access test compares every route with it


class Asked(HttpRequest):
    """A request of a signed-in person."""

    caller: Caller


def page(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page for signed-in people; with roles, only for those who hold one of them."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        ROLES[f"{view.__module__}.{view.__qualname__}"] = roles

        @wraps(view)
        @never_cache
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            caller = access.caller(request)
            if caller is None:
                return redirect(f"{resolve_url('login')}?next={quote(request.get_full_path())}")
            try:
                if roles:
                    caller.need(*roles)
                return view(request, *args, **kwargs)
            except NotAllowed as refused:
                return render(request, "403.html", {"refused": refused}, status=403)

        shown.roles = roles  # type: ignore[attr-defined]
        return shown

    return decorate
