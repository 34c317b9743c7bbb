"""What every page of the workbench stands on: who may open it, and how an action is submitted from it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers

from yangguang.trail import actions as trail
from yangguang.trail.reading import reading

from . import access
from .access import Caller, NotAllowed

ROLES: dict[str, tuple[str, ...]] = {}  # dotted view → roles; the access test compares every route with it


def address(name: str, *args: Any) -> str:
    """The address of a page by its name; nothing where no such page is installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


View = Callable[..., HttpResponseBase]


def hold(request: HttpRequest, chain: str) -> None:
    """Before a page that ends in an act on this chain reads anything: nobody else acts on it until the page is done."""
    if request.method == "POST":
        trail.hold(chain, request.POST.get("once", ""))


class Asked(HttpRequest):
    """A request of a signed-in person."""

    caller: Caller


def page(*roles: str) -> Callable[[View], View]:
    """A page for signed-in people; with roles, only for those who hold one of them."""

    def decorate(view: View) -> View:
        ROLES[f"{view.__module__}.{view.__qualname__}"] = roles

        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            caller = access.caller(request)
            if caller is None:
                return redirect(f"{resolve_url('login')}?next={quote(request.get_full_path())}")
            try:
                if roles:
                    caller.need(*roles)
                with reading():
                    return view(request, *args, **kwargs)
            except NotAllowed as refused:
                return render(request, "403.html", {"refused": refused}, status=403)

        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = asked(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):  # a page image that never changes says so itself
                add_never_cache_headers(response)
            return response

        shown.roles = roles  # type: ignore[attr-defined]
        return shown

    return decorate
