"""Reads of disclosure: what waits to be published, what is shown, and what the public finds."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import Count, Exists, F, Max, Model, OuterRef, Q, QuerySet

from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.catalogue import queries as lists
from yangguang.catalogue.queries import Publishing
from yangguang.decision.models import Issuance, Revocation
from yangguang.policy.answers import Answer
from yangguang.record.formbook import queries as formbook
from yangguang.record.models import Item
from yangguang.registry.access import Caller, below
from yangguang.trail import queries as trail
from yangguang.trail.models import Checkpoint, Entry

from . import redaction, search
from .models import ErrorFound, Publication, PublicDecision, Takedown, Withholding
from .redaction import Mark

PORTAL = "portal"
Shown = TypeVar("Shown", bound=Model)


# ---- the desk ----------------------------------------------------------------------------------------------------


def to_publish(caller: Caller) -> QuerySet[Issuance]:
    """Decision documents of the caller's bodies that are not public yet, the oldest first."""
    published = Publication.objects.filter(issuance=OuterRef("pk"))
    return (
        Issuance.objects.filter(below(caller.scope), withholding__isnull=True)
        .filter(~Exists(published))
        .select_related("case__party", "case__body", "decision")
        .order_by("on", "id")
    )


def to_take_down(caller: Caller) -> list[Publication]:
    """Publications whose decision was revoked or changed and which are still shown."""
    return list(_shown(caller).filter(Exists(undone("issuance__"))))


def undone(to: str = "") -> QuerySet[Revocation]:
    """The revocations of an issued document.  **Shape** `to`: the way from the outer query's row to its issuance."""
    return Revocation.objects.filter(Q(decision=OuterRef(f"{to}decision")) | Q(document=OuterRef(f"{to}item")))


def to_correct(caller: Caller) -> QuerySet[ErrorFound]:
    """Errors found in what is still the latest version."""
    newer = Publication.objects.filter(corrects=OuterRef("publication"))
    gone = Takedown.objects.filter(publication=OuterRef("publication"))
    return (
        ErrorFound.objects.filter(below(caller.scope))
        .filter(~Exists(newer), ~Exists(gone))
        .select_related("publication__issuance", "by", "case")
        .order_by("at")
    )


def _shown(caller: Caller) -> QuerySet[Publication]:
    newer = Publication.objects.filter(corrects=OuterRef("pk"))
    return (
        Publication.objects.filter(below(caller.scope), takedown__isnull=True)
        .filter(~Exists(newer))
        .select_related("issuance", "case__body")
        .order_by("-at")
    )


def shown(caller: Caller) -> QuerySet[Publication]:
    """What the caller's bodies have on show, newest first."""
    return _shown(caller)


def latest(issuance: Issuance) -> Publication | None:
    made = [one for one in file.of(issuance.case, Publication) if one.issuance_id == issuance.pk]
    return max(made, key=lambda one: one.version, default=None)


def versions(issuance: Issuance) -> list[Publication]:
    return list(issuance.publications.select_related("by", "takedown").order_by("version"))


def withheld(caller: Caller) -> QuerySet[Withholding]:
    """Decisions that are not public, each with the law that says so, the latest first; one published since is none."""
    published = Publication.objects.filter(issuance=OuterRef("issuance"))
    rows = Withholding.objects.filter(below(caller.scope)).filter(~Exists(published))
    return rows.select_related("issuance", "case__body", "version__body", "by").order_by("-at", "-id")


def is_withheld(item: Item) -> bool:
    """Whether the decision of this document was withheld."""
    return Withholding.objects.filter(issuance__item=item).exists()


def must_publish(issuance: Issuance) -> Publishing:
    """Whether the decision is to be published: the list of the body on the day of the decision, else the rules alone.

    **Clause** QD-3.1.3(1)b, QD-A3.公示.4(②)a.
    """
    case = issuance.case
    return lists.must_publish(case.scope, cases.pack_of(case), case.kind, case.power.code, issuance.on)


def must_publish_each(found: Sequence[Issuance]) -> dict[UUID, Publishing]:
    """The same of many: one query, however many."""
    held = lists.in_force_by_scope([one.scope for one in found], lists.DECISIONS)
    return {
        one.pk: lists.publishing(
            lists.holding(held.get(one.scope, ()), one.on),
            cases.pack_of(one.case),
            one.case.kind,
            one.case.power.code,
            one.on,
        )
        for one in found
    }


def publish_by(issuance: Issuance) -> Answer:
    """Until when the decision must be public, with its day-by-day proof."""
    facts = {**cases.act_facts(issuance.case), "decided_on": issuance.on}
    return cases.pack_of(issuance.case).ask("publish_by", facts=facts, on=issuance.on, provisional=True)


def take_down_by(revocation: Revocation) -> Answer:
    """Until when it must be down: the tightest of statute and plan, both cited."""
    facts = {**cases.act_facts(revocation.case), "revoked_on": revocation.on}
    return cases.pack_of(revocation.case).ask("take_down_by", facts=facts, on=revocation.on, provisional=True)


def channels(issuance: Issuance) -> Answer:
    return cases.pack_of(issuance.case).ask("channels", facts={"kind": issuance.case.kind}, on=issuance.on)


def proposed_marks(issuance: Issuance) -> list[Mark]:
    """What the privacy classes and the party's own data ask to hide in this decision document."""
    return redaction.propose(issuance.paper.code, issuance.paper.data, issuance.case.party)


def public_text(paper: Item, marks: Sequence[Mark], *, on: date) -> tuple[str, list[dict[str, Any]]]:
    """The text the public reads of a paper, on the form that paper was made on; see `redaction.places`."""
    form = formbook.form_in(paper.scope, paper.code, paper.meta)
    return redaction.places(paper.code, paper.data, marks, on=on, form=form)


def sealed_public(publication: Publication) -> dict[str, Any]:
    """What the verify page may know of a published version: the row `record.seal` writes."""
    issuance = publication.issuance
    return {
        "digest": publication.digest,
        "code": issuance.code,
        "what": "public",
        "fact_ref": publication.ref,
        "title": publication.item.title,
        "number": issuance.number_text,
        "body_name": publication.case.body.name,
        "on": issuance.on,
    }


# ---- the public ---------------------------------------------------------------------------------------------------


CODE = re.compile(r"[0-9A-Za-z]{4,12}")
DIGEST = re.compile(r"[0-9a-f]{64}")
NEWEST_FIRST = ("-decided_on", "-code")


def public() -> QuerySet[PublicDecision]:
    """Published decisions, through the portal's own role."""
    return PublicDecision.objects.using(PORTAL)


def find(
    *,
    text: str = "",
    body: str = "",
    kind: str = "",
    field: str = "",
    since: date | None = None,
    until: date | None = None,
    withdrawn: bool = False,
) -> QuerySet[PublicDecision]:
    """Decisions that hold the words and pass the filters, newest first.  Words that ask for nothing find nothing."""
    rows = public().defer("tsv", "marks") if text.strip() else public().defer("tsv", "marks", "text")
    if not withdrawn:
        rows = rows.filter(state=PublicDecision.State.SHOWN)
    exact = {"body_name": body, "kind": kind, "field": field, "decided_on__gte": since, "decided_on__lte": until}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if text.strip():
        rows = holding(rows, text)
    return rows.order_by(*NEWEST_FIRST)


def holding(rows: QuerySet[Shown], text: str) -> QuerySet[Shown]:
    """The index answers; only in texts too long for it the words themselves are looked for.

    **Shape** the rows have title, number, body_name, party, text, and tsv made by `search.vector`.
    """
    asked = search.query(text)
    if not asked:
        return rows.none()
    long = ["concat_ws(' ', title, number, body_name, party, text) ilike %s"] * len(search.patterns(text))
    where = f"(tsv @@ %s::tsquery or (tsv @@ %s::tsquery and {' and '.join(long)}))"
    return rows.extra(where=[where], params=[asked, search.long_query(), *search.patterns(text)])  # noqa: S610


def facets() -> dict[str, list[str]]:
    """The values the filters offer."""
    names = ("body_name", "kind", "field")
    rows = list(public().order_by().values_list(*names).distinct())
    return {name: sorted({row[i] for row in rows if row[i]}) for i, name in enumerate(names)}


def counts(today: date) -> dict[str, Any]:
    """What the front page says of the whole: shown, this year, corrected, withdrawn, bodies, the newest publication."""
    shown = Q(state=PublicDecision.State.SHOWN)
    return public().aggregate(
        shown=Count("code", filter=shown),
        this_year=Count("code", filter=shown & Q(decided_on__year=today.year)),
        corrected=Count("code", filter=shown & Q(version__gt=1)),
        withdrawn=Count("code", filter=~shown),
        bodies=Count("body_name", filter=shown, distinct=True),
        newest=Max("published_at"),
    )


def newest(many: int) -> list[PublicDecision]:
    return list(
        public()
        .filter(state=PublicDecision.State.SHOWN)
        .defer("text", "tsv", "marks")
        .order_by(F("published_at").desc(), "-code")[:many]
    )


def by_code(code: str) -> PublicDecision | None:
    return public().filter(code=code.strip().upper()).first() if CODE.fullmatch(code.strip()) else None


def by_number(number: str) -> list[PublicDecision]:
    """Decisions with this document number, however its brackets and spaces were typed.  Numbers differ by body."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number))
    plain = re.sub(r"[\[({【〔]", "〔", re.sub(r"[\])}】〕]", "〕", plain))
    if not plain or "\0" in plain:
        return []
    return list(public().filter(number=plain).defer("text", "tsv", "marks").order_by(*NEWEST_FIRST)[:20])


def checkpoint() -> Checkpoint | None:
    """The newest signed statement of the log."""
    return Checkpoint.objects.using(PORTAL).order_by("-size").first()


def sealed(digest: str = "", code: str = "") -> dict[str, Any] | None:
    """What the log holds about bytes somebody has, or about a code somebody read from paper.

    **Shape** {digest, code, what, title, number, body_name, issued_on, entry_id, payload, salt, kind, newest,
    corrections, corrected_at}; payload and salt only when asked by digest, that is by somebody who holds the bytes; by
    code the newest version; `newest`: the digest of the newest version, None where the code is of no original.
    """
    digest, code = digest.strip().lower(), code.strip().upper()
    if not (DIGEST.fullmatch(digest) if digest else CODE.fullmatch(code)):
        return None
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select * from record_reveal(%s, %s)", [digest, code])
        row = cursor.fetchone()
        if row is None:
            return None
        return dict(zip([column.name for column in cursor.description], row, strict=True))


def proof_of(found: dict[str, Any]) -> dict[str, Any]:
    """The proof of what `sealed` found by its bytes.  Raises trail.queries.NotLogged."""
    values = {name: found[name] for name in ("payload", "salt", "kind")}
    recorded = datetime.fromisoformat(json.loads(found["payload"])["p"]["recorded"])
    entry = Entry(id=found["entry_id"], recorded_at=recorded, **values)
    entry._state.db = PORTAL
    return trail.proof_for(entry)


def proof_of_row(row: PublicDecision) -> dict[str, Any]:
    """The proof of what a public row shows now: the publication, or its take-down.  Raises NotLogged."""
    entry = trail.entry_of(row.fact_ref, using=PORTAL)
    if entry is None:
        raise trail.NotLogged("该公示还没有留痕", mend="请告知公示机关")
    return trail.proof_for(entry)


@dataclass(frozen=True)
class Progress:
    """How far a matter has come.  **Shape** `done`: step code → its day; `step`: the one the law wants next, "" at the end."""

    kind: str
    procedure: str
    pack: str
    body_key: UUID
    body_name: str
    power_key: UUID
    done: dict[str, str]
    step: str


def progress(code: str) -> Progress | None:
    """The matter that a progress code, or the code printed on its decision, leads to; None where there is none."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        return None
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select * from disclosure_progress(%s)", [code])
        row = cursor.fetchone()
        if row is None:
            return None
        found: dict[str, Any] = dict(zip([column.name for column in cursor.description], row, strict=True))
    if isinstance(found["done"], str):
        found["done"] = json.loads(found["done"])
    return Progress(**found)


@dataclass(frozen=True)
class Standing:
    """What a numbered document is worth now.

    **Shape** `state`: issued (not public) | published | corrected | revoked (not yet down) | withdrawn.
    """

    code: str
    state: str
    number: str
    body_name: str
    on: date
    title: str
    row: PublicDecision | None = None
    revoked: str = ""  # 撤销, 变更, …
    revoked_by: str = ""
    revoked_on: date | None = None
    newest: str = ""  # digest of the newest version of the document itself
    corrections: int = 0
    corrected_at: datetime | None = None
    entry_id: int | None = None  # the line of the trail in which that version was sealed

    @property
    def log_index(self) -> int | None:
        """Where the log holds the document, counted from 0; None while its line waits to be taken in."""
        entry = self.entry_id
        if entry is None and self.row is not None:
            written = trail.entry_of(self.row.fact_ref, using=PORTAL)
            entry = written.pk if written else None
        return trail.index_of(entry, using=PORTAL) if entry is not None else None


def standing(code: str) -> Standing | None:
    """What the code on a paper leads to; None where no document ever bore it."""
    found, row = sealed(code=code), by_code(code)
    if found is None and row is None:
        return None
    with connections[PORTAL].cursor() as cursor:
        cursor.execute("select kind, organ, revoked_on from disclosure_standing(%s)", [code.strip().upper()])
        gone = cursor.fetchone()
    if row is not None and row.state == PublicDecision.State.WITHDRAWN:
        state = "withdrawn"
    elif gone:
        state = "revoked"
    elif row is None:
        state = "issued"
    else:
        state = "corrected" if row.version > 1 else "published"
    if found:
        known = {
            **{name: found[name] for name in ("number", "body_name", "newest", "corrections", "corrected_at")},
            "on": found["issued_on"],
            "entry_id": found["entry_id"],
        }
    else:
        known = {"number": row.number, "body_name": row.body_name, "on": row.decided_on}  # type: ignore[union-attr]
    return Standing(
        code=code.strip().upper(),
        state=state,
        title=found["title"] if found else "决定书",
        row=row,
        revoked=str(Revocation.Kind(gone[0]).label) if gone else "",
        revoked_by=gone[1] if gone else "",
        revoked_on=gone[2] if gone else None,
        **known,
    )
