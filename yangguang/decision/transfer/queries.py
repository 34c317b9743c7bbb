"""Reads of a transfer to the police: where it stands."""

from yangguang.casework.models import Case
from yangguang.trail.reading import once

from .models import CrimeAnswer, CrimeFollowUp, CrimeReport, CrimeTransfer, PoliceReply

ANSWER, HAND_OVER, CONTEST, GOODS = "D19", "D20", "D21", "D22"


@once
def report_of(case: Case) -> CrimeReport | None:
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
