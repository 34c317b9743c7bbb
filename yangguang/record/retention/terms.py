"""Until when a file is kept: what was chosen when it was archived, and what the body's rules say where it is longer.

The period runs from the first of January after the archiving; its last day is a 31 December.  **Clause** 档案法, QS-3.2.3g,
DH-2.2.4c; audio and video have the period of their file.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from yangguang.policy import packs
from yangguang.registry import queries as registry

from ..models import Archive, Dossier

YEARS = {Archive.Retention.YEARS_10: 10, Archive.Retention.YEARS_30: 30}
LENGTH = {Archive.Retention.YEARS_10: 10, Archive.Retention.YEARS_30: 30, Archive.Retention.PERMANENT: 10_000}


@dataclass(frozen=True)
class Term:
    """保管期限 of one file.  **Shape** `code` "": unknown; `last_day` None: unknown or for good."""

    code: str
    words: str
    last_day: date | None
    explain: str
    because: tuple[Any, ...] = ()

    @property
    def permanent(self) -> bool:
        return self.code == Archive.Retention.PERMANENT

    def over(self, today: date) -> bool:
        """Whether the period has run out; never where it is unknown."""
        return self.last_day is not None and today > self.last_day


def of(dossier: Dossier, archive: Archive | None) -> Term:
    """The period of a file; of one that is not archived nothing is known, and nothing is destroyed."""
    if archive is None:
        return Term("", "未定", None, "案卷还没有归档，没有确定保管期限；未定的不得销毁")
    rule = _of_the_body(dossier.scope, archive.on)
    chosen = Archive.Retention(archive.retention)
    said = f"归档时确定为{chosen.label}；音像资料同案卷"
    because: tuple[Any, ...] = ()
    if rule is not None and rule.value and LENGTH[Archive.Retention(rule.value)] > LENGTH[chosen]:
        chosen, because = Archive.Retention(rule.value), tuple(rule.because)
        said = f"归档时选择的期限较短，按本机关规则为{chosen.label}"
    years = YEARS.get(chosen)
    if years is None:
        return Term(chosen, str(chosen.label), None, said, because)
    last = date(archive.on.year + years, 12, 31)
    return Term(chosen, str(chosen.label), last, f"{said}，自归档次年 1 月 1 日起算", because)


def _of_the_body(scope: str, on: date) -> Any:
    body = registry.body_at(scope, on)
    return packs.load(body.pack).parameter("retention_default") if body else None


def expired(today: date) -> Q:
    """Archives whose own period has run out: the question a list asks; the rules of the body are asked for each."""
    found = Q(pk__in=[])
    for code, years in YEARS.items():
        found |= Q(retention=code, on__lt=date(today.year - years, 1, 1))
    return found


def expiring(today: date) -> Q:
    """Archives whose period ends with this year."""
    found = Q(pk__in=[])
    for code, years in YEARS.items():
        found |= Q(retention=code, on__gte=date(today.year - years, 1, 1), on__lt=date(today.year - years + 1, 1, 1))
    return found
