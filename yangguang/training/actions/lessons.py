"""培训计划、场次、参训: a plan and its versions, what was held, who was there."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.ids import uuid7

from .. import queries
from ..models import Attendance, Cancellation, Plan, Session
from .errors import AlreadyThere, BadDates, CalledOff, NoPlan, NoReason, NotHeldYet, NothingChanged, TooLong, reach

LONGEST_DAY = 600  # minutes of one session that can count as study


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

    **Raises** BadDates, TooLong, NotAllowed (a plan of a body above), NoReason.
    """
    if earlier is not None:
        reach(by, earlier.scope)
        if not reason.strip():
            raise NoReason("调整计划须写明理由", mend="写明为什么调整", field="reason")
    if ends_on < starts_on:
        raise BadDates("计划结束早于计划开始", mend="请核对日期", field="ends_on")
    if starts_on.year != year or ends_on.year != year:
        raise BadDates(f"计划日期不在 {year} 年度内", mend="跨年的培训请分年度制定计划", field="starts_on")
    if minutes <= 0:
        raise TooLong("计划学时须大于零", mend="填写计划的分钟数", field="minutes")
    return Plan.objects.create(
        by=by,
        at=at,
        scope=earlier.scope if earlier else by.scope,
        key=earlier.key if earlier else uuid7(),
        valid_from=timezone.localdate(at),
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

    **Raises** BadDates, TooLong, NoPlan.
    """
    if ends_at <= starts_at:
        raise BadDates("结束时间不晚于开始时间", mend="请核对时间", field="ends_at")
    length = (ends_at - starts_at).total_seconds() // 60
    days = (timezone.localdate(ends_at) - timezone.localdate(starts_at)).days + 1
    if not 0 < minutes <= min(length, LONGEST_DAY * days):
        raise TooLong(
            f"计学时的时长须在 1 到 {min(length, LONGEST_DAY * days):.0f} 分钟之间",
            mend=f"不能长于场次本身，每天不超过 {LONGEST_DAY} 分钟",
            field="minutes",
        )
    if plan_key is not None and queries.plan(plan_key) is None:
        raise NoPlan("没有这项培训计划", mend="从列表中选择", field="plan_key")
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


@action("training.cancel", kind="registry", on="session")
def cancel(*, by: Officer, at: datetime, session: Session, reason: str) -> Cancellation:
    """取消场次: it was not held, or does not count; the hours of who was on its list fall away and they are told.

    **Raises** NotAllowed (a session of a body above), NoReason, CalledOff.
    """
    reach(by, session.scope)
    if not reason.strip():
        raise NoReason("取消场次须写明理由", mend="写明为什么取消，参训人员会看到", field="reason")
    _held(session)
    return Cancellation.objects.create(by=by, at=at, scope=session.scope, session=session, reason=reason.strip())


def _held(session: Session) -> None:
    if (off := Cancellation.objects.filter(session=session).first()) is not None:
        raise CalledOff(
            f"“{session}”已于 {timezone.localdate(off.at)} 取消（{off.reason}）", mend="另行安排场次", field="officer"
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

    **Raises** NotHeldYet, CalledOff, AlreadyThere, NotAllowed, TooLong.
    """
    reach(by, officer.scope)
    if at < session.starts_at:
        raise NotHeldYet(f"“{session}”还没有开始，不能登记参训", mend="开始以后再登记", field="officer")
    _held(session)
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

    **Raises** NoReason, NothingChanged, TooLong, CalledOff, NotAllowed.
    """
    reach(by, attendance.scope)
    if not reason.strip():
        raise NoReason("更正参训记录须写明理由", mend="写明原登记错在哪里、以什么为准", field="reason")
    _held(attendance.session)
    if Attendance.objects.filter(replaces=attendance).exists():
        raise NothingChanged("这条记录已经更正过", mend="刷新名单，对现在的记录再作更正")
    if minutes == attendance.minutes:
        raise NothingChanged(f"更正后的时长与原来相同（{minutes} 分钟）", mend="没有变化的不必更正", field="minutes")
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
        raise TooLong(
            f"参训时长 {minutes} 分钟不在 0 到 {session.minutes} 分钟之间", mend="不能长于本场次", field="minutes"
        )
    return minutes
