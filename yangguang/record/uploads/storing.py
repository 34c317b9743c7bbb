"""The rules on keeping electronic records, as the packs have them, and where they are not met.

**Clause** QS-3.2.3h: formats, copies and their places, fixity checks, migration, copies to play.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.registry import queries as registry
from yangguang.registry.access import below
from yangguang.vault import store

from ..models import Item
from . import queries
from .models import Derivative, Scrub
from .playing import MEDIA, plays

MOST = 50  # things named under one rule


@dataclass(frozen=True)
class Demands:
    """What the bodies of a part of the tree ask for, the strictest of each; `because` by parameter."""

    formats: frozenset[str]
    copies: int
    days: int
    answers: dict[str, Answer]


@dataclass(frozen=True)
class Rule:
    """One rule: what it asks, how it stands, and what does not meet it."""

    code: str
    title: str
    asks: str
    met: bool
    found: str
    rows: tuple[str, ...] = ()
    answer: Answer | None = None


def demands(scope: str, on: date) -> Demands:
    """The rules of every body at and below a place; the national ones where none is registered."""
    names = {one.pack for one in registry.bodies_below(scope, on)} or {"cn"}
    asked = [packs.load(name) for name in sorted(names)]
    formats = [(one, one.parameter("storage_formats")) for one in asked]
    copies = [one.parameter("storage_copies") for one in asked]
    days = [one.parameter("storage_check_days") for one in asked]
    most = max(copies, key=lambda one: one.value or 0)
    least = min(days, key=lambda one: one.value or 10**6)
    every = frozenset.intersection(*(frozenset(answer.value or ()) for _, answer in formats))
    answers = {"formats": formats[0][1], "copies": most, "check": least}
    return Demands(every, int(most.value or 1), int(least.value or 0), answers)


def report(scope: str, now: datetime) -> list[Rule]:
    """Every rule with how it stands."""
    asked = demands(scope, timezone.localdate(now))
    return [_formats(scope, asked), _migrated(scope, asked), _copies(asked, now), _checked(asked, now)]


def _formats(scope: str, asked: Demands) -> Rule:
    counts = _counts(scope)
    others = {mime: n for mime, n in counts.items() if mime not in asked.formats}
    rows = tuple(f"{mime}：{n} 件" for mime, n in sorted(others.items(), key=lambda pair: -pair[1]))
    return Rule(
        "formats", "格式", f"可以长期保存的格式：{'、'.join(sorted(asked.formats))}", not others,
        f"收存 {sum(counts.values())} 件，{sum(others.values())} 件是其他格式", rows[:MOST], asked.answers["formats"],
    )  # fmt: skip


def _counts(scope: str) -> dict[str, int]:
    """Format → how many of what was taken in; papers made here are PDF."""
    rows = Item.objects.filter(below(scope), code="").order_by().values_list("mime").annotate(n=Count("id"))
    return dict(rows)


def _migrated(scope: str, asked: Demands) -> Rule:
    """What browsers do not play has a copy that they do; the original stays."""
    rows = Item.objects.filter(below(scope), medium__in=MEDIA, code="").only(
        "id", "title", "digest", "mime", "meta", "scope"
    )
    wanting = [one for one in rows.order_by("-at", "-id")[:10_000] if not plays(one.mime, one.meta)]
    made = dict(
        Derivative.objects.filter(below(scope), parent_digest__in=[one.digest for one in wanting]).values_list(
            "parent_digest", "why"
        )
    )
    lacking = [one for one in wanting if made.get(one.digest) is None or made[one.digest]]
    said = tuple(f"{one.title}（{one.mime}）：{made.get(one.digest) or '还没有制作'}" for one in lacking)
    return Rule(
        "migration", "迁移", "不能通用播放的，另作可以播放的副本，原件不动", not lacking,
        f"须作副本 {len(wanting)} 件，缺 {len(lacking)} 件", said[:MOST], asked.answers["formats"],
    )  # fmt: skip


def name_of(place: Any) -> str:
    """A place as a fact names it: its folder's name, and what tells it from another folder of that name."""
    whole = str(place.folder.resolve())
    return f"{place.folder.name[:11]}·{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _copies(asked: Demands, now: datetime) -> Rule:
    done, rows, sound = queries.copied(), [], 1
    for place in store.copies():
        last = done.get(name_of(place))
        if last is None:
            rows.append(f"{place.folder}：还没有复制过")
        elif last.faults:
            rows.append(f"{place.folder}：{_on(last)} 有 {last.faults} 件没有复制")
        elif last.at < now - timedelta(days=asked.days or 7):
            rows.append(f"{place.folder}：上次复制是 {_on(last)}，已超过间隔")
        else:
            sound += 1
    where = f"存证和 {len(settings.VAULT_COPIES)} 处副本" if settings.VAULT_COPIES else "只有存证一处，没有设置副本"
    return Rule(
        "copies", "份数和存放地点", f"每件至少 {asked.copies} 份，放在不同的地方", sound >= asked.copies,
        f"{where}，完整的 {sound} 份", tuple(rows), asked.answers["copies"],
    )  # fmt: skip


def _checked(asked: Demands, now: datetime) -> Rule:
    """Every share was read within the days: the rota reads a seventh a day, a whole reading is all shares."""
    since = now - timedelta(days=asked.days, hours=12)
    read = Scrub.objects.exclude(share=queries.COPY).filter(at__gte=since).values_list("share", flat=True)
    lacking = unread(set(read))
    last = queries.scrubs(1)
    rows = (f"没有读到的份额：{'、'.join(lacking)}",) if lacking else ()
    found = f"上次巡检 {_on(last[0])}" if last else "还没有巡检过"
    faults = queries.all_known_faults().count()
    return Rule(
        "check", "定期核对", f"每件至少每 {asked.days} 天重新计算摘要值核对一次", not lacking and not faults,
        f"{found}；现有异常 {faults} 件", rows, asked.answers["check"],
    )  # fmt: skip


def unread(shares: Iterable[str]) -> list[str]:
    """Which seventh nobody read; none where the whole was read."""
    read = set(shares)
    if "1/1" in read:
        return []
    return [share for n in range(1, 8) if (share := f"{n}/7") not in read]


def _on(scrub: Scrub) -> str:
    return f"{timezone.localtime(scrub.at):%Y-%m-%d %H:%M}"
