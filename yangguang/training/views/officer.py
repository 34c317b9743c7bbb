"""What the page of a person in the register shows of training, exams and experience, and the gaps that follow from it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Certificate, Officer
from yangguang.registry.views import panels

from .. import queries
from ..models import Audience
from .shared import READERS

SHOWN = 5
Done = list[tuple[str, int]]  # what was done, and how often
_tellers: list[Callable[[Officer, date], Done]] = []


def experience(function: Callable[[Officer, date], Done]) -> Callable[[Officer, date], Done]:
    """A later stage says what of its own work a person has done in the year before a day."""
    _tellers.append(function)
    return function


@panels.adds(Officer)
def learning(caller: Caller, officer: Officer, on: date) -> list[panels.Panel]:
    """学习和经历, for whoever answers for people and for the person.  **Clause** QS-4.6f."""
    if not caller.has(*READERS) and caller.officer.key != officer.key:
        return []
    asked = queries.demand(officer.body.pack)
    studied = queries.studied(officer.scope, Audience.OFFICERS, on.year, on).filter(key=officer.key).first()
    minutes = queries.minutes_of(officer.key, on.year)
    owed = asked.minutes if studied is not None else 0  # hours are owed by those who hold a certificate
    held = registry.certificates(officer)
    sat = [{"admission": one, "result": _result(one)} for one in queries.own_admissions(officer.key)[:SHOWN]]
    return [
        {
            "template": "learning",
            "partial": "training/learning.html",
            "title": "培训、考试和经历",
            "year": on.year,
            "hours": asked.in_hours(minutes),
            "need": asked.hours.value if owed else None,
            "attended": list(queries.own_attendance(officer.key, on.year)[:SHOWN]),
            "exams": sat,
            "since": min((one.valid_from for one in held), default=None),
            "posts": _posts(officer),
            "done": [one for tell in _tellers for one in tell(officer, on)],
            "gaps": _gaps(officer, on, asked, owed - minutes, sat) + _unfit(officer, on, held),
            "may_plan": caller.has("supervisor", "admin", "head"),
        }
    ]


def _result(admission: Any) -> Any:
    sitting = getattr(admission, "sitting", None)
    return getattr(sitting, "result", None) if sitting else None


def _posts(officer: Officer) -> list[dict[str, Any]]:
    """The posts a person has held, the latest first: versions that changed neither post nor unit are no new one."""
    found: list[dict[str, Any]] = []
    for one in registry.versions(Officer, officer.key):
        unit = one.unit.name if one.unit else ""
        if not found or (found[-1]["post"], found[-1]["unit"], found[-1]["body"]) != (one.post, unit, one.body.name):
            found.append({"post": one.post, "unit": unit, "body": one.body.name, "since": one.valid_from})
    return found[::-1]


def _gaps(officer: Officer, on: date, asked: queries.Demand, short: int, sat: list[dict[str, Any]]) -> list[str]:
    """What is lacking, each in one line: from these the next training is planned."""
    gaps = []
    if short > 0:
        gaps.append(f"{on.year} 年学时还差 {asked.in_hours(short)}")
    if queries.untrained(officer, on) is not None:
        gaps.append("没有岗前培训记录，不得派案")
    if queries.reviewers_due(officer.scope, asked.months.value, on).filter(key=officer.key).exists():
        gaps.append(f"法制审核人员每 {asked.months.value} 个月培训一次，已经超期或者没有培训过")
    passed = {one["admission"].paper_id for one in sat if one["result"] and one["result"].passed}
    for one in sat:
        paper, result = one["admission"].paper, one["result"]
        if paper.pk in passed:
            continue
        if result is not None:
            gaps.append(f"“{paper.title}”不合格，{result.score} 分")
        elif paper.closes_at < timezone.now():
            gaps.append(f"“{paper.title}”缺考")
    return list(dict.fromkeys(gaps))


def _unfit(officer: Officer, on: date, held: list[Certificate]) -> list[str]:
    """Why somebody who once held a certificate may not enforce now."""
    standing = registry.standing(officer, on, held)
    return [standing.why] if held and not standing.valid else []
