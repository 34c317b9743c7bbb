"""Before the decision: tell the party what is meant, write down the answer and weigh it."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Proposal
from yangguang.casework.unit import queries as units
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.review import queries as review
from yangguang.review.models import Review
from yangguang.trail.actions import action

from .. import papers, queries
from ..errors import BadDate, NotHeard, NotReviewed, NotYet
from ..models import Answer, Notice, Statement


@action("decision.notify", milestone=True)
def notify(*, by: Officer, at: datetime, proposal: Proposal) -> Notice:
    """事先告知.  **Clause** 行政处罚法 art. 44, 63; the draft must have passed review first (QS)."""
    case = proposal.case
    casework.must_handle(case, by, timezone.localdate(at))
    if reviewed(proposal) is None:
        units.must_have_spoken(case, units.of_proposal(proposal))
    offered = queries.hearing_offered(proposal, timezone.localdate(at))
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="notice",
        code="prior_notice",
        data=papers.notice(proposal, offered, timezone.localdate(at)),
        on=timezone.localdate(at),
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


@action("decision.take_statement")
def take_statement(
    *, by: Officer, at: datetime, notice: Notice, how: str, text: str = "", on: date | None = None
) -> Statement:
    """记录陈述申辩.  **Clause** 行政处罚法 art. 45; G6."""
    case, on = notice.case, on or timezone.localdate(at)
    casework.must_handle(case, by, timezone.localdate(at))
    service, because = (
        queries.served_as_it_stands(notice.item),
        cases.cite(cases.pack_of(case), "G6", statement_period_over_or_waived=False),
    )
    if service is None:
        raise NotYet("事先告知书还没有送达", because=because, mend="先送达并制作送达回证")
    if not service.on <= on <= timezone.localdate(at):
        raise BadDate(f"陈述申辩的日期应在送达日 {service.on} 与今天之间", field="on")
    due = queries.statement_due(notice)
    if how == Statement.How.LAPSED and due is not None and timezone.localdate(at) <= due:
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
    casework.must_handle(case, by, timezone.localdate(at))
    if len(reason.strip()) < 5:
        raise NotHeard("没有写明采纳或者不采纳的理由", mend="逐点写明", field="reason")
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="defence",
        code="review_of_defence",
        data=papers.defence_review(statement, adopted, reason, by, timezone.localdate(at)),
        on=timezone.localdate(at),
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


def reviewed(proposal: Proposal) -> Review | None:
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
