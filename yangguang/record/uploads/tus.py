"""tus 1.0: files in pieces, to be gone on with after any cut.  https://tus.io/protocols/resumable-upload

Core, creation, creation-with-upload, checksum (sha256, sha1), expiration, termination.  The body is read outside of any
transaction.  **Why** our own: the library that was chosen first takes each body whole into memory.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date

from yangguang.registry.access import Caller, NotAllowed
from yangguang.registry.forms import now
from yangguang.registry.web import page
from yangguang.trail.errors import Refused
from yangguang.vault.errors import VaultError

from ..forms import plain_name
from . import actions, spool
from .models import Transfer
from .queries import GIVEN_UP

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = {"sha256": 32, "sha1": 20}
BODY = "application/offset+octet-stream"
MISMATCH = 460
_NUMBER = re.compile(r"[0-9]{1,18}")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class Wrong(Exception):
    """A request that does not speak tus, or cannot be met."""

    def __init__(self, status: int, message: str, mend: str = "", **headers: str):
        super().__init__(message)
        self.status, self.message, self.mend, self.headers = status, message, mend, headers


class Streaming(HttpRequest):
    """A request whose view begins its own transactions."""

    caller: Caller | None
    scoped: Callable[[], Any]


View = Callable[..., HttpResponseBase]


def _speaks_tus(view: View) -> View:
    """Every answer is tus; a person who is not signed in gets a 401 and not the page of the door."""

    @wraps(view)
    def asked(request: Streaming, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if request.caller is None and request.method != "GET":  # who only looks is shown the door
                raise Wrong(401, "登录已过期", "请在新窗口登录后点“继续”，已传的部分保留")
            if request.method not in {"OPTIONS", "GET"} and request.headers.get("Tus-Resumable") != VERSION:
                raise Wrong(412, f"只支持 tus {VERSION}", **{"Tus-Version": VERSION})
            answer = view(request, *args, **kwargs)
        except Wrong as wrong:
            answer = _says(wrong.status, wrong.message, wrong.mend)
            for name, value in wrong.headers.items():
                answer.headers[name] = value
        except (Refused, VaultError) as refused:
            answer = _says(_status(refused), refused.message, refused.mend)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    asked.streams = True  # type: ignore[attr-defined]
    return asked


def _status(refused: Exception) -> int:
    if isinstance(refused, actions.TooLarge):
        return 413
    if isinstance(refused, actions.NoRoom | VaultError):
        return 507
    return 403 if isinstance(refused, NotAllowed) else 422


def _says(status: int, message: str, mend: str = "") -> HttpResponse:
    return JsonResponse({"message": message, "mend": mend}, status=status, json_dumps_params={"ensure_ascii": False})


# ---- addresses -------------------------------------------------------------------------------------------------------


@_speaks_tus
@page("officer")
def transfers(request: Streaming) -> HttpResponseBase:
    """Where a transfer is announced (POST), and what this server speaks (OPTIONS)."""
    method = _method(request)
    if method == "OPTIONS":
        return _options()
    if method != "POST":
        raise Wrong(405, "此地址只接受 POST、OPTIONS", Allow="POST, OPTIONS")
    size = _number(request, "Upload-Length")
    if request.headers.get("Upload-Defer-Length"):
        raise Wrong(400, "须先给出文件大小（Upload-Length）")
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    name = plain_name(said.get("filename") or said.get("name") or "")
    declared = said.get("sha256", "").lower()
    if declared and not _DIGEST.fullmatch(declared):
        raise Wrong(400, "Upload-Metadata 中的 sha256 不是 64 位十六进制摘要值")
    caller = _caller(request)
    with request.scoped():
        made = actions.begin(
            by=caller.officer, at=now(), scope=caller.scope, name=name, size_bytes=size, declared=declared
        )
    answer: HttpResponseBase = HttpResponse(status=201)
    offset = 0
    if request.headers.get("Content-Type") == BODY:
        offset = _take(request, made, 0)
    answer.headers["Location"] = reverse("record:transfer", args=[made.pk])
    return _placed(answer, made, offset)


@_speaks_tus
@page("officer")
def transfer(request: Streaming, pk: UUID) -> HttpResponseBase:
    """One transfer: how far (HEAD), more of it (PATCH), given up (DELETE), what became of it (GET, for the page)."""
    method = _method(request)
    if method == "OPTIONS":
        return _options()
    found = _mine(request, pk)
    if method == "GET":
        return JsonResponse(_told(found), json_dumps_params={"ensure_ascii": False})
    if method == "DELETE":
        _alive(found)
        with request.scoped():
            actions.end(found, Transfer.State.EXPIRED, GIVEN_UP)
        spool.Spool(found.pk).drop()
        return HttpResponse(status=204)
    if method == "HEAD":
        found, offset = _where(request, found)
        answer = _placed(HttpResponse(status=200), found, offset)
        answer.headers["Upload-Length"] = str(found.size_bytes)
        return answer
    if method != "PATCH":
        raise Wrong(405, "此地址只接受 HEAD、PATCH、DELETE、GET、OPTIONS", Allow="HEAD, PATCH, DELETE, GET, OPTIONS")
    if request.headers.get("Content-Type") != BODY:
        raise Wrong(415, f"内容类型应为 {BODY}")
    _alive(found)
    offset = _take(request, found, _number(request, "Upload-Offset"))
    return _placed(HttpResponse(status=204), found, offset)


def _options() -> HttpResponse:
    answer = HttpResponse(status=204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Max-Size"] = str(settings.MEDIA_MAX_BYTES)
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer


# ---- reading what was sent -------------------------------------------------------------------------------------------


def _method(request: HttpRequest) -> str:
    """Senders behind a proxy that knows neither PATCH nor DELETE say them in a header."""
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method).upper() if method == "POST" else method


def _caller(request: Streaming) -> Caller:
    assert request.caller is not None
    return request.caller


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise Wrong(400, f"请求头 {name} 应为非负整数，现为“{text[:40]}”")
    return int(text)


def _metadata(text: str) -> dict[str, str]:
    """`key base64,key base64`.  **Raises** Wrong."""
    if len(text) > 4096:
        raise Wrong(400, "请求头 Upload-Metadata 过长，最多 4096 字节")
    found = {}
    for pair in filter(None, (one.strip() for one in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = b64decode(value.strip(), validate=True).decode()
        except (NotBase64, UnicodeDecodeError) as error:
            raise Wrong(400, f"请求头 Upload-Metadata 的“{key[:40]}”不是 base64 编码的 UTF-8 文本") from error
    return found


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    name, _, value = said.partition(" ")
    try:
        digest = b64decode(value.strip(), validate=True)
    except NotBase64:
        digest = b""
    if len(digest) != ALGORITHMS.get(name):
        raise Wrong(400, "请求头 Upload-Checksum 应为“sha256 摘要值的base64”或者“sha1 摘要值的base64”")
    return name, digest


def _mine(request: Streaming, pk: UUID) -> Transfer:
    """Only who began a transfer goes on with it."""
    caller = _caller(request)
    with request.scoped():
        officer = caller.officer
        found = Transfer.objects.select_related("by", "received__by").filter(pk=pk, by_key=officer.key).first()
        if found is None or found.scope != caller.scope:
            raise Wrong(404, "没有这次上传，或者它不是您的", "请重新选择文件")
        return found


def _alive(found: Transfer) -> None:
    if found.state == Transfer.State.VERIFYING:
        raise Wrong(410, "这次上传已传完，正在核验", "核验完后在“待归入”中查看")
    if found.state != Transfer.State.RECEIVING:
        raise Wrong(410, f"这次上传{found.get_state_display()}：{found.message}", "需要的话请重新选择文件上传")
    if found.expires_at < timezone.now():
        raise Wrong(410, "这次上传已过期，已传的部分将被清除", "请重新选择文件上传")


# ---- taking ----------------------------------------------------------------------------------------------------------


def _take(request: Streaming, found: Transfer, offset: int) -> int:
    """Stream the body into the spool; the last byte brings the file to its end."""
    length = request.headers.get("Content-Length", "")
    if not _NUMBER.fullmatch(length):
        raise Wrong(411, "请求须给出内容长度（Content-Length）")
    if offset + int(length) > found.size_bytes:
        raise Wrong(413, "内容超过了声明的文件大小")
    held = spool.Spool(found.pk)
    try:
        taken = held.take(request.read, offset, found.size_bytes, _checksum(request))
    except spool.Elsewhere as other:
        raise Wrong(409, f"应从第 {other.offset} 字节继续，而不是第 {offset} 字节", "重新连接后会自动继续") from other
    except spool.Overtaken as other:
        raise Wrong(409, "同一上传已由另一连接继续", "无需处理") from other
    except spool.Mismatch as other:
        raise Wrong(MISMATCH, "这一段与发送方的摘要值不符，没有收下", "会自动重传") from other
    except FileNotFoundError as gone:
        raise Wrong(410, "这次上传的内容已清除", "请重新选择文件上传") from gone
    if taken.offset == found.size_bytes:
        _ended(request, found, taken.whole)
    else:
        with request.scoped():
            actions.put_off(found, _later())
    return taken.offset


def _where(request: Streaming, found: Transfer) -> tuple[Transfer, int]:
    """How far a transfer is; one whose bytes are all there is brought to its end first."""
    if found.state in {Transfer.State.VERIFYING, Transfer.State.KEPT, Transfer.State.REPEATED}:
        return found, found.size_bytes
    _alive(found)
    held = spool.Spool(found.pk)
    if held.remembered() is None and not held.there:
        raise Wrong(410, "这次上传的内容已清除", "请重新选择文件上传")
    offset = held.offset() if held.there else found.size_bytes
    if offset == found.size_bytes:
        found = _ended(request, found, "")
    return found, offset


def _ended(request: Streaming, found: Transfer, whole: str) -> Transfer:
    """All bytes are there.  A large file is verified when its sender has been answered: every part of it is hashed and on
    the disk, and `finishing` takes it from there.

    **Raises** NotTaken.
    """
    if found.size_bytes <= spool.SMALL:
        return _arrived(found, whole)
    with suppress(FileNotFoundError):  # another request or the job was first
        spool.Spool(found.pk).seal()
    with request.scoped():
        return actions.hand_over(found)


def _arrived(found: Transfer, whole: str) -> Transfer:
    """**Raises** NotTaken for a file that came whole and yet cannot be taken."""
    done = actions.arrive(found.pk, found.scope, whole, now())
    if done.state == Transfer.State.REFUSED:
        raise actions.NotTaken(done.message)
    found.state, found.message = done.state, done.message
    return done


def _later() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)


def _placed(answer: HttpResponseBase, found: Transfer, offset: int) -> HttpResponseBase:
    answer.headers["Upload-Offset"] = str(offset)
    if found.state == Transfer.State.RECEIVING:
        answer.headers["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return answer


def _told(found: Transfer) -> dict[str, Any]:
    """What the page shows of one transfer."""
    got = found.received
    return {
        "state": found.state,
        "word": found.get_state_display(),
        "message": found.message,
        "name": found.name,
        "received": str(got.pk) if got else None,
        "digest": got.digest if got else None,
        "url": reverse("record:tray_file", args=[got.pk]) if got else None,
        "clock": got.clock.get("notes", []) if got else [],
        "offset": spool.Spool(found.pk).offset() if spool.Spool(found.pk).there else None,
        "size": found.size_bytes,
    }
