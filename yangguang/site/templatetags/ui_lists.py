"""The tags of lists: pager, tabs, table, figures and the head of a printed page.

They are part of the library `ui`; pages load that one.
"""

from collections.abc import Iterable
from typing import Any

from django import template

from yangguang.site.wording import each, get

register = template.Library()


@register.inclusion_tag("components/pager.html")
def ui_pager(
    total: int,
    shown: int,
    first: int = 1,
    prev_url: str = "",
    next_url: str = "",
    noun: str = "条",
    export_url: str = "",
    label: str = "翻页",
) -> dict[str, Any]:
    last = first + shown - 1
    return {
        "total": total,
        "shown": shown,
        "first": first,
        "last": last,
        "noun": noun,
        "prev_url": prev_url,
        "next_url": next_url,
        "export_url": export_url,
        "label": label,
    }


@register.inclusion_tag("components/tabs.html")
def ui_tabs(tabs: Iterable[Any], label: str = "分类") -> dict[str, Any]:
    return {"tabs": each(tabs, label="", url="", count=None, current=False, tone=""), "label": label}


@register.inclusion_tag("components/table.html")
def ui_table(
    columns: Iterable[Any], rows: Iterable[Any], caption: str = "", empty: str = "没有符合条件的记录"
) -> dict[str, Any]:
    """`columns`: texts or {label, kind: text|num}; `rows`: {cells, url} or lists of cells (the first one is the row's head)."""
    heads = [
        {"label": c, "kind": "text"}
        if isinstance(c, str)
        else {"label": get(c, "label", ""), "kind": get(c, "kind", "text")}
        for c in columns
    ]
    lines = []
    for row in rows or []:
        cells = row if isinstance(row, (list, tuple)) else get(row, "cells", ())
        pairs = [{"value": v, "label": h["label"], "kind": h["kind"]} for v, h in zip(cells, heads, strict=True)]
        lines.append({"cells": pairs, "url": "" if isinstance(row, (list, tuple)) else get(row, "url", "")})
    return {"heads": heads, "rows": lines, "caption": caption, "empty": empty}


@register.inclusion_tag("components/stat_tiles.html")
def ui_stats(stats: Iterable[Any], label: str = "今日概览") -> dict[str, Any]:
    icons = {"bad": "warn", "warn": "clock"}
    rows = each(stats, label="", value=0, unit="", url="", tone="", note="")
    return {"stats": [{**r, "icon": icons.get(r["tone"], "")} for r in rows], "label": label}


@register.inclusion_tag("components/print_head.html")
def ui_print_head(title: str, org: str = "", number: str = "", at: Any = None, by: str = "") -> dict[str, Any]:
    return {"title": title, "org": org, "number": number, "at": at, "by": by}
