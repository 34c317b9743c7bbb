"""Engage counsel as a person who may sign in to review; keep the opinion counsel gave on a draft."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import facts as known
from yangguang.casework import queries as cases
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry import queries as registry
from yangguang.registry.models import Counsel, Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Review, Submission
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import queries
from .models import CounselOpinion, Engagement

KIND = {Counsel.Kind.EXTERNAL: "counsel", Counsel.Kind.GOVERNMENT: "government_lawyer"}


class NotCounsel(Refused):
    """Somebody who is not counsel of this body that day, or the engagement is impossible."""


class Interested(Refused):
    """Counsel with an interest in the case, or who did not say that there is none.  QD-A3.审核.2(续①)."""


@action("review.engage", kind="registry", milestone=True)
def engage(
    *, by: Officer, at: datetime, counsel: Counsel, officer: Officer, valid_from: date, valid_to: date, terms: str
) -> Engagement:
    """聘请参加审核: ties counsel to the person who signs in, so that the pack's rules on counsel hold for them.

    **Clause** DH-2.3.1b, QD-3.3.1e, QD-A3.审核.2(续①).  **Raises** NotCounsel.
    """
    if counsel.scope != by.scope or officer.scope != by.scope:
        raise NotCounsel("只能聘请登记在本机关的法律顾问、公职律师", mend="先在本机关登记", field="counsel")
    if counsel.name != officer.name:
        raise NotCounsel(
            f"“{officer.name}”与“{counsel.name}”不是同一个人", mend="选择该法律顾问本人的人员登记", field="officer"
        )
    if valid_to < valid_from:
        raise NotCounsel("聘期结束早于开始", mend="核对日期", field="valid_to")
    if counsel.valid_to is not None and valid_to > counsel.valid_to:
        raise NotCounsel(
            f"{counsel.name}在本机关登记至 {counsel.valid_to}", mend="聘期不得超过登记的期限", field="valid_to"
        )
    return Engagement.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        counsel=counsel,
        counsel_key=counsel.key,
        officer=officer,
        officer_key=officer.key,
        valid_from=valid_from,
        valid_to=valid_to,
        terms=terms.strip(),
    )


@action("review.counsel", milestone=True)
def advise(
    *,
    by: Officer,
    at: datetime,
    submission: Submission,
    counsel: Counsel,
    asked_on: date,
    given_on: date,
    agrees: bool,
    opinion: str,
    disinterested: bool,
) -> CounselOpinion:
    """法律顾问、公职律师参与审核: their own opinion with its document in the file; it is no conclusion.

    Given by counsel who signs in, or entered by the reviewer.
    **Clause** QD-3.3.1e, QD-A3.审核.2(续②).  **Raises** NotCounsel, Interested.
    """
    case, on = submission.case, timezone.localdate(at)
    because = rules.clauses(case, "counsel")
    _open(submission)
    if by.key in case.ever_handled:
        raise NotCounsel(f"{by.name}是本案承办人，不得登记审核意见", because=because, mend="由审核人员登记")
    if counsel.key not in {one.key for one in queries.counsels(submission, on)}:
        raise NotCounsel(
            f"{counsel.name}在 {on} 不是本机关的法律顾问、公职律师",
            because=because,
            mend="先在人员登记中登记聘任",
            field="counsel",
        )
    own = reviews.engagement(by, on)
    if own is not None and own.counsel_key != counsel.key:
        raise NotCounsel("只能出具自己的意见", because=because, mend="由该法律顾问本人出具", field="counsel")
    if not disinterested:
        raise Interested(
            f"{counsel.name}没有声明与本案没有利害关系",
            because=because,
            mend="由没有利害关系的法律顾问、公职律师出具意见",
            field="disinterested",
        )
    if counsel.name == case.party.name:
        raise Interested(
            f"{counsel.name}与本案当事人同名，可能有利害关系", because=because, mend="换一名", field="counsel"
        )
    if given_on < asked_on or given_on > on:
        raise NotCounsel("出具日期应当在征询日期与今天之间", because=because, mend="核对日期", field="given_on")
    body = registry.body_at(case.scope, on) or case.body
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="counsel_opinion",
        data=known.merge(
            documents.pick("counsel_opinion", known.known(case)),
            {
                "body": {"name": body.name},
                "matter": f"{case.title}（{submission.proposal}）",
                "kind": KIND[Counsel.Kind(counsel.kind)],
                "licence_no": counsel.licence_no,
                "asked_on": asked_on.isoformat(),
                "given_on": given_on.isoformat(),
                "counsel_name": counsel.name,
                "counsel_opinion": f"{'同意' if agrees else '不同意'}拟作出的决定。{opinion.strip()}",
            },
        ),
        on=on,
    )
    return CounselOpinion.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        counsel=counsel,
        name=counsel.name,
        asked_on=asked_on,
        given_on=given_on,
        agrees=agrees,
        opinion=opinion.strip(),
        item=item,
    )


def _open(submission: Submission) -> None:
    if Review.objects.filter(submission=submission, outcome__in=reviews.FINAL).exists():
        raise NotCounsel("本稿已有审核结论", mend="对新的一稿送审后再征询意见")
    newest = cases.latest_proposal(submission.case)
    if newest is not None and newest.pk != submission.proposal_id:
        raise NotCounsel(f"本稿已被{newest}取代", mend=f"对{newest}征询意见")
