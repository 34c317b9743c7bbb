"""What the documents of a case without a penalty say."""

from datetime import date
from typing import Any

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record.models import Item
from yangguang.registry.models import Officer

from .. import papers
from ..models import Service
from .models import ExemptionAnswer, ExemptionRequest


def decision(asked: ExemptionRequest, shown: bool) -> dict[str, Any]:
    """不予行政处罚决定书.  **Shape** `shown`: whether the pack and the list of the body have it published."""
    case = asked.case
    return papers.base(
        case,
        "no_penalty_decision",
        {
            "facts": asked.facts,
            "reason": asked.reason,
            "why": asked.why,
            **({"education": asked.education} if asked.education else {}),
            "evidence": evidence(case),
            "publish": shown,
        },
    )


def evidence(case: Case) -> list[dict[str, str]]:
    """What was kept in the investigation and proves the facts: the paper's list, or the kept items themselves."""
    report = case.dossier.items.filter(code="investigation_report").order_by("-at", "-id").first()
    named = (report.data or {}).get("evidence") if report else None
    if named:
        return [{"name": one["name"], "proves": facts.proven(one["proves"])} for one in named]
    kept = (
        Item.objects.filter(dossier=case.dossier, step__in=cases.INVESTIGATION).exclude(event="public").order_by("at")
    )
    return [{"name": one.title, "proves": one.note or "案件事实"} for one in kept]


def closure(answer: ExemptionAnswer, service: Service, how: str, by: Officer, on: date) -> dict[str, Any]:
    """结案审批表 of a case that ended without a penalty."""
    asked = answer.request
    return papers.base(
        answer.case,
        "closure_report",
        {
            "decision_no": str(answer.number),
            "decided_on": answer.item.on.isoformat() if answer.item else "",
            "served_on": service.on.isoformat(),
            "result": f"{how}：{asked.get_reason_display()}。",
            "mode": "no_penalty",
            "correction": f"不予行政处罚。{asked.education}"
            if asked.education
            else "违法事实不能成立，没有需要改正的行为。",
            "reason": how,
            "retention": "30 年",
            "opinions": [
                facts.opinion("承办人意见", "不予行政处罚决定书已经送达，建议结案。", answer.case.handler1, on),
                facts.opinion("负责人意见", "同意结案。", by, on),
            ],
        },
    )
