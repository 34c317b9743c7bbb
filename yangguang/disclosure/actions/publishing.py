"""Publish, correct, take down.  Nothing leaves before a person confirmed every mark."""

from datetime import date, datetime
from typing import Any

from django.db import connections
from django.utils import timezone

from yangguang.casework import actions as casework
from yangguang.casework import facts as known
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.decision import papers
from yangguang.decision import queries as decisions
from yangguang.decision.exemption import queries as exemption
from yangguang.decision.models import Issuance, Revocation
from yangguang.duty import actions as duty
from yangguang.record import actions as record
from yangguang.record import documents
from yangguang.registry.models import Officer, Party
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries, redaction, search
from ..models import ErrorFound, Publication, PublicDecision, Takedown
from ..redaction import Mark
from .errors import Leak, NotConfirmed, NotPublishable
from .issued import STEP, issued, its_publisher
from .withholding import barred_by_list

SECRECY = "经审查，拟公示的内容不涉及国家秘密、商业秘密，依法不得公开的个人信息已经隐去。"
# 执法机关、执法对象、执法类别、执法结论: what QS-3.1.3b wants to be told of a decision, and what belongs to it.
ABSTRACT = {
    "body": "执法机关",
    "party": "执法对象",
    "kind": "执法类别",
    "conclusion": "执法结论",
    "number": "文书号",
    "decided_on": "决定日期",
}
WORDING = {"party": "执法对象", "cause": "案由", "conclusion": "执法结论", "basis": "依据"}  # may be corrected


@action("disclosure.publish", kind="disclosure", milestone=True)
def publish(
    *,
    by: Officer,
    at: datetime,
    issuance: Issuance,
    confirmed: set[str],
    declined: dict[str, str],
    added: list[tuple[str, str]],
    secrecy_checked: bool,
    secrecy: str = "",
    until: date | None = None,
) -> Publication:
    """公示决定.  **Clause** QS-3.1.0d, QS-3.1.3b, QS-3.1.3c, 行政处罚法 art. 48, 50; G16.

    **Shape** `confirmed`: ids of proposed marks; `declined`: id → reason; `added`: (words, ground) to hide besides;
    `secrecy`: the opinion of the secrecy check in words, if more than that nothing secret is in it.
    **Raises** NotConfirmed, Leak, NotPublishable, NotItsPublisher.
    """
    case = issuance.case
    its_publisher(case, by)
    issuance = issued(issuance, by, at)
    if until is not None and until <= timezone.localdate(at):
        raise Refused("公示截止日应在今天之后", mend="改正日期；长期公示的不填", field="until")
    if queries.latest(issuance) is not None:
        raise NotPublishable("该决定已经公示", mend="需要更正的，用更正办理")
    if revoked := decisions.revocation_against(issuance):
        raise NotPublishable(f"该决定已被{revoked.get_kind_display()}，不得再公示", mend="按撤下办理")
    barred_by_list(issuance)
    done = _publish(
        by=by,
        at=at,
        issuance=issuance,
        confirmed=confirmed,
        declined=declined,
        added=added,
        secrecy_checked=secrecy_checked,
        secrecy=secrecy,
        until=until,
        version=1,
    )
    if case.guided:
        course.note(by=by, at=at, case=case, step=STEP, facts={"published_on": timezone.localdate(at).isoformat()})
        return done
    casework.mark(case, "disclosure.publish", {}, at)
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D07", note="已公示")
    return done


@action("disclosure.report_error")
def report_error(*, by: Officer, at: datetime, publication: Publication, what: str, found_on: date) -> ErrorFound:
    """登记公开信息差错: opens the duty to correct within twenty working days.  **Clause** QS-3.1.4c."""
    if len(what.strip()) < 4:
        raise Refused("没有写明哪里不准确", mend="写明原文和应为的内容", field="what")
    if found_on > timezone.localdate(at) or found_on < timezone.localdate(publication.at):
        raise Refused("发现日期应在公示日与今天之间", mend="填写实际发现的日期", field="found_on")
    case = publication.case
    found = ErrorFound.objects.create(
        by=by, at=at, scope=case.scope, case=case, publication=publication, what=what.strip(), found_on=found_on
    )
    duty.due(
        by=by,
        at=at,
        scope=case.scope,
        subject=case.chain,
        rule="D10",
        title="更正不准确的公开信息",
        role="disclosure",
        pack=cases.pack_of(case),
        start_on=found_on,
    )
    return found


@action("disclosure.correct", kind="disclosure", milestone=True)
def correct(
    *,
    by: Officer,
    at: datetime,
    publication: Publication,
    confirmed: set[str],
    declined: dict[str, str],
    added: list[tuple[str, str]],
    secrecy_checked: bool,
    note: str,
    summary: dict[str, str] | None = None,
    secrecy: str = "",
) -> Publication:
    """更正公示: a new version; the old one stays provable inside.  **Clause** QS-3.1.4c.

    **Shape** `summary`: public wording that was wrong, by name, with what it should say; what an earlier correction
    said stays.
    **Raises** NotConfirmed, Leak, NotPublishable, NotItsPublisher.
    """
    its_publisher(publication.case, by)
    if queries.latest(publication.issuance) != publication or hasattr(publication, "takedown"):
        raise NotPublishable("这不是正在公示的版本", mend="对正在公示的版本更正")
    if len(note.strip()) < 4:
        raise Refused("没有写明更正了什么", mend="写明更正内容，会一并公开", field="note")
    if leaks := redaction.leaks(note, publication.case.party):
        raise Leak(f"更正说明里还有：{'、'.join(leaks)}", mend="更正说明会公开，删去个人信息", field="note")
    for name in summary or {}:
        if name not in WORDING:
            raise Refused(f"摘要中的“{name}”不能更正", mend=f"可更正：{'、'.join(WORDING.values())}", field=name)
    done = _publish(
        by=by,
        at=at,
        issuance=publication.issuance,
        confirmed=confirmed,
        declined=declined,
        added=added,
        secrecy_checked=secrecy_checked,
        secrecy=secrecy,
        until=publication.until,
        version=publication.version + 1,
        corrects=publication,
        note=note.strip(),
        wording={name: publication.summary[name] for name in WORDING} | (summary or {}),
    )
    duty.fulfil(by=by, at=at, subject=publication.case.chain, rule="D10", note="已更正")
    return done


@action("disclosure.take_down", kind="disclosure", milestone=True)
def take_down(
    *, by: Officer, at: datetime, publication: Publication, reason: str, revocation: Revocation | None = None
) -> Takedown:
    """撤下公示, leaving a public tombstone with the reason.  **Clause** 行政处罚法 art. 48(2), QS-3.1.4b."""
    case = publication.case
    its_publisher(case, by)
    if hasattr(publication, "takedown") or queries.latest(publication.issuance) != publication:
        raise NotPublishable("该公示已不在公示中", mend="刷新后查看")
    if len(reason.strip()) < 4:
        raise Refused(
            "撤下必须公开说明理由",
            because=queries.take_down_by(revocation).because if revocation else (),
            mend="写明理由",
            field="reason",
        )
    if leaks := redaction.leaks(reason, case.party):
        raise Leak(f"公开的理由里还有：{'、'.join(leaks)}", mend="删去个人信息", field="reason")
    because = [c.as_json() for c in queries.take_down_by(revocation).because] if revocation else []
    done = Takedown.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        publication=publication,
        revocation=revocation,
        reason=reason.strip(),
        because=because,
    )
    row = PublicDecision.objects.get(code=publication.issuance.code)
    withdraw(row, done)
    row.save()
    index(row)
    duty.fulfil(by=by, at=at, subject=case.chain, rule=papers.take_down_rule(case), note="已撤下并公开说明理由")
    return done


# ---- inside ------------------------------------------------------------------------------------------------------


def _publish(
    *,
    by: Officer,
    at: datetime,
    issuance: Issuance,
    confirmed: set[str],
    declined: dict[str, str],
    added: list[tuple[str, str]],
    secrecy_checked: bool,
    secrecy: str,
    until: date | None,
    version: int,
    corrects: Publication | None = None,
    note: str = "",
    wording: dict[str, str] | None = None,
) -> Publication:
    case, party = issuance.case, issuance.case.party
    if not secrecy_checked:
        raise NotConfirmed(
            "没有确认保密审查",
            because=cases.cite(cases.pack_of(case), "G16", redaction_confirmed=True, secrecy_reviewed=False),
            mend="确认不涉及国家秘密、商业秘密，或者把涉及处隐去",
            field="secrecy_checked",
        )
    marks = _settled(issuance, confirmed, declined, added)
    data = redaction.apply(issuance.paper.data, marks)
    text, places = queries.public_text(issuance.paper, marks, on=issuance.on)
    summary = {**summary_of(issuance), **(wording or {})}
    shown = {mark.id: mark.ground_text for mark in queries.proposed_marks(issuance) if mark.id not in confirmed}
    _no_leak(text, party, set(shown.values()))
    _no_leak("\n".join(str(value) for value in summary.values()), party, set())
    item = record.write_public(
        by=by,
        at=at,
        dossier=case.dossier,
        code=issuance.item.code,
        data=data,
        on=issuance.on,
        number=issuance.number_text,
        original=issuance.paper,
    )
    channels = list(queries.channels(issuance).value or ())
    record.write(
        by=by,
        at=at,
        dossier=case.dossier,
        step="disclose",
        code="disclosure_approval",
        data=_approval(
            issuance,
            marks,
            by=by,
            on=timezone.localdate(at),
            declined=declined,
            secrecy=secrecy,
            summary=summary,
            channels=channels,
            until=until,
            note=note,
        ),
        on=timezone.localdate(at),
    )
    done = Publication.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        issuance=issuance,
        version=version,
        summary=summary,
        marks=[_shown_mark(mark) for mark in marks],
        text=text,
        item=item,
        digest=item.digest,
        channels=channels,
        until=until,
        corrects=corrects,
        correction=note,
    )
    record.seal(**queries.sealed_public(done))
    _project(done, places)
    return done


def _settled(
    issuance: Issuance, confirmed: set[str], declined: dict[str, str], added: list[tuple[str, str]]
) -> list[Mark]:
    """The marks to apply: each proposed one confirmed, or declined with a reason, and those added by hand."""
    because = cases.cite(cases.pack_of(issuance.case), "G16", redaction_confirmed=False)
    marks = []
    for mark in queries.proposed_marks(issuance):
        if mark.id in confirmed:
            marks.append(mark)
        elif len(declined.get(mark.id, "").strip()) < 4:
            raise NotConfirmed(
                f"“{mark.ground_text}”处的隐去建议还没有确认",
                because=because,
                mend="逐处确认；不隐去的，写明理由",
                field=mark.id,
            )
    for words, ground in added:
        found = redaction.by_hand(issuance.paper.data, words, ground)
        if not found:
            raise NotConfirmed(f"文书里没有“{words}”", mend="核对要隐去的文字", field="added")
        marks += found
    return marks


def _no_leak(text: str, party: Party, shown: set[str]) -> None:
    """`shown`: the grounds a person declined to hide with a reason; nothing else may still be readable."""
    found = set(redaction.leaks(text, party))
    hard = {redaction.GROUNDS["id"], redaction.GROUNDS["phone"]} & found
    if hard:
        raise Leak(f"公开版里还有：{'、'.join(sorted(hard))}，任何理由都不得公开", mend="隐去后再公示")
    if left := found - shown:
        raise Leak(f"公开版里还有：{'、'.join(sorted(left))}", mend="补充隐去后再公示")


def _approval(
    issuance: Issuance,
    marks: list[Mark],
    *,
    by: Officer,
    on: date,
    declined: dict[str, str],
    secrecy: str,
    summary: dict[str, str],
    channels: list[str],
    until: date | None,
    note: str,
) -> dict[str, Any]:
    """行政执法决定信息公示审批表: what goes out, until when it was due and why, and what was hidden on which ground."""
    case, due = issuance.case, queries.publish_by(issuance)
    opinions = [known.opinion("公示办理意见", note or "逐处核对后同意公示。", by, on)]
    proposed = {mark.id: mark for mark in queries.proposed_marks(issuance)}
    hidden = {mark.id for mark in marks}
    opinions += [
        known.opinion(f"不隐去的说明：{proposed[name].ground_text}", reason.strip(), by, on)
        for name, reason in declined.items()
        if name in proposed and name not in hidden
    ]
    rows = dict.fromkeys((mark.ground_text, mark.shown, mark.clause) for mark in marks)
    return known.merge(
        documents.pick("disclosure_approval", known.known(case)),
        {
            "document": {"title": issuance.item.title, "number": issuance.number_text},
            "decided_on": issuance.on.isoformat(),
            **({"due_on": due.value.isoformat()} if due.value else {}),
            "due_because": "；".join(f"{one.clause} {one.source}{one.title}" for one in due.because)[:200],
            "channels": [{"name": name, **({"until": until.isoformat()} if until else {})} for name in channels],
            "redactions": [{"what": what, "as_shown": shown, "clause": clause} for what, shown, clause in rows],
            "secrecy": secrecy.strip() or SECRECY,
            "abstract": "；".join(f"{label}：{summary[name]}" for name, label in ABSTRACT.items() if summary[name]),
            "confirmed_by": by.name,
            "opinions": opinions,
        },
    )


def _shown_mark(mark: Mark) -> dict[str, Any]:
    return {
        "field": mark.field,
        "start": mark.start,
        "end": mark.end,
        "shown": mark.shown,
        "ground": mark.ground_text,
        "clause": mark.clause,
        "source": mark.source,
    }


def summary_of(issuance: Issuance) -> dict[str, str]:
    """执法机关、执法对象、执法类别、执法结论: the four fields of QS-3.1.3b, in public wording."""
    case, decision = issuance.case, issuance.decision
    party = case.party
    if decision is None:
        return _summary_without_penalty(issuance)
    natural = party.kind == Party.Kind.NATURAL
    words = {"fine": f"罚款 {decision.fine_fen / 100:,.2f} 元"}
    kinds = {"warning": "警告", "public_criticism": "通报批评", "confiscation": "没收"}
    conclusion = "、".join(words.get(code) or kinds.get(code) or code for code in decision.penalties)
    return {
        "body": case.body.name,
        "unit": case.unit.name if case.unit else "",
        "party": redaction.masked_name(party.name) if natural else party.name,
        "code": "" if natural else party.uscc,
        "kind": "行政处罚",
        "cause": case.cause,
        "conclusion": conclusion,
        "basis": decision.proposal.body["basis"],
        "number": issuance.number_text,
        "decided_on": issuance.on.isoformat(),
    }


def _summary_without_penalty(issuance: Issuance) -> dict[str, str]:
    """The same of a decision to give no penalty and of other kinds."""
    case, party = issuance.case, issuance.case.party
    exempt = None if case.guided else exemption.granted(case)
    natural = party.kind == Party.Kind.NATURAL
    kinds = cases.pack_of(case).facts["kind"].choices or {}
    return {
        "body": case.body.name,
        "unit": case.unit.name if case.unit else "",
        "party": redaction.masked_name(party.name) if natural else party.name,
        "code": "" if natural else party.uscc,
        "kind": kinds.get(case.kind, case.kind),
        "cause": case.cause,
        "conclusion": exemption.ENDING if exempt else papers.course_result(case),
        "basis": "；".join(known.named(one) for one in exemption.clauses_of(exempt))
        if exempt
        else "；".join(f"《{law['law']}》{law['article']}" for law in case.power.basis or ()),
        "number": issuance.number_text,
        "decided_on": issuance.on.isoformat(),
    }


def _project(publication: Publication, places: list[dict[str, Any]]) -> None:
    """Put a version on the portal, in the same transaction as the fact."""
    code = publication.issuance.code
    row = PublicDecision.objects.filter(code=code).first() or PublicDecision(code=code, history=[])
    show(row, publication, places)
    row.save()
    index(row)


def show(row: PublicDecision, publication: Publication, places: list[dict[str, Any]]) -> None:
    """What a version makes of the row of the portal.  A rebuild makes it of the same facts."""
    issuance, case = publication.issuance, publication.case
    summary = publication.summary
    row.state = PublicDecision.State.SHOWN
    row.version = publication.version
    row.body_name, row.region = case.body.name, case.body.region
    row.kind, row.field = case.kind, case.power.field
    row.party = summary["party"]
    row.title = f"{summary['party']}{summary['cause']}{'案' if case.kind == 'penalty' else ''}"
    row.number = issuance.number_text
    row.fine_fen = issuance.decision.fine_fen if issuance.decision else 0
    row.decided_on, row.published_at = issuance.on, publication.at
    row.summary, row.text, row.digest = summary, publication.text, publication.digest
    row.marks = places
    row.fact_ref = publication.ref
    what = publication.correction or "公示"
    moment = timezone.localtime(publication.at).isoformat()
    row.history = [*row.history, {"version": publication.version, "at": moment, "what": what}]


def withdraw(row: PublicDecision, takedown: Takedown) -> None:
    """What a take-down leaves of the row of the portal: the tombstone."""
    publication, case, revocation = takedown.publication, takedown.case, takedown.revocation
    moment = timezone.localtime(takedown.at)
    row.state, row.text, row.summary, row.digest = PublicDecision.State.WITHDRAWN, "", {}, ""
    row.marks, row.party, row.fine_fen = [], "", 0
    row.title = f"{case.body.name}{publication.issuance.number_text}"
    row.fact_ref = takedown.ref
    row.tombstone = {
        "at": moment.isoformat(),
        "kind": revocation.get_kind_display() if revocation else "撤下",
        "organ": revocation.organ if revocation else case.body.name,
        "on": (revocation.on if revocation else timezone.localdate(moment)).isoformat(),
        "reason": takedown.reason,
        "because": takedown.because,
    }
    row.history = [*row.history, {"version": publication.version, "at": moment.isoformat(), "what": "撤下"}]


def words(row: PublicDecision) -> list[str]:
    """The search vector in its two parts, the head and the text."""
    head = search.vector(f"{row.title} {row.number} {row.body_name} {row.party}", "A")
    return [head, search.vector(row.text)]


def index(row: PublicDecision, using: str = "default") -> None:
    """The search vector as a literal: PostgreSQL's parser never sees the Chinese."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "update disclosure_publicdecision set tsv = %s::tsvector || %s::tsvector where code = %s",
            [*words(row), row.code],
        )
