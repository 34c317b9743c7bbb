"""Notify, hear, decide, issue, serve, collect, close, revoke."""

import secrets
from datetime import date, datetime
from typing import Any

from django.conf import settings

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.duty import actions as duty
from yangguang.record import actions as record
from yangguang.record.models import Archive, Item
from yangguang.registry.models import Officer
from yangguang.review import queries as review
from yangguang.trail.actions import action

from . import archiving, papers, queries
from .errors import (
    BadDate,
    BadService,
    Heavier,
    NotArchivist,
    NotComplete,
    NotDeliberated,
    NotHeard,
    NotNotified,
    NotReviewed,
    NotYet,
)
from .models import (
    Answer,
    Closure,
    Decision,
    Deliberation,
    Issuance,
    Notice,
    Performance,
    Revocation,
    Service,
    Statement,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L: people type this from paper


@action("decision.notify", milestone=True)
def notify(*, by: Officer, at: datetime, proposal: Proposal) -> Notice:
    """事先告知.  **Clause** 行政处罚法 art. 44, 63; the draft must have passed review first (QS)."""
    case = proposal.case
    casework.must_handle(case, by, at.date())
    reviewed(proposal)
    offered = queries.hearing_offered(proposal, at.date())
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="notice",
        code="prior_notice",
        data=papers.notice(proposal, offered, at.date()),
        on=at.date(),
    )
    notice = Notice.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        proposal=proposal,
        item=item,
        hearing=offered,
        penalties=proposal.body["penalties"],
        fine_fen=proposal.body["fine_fen"],
        confiscation_fen=proposal.body["confiscation_fen"],
    )
    casework.mark(case, "decision.notify", {}, at)
    return notice


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
) -> Service:
    """送达文书.  **Clause** 行政处罚法 art. 61, 民事诉讼法 art. 87, 89."""
    casework.must_handle(case, by, on)
    if item.dossier_id != case.dossier_id:
        raise BadService("所送文书不在本案卷中", field="item")
    if queries.served(item):
        raise BadService(f"《{item.title}》已经送达", mend="查看送达回证", field="item")
    if not item.on <= on <= at.date():
        raise BadDate(f"送达日期应在文书日期 {item.on} 与今天 {at.date()} 之间", mend="填写实际送达的日期", field="on")
    if method == Service.Method.LEAVING and not (witness and refusal):
        raise BadService(
            "留置送达应当记明拒收事由，并有见证人或者照片、录像（民事诉讼法第八十九条）",
            mend="填写拒收理由和见证人",
            field="witness",
        )
    if method == Service.Method.ELECTRONIC and not _consented(case):
        raise BadService(
            "没有当事人同意电子送达的确认书",
            because=cases.cite(cases.pack_of(case), "G18", e_service=True, e_service_consent=False),
            mend="先制作送达地址确认书并取得当事人签名",
            field="method",
        )
    receipt = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="serve" if item.code == "penalty_decision" else item.step,
        code="service_receipt",
        data=papers.receipt_of_service(case, item, method, place, recipient, relation, on, witness, refusal),
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
    if item.code == "penalty_decision":
        duty.fulfil(by=by, at=at, subject=case.chain, rule="D06", note=service.get_method_display())
        if case.decision.fine_fen:
            _due(by, at, case, "D11", "当事人缴纳罚款", "officer", on)
    return service


@action("decision.take_statement")
def take_statement(
    *, by: Officer, at: datetime, notice: Notice, how: str, text: str = "", on: date | None = None
) -> Statement:
    """记录陈述申辩.  **Clause** 行政处罚法 art. 45; G6."""
    case, on = notice.case, on or at.date()
    casework.must_handle(case, by, at.date())
    service, because = (
        queries.served(notice.item),
        cases.cite(cases.pack_of(case), "G6", statement_period_over_or_waived=False),
    )
    if service is None:
        raise NotYet("事先告知书还没有送达", because=because, mend="先送达并制作送达回证")
    if not service.on <= on <= at.date():
        raise BadDate(f"陈述申辩的日期应在送达日 {service.on} 与今天之间", field="on")
    due = queries.statement_due(notice)
    if how == Statement.How.LAPSED and due is not None and at.date() <= due:
        raise NotHeard(
            f"陈述申辩期限到 {due} 才届满，现在不能记为逾期未提出",
            because=because,
            mend="等期限届满，或者取得书面放弃声明",
        )
    if how != Statement.How.LAPSED and len(text.strip()) < 2:
        raise NotHeard("没有写明陈述申辩的内容或者放弃的原话", mend="如实记录", field="text")
    item = None
    if how != Statement.How.LAPSED:
        item = record.write(
            by=by,
            at=at,
            dossier=case.dossier,
            step="defence",
            code="defence_record",
            data=papers.defence(notice, how, text, on, at),
            on=on,
        )
    statement = Statement.objects.create(
        by=by, at=at, scope=case.scope, case=case, notice=notice, how=how, text=text.strip(), on=on, item=item
    )
    casework.mark(case, "decision.take_statement", {"how": how}, at)
    return statement


@action("decision.answer_defence")
def answer_defence(*, by: Officer, at: datetime, statement: Statement, adopted: str, reason: str) -> Answer:
    """复核陈述申辩.  **Clause** 行政处罚法 art. 45."""
    case = statement.case
    casework.must_handle(case, by, at.date())
    if len(reason.strip()) < 5:
        raise NotHeard("没有写明采纳或者不采纳的理由", mend="逐点写明", field="reason")
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="defence",
        code="review_of_defence",
        data=papers.defence_review(statement, adopted, reason, by, at.date()),
        on=at.date(),
    )
    answer = Answer.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        statement=statement,
        adopted=adopted,
        reason=reason.strip(),
        item=item,
    )
    casework.mark(case, "decision.answer_defence", {}, at)
    return answer


@action("decision.deliberate", milestone=True)
def deliberate(
    *, by: Officer, at: datetime, proposal: Proposal, attendees: list[dict[str, str]], conclusion: str
) -> Deliberation:
    """集体讨论.  **Clause** 行政处罚法 art. 57(2); G10."""
    case = proposal.case
    casework.not_handler_but_head(case, by)
    if len(attendees) < 3 or any(not row.get("view", "").strip() for row in attendees):
        raise NotDeliberated("集体讨论应有三人以上参加，每人的意见都要记明", mend="补充参加人和意见", field="attendees")
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="deliberate",
        code="collective_minutes",
        data=papers.minutes(proposal, by, attendees, conclusion, at),
        on=at.date(),
    )
    done = Deliberation.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        proposal=proposal,
        attendees=attendees,
        conclusion=conclusion,
        item=item,
    )
    casework.mark(case, "decision.deliberate", {}, at)
    return done


@action("decision.decide", milestone=True)
def decide(*, by: Officer, at: datetime, proposal: Proposal, opinion: str) -> Decision:
    """作出行政处罚决定 on exactly the reviewed draft.

    **Clause** 行政处罚法 art. 44, 45, 57, 58, 62; QS-3.3.0; gates G1–G13.
    **Raises** NotReviewed, NotNotified, NotHeard, Heavier, NotDeliberated, NotHead.
    """
    case = proposal.case
    casework.not_handler_but_head(case, by)
    passed = reviewed(proposal)
    notice = queries.notice_of(case)
    for verdict in queries.verdicts(proposal, by, at.date()):
        if verdict.state != "passed":
            raise _REFUSAL.get(verdict.code, NotYet)(
                "；".join(verdict.failures) or f"“{verdict.title}”尚不能判断，缺少：{'、'.join(verdict.unknown)}",
                because=verdict.because,
                mend=verdict.mend,
            )
    if notice is None:
        raise NotNotified("没有事先告知，不得作出决定", mend="先告知")
    body = proposal.body
    decision = Decision.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        proposal=proposal,
        review=passed,
        exempt="" if passed else review.required(proposal).explain[:200],
        notice=notice,
        penalties=body["penalties"],
        fine_fen=body["fine_fen"],
        confiscation_fen=body["confiscation_fen"],
        opinion=opinion.strip() or "同意",
        on=at.date(),
    )
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="decide",
        code="decision_approval",
        data=papers.approval(decision),
        on=at.date(),
    )
    casework.mark(case, "decision.decide", {}, at, decided_on=at.date())
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D05", note="已作出决定")
    _due(by, at, case, "D06", "送达行政处罚决定书", "officer", at.date())
    _due(by, at, case, "D07", "公开行政处罚决定", "disclosure", at.date())
    return decision


@action("decision.issue", milestone=True)
def issue(*, by: Officer, at: datetime, decision: Decision) -> Issuance:
    """印发决定书: the number is allotted now, without a gap.  **Clause** 行政处罚法 art. 59; G14."""
    case = decision.case
    casework.must_handle(case, by, at.date())
    if hasattr(decision, "issuance"):
        raise NotYet(f"决定书已印发：{decision.issuance.number_text}", mend="查看决定书")
    word = record.word_of(case.scope, decision.on, "罚决")
    number = record.allot_number(by=by, at=at, scope=case.scope, subject=case.chain, word=word, year=decision.on.year)
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="issue",
        code="penalty_decision",
        data=papers.decision(decision),
        on=decision.on,
        number=str(number),
        qr_url=f"{settings.PUBLIC_URL}/v/{code}",
    )
    issuance = Issuance.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        number=number,
        number_text=str(number),
        code=code,
        item=item,
        digest=item.digest,
        on=decision.on,
    )
    record.seal(**queries.sealed(issuance))
    casework.mark(case, "decision.issue", {}, at)
    return issuance


@action("decision.perform")
def perform(
    *, by: Officer, at: datetime, decision: Decision, amount_fen: int, on: date, receipt_no: str
) -> Performance:
    """登记履行.  **Clause** 行政处罚法 art. 67."""
    case = decision.case
    casework.must_handle(case, by, at.date())
    served = queries.served(decision.issuance.item) if hasattr(decision, "issuance") else None
    if served is None:
        raise NotYet("决定书还没有送达", mend="先送达决定书")
    if not served.on <= on <= at.date():
        raise BadDate(f"缴款日期应在送达日 {served.on} 与今天之间", mend="按票据填写", field="on")
    left = decision.fine_fen + decision.confiscation_fen - queries.paid_fen(decision)
    if not 0 < amount_fen <= left:
        raise BadService(f"金额应大于零且不超过尚未缴纳的 {left / 100:.2f} 元", mend="按票据填写", field="amount_fen")
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
    return done


@action("decision.close", milestone=True)
def close(*, by: Officer, at: datetime, case: Case, how: str) -> Closure:
    """结案.  **Clause** G22, QS-3.2.0b, QS-3.3.3e: refused while something the rules ask for is missing."""
    casework.not_handler_but_head(case, by)
    decision = queries.decision_of(case)
    if decision is None or queries.served(decision.issuance.item) is None:
        raise NotYet("决定还没有作出并送达", mend="先作出决定、印发并送达")
    if queries.paid_fen(decision) < decision.fine_fen + decision.confiscation_fen:
        raise NotYet("罚没款还没有全部缴纳", mend="登记缴款，或者依法催告、申请强制执行")
    if lacking := cases.missing(case, upto="close"):
        raise NotComplete(
            "结案之前案卷还缺：" + "；".join(one.title for one in lacking),
            because=[c for one in lacking for c in one.because],
            mend="补充后再结案",
        )
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="close",
        code="closure_report",
        data=papers.closure(decision, how, by, at.date()),
        on=at.date(),
    )
    closure = Closure.objects.create(by=by, at=at, scope=case.scope, case=case, how=how, on=at.date(), item=item)
    casework.mark(case, "decision.close", {}, at, closed_on=at.date())
    return closure


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
    if closure is None or at.date() < closure.on:
        raise BadDate("归档日期不能早于结案日期", mend="核对日期", field="at")
    owed = archiving.owed(case)
    for verdict in archiving.verdicts(case, owed, at.date()):
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
        cover=papers.volume(case, closure, by),
        checked=archiving.checked(owed),
        follows=archiving.receipts(case),
        steps=archiving.step_titles(case),
    )
    casework.mark(case, "decision.archive", {}, at)
    return done


@action("decision.revoke", milestone=True)
def revoke(
    *, by: Officer, at: datetime, decision: Decision, kind: str, organ: str, instrument: str, reason: str, on: date
) -> Revocation:
    """登记决定的撤销、变更.  **Clause** 行政处罚法 art. 48(2): the publication comes down within three working days."""
    case = decision.case
    casework.not_handler_but_head(case, by)
    if not decision.on <= on <= at.date():
        raise BadDate(f"日期应在决定日 {decision.on} 与今天之间", field="on")
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
        code="revocation_decision",
        data=papers.revocation(decision, kind, organ, instrument, reason, on),
        on=on,
    )
    revocation = Revocation.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        decision=decision,
        kind=kind,
        organ=organ,
        instrument=instrument,
        reason=reason,
        on=on,
        item=item,
    )
    _due(by, at, case, "D09", "撤下已公开的决定并公开说明理由", "disclosure", on)
    return revocation


def must_archive(case: Case, officer: Officer) -> None:
    """**Raises** NotArchivist unless the officer is of the case's body and does not handle the case."""
    if officer.scope != case.scope:
        raise NotArchivist(f"{officer.name}不是{case.body.name}的人员", mend=f"由{case.body.name}的档案人员归档")
    if cases.handles(officer, case):
        raise NotArchivist(f"{officer.name}是本案承办人，不得自行检查、接收本案案卷", mend="由不承办本案的档案人员归档")


# ---- inside ------------------------------------------------------------------------------------------------------

_REFUSAL: dict[str, Any] = {
    "G5": NotNotified,
    "G6": NotHeard,
    "G9": NotReviewed,
    "G10": NotDeliberated,
    "G13": Heavier,
}


def reviewed(proposal: Proposal) -> Any:
    """The review that passed this draft; None where the pack asks for none.  **Raises** NotReviewed."""
    case = proposal.case
    because = cases.cite(cases.pack_of(case), "G9")
    if cases.latest_proposal(case) != proposal:
        raise NotReviewed("处理意见已有新的一稿，须对最新一稿审核后办理", because=because, mend="对最新一稿送审")
    passed = review.passed(proposal)
    if passed is None and proposal.needs_review:
        given = [r for r in review.given(case) if r.proposal_id == proposal.pk]
        why = f"审核结论为“{given[-1].get_outcome_display()}”" if given else "还没有法制审核意见"
        raise NotReviewed(
            f"{proposal}{why}，不得作出决定",
            because=[*because, *review.required(proposal).because],
            mend="送法制审核并取得通过的意见；修改后须对修改稿重新审核",
        )
    return passed


def _due(by: Officer, at: datetime, case: Case, rule: str, title: str, role: str, start: date) -> None:
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=rule,
        title=title,
        role=role,
        pack=cases.pack_of(case),
        facts=cases.act_facts(case),
        start_on=start,
        owner_key=case.handler1_key if role == "officer" else None,
    )


def _consented(case: Case) -> bool:
    return case.dossier.items.filter(code="service_address_confirmation", data__electronic=True).exists()
