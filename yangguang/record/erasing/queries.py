"""What may be erased, on which grounds, and what was asked for and done."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer
from yangguang.trail import queries as trail
from yangguang.trail.actions import VERBS
from yangguang.trail.erasure.actions import FIXED, NotErasable, blanked, fact_of
from yangguang.trail.models import Entry, ErasureOrder

# What says where a row belongs and not whom it speaks of: it stays, or nobody could find or prove the row.
BONES = frozenset({"step", "event", "code", "mime", "digest", "number", "line", "verb", "credential", "cose", "key"})
DIGEST = re.compile(r"[0-9a-f]{64}|[0-9a-f]{128}")
ERASERS = ("head", "supervisor")  # who may ask, and, another person, agree


def orders(caller: Caller) -> QuerySet[ErasureOrder]:
    """What was asked for in the caller's bodies, newest first."""
    if not caller.has(*ERASERS):
        return ErasureOrder.objects.none()
    rows = ErasureOrder.objects.filter(below(caller.scope)).select_related("entry_erased", "erasure")
    return rows.order_by("-at", "-id")


def entry(caller: Caller, pk: int) -> Entry | None:
    """A line of the trail that this person may ask to be emptied."""
    if not caller.has(*ERASERS):
        return None
    return Entry.objects.filter(below(caller.scope), pk=pk).first()


def grounds(scope: str, on: date) -> list[Citation]:
    """What the rules of the body name as a ground."""
    return _said("erasure_grounds", scope, on)


def limits(scope: str, on: date) -> list[Citation]:
    """What the same rules say against erasing."""
    return _said("erasure_limit", scope, on)


def _said(parameter: str, scope: str, on: date) -> list[Citation]:
    body = registry.body_at(scope, on)
    return list(packs.load(body.pack).parameter(parameter).because) if body else []


@dataclass(frozen=True)
class Column:
    """A field of the row that may be emptied with the words."""

    name: str
    label: str
    shown: str


def columns(of: Entry) -> list[Column]:
    """The fields that hold something and can be emptied.  **Raises** NotErasable where the row is not there."""
    fact, found = fact_of(of), []
    for field in fact._meta.concrete_fields:
        name, held = str(field.column), getattr(fact, field.attname)
        if name in FIXED | BONES or held in ("", None, {}, []) or field.is_relation or field.choices:
            continue
        if DIGEST.fullmatch(str(held)) or (isinstance(held, dict) and "code" in held):
            continue  # what proves the bytes, and what a verification code hangs on
        try:
            blanked(fact, [name])
        except NotErasable:
            continue
        found.append(Column(name, str(field.verbose_name), _short(held)))
    return found


def labels(of: Entry, names: list[str]) -> list[str]:
    """Columns in words, also where the row has gone."""
    try:
        fields = {str(field.column): str(field.verbose_name) for field in fact_of(of)._meta.concrete_fields}
    except NotErasable:
        fields = {}
    return [fields.get(name, name) for name in names]


def _short(value: Any) -> str:
    text = f"共 {len(value)} 项" if isinstance(value, dict | list) else str(value)
    return text if len(text) <= 36 else f"{text[:36]}……"


@dataclass(frozen=True)
class Line:
    """One line of the trail as these pages name it."""

    entry: Entry
    title: str
    who: str
    index: int | None
    emptied: bool


def line(of: Entry) -> Line:
    leaf, verb = trail.leaf_of(of), VERBS.get(of.verb)
    return Line(
        of, verb.title if verb else of.verb, _person(of.by_ref), leaf.index if leaf else None, not bytes(of.salt)
    )


def asked_by(order: ErasureOrder) -> Officer | None:
    """Who asked; the trail knows, the order does not say it itself."""
    made = trail.entry_of(order)
    return officer(made.by_ref) if made else None


def agreed_by(order: ErasureOrder) -> str:
    done = getattr(order, "erasure", None)
    made = trail.entry_of(done) if done else None
    return _person(made.by_ref) if made else ""


def officer(ref: str) -> Officer | None:
    kind, _, key = ref.partition(":")
    try:
        return Officer.objects.filter(pk=UUID(key)).first() if kind == "registry.officer" else None
    except ValueError:
        return None


def _person(ref: str) -> str:
    found = officer(ref)
    return found.name if found else "系统" if ref == "system" else "上级机关人员"
