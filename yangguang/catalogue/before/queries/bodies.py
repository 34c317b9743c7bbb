"""Which bodies a caller may see, and what each holds per kind of act."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from yangguang.catalogue import queries as lists
from yangguang.policy import packs
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.access import REACHING, Caller, below
from yangguang.registry.models import Body, Officer, Power, Unit
from yangguang.registry.queries import Staff

from ..elements import Holding
from ..models import ElementText


def within_reach(caller: Caller) -> Q:
    """The own body's rows; for those whose work reaches further, those of all bodies below too."""
    return below(caller.scope) if caller.roles & REACHING else Q(scope=caller.scope)


def bodies(caller: Caller, on: date, q: str = "") -> QuerySet[Body]:
    """The bodies the caller may see that enforce; one that only supervises shows nothing of its own."""
    found = registry.bodies_below(caller.scope, on, q).filter(within_reach(caller))
    return found.exclude(kind=Body.Kind.SUPERVISOR)


def body_of(caller: Caller, key: Any, on: date) -> Body | None:
    """One of those bodies, by its key."""
    return bodies(caller, on).filter(key=key).first()


def holdings(found: Sequence[Body], on: date) -> dict[str, list[Holding]]:
    """What each body holds, per kind of act it has powers of; seven queries, however many bodies."""
    scopes = [body.scope for body in found]
    powers = powers_of(found, on)
    people: dict[str, list[Staff]] = {}
    officers = registry.in_force(Officer, on).filter(scope__in=scopes).select_related("body", "unit").order_by("name")
    for one in registry.with_standing(people_of_today(list(officers), found, on), on):
        people.setdefault(one.officer.scope, []).append(one)
    random = lists.in_force_by_scope(scopes, "list_random_inspection")
    texts = _texts(scopes)
    made: dict[str, list[Holding]] = {}
    for body in found:
        own = powers.get(body.scope, [])
        made[body.scope] = [
            Holding(
                body,
                kind,
                on,
                tuple(power for power in own if power.kind == kind),
                people.get(body.scope, ()),
                {**texts.get((body.scope, ""), {}), **texts.get((body.scope, kind), {})},
                lists.holding(random.get(body.scope, ()), on),
            )
            for kind in kinds_of(packs.load(body.pack), own, on)
        ]
    return made


def powers_of(found: Sequence[Body], on: date) -> dict[str, list[Power]]:
    """The powers of many bodies, by scope: one query."""
    made: dict[str, list[Power]] = {}
    scopes = [body.scope for body in found]
    for power in _of_bodies(registry.in_force(Power, on).filter(scope__in=scopes).order_by("code"), found):
        made.setdefault(power.scope, []).append(power)
    return made


def _of_bodies(powers: Iterable[Power], found: Iterable[Body]) -> Iterable[Power]:
    """The powers with their bodies as they stand now: a power keeps the version it was registered under."""
    now = {body.scope: body for body in found}
    for power in powers:
        if power.scope in now:
            power.body = now[power.scope]
        yield power


def people_of_today(people: Sequence[Officer], found: Iterable[Body], on: date) -> list[Officer]:
    """These people with their bodies and units as they stand on a day: one query."""
    bodies_now = {body.scope: body for body in found}
    keys = {one.unit.key for one in people if one.unit}
    units_now = {unit.key: unit for unit in registry.in_force(Unit, on).filter(key__in=keys)}
    for one in people:
        one.body = bodies_now.get(one.scope, one.body)
        if one.unit:
            one.unit = units_now.get(one.unit.key, one.unit)
    return list(people)


def of_today(powers: Sequence[Power], on: date) -> list[Power]:
    """These powers with their bodies as they stand on a day: one query."""
    scopes = {power.scope for power in powers}
    return list(_of_bodies(powers, registry.in_force(Body, on).filter(scope__in=scopes)))


def kinds_of(pack: Pack, powers: Iterable[Power], on: date) -> list[str]:
    """The kinds of act of these powers that the plan covers, in the order of the vocabulary."""
    have = {power.kind for power in powers}
    words = pack.facts["kind"].choices or {}
    return [kind for kind in words if kind in have and pack.ask("covers", {"kind": kind}, on).value is not False]


def _texts(scopes: Iterable[str]) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in ElementText.objects.filter(scope__in=list(scopes)).order_by("at", "id"):
        found.setdefault((row.scope, row.kind), {})[row.element] = row.text
    return found


def holding(body: Body, kind: str, on: date) -> Holding | None:
    return next((one for one in holdings([body], on)[body.scope] if one.kind == kind), None)
