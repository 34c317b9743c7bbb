"""The log over HTTP: files as they lie on the disk, for mirrors, monitors, witnesses and the verify page."""

from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from yangguang.trail.asking import COSIGNED, POLICY
from yangguang.trail.keys import log_verifiers
from yangguang.trail.tlog import ENTRIES, SM3, parse_tile_path, tile_path

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


@require_safe
def cosigned(request: HttpRequest) -> HttpResponseBase:
    """The newest checkpoint that enough witnesses signed; the very newest may still be on its way to them."""
    return _file(COSIGNED, "text/plain; charset=utf-8", SECONDS)


@require_safe
def policy(request: HttpRequest) -> HttpResponseBase:
    """Who has to sign, as this log sees it; whoever wants certainty writes a policy of their own."""
    return _file(POLICY, "text/plain; charset=utf-8", SECONDS, Path(settings.KEYS_DIR))


@require_safe
def checkpoint_sm3(request: HttpRequest) -> HttpResponseBase:
    """The checkpoint of the SM3 tree, where this installation has one."""
    return _file(SM3.checkpoint, "text/plain; charset=utf-8", SECONDS)


@require_safe
def tile_sm3(request: HttpRequest, place: str) -> HttpResponseBase:
    """A tile of the SM3 tree; its entries are those of the log itself."""
    try:
        level, n, width = parse_tile_path(f"tile/{place}")
    except ValueError:
        return _absent()
    if level == ENTRIES:
        return _absent()
    return _file(tile_path(level, n, width, SM3.tiles), "application/octet-stream", FOREVER)


def _file(path: str, content_type: str, cache: str, folder: Path | None = None) -> HttpResponseBase:
    try:
        content = open((folder or Path(settings.LOG_DIR)) / path, "rb")  # noqa: SIM115  the response closes it
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
