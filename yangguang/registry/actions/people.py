"""人员、执法证、审核资格、回避."""

from datetime import date, datetime
from typing import Any

from yangguang.policy import packs
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import Body, Certificate, CertificateChange, CertificateCheck, Officer, Qualification, Recusal
from .versions import next_version


class NoExam(Refused):
    """没有通过执法资格考试，不得取得执法资格."""


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


@action("registry.grant_certificate", kind="registry")
def grant_certificate(
    *,
    by: Officer | None,
    at: datetime,
    officer: Officer,
    number: str,
    issuer: str,
    exam_passed_on: date | None,
    valid_from: date,
    valid_to: date,
    covers: list[str] | None = None,
    issuer_family: str = Certificate.IssuerFamily.PROVINCIAL,
    family: str = "",
) -> Certificate:
    """颁发行政执法证.  **Clause** QD-3.1.2(1)b, WC-2.1.3(2)a: 未经考试合格不得授予执法资格.

    **Raises** NoExam, BadCertificate.
    """
    passed_on = may_be_granted(officer, exam_passed_on, valid_from, valid_to, family)
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
        exam_passed_on=passed_on,
        covers=covers or [],
        valid_from=valid_from,
        valid_to=valid_to,
    )


def may_be_granted(
    officer: Officer, exam_passed_on: date | None, valid_from: date, valid_to: date, family: str
) -> date:
    """The day of the exam, where the law lets a certificate be granted.  **Raises** NoExam, BadCertificate."""
    if exam_passed_on is None or exam_passed_on > valid_from:
        raise NoExam(
            f"{officer.name}在 {valid_from} 之前没有通过执法资格考试，不得颁发行政执法证",
            mend="先登记考试合格日期，且不得晚于证件生效日期",
            field="exam_passed_on",
        )
    if officer.auxiliary:
        raise NoExam(f"{officer.name}是执法辅助人员，不得取得行政执法证", field="officer")
    if valid_to < valid_from:
        raise Refused("执法证有效期的止日早于起日", mend="请核对证件上的日期", field="valid_to")
    _recognised(officer.body, family)
    return exam_passed_on


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
        raise BadCertificate(f"已有 {before.on} 的变动，新的变动不能更早", field="on")
    if state == CertificateChange.State.RESTORED and now != CertificateChange.State.SUSPENDED:
        raise BadCertificate(f"执法证 {certificate} 没有被暂扣，无须恢复", field="state")
    if state == now:
        raise BadCertificate(f"执法证 {certificate} 已被暂扣", field="state")
    if not reason.strip():
        raise BadCertificate("没有写明原因", field="reason")
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
    if on > at.date():
        raise BadCertificate("审验日期晚于今天", field="on")
    if not passed and not note.strip():
        raise BadCertificate("审验不合格的，应当写明原因", field="note")
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
