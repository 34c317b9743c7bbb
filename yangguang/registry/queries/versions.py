"""The version in force on a day, and what each version changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from ..models import Entity

E = TypeVar("E", bound=Entity)


def in_force(model: type[E], on: date) -> "QuerySet[E]":
    """The version of each thing that holds on a day; things that ended before it are left out."""
    latest = model.objects.filter(valid_from__lte=on).order_by("key", "-valid_from", "-id").distinct("key").values("id")
    found = model.objects.filter(id__in=latest).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return found  # type: ignore[return-value]  # the stubs bind `objects` to the abstract class, not to E


def as_of(model: type[E], key: UUID, on: date) -> E | None:
    """A thing as it stood on a day."""
    return in_force(model, on).filter(key=key).first()


def versions(model: type[E], key: UUID) -> list[E]:
    """Every version of a thing, oldest first."""
    return list(model._default_manager.filter(key=key).order_by("valid_from", "id"))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Changed:
    """One column of a version that differs from the version before; `field` is the column's name."""

    field: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Version:
    """A version in the line of its thing: from when to when it held, and what it changed."""

    row: Any
    number: int
    until: date | None  # last day inclusive; None: to this day
    changed: tuple[Changed, ...]
    ends: bool  # written to say that the thing has ended


UNSAID = {"id", "at", "scope", "key", "valid_from", "valid_to", "reason", "body", "keeper_key", "party_key"}


def history(rows: Iterable[E]) -> list[Version]:
    """The versions of one thing, newest first, each with its days and its changes.

    **Shape** a version replaced on the day it began held for no day: its `until` is before its `valid_from`.
    """
    line = sorted(rows, key=lambda row: (row.valid_from, row.id))
    found = []
    for place, row in enumerate(line):
        after = line[place + 1] if place + 1 < len(line) else None
        ends = row.valid_to is not None and row.valid_to == row.valid_from and place > 0
        until = row.valid_to
        if after is not None and after.valid_to != after.valid_from:
            eve = after.valid_from - timedelta(days=1)
            until = min(until, eve) if until else eve
        elif after is not None:
            until = after.valid_to
        changed = _changed(line[place - 1], row) if place else ()
        found.append(Version(row, place + 1, until, changed, ends))
    return found[::-1]


def _changed(before: E, after: E) -> tuple[Changed, ...]:
    return tuple(
        Changed(field.name, str(field.verbose_name), _said(before, field.name), _said(after, field.name))
        for field in after._meta.concrete_fields
        if field.name not in UNSAID and _differs(before, after, field)
    )


def _differs(before: Any, after: Any, field: Any) -> bool:
    """Naming the newer version of the same unit is no change of the person."""
    if getattr(before, field.attname) == getattr(after, field.attname):
        return False
    keys = [getattr(getattr(row, field.name), "key", None) for row in (before, after)]
    return not field.is_relation or None in keys or keys[0] != keys[1]


def _said(row: Any, name: str) -> Any:
    told = getattr(row, f"get_{name}_display", None)
    return told() if told else getattr(row, name)


def key_of(model: type[E], ref: str) -> UUID | None:
    """The key of the version a line of the trail speaks of."""
    found = model._default_manager.filter(pk=ref.rpartition(":")[2]).values_list("key", flat=True)
    return found.first()
