"""Serve by announcement; file a major penalty with the superior and keep the receipt."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts as known
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.duty import actions as duty
from yangguang.policy.deadlines import Deadline
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.record.models import Item
from yangguang.registry.models import Officer
from yangguang.trail.actions import action

from .. import papers, queries
from ..errors import BadDate, BadService, NotYet
from ..models import Decision
from .models import Announcement, FilingReceipt, PenaltyFiling

TERM = "D24"  # 公告期间
FILE_BY = "D25"  # 重大处罚备案


def term(case: Case, published_on: date) -> Deadline:
    """The term of an announcement made on a day, as the pack of the case counts it."""
    return cases.pack_of(case).deadline(TERM, start=published_on, on=published_on, provisional=True)


def law_of(found: Deadline) -> str:
    """The words of the law that the term stands on, with their place."""
    return "".join(f"{one.text}（{known.named(one)}）" for one in found.because)


@action("decision.announce")
def announce(
    *,
    by: Officer,
    at: datetime,
    case: Case,
    item: Item,
    reason: str,
    published_on: date,
    channel: str,
    gist: str,
    collect_at: str,
) -> Announcement:
    """发出送达公告: only where no other way reaches the party; service counts when the term has run out.

    **Clause** 民事诉讼法 art. 95, 行政处罚法 art. 61; CN-CIV-95.  **Raises** BadService, BadDate, NotHandler.
    """
    casework.must_handle(case, by, timezone.localdate(at))
    if item.dossier_id != case.dossier_id or (
        item.code in documents.catalogue() and documents.template(item.code).internal
    ):
        raise BadService("所送文书不是本案对外的文书", mend="选择需要送达当事人的文书", field="item")
    queries.must_stand(item)
    if queries.service_of(item):
        raise BadService(f"《{item.title}》已经送达", mend="查看送达回证", field="item")
    if queries.announced(item):
        raise BadService(f"《{item.title}》的送达公告已经发出", mend="公告期满后登记送达", field="item")
    if not item.on <= published_on <= timezone.localdate(at):
        raise BadDate(
            f"公告日期应在文书日期 {item.on} 与今天 {timezone.localdate(at)} 之间",
            because=cases.clauses_of(case, "CN-CIV-95"),
            mend="填写实际发出公告的日期",
            field="published_on",
        )
    for name, value, label in (
        ("reason", reason, "其他方式无法送达的情况"),
        ("channel", channel, "公告方式"),
        ("gist", gist, "文书要点"),
        ("collect_at", collect_at, "领取地点"),
    ):
        if len(value.strip()) < 4:
            raise BadService(f"没有写明{label}", mend=f"写明{label}", field=name)
    due_on = term(case, published_on).due
    paper = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step=item.step,
        code="service_announcement",
        data=papers.base(
            case,
            "service_announcement",
            {
                "addressee": case.party.name,
                "document": {"title": item.title, "number": item.number, "gist": gist.strip()},
                "reason": reason.strip(),
                "days": (due_on - published_on).days,
                "collect_at": collect_at.strip(),
            },
        ),
        on=published_on,
    )
    done = Announcement.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        item=item,
        paper=paper,
        published_on=published_on,
        channel=channel.strip(),
        reason=reason.strip(),
        due_on=due_on,
    )
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule=TERM,
        title=f"公告期满，登记《{item.title}》的送达"[:200],
        role="officer",
        pack=cases.pack_of(case),
        start_on=published_on,
        owner_key=case.handler1.key,
    )
    return done


def must_have_run(case: Case, item: Item, on: date, today: date) -> Announcement:
    """**Raises** unless the document was announced and the term has run out; the service is of that last day."""
    found = queries.announced(item)
    if found is None:
        raise BadService(
            "还没有发出送达公告，不能登记公告送达",
            because=cases.clauses_of(case, "CN-CIV-95"),
            mend=f"先制作并发出送达公告。{law_of(term(case, today))}",
            field="method",
        )
    if today < found.due_on:
        raise BadService(
            f"公告期未满：{found.published_on} 发出公告，到 {found.due_on} 视为送达",
            because=cases.clauses_of(case, "CN-CIV-95"),
            mend=f"{found.due_on} 起登记送达",
            field="method",
        )
    if on != found.due_on:
        raise BadDate(
            f"公告送达的送达日期是公告期满之日 {found.due_on}",
            because=cases.clauses_of(case, "CN-CIV-95"),
            mend=f"送达日期填写 {found.due_on}",
            field="on",
        )
    return found


@action("decision.file_penalty")
def file_penalty(*, by: Officer, at: datetime, decision: Decision, filing_with: str, on: date) -> PenaltyFiling:
    """重大行政处罚决定备案: the form is drawn from the decision and its review.  **Raises** NotYet, BadDate."""
    case = decision.case
    casework.must_handle(case, by, timezone.localdate(at))
    issuance = getattr(decision, "issuance", None)
    if issuance is None:
        raise NotYet("决定书还没有印发", mend="先印发决定书")
    if hasattr(decision, "filing"):
        raise NotYet("本决定已经报备", mend="登记回执")
    if not decision.on <= on <= timezone.localdate(at):
        raise BadDate(f"报备日期应在决定日 {decision.on} 与今天之间", mend="填写实际报备的日期", field="on")
    if len(filing_with.strip()) < 4:
        raise NotYet("没有写明备案机关", mend="填写备案机关全称", field="filing_with")
    body, review = decision.proposal.body, decision.review
    lines = papers.penalty_lines(body["penalties"], body["fine_fen"], body["confiscation_fen"], body["other"])
    heard = case.dossier.items.filter(code="hearing_record").exists()
    item = record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="disclose",
        code="major_penalty_filing",
        data=papers.base(
            case,
            "major_penalty_filing",
            {
                "filing_with": filing_with.strip(),
                "decision_no": issuance.number_text,
                "decided_on": decision.on.isoformat(),
                "facts": body["facts"],
                "basis": body["basis"],
                "penalty": "；".join(line["text"] for line in lines),
                "review": f"法制审核意见：{review.opinion}" if review else "依规则不须法制审核",
                "hearing": "已依法举行听证" if heard else "",
                "filed_on": on.isoformat(),
            },
        ),
        on=on,
    )
    done = PenaltyFiling.objects.create(
        by=by, at=at, scope=case.scope, case=case, decision=decision, item=item, filing_with=filing_with.strip(), on=on
    )
    duty.fulfil(by=by, at=at, subject=case.chain, rule=FILE_BY, note=filing_with.strip()[:200])
    return done


@action("decision.filing_receipt")
def receive_receipt(
    *, by: Officer, at: datetime, filing: PenaltyFiling, number: str, on: date, opinion: str
) -> FilingReceipt:
    """登记重大处罚备案回执."""
    casework.must_handle(filing.case, by, timezone.localdate(at))
    if hasattr(filing, "receipt"):
        raise NotYet("回执已经登记", mend="查看备案")
    if not filing.on <= on <= timezone.localdate(at):
        raise BadDate(f"回执日期应在报备日 {filing.on} 与今天之间", mend="按回执填写", field="on")
    if len(number.strip()) < 2:
        raise NotYet("没有填写回执文号", mend="按回执填写", field="number")
    return FilingReceipt.objects.create(
        by=by, at=at, scope=filing.scope, case=filing.case, filing=filing, number=number.strip(), on=on,
        opinion=opinion.strip(),
    )  # fmt: skip
