"""Where the lists of a body stand: in force, public, filed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.registry.models import Body

from ..models import PORTAL, Filing, ListPublication, ListVersion
from .asked import Owes, Required, must_file, required
from .held import holding

CLOCK = "D10b"  # until when what the public is told must be brought up to date
PORTAL_WORDS = "本系统公示门户"


@dataclass(frozen=True)
class Channel:
    """A channel on which a list must be, and its publication if it is there."""

    code: str
    title: str
    publication: ListPublication | None


def channels(version: ListVersion, on: date) -> list[Channel]:
    """The portal and every channel of the rules.  **Clause** QS-3.1.0b, QD-A3.公示.2(②), WC-2.1.0b."""
    done = {one.channel: one for one in version.listpublications.select_related("by").order_by("at")}
    asked = packs.load(version.body.pack).ask("channels", on=on).value or ()
    return [
        Channel(PORTAL, PORTAL_WORDS, done.get(PORTAL)),
        *(Channel(one, one, done.get(one)) for one in asked),
    ]


def duties_of(version: ListVersion) -> list[Duty]:
    return list(duties.of(version.subject))


def filed(version: ListVersion) -> list[Filing]:
    return list(version.filings.select_related("by", "receipt__by").order_by("at", "id"))


@dataclass
class Standing:
    """Where one list of a body stands."""

    asked: Required
    current: ListVersion | None = None
    newest: ListVersion | None = None
    lacking: list[str] = field(default_factory=list)  # channels on which the current version is not
    owes: Owes | None = None
    filed: bool = False
    receipt: bool = False

    @property
    def missing(self) -> bool:
        return self.asked.owed and self.current is None

    @property
    def waiting(self) -> ListVersion | None:
        """A draft that nobody has answered."""
        return self.newest if self.newest is not None and getattr(self.newest, "approval", None) is None else None


def standings(bodies: Sequence[Body], on: date) -> dict[str, list[Standing]]:
    """The lists of many bodies, by scope.  Three queries, however many bodies and lists."""
    scopes = [body.scope for body in bodies]
    rows = ListVersion.objects.filter(scope__in=scopes).defer("rows").select_related("approval")
    by_list: dict[tuple[str, str], list[ListVersion]] = {}
    for version in rows.order_by("-in_force_from", "-number"):
        by_list.setdefault((version.scope, version.kind), []).append(version)
    public: dict[UUID, set[str]] = {}
    for version_id, channel in ListPublication.objects.filter(scope__in=scopes).values_list("version_id", "channel"):
        public.setdefault(version_id, set()).add(channel)
    sent: dict[UUID, bool] = {}
    for version_id, receipt in Filing.objects.filter(scope__in=scopes).values_list("version_id", "receipt__id"):
        sent[version_id] = sent.get(version_id, False) or receipt is not None
    return {
        body.scope: [_standing(body, one, by_list, public, sent, on) for one in _asked(body, on)] for body in bodies
    }


def _asked(body: Body, on: date) -> list[Required]:
    return required(packs.load(body.pack), on)


def _standing(
    body: Body,
    asked: Required,
    by_list: dict[tuple[str, str], list[ListVersion]],
    public: dict[UUID, set[str]],
    sent: dict[UUID, bool],
    on: date,
) -> Standing:
    pack = packs.load(body.pack)
    made = by_list.get((body.scope, asked.kind.code), [])
    approved = [one for one in made if getattr(one, "approval", None) and one.approval.approved]
    current = holding(approved, on)
    found = Standing(asked, current, max(made, key=lambda one: one.number, default=None))
    found.owes = must_file(asked.kind, pack, on)
    if current is not None:
        wanted = {PORTAL: PORTAL_WORDS, **{one: one for one in pack.ask("channels", on=on).value or ()}}
        found.lacking = [words for code, words in wanted.items() if code not in public.get(current.pk, set())]
        found.filed, found.receipt = current.pk in sent, sent.get(current.pk, False)
    return found
