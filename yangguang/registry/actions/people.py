"""人员、执法证、审核资格、回避."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.policy import packs
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import Body, Certificate, CertificateChange, CertificateCheck, Exam, Officer, Qualification, Recusal
from .versions import newest, next_version


class NoExam(Refused):
    """没有通过执法资格考试，不得取得执法资格."""


class BadExam(Refused):
    """An exam result that cannot be, has no proof, or is on record already."""


class BadCertificate(Refused):
    """A certificate of a kind the jurisdiction does not recognise, or a change that cannot follow its state."""


@action("registry.register_officer", kind="registry")
def register_officer(
    *, by: Officer | None, at: datetime, body: Body, name: str, valid_from: date, **fields: Any
) -> Officer:
    """登记人员."""
    return Officer.objects.create(at=at, scope=body.scope, body=body, name=name, valid_from=valid_from, **fields)


@action("registry.change_officer", kind="registry")
def change_officer(
    *, by: Officer | None, at: datetime, officer: Officer, valid_from: date, reason: str, **changes: Any
) -> Officer:
    """变更人员: post, unit, kinds of act, matters served.  **Clause** DH-2.1.2c."""
    return next_version(officer, at, valid_from, reason, changes)


@action("registry.record_exam", kind="registry")
def record_exam(
    *,
    by: Officer | None,
    at: datetime,
    officer: Officer,
    title: str,
    organiser: str,
    on: date,
    how: str = Exam.How.OUTSIDE,
    score: int | None = None,
    total: int | None = None,
    pass_mark: int | None = None,
    proof: str = "",
    regime: str = "",
    source: str = "",
) -> Exam:
    """登记执法资格考试成绩: sat here, held elsewhere, or imported with the certificate it led to.

    **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a.  **Shape** `how` imported: a pass whose marks are unknown.  **Raises** BadExam.
    """
    may_be_recorded(officer, title, organiser, on, timezone.localdate(at), regime)
    if how != Exam.How.IMPORTED:
        if score is None or total is None or pass_mark is None:
            raise BadExam("没有填写得分、满分、合格分数", mend="按成绩单填写", field="score")
        if not 0 < pass_mark <= total or not 0 <= score <= total:
            raise BadExam("得分、合格分数须在满分之内", mend="请核对成绩单", field="score")
    if how == Exam.How.OUTSIDE and not proof.strip():
        raise BadExam("没有填写成绩单或者合格证编号", mend="没有证明的成绩不能登记", field="proof")
    if proof.strip() and Exam.objects.filter(officer_key=officer.key, proof=proof.strip()).exists():
        raise BadExam(f"{officer.name}的成绩 {proof} 已经登记", mend="在人员页面查看已登记的成绩", field="proof")
    return Exam.objects.create(
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        regime=regime,
        title=title.strip(),
        organiser=organiser.strip(),
        on=on,
        how=how,
        score=score,
        total=total,
        pass_mark=pass_mark,
        passed=score is None or pass_mark is None or score >= pass_mark,
        proof=proof.strip(),
        source=source,
    )


def may_be_recorded(officer: Officer, title: str, organiser: str, on: date, today: date, regime: str) -> None:
    """Whether an exam of a person can be put on record.  **Raises** BadExam."""
    if officer.auxiliary:
        raise BadExam(
            f"{officer.name}是执法辅助人员，不得取得行政执法证", mend="不登记执法资格考试成绩", field="officer"
        )
    if on > today:
        raise BadExam("考试日期晚于今天", mend="请核对成绩单", field="on")
    for value, label, field in ((title, "考试名称", "title"), (organiser, "举办机关", "organiser")):
        if not value.strip():
            raise BadExam(f"没有填写{label}", mend="按成绩单填写", field=field)
    known = packs.load(officer.body.pack).parameter("exam_regimes")
    if regime and regime not in (known.value or (regime,)):
        raise BadExam(
            f"本地不认可“{regime}”", because=known.because, mend=f"认可的：{'、'.join(known.value)}", field="regime"
        )


@action("registry.grant_certificate", kind="registry")
def grant_certificate(
    *,
    by: Officer | None,
    at: datetime,
    exam: Exam,
    number: str,
    issuer: str,
    valid_from: date,
    valid_to: date,
    covers: list[str] | None = None,
    issuer_family: str = Certificate.IssuerFamily.PROVINCIAL,
    family: str = "",
) -> Certificate:
    """颁发行政执法证: to the person who passed this exam.

    **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a: 未经考试合格不得授予执法资格.  **Raises** NoExam, BadCertificate.
    """
    officer = newest(exam.officer)
    may_be_granted(officer, exam, valid_from, valid_to, family)
    if Certificate.objects.filter(number=number).exists():
        raise BadCertificate(f"证号 {number} 已经登记", mend="请核对证号；换证应有新的证号", field="number")
    return Certificate.objects.create(
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        number=number,
        issuer=issuer,
        issuer_family=issuer_family,
        family=family,
        exam=exam,
        exam_passed_on=exam.on,
        covers=covers or [],
        valid_from=valid_from,
        valid_to=valid_to,
    )


def may_be_granted(officer: Officer, exam: Exam, valid_from: date, valid_to: date, family: str) -> None:
    """Whether the law lets a certificate be granted on an exam.  **Raises** NoExam, BadCertificate."""
    pack = packs.load(officer.body.pack)
    because = pack.parameter("exam_required").because
    if not exam.passed:
        raise NoExam(
            f"{officer.name}没有通过执法资格考试（{exam.title}，{exam.marks}），不得颁发行政执法证",
            because=because,
            mend="考试合格并登记成绩后再颁发",
            field="exam",
        )
    if exam.on > valid_from:
        raise NoExam(
            f"{officer.name}在 {valid_from} 之前没有通过执法资格考试（{exam.on} 合格），不得颁发行政执法证",
            because=because,
            mend="证件生效日期不得早于考试合格日期",
            field="exam",
        )
    regimes = pack.parameter("exam_regimes")
    if regimes.value and exam.regime not in regimes.value:
        raise NoExam(
            f"“{exam.title}”不是本地认可的执法资格考试",
            because=regimes.because,
            mend=f"认可的：{'、'.join(regimes.value)}；确是该考试的，登记成绩时选明种类",
            field="exam",
        )
    if officer.auxiliary:
        raise NoExam(
            f"{officer.name}是执法辅助人员，不得取得行政执法证",
            because=pack.parameter("certificate_excluded").because,
            mend="由持证执法人员办理",
            field="officer",
        )
    if officer.valid_to is not None and officer.valid_to < valid_from:
        raise NoExam(f"{officer.name}已于 {officer.valid_to} 离开本机关", mend="核对人员名录", field="officer")
    if valid_to < valid_from:
        raise BadCertificate("执法证有效期的止日早于起日", mend="请核对证件上的日期", field="valid_to")
    _recognised(officer.body, family)


def _recognised(body: Body, family: str) -> None:
    """Whether the jurisdiction recognises this kind of certificate (parameter `certificate_families`)."""
    if not family:
        return
    answer = packs.load(body.pack).parameter("certificate_families")
    if answer.value and family not in answer.value:
        raise BadCertificate(
            f"本地不认可“{family}”",
            because=answer.because,
            mend=f"认可的执法证件：{'、'.join(answer.value)}",
            field="family",
        )


@action("registry.change_certificate", kind="registry")
def change_certificate(
    *, by: Officer | None, at: datetime, certificate: Certificate, state: str, on: date, reason: str
) -> CertificateChange:
    """暂扣、恢复或者注销行政执法证.  **Clause** QS-4.6b, QS-3.1.2a.  **Raises** BadCertificate."""
    before = certificate.changes.order_by("-on", "-at").first()
    now = before.state if before else ""
    if now == CertificateChange.State.REVOKED:
        raise BadCertificate(f"执法证 {certificate} 已注销，不能再变动", mend="重新考试、颁发新证", field="state")
    if before and on < before.on:
        raise BadCertificate(
            f"已有 {before.on} 的变动，新的变动不能更早", mend=f"填写 {before.on} 或者以后的日期", field="on"
        )
    if state == CertificateChange.State.RESTORED and now != CertificateChange.State.SUSPENDED:
        raise BadCertificate(f"执法证 {certificate} 没有被暂扣，无须恢复", mend="核对证号和变动的种类", field="state")
    if state == now:
        raise BadCertificate(f"执法证 {certificate} 已被暂扣", mend="恢复或者注销的，另选变动的种类", field="state")
    if not reason.strip():
        raise BadCertificate("没有写明原因", mend="写明依据的文件或者事由", field="reason")
    return CertificateChange.objects.create(
        at=at, scope=certificate.scope, certificate=certificate, state=state, on=on, reason=reason
    )


@action("registry.check_certificate", kind="registry")
def check_certificate(
    *,
    by: Officer | None,
    at: datetime,
    certificate: Certificate,
    year: int,
    passed: bool,
    on: date,
    note: str = "",
) -> CertificateCheck:
    """年度审验: who fails may not enforce until a later check is passed.  **Clause** QS-4.6b.  **Raises** BadCertificate."""
    if not certificate.valid_from.year <= year <= on.year:
        raise BadCertificate(
            f"审验年度应在 {certificate.valid_from.year} 至 {on.year} 之间", mend="核对年度和审验日期", field="year"
        )
    if on > timezone.localdate(at):
        raise BadCertificate("审验日期晚于今天", mend="审验以后再登记", field="on")
    if not passed and not note.strip():
        raise BadCertificate("审验不合格的，应当写明原因", mend="写明哪一项不合格", field="note")
    return CertificateCheck.objects.create(
        at=at,
        scope=certificate.scope,
        certificate=certificate,
        year=year,
        passed=passed,
        on=on,
        note=note.strip(),
    )


@action("registry.qualify_reviewer", kind="registry")
def qualify_reviewer(
    *, by: Officer | None, at: datetime, officer: Officer, kind: str, number: str, valid_from: date
) -> Qualification:
    """登记法制审核资格."""
    return Qualification.objects.create(
        at=at,
        scope=officer.scope,
        officer=officer,
        officer_key=officer.key,
        kind=kind,
        number=number,
        valid_from=valid_from,
    )


@action("registry.recuse", kind="event")
def recuse(*, by: Officer, at: datetime, subject: str, officer: Officer, ground: str, note: str) -> Recusal:
    """回避.  **Clause** 行政处罚法 art. 43."""
    return Recusal.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        subject=subject,
        officer=officer,
        officer_key=officer.key,
        ground=ground,
        note=note,
    )
