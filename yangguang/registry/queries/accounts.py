"""Accounts, the roles they hold, and who wrote a version or a grant."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yangguang.trail.models import Entry

from ..access import Caller, below
from ..models import Account, AccountChange, Certificate, Officer, RoleGrant


def accounts(caller: Caller) -> QuerySet[Account]:
    """The accounts of the people of the caller's part of the tree."""
    people = Officer.objects.filter(below(caller.scope)).values("pk")
    return Account.objects.filter(officer__in=people).select_related("officer__body")


def roles_held(of: Sequence[int]) -> dict[int, list[str]]:
    """The names of the roles each account holds now."""
    latest = RoleGrant.objects.filter(account__in=of).order_by("account", "role", "-at", "-id").select_related("unit")
    held: dict[int, list[str]] = {}
    for grant in latest.distinct("account", "role"):
        if grant.granted:
            held.setdefault(grant.account_id, []).append(grant.title)
    return held


def account_facts(it: Account) -> list[RoleGrant | AccountChange]:
    """Everything done to an account, newest first."""
    found: list[RoleGrant | AccountChange] = [
        *RoleGrant.objects.filter(account=it).select_related("unit"),
        *AccountChange.objects.filter(account=it),
    ]
    return sorted(found, key=lambda fact: (fact.at, fact.id), reverse=True)


def written_by(facts: Iterable[Any]) -> dict[str, tuple[Entry, str]]:
    """For each fact its line of the trail and the name of who wrote it; "" for a person out of the reader's sight."""
    entries = {e.fact_ref: e for e in Entry.objects.filter(fact_ref__in=[fact.ref for fact in facts])}
    writers = {e.by_ref.rpartition(":")[2] for e in entries.values() if ":" in e.by_ref}
    names = {str(one.pk): one.name for one in Officer.objects.filter(pk__in=writers)}
    return {ref: (entry, names.get(entry.by_ref.rpartition(":")[2], "")) for ref, entry in entries.items()}


def certificate(caller: Caller, pk: UUID) -> Certificate | None:
    return Certificate.objects.filter(below(caller.scope), pk=pk).first()
