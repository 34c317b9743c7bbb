"""The facts of one file, read in one statement.

A page on a case asks for its drafts, its papers, its services, its pauses and a dozen kinds more, most of which are not
there.  Kinds marked `@with_the_file` are read together the first time one of them is asked for on a page or in an
action; what is written after that joins what was read.  Off a page each kind is asked for alone.
"""

import json
from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import connections, models

from yangguang.trail import actions as trail
from yangguang.trail.models import Fact
from yangguang.trail.reading import is_reading, once

F = TypeVar("F", bound=models.Model)

Row = models.Model  # a fact; or the one row that says where the matter of the file stands
KINDS: list[type[Row]] = []


def with_the_file(kind: type[F]) -> type[F]:
    """Mark a kind of fact that belongs to one file: it has the field `dossier` or `case`, and joins that file's chain."""
    KINDS.append(kind)
    return kind


def of(dossier: UUID, subject: str, kind: type[F], case: models.Model | None = None) -> tuple[F, ...]:
    """The facts of a kind in a file, in the order in which they came about.

    **Shape** `subject`: what the file is of, "case:<uuid>" for a case; `case`: its row, which the facts then name.  The
    rows are shared: who gets them does not change them.  Where one of them names another of the same file, that row
    stands in it.
    """
    return _file(dossier, subject).of(kind, case)


@once
def _file(dossier: UUID, subject: str) -> "File":
    return File(dossier, subject)


class File:
    """What was read of one file so far."""

    def __init__(self, dossier: UUID, subject: str):
        self.keys = {"dossier_id": dossier}
        what, _, pk = subject.partition(":")
        if what == "case":
            self.keys["case_id"] = UUID(pk)
        self.chain = subject
        self._rows: dict[type[Row], tuple[Row, ...]] = {}
        self._whole = False
        self._locked = False
        self._case: models.Model | None = None

    def of(self, kind: type[F], case: models.Model | None) -> tuple[F, ...]:
        if _key(kind) not in self.keys:
            return ()
        if not self._whole and is_reading():
            self._read()
        if kind not in self._rows:
            key = _key(kind)
            self._rows[kind] = _ordered(kind._default_manager.filter(**{_column(kind): self.keys[key]}))
        if case is not None and (self._case is None or not is_reading()):
            self._case = case
            self._name_case(row for rows in self._rows.values() for row in rows)
        return cast("tuple[F, ...]", self._rows[kind])

    def _name_case(self, rows: Iterable[Row]) -> None:
        """The facts name the row of the case, and those of its people that were read with it."""
        if self._case is None:
            return
        people = [one for one in self._case._state.fields_cache.values() if one is not None]
        known = {(type(one), one.pk): one for one in people}
        for row in rows:
            if _column(type(row)) == "case_id":
                row._state.fields_cache.setdefault("case", self._case)
            for field in _signing(type(row)):
                if (signer := known.get((field.related_model, getattr(row, field.attname)))) is not None:
                    row._state.fields_cache.setdefault(field.name, signer)

    def _read(self) -> None:
        self._whole, self._locked = True, trail.holds(self.chain)
        kinds = [kind for kind in KINDS if _key(kind) in self.keys]
        connection = connections["default"]
        found: dict[type[Row], list[Row]] = {kind: [] for kind in kinds}
        with connection.cursor() as cursor:
            cursor.execute(_statement(tuple(kinds)), [self.keys[_key(kind)] for kind in kinds])
            for number, values in cursor.fetchall():
                kind = kinds[number]
                found[kind].append(_row(kind, json.loads(values)))
        self._rows = {kind: _ordered(rows) for kind, rows in found.items()}
        _connect(self._rows, [row for rows in self._rows.values() for row in rows])

    def forget(self, written: Fact | None) -> bool:
        """Whether all that was read may no longer be true.  A fact that was written joins its kind."""
        if written is None:
            return not self._locked
        kind = type(written)
        if kind in self._rows and getattr(written, _column(kind)) == self.keys[_key(kind)]:
            row = written.stored
            self._rows[kind] = _ordered((*self._rows[kind], row))
            _connect(self._rows, [row])
            self._name_case([row])
        return False


def _ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    found = tuple(rows)
    return tuple(sorted(found, key=attrgetter("at", "id"))) if len(found) > 1 else found


@cache
def _column(kind: type[Row]) -> str:
    """By which column a kind belongs to a file; the dossier itself by its key."""
    named = {field.attname for field in kind._meta.concrete_fields}
    return next((one for one in ("dossier_id", "case_id") if one in named), "id")


def _key(kind: type[Row]) -> str:
    return "case_id" if _column(kind) == "case_id" else "dossier_id"


@cache
def _statement(kinds: tuple[type[Row], ...]) -> str:
    each = (f'select {n}, to_jsonb(t) from "{k._meta.db_table}" t where {_column(k)} = %s' for n, k in enumerate(kinds))  # noqa: S608  our tables
    return " union all ".join(each)


def _row(kind: type[F], values: dict[str, Any]) -> F:
    fields = kind._meta.concrete_fields
    return kind.from_db("default", [f.attname for f in fields], [f.to_python(values[str(f.column)]) for f in fields])


def _connect(rows: dict[type[Row], tuple[Row, ...]], new: Iterable[Row]) -> None:
    """Where a row names another of the file, put that row into it; where nothing answers a row, say so in it."""
    known = {(kind, row.pk): row for kind, found in rows.items() for row in found}
    for row in new:
        for back in _answered_by(type(row)):
            if back.related_model in rows and not back.is_cached(row):
                back.set_cached_value(row, None)
    for row in new:
        for field in _naming(type(row)):
            named = known.get((field.related_model, getattr(row, field.attname)))
            if named is not None:
                field.set_cached_value(row, named)
                if field.one_to_one:
                    field.remote_field.set_cached_value(named, row)


@cache
def _naming(kind: type[Row]) -> tuple[models.ForeignKey, ...]:
    named = (f for f in kind._meta.concrete_fields if isinstance(f, models.ForeignKey))
    return tuple(f for f in named if f.related_model in KINDS)


@cache
def _signing(kind: type[Row]) -> tuple[models.ForeignKey, ...]:
    return tuple(f for f in kind._meta.concrete_fields if f.name == "by" and isinstance(f, models.ForeignKey))


@cache
def _answered_by(kind: type[Row]) -> tuple[models.OneToOneRel, ...]:
    answers = (f for f in kind._meta.related_objects if isinstance(f, models.OneToOneRel))
    return tuple(f for f in answers if f.related_model in KINDS)
