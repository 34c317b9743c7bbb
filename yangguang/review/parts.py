"""What stands beside an opinion on its page: who reviews, the panel, counsel, dissent, those above; and what may be done."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from yangguang.registry.web import Asked, address

from . import queries, rules
from .assignment import actions as assigning
from .assignment import queries as assignment
from .counsel import queries as counsel
from .dissent import queries as dissent
from .dissent.actions import AGAINST
from .flow import queries as flows
from .models import Submission
from .oversight import queries as oversight
from .oversight.grounds import GROUNDS
from .panel import queries as panels


def of(request: Asked, submission: Submission, *, open_: bool) -> dict[str, Any]:
    """The parts of one submission's page.  **Shape** `open_`: it waits for its opinion."""
    return {
        "flow": _flow(submission),
        "assigned": _assigned(request, submission, open_),
        "panel": _panel(request, submission, open_),
        "counsel": _counsel(request, submission, open_),
        "dissent": _dissent(request, submission),
        "above": _above(request, submission),
    }


def _link(label: str, name: str, *args: Any) -> dict[str, str]:
    return {"label": label, "url": reverse(f"review:{name}", args=args)}


def _hand(request: Asked, submission: Submission) -> bool:
    """Whether the reader may put their hand to the review: reviewer or head, and no handler of the case."""
    caller = request.caller
    return caller.has("reviewer", "head") and caller.officer.key not in submission.case.ever_handled


def _flow(submission: Submission) -> dict[str, Any]:
    """The workflow this review runs on, and the time each step took."""
    own = flows.of(submission)
    given = list(submission.reviews.select_related("by").order_by("at", "id"))
    rows = flows.passed(
        submission,
        own,
        assignment.current(submission),
        counsel.opinions(submission),
        given,
        queries.clock_of(submission),
    )
    return {"own": own, "rows": rows}


def _assigned(request: Asked, submission: Submission, open_: bool) -> dict[str, Any]:
    now, today = assignment.current(submission), timezone.localdate()
    away = assignment.on_leave([now.reviewer_key], today).get(now.reviewer_key) if open_ and now else None
    links = []
    if open_ and request.caller.officer.key not in submission.case.ever_handled:
        if request.caller.has("reviewer", "head", "supervisor"):
            links.append(_link("改派" if now else "指定审核人员", "assign", submission.pk))
        if (now is None or away) and _hand(request, submission) and not hasattr(submission, "referral"):
            links.append(_link("移请上级指定", "refer", submission.pk))
    return {
        "now": now,
        "away": away,
        "past": list(submission.assignments.order_by("at", "id")),
        "referral": getattr(submission, "referral", None),
        "fallback": assigning.fallback(submission) if open_ and (now is None or away) else "",
        "links": links,
    }


def _panel(request: Asked, submission: Submission, open_: bool) -> dict[str, Any] | None:
    sat = panels.panel_of(submission)
    if sat is None and not rules.collegial(submission.case):
        return None
    because = rules.clauses(submission.case, "deliberate")
    hand = open_ and _hand(request, submission)
    if sat is None:
        links = [_link("组成集体审核", "convene", submission.pk)] if hand else []
        return {"sat": None, "because": because, "links": links}
    sat.case = submission.case
    minutes, found = getattr(sat, "minutes", None), panels.count(sat)
    votes = {one.member: one for one in found.votes}
    own = next((one for one in sat.members if one["key"] == str(request.caller.officer.key)), None)
    links = []
    if open_ and minutes is None:
        if own and not own["barred"] and own["name"] not in votes:
            links.append(_link("表决", "vote", submission.pk))
        if hand:
            links += [
                _link("登记纸质表决", "paper_vote", submission.pk),
                _link("形成会议记录", "minutes", submission.pk),
            ]
    return {
        "sat": sat,
        "minutes": minutes,
        "minutes_url": address("record:item", minutes.item_id) if minutes else "",
        "lacking": () if minutes else found.lacking,
        "members": [{**one, "vote": votes.get(one["name"])} for one in sat.members],
        "because": because,
        "links": links,
    }


def _counsel(request: Asked, submission: Submission, open_: bool) -> dict[str, Any]:
    given = counsel.opinions(submission)
    return {
        "given": [{"row": one, "url": address("record:item", one.item_id)} for one in given],
        "links": [_link("法律顾问意见", "advise", submission.pk)] if open_ and _hand(request, submission) else [],
    }


def _dissent(request: Asked, submission: Submission) -> dict[str, Any]:
    caller, case = request.caller, submission.case
    rows, found = [], dissent.of_case(case)
    for one in found:
        done = getattr(one, "coordination", None)
        may = done is None and caller.has("head") and caller.officer.key not in case.ever_handled
        rows.append({
            "row": one, "done": done, "url": address("record:item", done.item_id) if done else "",
            "links": [_link("协调", "coordinate", one.pk)] if may else [],
        })  # fmt: skip
    objected = {one.review_id for one in found}
    newest = case.proposals.order_by("-version").values_list("pk", flat=True).first()
    links = [
        _link("对审核意见提出异议", "object", one.pk)
        for one in queries.given(case)
        if one.submission_id == submission.pk and one.outcome in AGAINST and one.pk not in objected
        and one.proposal_id == newest and caller.has("officer") and caller.officer.key in case.handler_keys
    ]  # fmt: skip
    return {"rows": rows, "links": links}


def _above(request: Asked, submission: Submission) -> dict[str, Any]:
    may = request.caller.has("supervisor") and request.caller.officer.key not in submission.case.ever_handled
    rows = []
    for one in oversight.breaches_of(submission):
        end = getattr(one, "end", None)
        rows.append({
            "row": one, "title": GROUNDS[one.ground].title, "end": end,
            "links": [_link("办结", "end_breach", one.pk)] if may and end is None else [],
        })  # fmt: skip
    return {
        "remarks": list(submission.remarks.order_by("at", "id")),
        "breaches": rows,
        "links": [_link("提出监督意见", "remark", submission.pk), _link("责任追究立案", "breach", submission.pk)]
        if may
        else [],
    }
