"""A reviewer or a supervisor writes down what the evaluation of a file found."""

from datetime import datetime

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries
from ..models import Case
from .models import Finding


class BadFinding(Refused):
    """A finding about no item of the standard, or one that does not say what is wrong."""


class OwnCase(Refused):
    """Nobody evaluates a case of the own handling."""


@action("casework.find")
def find(
    *, by: Officer, at: datetime, case: Case, item: str, verdict: str, breaches: int = 0, note: str = ""
) -> Finding:
    """记录评查意见.  **Clause** QS-3.2.3c, QD-3.2.4d."""
    if by.key in case.ever_handled:
        raise OwnCase("承办人不得评查自己承办的案件", mend="由法制审核人员或者监督人员评查")
    known = next((one for one in queries.pack_of(case).rubric.items if one.code == item), None)
    if known is None:
        raise BadFinding(f"评查标准里没有“{item}”这一项", mend="刷新页面后重新选择", field="item")
    if verdict == Finding.Verdict.FAILED and len(note.strip()) < 2:
        raise BadFinding("不符合的，要写明哪里不符合", because=known.because, mend="写明文书、日期和问题", field="note")
    return Finding.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        item=known.code,
        title=known.title,
        because=[one.as_json() for one in known.because],
        verdict=verdict,
        breaches=max(1, breaches) if verdict == Finding.Verdict.FAILED else 0,
        note=note.strip(),
    )
