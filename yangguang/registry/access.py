"""Who is asking: the primitives of the one access policy.  Each stage says in its `queries` what a caller may see and do.

The database repeats the outer bound: inside `within(scope)` row-level security shows only rows whose body path starts
with that scope; outside of it, none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db import connections, transaction
from django.db.models import Field, Model, Q
from django.http import HttpRequest

from yangguang.trail.errors import Refused
from yangguang.trail.models import write_lines

from .models import Account, Body, Officer, Role, RoleGrant

TOP = chr(0x10FFFF)  # sorts after every path in the "C" collation
NEXT = chr(1)  # sorts after the path itself and before every path below it
# Whose work reaches the bodies below their own; everybody else sees the own body only, also where it has bodies below.
REACHING = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.SECURITY, Role.AUDITOR})


@dataclass(frozen=True)
class Writer:
    """Who keeps one register: roles, and whether their hand reaches the bodies below their own."""

    noun: str
    roles: tuple[str, ...]
    below: bool = False


# Who may write what of the registry; the pages, their buttons and their refusals are readings of this table.
WRITERS: dict[str, Writer] = {
    "body": Writer("执法主体", (Role.ADMIN,), below=True),
    "unit": Writer("承办机构", (Role.ADMIN,), below=True),
    "officer": Writer("人员", (Role.ADMIN,), below=True),
    "region": Writer("行政区划", (Role.ADMIN,), below=True),
    "succession": Writer("主体承继", (Role.ADMIN,), below=True),
    "entrustment": Writer("委托执法", (Role.ADMIN,), below=True),
    "exam": Writer("执法资格考试成绩", (Role.ADMIN, Role.SUPERVISOR), below=True),
    "certificate": Writer("行政执法证", (Role.SUPERVISOR,), below=True),
    "certificate_change": Writer("执法证变动", (Role.SUPERVISOR,), below=True),
    "certificate_check": Writer("执法证年度审验", (Role.SUPERVISOR,), below=True),
    "qualification": Writer("法制审核资格", (Role.SUPERVISOR,), below=True),
    "power": Writer("执法事项", (Role.HEAD, Role.ADMIN)),
    "device": Writer("执法装备", (Role.HEAD, Role.ADMIN)),
    "device_review": Writer("设备审核", (Role.HEAD, Role.ADMIN)),
    "premises": Writer("场所", (Role.HEAD, Role.ADMIN)),
    "counsel": Writer("法律顾问和公职律师", (Role.HEAD, Role.ADMIN)),
    "leading_group": Writer("领导小组", (Role.HEAD, Role.ADMIN)),
    "party": Writer("相对人", (Role.OFFICER, Role.HEAD)),
    "account": Writer("账号", (Role.ADMIN,), below=True),
    "role": Writer("角色", (Role.SECURITY,), below=True),
    "password": Writer("密码重置", (Role.SECURITY,), below=True),
}
# Who reads what is not open to everybody who signs in: parties are of the cases, accounts of the administrators.
READERS: dict[str, tuple[str, ...]] = {
    "party": (Role.OFFICER, Role.HEAD, Role.SUPERVISOR),
    "account": (Role.ADMIN, Role.SECURITY, Role.AUDITOR),
}


# Who of a body reads the file another body handed to it.  What of it, and until when, the database says
# (`decision_open_file`): the materials that went with the letter, until the handover is declined or goes elsewhere.
HANDED = (Role.OFFICER, Role.UNIT_HEAD, Role.HEAD, Role.REVIEWER, Role.SUPERVISOR, Role.ARCHIVIST)


def below(scope: str) -> Q:
    """Rows of a body and of all bodies under it, as a range that an ordinary index serves."""
    return Q(scope__gte=scope, scope__lt=scope + TOP)


class NotAllowed(Refused):
    """The caller's role or body does not reach this."""


@contextmanager
def within(scope: str, using: str = "default", alone: bool = False) -> Iterator[None]:
    """One transaction that sees the bodies at and below `scope`; the empty scope is the whole deployment.

    **Shape** `alone`: only the body itself, none of those below it.
    """
    with transaction.atomic(using=using):
        _see(scope, using, alone)
        yield


def _see(scope: str, using: str = "default", alone: bool = False) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select set_config('app.lo', %s, true), set_config('app.hi', %s, true), set_config('app.file', '', true)",
            [scope, scope + (NEXT if alone else TOP)],
        )


@contextmanager
def answering(scope: str) -> Iterator[None]:
    """The part of an act that is written in the file of another body: the answer to what that body asked of this one."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_setting('app.lo'), current_setting('app.hi'), current_setting('app.file', true)")
        before = cursor.fetchone()
        write_lines()
        _see(scope, alone=True)
        yield
        write_lines()  # what was done there is written while its place is seen
        cursor.execute(
            "select set_config('app.lo', %s, true), set_config('app.hi', %s, true), set_config('app.file', %s, true)",
            [*before[:2], before[2] or ""],
        )


@contextmanager
def signed_in(account: Account) -> Iterator["Caller"]:
    """One transaction that sees what the person of an account may see."""
    with transaction.atomic():
        entered = enter(account.pk)
        if entered is None:
            raise NotAllowed("账号不存在", mend="请重新登录")
        account.officer = entered.account.officer
        yield Caller(account, entered.roles)


@dataclass(frozen=True)
class Entered:
    """Who an account is, read with the person and the body, and the roles held."""

    account: Account
    roles: frozenset[str]


def enter(pk: Any) -> Entered | None:
    """Read an account with all that is asked of it first, in one question; None where there is none.

    A transaction that is open sees from here on what the person may see: the own body, for who reaches further all below.
    """
    kinds: tuple[type[Model], ...] = (Account, Officer, Body)
    names = ("account", "officer", "body")
    fields = [(name, field) for kind, name in zip(kinds, names, strict=True) for field in kind._meta.concrete_fields]
    columns = ", ".join(f"(s.{name}).{field.column}" for name, field in fields)
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select s.roles, {columns} from registry_entered(%s, %s) s",  # noqa: S608  our columns
            [pk, sorted(REACHING)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    values: dict[str, list[Any]] = {name: [] for name in names}
    for (name, field), value in zip(fields, row[1:], strict=True):
        values[name].append(_read(field, value, connection))
    account: Any
    officer: Any
    account, officer, body = (
        kind.from_db("default", [field.attname for field in kind._meta.concrete_fields], values[name])
        for kind, name in zip(kinds, names, strict=True)
    )
    officer.body, account.officer = body, officer
    return Entered(account, frozenset(row[0]))


class Accounts(ModelBackend):
    """Who a session belongs to.  What is read with the account is kept with it, for the transaction that asked."""

    def get_user(self, user_id: Any) -> Account | None:
        entered = enter(user_id)
        if entered is None or not self.user_can_authenticate(entered.account):
            return None
        entered.account.entered = entered  # type: ignore[attr-defined]
        return entered.account


def of_session(request: HttpRequest) -> "Caller | None":
    """Whose session it is, for the transaction that is open; None where nobody is signed in.

    **Why** not `request.user` as it may be: what was read before this transaction did not open anything to it.
    """
    if hasattr(request, "_cached_user") and request.user.is_authenticated:
        entered = enter(request.user.pk)
    else:
        entered = getattr(request.user, "entered", None)
    return Caller(entered.account, entered.roles) if entered is not None else None


def _read(field: Field, value: Any, connection: Any) -> Any:
    for convert in field.get_db_converters(connection):
        value = convert(value, None, connection)
    return value


@dataclass(frozen=True)
class Caller:
    """A signed-in person with the roles held now and the body acted for."""

    account: Account
    roles: frozenset[str]

    @cached_property
    def officer(self) -> Officer:
        return self.account.officer

    @cached_property
    def body(self) -> Body:
        return self.officer.body

    def reaches(self, scope: str) -> bool:
        """Whether a body lies in the part of the tree whose work this person's reaches."""
        return scope.startswith(self.scope) and (scope == self.scope or not self.roles.isdisjoint(REACHING))

    @property
    def scope(self) -> str:
        """The part of the tree this person may see: the own body, and for supervisors all below theirs."""
        return self.body.scope

    @property
    def part(self) -> Q:
        """The rows of that part, as an index serves them best."""
        return Q(scope=self.scope) if self.roles.isdisjoint(REACHING) else below(self.scope)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def need(self, *roles: str) -> None:
        """**Raises** NotAllowed unless one of `roles` is held."""
        if not self.has(*roles):
            wanted = "或者".join(Role(role).label for role in roles)
            raise NotAllowed(
                f"此操作须由{wanted}办理，您的角色是{self.role_names or '（未授予）'}", mend="请转交有此职责的人员"
            )

    @cached_property
    def role_names(self) -> str:
        return "、".join(role.label for role in Role if role in self.roles)


def open_file(asking: Caller, named: UUID) -> UUID | None:
    """This will let the transaction read the file that was handed to the caller's body; None where none was.

    **Shape** `named`: the file that was handed, or one of the materials in it.
    """
    if not asking.has(*HANDED):
        return None
    with connections["default"].cursor() as cursor:
        cursor.execute("select decision_open_file(%s)", [named])
        found: UUID | None = cursor.fetchone()[0]
    return found


def current_grants(account: Account) -> list[RoleGrant]:
    """The roles an account holds now: for each role the latest row decides."""
    latest = RoleGrant.objects.filter(account=account).order_by("role", "-at", "-id").distinct("role")
    return [grant for grant in latest if grant.granted]


def roles_of_person(officer_key: UUID) -> frozenset[str]:
    """The roles a person holds now, over all accounts that are theirs."""
    accounts = Account.objects.filter(officer__key=officer_key)
    return frozenset(grant.role for account in accounts for grant in current_grants(account))


def roles_of(account: Account) -> frozenset[str]:
    return frozenset(grant.role for grant in current_grants(account))


def caller(request: HttpRequest) -> Caller | None:
    """The person behind a request, or None for the public."""
    return getattr(request, "caller", None)


def barred(asking: Caller, what: str, scope: str | None = None) -> NotAllowed | None:
    """Why a caller may not write a register (of the body at `scope`), in words; None where nothing is in the way.

    **Shape** `what`: a key of WRITERS; without `scope` only the role is asked.
    """
    rule = WRITERS[what]
    if not asking.has(*rule.roles):
        wanted = "或者".join(Role(role).label for role in rule.roles)
        return NotAllowed(
            f"{rule.noun}由{wanted}登记，您的角色是{asking.role_names or '（未授予）'}", mend=f"请转交{wanted}办理"
        )
    if scope is None or scope == asking.scope or (rule.below and scope.startswith(asking.scope)):
        return None
    if rule.below:
        return NotAllowed(f"{rule.noun}只能由本机关及上级登记", mend="请转交所属机关或者其上级办理")
    return NotAllowed(f"{rule.noun}由所属机关自己登记，您属于{asking.body}", mend="请转交该机关办理")


def must_write(asking: Caller, what: str, scope: str | None = None) -> None:
    """**Raises** NotAllowed with the reason `barred` gives."""
    if why := barred(asking, what, scope):
        raise why


def must_read(asking: Caller, what: str) -> None:
    """**Raises** NotAllowed where a register is not open to the caller's roles."""
    if what in READERS:
        asking.need(*READERS[what])


def may_read(asking: Caller, what: str) -> bool:
    return what not in READERS or asking.has(*READERS[what])
