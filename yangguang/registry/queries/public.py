"""Reads of the public's register, through the portal's own role: views and one function, never the tables."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q, QuerySet

from ..models import PublicBody, PublicDevice, PublicEntrustment, PublicOfficer, PublicPower, PublicSuccession

PORTAL = "portal"
LONGEST_NUMBER = 40


def bodies(q: str = "", kind: str = "") -> QuerySet[PublicBody]:
    """Bodies by name, code, region or address, and by the name of a body they followed."""
    found = PublicBody.objects.using(PORTAL).order_by("name", "key")
    if q:
        old = PublicSuccession.objects.using(PORTAL).filter(predecessor_name__icontains=q)
        before = list(old.order_by("-on", "id").values_list("successor_key", flat=True)[:100])
        found = found.filter(
            Q(name__icontains=q)
            | Q(address__icontains=q)
            | Q(uscc__iexact=q)
            | Q(region__startswith=q)
            | Q(key__in=before)
        )
    return found.filter(kind=kind) if kind else found


def body(key: UUID) -> PublicBody | None:
    return PublicBody.objects.using(PORTAL).filter(key=key).first()


def successor(key: UUID) -> PublicBody | None:
    """Who answers today for a body that is no more, through however many successions; None where nobody is known."""
    seen: set[UUID] = set()
    while (row := body(key)) is None and key not in seen:
        seen.add(key)
        step = PublicSuccession.objects.using(PORTAL).filter(predecessor_key=key).order_by("-whole", "-on").first()
        if step is None:
            return None
        key = step.successor_key
    return row


def followed(key: UUID) -> list[PublicSuccession]:
    """What a body took over, and what it gave away; the newest first."""
    found = PublicSuccession.objects.using(PORTAL).filter(Q(successor_key=key) | Q(predecessor_key=key))
    return list(found.order_by("-on", "id")[:100])


def entrusted(key: UUID) -> list[PublicEntrustment]:
    """What a body has others do in its name, and what it does in the name of others."""
    found = PublicEntrustment.objects.using(PORTAL).filter(Q(entrusting_key=key) | Q(entrusted_key=key))
    return list(found.order_by("entrusting_name", "entrusted_name", "valid_from", "id")[:100])


def officers(q: str = "", body: UUID | None = None, standing: str = "") -> QuerySet[PublicOfficer]:
    """Officers by name, or by the certificate's number as it stands on the card.

    **Why** the whole number only: where a plan does not publish numbers, searching must not spell them out one by one.
    """
    found = PublicOfficer.objects.using(PORTAL).order_by("body_name", "name", "number")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(number=q) | Q(unit__icontains=q))
    if body:
        found = found.filter(body_key=body)
    return found.filter(standing=standing) if standing else found


def powers(q: str = "", body: UUID | None = None, kind: str = "") -> QuerySet[PublicPower]:
    """Powers by name, code, field or body."""
    found = PublicPower.objects.using(PORTAL).order_by("body_name", "code", "key")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(code__icontains=q) | Q(field__icontains=q))
    if body:
        found = found.filter(body_key=body)
    return found.filter(kind=kind) if kind else found


def power(key: UUID) -> PublicPower | None:
    return PublicPower.objects.using(PORTAL).filter(key=key).first()


def powers_by_kind(body: UUID) -> dict[str, int]:
    """How many powers of each kind a body has."""
    rows = PublicPower.objects.using(PORTAL).filter(body_key=body).order_by().values_list("kind")
    return dict(rows.annotate(n=Count("key")).order_by("kind"))


def kinds() -> list[str]:
    """The kinds of act that anybody's powers are of."""
    return list(PublicPower.objects.using(PORTAL).order_by("kind").values_list("kind", flat=True).distinct())


def named_bodies() -> list[tuple[str, str]]:
    """The bodies a filter offers: (key, name)."""
    rows = PublicBody.objects.using(PORTAL).order_by("name", "key").values_list("key", "name")
    return [(str(key), name) for key, name in rows]


def devices(body: UUID | None = None) -> QuerySet[PublicDevice]:
    found = PublicDevice.objects.using(PORTAL).order_by("body_name", "place", "key")
    return found.filter(body_key=body) if body else found


@dataclass(frozen=True)
class Held:
    """One certificate today, for whoever has its number.

    **Shape** `standing`: valid | not_yet | expired | suspended | revoked | unchecked; `serving`: its holder is still an
    officer of the body; `since`: from when it no longer lets anybody act.
    """

    number: str
    serving: bool
    name: str
    post: str
    unit: str
    photo: str
    kinds: list[str]
    covers: list[str]
    valid_from: date
    valid_to: date
    standing: str
    since: date | None
    body_key: UUID
    body_name: str
    pack: str

    @property
    def stands(self) -> bool:
        return self.serving and self.standing == "valid"


def certificate(number: str) -> Held | None:
    """The certificate of this number; None where there is none."""
    number = number.strip()
    if not number or len(number) > LONGEST_NUMBER or "\0" in number:
        return None
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select * from registry_certificate_standing(%s)", [number])
        row = cursor.fetchone()
        if row is None:
            return None
        found: dict[str, Any] = dict(zip([column.name for column in cursor.description], row, strict=True))
    for name in ("kinds", "covers"):
        found[name] = json.loads(found[name]) if isinstance(found[name], str) else found[name]
    return Held(**found)
