"""Reads of lists: which a body must have, which is in force on a day, and what follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Officer

from .lists import drafts, matching
from .lists import kinds as table
from .lists.kinds import KINDS, Column, ListKind
from .lists.matching import Demand, Listing
from .lists.tables import Change, Known, Row, diff, show, texts
from .models import PORTAL, Filing, ListPublication, ListVersion

READERS = ("officer", "reviewer", "head", "disclosure", "supervisor")
DRAFTERS = ("officer", "disclosure")
CLOCK = "D10b"  # until when what the public is told must be brought up to date
PORTAL_WORDS = "本系统公示门户"


# ---- who sees what -----------------------------------------------------------------------------------------------


def visible_to(caller: Caller) -> QuerySet[ListVersion]:
    """Lists of the caller's bodies."""
    if not caller.has(*READERS):
        return ListVersion.objects.none()
    return ListVersion.objects.filter(below(caller.scope)).select_related("body", "by", "approval__by")


def filings(caller: Caller) -> QuerySet[Filing]:
    if not caller.has(*READERS):
        return Filing.objects.none()
    return Filing.objects.filter(below(caller.scope)).select_related("version__body", "by", "receipt__by")


def bodies(caller: Caller, on: date) -> QuerySet[Body]:
    """The bodies whose lists the caller may see; one that only supervises has none of its own."""
    return registry.bodies_below(caller.scope, on).exclude(kind=Body.Kind.SUPERVISOR)


# ---- what must be there ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Required:
    """A list that the rules ask of a body, by the name they give it; or one it may keep."""

    kind: ListKind
    title: str
    because: tuple[Citation, ...]

    @property
    def owed(self) -> bool:
        return bool(self.because)


def required(pack: Pack, on: date) -> list[Required]:
    """Every kind of list, those that the rules ask for with their clauses and their own names."""
    asked = {code: (title, because) for code, title, because in _items(pack, "lists_required", on)}
    return [
        Required(kind, *asked[kind.code]) if kind.code in asked else Required(kind, kind.title, ())
        for kind in KINDS.values()
    ]


def title_of(kind: ListKind, pack: Pack, on: date) -> str:
    """The name the body's own rules give the list."""
    return next((one.title for one in required(pack, on) if one.kind.code == kind.code), kind.title)


@dataclass(frozen=True)
class Owes:
    """A filing the rules ask for: the words that name the addressee, and the clause."""

    words: str
    because: tuple[Citation, ...]

    @property
    def addressee(self) -> str:
        """Who is named in “随机抽查事项清单，报上级政府法制办备案”."""
        return self.words.rpartition("报")[2].removesuffix("备案")


def must_file(kind: ListKind, pack: Pack, on: date) -> Owes | None:
    """**Clause** WC-2.1.2(2)c, WC-2.3.1(3)b."""
    found = (Owes(words, because) for code, words, because in _items(pack, "filings", on) if code == kind.code)
    return next(found, None)


def _items(pack: Pack, question: str, on: date) -> list[tuple[str, str, tuple[Citation, ...]]]:
    """The values of a union question, each with its words and its own clauses."""
    answer = pack.ask(question, on=on)
    words = {one["key"]: one for one in answer.details}
    return [
        (
            code,
            str(words[code]["text"]) if code in words else code,
            tuple(c for c in answer.because if code in words and c.clause in words[code]["clauses"]) or answer.because,
        )
        for code in answer.value or ()
    ]


def office_of(kind: ListKind, pack: Pack) -> tuple[str, tuple[Citation, ...]]:
    """The office that must approve the list before it is published; "" where any head may.  **Clause** WC-2.1.2(2)c."""
    if not kind.approver_from:
        return "", ()
    answer = pack.parameter(kind.approver_from)
    return str(answer.value or ""), answer.because


def speaks_for(officer: Officer, office: str) -> bool:
    """Whether the person belongs to the office; plans write 委办公室 for the unit 办公室."""
    return officer.unit is not None and office.endswith(officer.unit.name)


# ---- which is in force -------------------------------------------------------------------------------------------


def in_force(scope: str, kind: str, on: date) -> ListVersion | None:
    """The list that holds on a day: approved by then, its first day reached, the latest such."""
    return _in_force(on).filter(scope=scope, kind=kind).order_by("-in_force_from", "-number").first()


def _in_force(on: date) -> QuerySet[ListVersion]:
    found = ListVersion.objects.filter(approval__approved=True, approval__on__lte=on, in_force_from__lte=on)
    return found.select_related("body", "by", "approval__by")


def in_force_by_scope(scopes: Iterable[str], kind: str) -> dict[str, list[ListVersion]]:
    """The approved versions of many bodies, the latest first: one query, whatever the day asked for later."""
    found: dict[str, list[ListVersion]] = {}
    approved = ListVersion.objects.filter(scope__in=set(scopes), kind=kind, approval__approved=True)
    for version in approved.select_related("body", "approval").order_by("-in_force_from", "-number"):
        found.setdefault(version.scope, []).append(version)
    return found


def holding(versions: Sequence[ListVersion], on: date) -> ListVersion | None:
    """Of versions ordered as above, the one that holds on the day."""
    return next((one for one in versions if one.in_force_from <= on and one.approval.on <= on), None)


def versions(scope: str, kind: str) -> QuerySet[ListVersion]:
    """Every version ever drafted, the newest first."""
    found = ListVersion.objects.filter(scope=scope, kind=kind).select_related("body", "by", "approval__by")
    return found.order_by("-number")


def next_number(scope: str, kind: str) -> int:
    return (ListVersion.objects.filter(scope=scope, kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1


def before(version: ListVersion) -> ListVersion | None:
    """The version to compare with: the last approved one of a lower number, else the last draft."""
    earlier = versions(version.scope, version.kind).filter(number__lt=version.number)
    return earlier.filter(approval__approved=True).first() or earlier.first()


STATES = {
    "draft": ("待审核", "info"),
    "refused": ("审核未同意", "bad"),
    "coming": ("已审核，未到施行日", "info"),
    "current": ("现行", "ok"),
    "past": ("已被新版代替", "quiet"),
}


def state_of(version: ListVersion, current: ListVersion | None, on: date) -> str:
    """A key of STATES."""
    approval = getattr(version, "approval", None)
    if approval is None:
        return "draft"
    if not approval.approved:
        return "refused"
    if current is not None and version.pk == current.pk:
        return "current"
    return "coming" if version.in_force_from > on else "past"


# ---- what a version says -----------------------------------------------------------------------------------------


def kind_of(version: ListVersion) -> ListKind:
    return KINDS[version.kind]


def columns_of(version: ListVersion) -> tuple[Column, ...]:
    """The columns a version is shown by: those its rules ask for now, and those it was written with."""
    kind, pack = kind_of(version), packs.load(version.pack)
    found = table.columns(kind, pack)
    names = {column.name for column in found}
    used = {name for row in version.rows for name in row} - names
    return tuple(c for c in (*found, *(c for c in table.columns(_whole(kind), pack) if c.name in used)))


def _whole(kind: ListKind) -> ListKind:
    return ListKind(kind.code, kind.title, kind.drives, kind.key, kind.columns)


def cells(version: ListVersion) -> list[list[str]]:
    """The rows in words."""
    columns, pack = columns_of(version), packs.load(version.pack)
    return [[text for _, text in show(columns, row, pack)] for row in version.rows]


def typed(version: ListVersion, columns: Sequence[Column]) -> list[dict[str, str]]:
    """The rows as a person would type them, to start a new version from."""
    pack = packs.load(version.pack)
    return [texts(columns, row, pack) for row in version.rows]


def changes(version: ListVersion, earlier: ListVersion) -> list[Change]:
    """Row by row, what is new, gone or different."""
    return diff(kind_of(version), columns_of(version), earlier.rows, version.rows, packs.load(version.pack))


def first_rows(kind: ListKind, body: Body, on: date) -> list[dict[str, str]]:
    """What a new draft begins with: the list in force, else what registry and rules know."""
    pack = packs.load(body.pack)
    current = in_force(body.scope, kind.code, on)
    if current is not None:
        return typed(current, table.columns(kind, pack))
    return drafts.start(kind.code, body, pack, on)


def known(body: Body, on: date) -> Known:
    """What the rows of a body's lists may refer to."""
    codes = frozenset(registry.powers(body.scope, on).values_list("code", flat=True))
    return Known(packs.load(body.pack), codes)


def shown(version: ListVersion) -> dict[str, Any]:
    """The public copy of a version: the columns that are public, in words."""
    columns, pack = [c for c in columns_of(version) if c.public], packs.load(version.pack)
    return {
        "title": version.title,
        "number": version.number,
        "body": version.body.name,
        "in_force_from": version.in_force_from.isoformat(),
        "columns": [column.label for column in columns],
        "rows": [[text for _, text in show(columns, row, pack)] for row in version.rows],
    }


# ---- published, filed --------------------------------------------------------------------------------------------


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


# ---- the page of a body ------------------------------------------------------------------------------------------


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


# ---- executed by the later stages --------------------------------------------------------------------------------


def source_of(version: ListVersion) -> str:
    return f"{version.body.name}《{version.title}》第 {version.number} 版"


def listing(scope: str, pack: Pack, power: str, facts: dict[str, Any], on: date) -> Listing | None:
    """What the review catalogue in force says of a draft; None where the body has none.

    **Clause** QD-3.3.2b, SY-2.3c, DH-2.3.2b, WC-2.3.1(3)b.
    """
    version = in_force(scope, "catalogue_review", on)
    return matching.listed(version.rows, source_of(version), pack, power, facts) if version else None


def catalogue_owed(pack: Pack, on: date) -> bool:
    """Whether the rules ask the body for a review catalogue of its own."""
    return "catalogue_review" in (pack.ask("lists_required", on=on).value or ())


def recording_demands(version: ListVersion | None, kind: str, power: str) -> tuple[Demand, ...]:
    """The lines of a recording list that concern this kind of act and this power.  **Clause** QS-3.2.2a, WC-2.2.3c."""
    if version is None:
        return ()
    events = packs.load(version.pack).facts["event"].choices or {}
    lines = matching.demands(version.rows, source_of(version), events)
    return tuple(one for one in lines if one.covers(kind, power))


def random_matters(scope: str, on: date) -> list[tuple[int, Row]]:
    """The matters a random inspection may be drawn for, and no others.  **Clause** QS-3.1.1c, WC-2.1.2(2)a.

    **Shape** (number of the row in the list, row); empty where no list is in force: then nothing may be drawn.
    """
    version = in_force(scope, "list_random_inspection", on)
    return list(enumerate(version.rows, start=1)) if version else []


def must_publish(scope: str, kind: str, power: str, on: date) -> Row | None:
    """The line of the list of published decisions that governs a decision; None where no line or no list does.

    **Clause** QD-3.1.3(1)b.  A line that names the power goes before one for the whole kind.
    """
    version = in_force(scope, "list_decisions_published", on)
    rows = [row for row in (version.rows if version else []) if row["kind"] == kind]
    named = [row for row in rows if power in (row.get("powers") or ())]
    return next(iter([*named, *(row for row in rows if not row.get("powers"))]), None)
