"""账号与角色: one opens accounts, another grants roles, a third only looks."""

from datetime import datetime

from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import access
from ..models import Account, AccountChange, Officer, Role, RoleGrant, Unit

ADMINS = {Role.ADMIN, Role.SECURITY, Role.AUDITOR}


class TwoAdministrators(Refused):
    """系统管理员、安全管理员、审计管理员不得由一人兼任."""


class OwnAccount(Refused):
    """Nobody grants roles to, or stops, an account of their own."""


class WithoutUnit(Refused):
    """The head of a unit heads one unit of the own body; no other role is of a unit."""


class BadAccount(Refused):
    """A name that is taken, or an account that is in that state already."""


@action("registry.grant_role", kind="registry")
def grant_role(
    *,
    by: Officer | None,
    at: datetime,
    account: Account,
    role: str,
    granted: bool = True,
    unit: Unit | None = None,
) -> RoleGrant:
    """授予或者收回角色.  **Clause** 等保 2.0 (GB/T 22239-2019) 8.1.4.2: three separated administrators.

    **Shape** `unit`: of the role 承办机构负责人, and of no other.
    **Raises** TwoAdministrators, OwnAccount, WithoutUnit.
    """
    _not_own(by, account, "不得授予、收回自己的角色")
    if granted and role in ADMINS:
        held = access.roles_of_person(account.officer.key) & (ADMINS - {Role(role)})
        if held:
            other = Role(sorted(held)[0]).label
            raise TwoAdministrators(
                f"{account.officer.name}已是{other}，不得再任{Role(role).label}", mend="由另一人担任", field="role"
            )
    _of_a_unit(account, role, unit)
    return RoleGrant.objects.create(
        at=at, scope=account.officer.scope, account=account, role=role, granted=granted, unit=unit
    )


@action("registry.create_account", kind="registry")
def create_account(
    *, by: Officer | None, at: datetime, officer: Officer, username: str, password: str
) -> AccountChange:
    """开立账号: with a password the person must change at the first sign-in; roles are granted by another.

    **Raises** BadAccount.
    """
    username = username.strip()
    if Account.objects.filter(username=username).exists():
        raise BadAccount(f"用户名“{username}”已被使用", mend="换一个用户名", field="username")
    account = open_account(username=username, officer=officer, password=password, must_change=True)
    return _changed(account, at, AccountChange.What.OPENED, "")


@action("registry.reset_password", kind="registry")
def reset_password(*, by: Officer | None, at: datetime, account: Account, password: str, note: str) -> AccountChange:
    """重置密码: other sign-ins end; the person must choose a new one.  **Raises** OwnAccount, BadAccount."""
    _not_own(by, account, "自己的密码请用“修改密码”")
    if not note.strip():
        raise BadAccount("没有写明重置的原因", field="note")
    account.set_password(password)
    account.must_change = True
    account.save(update_fields=["password", "must_change"])
    return _changed(account, at, AccountChange.What.RESET, note)


@action("registry.switch_account", kind="registry")
def switch_account(*, by: Officer | None, at: datetime, account: Account, active: bool, note: str) -> AccountChange:
    """停用或者恢复账号.  **Raises** OwnAccount, BadAccount."""
    _not_own(by, account, "不得停用自己的账号")
    if account.is_active == active:
        raise BadAccount(f"账号“{account}”已{'启用' if active else '停用'}")
    if not note.strip():
        raise BadAccount("没有写明原因", field="note")
    account.is_active = active
    account.save(update_fields=["is_active"])
    return _changed(account, at, AccountChange.What.STARTED if active else AccountChange.What.STOPPED, note)


def _of_a_unit(account: Account, role: str, unit: Unit | None) -> None:
    """**Raises** WithoutUnit."""
    if role != Role.UNIT_HEAD:
        if unit is not None:
            raise WithoutUnit(
                f"{Role(role).label}不分承办机构", mend="只有承办机构负责人须选承办机构，这里留空", field="unit"
            )
        return
    if unit is None:
        raise WithoutUnit("没有选择是哪一个承办机构的负责人", mend="选择承办机构；没有的先登记", field="unit")
    if unit.scope != account.officer.scope:
        raise WithoutUnit(
            f"{unit.name}不是{account.officer.body.name}的承办机构", mend="选择本机关的承办机构", field="unit"
        )


def _not_own(by: Officer | None, account: Account, message: str) -> None:
    if by is not None and by.key == account.officer.key:
        raise OwnAccount(message, mend="请由另一名有此职责的人员办理")


def _changed(account: Account, at: datetime, what: str, note: str) -> AccountChange:
    return AccountChange.objects.create(
        at=at,
        scope=account.officer.scope,
        account=account,
        username=account.username,
        what=what,
        note=note.strip(),
    )


def open_account(*, username: str, officer: Officer, password: str, must_change: bool = False) -> Account:
    """A sign-in for a person; its roles are granted one by one by `grant_role`."""
    account = Account(username=username, officer=officer, must_change=must_change)
    account.set_password(password)
    account.save()
    return account
