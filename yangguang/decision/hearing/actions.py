"""Ask for a hearing, arrange it, write down what was said, and answer it in the draft."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, Proposal
from yangguang.duty import actions as duty
from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..actions.serving import due_next
from ..errors import BadDate, NotHeard, NotYet
from ..models import Notice, PartySubmission, Service
from . import papers, queries
from .models import Hearing, HearingOutcome, HearingReply, HearingReport, HearingRequest


class NoHearing(Refused):
    """A hearing nobody has a right to, or one asked for too late.  行政处罚法 art. 63, 64."""


class NotImpartial(Refused):
    """听证由非本案调查人员主持.  行政处罚法 art. 64(4)."""


class ToldTooLate(Refused):
    """应当在举行听证的七日前通知.  行政处罚法 art. 64(2)."""


def cite(case: Case, code: str) -> tuple[Citation, ...]:
    """The clauses of one of the hearing's gates, for a refusal."""
    asked = {"hearing_held": True, "hearing_presider_is_investigator": True} if code == "G8" else {}
    return cases.cite(cases.pack_of(case), code, **asked)


@action("decision.ask_hearing", milestone=True)
def ask(
    *, by: Officer, at: datetime, notice: Notice, how: str, text: str = "", reasons: str = "", on: date | None = None
) -> HearingRequest:
    """登记是否要求听证.  **Clause** 行政处罚法 art. 63, 64(1); G7, D03.  **Raises** NoHearing, NotYet, NotHeard."""
    case, on = notice.case, on or timezone.localdate(at)
    casework.must_handle(case, by, timezone.localdate(at))
    if not notice.hearing:
        raise NoHearing("本案不属于听证范围，告知书没有告知听证权利", because=cite(case, "G7"), mend="记录陈述申辩")
    due = queries.asking(notice)
    service = Service.objects.filter(item=notice.item).first()
    if due is None or service is None:
        raise NotYet("告知书还没有送达，听证的期限还没有开始计算", because=cite(case, "G7"), mend="先送达告知书")
    if not service.on <= on <= timezone.localdate(at):
        raise BadDate(
            f"日期应在送达日 {service.on} 与今天 {timezone.localdate(at)} 之间", mend="填写当事人提出的日期", field="on"
        )
    said = queries.request_of(notice)
    if said is not None and said.how == HearingRequest.How.REQUESTED:
        raise NoHearing(f"当事人已于 {said.on} 要求听证", mend="组织听证；当事人撤回的，登记听证终结", field="how")
    item = None
    if how == HearingRequest.How.LAPSED:
        if timezone.localdate(at) <= due.due:
            raise NotHeard(
                f"要求听证的期限到 {due.due} 才届满，现在不能记为期满未要求",
                because=due.because,
                mend="等期限届满，或者取得明确放弃的表示",
                field="how",
            )
        _not_asked(notice)
    elif len(text.strip()) < 2:
        raise NotHeard("没有写明听证请求，或者放弃听证的原话", mend="如实记录", field="text")
    elif how == HearingRequest.How.REQUESTED:
        if on > due.due:
            raise NoHearing(
                f"要求听证的期限已于 {due.due} 届满",
                because=due.because,
                mend="核对当事人提出的日期；确已逾期的，记为期满未要求，其意见作为陈述申辩记录",
                field="on",
            )
        item = case.dossier.items.filter(code="hearing_application").order_by("-at", "-id").first()
        if item is None:  # what the party handed in by itself is in the file already
            item = record.write(
                by=by,
                at=at,
                dossier=case.dossier,
                step="hearing",
                code="hearing_application",
                data=papers.application(notice, text.strip(), reasons.strip(), at),
                on=on,
            )
    request = HearingRequest.objects.create(
        by=by, at=at, scope=case.scope, case=case, notice=notice, how=how, text=text.strip(), on=on, item=item
    )
    casework.mark(case, "decision.ask_hearing", {"how": how}, at)
    return request


def _not_asked(notice: Notice) -> None:
    """**Raises** where the party asked for a hearing on its own page in time."""
    asked = PartySubmission.objects.filter(notice=notice, kind="hearing", late=False).order_by("at").first()
    if asked is not None:
        raise NotHeard(
            f"当事人已于 {timezone.localdate(asked.at)} 在网上要求听证",
            because=cite(notice.case, "G7"),
            mend="按要求听证登记",
            field="how",
        )


@action("decision.arrange_hearing", milestone=True)
def arrange(
    *,
    by: Officer,
    at: datetime,
    asked: HearingRequest,
    host: Officer,
    opens_at: datetime,
    place: str,
    public: bool,
    closed_because: str = "",
    clerk: str = "",
) -> Hearing:
    """指定主持人、组织听证.  **Clause** 行政处罚法 art. 64(2)–(4); D04.  **Raises** NotImpartial, ToldTooLate."""
    case = asked.case
    casework.not_handler_but_head(case, by)
    if asked.how != HearingRequest.How.REQUESTED or asked != queries.request_of(asked.notice):
        raise NoHearing("当事人没有要求听证", mend="当事人要求听证的，先登记")
    if getattr(queries.hearing_of(asked), "outcome", None) is not None:
        raise NoHearing("听证已经终结", mend="查看听证笔录")
    if why := queries.may_preside(host, case):
        raise NotImpartial(
            f"{why}，不得主持听证", because=cite(case, "G8"), mend="指定非本案调查人员主持", field="host"
        )
    last = queries.telling(case, opens_at)
    if timezone.localdate(at) > last.due:
        raise ToldTooLate(
            f"{timezone.localdate(opens_at)} 举行听证的，最迟应在 {last.due} 通知当事人",
            because=last.because,
            mend=f"听证改在 {queries.soonest(case, timezone.localdate(at))} 或者以后",
            field="opens_at",
        )
    if not public and len(closed_because.strip()) < 4:
        raise NoHearing(
            "听证应当公开举行；不公开的，须涉及国家秘密、商业秘密或者个人隐私",
            mend="写明不公开的理由，或者公开举行",
            field="closed_because",
        )
    hearing = Hearing(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        request=asked,
        host=host,
        clerk=clerk.strip(),
        opens_at=opens_at,
        place=place.strip(),
        public=public,
        closed_because=closed_because.strip(),
    )
    hearing.item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="hearing",
        code="hearing_notice",
        data=papers.notice(hearing),
        on=timezone.localdate(at),
    )
    hearing.save(force_insert=True)
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.TELLING, note="听证另行安排", how="void")
    due_next(by, at, case, queries.TELLING, "送达听证通知书", "officer", timezone.localdate(opens_at))
    return hearing


@action("decision.end_hearing", milestone=True)
def end(
    *, by: Officer, at: datetime, hearing: Hearing, how: str, text: str = "", said: dict[str, Any] | None = None
) -> HearingOutcome:
    """听证终结: the transcript of a hearing held, or why it was not.

    **Clause** 行政处罚法 art. 64(6)–(8), 65.  **Raises** NotImpartial, ToldTooLate, NotYet.
    """
    case = hearing.case
    if by.key != hearing.host.key:
        raise NotImpartial(
            f"本次听证由{hearing.host.name}主持，{by.name}不是听证主持人", because=cite(case, "G8"), mend="由主持人登记"
        )
    if why := queries.may_preside(by, case):
        raise NotImpartial(f"{why}，不得主持听证", because=cite(case, "G8"), mend="由负责人另行指定主持人")
    if hearing != queries.hearing_of(hearing.request) or hasattr(hearing, "outcome"):
        raise NoHearing("这次听证已经终结，或者已另行安排", mend="查看最新的听证安排")
    item = None
    if how == HearingOutcome.How.WITHDRAWN:
        _explained(text)
    else:
        _told_in_time(hearing)
        if at < hearing.opens_at:
            raise NotYet(
                f"听证定于 {timezone.localtime(hearing.opens_at):%Y-%m-%d %H:%M}，还没有举行", mend="届时再登记"
            )
        if how == HearingOutcome.How.ABSENT:
            _explained(text)
        else:
            item = record.write(
                by=by,
                at=at,
                dossier=case.dossier,
                step="hearing",
                code="hearing_record",
                data=papers.record(hearing, said or {}),
                on=timezone.localdate(hearing.opens_at),
                event="hearing",
            )
    outcome = HearingOutcome.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        hearing=hearing,
        how=how,
        on=timezone.localdate(at),
        text=text.strip(),
        item=item,
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=queries.TELLING, note="听证终结", how="void")
    casework.mark(case, "decision.end_hearing", {"how": how}, at)
    return outcome


def _explained(text: str) -> None:
    if len(text.strip()) < 4:
        raise NotHeard("没有写明撤回或者不出席、中途退出的情况", mend="如实写明", field="text")


def _told_in_time(hearing: Hearing) -> None:
    """**Raises** where the party was not told of the hearing in time."""
    service = Service.objects.filter(item=hearing.item).first()
    last = queries.telling(hearing.case, hearing.opens_at)
    if service is None:
        raise NotYet("听证通知书还没有送达", because=last.because, mend="先送达听证通知书")
    if service.on > last.due:
        raise ToldTooLate(
            f"听证通知书 {service.on} 才送达，最迟应在 {last.due}",
            because=last.because,
            mend="由负责人另行安排听证的时间，重新通知",
        )


@action("decision.report_hearing")
def report(
    *, by: Officer, at: datetime, outcome: HearingOutcome, held: str, disputed: str, facts: str, proposal: str
) -> HearingReport:
    """听证报告.  **Clause** 行政处罚法 art. 65."""
    case, host = outcome.case, outcome.hearing.host
    if by.key != host.key:
        raise NotImpartial(f"听证报告由主持人{host.name}提出", because=cite(case, "G8"), mend="由主持人提出")
    if outcome.how != HearingOutcome.How.HELD:
        raise NoHearing("听证没有举行，不需要听证报告", mend="查看听证终结的情况")
    if hasattr(outcome, "report"):
        raise NoHearing("听证报告已经提出", mend="查看听证报告")
    said = {"held": held.strip(), "disputed": disputed.strip(), "facts": facts.strip(), "proposal": proposal.strip()}
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="hearing",
        code="hearing_report",
        data=papers.report(outcome, said, at),
        on=timezone.localdate(at),
    )
    return HearingReport.objects.create(by=by, at=at, scope=case.scope, case=case, outcome=outcome, item=item)


@action("decision.answer_hearing", milestone=True)
def answer(*, by: Officer, at: datetime, proposal: Proposal, points: list[dict[str, str]]) -> HearingReply:
    """回应听证笔录: the draft made after the hearing follows what was said at it.

    **Clause** 行政处罚法 art. 65; G8.  **Shape** `points`: [{point, adopted: all|part|none, reason}].
    """
    case, outcome = proposal.case, queries.held(proposal.case)
    casework.must_handle(case, by, timezone.localdate(at))
    if outcome is None:
        raise NoHearing("本案没有举行听证", mend="举行听证后再回应听证笔录")
    if cases.latest_proposal(case) != proposal or proposal.at < outcome.at:
        raise NotYet(
            "回应听证笔录的应当是听证之后提出的最新一稿", because=cite(case, "G8"), mend="先依据听证笔录提出新的一稿"
        )
    if queries.reply_of(proposal) is not None:
        raise NoHearing(f"{proposal}已经回应听证笔录", mend="内容有变的，提出新的一稿再回应")
    if not points or any(len(one.get("reason", "").strip()) < 4 for one in points):
        raise NotHeard(
            "没有逐项写明对听证中意见的采纳情况和理由", because=cite(case, "G8"), mend="逐项写明", field="points"
        )
    return HearingReply.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        outcome=outcome,
        proposal=proposal,
        points=points,
        digest=proposal.digest,
    )
