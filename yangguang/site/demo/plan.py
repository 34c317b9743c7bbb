"""What will happen in the demo, drawn before anything is written: pure, and the same for the same seed and day.

A case is a list of acts, each at a moment of a working day.  Acts keep the periods of the law; where a fault is planted,
it is the one named, and nothing else.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from yangguang.policy import packs

from . import names, qingshan
from .bodies import AGENCIES, QINGSHAN, Agency
from .names import Someone
from .offences import FIRE, YUAN, Grade, Offence

YEAR = 2026
OPENS = date(YEAR, 1, 5)  # the first working day on which a case may begin
EARLIEST, LATEST = (
    date(YEAR, 11, 13),
    date(YEAR, 12, 31),
)  # after the full case of 青山镇; the calendar ends with the year


class Fault(StrEnum):
    """What is planted wrong, one for each thing a supervisor must be able to find."""

    LATE_PUBLICATION = "late_publication"
    LATE_DECISION = "late_decision"
    STILL_SHOWN = "still_shown"
    UNRECORDED = "unrecorded"
    UNREVIEWED = "unreviewed"
    RETURNED = "returned"
    UNCORRECTED = "uncorrected"


TITLES = {
    Fault.LATE_PUBLICATION: "决定逾期没有公开",
    Fault.LATE_DECISION: "逾期没有作出决定",
    Fault.STILL_SHOWN: "决定已撤销，公示逾期没有撤下",
    Fault.UNRECORDED: "调查缺少音像记录",
    Fault.UNREVIEWED: "送审后逾期没有审核意见",
    Fault.RETURNED: "退回的处理意见没有修改",
    Fault.UNCORRECTED: "公示差错逾期没有更正",
}
RULES = {  # the duty that each fault leaves open past its day
    Fault.LATE_PUBLICATION: "D07",
    Fault.LATE_DECISION: "D05",
    Fault.STILL_SHOWN: "D09",
    Fault.UNREVIEWED: "D53",
    Fault.UNCORRECTED: "D10",
}
EXPIRING, EXPIRED = "certificate_expiring", "certificate_expired"  # planted on people, one of each in every agency


def title_of(name: str) -> str:
    """What a fault is called, by the name it has in the ledger."""
    people = {EXPIRING: "执法证即将到期", EXPIRED: "执法证已到期"}
    return people.get(name) or TITLES[Fault(name)]


# Where each fault sits, as an index into AGENCIES.  Only 青山镇 has a number of days for the review.
PLANTED: tuple[tuple[Fault, int], ...] = (
    (Fault.UNREVIEWED, 0),
    (Fault.LATE_PUBLICATION, 1),
    (Fault.RETURNED, 2),
    (Fault.LATE_DECISION, 3),
    (Fault.UNRECORDED, 5),
    (Fault.STILL_SHOWN, 6),
    (Fault.UNCORRECTED, 1),
    (Fault.LATE_PUBLICATION, 6),
)
FEWEST = len(PLANTED)

# Stages a background case may stand at, with their weight; the agencies' desks all find work.
STAGES: tuple[tuple[str, int], ...] = (
    ("closed", 58),
    ("published", 6),
    ("paid", 3),
    ("served", 3),
    ("issued", 2),
    ("decided", 2),
    ("heard", 3),
    ("notified", 4),
    ("passed", 2),
    ("submitted", 4),
    ("concluded", 3),
    ("investigated", 3),
    ("opened", 2),
    ("applied", 3),
    ("declined", 2),
)
LAST_ACT = {  # the act after which a case of that stage stands still
    "applied": "apply",
    "opened": "approve_opening",
    "investigated": "interview",
    "concluded": "conclude",
    "submitted": "submit",
    "passed": "pass_review",
    "notified": "serve_notice",
    "heard": "hear",
    "decided": "decide",
    "issued": "issue",
    "served": "serve_decision",
    "published": "publish",
    "paid": "pay",
}


@dataclass(frozen=True)
class Act:
    """One act of a case: which, and when."""

    name: str
    at: datetime


@dataclass
class CasePlan:
    """One case as it will go."""

    number: int
    stage: str
    fault: Fault | None
    offence: Offence
    party: Someone
    handlers: tuple[str, str]
    place: str
    n: int
    grade: Grade
    fine_yuan: int
    clue: str | None  # its source; None when the case began without one
    heard: str  # stated | waived | lapsed
    service: str
    returned: bool
    complex: bool
    listed: bool  # in the review catalogue
    scene: bool
    aftermath: str  # "" | corrected | withdrawn
    reviewed: bool  # whether the plan of the agency asks for legal review
    archived: bool = False
    discussed: bool = False  # by the heads together
    flagship: bool = False
    acts: list[Act] = field(default_factory=list)

    @property
    def fine_fen(self) -> int:
        return self.fine_yuan * YUAN

    @property
    def penalties(self) -> list[str]:
        if not self.fine_yuan:
            return ["warning"]
        return ["warning", "fine"] if self.offence.warned else ["fine"]


@dataclass(frozen=True)
class AgencyPlan:
    """Everything one agency does."""

    agency: Agency
    cases: tuple[CasePlan, ...]

    def acts(self) -> Iterator[tuple[CasePlan, Act]]:
        """All acts of all cases in the order of time, so that numbers are given in that order too."""
        every = [(act.at, case.number, order, case, act) for case in self.cases for order, act in enumerate(case.acts)]
        for _, _, _, case, act in sorted(every, key=lambda row: row[:3]):
            yield case, act


def of(agency: Agency, cases: int, seed: int, today: date) -> AgencyPlan:
    """The plan of one agency of a county with so many cases."""
    which = AGENCIES.index(agency)
    draw = random.Random(f"{seed}/{agency.scope}")  # noqa: S311 - a story, not a secret
    many = shares(cases)[which]
    days = working_days(agency.pack, today)
    faults = [fault for fault, at in PLANTED if at == which]
    stages = _stages(draw, many - len(faults))
    made = [_case(draw, agency, days, n, stage, None) for n, stage in enumerate(stages)]
    made += [_case(draw, agency, days, many - len(faults) + n, "", fault) for n, fault in enumerate(faults)]
    if agency is QINGSHAN:
        made.append(_case(draw, agency, days, many, "submitted", None, flagship=True))
    return AgencyPlan(agency, tuple(made))


def shares(cases: int) -> list[int]:
    """How many cases each agency has: its planted faults first, the rest by share."""
    have = [sum(at == which for _, at in PLANTED) for which in range(len(AGENCIES))]
    left, whole = cases - FEWEST, sum(agency.share for agency in AGENCIES)
    exact = [left * agency.share / whole for agency in AGENCIES]
    given = [int(part) for part in exact]
    for which in sorted(range(len(AGENCIES)), key=lambda i: given[i] - exact[i])[: left - sum(given)]:
        given[which] += 1
    return [a + b for a, b in zip(have, given, strict=True)]


def working_days(pack: str, today: date) -> list[date]:
    """The working days of the year up to and with `today`."""
    calendar = packs.load(pack).calendar
    every = (OPENS + timedelta(days=n) for n in range((today - OPENS).days + 1))
    return [day for day in every if calendar.is_working(day)]


def _stages(draw: random.Random, many: int) -> list[str]:
    """The stages of so many cases, in the proportions of STAGES, in any order."""
    whole = sum(weight for _, weight in STAGES)
    exact = [many * weight / whole for _, weight in STAGES]
    given = [int(part) for part in exact]
    for which in sorted(range(len(STAGES)), key=lambda i: given[i] - exact[i])[: many - sum(given)]:
        given[which] += 1
    found = [stage for (stage, _), times in zip(STAGES, given, strict=True) for _ in range(times)]
    draw.shuffle(found)
    return found


def _case(
    draw: random.Random,
    agency: Agency,
    days: list[date],
    number: int,
    stage: str,
    fault: Fault | None,
    flagship: bool = False,
) -> CasePlan:
    offence = FIRE if flagship else draw.choice(agency.offences)
    kind = draw.choice(offence.kinds)
    pair = draw.randrange(len(agency.officers) // 2)
    grade = next((g for g in offence.grades if g.name == "一般"), offence.grades[0])
    if not flagship and draw.random() < 0.25:
        grade = draw.choice(offence.grades)
    if stage == "paid" and not grade.high:
        grade = offence.grades[-1]
    party = names.party(draw, agency.place, kind, offence.trade)
    late = fault in (Fault.STILL_SHOWN, Fault.UNCORRECTED, Fault.LATE_PUBLICATION)
    plan = CasePlan(
        number=number,
        stage=stage or ("closed" if late else "stopped"),
        fault=fault,
        offence=offence,
        party=party,
        handlers=(agency.officers[2 * pair], agency.officers[2 * pair + 1]),
        place=party.address if kind != "natural" else names.address(draw, agency.place),
        n=draw.randrange(2, 9) if offence.field != "生态环境" else draw.randrange(3, 30),
        grade=grade,
        fine_yuan=draw.randrange(grade.low, grade.high + 1, grade.step) if grade.high else 0,
        clue=draw.choice(("inspection", "inspection", "report", "transfer", "assigned")),
        heard=draw.choice(("stated", "waived", "waived", "lapsed", "lapsed")),
        service=draw.choice(("direct", "direct", "direct", "direct", "mail", "leaving", "electronic")),
        returned=flagship or draw.random() < 0.07,
        complex=not flagship and draw.random() < 0.04,
        listed=draw.random() < 0.3,
        scene=flagship or draw.random() < 0.5,
        aftermath="",
        reviewed=False,
        flagship=flagship,
    )
    if stage != "declined" and not flagship and draw.random() < 0.4:
        plan.clue = None
    if stage in ("submitted", "passed") or fault in (Fault.UNREVIEWED, Fault.RETURNED):
        plan.listed = True
    # 青山镇 reviews every ordinary penalty; everywhere else the catalogue and the weight of the case decide.
    plan.reviewed = agency is QINGSHAN or plan.listed or plan.complex
    # 河南省行政执法条例 art. 28: what is on the list of major decisions is discussed by the heads as well.
    plan.discussed = plan.complex or (agency is QINGSHAN and plan.listed)
    if stage == "closed" and number % 23 == 7:
        plan.aftermath = draw.choice(("corrected", "withdrawn"))
    plan.archived = stage == "closed" and draw.random() < 0.3
    steps = _stopped(plan, _course(draw, plan))
    plan.acts = _dated(draw, plan, steps, days)
    return plan


Step = tuple[int, int, int, str]  # working days since the first act, hour, minute, act


def _course(draw: random.Random, plan: CasePlan) -> list[Step]:
    """A whole case, each act so many working days after the first."""
    steps: list[Step] = []
    t = 0

    def then(name: str, wait: tuple[int, int], hour: int) -> None:
        nonlocal t
        t += draw.randint(*wait)
        steps.append((t, hour, draw.randrange(0, 50), name))

    if plan.clue:
        then("take_clue", (0, 0), 9)
        if plan.stage == "declined":
            then("decline", (1, 3), 15)
            return steps
    then("apply", (0, 1), 10)
    then("approve_opening", (0, 1), 16)
    then("identify", (1, 2), 9)
    if plan.scene:
        then("check_scene", (0, 0), 10)
        then("film_scene", (0, 0), 14)
    then("order_correction", (0, 0), 15)
    then("interview", (1, 1), 9)
    then("record_interview", (0, 0), 11)
    then("collect", (0, 1), 14)
    then("conclude", (1, 3), 10)
    then("propose", (0, 1), 14)
    if plan.reviewed:
        _review(plan, then)
    then("notify", (1, 1), 9)
    then("confirm_address", (0, 0), 10)
    then("serve_notice", (0, 0), 11)
    if plan.heard == "lapsed":
        then("hear", (6, 6), 9)
    elif plan.heard == "waived":
        then("hear", (0, 1), 15)
    else:
        then("hear", (1, 3), 15)
        then("answer", (1, 1), 10)
    if plan.discussed:
        then("deliberate", (1, 1), 15)
    then("decide", (1, 2), 9)
    then("issue", (0, 0), 11)
    decided = t
    then("serve_decision", (1, 2), 10)
    then("film_service", (0, 0), 14)
    served = t
    t = decided + draw.randint(2, 5)
    steps.append((t, 15, draw.randrange(50), "publish"))
    published = t
    if plan.fine_yuan:
        t = served + draw.randint(1, 5)
        steps.append((t, 16, draw.randrange(50), "pay"))
    then("close", (1, 2), 17)
    if plan.archived:
        t = max(t, published)
        then("archive", (1, 3), 10)
    if plan.aftermath or plan.fault in (Fault.STILL_SHOWN, Fault.UNCORRECTED):
        t = max(t, published)
        if plan.aftermath == "corrected" or plan.fault is Fault.UNCORRECTED:
            then("find_error", (3, 6), 9)
            then("correct", (1, 6), 10)
        else:
            then("revoke", (4, 9), 9)
            then("take_down", (1, 2), 10)
    return sorted(steps, key=lambda step: step[0] * 24 * 60 + step[1] * 60 + step[2])


def _review(plan: CasePlan, then: Callable[[str, tuple[int, int], int], None]) -> None:
    then("submit", (0, 0), 16)
    if plan.returned or plan.fault is Fault.RETURNED:
        then("return_draft", (1, 2), 10)
        then("propose_again", (1, 1), 9)
        then("submit", (0, 0), 11)
    then("pass_review", (1, 3), 10)


def _stopped(plan: CasePlan, steps: list[Step]) -> list[Step]:
    """The course as far as this case goes."""
    if plan.fault is None:
        if plan.flagship:  # the second draft lies with the reviewer
            return _until(steps, "submit", times=2)
        return _until(steps, LAST_ACT[plan.stage]) if plan.stage in LAST_ACT else steps
    match plan.fault:
        case Fault.LATE_PUBLICATION:
            return [step for step in steps if step[3] != "publish"]
        case Fault.LATE_DECISION:
            return _until(steps, "conclude")
        case Fault.UNRECORDED:
            return [step for step in _until(steps, "conclude") if step[3] not in ("record_interview", "film_scene")]
        case Fault.UNREVIEWED:
            return _until(steps, "submit")
        case Fault.RETURNED:
            return _until(steps, "return_draft")
        case Fault.STILL_SHOWN:
            return _until(steps, "revoke")
        case Fault.UNCORRECTED:
            return _until(steps, "find_error")


def _until(steps: list[Step], last: str, times: int = 1) -> list[Step]:
    kept = []
    for step in steps:
        kept.append(step)
        times -= step[3] == last
        if times == 0:
            return kept
    raise ValueError(f"no act {last}")


# How many working days before the last one a standing case did its last act, so that just its fault is overdue.
REST: dict[Fault | None, tuple[int, int]] = {
    None: (0, 1),
    Fault.LATE_PUBLICATION: (8, 12),
    Fault.LATE_DECISION: (66, 70),
    Fault.UNRECORDED: (2, 4),
    Fault.UNREVIEWED: (7, 9),
    Fault.RETURNED: (3, 6),
    Fault.STILL_SHOWN: (5, 8),
    Fault.UNCORRECTED: (23, 28),
}


def _dated(draw: random.Random, plan: CasePlan, steps: list[Step], days: list[date]) -> list[Act]:
    """Working days for the steps: a case that ended lies anywhere in the year, a standing one reaches to today."""
    length = steps[-1][0]
    latest = len(days) - 1 - length
    if latest < 0:
        raise ValueError("the year is too short for a case")
    if plan.fault is None and plan.stage in ("closed", "declined"):
        first = draw.randrange(latest)  # at the latest one day before today: everything lies in the past
    else:
        first = latest - 1 - draw.randint(*REST[plan.fault])

    def moment(step: Step) -> datetime:
        day = days[first + step[0]]
        return datetime(day.year, day.month, day.day, step[1], step[2], tzinfo=qingshan.SHANGHAI)

    return [Act(step[3], moment(step)) for step in steps]


def content(plans: list[AgencyPlan]) -> list[dict[str, object]]:
    """What a plan says, for comparing two of them."""
    shown: Callable[[CasePlan], dict[str, object]] = lambda case: {  # noqa: E731
        "party": case.party,
        "cause": case.offence.cause,
        "fine": case.fine_yuan,
        "acts": [(act.name, act.at) for act in case.acts],
    }
    return [{"agency": plan.agency.name, "cases": [shown(case) for case in plan.cases]} for plan in plans]


# ---- the full case of 青山镇 ---------------------------------------------------------------------------------------

# When each step of qingshan.STEPS happens: only for its place among the other acts of the town.
_STORY: dict[str, tuple[int, int, int, int]] = {
    "take_clue": (8, 24, 15, 20),
    "apply": (8, 25, 9, 10),
    "approve_opening": (8, 25, 16, 0),
    "identify": (8, 26, 9, 30),
    "check_scene": (8, 26, 9, 40),
    "film": (8, 26, 11, 0),
    "order_correction": (8, 26, 15, 0),
    "interview": (8, 27, 9, 0),
    "collect": (8, 28, 10, 0),
    "conclude": (9, 1, 10, 0),
    "propose": (9, 2, 9, 0),
    "submit": (9, 2, 10, 0),
    "return_draft": (9, 3, 15, 0),
    "propose_again": (9, 4, 9, 0),
    "submit_again": (9, 4, 10, 0),
    "pass_review": (9, 7, 11, 0),
    "notify": (9, 8, 9, 0),
    "confirm_address": (9, 8, 10, 0),
    "serve_notice": (9, 8, 11, 0),
    "hear": (9, 10, 15, 0),
    "answer": (9, 11, 10, 0),
    "decide": (9, 18, 9, 0),
    "issue": (9, 18, 10, 0),
    "serve_decision": (9, 21, 11, 0),
    "publish": (9, 22, 10, 0),
    "pay": (9, 23, 16, 0),
    "close": (9, 24, 10, 0),
    "archive": (9, 28, 10, 0),
    "find_error": (10, 12, 9, 0),
    "correct": (10, 13, 9, 0),
    "revoke": (11, 9, 10, 0),
    "take_down": (11, 10, 9, 0),
}


def story_moments() -> list[tuple[str, datetime]]:
    """The steps of the full case, each with its moment.  A step this table does not know follows the one before it."""
    found, last = [], qingshan.at(*_STORY["take_clue"])
    for step in qingshan.STEPS:
        last = qingshan.at(*_STORY[step]) if step in _STORY else last
        found.append((step, last))
    return found
