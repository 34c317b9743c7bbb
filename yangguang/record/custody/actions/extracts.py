"""Copies for use: a clip of a recording, a masked copy.  The original is read and never touched.  **Clause** QS-3.2.2i."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault import store
from yangguang.vault.errors import VaultError

from ... import media
from ...models import Item
from .. import cutting
from ..models import Extract

PLAYED = (Item.Medium.VIDEO, Item.Medium.AUDIO)
KINDS = {
    "document": Item.Medium.TEXT,
    "photo": Item.Medium.PHOTO,
    "audio": Item.Medium.AUDIO,
    "video": Item.Medium.VIDEO,
}


class NoExtract(Refused):
    """A copy that cannot be made of this original."""


@action("record.clip", kind="evidence")
def clip(*, by: Officer, at: datetime, item: Item, from_ms: int, to_ms: int, note: str) -> Extract:
    """截取片段: a range of a recording as an object of its own; nothing is encoded anew.  **Raises** NoExtract."""
    if item.medium not in PLAYED:
        raise NoExtract("只有录音、录像可以截取片段", mend="照片、文书请上传遮挡副本")
    length = item.meta.get("duration_ms")
    if not 0 <= from_ms < to_ms:
        raise NoExtract("终点须在起点之后", mend="核对起止时间，格式如 00:01:30", field="to")
    if length and from_ms >= length:
        raise NoExtract(f"起点超出录音录像的长度（{length // 1000} 秒）", mend="核对起点", field="start")
    _say_why(note)
    try:
        made = cutting.cut(item.digest, item.mime, from_ms, to_ms)
    except (media.BadMedia, VaultError) as error:
        raise NoExtract(error.message, mend=error.mend) from error
    return Extract.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        parent=item,
        parent_digest=item.digest,
        kind=Extract.Kind.CLIP,
        from_ms=from_ms,
        to_ms=min(to_ms, length) if length else to_ms,
        starts_ms=made.starts_ms,
        digest=made.digest,
        size_bytes=made.size_bytes,
        mime=made.mime,
        note=note.strip(),
    )


@action("record.keep_masked", kind="evidence")
def keep_masked(*, by: Officer, at: datetime, item: Item, path: Path, name: str, note: str) -> Extract:
    """收存遮挡副本: made elsewhere, it names its original; faces, voices and numbers hidden.  **Raises** NoExtract."""
    _say_why(note)
    if path.stat().st_size > settings.UPLOAD_MAX_BYTES:
        raise NoExtract(f"文件超过本系统上限 {settings.UPLOAD_MAX_BYTES // 2**20} MB", mend="分段后上传", field="file")
    try:
        found = media.probe(path, name)
        if KINDS[found.kind] != item.medium:
            raise NoExtract(
                f"副本是{media.KINDS[found.kind]}，原件是{item.get_medium_display()}，形式不同",
                mend="选择这份原件的副本",
                field="file",
            )
        with path.open("rb") as source:
            stored = store.put(source)
    except (media.BadMedia, VaultError) as error:
        raise NoExtract(error.message, mend=error.mend, field="file") from error
    if stored.digest == item.digest:
        raise NoExtract("这就是原件，没有任何遮挡", mend="上传遮挡以后的副本", field="file")
    return Extract.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        parent=item,
        parent_digest=item.digest,
        kind=Extract.Kind.MASKED,
        digest=stored.digest,
        size_bytes=stored.size_bytes,
        mime=found.mime,
        note=note.strip(),
    )


def _say_why(note: str) -> None:
    if len(note.strip()) < 4:
        raise NoExtract("没有写明副本的用途和处理", mend="例如“遮挡旁人面部，供当事人查阅”", field="note")
