"""主体、机构、区划、承继、委托、法律顾问、领导小组."""

import re
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import identifiers, queries
from ..models import (
    Body,
    Counsel,
    Entrustment,
    EntrustmentEnd,
    LeadingGroup,
    Officer,
    Power,
    Region,
    Succession,
    Unit,
)
from .versions import last_version, next_version

SCOPE = re.compile(r"(?:[0-9A-Za-z_.-]+/)+")
REGION = re.compile(r"\d{6}(?:\d{3}){0,2}")


class BadBody(Refused):
    """A body whose place, code or region is wrong or taken."""


class NotSucceeding(Refused):
    """A succession of a body to itself, in a circle, or a second time."""


class MayNotEntrust(Refused):
    """行政处罚法 art. 20, 21 and 行政强制法 art. 17: what may not be entrusted, or not to this organisation."""


class BadMember(Refused):
    """A leading group without its document, or a member without a name."""


def clauses(body: Body, *wanted: str) -> tuple[Citation, ...]:
    """The words of the law, from the body's pack."""
    pack = packs.load(body.pack)
    return tuple(pack.clause(one) for one in wanted)


@action("registry.register_body", kind="registry")
def register_body(*, by: Officer | None, at: datetime, scope: str, **fields: Any) -> Body:
    """登记执法主体.  **Clause** QD-0.1, QS-3.4.1b.  **Raises** BadBody, identifiers.BadCode."""
    fields["uscc"] = identifiers.uscc_code(fields["uscc"])
    if not SCOPE.fullmatch(scope):
        raise BadBody("主体的位置代码只能由字母、数字、点、横线组成", mend="例如 qingshan", field="place")
    there = queries.body_at(scope, fields["valid_from"])
    if there is not None:
        raise BadBody(f"这个位置已登记“{there}”", mend="换一个位置代码，或者办理该主体的变更、承继", field="place")
    _sound(fields["uscc"], fields["region"], fields["pack"], fields["valid_from"])
    return Body.objects.create(at=at, scope=scope, **fields)


@action("registry.change_body", kind="registry")
def change_body(*, by: Officer | None, at: datetime, body: Body, valid_from: date, reason: str, **changes: Any) -> Body:
    """变更执法主体: a new version; the files of before keep the old one.  **Clause** SY-3.3b, DH-2.1.2c."""
    if "uscc" in changes:
        changes["uscc"] = identifiers.uscc_code(changes["uscc"])
    said = {name: changes.get(name, getattr(body, name)) for name in ("uscc", "region", "pack")}
    _sound(said["uscc"], said["region"], said["pack"], valid_from, body)
    return next_version(body, at, valid_from, reason, changes)


def _sound(uscc: str, region: str, pack: str, on: date, body: Body | None = None) -> None:
    same = queries.in_force(Body, on).filter(uscc=uscc)
    twin = (same.exclude(key=body.key) if body else same).first()
    if twin is not None:
        raise BadBody(f"统一社会信用代码已属于“{twin}”", mend="请核对代码，或者办理该主体的变更", field="uscc")
    known_codes(region, pack)


def known_codes(region: str, pack: str) -> None:
    """**Raises** BadBody for a region code that is none, or a pack there is not."""
    if not REGION.fullmatch(region):
        raise BadBody("行政区划代码应为 6 位、9 位或者 12 位数字", mend="请对照 GB/T 2260 核对", field="region")
    if pack not in packs.names():
        raise BadBody(f"没有规则包“{pack}”", mend=f"现有：{'、'.join(packs.names())}", field="pack")


@action("registry.register_region", kind="registry")
def register_region(
    *, by: Officer | None, at: datetime, scope: str, code: str, name: str, valid_from: date, parent: str = ""
) -> Region:
    """登记行政区划.  **Clause** QS-0.1, SY-0.2."""
    for value, field in ((code, "code"), *([(parent, "parent")] if parent else [])):
        if not REGION.fullmatch(value):
            raise BadBody("行政区划代码应为 6 位、9 位或者 12 位数字", mend="请对照 GB/T 2260 核对", field=field)
    if queries.in_force(Region, valid_from).filter(code=code).exists():
        raise BadBody(f"行政区划 {code} 已经登记", mend="办理变更", field="code")
    return Region.objects.create(at=at, scope=scope, code=code, name=name.strip(), parent=parent, valid_from=valid_from)


@action("registry.change_region", kind="registry")
def change_region(
    *, by: Officer | None, at: datetime, region: Region, valid_from: date, reason: str, **changes: Any
) -> Region:
    """变更行政区划."""
    if changes.get("parent") and not REGION.fullmatch(changes["parent"]):
        raise BadBody("行政区划代码应为 6 位、9 位或者 12 位数字", mend="请对照 GB/T 2260 核对", field="parent")
    return next_version(region, at, valid_from, reason, changes)


@action("registry.register_unit", kind="registry")
def register_unit(*, by: Officer | None, at: datetime, body: Body, name: str, valid_from: date, **fields: Any) -> Unit:
    """登记承办机构.  **Clause** DH-2.0."""
    return Unit.objects.create(at=at, scope=body.scope, body=body, name=name, valid_from=valid_from, **fields)


@action("registry.change_unit", kind="registry")
def change_unit(*, by: Officer | None, at: datetime, unit: Unit, valid_from: date, reason: str, **changes: Any) -> Unit:
    """变更承办机构."""
    return next_version(unit, at, valid_from, reason, changes)


@action("registry.succeed", kind="registry")
def succeed(
    *,
    by: Officer | None,
    at: datetime,
    predecessor: Body,
    successor: Body,
    on: date,
    instrument: str,
    powers: list[Power] | None = None,
) -> Succession:
    """主体承继: powers pass to the successor, who answers for what is open; earlier acts stay as they were.

    **Clause** SY-3.3b.  **Shape** `powers`: those that pass where only a part does; None: everything, and the
    predecessor ends the day before.  **Raises** NotSucceeding.
    """
    _may_succeed(predecessor, successor, on, instrument)
    held = list(queries.powers(predecessor.scope, on))
    passing = held if powers is None else powers
    if stranger := next((p for p in passing if p.key not in {h.key for h in held}), None):
        raise NotSucceeding(
            f"{predecessor}在 {on} 没有“{stranger}”这项职权", mend="只能转移原主体当日有效的职权", field="powers"
        )
    why, eve = f"{instrument}：由{successor}承继", date.fromordinal(on.toordinal() - 1)
    made = Succession.objects.create(
        at=at,
        scope=predecessor.scope,
        predecessor=predecessor,
        predecessor_key=predecessor.key,
        predecessor_name=predecessor.name,
        successor=successor,
        successor_key=successor.key,
        successor_name=successor.name,
        on=on,
        instrument=instrument.strip(),
        powers=[str(p.key) for p in powers] if powers is not None else [],
    )
    for power in passing:
        _pass_on(power, successor, at, on, eve, why, instrument)
    if powers is None:
        last_version(predecessor, at, eve, why)
    return made


def _may_succeed(predecessor: Body, successor: Body, on: date, instrument: str) -> None:
    if predecessor.key == successor.key:
        raise NotSucceeding("主体不能承继自己", mend="另选承继主体", field="successor")
    if not instrument.strip():
        raise NotSucceeding("没有写明承继的依据文件", mend="填写文件名称和文号", field="instrument")
    if on <= predecessor.valid_from:
        raise NotSucceeding(
            f"承继日期须在原主体登记生效（{predecessor.valid_from}）之后", mend="核对承继日期", field="on"
        )
    if queries.in_force(Body, on).filter(key=successor.key).first() is None:
        raise NotSucceeding(f"{successor}在 {on} 没有生效", mend="核对承继日期", field="on")
    if (earlier := queries.succession(predecessor, date.max)) is not None:
        raise NotSucceeding(
            f"{predecessor}已于 {earlier.on} 由{earlier.successor_name}承继",
            mend=f"其后的变动登记在{earlier.successor_name}名下",
            field="predecessor",
        )
    if predecessor.key in queries.successors(successor):
        raise NotSucceeding(f"{successor}已由{predecessor}承继，不能互相承继", mend="另选承继主体", field="successor")


def _pass_on(power: Power, successor: Body, at: datetime, on: date, eve: date, why: str, instrument: str) -> None:
    """The power ends with the one and goes on, under the same key, with the other."""
    last_version(power, at, max(eve, power.valid_from), why)
    fields = {
        field.name: getattr(power, field.name)
        for field in Power._meta.concrete_fields
        if field.name not in {"id", "at", "scope", "body", "valid_from", "valid_to", "reason"}
    }
    Power.objects.create(at=at, scope=successor.scope, body=successor, valid_from=on, reason=why[:200], **fields)


@action("registry.entrust", kind="registry")
def entrust(
    *,
    by: Officer | None,
    at: datetime,
    entrusting: Body,
    entrusted: Body,
    powers: list[Power],
    instrument: str,
    valid_from: date,
    valid_to: date,
    published_on: date | None,
    document: str = "",
) -> Entrustment:
    """委托执法: in writing, within the entrusting body's own powers, published, to a fit organisation.

    **Clause** 行政处罚法 art. 20, 21; 行政强制法 art. 17.  **Raises** MayNotEntrust.
    """
    _may_entrust(entrusting, entrusted, valid_from)
    for power in powers:
        _entrustable(entrusting, power, valid_from)
    said = clauses(entrusting, "CN-PEN-20.2")
    if not powers:
        raise MayNotEntrust("委托书没有载明委托的具体事项", because=said, mend="选择委托的事项", field="powers")
    if not instrument.strip():
        raise MayNotEntrust("没有填写委托书文号", because=said, mend="填写书面委托书的文号", field="instrument")
    if valid_to < valid_from:
        raise MayNotEntrust("委托期限的止日早于起日", because=said, mend="核对委托书上的期限", field="valid_to")
    if published_on is None or published_on > timezone.localdate(at):
        raise MayNotEntrust("委托书没有向社会公布", because=said, mend="公布委托书后登记公布日期", field="published_on")
    return Entrustment.objects.create(
        at=at,
        scope=entrusting.scope,
        entrusting=entrusting,
        entrusting_key=entrusting.key,
        entrusting_name=entrusting.name,
        entrusted=entrusted,
        entrusted_key=entrusted.key,
        entrusted_name=entrusted.name,
        powers=[str(power.key) for power in powers],
        instrument=instrument.strip(),
        document=document,
        valid_from=valid_from,
        valid_to=valid_to,
        published_on=published_on,
    )


def _may_entrust(entrusting: Body, entrusted: Body, on: date) -> None:
    if entrusting.kind == Body.Kind.ENTRUSTED:
        raise MayNotEntrust(
            f"{entrusting}是受委托组织，不得再委托其他组织或者个人",
            because=clauses(entrusting, "CN-PEN-20.4"),
            mend="由原委托机关直接委托",
            field="entrusting",
        )
    if entrusting.kind == Body.Kind.SUPERVISOR or entrusting.key == entrusted.key:
        raise MayNotEntrust("委托机关和受委托组织选择有误", mend="重新选择", field="entrusted")
    if entrusted.kind != Body.Kind.ENTRUSTED:
        raise MayNotEntrust(
            f"{entrusted}没有登记为受委托组织",
            because=clauses(entrusting, "CN-PEN-20.1"),
            mend="核实其符合行政处罚法第二十一条的条件后，以“受委托组织”登记",
            field="entrusted",
        )
    if not any(one.standing.valid for one in queries.with_standing(list(queries.officers(entrusted.scope, on)), on)):
        raise MayNotEntrust(
            f"{entrusted}在 {on} 没有取得行政执法资格的工作人员",
            because=clauses(entrusting, "CN-PEN-21.2"),
            mend="先登记其人员和执法证",
            field="entrusted",
        )


def _entrustable(entrusting: Body, power: Power, on: date) -> None:
    if power.kind == "compulsory_measure":
        raise MayNotEntrust(
            f"“{power}”是行政强制措施，不得委托",
            because=clauses(entrusting, "CN-COE-17.1"),
            mend="由本机关具备资格的执法人员实施",
            field="powers",
        )
    if not queries.powers(entrusting.scope, on).filter(key=power.key).exists():
        raise MayNotEntrust(
            f"“{power}”不在{entrusting}的法定权限内",
            because=clauses(entrusting, "CN-PEN-20.1"),
            mend="只能委托本机关自己的职权",
            field="powers",
        )


@action("registry.end_entrustment", kind="registry")
def end_entrustment(
    *, by: Officer | None, at: datetime, entrustment: Entrustment, on: date, reason: str
) -> EntrustmentEnd:
    """终止委托: from `on` the organisation may act no more."""
    if EntrustmentEnd.objects.filter(entrustment=entrustment).exists():
        raise MayNotEntrust("该委托已经终止", mend="查看已登记的终止日期", field="entrustment")
    if not entrustment.valid_from <= on <= entrustment.valid_to:
        raise MayNotEntrust("终止日期不在委托期限内", mend="核对终止日期", field="on")
    if not reason.strip():
        raise MayNotEntrust("没有写明终止委托的原因", mend="写明依据的文件或者事由", field="reason")
    return EntrustmentEnd.objects.create(
        at=at, scope=entrustment.scope, entrustment=entrustment, on=on, reason=reason.strip()
    )


@action("registry.register_counsel", kind="registry")
def register_counsel(
    *, by: Officer | None, at: datetime, body: Body, name: str, valid_from: date, **fields: Any
) -> Counsel:
    """登记法律顾问、公职律师.  **Clause** QD-5.2b."""
    return Counsel.objects.create(at=at, scope=body.scope, body=body, name=name, valid_from=valid_from, **fields)


@action("registry.change_counsel", kind="registry")
def change_counsel(
    *, by: Officer | None, at: datetime, counsel: Counsel, valid_from: date, reason: str, **changes: Any
) -> Counsel:
    """变更法律顾问、公职律师."""
    return next_version(counsel, at, valid_from, reason, changes)


@action("registry.register_leading_group", kind="registry")
def register_leading_group(
    *,
    by: Officer | None,
    at: datetime,
    body: Body,
    name: str,
    instrument: str,
    members: list[dict[str, str]],
    valid_from: date,
) -> LeadingGroup:
    """登记领导小组.  **Shape** `members`: [{name, post, role}].  **Raises** BadMember."""
    sound_group(instrument, members)
    return LeadingGroup.objects.create(
        at=at, scope=body.scope, body=body, name=name, instrument=instrument, members=members, valid_from=valid_from
    )


@action("registry.change_leading_group", kind="registry")
def change_leading_group(
    *, by: Officer | None, at: datetime, group: LeadingGroup, valid_from: date, reason: str, **changes: Any
) -> LeadingGroup:
    """调整领导小组."""
    sound_group(changes.get("instrument", group.instrument), changes.get("members", group.members))
    return next_version(group, at, valid_from, reason, changes)


def sound_group(instrument: str, members: list[dict[str, str]]) -> None:
    """**Raises** BadMember for a group without its document or without named members."""
    if not instrument.strip():
        raise BadMember("没有写明设立领导小组的文件", mend="填写文件名称和文号", field="instrument")
    if not members:
        raise BadMember("领导小组没有成员", mend="至少填写组长", field="members")
    if nameless := next((n for n, one in enumerate(members, start=1) if not one.get("name", "").strip()), 0):
        raise BadMember(f"第 {nameless} 名成员没有姓名", mend="补上姓名，或者删去这一行", field="members")
