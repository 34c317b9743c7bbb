"""What the papers of a dispute over jurisdiction say."""

from datetime import date
from typing import Any

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.registry.models import Body, Officer

from .. import papers
from . import queries
from .models import CaseHandover, JurisdictionDispute


def request(dispute: JurisdictionDispute, superior: str, opinion: str) -> dict[str, Any]:
    """管辖争议报请书: what is disputed, how it was talked over, and what this body thinks."""
    talked = "；".join(f"{one.on} {one.get_result_display()}：{one.text}" for one in queries.talks(dispute))
    return papers.base(
        dispute.case,
        "jurisdiction_request",
        {
            "superior": superior,
            "other": dispute.other,
            "dispute": dispute.get_kind_display(),
            "facts": dispute.facts,
            "talks": talked or "没有协商，直接报请指定管辖。",
            "opinion": opinion,
        },
    )


def designation(
    dispute: JurisdictionDispute, superior: Body, organ: str, ours: bool, reason: str, by: Officer
) -> dict[str, Any]:
    """指定管辖通知书, in the name of the superior and not of the body whose case it is."""
    case = dispute.case
    found = papers.base(
        case,
        "jurisdiction_designation",
        {
            "designated": organ,
            "others": dispute.other if ours else case.body.name,
            "facts": dispute.facts,
            "reason": reason,
        },
    )
    found["body"] = {
        "name": superior.name, "address": superior.address, "phone": superior.phone, "contact": by.name
    }  # fmt: skip
    return found


def letter(case: Case, organ: str, reason: str, materials: list[dict[str, Any]]) -> dict[str, Any]:
    """案件移送函."""
    return papers.base(
        case,
        "transfer_letter",
        {
            "heading": "case",
            "receiving_body": organ,
            "facts": summary(case),
            "reason": reason,
            "materials": [{"name": one["name"], "pages": one["pages"]} for one in materials],
        },
    )


def summary(case: Case) -> str:
    """What the investigation concluded; before that what the case was opened for."""
    said: dict[str, Any] = next((one.facts for one in reversed(cases.taken(case)) if one.step == "conclude"), {})
    return str(said.get("violation_facts") or (case.clue.summary if case.clue else "") or case.cause)


def closure(case: Case, handover: CaseHandover, how: str, by: Officer, on: date) -> dict[str, Any]:
    """结案审批表 of a case that another body took."""
    return papers.base(
        case,
        "closure_report",
        {
            "result": f"移送{handover.organ}（{handover.item.number}），该机关已经接受。",
            "mode": "transferred",
            "correction": "由有管辖权的机关处理",
            "reason": how,
            "retention": "30 年",
            "opinions": [
                facts.opinion("承办人意见", "已移送有管辖权的机关，建议结案。", case.handler1, on),
                facts.opinion("负责人意见", "同意结案。", by, on),
            ],
        },
    )
