"""The audit: every commitment recomputed against the entries, the rows and the published log."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from yangguang.trail import guards, note
from yangguang.trail.audit_entries import BATCH, Finding, entries, found
from yangguang.trail.check import Report, read_wide, reader, verify_log
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import Checkpoint, Fact, Leaf
from yangguang.trail.tlog import ENTRIES, FULL, LEAF_VERSION, tile_width, unpack_bundle

PATIENCE = 60  # seconds an entry may wait for the log
CLOCK = 120.0  # seconds: what two clocks may differ by before somebody has to explain it
LONGEST_ACT = 1800.0  # seconds: an import of many rows commits long after its first line was written


def altered(using: str = "owner", patience: float = PATIENCE) -> Iterator[Finding]:
    """Everything that was changed, removed or slipped in behind the actions' back.  Streams; memory stays bounded.

    **Shape:** read with a role that sees every row: the owner.
    """
    log = _Published()
    if log.finding:
        yield log.finding
    with _snapshot(using):
        yield from guards.removed(using, facts())
        yield from entries(using, patience)
        yield from _unlogged_rows(using)
        yield from _leaves(using, log)
        yield from _checkpoint(using, log, patience)


@contextmanager
def _snapshot(using: str) -> Iterator[None]:
    """One moment of the database, however long the reading takes."""
    connection = connections[using]
    nested = connection.in_atomic_block
    with transaction.atomic(using=using):
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


# ---- rows nobody wrote --------------------------------------------------------------------------------------------


def facts() -> list[type[Fact]]:
    """Every table of facts."""
    return [model for model in apps.get_models() if issubclass(model, Fact) and not model._meta.proxy]


def _unlogged_rows(using: str) -> Iterator[Finding]:
    """Rows nobody's action wrote: slipped in with SQL."""
    for model in facts():
        table, label = model._meta.db_table, model._meta.label_lower
        query = (
            f'select f.id from "{table}" f where not exists '  # noqa: S608  names of our own models
            "(select from trail_entry e where e.fact_ref = %s || f.id::text)"
        )
        with connections[using].chunked_cursor() as cursor:
            cursor.execute(query, [label + ":"])
            while rows := cursor.fetchmany(BATCH):
                for (pk,) in rows:
                    yield Finding(
                        "fact-unlogged",
                        f"{label}:{pk}",
                        None,
                        f"“{model._meta.verbose_name}”{pk} 没有留痕：未经办理动作写入",
                    )


# ---- the log -----------------------------------------------------------------------------------------------------


class _Published:
    """The files outsiders see, checked whole before any row is compared with them."""

    def __init__(self) -> None:
        self.finding: Finding | None = None
        self.report = Report()
        place = Path(settings.LOG_DIR)
        if not (place / "checkpoint").exists():
            return
        self._read = reader(str(place))
        self.report = verify_log(self._read, log_verifiers())
        if self.report.problems:
            self.finding = Finding(
                "log-damaged", str(place), None, f"公开日志核验不通过：{'；'.join(self.report.problems)}"
            )

    @property
    def sound(self) -> int:
        """How many entries of the files can be relied on."""
        return self.report.size if self.report.ok else 0

    def bundles(self) -> Iterator[tuple[int, list[bytes]]]:
        """(index of the first, entries), in order."""
        for n in range((self.sound + FULL - 1) // FULL):
            width = tile_width(self.sound, ENTRIES, n)
            yield n * FULL, unpack_bundle(read_wide(self._read, ENTRIES, n, width))


class _Leaf(NamedTuple):
    """A leaf's row beside the entry it stands for; the entry's part is None where there is none."""

    index: int  # type: ignore[assignment]
    data: bytes | None
    id: int | None
    kind: int | None
    commitment: bytes | None
    chain: str
    seq: int
    verb: str
    recorded_at: float | None

    @property
    def expected(self) -> bytes:
        return bytes((LEAF_VERSION, self.kind or 0)) + (self.commitment or b"")


LEAVES = """
    select l.index, l.data, e.id, e.kind, e.commitment, e.chain, e.seq, e.verb, extract(epoch from e.recorded_at)::float8
      from trail_leaf l left join trail_entry e on e.id = l.entry_id order by l.index
"""


def _leaves(using: str, log: _Published) -> Iterator[Finding]:
    """Leaf by leaf: the row, the entry it stands for, and the bytes in the published files; and the clock beside."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(LEAVES)
        stream = (_Leaf._make(row) for rows in iter(lambda: cursor.fetchmany(BATCH), []) for row in rows)
        clock = _Clock(using)
        leaf = next(stream, None)
        for first, entries in log.bundles():
            for index, data in enumerate(entries, first):
                if leaf is None or leaf.index > index:
                    yield Finding(
                        "entry-deleted", f"log:{index}", None, f"公开日志第 {index} 条对应的留痕已从数据库中被删除"
                    )
                    continue
                if not data == leaf.data == leaf.expected:
                    yield from _leaf(leaf, data)
                yield from clock.at(leaf)
                leaf = next(stream, None)
        at = log.sound
        while leaf is not None:
            if leaf.index != at:
                gap = f"第 {at} 条" if leaf.index == at + 1 else f"第 {at} 至 {leaf.index - 1} 条"
                yield Finding("entry-deleted", f"log:{at}", None, f"数据库中日志{gap}对应的留痕缺失")
            yield from _leaf(leaf, None)
            yield from clock.at(leaf)
            at, leaf = leaf.index + 1, next(stream, None)


def _leaf(leaf: _Leaf, published: bytes | None) -> Iterator[Finding]:
    if leaf.id is None:
        yield Finding("entry-deleted", f"log:{leaf.index}", None, f"日志第 {leaf.index} 条对应的留痕已从数据库中被删除")
    elif published is not None and published != leaf.expected:
        yield found("leaf-mismatch", leaf, f"与公开日志第 {leaf.index} 条不符：留痕在汇入日志后被改动")
    elif leaf.data != leaf.expected:
        yield found("leaf-mismatch", leaf, f"与数据库所存日志第 {leaf.index} 条不符：留痕在汇入日志后被改动")


class _Clock:
    """The order of the log against the times written in it: a clock set back shows, and so does a date moved forward."""

    def __init__(self, using: str):
        points = Checkpoint.objects.using(using).order_by("size").values_list("size", "at")
        self._points = ((size, at.timestamp()) for size, at in points.iterator(BATCH))
        self._size, self._signed = 0, 0.0
        self._latest = 0.0
        self._behind = False

    def at(self, leaf: _Leaf) -> Iterator[Finding]:
        if leaf.recorded_at is None:
            return
        while self._size <= leaf.index and (point := next(self._points, None)):
            if self._signed and point[1] < self._signed - CLOCK:
                yield Finding(
                    "clock-moved",
                    f"checkpoint:{point[0]}",
                    None,
                    f"检查点（{point[0]} 条）的签署时间早于前一个检查点：时钟被回拨",
                )
            self._size, self._signed = point
        behind = leaf.recorded_at < self._latest - LONGEST_ACT
        if behind and not self._behind:
            yield found(
                "clock-moved", leaf, f"日志第 {leaf.index} 条的留痕时间早于它之前的条目：时钟被回拨，或时间被改动"
            )
        if self._signed and self._size > leaf.index and leaf.recorded_at > self._signed + CLOCK:
            yield found(
                "clock-moved", leaf, f"日志第 {leaf.index} 条的留痕时间晚于签署它的检查点：时钟被拨动，或时间被改动"
            )
        self._behind = behind
        if not behind:
            self._latest = max(self._latest, leaf.recorded_at)


def _checkpoint(using: str, log: _Published, patience: float) -> Iterator[Finding]:
    last = Checkpoint.objects.using(using).order_by("-size").first()
    if last is None:
        if log.report.size:
            yield Finding(
                "log-ahead", "checkpoint", None, f"公开日志有 {log.report.size} 条，数据库中没有检查点：数据库被回退"
            )
        return
    try:
        tip = note.parse_tip(note.open_note(last.note, log_verifiers()).text)
        if (tip.size, tip.root) != (last.size, bytes(last.root)):
            raise note.BadNote("所列大小或根与签名文本不符")
    except note.BadNote as error:
        yield Finding(
            "checkpoint-altered", f"checkpoint:{last.size}", None, f"数据库中的检查点（{last.size} 条）无效：{error}"
        )
    leaves = Leaf.objects.using(using).count()
    if leaves != last.size:
        yield Finding(
            "log-size", f"checkpoint:{last.size}", None, f"检查点写明 {last.size} 条，数据库中有 {leaves} 条日志叶"
        )
    if not log.report.size:
        if not log.finding:
            yield Finding("log-missing", str(settings.LOG_DIR), None, f"检查点写明 {last.size} 条，但没有公开日志文件")
    elif log.report.size > last.size:
        yield Finding(
            "log-ahead", "checkpoint", None, f"公开日志有 {log.report.size} 条，数据库只到 {last.size} 条：数据库被回退"
        )
    elif log.report.ok:
        if log.report.size < last.size and timezone.now() - last.at > datetime.timedelta(seconds=patience):
            yield Finding(
                "log-behind",
                "checkpoint",
                None,
                f"公开的检查点停在 {log.report.size} 条，已签署到 {last.size} 条：旧检查点被重放，或者发布中断",
            )
        same = Checkpoint.objects.using(using).filter(size=log.report.size).first()
        if same is None or note.b64(bytes(same.root)) != log.report.root:
            yield Finding(
                "log-forked", "checkpoint", None, f"公开日志（{log.report.size} 条）与数据库中的日志不是同一部"
            )
