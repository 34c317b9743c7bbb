"""The log over HTTP: files as they lie on the disk, for mirrors, monitors, witnesses and the verify page."""

from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from yangguang.trail.keys import log_verifiers
from yangguang.trail.tlog import parse_tile_path

R = TypeVar("R", bound=HttpResponseBase)

FOREVER = "public, max-age=31536000, immutable"
SECONDS = "public, max-age=2"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest signed checkpoint."""
    return _file("checkpoint", "text/plain; charset=utf-8", SECONDS)


@require_safe
def vkey(request: HttpRequest) -> HttpResponseBase:
    """The public keys; convenient, but whoever wants certainty has them from elsewhere."""
    text = "".join(f"{key.vkey}\n" for key in log_verifiers())
    return _open_to_all(HttpResponse(text, "text/plain; charset=utf-8"), SECONDS)


@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponseBase:
    """A tile or an entry bundle; only the one spelling of a tile's place is answered, so no other file can be."""
    path = f"tile/{place}"
    try:
        parse_tile_path(path)
    except ValueError:
        return _absent()
    return _file(path, "application/octet-stream", FOREVER)


def _file(path: str, content_type: str, cache: str) -> HttpResponseBase:
    try:
        content = open(Path(settings.LOG_DIR) / path, "rb")  # noqa: SIM115  the response closes it
    except FileNotFoundError:
        return _absent()
    return _open_to_all(FileResponse(content, content_type=content_type), cache)


def _absent() -> HttpResponse:
    return _open_to_all(HttpResponse("日志中没有这个文件\n", "text/plain; charset=utf-8", 404), "no-store")


def _open_to_all(response: R, cache: str) -> R:
    response["Cache-Control"] = cache
    # Anybody's page may check this log: it is public and carries no session.
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return response
