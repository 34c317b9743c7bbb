"""How often one address may ask for things it cannot know of: guessing is slow, reading is never slowed down."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MISSES = 30  # wrong guesses by one address
WINDOW = 600  # in so many seconds


def _key(request: HttpRequest, what: str) -> str:
    return f"portal-misses:{what}:{request.META.get('REMOTE_ADDR', '')}"


def missed(request: HttpRequest, what: str) -> None:
    """Count one wrong guess."""
    key = _key(request, what)
    if not cache.add(key, 1, WINDOW):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.add(key, 1, WINDOW)


def stopped(request: HttpRequest, what: str) -> HttpResponse | None:
    """The answer to an address that guessed too often; None for everybody else."""
    if cache.get(_key(request, what), 0) < MISSES:
        return None
    response = render(request, "portal/registers/too_often.html", {"minutes": WINDOW // 60}, status=429)
    response.headers["Retry-After"] = str(WINDOW)
    response.headers["Cache-Control"] = "no-store"
    return response
