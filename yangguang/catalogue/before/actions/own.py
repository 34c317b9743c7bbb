"""What every act here asks first: whose body it is, and whether a file is what it says."""

from datetime import datetime
from typing import BinaryIO

from django.utils import timezone

from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from .errors import BadFile


def same_body(by: Officer, scope: str, what: str) -> None:
    """**Raises** Refused for somebody of another body."""
    if by.scope != scope:
        raise Refused(f"{by.name}不是本机关的人员，不得{what}", mend="由本机关的人员办理")


def body_of(by: Officer, at: datetime) -> Body:
    """The body of a person as it stands on the day."""
    return registry.body_at(by.scope, timezone.localdate(at)) or by.body


def keep(
    source: BinaryIO, kinds: dict[bytes, tuple[str, str]], most: int, wrong: str, field: str
) -> tuple[str, str, int]:
    """Keep a file whose first bytes say what it is: (digest, mime, size)."""
    head = source.read(8)
    source.seek(0)
    mime = next((mime for magic, (mime, _) in kinds.items() if head.startswith(magic)), None)
    if mime is None:
        raise BadFile("文件格式不对", mend=wrong, field=field)
    try:
        kept = store.put(source, limit=most)
    except VaultError as error:
        raise BadFile(error.message, mend=error.mend, field=field) from error
    return kept.digest, mime, kept.size_bytes
