"""Who sees which lists, which of them holds on a day, and what a version says."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body
from yangguang.trail.reading import once_until

from ..lists import drafts
from ..lists import kinds as table
from ..lists.kinds import KINDS, Column, ListKind
from ..lists.tables import Change, Known, diff, show, texts
from ..lists.wholes import Piloted
from ..models import Filing, ListApproval, ListVersion
from ..pilot import kinds as pilots

READERS = ("officer", "reviewer", "head", "disclosure", "supervisor")
DRAFTERS = ("officer", "disclosure")


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


@once_until(ListVersion, ListApproval)
def in_force(scope: str, kind: str, on: date) -> ListVersion | None:
    """The list that holds on a day: approved by then, its first day reached, the latest such."""
    for pk, its_kind, first, approved in _approved(scope):
        if its_kind == kind and first <= on and approved <= on:
            return _in_force(on).get(pk=pk)
    return None


@once_until(ListVersion, ListApproval)
def _approved(scope: str) -> tuple[tuple[Any, ...], ...]:
    """The approved lists of a body, the latest first, without their rows: most questions end here."""
    found = ListVersion.objects.filter(scope=scope, approval__approved=True).order_by("-in_force_from", "-number")
    return tuple(found.values_list("pk", "kind", "in_force_from", "approval__on"))


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


def all_in_force(scopes: Iterable[str], on: date) -> dict[tuple[str, str], ListVersion]:
    """The lists of many bodies that hold on a day, by scope and kind: one query."""
    found = _in_force(on).filter(scope__in=list(scopes)).order_by("in_force_from", "number")
    return {(one.scope, one.kind): one for one in found}


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


def piloted(body: Body, on: date) -> Piloted:
    """The kinds the body's lists must speak of: those it pilots and has powers of; none where the plan has no pilot."""
    found = pilots.pilot(body, on)
    if found.source not in (pilots.Source.ANNEX, pilots.Source.OWN):
        return Piloted()
    held = set(registry.powers(body.scope, on).values_list("kind", flat=True))
    return Piloted(tuple(kind for kind in found.kinds if kind in held), found.because)


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


def source_of(version: ListVersion) -> str:
    return f"{version.body.name}《{version.title}》第 {version.number} 版"
