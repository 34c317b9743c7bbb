"""Submit a draft for legal review and give the opinion.  Nothing else opens the gate of the decision."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts as known
from yangguang.casework import file
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.models import Case, Proposal
from yangguang.casework.unit import queries as units
from yangguang.duty import actions as duty
from yangguang.policy.answers import plain
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.documents import values
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import queries, rules
from .assignment import actions as assignment
from .dissent import queries as dissent
from .flow import actions as flows
from .flow import queries as flow_queries
from .flow.models import ReviewFlow
from .models import Review, Submission
from .panel import queries as panel


class NotQualified(Refused):
    """初次从事行政处罚决定法制审核的人员应当取得法律职业资格；承办人不得审核本案.  行政处罚法 art. 58."""


class StaleDraft(Refused):
    """The draft has changed since; a review speaks of one draft only."""


class NotAnswered(Refused):
    """A checklist item without a finding."""


COURSE = {"refused": "rejected"}  # what the acts call an outcome, where it is another word


class AlreadySubmitted(Refused):
    """The draft is with the reviewer already."""


@action("review.submit", milestone=True)
def submit(
    *, by: Officer, at: datetime, proposal: Proposal, declared: bool, unit_head: Officer | None = None
) -> Submission:
    """送审: with the declaration of those who answer for it, the head of the unit among them where the pack asks.

    **Shape** `unit_head`: whom the handler names where no head of the unit signs in; where one does, who gave the opinion.
    **Clause** QS-3.3.3a, QS-3.3.3b, QS-3.3.3d.
    """
    case = proposal.case
    casework.must_handle(case, by, timezone.localdate(at))
    pack = cases.pack_of(case)
    if cases.latest_proposal(case) != proposal:
        raise StaleDraft("这不是最新一稿", mend="对最新一稿送审")
    if any(one.proposal_id == proposal.pk for one in file.of(case, Submission)):
        raise AlreadySubmitted(f"{proposal}已经送审", mend="等待审核意见，或者修改后提出新的一稿")
    dissent.must_be_settled(case)
    if not declared:
        raise Refused(
            "没有作出送审承诺",
            because=pack.ask("review_materials", facts={"kind": case.kind}, on=timezone.localdate(at)).because,
            mend="确认对送审材料的真实性、准确性、完整性负责",
            field="declared",
        )
    asked = queries.declaration_asked(case)
    spoken = units.must_have_spoken(case, units.of_proposal(proposal))
    if spoken is not None:
        if unit_head is not None and unit_head.key != spoken.by.key:
            raise Refused(
                f"{spoken.unit.name}的意见由{spoken.by.name}签署，不能写成{unit_head.name}",
                because=units.because(case, "propose"),
                mend="不另行填写，按签署的意见送审",
                field="unit_head",
            )
        unit_head = spoken.by
    if asked and unit_head is None:
        raise Refused(
            "没有填写承办机构负责人：送审材料由承办人和承办机构负责人签字负责",
            because=asked,
            mend="选择承办机构负责人",
            field="unit_head",
        )
    if unit_head is not None and unit_head.scope != case.scope:
        raise Refused(f"{unit_head.name}不是{case.body.name}的人员", mend="选择本机关人员", field="unit_head")
    flow = flow_queries.in_force(case.scope, timezone.localdate(at), at)
    flows.must_be_whole(case, flow)
    kept = queries.sent(case)
    who = "、".join(dict.fromkeys([by.name, *([unit_head.name] if unit_head else [])]))
    submission = Submission.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        proposal=proposal,
        declaration=f"{who}对送审材料的真实性、准确性、完整性，以及执法的事实、证据、法律适用、程序的合法性负责",
        materials=[{"code": item.code, "title": item.title, "item": str(item.pk)} for item in kept],
    )
    if flow is None or flow.assigns != ReviewFlow.Assigns.HEAD:
        assignment.spread(by=by, at=at, submission=submission)
    owed = flows.open_times(by=by, at=at, submission=submission, flow=flow)
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="legal_review_submission",
        data=_submission_data(
            submission, owed.due_on.isoformat() if owed else "", unit_head or by, spoken.opinion if spoken else ""
        ),
        on=timezone.localdate(at),
    )
    if asked and unit_head is not None:
        record.write(
            by=by,
            at=at,
            dossier=case.dossier,
            step="review",
            code=queries.DECLARATION,
            data=_declaration_data(submission, unit_head),
            on=timezone.localdate(at),
        )
    return submission


@action("review.give", milestone=True)
def give(
    *,
    by: Officer,
    at: datetime,
    submission: Submission,
    outcome: str,
    findings: dict[str, dict[str, str]],
    opinion: str,
    paper: Item | None = None,
    paper_on: date | None = None,
) -> Review:
    """出具法制审核意见: bound to the hash of the draft, filed in the case.

    **Clause** 行政处罚法 art. 58, QS-3.3.0, QS-3.3.3c, QS-3.3.3e, QD-3.3.5d; gate G9.
    **Shape** `findings`: item → {finding: pass|problem|not_applicable, reason}; `paper`: the signed original, scanned into
    the file, of a review made on paper, and its day.
    **Raises** NotQualified, StaleDraft, NotAnswered.
    """
    case, proposal = submission.case, submission.proposal
    if why := queries.may_review(by, case, timezone.localdate(at)):
        because = queries.why_not(by, case, timezone.localdate(at))
        raise NotQualified(why, because=because, mend=assignment.fallback(submission))
    if cases.latest_proposal(case) != proposal:
        raise StaleDraft("承办人已提出新的一稿，本稿不再审核", mend="审核最新一稿")
    if queries.final(submission) is not None:
        raise AlreadySubmitted("本稿已有审核结论", mend="需要改变结论的，由承办人提出新的一稿再送审")
    flows.must_be_ready(submission)
    assignment.take(by=by, at=at, submission=submission)
    told = panel.must_agree(submission, outcome)
    listed = _findings(case, findings, outcome)
    if not opinion.strip():
        raise NotAnswered("审核意见没有填写", mend="写明审核意见", field="opinion")
    told += _on_paper(submission, paper, paper_on, timezone.localdate(at))
    qualification = registry.qualification(by, timezone.localdate(at))
    if qualification is None:
        raise NotQualified(f"{by.name}没有登记法制审核资格", mend="由有资格的审核人员审核")
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="review",
        code="legal_review_opinion",
        data=_opinion_data(submission, by, at, outcome, listed, f"{opinion.strip()}{told}", qualification.number),
        on=timezone.localdate(at),
    )
    review = Review.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=submission,
        proposal=proposal,
        draft_digest=proposal.digest,
        qualification=qualification,
        outcome=outcome,
        findings=listed,
        verdicts=[plain(v.as_json()) for v in queries.verdicts(proposal, timezone.localdate(at))],
        opinion=opinion.strip(),
        item=item,
    )
    if case.guided:
        answered = {"review_outcome": COURSE.get(outcome, outcome), "review_opinion": opinion.strip()}
        course.note(by=by, at=at, case=case, step="review", facts=answered)
    else:
        casework.mark(case, "review.give", {"outcome": outcome}, at)
    more = outcome == Review.Outcome.SUPPLEMENT  # the time is counted from a complete submission: the next one
    how, note = (
        ("void", "材料不齐，退回补充；补齐后重新送审，重新起算")
        if more
        else ("fulfilled", review.get_outcome_display())
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D53", how=how, note=note)
    return review


def _on_paper(submission: Submission, paper: Item | None, on: date | None, today: date) -> str:
    """What the opinion says of a review made on paper.  **Clause** QD-3.3.5d.  **Raises** NotAnswered."""
    if paper is None and on is None:
        return ""
    because = rules.parameter(submission.case, "review_carrier").because
    if paper is None or not queries.signed_paper(submission.case, paper):
        raise NotAnswered(
            "纸质审核须有审核人员签字的原件",
            because=because,
            mend="先把签字的审核意见原件扫描收入案卷，再在此选择",
            field="paper",
        )
    if on is None or not timezone.localdate(submission.proposal.at) <= on <= today:
        raise NotAnswered(
            f"纸质审核的日期应在本稿提出的 {timezone.localdate(submission.proposal.at)} 与今天之间",
            because=because,
            mend="按原件上签署的日期填写",
            field="paper_on",
        )
    return f"（{values.on_words(on)}在纸上审核，签字原件《{paper.title}》在卷）"


def _findings(case: Case, given: dict[str, dict[str, str]], outcome: str) -> list[dict[str, str]]:
    listed = []
    for row in queries.checklist(case):
        found = given.get(row["item"]) or {}
        finding, reason = found.get("finding", ""), (found.get("reason") or "").strip()
        if finding not in {"pass", "problem", "not_applicable"}:
            raise NotAnswered(f"“{row['title']}”没有审核结论", mend="逐项选择", field=row["item"])
        if finding == "problem" and not reason:
            raise NotAnswered(f"“{row['title']}”有问题但没有写明理由", mend="写明理由", field=row["item"])
        if row["reasoned"] and not reason:
            raise NotAnswered(
                f"“{row['title']}”没有写明理由",
                because=row["because"],
                mend="本地方案所列各项，结论和理由都要写明",
                field=row["item"],
            )
        if finding == "problem" and outcome == Review.Outcome.PASSED:
            raise NotAnswered(
                f"“{row['title']}”有问题，不能作出“通过”的结论",
                mend="改为修改后再审，或者改正该项结论",
                field="outcome",
            )
        if finding == "problem" and row["item"] == queries.CRIME and outcome != Review.Outcome.TRANSFER:
            raise NotAnswered(
                "审核认为涉嫌犯罪，结论应当是“移送”",
                because=row["because"],
                mend="结论改为移送；不涉嫌犯罪的，改正该项",
                field="outcome",
            )
        listed.append({"item": row["item"], "title": row["title"], "finding": finding, "reason": reason})
    return listed


def _triggers(proposal: Proposal) -> list[dict[str, str]]:
    """Why this draft is sent: the rules that ask for it, or what keeps anybody from saying that none does."""
    answer = queries.required(proposal)
    if answer.because:
        return [{"text": c.text, "clause": c.clause} for c in answer.because]
    known = cases.pack_of(proposal.case).facts
    open_ = "、".join(known[name].label for name in answer.unknown if name in known)
    return [
        {"text": f"不能排除应当审核的情形：{open_}" if open_ else "本机关自行送审", "clause": "行政处罚法 第五十八条"}
    ]


def _declaration_data(submission: Submission, unit_head: Officer) -> dict[str, Any]:
    """送审材料责任承诺书, for the signatures of the handlers and of the head of their unit.  **Clause** QS-3.3.3b."""
    case, proposal = submission.case, submission.proposal
    names = [m["title"] for m in submission.materials] or [f"拟作决定{proposal}"]
    return known.merge(
        documents.pick(queries.DECLARATION, known.known(case)),
        {
            "matter": f"{case.title}（{proposal}）",
            "unit": case.unit.name if case.unit else case.body.name,
            "handlers": f"{case.handler1.name}、{case.handler2.name}",
            "unit_head": unit_head.name,
            "declared_on": timezone.localdate(submission.at).isoformat(),
            "materials": [{"name": name} for name in names],
        },
    )


def _submission_data(submission: Submission, due_on: str, unit_head: Officer, said: str) -> dict[str, Any]:
    case, proposal = submission.case, submission.proposal
    unit = case.unit.name if case.unit else case.body.name
    return known.merge(
        documents.pick("legal_review_submission", known.known(case)),
        {
            "unit": unit,
            "submitted_at": submission.at.isoformat(),
            "version": proposal.version,
            "draft_sha256": proposal.digest,
            "triggers": _triggers(proposal),
            "facts": proposal.body["facts"],
            "proposal": proposal.body["discretion"],
            "materials": [{"name": m["title"]} for m in submission.materials] or [{"name": f"拟作决定{proposal}"}],
            "handler": submission.by.name,
            "unit_opinion": f"{said.rstrip('。')}。{submission.declaration}" if said else submission.declaration,
            "unit_head": unit_head.name,
            **({"due_on": due_on} if due_on else {}),
        },
    )


def _said_of(row: dict[str, str]) -> str:
    """The reason as the opinion prints it; of a question of yes or no with its answer."""
    if row["item"] == queries.CRIME and row["finding"] != "not_applicable":
        answer = "涉嫌犯罪，应当移送" if row["finding"] == "problem" else "不涉嫌犯罪"
        return f"{answer}。{row['reason']}"
    return row["reason"]


def _opinion_data(
    submission: Submission,
    by: Officer,
    at: datetime,
    outcome: str,
    findings: list[dict[str, str]],
    opinion: str,
    qualification_no: str,
) -> dict[str, Any]:
    case, proposal = submission.case, submission.proposal
    clauses = {
        row["item"]: "；".join(f"{one.source}{one.title}" for one in row["because"]) for row in queries.checklist(case)
    }
    return known.merge(
        documents.pick("legal_review_opinion", known.known(case)),
        {
            "unit": case.unit.name if case.unit else case.body.name,
            "received_at": submission.at.isoformat(),
            "version": proposal.version,
            "draft_sha256": proposal.digest,
            "checks": [
                {
                    "point": row["title"],
                    "result": row["finding"],
                    **({"note": note} if (note := _said_of(row)) else {}),
                    "clause": clauses[row["item"]],
                }
                for row in findings
            ],
            "result": "pass" if outcome == Review.Outcome.PASSED else "return",
            "opinion": opinion.strip(),
            "reviewer": {"name": by.name, "qualification_no": qualification_no},
            "reviewed_at": at.isoformat(),
        },
    )
