"""Suspend a case and take it up again: its clock stops with the reason, and is counted anew."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import clock, papers
from ..errors import BadDate, NotYet
from ..models import Decision
from ..transfer import queries as crime
from . import queries
from .models import Pause, Resumption


class NotPausable(Refused):
    """A clock that cannot be stopped, or is stopped already.  行政处罚法 art. 60."""


def _approval(by: Officer, at: datetime, case: Case, direction: str, on: date, reason: str, basis: str) -> Item:
    data: dict[str, Any] = {
        "direction": direction,
        "on": on.isoformat(),
        "reason": reason,
        "basis": basis,
        "opinions": [facts.opinion("负责人意见", "同意。", by, timezone.localdate(at))],
    }
    return record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="evidence",
        code="suspend_investigation",
        data=papers.base(case, "suspend_investigation", data),
        on=timezone.localdate(at),
    )


def _term(case: Case) -> list[Citation]:
    """The time to decide, which nothing but the law stops."""
    return cases.clauses_of(case, "CN-PEN-60")


@action("decision.pause", milestone=True)
def pause(*, by: Officer, at: datetime, case: Case, reason: str, basis: str, on: date) -> Pause:
    """批准中止调查: the clock of the case stops, with its reason and what allows it.  **Clause** 行政处罚法 art. 60; D05."""
    casework.not_handler_but_head(case, by)
    opening = getattr(case, "opening", None)
    if opening is None or not opening.approved or Decision.objects.filter(case=case).exists():
        raise NotPausable("只有立案之后、决定之前的案件可以中止", because=_term(case), mend="核对案件的进度")
    if queries.now(case) is not None:
        raise NotPausable("本案已经中止", because=_term(case), mend="先恢复调查")
    if crime.with_police(case):
        raise NotPausable(
            "本案在公安机关，办案期限已经停止",
            because=cases.clauses_of(case, clock.INSTEAD),
            mend="公安机关退回案件以后再办理",
        )
    if not opening.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"中止日期应在立案日 {opening.on} 与今天之间", because=_term(case), mend="填写批准的日期", field="on"
        )
    for name, value, label in (("reason", reason, "理由"), ("basis", basis, "依据")):
        if len(value.strip()) < 4:
            raise NotYet(
                f"“{label}”没有写明；没有法律、法规、规章依据的时间不得扣除",
                because=_term(case),
                mend="写明",
                field=name,
            )
    item = _approval(by, at, case, "suspend", on, reason.strip(), basis.strip())
    done = Pause.objects.create(
        by=by, at=at, scope=case.scope, case=case, reason=reason.strip(), basis=basis.strip(), on=on, item=item
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.CLOCK, how="void", note=f"中止：{reason.strip()}"[:200])
    return done


@action("decision.resume", milestone=True)
def resume(*, by: Officer, at: datetime, pause: Pause, reason: str, on: date) -> Resumption:
    """批准恢复调查: the clock is counted anew without the days of the suspension.  **Clause** 行政处罚法 art. 60; D05."""
    case = pause.case
    casework.not_handler_but_head(case, by)
    if hasattr(pause, "resumption"):
        raise NotPausable("本案已经恢复调查", because=_term(case), mend="查看审批表")
    if not pause.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"恢复日期应在中止日 {pause.on} 与今天之间", because=_term(case), mend="填写批准的日期", field="on"
        )
    if len(reason.strip()) < 4:
        raise NotYet("没有写明恢复的理由", because=_term(case), mend="写明中止的情形怎样消除", field="reason")
    item = _approval(by, at, case, "resume", on, reason.strip(), pause.basis)
    done = Resumption.objects.create(
        by=by, at=at, scope=case.scope, case=case, pause=pause, reason=reason.strip(), on=on, item=item
    )
    clock.go_on(by=by, at=at, case=case, why="扣除中止的时间")
    return done
