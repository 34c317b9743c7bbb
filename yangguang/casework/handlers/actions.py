"""Hand a case to other officers, and decide whether somebody has to keep away from it."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.record import actions as record
from yangguang.registry import actions as registering
from yangguang.registry import queries as registry
from yangguang.registry.models import Certificate, Officer, Recusal
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import facts, queries
from ..actions import not_handler_but_head, two_certified
from ..errors import BadFact, MustRecuse, NotHead, OutOfOrder
from ..models import Case, CaseState
from .models import HandlerChange, RecusalDecision


class SameHandlers(Refused):
    """变更承办人 that changes nobody."""


@action("casework.change_handlers", on="case")
def change_handlers(
    *, by: Officer, at: datetime, case: Case, first: Officer, second: Officer, reason: str
) -> HandlerChange:
    """变更承办人: a head hands the case to two certified officers nobody bars; what was done stays theirs who did it.

    **Clause** 行政处罚法 art. 42, 43; gates G1, G2, G11.
    **Raises** NotHead, NotCertified, NotTrained, MustRecuse, SameHandlers, BadFact.
    """
    record.not_archived(case.dossier)
    must_be_head(case, by)
    on, pack = timezone.localdate(at), queries.pack_of(case)
    if case.state.step == "":
        raise OutOfOrder("本案已经办结，不再变更承办人", mend="查看案卷")
    if by.key in (first.key, second.key):
        raise NotHead("不能由自己批准自己承办", mend="由本机关其他负责人批准", field="first")
    if len(reason.strip()) < 5:
        raise BadFact("没有写明变更承办人的理由", mend="写明调离、执法证失效、回避等具体情况", field="reason")
    if (first.key, second.key) == (case.handler1.key, case.handler2.key):
        raise SameHandlers("选的就是现在的两名承办人", mend="至少更换一名，或者对调主办、协办", field="first")
    certificate1, certificate2 = two_certified(pack, first, second, case.power, on)
    for officer, field in ((first, "first"), (second, "second")):
        if found := registry.recused(officer.key, *case.chains):
            raise MustRecuse(
                f"{officer.name}应当回避：{found.get_ground_display()}（{found.note}）",
                because=queries.cite(pack, "G2", recused=True),
                mend="另选一名持证执法人员",
                field=field,
            )
    _paper(by, at, case, (first, second), (certificate1, certificate2), reason.strip())
    change = HandlerChange.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        handler1=first,
        handler2=second,
        handler1_key=first.key,
        handler2_key=second.key,
        certificate1=certificate1,
        certificate2=certificate2,
        reason=reason.strip(),
    )
    hand_over(case.state, change)
    case.state.save()
    return change


def _paper(
    by: Officer,
    at: datetime,
    case: Case,
    handlers: tuple[Officer, Officer],
    certificates: tuple[Certificate, Certificate],
    reason: str,
) -> None:
    """变更承办人审批表, in the file before the change holds."""
    on, step = timezone.localdate(at), case.state.step
    found = queries.step_of(case, step)
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step=step,
        code="handler_change",
        data=facts.for_document(
            case,
            "handler_change",
            {
                "before": f"{case.handler1.name}（主办）、{case.handler2.name}（协办）",
                "after": f"{handlers[0].name}（主办）、{handlers[1].name}（协办）",
                "certificates": "、".join(one.number for one in certificates),
                "reason": reason,
                **({"stands": found.title} if found else {}),
                "opinions": [facts.opinion("负责人意见", "同意变更。", by, on)],
            },
            by=by,
            at=at,
        ),
        on=on,
    )


def hand_over(state: CaseState, change: HandlerChange | None) -> None:
    """What a change makes of the projection.  A rebuild makes it by the same lines."""
    if change is not None:
        state.handlers = change
        state.handler1_key, state.handler2_key = change.handler1_key, change.handler2_key


def must_be_head(case: Case, by: Officer) -> None:
    """**Raises** NotHead unless a head of the body acts who never handled the case.  G11."""
    not_handler_but_head(case, by)
    if by.key in case.ever_handled:
        raise NotHead(f"{by.name}承办过本案，不得审批本案", mend="由未承办过本案的负责人办理")
    if not registry.holds(by, "head"):
        raise NotHead(f"{by.name}不是{case.body.name}的负责人", mend=f"由{case.body.name}负责人办理")


@action("casework.decide_recusal", on="case")
def decide_recusal(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    person: Officer,
    how: str,
    applicant: str,
    applied_on: date,
    reason: str,
    granted: bool,
    ground: str,
    grounds: str,
) -> RecusalDecision:
    """决定是否回避: the head decides, the decision is made out to who asked, and who must keep away is barred at once.

    The investigation does not stop before the decision.  **Clause** 行政处罚法 art. 43(2)(3).
    **Raises** NotHead, BadFact.
    """
    record.not_archived(case.dossier)
    must_be_head(case, by)
    if by.key == person.key:
        raise NotHead("不能决定自己的回避", mend="由本机关其他负责人决定", field="person")
    if person.scope != case.scope:
        raise BadFact(f"{person.name}不是本机关的人员", mend="选择本机关人员", field="person")
    on = timezone.localdate(at)
    if applied_on > on:
        raise BadFact("提出日期晚于今天", mend="填写实际提出的日期", field="applied_on")
    if granted and ground not in Recusal.Ground.values:
        raise BadFact("没有选择回避的事由", mend=f"可选：{'、'.join(Recusal.Ground.labels)}", field="ground")
    if granted and registry.recused(person.key, *case.chains) is not None:
        raise BadFact(
            f"{person.name}已经决定回避",
            because=queries.clauses_of(case, "CN-PEN-43.1"),
            mend="是承办人的，由负责人变更承办人",
            field="person",
        )
    for name, text, label in (("reason", reason, "申请理由"), ("grounds", grounds, "决定的理由")):
        if len(text.strip()) < 2:
            raise BadFact(f"没有写明{label}", mend=f"写明{label}", field=name)
    filled: dict[str, Any] = {
        "applicant": applicant.strip() or person.name,
        "how": how,
        "applied_on": applied_on.isoformat(),
        "person": person.name,
        "post": person.post,
        "reason": reason.strip(),
        "granted": granted,
        "grounds": grounds.strip(),
    }
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step=case.state.step or "open",
        code="recusal_decision",
        data=facts.for_document(case, "recusal_decision", filled, by=by, at=at),
        on=on,
    )
    if granted:
        registering.recuse(by=by, at=at, subject=case.chain, officer=person, ground=ground, note=grounds.strip())
    return RecusalDecision.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        person=person,
        person_key=person.key,
        how=how,
        applicant=filled["applicant"],
        applied_on=applied_on,
        reason=filled["reason"],
        granted=granted,
        grounds=filled["grounds"],
        item=item,
    )
