"""The audit's first walk: every entry against its commitment, its chain and the row it speaks of.

Plain tuples and whole dictionaries are compared; only what differs is looked at field by field.
"""

import datetime
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.utils import timezone

from yangguang.trail.models import Entry, Erasure, Fact, commit, json_safe

BATCH = 2000
_decode = json.JSONDecoder().raw_decode  # our own words begin and end with a brace: no blanks to look for
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Finding:
    """发现: what does not agree, where, and which entry says so."""

    what: str
    where: str
    entry: int | None
    message: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Line(NamedTuple):
    """An entry as the database holds it now, with the place of its leaf."""

    id: int
    chain: str
    seq: int
    prev: str
    verb: str
    by_ref: str
    fact_ref: str
    scope: str
    recorded_at: str
    kind: int
    payload: str | None
    salt: bytes | None
    commitment: bytes | None
    cause: bytes | None
    index: int | None  # type: ignore[assignment]
    waiting: bool


# As `isoformat` writes a moment in UTC; made by the database, because the driver's own loader takes most of an audit.
MOMENT = "replace(to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '.000000', '') || '+00:00'"

LINES = f"""
    select e.id, e.chain, e.seq, e.prev, e.verb, e.by_ref, e.fact_ref, e.scope, {MOMENT.format("e.recorded_at")}, e.kind, e.payload, e.salt,
           e.commitment, c.commitment, l.index, l.index is null and exists (select from trail_pending p where p.entry_id = e.id)
      from trail_entry e left join trail_entry c on c.id = e.cause_id left join trail_leaf l on l.entry_id = e.id
     order by e.chain, e.seq
"""  # noqa: S608  nothing of a caller's is in it


def found(what: str, line: Any, sentence: str) -> Finding:
    return Finding(
        what,
        f"{line.chain}#{line.seq}",
        line.id,
        f"{line.chain} 第 {line.seq} 条（{line.verb}，留痕 {line.id}）：{sentence}",
    )


def entries(using: str, patience: float) -> Iterator[Finding]:
    late = (timezone.now() - datetime.timedelta(seconds=patience)).astimezone(datetime.UTC).isoformat()
    last: Line | None = None
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(LINES)
        while rows := cursor.fetchmany(BATCH):
            batch = [Line._make(row) for row in rows]
            written: list[tuple[Line, str, str, dict[str, Any]]] = []
            erased: list[Line] = []
            for line in batch:
                yield from _chained(line, last if last and last.chain == line.chain else None)
                last = line
                if line.index is None and (line.recorded_at < late or not line.waiting):
                    why = "等待已超时，请检查日志进程" if line.waiting else "且不在待入日志之列"
                    yield found("not-logged", line, f"未汇入公开日志，{why}")
                if line.salt is not None and not line.salt:
                    erased.append(line)
                    continue
                row, wrong = _itself(line)
                yield from wrong
                if row is not None:
                    label, _, key = line.fact_ref.partition(":")
                    written.append((line, label, key, row))
            if erased:
                lawful = _erased(using, erased)
                for line in erased:
                    if isinstance(held := lawful[line.id], Finding):
                        yield held
                    else:
                        label, _, key = line.fact_ref.partition(":")
                        written.append((line, label, key, held))
            yield from _rows(using, written)


def _chained(line: Line, last: Line | None) -> Iterator[Finding]:
    seq, prev = (last.seq, (last.commitment or b"").hex()) if last else (0, "")
    if line.seq != seq + 1:
        missing = f"第 {seq + 1} 条" if line.seq == seq + 2 else f"第 {seq + 1} 至 {line.seq - 1} 条"
        yield found("entry-missing", line, f"之前的{missing}留痕缺失（已被删除）")
    elif line.prev != prev:
        yield found("chain-broken", line, "与前一条留痕接不上：前一条或本条被改动")


def _itself(line: Line) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The row it remembers, where the entry still is what was committed to."""
    if line.commitment is None or line.salt is None or line.payload is None:
        return None, [found("entry-altered", line, "承诺值、盐或原文被抹去")]
    if commit(line.salt, line.payload) != line.commitment:
        return None, [found("entry-altered", line, "原文、盐或承诺值被改动，与留痕时不符")]
    try:
        payload, end = _decode(line.payload)
        if end != len(line.payload):
            raise ValueError("more than one value")
        about = payload["p"]
        row = about["row"]
        said = (
            payload["chain"],
            payload["seq"],
            payload["prev"],
            about["verb"],
            about["by"],
            about["fact"],
            row["scope"],
            about["recorded"],
            about.get("cause"),
        )
    except (ValueError, KeyError, TypeError):
        return None, [found("entry-altered", line, "原文不是留痕的格式")]
    now = (*line[1:9], line.cause.hex() if line.cause is not None else None)
    if said == now:
        return row, []
    differ = [_TITLES[name] for name, was, is_ in zip(_NAMES, said, now, strict=True) if was != is_]
    return row, [found("entry-altered", line, f"留痕的{'、'.join(differ)}被改动，与原文不符")]


_NAMES = ("chain", "seq", "prev", "verb", "by_ref", "fact_ref", "scope", "recorded_at", "cause")
_TITLES = {field.name: str(field.verbose_name) for field in Entry._meta.concrete_fields}


# ---- lawful erasure ----------------------------------------------------------------------------------------------


def _erased(using: str, lines: list[Line]) -> dict[int, Finding | dict[str, Any]]:
    """Of entries whose words are gone: what the row should be now, or why their going was not lawful."""
    erasures = {
        erasure.entry_erased_id: erasure
        for erasure in Erasure.objects.using(using).filter(entry_erased_id__in=[line.id for line in lines])
    }
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select id from trail_erasure where id = any(%s) and trail_ground(id)", [[x.pk for x in erasures.values()]]
        )
        grounded = {row[0] for row in cursor.fetchall()}
    told: dict[int, Finding | dict[str, Any]] = {}
    for line in lines:
        erasure = erasures.get(line.id)
        if erasure is None or erasure.pk not in grounded:
            told[line.id] = found("erased-unlawfully", line, "原文和盐不见了，但没有两人办理、已入日志的清除记录")
            continue
        cause = line.cause.hex() if line.cause is not None else None
        now = {name: getattr(line, name) for name in _NAMES} | {"kind": line.kind, "cause": cause}
        if now != erasure.remains["entry"] or _stub(line.payload) != str(erasure.pk):
            told[line.id] = found("entry-altered", line, "清除后保留的内容被改动，与清除记录不符")
        else:
            told[line.id] = erasure.remains["row"]
    return told


def _stub(payload: str | None) -> str | None:
    try:
        return str(json.loads(payload or "")["p"]["erased"])
    except (ValueError, KeyError, TypeError):
        return None


# ---- rows --------------------------------------------------------------------------------------------------------

Convert = Callable[[Any], Any]


class _Table(NamedTuple):
    """How the rows of one model are read as the trail would have written them."""

    model: type[Fact]
    query: str
    names: tuple[str, ...]
    convert: tuple[tuple[int, Convert], ...]

    def written(self, row: tuple) -> dict[str, Any]:
        values = list(row)
        for at, convert in self.convert:
            if values[at] is not None:
                values[at] = convert(values[at])
        return dict(zip(self.names, values, strict=True))


@cache
def _table(label: str) -> _Table:
    """**Raises** LookupError where there is no such table of facts."""
    model = apps.get_model(label)
    if not issubclass(model, Fact):
        raise LookupError(label)
    fields = model._meta.concrete_fields
    columns = ", ".join(map(_column, fields))
    query = f'select "{model._meta.pk.column}"::text, {columns} from "{model._meta.db_table}"'  # noqa: S608  our own model
    converts = ((at, _convert(field)) for at, field in enumerate(fields))
    return _Table(
        model,
        f'{query} where "{model._meta.pk.column}" = any(%s::uuid[])',
        tuple(str(field.column) for field in fields),
        tuple((at, convert) for at, convert in converts if convert),
    )


def _column(field: Any) -> str:
    """The column as the trail writes it, as far as the database can say so itself."""
    name = f'"{field.column}"'
    match _plain(field):
        case models.UUIDField() | models.JSONField():
            return f"{name}::text"
        case models.DateTimeField():
            return MOMENT.format(name)
        case models.DateField():
            return f"to_char({name}, 'YYYY-MM-DD')"
        case models.BinaryField():
            return f"encode({name}, 'hex')"
    return name


def _convert(field: Any) -> Convert | None:
    """From what the query gives to what `as_written` gives; None where they are the same."""
    match _plain(field):
        case models.JSONField():
            return json.loads
        case models.TimeField() | models.DecimalField() | models.DurationField() | models.FloatField():
            return json_safe
    return None


def _plain(field: Any) -> Any:
    """The field a foreign key points at, in the end."""
    while field.remote_field:
        field = field.target_field
    return field


def _rows(using: str, written: list[tuple[Line, str, str, dict[str, Any]]]) -> Iterator[Finding]:
    by_label: dict[str, dict[str, tuple[Line, dict[str, Any]]]] = defaultdict(dict)
    for line, label, key, row in written:
        by_label[label][key] = line, row
    for label, wanted in by_label.items():
        try:
            table = _table(label)
            rows = _read(using, table, list(wanted))
        except (LookupError, ValueError, ValidationError):
            for line, _ in wanted.values():
                yield found("fact-unknown", line, f"所指的事实“{label}”不是本系统的记录类型")
            continue
        name = table.model._meta.verbose_name
        for key, (line, was) in wanted.items():
            held = rows.get(key)
            if held is None:
                yield found("fact-deleted", line, f"所记的“{name}”已从数据库中被删除")
                continue
            now = table.written(held)
            if was == now:
                continue
            # A column the program got later is in no earlier entry; what was there has to be there still.
            if changed := [column for column in was if column not in now or now[column] != was[column]]:
                yield found("fact-altered", line, f"“{name}”的{_names(table.model, changed)}被改动，与留痕时不符")


def _read(using: str, table: _Table, keys: list[str]) -> dict[str, tuple]:
    if not all(map(_UUID.fullmatch, keys)):  # a reference that is no uuid is no reference
        raise LookupError(table.model._meta.label)
    with connections[using].cursor() as cursor:
        cursor.execute(table.query, [keys])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _names(model: type[Fact], columns: list[str]) -> str:
    titles = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields}
    return "、".join(f"“{titles.get(column, column)}”" for column in columns)
