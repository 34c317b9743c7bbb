"""Reads of legal review: whether it is due, who may give it, what the rules say of the draft."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yangguang.casework import queries as casework
from yangguang.casework.models import Case, Proposal
from yangguang.policy.answers import Answer, Verdict
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer

from .models import Review, Submission

CHECKED = ("G1", "G2", "G3", "G4", "G12")  # what can be known of a draft before notice and decision
FINAL = {"passed", "revise", "refused", "transfer"}


def required(proposal: Proposal) -> Answer:
    """Whether this draft needs review, and why."""
    return casework.review_answer(proposal.case, proposal.body, proposal.at.date())


def passed(proposal: Proposal) -> Review | None:
    """The review that passed this very draft, or None."""
    return Review.objects.filter(proposal=proposal, draft_digest=proposal.digest, outcome=Review.Outcome.PASSED).first()


def checklist(case: Case) -> list[dict[str, Any]]:
    """The items a reviewer must find on, in the pack's words.

    **Shape** [{item, title, because}].
    """
    answer = casework.pack_of(case).ask("review_checklist", facts={"kind": case.kind}, on=case.applied_on)
    words = {d["item"]: d["text"] for d in answer.details if "item" in d}
    return [{"item": key, "title": words.get(key, key), "because": answer.because} for key in answer.value or ()]


def verdicts(proposal: Proposal, on: date) -> list[Verdict]:
    """The rules that can be checked by machine on this draft, each with its clause."""
    case = proposal.case
    facts = {**casework.gate_facts(case, on), **draft_facts(proposal)}
    return [casework.pack_of(case).gate(code, facts) for code in CHECKED]


def draft_facts(proposal: Proposal) -> dict[str, Any]:
    body = proposal.body
    grade = next((g for g in proposal.case.power.discretion if g["grade"] == body["grade"]), None)
    within = grade is None or grade["fine_min_fen"] <= body["fine_fen"] <= grade["fine_max_fen"]
    return {"within_benchmark": within, "deviation_reason_given": bool(body["deviation"])}


def may_review(officer: Officer, case: Case, on: date) -> str:
    """Why this person may not review this case; "" when they may.  **Clause** 行政处罚法 art. 58; G9."""
    if casework.handles(officer, case):
        return f"{officer.name}是本案承办人，不得审核本案"
    if registry.qualification(officer, on) is None:
        return f"{officer.name}没有登记法制审核资格"
    if not qualified(officer, case, on):
        return f"{officer.name}不符合法制审核人员的任职条件"
    if registry.recused(officer.key, case.chain):
        return f"{officer.name}应当回避本案"
    return ""


def qualified(officer: Officer, case: Case, on: date) -> bool:
    """Whether the pack accepts this person as reviewer of such a case."""
    held = registry.qualification(officer, on)
    facts = {
        "kind": case.kind,
        "has_legal_qualification": bool(held and held.kind == "legal_professional"),
        "legal_background": held is not None,
        "is_handler": casework.handles(officer, case),
        "is_counsel": False,
    }
    return casework.pack_of(case).ask("reviewer_ok", facts=facts, on=on).value is True


def waiting(caller: Caller) -> QuerySet[Submission]:
    """Submissions of the caller's body without a final opinion, the oldest first; never one's own case."""
    final = Review.objects.filter(submission=OuterRef("pk"), outcome__in=FINAL)
    key = caller.officer.key
    return (
        Submission.objects.filter(below(caller.scope))
        .filter(~Exists(final))
        .exclude(case__handler1_key=key)
        .exclude(case__handler2_key=key)
        .select_related("case__state", "case__body", "case__party", "proposal", "by")
        .order_by("at")
    )


def given(case: Case) -> list[Review]:
    """All opinions of a case, in order."""
    return list(
        Review.objects.filter(case=case).select_related("by", "proposal", "item", "qualification").order_by("at", "id")
    )
