"""The tray of a person, transfers that can go on, copies to play, and what the watch over kept bytes found."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from yangguang.duty.models import Duty
from yangguang.registry.access import Caller, below

from .models import Derivative, Placement, Received, Scrub, Transfer, VaultFinding
from .terms import PLACED_BY

GIVEN_UP = "上传人已取消，已传的部分已清除"
WATCHERS = ("supervisor", "auditor", "admin")


def tray(caller: Caller) -> QuerySet[Received]:
    """待归入: what the caller brought and has not placed."""
    mine = Received.objects.filter(below(caller.scope), by_key=caller.officer.key, placement__isnull=True)
    return mine.select_related("device").order_by("-at", "-id")


def place_by(rows: Iterable[Received]) -> dict[str, date]:
    """Chain → the day by which a waiting file has to be placed: one question for a whole page."""
    owed = Duty.objects.filter(subject__in=[one.chain for one in rows], rule=PLACED_BY, discharge__isnull=True)
    return dict(owed.values_list("subject", "due_on"))


def mine(caller: Caller) -> QuerySet[Received]:
    """Everything the caller brought, placed or not."""
    return Received.objects.filter(below(caller.scope), by_key=caller.officer.key).select_related("device", "by")


def under_way(caller: Caller, now: datetime) -> QuerySet[Transfer]:
    """Transfers of the caller that can go on."""
    return Transfer.objects.filter(
        below(caller.scope), by_key=caller.officer.key, state=Transfer.State.RECEIVING, expires_at__gt=now
    ).order_by("-began_at")


def verifying(caller: Caller) -> QuerySet[Transfer]:
    """What the caller sent whole and is still being verified."""
    return Transfer.objects.filter(
        below(caller.scope), by_key=caller.officer.key, state=Transfer.State.VERIFYING
    ).order_by("-began_at")


def lately_refused(caller: Caller, since: datetime) -> QuerySet[Transfer]:
    """What the caller sent and was not taken, or ran out; not what the caller gave up."""
    refused = Q(state=Transfer.State.REFUSED, began_at__gt=since)
    ran_out = Q(state=Transfer.State.EXPIRED, expires_at__gt=since) & ~Q(message=GIVEN_UP)
    mine = Transfer.objects.filter(below(caller.scope), by_key=caller.officer.key)
    return mine.filter(refused | ran_out).order_by("-began_at")


def also_brought(received: Received) -> Received | None:
    """Somebody else of the same body who brought the same bytes before."""
    others = Received.objects.filter(scope=received.scope, digest=received.digest, at__lte=received.at)
    return others.exclude(pk=received.pk).exclude(by_key=received.by_key).select_related("by").order_by("at").first()


def placed(received: Received) -> Placement | None:
    return Placement.objects.filter(received=received).select_related("item__dossier").first()


def playable(digest: str, scope: str) -> Derivative | None:
    """The copy to play of an original, or the reason why there is none."""
    return Derivative.objects.filter(parent_digest=digest, scope=scope).order_by("-at").first()


# ---- the watch -------------------------------------------------------------------------------------------------------


def open_findings(caller: Caller) -> QuerySet[VaultFinding]:
    """Objects of the caller's bodies that are lost or changed as far as is known now."""
    return _latest(VaultFinding.objects.filter(below(caller.scope))).exclude(what=VaultFinding.What.HEALED)


def known_faults(digests: Iterable[str]) -> QuerySet[VaultFinding]:
    """What was last found of these objects, body by body, where it is a fault."""
    return _latest(VaultFinding.objects.filter(digest__in=list(digests))).exclude(what=VaultFinding.What.HEALED)


def all_known_faults() -> QuerySet[VaultFinding]:
    return _latest(VaultFinding.objects.all()).exclude(what=VaultFinding.What.HEALED)


def healed(caller: Caller, since: datetime) -> QuerySet[VaultFinding]:
    return VaultFinding.objects.filter(below(caller.scope), what=VaultFinding.What.HEALED, at__gt=since).order_by(
        "-at", "-id"
    )


def _latest(found: QuerySet[VaultFinding]) -> QuerySet[VaultFinding]:
    newest = VaultFinding.objects.filter(digest=OuterRef("digest"), scope=OuterRef("scope")).order_by("-at", "-id")
    return found.filter(pk=Subquery(newest.values("pk")[:1])).order_by("-at", "-id")


COPY = "copy"  # the share of a reading that brought copies to another place


def scrubs(most: int = 14) -> list[Scrub]:
    return list(Scrub.objects.exclude(share=COPY).order_by("-at", "-id")[:most])


def copied() -> dict[str, Scrub]:
    """Place → when copies were brought there last."""
    rows = Scrub.objects.filter(share=COPY).order_by("store", "-at", "-id").distinct("store")
    return {one.store: one for one in rows}
