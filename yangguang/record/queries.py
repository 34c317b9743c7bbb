"""Reads of the dossier: what is in it, and what the rules still ask for."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Func, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from yangguang.policy.spoken import Words
from yangguang.registry.access import Caller, below, open_file
from yangguang.trail.models import Fact
from yangguang.trail.reading import once

from . import coverage, documents, rows
from .coverage import Hole
from .custody.actions import reading
from .live.models import Explanation
from .models import Archive, Dossier, Item, Seal, Waiver

F = TypeVar("F", bound=Fact)

AV = {Item.Medium.PHOTO, Item.Medium.AUDIO, Item.Medium.VIDEO}
WHOLE = {Item.Medium.AUDIO, Item.Medium.VIDEO}  # a photograph does not record a whole process


DRAWN_UP_ANEW = ("opinions", "version", "draft_sha256")  # fields of what is approved or reviewed, draft after draft
# no administrator reads files
READERS = ("officer", "reviewer", "head", "unit_head", "disclosure", "supervisor", "archivist")


def visible_to(caller: Caller) -> QuerySet[Item]:
    """Material of the caller's bodies, for those whose work is with cases."""
    if not caller.has(*READERS):
        return Item.objects.none()
    return Item.objects.filter(below(caller.scope))


def visible_item(caller: Caller, pk: UUID, how: str | None = "view", handed: bool = False) -> Item:
    """The one way to a document or recording for reading it.  **Raises** Item.DoesNotExist.

    **Shape** `how`: "view", "copy", or None where nothing of its content is shown (a proof, a small picture in a list);
    `handed`: a page that only shows it, and may so show what came in a file that another body handed over.
    **Why** one function: whatever is asked of a reading (who may, that it is noted) is asked here and nowhere else.
    """
    joined = ("by", "dossier", "replaces")
    found = visible_to(caller).select_related(*joined).filter(pk=pk).first()
    if found is None:
        if not handed or open_file(caller, pk) is None:
            raise Item.DoesNotExist
        found = Item.objects.select_related(*joined).get(pk=pk)
    if how is not None:
        reading.note(by=caller.officer, item=found, how=how, keeper=lambda: _keeps(caller, found))
    return found


def _keeps(caller: Caller, item: Item) -> bool:
    """Whether the caller handles the matter of an item; never one that another body handed over."""
    held = matter(item.dossier) if caller.reaches(item.scope) else None
    return held is not None and caller.officer.key in held.keepers


def dossiers(caller: Caller) -> QuerySet[Dossier]:
    """The files of the caller's bodies."""
    if not caller.has(*READERS):
        return Dossier.objects.none()
    return Dossier.objects.filter(below(caller.scope))


def versions(item: Item) -> list[Item]:
    """The makings of the same document, oldest first; of a recording only itself.

    **Why** not all of one kind: a second interview, a second receipt of service is a paper of its own.  What is put
    before somebody to approve or to review is one document however often it is drawn up; any other is followed only by
    its corrections.
    """
    if not item.code:
        return [item]
    rows = Item.objects.filter(dossier=item.dossier_id, code=item.code, step=item.step, event=item.event)
    same = list(rows.select_related("by").order_by("at", "id"))
    form = documents.template(item.code)
    if any(form.field(name) is not None for name in DRAWN_UP_ANEW):
        return same
    chain = {item.pk, item.replaces_id}
    for one in [*reversed(same), *same]:  # up to the first, then down to the newest
        if one.pk in chain or one.replaces_id in chain - {None}:
            chain |= {one.pk, one.replaces_id}
    return [one for one in same if one.pk in chain]


def corrections(item: Item) -> list[Item]:
    """The document and every correction of it that came after, oldest first; mostly only itself."""
    if not item.code:
        return [item]
    later = {one.replaces_id: one for one in reversed(kept(item.dossier)) if one.replaces_id and one.code == item.code}
    found = [item]
    while (following := later.get(found[-1].pk)) is not None:
        found.append(following)
    return found


def seal_of(item: Item) -> Seal | None:
    """The verification code that is printed on a document, if it bears one."""
    return Seal.objects.filter(digest=item.digest).first()


def sealed(item: Item) -> dict[str, Any]:
    """What the verify page may know of a document that bears a code of its own: the row `actions.seal` writes."""
    body = item.data.get("body") if isinstance(item.data, dict) else None
    return {
        "digest": item.digest,
        "code": item.meta["code"],
        "what": "original",
        "fact_ref": item.ref,
        "title": item.title,
        "number": item.number,
        "body_name": body.get("name", "") if isinstance(body, dict) else "",
        "on": item.on,
    }


BRACKETS = str.maketrans("()[]【】{}", "〔〕〔〕〔〕〔〕")


def numbered(text: str) -> Q:
    """Papers that bear this number, or one that begins or ends with it.  （2026）, [2026] and 〔2026〕 are one."""
    line = unicodedata.normalize("NFKC", text).translate(BRACKETS).strip()
    turned, end = Func("number", function="reverse"), chr(0x10FFFF)
    begins = Q(number__gte=line, number__lt=line + end)
    ends = Q(GreaterThanOrEqual(turned, line[::-1])) & Q(LessThan(turned, line[::-1] + end))
    return ~Q(number="") & (begins | ends)


def items(dossier: Dossier) -> QuerySet[Item]:
    """Everything kept, in the order of keeping."""
    return dossier.items.select_related("by").order_by("at", "id")


def of_the_file(dossier: Dossier, kind: type[F]) -> tuple[F, ...]:
    """The facts of a kind in a dossier, in the order in which they came about."""
    return rows.of(dossier.pk, dossier.subject, kind)


def archive_of(dossier: Dossier) -> Archive | None:
    """The archive of a dossier, read under its lock: whether it is there decides what may still be written."""
    return next(iter(of_the_file(dossier, Archive)), None)


def kept(dossier: Dossier) -> tuple[Item, ...]:
    """Everything kept, in the order of keeping."""
    return of_the_file(dossier, Item)


def waivers(dossier: Dossier) -> tuple[Waiver, ...]:
    return of_the_file(dossier, Waiver)


def explanations(dossier: Dossier) -> tuple[Explanation, ...]:
    return of_the_file(dossier, Explanation)


def supplement(archive: Archive) -> list[Item]:
    """补充卷: what came into the dossier after it was archived, in the order of coming."""
    bound = [line["item"] for line in archive.contents]
    return list(items(archive.dossier).exclude(pk__in=bound).exclude(pk=archive.index_item_id))


@dataclass(frozen=True)
class Owed:
    """A document or recording that the rules ask for at a step, and what satisfies it so far.

    **Shape** `tolerance`: seconds a recording of the whole process may break off; `holes`: what it does not cover.
    """

    kind: str  # document | recording
    step: str
    code: str  # document code, or event of the recording list
    title: str
    strength: str  # must | whole | circumstances
    because: tuple[Any, ...]
    have: tuple[Item, ...] = ()
    waiver: Waiver | None = None
    tolerance: int = 0
    holes: tuple[Hole, ...] = ()

    @property
    def met(self) -> bool:
        return (bool(self.have) and not self.unexplained) or self.waiver is not None

    @property
    def unexplained(self) -> tuple[Hole, ...]:
        """What of a whole process was not recorded and for what nobody gave a reason."""
        return tuple(hole for hole in self.holes if not hole.reason)

    @property
    def may_waive(self) -> bool:
        return self.kind == "recording" and self.strength == "circumstances"


def fill(
    owed: Iterable[Owed], kept: Iterable[Item], waivers: Iterable[Waiver], told: Iterable[Explanation] = ()
) -> list[Owed]:
    """Match what is owed with what is there.  **Shape** `told`: read only where a whole process has to be recorded."""
    kept, waivers = list(kept), list(waivers)
    return [_holed(_fill(one, kept, waivers), kept, told) for one in owed]


def _holed(owed: Owed, kept: list[Item], told: Iterable[Explanation]) -> Owed:
    """A recording of the whole process has to cover it.  **Clause** QD-3.2.2c, QS-3.2.2e, DH-2.2.3c, WC-2.2.3b."""
    if owed.kind != "recording" or owed.strength != "whole" or not owed.have:
        return owed
    return replace(owed, holes=covered(owed, kept, told).holes)


def covered(owed: Owed, kept: Iterable[Item], told: Iterable[Explanation]) -> coverage.Coverage:
    """How the recordings of an owed event lie beside the times its papers state."""
    return coverage.judge(
        owed.have,
        [item for item in kept if item.step == owed.step],
        [one for one in told if one.step == owed.step and one.event == owed.code],
        owed.tolerance,
    )


def _fill(owed: Owed, kept: list[Item], waivers: list[Waiver]) -> Owed:
    if owed.kind == "document":
        have = tuple(i for i in kept if i.code == owed.code and i.step == owed.step)
        return replace(owed, have=have)
    media = WHOLE if owed.strength == "whole" else AV
    have = tuple(i for i in kept if i.medium in media and i.event == owed.code)
    waiver = next((w for w in waivers if w.event == owed.code and owed.may_waive), None)
    return replace(owed, have=have, waiver=waiver)


# ---- what later stages tell of a dossier ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Matter:
    """What a dossier is the dossier of, as far as its own pages and actions must know.

    **Shape** `page`: URL name and key of the matter's page; `steps`: (code, title) in order; `keepers`: who may add to
    the dossier; `closed_on`: the day from which nothing is added; `owed` is asked for only when it is shown; `unit`: who
    heads the handling unit, none where no such person signs in.
    """

    title: str
    page: tuple[str, UUID]
    keepers: frozenset[UUID]
    closed_on: date | None
    step: str
    steps: Callable[[], list[tuple[str, str]]]
    owed: Callable[[], list[Owed]]
    offered: Callable[[], list[Owed]] | None = None  # also of steps that are not required but may be taken
    unit: Callable[[], frozenset[UUID]] = frozenset
    late_days: Callable[[], int] = int  # how much later than the act a paper may be written
    spoken: Callable[[], tuple[Words, ...]] = tuple  # what officers say at each recording

    def recordings(self) -> list[Owed]:
        """Every recording one may make: a camera runs before anybody writes down which step it was."""
        return [one for one in (self.offered or self.owed)() if one.kind == "recording"]


@dataclass(frozen=True)
class Told:
    """One thing a later stage knows of an item: that it was served, say."""

    label: str
    value: str
    status: str = ""


@dataclass(frozen=True)
class Trace:
    """One field of a document: what is printed there, and where that comes from."""

    label: str
    words: str
    source: str


@dataclass(frozen=True)
class Offer:
    """A dossier into which a person may put a waiting file now."""

    dossier: UUID
    title: str
    note: str = ""


_tellers: dict[str, Callable[[Dossier], Matter]] = {}
_offers: list[Callable[[Caller, str], list[Offer]]] = []
_notes: list[Callable[[Item], list[Told]]] = []
_traces: list[Callable[[Item], list[Trace]]] = []


def tells(kind: str) -> Callable[[Callable[[Dossier], Matter]], Callable[[Dossier], Matter]]:
    """A later stage answers for the dossiers whose subject begins with `kind`: this stage imports none of them."""

    def decorate(function: Callable[[Dossier], Matter]) -> Callable[[Dossier], Matter]:
        _tellers[kind] = function
        return function

    return decorate


def notes(function: Callable[[Item], list[Told]]) -> Callable[[Item], list[Told]]:
    """A later stage tells what it knows of an item."""
    _notes.append(function)
    return function


def traces(function: Callable[[Item], list[Trace]]) -> Callable[[Item], list[Trace]]:
    """A later stage tells where each field of a document it made comes from."""
    _traces.append(function)
    return function


def traced(item: Item) -> list[Trace]:
    return [one for trace in _traces for one in trace(item)]


def offers(function: Callable[[Caller, str], list[Offer]]) -> Callable[[Caller, str], list[Offer]]:
    """A later stage names the dossiers that are open to a person, by a word of their title, the latest first."""
    _offers.append(function)
    return function


def open_to(caller: Caller, q: str = "") -> list[Offer]:
    """The dossiers a person may put a file into now."""
    return [one for function in _offers for one in function(caller, q)]


@once
def matter(dossier: Dossier) -> Matter | None:
    """What the dossier is of; None where no stage answers for it."""
    teller = _tellers.get(dossier.subject.partition(":")[0])
    return teller(dossier) if teller else None


def told(item: Item) -> list[Told]:
    return [one for note in _notes for one in note(item)]


def satisfied(item: Item, owed: Iterable[Owed]) -> list[Owed]:
    """The demands that this item meets."""
    return [one for one in owed if any(have.pk == item.pk for have in one.have)]
