"""Reads of passkeys: one's own, those of a body, and whether a signature still verifies."""

from django.db.models import QuerySet
from django.utils import timezone

from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer

from .. import queries as record
from ..models import Item
from ..signing import queries as signing
from ..signing.models import Signature
from . import ceremony
from .models import Assertion, Passkey

HOLDERS = record.READERS


def keys(caller: Caller) -> QuerySet[Passkey]:
    """One's own; a head sees those of the body, so that the key of somebody who left can be ended."""
    rows = Passkey.objects.filter(below(caller.scope)).select_related("by", "revoked")
    if not caller.has("head"):
        rows = rows.filter(officer_key=caller.officer.key)
    return rows.order_by("-at", "-id")


def valid(officer: Officer, rp: str) -> list[Passkey]:
    """The keys this person may sign with at this address."""
    return list(Passkey.objects.filter(officer_key=officer.key, rp=rp, revoked__isnull=True).order_by("at", "id"))


def ended(key: Passkey) -> str:
    """Why a key no longer holds, in words; "" while it does."""
    end = getattr(key, "revoked", None)
    return f"已于 {timezone.localtime(end.at):%Y-%m-%d %H:%M} 停用：{end.reason}" if end else ""


def used(key: Passkey) -> int:
    """The highest count of the device so far."""
    last = key.assertions.order_by("-count").first()
    return last.count if last else 0


def shown(item: Item) -> list[Signature]:
    """The signatures under a document; each says in `holds` whether it verifies now (a hand-written one is looked at)."""
    found = list(signing.of(item))
    made = [one.pk for one in found if one.how == Signature.How.PASSKEY]
    if made:
        rows = Assertion.objects.filter(signature__in=made).select_related("passkey", "signature")
        sound = {one.signature_id for one in rows if holds(one)}
        for one in found:
            one.holds = one.how != Signature.How.PASSKEY or one.pk in sound  # type: ignore[attr-defined]
    return found


def may_sign(caller: Caller, item: Item) -> bool:
    """Whether the page for signing with a passkey is offered; the page itself says as whom."""
    return caller.scope == item.scope and caller.has("officer", "reviewer", "head", "unit_head")


def holds(one: Assertion) -> bool:
    """Whether a kept signature verifies now, over the very document it lies under."""
    key, signature = one.passkey, one.signature
    told = ceremony.statement(
        document=signature.digest,
        item=str(signature.item_id),
        name=signature.name,
        nonce=_nonce(one.statement),
        officer=str(key.officer_key),
        who=signature.who,
    )
    at = ceremony.Site(key.rp, key.origin)
    return told == one.statement and ceremony.still(
        one.statement, one.client_data, one.authenticator, one.value, at, key.cose, key.credential
    )


def _nonce(statement: str) -> str:
    start = statement.find('"nonce":"')
    return statement[start + 9 : start + 9 + 32] if start >= 0 else ""
