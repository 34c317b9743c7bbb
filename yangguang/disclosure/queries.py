"""Reads of disclosure: what waits to be published, what is shown, and what the public finds."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef, QuerySet

from yangguang.casework import queries as cases
from yangguang.decision.models import Issuance, Revocation
from yangguang.policy.answers import Answer
from yangguang.registry.access import Caller, below

from . import redaction, search
from .models import ErrorFound, PublicDecision, Publication, Takedown
from .redaction import Mark

PORTAL = "portal"


# ---- the desk ----------------------------------------------------------------------------------------------------


def to_publish(caller: Caller) -> QuerySet[Issuance]:
    """Decision documents of the caller's bodies that are not public yet, the oldest first."""
    published = Publication.objects.filter(issuance=OuterRef("pk"))
    return (
        Issuance.objects.filter(below(caller.scope))
        .filter(~Exists(published))
        .select_related("case__party", "case__body", "decision")
        .order_by("on", "id")
    )


def to_take_down(caller: Caller) -> list[Publication]:
    """Publications whose decision was revoked or changed and which are still shown."""
    revoked = Revocation.objects.filter(decision=OuterRef("issuance__decision"))
    return list(_shown(caller).filter(Exists(revoked)))


def to_correct(caller: Caller) -> QuerySet[ErrorFound]:
    """Errors found in what is still the latest version."""
    newer = Publication.objects.filter(corrects=OuterRef("publication"))
    gone = Takedown.objects.filter(publication=OuterRef("publication"))
    return (
        ErrorFound.objects.filter(below(caller.scope))
        .filter(~Exists(newer), ~Exists(gone))
        .select_related("publication__issuance", "by", "case")
        .order_by("at")
    )


def _shown(caller: Caller) -> QuerySet[Publication]:
    newer = Publication.objects.filter(corrects=OuterRef("pk"))
    return (
        Publication.objects.filter(below(caller.scope), takedown__isnull=True)
        .filter(~Exists(newer))
        .select_related("issuance", "case__body")
        .order_by("-at")
    )


def shown(caller: Caller) -> QuerySet[Publication]:
    """What the caller's bodies have on show, newest first."""
    return _shown(caller)


def latest(issuance: Issuance) -> Publication | None:
    return issuance.publications.order_by("-version").first()


def versions(issuance: Issuance) -> list[Publication]:
    return list(issuance.publications.select_related("by", "takedown").order_by("version"))


def publish_by(issuance: Issuance) -> Answer:
    """Until when the decision must be public, with its day-by-day proof."""
    facts = {**cases.act_facts(issuance.case), "decided_on": issuance.on}
    return cases.pack_of(issuance.case).ask("publish_by", facts=facts, on=issuance.on)


def take_down_by(revocation: Revocation) -> Answer:
    """Until when it must be down: the tightest of statute and plan, both cited."""
    facts = {**cases.act_facts(revocation.case), "revoked_on": revocation.on}
    return cases.pack_of(revocation.case).ask("take_down_by", facts=facts, on=revocation.on)


def channels(issuance: Issuance) -> Answer:
    return cases.pack_of(issuance.case).ask("channels", facts={"kind": issuance.case.kind}, on=issuance.on)


def proposed_marks(issuance: Issuance) -> list[Mark]:
    """What the privacy classes and the party's own data ask to hide in this decision document."""
    return redaction.propose("penalty_decision", issuance.item.data, issuance.case.party)


# ---- the public --------------------------------------------------------------------------------------------------


def public() -> QuerySet[PublicDecision]:
    """Published decisions, through the portal's own role."""
    return PublicDecision.objects.using(PORTAL)


@dataclass(frozen=True)
class Found:
    """One page of a search: rows, exact total, and whether there is more."""

    rows: list[PublicDecision]
    total: int
    after: str


def find(
    *,
    text: str = "",
    body: str = "",
    kind: str = "",
    field: str = "",
    since: date | None = None,
    until: date | None = None,
    withdrawn: bool = False,
    after: str = "",
    size: int = 20,
) -> Found:
    """Decisions that hold the words and pass the filters, newest first, by keyset.

    **Shape** `after`: "<decided_on>~<code>" of the last row seen.
    """
    rows = public().defer("text", "tsv")
    if not withdrawn:
        rows = rows.filter(state=PublicDecision.State.SHOWN)
    if body:
        rows = rows.filter(body_name=body)
    if kind:
        rows = rows.filter(kind=kind)
    if field:
        rows = rows.filter(field=field)
    if since:
        rows = rows.filter(decided_on__gte=since)
    if until:
        rows = rows.filter(decided_on__lte=until)
    if text.strip():
        asked = search.query(text)
        if not asked:
            return Found([], 0, "")
        rows = rows.extra(where=["tsv @@ %s::tsquery"], params=[asked])  # noqa: S610 - a literal built by `search`
    total = rows.count()
    if after:
        day, _, code = after.partition("~")
        rows = rows.extra(where=["(decided_on, code) < (%s::date, %s)"], params=[day, code])  # noqa: S610
    page = list(rows.order_by("-decided_on", "-code")[: size + 1])
    last = page[size - 1] if len(page) > size else None
    return Found(page[:size], total, f"{last.decided_on.isoformat()}~{last.code}" if last else "")


def facets() -> dict[str, list[str]]:
    """The values the filters offer."""
    rows = public().order_by()
    return {
        name: sorted(v for v in rows.values_list(name, flat=True).distinct() if v)
        for name in ("body_name", "kind", "field")
    }


def by_code(code: str) -> PublicDecision | None:
    return public().filter(code=code.upper()).first()


def sealed(digest: str = "", code: str = "") -> dict[str, Any] | None:
    """What the log holds about bytes somebody has, or about a code somebody read from paper.

    **Shape** {digest, code, what, title, number, body_name, on, entry_id, payload, salt, kind}; payload and salt only
    when asked by digest, that is by somebody who holds the bytes.
    """
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select * from record_reveal(%s, %s)", [digest.lower(), code.upper()])
        row = cursor.fetchone()
        if row is None:
            return None
        return dict(zip([column.name for column in cursor.description], row, strict=True))
