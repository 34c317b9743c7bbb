"""Pay later, pay the surcharge, demand, and ask the court."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..actions.serving import due_next
from ..errors import BadDate, NotYet
from ..models import Decision, Service
from ..remedy import queries as remedies
from . import papers, queries
from .models import CourtApplication, CourtOutcome, Deferral, DeferralAnswer, Demand, SurchargePayment, SurchargeRelief


class BadInstalments(Refused):
    """Instalments that are not what is owed, or not in order.  行政处罚法 art. 66."""


class NothingOwed(Refused):
    """Everything is paid."""


class OutsideWindow(Refused):
    """The court is asked within three months after nothing can be contested any more.  行政强制法 art. 53."""


def _served(decision: Decision) -> Service:
    service = queries.service_of(decision)
    if service is None:
        raise NotYet("决定书还没有送达", mend="先印发、送达决定书")
    return service


def _owing(decision: Decision, on: date) -> queries.Reckoning:
    found = queries.reckon(decision, on)
    if not found.left:
        raise NothingOwed("罚没款已经全部缴纳", mend="查看缴款登记")
    return found


def _unpaid(decision: Decision, on: date) -> queries.Reckoning:
    """What may be demanded: of the principal or, where that is paid, of the surcharge (行政强制法 art. 45, 53)."""
    found = queries.reckon(decision, on)
    if not found.left and not found.surcharge_left:
        raise NothingOwed("罚没款和加处罚款已经全部缴纳", mend="查看缴款登记")
    return found


@action("decision.ask_deferral", milestone=True)
def ask_deferral(
    *, by: Officer, at: datetime, decision: Decision, kind: str, plan: str, reason: str, on: date
) -> Deferral:
    """登记延期、分期缴纳申请.  **Clause** 行政处罚法 art. 66(2)."""
    case, service = decision.case, _served(decision)
    casework.must_handle(case, by, timezone.localdate(at))
    _owing(decision, timezone.localdate(at))
    if not service.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"申请日期应在送达日 {service.on} 与今天 {timezone.localdate(at)} 之间",
            because=_put_off(case),
            mend="按申请书填写",
            field="on",
        )
    if queries.unanswered(decision) is not None:
        raise NotYet("已有一份申请还没有答复", mend="由负责人先答复")
    for name, value, label in (("plan", plan, "申请的期限或者分期计划"), ("reason", reason, "经济困难的情况")):
        if len(value.strip()) < 4:
            raise NotYet(f"“{label}”没有写明", mend="按申请书如实填写", field=name)
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="perform",
        code="deferral_application",
        data=papers.application(decision, kind, plan.strip(), reason.strip(), at),
        on=on,
    )
    return Deferral.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        kind=kind,
        plan=plan.strip(),
        reason=reason.strip(),
        on=on,
        item=item,
    )


@action("decision.answer_deferral", milestone=True)
def answer_deferral(
    *,
    by: Officer,
    at: datetime,
    deferral: Deferral,
    granted: bool,
    opinion: str,
    instalments: list[dict[str, Any]] | None = None,
) -> DeferralAnswer:
    """批准延期、分期缴纳: the period to pay is then what was granted.

    **Clause** 行政处罚法 art. 66(2).  **Shape** `instalments`: [{due_on, amount}] in fen.  **Raises** BadInstalments.
    """
    case = deferral.case
    casework.not_handler_but_head(case, by)
    if hasattr(deferral, "answer"):
        raise NotYet("这份申请已经答复", mend="查看通知书")
    if len(opinion.strip()) < 2:
        raise NotYet("没有写明理由", mend="写明准许或者不准许的理由", field="opinion")
    told = list(instalments or []) if granted else []
    if granted:
        _instalments(deferral, told, timezone.localdate(at))
    written = {"by": by, "at": at, "dossier": case.dossier, "step": "perform", "on": timezone.localdate(at)}
    approval = record.write(
        **written,
        code="deferral_approval",
        data=papers.approval(deferral, granted, told, opinion.strip(), by, timezone.localdate(at)),
    )
    item = record.write(**written, code="deferral_notice", data=papers.notice(deferral, granted, told, opinion.strip()))
    answer = DeferralAnswer.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        deferral=deferral,
        granted=granted,
        instalments=told,
        opinion=opinion.strip(),
        approval=approval,
        item=item,
    )
    if granted:
        _new_dates(answer)
    return answer


def _instalments(deferral: Deferral, told: list[dict[str, Any]], today: date) -> None:
    left, because = queries.reckon(deferral.decision, today).left, _put_off(deferral.case)
    if not told or any(not one.get("due_on") or not one.get("amount") for one in told):
        raise BadInstalments("没有写明缴纳的日期和金额", because=because, mend="逐期填写", field="due_0")
    if deferral.kind == Deferral.Kind.DEFERRAL and len(told) != 1:
        raise BadInstalments(
            "延期缴纳只有一期", because=because, mend="只填第一期，或者由当事人申请分期缴纳", field="due_1"
        )
    days = [date.fromisoformat(one["due_on"]) for one in told]
    if days[0] <= today or days != sorted(set(days)):
        raise BadInstalments("缴纳日期应在今天之后，并且逐期在后", because=because, mend="按先后填写", field="due_0")
    if sum(one["amount"] for one in told) != left:
        raise BadInstalments(
            f"各期合计应为尚未缴纳的 {left / 100:,.2f} 元，现为 {sum(one['amount'] for one in told) / 100:,.2f} 元",
            because=because,
            mend="核对各期金额",
            field="amount_0",
        )


def _put_off(case: Case) -> list[Citation]:
    """The clause on paying later."""
    return cases.clauses_of(case, "CN-PEN-66.2")


def _new_dates(answer: DeferralAnswer) -> None:
    """The duty to pay is owed by the days that were granted."""
    case, decision = answer.case, answer.deferral.decision
    due = queries.ordinary_due(decision)
    given: dict[str, Any] = {"by": answer.by, "at": answer.at}
    duty.fulfil(
        **given, subject=case.chain, rule=queries.PAY, how="void", note=f"准许延期或者分期（{answer.item.number}）"
    )
    for n, one in enumerate(answer.instalments, start=1):
        duty.open_duty(
            **given,
            scope=case.scope,
            subject=case.chain,
            rule=queries.PAY,
            title=f"当事人缴纳罚款（准许的第 {n} 期）",
            role="officer",
            owner_key=case.handler1.key,
            start_on=timezone.localdate(answer.at),
            due_on=date.fromisoformat(one["due_on"]),
            because=[cited.as_json() for cited in due.because] if due else [],
            days=[],
            explain=f"依《{answer.item.title}》（{answer.item.number}）准许的期限，不按原定的日数计算。",
        )


@action("decision.pay_surcharge")
def pay_surcharge(
    *, by: Officer, at: datetime, decision: Decision, amount_fen: int, on: date, receipt_no: str
) -> SurchargePayment:
    """登记缴纳加处罚款.  **Clause** 行政处罚法 art. 72(1)."""
    case, service = decision.case, _served(decision)
    casework.must_handle(case, by, timezone.localdate(at))
    left = queries.reckon(decision, on).surcharge_left
    if not service.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"缴纳日期应在送达日 {service.on} 与今天之间", because=_surcharge(case), mend="按票据填写", field="on"
        )
    if not 0 < (amount_fen or 0) <= left:
        raise NothingOwed(
            f"金额应大于零且不超过尚未缴纳的加处罚款 {left / 100:,.2f} 元",
            because=_surcharge(case),
            mend="按票据填写",
            field="amount_fen",
        )
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="perform",
        code="receipt",
        data=papers.surcharge_receipt(decision, amount_fen, on, receipt_no, timezone.localdate(at)),
        on=on,
    )
    return SurchargePayment.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        amount_fen=amount_fen,
        on=on,
        receipt_no=receipt_no,
        item=item,
    )


def _surcharge(case: Case) -> list[Citation]:
    """The clause on what is added to a fine that is not paid in time."""
    return cases.clauses_of(case, "CN-PEN-72.1.1")


@action("decision.relieve_surcharge", milestone=True)
def relieve_surcharge(
    *, by: Officer, at: datetime, decision: Decision, amount_fen: int, reason: str
) -> SurchargeRelief:
    """减免加处罚款, once the fine itself is paid.  **Clause** 行政强制法 art. 42(1)."""
    case = decision.case
    casework.not_handler_but_head(case, by)
    _served(decision)
    found = queries.reckon(decision, timezone.localdate(at))
    because = [cases.pack_of(case).clause("CN-COE-42.1")]
    if found.left:
        raise NotYet(
            "罚没款本身还没有缴清，不能减免加处罚款", because=because, mend="当事人采取补救措施、缴清罚款后再减免"
        )
    if not 0 < (amount_fen or 0) <= found.surcharge_left:
        raise NothingOwed(
            f"金额应大于零且不超过尚未缴纳的加处罚款 {found.surcharge_left / 100:,.2f} 元",
            mend="核对金额",
            field="amount_fen",
        )
    if len(reason.strip()) < 6:
        raise NotYet("没有写明减免的理由", because=because, mend="写明当事人的补救措施", field="reason")
    return SurchargeRelief.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        amount_fen=amount_fen,
        reason=reason.strip(),
        on=timezone.localdate(at),
    )


@action("decision.demand", milestone=True)
def demand(*, by: Officer, at: datetime, decision: Decision, due_on: date) -> Demand:
    """催告履行.  **Clause** 行政强制法 art. 54; D18.  **Raises** NotYet, NothingOwed, BadDate."""
    case, today = decision.case, timezone.localdate(at)
    casework.must_handle(case, by, today)
    _served(decision)
    found = _unpaid(decision, today)
    if found.left and not found.overdue(today):
        nearest = min(part.due_on for part in found.parts if part.paid_on is None)
        because = cases.clauses_of(case, "CN-PEN-67.3", "CN-COE-54")
        raise NotYet(f"缴款期限到 {nearest} 才届满，现在不能催告", because=because, mend="期限届满后再催告")
    _not_stopped(decision)
    pack = cases.pack_of(case)
    least = pack.deadline(queries.DEMANDED, start=today, on=today, provisional=True)
    if due_on < least.due:
        raise BadDate(
            f"催告的履行期限不得早于 {least.due}", because=least.because, mend="给足法定的日数", field="due_on"
        )
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="perform",
        code="demand_letter",
        data=papers.demand(decision, found, due_on),
        on=today,
    )
    done = Demand.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        principal_fen=found.left,
        surcharge_fen=found.surcharge_left,
        on=today,
        due_on=due_on,
        item=item,
    )
    _court_duty(case, decision, by, at)
    return done


def _court_duty(case: Case, decision: Decision, by: Officer, at: datetime) -> None:
    """The window of the court is a duty from the first demand on."""
    over = remedies.open_until(decision)
    if over is not None and not Duty.objects.filter(subject=case.chain, rule=queries.COURT, discharge=None).exists():
        due_next(by, at, case, queries.COURT, "申请人民法院强制执行", "officer", over)


def _not_stopped(decision: Decision) -> None:
    pending = remedies.pending(decision)
    if pending is not None and pending.stopped:
        raise NotYet(f"{pending.get_kind_display()}期间已决定停止执行", mend="复议、诉讼终结后再办理")


@action("decision.apply_to_court", milestone=True)
def apply_to_court(*, by: Officer, at: datetime, decision: Decision, court: str) -> CourtApplication:
    """申请人民法院强制执行, signed by the head.

    **Clause** 行政强制法 art. 53–55; D17, D18.  **Raises** NotYet, OutsideWindow, NothingOwed.
    """
    case, today = decision.case, timezone.localdate(at)
    casework.not_handler_but_head(case, by)
    _served(decision)
    _unpaid(decision, today)
    because = [cases.pack_of(case).clause(code) for code in ("CN-COE-53", "CN-COE-54")]
    letter = queries.last_demand(decision)
    opens = queries.demand_opens(letter) if letter else None
    if letter is None or opens is None:
        raise NotYet("还没有催告，或者催告书还没有送达", because=because, mend="先催告并送达")
    if today <= opens.due:
        raise NotYet(f"催告书送达后的期限到 {opens.due} 才届满", because=opens.because, mend="期满仍未履行的再申请")
    window = queries.court_window(decision)
    if window is None:
        raise OutsideWindow("复议、诉讼正在进行，不能申请强制执行", because=because, mend="复议、诉讼终结后再申请")
    if today <= window.start:
        raise OutsideWindow(
            f"当事人申请复议、提起诉讼的期限到 {window.start} 才届满", because=because, mend="期限届满后再申请"
        )
    if today > window.due:
        raise OutsideWindow(
            f"申请人民法院强制执行的期限已于 {window.due} 届满", because=window.because, mend="依法追究逾期的责任"
        )
    if not court.strip():
        raise NotYet("没有写明受申请的人民法院", mend="填写有管辖权的人民法院", field="court")
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="perform",
        code="court_enforcement_application",
        data=papers.court(letter, court.strip(), by),
        on=today,
    )
    done = CourtApplication.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        demand=letter,
        court=court.strip(),
        on=today,
        item=item,
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.COURT, note=item.number)
    return done


@action("decision.hear_court", milestone=True)
def hear_court(
    *, by: Officer, at: datetime, application: CourtApplication, result: str, instrument: str, on: date, note: str = ""
) -> CourtOutcome:
    """登记强制执行的裁定和结果.  **Clause** 行政强制法 art. 56–58."""
    case = application.case
    casework.must_handle(case, by, timezone.localdate(at))
    if not application.on <= on <= timezone.localdate(at):
        raise BadDate(f"文书日期应在申请日 {application.on} 与今天之间", mend="按文书填写", field="on")
    if not instrument.strip():
        raise NotYet("没有写明文书名称和文号", mend="按法院文书填写", field="instrument")
    done = CourtOutcome.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        application=application,
        result=result,
        instrument=instrument.strip(),
        on=on,
        note=note.strip(),
    )
    if result == CourtOutcome.Result.ENDED:
        duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.PAY, how="void", note="终结执行")
    casework.mark(case, "decision.hear_court", {"result": result}, at)
    return done
