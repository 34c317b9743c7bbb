"""Readings of the trail: the line of one case, and what an outsider needs to check one entry."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet

from yangguang.trail import edge, note
from yangguang.trail.audit import Finding, altered
from yangguang.trail.errors import Refused
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import Checkpoint, Entry, Fact, Leaf
from yangguang.trail.reading import held

__all__ = ["Finding", "NotLogged", "altered", "entry_of", "head", "history", "leaf_of", "proof_for", "tlog_proof"]


class NotLogged(Refused):
    """The entry is written but not yet a leaf of the log."""


class Erased(NotLogged):
    """The words were lawfully removed; what is left to show is the place in the log."""


def history(chain: str, using: str = "default") -> QuerySet[Entry]:
    """Every line of a chain the asker may see, oldest first."""
    return Entry.objects.using(using).filter(chain=chain).order_by("seq")


def head(chain: str, using: str = "default") -> int:
    """The seq of the last line the asker may see, 0 for none; what a page hands back as `seen`."""
    mine = held.get() or {}
    if chain in mine:
        return int(mine[chain].seq)
    return history(chain, using).order_by("-seq").values_list("seq", flat=True).first() or 0


def entry_of(fact: Fact | str, using: str = "default") -> Entry | None:
    """The entry a fact (or its reference) left."""
    ref = fact if isinstance(fact, str) else fact.ref
    return Entry.objects.using(using).filter(fact_ref=ref).order_by("id").first()


def leaf_of(entry: Entry) -> Leaf | None:
    return Leaf.objects.using(entry._state.db).filter(entry_id=entry.pk).first()


def own(by_ref: str, pk: int) -> Entry | None:
    """An entry this person made."""
    return Entry.objects.filter(pk=pk, by_ref=by_ref).first()


def proof(entry: Entry) -> note.Proof:
    """The entry's place under the newest checkpoint; under the newest witnessed one, where that holds it already.

    **Raises** NotLogged.
    """
    alias, leaf = entry._state.db or "default", leaf_of(entry)
    checkpoint = Checkpoint.objects.using(alias).order_by("-size").first()
    if leaf is None or checkpoint is None or leaf.index >= checkpoint.size:
        raise NotLogged("该记录已留痕，尚未汇入公开日志", mend="日志每秒汇总一次，请稍后再试；若持续如此，请告知管理员")
    text, size = best(leaf.index, checkpoint)
    path = edge.tree(alias, size).inclusion(leaf.index)
    return note.Proof(leaf.index, tuple(path), text)


def best(index: int, checkpoint: Checkpoint) -> tuple[str, int]:
    """Of the published checkpoints that hold this entry the one with the most signatures worth having."""
    for name in ("cosigned", "checkpoint"):
        try:
            text = (Path(settings.LOG_DIR) / name).read_text("utf-8")
            tip = note.parse_tip(note.open_note(text, log_verifiers()).text)
        except (FileNotFoundError, note.BadNote):
            continue  # nothing published, or not by this log: the database has the signed text itself
        if index < tip.size <= checkpoint.size:
            return text, tip.size
    return checkpoint.note, checkpoint.size


def tlog_proof(entry: Entry) -> str:
    """The `.tlog-proof` file of an entry (C2SP tlog-proof)."""
    return proof(entry).text


def index_of(entry: int, using: str = "default") -> int | None:
    """The place of an entry in the log, counted from 0; None before it was taken in."""
    found: int | None = Leaf.objects.using(using).filter(entry=entry).values_list("index", flat=True).first()
    return found


def proof_for(entry: Entry) -> dict[str, Any]:
    """What the verify page needs; whoever hands it out must be allowed to show the payload.

    **Raises** NotLogged, Erased.
    """
    if not bytes(entry.salt):
        raise Erased("这条记录的原文已依法清除", mend="它在日志中的位置仍可用 .tlog-proof 证明")
    made, keys = proof(entry), log_verifiers()
    return {
        "payload": entry.payload,
        "salt": note.b64(bytes(entry.salt)),
        "kind": entry.kind,
        "index": made.index,
        "proof": [note.b64(item) for item in made.path],
        "checkpoint": made.checkpoint,
        "vkey": next(key.vkey for key in keys if key.kind == note.ED25519),
        "origin": keys[0].name,
        "recorded_at": entry.recorded_at.isoformat(),
    }


def erasures_told(using: str, most: int = 50) -> list[dict[str, Any]]:
    """What the public learns of lawful erasures, newest first; each says how many there are in all."""
    with connections[using].cursor() as cursor:
        cursor.execute("select place, clause, asked_at, agreed_at, total from trail_erasures_told(%s)", [most])
        names = ("index", "clause", "asked_at", "agreed_at", "total")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
