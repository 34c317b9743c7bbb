"""Bodies on a day: the tree, who follows whom, who acts in whose name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.policy import packs
from yangguang.policy.answers import Verdict
from yangguang.trail.reading import once_until

from ..access import below
from ..models import (
    Body,
    Counsel,
    Entity,
    Entrustment,
    LeadingGroup,
    Officer,
    Power,
    Qualification,
    Region,
    Role,
    RoleGrant,
    Succession,
    Unit,
)
from .people import with_standing
from .versions import in_force

E = TypeVar("E", bound=Entity)


def bodies(on: date) -> QuerySet[Body]:
    return in_force(Body, on).order_by("scope")


@once_until(Body)
def body_at(scope: str, on: date) -> Body | None:
    return in_force(Body, on).filter(scope=scope).first()


def body_last_at(scope: str) -> Body | None:
    """The newest version of the body at a place, also where it has ended: what it showed the public is still there."""
    return Body.objects.filter(scope=scope).order_by("-valid_from", "-id").first()


def bodies_below(scope: str, on: date, q: str = "", kind: str = "") -> QuerySet[Body]:
    """A body and all bodies under it, as they stand on a day."""
    found = in_force(Body, on).filter(below(scope)).order_by("scope")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(uscc__iexact=q) | Q(region__startswith=q))
    return found.filter(kind=kind) if kind else found


@dataclass(frozen=True)
class Branch:
    """A body in the tree: how deep it stands under the body looked from."""

    body: Body
    depth: int


def tree(scope: str, on: date) -> list[Branch]:
    """A body and all bodies under it, each after the body it stands under."""
    found: list[Branch] = []
    above: list[tuple[str, int]] = []
    for body in bodies_below(scope, on):
        while above and not body.scope.startswith(above[-1][0]):
            above.pop()
        found.append(Branch(body, len(above)))
        above.append((body.scope, len(above)))
    return found


def units(body: Body, on: date) -> QuerySet[Unit]:
    return in_force(Unit, on).filter(body__key=body.key).order_by("name")


@dataclass(frozen=True)
class Addressed:
    """Who a document of a body is sent to.  **Clause** QS-0.1."""

    bodies: list[Body]
    villages: list[Unit]
    units: list[Unit]


def addressed(body: Body, on: date) -> Addressed:
    """The bodies below a body, its villages and communities, and its other units: two queries."""
    below_it = [one for one in bodies_below(body.scope, on) if one.key != body.key]
    there = list(units(body, on))
    villages = [one for one in there if one.kind == Unit.Kind.VILLAGE]
    return Addressed(below_it, villages, [one for one in there if one.kind != Unit.Kind.VILLAGE])


def regions(on: date) -> QuerySet[Region]:
    return in_force(Region, on).order_by("code")


def counsels(body: Body, on: date) -> QuerySet[Counsel]:
    """法律顾问和公职律师 of a body on a day."""
    return in_force(Counsel, on).filter(body__key=body.key).order_by("name")


def leading_groups(body: Body, on: date) -> QuerySet[LeadingGroup]:
    return in_force(LeadingGroup, on).filter(body__key=body.key).order_by("name")


# ---- who follows whom ------------------------------------------------------------------------------------------------


def succession(body: Body | UUID, on: date) -> Succession | None:
    """The succession by which everything of a body had passed to another on a day."""
    key = body.key if isinstance(body, Body) else body
    return Succession.objects.filter(predecessor_key=key, on__lte=on, powers=[]).order_by("on", "id").first()


def successors(body: Body, on: date = date.max) -> list[UUID]:
    """The keys of the bodies that followed one another after this one, the last one last."""
    found: list[UUID] = []
    step = succession(body, on)
    while step is not None and step.successor_key not in found:
        found.append(step.successor_key)
        step = succession(step.successor_key, on)
    return found


def successor(body: Body, on: date, power: UUID | None = None) -> Body:
    """Who answers on a day for what a body did: itself, or the last of those that followed it.  **Clause** SY-3.3b.

    **Shape** `power`: where only some powers passed on, the one the matter is about.
    """
    followed = successors(body, on)
    start = followed[-1] if followed else body.key
    if power is not None:
        part = (
            Succession.objects.filter(predecessor_key=start, on__lte=on, powers__contains=[str(power)])
            .order_by("-on", "-id")
            .first()
        )
        if part is not None:
            return successor(part.successor, on, power)
    if not followed:
        return in_force(Body, on).filter(key=body.key).first() or body
    now = in_force(Body, on).filter(key=start).first()
    return now or Succession.objects.filter(successor_key=start).order_by("-on")[0].successor


def succeeded(body: Body, on: date) -> list[Succession]:
    """What this body took over by a day, directly and through those it took over; newest first."""
    found: list[Succession] = []
    keys = {body.key}
    while keys:
        step = [
            one
            for one in Succession.objects.filter(successor_key__in=keys, on__lte=on).order_by("-on")
            if one.pk not in {f.pk for f in found}
        ]
        found += step
        keys = {one.predecessor_key for one in step}
    return found


# ---- who acts in whose name ------------------------------------------------------------------------------------------


def entrustments(on: date) -> QuerySet[Entrustment]:
    """Those that hold on a day: within their term, published, and not ended."""
    return (
        Entrustment.objects.filter(valid_from__lte=on, valid_to__gte=on, published_on__lte=on)
        .exclude(end__on__lte=on)
        .select_related("end")
        .order_by("entrusted_name", "valid_from", "id")
    )


def entrusted_to(body: Body, on: date) -> QuerySet[Entrustment]:
    """What this body may do on a day in another's name."""
    return entrustments(on).filter(entrusted_key=body.key)


def acts_for(body: Body, power: Power | UUID, on: date) -> Entrustment | None:
    """The entrustment under which a body exercises a power on a day; the act is the entrusting body's.

    **Clause** 行政处罚法 art. 20(3), (4).
    """
    key = power.key if isinstance(power, Power) else power
    return entrusted_to(body, on).filter(powers__contains=[str(key)]).first()


def entrustments_of(body: Body) -> QuerySet[Entrustment]:
    """Every entrustment a body gave or took, newest first."""
    return (
        Entrustment.objects.filter(Q(entrusting_key=body.key) | Q(entrusted_key=body.key))
        .select_related("end")
        .order_by("-valid_from", "-id")
    )


# ---- who reviews -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strength:
    """审核力量: how many may enforce, how many are qualified to review, and what the rule says of it."""

    officers: int
    reviewers: int
    verdict: Verdict

    @property
    def share(self) -> int | None:
        """Reviewers per thousand officers, rounded down; None where nobody enforces."""
        return self.reviewers * 1000 // self.officers if self.officers else None


def strength(body: Body, on: date) -> Strength:
    """Reviewers against enforcement staff.  **Clause** 国办发〔2018〕118号 四（一）: not less than 5 %; gate G24.

    **Shape** a reviewer is a person on the staff with a 法制审核资格; an officer one whose certificate is valid that day.
    """
    people: list[Officer] = list(
        in_force(Officer, on).filter(scope=body.scope).select_related("body", "unit").order_by("name")
    )
    able = sum(one.standing.valid for one in with_standing(people, on))
    return _weighed(body, able, len(_qualified(people, on)), on)


@dataclass(frozen=True)
class LegalBody:
    """法制审核机构 of a body as it was on a day: its powers, who heads it, who belongs to it.  **Clause** QD-3.3.1f."""

    unit: Unit
    heads: tuple[str, ...]
    members: tuple[str, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """What the register does not say of it."""
        said = (("负责人", self.heads), ("成员", self.members), ("职责", self.unit.duties.strip()))
        return tuple(name for name, there in said if not there)


@dataclass(frozen=True)
class Staffing:
    """One body as it was staffed on a day."""

    body: Body
    people: int  # everybody on its staff
    strength: Strength
    reviewers: tuple[Officer, ...]
    legal: tuple[LegalBody, ...] = ()
    counsels: tuple[Counsel, ...] = ()


def staffing(scope: str, on: date) -> list[Staffing]:
    """Every body of a part of the tree with its people, officers and reviewers on a day; a fixed number of queries."""
    found: dict[str, list[Officer]] = {}
    everybody = in_force(Officer, on).filter(below(scope)).select_related("body", "unit").order_by("name")
    for one in everybody:
        found.setdefault(one.scope, []).append(one)
    able = {one.officer.key for one in with_standing(list(everybody), on) if one.standing.valid}
    qualified = _qualified(everybody, on)
    legal, counsels = _legal(scope, found, on), _of_each(in_force(Counsel, on).filter(below(scope)).order_by("name"))
    rows = []
    for body in bodies_below(scope, on):
        people = found.get(body.scope, [])
        reviewers = tuple(one for one in people if one.key in qualified)
        officers = sum(one.key in able for one in people)
        weighed = _weighed(body, officers, len(reviewers), on)
        bound = tuple(legal.get(body.scope, ())), tuple(counsels.get(body.scope, ()))
        rows.append(Staffing(body, len(people), weighed, reviewers, *bound))
    return rows


def _of_each(rows: Iterable[E]) -> dict[str, list[E]]:
    """The rows by the body they belong to."""
    found: dict[str, list[E]] = {}
    for one in rows:
        found.setdefault(one.scope, []).append(one)
    return found


def _legal(scope: str, people: dict[str, list[Officer]], on: date) -> dict[str, list[LegalBody]]:
    """The legal body of each body of a part of the tree: two queries."""
    grants = RoleGrant.objects.filter(below(scope), role=Role.UNIT_HEAD, account__is_active=True)
    latest = grants.order_by("account", "-at", "-id").distinct("account").select_related("unit", "account__officer")
    heads: dict[UUID, list[str]] = {}
    for one in latest:
        if one.granted and one.unit:
            heads.setdefault(one.unit.key, []).append(one.account.officer.name)
    found: dict[str, list[LegalBody]] = {}
    for unit in in_force(Unit, on).filter(below(scope), kind=Unit.Kind.LEGAL).order_by("name"):
        members = tuple(one.name for one in people.get(unit.scope, ()) if one.unit and one.unit.key == unit.key)
        found.setdefault(unit.scope, []).append(LegalBody(unit, tuple(heads.get(unit.key, ())), members))
    return found


def _qualified(people: Iterable[Officer], on: date) -> set[UUID]:
    keys = [one.key for one in people]
    held = Qualification.objects.filter(officer_key__in=keys, valid_from__lte=on)
    return set(held.values_list("officer_key", flat=True))


def _weighed(body: Body, officers: int, reviewers: int, on: date) -> Strength:
    facts: dict[str, Any] = {"reviewer_share": reviewers * 1000 // officers} if officers else {}
    return Strength(officers, reviewers, packs.load(body.pack).gate("G24", facts, on))
