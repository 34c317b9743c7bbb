"""A plan, a session, a bank and an exam for the people of 青山镇; built through actions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests import story
from tests.story import People
from yangguang.policy import packs
from yangguang.registry import actions as registry
from yangguang.registry.models import Account, Officer
from yangguang.training import actions, queries
from yangguang.training.models import Admission, Paper, Plan, Question, Result, Session, Sitting


@dataclass
class Made:
    """钱 of the county organises; 何 of 青山镇 is new and holds no certificate."""

    who: People
    he: Officer
    at: datetime
    questions: list[Question] = field(default_factory=list)

    @property
    def qian(self) -> Officer:
        return self.who.qian

    def later(self, **more: float) -> datetime:
        return self.at + timedelta(**more)


def begin(at: datetime, with_accounts: bool = False) -> Made:
    """Everybody registered, and the new officer; 管 administers the township.

    **Why** accounts without a password: nobody signs in by one here, and its hash is slow by design.
    """
    s = story.begin()
    he = registry.register_officer(
        by=None, at=at, body=s.who.body, name="何小军", valid_from=at.date(), post="新进执法队员", unit=s.who.unit
    )
    if with_accounts:
        guan = registry.register_officer(by=None, at=at, body=s.who.body, name="管小华", valid_from=at.date())
        for username, officer, roles in (
            *((username, getattr(s.who, name), roles) for username, name, roles in story.ACCOUNTS),
            ("he", he, ("officer",)),
            ("town-admin", guan, ("admin",)),
        ):
            opened = Account.objects.create(username=username, officer=officer, password="!")
            for role in roles:
                registry.grant_role(by=None, at=at, account=opened, role=role)
    return Made(s.who, he, at)


def account(username: str) -> Account:
    return Account.objects.get(username=username)


def plan(made: Made, **more: Any) -> Plan:
    given = {
        "year": made.at.year,
        "title": "三项制度专题培训",
        "kind": "special",
        "audience": "officers",
        "minutes": 360,
        "starts_on": made.at.date().replace(month=1, day=10),
        "ends_on": made.at.date().replace(month=12, day=20),
    }
    return actions.plan(**{"by": made.qian, "at": made.at, **given, **more})


def session(made: Made, of: Plan | None = None, **more: Any) -> Session:
    given = {
        "plan_key": of.key if of else None,
        "title": "行政处罚法讲座",
        "kind": of.kind if of else "post",
        "form": "class",
        "topic": "行政处罚法和三项制度",
        "teacher": "钱正",
        "place": "县司法局三楼会议室",
        "starts_at": made.later(hours=-4),
        "ends_at": made.later(hours=-1),
        "minutes": 180,
    }
    return actions.hold(**{"by": made.qian, "at": made.at, **given, **more})


def bank(made: Made, singles: int = 6, multiples: int = 3, judgements: int = 3) -> list[Question]:
    made.questions += [*_bank(made, singles, multiples, judgements)]
    return made.questions


def _bank(made: Made, singles: int, multiples: int, judgements: int) -> Iterator[Question]:
    def one(type: str, n: int, options: list[str], answer: list[str]) -> Question:
        return actions.question(
            by=made.qian,
            at=made.at,
            type=type,
            text=f"第{n}道{type}：执法人员应当怎样做？",
            options=options,
            answer=answer,
            explanation=f"解析之{type}{n}",
            clause=some_clause(made),
        )

    for n in range(singles):
        yield one("single", n, ["出示证件", "不出示证件", "口头说明"], ["A"])
    for n in range(multiples):
        yield one("multiple", n, ["出示证件", "不出示证件", "告知权利"], ["A", "C"])
    for n in range(judgements):
        yield one("judgement", n, ["正确", "错误"], ["B"])


def some_clause(made: Made) -> str:
    """A clause that the body's own pack knows."""
    return next(iter(packs.load(made.qian.body.pack).clauses))


def paper(made: Made, **more: Any) -> Paper:
    given = {
        "title": "执法资格考试",
        "purpose": "certificate",
        "wanted": {"single": 4, "multiple": 2, "judgement": 2},
        "points": {"single": 1, "multiple": 2, "judgement": 1},
        "pass_mark": 6,
        "minutes": 60,
        "grace_minutes": 2,
        "opens_at": made.at,
        "closes_at": made.later(hours=3),
    }
    return actions.set_exam(**{"by": made.qian, "at": made.at, **given, **more})


def admitted(made: Made, of: Paper, officer: Officer | None = None, **more: Any) -> Admission:
    return actions.admit(**{"by": made.qian, "at": made.at, "paper": of, "officer": officer or made.he, **more})


def sat(made: Made, admission: Admission, at: datetime | None = None) -> Sitting:
    return actions.sit(by=admission.officer, at=at or made.at, admission=admission)


def right(sitting: Sitting) -> dict[str, list[str]]:
    return {str(one.pk): list(one.answer) for one in queries.asked(sitting)}


def passed(made: Made, of: Paper, officer: Officer | None = None) -> Result:
    """One person who answers everything rightly."""
    sitting = sat(made, admitted(made, of, officer))
    actions.answer(by=sitting.by, at=made.at, sitting=sitting, given=right(sitting))
    return actions.hand_in(by=sitting.by, at=made.at, sitting=sitting)


def failed(made: Made, of: Paper, officer: Officer | None = None) -> Result:
    """One person who answers nothing."""
    sitting = sat(made, admitted(made, of, officer))
    return actions.hand_in(by=sitting.by, at=made.at, sitting=sitting)
