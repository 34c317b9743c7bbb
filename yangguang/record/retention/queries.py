"""Reads of retention: how long, held by whom, how far a destruction has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from yangguang.registry.access import Caller, below
from yangguang.vault import store

from .. import queries
from ..custody import queries as custody
from ..custody.models import Extract
from ..models import Archive, Dossier
from . import terms
from .models import DestructionProposal, Hold, Tombstone

READERS = ("archivist", "head", "supervisor")
HOLDERS = ("archivist", "head", "supervisor")  # who stops a destruction
LIFTERS = ("head", "supervisor")  # who lets it go on


def archives(caller: Caller, show: str, today: date) -> QuerySet[Archive]:
    """Archived files of the caller's bodies: due | soon | held | gone | all."""
    if not caller.has(*READERS):
        return Archive.objects.none()
    rows = Archive.objects.filter(below(caller.scope)).select_related("dossier")
    standing = Hold.objects.filter(lifted__isnull=True).values("dossier")
    gone = Tombstone.objects.values("dossier")
    match show:
        case "due":
            rows = rows.filter(terms.expired(today)).exclude(dossier__in=gone)
        case "soon":
            rows = rows.filter(terms.expiring(today)).exclude(dossier__in=gone)
        case "held":
            rows = rows.filter(dossier__in=standing)
        case "gone":
            rows = rows.filter(dossier__in=gone)
    return rows


def dossier(caller: Caller, pk: UUID) -> Dossier | None:
    if not caller.has(*READERS):
        return None
    return queries.dossiers(caller).filter(pk=pk).first()


def term(dossier: Dossier) -> terms.Term:
    return terms.of(dossier, queries.archive_of(dossier))


def holds(dossier: Dossier) -> list[Hold]:
    found = list(Hold.objects.filter(dossier=dossier).select_related("lifted").order_by("at", "id"))
    custody.named(found)
    custody.named(one.lifted for one in found if hasattr(one, "lifted"))
    return found


def standing(dossier: Dossier) -> list[Hold]:
    """Holds that were not lifted."""
    return list(Hold.objects.filter(dossier=dossier, lifted__isnull=True).order_by("at", "id"))


def proposal(dossier: Dossier) -> DestructionProposal | None:
    """The latest proposal to destroy."""
    rows = DestructionProposal.objects.filter(dossier=dossier).select_related("by", "answer__by")
    return rows.order_by("-at", "-id").first()


def tombstone(dossier: Dossier) -> Tombstone | None:
    return (
        Tombstone.objects.filter(dossier=dossier).select_related("by", "proposal__by", "proposal__answer__by").first()
    )


@dataclass(frozen=True)
class Bytes:
    """Bytes of a file: under which digest, what they are, and why they have to stay ("" where they may go)."""

    digest: str
    title: str
    medium: str
    on: str
    size_bytes: int
    kept: str
    item: str = ""


def bytes_of(dossier: Dossier) -> list[Bytes]:
    """Everything a file keeps in the vault: its material, the copies made of it, what was made to play it."""
    found: dict[str, Bytes] = {}
    for item in queries.items(dossier):
        kept = held_elsewhere(item.digest, dossier)
        found.setdefault(
            item.digest,
            Bytes(item.digest, item.title, item.medium, item.on.isoformat(), item.size_bytes, kept, str(item.pk)),
        )
    for copy in Extract.objects.filter(parent__dossier=dossier).select_related("parent"):
        kept = held_elsewhere(copy.digest, dossier)
        day = timezone.localdate(copy.at).isoformat()
        found.setdefault(copy.digest, Bytes(copy.digest, str(copy), copy.kind, day, copy.size_bytes, kept))
    for digest, title, size in _played(list(found)):
        found.setdefault(digest, Bytes(digest, title, "playing", "", size, held_elsewhere(digest, dossier)))
    return list(found.values())


def _played(parents: list[str]) -> Iterator[tuple[str, str, int]]:
    """What was made of originals so that a browser plays it."""
    model: Any = apps.all_models["record"].get("derivative")
    if model is not None:
        for row in model._base_manager.filter(parent_digest__in=parents).exclude(digest=""):
            yield row.digest, "播放件", row.size_bytes


def held_elsewhere(digest: str, dossier: Dossier) -> str:
    """Why the bytes of a digest have to stay though this file goes: "" where nothing else holds them."""
    with connection.cursor() as cursor:
        cursor.execute("select record_held_elsewhere(%s, %s)", [digest, dossier.pk])
        return str(cursor.fetchone()[0])


def left(stone: Tombstone) -> list[str]:
    """Digests that should be gone and still lie in the vault."""
    return [one["digest"] for one in stone.destroyed if not one["kept"] and store.has(one["digest"])]


def destroyed(using: str = "default") -> Iterator[str]:
    """Every digest that was lawfully destroyed: a check of the vault does not miss these."""
    for rows in Tombstone.objects.using(using).values_list("destroyed", flat=True):
        yield from (one["digest"] for one in rows if not one["kept"])
