"""Which workflow a review runs on, what it asks, and the time each of its steps took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from django.utils import timezone

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.policy import deadlines
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.policy.schema import Limit
from yangguang.record.models import Item
from yangguang.registry.access import Caller, below
from yangguang.review import rules
from yangguang.review.models import Review, Submission
from yangguang.trail.reading import once

from .models import ReviewFlow

ASSIGN = "review_assign"  # the duty of whoever assigns
STEPS = ("submit", "assign", "counsel", "opinion")  # of the pack's flow, those a case passes and the file can date


@once
def in_force(scope: str, on: date, at: datetime | None = None) -> ReviewFlow | None:
    """The workflow a body has on a day, as it was known at a moment."""
    found = ReviewFlow.objects.filter(scope=scope, from_on__lte=on)
    if at is not None:
        found = found.filter(at__lte=at)
    return found.order_by("-at", "-id").first()


def of(submission: Submission) -> ReviewFlow | None:
    """The workflow a submission runs on: the one in force when it was sent."""
    return in_force(submission.scope, timezone.localdate(submission.at), submission.at)


def of_many(submissions: Iterable[Submission]) -> dict[Any, ReviewFlow]:
    """The same for a whole list: one query."""
    listed = list(submissions)
    flows = (
        list(ReviewFlow.objects.filter(scope__in={one.scope for one in listed}).order_by("-at", "-id"))
        if listed
        else []
    )
    found = {}
    for one in listed:
        on = timezone.localdate(one.at)
        fits = (flow for flow in flows if flow.scope == one.scope and flow.at <= one.at and flow.from_on <= on)
        if (flow := next(fits, None)) is not None:
            found[one.pk] = flow
    return found


def versions(caller: Caller) -> list[ReviewFlow]:
    return list(ReviewFlow.objects.filter(below(caller.scope)).select_related("by__body").order_by("-at", "-id")[:100])


def documents_of(pack: Pack) -> dict[str, str]:
    """What the plan leaves open before a review, and a body may want with every submission: code → title."""
    found: dict[str, str] = {}
    for kind, procedure in pack.act_names:
        if kind == rules.FLOW:
            continue
        steps = pack.act(kind, procedure).steps
        if not any(step.code == "review" for step in steps):
            continue
        for step in takewhile(lambda one: one.code != "review", steps):
            # What must be there anyway its own gate asks for.
            found |= {one.code: one.title for one in step.documents if not one.required and one.code not in found}
    return found


def lacking(case: Case, flow: ReviewFlow | None) -> list[str]:
    """What the body wants sent along and the file has not; a document the act does not know is not asked of it."""
    if flow is None or not flow.materials:
        return []
    known = {one.code: one.title for step in cases.act_of(case).steps for one in step.documents}
    asked = [code for code in flow.materials if code in known]
    there = set(Item.objects.filter(dossier_id=case.dossier_id, code__in=asked).values_list("code", flat=True))
    return [known[code] for code in asked if code not in there]


def because(case: Case, step: str) -> tuple[Citation, ...]:
    """Why a body's own workflow binds: the step of the plan's, and what asks bodies to have their own."""
    told = (*rules.clauses(case, step), *rules.parameter(case, "review_materials_rule").because)
    return tuple({one.clause: one for one in told}.values())


def pack_steps(pack: Pack) -> Sequence[Any]:
    return pack.act(rules.FLOW).steps


def count(pack: Pack, start: date, days: int, left_out: Sequence[Mapping[str, Any]] = ()) -> deadlines.Count:
    pauses = [
        {"from": date.fromisoformat(one["from"]), "to": date.fromisoformat(one["to"]), "reason": one["reason"]}
        for one in left_out
    ]
    return deadlines.count(start, Limit(n=days, unit="working_day"), pack.calendar, provisional=True, pauses=pauses)


# ---- the time of each step -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Passed:
    """One step of one review.  **Shape** `at`: None while it is open or was not taken; `late`: after its own last day."""

    title: str
    roles: str
    who: str
    at: datetime | None
    took: str
    due: date | None
    late: bool
    asked: bool


def span(since: datetime, until: datetime) -> str:
    hours = (until - since).total_seconds() / 3600
    if hours < 1:
        return f"{round(hours * 60)} 分钟"
    return f"{round(hours)} 小时" if hours < 48 else f"{hours / 24:.1f} 天"


def passed(
    submission: Submission,
    flow: ReviewFlow | None,
    assigned: Any,
    advised: Sequence[Any],
    given: Sequence[Review],
    due: Any,
) -> list[Passed]:
    """Every step of the pack's workflow that this review took or still owes, with its time and its limit."""
    pack, on = cases.pack_of(submission.case), timezone.localdate(submission.at)
    own = flow.assign_days if flow is not None else None
    ends: dict[str, date | None] = {
        "assign": count(pack, on, own).due if own is not None else None,
        "opinion": due.due_on if due is not None else None,
    }
    last = given[-1] if given else None
    done: dict[str, tuple[str, datetime | None]] = {
        "submit": (submission.by.name, submission.at),
        "assign": (assigned.reviewer_name, assigned.at) if assigned else ("", None),
        "counsel": (advised[-1].name, advised[-1].at) if advised else ("", None),
        "opinion": (last.by.name, last.at) if last else ("", None),
    }
    rows, before, today = [], submission.at, timezone.localdate()
    for step in pack_steps(pack):
        if step.code not in done:
            continue
        who, at = done[step.code]
        asked = step.code != "counsel" or (flow is not None and flow.counsel)
        if at is None and not asked:
            continue
        end = ends.get(step.code)
        late = end is not None and (timezone.localdate(at) if at else today) > end
        took = span(before, at) if at is not None and step.code != "submit" else ""
        roles = "、".join(pack.role(one) for one in step.roles)
        if step.code == "assign" and flow is not None and flow.assigns == ReviewFlow.Assigns.HEAD:
            roles = pack.role("head")
        rows.append(Passed(step.title, roles, who, at, took, end, late, asked))
        before = max(before, at) if at is not None else before
    return rows


def line(submission: Submission, assigned: Any, given_at: datetime | None) -> str:
    """The times of a review in one line of a list."""
    said = []
    if assigned is not None:
        said.append(f"分派用 {span(submission.at, max(assigned.at, submission.at))}")
    if given_at is not None:
        said.append(f"审核用 {span(assigned.at if assigned is not None else submission.at, given_at)}")
    return "，".join(said)
