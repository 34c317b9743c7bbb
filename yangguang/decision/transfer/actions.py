"""Report a suspected crime, have the transfer approved, hand the case over, write down the answer and act on it."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import clock, papers
from ..errors import BadDate, NotYet
from ..models import Closure, Decision
from . import queries
from .models import CrimeAnswer, CrimeFollowUp, CrimeReport, CrimeTransfer, PoliceReply

# The head decides and the case goes over; the police open it and take the goods; a refusal is contested; a case comes back.
DECIDE, OPENED, CONTESTED, RETURNED = "CN-TRF-5.2", "CN-TRF-12", "CN-TRF-9.1", clock.BACK


def cited(case: Case, *codes: str) -> list[Citation]:
    return cases.clauses_of(case, *codes)


class NotTransferable(Refused):
    """A case that is already with the police, or ended.  行政处罚法 art. 27."""


def _open(case: Case) -> None:
    record.not_archived(case.dossier)
    if Closure.objects.filter(case=case).exists():
        raise NotTransferable("本案已经结案", because=cited(case, DECIDE), mend="发现新的犯罪线索的，另行移送")


def _due(by: Officer, at: datetime, case: Case, rule: str, title: str, role: str, since: date | datetime) -> None:
    moment = since if isinstance(since, datetime) else None
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
        start_on=timezone.localdate(since) if isinstance(since, datetime) else since,
        moment=moment,
        owner_key=case.handler1.key if role == "officer" else None,
    )


@action("decision.report_crime", milestone=True)
def report(*, by: Officer, at: datetime, case: Case, suspected: str, facts: str, reason: str) -> CrimeReport:
    """提出移送涉嫌犯罪案件的书面报告.  **Clause** 行政处罚法 art. 27; 国务院令第730号 art. 5(1); D19."""
    casework.must_act(case, by, timezone.localdate(at))
    _open(case)
    last = queries.report_of(case)
    if last is not None and (not hasattr(last, "answer") or queries.with_police(case)):
        raise NotTransferable("本案已经报请移送，或者已经移送", because=cited(case, DECIDE), mend="查看移送情况")
    for name, value, label in (
        ("suspected", suspected, "涉嫌罪名"),
        ("facts", facts, "案件情况"),
        ("reason", reason, "理由和依据"),
    ):
        if len(value.strip()) < 3:
            raise NotYet(f"“{label}”没有写明", because=cited(case, DECIDE), mend="如实填写", field=name)
    done = CrimeReport.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        suspected=suspected.strip(),
        facts=facts.strip(),
        reason=reason.strip(),
    )
    _due(by, at, case, queries.ANSWER, "决定是否移送涉嫌犯罪案件", "head", timezone.localdate(at))
    return done


@action("decision.answer_crime", milestone=True)
def answer(*, by: Officer, at: datetime, report: CrimeReport, approved: bool, opinion: str) -> CrimeAnswer:
    """批准或者不批准移送.  **Clause** 国务院令第730号 art. 5(2); D19, D20."""
    case = report.case
    casework.not_handler_but_head(case, by)
    if hasattr(report, "answer"):
        raise NotTransferable("这份报告已经答复", because=cited(case, DECIDE), mend="查看移送情况")
    if len(opinion.strip()) < 2:
        raise NotYet(
            "没有写明意见；不批准的，应当将理由记录在案", because=cited(case, DECIDE), mend="写明意见", field="opinion"
        )
    done = CrimeAnswer.objects.create(
        by=by, at=at, scope=case.scope, case=case, report=report, approved=approved, opinion=opinion.strip()
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.ANSWER, note="批准移送" if approved else "不批准移送")
    if approved:
        _due(by, at, case, queries.HAND_OVER, "向同级公安机关移送", "officer", at)
    return done


@action("decision.transfer_crime", milestone=True)
def transfer(
    *, by: Officer, at: datetime, answer: CrimeAnswer, organ: str, materials: list[dict[str, Any]], goods: str = ""
) -> CrimeTransfer:
    """向公安机关移送: what ran until the decision and the review stops, since no penalty may stand in for the transfer.

    **Clause** 国务院令第730号 art. 5(2), 6, 11(1); 行政处罚法 art. 27; D20, D05, D53.
    """
    case = answer.case
    casework.must_handle(case, by, timezone.localdate(at))
    _open(case)
    if not answer.approved:
        raise NotTransferable("负责人没有批准移送", because=cited(case, DECIDE), mend="依法继续办理")
    if hasattr(answer, "transfer"):
        raise NotTransferable("本案已经移送", because=cited(case, DECIDE), mend="查看移送书")
    if Decision.objects.filter(case=case).exists():
        goods = goods.strip() or "行政处罚决定书抄送公安机关。"
    report = answer.report
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="conclude",
        code="transfer_letter",
        data=papers.base(
            case,
            "transfer_letter",
            {
                "heading": "crime",
                "receiving_body": organ.strip(),
                "facts": report.facts,
                "reason": f"涉嫌{report.suspected}，{report.reason}",
                "materials": materials,
                **({"goods_note": goods.strip()} if goods.strip() else {}),
            },
        ),
        on=timezone.localdate(at),
    )
    done = CrimeTransfer.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        answer=answer,
        organ=organ.strip(),
        materials=materials,
        goods=goods.strip(),
        item=item,
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.HAND_OVER, note=item.number)
    clock.stop(by=by, at=at, case=case, note=f"移送{organ.strip()}，在公安机关的时间不计入办案期限")
    casework.mark(case, "decision.transfer_crime", {}, at)
    return done


@action("decision.hear_police", milestone=True)
def hear(
    *,
    by: Officer,
    at: datetime,
    transfer: CrimeTransfer,
    opened: bool,
    instrument: str,
    received_on: date,
    reason: str = "",
) -> PoliceReply:
    """登记公安机关的答复: what is declined, or opened and given back, goes on here, with its clocks.

    **Clause** 国务院令第730号 art. 8, 9, 10, 12, 13; 行政处罚法 art. 27; D21, D22, D05, D53.
    """
    case = transfer.case
    casework.must_handle(case, by, timezone.localdate(at))
    last = queries.reply_of(case)
    if Closure.objects.filter(case=case).exists():
        raise NotTransferable(
            "本案已经结案",
            because=cases.clauses_of(case, clock.RETURNED),
            mend="公安机关退回的，登记为新的线索（来源：移送），另行立案",
        )
    earliest = last.received_on if last else transfer.item.on
    if not earliest <= received_on <= timezone.localdate(at):
        raise BadDate(
            f"接到日期应在{'上次答复' if last else '移送'}日 {earliest} 与今天之间",
            because=cited(case, RETURNED),
            mend="按通知书填写",
            field="received_on",
        )
    if not instrument.strip():
        raise NotYet("没有填写通知书文号", because=cited(case, RETURNED), mend="按通知书填写", field="instrument")
    if not opened and len(reason.strip()) < 4:
        raise NotYet(
            f"没有写明{'退回' if last and last.opened else '不予立案'}的理由",
            because=cited(case, CONTESTED),
            mend="按通知书填写",
            field="reason",
        )
    if last is not None and last.opened and opened:
        raise NotTransferable(
            "公安机关已经立案",
            because=cited(case, OPENED),
            mend="查看移送情况；公安机关退回案件的，登记为没有立案并写明理由",
        )
    done = PoliceReply.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        transfer=transfer,
        opened=opened,
        instrument=instrument.strip(),
        received_on=received_on,
        reason=reason.strip(),
    )
    back = last is not None and last.opened and not opened
    if opened:
        _due(by, at, case, queries.GOODS, "移交涉案物品和材料", "officer", received_on)
    elif not back:  # what was opened and given back is not contested: it is dealt with here
        _due(by, at, case, queries.CONTEST, "提请复议、建议立案监督，或者继续办理", "officer", received_on)
    casework.mark(case, "decision.hear_police", {"opened": opened}, at)
    _clocks(by, at, case, done, last)
    return done


def _clocks(by: Officer, at: datetime, case: Case, reply: PoliceReply, last: PoliceReply | None) -> None:
    """What the answer does to the time: gone with the police, or going on without the days it was there."""
    if reply.opened:
        note = f"{reply.transfer.organ}立案，在公安机关的时间不计入办案期限"
        clock.stop(by=by, at=at, case=case, note=note)
        duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.CONTEST, note="公安机关立案")
        return
    if last is None or last.opened:  # a second refusal changes nothing
        duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.GOODS, how="void", note="公安机关退回案件")
        if Decision.objects.filter(case=case).exists():
            return
        why = f"{reply.transfer.organ}{'退回' if last else '不予立案'}，扣除在公安机关的时间"
        clock.go_on(by=by, at=at, case=case, why=why)
        stopped_at = last.at if last is not None and last.opened and _stopped_then(case, last) else reply.transfer.at
        clock.review_on(by=by, at=at, case=case, stopped_at=stopped_at)


def _stopped_then(case: Case, reply: PoliceReply) -> bool:
    """Whether an opening stopped the clock anew, after a refusal that had let it go on."""
    return any(
        not one.opened and one.transfer_id == reply.transfer_id for one in queries.replies_of(case) if one.at < reply.at
    )


@action("decision.follow_police", milestone=True)
def follow(*, by: Officer, at: datetime, reply: PoliceReply, how: str, on: date, note: str) -> CrimeFollowUp:
    """登记移送后的办理.  **Clause** 国务院令第730号 art. 9, 10, 12; D21, D22."""
    case = reply.case
    casework.must_handle(case, by, timezone.localdate(at))
    if not reply.received_on <= on <= timezone.localdate(at):
        raise BadDate(
            f"日期应在接到通知书的 {reply.received_on} 与今天之间",
            because=cited(case, OPENED, CONTESTED),
            mend="按实际填写",
            field="on",
        )
    if reply.opened != (how == CrimeFollowUp.How.HANDED_OVER):
        mend = "立案的移交涉案物品和材料；不予立案的提请复议、建议立案监督，或者继续办理"
        raise NotTransferable("与公安机关的答复不符", because=cited(case, OPENED, CONTESTED), mend=mend, field="how")
    if len(note.strip()) < 4:
        raise NotYet(
            "没有写明办理情况",
            because=cited(case, OPENED, CONTESTED),
            mend="写明移交的物品、材料，或者提请的机关和文号",
            field="note",
        )
    if how in (CrimeFollowUp.How.RECONSIDER, CrimeFollowUp.How.SUPERVISE) and queries.given_back(reply):
        raise NotTransferable(
            "公安机关立案以后退回的案件，不适用对不予立案的复议和立案监督",
            because=cases.clauses_of(case, clock.RETURNED),
            mend="选择依法继续办理行政处罚",
            field="how",
        )
    done = CrimeFollowUp.objects.create(
        by=by, at=at, scope=case.scope, case=case, reply=reply, how=how, on=on, note=note.strip()
    )
    rule = queries.GOODS if reply.opened else queries.CONTEST
    duty.fulfil(by=by, at=at, subject=case.chain, rule=rule, note=done.get_how_display())
    return done
