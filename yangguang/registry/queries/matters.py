"""Powers, parties, devices and premises on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yangguang.policy import packs
from yangguang.policy.answers import Verdict

from ..access import Caller, below
from ..models import Device, DeviceReview, Party, PartyMerge, Power, Premises, Unit
from .versions import in_force

# ---- powers ----------------------------------------------------------------------------------------------------------


def powers(scope: str, on: date, kind: str | None = None) -> QuerySet[Power]:
    found = in_force(Power, on).filter(scope=scope).order_by("code")
    return found.filter(kind=kind) if kind else found


def powers_below(scope: str, on: date, q: str = "", body: str = "") -> QuerySet[Power]:
    """Powers of a body and of all bodies under it."""
    found = in_force(Power, on).filter(below(scope)).select_related("body").order_by("scope", "code")
    if q:
        found = found.filter(
            Q(name__icontains=q) | Q(code__icontains=q) | Q(national_code__iexact=q) | Q(field__icontains=q)
        )
    return found.filter(scope=body) if body else found


def guide_item(power: Power) -> dict[str, Any]:
    """What `yangguang.policy.guides.guide` reads of a power, filled up from its body."""
    body = power.body
    own = {
        "name": power.name,
        "code": power.code,
        "basis": power.basis,
        "instrument": power.instrument,
        "office_hours": body.office_hours,
        "address": body.address,
        "phone": body.phone,
        "complaint_phone": body.complaint_phone,
    }
    return own | {key: value for key, value in power.guide.items() if value}


# ---- parties ---------------------------------------------------------------------------------------------------------


def parties(caller: Caller, text: str = "") -> QuerySet[Party]:
    """Versions of parties known to the caller's body, newest first; by name, former name or whole code."""
    found = Party.objects.filter(below(caller.scope)).order_by("-id")
    return found.filter(Q(name__icontains=text) | Q(uscc=text) | Q(id_no=text)) if text else found


def known_parties(caller: Caller, on: date, q: str = "", kind: str = "") -> QuerySet[Party]:
    """Each party once, as it stands on a day; those merged into another are left out.

    **Shape** `q` finds by any name the party ever had, by its trade name and by its whole code; a party that was merged
    leads to the one that was kept.
    """
    found = in_force(Party, on).filter(below(caller.scope))
    if q:
        hit = set(
            parties(caller)
            .filter(Q(name__icontains=q) | Q(trade_name__icontains=q) | Q(uscc=q) | Q(id_no=q))
            .values_list("key", flat=True)
        )
        into = dict(PartyMerge.objects.filter(merged_key__in=hit).values_list("merged_key", "kept_key"))
        found = found.filter(key__in={canonical(into[key]) if key in into else key for key in hit})
    else:
        found = found.exclude(key__in=PartyMerge.objects.values("merged_key"))
    return (found.filter(kind=kind) if kind else found).order_by("-id")


def canonical(key: UUID) -> UUID:
    """The key a party goes by now: its own, or that of the one it was merged into."""
    seen = {key}
    while True:
        into = PartyMerge.objects.filter(merged_key=key).values_list("kept_key", flat=True).first()
        if into is None or into in seen:
            return key
        seen.add(into)
        key = into


def party_keys(key: UUID) -> set[UUID]:
    """All keys that are one party: what is known of it is known under any of them."""
    found = {canonical(key)}
    more = set(found)
    while more:
        more = set(PartyMerge.objects.filter(kept_key__in=more).values_list("merged_key", flat=True)) - found
        found |= more
    return found


def party_versions(key: UUID) -> list[Party]:
    """Every version under every key of one party, oldest first: its names through time."""
    return list(Party.objects.filter(key__in=party_keys(key)).order_by("valid_from", "id"))


@dataclass(frozen=True)
class Duplicate:
    """Parties of one body that carry the same code and were never merged."""

    label: str
    code: str
    parties: tuple[Party, ...]


def duplicates(caller: Caller, on: date) -> list[Duplicate]:
    """Proposals to merge: the same code twice in one body."""
    found: list[Duplicate] = []
    for field, label in (("uscc", "统一社会信用代码"), ("id_no", "公民身份号码")):
        now = known_parties(caller, on).exclude(**{field: ""})
        twice = now.order_by().values("scope", field).annotate(n=Count("id")).filter(n__gt=1)
        codes = {(row["scope"], row[field]) for row in twice}
        groups: dict[tuple[str, str], list[Party]] = defaultdict(list)
        for party in now.filter(**{f"{field}__in": [code for _, code in codes]}).order_by("id"):
            groups[party.scope, getattr(party, field)].append(party)
        found += [
            Duplicate(label, code, tuple(rows))
            for (scope, code), rows in sorted(groups.items())
            if (scope, code) in codes
        ]
    return found


# ---- devices and premises --------------------------------------------------------------------------------------------


def devices(scope: str, on: date, q: str = "", kind: str = "", state: str = "") -> QuerySet[Device]:
    """Devices of a body and of all bodies under it."""
    found = in_force(Device, on).filter(below(scope)).select_related("body", "keeper").order_by("scope", "serial")
    if q:
        found = found.filter(
            Q(serial__icontains=q) | Q(model__icontains=q) | Q(keeper__name__icontains=q) | Q(place__icontains=q)
        )
    found = found.filter(kind=kind) if kind else found
    return found.filter(state=state) if state else found


@dataclass(frozen=True)
class Monitoring:
    """Whether what a monitoring device recorded on a day may be evidence."""

    legal: DeviceReview | None
    technical: DeviceReview | None
    reviewed: bool
    published: bool

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of gate G17 that the registry supplies; that each record was examined is not among them."""
        return {
            "has_monitoring_evidence": True,
            "monitoring_device_reviewed": self.reviewed,
            "monitoring_device_published": self.published,
        }


def monitoring(device: Device, on: date) -> Monitoring:
    """What was known of a device on a day.  **Clause** 行政处罚法 art. 41."""
    now = in_force(Device, on).filter(key=device.key).first()
    done = list(DeviceReview.objects.filter(device_key=device.key, on__lte=on).order_by("on", "at"))
    last = {kind: next((r for r in reversed(done) if r.kind == kind), None) for kind in DeviceReview.Kind.values}
    legal, technical = last[DeviceReview.Kind.LEGAL], last[DeviceReview.Kind.TECHNICAL]
    return Monitoring(
        legal,
        technical,
        reviewed=bool(legal and legal.passed and technical and technical.passed),
        published=bool(now and now.kind == Device.Kind.E_MONITORING and now.published_on and now.published_on <= on),
    )


def monitoring_verdict(device: Device, on: date, record_reviewed: bool | None = None) -> Verdict:
    """Gate G17 for one device and one record; None: nobody has said whether the record was examined."""
    facts = monitoring(device, on).facts
    if record_reviewed is not None:
        facts["monitoring_record_reviewed"] = record_reviewed
    return packs.load(device.body.pack).gate("G17", facts, on)


def device_reviews(device: Device) -> QuerySet[DeviceReview]:
    return DeviceReview.objects.filter(device_key=device.key).order_by("-on", "-at")


def premises(scope: str, on: date, q: str = "", kind: str = "") -> QuerySet[Premises]:
    """Places of a body and of all bodies under it."""
    found = in_force(Premises, on).filter(below(scope)).select_related("body", "party").order_by("scope", "name")
    if q:
        found = found.filter(Q(name__icontains=q) | Q(address__icontains=q))
    return found.filter(kind=kind) if kind else found


def known_places(scope: str, on: date) -> list[str]:
    """Where a body works with people: its villages and communities, its windows and rooms.  **Clause** QS-0.1."""
    units = in_force(Unit, on).filter(scope=scope, kind=Unit.Kind.VILLAGE).order_by("name")
    own = in_force(Premises, on).filter(scope=scope, kind__in=(Premises.Kind.WINDOW, Premises.Kind.ENFORCEMENT))
    return [*units.values_list("name", flat=True), *own.order_by("name").values_list("name", flat=True)][:200]


def premises_of(party_keys: Iterable[UUID], on: date) -> QuerySet[Premises]:
    return in_force(Premises, on).filter(party_key__in=list(party_keys)).order_by("name")
