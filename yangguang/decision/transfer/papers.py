"""What the documents of a transferred case say."""

from datetime import date
from typing import Any

from yangguang.casework import facts
from yangguang.casework.models import Case
from yangguang.registry.models import Officer

from .. import papers
from . import queries


def closure(case: Case, how: str, by: Officer, on: date) -> dict[str, Any]:
    """结案审批表 of a case that the police took over."""
    letter = queries.transfer_of(case)
    return papers.base(
        case,
        "closure_report",
        {
            "result": f"移送{letter.organ}（{letter.item.number}），公安机关已经立案。" if letter else how,
            "mode": "transferred",
            "correction": "移送处理",
            "reason": how,
            "retention": "30 年",
            "opinions": [
                facts.opinion("承办人意见", "已移送公安机关并移交全部材料，建议结案。", case.handler1, on),
                facts.opinion("负责人意见", "同意结案。", by, on),
            ],
        },
    )
