"""Reads of a hearing: whether it may still be asked for, where it stands, whether the decision may follow."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.policy.deadlines import Deadline
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer

from .. import versions
from ..models import Notice
from .models import Hearing, HearingOutcome, HearingReply, HearingRequest

ASKING, TELLING = "D03", "D04"


def last_notice(case: Case) -> Notice | None:
    return file.last(case, Notice)


def asking(notice: Notice) -> Deadline | None:
    """The period to ask for a hearing, counted from the service of the notice; None while it is not served."""
    service = versions.last_service(notice.item)
    if service is None:
        return None
    return cases.pack_of(notice.case).deadline(ASKING, start=service.on, on=service.on, provisional=True)


def telling(case: Case, opens_at: datetime) -> Deadline:
    """The last day on which the party may be told of a hearing on that day."""
    day = timezone.localdate(opens_at)
    return cases.pack_of(case).deadline(TELLING, start=day, on=day, provisional=True)


def request_of(notice: Notice | None) -> HearingRequest | None:
    """What the party said about a hearing, last word first."""
    if notice is None:
        return None
    asked = file.of(notice.case, HearingRequest)
    return next((one for one in reversed(asked) if one.notice_id == notice.pk), None)


def hearing_of(request: HearingRequest | None) -> Hearing | None:
    """The hearing as it was last arranged."""
    if request is None:
        return None
    arranged = file.of(request.case, Hearing)
    return next((one for one in reversed(arranged) if one.request_id == request.pk), None)


def outcome_of(case: Case) -> HearingOutcome | None:
    """How the hearing about the last notice ended."""
    hearing = hearing_of(request_of(last_notice(case)))
    return getattr(hearing, "outcome", None)


def held(case: Case) -> HearingOutcome | None:
    """The hearing that was held about the last notice."""
    found = outcome_of(case)
    return found if found is not None and found.how == HearingOutcome.How.HELD else None


def reply_of(proposal: Proposal) -> HearingReply | None:
    return HearingReply.objects.filter(proposal=proposal).select_related("outcome").first()


def gate_facts(proposal: Proposal, notice: Notice | None, on: date) -> dict[str, Any]:
    """What the gates G7 and G8 ask, from what happened."""
    if notice is None:
        return {"hearing_held": False}
    request, due = request_of(notice), asking(notice)
    outcome = getattr(hearing_of(request), "outcome", None)
    over = due is not None and on > due.due
    asked = request is not None and request.how == HearingRequest.How.REQUESTED
    closed = outcome is not None if asked else over or request is not None
    facts: dict[str, Any] = {"hearing_offered": notice.hearing, "hearing_window_over_or_closed": closed}
    happened = outcome if outcome and outcome.how == HearingOutcome.How.HELD else None
    facts["hearing_held"] = happened is not None
    if happened is not None:
        reply = reply_of(proposal)
        facts["decision_follows_transcript"] = bool(reply and reply.outcome_id == happened.pk)
        facts["hearing_presider_is_investigator"] = cases.handles(happened.hearing.host, proposal.case)
    return facts


def may_preside(officer: Officer, case: Case) -> str:
    """Why somebody may not preside; "" where they may.  **Clause** 行政处罚法 art. 43, 64(4)."""
    if officer.scope != case.scope:
        return f"{officer.name}不是{case.body.name}的人员"
    if cases.handles(officer, case):
        return f"{officer.name}是本案调查人员"
    if registry.recused(officer.key, *case.chains):
        return f"{officer.name}应当回避"
    return ""


def hosts(case: Case, on: date) -> list[Officer]:
    """The people of the body who may preside: none of them investigates the case."""
    people = registry.in_force(Officer, on).filter(scope=case.scope, auxiliary=False).order_by("name")
    return [one for one in people if not may_preside(one, case)]


def replies(case: Case) -> QuerySet[HearingReply]:
    return HearingReply.objects.filter(case=case).order_by("at")


def soonest(case: Case, on: date) -> date:
    """The first day on which a hearing told of today may be held."""
    day = on + timedelta(days=1)
    while telling(case, timezone.make_aware(datetime.combine(day, datetime.min.time()))).due < on:
        day += timedelta(days=1)
    return day


def words(notice: Notice) -> str:
    """What came of the hearing, in the words of the decision; "" where none was asked for."""
    request = request_of(notice)
    if request is None or request.how != HearingRequest.How.REQUESTED:
        if request is not None and notice.hearing:
            return f"当事人{request.get_how_display().removeprefix('当事人')}。"
        return ""
    hearing = hearing_of(request)
    outcome = getattr(hearing, "outcome", None)
    if hearing is None or outcome is None:
        return ""
    if outcome.how != HearingOutcome.How.HELD:
        return f"当事人要求听证，后{outcome.get_how_display().removeprefix('当事人')}，听证终结。"
    on = timezone.localtime(hearing.opens_at)
    manner = "公开" if hearing.public else "不公开"
    told = f"经当事人要求，本机关于{on.year}年{on.month}月{on.day}日{manner}举行听证，由{hearing.host.name}主持。"
    reply = HearingReply.objects.filter(outcome=outcome).order_by("-at", "-id").first()
    if reply is None:
        return told
    adopted = {"all": "予以采纳", "part": "部分采纳", "none": "不予采纳"}
    points = "；".join(
        f"关于{one['point'].rstrip('。；')}，{adopted[one['adopted']]}，理由是{one['reason'].rstrip('。；')}"
        for one in reply.points
    )
    return f"{told}根据听证笔录，{points}。"
