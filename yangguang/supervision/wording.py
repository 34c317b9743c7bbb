"""Lines of the trail in words, for somebody who watches a whole county and not one case."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from yangguang.registry.models import Officer
from yangguang.trail.actions import VERBS
from yangguang.trail.models import Entry

from .queries import Subject

CHAINS = {
    "case": "案件",
    "clue": "线索",
    "officer": "人员",
    "body": "执法主体",
    "unit": "承办机构",
    "power": "执法事项",
    "party": "相对人",
    "account": "账号",
}


@dataclass(frozen=True)
class Line:
    """One entry: what was done, to what, by whom, when, and where it stands in the log."""

    entry: Entry
    what: str
    about: str
    page: tuple | None
    body_name: str
    who: str
    at: datetime
    index: int | None


def lines(entries: Iterable[Entry], known: dict[str, Subject], bodies: dict[str, str]) -> list[Line]:
    """One more query, for the names of those who acted."""
    entries = list(entries)
    refs = {entry.by_ref.partition(":")[2] for entry in entries if entry.by_ref.startswith("registry.officer:")}
    names = {one.ref: one.name for one in Officer.objects.filter(pk__in=refs)}
    made = []
    for entry in entries:
        subject = known.get(entry.chain)
        kind = entry.chain.partition(":")[0]
        made.append(
            Line(
                entry=entry,
                what=title_of(entry.verb),
                about=subject.title if subject else CHAINS.get(kind, kind),
                page=subject.page if subject else None,
                body_name=bodies.get(entry.scope, ""),
                # Whoever acted from a body above the reader's is not told by name.
                who="系统" if entry.by_ref == "system" else names.get(entry.by_ref, "上级机关人员"),
                at=datetime.fromisoformat(json.loads(entry.payload)["p"]["at"]),
                index=entry.leaf.index if hasattr(entry, "leaf") else None,
            )
        )
    return made


def title_of(verb: str) -> str:
    return VERBS[verb].title if verb in VERBS else verb


def verbs() -> list[tuple[str, str]]:
    """Every verb by its Chinese name, for the filter."""
    return sorted(((verb.name, verb.title) for verb in VERBS.values()), key=lambda pair: pair[0])
