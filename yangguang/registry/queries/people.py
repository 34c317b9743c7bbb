"""People on a day: who may enforce, who may review, whose certificate is about to end."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from yangguang.trail.reading import once, once_until

from ..access import below
from ..models import (
    Account,
    Certificate,
    CertificateChange,
    CertificateCheck,
    Exam,
    Officer,
    Qualification,
    Recusal,
    Role,
    RoleGrant,
    Unit,
)
from .versions import in_force

SOON = 60  # days before its end at which a certificate is listed


def officers(scope: str, on: date) -> QuerySet[Officer]:
    """The staff of one body on a day."""
    return in_force(Officer, on).filter(scope=scope).select_related("body", "unit").order_by("name")


@dataclass(frozen=True)
class Standing:
    """Whether a certificate lets its holder act on a day, and if not, why, in a sentence."""

    certificate: Certificate | None
    valid: bool
    why: str


def standing(officer: Officer, on: date, known: Sequence[Certificate] | None = None) -> Standing:
    """An officer's power to act on a day.  **Clause** 行政处罚法 art. 42; QD-3.1.2(1)b; QS-3.1.2a; QS-4.6b.

    Auxiliary staff, and a certificate that has not begun, has ended, is suspended or revoked, or failed its last yearly
    check, never let anybody act.
    """
    if officer.auxiliary:
        return Standing(None, False, f"{officer.name}是执法辅助人员，不得从事执法活动")
    held = _held((officer.key,)) if known is None else known
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
    checks = sorted((c for c in certificate.checks.all() if c.on <= on), key=lambda c: (c.on, c.at))
    if checks and not checks[-1].passed:
        return Standing(
            certificate,
            False,
            f"{officer.name}的执法证 {certificate.number} {checks[-1].year} 年度审验不合格（{checks[-1].on}）",
        )
    return Standing(certificate, True, f"执法证 {certificate.number}，有效期至 {certificate.valid_to}")


def standings(officers: Sequence[Officer], on: date) -> list[Standing]:
    """The standing of several officers, their certificates read together."""
    held: dict[UUID, list[Certificate]] = {officer.key: [] for officer in officers}
    for one in _held(tuple(sorted(held))):
        held[one.officer_key].append(one)
    return [standing(officer, on, held[officer.key]) for officer in officers]


def standings_as_of(officers: Sequence[Officer], on: date) -> list[Standing]:
    """The same, each officer as registered on the day."""
    then = {one.key: one for one in _then(tuple(sorted({officer.key for officer in officers})), on)}
    return standings([then.get(officer.key, officer) for officer in officers], on)


def _then(keys: tuple[UUID, ...], on: date) -> list[Officer]:
    """Each of these people as registered on the day; those whose registration ended before it are left out."""
    latest: dict[UUID, Officer] = {}
    for one in _registered(keys)[0]:
        if one.valid_from <= on:
            latest[one.key] = one
    return [one for one in latest.values() if one.valid_to is None or one.valid_to >= on]


def _held(keys: tuple[UUID, ...]) -> tuple[Certificate, ...]:
    """The certificates of these people with what became of them."""
    return _registered(keys)[1]


HOLDER = "select id from registry_certificate where officer_key = any(%s)"
REGISTERED: tuple[tuple[type[Model], str], ...] = (
    (Officer, "key = any(%s)"),
    (Certificate, "officer_key = any(%s)"),
    (CertificateChange, f"certificate_id in ({HOLDER})"),
    (CertificateCheck, f"certificate_id in ({HOLDER})"),
)


@once_until(Officer, Certificate, CertificateChange, CertificateCheck)
def _registered(keys: tuple[UUID, ...]) -> tuple[tuple[Officer, ...], tuple[Certificate, ...]]:
    """Every version of these people, the oldest first, and their certificates, in one question."""
    each = (
        f"select {n}, to_jsonb(t) from {kind._meta.db_table} t where {which}"  # noqa: S608  our tables
        for n, (kind, which) in enumerate(REGISTERED)
    )
    found: tuple[list[Any], ...] = tuple([] for _ in REGISTERED)
    with connections["default"].cursor() as cursor:
        cursor.execute(" union all ".join(each), [list(keys)] * len(REGISTERED))
        for number, said in cursor.fetchall():
            found[number].append(_row(REGISTERED[number][0], json.loads(said)))
    people, held, *became = found
    for name, model, told in zip(("changes", "checks"), (CertificateChange, CertificateCheck), became, strict=True):
        for one in held:
            rows = model._base_manager.all()
            rows._result_cache = [row for row in told if row.certificate_id == one.pk]
            one.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows
    return tuple(sorted(people, key=lambda one: (one.valid_from, one.id))), tuple(held)


def _row(model: type[Model], said: dict[str, Any]) -> Any:
    fields = model._meta.concrete_fields
    return model.from_db("default", [f.attname for f in fields], [f.to_python(said[str(f.column)]) for f in fields])


@once_until(Qualification)
def qualification(officer: Officer, on: date) -> Qualification | None:
    """The best review qualification held on a day: 法律职业资格 before a law degree."""
    held = Qualification.objects.filter(officer_key=officer.key, valid_from__lte=on)
    return held.order_by("-kind", "-valid_from").first()  # "legal_professional" sorts after "law_degree"


def recused(officer_key: UUID, *subjects: str) -> Recusal | None:
    """The recusal, if any, that keeps an officer from one of these matters."""
    return next((one for one in _recusals(tuple(sorted(subjects))) if one.officer_key == officer_key), None)


def any_recused(officer_keys: Iterable[UUID], *subjects: str) -> bool:
    keys = set(officer_keys)
    return any(one.officer_key in keys for one in _recusals(tuple(sorted(subjects))))


@once_until(Recusal)
def _recusals(subjects: tuple[str, ...]) -> tuple[Recusal, ...]:
    return tuple(Recusal.objects.filter(subject__in=subjects).order_by("pk"))


def holders(role: str, scope: str) -> list[Officer]:
    """The people of a body who hold a role now."""
    latest = RoleGrant.objects.filter(role=role, scope=scope).order_by("account", "-at", "-id").distinct("account")
    grants = latest.select_related("account__officer__body")
    return [grant.account.officer for grant in grants if grant.granted and grant.account.is_active]


@once
def holds(officer: Officer, role: str) -> bool:
    """Whether a person holds a role now, in their own body, under an account that is not stopped."""
    grants = RoleGrant.objects.filter(
        role=role, scope=officer.scope, account__officer__key=officer.key, account__is_active=True
    )
    latest = grants.order_by("account", "-at", "-id").distinct("account")
    return any(grant.granted for grant in latest)


@once
def unit_heads(unit: Unit | None) -> list[Officer]:
    """承办机构负责人: who heads a unit now, under an account that is not stopped."""
    if unit is None:
        return []
    latest = RoleGrant.objects.filter(role=Role.UNIT_HEAD, scope=unit.scope, account__is_active=True)
    rows = latest.order_by("account", "-at", "-id").distinct("account").select_related("unit", "account__officer__body")
    return [one.account.officer for one in rows if one.granted and one.unit and one.unit.key == unit.key]


def units_headed(account: Account) -> frozenset[UUID]:
    """The keys of the units an account's person heads now."""
    latest = RoleGrant.objects.filter(role=Role.UNIT_HEAD, account=account).order_by("-at", "-id")
    last = latest.select_related("unit").first()
    return frozenset({last.unit.key}) if last and last.granted and last.unit else frozenset()


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
UNCHECKED = "unchecked"  # failed the last yearly check


def _holding(on: date) -> QuerySet[Any, Any]:
    """The states of the certificates that cover a day, the one that counts first: the rule of `standing`, for lists."""
    changed = CertificateChange.objects.filter(certificate=OuterRef("pk"), on__lte=on).order_by("-on", "-at")
    checked = CertificateCheck.objects.filter(certificate=OuterRef("pk"), on__lte=on).order_by("-on", "-at")
    return (
        Certificate.objects.filter(valid_from__lte=on, valid_to__gte=on)
        .annotate(last_check=Coalesce(Subquery(checked.values("passed")[:1]), Value(value=True)))
        .annotate(
            now=Case(
                When(last_check=False, then=Value(UNCHECKED)),
                default=Coalesce(Subquery(changed.values("state")[:1]), Value("granted")),
            )
        )
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
    """One more question, however many people."""
    held: dict[UUID, list[Certificate]] = {}
    for certificate in _held(tuple(sorted(one.key for one in people))):
        held.setdefault(certificate.officer_key, []).append(certificate)
    return [Staff(person, standing(person, on, held.get(person.key, []))) for person in people]


# ---- lists of validity -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expiring:
    """A certificate that ends soon, and nobody has renewed."""

    officer: Officer
    certificate: Certificate
    days: int  # from the day asked to the last valid day


def expiring(scope: str, on: date, within: int = SOON) -> list[Expiring]:
    """Whose only valid certificate ends within so many days, the first to end first."""
    people = staff(scope, on)
    soon = [
        Expiring(one.officer, one.standing.certificate, (one.standing.certificate.valid_to - on).days)
        for one in people
        if one.standing.valid
        and one.standing.certificate
        and one.standing.certificate.valid_to <= on + timedelta(within)
    ]
    renewed = set(
        Certificate.objects.filter(
            officer_key__in=[one.officer.key for one in soon], valid_to__gt=on + timedelta(within)
        ).values_list("officer_key", flat=True)
    )
    return sorted((one for one in soon if one.officer.key not in renewed), key=lambda one: one.days)


def unable(scope: str, on: date) -> list[Staff]:
    """Who holds a certificate, or the sign-in role of an officer, and may not enforce on the day, with the reason."""
    roles = RoleGrant.objects.filter(below(scope), role="officer").order_by("account", "-at", "-id").distinct("account")
    accounts = [grant.account_id for grant in roles if grant.granted]
    named = set(Account.objects.filter(id__in=accounts, is_active=True).values_list("officer__key", flat=True))
    return [
        one
        for one in staff(scope, on)
        if not one.standing.valid and (one.standing.certificate or one.officer.key in named)
    ]


def unchecked(scope: str, on: date) -> list[Staff]:
    """Whose certificate was already valid last year and has no passed check of last year or this one."""
    able = [one for one in staff(scope, on) if one.standing.valid and one.standing.certificate]
    due = [one for one in able if one.standing.certificate and one.standing.certificate.valid_from.year < on.year]
    passed = set(
        CertificateCheck.objects.filter(
            certificate__in=[one.standing.certificate for one in due], passed=True, on__lte=on, year__gte=on.year - 1
        ).values_list("certificate_id", flat=True)
    )
    return [one for one in due if one.standing.certificate and one.standing.certificate.pk not in passed]


def certificates(officer: Officer) -> list[Certificate]:
    """All certificates of a person with their changes and checks, newest first."""
    held = Certificate.objects.filter(officer_key=officer.key).select_related("exam")
    held = held.prefetch_related("changes", "checks")
    return list(held.order_by("-valid_from", "-id"))


def qualifications(officer: Officer) -> QuerySet[Qualification]:
    return Qualification.objects.filter(officer_key=officer.key).order_by("-valid_from")


# ---- exams -----------------------------------------------------------------------------------------------------------


def exams_of(officer_key: UUID) -> QuerySet[Exam]:
    """The qualification exams of a person that are on record, newest first."""
    return Exam.objects.filter(officer_key=officer_key).order_by("-on", "-id")


def exams(scope: str, q: str = "", passed: str = "") -> QuerySet[Exam]:
    """Those of a body and of all bodies under it; `passed`: yes | no."""
    found = Exam.objects.filter(below(scope)).select_related("officer__body").order_by("-on", "-id")
    if q:
        found = found.filter(Q(officer__name__icontains=q) | Q(title__icontains=q))
    return found.filter(passed=passed == "yes") if passed else found


def uncertified(scope: str, on: date) -> QuerySet[Exam]:
    """合格未发证: the first pass of each person still in office who has no certificate, the oldest first.

    **Clause** QD-3.1.2(1)b.
    """
    passes = Exam.objects.filter(below(scope), passed=True)
    first = passes.order_by("officer_key", "on", "id").distinct("officer_key").values("id")
    granted = Certificate.objects.filter(officer_key=OuterRef("officer_key"))
    there = people_below(scope, on).filter(auxiliary=False).values("key")
    return (
        Exam.objects.filter(~Exists(granted), id__in=first, officer_key__in=there)
        .select_related("officer__body")
        .order_by("on", "id")
    )


def not_passed(scope: str, on: date) -> QuerySet[Officer]:
    """未通过考试: people without a certificate and without a passed exam, each with the last score if there is one."""
    last = Exam.objects.filter(officer_key=OuterRef("key")).order_by("-on", "-id")
    return (
        people_below(scope, on)
        .filter(
            ~Exists(Certificate.objects.filter(officer_key=OuterRef("key"))),
            ~Exists(Exam.objects.filter(officer_key=OuterRef("key"), passed=True)),
            auxiliary=False,
        )
        .annotate(last_on=Subquery(last.values("on")[:1]), last_score=Subquery(last.values("score")[:1]))
    )
