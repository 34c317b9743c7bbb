"""应试: begin, answer, hand in; the score is computed once."""

import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from yangguang.registry import actions as registry
from yangguang.registry.models import Exam, Officer
from yangguang.trail.actions import action

from .. import drawing, queries
from ..models import Admission, Answers, Purpose, Question, Result, Sitting
from .bank import LETTERS
from .errors import AlreadySat, BadQuestion, BankTooSmall, NotAdmitted, NotNow, reach


@action("training.sit", on="admission")
def sit(*, by: Officer, at: datetime, admission: Admission) -> Sitting:
    """开始考试: the questions are drawn now, with a seed nobody knew before.

    **Raises** NotAdmitted, NotNow, AlreadySat, BankTooSmall.
    """
    paper = admission.paper
    if by.key != admission.officer_key:
        raise NotAdmitted(f"{by.name}没有本场考试的准考资格", mend="请培训组织人员准考后再来")
    if Sitting.objects.filter(admission=admission).exists():
        raise AlreadySat("您已经开始本场考试", mend="继续作答；考完后再考须重新准考")
    if at < paper.opens_at:
        raise NotNow(f"考试 {timezone.localtime(paper.opens_at):%Y-%m-%d %H:%M} 开始", mend="到时再来")
    if at >= paper.closes_at:
        raise NotNow(
            f"考试已于 {timezone.localtime(paper.closes_at):%Y-%m-%d %H:%M} 结束", mend="请培训组织人员另行安排"
        )
    seed = secrets.token_hex(16)
    try:
        drawn = drawing.draw(queries.pool(paper.scope, at), paper.wanted, seed)
    except drawing.TooFew as few:
        raise BankTooSmall("题库中的试题已不足以组成试卷", mend="请培训组织人员补充题库") from few
    return Sitting.objects.create(
        by=by,
        at=at,
        scope=admission.scope,
        admission=admission,
        seed=seed,
        questions=drawn,
        ends_at=min(at + timedelta(minutes=paper.minutes), paper.closes_at),
    )


@action("training.answer", on="sitting")
def answer(*, by: Officer, at: datetime, sitting: Sitting, given: dict[str, list[str]]) -> Answers:
    """保存答案: of one page of the paper.

    **Raises** NotAdmitted, NotNow (time and grace are over), AlreadySat (handed in), BadQuestion (not of this paper).
    """
    _own(by, sitting)
    _open(sitting, at)
    _of_paper(sitting, given)
    return Answers.objects.create(by=by, at=at, scope=sitting.scope, sitting=sitting, given=given)


@action("training.hand_in", on="sitting", milestone=True)
def hand_in(*, by: Officer, at: datetime, sitting: Sitting) -> Result:
    """交卷: the score is computed from what was saved in time, once; a qualification exam enters the register of exams.

    After the time is over the organiser may collect it too.  **Clause** QD-3.1.2(1)b.
    **Raises** NotAdmitted, NotNow, AlreadySat.
    """
    paper, officer = sitting.admission.paper, sitting.admission.officer
    over = at > queries.may_write_until(sitting)
    if by.key != sitting.admission.officer_key:
        reach(by, sitting.scope)
        if not over:
            raise NotNow(f"{officer.name}还在考试时间内，不能代为收卷", mend="时间到后再收卷")
    if Result.objects.filter(sitting=sitting).exists():
        raise AlreadySat("本场考试已经交卷，成绩不再改变", mend="查看成绩")
    given = queries.chosen(sitting)
    points = drawing.score(queries.asked(sitting), given, paper.points)
    made = Result.objects.create(
        by=by,
        at=at,
        scope=sitting.scope,
        officer=officer,
        officer_key=officer.key,
        sitting=sitting,
        paper=paper,
        title=paper.title,
        purpose=paper.purpose,
        organiser=paper.organiser,
        on=timezone.localdate(min(at, sitting.ends_at)),
        how=Result.How.TIME_UP if over else Result.How.HANDED_IN,
        score=points,
        total=paper.total,
        pass_mark=paper.pass_mark,
        passed=points >= paper.pass_mark,
        given=given,
    )
    if made.purpose == Purpose.CERTIFICATE:
        registry.record_exam(
            by=by,
            at=at,
            officer=officer,
            title=made.title,
            organiser=made.organiser,
            on=made.on,
            how=Exam.How.SAT,
            score=made.score,
            total=made.total,
            pass_mark=made.pass_mark,
            regime=paper.regime,
            source=made.ref,
        )
    return made


def _own(by: Officer, sitting: Sitting) -> None:
    if by.key != sitting.admission.officer_key:
        raise NotAdmitted("只能作答自己的试卷", mend="从“我的学习”进入自己的考试")


def _open(sitting: Sitting, at: datetime) -> None:
    if Result.objects.filter(sitting=sitting).exists():
        raise AlreadySat("本场考试已经交卷，不能再作答", mend="查看成绩")
    if at > queries.may_write_until(sitting):
        raise NotNow(
            f"考试时间已于 {timezone.localtime(sitting.ends_at):%H:%M} 结束，这一页的答案没有保存",
            mend="已保存的答案有效，请交卷",
        )


def _of_paper(sitting: Sitting, given: dict[str, list[str]]) -> None:
    asked = {str(one.pk): one for one in queries.asked(sitting)}
    for pk, letters in given.items():
        question = asked.get(pk)
        if question is None:
            raise BadQuestion("所答的题不在您的试卷中", mend="刷新页面后作答")
        many = question.type == Question.Type.MULTIPLE
        if set(letters) - set(LETTERS[: len(question.options)]) or (len(letters) > 1 and not many):
            raise BadQuestion("所选的答案不在选项之内", mend="刷新页面后作答")
