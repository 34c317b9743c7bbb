"""The projections, made again from the facts and the trail, and compared with what the tables hold.

A projection is what lists and the portal read: where a case stands (CaseState), what is owed (OpenDuty), what the public
sees (PublicDecision), and which bytes are sealed (Seal).  None of them is evidence; all of them follow from rows that are written once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as steps
from yangguang.casework.course import route
from yangguang.casework.handlers import actions as handlers
from yangguang.casework.models import Case, CaseState, CaseTally, HandlerChange
from yangguang.casework.progress import MOVES
from yangguang.decision import queries as decisions
from yangguang.decision.models import Issuance, Service
from yangguang.decision.remedy import queries as remedies
from yangguang.disclosure import actions as disclosure
from yangguang.disclosure import queries as disclosures
from yangguang.disclosure import redaction
from yangguang.disclosure.models import Publication, PublicDecision, Takedown
from yangguang.duty.models import Duty, OpenDuty
from yangguang.record import queries as records
from yangguang.record.models import Item, Number, Seal
from yangguang.registry import access
from yangguang.trail.models import Entry

OWNER = "owner"  # sees every body's rows, and may take away what no fact speaks of
BATCH = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Difference:
    """A row that is not what the facts make it: which, where, and what each side says."""

    table: str
    key: str
    what: str  # missing | stray | differs
    fields: dict[str, tuple[Any, Any]]  # name → (in the table, by the facts)

    @property
    def message(self) -> str:
        name = f"{self.table} {self.key}"
        if self.what == "missing":
            return f"{name}：缺少这一行"
        if self.what == "stray":
            return f"{name}：没有任何事实与这一行对应"
        told = "；".join(
            f"{field} 现为 {_short(is_)}，应为 {_short(ought)}" for field, (is_, ought) in self.fields.items()
        )
        return f"{name}：{told}"


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def differences(mend: bool) -> Iterator[Difference]:
    """Each row that differs; with `mend` it is set right as it is found, in one transaction with the rest."""
    with transaction.atomic(using=OWNER):
        with connections[OWNER].cursor() as cursor:
            # One moment: a case that moves meanwhile is not a difference.  A mend waits for no action and no action for it.
            cursor.execute("set transaction isolation level repeatable read" + ("" if mend else ", read only"))
        for model, rows in (
            (CaseState, _states()),
            (OpenDuty, _open()),
            (Seal, _seals()),
            (PublicDecision, _public()),
        ):
            yield from _compare(model, rows, mend)
        yield from _counted(mend)
        yield from _worded(mend)


# ---- compare -----------------------------------------------------------------------------------------------------


def _compare(model: type[models.Model], made: Iterable[models.Model], mend: bool) -> Iterator[Difference]:
    table, seen = str(model._meta.verbose_name), set()
    for batch in _batches(made):
        stored = model._default_manager.using(OWNER).in_bulk([row.pk for row in batch])
        for row in batch:
            seen.add(row.pk)
            there = stored.get(row.pk)
            if there is None:
                found = Difference(table, str(row.pk), "missing", {})
            else:
                fields = _differing(there, row)
                if not fields:
                    continue
                found = Difference(table, str(row.pk), "differs", fields)
            if mend:
                row.save(using=OWNER)
                if isinstance(row, PublicDecision):
                    disclosure.index(row, OWNER)
            yield found
    for pk in model._default_manager.using(OWNER).values_list("pk", flat=True).iterator(1000):
        if pk not in seen:
            if mend:
                model._default_manager.using(OWNER).filter(pk=pk).delete()
            yield Difference(table, str(pk), "stray", {})


def _differing(there: models.Model, row: models.Model) -> dict[str, tuple[Any, Any]]:
    found = {}
    for field in row._meta.concrete_fields:
        if field.name == "tsv":
            continue
        is_, ought = getattr(there, field.attname), getattr(row, field.attname)
        if is_ != ought:
            found[str(field.verbose_name)] = (is_, ought)
    if isinstance(row, PublicDecision) and not _indexed(row):
        found["检索词"] = ("旧", "新")
    return found


def _indexed(row: PublicDecision) -> bool:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "select tsv is not distinct from (%s::tsvector || %s::tsvector) from disclosure_publicdecision where code = %s",
            [*disclosure.words(row), row.code],
        )
        return bool(cursor.fetchone()[0])


# ---- where each case stands --------------------------------------------------------------------------------------


def _states() -> Iterator[CaseState]:
    found = Case.objects.using(OWNER).select_related("party", "body", "opening").order_by("pk").iterator(BATCH)
    for batch in _batches(found):
        lines: dict[str, list[Entry]] = defaultdict(list)
        chains = [case.chain for case in batch]
        for entry in Entry.objects.using(OWNER).filter(chain__in=chains, verb__in=MOVES).order_by("chain", "seq"):
            lines[entry.chain].append(entry)
        keys = [case.pk for case in batch]
        served = {
            str(pk): code
            for pk, code in Service.objects.using(OWNER).filter(case__in=keys).values_list("pk", "item__code")
        }
        changes = HandlerChange.objects.using(OWNER).filter(case__in=keys).order_by("at", "id")
        handed = {change.case_id: change for change in changes}  # the latest of each case
        for case in batch:
            with access.within(""):  # where it stands is asked of its file, which the web's role reads
                state = _state(case, lines[case.chain], served)
            handlers.hand_over(state, handed.get(case.pk))
            yield state


def _guided(case: Case) -> CaseState:
    """The projection of a case that follows its course: its steps say where it stands."""
    state, course = casework.first_state(case), route.of(case)
    number = Number.objects.using(OWNER).filter(subject=case.chain, scope=case.scope, at=case.at).order_by("id").first()
    first = course.act.steps[0]
    state.number, state.opened_on = str(number or ""), case.applied_on
    state.step, state.desk = first.code, steps.desk(first)
    if course.taken:
        steps.settle(state, course, course.taken[-1].at)
    asked = case.requests.select_related("answer").order_by("-at").first()
    if asked is not None and asked.at >= state.moved_at:
        answer = getattr(asked, "answer", None)
        state.moved_at = answer.at if answer else asked.at
        state.desk = steps.desk(course.now, asked=answer is None)
    return state


def _state(case: Case, lines: Sequence[Entry], served: dict[str, str]) -> CaseState:
    """The projection of one case, moved by each line of its trail.  **Shape** `served`: service → code of the paper."""
    if case.guided:
        return _guided(case)
    state, owed, paid = casework.first_state(case), 0, 0
    for entry in lines:
        said = json.loads(entry.payload)["p"]
        row, at = said["row"], datetime.fromisoformat(said["at"])
        also: dict[str, Any] = {}
        match entry.verb:
            case "casework.answer_opening" | "casework.open_severed":
                also = {"number": row["number"], "opened_on": _day(row) if row["approved"] else None}
            case "decision.serve":
                row = {"code": served.get(row["id"], "")}
            case "decision.decide":
                also, owed = {"decided_on": _day(row)}, row["fine_fen"] + row["confiscation_fen"]
            case "decision.answer_exemption":
                also = {"decided_on": timezone.localdate(at) if row["approved"] else None}
            case "decision.perform":
                paid += row["amount_fen"]
                if paid < owed:
                    continue  # a part of it does not end the step
            case "decision.end_remedy":
                against = row["outcome"] in remedies.AGAINST
                if row["outcome"] in remedies.VOIDED:
                    owed = 0
                elif row["fine_fen"] is not None:
                    owed = row["fine_fen"]
                row = {"settled": against and paid >= owed}
            case "decision.close":
                also = {"closed_on": _day(row)}
        casework.move(state, entry.verb, row, at, **also)
    state.step = cases.next_step(case, state.done)
    return state


def _day(row: dict[str, Any]) -> date:
    return date.fromisoformat(row["on"])


def _open() -> Iterator[OpenDuty]:
    for one in Duty.objects.using(OWNER).filter(discharge__isnull=True).order_by("pk").iterator(BATCH):
        yield OpenDuty(duty=one, scope=one.scope, rule=one.rule, subject=one.subject, due_on=one.due_on)


def _counted(mend: bool) -> Iterator[Difference]:
    """How many cases stand where, against the cases that do."""
    by = ("scope", "kind", "step", "ended")
    told = CaseTally.objects.using(OWNER).values_list(*by).annotate(many=models.Sum("n")).order_by()
    stand = CaseState.objects.using(OWNER).annotate(ended=models.Q(closed_on__isnull=False)).values_list(*by)
    are = {tuple(key): many for *key, many in stand.annotate(many=models.Count("pk")).order_by()}
    said = {tuple(key): many for *key, many in told if many}
    for key in sorted({*are, *said}):
        is_, ought = said.get(key, 0), are.get(key, 0)
        if is_ == ought:
            continue
        if mend:
            CaseTally.objects.using(OWNER).create(**dict(zip(by, key, strict=True)), n=ought - is_)
        yield Difference("案件件数", " ".join(map(str, key)), "differs", {"件数": (is_, ought)})


def _worded(mend: bool) -> Iterator[Difference]:
    """The words a case is found by, against its title, its number and its party's name."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "select s.case_id, s.title from casework_casestate s left join casework_words k using (case_id)"
            " where k.pieces is distinct from casework_pieces(casework_line(s), 1) or k.scope <> s.scope"
        )
        found = cursor.fetchall()
        for pk, title in found:
            if mend:
                cursor.execute("delete from casework_words where case_id = %s", [pk])
                cursor.execute(
                    "insert into casework_words select s.case_id, s.scope, casework_pieces(casework_line(s), 1)"
                    " from casework_casestate s where s.case_id = %s",
                    [pk],
                )
            yield Difference("案件检索", str(pk), "differs", {"检索字": ("与案件不符", title)})


# ---- what is sealed, and what the public sees --------------------------------------------------------------------


def _seals() -> Iterator[Seal]:
    known = set()
    issued = Issuance.objects.using(OWNER).select_related("item", "case__body").order_by("pk")
    shown = Publication.objects.using(OWNER).select_related("issuance", "item", "case__body").order_by("pk")
    for paper in Item.objects.using(OWNER).filter(meta__has_key="code").order_by("pk").iterator(BATCH):
        known.add(paper.digest)
        yield Seal(**records.sealed(paper))
    for row in issued.iterator(BATCH):
        if row.digest not in known:  # a document that bore its code from the beginning was sealed then
            known.add(row.digest)
            yield Seal(**decisions.sealed(row))
    for one in shown.iterator(BATCH):
        if one.digest not in known:  # the same bytes published twice were sealed the first time
            known.add(one.digest)
            yield Seal(**disclosures.sealed_public(one))


def _public() -> Iterator[PublicDecision]:
    found = (
        Publication.objects.using(OWNER)
        .select_related("item", "issuance__item", "issuance__decision", "case__body", "case__power")
        .order_by("issuance_id", "version")
    )
    row: PublicDecision | None = None
    last: Publication | None = None
    for one in found.iterator(BATCH):
        if row is None or row.code != one.issuance.code:
            if row is not None:
                yield _ended(row, last)
            row = PublicDecision(code=one.issuance.code, history=[])
        marks = redaction.remembered(one.marks)
        with access.within(""):
            _, places = disclosures.public_text(_published(one), marks, on=one.issuance.on)
        disclosure.show(row, one, places)
        last = one
    if row is not None:
        yield _ended(row, last)


def _published(one: Publication) -> Item:
    """The paper a publication was made from: the decision as it stood then, before or after a correction."""
    first: Item = one.issuance.item
    if first.digest == one.item.meta["original"]:
        return first
    papers = Item.objects.using(OWNER).filter(dossier=first.dossier_id, code=first.code)
    found: Item = papers.get(digest=one.item.meta["original"])
    return found


def _ended(row: PublicDecision, last: Publication | None) -> PublicDecision:
    """The row as the take-down of its last version left it, if it was taken down."""
    gone = Takedown.objects.using(OWNER).filter(publication=last).select_related("case__body", "revocation").first()
    if gone is not None:
        gone.publication = last  # type: ignore[assignment]
        disclosure.withdraw(row, gone)
    return row
