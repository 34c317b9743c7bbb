"""Everything a head must see to decide, on one page; and which gates are still closed."""

from datetime import date
from typing import Any

from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.policy.answers import Verdict
from yangguang.record import queries as record
from yangguang.registry.access import Caller
from yangguang.registry.web import address
from yangguang.review import queries as review

from . import queries, wording
from .models import Notice, Statement

# Where what would open a gate is done, and by whom.
MENDS: dict[str, tuple[str, str, str]] = {
    "G1": ("casework:handlers", "变更承办人", "head"),
    "G2": ("casework:handlers", "变更承办人", "head"),
    "G4": ("casework:opening", "审批立案", "head"),
    "G5": ("decision:notify", "去事先告知", "officer"),
    "G6": ("decision:statement", "记录陈述申辩", "officer"),
    "G7": ("decision:notify", "去告知听证权利", "officer"),
    "G8": ("decision:hearing_answer", "回应听证笔录", "officer"),
    "G9": ("review:submit", "去送法制审核", "officer"),
    "G10": ("decision:deliberate", "去集体讨论", "head"),
    "G12": ("casework:propose", "修改处理意见", "officer"),
    "G13": ("casework:propose", "修改处理意见", "officer"),
    "G70": ("casework:propose", "修改处理意见", "officer"),
}


def context(case: Case, proposal: Proposal, caller: Caller, today: date) -> dict[str, Any]:
    """Facts, evidence, review, notice, defence, and the verdict of every gate."""
    notice = queries.notice_of(case)
    said = queries.statement_of(notice) if notice else None
    pack = cases.pack_of(case)
    found = queries.verdicts(proposal, caller.officer if caller.has("head") else None, today)
    shown = [wording.verdict(pack, one) | _mend(one, case, proposal, notice, said, caller) for one in found]
    given = review.given(case)
    return {
        "proposal": proposal,
        "fined_before": queries.fined_before(case) if proposal.body["fine_fen"] else [],
        "once_only": cases.clauses_of(case, "CN-PEN-29"),
        "draft": wording.draft(proposal),
        "penalties": wording.penalties(proposal.body),
        "evidence": [wording.tile(item, proves) for item, proves in queries.draft_items(proposal)],
        "reviews": [
            {
                "review": one,
                "this_draft": one.proposal_id == proposal.pk,
                "problems": [row for row in one.findings if row["finding"] == "problem"],
            }
            for one in reversed(given)
        ],
        "review_needed": review.required(proposal),
        "notice": notice,
        "service": queries.served_as_it_stands(notice.item) if notice else None,
        "same_draft": bool(notice and notice.proposal_id == proposal.pk),
        "statement": said,
        "answer": getattr(said, "answer", None),
        "deliberation": proposal.deliberations.select_related("item").order_by("-at").first(),
        "verdicts": shown,
        "closed": [one for one in shown if one["state"] != "passed"],
        "passed": sum(one["state"] == "passed" for one in shown),
    }


def _mend(
    found: Verdict, case: Case, proposal: Proposal, notice: Notice | None, said: Statement | None, caller: Caller
) -> dict[str, str]:
    """The one link that leads to opening a gate, if the reader is the one who can."""
    name, action, role = MENDS.get(found.code, ("", "", ""))
    key: Any = [case.pk]
    if found.code == "G9":
        key = [proposal.pk]
    if found.code == "G5" and notice and not queries.served_as_it_stands(notice.item):
        name, action = "decision:serve", "去送达告知书"
        key = [case.pk, record.corrections(notice.item)[-1].pk]
    if found.code == "G7" and notice and notice.hearing:
        name, action = "decision:hearing_ask", "登记是否要求听证"
    if found.code == "G6" and said and said.how == Statement.How.STATED:
        name, action = "decision:answer", "去复核陈述申辩"
    may = caller.has(role) and (role != "officer" or cases.handles(caller.officer, case))
    if found.state == "passed" or not name or not may:
        return {"url": "", "action": ""}
    return {"url": address(name, *key), "action": action}
