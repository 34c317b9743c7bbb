"""Serve a paper on the party; what then falls due; what was paid."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.models import Item
from yangguang.registry.models import Officer
from yangguang.trail.actions import action

from .. import papers, queries
from ..errors import BadDate, BadService, NotYet
from ..models import Decision, Performance, Service
from ..outward import actions as announcements
from ..payment import queries as payments
from ..remedy import queries as remedies

# Who serves in the organ's stead or passes on: the clause, and what is to be named.
THROUGH = {
    Service.Method.ENTRUSTED: ("CN-CIV-91", "受委托的行政机关"),
    Service.Method.FORWARDED: ("CN-CIV-94", "代为转交的机关、单位"),
}
DECIDED = ("penalty_decision", "no_penalty_decision")  # the documents that end the step of serving


@action("decision.serve")
def serve(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    item: Item,
    method: str,
    place: str,
    recipient: str,
    on: date,
    relation: str = "",
    witness: str = "",
    refusal: str = "",
    hour: time | None = None,
    through: str = "",
) -> Service:
    """送达文书.  **Clause** 行政处罚法 art. 61, 民事诉讼法 art. 87–95.

    **Shape** `hour`: of handing over, where it is known; `through`: the organ that serves on our behalf or passes on.
    """
    casework.must_handle(case, by, on)
    if item.dossier_id != case.dossier_id:
        raise BadService("所送文书不在本案卷中", field="item")
    if item.code in documents.catalogue() and documents.template(item.code).internal:
        raise BadService(f"《{item.title}》是内部文书，不得送达当事人", mend="送达对外的文书", field="item")
    queries.must_stand(item)
    if queries.service_of(item):
        raise BadService(f"《{item.title}》已经送达", mend="查看送达回证", field="item")
    if not item.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"送达日期应在文书日期 {item.on} 与今天 {timezone.localdate(at)} 之间",
            because=cases.clauses_of(case, "CN-CIV-87.2"),
            mend="填写实际送达的日期",
            field="on",
        )
    if hour is not None and on == timezone.localdate(at) and hour > timezone.localtime(at).time():
        raise BadDate(
            f"送达时间 {hour:%H:%M} 还没有到",
            because=cases.clauses_of(case, "CN-CIV-87.2"),
            mend="填写实际送达的时间",
            field="hour",
        )
    _to_whom(case, method, recipient, relation, through)
    recordings = _filmed(case, on) if method == Service.Method.LEAVING else []
    if method == Service.Method.LEAVING and not (refusal and (witness or recordings)):
        raise BadService(
            "留置送达应当记明拒收事由，并有见证人或者照片、录像",
            because=cases.clauses_of(case, "CN-CIV-89"),
            mend="填写拒收理由；没有见证人的，先把送达当日拍摄的照片、录像收入案卷",
            field="witness" if refusal else "refusal",
        )
    if method == Service.Method.ELECTRONIC and not _consented(case):
        raise BadService(
            "没有当事人同意电子送达的确认书",
            because=cases.cite(cases.pack_of(case), "G18", e_service=True, e_service_consent=False),
            mend="先制作送达地址确认书并取得当事人签名",
            field="method",
        )
    if method == Service.Method.ANNOUNCEMENT:
        announcements.must_have_run(case, item, on, timezone.localdate(at))
    again = queries.served(item) is not None
    receipt = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="serve" if item.code in DECIDED else item.step,
        code="service_receipt",
        data=papers.receipt_of_service(
            case, item, method, place, recipient, relation, on, witness, refusal, hour, through, recordings
        ),
        on=on,
        event="service",
    )
    service = Service.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        item=item,
        code=item.code,
        method=method,
        place=place,
        recipient=recipient,
        relation=relation,
        on=on,
        witness=witness,
        refusal=refusal,
        receipt=receipt,
    )
    casework.mark(case, "decision.serve", {"code": item.code}, at)
    if method == Service.Method.ANNOUNCEMENT:
        duty.fulfil(by=by, at=at, subject=case.chain, rule=announcements.TERM, note=service.get_method_display())
    if item.code == "hearing_notice":
        duty.fulfil(by=by, at=at, subject=case.chain, rule="D04", note=service.get_method_display())
    if item.code in DECIDED:
        duty.fulfil(by=by, at=at, subject=case.chain, rule="D06", note=service.get_method_display())
        if item.code == "penalty_decision" and case.decision.fine_fen and not again:
            due_next(by, at, case, "D11", "当事人缴纳罚款", "officer", on)
    return service


def _to_whom(case: Case, method: str, recipient: str, relation: str, through: str) -> None:
    """**Raises** BadService where it is not said who took the paper for the party, or who served or passed it on."""
    party, given = case.party, through.strip()
    if method in THROUGH and len(given) < 4:
        clause, who = THROUGH[Service.Method(method)]
        raise BadService(
            f"没有写明{who}",
            because=cases.clauses_of(case, clause),
            mend=f"填写{who}的全称",
            field="through",
        )
    if method in THROUGH or method == Service.Method.ANNOUNCEMENT:
        return
    if recipient.strip() not in (party.name, party.legal_rep) and relation.strip() in ("", "本人"):
        raise BadService(
            f"收件人{recipient.strip()}不是当事人{party.name}",
            because=cases.clauses_of(case, "CN-CIV-88"),
            mend="写明收件人与当事人的关系，例如同住成年家属、负责收件的人、代理人",
            field="relation",
        )


def _filmed(case: Case, on: date) -> list[Item]:
    """Photographs and films that came into the file from the day of the service on."""
    rows = case.dossier.items.filter(medium__in=[Item.Medium.PHOTO, Item.Medium.VIDEO]).order_by("at")
    return [one for one in rows if timezone.localdate(one.at) >= on]


@action("decision.perform")
def perform(
    *, by: Officer, at: datetime, decision: Decision, amount_fen: int, on: date, receipt_no: str
) -> Performance:
    """登记履行.  **Clause** 行政处罚法 art. 67."""
    case = decision.case
    casework.must_handle(case, by, timezone.localdate(at))
    served = queries.served(decision.issuance.item) if hasattr(decision, "issuance") else None
    if served is None:
        raise NotYet("决定书还没有送达", mend="先送达决定书")
    if not served.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"缴款日期应在送达日 {served.on} 与今天之间",
            because=cases.clauses_of(case, "CN-PEN-67.3"),
            mend="按票据填写",
            field="on",
        )
    left = remedies.due_under(decision) - queries.paid_fen(decision)
    if not 0 < amount_fen <= left:
        raise BadService(
            f"金额应大于零且不超过尚未缴纳的 {left / 100:,.2f} 元",
            because=cases.clauses_of(case, "CN-PEN-67.3"),
            mend="按票据填写",
            field="amount_fen",
        )
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="perform",
        code="receipt",
        data=papers.receipt(decision, amount_fen, on, receipt_no),
        on=on,
    )
    done = Performance.objects.create(
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
    if amount_fen == left:
        casework.mark(case, "decision.perform", {}, at)
        duty.fulfil(by=by, at=at, subject=case.chain, rule="D11", note=f"票据 {receipt_no}")
    else:
        _parts_paid(decision, by, at, f"票据 {receipt_no}")
    return done


def _parts_paid(decision: Decision, by: Officer, at: datetime, note: str) -> None:
    """End the duties to pay of those parts of a granted schedule that are paid now."""
    unpaid = {part.due_on for part in payments.reckon(decision, timezone.localdate(at)).parts if part.paid_on is None}
    for one in Duty.objects.filter(subject=decision.case.chain, rule="D11", discharge__isnull=True):
        if one.due_on not in unpaid:
            duty.discharge(by=by, at=at, duty=one, note=note)


def due_next(
    by: Officer,
    at: datetime,
    case: Case,
    rule: str,
    title: str,
    role: str,
    start: date,
    facts: dict[str, Any] | None = None,
) -> None:
    """What the law asks for next, within the time the pack counts from the day it started.

    **Shape** `facts`: more than the case itself says, where the pack's lines ask it.
    """
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=rule,
        title=title,
        role=role,
        pack=cases.pack_of(case),
        facts={**(facts or {}), **cases.act_facts(case)},
        start_on=start,
        owner_key=case.handler1.key if role == "officer" else None,
    )


def _consented(case: Case) -> bool:
    """Whether the party agreed to be served electronically where it last said how: in this case, or in one it came from."""
    said = queries.confirmed_address(case)
    return said is not None and said.data.get("electronic") is True
