"""Cases of 青山镇 that leave the straight road: joined, severed, disputed, ended without a penalty, gone to the police.

They are drawn apart from the plan of the county, so that its content does not change with them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from yangguang.casework.joinder import actions as joining
from yangguang.casework.joinder.models import JoinderRequest
from yangguang.casework.models import Case
from yangguang.decision.exemption import actions as exemption
from yangguang.decision.exemption.models import ExemptionRequest
from yangguang.decision.joinder import actions as joinder
from yangguang.decision.jurisdiction import actions as jurisdiction
from yangguang.decision.transfer import actions as crime
from yangguang.decision.transfer.models import CrimeAnswer, CrimeReport

from . import bodies, plan
from .life import Life, Reel, Staff
from .plan import CasePlan

NUMBERED = 90_000  # apart from the numbers of the county's own plan
# What happens, from which stage on, and what it is called where the demo names it.
TURNS: tuple[tuple[str, str, str], ...] = (
    ("lead", "investigated", "另一案并入的案件"),
    ("join", "investigated", "并入上面一案的案件"),
    ("sever", "investigated", "分出一案的案件"),
    ("dispute", "investigated", "管辖有争议的案件"),
    ("exempt", "concluded", "不予行政处罚的案件"),
    ("police", "concluded", "移送公安机关的案件"),
)
MADE = len(TURNS) + 1  # the severed case makes one more


class Turn(Life):
    """A case that goes as others do, and then turns."""

    leads: "Turn | None" = None  # the case it is joined to, which is of the same party
    made: Case | None = None
    asked: JoinderRequest | ExemptionRequest
    reported: CrimeReport
    answered: CrimeAnswer

    def _meet(self, at: datetime) -> None:
        if self.leads is None:
            return super()._meet(at)
        self.party, self.found_on = self.leads.party, at.date()
        return None

    def ask_join(self, at: datetime) -> None:
        assert self.leads is not None
        self.record_interview(at)  # what ends with the joining is complete first
        self.asked = joining.request_joinder(
            by=self.first, at=at, case=self.case, other=self.leads.case, ground="同一当事人的同一个违法行为重复立案",
            reason="两案查的是同一当事人在同一处的同一行为，先后立案两次。",
        )  # fmt: skip

    def ask_sever(self, at: datetime) -> None:
        self.asked = joining.request_severance(
            by=self.first, at=at, case=self.case, party=self.party, cause="拒不提供有关资料",
            ground="当事人另有违法行为，须另行查清", reason="调查中当事人拒不提供有关资料，须另行查清。",
        )  # fmt: skip

    def answer_joinder(self, at: datetime) -> None:
        assert isinstance(self.asked, JoinderRequest)
        done = joinder.answer(by=self.staff.head, at=at, asked=self.asked, approved=True, opinion="情况属实，同意。")
        self.made = done.other

    def open_dispute(self, at: datetime) -> None:
        jurisdiction.open_dispute(
            by=self.first, at=at, case=self.case, other="罗山县城市管理局", kind="both", on=at.date(),
            facts="两机关在同一天对同一处所立案，都认为属于本机关的权责清单。",
        )  # fmt: skip

    def ask_exemption(self, at: datetime) -> None:
        self.asked = exemption.request(
            by=self.first, at=at, case=self.case, reason="first_time", facts=self._facts(),
            why="初次违法，当场停止并改正，没有造成危害后果。", education="向当事人说明有关规定，发放告知书，要求定期自查。",
        )  # fmt: skip

    def answer_exemption(self, at: datetime) -> None:
        assert isinstance(self.asked, ExemptionRequest)
        exemption.answer(by=self.staff.head, at=at, asked=self.asked, approved=True, opinion="同意不予行政处罚。")

    def report_crime(self, at: datetime) -> None:
        self.reported = crime.report(
            by=self.first, at=at, case=self.case, suspected="危险作业罪", facts=self._facts(),
            reason="有发生重大伤亡事故的现实危险，达到立案追诉标准。",
        )  # fmt: skip

    def answer_crime(self, at: datetime) -> None:
        self.answered = crime.answer(
            by=self.staff.head, at=at, report=self.reported, approved=True, opinion="同意移送。"
        )

    def hand_to_police(self, at: datetime) -> None:
        crime.transfer(
            by=self.first, at=at, answer=self.answered, organ="罗山县公安局",
            materials=[{"name": "涉嫌犯罪案件情况的调查报告"}, {"name": "询问笔录"}],
        )  # fmt: skip


THEN: dict[str, tuple[str, ...]] = {
    "lead": (),
    "join": ("ask_join", "answer_joinder"),
    "sever": ("ask_sever", "answer_joinder"),
    "dispute": ("open_dispute",),
    "exempt": ("ask_exemption", "answer_exemption"),
    "police": ("report_crime", "answer_crime", "hand_to_police"),
}


@dataclass(frozen=True)
class Shown:
    """Where a newcomer finds one of them."""

    title: str
    case: str
    name: str


Row = tuple[datetime, Callable[[], None]]


def of(staff: Staff, reel: Reel, today: date) -> tuple[list[Turn], list[Row]]:
    """The cases, and their acts with the moment of each."""
    days = plan.working_days(staff.agency.pack, today)
    made: list[Turn] = []
    rows: list[Row] = []
    for n, (name, stage, _) in enumerate(TURNS):
        drawn = _drawn(name, n, stage, days)
        leads = made[0] if name == "join" else None
        one = Turn(drawn, staff, reel)
        one.leads = leads
        made.append(one)
        # The case that is joined comes after the one it joins: a day's work later in the day.
        wait = timedelta(minutes=5 if leads is not None else 0)
        rows += [(act.at + wait, _act(one, act.name, act.at + wait)) for act in drawn.acts]
        last = datetime.combine(drawn.acts[-1].at.date(), drawn.acts[-1].at.timetz()).replace(hour=16, minute=0)
        for order, act in enumerate(THEN[name]):
            moment = last + timedelta(minutes=10 * order + n)
            rows.append((moment, _act(one, act, moment)))
    return made, rows


def _drawn(name: str, n: int, stage: str, days: list[date]) -> CasePlan:
    """The two that are joined are drawn alike: one party, one act, the same days."""
    draw = random.Random(f"turns/{'lead' if name == 'join' else name}")  # noqa: S311 - a story, not a secret
    made = plan._case(draw, bodies.QINGSHAN, days, NUMBERED + n, stage, None)
    return replace(
        made, handlers=(bodies.QINGSHAN.officers[2], bodies.QINGSHAN.officers[3])
    )  # not who the tour is about


def _act(one: Turn, name: str, at: datetime) -> Callable[[], None]:
    return lambda: one.do(name, at)


def shown(made: list[Turn]) -> list[Shown]:
    """Each with its title, as `make run` prints it."""
    found = []
    for one, (_, _, title) in zip(made, TURNS, strict=bool(made)):  # only 青山镇 has them
        found.append(Shown(title, str(one.case.pk), one.case.title))
        if one.made is not None and one.leads is None:
            found.append(Shown("由上面一案分出的案件", str(one.made.pk), one.made.title))
    return found
