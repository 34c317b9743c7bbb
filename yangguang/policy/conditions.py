"""These are the plain-key conditions of a line: `kind: penalty`, `fine_fen_gte: 1000000`, `touches_has: property`.

Three answers exist: yes, no, not known. A fact that is absent makes its condition "not known", never "no".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

Has = Callable[[Any, Any], bool]

# Longest suffix first, so that `_has_any` is not read as `_any`.
OPERATORS: dict[str, Has] = {
    "_has_any": lambda have, want: any(item in have for item in want),
    "_has": lambda have, want: want in have,
    "_only": lambda have, want: bool(have) and all(item in want for item in have),
    "_in": lambda have, want: have in want,
    "_not": operator.ne,
    "_gte": operator.ge,
    "_gt": operator.gt,
    "_lte": operator.le,
    "_lt": operator.lt,
}
LIST_WANTED = ("_has_any", "_only", "_in")


@lru_cache(maxsize=4096)
def split(key: str) -> tuple[str, str]:
    """Split a condition key into fact name and operator suffix ("" means equal)."""
    for suffix in OPERATORS:
        if key.endswith(suffix):
            return key[: -len(suffix)], suffix
    return key, ""


def names(when: Mapping[str, Any]) -> Iterable[str]:
    """Name the facts a condition needs."""
    return (split(key)[0] for key in when)


def holds(when: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[bool | None, tuple[str, ...]]:
    """Decide a condition: (True | False | None, names of the absent facts that leave it open).

    **Shape** One part that is false decides "no" whatever else is absent.
    """
    absent: list[str] = []
    for key, want in when.items():
        name, suffix = split(key)
        have = facts.get(name)
        if have is None:
            absent.append(name)
        elif not (OPERATORS[suffix](have, want) if suffix else have == want):
            return False, ()
    return (None, tuple(dict.fromkeys(absent))) if absent else (True, ())


def words(when: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Say a condition in Chinese words, for explanations."""
    signs = {
        "": "＝",
        "_in": " 属于 ",
        "_not": "≠",
        "_gte": "≥",
        "_gt": "＞",
        "_lte": "≤",
        "_lt": "＜",
        "_has": " 含 ",
        "_has_any": " 含其一 ",
        "_only": " 仅限 ",
    }
    parts = []
    for key, want in when.items():
        name, suffix = split(key)
        shown = {True: "是", False: "否"}.get(want, want) if isinstance(want, bool) else want
        if isinstance(shown, list):
            shown = "、".join(str(item) for item in shown)
        parts.append(f"{labels.get(name, name)}{signs[suffix]}{shown}")
    return "，".join(parts)
