"""Close the case, put its file away, register that a decision was revoked or changed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.joinder import queries as joinder
from yangguang.casework.models import Case
from yangguang.casework.unit import queries as units
from yangguang.duty import actions as duty
from yangguang.record import actions as record
from yangguang.record.models import Archive, Item
from yangguang.record.queries import Owed
from yangguang.registry.models import Officer
from yangguang.trail.actions import action

from .. import archiving, papers, queries
from ..errors import BadDate, BadService, NotArchivist, NotComplete, NotYet
from ..exemption import papers as exemption_papers
from ..exemption import queries as exemption
from ..joinder import papers as joinder_papers
from ..jurisdiction import papers as jurisdiction_papers
from ..jurisdiction import queries as jurisdiction
from ..models import Closure, Decision, Issuance, Revocation
from ..payment import queries as payments
from ..remedy import against
from ..remedy import queries as remedies
from ..transfer import papers as crime_papers
from ..transfer import queries as crime
from .serving import due_next

ENDED, SERVED = ("CN-PEN-47", "CN-PEN-66.1"), ("CN-PEN-61.1",)  # what closing rests on (G22), and service


def not_yet(case: Case, message: str, mend: str, *codes: str, field: str = "") -> NotYet:
    """Why a case cannot close now, with the clauses that have it so."""
    return NotYet(message, because=cases.clauses_of(case, *(codes or ENDED)), mend=mend, field=field)


def police_awaited(case: Case) -> NotYet:
    message = "公安机关还没有立案，或者涉案物品和材料还没有移交"
    return not_yet(case, message, "登记公安机关的答复和移交的情况", "CN-PEN-27.1")


def receiver_awaited(case: Case) -> NotYet:
    return not_yet(case, "接受移送的机关还没有答复", "登记接受移送的机关的答复", "CN-PEN-22")


def elsewhere(case: Case) -> tuple[bool, NotYet | None]:
    """Whether a case without a decision goes on elsewhere, and for whose answer its closing waits there."""
    if jurisdiction.gone(case) is not None:
        return True, None if jurisdiction.accepted(case) else receiver_awaited(case)
    if joinder.into(case) is not None:
        return True, None
    if crime.transfer_of(case) is not None:
        return True, None if crime.taken_over(case) else police_awaited(case)
    return False, None


def served_again(case: Case, item: Item) -> None:
    """**Raises** NotYet while a correction of the document was not served on the party."""
    if queries.served_as_it_stands(item) is None:
        raise not_yet(case, f"《{item.title}》更正后的版本还没有送达", "送达更正后的版本并制作送达回证", *SERVED)


@action("decision.close", milestone=True)
def close(*, by: Officer, at: datetime, case: Case, how: str) -> Closure:
    """结案.  **Clause** G22, QS-3.2.0b, QS-3.3.3e: refused while something the rules ask for is missing."""
    casework.not_handler_but_head(case, by)
    decision = queries.decision_of(case)
    if decision is None and exemption.granted(case) is not None:
        return _close_exempt(by, at, case, how)
    if how == exemption.ENDING:
        raise not_yet(case, "本案没有决定不予行政处罚", "选择实际的结案方式", field="how")
    if jurisdiction.gone(case) is not None:
        return _close_handed_over(by, at, case, how)
    if (lead := joinder.into(case)) is not None:
        return _closed(by, at, case, how, joinder_papers.closure(case, lead, how, by, timezone.localdate(at)))
    if decision is None and crime.transfer_of(case) is not None:
        return _close_transferred(by, at, case, how)
    if decision is None or queries.served(decision.issuance.item) is None:
        raise not_yet(case, "决定还没有作出并送达", "先作出决定、印发并送达", *SERVED)
    served_again(case, decision.issuance.item)
    if owing := payments.unsettled(decision, timezone.localdate(at)):
        raise not_yet(case, owing, SETTLE)
    _uncontested(case)
    _must_be_whole(cases.missing(case, upto="close"))
    if why := unfounded(decision, how):
        raise not_yet(case, why, "选择实际的结案方式，或者先登记发生的事", field="how")
    return _closed(by, at, case, how, papers.closure(decision, how, by, timezone.localdate(at)))


SETTLE = "登记缴款，或者依法催告、申请强制执行"
# What the file must show for a way to end; ways that are not here need nothing but what is owed being done.
FOUNDED: dict[str, tuple[Callable[[Decision], bool], str]] = {
    "延期或者分期履行完毕": (lambda made: payments.granted(made) is not None, "没有准予延期、分期缴纳的决定"),
    "经催告后履行完毕": (lambda made: payments.last_demand(made) is not None, "没有催告过当事人"),
    "人民法院强制执行完毕": (payments.executed_by_court, "没有人民法院执行完毕的结果"),
    "人民法院终结执行": (payments.ended_by_court, "没有人民法院终结执行的结果"),
    "决定被撤销或者确认无效": (lambda made: queries.revocation_of(made) is not None, "决定没有被撤销或者确认无效"),
    "移送司法机关": (lambda made: crime.transfer_of(made.case) is not None, "没有移送过司法机关"),
    "移送有管辖权的机关": (lambda made: False, "案件没有移送有管辖权的机关"),
    exemption.ENDING: (lambda made: False, "本案没有决定不予行政处罚"),
}


def unfounded(decision: Decision, how: str) -> str:
    """Why a case with this decision did not end in this way; "" where nothing speaks against it."""
    shown, why = FOUNDED.get(how, (None, ""))
    return why if shown is not None and not shown(decision) else ""


def _uncontested(case: Case) -> None:
    """**Raises** NotYet while reconsideration or litigation goes on."""
    found = against.of(case)
    if found is not None and (pending := remedies.pending_against(found)) is not None:
        raise not_yet(case, f"{pending.get_kind_display()}还没有终结", "登记复议、诉讼的结果后再结案")


def _must_be_whole(lacking: Sequence[Owed]) -> None:
    """**Raises** NotComplete naming each thing the file still lacks, with its clause."""
    if lacking:
        raise NotComplete(
            "结案之前案卷还缺：" + "；".join(one.title for one in lacking),
            because=[c for one in lacking for c in one.because],
            mend="补充后再结案",
        )


def _closed(by: Officer, at: datetime, case: Case, how: str, report: dict[str, Any]) -> Closure:
    """The closure with its 结案审批表, which bears the unit's word before the head's.  **Raises** UnitSilent."""
    on = timezone.localdate(at)
    before = units.subject(case)
    if before is not None and before.what == units.What.CLOSING:
        *earlier, head = report["opinions"]
        report |= {"opinions": [*earlier, *units.line(units.must_have_spoken(case, before)), head]}
    item = record.write(by=by, at=at, dossier=case.dossier, step="close", code="closure_report", data=report, on=on)
    closure = Closure.objects.create(by=by, at=at, scope=case.scope, case=case, how=how, on=on, item=item)
    casework.mark(case, "decision.close", {}, at, closed_on=on)
    return closure


def _close_transferred(by: Officer, at: datetime, case: Case, how: str) -> Closure:
    """End a case that the police took over, once everything was handed to them.  **Clause** 国务院令第730号 art. 12."""
    if crime.taken_over(case) is None:
        raise police_awaited(case)
    taken = set(case.steps.values_list("step", flat=True))
    _must_be_whole([one for one in cases.missing(case, upto="close") if one.step in taken])
    closure = _closed(by, at, case, how, crime_papers.closure(case, how, by, timezone.localdate(at)))
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D05", how="void", note=how)
    return closure


def _close_handed_over(by: Officer, at: datetime, case: Case, how: str) -> Closure:
    """End a case that the body it belongs to took.  **Clause** 行政处罚法 art. 22, 25."""
    handover, on = jurisdiction.gone(case), timezone.localdate(at)
    if handover is None or jurisdiction.accepted(case) is None:
        raise receiver_awaited(case)
    taken = set(case.steps.values_list("step", flat=True))
    _must_be_whole([one for one in cases.missing(case, upto="close") if one.step in taken])
    return _closed(by, at, case, how, jurisdiction_papers.closure(case, handover, how, by, on))


def _close_exempt(by: Officer, at: datetime, case: Case, how: str) -> Closure:
    """End a case in which no penalty was given, once the party has the document.  **Clause** G22; 行政处罚法 art. 33."""
    answer, service = exemption.granted(case), exemption.served(case)
    if answer is None or service is None:
        raise not_yet(case, "不予行政处罚决定书还没有送达", "先送达决定书并制作送达回证", *SERVED)
    served_again(case, service.item)
    if how != exemption.ENDING:
        why = f"本案已经决定不予行政处罚，不能以“{how}”结案"
        raise not_yet(case, why, f"选择“{exemption.ENDING}”", field="how")
    _uncontested(case)
    _must_be_whole([one for one in exemption.owed(cases.owed(case, upto="close")) if not one.met])
    return _closed(by, at, case, how, exemption_papers.closure(answer, service, how, by, timezone.localdate(at)))


@action("decision.archive", milestone=True, on="case")
def archive(*, by: Officer, at: datetime, case: Case, retention: str) -> Archive:
    """归档: the closed case becomes its volumes, and nothing in it changes from then on.

    **Clause** 行政处罚法 art. 47; QS-3.2.0b, QS-3.2.3a; gates G22, G26, G27, then G23.
    **Raises** NotArchivist, NotYet, NotComplete, record.Archived.
    """
    record.not_archived(case.dossier)
    must_archive(case, by)
    closure, waits = getattr(case, "closure", None), archiving.waits(case)
    if waits is not None:
        raise NotYet(waits.message, because=waits.because, mend=waits.mend)
    if not case.guided and (closure is None or timezone.localdate(at) < closure.on):
        raise BadDate("归档日期不能早于结案日期", mend="核对日期", field="at")
    owed = archiving.owed(case)
    for verdict in archiving.verdicts(case, owed, timezone.localdate(at)):
        if verdict.state != "passed":
            lacking = [one.title for one in owed if not one.met]
            raise NotComplete(
                "；".join(verdict.failures or ("尚不能判断",)) + (f"：{'、'.join(lacking)}" if lacking else ""),
                because=verdict.because,
                mend=verdict.mend,
            )
    done = record.archive_dossier(
        by=by,
        at=at,
        dossier=case.dossier,
        retention=retention,
        cover=papers.volume(case, closure, by) if closure else papers.course_volume(case, by),
        checked=archiving.checked(owed),
        follows=archiving.receipts(case),
        steps=archiving.step_titles(case),
    )
    if case.guided:
        course.end(
            by=by, at=at, case=case, step="archive", facts={"archived_on": done.on.isoformat(), "retention": retention}
        )
    else:
        casework.mark(case, "decision.archive", {}, at)
    return done


@action("decision.revoke", milestone=True)
def revoke(
    *,
    by: Officer,
    at: datetime,
    decision: Decision | None = None,
    document: Item | None = None,
    kind: str,
    organ: str,
    instrument: str,
    reason: str,
    on: date,
) -> Revocation:
    """登记决定的撤销、变更.  **Clause** 行政处罚法 art. 48(2): the publication comes down within three working days.

    **Shape** `decision` of a penalty, else the decision `document` of the case.  **Raises** NotYet, BadDate, BadService.
    """
    found = _decided(decision, document)
    case = found.case
    casework.not_handler_but_head(case, by)
    if not found.on <= on <= timezone.localdate(at):
        raise BadDate(f"日期应在决定日 {found.on} 与今天之间", field="on")
    for name, value, label in (
        ("organ", organ, "作出机关"),
        ("instrument", instrument, "文书"),
        ("reason", reason, "理由"),
    ):
        if not value.strip():
            raise BadService(f"“{label}”没有填写", mend="按撤销文书填写", field=name)
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="revoke",
        code="revocation_decision" if decision else "decision_undone",
        data=papers.revocation(decision, kind, organ, instrument, reason, on)
        if decision
        else papers.undone(found, kind, organ, instrument, reason, on, by),
        on=on,
    )
    revocation = Revocation.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        document=found.document,
        kind=kind,
        organ=organ,
        instrument=instrument,
        reason=reason,
        on=on,
        item=item,
    )
    # Of other kinds only what is on show has to come down: their courses end publication, not a revocation.
    if decision is not None or Issuance.objects.filter(item=found.item).exists():
        rule = papers.take_down_rule(case)
        due_next(by, at, case, rule, "撤下已公开的决定并公开说明理由", "disclosure", on)
    return revocation


def _decided(decision: Decision | None, document: Item | None) -> against.Contested:
    """What is undone.  **Raises** NotYet where no issued decision of a case is named."""
    case = Case.objects.filter(dossier=document.dossier_id).first() if document is not None else None
    found = against.of_penalty(decision) if decision is not None else against.of(case) if case is not None else None
    if found is None or (document is not None and found.document != document):
        raise NotYet("本案还没有印发的决定，没有可以撤销、变更的对象", mend="决定印发后再登记")
    return found


def must_archive(case: Case, officer: Officer) -> None:
    """**Raises** NotArchivist unless the officer is of the case's body and does not handle the case."""
    if officer.scope != case.scope:
        raise NotArchivist(f"{officer.name}不是{case.body.name}的人员", mend=f"由{case.body.name}的档案人员归档")
    if cases.handles(officer, case):
        raise NotArchivist(f"{officer.name}是本案承办人，不得自行检查、接收本案案卷", mend="由不承办本案的档案人员归档")
