"""Answer a joinder or a severance."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework.joinder import actions as joining
from yangguang.casework.joinder import queries
from yangguang.casework.joinder.actions import NotJoined
from yangguang.casework.joinder.models import JoinderAnswer, JoinderRequest
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry.models import Officer
from yangguang.trail.actions import action

from .. import clock
from ..actions import ending
from ..errors import NotYet
from . import papers


@action("decision.answer_joinder", milestone=True)
def answer(*, by: Officer, at: datetime, asked: JoinderRequest, approved: bool, opinion: str) -> JoinderAnswer:
    """批准或者不批准并案、分案: the cases name each other, what was found is taken over, the clocks are said.

    **Clause** 行政处罚法 art. 29, 54(1), 60.  **Raises** NotHead, NotJoined, NotYet.
    """
    case, on = asked.case, timezone.localdate(at)
    casework.not_handler_but_head(case, by)
    if hasattr(asked, "answer"):
        raise NotJoined("这份意见已经答复", mend="查看并案、分案的办理情况")
    if len(opinion.strip()) < 2:
        raise NotYet("没有写明意见", mend="写明同意的意见，或者不同意的理由", field="opinion")
    given = {"by": by, "at": at, "scope": case.scope, "case": case, "request": asked, "opinion": opinion.strip()}
    if not approved:
        no = JoinderAnswer.objects.create(**given, approved=False, joined=False)
        casework.mark(case, "decision.answer_joinder", {"joined": False}, at)
        return no
    if asked.other is not None:
        return _join(by, at, on, asked, asked.other, given)
    return _sever(by, at, on, asked, given)


def _join(by: Officer, at: datetime, on: date, asked: JoinderRequest, lead: Case, given: dict) -> JoinderAnswer:
    case = asked.case
    casework.not_handler_but_head(lead, by)
    _still(asked, case, lead)
    joining.must_be_whole(case)
    item = _paper(by, at, on, case, asked, lead, given["opinion"])
    done = JoinderAnswer.objects.create(**given, approved=True, joined=True, other=lead, item=item)
    since = min(case.opening.on, lead.opening.on)
    _taken(by, at, on, lead, done, since)
    casework.mark(case, "decision.answer_joinder", {"joined": True}, at)
    for one in Duty.objects.filter(subject=case.chain, discharge__isnull=True).order_by("id"):
        duty.discharge(by=by, at=at, duty=one, how="void", note=f"并入《{lead.title}》"[:200])
    if since < lead.opening.on:
        _count_from(by, at, lead, since, f"并案后自最先立案之日 {since} 起计算")
    ending.close(by=by, at=at, case=case, how=f"并入《{lead.title}》"[:100])
    return done


def _sever(by: Officer, at: datetime, on: date, asked: JoinderRequest, given: dict) -> JoinderAnswer:
    case = asked.case
    _still(asked, case)
    made = joining.sever(by=by, at=at, asked=asked)
    joining.open_severed(by=by, at=at, case=made, opinion=f"由《{case.title}》分案，同意立案。"[:400])
    made.refresh_from_db(fields=["cause"])
    item = _paper(by, at, on, case, asked, made, given["opinion"])
    done = JoinderAnswer.objects.create(**given, approved=True, joined=False, other=made, item=item)
    casework.mark(case, "decision.answer_joinder", {"joined": False}, at)
    _taken(by, at, on, made, done, case.opening.on)
    _count_from(by, at, made, case.opening.on, "")
    return done


def _still(asked: JoinderRequest, *of: Case) -> None:
    """**Raises** NotJoined where something was decided since the request."""
    for one in of:
        waiting = queries.waiting(one)
        if waiting is None or waiting == asked:
            state = one.state
            state.refresh_from_db(fields=["done"])
            gone = {"decide", "joined", "handed_over", "transferred", "close"} & set(state.done)
            if not gone:
                continue
        raise NotJoined(
            f"《{one.title}》的情况在提出意见之后已经变化",
            because=joining.cite(one, joining.WHOLE),
            mend="不同意这份意见，由承办人按现在的情况重新提出",
        )


def _taken(by: Officer, at: datetime, on: date, case: Case, done: JoinderAnswer, since: date) -> None:
    paper = _paper(by, at, on, case, done.request, done.case, done.opinion)
    joining.take_over(by=by, at=at, case=case, answer=done, since=since, paper=paper)


def _paper(by: Officer, at: datetime, on: date, case: Case, asked: JoinderRequest, other: Case, opinion: str) -> Item:
    return record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="open",
        code="joinder_approval",
        data=papers.approval(case, asked, other, opinion, by, on),
        on=on,
    )


def _count_from(by: Officer, at: datetime, case: Case, since: date, note: str) -> None:
    """The clock of the case, counted anew from a day; the one that ran before is void."""
    duty.fulfil(by=by, at=at, subject=case.chain, rule=clock.DECIDE, how="void", note=note)
    clock.go_on(by=by, at=at, case=case, why=f"自 {since} 立案之日起", since=since)
