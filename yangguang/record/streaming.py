"""Bytes in and out without holding them in memory: uploads to a temporary file, files with ranges for players."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal
from urllib.parse import quote

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 2**18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
SHOWN = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/webm",
    "audio/mp4",
    "audio/webm",
    "audio/wav",
    "audio/mpeg",
    "audio/aac",
    "audio/ogg",
    "application/pdf",
)  # what a browser shows by itself without running anything; everything else is saved


class ToDisk(TemporaryFileUploadHandler):
    """Every file to disk as it comes; one over the limit stops the upload, and `request.over_limit` names it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.taken += len(raw_data)
        if self.taken > settings.UPLOAD_MAX_BYTES:
            self.request.over_limit = self.file_name  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


def unchanged(request: HttpRequest, etag: str) -> bool:
    given = request.headers.get("If-None-Match", "")
    return given == "*" or etag in [tag.strip().removeprefix("W/") for tag in given.split(",")]


def forever(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    """What is found by its digest never changes; only this reader's own browser may keep it."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def file(
    request: HttpRequest, opened: BinaryIO, *, size: int, mime: str, name: str, etag: str, save: bool
) -> HttpResponseBase:
    """The bytes of one file, or the range a player asks for (RFC 9110 §14; one range at a time)."""
    show = not save and mime in SHOWN
    wanted = _range(request, size, etag)
    if wanted == "impossible":
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if wanted is None:
        response: HttpResponseBase = FileResponse(opened, content_type=mime if show else "application/octet-stream")
        response.headers["Content-Length"] = str(size)
    else:
        first, last = wanted
        response = StreamingHttpResponse(
            _Part(opened, first, last - first + 1),
            status=206,
            content_type=mime if show else "application/octet-stream",
        )
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = (
        f"{'inline' if show else 'attachment'}; filename=\"{_ascii(name)}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return forever(response, etag)


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | Literal["impossible"] | None:
    if request.headers.get("If-Range", etag) != etag:
        return None
    found = _RANGE.match(request.headers.get("Range", "").strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        return (start, end) if int(last) else "impossible"
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None  # not a range at all: the whole file
    return (start, end) if start < size else "impossible"


def _ascii(name: str) -> str:
    suffix = name.rpartition(".")[2]
    return f"file.{suffix}" if suffix.isascii() and suffix.isalnum() else "file"


class _Part(Iterator[bytes]):
    """A stretch of a file; Django closes it when the answer is sent or broken off."""

    def __init__(self, opened: BinaryIO, start: int, length: int):
        self.opened, self.left = opened, length
        opened.seek(start)

    def __next__(self) -> bytes:
        data = self.opened.read(min(CHUNK, self.left)) if self.left else b""
        if not data:
            raise StopIteration
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.opened.close()
