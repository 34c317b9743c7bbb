"""Enter once: what the fields of a step of a course start with, and which of them another field of the page says.

A start is shown with its source and may be written over; what another field says is not asked at all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.policy.errors import PolicyError
from yangguang.policy.facts import FactSpec
from yangguang.record import documents
from yangguang.record import queries as record
from yangguang.record.documents import Field
from yangguang.record.models import Item

from .. import said_as
from ..prefill import Start, look
from .route import Course
from .told import day

# A fact that a document made at the same step says: (document, field) → the facts it is.
SAYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("service_receipt", "served_at"): (
        "served_on", "demand_served_on", "freeze_decision_served_on", "supplement_told_on"
    ),
    ("material_receipt", "materials"): ("materials_list",),
    ("supplement_notice", "items"): ("supplement_items",),
    ("hearing_notice", "hearing_at"): ("hearing_on",),
    ("hearing_record", "hearing_at"): ("hearing_on",),
    ("requisition_inventory", "goods"): ("inventory_text",),
    ("requisition_use_record", "entries"): ("use_log",),
    ("return_list", "returned_at"): ("goods_returned_on",),
    ("recheck_record", "started_at"): ("rechecked_on",),
}  # fmt: skip
# The number of another document, where a form asks for it: field → the documents, the likeliest first.
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "substitute_no": ("substitute_decision",),
    "suspension_no": ("execution_suspension",),
    "correction_no": ("correction_order",),
    "demand_no": ("demand_letter",),
    "notice_no": (
        "hearing_right_notice", "demand_letter", "withdrawal_prior_notice", "annulment_prior_notice",
        "interested_party_notice",
    ),
}  # fmt: skip
SUPPLIED = frozenset({"decision_no", "charge_notice_no"})  # allotted with the document that bears it
NOT_CARRIED = ("started_at", "ended_at", "served_at", "listed_at", "returned_at", "recorder", "note", "entries")
TODAY = frozenset({
    "decided_on", "accepted_on", "approved_on", "assessed_on", "closed_on", "released_on", "suspended_on",
    "compensation_decided_on", "issued_on", "examined_on", "recorded_on", "reported_on", "agreed_on", "sealed_on",
    "ended_on", "resumed_on",
})  # fmt: skip
FOUND = frozenset({"materials_received_on", "declared_on", "renewal_applied_on", "clue_received_on"})
DUE: Mapping[str, tuple[tuple[str, str, Mapping[str, Any]], ...]] = {  # the last day of a deadline: (rule, start, when)
    "statutory_due_on": (
        ("D32", "accepted_on", {"joint_handling": True}), ("D31", "accepted_on", {}),
    ),
    "extended_to": (("D32b", "accepted_on", {"joint_handling": True}), ("D31b", "accepted_on", {})),
    "measure_until": (
        ("D42b", "implemented_at", {"measure_type": "freezing"}),
        ("D41", "implemented_at", {"measure_type": "sealing"}), ("D41", "implemented_at", {"measure_type": "seizure"}),
    ),
    "measure_extended_until": (
        ("D42d", "implemented_at", {"measure_type": "freezing"}),
        ("D41c", "implemented_at", {"measure_type": "sealing"}), ("D41c", "implemented_at", {"measure_type": "seizure"}),
    ),
}  # fmt: skip
LIMITS: Mapping[tuple[str, str], str] = {  # the days a deadline gives, as a document states them
    ("hearing_right_notice", "hearing_days"): "D35a",
    ("interested_party_notice", "reply_days"): "D35a",
}
ANSWERED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # a condition that was met: by facts, by papers
    "hearing_offered": ((), ("hearing_right_notice",)),
    "hearing_window_over_or_closed": (("hearing_held",), ()),
    "hearing_announced": ((), ("hearing_announcement",)),
    "inspection_approved": (("approved_on", "made_up_approval_on"), ()),
    "inspection_notice_issued": ((), ("inspection_notice",)),
    "requisition_notice_served": (("served_on",), ()),
}
HANDLERS = "承办人员登记"
APPROVED = frozenset({"measure_approved", "measure_extension_approved"})  # what a head says by approving the step


@dataclass(frozen=True)
class Begun:
    """The starts of one step of one case."""

    course: Course
    codes: tuple[str, ...]
    kept: tuple[Item, ...]

    # ---- facts -------------------------------------------------------------------------------------------------

    def fact(self, one: FactSpec) -> Start | None:
        """What a fact starts with that no earlier step said."""
        if one.name in FOUND:
            return Start(self.course.case.found_on, "开始办理时的登记")
        if one.name == "examiner_names":
            case = self.course.case
            return Start(f"{case.handler1.name}、{case.handler2.name}", HANDLERS)
        if one.name == "accepted_on" and self._deemed:
            return Start(day(self.course.facts.get("materials_received_on")), "收到申请材料之日：依法自该日起即为受理")
        if one.name in DUE:
            return self._due(one.name)
        if one.name == "hearing_held":
            return Start(True, "本环节") if self._hears else None
        if one.name in APPROVED:
            return Start(True, "负责人批准本次提请即为批准；负责人已决定不批准的，改为“否”")
        return self._told_on_paper(one) or (self._today(one.name) if one.type == "date" else None)

    def _told_on_paper(self, one: FactSpec) -> Start | None:
        """What an earlier document says under the name of the fact."""
        fits = {"integer": "int", "money_fen": "fen", "text": "text", "long_text": "long", "date": "date"}
        for item in self.kept:
            field = form.field(one.name) if (form := documents.catalogue().get(item.code)) else None
            if field is None or field.type != fits.get(one.type):
                continue
            if (value := look(item.data, one.name)) not in (None, ""):
                return Start(_shown(field, value), f"《{item.title}》，请核对")
        return None

    def gate(self, name: str) -> Start | None:
        """What a condition starts with that the file shows to be met; who takes the step confirms it."""
        facts, papers = ANSWERED.get(name, ((), ()))
        if any(self.course.facts.get(one) for one in facts):
            return Start(True, "前面环节已办理，请确认")
        found = next((item for item in self.kept if item.code in papers), None)
        return Start(True, f"《{found.title}》，请确认") if found else None

    @property
    def _hears(self) -> bool:
        return "hearing_record" in self.codes

    @property
    def _deemed(self) -> bool:
        """行政许可法 art. 32(1)(4): who was not told in time is accepted from the day the materials came."""
        said = self.course.facts
        return said.get("acceptance_outcome") == "deemed" or said.get("supplement_on_time") is False

    def _today(self, name: str) -> Start | None:
        return Start(timezone.localdate(), "今天；不是今天的，请改写") if name in TODAY else None

    def _due(self, name: str) -> Start | None:
        facts, pack = self.course.facts, self.course.pack
        for rule, start, when in DUE[name]:
            known = facts.get(start)
            if rule not in pack.deadlines or any(facts.get(key) != want for key, want in when.items()):
                continue
            since = day(known) or timezone.localdate()
            try:
                due = pack.deadline(rule, start=since, on=since, facts=self.course.given(), provisional=True).due
            except PolicyError:
                return None
            told = "按法定期限自今天起算" if known in (None, "") else "按法定期限算出"
            return Start(due, f"{told}（{pack.deadlines[rule].title}），请核对")
        return None

    # ---- documents ---------------------------------------------------------------------------------------------

    def document(self, code: str) -> Iterator[tuple[str, Start]]:
        """What the fields of a document start with, by name."""
        for one in documents.template(code).fields:
            start = self._field(code, one)
            if start is not None and start.value not in (None, "", []):
                yield one.name, start

    def _field(self, code: str, one: Field) -> Start | None:
        case = self.course.case
        if one.name in NUMBERS and (item := self._latest(*NUMBERS[one.name])):
            return Start(item.number, f"《{item.title}》")
        if one.name in ("examiner", "receiver") or (one.name == "recorder" and code == "payment_voucher"):
            return Start(case.handler1.name, HANDLERS)
        if one.name in ("investigators", "officers_in_charge"):
            return Start(f"{case.handler1.name}、{case.handler2.name}", HANDLERS)
        if one.name == "approver":
            return Start("本行政机关负责人", "行政许可法第四十二条")
        if (code, one.name) in LIMITS:
            return self._limit(LIMITS[code, one.name])
        if one.name == "base_title" and (base := self.course.decision):
            return Start(base.title, f"《{base.title}》")
        if one.name in DUE and one.type == "date":
            return self._due(one.name)
        if carried := self._carried(code, one):
            return carried
        return self._today(one.name) if one.type == "date" else None

    def _limit(self, rule: str) -> Start | None:
        found = self.course.pack.deadlines.get(rule)
        limits = [line.limit.n for line in found.lines if line.limit is not None] if found else []
        return Start(min(limits), f"法定期限（{found.title}）") if found and limits else None

    def _carried(self, code: str, one: Field) -> Start | None:
        """What an earlier document of the file says of the same thing."""
        if one.name.startswith("signature.") or one.name in NOT_CARRIED or one.name == "number":
            return None
        for item in self.kept:
            form = documents.catalogue().get(item.code)
            same = form.field(one.name) if form is not None and item.code != code else None
            if same is not None and alike(same, one) and (value := look(item.data, one.name)) not in (None, "", []):
                return Start(_shown(one, value), f"《{item.title}》，请核对")
        return None

    def _latest(self, *codes: str) -> Item | None:
        return next((item for code in codes for item in self.kept if item.code == code and item.number), None)


def of(course: Course, codes: Collection[str]) -> Begun:
    kept = [one for one in record.kept(course.case.dossier) if one.code and one.data and one.event != "public"]
    return Begun(course, tuple(codes), tuple(reversed(kept)))


def alike(one: Field, other: Field) -> bool:
    """Whether two fields of two forms ask for the same thing: the same name and words, or rows of the same columns."""
    if one.type != other.type:
        return False
    if one.type == "list":
        return bool(one.of) and [(a.name, a.type) for a in one.of] == [(b.name, b.type) for b in other.of]
    return one.label.endswith(other.label) or other.label.endswith(one.label)


def needed(codes: Collection[str], known: Collection[str]) -> frozenset[str]:
    """The facts without which one of these documents could not be made."""
    forms = [documents.template(code) for code in codes]
    return frozenset(
        name.removeprefix(said_as.NOT)
        for form in forms
        for field in form.fields
        if field.required and not (told := {field.name, *said_as.facts_of(form.code, field)}) & set(known)
        for name in told
    )


def twins(codes: Collection[str], asked: Mapping[str, list[Field]]) -> dict[tuple[str, str], str]:
    """Fields that an earlier document of the same page asks already: (document, field) → that document.

    **Why** not of transcripts: where and when one was written, and who signed it, is its own.
    """
    found: dict[tuple[str, str], str] = {}
    seen: dict[str, tuple[str, Field]] = {}
    for code in codes:
        if documents.template(code).field("started_at") is not None:
            continue
        for one in asked[code]:
            if one.name.startswith("signature.") or one.name in NOT_CARRIED:
                continue
            first = seen.setdefault(one.name, (code, one))
            if first[0] != code and alike(first[1], one):
                found[code, one.name] = first[0]
    return found


def numbers_of(codes: Collection[str]) -> dict[tuple[str, str], str]:
    """Fields that ask for the number of a document made at the same step: (document, field) → that document."""
    forms = documents.catalogue()
    return {
        (code, name): other
        for code in codes if code in forms
        for name, others in NUMBERS.items() if forms[code].field(name) is not None
        for other in others if other in codes and other != code and other in forms and forms[other].number
    }  # fmt: skip


def says(codes: Collection[str], asked: Mapping[str, list[Field]]) -> dict[str, tuple[str, Field]]:
    """The facts that the documents of a page say: fact → (document, field)."""
    found: dict[str, tuple[str, Field]] = {}
    for (code, name), facts in SAYS.items():
        field = next((one for one in asked.get(code, ()) if one.name == name and one.required), None)
        if code in codes and field is not None:
            found |= {fact: (code, field) for fact in facts if fact not in found}
    return found


def as_fact(spec: FactSpec, value: Any) -> Any:
    """What a document says as the fact it is: the day of a moment, rows as lines of text."""
    if isinstance(value, list):
        rows = [" ".join(str(part) for part in row.values()) for row in value]
        return "\n".join(rows) or None
    if spec.type == "date" and isinstance(value, datetime):
        return timezone.localdate(value)
    return value


def _shown(one: Field, value: Any) -> Any:
    """A kept value as a form field takes it."""
    read: Mapping[str, Callable[[str], Any]] = {"date": date.fromisoformat, "datetime": _moment}
    if one.type == "list":
        inner = {part.name: part for part in one.of}
        return [{name: _shown(inner[name], part) for name, part in row.items() if name in inner} for row in value]
    return read[one.type](value) if one.type in read and isinstance(value, str) else value


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return timezone.localtime(found) if found.tzinfo else found
