"""Writes of training: plan, hold, attend, correct; write questions, set an exam, admit, sit, pass; grant on the pass."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from yangguang.registry import actions as registry
from yangguang.registry import queries as known
from yangguang.registry.access import NotAllowed
from yangguang.registry.models import Certificate, Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.trail.ids import uuid7

from . import drawing, queries
from .models import (
    Admission,
    Answers,
    Attendance,
    Paper,
    Plan,
    Purpose,
    Question,
    Result,
    Session,
    Sitting,
)

LONGEST_DAY = 600  # minutes of one session that can count as study
LETTERS = "ABCDEFGH"


class BadDates(Refused):
    """An end before its beginning, or a day outside its year."""


class AlreadyThere(Refused):
    """The person is on the list of this session."""


class NotHeldYet(Refused):
    """A session that has not begun has no attendance."""


class BadQuestion(Refused):
    """A question that cannot be asked or marked."""


class BankTooSmall(Refused):
    """题库中的试题不足以组卷."""


class BadPaper(Refused):
    """An exam that nobody could pass, or sit."""


class NotAdmitted(Refused):
    """未获准考的人员不得应试."""


class Partial(Refused):
    """命题、组卷人员不得参加该场考试."""


class NotNow(Refused):
    """Before the exam opens, or after its time is over."""


class AlreadySat(Refused):
    """一次准考只能应试一次、交卷一次."""


class NotPassed(Refused):
    """没有通过执法资格考试的人员不得颁发行政执法证."""


class AlreadyCertified(Refused):
    """A certificate stands on this pass already."""


def _reach(by: Officer, scope: str) -> None:
    """**Raises** NotAllowed where the row would be of a body that is neither the signer's own nor below it."""
    if not scope.startswith(by.scope):
        raise NotAllowed("该人员、事项不在您的机关管辖范围之内", mend="由其所属机关或者共同的上级机关办理")


# ---- plans and sessions --------------------------------------------------------------------------------------------


@action("training.plan", kind="registry")
def plan(
    *,
    by: Officer,
    at: datetime,
    year: int,
    title: str,
    kind: str,
    audience: str,
    minutes: int,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    earlier: Plan | None = None,
) -> Plan:
    """制定培训计划, or a new version of one.  **Clause** QD-3.3.1d, QS-4.6a, SY-2.3f, WC-2.3.1(2).

    **Raises** BadDates, NotAllowed (a plan of a body above), Refused (a change without its reason).
    """
    if earlier is not None:
        _reach(by, earlier.scope)
        if not reason.strip():
            raise Refused("调整计划须写明理由", mend="写明为什么调整", field="reason")
    if ends_on < starts_on:
        raise BadDates("计划结束早于计划开始", mend="请核对日期", field="ends_on")
    if starts_on.year != year or ends_on.year != year:
        raise BadDates(f"计划日期不在 {year} 年度内", mend="跨年的培训请分年度制定计划", field="starts_on")
    if minutes <= 0:
        raise Refused("计划学时须大于零", field="minutes")
    return Plan.objects.create(
        by=by,
        at=at,
        scope=earlier.scope if earlier else by.scope,
        key=earlier.key if earlier else uuid7(),
        valid_from=at.date(),
        year=year,
        title=title.strip(),
        kind=kind,
        audience=audience,
        minutes=minutes,
        starts_on=starts_on,
        ends_on=ends_on,
        organiser=earlier.organiser if earlier else by.body.name,
        reason=reason.strip(),
    )


@action("training.hold", kind="registry")
def hold(
    *,
    by: Officer,
    at: datetime,
    plan_key: UUID | None,
    title: str,
    kind: str,
    form: str,
    topic: str,
    teacher: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    material: str = "",
    organiser: str = "",
) -> Session:
    """安排培训场次.  **Clause** QS-4.3a, WC-2.3.1(2), DH-4.2b (held outside: its organiser is named).

    **Raises** BadDates, Refused.
    """
    if ends_at <= starts_at:
        raise BadDates("结束时间不晚于开始时间", mend="请核对时间", field="ends_at")
    length = (ends_at - starts_at).total_seconds() // 60
    days = (timezone.localdate(ends_at) - timezone.localdate(starts_at)).days + 1
    if not 0 < minutes <= min(length, LONGEST_DAY * days):
        raise Refused(
            f"计学时的时长须在 1 到 {min(length, LONGEST_DAY * days):.0f} 分钟之间",
            mend=f"不能长于场次本身，每天不超过 {LONGEST_DAY} 分钟",
            field="minutes",
        )
    if plan_key is not None and queries.plan(plan_key) is None:
        raise Refused("没有这项培训计划", mend="从列表中选择", field="plan_key")
    return Session.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        plan_key=plan_key,
        title=title.strip(),
        kind=kind,
        form=form,
        topic=topic.strip(),
        material=material.strip(),
        teacher=teacher.strip(),
        place=place.strip(),
        organiser=organiser.strip() or by.body.name,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
    )


@action("training.attend", kind="registry")
def attend(
    *,
    by: Officer,
    at: datetime,
    session: Session,
    officer: Officer,
    minutes: int | None = None,
    how: str = Attendance.How.SIGNED,
    proof: str = "",
) -> Attendance:
    """登记参训.  **Clause** QS-4.3a, DH-3.1b.

    **Raises** NotHeldYet, AlreadyThere, NotAllowed, Refused (longer than the session).
    """
    _reach(by, officer.scope)
    if at < session.starts_at:
        raise NotHeldYet(f"“{session}”还没有开始，不能登记参训", mend="开始以后再登记", field="officer")
    there = Attendance.objects.filter(session=session, officer_key=officer.key, replacement__isnull=True).first()
    if there is not None:
        raise AlreadyThere(
            f"{officer.name}已登记参训 {there.minutes} 分钟", mend="登记有误的，在名单中更正", field="officer"
        )
    return Attendance.objects.create(
        by=by,
        at=at,
        scope=officer.scope,
        session=session,
        officer=officer,
        officer_key=officer.key,
        on=timezone.localdate(session.starts_at),
        kind=session.kind,
        minutes=_lasting(session, session.minutes if minutes is None else minutes),
        how=how,
        proof=proof.strip(),
    )


@action("training.correct", kind="registry", on="attendance")
def correct(*, by: Officer, at: datetime, attendance: Attendance, minutes: int, reason: str) -> Attendance:
    """更正参训记录: a new fact beside the old one; zero minutes says the person was not there.

    **Raises** Refused (no reason, already corrected, nothing changed), NotAllowed.
    """
    _reach(by, attendance.scope)
    if not reason.strip():
        raise Refused("更正参训记录须写明理由", mend="写明原登记错在哪里、以什么为准", field="reason")
    if Attendance.objects.filter(replaces=attendance).exists():
        raise Refused("这条记录已经更正过", mend="刷新名单，对现在的记录再作更正")
    if minutes == attendance.minutes:
        raise Refused(f"更正后的时长与原来相同（{minutes} 分钟）", mend="没有变化的不必更正", field="minutes")
    return Attendance.objects.create(
        by=by,
        at=at,
        scope=attendance.scope,
        session=attendance.session,
        officer=attendance.officer,
        officer_key=attendance.officer_key,
        on=attendance.on,
        kind=attendance.kind,
        minutes=_lasting(attendance.session, minutes),
        how=Attendance.How.CORRECTED,
        proof=attendance.proof,
        reason=reason.strip(),
        replaces=attendance,
    )


def _lasting(session: Session, minutes: int) -> int:
    if not 0 <= minutes <= session.minutes:
        raise Refused(
            f"参训时长 {minutes} 分钟不在 0 到 {session.minutes} 分钟之间", mend="不能长于本场次", field="minutes"
        )
    return minutes


# ---- the bank ------------------------------------------------------------------------------------------------------


@action("training.question", kind="registry")
def question(
    *,
    by: Officer,
    at: datetime,
    type: str,
    text: str,
    options: list[str],
    answer: list[str],
    explanation: str,
    clause: str,
    valid_to: date | None = None,
    earlier: Question | None = None,
) -> Question:
    """登记试题, or a new version of one; with `valid_to` it leaves the bank after that day.

    **Raises** BadQuestion (an answer that is no option, a clause the body's pack does not know).
    """
    if earlier is not None:
        _reach(by, earlier.scope)
    options = [option.strip() for option in options if option.strip()]
    _askable(type, text, options, answer)
    if not queries.clause_known(by.body, clause):
        raise BadQuestion(
            f"本机关适用的规则包中没有条款“{clause}”", mend="在法规库中查到条款编号后填写", field="clause"
        )
    return Question.objects.create(
        by=by,
        at=at,
        scope=earlier.scope if earlier else by.scope,
        key=earlier.key if earlier else uuid7(),
        valid_from=at.date(),
        valid_to=valid_to,
        type=type,
        text=text.strip(),
        options=options,
        answer=sorted(answer),
        explanation=explanation.strip(),
        clause=clause,
        author_key=by.key,
    )


def _askable(type: str, text: str, options: list[str], answer: list[str]) -> None:
    if not text.strip():
        raise BadQuestion("题干没有填写", field="text")
    most = 2 if type == Question.Type.JUDGEMENT else len(LETTERS)
    if not 2 <= len(options) <= most:
        raise BadQuestion(f"选项须有 2 到 {most} 个，现有 {len(options)} 个", mend="每行写一个选项", field="options")
    if len(set(options)) < len(options):
        raise BadQuestion("有两个选项完全相同", mend="删去重复的选项", field="options")
    wrong = [letter for letter in answer if letter not in LETTERS[: len(options)]]
    if wrong or not answer or len(set(answer)) < len(answer):
        raise BadQuestion(
            f"答案“{''.join(answer)}”不在选项 {LETTERS[: len(options)]} 之内", mend="填写选项的字母", field="answer"
        )
    if type == Question.Type.MULTIPLE and len(answer) < 2:
        raise BadQuestion("多选题至少有两个正确选项", mend="只有一个正确选项的，改为单选题", field="answer")
    if type != Question.Type.MULTIPLE and len(answer) != 1:
        raise BadQuestion("单选题、判断题只能有一个正确选项", mend="改为多选题，或者只留一个答案", field="answer")


# ---- exams ---------------------------------------------------------------------------------------------------------


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
) -> Paper:
    """组卷: how many questions of each type, what passes, between when.  Each sitting draws its own.

    **Raises** BadPaper, BankTooSmall, BadDates.
    """
    total = sum(number * points[kind] for kind, number in wanted.items())
    if not 0 < pass_mark <= total:
        raise BadPaper(f"合格分数 {pass_mark} 不在 1 到满分 {total} 之间", mend="核对题数、分值", field="pass_mark")
    if closes_at <= opens_at:
        raise BadDates("考试结束不晚于开考", mend="请核对时间", field="closes_at")
    if closes_at <= at:
        raise BadDates("考试结束时间已经过去", mend="请填写以后的时间", field="closes_at")
    if minutes <= 0 or timedelta(minutes=minutes) > closes_at - opens_at:
        raise BadPaper("考试时长须大于零，且不长于开考到结束的时间", field="minutes")
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
    _reach(by, officer.scope)
    if at >= paper.closes_at:
        raise NotNow("考试已经结束，答案已经公布，不能再准考", mend="另行组卷", field="officer")
    if officer.auxiliary and paper.purpose == Purpose.CERTIFICATE:
        raise Refused(f"{officer.name}是执法辅助人员，不得取得行政执法证", mend="不参加执法资格考试", field="officer")
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
            raise Refused(f"{officer.name}再次准考须写明理由", mend="写明为什么准许补考", field="note")
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
    """交卷: the score is computed from what was saved in time, once.

    After the time is over the organiser may collect it too.  **Clause** QD-3.1.2(1)b.
    **Raises** NotAdmitted, NotNow, AlreadySat.
    """
    paper, officer = sitting.admission.paper, sitting.admission.officer
    over = at > queries.may_write_until(sitting)
    if by.key != sitting.admission.officer_key:
        _reach(by, sitting.scope)
        if not over:
            raise NotNow(f"{officer.name}还在考试时间内，不能代为收卷", mend="时间到后再收卷")
    if Result.objects.filter(sitting=sitting).exists():
        raise AlreadySat("本场考试已经交卷，成绩不再改变")
    given = queries.chosen(sitting)
    points = drawing.score(queries.asked(sitting), given, paper.points)
    return Result.objects.create(
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
    purpose: str = Purpose.CERTIFICATE,
) -> Result:
    """登记外部考试成绩: of an exam held elsewhere, the provincial one say, with the number of its proof.

    **Clause** QD-3.1.2(1)b (湖南省执法资格电子化考试).  **Raises** Refused, NotAllowed.
    """
    _reach(by, officer.scope)
    if on > at.date():
        raise BadDates("考试日期晚于今天", mend="请核对成绩单", field="on")
    if not proof.strip():
        raise Refused("没有填写成绩单或者合格证编号", mend="没有证明的成绩不能登记", field="proof")
    if not 0 < pass_mark <= total or not 0 <= score <= total:
        raise Refused("得分、合格分数须在满分之内", mend="请核对成绩单", field="score")
    if officer.auxiliary and purpose == Purpose.CERTIFICATE:
        raise Refused(f"{officer.name}是执法辅助人员，不得取得行政执法证", field="officer")
    if Result.objects.filter(officer_key=officer.key, proof=proof.strip(), how=Result.How.OUTSIDE).exists():
        raise AlreadyThere(f"{officer.name}的成绩 {proof} 已经登记", field="proof")
    return Result.objects.create(
        by=by,
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        title=title.strip(),
        purpose=purpose,
        organiser=organiser.strip(),
        on=on,
        how=Result.How.OUTSIDE,
        score=score,
        total=total,
        pass_mark=pass_mark,
        passed=score >= pass_mark,
        proof=proof.strip(),
    )


def certify(*, by: Officer, at: datetime, result: Result, **given: Any) -> Certificate:
    """Grant the certificate that stands on this pass: the action is the registry's, its cause is the result.

    **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a.  **Raises** NotPassed, AlreadyCertified, NotAllowed, and what the registry says.
    """
    _reach(by, result.scope)
    if not result.passed or result.purpose != Purpose.CERTIFICATE:
        raise NotPassed(
            f"{result.officer.name}没有通过执法资格考试（{result.title}，{result.score} 分，合格 {result.pass_mark} 分）",
            because=queries.exam_required(result.officer.body).because,
            mend="考试合格后再颁发",
        )
    officer = known.in_force(Officer, at.date()).filter(key=result.officer_key).first()
    if officer is None:
        raise Refused(f"{result.officer.name}已不在岗，不得颁发行政执法证", mend="核对人员名录")
    if Certificate.objects.filter(officer_key=officer.key, exam_passed_on__gte=result.on).exists():
        raise AlreadyCertified(f"{officer.name}已凭本次考试取得行政执法证", mend="换发、补发在执法人员名录中办理")
    return registry.grant_certificate(
        by=by, at=at, officer=officer, exam_passed_on=result.on, caused_by=result.entry, **given
    )


def _own(by: Officer, sitting: Sitting) -> None:
    if by.key != sitting.admission.officer_key:
        raise NotAdmitted("只能作答自己的试卷")


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
