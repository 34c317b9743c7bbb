"""Reads of files that other bodies handed over: what waits for an answer, what a file holds, what became of it."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from yangguang.casework.joinder import queries as joinder
from yangguang.casework.models import Case, Step
from yangguang.policy import packs
from yangguang.policy.answers import Answer
from yangguang.policy.packs import Pack
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.access import Caller
from yangguang.registry.models import Officer, Party, Power
from yangguang.trail import queries as trail
from yangguang.trail.models import Entry

from ..jurisdiction.queries import places
from .models import HandedFile

CASE = ("body", "party", "power", "handler1", "handler2", "dossier", "opening", "by")


def pack_of(by: Officer) -> Pack:
    """The rules of the body a person acts for, as they are now."""
    return packs.load(by.body.pack)


def answers_here(scope: str) -> bool:
    """Whether a body has somebody in this system who can answer for it."""
    with connection.cursor() as cursor:
        cursor.execute("select decision_answers_here(%s)", [scope])
        return bool(cursor.fetchone()[0])


def split(case: Case, withheld: Answer) -> tuple[list[Item], list[Item]]:
    """What of a file goes with it, and what stays: the codes of the pack, and what was made for the public."""
    every = [*record.items(case.dossier), *joinder.items(case)]
    mine = [one for one in every if one.event != "public"]
    stays = set(withheld.value or ())
    return [one for one in mine if one.code not in stays], [one for one in mine if one.code in stays]


def handed(caller: Caller) -> QuerySet[HandedFile]:
    """Files handed to the caller's own body, the newest first."""
    if not caller.has(*access.HANDED):
        return HandedFile.objects.none()
    rows = HandedFile.objects.filter(receiver=caller.scope)
    return rows.select_related("handover__reply", "answer__clue__case").order_by("-at", "-id")


def waiting(caller: Caller) -> QuerySet[HandedFile]:
    """Those nobody has answered, for who answers."""
    return handed(caller).filter(answer__isnull=True) if caller.has("head") else HandedFile.objects.none()


def opened(caller: Caller, pk: UUID) -> HandedFile | None:
    """One of them, with its file open for this transaction where it still stands."""
    found = handed(caller).filter(pk=pk).first()
    if found is not None:
        access.open_file(caller, found.pk)
    return found


def case_of(handed: HandedFile) -> Case | None:
    """The case, while the body may read it."""
    return Case.objects.filter(pk=handed.case_id).select_related(*CASE).first()


def items(handed: HandedFile) -> list[Item]:
    """The materials that went, in the order of the file."""
    rows = Item.objects.filter(pk__in=[UUID(one) for one in handed.items])
    return list(rows.select_related("by").order_by("at", "id"))


def sender_of(handed: HandedFile) -> str:
    """The name of the body that handed it over, as everybody may know it."""
    return places(timezone.localdate(handed.at)).get(handed.scope, "")


def place(handed: HandedFile) -> str:
    """Where it happened, as the scene was checked."""
    said = next((one for one in items(handed) if one.code == "scene_record"), None)
    return str(said.data.get("place") or "") if said else ""


def steps(handed: HandedFile) -> list[Step]:
    return list(Step.objects.filter(case=handed.case_id).select_related("by").order_by("at", "id"))


def lines(handed: HandedFile) -> list[Entry]:
    """The part of the trail that goes with the file."""
    return list(trail.history(f"case:{handed.case_id}").select_related("leaf"))


def known_party(scope: str, party: Party) -> Party | None:
    """The same person or organisation as the receiving body has it already."""
    code: dict[str, Any] = (
        {"kind": party.kind, "id_no": party.id_no} if party.kind == "natural" else {"uscc": party.uscc}
    )
    return Party.objects.filter(scope=scope, **code).order_by("-valid_from", "-id").first()


def same_power(powers: QuerySet[Power], power: Power) -> Power | None:
    """The same power in the list of the receiving body, by its code, else by its name."""
    return powers.filter(code=power.code).first() or powers.filter(name=power.name).first()
