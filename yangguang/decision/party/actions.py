"""What the party put into the letter box becomes a fact; an officer takes it into the file."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.record import actions as record
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries as decisions
from ..actions.notice import take_statement
from ..hearing import actions as hearing
from ..hearing import queries as hearings
from ..hearing.models import HearingRequest
from ..models import Statement
from . import queries
from .inspection import actions as inspection
from .models import Kind, PartyAcceptance, PartyPost, PartyReading, PartySubmission


class AlreadyTaken(Refused):
    """What a party handed in is taken into the file once."""


@action("decision.receive", milestone=True)
def receive(*, by: None = None, at: datetime, post: PartyPost) -> PartySubmission:
    """收到当事人提交: the system writes it down with the moment it came, and counts the period from the notice.

    **Clause** 行政处罚法 art. 45, 64: what comes late is kept too, and marked.
    """
    case = Case.objects.get(pk=post.case_id)
    notice, deadline = queries.period(case, post.kind)
    due = deadline.due if deadline else None
    done = PartySubmission.objects.create(
        id=post.pk,
        at=at,
        scope=case.scope,
        case=case,
        kind=post.kind,
        data=post.data,
        notice=notice,
        due=due,
        late=due is not None and timezone.localdate(at) > due,
        because=[one.as_json() for one in deadline.because] if deadline else [],
    )
    if done.kind == Kind.INSPECT:
        inspection.owe(at, done)
    return done


@action("decision.party_read")
def note_reading(*, by: None = None, at: datetime, post: PartyPost) -> PartyReading:
    """当事人查阅.  **Clause** QS-3.2.2j."""
    return PartyReading.objects.create(
        at=at, scope=post.scope, case_id=post.case_id, item_id=post.data.get("item"), hour=_hour(at)
    )


def take_letters(limit: int = 200) -> int:
    """This will write what lies in the letter box into the trail, the oldest first; how many letters were taken.

    **Why** one by one: each letter is a transaction, so that one that cannot be taken holds up no other.
    """
    with access.within(""):
        waiting = list(PartyPost.objects.order_by("at", "id").values_list("pk", flat=True)[:limit])
    return sum(_take(one) for one in waiting)


def _take(pk: Any) -> bool:
    with access.within(""):
        post = PartyPost.objects.filter(pk=pk).first()
        if post is None:
            return False
        trail.lock(f"party-post:{pk}")
        if not PartyPost.objects.filter(pk=pk).exists():  # another process took it while this one waited
            return False
        if post.kind != "reading":
            receive(at=post.at, post=post)
        elif not _noted(post):
            note_reading(at=post.at, post=post)
        PartyPost.objects.filter(pk=pk).delete()
    return True


def _noted(post: PartyPost) -> bool:
    trail.lock(f"custody:case:{post.case_id}")
    known = PartyReading.objects.filter(case_id=post.case_id, item_id=post.data.get("item"), hour=_hour(post.at))
    return known.exists()


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


# ---- into the file ---------------------------------------------------------------------------------------------------


@action("decision.accept_submission", milestone=True)
def accept(*, by: Officer, at: datetime, submission: PartySubmission, note: str = "") -> PartyAcceptance:
    """当事人提交收入案卷: its words become the document the file needs; nobody types them again.

    **Clause** 行政处罚法 art. 45, 64.  **Raises** AlreadyTaken, NotHandler and what the document refuses.
    """
    case = submission.case
    casework.must_handle(case, by, timezone.localdate(at))
    if submission.kind == Kind.INSPECT:
        raise inspection.NotInspected(
            "查阅申请应当答复，不直接收入案卷",
            because=inspection.cite(case, inspection.OWN),
            mend="在“当事人查阅案卷”页面拟定清单",
        )
    trail.lock(submission.chain)
    if PartyAcceptance.objects.filter(submission=submission).exists():
        raise AlreadyTaken("这件提交已经收入案卷", mend="刷新页面查看")
    statement, item = None, None
    if submission.kind == Kind.STATEMENT:
        statement = _statement(by, at, submission)
        item = statement.item if statement else None
    elif submission.kind == Kind.HEARING:
        item = _hearing(by, at, submission)
        _ask(by, at, submission)
    else:
        item = _address(by, at, submission)
    return PartyAcceptance.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        statement=statement,
        item=item,
        note=note.strip() or _words(submission),
    )


def _words(submission: PartySubmission) -> str:
    if submission.late:
        return f"当事人于期限届满日 {submission.due} 之后提交，仍收入案卷"
    return ""


def _statement(by: Officer, at: datetime, submission: PartySubmission) -> Statement | None:
    """The statement as it was handed in; None where the case knows no notice it could answer (it stays in the trail)."""
    notice = decisions.notice_of(submission.case)
    if notice is None or decisions.served_as_it_stands(notice.item) is None:
        return None
    on = timezone.localdate(submission.at)
    return take_statement(
        by=by, at=at, notice=notice, how=Statement.How.STATED, text=submission.text, on=min(on, timezone.localdate(at))
    )


def _signature(submission: PartySubmission) -> dict[str, Any]:
    return {"name": submission.who, "at": timezone.localtime(submission.at).isoformat()}


def _hearing(by: Officer, at: datetime, submission: PartySubmission) -> Item:
    data, notice = submission.data, submission.notice
    filled = {
        "matter": submission.case.cause,
        "requests": data["text"],
        "reasons": data.get("reasons") or data["text"],
        "signature": _signature(submission),
        **({"notice_no": notice.item.number} if notice else {}),
        **({"agent": data["agent"]} if data.get("agent") else {}),
    }
    return _write(by, at, submission, "hearing_application", filled)


def _ask(by: Officer, at: datetime, submission: PartySubmission) -> None:
    """What was asked for in time is a request for a hearing at once; what came late stays in the file as it is."""
    notice = submission.notice
    if notice is None or not notice.hearing or submission.late:
        return
    said = hearings.request_of(notice)
    if said is not None and said.how == HearingRequest.How.REQUESTED:
        return
    hearing.ask(
        by=by,
        at=at,
        notice=notice,
        how=HearingRequest.How.REQUESTED,
        text=submission.text,
        reasons=str(submission.data.get("reasons", "")),
        on=timezone.localdate(submission.at),
    )


def _address(by: Officer, at: datetime, submission: PartySubmission) -> Item:
    data = submission.data
    given = {name: data[name] for name in ("recipient", "address", "phone", "postcode", "email") if data.get(name)}
    filled = {
        **given,
        "electronic": bool(data.get("electronic")),
        "officer": by.name,
        "confirmed_on": timezone.localdate(submission.at).isoformat(),
        "signature": _signature(submission),
    }
    return _write(by, at, submission, "service_address_confirmation", filled)


def _write(by: Officer, at: datetime, submission: PartySubmission, code: str, filled: dict[str, Any]) -> Item:
    case = submission.case
    known = {step.code for step in cases.act_of(case).steps}
    step = {"hearing_application": "hearing", "service_address_confirmation": "notice"}[code]
    return record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step=step if step in known else case.state.step,
        code=code,
        data=facts.for_document(case, code, filled, by=by, at=at),
        on=timezone.localdate(submission.at),
    )
