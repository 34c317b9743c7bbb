"""The disclosure desk's own readings: what waits with its clock, the marks in their places, what the public will see."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet

from yangguang.casework import finding
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, CaseState
from yangguang.decision.models import Issuance, Revocation
from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.policy.answers import Answer
from yangguang.record import documents
from yangguang.registry.access import Caller, below

from . import queries, redaction
from .models import ErrorFound, Publication
from .redaction import Mark

PUBLISH, CORRECT, TAKE_DOWN = "D07", "D10", "D09"  # the clocks of the desk
DOWN_OTHERS = "D09b"  # until when what is no penalty comes down
OTHERS = "D08"  # until when a decision that is neither a licence nor a penalty is published
CASE = tuple(f"case__{name}" for name in (*cases.CASE, "state", "clue"))
ISSUED = tuple(f"issuance__{name}" for name in ("item", "decision__proposal", *CASE))


# ---- one of the caller's bodies ------------------------------------------------------------------------------------


def issuance(caller: Caller, pk: UUID) -> Issuance | None:
    """A decision document of the caller's bodies."""
    found = Issuance.objects.filter(below(caller.scope)).select_related("item__dossier", "decision__proposal", *CASE)
    return found.filter(pk=pk).first()


def publication(caller: Caller, pk: UUID) -> Publication | None:
    """A published version of the caller's bodies."""
    found = Publication.objects.filter(below(caller.scope)).select_related("takedown", "item", *ISSUED, *CASE)
    return found.filter(pk=pk).first()


def revocation(publication: Publication) -> Revocation | None:
    """Why the decision no longer stands, if it does not."""
    issued = publication.issuance
    of = {"decision": issued.decision_id} if issued.decision_id else {"document": issued.item_id}
    return Revocation.objects.filter(**of).select_related("case__party", "by").order_by("-at", "-id").first()


def errors(publication: Publication) -> list[ErrorFound]:
    """The errors found in any version of this decision, the latest first."""
    return list(
        ErrorFound.objects.filter(publication__issuance_id=publication.issuance_id)
        .select_related("by", "publication")
        .order_by("-at", "-id")
    )


# ---- the four lists ------------------------------------------------------------------------------------------------


def lists(caller: Caller, text: str = "") -> dict[str, QuerySet]:
    """What waits, by what it waits for.  The keys are the tabs of the desk."""
    on_show = queries.shown(caller).select_related("issuance", "case__party", "case__body")
    found: dict[str, QuerySet] = {
        "publish": queries.to_publish(caller)
        .filter(~Exists(queries.undone()))
        .select_related("case__power", "decision"),
        "correct": queries.to_correct(caller).select_related("publication__issuance", "by", "case__party"),
        "down": on_show.filter(Exists(queries.undone("issuance__"))),
        "shown": on_show,
        "withheld": queries.withheld(caller).select_related("case__party"),
    }
    if text:
        return {name: rows.filter(finding.named(text)) for name, rows in found.items()}
    return found


def courses(caller: Caller, text: str = "") -> QuerySet[CaseState]:
    """Cases of other kinds whose next step is that their decision becomes public, the oldest first."""
    rows = cases.states(caller).filter(desk="disclosure", step="disclose")
    if text:
        rows = rows.filter(finding.named(text))
    return rows.select_related("case").order_by("moved_at", "case_id")


ORDER = {
    "publish": ("on", "id"),
    "correct": ("at", "id"),
    "down": ("-at", "-id"),
    "shown": ("-at", "-id"),
    "withheld": ("-at", "-id"),
}


def clocks(these: Iterable[Case], rule: str) -> dict[str, Duty]:
    """The running deadline of one rule for each case, by its chain: one query for a whole list."""
    rules = (rule, {PUBLISH: OTHERS, TAKE_DOWN: DOWN_OTHERS}.get(rule, rule))
    found = Duty.objects.filter(subject__in=[case.chain for case in these], rule__in=rules, discharge__isnull=True)
    return {duty.subject: duty for duty in found.order_by("-due_on", "-id")}


def overdue(caller: Caller, today: date) -> dict[str, int]:
    """How many of each clock have run out."""
    late = duties.overdue(caller.scope, today).filter(rule__in=(PUBLISH, OTHERS, CORRECT, TAKE_DOWN, DOWN_OTHERS))
    counts: dict[str, int] = {}
    for rule in late.values_list("rule", flat=True):
        counts[rule] = counts.get(rule, 0) + 1
    return counts


def as_deadline(answer: Answer) -> dict[str, Any] | None:
    """An answer whose value is a day, as the deadline component takes it."""
    if answer.value is None:
        return None
    return {
        "due": answer.value,
        "days": answer.days,
        "because": answer.because,
        "outvoted": answer.outvoted,
        "explain": answer.explain,
        "unit": "working_day" if any(not day.counted for day in answer.days[1:]) else "",
        "provisional": answer.provisional,
    }


# ---- the marks in their places -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One field of the document with the proposed marks that stand in it."""

    name: str
    label: str
    text: str
    marks: tuple[Mark, ...]

    @property
    def spans(self) -> list[dict[str, Any]]:
        """The marks as the masked text component takes them."""
        return [
            {"start": m.start, "end": m.end, "ground": m.ground_text, "clause": m.clause, "cover": m.shown}
            for m in self.marks
        ]


def parts(issued: Issuance, marks: Sequence[Mark]) -> list[Part]:
    """The document field by field, in the order of its form; fields that carry nothing to read are left out."""
    template = documents.template(issued.item.code)
    order = {field.name: (n, field.label) for n, field in enumerate(template.fields)}
    inner = {f"{field.name}.{one.name}": one.label for field in template.fields for one in field.of}
    found = []
    for name, text in redaction.texts(issued.paper.data):
        plain = re.sub(r"\.\d+\.", ".", name)
        row = re.search(r"\.(\d+)\.", name)
        place, label = order.get(name) or order.get(name.partition(".")[0], (len(order), name))
        if row:
            label = f"{label}第 {int(row[1]) + 1} 项：{inner.get(plain, plain)}"
        if name == "party.kind":
            continue
        found.append((place, Part(name, label, text, tuple(m for m in marks if m.field == name))))
    return [part for _, part in sorted(found, key=lambda one: one[0])]


def by_hand_before(published: Publication) -> list[tuple[str, str]]:
    """The words a person hid by hand in this version: a correction must not bring them back."""
    codes = {words: code for code, words in redaction.GROUNDS.items()}
    where = dict(redaction.texts(published.issuance.paper.data))
    found = dict.fromkeys(
        (where[one["field"]][one["start"] : one["end"]], codes.get(one["ground"], "other"))
        for one in published.marks
        if one["source"] == "person" and one["field"] in where
    )
    return list(found)


@dataclass(frozen=True)
class Preview:
    """Exactly what the public would see, and what still stands against it."""

    text: str
    spans: list[dict[str, Any]]
    summary: dict[str, str]
    open: int  # proposed marks that nobody settled: shown as hidden, but not publishable
    declined: int
    absent: list[str]  # words to hide that the document does not hold
    leaks: list[str]


def preview(
    issued: Issuance,
    summary: dict[str, str],
    confirmed: set[str],
    declined: dict[str, str],
    added: Sequence[tuple[str, str]],
) -> Preview:
    """The public version as the form stands now.  An unsettled mark is shown hidden: nothing goes out by neglect."""
    marks = queries.proposed_marks(issued)
    shown = {mark.id for mark in marks if mark.id not in confirmed and len(declined.get(mark.id, "").strip()) >= 4}
    hidden = [mark for mark in marks if mark.id not in shown]
    absent = []
    for words, ground in added:
        found = redaction.by_hand(issued.paper.data, words, ground)
        absent += [] if found else [words]
        hidden += found
    text, places = queries.public_text(issued.paper, hidden, on=issued.on)
    spans = [{**one, "cover": text[one["start"] : one["end"]], "confirmed": True} for one in places]
    everything = "\n".join([text, *(str(value) for value in summary.values())])
    return Preview(
        text=text,
        spans=spans,
        summary=summary,
        open=sum(mark.id not in confirmed and mark.id not in shown for mark in marks),
        declined=len(shown),
        absent=absent,
        leaks=redaction.leaks(everything, issued.case.party),
    )


def original(mark: Mark) -> Mark:
    """A mark with its words cut to what a line can carry."""
    return mark if len(mark.original) <= 60 else replace(mark, original=f"{mark.original[:60]}…")
