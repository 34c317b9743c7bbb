"""What the form of a joinder or a severance says, the same in both files."""

from datetime import date
from typing import Any

from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.joinder import queries
from yangguang.casework.joinder.models import JoinderRequest
from yangguang.casework.models import Case
from yangguang.registry.models import Officer

from .. import papers


def approval(case: Case, asked: JoinderRequest, other: Case, opinion: str, by: Officer, on: date) -> dict[str, Any]:
    """并案（分案）审批表.  **Shape** `case`: in whose file it lies; `other`: the other of the two."""
    origin = asked.case
    state = other.state
    because = cases.parameter_of(origin, "joinder_grounds" if asked.other_id else "severance_grounds").because
    return papers.base(
        case,
        "joinder_approval",
        {
            "what": asked.what,
            "other_no": state.number,
            "other_title": other.title,
            "ground": asked.ground,
            "basis": "、".join(facts.named(one) for one in because),
            "reason": asked.reason,
            "clock": clock(asked),
            "materials": [{"name": one.title, "digest": one.digest[:16]} for one in cases.evidence_items(origin)],
            "opinions": [
                facts.opinion("承办人意见", asked.reason, asked.by, timezone.localdate(asked.at)),
                facts.opinion("负责人意见", opinion, by, on),
            ],
        },
    )


def clock(asked: JoinderRequest) -> str:
    """What becomes of the time in which the case is decided."""
    if asked.other_id:
        return "并入的案件不再单独计算办案期限；并案后的办案期限自两案中最先立案之日起计算。"
    return f"分出的案件办案期限自原案立案之日（{asked.case.opening.on}）起计算，不因分案延长。"


def heard(asked: JoinderRequest) -> str:
    """What becomes of what the party said, and of what it waived."""
    clauses = "、".join(facts.named(one) for one in cases.clauses_of(asked.case, *queries.HEARD_ANEW))
    same = asked.other is not None or (asked.party is not None and asked.party.key == asked.case.party.key)
    taken = "同一当事人的陈述申辩笔录、听证笔录和送达地址确认书一并引用；" if same else ""
    return f"{taken}原案中放弃陈述、申辩或者听证的，不及于另一决定，作出决定前重新告知（{clauses}）。"


def closure(case: Case, lead: Case, how: str, by: Officer, on: date) -> dict[str, Any]:
    """结案审批表 of a case that became part of another."""
    return papers.base(
        case,
        "closure_report",
        {
            "result": f"{how}（{lead.state.number}），由该案一并处理。",
            "mode": "joined",
            "correction": "由并入的案件处理",
            "reason": how,
            "retention": "30 年",
            "opinions": [facts.opinion("负责人意见", "同意并案，本案结案。", by, on)],
        },
    )
