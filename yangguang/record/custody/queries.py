"""Reads of custody: who holds what, what was called up, what left the house, and everything about one party."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Device, Officer, Party

from .. import queries
from ..models import Archive, Dossier, Item
from .models import CallUp, DeviceIssue, Extract, PaperLink, Reading, ReleaseRequest

T = TypeVar("T", bound=Any)

WATCHERS = ("supervisor", "head")  # who sees what others called up and read
ASKERS = ("officer", "archivist", "disclosure")  # who asks for a release and makes copies
MOST_FOUND = 30

# ---- who -----------------------------------------------------------------------------------------------------------

ABOVE = "上级机关人员"  # whoever acted from a body above the reader's is not told by name


def named(rows: Iterable[T]) -> list[T]:
    """The rows with `who` and `of`: the name and body of who wrote each, in one question.

    **Why** not a join: row security hides people of a body above, and a join would hide with them what they did.
    """
    found = list(rows)
    people = Officer.objects.filter(pk__in={row.by_id for row in found}).select_related("body")
    known = {one.pk: one for one in people}
    for row in found:
        officer = known.get(row.by_id)
        row.who, row.of = (officer.name, officer.body.name) if officer else (ABOVE, "")
    return found


# ---- devices -------------------------------------------------------------------------------------------------------


def issues(caller: Caller, device_key: UUID | None = None) -> QuerySet[DeviceIssue]:
    """Who held which device when, newest first."""
    rows = DeviceIssue.objects.filter(below(caller.scope)).select_related(
        "device", "holder", "by", "returned__by", "docking__by"
    )
    rows = rows.filter(device_key=device_key) if device_key else rows
    return rows.order_by("-at", "-id")


def issue(caller: Caller, pk: UUID) -> DeviceIssue | None:
    return issues(caller).filter(pk=pk).first()


def holders(devices: Iterable[Device]) -> dict[UUID, DeviceIssue]:
    """Device key → who has it now."""
    keys = [one.key for one in devices]
    out = DeviceIssue.objects.filter(device_key__in=keys, returned__isnull=True).select_related("holder")
    return {one.device_key: one for one in out}


def device(caller: Caller, key: UUID, on: date) -> Device | None:
    return registry.devices(caller.scope, on).filter(key=key).first()


# ---- calling up ----------------------------------------------------------------------------------------------------

_finders: list[Callable[[set[UUID]], Iterable[UUID]]] = []


def finds(function: Callable[[set[UUID]], Iterable[UUID]]) -> Callable[[set[UUID]], Iterable[UUID]]:
    """A later stage tells which files are about parties of these keys: this stage imports none of them."""
    _finders.append(function)
    return function


def purposes(body: Body, on: date) -> Answer:
    """What the records of a body may be used for, by its rules."""
    return packs.load(body.pack).ask("record_uses", {}, on)


def same_party(caller: Caller, party: Party) -> set[UUID]:
    """The keys under which one person or organisation is known to the bodies in reach: merged, or of the same code."""
    named = Q(key=party.key)
    if party.uscc:
        named |= Q(uscc=party.uscc)
    if party.id_no:
        named |= Q(id_no=party.id_no)
    keys = set(registry.parties(caller).filter(named).order_by().values_list("key", flat=True))
    return set().union(*(registry.party_keys(key) for key in keys)) if keys else {party.key}


def dossiers_of(caller: Caller, about: Party | Dossier) -> list[Dossier]:
    """Every file about a party (or the one file) that the caller may read, oldest first.  **Clause** QS-3.2.3b."""
    if isinstance(about, Dossier):
        wanted: set[UUID] = {about.pk}
    else:
        keys = same_party(caller, about)
        wanted = {pk for find in _finders for pk in find(keys)}
    return list(queries.dossiers(caller).filter(pk__in=wanted).select_related("archive").order_by("at", "id"))


def material(caller: Caller, dossiers: Iterable[Dossier]) -> dict[UUID, list[Item]]:
    """The material of several files, in one question."""
    found: dict[UUID, list[Item]] = {one.pk: [] for one in dossiers}
    for item in queries.visible_to(caller).filter(dossier__in=list(found)).select_related("by").order_by("at", "id"):
        found[item.dossier_id].append(item)
    return found


def parties_named(caller: Caller, text: str) -> list[Party]:
    """Parties to choose from: each once, by its newest version."""
    seen: dict[UUID, Party] = {}
    for one in registry.parties(caller, text)[: MOST_FOUND * 4]:
        seen.setdefault(one.key, one)
    return list(seen.values())[:MOST_FOUND]


def dossiers_named(caller: Caller, text: str) -> list[Dossier]:
    """Files to choose from, by title, document number or archive number."""
    numbered = Item.objects.filter(number=text).values("dossier")
    archived = Archive.objects.filter(archive_no=text).values("dossier")
    named = Q(title__icontains=text) | Q(pk__in=numbered) | Q(pk__in=archived)
    return list(queries.dossiers(caller).filter(named).order_by("-at")[:MOST_FOUND])


def callups(caller: Caller) -> QuerySet[CallUp]:
    """Who called up what for what: for those who watch over it; everybody sees the own ones."""
    rows = CallUp.objects.filter(below(caller.scope)).select_related("by__body", "party", "dossier")
    if not caller.has(*WATCHERS):
        rows = rows.filter(by__key=caller.officer.key)
    return rows.order_by("-at", "-id")


# ---- readings, copies, releases ------------------------------------------------------------------------------------


def readings(caller: Caller, item: Item | None = None) -> QuerySet[Reading]:
    rows = Reading.objects.filter(below(caller.scope)).select_related("item__dossier").order_by("-at", "-id")
    return rows.filter(item=item) if item else rows


def extracts(item: Item) -> QuerySet[Extract]:
    return Extract.objects.filter(parent=item).select_related("by").order_by("at", "id")


def extract(caller: Caller, pk: UUID) -> Extract | None:
    """A copy, for whoever may read its original."""
    found = Extract.objects.filter(below(caller.scope), pk=pk).select_related("by", "parent__dossier").first()
    return found if found and caller.has(*queries.READERS) else None


def releases(caller: Caller) -> QuerySet[ReleaseRequest]:
    """Requests to hand material out, newest first."""
    if not caller.has(*queries.READERS):
        return ReleaseRequest.objects.none()
    rows = ReleaseRequest.objects.filter(below(caller.scope))
    return rows.select_related("by", "item__dossier", "extract", "answer__by", "export__by").order_by("-at", "-id")


def release(caller: Caller, pk: UUID) -> ReleaseRequest | None:
    return releases(caller).filter(pk=pk).first()


# ---- paper originals -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """One page of a document and the scan of its paper original; `scan` 0: not scanned."""

    page: int
    scan: int


def paper_of(document: Item) -> PaperLink | None:
    return PaperLink.objects.filter(document=document).select_related("scan", "by").order_by("-at", "-id").first()


def scan_of(scan: Item) -> PaperLink | None:
    return PaperLink.objects.filter(scan=scan).select_related("document").order_by("-at", "-id").first()


def sheets(document: Item, link: PaperLink, pages: int) -> list[Sheet]:
    held = dict(link.pages)
    return [Sheet(number, held.get(number, 0)) for number in range(1, pages + 1)]


def possible_scans(document: Item) -> list[Item]:
    """What was uploaded to the same file and has pages."""
    found = Item.objects.filter(dossier=document.dossier_id, code="", medium__in=(Item.Medium.TEXT, Item.Medium.PHOTO))
    return list(found.order_by("-at", "-id"))
