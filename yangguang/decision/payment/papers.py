"""What the documents of payment say, drawn from its facts."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import facts
from yangguang.registry.models import Officer

from .. import papers, versions
from ..models import Decision
from . import queries
from .models import Deferral, Demand


def _decided(decision: Decision) -> dict[str, Any]:
    return {"decision_no": decision.issuance.number_text, "decided_on": decision.on.isoformat()}


def application(decision: Decision, kind: str, plan: str, reason: str, at: datetime) -> dict[str, Any]:
    party = decision.case.party
    return papers.base(
        decision.case,
        "deferral_application",
        {
            **_decided(decision),
            "fine": decision.fine_fen,
            "kind": kind,
            "plan": plan,
            "reason": reason,
            "signature": {"name": party.legal_rep or party.name, "at": timezone.localtime(at).isoformat()},
        },
    )


def approval(
    deferral: Deferral, granted: bool, instalments: list[dict[str, Any]], opinion: str, by: Officer, on: date
) -> dict[str, Any]:
    decision, word = deferral.decision, "准许" if granted else "不准许"
    return papers.base(
        deferral.case,
        "deferral_approval",
        {
            "decision_no": decision.issuance.number_text,
            "fine": decision.fine_fen,
            "kind": deferral.kind,
            "reason": deferral.reason,
            "instalments": instalments,
            "proposal": f"{word}{deferral.get_kind_display()}。{opinion}",
            "opinions": [facts.opinion("负责人意见", f"{word}。{opinion}", by, on)],
        },
    )


def notice(deferral: Deferral, granted: bool, instalments: list[dict[str, Any]], opinion: str) -> dict[str, Any]:
    decision = deferral.decision
    return papers.base(
        deferral.case,
        "deferral_notice",
        {
            "decision_no": decision.issuance.number_text,
            "applied_on": deferral.on.isoformat(),
            "granted": granted,
            "kind": deferral.kind,
            "fine": decision.fine_fen,
            "instalments": instalments,
            "reason": opinion,
        },
    )


def surcharge_receipt(decision: Decision, amount_fen: int, on: date, receipt_no: str, today: date) -> dict[str, Any]:
    case, found = decision.case, queries.reckon(decision, on)
    return papers.base(
        case,
        "receipt",
        {
            "decision_no": decision.issuance.number_text,
            "payable": found.principal,
            "surcharge": found.surcharge,
            "paid": amount_fen,
            "paid_on": on.isoformat(),
            "way": "bank",
            "bank": case.body.bank,
            "voucher_no": receipt_no,
            "recorder": case.handler1.name,
            "recorded_on": today.isoformat(),
            "note": "缴纳加处罚款",
        },
    )


def demand(decision: Decision, found: queries.Reckoning, due_on: date) -> dict[str, Any]:
    lines = papers.penalty_lines(
        decision.penalties, decision.fine_fen, decision.confiscation_fen, decision.proposal.body["other"]
    )
    wanted = "；".join(line["text"] for line in lines) if found.left else "缴纳加处罚款；决定书确定的罚没款已经缴清"
    return papers.base(
        decision.case,
        "demand_letter",
        {
            "heading": "penalty",
            "base_title": decision.issuance.item.title,
            "base_decision_no": decision.issuance.number_text,
            "decided_on": decision.on.isoformat(),
            "obligation": wanted,
            **({"obligation_fen": found.left} if found.left else {}),
            **({"surcharge_fen": found.surcharge_left} if found.surcharge_left else {}),
            "demand_due_on": due_on.isoformat(),
        },
    )


def court(demand: Demand, court_name: str, head: Officer) -> dict[str, Any]:
    decision, letter = demand.decision, versions.first_service(demand.item)
    assert letter is not None  # the court is asked after the demand was served
    served = queries.service_of(decision)
    found = queries.reckon(decision, demand.on)
    fine = [f"缴纳罚没款 {found.left / 100:,.2f} 元"] if found.left else []
    further = f"（计至 {demand.on}，此后依法另计）" if found.left else ""
    more = [f"缴纳加处罚款 {found.surcharge_left / 100:,.2f} 元{further}"] if found.surcharge_left else []
    return papers.base(
        demand.case,
        "court_enforcement_application",
        {
            "court_name": court_name,
            "base_title": decision.issuance.item.title,
            "base_decision_no": decision.issuance.number_text,
            "decided_on": decision.on.isoformat(),
            "served_on": served.on.isoformat() if served else "",
            "demand_no": demand.item.number,
            "demand_served_on": letter.on.isoformat(),
            "obligation": "，".join([*fine, *more]),
            "facts": decision.proposal.body["facts"],
            "head": head.name,
        },
    )
