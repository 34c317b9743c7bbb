"""A year's training and one exam for an agency: who came, who passed, and who still has to sit."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yangguang.registry.models import Officer
from yangguang.training import actions, queries
from yangguang.training.models import Admission, Attendance, Paper, Plan, Question, Result, Session, Sitting

# What is asked: type, words, options, right answer, explanation, clause of the national pack.
BANK: tuple[tuple[str, str, tuple[str, ...], str, str, str], ...] = (
    (
        "single",
        "行政处罚应当由几名以上具有行政执法资格的执法人员实施，法律另有规定的除外？",
        ("一名", "两名", "三名"),
        "B",
        "执法人员不得少于两人，法律另有规定的除外。",
        "CN-PEN-42.1",
    ),
    (
        "single",
        "初次从事行政处罚决定法制审核的人员，应当通过哪一项考试取得资格？",
        ("国家统一法律职业资格考试", "公务员录用考试", "本机关的业务考试"),
        "A",
        "初次从事行政处罚决定法制审核的人员，应当通过国家统一法律职业资格考试取得法律职业资格。",
        "CN-PEN-58.2",
    ),
    (
        "judgement",
        "应当经过法制审核的行政处罚决定，未经审核或者审核未通过的，可以先作出决定再补审。",
        ("正确", "错误"),
        "B",
        "未经法制审核或者审核未通过的，不得作出决定。",
        "CN-PEN-58.1",
    ),
    (
        "multiple",
        "下列哪些情形在作出行政处罚决定之前应当进行法制审核？",
        ("涉及重大公共利益的", "直接关系当事人重大权益，经过听证程序的", "当场给予警告的", "案件情况疑难复杂的"),
        "ABD",
        "行政处罚法第五十八条第一款列举的情形。",
        "CN-PEN-58.1",
    ),
    (
        "judgement",
        "执法人员在进行执法活动时应当公示身份。",
        ("正确", "错误"),
        "A",
        "事中公示：主动出示证件，公示身份。",
        "CN-118-2.2",
    ),
)
WANTED = {"single": 2, "multiple": 1, "judgement": 2}
POINTS = {"single": 20, "multiple": 20, "judgement": 20}


@dataclass(frozen=True)
class Filled:
    """What stands there afterwards."""

    plan: Plan
    session: Session
    attendance: Attendance
    question: Question
    paper: Paper
    result: Result
    open_paper: Paper
    waiting: Admission


def fill(*, by: Officer, today: date, moment: datetime, staff: list[Officer], new: list[Officer]) -> Filled:
    """`by` organises; `staff` attend; the first of `new` passes the exam, the second fails it.

    **Shape** `moment`: the morning of `today` in local time; nobody of `staff` and `new` is `by`.
    """
    plan, session, first = _lessons(by, today, moment, staff)
    month_ago = moment - timedelta(days=30)
    questions = [_question(by, month_ago, row) for row in BANK]
    paper = _paper(by, month_ago, "执法资格考试", "certificate", plan, month_ago + timedelta(hours=8))
    result = _sit(by, paper, month_ago, new[0], right=True)
    if len(new) > 1:
        _sit(by, paper, month_ago, new[1], right=False)
    coming = _paper(by, moment, "三项制度培训测试", "training", plan, moment + timedelta(days=60))
    waiting = [actions.admit(by=by, at=moment, paper=coming, officer=one) for one in staff[:3]]
    return Filled(plan, session, first, questions[0], paper, result, coming, waiting[0])


def _lessons(by: Officer, today: date, moment: datetime, staff: list[Officer]) -> tuple[Plan, Session, Attendance]:
    start = moment.replace(month=1, day=6)

    def plan(title: str, kind: str, audience: str, minutes: int) -> Plan:
        return actions.plan(
            by=by, at=start, year=today.year, title=title, kind=kind, audience=audience, minutes=minutes,
            starts_on=date(today.year, 1, 6), ends_on=date(today.year, 12, 20),
        )  # fmt: skip

    year = plan(f"{today.year} 年度执法人员岗位培训", "post", "officers", 60 * 45)
    plan(f"{today.year} 年度法制审核人员定期培训", "reviewers", "reviewers", 8 * 45)
    session = first = None
    for months, title, form, minutes in (
        (3, "行政处罚法专题", "class", 360),
        (6, "三项制度应知应会", "online", 180),
        (8, "典型案例研讨", "cases", 270),
    ):
        begins = moment.replace(month=months, day=10)
        ends = begins + timedelta(hours=8)
        given: dict[str, Any] = {"topic": f"{title}，结合本机关案卷", "material": "《行政执法人员培训读本》"}
        held = actions.hold(
            by=by, at=begins, plan_key=year.key, title=title, kind="post", form=form, teacher="县司法局讲师",
            place="本机关会议室", starts_at=begins, ends_at=ends, minutes=minutes, **given,
        )  # fmt: skip
        for place, officer in enumerate(staff):
            if (place + months) % 4:  # somebody is always missing
                row = actions.attend(by=by, at=ends, session=held, officer=officer)
                session, first = session or held, first or row
    if session is None or first is None:
        raise ValueError("no staff attended; give at least two people")
    return year, session, first


def _question(by: Officer, at: datetime, row: tuple[str, str, tuple[str, ...], str, str, str]) -> Question:
    kind, text, options, answer, explanation, clause = row
    return actions.question(
        by=by, at=at, type=kind, text=text, options=list(options), answer=list(answer), explanation=explanation,
        clause=clause,
    )  # fmt: skip


def _paper(by: Officer, at: datetime, title: str, purpose: str, plan: Plan, closes: datetime) -> Paper:
    return actions.set_exam(
        by=by, at=at, title=title, purpose=purpose, wanted=WANTED, points=POINTS, pass_mark=60, minutes=60, grace_minutes=2,
        opens_at=at, closes_at=closes, plan_key=plan.key,
    )  # fmt: skip


def _sit(by: Officer, paper: Paper, at: datetime, officer: Officer, right: bool) -> Result:
    admission = actions.admit(by=by, at=at, paper=paper, officer=officer)
    sitting: Sitting = actions.sit(by=officer, at=at + timedelta(minutes=5), admission=admission)
    given = {str(one.pk): list(one.answer) if right else ["A"] for one in queries.asked(sitting)}
    done = at + timedelta(minutes=35)
    actions.answer(by=officer, at=done, sitting=sitting, given=given)
    return actions.hand_in(by=officer, at=done, sitting=sitting)
