"""Pages of long lists by key: the exact total, and no page that slides when a row is added."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

SIZE = 50


@dataclass(frozen=True)
class Page:
    """One page of a list, with what the pager shows of the whole."""

    rows: list[Any]
    total: int
    first: int  # place of the first row in the whole list
    prev_url: str
    next_url: str

    @property
    def shown(self) -> int:
        return len(self.rows)


def page(found: QuerySet, asked: QueryDict, keys: tuple[str, ...], size: int = SIZE) -> Page:
    """The page that `asked` (after=…, before=…) names, in the order of `keys`; the last key must be unique.

    **Shape** all keys ascending, or all with a leading “-”.  An address that was tampered with is the first page.
    """
    down = keys[0].startswith("-")
    names = tuple(key.removeprefix("-") for key in keys)
    total = found.count()
    after, before = _place(asked.get("after"), names), _place(asked.get("before"), names)
    try:
        if before:
            found_rows = list(found.filter(_beyond(names, before, not down)).order_by(*_turned(keys))[:size])
            found_rows.reverse()
            first = found.filter(_beyond(names, _key(found_rows[0], names), not down)).count() + 1 if found_rows else 1
        elif after:
            found_rows = list(found.filter(_beyond(names, after, down)).order_by(*keys)[:size])
            first = total - found.filter(_beyond(names, after, down)).count() + 1
        else:
            found_rows, first = list(found.order_by(*keys)[:size]), 1
    except (ValueError, TypeError, ValidationError):  # values of another type than the keys: not an address we made
        found_rows, first = list(found.order_by(*keys)[:size]), 1
    last = first + len(found_rows) - 1
    return Page(
        rows=found_rows,
        total=total,
        first=first if found_rows else 0,
        prev_url=_url(asked, "before", _key(found_rows[0], names)) if found_rows and first > 1 else "",
        next_url=_url(asked, "after", _key(found_rows[-1], names)) if found_rows and last < total else "",
    )


def _place(text: str | None, names: tuple[str, ...]) -> list[str] | None:
    try:
        place = json.loads(text) if text else None
    except ValueError:
        return None
    return (
        place
        if isinstance(place, list)
        and len(place) == len(names)
        and all(isinstance(v, str) and "\0" not in v for v in place)
        else None
    )


def _beyond(names: tuple[str, ...], place: list[str], down: bool) -> Q:
    sign = "lt" if down else "gt"
    either = Q()
    for number, name in enumerate(names):
        same = {names[i]: place[i] for i in range(number)}
        either |= Q(**same, **{f"{name}__{sign}": place[number]})
    return either


def _turned(keys: tuple[str, ...]) -> list[str]:
    return [key[1:] if key.startswith("-") else f"-{key}" for key in keys]


def _key(row: Model, names: tuple[str, ...]) -> list[str]:
    found = []
    for name in names:
        value: Any = row
        for part in name.split("__"):
            value = getattr(value, part)
        found.append(value.isoformat() if hasattr(value, "isoformat") else str(value))
    return found


def _url(asked: QueryDict, name: str, place: list[str]) -> str:
    query = asked.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[name] = json.dumps(place, ensure_ascii=False)
    return f"?{query.urlencode()}"
