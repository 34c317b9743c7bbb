"""Ask that no penalty be given, and decide it."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, CaseState
from yangguang.catalogue import queries as lists
from yangguang.duty import actions as duty
from yangguang.policy.answers import Citation
from yangguang.record import actions as record
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import clock
from ..actions.deciding import issue_course
from ..actions.serving import due_next
from ..errors import BadDate, NotYet
from ..jurisdiction.actions import must_be_ours
from ..models import Closure, Decision
from ..pause import queries as pauses
from ..transfer import queries as crime
from . import papers, queries
from .models import ExemptionAnswer, ExemptionRequest

SERVING, PUBLISHING = "D06", "D07"


class NotExempt(Refused):
    """A case that cannot, or cannot again, end without a penalty.  行政处罚法 art. 30–33, 36, 57."""


def may_ask(case: Case) -> None:
    """**Raises** NotExempt unless the case was investigated and nothing was decided in it yet."""
    record.not_archived(case.dossier)
    if case.guided or case.kind != "penalty":
        raise NotExempt("本案不是按普通程序办理的处罚案件", mend="按本案的程序办理")
    if "conclude" not in CaseState.objects.get(case=case).done:
        raise NotExempt(
            "调查还没有终结，不能提出不予行政处罚的意见",
            because=queries.cite(cases.pack_of(case), "CN-PEN-57.1"),
            mend="先办理“调查终结”",
        )
    _undecided(case)
    if queries.waiting(case) is not None:
        raise NotExempt("本案已有不予行政处罚的意见，等候负责人决定", mend="等负责人决定后再办理")


def _decides(case: Case) -> list[Citation]:
    return queries.cite(cases.pack_of(case), "CN-PEN-57.1")


def _undecided(case: Case) -> None:
    if Closure.objects.filter(case=case).exists():
        raise NotExempt("本案已经结案", because=_decides(case), mend="查看案件")
    if Decision.objects.filter(case=case).exists():
        raise NotExempt("本案已经作出行政处罚决定", because=_decides(case), mend="决定有错误的，依法变更、撤销")
    if queries.granted(case) is not None:
        raise NotExempt("本案已经决定不予行政处罚", because=_decides(case), mend="送达决定书后结案")
    if pauses.now(case) is not None:
        raise NotYet(
            "本案正在中止，不能作出决定", because=cases.clauses_of(case, "CN-PEN-60"), mend="由负责人批准恢复调查"
        )
    must_be_ours(case)
    if crime.with_police(case):
        because = cases.clauses_of(case, clock.INSTEAD)
        mend = "公安机关不予立案的，登记其答复后再依法处理"
        raise NotYet("本案涉嫌犯罪，已移送公安机关", because=because, mend=mend)


@action("decision.request_exemption", milestone=True)
def request(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    reason: str,
    facts: str,
    why: str,
    education: str,
    ended_on: date | None = None,
) -> ExemptionRequest:
    """提出不予行政处罚的意见.  **Clause** 行政处罚法 art. 30, 31, 33, 36, 57(1).

    **Raises** NotExempt where the register certainly says otherwise, naming the clause.
    """
    casework.must_act(case, by, timezone.localdate(at))
    may_ask(case)
    pack = cases.pack_of(case)
    if reason not in ExemptionRequest.Reason.values:
        raise NotYet("没有选择不予处罚的情形", because=_decides(case), mend="按查明的情形选择一项", field="reason")
    for name, value, label, clause in (
        ("facts", facts, "查明的事实", "CN-PEN-57.1"),
        ("why", why, "理由", queries.CLAUSES[reason]),
        ("education", education, "教育内容", queries.EDUCATION),
    ):
        if name == "education" and reason == ExemptionRequest.Reason.NOT_ESTABLISHED:
            if value.strip():  # who did nothing against the law is not educated about it
                raise NotYet(
                    "违法事实不能成立的，不写教育内容",
                    because=queries.cite(pack, queries.EDUCATION),
                    mend="把“教育内容”清空",
                    field=name,
                )
            continue
        if len(value.strip()) < 4:
            because = queries.cite(pack, clause)
            raise NotYet(f"“{label}”没有写明", because=because, mend="如实写明，不少于四个字", field=name)
    if reason in ("under_14", "limitation") and ended_on is None:
        raise NotYet(
            "没有填写违法行为终了之日，无法核对年龄、时效",
            because=queries.cite(pack, queries.CLAUSES[reason]),
            mend="填写年月日；有连续或者继续状态的，填行为终了之日",
            field="ended_on",
        )
    if ended_on is not None and ended_on > timezone.localdate(at):
        raise BadDate("违法行为终了之日晚于今天", because=_decides(case), mend="核对日期", field="ended_on")
    if wrong := queries.contradicted(case, reason, ended_on):
        raise NotExempt(
            f"不符合“{ExemptionRequest.Reason(reason).label}”：{wrong}",
            because=queries.cite(pack, queries.CLAUSES[reason]),
            mend="选择符合事实的情形；依法应当处罚的，提出处理意见",
            field="reason",
        )
    done = ExemptionRequest.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        reason=reason,
        ended_on=ended_on,
        facts=facts.strip(),
        why=why.strip(),
        education=education.strip(),
    )
    casework.mark(case, "decision.request_exemption", {}, at)
    return done


@action("decision.answer_exemption", milestone=True)
def answer(*, by: Officer, at: datetime, asked: ExemptionRequest, approved: bool, opinion: str) -> ExemptionAnswer:
    """决定不予行政处罚，或者退回: the decision is issued, and becomes public as the pack and the list of the body say.

    **Clause** 行政处罚法 art. 33(3), 57(1); CN-118-2.3b; D05, D06, D07.
    """
    case = asked.case
    casework.not_handler_but_head(case, by)
    record.not_archived(case.dossier)
    if hasattr(asked, "answer"):
        raise NotExempt("这份意见已经答复", mend="查看不予行政处罚的办理情况")
    if len(opinion.strip()) < 2:
        raise NotYet("没有写明意见", mend="写明同意的意见，或者退回的理由", field="opinion")
    given = {"by": by, "at": at, "scope": case.scope, "case": case, "request": asked, "opinion": opinion.strip()}
    if not approved:
        done = ExemptionAnswer.objects.create(**given, approved=False)
        casework.mark(case, "decision.answer_exemption", {"approved": False}, at)
        return done
    _undecided(case)
    on = timezone.localdate(at)
    word = record.word_of(case.scope, on, "不罚决")
    number = record.allot_number(by=by, at=at, scope=case.scope, subject=case.chain, word=word, year=on.year)
    shown = lists.must_publish(case.scope, cases.pack_of(case), case.kind, case.power.code, on).publish
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="issue",
        code="no_penalty_decision",
        data=papers.decision(asked, shown),
        on=on,
        number=str(number),
    )
    done = ExemptionAnswer.objects.create(**given, approved=True, item=item, number=number)
    issue_course(by=by, at=at, case=case)
    casework.mark(case, "decision.answer_exemption", {"approved": True}, at, decided_on=on)
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D05", note="已决定不予行政处罚")
    due_next(by, at, case, SERVING, "送达不予行政处罚决定书", "officer", on)
    if shown:
        due_next(by, at, case, PUBLISHING, "公开不予行政处罚决定", "disclosure", on)
    return done
