"""What each document of this stage says, drawn from the facts; nobody types it again."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from yangguang.casework import bars, facts, file
from yangguang.casework import queries as cases
from yangguang.casework.course import route
from yangguang.casework.models import Case, Proposal
from yangguang.casework.unit import queries as units
from yangguang.policy import deadlines
from yangguang.record import documents
from yangguang.record.documents import money, values
from yangguang.record.models import Item
from yangguang.registry.models import Officer
from yangguang.review.models import Review

from . import queries, versions
from .hearing import queries as hearing
from .models import Closure, Decision, Notice, Service, Statement
from .remedy import queries as remedies
from .remedy.against import Contested

PENALTIES = {
    "warning": "警告",
    "public_criticism": "通报批评",
    "fine": "罚款",
    "confiscation": "没收违法所得、没收非法财物",
    "suspend_licence": "暂扣许可证件",
    "downgrade_qualification": "降低资质等级",
    "restrict_operation": "限制开展生产经营活动",
    "suspend_business": "责令停产停业",
    "close_or_bar_from_occupation": "责令关闭、限制从业",
    "revoke_licence": "吊销许可证件",
    "other": "其他行政处罚",
}


def base(case: Case, code: str, over: dict[str, Any]) -> dict[str, Any]:
    """What the case knows of the document's fields, with this document's own laid over it."""
    return facts.merge(documents.pick(code, facts.known(case)), over)


def penalty_lines(penalties: list[str], fine_fen: int, confiscation_fen: int, other: str) -> list[dict[str, str]]:
    """The penalties in the words of the decision."""
    lines = []
    for code in penalties:
        if code == "fine":
            text = f"罚款{money.in_words(fine_fen)}（¥{money.yuan(fine_fen)}）"
        elif code == "confiscation":
            text = f"没收违法所得{money.in_words(confiscation_fen)}（¥{money.yuan(confiscation_fen)}）"
        elif code == "other":
            text = other or PENALTIES[code]
        else:
            text = PENALTIES[code]
        lines.append({"text": text})
    return lines


def _draft(proposal: Proposal) -> dict[str, Any]:
    """The parts of a draft that notice and decision share word for word."""
    body = proposal.body
    return {
        "facts": body["facts"],
        "violated": body["violated"],
        "basis": body["basis"],
        "discretion": "\n".join(
            filter(None, (body["discretion"], bars.words(cases.pack_of(proposal.case), proposal.case, body)))
        ),
        "evidence": [{"name": e["name"], "proves": facts.proven(e["proves"])} for e in body["evidence"]],
        "penalties": penalty_lines(body["penalties"], body["fine_fen"], body["confiscation_fen"], body["other"]),
        **({"fine": body["fine_fen"]} if body["fine_fen"] else {}),
    }


def notice(proposal: Proposal, hearing_told: bool, on: date) -> dict[str, Any]:
    """行政处罚事先告知书, with the period the rules give to state, defend and ask for a hearing."""
    period = cases.pack_of(proposal.case).deadline(hearing.ASKING, start=on, on=on, provisional=True).limit
    return base(
        proposal.case,
        "prior_notice",
        {**_draft(proposal), "defence_days": period.n, "defence_unit": period.unit, "hearing": hearing_told},
    )


def receipt_of_service(
    case: Case,
    item: Item,
    method: str,
    place: str,
    recipient: str,
    relation: str,
    on: date,
    witness: str,
    refusal: str,
    hour: time | None = None,
    through: str = "",
    recordings: Sequence[Item] = (),
) -> dict[str, Any]:
    """送达回证.  **Shape** `hour`: where it is known; else only the day is written, the law asks no more (民诉法 art. 87)."""
    servers = [
        {"name": case.handler1.name, "cert_no": case.certificate1.number},
        {"name": case.handler2.name, "cert_no": case.certificate2.number},
    ]
    found: dict[str, Any] = {
        "document": {"title": item.title, "number": item.number, "copies": 1},
        "addressee": case.party.name,
        "place": place,
        "method": "transfer" if method == Service.Method.FORWARDED else method,
        "served_at": f"{on}T{hour:%H:%M}:00+08:00" if hour else on.isoformat(),
        "receiver": {"name": recipient, "relation": relation or "本人"},
        "servers": servers,
    }
    filmed = "；".join(f"{one.title}（{timezone.localdate(one.at)}）" for one in recordings)
    by_others = {"entrusted": f"委托{through}代为送达", "forwarded": f"由{through}转交"}.get(method, "")
    more = (("refusal", refusal), ("witness", witness), ("recording", filmed[:200]), ("note", by_others))
    found |= {name: value for name, value in more if value}
    return base(case, "service_receipt", found)


def defence(notice: Notice, how: str, text: str, on: date, at: datetime) -> dict[str, Any]:
    case, party = notice.case, notice.case.party
    moment = f"{on.isoformat()}T{at.astimezone(values.SHANGHAI):%H:%M}:00+08:00"
    return base(
        case,
        "defence_record",
        {
            "notice_no": notice.item.number,
            "started_at": moment,
            "ended_at": moment,
            "place": case.body.address or case.body.name,
            "person": {
                "name": party.legal_rep or party.name,
                "id_no": party.id_no or party.uscc,
                "phone": party.phone,
                "relation": "当事人本人" if not party.legal_rep else "法定代表人或者经营者",
            },
            "recorder": case.handler2.name,
            "waived": how == Statement.How.WAIVED,
            "words": text.strip(),
        },
    )


def defence_review(statement: Statement, adopted: str, reason: str, by: Officer, on: date) -> dict[str, Any]:
    shown = {"all": "adopted", "part": "partly", "none": "rejected"}[adopted]
    return base(
        statement.case,
        "review_of_defence",
        {
            "notice_no": statement.notice.item.number,
            "heard_on": statement.on.isoformat(),
            "points": [{"point": statement.text, "adopted": shown, "reason": reason.strip()}],
            "conclusion": reason.strip(),
            "not_heavier": True,
            "opinions": [facts.opinion("承办人意见", reason.strip(), by, on)],
        },
    )


def minutes(
    proposal: Proposal, chair: Officer, attendees: list[dict[str, str]], conclusion: str, at: datetime
) -> dict[str, Any]:
    case = proposal.case
    return base(
        case,
        "collective_minutes",
        {
            "started_at": at.isoformat(),
            "ended_at": at.isoformat(),
            "place": case.body.name,
            "chair": chair.name,
            "recorder": case.handler2.name,
            "attendees": [{"name": a["name"], "post": a["post"]} for a in attendees],
            "report": proposal.body["facts"],
            "review": review_words(proposal),
            "views": [{"name": a["name"], "text": a["view"]} for a in attendees],
            "conclusion": conclusion.strip(),
        },
    )


def review_words(proposal: Proposal) -> str:
    given = [one for one in file.of(proposal.case, Review) if one.proposal_id == proposal.pk]
    if not given:
        return "依法不需要法制审核。"
    found = given[-1]
    return (
        f"{timezone.localdate(found.at)}，{found.by.name}对{proposal}出具法制审核意见：{found.get_outcome_display()}。"
    )


def notice_words(notice: Notice) -> str:
    """告知与陈述申辩情况, in the words of the decision."""
    service = versions.last_service(notice.item)
    assert service is not None  # nothing is decided before the notice was served: G5
    told = (
        f"本机关于{values.on_words(service.on)}向当事人送达了《{notice.item.title}》（{notice.item.number}），"
        "告知了拟作出的行政处罚内容及事实、理由、依据，以及依法享有的陈述、申辩"
        + ("和要求听证" if notice.hearing else "")
        + "的权利。"
    )
    told += _said_words(notice)
    return told + hearing.words(notice)


def _said_words(notice: Notice) -> str:
    said = queries.statement_of(notice)
    if said is None or said.how == Statement.How.LAPSED:
        return "当事人在法定期限内未提出陈述、申辩。"
    if said.how == Statement.How.WAIVED:
        return "当事人明确表示放弃陈述、申辩。"
    adopted = said.answer.get_adopted_display()
    return f"当事人提出陈述、申辩：{said.text.rstrip('。')}。经复核，{adopted}：{said.answer.reason.rstrip('。')}。"


def approval(decision: Decision) -> dict[str, Any]:
    case, proposal, body = decision.case, decision.proposal, decision.proposal.body
    lines = penalty_lines(decision.penalties, decision.fine_fen, decision.confiscation_fen, body["other"])
    return base(
        case,
        "decision_approval",
        {
            "facts": body["facts"],
            "violated": body["violated"],
            "basis": body["basis"],
            "notice": notice_words(decision.notice),
            "review": review_words(proposal),
            "discretion": body["discretion"],
            "proposal": "；".join(line["text"] for line in lines),
            **({"fine": decision.fine_fen} if decision.fine_fen else {}),
            "version": proposal.version,
            "draft_sha256": proposal.digest,
            "opinions": [
                facts.opinion("承办人意见", "建议按所拟意见处罚。", case.handler1, timezone.localdate(proposal.at)),
                facts.opinion("承办人意见", "同意。", case.handler2, timezone.localdate(proposal.at)),
                *(_reviewed(decision.review) if decision.review else units.line(units.opinion(case, proposal.ref))),
                facts.opinion("负责人意见", decision.opinion, decision.by, decision.on),
            ],
        },
    )


def _reviewed(review: Review) -> list[dict[str, str]]:
    """What the handling unit said when it sent the draft to review, and what the review said of it."""
    sent = review.submission
    words = f"{review.get_outcome_display()}。{review.opinion.strip()}"
    return [
        *(
            units.line(units.opinion(review.case, review.proposal.ref))
            or [facts.opinion("承办机构意见", sent.declaration, sent.by, timezone.localdate(sent.at))]
        ),
        facts.opinion("法制审核意见", words, review.by, timezone.localdate(review.at)),
    ]


def decision(decision: Decision) -> dict[str, Any]:
    """行政处罚决定书: the six items of art. 59."""
    case, body = decision.case, decision.proposal.body
    return base(
        case,
        "penalty_decision",
        {
            **_draft(decision.proposal),
            "notice": notice_words(decision.notice),
            "review": review_words(decision.proposal),
            "penalties": penalty_lines(decision.penalties, decision.fine_fen, decision.confiscation_fen, body["other"]),
            "publish": True,
        },
    )


def receipt(decision: Decision, amount_fen: int, on: date, receipt_no: str) -> dict[str, Any]:
    case = decision.case
    return base(
        case,
        "receipt",
        {
            "decision_no": decision.issuance.number_text,
            "payable": decision.fine_fen + decision.confiscation_fen,
            "paid": amount_fen,
            "paid_on": on.isoformat(),
            "way": "bank",
            "bank": case.body.bank,
            "voucher_no": receipt_no,
            "recorder": case.handler1.name,
            "recorded_on": on.isoformat(),
        },
    )


def _contested(decision: Decision) -> str:
    """复议诉讼情况, in a line for each; "" where there was none."""
    lines = []
    for one in remedies.of(decision):
        result = getattr(one, "result", None)
        ended = f"，{result.instrument}：{result.get_outcome_display()}" if result else "，尚未终结"
        lines.append(f"{one.on} {one.get_kind_display()}（{one.organ} {one.number}）{ended}")
    return "；".join(lines)


MODES = {
    "延期或者分期履行完毕": "deferred",
    "人民法院强制执行完毕": "court",
    "人民法院终结执行": "ended",
    "决定被撤销或者确认无效": "revoked",
}  # how a case is closed → what its form calls it


def closure(decision: Decision, how: str, by: Officer, on: date) -> dict[str, Any]:
    case = decision.case
    service = versions.first_service(decision.issuance.item)
    assert service is not None  # a case is closed after its decision was served
    paid = decision.performances.order_by("-on").first()
    lines = penalty_lines(decision.penalties, decision.fine_fen, decision.confiscation_fen, "")
    return base(
        case,
        "closure_report",
        {
            "decision_no": decision.issuance.number_text,
            "decided_on": decision.on.isoformat(),
            "served_on": service.on.isoformat(),
            "result": "；".join(line["text"] for line in lines),
            "mode": MODES.get(how, "voluntary"),
            **({"executed_on": paid.on.isoformat()} if paid else {}),
            "fine_paid": sum(p.amount_fen for p in decision.performances.all()),
            "correction": decision.proposal.body["correction"] or "已责令改正",
            "reason": how,
            **({"review": contested} if (contested := _contested(decision)) else {}),
            "retention": "30 年",
            "opinions": [
                facts.opinion("承办人意见", "已执行完毕，建议结案。", case.handler1, on),
                facts.opinion("负责人意见", "同意结案。", by, on),
            ],
        },
    )


def revocation(decision: Decision, kind: str, organ: str, instrument: str, reason: str, on: date) -> dict[str, Any]:
    """撤销决定书: on whose instrument or by which clause, and by when the published decision comes down."""
    down = cases.pack_of(decision.case).deadline(TAKE_DOWN, start=on, on=on, provisional=True)
    lines = penalty_lines(decision.penalties, decision.fine_fen, decision.confiscation_fen, "")
    return base(
        decision.case,
        "revocation_decision",
        {
            "decision_no": decision.issuance.number_text,
            "decided_on": decision.on.isoformat(),
            "content": "；".join(line["text"] for line in lines),
            "extent": "whole",
            "reason": reason.strip(),
            "basis": f"{organ}{instrument}"
            if organ != decision.case.body.name
            else facts.law(decision.case, "CN-PEN-75.2"),
            "aftermath": f"已缴纳的罚款依法退还；已公开的决定信息在{deadlines.say(down.limit)}内撤下并公开说明理由。",
        },
    )


def undone(
    found: Contested, kind: str, organ: str, instrument: str, reason: str, on: date, by: Officer
) -> dict[str, Any]:
    """决定撤销、变更登记表: of what is no penalty, on whose instrument, and what follows."""
    down = cases.pack_of(found.case).deadline(take_down_rule(found.case), start=on, on=on, provisional=True)
    return base(
        found.case,
        "decision_undone",
        {
            "document": found.item.title,
            "decision_no": found.number,
            "decided_on": found.on.isoformat(),
            "kind": kind,
            "organ": organ,
            "instrument": instrument,
            "instrument_on": on.isoformat(),
            "reason": reason.strip(),
            "down": deadlines.say(down.limit),
            "opinions": [facts.opinion("负责人意见", "已登记，按文书办理。", by, on)],
        },
    )


TAKE_DOWN, TAKE_DOWN_OTHERS = "D09", "D09b"  # 处罚决定, 其他执法决定


def take_down_rule(case: Case) -> str:
    """The clock by which what was decided in a case comes down when it no longer stands."""
    return TAKE_DOWN if case.kind == "penalty" else TAKE_DOWN_OTHERS


ENDS = (
    "licence_outcome",
    "measure_outcome",
    "execution_result",
    "closing_ground",
    "levy_closing_ground",
    "outcome",
    "inspection_result",
)  # the facts that say in a word how a case came out


def course_result(case: Case) -> str:
    """What came of a case that follows its course, in the words of its last steps."""
    course = route.of(case)
    facts, vocabulary = course.said, course.pack.facts
    words = [(vocabulary[n].choices or {}).get(facts[n], str(facts[n])) for n in ENDS if n in facts and n in vocabulary]
    return "；".join(words) or (course.decision.title if course.decision else course.act.title)


def course_volume(case: Case, archivist: Officer) -> dict[str, Any]:
    """卷宗封面 of a case that followed its course: its last steps say how it ended."""
    course, state = route.of(case), case.state
    facts = course.said
    standard = course.pack.parameter("file_standard").value or ""
    found = base(
        case,
        "volume",
        {
            "heading": case.kind,
            "opened_on": case.applied_on.isoformat(),
            "closed_on": (state.closed_on or state.decided_on or timezone.localdate(state.moved_at)).isoformat(),
            "result": course_result(case),
            **({"decision_no": facts["decision_no"]} if facts.get("decision_no") else {}),
            **({"standard": standard} if standard else {}),
            "compiler": case.handler1.name,
            "checker": archivist.name,
        },
    )
    found["case"] = {**found.get("case", {}), "number": state.number}
    return found


def _no_penalty_number(case: Case) -> dict[str, str]:
    found = case.dossier.items.filter(code="no_penalty_decision").exclude(number="").first()
    return {"decision_no": found.number} if found else {}


def volume(case: Case, closure: Closure, archivist: Officer) -> dict[str, Any]:
    """卷宗封面: what the case knows of it; order, pages and lists are the record's."""
    made = getattr(case, "decision", None)
    lines = penalty_lines(made.penalties, made.fine_fen, made.confiscation_fen, "") if made else []
    standard = cases.pack_of(case).parameter("file_standard").value or ""
    result = f"{'；'.join(line['text'] for line in lines)}。" if lines else ""
    return base(
        case,
        "volume",
        {
            **({"decision_no": made.issuance.number_text} if made else _no_penalty_number(case)),
            "closed_on": closure.on.isoformat(),
            "result": result + closure.how,
            **({"standard": standard} if standard else {}),
            "compiler": case.handler1.name,
            "checker": archivist.name,
        },
    )
