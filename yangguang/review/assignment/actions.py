"""Assign a submission, enter leave, ask the organ above to name a reviewer."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import facts as known
from yangguang.duty import actions as duty
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.flow import queries as flows
from yangguang.review.flow.models import ReviewFlow
from yangguang.review.models import Review, Submission
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused

from . import queries
from .models import Assignment, Leave, LeaveEnd, Referral

How = Assignment.How


class CannotReview(Refused):
    """Somebody who may not review this case, or is away.  行政处罚法 art. 43, 58."""


class NotAssigned(Refused):
    """The draft is another reviewer's."""


class Settled(Refused):
    """There is nothing to assign any more, or nothing to ask for."""


class NotForYou(Refused):
    """Assigning is the work of the body's head, of its reviewers among themselves, or of the organ above."""


def spread(*, by: Officer, at: datetime, submission: Submission) -> Assignment | None:
    """Give a submission to the least burdened of the body's reviewers who may have it; None where there is nobody."""
    lock(f"reviewers:{submission.scope}", apart=True)  # two submissions at once must count each other
    free = [one for one in queries.candidates(submission, timezone.localdate(at)) if not one.barred]
    if not free:
        return None
    return _assigned(by=by, at=at, submission=submission, reviewer=free[0].officer, how=How.EVEN, load=free[0].load)


@action("review.assigned", part=True)
def _assigned(
    *, by: Officer, at: datetime, submission: Submission, reviewer: Officer, how: str, load: int
) -> Assignment:
    """分派审核人员."""
    return _written(by=by, at=at, submission=submission, reviewer=reviewer, how=how, load=load)


def _written(
    *, by: Officer, at: datetime, submission: Submission, reviewer: Officer, how: str, load: int, reason: str = ""
) -> Assignment:
    return Assignment.objects.create(
        by=by,
        by_name=by.name,
        at=at,
        scope=submission.scope,
        case=submission.case,
        submission=submission,
        reviewer=reviewer,
        reviewer_key=reviewer.key,
        reviewer_name=reviewer.name,
        how=how,
        load=load,
        reason=reason.strip(),
    )


@action("review.assign", milestone=True)
def assign(*, by: Officer, at: datetime, submission: Submission, reviewer: Officer, reason: str) -> Assignment:
    """指定审核人员: by the body's head or reviewer, or by the organ above; the reason is kept.

    **Clause** 行政处罚法 art. 43, 58, QS-3.3.1a, QS-3.3.1c.  **Raises** Settled, CannotReview, NotForYou.
    """
    on = timezone.localdate(at)
    _open(submission)
    above = by.scope != submission.scope
    if not submission.scope.startswith(by.scope):
        raise NotForYou(
            f"{by.name}不得分派{submission.case.body.name}的审核",
            because=rules.clauses(submission.case, "assign"),
            mend="由本机关负责人、审核机构或者上级指定",
        )
    if submission.case.ever_handled & {by.key}:
        raise NotForYou(
            f"{by.name}是本案承办人，不得指定由谁审核",
            because=rules.clauses(submission.case, "assign"),
            mend="由本机关负责人或者审核机构分派",
        )
    flow = flows.of(submission)
    if flow is not None and flow.assigns == ReviewFlow.Assigns.HEAD and not (above or registry.holds(by, "head")):
        raise NotForYou(
            f"本单位由负责人分派（{flow.instrument}）",
            because=flows.because(submission.case, "assign"),
            mend="请本机关负责人分派",
        )
    people = queries.qualified_people(submission, on) if above else queries.of_the_body(submission)
    asked = queries.candidates(submission, on, people, above)
    found = next((one for one in asked if one.officer.key == reviewer.key), None)
    if found is None or found.barred:
        raise CannotReview(
            found.barred if found else f"{reviewer.name}不是{submission.case.body.name}的审核人员",
            because=rules.clauses(submission.case, "assign"),
            mend=fallback(submission),
            field="reviewer",
        )
    now = queries.current(submission)
    if now is not None and now.reviewer_key == reviewer.key:
        raise Settled(f"本稿已经由{reviewer.name}审核", mend="不需要再分派", field="reviewer")
    if not reason.strip():
        raise CannotReview("没有写明分派的理由", mend="写明为什么由此人审核", field="reason")
    duty.fulfil(by=by, at=at, subject=submission.case.chain, rule=flows.ASSIGN, note=f"分派{reviewer.name}")
    return _written(
        by=by,
        at=at,
        submission=submission,
        reviewer=reviewer,
        how=How.DESIGNATED if above else How.CHOSEN,
        load=found.load,
        reason=reason,
    )


def take(*, by: Officer, at: datetime, submission: Submission) -> Assignment:
    """The assignment under which somebody gives an opinion: theirs already, or taken now where it was nobody's, or of
    somebody whose leave has begun since.

    **Raises** NotAssigned where the draft is another's.
    """
    present(by, submission, timezone.localdate(at))
    now = queries.current(submission)
    if now is None or queries.left_behind(now, by, timezone.localdate(at)):
        load = queries.loads(submission.scope).get(by.key, 0)
        return _assigned(by=by, at=at, submission=submission, reviewer=by, how=How.TAKEN, load=load)
    if now.reviewer_key != by.key:
        raise NotAssigned(
            f"本稿已分派给{now.reviewer_name}审核",
            because=rules.clauses(submission.case, "assign"),
            mend=f"由{now.reviewer_name}出具意见；需要换人的，由负责人另行分派",
        )
    return now


def present(by: Officer, submission: Submission, on: date) -> None:
    """**Raises** NotAssigned for somebody who is on leave that day: who is away reviews nothing."""
    away = queries.on_leave([by.key], on).get(by.key)
    if away is not None:
        raise NotAssigned(
            f"{by.name}请假至 {away.to_on}，请假期间不审核",
            because=rules.clauses(submission.case, "assign"),
            mend=f"先在“审核人员请假”销假；或者{fallback(submission)}",
        )


def fallback(submission: Submission) -> str:
    """Who reviews where nobody here can, in the pack's words."""
    said = rules.parameter(submission.case, "review_fallback").value
    return f"换一名审核人员；都不能审核的，{said}" if said else "换一名审核人员；都不能审核的，移请上级法制机构指定"


def _open(submission: Submission) -> None:
    """**Raises** Settled."""
    if Review.objects.filter(submission=submission, outcome__in=reviews.FINAL).exists():
        raise Settled("本稿已有审核结论", mend="需要重新审核的，由承办人提出新的一稿再送审")
    newest = submission.case.proposals.order_by("-version").first()
    if newest is not None and newest.pk != submission.proposal_id:
        raise Settled(f"本稿已被{newest}取代", mend=f"对{newest}送审后再分派")


# ---- leave ---------------------------------------------------------------------------------------------------------


@action("review.leave")
def leave(*, by: Officer, at: datetime, officer: Officer, from_on: date, to_on: date, reason: str) -> Leave:
    """登记审核人员请假: what they have in hand goes to the others where there are any.

    **Clause** QS-3.3.1a (有专人负责).  **Raises** Refused for impossible days.
    """
    on = timezone.localdate(at)
    if to_on < from_on:
        raise Refused("结束日期早于开始日期", mend="核对日期", field="to_on")
    if to_on < on:
        raise Refused("请假已经结束", mend="只登记今天以后的请假", field="to_on")
    if officer.scope != by.scope:
        raise NotForYou("只能登记本机关人员请假", mend="由所属机关登记", field="officer")
    made = Leave.objects.create(
        by=by,
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        from_on=from_on,
        to_on=to_on,
        reason=reason.strip(),
    )
    if from_on <= on:
        for submission in queries.in_hand(officer.key, officer.scope):
            spread(by=by, at=at, submission=submission)
    return made


@action("review.leave_end")
def end_leave(*, by: Officer, at: datetime, leave: Leave) -> LeaveEnd:
    """登记销假."""
    if hasattr(leave, "end"):
        raise Settled("已经销假", mend="不需要再登记")
    return LeaveEnd.objects.create(by=by, at=at, scope=leave.scope, leave=leave, on=timezone.localdate(at))


# ---- nobody here can -----------------------------------------------------------------------------------------------


@action("review.refer", milestone=True)
def refer(*, by: Officer, at: datetime, submission: Submission, referred_to: str, reason: str) -> Referral:
    """移请法制审核: only where nobody of the body can review; the letter goes into the file and the gate stays shut.

    **Clause** QS-3.3.1a, QS-3.3.1c, 行政处罚法 art. 58.  **Raises** Settled.
    """
    case, on = submission.case, timezone.localdate(at)
    because = rules.clauses(case, "refer")
    _open(submission)
    if free := [one.officer.name for one in queries.candidates(submission, on) if not one.barred]:
        raise Settled(f"{'、'.join(free)}可以审核，不需要移请上级", because=because, mend="由本机关审核人员审核")
    if hasattr(submission, "referral"):
        raise Settled("已经移请审核", because=because, mend="等待上级指定审核人员")
    body = registry.body_at(case.scope, on) or case.body
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="review_referral",
        data=known.merge(
            documents.pick("review_referral", known.known(case)),
            {
                "matter": f"{case.title}（{submission.proposal}）",
                "referred_to": referred_to,
                "reason": reason.strip(),
                "materials": [{"name": m["title"]} for m in submission.materials]
                or [{"name": f"拟作决定{submission.proposal}"}],
                "body": {"name": body.name},
            },
        ),
        on=on,
    )
    return Referral.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        referred_to=referred_to,
        reason=reason.strip(),
        item=item,
    )
