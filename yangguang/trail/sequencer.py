"""The single writer of the log: takes entries that wait, makes them leaves, signs, and publishes the files."""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from yangguang.trail import note
from yangguang.trail.edge import edge_of, grown
from yangguang.trail.errors import Refused
from yangguang.trail.keys import LogKeys, log_keys
from yangguang.trail.models import Checkpoint, Kind, Leaf, Pending, Tile
from yangguang.trail.tlog import EMPTY, ENTRIES, FULL, BadProof, leaf_bytes, subtree

LOCK = 0x79_67_6C_6F_67  # "yglog": the advisory lock of the one writer
BATCH = 20_000
CHECKPOINT, RUNNING = "checkpoint", ".running"


class RolledBack(Refused):
    """The database is older than what was already published: signing now would fork the log."""


class Damaged(Refused):
    """The stored log does not agree with its own signed checkpoint."""


@dataclass(frozen=True)
class Tick:
    """One round: how many entries became leaves, and the size of the log now."""

    added: int
    size: int
    busy: bool = False


@contextmanager
def running() -> Iterator[None]:
    """Said to whoever wonders whether waiting for the log makes sense; the kernel forgets it with this process."""
    folder = Path(settings.LOG_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / RUNNING, "w") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        yield


def is_running() -> bool:
    """Whether a sequencer of this installation is at work."""
    try:
        with open(Path(settings.LOG_DIR) / RUNNING, "r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def integrate_now() -> Tick:
    """This will make every waiting entry a leaf and publish the result.

    **Raises:** RolledBack, Damaged; both before anything is signed.
    """
    added = 0
    while True:
        tick = integrate()
        added += tick.added
        if tick.added < BATCH:
            break
    publish()
    return Tick(added, tick.size, tick.busy)


def integrate(limit: int = BATCH) -> Tick:
    """One batch in one transaction: leaves, tiles and the signed checkpoint, or nothing."""
    with transaction.atomic(using=DEFAULT_DB_ALIAS):
        # Held by the transaction, so a killed sequencer leaves neither a lock nor half a batch.
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
            mine = cursor.fetchone()[0]
        last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
        size = last.size if last else 0
        if not mine:
            return Tick(0, size, busy=True)
        # By id, and never "greater than the last id": identity values become visible out of order.
        waiting = list(
            Pending.objects.using(DEFAULT_DB_ALIAS)
            .order_by("id")
            .values_list("id", "entry_id", "kind", "commitment", named=True)[:limit]
        )
        if not waiting:
            return Tick(0, size)
        keys = log_keys()
        not_behind(keys, last)
        _append(keys, last, waiting)
    if any(item.kind == Kind.ERASURE for item in waiting):
        carry_out_erasures()
    return Tick(len(waiting), size + len(waiting))


def carry_out_erasures() -> int:
    """This will remove what two people ordered removed, once both of their lines stand in the signed log.

    **Why** in the database: only its own function may change what is written once, and it looks at the grounds itself.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("select trail_carry_out_erasures()")
        return int(cursor.fetchone()[0])


def _append(keys: LogKeys, last: Checkpoint | None, waiting: list[Any]) -> None:
    size, root = (last.size, bytes(last.root)) if last else (0, EMPTY)
    try:
        edge = edge_of(DEFAULT_DB_ALIAS, size)
        if edge.root() != root:
            raise BadProof("由瓦片算出的根与检查点的根不同")
        if last and note.parse_tip(note.open_note(last.note, keys.verifiers).text) != note.Tip(keys.origin, size, root):
            raise BadProof("检查点与其签名文本不同")
    except (BadProof, note.BadNote) as error:
        raise Damaged(f"日志数据与已签署的检查点（{size} 条）不符：{error}", mend=RESTORE) from error
    entries = [leaf_bytes(item.kind, bytes(item.commitment)) for item in waiting]
    made = edge.append(entries)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # Arrays, because a statement per thousand rows of parameters costs more than everything else of a batch.
        cursor.execute(
            "insert into trail_leaf (index, entry_id, data)"
            " select * from unnest(%s::bigint[], %s::bigint[], %s::bytea[])",
            [list(range(size, edge.size)), [item.entry_id for item in waiting], entries],
        )
        cursor.execute("delete from trail_pending where id = any(%s)", [[item.id for item in waiting]])
    Tile.objects.using(DEFAULT_DB_ALIAS).bulk_create(
        [
            Tile(level=tile.level, n=tile.n, data=tile.data, root=subtree(tile.data))
            for tile in made
            if tile.level != ENTRIES and tile.width == FULL
        ]
    )
    now, tip = timezone.now(), note.Tip(keys.origin, edge.size, edge.root())
    Checkpoint.objects.using(DEFAULT_DB_ALIAS).create(
        size=tip.size, root=tip.root, note=note.sign(tip.text, keys.signers, int(now.timestamp())), at=now
    )


# ---- what was already said to the world --------------------------------------------------------------------------

RESTORE = "请停止日志进程，从最新备份恢复数据库，或联系管理员用镜像补齐；在此之前不会再签署任何检查点"


def published(keys: LogKeys) -> note.Tip | None:
    """The checkpoint our own files show; Damaged where it is there but unreadable."""
    path = Path(settings.LOG_DIR) / CHECKPOINT
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    try:
        tip = note.parse_tip(note.open_note(text, keys.verifiers).text)
    except (note.BadNote, UnicodeDecodeError) as error:
        raise Damaged(
            f"已发布的检查点 {path} 无法核验：{error}", mend="请核对密钥文件是否为原密钥，或从备份恢复该文件"
        ) from error
    if tip.origin != keys.origin:
        raise Damaged(
            f"已发布的检查点属于另一日志“{tip.origin}”，本日志为“{keys.origin}”", mend="请核对 YANGGUANG_LOG_ORIGIN"
        )
    return tip


def not_behind(keys: LogKeys, last: Checkpoint | None) -> note.Tip | None:
    """The restore rule: what was published must be a state this database went through."""
    shown = published(keys)
    if shown is None:
        return None
    size = last.size if last else 0
    if shown.size > size:
        raise RolledBack(
            f"已发布的日志有 {shown.size} 条，数据库中只有 {size} 条：数据库可能是从旧备份恢复的，拒绝签署",
            mend=RESTORE,
        )
    same = last is not None and last.size == shown.size  # as it is after every round that was published
    stored = last if same else Checkpoint.objects.using(DEFAULT_DB_ALIAS).filter(size=shown.size).first()
    if shown.size and (stored is None or bytes(stored.root) != shown.root):
        raise RolledBack(f"已发布的日志（{shown.size} 条）与数据库中的日志不是同一部，拒绝签署", mend=RESTORE)
    return shown


# ---- files -------------------------------------------------------------------------------------------------------


def publish() -> int:
    """This will bring the files up to the newest checkpoint of the database, the checkpoint last; gives its size.

    It may be killed at any point and run again: a file is either absent or whole, and follows from the rows.
    """
    with alone():
        last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
        keys = log_keys()
        shown = not_behind(keys, last)
        if last is None:
            return 0
        old = shown.size if shown else 0
        if old == last.size:
            return old
        folder = Path(settings.LOG_DIR)
        write_tiles(folder, ((tile.path, tile.width, tile.data) for tile in grown(DEFAULT_DB_ALIAS, old, last.size)))
        write_file(folder / CHECKPOINT, last.note.encode())
        return last.size


@contextmanager
def alone() -> Iterator[None]:
    """Two publishers would be able to put an older checkpoint over a newer one."""
    folder = Path(settings.LOG_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write_tiles(folder: Path, tiles: Iterable[tuple[str, int, bytes]]) -> None:
    """Every (path, width, data), on the disk when this returns; a full tile takes the place of its partial ones."""
    changed = set()
    for name, width, data in tiles:
        path = folder / name
        _write(path, data)
        changed.add(path.parent)
        if width == FULL:
            shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)
    for directory in changed:
        _flush(directory)


def write_file(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the disk before anything that relies on it."""
    _write(path, data)
    _flush(path.parent)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def await_leaf(entry_id: int, seconds: float = 1.0) -> Leaf | None:
    """The leaf of an entry, once the sequencer made it; None where it did not in this time (say so, do not guess)."""
    until = time.monotonic() + seconds
    while True:
        leaf = Leaf.objects.using(DEFAULT_DB_ALIAS).filter(entry_id=entry_id).first()
        if leaf is not None or time.monotonic() >= until:
            return leaf
        time.sleep(0.02)
