"""Register reconsideration and litigation, their result, and what a result against the decision triggers."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record.documents import money
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..actions.ending import revoke
from ..errors import BadDate, NotYet
from ..models import Decision, Performance
from . import against, queries
from .against import Contested
from .models import Accountability, Refund, Remedy, RemedyResult


class NotContested(Refused):
    """Nothing of this kind is pending, or it ended already."""


@action("decision.open_remedy", milestone=True)
def open_remedy(
    *,
    by: Officer,
    at: datetime,
    decision: Decision | None = None,
    case: Case | None = None,
    kind: str,
    organ: str,
    number: str,
    on: date,
    stopped: bool = False,
    stopped_because: str = "",
) -> Remedy:
    """登记行政复议、行政诉讼: the surcharge pauses; execution only where it was stopped.

    **Clause** 行政处罚法 art. 73; 行政复议法 art. 23(1).  **Shape** `decision` of a penalty, else the `case` whose
    decision document is contested.  **Raises** NotYet, BadDate, NotContested.
    """
    found = contested(decision, case)
    case = found.case
    casework.must_handle(case, by, timezone.localdate(at))
    if found.served_on is None:
        raise NotYet("决定书还没有送达", mend="先印发、送达决定书")
    if not found.served_on <= on <= timezone.localdate(at):
        raise BadDate(
            f"日期应在送达日 {found.served_on} 与今天 {timezone.localdate(at)} 之间",
            mend="按受理通知书填写",
            field="on",
        )
    _reconsidered(found, kind)
    if (pending := queries.pending_against(found)) is not None:
        raise NotContested(f"{pending.get_kind_display()}（{pending.number}）还没有终结", mend="先登记其结果")
    for name, value, label in (("organ", organ, "复议机关或者人民法院"), ("number", number, "案号")):
        if not value.strip():
            raise NotYet(f"“{label}”没有填写", mend="按受理通知书或者应诉通知书填写", field=name)
    if stopped and len(stopped_because.strip()) < 4:
        raise NotYet(
            "复议、诉讼期间不停止执行，法律另有规定的除外；停止执行的应当写明依据",
            because=cases.clauses_of(case, "CN-PEN-73.1") if found.decision else (),
            mend="写明停止执行的决定或者裁定",
            field="stopped_because",
        )
    return Remedy.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=found.decision,
        document=found.document,
        kind=kind,
        organ=organ.strip(),
        number=number.strip(),
        on=on,
        stopped=stopped,
        stopped_because=stopped_because.strip(),
    )


def contested(decision: Decision | None, case: Case | None) -> Contested:
    """What the party contests.  **Raises** NotYet while nothing was decided and issued."""
    found = against.of_penalty(decision) if decision is not None else against.of(case) if case is not None else None
    if found is None:
        raise NotYet("本案还没有印发的决定", mend="先作出决定、印发并送达")
    return found


def _reconsidered(found: Contested, kind: str) -> None:
    """**Raises** NotContested for litigation where reconsideration comes first and was not ended.  行政复议法 art. 23(1)."""
    because = against.reconsidered_first(found) if kind == Remedy.Kind.LITIGATION else ()
    if because and not queries.results(found).filter(remedy__kind=Remedy.Kind.RECONSIDERATION).exists():
        raise NotContested(
            "对这个决定应当先申请行政复议，对复议决定不服的才能起诉",
            because=because,
            mend="先登记行政复议及其结果；法院已经受理的，按裁定办理",
            field="kind",
        )


@action("decision.end_remedy", milestone=True)
def end_remedy(
    *,
    by: Officer,
    at: datetime,
    remedy: Remedy,
    outcome: str,
    instrument: str,
    reason: str,
    on: date,
    received_on: date,
    fine_fen: int | None = None,
) -> RemedyResult:
    """登记复议、诉讼结果: one against the decision takes the publication down, and shows what to refund.

    **Clause** 行政处罚法 art. 48(2), 73; 国办发〔2018〕118号 二（三）.  **Raises** NotContested, BadDate, NotYet.
    """
    case, decision = remedy.case, remedy.decision
    found = contested(decision, case)
    casework.not_handler_but_head(case, by)
    if hasattr(remedy, "result"):
        raise NotContested("结果已经登记", mend="查看登记的结果")
    if not remedy.on <= on <= received_on <= timezone.localdate(at):
        raise BadDate(
            f"文书日期应在申请日 {remedy.on} 之后，收到日期在文书日期之后、今天之前", mend="按文书填写", field="on"
        )
    if not instrument.strip() or len(reason.strip()) < 4:
        field = "instrument" if not instrument.strip() else "reason"
        raise NotYet("没有写明文书名称、文号和理由", mend="按复议决定书、裁判文书填写", field=field)
    owed = queries.due_under(decision) if decision else 0
    changed = decision is not None and outcome == RemedyResult.Outcome.CHANGED
    if changed and (fine_fen is None or not 0 <= fine_fen <= owed):
        raise NotYet(f"变更的应写明变更后的罚没款，不超过 {money.yuan(owed)} 元", mend="按文书填写", field="fine_fen")
    revocation = None
    if outcome in queries.AGAINST:
        revocation = revoke(
            by=by,
            at=at,
            decision=decision,
            document=found.document,
            kind=outcome,
            organ=remedy.organ,
            instrument=instrument.strip(),
            reason=reason.strip(),
            on=on,
        )
    result = RemedyResult.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        remedy=remedy,
        outcome=outcome,
        instrument=instrument.strip(),
        reason=reason.strip(),
        on=on,
        received_on=received_on,
        fine_fen=fine_fen if changed else None,
        revocation=revocation,
    )
    if case.guided:
        return result  # its steps alone say where it stands
    paid = sum(Performance.objects.filter(decision=decision).values_list("amount_fen", flat=True)) if decision else 0
    settled = outcome in queries.AGAINST and paid >= (queries.due_under(decision) if decision else 0)
    casework.mark(case, "decision.end_remedy", {"settled": settled}, at)
    return result


@action("decision.refund", milestone=True)
def refund(*, by: Officer, at: datetime, decision: Decision, amount_fen: int, on: date, receipt_no: str) -> Refund:
    """登记退还罚没款.  **Clause** 行政处罚法 art. 48, 75: what was paid under a decision that does not stand."""
    case, left = decision.case, queries.to_refund(decision)
    casework.must_handle(case, by, timezone.localdate(at))
    if not 0 < (amount_fen or 0) <= left:
        raise NotContested(f"应当退还的是 {money.yuan(left)} 元", mend="按退库凭证填写", field="amount_fen")
    result = queries.last_result(decision)
    if result is not None and not result.received_on <= on <= timezone.localdate(at):
        raise BadDate(f"退还日期应在 {result.received_on} 与今天之间", mend="按退库凭证填写", field="on")
    if not receipt_no.strip():
        raise NotYet("没有填写凭证号", mend="按退库凭证填写", field="receipt_no")
    return Refund.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        amount_fen=amount_fen,
        on=on,
        receipt_no=receipt_no.strip(),
    )


@action("decision.call_to_account", milestone=True)
def call_to_account(*, by: Officer, at: datetime, result: RemedyResult, to: str, finding: str) -> Accountability:
    """提请责任追究 after a decision was found unlawful."""
    case = result.case
    casework.not_handler_but_head(case, by)
    if result.outcome not in queries.AGAINST:
        raise NotContested("决定得到维持，没有需要追究的责任", mend="查看复议、诉讼结果")
    if hasattr(result, "accountability"):
        raise NotContested("已经提请责任追究", mend="查看登记")
    for name, value, label in (("to", to, "提请机构"), ("finding", finding, "责任认定和处理意见")):
        if len(value.strip()) < 4:
            raise NotYet(f"“{label}”没有写明", mend="如实填写", field=name)
    return Accountability.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        result=result,
        to=to.strip(),
        finding=finding.strip(),
        on=timezone.localdate(at),
    )
