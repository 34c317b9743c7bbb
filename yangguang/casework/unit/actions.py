"""Give the opinion of the handling unit."""

from datetime import datetime

from yangguang.record import actions as record
from yangguang.registry.models import Officer, Unit
from yangguang.trail.actions import action

from ..errors import BadFact, OutOfOrder
from ..models import Case
from . import queries
from .errors import NotUnitHead
from .models import UnitOpinion
from .queries import Subject


@action("casework.speak_for_unit", on="case")
def speak(*, by: Officer, at: datetime, case: Case, subject: Subject, agreed: bool, opinion: str) -> UnitOpinion:
    """签署承办机构意见: the head of the unit, under an own account, on what is put before the unit now.

    **Clause** CN-118-4.4, QS-3.3.3a.  **Raises** NotUnitHead, OutOfOrder, BadFact.
    """
    record.not_archived(case.dossier)
    unit = must_head(case, by, subject.step)
    now = queries.subject(case)
    if now is None or now.about != subject.about:
        raise OutOfOrder(
            f"{subject}已经不在等待承办机构意见",
            because=queries.because(case, subject.step),
            mend=f"对{now}签署意见" if now else "重新打开案件查看",
        )
    if (before := queries.opinion(case, subject.about)) is not None:
        raise OutOfOrder(f"{before.by.name}已经对{subject}签署了意见", mend="无须重复签署")
    words = opinion.strip()
    if not agreed and len(words) < 2:
        raise BadFact("没有写明不同意的理由", mend="写明理由和修改意见", field="opinion")
    return UnitOpinion.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        unit=unit,
        what=subject.what,
        about=subject.about,
        agreed=agreed,
        opinion=words or "同意。",
    )


def must_head(case: Case, by: Officer, step: str) -> Unit:
    """The unit that is spoken for.  **Raises** NotUnitHead unless the officer heads the unit of the case and never handled it."""
    because = queries.because(case, step)
    if case.unit is None:
        raise NotUnitHead("本案没有登记承办机构", because=because, mend="由承办人按原来的办法声明并附签字的纸质材料")
    names = "、".join(one.name for one in queries.speakers(case))
    mend = f"由{names}签署" if names else "由安全管理员授予承办机构负责人角色后，由其本人签署"
    if by.key in case.ever_handled:
        raise NotUnitHead(
            f"{by.name}承办过本案，不得再以{case.unit.name}的名义签署意见", because=because, mend=mend, field="by"
        )
    if by.key not in {one.key for one in queries.speakers(case)}:
        raise NotUnitHead(
            f"{by.name}不是{case.unit.name}的{queries.title(case)}，不得代为签署机构意见",
            because=because,
            mend=mend,
            field="by",
        )
    return case.unit
