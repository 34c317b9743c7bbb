"""Readings that somebody should look at: much, at night, or taken along, by people who do not handle the case.

**Clause** QS-3.2.3e: real-time retrieval is itself supervised.  What counts as much is set by the installation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast, ExtractHour, TruncDate
from django.utils import timezone

from yangguang.registry.access import Caller, below

from . import queries
from .models import Reading

DAYS = 30  # back from today
MOST = 100  # warnings shown at once


@dataclass(frozen=True)
class Unusual:
    """One person on one day, and the rule that was met."""

    rule: str
    words: str
    reader_key: UUID
    name: str
    body: str
    day: date
    count: int


@dataclass
class Row:
    """What the database counted."""

    reader_key: UUID
    day: date
    n: int
    by_id: UUID
    who: str = ""
    of: str = ""


RULES = {
    "many": "一天查阅的材料件数偏多",
    "night": "在工作时间以外查阅",
    "copies": "一天下载的材料件数偏多",
}


def unusual(caller: Caller, today: date) -> list[Unusual]:
    """What to look at in the last days, newest first; three questions, whatever the number of readings."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    # Handlers read their own files at any hour as their work demands; a download of many is told of them too.
    rows = Reading.objects.filter(below(caller.scope), at__gte=since).annotate(
        day=TruncDate("at"), clock=ExtractHour("at")
    )
    night = Q(clock__gte=settings.READING_TO) | Q(clock__lt=settings.READING_FROM)
    found = [
        *_rule("many", rows.filter(keeper=False), settings.READING_MANY),
        *_rule("night", rows.filter(night, keeper=False), 1),
        *_rule("copies", rows.filter(how=Reading.How.COPY), settings.READING_COPIES),
    ]
    return sorted(found, key=lambda one: (one.day, one.count), reverse=True)[:MOST]


def _rule(code: str, rows: Any, least: int) -> Iterable[Unusual]:
    told = rows.values("reader_key", "day").annotate(
        n=Count("item", distinct=True), by_id=Max(Cast("by_id", TextField()))
    )
    found = [Row(**{**row, "by_id": UUID(row["by_id"])}) for row in told.filter(n__gte=least).order_by("-day")[:MOST]]
    for row in queries.named(found):
        yield Unusual(code, RULES[code], row.reader_key, row.who, row.of, row.day, row.n)


def explained() -> list[str]:
    """The rules in words, with the numbers of this installation."""
    return [
        f"不承办本案的人员一天查阅 {settings.READING_MANY} 件以上",
        f"不承办本案的人员在 {settings.READING_TO} 时以后、{settings.READING_FROM} 时以前查阅",
        f"任何人一天下载 {settings.READING_COPIES} 件以上",
    ]
