"""Reads of the dossier: what is in it, and what the rules still ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .models import Dossier, Item, Waiver

AV = {Item.Medium.PHOTO, Item.Medium.AUDIO, Item.Medium.VIDEO}
WHOLE = {Item.Medium.AUDIO, Item.Medium.VIDEO}  # a photograph does not record a whole process


def items(dossier: Dossier) -> QuerySet[Item]:
    """Everything kept, in the order of keeping."""
    return dossier.items.select_related("by").order_by("at", "id")


@dataclass(frozen=True)
class Owed:
    """A document or recording that the rules ask for at a step, and what satisfies it so far."""

    kind: str  # document | recording
    step: str
    code: str  # document code, or event of the recording list
    title: str
    strength: str  # must | whole | circumstances
    because: tuple[Any, ...]
    have: tuple[Item, ...] = ()
    waiver: Waiver | None = None

    @property
    def met(self) -> bool:
        return bool(self.have) or self.waiver is not None

    @property
    def may_waive(self) -> bool:
        return self.kind == "recording" and self.strength == "circumstances"


def fill(owed: Iterable[Owed], kept: Iterable[Item], waivers: Iterable[Waiver]) -> list[Owed]:
    """Match what is owed with what is there."""
    kept, waivers = list(kept), list(waivers)
    return [_fill(one, kept, waivers) for one in owed]


def _fill(owed: Owed, kept: list[Item], waivers: list[Waiver]) -> Owed:
    if owed.kind == "document":
        have = tuple(i for i in kept if i.code == owed.code and i.step == owed.step)
        return Owed(owed.kind, owed.step, owed.code, owed.title, owed.strength, owed.because, have)
    media = WHOLE if owed.strength == "whole" else AV
    have = tuple(i for i in kept if i.medium in media and i.event == owed.code)
    waiver = next((w for w in waivers if w.event == owed.code and owed.may_waive), None)
    return Owed(owed.kind, owed.step, owed.code, owed.title, owed.strength, owed.because, have, waiver)
