"""Set the workflow of a body; open and end the times that it sets."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.errors import NoRuleInForce
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Submission
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import queries
from .models import ReviewFlow


class BelowPlan(Refused):
    """A workflow that would be looser than the plan of the body, or that nobody could run on.  QD-3.3.4a."""


class NotByFlow(Refused):
    """A step that the body's own workflow does not let pass yet.  QD-3.3.4a."""


@action("review.set_flow", kind="registry")
def set_flow(
    *,
    by: Officer,
    at: datetime,
    instrument: str,
    from_on: date,
    assigns: str,
    assign_days: int | None,
    counsel: bool,
    opinion_days: int | None,
    materials: list[str],
) -> ReviewFlow:
    """编制本单位法制审核工作流程: who assigns, what is sent, until when; the plan's own limits stay the floor.

    **Clause** QD-3.3.4a, QD-3.3.5a.  **Raises** BelowPlan.
    """
    on = timezone.localdate(at)
    body = registry.body_at(by.scope, on) or by.body
    pack = packs.load(body.pack)
    step = pack.act(rules.FLOW).step("opinion")
    if not registry.holds(by, "head"):
        raise BelowPlan(f"{by.name}不是本机关负责人", because=step.because, mend="由本机关负责人编制")
    if len(instrument.strip()) < 4:
        raise BelowPlan(
            "没有填写流程文件的名称", because=step.because, mend="填写名称，有文号的写文号", field="instrument"
        )
    if from_on < on:
        raise BelowPlan(
            "施行日期早于今天",
            because=step.because,
            mend="已经送审的按原来的流程办完；填写今天以后的日期",
            field="from_on",
        )
    try:
        limit = pack.deadline(reviews.CLOCK, start=from_on, on=from_on, provisional=True)
    except NoRuleInForce:
        limit = None
    if limit is None and opinion_days is None:
        raise BelowPlan(
            "没有填写出具意见的时限，上级方案也没有规定",
            because=step.because,
            mend="按本单位的流程填写工作日数",
            field="opinion_days",
        )
    if limit is not None and opinion_days is not None and queries.count(pack, from_on, opinion_days).due > limit.due:
        raise BelowPlan(
            f"出具意见的时限不得长于方案规定的（{limit.title}：{limit.limit.n} {'个工作日' if limit.limit.unit == 'working_day' else '日'}）",
            because=limit.because,
            mend="缩短，或者留空按方案执行",
            field="opinion_days",
        )
    most = opinion_days or (limit.limit.n if limit is not None else None)
    if assign_days is not None and most is not None and assign_days > most:
        raise BelowPlan(
            "分派的时限长于出具意见的时限", because=step.because, mend="缩短分派的时限", field="assign_days"
        )
    known = queries.documents_of(pack)
    if unknown := [code for code in materials if code not in known]:
        raise BelowPlan(
            f"没有这种文书：{'、'.join(unknown)}", because=step.because, mend="从列出的文书中选择", field="materials"
        )
    return ReviewFlow.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        instrument=instrument.strip(),
        from_on=from_on,
        assigns=assigns,
        assign_days=assign_days,
        counsel=counsel,
        opinion_days=opinion_days,
        materials=materials,
    )


def must_be_whole(case: Case, flow: ReviewFlow | None) -> None:
    """**Raises** NotByFlow naming each document the body's workflow wants and the file lacks."""
    if missing := queries.lacking(case, flow):
        raise NotByFlow(
            f"本单位的审核工作流程要求随案送审：{'、'.join(missing)}",
            because=queries.because(case, "submit"),
            mend="制作入卷后再送审",
        )


def must_be_ready(submission: Submission) -> None:
    """**Raises** NotByFlow where an opinion would pass over a step of the body's workflow."""
    flow = queries.of(submission)
    if flow is None:
        return
    if flow.assigns == ReviewFlow.Assigns.HEAD and not submission.assignments.exists():
        raise NotByFlow(
            f"本稿还没有分派，本单位由负责人分派（{flow.instrument}）",
            because=queries.because(submission.case, "assign"),
            mend="由本机关负责人分派后再审核",
        )
    if flow.counsel and not submission.counsel_opinions.exists():
        raise NotByFlow(
            f"法律顾问、公职律师还没有参加（{flow.instrument}）",
            because=queries.because(submission.case, "counsel"),
            mend="登记法律顾问、公职律师的意见后再出具审核意见",
        )


def open_times(*, by: Officer, at: datetime, submission: Submission, flow: ReviewFlow | None) -> Duty | None:
    """Open what the submission starts: the time of the opinion, and that of assigning where nobody has it yet."""
    case, on = submission.case, timezone.localdate(at)
    if flow is not None and flow.assign_days is not None and not submission.assignments.exists():
        _own(
            by,
            at,
            case,
            queries.ASSIGN,
            f"分派{submission.proposal}的审核人员",
            "head",
            on,
            flow.assign_days,
            flow,
            "assign",
        )
    return opinion_time(
        by=by, at=at, case=case, title=f"对{submission.proposal}出具法制审核意见", start_on=on, flow=flow
    )


def opinion_time(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    title: str,
    start_on: date,
    flow: ReviewFlow | None,
    left_out: Sequence[Mapping[str, Any]] = (),
    more: Sequence[Citation] = (),
) -> Duty | None:
    """Open the time of an opinion: the plan's, or the body's own where that is shorter or the plan has none."""
    pack = cases.pack_of(case)
    facts = {"suspensions": list(left_out)} if left_out else None
    if flow is not None and flow.opinion_days is not None:
        mine = queries.count(pack, start_on, flow.opinion_days, left_out).due
        try:
            plan = pack.deadline(reviews.CLOCK, start=start_on, on=start_on, facts=facts, provisional=True).due
        except NoRuleInForce:
            plan = None
        if plan is None or mine < plan:
            days = flow.opinion_days
            return _own(by, at, case, reviews.CLOCK, title, "reviewer", start_on, days, flow, "opinion", left_out, more)
    return duty.due(
        by=by, at=at, scope=case.scope, subject=case.chain, rule=reviews.CLOCK, title=title, role="reviewer", pack=pack,
        start_on=start_on, facts=facts, more=more,
    )  # fmt: skip


def _own(
    by: Officer, at: datetime, case: Case, rule: str, title: str, role: str, start_on: date, days: int, flow: ReviewFlow,
    step: str, left_out: Sequence[Mapping[str, Any]] = (), more: Sequence[Citation] = (),
) -> Duty:  # fmt: skip
    counted = queries.count(cases.pack_of(case), start_on, days, left_out)
    return duty.open_duty(
        by=by, at=at, scope=case.scope, rule=rule, subject=case.chain, title=title, role=role, owner_key=None,
        start_on=start_on, due_on=counted.due, because=[one.as_json() for one in (*queries.because(case, step), *more)],
        outvoted=[], days=[one.as_json() for one in counted.days],
        explain=f"本单位审核工作流程（{flow.instrument}）：自 {start_on} 起（当日不计）{days} 个工作日，届满日 {counted.due}。",
        provisional=counted.provisional, cause=None,
    )  # fmt: skip
