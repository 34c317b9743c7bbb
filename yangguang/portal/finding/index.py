"""The entries of the search, kept equal to what is published: read as the portal reads, written as the web may.

Nothing is asked of the stages that publish: whatever has changed in what the public may read is found by its stamp.
A thing that is gone is not found from that moment on (the view compares the stamps); a new one after the next renewal.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from django.db import DEFAULT_DB_ALIAS, DataError, connections, transaction

from yangguang.disclosure import search
from yangguang.policy import packs
from yangguang.registry.queries.public import PORTAL

from . import sources
from .sources import Words

FORM = "3"  # raised when the entries are worded differently, so that all of them are made again
BATCH = 200
Value = str | date | None
_COLUMNS = 'source, part, stamp, form, kind, title, number, body_name, text, url, "on", place, tsv'


@cache
def form() -> str:
    """The edition of the words: ours, and of the plans, which say what of an officer is public."""
    plans = "".join(packs.load(name).version for name in packs.names())
    return hashlib.sha256(f"{FORM}{plans}".encode()).hexdigest()[:32]


def _current() -> dict[str, str]:
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select source, stamp from portal_current")
        return dict(cursor.fetchall())


def _kept() -> dict[str, tuple[str, str]]:
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select distinct source, stamp, form from portal_publicentry")
        return {source: (stamp, made) for source, stamp, made in cursor.fetchall()}


def pending() -> tuple[dict[str, str], list[str]]:
    """What a renewal would do: the sources to be read (again) with their stamps, and the sources that are gone."""
    current, kept = _current(), _kept()
    stale = {source: stamp for source, stamp in current.items() if kept.get(source) != (stamp, form())}
    return stale, [source for source in kept if source not in current]


def renew(anew: bool = False, unread: dict[str, Exception] | None = None) -> int:
    """Bring the entries up to what is published, or make all of them again; how many sources were read or removed.

    **Shape** `unread`: where given, a source whose words cannot be made is put there with why, and all others are renewed.
    """
    stale, gone = (_current(), list(_kept())) if anew else pending()
    if not stale and not gone:
        return 0
    return sum(_renewed(names, stale, unread) for names in _batches(list({**stale, **dict.fromkeys(gone)})))


def _renewed(names: Sequence[str], stale: dict[str, str], unread: dict[str, Exception] | None) -> int:
    try:
        _write(names, stale)
    except (DataError, LookupError, TypeError, ValueError) as error:
        if unread is None:
            raise
        if len(names) == 1:
            unread[names[0]] = error
            return 0
        half = len(names) // 2
        return _renewed(names[:half], stale, unread) + _renewed(names[half:], stale, unread)
    return len(names)


def _write(names: Sequence[str], stale: dict[str, str]) -> None:
    entries = list(_made(names, stale))
    with transaction.atomic(using=DEFAULT_DB_ALIAS), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        # Two renewals at once would write the same entry twice.
        cursor.execute("select pg_advisory_xact_lock(hashtext('portal_publicentry'))")
        cursor.execute("delete from portal_publicentry where source = any(%s)", [list(names)])
        cursor.executemany(
            f"insert into portal_publicentry ({_COLUMNS}) values ({', '.join(['%s'] * 12)}, %s::tsvector || %s::tsvector)",  # noqa: S608
            entries,
        )


def _made(names: Sequence[str], stale: dict[str, str]) -> Iterator[list[Value]]:
    by_sort: dict[str, list[str]] = {}
    for source in names:
        if source in stale:
            sort, _, name = source.partition(":")
            by_sort.setdefault(sort, []).append(name)
    for sort, wanted in by_sort.items():
        for name, words in sources.read(sort, wanted):
            source = f"{sort}:{name}"
            yield [source, words.part, stale[source], form(), *_row(words)]


def _row(words: Words) -> list[Value]:
    title, number, body = words.title[:300], words.number[:100], words.body_name[:100]
    head = search.vector(f"{title} {number} {body}", "A")
    shown: list[Value] = [words.kind, title, number, body, words.text, words.url, words.on, words.place]
    return [*shown, head, search.vector(words.text)]


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
