"""Who answers for a matter of disclosure."""

from collections.abc import Iterable
from datetime import date

from yangguang.catalogue import queries as lists
from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer

from ..models import ResponsiblePerson
from .editions import channels

PRE = "pre"


def responsible_of(scopes: Iterable[str], matter: str, on: date) -> dict[str, ResponsiblePerson]:
    rows = ResponsiblePerson.objects.filter(scope__in=list(scopes), matter=matter, since__lte=on)
    return {row.scope: row for row in rows.select_related("person").order_by("since", "at", "id")}


def responsible(scope: str, matter: str, on: date) -> ResponsiblePerson | None:
    """The person named for a matter; None where none is, or where the named one has left.  **Clause** QD-3.1.1(3)a."""
    row = responsible_of([scope], matter, on).get(scope)
    if row is None or not registry.in_force(Officer, on).filter(key=row.person_key, scope=scope).exists():
        return None
    return row


def matters(body: Body, on: date) -> list[tuple[str, str]]:
    """What somebody may be named for: the whole, each list, each channel."""
    pack = packs.load(body.pack)
    kept = [(one.kind.code, f"清单：{one.title}") for one in lists.required(pack, on) if one.owed]
    return [(PRE, "事前公开"), *kept, *((one, f"渠道：{one}") for one in channels(pack, on))]


def named(body: Body, on: date) -> list[tuple[str, ResponsiblePerson | None]]:
    """Each matter with its person, latest row first: one query."""
    rows: dict[str, ResponsiblePerson] = {}
    found = ResponsiblePerson.objects.filter(scope=body.scope, since__lte=on).select_related("person")
    for row in found.order_by("since", "at", "id"):
        rows[row.matter] = row
    return [(title, rows.get(code)) for code, title in matters(body, on)]
