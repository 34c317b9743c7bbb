"""Talk it over, decide on exactly the reviewed draft, issue the paper under its number."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.catalogue import queries as lists
from yangguang.duty import actions as duty
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.review import queries as review
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import papers, queries
from ..errors import Heavier, NotDeliberated, NotHeard, NotNotified, NotReviewed, NotYet
from ..exemption import queries as exemption
from ..jurisdiction.actions import must_be_ours
from ..models import Decision, Deliberation, Issuance
from ..outward.actions import FILE_BY
from ..pause import queries as pauses
from ..transfer import queries as crime
from .notice import reviewed
from .serving import due_next

_REFUSAL: dict[str, type[Refused]] = {
    "G5": NotNotified,
    "G6": NotHeard,
    "G9": NotReviewed,
    "G10": NotDeliberated,
    "G13": Heavier,
}


@action("decision.deliberate", milestone=True)
def deliberate(
    *, by: Officer, at: datetime, proposal: Proposal, attendees: list[dict[str, str]], conclusion: str
) -> Deliberation:
    """集体讨论.  **Clause** 行政处罚法 art. 57(2); G10."""
    case = proposal.case
    casework.not_handler_but_head(case, by)
    least = cases.parameter_of(case, "deliberation_min")
    if len(attendees) < (least.value or 1) or any(not row.get("view", "").strip() for row in attendees):
        raise NotDeliberated(
            f"集体讨论应有 {least.value or 1} 人以上参加，每人的意见都要记明",
            because=least.because,
            mend="补充参加人和意见",
            field="attendees",
        )
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="deliberate",
        code="collective_minutes",
        data=papers.minutes(proposal, by, attendees, conclusion, at),
        on=timezone.localdate(at),
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
    _goes_on(case)
    passed = reviewed(proposal)
    notice = queries.notice_of(case)
    for verdict in queries.verdicts(proposal, by, timezone.localdate(at)):
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
        on=timezone.localdate(at),
    )
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="decide",
        code="decision_approval",
        data=papers.approval(decision),
        on=timezone.localdate(at),
    )
    casework.mark(case, "decision.decide", {}, at, decided_on=timezone.localdate(at))
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D05", note="已作出决定")
    due_next(by, at, case, "D06", "送达行政处罚决定书", "officer", timezone.localdate(at))
    if lists.must_publish(case.scope, cases.pack_of(case), case.kind, case.power.code, timezone.localdate(at)).publish:
        due_next(by, at, case, "D07", "公开行政处罚决定", "disclosure", timezone.localdate(at))
    # Only where the pack gives a number, and of the penalties its lines name.
    facts = cases.proposal_facts(proposal)
    due_next(by, at, case, FILE_BY, "报送重大行政处罚决定备案", "officer", timezone.localdate(at), facts)
    return decision


def _goes_on(case: Case) -> None:
    """**Raises** while the case is suspended, with the police, or ends without a penalty.  **Clause** 行政处罚法 art. 27, 33."""
    if pauses.now(case) is not None:
        raise NotYet("本案正在中止，不能作出决定", mend="由负责人批准恢复调查")
    if crime.with_police(case):
        raise NotYet("本案涉嫌犯罪，已移送公安机关", mend="公安机关不予立案的，登记其答复后再依法处理")
    must_be_ours(case)
    if exemption.granted(case) is not None:
        raise NotYet("本案已经决定不予行政处罚", mend="送达决定书后结案")
    if exemption.waiting(case) is not None:
        raise NotYet("承办人已提出不予行政处罚的意见，还没有答复", mend="先决定是否不予行政处罚")


@action("decision.issue", milestone=True)
def issue(*, by: Officer, at: datetime, decision: Decision) -> Issuance:
    """印发决定书: the number is allotted now, without a gap.  **Clause** 行政处罚法 art. 59; G14."""
    case = decision.case
    casework.must_handle(case, by, timezone.localdate(at))
    if hasattr(decision, "issuance"):
        raise NotYet(f"决定书已印发：{decision.issuance.number_text}", mend="查看决定书")
    word = record.word_of(case.scope, decision.on, "罚决")
    number = record.allot_number(by=by, at=at, scope=case.scope, subject=case.chain, word=word, year=decision.on.year)
    code = record.verification_code()
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


@action("decision.issue_course")
def issue_course(*, by: Officer, at: datetime, case: Case) -> Issuance:
    """登记待公开的决定书: of a case without a penalty, or of another kind, the document that says what was decided.

    **Why** publication, correction, take-down and the verify page all speak of an issued document.  **Raises** NotYet.
    """
    issuance = queries.to_issue(case)
    if issuance is None:
        raise NotYet("本案没有作出编有文号的决定书，没有可以公开的决定", mend="先办理决定、制发决定书")
    if not issuance._state.adding:
        raise NotYet(f"{issuance.number_text}已经登记", mend="在公示办理中查看")
    issuance.by, issuance.at = by, at
    issuance.code = issuance.item.meta.get("code") or record.verification_code()
    issuance.save(force_insert=True)
    record.seal(**queries.sealed(issuance))
    return issuance
