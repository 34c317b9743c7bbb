"""Reads of collegial review: who sits, who voted, whether the quorum is there and what the votes come to."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from yangguang.registry import access
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import LeadingGroup, Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Review, Submission
from yangguang.trail.errors import Refused

from .models import OUTCOMES, Panel, Vote

WORDS = dict(OUTCOMES)


class NoPanel(Refused):
    """A collegial body has not concluded on this draft, or concluded otherwise.  WC-2.3.1(1)a."""


@dataclass(frozen=True)
class Count:
    """Where a panel stands.  **Shape** `outcome`: what the votes come to, "" while nothing; `lacking`: why not yet."""

    votes: tuple[Vote, ...]
    voters: tuple[dict[str, Any], ...]  # members who may vote
    outcome: str
    lacking: tuple[str, ...]

    @property
    def dissenting(self) -> tuple[Vote, ...]:
        return tuple(one for one in self.votes if self.outcome and one.vote != self.outcome)


def panel_of(submission: Submission) -> Panel | None:
    return Panel.objects.filter(submission=submission).select_related("minutes").first()


def waiting(caller: Caller) -> QuerySet[Panel]:
    """The panels that wait for the caller's own vote, the oldest first."""
    key = caller.officer.key
    seat = [{"key": str(key), "barred": ""}]
    voted = Vote.objects.filter(panel=OuterRef("pk"), member_key=key)
    found = Panel.objects.filter(caller.part, ~Exists(voted), members__contains=seat, minutes__isnull=True)
    still = reviews.pending(caller.part).values("pk")
    return found.filter(submission__in=still).select_related("case", "submission__proposal").order_by("at", "id")


def groups(submission: Submission, on: date) -> list[LeadingGroup]:
    """The groups of the body that could sit as the reviewing body."""
    body = registry.body_at(submission.scope, on) or submission.case.body
    return list(registry.leading_groups(body, on))


def seats(submission: Submission, group: LeadingGroup, on: date) -> list[dict[str, Any]]:
    """The members of a group as they would sit on this draft: who does not vote and why, who also decides.

    A member is known as a person of the body by the name; of two with one name neither is, and votes on paper.
    """
    people: dict[str, list[Officer]] = {}
    for one in registry.officers(submission.scope, on):
        people.setdefault(one.name, []).append(one)
    found = []
    for member in group.members:
        named = people.get(member["name"], [])
        person = named[0] if len(named) == 1 else None
        found.append(
            {
                "name": member["name"],
                "post": member.get("post") or member.get("role") or "成员",
                "key": str(person.key) if person else "",
                "barred": _kept_out(person, submission) if person else "",
                "decides": bool(person and "head" in access.roles_of_person(person.key)),
            }
        )
    return found


def _kept_out(person: Officer, submission: Submission) -> str:
    if submission.case.ever_handled & {person.key}:
        return "本案承办人，不参加表决"
    return "应当回避本案" if registry.recused(person.key, *submission.case.chains) else ""


def quorum(rule: str | None, members: int) -> int | None:
    """How many members must vote under the pack's rule; None where it sets none."""
    return {"majority": members // 2 + 1, "two_thirds": -(-members * 2 // 3), "all": members}.get(rule or "")


def count(panel: Panel) -> Count:
    """The votes so far and what they come to.

    A majority of all members or of those voting, as the pack says; and one of the votes must be of somebody who is
    qualified to review such a case.  **Clause** WC-2.3.1(1)a, WC-2.3.1(1)b, 行政处罚法 art. 58.
    """
    votes = tuple(panel.votes.order_by("at", "id"))
    voters = tuple(one for one in panel.members if not one["barred"])
    lacking = []
    if len(votes) < panel.quorum:
        lacking.append(f"表决 {len(votes)} 人，法定人数 {panel.quorum} 人")
    if not any(_qualified(panel, one) for one in votes):
        lacking.append("没有具备法制审核资格的成员署名")
    ranked = Counter(one.vote for one in votes).most_common(1)
    of = len(panel.members) if panel.majority == "majority_members" else len(votes)
    outcome = ranked[0][0] if ranked and ranked[0][1] * 2 > of else ""
    if panel.majority == "unanimous" and ranked and ranked[0][1] < len(votes):
        outcome = ""
    if not outcome:
        lacking.append("没有一种意见达到规定的票数")
    return Count(votes, voters, outcome, tuple(lacking))


def _qualified(panel: Panel, vote: Vote) -> bool:
    if vote.member_key is None:
        return False
    on = timezone.localdate(vote.at)
    person = registry.as_of(Officer, vote.member_key, on)
    return person is not None and not reviews.may_review(person, panel.case, on)


def must_agree(submission: Submission, outcome: str) -> str:
    """What the opinion says of the panel, "" where one person reviews.

    **Raises** NoPanel where a collegial body reviews and has not concluded so.  **Clause** WC-2.3.1(1)a.
    """
    if outcome == Review.Outcome.SUPPLEMENT or not rules.collegial(submission.case):
        return ""
    because = rules.clauses(submission.case, "deliberate")
    sat = panel_of(submission)
    minutes = getattr(sat, "minutes", None) if sat else None
    if sat is None or minutes is None:
        body = rules.parameter(submission.case, "reviewing_body").value or "合议机构"
        raise NoPanel(
            f"本案由{body}集体审核，还没有形成集体审核会议记录",
            because=because,
            mend="组成合议、逐人表决并形成会议记录后，再出具审核意见",
            field="outcome",
        )
    if minutes.outcome != outcome:
        raise NoPanel(
            f"集体审核的结论是“{minutes.get_outcome_display()}”，不能出具“{dict(Review.Outcome.choices)[outcome]}”的意见",
            because=because,
            mend="按集体审核的结论出具意见",
            field="outcome",
        )
    found = count(sat)
    said = "；".join(f"{one.member}：{WORDS[one.vote]}" for one in found.votes)
    apart = "；".join(f"{one.member}：{one.view}" for one in found.dissenting)
    decides = "、".join(one["name"] for one in sat.members if one["decides"])
    return (
        f"\n（{sat.group_name}集体审核，应到 {len(sat.members)} 人，表决 {len(found.votes)} 人：{said}。"
        + (f"不同意见——{apart}。" if apart else "")
        + (f"兼任本案决定人的成员：{decides}。" if decides else "")
        + "）"
    )
