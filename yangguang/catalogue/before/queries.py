"""Reads of what is shown beforehand: standings per element, versions, who answers for it, and what a change touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from yangguang.catalogue import queries as lists
from yangguang.catalogue.models import ListVersion
from yangguang.duty.models import Duty
from yangguang.lawbook import queries as lawbook
from yangguang.policy import diff, packs
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.access import REACHING, Caller, below
from yangguang.registry.models import Body, Device, Officer, Power, Unit
from yangguang.registry.queries import Staff

from . import boards, elements
from . import policies as policies_words
from .boards import Board
from .elements import Element, Holding
from .models import (
    BoardShown,
    Change,
    ChangeAnswer,
    ChannelProof,
    ElementText,
    PolicyDocument,
    PreDraft,
    PreRelease,
    ResponsiblePerson,
    SentUp,
    SentUpReceipt,
)

CLOCK = "D10b"  # until when what the public reads is brought up to date after a change
PRE = "pre"


# ---- bodies and what they hold -----------------------------------------------------------------------------------


def within_reach(caller: Caller) -> Q:
    """The own body's rows; for those whose work reaches further, those of all bodies below too."""
    return below(caller.scope) if caller.roles & REACHING else Q(scope=caller.scope)


def bodies(caller: Caller, on: date, q: str = "") -> QuerySet[Body]:
    """The bodies the caller may see that enforce; one that only supervises shows nothing of its own."""
    found = registry.bodies_below(caller.scope, on, q).filter(within_reach(caller))
    return found.exclude(kind=Body.Kind.SUPERVISOR)


def body_of(caller: Caller, key: Any, on: date) -> Body | None:
    """One of those bodies, by its key."""
    return bodies(caller, on).filter(key=key).first()


def holdings(found: Sequence[Body], on: date) -> dict[str, list[Holding]]:
    """What each body holds, per kind of act it has powers of; seven queries, however many bodies."""
    scopes = [body.scope for body in found]
    powers: dict[str, list[Power]] = {}
    for power in _of_bodies(registry.in_force(Power, on).filter(scope__in=scopes).order_by("code"), found):
        powers.setdefault(power.scope, []).append(power)
    people: dict[str, list[Staff]] = {}
    officers = registry.in_force(Officer, on).filter(scope__in=scopes).select_related("body", "unit").order_by("name")
    for one in registry.with_standing(people_of_today(list(officers), found, on), on):
        people.setdefault(one.officer.scope, []).append(one)
    random = lists.in_force_by_scope(scopes, "list_random_inspection")
    texts = _texts(scopes)
    made: dict[str, list[Holding]] = {}
    for body in found:
        own = powers.get(body.scope, [])
        made[body.scope] = [
            Holding(
                body,
                kind,
                on,
                tuple(power for power in own if power.kind == kind),
                people.get(body.scope, ()),
                {**texts.get((body.scope, ""), {}), **texts.get((body.scope, kind), {})},
                lists.holding(random.get(body.scope, ()), on),
            )
            for kind in kinds_of(packs.load(body.pack), own, on)
        ]
    return made


def _of_bodies(powers: Iterable[Power], found: Iterable[Body]) -> Iterable[Power]:
    """The powers with their bodies as they stand now: a power keeps the version it was registered under."""
    now = {body.scope: body for body in found}
    for power in powers:
        if power.scope in now:
            power.body = now[power.scope]
        yield power


def people_of_today(people: Sequence[Officer], found: Iterable[Body], on: date) -> list[Officer]:
    """These people with their bodies and units as they stand on a day: one query."""
    bodies_now = {body.scope: body for body in found}
    keys = {one.unit.key for one in people if one.unit}
    units_now = {unit.key: unit for unit in registry.in_force(Unit, on).filter(key__in=keys)}
    for one in people:
        one.body = bodies_now.get(one.scope, one.body)
        if one.unit:
            one.unit = units_now.get(one.unit.key, one.unit)
    return list(people)


def of_today(powers: Sequence[Power], on: date) -> list[Power]:
    """These powers with their bodies as they stand on a day: one query."""
    scopes = {power.scope for power in powers}
    return list(_of_bodies(powers, registry.in_force(Body, on).filter(scope__in=scopes)))


def kinds_of(pack: Pack, powers: Iterable[Power], on: date) -> list[str]:
    """The kinds of act of these powers that the plan covers, in the order of the vocabulary."""
    have = {power.kind for power in powers}
    words = pack.facts["kind"].choices or {}
    return [kind for kind in words if kind in have and pack.ask("covers", {"kind": kind}, on).value is not False]


def _texts(scopes: Iterable[str]) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in ElementText.objects.filter(scope__in=list(scopes)).order_by("at", "id"):
        found.setdefault((row.scope, row.kind), {})[row.element] = row.text
    return found


def holding(body: Body, kind: str, on: date) -> Holding | None:
    return next((one for one in holdings([body], on)[body.scope] if one.kind == kind), None)


# ---- standings ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Where the pre-disclosure of one kind of act of a body stands."""

    held: Holding
    elements: tuple[Element, ...]
    release: PreRelease | None
    proven: frozenset[str]  # channels on which the release is proven
    channels: tuple[str, ...]

    @property
    def lacking(self) -> list[Element]:
        return [one for one in self.elements if not one.complete]

    @property
    def unproven(self) -> list[str]:
        return [one for one in self.channels if one not in self.proven]

    @property
    def done(self) -> int:
        return len(self.elements) - len(self.lacking)


@dataclass(frozen=True)
class BodyStanding:
    """A body with the standing of each of its kinds of act, and who answers for its pre-disclosure."""

    body: Body
    kinds: tuple[Standing, ...]
    responsible: ResponsiblePerson | None
    person_asked: bool


def standings(found: Sequence[Body], on: date) -> list[BodyStanding]:
    """Every body with every element of every kind: ten queries, however many bodies.  **Clause** QD-3.1.1(1)e."""
    held = holdings(found, on)
    scopes = [body.scope for body in found]
    latest: dict[tuple[str, str], PreRelease] = {}
    for row in PreRelease.objects.filter(scope__in=scopes).defer("shown").order_by("number"):
        latest[row.scope, row.kind] = row
    proofs: dict[str, set[str]] = {}
    subjects = [row.subject for row in latest.values()]
    for subject, channel in ChannelProof.objects.filter(subject__in=subjects).values_list("subject", "channel"):
        proofs.setdefault(subject, set()).add(channel)
    people = _responsible(scopes, PRE, on)
    return [
        BodyStanding(
            body,
            tuple(_standing(one, latest.get((body.scope, one.kind)), proofs) for one in held[body.scope]),
            people.get(body.scope),
            packs.load(body.pack).parameter("disclosure_person").value is not None,
        )
        for body in found
    ]


def _standing(held: Holding, release: PreRelease | None, proofs: Mapping[str, set[str]]) -> Standing:
    proven = frozenset(proofs.get(release.subject, ())) if release else frozenset()
    return Standing(held, tuple(elements.elements(held)), release, proven, channels(held.pack, held.on))


def channels(pack: Pack, on: date) -> tuple[str, ...]:
    """Where the plan wants it shown.  **Clause** QD-A3.公示.2(②), QS-3.1.0b, QS-3.1.0c, WC-2.1.0b."""
    return tuple(pack.ask("channels", on=on).value or ())


# ---- who answers -------------------------------------------------------------------------------------------------


def _responsible(scopes: Iterable[str], matter: str, on: date) -> dict[str, ResponsiblePerson]:
    rows = ResponsiblePerson.objects.filter(scope__in=list(scopes), matter=matter, since__lte=on)
    return {row.scope: row for row in rows.select_related("person").order_by("since", "at", "id")}


def responsible(scope: str, matter: str, on: date) -> ResponsiblePerson | None:
    """The person named for a matter; None where none is, or where the named one has left.  **Clause** QD-3.1.1(3)a."""
    row = _responsible([scope], matter, on).get(scope)
    if row is None or not registry.in_force(Officer, on).filter(key=row.person_key, scope=scope).exists():
        return None
    return row


def matters(body: Body, on: date) -> list[tuple[str, str]]:
    """What somebody may be named for: the whole, each list, each channel."""
    pack = packs.load(body.pack)
    kept = [(one.kind.code, f"清单：{one.title}") for one in lists.required(pack, on) if one.owed]
    return [(PRE, "事前公开"), *kept, *((one, f"渠道：{one}") for one in channels(pack, on))]


def named(body: Body, on: date) -> list[tuple[str, ResponsiblePerson | None]]:
    """Each matter with its person, latest row first: one query."""
    rows: dict[str, ResponsiblePerson] = {}
    found = ResponsiblePerson.objects.filter(scope=body.scope, since__lte=on).select_related("person")
    for row in found.order_by("since", "at", "id"):
        rows[row.matter] = row
    return [(title, rows.get(code)) for code, title in matters(body, on)]


# ---- versions ----------------------------------------------------------------------------------------------------


def drafts(caller: Caller) -> QuerySet[PreDraft]:
    return PreDraft.objects.filter(within_reach(caller)).select_related("body", "by", "approval__by", "release__by")


def releases(caller: Caller) -> QuerySet[PreRelease]:
    return PreRelease.objects.filter(within_reach(caller))


def photographed(caller: Caller) -> QuerySet[ChannelProof]:
    return ChannelProof.objects.filter(within_reach(caller)).exclude(photo="")


def sent_up(caller: Caller) -> QuerySet[SentUp]:
    return SentUp.objects.filter(within_reach(caller))


def shown_until(draft: PreDraft) -> date | None:
    """The day a later version took this one's place; None while it is the one to be read."""
    later = PreRelease.objects.filter(scope=draft.scope, kind=draft.kind, number__gt=draft.number)
    return later.order_by("number").values_list("on", flat=True).first()


def history(body: Body, kind: str) -> QuerySet[PreDraft]:
    """All versions of one kind of a body, the newest first."""
    found = PreDraft.objects.filter(scope=body.scope, kind=kind).select_related("by", "approval", "release")
    return found.defer("shown", "release__shown").order_by("-number")


def next_number(scope: str, kind: str) -> int:
    return (PreDraft.objects.filter(scope=scope, kind=kind).aggregate(last=Max("number"))["last"] or 0) + 1


def current(scope: str, kind: str) -> PreRelease | None:
    return PreRelease.objects.filter(scope=scope, kind=kind).order_by("-number").first()


def needs_approval(pack: Pack) -> bool:
    """Whether the plan has contents approved before they are published."""
    return pack.parameter("pre_approval").value is not None


def proofs(subject: str) -> list[ChannelProof]:
    return list(ChannelProof.objects.filter(subject=subject).select_related("by").order_by("at", "id"))


@dataclass(frozen=True)
class Shown:
    """A channel, and the latest proof that something is to be seen there."""

    channel: str
    proof: ChannelProof | None


def shown_on(subject: str, pack: Pack, on: date) -> list[Shown]:
    latest = {one.channel: one for one in proofs(subject)}
    return [Shown(one, latest.get(one)) for one in channels(pack, on)]


@dataclass(frozen=True)
class Sent:
    """Something sent to the office above, and its receipt if one came."""

    row: SentUp
    receipt: SentUpReceipt | None


def sent(subject: str) -> list[Sent]:
    rows = SentUp.objects.filter(subject=subject).select_related("by", "receipt").order_by("at", "id")
    return [Sent(row, getattr(row, "receipt", None)) for row in rows]


def filing_items(pack: Pack, on: date) -> list[tuple[str, str]]:
    """What the plan has filed with the office above, with its words.  **Clause** WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c."""
    answer = pack.ask("filings", on=on)
    words = {one["key"]: str(one["text"]) for one in answer.details}
    return [(code, words.get(code, code)) for code in answer.value or ()]


# ---- boards ------------------------------------------------------------------------------------------------------


def serving(body: Body, on: date) -> list[Officer]:
    """The people of a body whose board hangs at the office: all its staff but auxiliaries."""
    return people_of_today(list(registry.officers(body.scope, on).exclude(auxiliary=True)), [body], on)


def boards_of(body: Body, on: date) -> list[Board]:
    return boards.boards(body, serving(body, on), on)


def board(caller: Caller, key: Any, on: date) -> Board | None:
    """One person's board; None where the person has left or is not the caller's to see."""
    found = registry.in_force(Officer, on).filter(within_reach(caller), key=key).select_related("unit", "body").first()
    if found is None or found.auxiliary:
        return None
    body = registry.body_at(found.scope, on)
    return boards.boards(body, people_of_today([found], [body], on), on)[0] if body else None


# ---- changes -----------------------------------------------------------------------------------------------------

Touched = dict[str, str]  # {ref, sort, title}
_tellers: list[Callable[[Body, str, str, Sequence[str]], list[Touched]]] = []


def tells(
    function: Callable[[Body, str, str, Sequence[str]], list[Touched]],
) -> Callable[[Body, str, str, Sequence[str]], list[Touched]]:
    """A later stage says what of its own a change touches, its open cases: this stage imports none of them.

    **Shape** the function gets (body, what, key, kinds of act concerned).
    """
    _tellers.append(function)
    return function


def changes(caller: Caller) -> QuerySet[Change]:
    return Change.objects.filter(within_reach(caller)).select_related("body", "by").order_by("-at", "-id")


def touched(body: Body, what: str, key: str, on: date) -> list[Touched]:
    """Everything public, printed or pending that a change of this thing makes doubtful.  **Clause** QS-3.1.4a.

    **Shape** [{ref, sort, title}]; `ref` is stable: the list, the kind of act, the power, the board, not their versions.
    """
    pack = packs.load(body.pack)
    powers = list(registry.powers(body.scope, on))
    kinds = _concerned(pack, what, key, powers, on)
    rows: list[Touched] = []
    for kind in kinds:
        if current(body.scope, kind) is not None:
            rows.append(_row(f"pre:{kind}", "事前公开", f"{elements.kind_words(pack, kind)}事前公开"))
    rows += _touched_guides(pack, powers, what, key, kinds)
    rows += _touched_lists(body, what, on)
    rows += _touched_boards(body, what, key, on)
    rows += _touched_papers(body, pack, what, key)
    rows += [one for teller in _tellers for one in teller(body, what, key, kinds)]
    return rows


def _row(ref: str, sort: str, title: str) -> Touched:
    return {"ref": ref, "sort": sort, "title": title}


def _concerned(pack: Pack, what: str, key: str, powers: Sequence[Power], on: date) -> list[str]:
    """The kinds of act of the body a change concerns: of a power its own, of a clause those that cite it."""
    have = kinds_of(pack, powers, on)
    if what == Change.What.POWER:
        found = {power.kind for power in powers if str(power.key) == key}
        return [kind for kind in have if not found or kind in found]
    if what != Change.What.LAW or key == "*":
        return have
    if key in have:
        return [key]
    citing = {kind for kind in have if _cites(pack, kind, key)}
    return [kind for kind in have if not citing or kind in citing]  # cited by no procedure: all may be concerned


def _cites(pack: Pack, kind: str, clause: str) -> bool:
    acts = [pack.act(k, procedure) for k, procedure in pack.act_names if k == kind]
    codes = {code for act in acts for step in act.steps for code in step.deadlines}
    lines = [line for code in codes if code in pack.deadlines for line in pack.deadlines[code].lines]
    cited = [c for act in acts for step in act.steps for c in (*act.because, *step.because)]
    return clause in {c.clause for c in (*cited, *(c for line in lines for c in line.because))}


def _touched_guides(pack: Pack, powers: Sequence[Power], what: str, key: str, kinds: Sequence[str]) -> list[Touched]:
    if what in (Change.What.OFFICER, Change.What.CERTIFICATE):
        return []
    mine = [power for power in powers if power.kind in kinds and (what != Change.What.POWER or str(power.key) == key)]
    return [_row(f"guide:{power.key}", "服务指南", f"{power.name}服务指南") for power in mine] + [
        _row(f"chart:{kind}", "流程图", f"{elements.kind_words(pack, kind)}流程图")
        for kind in kinds
        if what == Change.What.LAW
    ]


# Which lists speak of what; a change of law or of the body may concern any.
LISTED: Mapping[str, frozenset[str]] = {
    Change.What.POWER: frozenset(
        {"list_powers", "list_random_inspection", "list_pre_disclosure", "catalogue_review", "list_decisions_published"}
    ),
    Change.What.OFFICER: frozenset({"list_officers", "list_pre_disclosure"}),
    Change.What.CERTIFICATE: frozenset({"list_officers", "list_pre_disclosure"}),
}


def _touched_lists(body: Body, what: str, on: date) -> list[Touched]:
    approved = ListVersion.objects.filter(scope=body.scope, approval__approved=True, in_force_from__lte=on)
    found = {one.kind: one.title for one in approved.defer("rows").order_by("number")}
    wanted = LISTED.get(what)
    return [_row(f"list:{code}", "清单", title) for code, title in found.items() if wanted is None or code in wanted]


PERSONAL = (Change.What.OFFICER, Change.What.CERTIFICATE)


def _touched_boards(body: Body, what: str, key: str, on: date) -> list[Touched]:
    """Boards that hang now; a person's own change touches that person's only."""
    hung = BoardShown.objects.filter(scope=body.scope).order_by("subject").values_list("subject", flat=True).distinct()
    if what in PERSONAL:
        hung = hung.filter(subject=f"officer:{key}")
    rows = boards.put_up(list(hung))
    titles = {subject: shown[-1].shown["lines"] for subject, shown in rows.items()}
    return [_row(f"board:{subject}", "岗位公示牌", f"{_name(lines)}岗位公示牌") for subject, lines in titles.items()]


def _name(lines: Sequence[Mapping[str, str]]) -> str:
    return next((one["text"] for one in lines if one["label"] == "姓名"), "")


def _touched_papers(body: Body, pack: Pack, what: str, key: str) -> list[Touched]:
    """Policy documents, and the forms of documents where the law itself changed."""
    if what in PERSONAL:
        return []
    latest = {one.kind: one for one in policies_of(body).filter(release__isnull=False).order_by("version")}
    rows = [_row(f"policy:{code}", "制度文件", one.title) for code, one in latest.items()]
    if what != Change.What.LAW:
        return rows
    source = pack.clauses[key].source_title if key in pack.clauses else ""
    forms = [one for one in documents.catalogue().values() if not source or _of_source(one.clause, source)]
    return rows + [_row(f"form:{one.code}", "文书样式", one.title) for one in forms]


def _of_source(clause: str, source: str) -> bool:
    """Whether a form that names 行政处罚法 stands on 中华人民共和国行政处罚法（2021年修订）."""
    law = clause.split(" ")[0].strip("《》")
    return bool(law) and law in source


@dataclass(frozen=True)
class Answered:
    """One touched thing, and how it was dealt with."""

    touched: Touched
    answer: ChangeAnswer | None


def answered(change: Change) -> list[Answered]:
    done = {one.about: one for one in change.answers.select_related("by").order_by("at")}
    return [Answered(one, done.get(one["ref"])) for one in change.touched]


def answered_counts(found: Iterable[Change]) -> dict[Any, int]:
    """How many of the touched things of each change are dealt with: one query for a whole list."""
    rows = ChangeAnswer.objects.filter(change__in=list(found)).values("change").annotate(many=Count("id"))
    return {row["change"]: row["many"] for row in rows}


def clock(change: Change) -> Duty | None:
    return Duty.objects.filter(subject=change.chain, rule=CLOCK).select_related("discharge").first()


def clocks(found: Iterable[Change]) -> dict[str, Duty]:
    """The duty of each change: one query for a whole list."""
    rows = Duty.objects.filter(subject__in=[one.chain for one in found], rule=CLOCK).select_related("discharge")
    return {one.subject: one for one in rows}


def renewed_since(change: Change, ref: str) -> str:
    """What shows that a touched thing was renewed after the change: its newer version, "" where there is none."""
    sort, _, key = ref.partition(":")
    since = change.changed_on
    if sort in ("guide", "chart"):
        kind = key if sort == "chart" else _kind_of_power(change, key)
        found = PreRelease.objects.filter(scope=change.scope, kind=kind, on__gte=since).order_by("number").last()
        if found is None or (sort == "guide" and not any(one["key"] == key for one in found.shown["guides"])):
            return ""
        return found.subject
    if sort == "pre":
        rows: QuerySet[Any] = PreRelease.objects.filter(scope=change.scope, kind=key, on__gte=since).order_by("number")
    elif sort == "list":
        rows = ListVersion.objects.filter(
            scope=change.scope, kind=key, approval__approved=True, approval__on__gte=since
        ).order_by("number")
    elif sort == "policy":
        rows = PolicyDocument.objects.filter(scope=change.scope, kind=key, release__on__gte=since).order_by("version")
    elif sort == "board":
        return _rehung(change, key)
    else:
        return ""
    last = rows.filter(at__gt=change.at).last()
    return last.subject if last is not None else ""


def _rehung(change: Change, subject: str) -> str:
    """A board is renewed when what hangs says what the registers say now."""
    rows = [one for found in boards.put_up([subject]).values() for one in found]
    return f"board:{rows[-1].pk}" if rows and all(one.at > change.at for one in rows) else ""


def _kind_of_power(change: Change, key: str) -> str:
    found = Power.objects.filter(scope=change.scope, key=key).order_by("-valid_from", "-id").first()
    return found.kind if found else ""


# ---- policy documents --------------------------------------------------------------------------------------------


def policies(caller: Caller) -> QuerySet[PolicyDocument]:
    found = PolicyDocument.objects.filter(within_reach(caller))
    return found.select_related("body", "by", "approval__by", "release__by")


def powers(caller: Caller, on: date, q: str = "") -> QuerySet[Power]:
    """The matters whose guides the caller may read."""
    return registry.powers_below(caller.scope, on, q).filter(within_reach(caller))


def policies_of(body: Body) -> QuerySet[PolicyDocument]:
    """The documents of one body without their contents."""
    return PolicyDocument.objects.filter(scope=body.scope).defer("content").select_related("approval", "release")


def next_version(scope: str, kind: str) -> int:
    rows = PolicyDocument.objects.filter(scope=scope, kind=kind)
    return (rows.aggregate(last=Max("version"))["last"] or 0) + 1


# Which documents a body's rules presuppose, and the parameters that say so.
PRESUPPOSED: Mapping[str, tuple[str, ...]] = {
    "rules_disclosure": ("disclosure_rules_items", "result_rules_items", "pre_approval"),
    "rules_recording": ("record_stages", "av_scope"),
    "rules_review": ("review_rules_items", "reviewing_body"),
    "device_measure": ("device_rules",),
    "accountability_review": ("review_accountability",),
    "record_info_rules": ("record_info_rules",),
    "retrieval_rules": ("retrieval",),
    "info_review_correction": ("correction_mechanism",),
    "flowchart_review": ("review_flowchart",),
    "handbook": ("rules_target_on",),
}


def owed_policies(body: Body, on: date) -> list[tuple[str, str, tuple[Citation, ...]]]:
    """The documents the body's plan asks for, with the clauses.  **Clause** QD-4.2a, DH-3.2a."""
    pack = packs.load(body.pack)
    found = []
    for code, names in PRESUPPOSED.items():
        said = [pack.parameter(name) for name in names]
        because = tuple({c.clause: c for one in said if one.value is not None for c in one.because}.values())
        if because:
            found.append((code, policies_words.KINDS[code].title, because))
    return found


@dataclass(frozen=True)
class Outdated:
    """How the rules differ from those a document was written under."""

    lines: tuple[str, ...]
    known: bool  # the earlier edition is kept, so that the difference can be told


def outdated(document: PolicyDocument) -> Outdated | None:
    """须更新: what changed in the law since; None where nothing did.  **Clause** WC-2.1.1d."""
    now = packs.load(document.pack)
    if now.version == document.pack_version:
        return None
    if not lawbook.kept(document.pack_version):
        return Outdated((), False)
    found = diff.compare(lawbook.pack(document.pack, document.pack_version), now)
    return Outdated(tuple(found.lines()), True) if found.changes else None


def devices(scope: str, on: date) -> list[Device]:
    return list(registry.in_force(Device, on).filter(scope=scope).select_related("keeper").order_by("serial"))


def lists_of(scope: str, on: date) -> dict[str, ListVersion]:
    """The lists of a body that hold on a day, by kind."""
    rows = ListVersion.objects.filter(scope=scope, approval__approved=True, approval__on__lte=on, in_force_from__lte=on)
    return {one.kind: one for one in rows.select_related("body").order_by("in_force_from", "number")}
