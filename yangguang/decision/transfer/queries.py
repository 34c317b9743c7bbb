"""Reads of a transfer to the police: where it stands."""

from datetime import date
from uuid import UUID

from yangguang.casework import file
from yangguang.casework.models import Case
from yangguang.trail.reading import once

from .models import CrimeAnswer, CrimeFollowUp, CrimeReport, CrimeTransfer, PoliceReply

ANSWER, HAND_OVER, CONTEST, GOODS = "D19", "D20", "D21", "D22"


@once
def report_of(case: Case) -> CrimeReport | None:
    if not file.of(case, CrimeReport):
        return None
    return CrimeReport.objects.filter(case=case).select_related("answer", "by").order_by("-at", "-id").first()


def answer_of(case: Case) -> CrimeAnswer | None:
    return getattr(report_of(case), "answer", None)


def transfer_of(case: Case) -> CrimeTransfer | None:
    """The transfer of the last report, if it was made."""
    return getattr(answer_of(case), "transfer", None)


def reply_of(case: Case) -> PoliceReply | None:
    """The last answer of the police: after a review of theirs there may be a second."""
    transfer = transfer_of(case)
    return transfer.replies.order_by("-at", "-id").first() if transfer else None


def follow_ups(case: Case) -> list[CrimeFollowUp]:
    return list(CrimeFollowUp.objects.filter(case=case).order_by("at"))


def replies_of(case: Case) -> list[PoliceReply]:
    """Every answer of the police, in order: one that opens after a refusal, one that gives back what was opened."""
    return list(PoliceReply.objects.filter(case=case).select_related("transfer__item").order_by("at", "id"))


def given_back(reply: PoliceReply) -> bool:
    """Whether the police, having opened the case, handed it back.  **Clause** 行政处罚法 art. 27; 国务院令第730号 art. 13."""
    before = [one for one in replies_of(reply.case) if one.transfer_id == reply.transfer_id and one.at < reply.at]
    return not reply.opened and bool(before) and before[-1].opened


@once
def away(case: Case) -> list[tuple[date, date]]:
    """The times it was with the police and is no longer: from the letter, or from a later opening, to the answer."""
    since: dict[UUID, date | None] = {}
    found = []
    for one in replies_of(case):
        began = since.get(one.transfer_id, one.transfer.item.on)
        if one.opened:
            since[one.transfer_id] = began or one.received_on
        elif began is not None:
            found.append((began, one.received_on))
            since[one.transfer_id] = None
    return found


def with_police(case: Case) -> bool:
    """Whether the case was transferred and the police have not declined it."""
    reply = reply_of(case)
    return transfer_of(case) is not None and (reply is None or reply.opened)


def taken_over(case: Case) -> PoliceReply | None:
    """The answer by which the police took the case over, with everything handed to them."""
    reply = reply_of(case)
    if reply is None or not reply.opened:
        return None
    return reply if reply.follow_ups.filter(how=CrimeFollowUp.How.HANDED_OVER).exists() else None
