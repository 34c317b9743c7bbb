"""Who is asking: the primitives of the one access policy.  Each stage says in its `queries` what a caller may see and do.

The database repeats the outer bound: inside `within(scope)` row-level security shows only rows whose body path starts
with that scope; outside of it, none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from django.db import connections, transaction
from django.db.models import Q
from django.http import HttpRequest

from yangguang.trail.errors import Refused

from .models import Account, Body, Officer, Role, RoleGrant

TOP = chr(0x10FFFF)  # sorts after every path in the "C" collation
NEXT = chr(1)  # sorts after the path itself and before every path below it
# Whose work reaches the bodies below their own; everybody else sees the own body only, also where it has bodies below.
REACHING = frozenset({Role.SUPERVISOR, Role.ADMIN, Role.SECURITY, Role.AUDITOR})


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
        with connections[using].cursor() as cursor:
            cursor.execute(
                "select set_config('app.lo', %s, true), set_config('app.hi', %s, true)",
                [scope, scope + (NEXT if alone else TOP)],
            )
        yield


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

    @property
    def scope(self) -> str:
        """The part of the tree this person may see: the own body, and for supervisors all below theirs."""
        return self.body.scope

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


def standing_of(account: Account) -> tuple[str, frozenset[str]]:
    """Where in the tree the person of an account belongs, and as what; the one read before the scope is known."""
    with within(""):
        return account.officer.scope, roles_of(account)


def current_grants(account: Account) -> list[RoleGrant]:
    """The roles an account holds now: for each role the latest row decides."""
    latest = RoleGrant.objects.filter(account=account).order_by("role", "-at", "-id").distinct("role")
    return [grant for grant in latest if grant.granted]


def roles_of(account: Account) -> frozenset[str]:
    return frozenset(grant.role for grant in current_grants(account))


def caller(request: HttpRequest) -> Caller | None:
    """The person behind a request, or None for the public."""
    return getattr(request, "caller", None)
