"""事项、相对人、装备、场所."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.policy import guides, packs
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import identifiers, queries
from ..models import Body, Device, DeviceReview, Officer, Party, PartyMerge, Power, Premises
from .bodies import clauses
from .versions import next_version


class NotDelegated(Refused):
    """A township's power without the published decision of the province.  行政处罚法 art. 24."""


class BadGuide(Refused):
    """A field of the service guide nobody knows, or one that is no text."""


class BadParty(Refused):
    """A party whose identity is incomplete or impossible."""


class NotOneParty(Refused):
    """Two parties that are not one, or are one already."""


class BadDevice(Refused):
    """A device whose number is taken, or that is not of the kind asked for."""


# ---- powers ----------------------------------------------------------------------------------------------------------


@action("registry.register_power", kind="registry")
def register_power(*, by: Officer | None, at: datetime, body: Body, valid_from: date, **fields: Any) -> Power:
    """登记执法事项.  **Clause** 行政处罚法 art. 24, QS-1.1, QS-3.1.1b.  **Raises** NotDelegated, BadGuide."""
    sound_power(body, valid_from, fields)
    return Power.objects.create(at=at, scope=body.scope, body=body, valid_from=valid_from, **fields)


@action("registry.change_power", kind="registry")
def change_power(
    *, by: Officer | None, at: datetime, power: Power, valid_from: date, reason: str, **changes: Any
) -> Power:
    """变更执法事项: cases keep the version they were opened under.  **Clause** DH-2.1.2c."""
    last = {name: getattr(power, name) for name in ("basis", "kind", "guide", "delegation", "delegation_published_on")}
    sound_power(power.body, valid_from, last | changes)
    return next_version(power, at, valid_from, reason, changes)


def sound_power(body: Body, on: date, fields: dict[str, Any]) -> None:
    """**Raises** Refused (no basis), BadGuide, NotDelegated."""
    if not fields.get("basis"):
        raise Refused(
            "执法事项没有法律依据，不得登记", mend="填写法律名称和条款（行政处罚法第三十八条）", field="basis"
        )
    _guide(fields.get("guide") or {})
    if fields.get("kind") != "penalty" or not township(body):
        return
    if not fields.get("delegation", "").strip():
        raise NotDelegated(
            f"{body}的行政处罚权没有写明省级赋权决定",
            because=clauses(body, "CN-PEN-24.1"),
            mend="填写省、自治区、直辖市决定的名称和文号",
            field="delegation",
        )
    published = fields.get("delegation_published_on")
    if published is None or published > on:
        raise NotDelegated(
            "省级赋权决定在该事项生效之日还没有公布",
            because=clauses(body, "CN-PEN-24.1"),
            mend="填写决定的公布日期；事项的生效日期不得早于该日",
            field="delegation_published_on",
        )


def township(body: Body) -> bool:
    """Whether the body's rules are those of a township or street."""
    return packs.load(body.pack).jurisdiction.level == "township"


def _guide(guide: dict[str, Any]) -> None:
    for key, value in guide.items():
        if key not in guides.ITEM:
            raise BadGuide(f"服务指南没有“{key}”一栏", mend=f"可填：{'、'.join(guides.ITEM.values())}", field="guide")
        lines = value if isinstance(value, list) else [value]
        if not all(isinstance(line, str) for line in lines):
            raise BadGuide(f"服务指南“{guides.ITEM[key]}”应为文字", field="guide")


# ---- parties ---------------------------------------------------------------------------------------------------------


@action("registry.register_party", kind="registry")
def register_party(*, by: Officer | None, at: datetime, scope: str, kind: str, name: str, **fields: Any) -> Party:
    """登记行政相对人, with the check digits of its codes proven."""
    fields["kind"], fields["name"] = kind, name.strip()
    prove_identity(fields, at)
    fields.setdefault("valid_from", timezone.localdate(at))
    return Party.objects.create(at=at, scope=scope, **fields)


@action("registry.change_party", kind="registry")
def change_party(
    *, by: Officer | None, at: datetime, party: Party, valid_from: date, reason: str, **changes: Any
) -> Party:
    """变更行政相对人: the name of then stays in the files of then."""
    names = ("kind", "name", "id_no", "uscc")
    said = {name: getattr(party, name) for name in names} | changes
    said["name"] = said["name"].strip()
    prove_identity(said, at)
    return next_version(party, at, valid_from, reason, changes | {name: said[name] for name in names})


def prove_identity(fields: dict[str, Any], at: datetime) -> None:
    """Prove name and codes; put the codes into their canonical form.  **Raises** BadParty, identifiers.BadCode."""
    if not fields["name"]:
        raise BadParty("当事人的姓名或者名称没有填写", field="name")
    if fields["kind"] == Party.Kind.NATURAL:
        fields["id_no"] = identifiers.id_no(fields.get("id_no", ""))
        if identifiers.born_on(fields["id_no"]) >= timezone.localdate(at):
            raise BadParty("公民身份号码中的出生日期晚于今天", mend="请对照证件核对", field="id_no")
        return
    fields["uscc"] = identifiers.uscc_code(fields.get("uscc", ""))
    if fields.get("id_no"):
        fields["id_no"] = identifiers.id_no(fields["id_no"])


@action("registry.merge_parties", kind="registry")
def merge_parties(*, by: Officer | None, at: datetime, kept: Party, merged: Party, reason: str) -> PartyMerge:
    """合并相对人: two keys are one; nothing is rewritten, readings follow the fact.  **Raises** NotOneParty."""
    kept_key = queries.canonical(kept.key)
    if queries.canonical(merged.key) == kept_key:
        raise NotOneParty("两条登记已是同一相对人", field="merged")
    if kept.scope != merged.scope:
        raise NotOneParty("两条登记不属于同一机关", mend="由各机关分别办理", field="merged")
    for name, label in (("id_no", "公民身份号码"), ("uscc", "统一社会信用代码")):
        if getattr(kept, name) and getattr(merged, name) and getattr(kept, name) != getattr(merged, name):
            raise NotOneParty(f"{label}不同，不是同一相对人", mend="核对后办理变更", field="merged")
    if PartyMerge.objects.filter(merged_key=merged.key).exists():
        raise NotOneParty("该条登记已并入其他相对人", mend="合并其所并入的登记", field="merged")
    if not reason.strip():
        raise NotOneParty("没有写明合并的理由", field="reason")
    return PartyMerge.objects.create(
        at=at,
        scope=kept.scope,
        kept=kept,
        kept_key=kept_key,
        merged=merged,
        merged_key=merged.key,
        reason=reason.strip(),
    )


# ---- devices and premises --------------------------------------------------------------------------------------------


@action("registry.register_device", kind="registry")
def register_device(
    *,
    by: Officer | None,
    at: datetime,
    body: Body,
    kind: str,
    serial: str,
    valid_from: date,
    keeper: Officer | None = None,
    **fields: Any,
) -> Device:
    """登记执法装备.  **Clause** 行政处罚法 art. 41.  **Raises** BadDevice."""
    serial = serial.strip()
    if queries.in_force(Device, valid_from).filter(scope=body.scope, serial=serial).exists():
        raise BadDevice(f"设备编号 {serial} 已经登记", mend="核对编号，或者办理该设备的变更", field="serial")
    sound_device(kind, fields.get("place", ""), fields.get("published_on"), at)
    return Device.objects.create(
        at=at,
        scope=body.scope,
        body=body,
        kind=kind,
        serial=serial,
        valid_from=valid_from,
        keeper=keeper,
        keeper_key=keeper.key if keeper else None,
        **fields,
    )


@action("registry.change_device", kind="registry")
def change_device(
    *, by: Officer | None, at: datetime, device: Device, valid_from: date, reason: str, **changes: Any
) -> Device:
    """变更执法装备: keeper, state, place, publication; each is a new version, so the allocation has its history."""
    if "keeper" in changes:
        changes["keeper_key"] = changes["keeper"].key if changes["keeper"] else None
    said = {name: changes.get(name, getattr(device, name)) for name in ("kind", "place", "published_on")}
    sound_device(said["kind"], said["place"], said["published_on"], at)
    return next_version(device, at, valid_from, reason, changes)


def sound_device(kind: str, place: str, published_on: date | None, at: datetime) -> None:
    """**Raises** BadDevice."""
    if kind == Device.Kind.E_MONITORING and not place.strip():
        raise BadDevice("电子技术监控设备没有填写设置地点", mend="填写设置地点，并向社会公布", field="place")
    if published_on and published_on > timezone.localdate(at):
        raise BadDevice("设置地点公布日期晚于今天", field="published_on")


@action("registry.review_device", kind="registry")
def review_device(
    *,
    by: Officer | None,
    at: datetime,
    device: Device,
    kind: str,
    passed: bool,
    organ: str,
    document_no: str,
    on: date,
) -> DeviceReview:
    """电子技术监控设备审核: legal and technical; without both its records are no evidence.

    **Clause** 行政处罚法 art. 41; gate G17.  **Raises** BadDevice.
    """
    if device.kind != Device.Kind.E_MONITORING:
        raise BadDevice(f"{device}不是电子技术监控设备，不需要审核", field="device")
    if on > timezone.localdate(at):
        raise BadDevice("审核日期晚于今天", field="on")
    if not organ.strip() or not document_no.strip():
        raise BadDevice(
            "没有写明审核机构或者文号",
            because=clauses(device.body, "CN-PEN-41.1"),
            field="document_no" if organ.strip() else "organ",
        )
    return DeviceReview.objects.create(
        at=at,
        scope=device.scope,
        device=device,
        device_key=device.key,
        kind=kind,
        passed=passed,
        organ=organ.strip(),
        document_no=document_no.strip(),
        on=on,
    )


@action("registry.register_premises", kind="registry")
def register_premises(
    *,
    by: Officer | None,
    at: datetime,
    body: Body,
    name: str,
    kind: str,
    address: str,
    valid_from: date,
    party: Party | None = None,
) -> Premises:
    """登记场所.  **Clause** QS-0.1."""
    return Premises.objects.create(
        at=at,
        scope=body.scope,
        body=body,
        name=name,
        kind=kind,
        address=address,
        valid_from=valid_from,
        party=party,
        party_key=party.key if party else None,
    )


@action("registry.change_premises", kind="registry")
def change_premises(
    *, by: Officer | None, at: datetime, premises: Premises, valid_from: date, reason: str, **changes: Any
) -> Premises:
    """变更场所."""
    if "party" in changes:
        changes["party_key"] = changes["party"].key if changes["party"] else None
    return next_version(premises, at, valid_from, reason, changes)
