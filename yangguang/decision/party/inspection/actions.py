"""Prepare and answer a party's request to read its own file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import Kind, PartySubmission
from . import queries
from .models import InspectionAnswer, InspectionDraft, Way

OWN, WITHHELD, INTERNAL = "CN-PIP-45.1", "CN-PEN-50", "CN-INF-16.2"


class NotInspected(Refused):
    """A request to inspect the file that cannot be prepared or answered like this.  **Clause** QS-3.2.3d."""


def cite(case: Case, *codes: str) -> list[Citation]:
    return cases.clauses_of(case, *codes)


def owe(at: datetime, submission: PartySubmission) -> None:
    """The duty to answer runs from the moment the system received the request."""
    case = submission.case
    duty.due(
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=queries.LIMIT,
        title="答复当事人查阅案卷的申请",
        role="officer",
        owner_key=case.handler1.key,
        pack=packs.load(case.pack),
        facts=cases.act_facts(case),
        start_on=timezone.localdate(at),
        more=cite(case, OWN),
    )


def may_prepare(submission: PartySubmission) -> None:
    """**Raises** NotInspected unless the request waits for its list."""
    if submission.kind != Kind.INSPECT:
        raise NotInspected("这件提交不是查阅申请", mend="在“当事人提交”页面收入案卷")
    if queries.draft_of(submission) is not None:
        raise NotInspected(
            "查阅清单已经拟定",
            because=cite(submission.case, OWN),
            mend="等候负责人答复；负责人退回的，可以重新拟定",
        )


@action("decision.prepare_inspection", milestone=True)
def prepare(
    *, by: Officer, at: datetime, submission: PartySubmission, ways: Mapping[str, tuple[str, str]], opinion: str
) -> InspectionDraft:
    """拟定查阅清单: each item of the file, given or withheld; nothing is left unsaid.

    **Shape** `ways`: {item: (Way, ground)}.  **Clause** QS-3.2.3d, 行政处罚法 art. 50, 政府信息公开条例 art. 14–16.
    **Raises** NotInspected, NotHandler.
    """
    case = submission.case
    casework.must_handle(case, by, timezone.localdate(at))
    trail.lock(submission.chain)
    may_prepare(submission)
    if len(opinion.strip()) < 2:
        raise NotInspected("没有写明意见", because=cite(case, OWN), mend="写明拟同意或者拟不予提供", field="opinion")
    found, known = queries.items(case), tuple(queries.grounds(case).value or ())
    held = queries.copies(found)
    rows = []
    for n, item in enumerate(found):
        way, ground = ways.get(str(item.pk), ("", ""))
        copy, field = held.get(item), f"way_{n}"
        if way == Way.WITHHELD:
            if ground not in known:
                raise NotInspected(
                    f"“{item.title}”没有写明不提供的理由",
                    because=cite(case, WITHHELD),
                    mend=f"可选：{'；'.join(known)}",
                    field=field,
                )
        elif way not in queries.ways(item, copy):
            raise _not_so(case, item, way, field)
        given = {Way.ORIGINAL.value: (item.digest, item.mime), Way.COPY.value: _bytes(copy)}.get(way, ("", ""))
        rows.append(
            {
                "item": str(item.pk),
                "title": queries.title(item, way),
                "way": way,
                "ground": ground if way == Way.WITHHELD else "",
                "digest": given[0],
                "mime": given[1],
            }
        )
    return InspectionDraft.objects.create(
        by=by, at=at, scope=case.scope, case=case, submission=submission, rows=rows, opinion=opinion.strip()
    )


def _bytes(copy: Any) -> tuple[str, str]:
    return (copy.digest, copy.mime) if copy is not None else ("", "")


def _not_so(case: Case, item: Any, way: str, field: str) -> NotInspected:
    if not way:
        return NotInspected(
            f"没有写明“{item.title}”能否查阅",
            because=cite(case, OWN),
            mend="逐件选择提供的方式或者不提供的理由",
            field=field,
        )
    if queries.internal(item):
        return NotInspected(
            f"“{item.title}”是内部文书，不能原样提供",
            because=cite(case, INTERNAL),
            mend="选择不提供的理由；可以提供的部分，先收存遮挡副本",
            field=field,
        )
    return NotInspected(
        f"“{item.title}”是{item.get_medium_display()}，没有遮挡副本，不能通过网页提供",
        because=cite(case, WITHHELD),
        mend="先收存遮挡副本，或者安排到机关当面查阅",
        field=field,
    )


def may_answer(submission: PartySubmission) -> InspectionDraft:
    """The list that is to be answered.  **Raises** NotInspected."""
    draft = queries.draft_of(submission)
    if draft is None:
        raise NotInspected(
            "承办人还没有拟定查阅清单", because=cite(submission.case, OWN), mend="由承办人逐件拟定以后再答复"
        )
    if hasattr(draft, "answer"):
        raise NotInspected("查阅申请已经答复", because=cite(submission.case, OWN), mend="查看答复")
    return draft


@action("decision.answer_inspection", milestone=True)
def answer(
    *, by: Officer, at: datetime, submission: PartySubmission, outcome: str, ground: str = "", opinion: str
) -> InspectionAnswer:
    """答复查阅申请: granted as the list says, refused on a ground, or given back; the party sees the answer at once.

    **Clause** QS-3.2.3d, 个人信息保护法 art. 45.  **Raises** NotInspected, NotHead.
    """
    case = submission.case
    casework.not_handler_but_head(case, by)
    trail.lock(submission.chain)
    draft = may_answer(submission)
    if outcome not in InspectionAnswer.Outcome.values:
        raise NotInspected(
            "没有选择怎样答复", because=cite(case, OWN), mend="选择同意、不予提供或者退回", field="outcome"
        )
    refuses = outcome == InspectionAnswer.Outcome.REFUSED
    if refuses and ground not in (queries.grounds(case).value or ()):
        raise NotInspected(
            "不予提供的，应当写明理由", because=cite(case, WITHHELD), mend="选择不予提供的理由", field="ground"
        )
    if len(opinion.strip()) < 2:
        raise NotInspected(
            "没有写明答复意见", because=cite(case, OWN), mend="写明答复；当事人可以看到", field="opinion"
        )
    done = InspectionAnswer.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        draft=draft,
        outcome=outcome,
        ground=ground if refuses else "",
        opinion=opinion.strip(),
    )
    if outcome != InspectionAnswer.Outcome.RETURNED:
        owed = Duty.objects.filter(subject=case.chain, rule=queries.LIMIT, at=submission.at, discharge__isnull=True)
        for one in owed.order_by("id"):
            duty.discharge(by=by, at=at, duty=one, note=done.get_outcome_display())
    return done
