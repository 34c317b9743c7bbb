"""What the rows of a file are held against, fetched for five hundred rows at a time and never for each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from .. import access
from ..access import Caller, NotAllowed, below
from ..models import Body, Certificate, Entity, Exam, Officer, Party, PartyMerge, Unit
from ..queries import in_force


@dataclass(frozen=True)
class Hand:
    """Whose hand imports or exports: a signed-in person, or the command line (`caller` None), which reaches everything.

    **Shape** `body`: what a row that names no body belongs to.
    """

    scope: str
    caller: Caller | None = None
    body: Body | None = None

    @classmethod
    def of(cls, caller: Caller) -> "Hand":
        return cls(caller.scope, caller, caller.body)

    @property
    def officer(self) -> Officer | None:
        return self.caller.officer if self.caller else None

    def barred(self, what: str, scope: str | None = None) -> NotAllowed | None:
        return access.barred(self.caller, what, scope) if self.caller else None

    def sees(self, what: str) -> bool:
        return self.caller is None or access.may_read(self.caller, what)


@dataclass
class Book:
    """The registers as far as a file needs them.

    **Shape** `bodies`: by scope; `named`: by name and by code, a name two bodies share has several; the rest as said.
    """

    hand: Hand
    on: date
    bodies: dict[str, Body] = field(default_factory=dict)
    named: dict[str, list[Body]] = field(default_factory=lambda: defaultdict(list))
    found: dict[Any, list[Any]] = field(default_factory=lambda: defaultdict(list))  # natural key → newest versions
    keyed: dict[UUID, Any] = field(default_factory=dict)  # key → newest version
    units: dict[tuple[str, str], Unit] = field(default_factory=dict)
    unit_keys: dict[UUID, Unit] = field(default_factory=dict)
    people: dict[tuple[str, str], list[Officer]] = field(default_factory=lambda: defaultdict(list))
    people_keys: dict[UUID, Officer] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    held: dict[UUID, Certificate] = field(default_factory=dict)  # officer key → newest certificate
    exams: dict[UUID, list[Exam]] = field(default_factory=lambda: defaultdict(list))  # officer key → passed exams
    parties: dict[str, Party] = field(default_factory=dict)  # code → party
    party_keys: dict[UUID, Party] = field(default_factory=dict)
    codes: dict[str, UUID] = field(default_factory=dict)  # uscc of a body in force → its key

    def open(self) -> "Book":
        """Fetch the bodies of the reach: one query for a whole file."""
        for body in in_force(Body, self.on).filter(below(self.hand.scope)).order_by("scope"):
            self.bodies[body.scope] = body
            self.named[body.name].append(body)
            self.named[body.uscc].append(body)
        return self

    def open_units(self) -> None:
        for unit in in_force(Unit, self.on).filter(below(self.hand.scope)):
            self.units[unit.scope, unit.name] = unit
            self.unit_keys[unit.key] = unit

    def open_people(self) -> None:
        for one in in_force(Officer, self.on).filter(below(self.hand.scope)):
            self.people[one.scope, one.name].append(one)
            self.people_keys[one.key] = one

    def fetch(self, model: type[Entity], match: Q, keys: Iterable[UUID]) -> list[Any]:
        """The newest version of each thing that ever matched, or has one of the keys."""
        every = model._default_manager.filter(below(self.hand.scope))
        hit = every.filter(match | Q(key__in=list(keys))).values("key")
        newest = every.filter(key__in=hit).order_by("key", "-valid_from", "-id").distinct("key")
        names = {one.name for one in model._meta.concrete_fields}
        related = [name for name in ("body", "unit") if name in names]
        return list(newest.select_related(*related) if related else newest)

    def fetch_parties(self, codes: set[str], keys: set[UUID]) -> None:
        """Parties by code and by key; a merged one leads to the one it was merged into."""
        every = in_force(Party, self.on).filter(below(self.hand.scope))
        found = list(every.filter(Q(uscc__in=codes) | Q(id_no__in=codes) | Q(key__in=keys)))
        into = merged_into({party.key for party in found})
        more = every.filter(key__in=set(into.values()) - {party.key for party in found}) if into else ()
        by_key = {party.key: party for party in (*found, *more)}
        for party in found:
            kept = by_key.get(into.get(party.key, party.key), party)
            self.party_keys[party.key] = kept
            for code in filter(None, (party.uscc, party.id_no)):
                self.parties.setdefault(code, kept)

    def fetch_certificates(self, numbers: Iterable[str], officers: Iterable[UUID]) -> None:
        """Certificates by number and by holder; with the holders, the exams they passed."""
        keys = list(officers)
        held = Certificate.objects.filter(Q(number__in=list(numbers)) | Q(officer_key__in=keys)).select_related("exam")
        for one in held.order_by("valid_from", "id"):
            self.certificates[one.number] = one
            self.held[one.officer_key] = one
        for exam in Exam.objects.filter(officer_key__in=keys, passed=True) if keys else ():
            self.exams[exam.officer_key].append(exam)

    def fetch_codes(self, codes: Iterable[str]) -> None:
        rows = in_force(Body, self.on).filter(uscc__in=list(codes)).values_list("uscc", "key")
        self.codes.update(rows)


def merged_into(keys: set[UUID]) -> dict[UUID, UUID]:
    """For each of the keys that was merged, the key it goes by now; a query for each step of merging, not for each key."""
    steps: dict[UUID, UUID] = {}
    asked: set[UUID] = set()
    while new := keys - asked:
        asked |= new
        step = dict(PartyMerge.objects.filter(merged_key__in=new).values_list("merged_key", "kept_key"))
        steps |= step
        keys = keys | set(step.values())
    return {key: _end(key, steps) for key in steps}


def _end(key: UUID, steps: dict[UUID, UUID]) -> UUID:
    seen = {key}
    while (into := steps.get(key)) is not None and into not in seen:
        seen.add(into)
        key = into
    return key
