"""Versions of what is shown beforehand, where they are to be seen, and what was sent to the office above."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from yangguang.policy.packs import Pack
from yangguang.registry.access import Caller
from yangguang.registry.models import Body

from ..models import ChannelProof, PreDraft, PreRelease, SentUp, SentUpReceipt
from .bodies import within_reach


def channels(pack: Pack, on: date) -> tuple[str, ...]:
    """Where the plan wants it shown.  **Clause** QD-A3.公示.2(②), QS-3.1.0b, QS-3.1.0c, WC-2.1.0b."""
    return tuple(pack.ask("channels", on=on).value or ())


def platforms(pack: Pack, on: date) -> tuple[str, ...]:
    """The channels to which what is shown elsewhere is pushed at the same time: () where the plan does not ask it.

    **Clause** QS-3.1.0c.
    """
    asked = pack.parameter("simultaneous_push")
    if asked.value is not True:
        return ()
    clauses = {one.clause for one in asked.because}
    rules = [rule for rule in pack.merged.questions.get("channels", ()) if rule.in_force(on)]
    return tuple(
        channel for rule in rules if clauses & {one.clause for one in rule.because} for channel in rule.value or ()
    )


def behind(proven: Collection[str], pack: Pack, on: date) -> list[str]:
    """The platforms that do not have what another channel already shows."""
    pushed = platforms(pack, on)
    return [one for one in pushed if one not in proven] if set(proven) - set(pushed) else []


def drafts(caller: Caller) -> QuerySet[PreDraft]:
    return PreDraft.objects.filter(within_reach(caller)).select_related("body", "by", "approval__by", "release__by")


def releases(caller: Caller) -> QuerySet[PreRelease]:
    return PreRelease.objects.filter(within_reach(caller))


def photographed(caller: Caller) -> QuerySet[ChannelProof]:
    return ChannelProof.objects.filter(within_reach(caller)).exclude(photo="")


def sent_up(caller: Caller) -> QuerySet[SentUp]:
    return SentUp.objects.filter(within_reach(caller))


def shown_until(draft: PreDraft) -> date | None:
    """The day a later version took this one's place; None while it is the one to be read."""
    later = PreRelease.objects.filter(scope=draft.scope, kind=draft.kind, number__gt=draft.number)
    return later.order_by("number").values_list("on", flat=True).first()


@dataclass(frozen=True)
class Passed:
    """One step of a version: who took it, when, and how long after the step before."""

    title: str
    by: str
    at: datetime
    took: timedelta | None

    @property
    def took_words(self) -> str:
        if self.took is None:
            return ""
        days, rest = self.took.days, self.took.seconds // 60
        return f"{days} 天" if days else f"{rest // 60} 小时 {rest % 60} 分"


def passed(draft: PreDraft) -> list[Passed]:
    """Drafted, checked, published: who, when, and the time each step took.  **Clause** DH-2.1.1d."""
    rows = [("编制", draft), ("审核", getattr(draft, "approval", None)), ("公开", getattr(draft, "release", None))]
    there = [(title, row) for title, row in rows if row is not None]
    moments = [row.at for _, row in there]
    return [
        Passed(title, row.by.name, row.at, row.at - earlier if earlier else None)
        for (title, row), earlier in zip(there, [None, *moments], strict=False)
    ]


def history(body: Body, kind: str) -> QuerySet[PreDraft]:
    """All versions of one kind of a body, the newest first."""
    found = PreDraft.objects.filter(scope=body.scope, kind=kind).select_related("by", "approval", "release")
    return found.defer("shown", "release__shown").order_by("-number")


def next_number(scope: str, kind: str) -> int:
    return (PreDraft.objects.filter(scope=scope, kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1


def current(scope: str, kind: str) -> PreRelease | None:
    return PreRelease.objects.filter(scope=scope, kind=kind).order_by("-number").first()


def needs_approval(pack: Pack) -> bool:
    """Whether the plan has contents approved before they are published."""
    return pack.parameter("pre_approval").value is not None


def proofs(subject: str) -> list[ChannelProof]:
    """The proofs, the county's own among them: not joined with people whom the body may not see."""
    return list(ChannelProof.objects.filter(subject=subject).prefetch_related("by").order_by("at", "id"))


@dataclass(frozen=True)
class Shown:
    """A channel, and the latest proof that something is to be seen there."""

    channel: str
    proof: ChannelProof | None


def shown_on(subject: str, pack: Pack, on: date) -> list[Shown]:
    latest = {one.channel: one for one in proofs(subject)}
    return [Shown(one, latest.get(one)) for one in channels(pack, on)]


def channel_panel(subject: str | None, pack: Pack, on: date) -> dict[str, Any]:
    """The channels with their proofs, and the platforms that were left behind, with the clause; empty where unpublished."""
    shown = shown_on(subject, pack, on) if subject else []
    late = behind([one.channel for one in shown if one.proof], pack, on)
    because = pack.parameter("simultaneous_push").because if late else ()
    return {"channels": shown, "behind": late, "behind_because": because}


@dataclass(frozen=True)
class Sent:
    """Something sent to the office above, and its receipt if one came."""

    row: SentUp
    receipt: SentUpReceipt | None


def sent(subject: str) -> list[Sent]:
    rows = SentUp.objects.filter(subject=subject).select_related("by", "receipt").order_by("at", "id")
    return [Sent(row, getattr(row, "receipt", None)) for row in rows]


def filing_items(pack: Pack, on: date) -> list[tuple[str, str]]:
    """What the plan has filed with the office above, with its words.  **Clause** WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c."""
    answer = pack.ask("filings", on=on)
    words = {one["key"]: str(one["text"]) for one in answer.details}
    return [(code, words.get(code, code)) for code in answer.value or ()]
