"""Writes of the registry.  Each change is a new version; nothing is edited."""

from datetime import date, datetime
from typing import Any

from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import access, identifiers
from .models import (
    Account,
    Body,
    Certificate,
    CertificateChange,
    Officer,
    Party,
    Power,
    Qualification,
    Recusal,
    Role,
    RoleGrant,
    Unit,
)

ADMINS = {Role.ADMIN, Role.SECURITY, Role.AUDITOR}


class NoExam(Refused):
    """没有通过执法资格考试，不得取得执法资格."""


class TwoAdministrators(Refused):
    """系统管理员、安全管理员、审计管理员不得由一人兼任."""


class BadParty(Refused):
    """A party whose identity is incomplete or impossible."""


@action("registry.register_body", kind="registry")
def register_body(*, by: Officer | None, at: datetime, scope: str, **fields: Any) -> Body:
    """登记执法主体."""
    fields["uscc"] = identifiers.uscc_code(fields["uscc"])
    return Body.objects.create(at=at, scope=scope, **fields)


@action("registry.register_unit", kind="registry")
def register_unit(*, by: Officer | None, at: datetime, body: Body, name: str, valid_from: date) -> Unit:
    """登记承办机构."""
    return Unit.objects.create(at=at, scope=body.scope, body=body, name=name, valid_from=valid_from)


@action("registry.register_officer", kind="registry")
def register_officer(
    *, by: Officer | None, at: datetime, body: Body, name: str, valid_from: date, **fields: Any
) -> Officer:
    """登记人员."""
    return Officer.objects.create(at=at, scope=body.scope, body=body, name=name, valid_from=valid_from, **fields)


@action("registry.grant_certificate", kind="registry")
def grant_certificate(
    *,
    by: Officer | None,
    at: datetime,
    officer: Officer,
    number: str,
    issuer: str,
    exam_passed_on: date | None,
    valid_from: date,
    valid_to: date,
    covers: list[str] | None = None,
) -> Certificate:
    """颁发行政执法证.  **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a: 未经考试合格不得授予执法资格."""
    if exam_passed_on is None or exam_passed_on > valid_from:
        raise NoExam(
            f"{officer.name}在 {valid_from} 之前没有通过执法资格考试，不得颁发行政执法证",
            mend="先登记考试合格日期，且不得晚于证件生效日期",
            field="exam_passed_on",
        )
    if officer.auxiliary:
        raise NoExam(f"{officer.name}是执法辅助人员，不得取得行政执法证", field="officer")
    if valid_to < valid_from:
        raise Refused("执法证有效期的止日早于起日", mend="请核对证件上的日期", field="valid_to")
    return Certificate.objects.create(
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        number=number,
        issuer=issuer,
        exam_passed_on=exam_passed_on,
        covers=covers or [],
        valid_from=valid_from,
        valid_to=valid_to,
    )


@action("registry.change_certificate", kind="registry")
def change_certificate(
    *, by: Officer | None, at: datetime, certificate: Certificate, state: str, on: date, reason: str
) -> CertificateChange:
    """暂扣、恢复或者注销行政执法证."""
    return CertificateChange.objects.create(
        at=at, scope=certificate.scope, certificate=certificate, state=state, on=on, reason=reason
    )


@action("registry.qualify_reviewer", kind="registry")
def qualify_reviewer(
    *, by: Officer | None, at: datetime, officer: Officer, kind: str, number: str, valid_from: date
) -> Qualification:
    """登记法制审核资格."""
    return Qualification.objects.create(
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        kind=kind,
        number=number,
        valid_from=valid_from,
    )


@action("registry.register_power", kind="registry")
def register_power(*, by: Officer | None, at: datetime, body: Body, valid_from: date, **fields: Any) -> Power:
    """登记执法事项.  **Clause** 行政处罚法 art. 24, QS-3.1.1b."""
    if not fields.get("basis"):
        raise Refused(
            "执法事项没有法律依据，不得登记", mend="填写法律名称和条款（行政处罚法第三十八条）", field="basis"
        )
    return Power.objects.create(at=at, scope=body.scope, body=body, valid_from=valid_from, **fields)


@action("registry.register_party", kind="registry")
def register_party(*, by: Officer | None, at: datetime, scope: str, kind: str, name: str, **fields: Any) -> Party:
    """登记行政相对人, with the check digits of its codes proven."""
    name = name.strip()
    if not name:
        raise BadParty("当事人的姓名或者名称没有填写", field="name")
    if kind == Party.Kind.NATURAL:
        fields["id_no"] = identifiers.id_no(fields.get("id_no", ""))
        if identifiers.born_on(fields["id_no"]) >= at.date():
            raise BadParty("公民身份号码中的出生日期晚于今天", mend="请对照证件核对", field="id_no")
    else:
        fields["uscc"] = identifiers.uscc_code(fields.get("uscc", ""))
        if fields.get("id_no"):
            fields["id_no"] = identifiers.id_no(fields["id_no"])
    fields.setdefault("valid_from", at.date())
    return Party.objects.create(at=at, scope=scope, kind=kind, name=name, **fields)


@action("registry.grant_role", kind="registry")
def grant_role(*, by: Officer | None, at: datetime, account: Account, role: str, granted: bool = True) -> RoleGrant:
    """授予或者收回角色.  **Clause** 等保 2.0 (GB/T 22239-2019) 8.1.4.2: three separated administrators."""
    if granted and role in ADMINS:
        held = {g.role for g in access.current_grants(account)} & (ADMINS - {Role(role)})
        if held:
            other = Role(held.pop()).label
            raise TwoAdministrators(
                f"{account.officer.name}已是{other}，不得再任{Role(role).label}", mend="由另一人担任", field="role"
            )
    return RoleGrant.objects.create(at=at, scope=account.officer.scope, account=account, role=role, granted=granted)


@action("registry.recuse", kind="event")
def recuse(*, by: Officer, at: datetime, subject: str, officer: Officer, ground: str, note: str) -> Recusal:
    """回避.  **Clause** 行政处罚法 art. 43."""
    return Recusal.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        subject=subject,
        officer=officer,
        officer_key=officer.key,
        ground=ground,
        note=note,
    )


def open_account(*, username: str, officer: Officer, password: str) -> Account:
    """A sign-in for a person; its roles are granted one by one by `grant_role`."""
    account = Account(username=username, officer=officer)
    account.set_password(password)
    account.save()
    return account
