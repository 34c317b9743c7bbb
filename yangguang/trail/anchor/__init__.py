"""A checkpoint under a trusted time stamp (RFC 3161): who keeps the token can show when the log was already so long.

Optional: needs the package `rfc3161-client` and a time-stamping authority.
"""

import datetime
import hashlib
import importlib
import urllib.error
import urllib.request
from importlib.util import find_spec
from typing import Any

from cryptography import x509
from django.db import DEFAULT_DB_ALIAS

from yangguang.trail.errors import Refused
from yangguang.trail.models import Anchor, Checkpoint

from . import actions

rfc3161: Any = importlib.import_module("rfc3161_client") if find_spec("rfc3161_client") else None

SECONDS, LARGEST = 15, 64 * 1024


class NoStamp(Refused):
    """No token that holds could be had."""


def anchor_now(tsa: str, root_pem: bytes) -> Anchor:
    """This will have the newest checkpoint stamped and keep the token as a fact.  Raises NoStamp."""
    last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
    if last is None:
        raise NoStamp("日志还没有检查点", mend="请先运行日志进程")
    request = _client().TimestampRequestBuilder().data(last.note.encode()).build()
    token = _send(tsa, request.as_bytes())
    stated = verified(token, last.note, root_pem, nonce=request.nonce)
    return actions.keep(
        at=datetime.datetime.now(datetime.UTC),
        size=last.size,
        checkpoint=last.note,
        digest=hashlib.sha256(last.note.encode()).hexdigest(),
        authority=tsa,
        token=token,
        stated_at=stated,
    )


def verified(token: bytes, checkpoint: str, root_pem: bytes, nonce: int | None = None) -> datetime.datetime:
    """The moment the token states, once it is this authority's over this checkpoint.  Raises NoStamp."""
    client = _client()
    try:
        response = client.decode_timestamp_response(token)
        builder = client.VerifierBuilder()
        for root in x509.load_pem_x509_certificates(root_pem):
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        if not builder.build().verify_message(response, checkpoint.encode()):
            raise NoStamp("时间戳核验不通过")
    except (ValueError, client.VerificationError) as error:
        raise NoStamp(f"时间戳核验不通过：{error}", mend="请核对时间戳机构的根证书") from error
    moment: datetime.datetime = response.tst_info.gen_time
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _client() -> Any:
    if rfc3161 is None:
        raise NoStamp("没有安装 rfc3161-client", mend="请安装 requirements-anchor.txt")
    return rfc3161


def _send(tsa: str, body: bytes) -> bytes:
    if not tsa.startswith(("http://", "https://")):
        raise NoStamp(f"时间戳机构的地址“{tsa}”不是 http 或 https 地址")
    request = urllib.request.Request(tsa, body, {"Content-Type": "application/timestamp-query"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(LARGEST))
    except (OSError, urllib.error.HTTPError) as error:
        raise NoStamp(f"时间戳机构没有答复：{error}", mend="请稍后再试") from error
