"""The audit: every commitment recomputed against the entries, the rows and the published log."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.utils import timezone

from yangguang.trail import note
from yangguang.trail.check import Report, read_wide, reader, verify_log
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import Checkpoint, Entry, Fact, Leaf, Pending, commit, json_safe
from yangguang.trail.tlog import ENTRIES, FULL, leaf_bytes, tile_width, unpack_bundle

BATCH = 1000
PATIENCE = 60  # seconds an entry may wait for the log


@dataclass(frozen=True)
class Finding:
    """发现: what does not agree, where, and which entry says so."""

    what: str
    where: str
    entry: int | None
    message: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def altered(using: str = "owner", patience: int = PATIENCE) -> Iterator[Finding]:
    """Everything that was changed, removed or slipped in behind the actions' back.  Streams; memory stays bounded.

    **Shape:** read with a role that sees every row: the owner.
    """
    log = _Published()
    if log.finding:
        yield log.finding
    with _snapshot(using):
        yield from _entries(using, patience)
        yield from _unlogged_rows(using)
        yield from _leaves(using, log)
        yield from _checkpoint(using, log)


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


# ---- entries and the rows they speak of --------------------------------------------------------------------------


def _entries(using: str, patience: int) -> Iterator[Finding]:
    stream = Entry.objects.using(using).select_related("leaf", "cause").order_by("chain", "seq").iterator(BATCH)
    late = timezone.now() - datetime.timedelta(seconds=patience)
    last: Entry | None = None
    while batch := list(islice(stream, BATCH)):
        waiting = set(
            Pending.objects.using(using)
            .filter(entry_id__in=[entry.pk for entry in batch])
            .values_list("entry_id", flat=True)
        )
        for entry in batch:
            yield from _chained(entry, last if last and last.chain == entry.chain else None)
            last = entry
            if not hasattr(entry, "leaf") and (entry.recorded_at < late or entry.pk not in waiting):
                why = "等待已超时，请检查日志进程" if entry.pk in waiting else "且不在待入日志之列"
                yield _found("not-logged", entry, f"未汇入公开日志，{why}")
        written = {}
        for entry in batch:
            payload, findings = _itself(entry)
            yield from findings
            if payload:
                written[entry] = payload
        yield from _rows(using, written)


def _chained(entry: Entry, last: Entry | None) -> Iterator[Finding]:
    seq, prev = (last.seq, bytes(last.commitment).hex()) if last else (0, "")
    if entry.seq != seq + 1:
        missing = f"第 {seq + 1} 条" if entry.seq == seq + 2 else f"第 {seq + 1} 至 {entry.seq - 1} 条"
        yield _found("entry-missing", entry, f"之前的{missing}留痕缺失（已被删除）")
    elif entry.prev != prev:
        yield _found("chain-broken", entry, "与前一条留痕接不上：前一条或本条被改动")


def _itself(entry: Entry) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The payload, where the entry still is what was committed to."""
    if commit(bytes(entry.salt), entry.payload) != bytes(entry.commitment):
        return None, [_found("entry-altered", entry, "原文、盐或承诺值被改动，与留痕时不符")]
    try:
        payload = json.loads(entry.payload)
        about = payload["p"]
        said = {
            "chain": payload["chain"],
            "seq": payload["seq"],
            "prev": payload["prev"],
            "verb": about["verb"],
            "by_ref": about["by"],
            "fact_ref": about["fact"],
            "recorded_at": about["recorded"],
            "scope": about["row"]["scope"],
            "cause": about.get("cause"),
        }
    except (ValueError, KeyError, TypeError):
        return None, [_found("entry-altered", entry, "原文不是留痕的格式")]
    now = {
        **{name: getattr(entry, name) for name in ("chain", "seq", "prev", "verb", "by_ref", "fact_ref", "scope")},
        "recorded_at": json_safe(entry.recorded_at),
        "cause": bytes(entry.cause.commitment).hex() if entry.cause else None,
    }
    differ = [_TITLES[name] for name in said if said[name] != now[name]]
    if differ:
        return payload, [_found("entry-altered", entry, f"留痕的{'、'.join(differ)}被改动，与原文不符")]
    return payload, []


_TITLES = {field.name: str(field.verbose_name) for field in Entry._meta.concrete_fields}


def _rows(using: str, written: dict[Entry, dict[str, Any]]) -> Iterator[Finding]:
    by_model: dict[str, dict[str, tuple[Entry, dict[str, Any]]]] = defaultdict(dict)
    for entry, payload in written.items():
        label, _, key = payload["p"]["fact"].partition(":")
        by_model[label][key] = entry, payload["p"]["row"]
    for label, facts in by_model.items():
        try:
            model = apps.get_model(label)
            rows = {str(pk): row for pk, row in model._base_manager.using(using).in_bulk(list(facts)).items()}
        except (LookupError, ValueError, ValidationError):
            for entry, _ in facts.values():
                yield _found("fact-unknown", entry, f"所指的事实“{label}”不是本系统的记录类型")
            continue
        for key, (entry, was) in facts.items():
            row = rows.get(key)
            if row is None:
                yield _found("fact-deleted", entry, f"所记的“{model._meta.verbose_name}”已从数据库中被删除")
                continue
            now = row.as_written()
            if changed := [name for name in was if name not in now or now[name] != was[name]]:
                yield _found(
                    "fact-altered", entry, f"“{model._meta.verbose_name}”的{_names(model, changed)}被改动，与留痕时不符"
                )


def _names(model: type[Fact], columns: list[str]) -> str:
    titles = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields}
    return "、".join(f"“{titles.get(column, column)}”" for column in columns)


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


def _leaves(using: str, log: _Published) -> Iterator[Finding]:
    """Leaf by leaf: the row, the entry it stands for, and the bytes in the published files."""
    stream = iter(Leaf.objects.using(using).select_related("entry").order_by("index").iterator(BATCH))
    leaf = next(stream, None)

    def rows_of(first: int, entries: list[bytes]) -> Iterator[Finding]:
        nonlocal leaf
        for index, data in enumerate(entries, first):
            if leaf is None or leaf.index > index:
                yield Finding(
                    "entry-deleted", f"log:{index}", None, f"公开日志第 {index} 条对应的留痕已从数据库中被删除"
                )
                continue
            yield from _leaf(leaf, data)
            leaf = next(stream, None)

    if log.sound:
        for first, entries in log.bundles():
            yield from rows_of(first, entries)
    at = log.sound
    while leaf is not None:
        if leaf.index != at:
            gap = f"第 {at} 条" if leaf.index == at + 1 else f"第 {at} 至 {leaf.index - 1} 条"
            yield Finding("entry-deleted", f"log:{at}", None, f"数据库中日志{gap}对应的留痕缺失")
        yield from _leaf(leaf, None)
        at, leaf = leaf.index + 1, next(stream, None)


def _leaf(leaf: Leaf, published: bytes | None) -> Iterator[Finding]:
    now = leaf_bytes(leaf.entry.kind, bytes(leaf.entry.commitment))
    if published is not None and published != now:
        yield _found("leaf-mismatch", leaf.entry, f"与公开日志第 {leaf.index} 条不符：留痕在汇入日志后被改动")
    elif bytes(leaf.data) != now:
        yield _found("leaf-mismatch", leaf.entry, f"与数据库所存日志第 {leaf.index} 条不符：留痕在汇入日志后被改动")


def _checkpoint(using: str, log: _Published) -> Iterator[Finding]:
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
        same = Checkpoint.objects.using(using).filter(size=log.report.size).first()
        if same is None or note.b64(bytes(same.root)) != log.report.root:
            yield Finding(
                "log-forked", "checkpoint", None, f"公开日志（{log.report.size} 条）与数据库中的日志不是同一部"
            )


def _found(what: str, entry: Entry, sentence: str) -> Finding:
    return Finding(
        what,
        f"{entry.chain}#{entry.seq}",
        entry.pk,
        f"{entry.chain} 第 {entry.seq} 条（{entry.verb}，留痕 {entry.pk}）：{sentence}",
    )
