"""事由: the breaches that can be opened, what of the file must show each, and who answers for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from yangguang.casework import facts as case_facts
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.assignment import queries as assignment
from yangguang.review.models import Review, Submission
from yangguang.trail import queries as trail

Person = dict[str, str]


@dataclass(frozen=True)
class Ground:
    """One named breach.

    **Shape** `step`: whose clauses of the workflow it breaks; `shows`: what the file shows of it in words, "" where the file
    shows nothing, None where no file could; `who`: handlers | reviewer.
    """

    title: str
    step: str
    who: tuple[str, ...]
    shows: Callable[[Submission], str] | None = None


def _late(submission: Submission) -> str:
    clock = reviews.clock_of(submission)
    if clock is None:
        return ""
    ended = timezone.localdate(clock.discharge.at) if hasattr(clock, "discharge") else None
    last = ended or timezone.localdate()
    if last <= clock.due_on:
        return ""
    return f"应于 {clock.due_on} 前出具，{f'{ended} 才出具' if ended else '至今没有出具'}，超过 {(last - clock.due_on).days} 日"


def _recused(submission: Submission) -> str:
    found = [one.by.name for one in _opinions(submission) if registry.recused(one.by.key, *submission.case.chains)]
    return f"{'、'.join(found)}登记了回避，仍然出具了意见" if found else ""


def _unfit(submission: Submission) -> str:
    case, found = submission.case, []
    for one in _opinions(submission):
        if not reviews.qualified(one.by, case, timezone.localdate(one.at)):
            found.append(one.by.name)
    return f"{'、'.join(found)}不符合审核人员的任职条件" if found else ""


def _against(submission: Submission) -> str:
    refused = [one for one in _opinions(submission) if one.outcome in ("revise", "refused")]
    return f"{refused[-1].by.name}的意见是“{refused[-1].get_outcome_display()}”" if refused else ""


def _opinions(submission: Submission) -> list[Review]:
    return list(submission.reviews.select_related("by").order_by("at", "id"))


GROUNDS: dict[str, Ground] = {
    "late": Ground("超过期限出具审核意见", "opinion", ("reviewer",), _late),
    "false_declaration": Ground("送审材料不真实、不准确、不完整", "submit", ("handlers",)),
    "recused": Ground("应当回避的人员参加审核", "assign", ("reviewer",), _recused),
    "unqualified": Ground("不符合条件的人员出具审核意见", "assign", ("reviewer",), _unfit),
    "ignored": Ground("没有按审核意见办理", "opinion", ("handlers",), _against),
    "perfunctory": Ground("审核走过场，应当发现的问题没有发现", "review", ("reviewer",)),
    "abuse": Ground("滥用职权、玩忽职守、徇私枉法，导致决定错误", "opinion", ("handlers", "reviewer")),
}


SKIPPED = "skipped"  # of a case and not of a submission: there was none
TITLES = {code: one.title for code, one in GROUNDS.items()} | {SKIPPED: "应当审核而没有审核就作出决定"}


def skipped(case: Case) -> str:
    """What the file shows of a decision nobody reviewed: the draft it rests on, and what was said to need no review."""
    draft = cases.latest_proposal(case)
    if draft is None or case.state.decided_on is None or Review.objects.filter(proposal=draft).exists():
        return ""
    asked = {name: _label(case, name) for name in draft.body.get("answers", {})}
    said = "、".join(f"{words}“{'是' if draft.body['answers'][name] else '否'}”" for name, words in asked.items())
    why = "、".join(
        case_facts.named(one) for one in cases.review_answer(case, draft.body, timezone.localdate(draft.at)).because
    )
    return f"{draft}没有送法制审核；承办人的回答：{said or '没有回答'}；当时认为不须审核的依据：{why or '没有写明'}"[
        :400
    ]


def _label(case: Case, name: str) -> str:
    known = cases.pack_of(case).facts
    return known[name].label if name in known else name


def answer_for_skipping(case: Case) -> list[Person]:
    """Who drew the draft up without a review, and who decided on it."""
    found: list[Person] = []
    draft = cases.latest_proposal(case)
    if draft is not None:
        found.append({"key": str(draft.by.key), "name": draft.by.name, "part": "提出处理意见"})
    for one in (case.handler1, case.handler2):
        if str(one.key) not in {known["key"] for known in found}:
            found.append({"key": str(one.key), "name": one.name, "part": "承办"})
    for line in trail.history(case.chain).filter(verb="decision.decide"):
        head = Officer.objects.filter(pk=line.by_ref.partition(":")[2]).first()
        if head is not None:
            found.append({"key": str(head.key), "name": head.name, "part": "作出决定"})
    return found


def responsible(submission: Submission, ground: Ground) -> list[Person]:
    """Who answers for a breach by the part they took."""
    found: list[Person] = []
    case = submission.case
    if "handlers" in ground.who:
        found.append({"key": str(submission.by.key), "name": submission.by.name, "part": "送审并作出承诺"})
        for one in (case.handler1, case.handler2):
            if one.key != submission.by.key:
                found.append({"key": str(one.key), "name": one.name, "part": "承办"})
    if "reviewer" in ground.who:
        signed = {one.by.key: one.by.name for one in _opinions(submission)}
        now = assignment.current(submission)
        if not signed and now is not None:
            signed = {now.reviewer_key: now.reviewer_name}
        found += [{"key": str(key), "name": name, "part": "审核"} for key, name in signed.items()]
    return found


def because(submission: Submission, ground: Ground) -> list[dict[str, Any]]:
    """The clauses a breach breaks, and those that ask for accountability."""
    return cited(submission.case, ground.step)


def cited(case: Case, step: str) -> list[dict[str, Any]]:
    told = (*rules.clauses(case, step), *rules.parameter(case, "review_accountability").because)
    return [one.as_json() for one in {one.clause: one for one in told}.values()]
