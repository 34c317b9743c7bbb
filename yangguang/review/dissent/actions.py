"""Object to an opinion and coordinate: never around the gate, always back to it."""

from datetime import datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts as known
from yangguang.casework import queries as cases
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry.models import Officer
from yangguang.review import rules
from yangguang.review.models import Review
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import queries
from .models import Coordination, Objection

AGAINST = {Review.Outcome.REVISE, Review.Outcome.REFUSED, Review.Outcome.TRANSFER}


class NothingToObject(Refused):
    """An opinion that passed, or that was objected to before."""


class NotPresiding(Refused):
    """Coordination is presided over by a head who does not handle the case."""


@action("review.object", milestone=True)
def object_to(*, by: Officer, at: datetime, review: Review, text: str) -> Objection:
    """对审核意见提出异议: by a handler, with the reasons.

    **Clause** WC-2.3.3c, DH-2.3.4a.  **Raises** NothingToObject.
    """
    case = review.case
    because = (*rules.parameter(case, "dissent").because, *rules.clauses(case, "coordinate"))
    casework.must_handle(case, by, timezone.localdate(at))
    if review.outcome not in AGAINST:
        raise NothingToObject(
            f"审核结论是“{review.get_outcome_display()}”，没有需要协调的不一致", because=because, mend="按审核意见办理"
        )
    newest = cases.latest_proposal(case)
    if newest is not None and newest.pk != review.proposal_id:
        raise NothingToObject(
            f"{review.proposal}已被{newest}取代", because=because, mend="对最新一稿的审核意见提出异议"
        )
    if hasattr(review, "objection"):
        raise NothingToObject("已经提出异议", because=because, mend="等待协调")
    return Objection.objects.create(by=by, at=at, scope=case.scope, case=case, review=review, text=text.strip())


@action("review.coordinate", milestone=True)
def coordinate(
    *,
    by: Officer,
    at: datetime,
    objection: Objection,
    result: str,
    text: str,
    attendees: list[dict[str, str]],
    started_at: datetime,
    place: str,
) -> Coordination:
    """协调意见不一致: the record goes into the file; either way a new draft must pass a new review.

    **Clause** WC-2.3.3c, WC-2.3.0a, 国办发〔2018〕118号 四（四）.  **Raises** NotPresiding.
    """
    case = objection.case
    because = (*rules.parameter(case, "dissent").because, *rules.clauses(case, "coordinate"))
    if by.key in case.ever_handled:
        raise NotPresiding(f"{by.name}是本案承办人，不得主持协调", because=because, mend="由未承办本案的负责人主持")
    if by.key in Review.objects.filter(pk=objection.review_id).values_list("by__key", flat=True):
        raise NotPresiding(f"{by.name}出具了该审核意见，不得主持协调", because=because, mend="由其他负责人主持")
    if hasattr(objection, "coordination"):
        raise NotPresiding("已经协调", because=because, mend="按协调结果提出新的一稿再送审")
    there = {one["name"] for one in attendees}
    if objection.review.by.name not in there or there.isdisjoint(queries.handlers(case)):
        raise NotPresiding(
            "协调至少由承办人和审核人员两方参加",
            because=because,
            mend=f"逐行写明参加人员和职务，承办人、{objection.review.by.name}都要在内",
            field="attendees",
        )
    if not objection.at <= started_at <= at:
        raise NotPresiding(
            "协调开始的时间应当在提出异议之后、现在之前", because=because, mend="核对时间", field="started_at"
        )
    words = dict(Coordination.Result.choices)
    review = objection.review
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="coordination_minutes",
        data=known.merge(
            documents.pick("coordination_minutes", known.known(case)),
            {
                "matter": f"{case.title}（{review.proposal}）",
                "started_at": started_at.isoformat(),
                "ended_at": at.isoformat(),
                "place": place.strip(),
                "opinion_no": review.item.number,
                "chair": by.name,
                "recorder": by.name,
                "attendees": attendees,
                "objection_text": objection.text,
                "coordination_text": f"{text.strip()}\n结果：{words[result]}。",
            },
        ),
        on=timezone.localdate(at),
    )
    return Coordination.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        objection=objection,
        result=result,
        text=text.strip(),
        attendees=attendees,
        item=item,
    )
