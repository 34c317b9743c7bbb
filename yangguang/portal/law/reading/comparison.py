"""What each plan says itself, beside the national floor."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS, Question
from yangguang.policy.rules import Rule

from .. import words
from .basics import cites, ids, layer_word, url
from .lines import rule_value
from .parameters import parameter_cell


@cache
def comparison() -> dict[str, Any]:
    """Give every question and parameter as a row, the floor and every plan as a column."""
    shown = [packs.load(name) for name in ids()]
    floor = [p for p in shown if p.depth == 0]
    plans = [p for p in shown if p.depth > 0]
    columns = [*floor, *plans]

    def named(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [cell | {"column": layer_word(p.id)} for p, cell in zip(columns, cells, strict=True)]

    groups: dict[str, list[dict[str, Any]]] = {}
    for name, form in (floor[0].merged.parameters if floor else {}).items():
        cells = named([_compared(parameter_cell(p, name), p) for p in columns])
        row = {"title": form.label, "cells": cells, "differs": _differs(cells)}
        groups.setdefault(words.table(form.table), []).append(row)
    for asked in QUESTIONS.values():
        cells = named([_asked_cell(p, asked) for p in columns])
        row = {"title": asked.title, "cells": cells, "differs": _differs(cells)}
        groups.setdefault("问题", []).append(row)
    return {
        "columns": [
            {"pack": p, "name": layer_word(p.id), "url": url("pack", p.id), "floor": p.depth == 0} for p in columns
        ],
        "groups": [
            {"id": f"g{n}", "title": title, "rows": rows, "differing": [row for row in rows if row["differs"]]}
            for n, (title, rows) in enumerate(groups.items(), start=1)
        ],
    }


def _differs(cells: Sequence[Mapping[str, Any]]) -> bool:
    return any(not c["default"] and not c["floor"] and c["items"] for c in cells)


def _compared(cell: Mapping[str, Any], found: Pack) -> dict[str, Any]:
    item = {"when": "", "value": cell["value"], "because": cell["because"], "note": cell["strength"]}
    unset = found.depth > 0 and not cell["set"] and not cell["because"]
    return {
        "floor": found.depth == 0,
        "default": cell["default"] or unset,
        "items": [item] if cell["set"] or cell["because"] else [],
        "url": f"{url('parameters', found.id)}",
    }


def _asked_cell(found: Pack, asked: Question) -> dict[str, Any]:
    """Give what this pack itself says to a question; for dates also its own lines of the deadlines behind it."""
    rules = found.merged.questions.get(asked.name, ())
    own = [r for r in rules if r.depth == found.depth and r.until is None]
    items = []
    for r in own:
        if not r.clock:
            items.append(_item(found, r, rule_value(asked, r)))
    for code in dict.fromkeys(r.clock for r in rules if r.clock):
        for r in found.merged.deadlines[code].lines:
            if r.depth == found.depth and r.until is None:
                items.append(
                    _item(
                        found,
                        r,
                        f"{found.merged.deadlines[code].title}：{words.limit(r.limit, found.merged.deadlines[code].direction)}",
                    )
                )
    return {
        "floor": found.depth == 0,
        "default": found.depth > 0 and not items,
        "items": items,
        "url": url("question", found.id, asked.name),
    }


def _item(found: Pack, rule: Rule, value: str) -> dict[str, Any]:
    return {
        "when": words.condition(found, rule.when) if rule.when else "",
        "value": value,
        "because": cites(found, rule.because),
        "note": "只补空缺" if rule.default else "",
    }
