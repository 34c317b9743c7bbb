"""Every place where a row names an object of the vault: what must be there, and whose it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from yangguang.catalogue.before.models import ChannelProof, PolicyDocument, PreDraft
from yangguang.lawbook.models import Edition
from yangguang.record.custody.models import Extract
from yangguang.record.models import Derivative, Item, Received
from yangguang.record.retention import queries as retention
from yangguang.registry.models import Entrustment, Officer, RegisterImport
from yangguang.trail.models import Fact

BATCH = 1000


@dataclass(frozen=True)
class Owner:
    """Whose file an object is: a person has to find the case, not a number of 64 digits."""

    scope: str
    item: str
    dossier: str
    title: str


@dataclass(frozen=True)
class Place:
    """A column that names objects.

    **Shape** `told`: of a row, whose it is and what it is; `inside`: how the digests stand in a JSON column, `found`: the
    filter for the rows that name one; `destroyed`: its objects may be gone lawfully, with a tombstone; `related`: what
    `told` reads besides the row.
    """

    model: type[Fact]
    told: Callable[[Any], tuple[str, str]]
    column: str = "digest"
    inside: Callable[[Any], Iterable[str]] | None = None
    found: Callable[[str], dict[str, Any]] | None = None
    destroyed: bool = False
    related: tuple[str, ...] = ()

    def digests(self, using: str) -> Iterator[str]:
        rows = self.model._default_manager.using(using)
        if self.inside is None:
            named = rows.exclude(**{self.column: ""}).order_by(self.column).values_list(self.column, flat=True)
            yield from named.distinct().iterator(BATCH)
            return
        for held in rows.order_by("id").values_list(self.column, flat=True).iterator(BATCH):
            yield from self.inside(held)

    def owners(self, digest: str, using: str) -> Iterator[Owner]:
        wanted = self.found(digest) if self.found else {self.column: digest}
        for row in (
            self.model._default_manager.using(using).filter(**wanted).select_related(*self.related).order_by("id")
        ):
            yield Owner(row.scope, row.ref, *self.told(row))


def _charts(shown: dict[str, Any]) -> list[str]:
    return [one["chart"] for one in shown.get("procedures", ())]


def _pictures(paper: dict[str, Any]) -> list[str]:
    return [one["digest"] for one in paper.get("blocks", ()) if one["type"] == "chart"]


def _sidecar(said: dict[str, Any]) -> list[str]:
    return [said["digest"]] if said else []


def _policy(row: PolicyDocument) -> tuple[str, str]:
    return "制度文件", str(row)


def _received(row: Received) -> tuple[str, str]:
    return f"{row.by.name}收存的文件", row.name


PLACES: tuple[Place, ...] = (
    Place(Edition, lambda row: ("法规库", str(row))),
    Place(RegisterImport, lambda row: ("导入文件", str(row))),
    Place(Officer, lambda row: ("执法人员照片", row.name), column="photo"),
    Place(Entrustment, lambda row: ("委托书", row.instrument), column="document"),
    Place(PolicyDocument, _policy),
    Place(PolicyDocument, _policy, column="word_digest"),
    Place(PolicyDocument, _policy, "content", _pictures, lambda d: {"content__blocks__contains": [{"digest": d}]}),
    Place(
        PreDraft,
        lambda row: ("事前公开流程图", f"{row.shown.get('title', row.kind)}{row}"),
        "shown",
        _charts,
        lambda d: {"shown__procedures__contains": [{"chart": d}]},
    ),
    Place(ChannelProof, lambda row: ("渠道公开证明", row.channel), column="photo"),
    Place(Item, lambda row: (row.dossier.title, row.title), destroyed=True, related=("dossier",)),
    Place(Received, _received, destroyed=True, related=("by",)),
    Place(Received, _received, "sidecar", _sidecar, lambda d: {"sidecar__digest": d}, True, ("by",)),
    Place(Derivative, lambda row: ("播放件", row.parent_digest[:12]), destroyed=True),
    Place(Extract, lambda row: ("副本", str(row)), destroyed=True, related=("parent",)),
)


def expected(using: str) -> Iterator[str]:
    """Each digest that is named and not lawfully destroyed; one that several rows name may come more than once."""
    gone = set(retention.destroyed(using))
    for place in PLACES:
        for digest in place.digests(using):
            if not (place.destroyed and digest in gone):
                yield digest


def owners(digest: str, using: str) -> list[Owner]:
    return [owner for place in PLACES for owner in place.owners(digest, using)]
