"""Reads of the registry: the version in force on a day, and who may do what then."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from .access import Caller, below
from .models import (
    Account,
    Body,
    Certificate,
    CertificateChange,
    Entity,
    Officer,
    Party,
    Power,
    Qualification,
    Recusal,
    RoleGrant,
    Unit,
)

E = TypeVar("E", bound=Entity)


def in_force(model: type[E], on: date) -> "QuerySet[E]":
    """The version of each thing that holds on a day; things that ended before it are left out."""
    latest = model.objects.filter(valid_from__lte=on).order_by("key", "-valid_from", "-id").distinct("key").values("id")
    found = model.objects.filter(id__in=latest).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return found  # type: ignore[return-value]  # the stubs bind `objects` to the abstract class, not to E


def bodies(on: date) -> QuerySet[Body]:
    return in_force(Body, on).order_by("scope")


def body_at(scope: str, on: date) -> Body | None:
    return in_force(Body, on).filter(scope=scope).first()


def units(body: Body, on: date) -> QuerySet[Unit]:
    return in_force(Unit, on).filter(body__key=body.key).order_by("name")


def officers(scope: str, on: date) -> QuerySet[Officer]:
    """The staff of one body on a day."""
    return in_force(Officer, on).filter(scope=scope).select_related("body", "unit").order_by("name")


def powers(scope: str, on: date, kind: str | None = None) -> QuerySet[Power]:
    found = in_force(Power, on).filter(scope=scope).order_by("code")
    return found.filter(kind=kind) if kind else found


def parties(caller: Caller, text: str = "") -> QuerySet[Party]:
    """Parties known to the caller's body, newest first."""
    found = Party.objects.filter(below(caller.scope)).order_by("-id")
    return found.filter(Q(name__icontains=text) | Q(uscc=text) | Q(id_no=text)) if text else found


@dataclass(frozen=True)
class Standing:
    """Whether a certificate lets its holder act on a day, and if not, why, in a sentence."""

    certificate: Certificate | None
    valid: bool
    why: str


def standing(officer: Officer, on: date, known: list[Certificate] | None = None) -> Standing:
    """An officer's power to act on a day.  **Clause** 行政处罚法 art. 42; QD-3.1.2(1)b; QS-3.1.2a."""
    if officer.auxiliary:
        return Standing(None, False, f"{officer.name}是执法辅助人员，不得从事执法活动")
    held = known
    if held is None:
        held = list(Certificate.objects.filter(officer_key=officer.key).prefetch_related("changes"))
    held = sorted(held, key=lambda c: (c.valid_from, c.id), reverse=True)
    if not held:
        return Standing(None, False, f"{officer.name}没有行政执法证")
    certificate = next((c for c in held if c.valid_from <= on <= c.valid_to), held[0])
    if on < certificate.valid_from:
        return Standing(
            certificate, False, f"{officer.name}的执法证 {certificate.number} 自 {certificate.valid_from} 起才有效"
        )
    if on > certificate.valid_to:
        return Standing(
            certificate, False, f"{officer.name}的执法证 {certificate.number} 已于 {certificate.valid_to} 到期"
        )
    changes = sorted((c for c in certificate.changes.all() if c.on <= on), key=lambda c: (c.on, c.at))
    if changes and changes[-1].state != "restored":
        state = changes[-1].get_state_display()
        return Standing(
            certificate, False, f"{officer.name}的执法证 {certificate.number} 自 {changes[-1].on} 起被{state}"
        )
    return Standing(certificate, True, f"执法证 {certificate.number}，有效期至 {certificate.valid_to}")


def qualification(officer: Officer, on: date) -> Qualification | None:
    """The best review qualification held on a day: 法律职业资格 before a law degree."""
    held = Qualification.objects.filter(officer_key=officer.key, valid_from__lte=on)
    return held.order_by("-kind", "-valid_from").first()  # "legal_professional" sorts after "law_degree"


def recused(officer_key: UUID, *subjects: str) -> Recusal | None:
    """The recusal, if any, that keeps an officer from one of these matters."""
    return Recusal.objects.filter(officer_key=officer_key, subject__in=subjects).first()


def holders(role: str, scope: str) -> list[Officer]:
    """The people of a body who hold a role now."""
    latest = RoleGrant.objects.filter(role=role, scope=scope).order_by("account", "-at", "-id").distinct("account")
    ids = [grant.account_id for grant in latest if grant.granted]
    accounts = Account.objects.filter(id__in=ids, is_active=True).select_related("officer__body")
    return [account.officer for account in accounts]


def bodies_below(scope: str, on: date, q: str = "", kind: str = "") -> QuerySet[Body]:
    """A body and all bodies under it, as they stand on a day."""
    found = in_force(Body, on).filter(below(scope)).order_by("scope")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(uscc__iexact=q) | Q(region__startswith=q))
    return found.filter(kind=kind) if kind else found


def powers_below(scope: str, on: date, q: str = "", body: str = "") -> QuerySet[Power]:
    """Powers of a body and of all bodies under it."""
    found = in_force(Power, on).filter(below(scope)).select_related("body").order_by("scope", "code")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(code__icontains=q) | Q(field__icontains=q))
    return found.filter(scope=body) if body else found


def people_below(scope: str, on: date, q: str = "", body: str = "", state: str = "") -> QuerySet[Officer]:
    """The people of a body and of all bodies under it; `state` may | may_not: whether they may enforce on the day."""
    found = in_force(Officer, on).filter(below(scope)).select_related("body", "unit").order_by("scope", "name")
    if q:
        numbered = Certificate.objects.filter(number__icontains=q).values("officer_key")
        found = found.filter(Q(name__icontains=q) | Q(key__in=numbered))
    if body:
        found = found.filter(scope=body)
    if not state:
        return found
    found = found.annotate(held=Subquery(_holding(on).filter(officer_key=OuterRef("key"))[:1]))
    if state == "may":
        return found.filter(auxiliary=False, held__in=LETS_ACT)
    return found.filter(Q(auxiliary=True) | Q(held__isnull=True) | ~Q(held__in=LETS_ACT))


LETS_ACT = ("granted", CertificateChange.State.RESTORED)


def _holding(on: date) -> QuerySet[Any, Any]:
    """The states of the certificates that cover a day, the one that counts first: the rule of `standing`, for lists."""
    changed = CertificateChange.objects.filter(certificate=OuterRef("pk"), on__lte=on).order_by("-on", "-at")
    return (
        Certificate.objects.filter(valid_from__lte=on, valid_to__gte=on)
        .annotate(now=Coalesce(Subquery(changed.values("state")[:1]), Value("granted")))
        .order_by("-valid_from", "-id")
        .values("now")
    )


@dataclass(frozen=True)
class Staff:
    """One person with the standing of the certificate."""

    officer: Officer
    standing: Standing


def staff(scope: str, on: date) -> list[Staff]:
    """The people of a body and of all bodies under it, with what their certificates let them do on the day."""
    return with_standing(list(people_below(scope, on)), on)


def with_standing(people: list[Officer], on: date) -> list[Staff]:
    """Two more queries, however many people."""
    held: dict[UUID, list[Certificate]] = {}
    for certificate in Certificate.objects.filter(officer_key__in=[p.key for p in people]).prefetch_related("changes"):
        held.setdefault(certificate.officer_key, []).append(certificate)
    return [Staff(person, standing(person, on, held.get(person.key, []))) for person in people]
