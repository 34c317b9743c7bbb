"""What the documents of a hearing say, drawn from its facts."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework.models import Case

from .. import papers
from ..models import Notice
from .models import Hearing, HearingOutcome


def _of(hearing: Hearing) -> dict[str, Any]:
    return {
        "matter": hearing.case.title,
        "hearing_at": timezone.localtime(hearing.opens_at).isoformat(),
        "hearing_place": hearing.place,
        "hearing_host_name": hearing.host.name,
        "hearing_clerk": hearing.clerk,
        "hearing_public": hearing.public,
    }


def application(notice: Notice, text: str, reasons: str, at: datetime) -> dict[str, Any]:
    case = notice.case
    return papers.base(
        case,
        "hearing_application",
        {
            "matter": case.cause,
            "notice_no": notice.item.number,
            "requests": text,
            "reasons": reasons or text,
            "signature": {"name": case.party.legal_rep or case.party.name, "at": timezone.localtime(at).isoformat()},
        },
    )


def notice(hearing: Hearing) -> dict[str, Any]:
    return papers.base(
        hearing.case,
        "hearing_notice",
        {**_of(hearing), "addressee": hearing.case.party.name, "officers_in_charge": investigators(hearing.case)},
    )


def record(hearing: Hearing, said: dict[str, Any]) -> dict[str, Any]:
    return papers.base(
        hearing.case, "hearing_record", {**_of(hearing), "investigators": investigators(hearing.case), **said}
    )


def report(outcome: HearingOutcome, said: dict[str, str], at: datetime) -> dict[str, Any]:
    host = outcome.hearing.host
    signed = facts.opinion("主持人意见", said["proposal"], host, timezone.localdate(at))
    return papers.base(outcome.case, "hearing_report", {**_of(outcome.hearing), **said, "opinions": [signed]})


def investigators(case: Case) -> str:
    return f"{case.handler1.name}、{case.handler2.name}"
