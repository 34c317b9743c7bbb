"""Pages of long lists by key: the exact total, and no page that slides when a row is added."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

SIZE = 50
LONG = (
    5_000  # from so many rows on a page is read along the index of its order: the database cannot know what one may see
)


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


def page(found: QuerySet, asked: QueryDict, keys: tuple[str, ...], size: int = SIZE, total: int | None = None) -> Page:
    """The page that `asked` (after=…, before=…) names, in the order of `keys`; the last key must be unique.

    **Shape** all keys ascending, or all with a leading “-”; `total` where it is known already.  An address that was
    tampered with is the first page.
    """
    long = total is not None and total >= LONG
    down = keys[0].startswith("-")
    names = tuple(key.removeprefix("-") for key in keys)
    total = found.count() if total is None else total
    after, before = _place(asked.get("after"), names), _place(asked.get("before"), names)
    try:
        if before:
            found_rows = _read(found.filter(_beyond(names, before, not down)).order_by(*_turned(keys))[:size], long)
            found_rows.reverse()
            first = found.filter(_beyond(names, _key(found_rows[0], names), not down)).count() + 1 if found_rows else 1
        elif after:
            found_rows = _read(found.filter(_beyond(names, after, down)).order_by(*keys)[:size], long)
            # Counted from the near end: nobody turns to the last page of many one by one.
            before_it = _beyond(names, after, not down) | Q(**dict(zip(names, after, strict=True)))
            first = found.filter(before_it).count() + 1
        else:
            found_rows, first = _read(found.order_by(*keys)[:size], long), 1
    except (ValueError, TypeError, ValidationError):  # values of another type than the keys: not an address we made
        found_rows, first = _read(found.order_by(*keys)[:size], long), 1
    last = first + len(found_rows) - 1
    return Page(
        rows=found_rows,
        total=total,
        first=first if found_rows else 0,
        prev_url=_url(asked, "before", _key(found_rows[0], names)) if found_rows and first > 1 else "",
        next_url=_url(asked, "after", _key(found_rows[-1], names)) if found_rows and last < total else "",
    )


def _read(rows: QuerySet, long: bool) -> list[Any]:
    """**Why** `long`: row-level security hides from the planner how many rows are left, so it would sort them all."""
    if not long:
        return list(rows)
    with connections[rows.db].cursor() as cursor:
        cursor.execute("set local enable_sort = off")
        found = list(rows)
        cursor.execute("set local enable_sort = on")
    return found


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
    return Q(**{f"{names[0]}__{sign}e": place[0]}) & either  # the first key alone is what an index goes by


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
