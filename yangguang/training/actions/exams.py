"""考试: set one, admit people to it, put on record one that was held elsewhere."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail.actions import action

from .. import drawing, queries
from ..models import Admission, Paper, Purpose, Question, Result
from .errors import (
    AlreadySat,
    AlreadyThere,
    BadDates,
    BadPaper,
    BankTooSmall,
    NoReason,
    NotForAuxiliary,
    NotNow,
    Partial,
    Unproved,
    reach,
)


@action("training.set_exam", kind="registry", milestone=True)
def set_exam(
    *,
    by: Officer,
    at: datetime,
    title: str,
    purpose: str,
    wanted: dict[str, int],
    points: dict[str, int],
    pass_mark: int,
    minutes: int,
    grace_minutes: int,
    opens_at: datetime,
    closes_at: datetime,
    plan_key: UUID | None = None,
    regime: str = "",
) -> Paper:
    """组卷: how many questions of each type, what passes, between when.  Each sitting draws its own.

    **Raises** BadPaper, BankTooSmall, BadDates.
    """
    if regime and (purpose != Purpose.CERTIFICATE or regime not in (queries.exam_regimes(by.body).value or ())):
        raise BadPaper(
            f"本场考试不能作为“{regime}”",
            because=queries.exam_regimes(by.body).because,
            mend="只有执法资格考试、并且本地规则写明的种类才能选",
            field="regime",
        )
    total = sum(number * points[kind] for kind, number in wanted.items())
    if not 0 < pass_mark <= total:
        raise BadPaper(f"合格分数 {pass_mark} 不在 1 到满分 {total} 之间", mend="核对题数、分值", field="pass_mark")
    if closes_at <= opens_at:
        raise BadDates("考试结束不晚于开考", mend="请核对时间", field="closes_at")
    if closes_at <= at:
        raise BadDates("考试结束时间已经过去", mend="请填写以后的时间", field="closes_at")
    if minutes <= 0 or timedelta(minutes=minutes) > closes_at - opens_at:
        raise BadPaper("考试时长须大于零，且不长于开考到结束的时间", mend="缩短时长，或者推迟结束时间", field="minutes")
    there = queries.pool_counts(by.scope, at)
    short = {kind: number for kind, number in wanted.items() if number > there.get(kind, 0)}
    if short:
        words = "；".join(f"{Question.Type(k).label}要 {n} 题，题库有 {there.get(k, 0)} 题" for k, n in short.items())
        raise BankTooSmall(f"题库不够：{words}", mend="先补充题库，或者减少题数", field=f"{next(iter(short))}s")
    return Paper.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        title=title.strip(),
        purpose=purpose,
        regime=regime,
        plan_key=plan_key,
        organiser=by.body.name,
        author_key=by.key,
        pass_mark=pass_mark,
        minutes=minutes,
        grace_minutes=grace_minutes,
        opens_at=opens_at,
        closes_at=closes_at,
        **{f"{kind}s": wanted[kind] for kind in drawing.ORDER},
        **{f"{kind}_points": points[kind] for kind in drawing.ORDER},
    )


@action("training.admit", kind="registry", on="paper")
def admit(*, by: Officer, at: datetime, paper: Paper, officer: Officer, note: str = "") -> Admission:
    """准考: the person may sit this exam once; a further time only after the last one is marked, and with the reason.

    **Raises** NotNow, AlreadySat, Partial, NotAllowed, Refused (an auxiliary in a certificate exam).
    """
    reach(by, officer.scope)
    if at >= paper.closes_at:
        raise NotNow("考试已经结束，答案已经公布，不能再准考", mend="另行组卷", field="officer")
    if officer.auxiliary and paper.purpose == Purpose.CERTIFICATE:
        raise NotForAuxiliary(
            f"{officer.name}是执法辅助人员，不得取得行政执法证", mend="不参加执法资格考试", field="officer"
        )
    if queries.wrote_for(officer.key, paper):
        raise Partial(f"{officer.name}参与了本场考试的命题或者组卷", mend="参加由其他人命题的考试", field="officer")
    earlier = list(
        Admission.objects.filter(paper=paper, officer_key=officer.key).select_related("sitting__result").order_by("at")
    )
    last = earlier[-1] if earlier else None
    if last is not None:
        if getattr(getattr(last, "sitting", None), "result", None) is None:
            raise AlreadySat(f"{officer.name}已获准考，还没有考完", mend="等待本次考试结束", field="officer")
        if last.sitting.result.passed:
            raise AlreadySat(f"{officer.name}已通过本场考试", mend="不必再考", field="officer")
        if not note.strip():
            raise NoReason(f"{officer.name}再次准考须写明理由", mend="写明为什么准许补考", field="note")
    return Admission.objects.create(
        by=by,
        at=at,
        scope=officer.scope,
        paper=paper,
        officer=officer,
        officer_key=officer.key,
        attempt=len(earlier) + 1,
        note=note.strip(),
    )


@action("training.record_exam", kind="registry")
def record_exam(
    *,
    by: Officer,
    at: datetime,
    officer: Officer,
    title: str,
    organiser: str,
    on: date,
    score: int,
    total: int,
    pass_mark: int,
    proof: str,
) -> Result:
    """登记外部培训测试成绩: of a training test held elsewhere, with the number of its proof.

    A qualification exam held elsewhere is `registry.record_exam`.  **Clause** DH-4.2b.
    **Raises** BadDates, Unproved, AlreadyThere, NotAllowed.
    """
    reach(by, officer.scope)
    if on > timezone.localdate(at):
        raise BadDates("考试日期晚于今天", mend="请核对成绩单", field="on")
    if not proof.strip():
        raise Unproved("没有填写成绩单或者合格证编号", mend="没有证明的成绩不能登记", field="proof")
    if not 0 < pass_mark <= total or not 0 <= score <= total:
        raise Unproved("得分、合格分数须在满分之内", mend="请核对成绩单", field="score")
    if Result.objects.filter(officer_key=officer.key, proof=proof.strip(), how=Result.How.OUTSIDE).exists():
        raise AlreadyThere(f"{officer.name}的成绩 {proof} 已经登记", mend="查看考试成绩", field="proof")
    return Result.objects.create(
        by=by,
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        title=title.strip(),
        purpose=Purpose.TRAINING,
        organiser=organiser.strip(),
        on=on,
        how=Result.How.OUTSIDE,
        score=score,
        total=total,
        pass_mark=pass_mark,
        passed=score >= pass_mark,
        proof=proof.strip(),
    )
