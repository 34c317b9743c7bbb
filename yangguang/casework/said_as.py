"""Enter once: which field of a document is which fact of a course, where the two bear different names.

A fact that was said, at this step or before, is printed in every document that asks for it; nobody types it again.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from yangguang.record.documents import Field

NOT = "not "  # the document asks the opposite of the fact

ANYWHERE: Mapping[tuple[str, str], tuple[str, ...]] = {  # (field, its type): a field of another type is another thing
    ("fine", "fen"): ("fine_fen",),
    ("facts", "long"): ("violation_facts",),
    ("basis", "long"): ("legal_basis", "licence_basis", "levy_basis"),
    ("paid", "fen"): ("paid_fen",),
    ("voucher_no", "text"): ("treasury_receipt_no", "receipt_no"),
    ("surcharge", "fen"): ("surcharge_fen",),
}
IN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "receipt": {
        "payable": ("charge_fen", "levy_fen", "obligation_fen", "fine_fen"),
        "decision_no": ("decision_no", "charge_notice_no", "base_decision_no"),
    },
    "charge_refund": {"receipt_no": ("treasury_receipt_no",)},
    "service_receipt": {"method": ("service_method",)},
    "scene_record": {
        "started_at": ("scene_at",),
        "place": ("scene_place",),
        "findings": ("scene_findings",),
        "witness": ("witness_name",),
    },
    "inspection_plan": {"content": ("inspection_plan",)},
    "inspection_approval": {"content": ("inspection_plan",)},
    "inspection_notice": {"content": ("inspection_plan",)},
    "clue_record": {"summary": ("clue_summary",)},
    "defence_record": {"words": ("statement_text",), "waived": (NOT + "statement_made",)},
    "review_of_defence": {"conclusion": ("statement_answer",)},
    "execution_scene_record": {"started_at": ("execution_at",), "findings": ("execution_result",)},
    "deposit_transfer_notice": {"amount": ("obligation_fen",)},
    "surcharge_notice": {"due_on": ("performance_due_on",)},
    "substitute_record": {"result": ("execution_result",)},
    "substitute_notice": {"done_at": ("execution_at",), "result": ("execution_result",)},
    "execution_reversal": {"reason": ("reversal_text",)},
    "closure_report": {
        "fine_paid": ("paid_fen",),
        "executed_on": ("paid_on", "execution_at"),
        "result": ("execution_result",),
    },
    "seal_seize_decision": {"kind": ("measure_type",), "from": ("implemented_at",)},
    "measure_decision": {"from": ("implemented_at",)},
    "freeze_notice": {"amount": ("frozen_fen",), "from": ("implemented_at",)},
    "freeze_decision": {"from": ("implemented_at",)},
    "summary_penalty_decision": {"place": ("scene_place",), "happened_at": ("scene_at",)},
    "summary_penalty_filing": {"place": ("scene_place",), "happened_at": ("scene_at",)},
    "relief_application": {"amount": ("levy_fen",), "until": ("deferred_until",)},
    "relief_approval": {"amount": ("levy_fen",)},
    "relief_decision": {"amount": ("levy_fen",), "reason": ("relief_reason",)},
    "late_fee_decision": {"due_on": ("payment_due_on",)},
    "compensation_agreement": {"amount": ("housing_compensation_fen",)},
    "household_file": {"amount": ("housing_compensation_fen",)},
    "valuation_review": {"original": ("value_fen",)},
    "licence_approval": {
        "examination": ("examination_text",),
        "review": ("review_opinion",),
        "heard": ("statement_text",),
    },
    "collective_minutes": {"review": ("review_opinion",)},
    "verification_record": {"started_at": ("verification_at",)},
    "licence_denial": {"heard": ("statement_text",)},
    "licence_certificate": {"basis": ("decision_no",)},
    "not_needed_notice": {"reason": ("refusal_reason",)},
    "measure_scene_record": {
        "started_at": ("scene_at",),
        "place": ("scene_place",),
        "findings": ("scene_findings",),
        "told": ("rights_explained",),
        "party_words": ("statement_text",),
    },
    "measure_approval": {"until": ("measure_until",)},
    "family_notice": {"reason": ("measure_reason",)},
    "levy_assessment": {"declared": ("declared_quantity",)},
    "demand_letter": {
        "base_decision_no": ("base_decision_no", "decision_no"),
        "obligation_fen": ("obligation_fen", "levy_fen"),
    },
    "court_enforcement_application": {"base_decision_no": ("base_decision_no", "decision_no")},
}


def facts_of(code: str, field: Field) -> tuple[str, ...]:
    """The facts that fill this field of this document, the most telling first."""
    own = IN.get(code, {}).get(field.name)
    return own if own is not None else ANYWHERE.get((field.name, field.type), ())


def will_be_said(code: str, field: Field, asked: Mapping[str, bool]) -> bool:
    """Whether the answers of a step fill this field.  **Shape** `asked`: fact → whether it has to be answered."""
    for name in facts_of(code, field):
        must = asked.get(name.removeprefix(NOT))
        if must is not None:
            return must or not field.required
    return False


def value(code: str, field: Field, said: Mapping[str, Any]) -> Any:
    """What was said of this field under the name of a fact; None where nothing was, or nothing it can print."""
    for name in facts_of(code, field):
        told = said.get(name.removeprefix(NOT))
        if told in (None, "", []):
            continue
        if name.startswith(NOT):
            return not told
        return _fitting(field, told)
    return None


def _fitting(field: Field, told: Any) -> Any:
    if field.type == "date" and isinstance(told, str) and len(told) > 10:
        moment = datetime.fromisoformat(told)
        return (timezone.localdate(moment) if moment.tzinfo else moment.date()).isoformat()
    if field.type == "choice":
        return told if told in {key for key, _ in field.options} else None
    return told


def names() -> Collection[tuple[str, str, str]]:
    """Every line of the tables: document or "", field, fact."""
    lines = [("", field, fact) for (field, _), facts in ANYWHERE.items() for fact in facts]
    lines += [(code, field, fact) for code, told in IN.items() for field, facts in told.items() for fact in facts]
    return lines
