"""Reads of the law book: the edition of a case, and how far the rules of a pack are signed."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from django.db.models import QuerySet

from yangguang.policy import editions, packs, texts
from yangguang.policy.errors import PolicyError, UnknownPack
from yangguang.policy.packs import Pack
from yangguang.policy.texts import RuleText
from yangguang.vault import store

from .models import Edition, SignOff

STATES = {"agreed": "已签认", "objected": "有异议", "changed": "签认后已改", "none": "未签认"}


class NotKept(PolicyError):
    """An edition that no row of the law book names: the database was restored without it."""


def kept(version: str) -> bool:
    """Whether the edition is in the vault."""
    return Edition.objects.filter(version=version).exists()


def pack(pack_id: str, version: str) -> Pack:
    """The law in exactly this edition, also where the checkout has no such pack any more.

    **Raises** NotKept, PackError, vault.Missing.
    """
    try:
        current = packs.load(pack_id)
    except UnknownPack:
        return _earlier(version)
    return current if current.version == version else _earlier(version)


@cache
def _earlier(version: str) -> Pack:
    edition = Edition.objects.filter(version=version).first()
    if edition is None:
        raise NotKept(f"法规库没有存下法条包版本 {version}。修改办法：从备份恢复数据库和存证文件。")
    return restored(edition)


def restored(edition: Edition) -> Pack:
    """The law of a kept edition, read from the vault.  **Raises** Missing, Damaged, PackError."""
    store.check(edition.digest)
    with store.open(edition.digest) as held:
        return editions.restore(held.read(), edition.version)


def adopted() -> QuerySet[Edition]:
    return Edition.objects.order_by("-at", "-id")


def history(key: str) -> QuerySet[SignOff]:
    """All that lawyers said of one rule, the newest first."""
    return SignOff.objects.filter(key=key).select_related("by__body").order_by("-at", "-id")


@dataclass(frozen=True)
class Signed:
    """A rule with the last word of a lawyer about it.  **Shape** `state`: a key of STATES."""

    rule: RuleText
    last: SignOff | None

    @property
    def path(self) -> str:
        return f"{self.rule.section}/{self.rule.name}"

    @property
    def state(self) -> str:
        if self.last is None:
            return "none"
        return self.last.opinion if self.last.digest == self.rule.digest else "changed"

    @property
    def words(self) -> str:
        return STATES[self.state]


def signed(layer: str, using: str = "default") -> list[Signed]:
    """The rules of one pack folder, each with its last sign-off: one query."""
    newest = SignOff.objects.using(using).filter(layer=layer).order_by("key", "-at", "-id").distinct("key")
    last = {one.key: one for one in newest.defer("words")}
    return [Signed(rule, last.get(key)) for key, rule in texts.rules(layer).items()]


def tally(rows: list[Signed]) -> Counter[str]:
    return Counter(row.state for row in rows)
