"""音像记录纪律: not recorded, broken off without a reason, brought in late, left on a device or in a tray.

**Clause** SY-2.2.2d.  Counted by unit and by officer so that it is mended and taught; it ranks nobody.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from yangguang.casework import unrecorded
from yangguang.duty.models import Duty
from yangguang.policy.packs import Pack
from yangguang.record import coverage
from yangguang.record import queries as record
from yangguang.record.coverage_pages import words as hole_words
from yangguang.record.models import Item, Received
from yangguang.record.uploads import terms
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below

from .queries import in_hand

KINDS = {
    "unrecorded": "应录未录",
    "gap": "中断无说明",
    "late": "存入迟延",
    "device": "设备逾期",
    "tray": "归入逾期",
}
DAYS = 90  # back from today
MOST = 1000  # of one kind that are looked at


@dataclass(frozen=True)
class Breach:
    """One breach: whose, what, of what, and where it is mended."""

    kind: str
    who: UUID
    scope: str
    title: str
    why: str
    page: tuple[str, UUID] | None
    on: date

    @property
    def word(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Line:
    """One officer with the number of each kind."""

    name: str
    unit: str
    body: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def breaches(caller: Caller, today: date, kind: str = "", body: str = "") -> list[Breach]:
    """Every breach of the last days in the caller's bodies, the newest first."""
    found = [*_cases(caller, today), *_owed(caller, today), *_late(caller, today)]
    shown = [one for one in found if kind in ("", one.kind) and body in ("", one.scope)]
    return sorted(shown, key=lambda one: (one.on, one.title), reverse=True)


def lines(caller: Caller, found: Iterable[Breach], today: date) -> tuple[list[Line], dict[UUID, str]]:
    """The breaches by unit and officer, and the names: one question for all of them."""
    counts: dict[UUID, Counter[str]] = defaultdict(Counter)
    for one in found:
        counts[one.who][one.kind] += 1
    rows = registry.people_below(caller.scope, today).filter(key__in=counts).select_related("unit", "body")
    people = {one.key: one for one in rows}
    made = []
    for key, by_kind in counts.items():
        person = people.get(key)
        unit = person.unit.name if person and person.unit else ""
        numbers = tuple(by_kind[code] for code in KINDS)
        made.append(Line(person.name if person else "（已离开）", unit, person.body.name if person else "", numbers))
    names = {key: person.name for key, person in people.items()}
    return sorted(made, key=lambda one: (one.body, one.unit, one.name)), names


def _cases(caller: Caller, today: date) -> Iterator[Breach]:
    """Steps taken without their recording, and whole processes with a hole that nobody explained."""
    gaps = unrecorded.gaps(in_hand(caller))[:MOST]
    states = {one.case_id: one for one in in_hand(caller).filter(case_id__in=[gap.case_id for gap in gaps])}
    for gap in gaps:
        state = states[gap.case_id]
        on = timezone.localdate(state.moved_at)
        page = ("workbench:case", state.case_id)
        for owed in gap.owed:
            if owed.unexplained:
                why = f"“{owed.title}”{'；'.join(hole_words(one) for one in owed.unexplained[:3])}"
                yield Breach("gap", state.handler1_key, state.scope, state.title, why, page, on)
            else:
                why = f"没有“{owed.title}”的音像记录，也没有写明不作记录的理由"
                yield Breach("unrecorded", state.handler1_key, state.scope, state.title, why, page, on)


def _owed(caller: Caller, today: date) -> Iterator[Breach]:
    """What is still on a device or in a tray after its day."""
    kinds = {terms.STORED_BY: "device", terms.PLACED_BY: "tray"}
    rows = Duty.objects.filter(below(caller.scope), rule__in=kinds, open__isnull=False, due_on__lt=today)
    for duty in rows.order_by("-due_on", "-id")[:MOST]:
        if duty.owner_key is None:
            continue
        subject, _, pk = duty.subject.partition(":")
        page = ("record:device", UUID(pk)) if subject == "device" else None
        late = (today - duty.due_on).days
        why = f"最迟应在 {duty.due_on}，已逾期 {late} 天"
        yield Breach(kinds[duty.rule], duty.owner_key, duty.scope, duty.title, why, page, duty.due_on)


def _late(caller: Caller, today: date) -> Iterator[Breach]:
    """What came into the system later after it was taken than the rules allow."""
    since = timezone.make_aware(datetime.combine(today - timedelta(days=DAYS), time.min))
    packs: dict[str, Pack | None] = {}
    came = Received.objects.filter(below(caller.scope), at__gte=since, taken_at__isnull=False).order_by("-at", "-id")
    for got in came[:MOST]:
        taken = coverage.moment(got.clock.get("true_at")) or got.taken_at
        if taken and (why := _too_late(packs, got.scope, taken, got.at)):
            yield Breach("late", got.by_key, got.scope, got.name, why, None, timezone.localdate(got.at))
    items = Item.objects.filter(below(caller.scope), at__gte=since, medium__in=record.AV, code="")
    items = items.exclude(meta__has_key="received").exclude(meta__has_key="live").select_related("by")
    for item in items.order_by("-at", "-id")[:MOST]:
        taken = coverage.moment(item.meta.get("stated", {}).get("taken_at")) or coverage.moment(
            item.meta.get("taken_at")
        )
        if taken and (why := _too_late(packs, item.scope, taken, item.at)):
            page = ("record:item", item.pk)
            yield Breach("late", item.by.key, item.scope, item.title, why, page, timezone.localdate(item.at))


def _too_late(packs: dict[str, Pack | None], scope: str, taken: datetime, came: datetime) -> str:
    """How late, in words; "" where it was in time or the rules say no number."""
    if came - taken <= timedelta(hours=1):
        return ""
    if scope not in packs:
        packs[scope] = terms.pack_at(scope, timezone.localdate(came))
    pack = packs[scope]
    if pack is None:
        return ""
    start = timezone.localtime(taken)
    rule = pack.deadline(terms.STORED_BY, start=start, on=timezone.localdate(taken), provisional=True)
    last = rule.at or timezone.make_aware(datetime.combine(rule.due, time.max))
    if came <= last:
        return ""
    return f"{start:%Y-%m-%d %H:%M} 拍摄，{timezone.localtime(came):%Y-%m-%d %H:%M} 存入，最迟应在 {timezone.localtime(last):%Y-%m-%d %H:%M}"
