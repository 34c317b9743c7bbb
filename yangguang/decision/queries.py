"""Reads of the decision stage: what stands between a draft and a decision, and what follows it."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yangguang.casework import bars, file, finding
from yangguang.casework import queries as cases
from yangguang.casework.course import route
from yangguang.casework.joinder import queries as joinder
from yangguang.casework.models import Case, CaseState, Proposal
from yangguang.casework.rubric import queries as rubric
from yangguang.policy.answers import Verdict
from yangguang.policy.deadlines import Deadline
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer
from yangguang.review import queries as review
from yangguang.trail.reading import once

from . import versions
from .errors import BadService
from .hearing import queries as hearing
from .models import (
    Announcement,
    Decision,
    Deliberation,
    ExemptionAnswer,
    Issuance,
    Notice,
    PartySubmission,
    Performance,
    Revocation,
    Service,
    Statement,
)

GATES = ("G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G11", "G12", "G13")


def notice_of(case: Case) -> Notice | None:
    """The last notice given in a case."""
    return file.last(case, Notice)


def service_of(item: Item) -> Service | None:
    """The service of exactly this version of a document."""
    return next((one for one in versions.services(item) if one.item_id == item.pk), None)


def served(item: Item) -> Service | None:
    """The first service of a document, in whichever version: what it started runs on when a slip is put right."""
    return versions.first_service(item)


def served_as_it_stands(item: Item) -> Service | None:
    """The service of a document's newest version; None while a correction of it was not served."""
    return versions.last_service(item)


def must_stand(item: Item) -> None:
    """**Raises** BadService for a version that was corrected: the party is served what stands."""
    newest = record.corrections(item)[-1]
    if newest.pk != item.pk:
        raise BadService(
            f"《{item.title}》的这一版已于 {timezone.localdate(newest.at)} 更正", mend="送达更正后的版本", field="item"
        )


def announced(item: Item) -> Announcement | None:
    """The announcement by which a document is being served, if one was made."""
    return Announcement.objects.filter(item=item).select_related("paper").order_by("-at", "-id").first()


def statement_of(notice: Notice) -> Statement | None:
    """What the party said to a notice, last word first."""
    return next((one for one in reversed(file.of(notice.case, Statement)) if one.notice_id == notice.pk), None)


def hearing_offered(proposal: Proposal, on: date) -> bool:
    """Whether the party is told of a hearing: unless the rules clearly say no, it is offered."""
    case = proposal.case
    return cases.pack_of(case).ask("hearing_right", facts=cases.proposal_facts(proposal), on=on).value is not False


def statement_deadline(notice: Notice) -> Deadline | None:
    """The period to state and defend with its day-by-day proof, or None while the notice is not served.

    **Why** the newest version: what a correction changed the party learns only from it, and may answer to.
    """
    service = served_as_it_stands(notice.item)
    if service is None:
        return None
    return cases.pack_of(notice.case).deadline(STATEMENT, start=service.on, on=service.on, provisional=True)


def statement_due(notice: Notice) -> date | None:
    """The last day to state and defend, or None while the notice is not served."""
    deadline = statement_deadline(notice)
    return deadline.due if deadline else None


STATEMENT = "D03"  # the hearing request's five working days; a statement may be made as long


def heard(notice: Notice) -> bool:
    """Whether the party was heard: stated and answered, waived, or silent past the period."""
    said = statement_of(notice)
    if said is None:
        return False
    return said.how != Statement.How.STATED or hasattr(said, "answer")


@once
def gate_facts(proposal: Proposal, head: Officer | None, on: date) -> dict[str, Any]:
    """Everything the gates of a decision ask, computed from the facts of the case."""
    case, notice = proposal.case, notice_of(proposal.case)
    said = statement_of(notice) if notice else None
    passed, unread = review.passed(proposal), bool(letters_waiting(case))
    due = statement_due(notice) if notice else None
    facts = {
        **cases.gate_facts(case, on),
        **cases.proposal_facts(proposal),
        **review.draft_facts(proposal),
        "review_passed_for_draft": passed is not None,
        "reviewer_is_handler": cases.handles(passed.by, case) if passed else False,
        "reviewer_qualified": bool(passed and review.qualified(passed.by, case, timezone.localdate(passed.at))),
        "notice_served": bool(notice and served_as_it_stands(notice.item)),
        "notice_complete": notice is not None,  # its form refuses to be made while one of the items is missing
        "statement_period_over_or_waived": bool(
            said and (said.how != Statement.How.LAPSED or (due is not None and on > due))
        ),
        "statement_made": bool(said and said.how == Statement.How.STATED) or unread,
        "statement_reviewed": bool(said and hasattr(said, "answer")) and not unread,
        "final_not_heavier": not heavier(proposal, notice) if notice else None,  # nothing told, nothing to compare
        "collective_minutes_signed": any(one.proposal_id == proposal.pk for one in file.of(case, Deliberation)),
    }
    if head is not None:
        facts["approver_is_handler"] = cases.handles(head, case)
        facts["approver_is_head"] = head.scope == case.scope
    told = hearing.gate_facts(proposal, notice, on)
    if notice and hearing_owed(case):
        told["hearing_window_over_or_closed"] = False
    return facts | told


def letters_waiting(case: Case, *kinds: str) -> list[PartySubmission]:
    """What the party handed in itself and no handler took into the file yet.  **Clause** 行政处罚法 art. 45, 62."""
    sent, asked = file.of(case, PartySubmission), kinds or ("statement", "hearing")
    return [one for one in sent if one.kind in asked and not hasattr(one, "acceptance")]


def hearing_owed(case: Case) -> bool:
    """Whether the party asked for a hearing in time and none is on record.  **Clause** 行政处罚法 art. 63, 64."""
    sent = file.of(case, PartySubmission)
    asked = any(one.kind == "hearing" and not one.late and one.notice and one.notice.hearing for one in sent)
    if not asked or any(item.code == "hearing_record" for item in record.kept(case.dossier)):
        return False
    return hearing.outcome_of(case) is None


def heavier(proposal: Proposal, notice: Notice) -> bool:
    """Whether a draft asks for more than the party was told of."""
    body = proposal.body
    return (
        body["fine_fen"] > notice.fine_fen
        or body["confiscation_fen"] > notice.confiscation_fen
        or not set(body["penalties"]) <= set(notice.penalties)
    )


def verdicts(proposal: Proposal, head: Officer | None, on: date) -> list[Verdict]:
    """Each gate between this draft and a decision, with its clause and what would open it."""
    facts, pack = gate_facts(proposal, head, on), cases.pack_of(proposal.case)
    return [pack.gate(code, facts) for code in (*GATES, *((bars.GATE,) if bars.asked(pack) else ()))]


def to_decide(caller: Caller) -> QuerySet[CaseState]:
    """Cases of the caller's body that wait for a head: to open, to decide, to close."""
    of_penalty = Q(desk="", step__in=("open", "deliberate", "decide", "close"))
    return cases.states(caller).filter(of_penalty | Q(desk__in=HEAD) | without_money())


def without_money() -> Q:
    """Cases after the service of a decision under which nothing is to be paid: a head closes them, no receipt comes."""
    nothing = Decision.objects.filter(case=OuterRef("case"), fine_fen=0, confiscation_fen=0)
    return Q(step="perform", desk="") & Q(Exists(nothing))


HEAD = ("head", "approve")  # the desks of a course that are a head's
DESK = ("open", "deliberate", "decide", "close", "issue", "perform")


def desk(caller: Caller, text: str = "") -> dict[str, QuerySet[CaseState]]:
    """What waits at the decision stage, by what it waits for; a weighty draft waits for deliberation before decision."""
    found = cases.states(caller)
    if text:
        found = found.filter(finding.named(text))
    latest = Proposal.objects.filter(case=OuterRef("case")).order_by("-version").values("pk")[:1]
    weighty = Proposal.objects.filter(
        Q(body__answers__complex=True) | Q(body__answers__major_violation=True), pk=OuterRef("draft")
    )
    talked = Deliberation.objects.filter(proposal=OuterRef("draft"))
    deciding = found.filter(step__in=("deliberate", "decide")).annotate(draft=Subquery(latest))
    return {
        "open": found.filter(step="open"),
        "deliberate": deciding.filter(Exists(weighty), ~Exists(talked)),
        "decide": deciding.filter(~Exists(weighty) | Exists(talked)),
        "close": found.filter(Q(step="close") | without_money()),
        "issue": found.filter(step__in=("issue", "serve")),
        "perform": found.filter(step="perform").exclude(without_money()),
    }


def draft_items(proposal: Proposal) -> list[tuple[Item, str]]:
    """The evidence a draft stands on, in its order, each with what it proves."""
    listed = proposal.body["evidence"]
    kept = {
        str(item.pk): item for item in Item.objects.filter(pk__in=[one["item"] for one in listed]).select_related("by")
    }
    return [(kept[one["item"]], one["proves"]) for one in listed if one["item"] in kept]


def confirmed_address(case: Case) -> Item | None:
    """The last 送达地址确认书 of a case, else the one taken over with the same party."""
    own = [one for one in record.kept(case.dossier) if one.code == joinder.ADDRESS]
    return own[-1] if own else joinder.confirmed_address(case)


def decision_of(case: Case) -> Decision | None:
    return file.last(case, Decision)


def issuances(caller: Caller) -> QuerySet[Issuance]:
    return Issuance.objects.filter(below(caller.scope)).select_related("case__party", "decision").order_by("-at")


def to_issue(case: Case) -> Issuance | None:
    """The decision document of a case without a penalty, or of another kind, as it will be published; the row there is."""
    item = route.of(case).decision if case.guided else _exempt(case)
    if item is None:
        return None
    there = Issuance.objects.filter(item=item).first()
    return there or Issuance(
        scope=case.scope, case=case, number_text=item.number, item=item, digest=item.digest, on=item.on
    )


def _exempt(case: Case) -> Item | None:
    """The document by which a case ended without a penalty."""
    answer = ExemptionAnswer.objects.filter(case=case, approved=True).select_related("item").order_by("-at").first()
    return answer.item if answer else None


def sealed(issuance: Issuance) -> dict[str, Any]:
    """What the verify page may know of an issued document: the row `record.seal` writes."""
    if issuance.code == issuance.item.meta.get("code"):
        return record.sealed(issuance.item)  # it bore a code before it was registered for publication
    return {
        "digest": issuance.digest,
        "code": issuance.code,
        "what": "original",
        "fact_ref": issuance.ref,
        "title": issuance.item.title,
        "number": issuance.number_text,
        "body_name": issuance.case.body.name,
        "on": issuance.on,
    }


def paid_fen(decision: Decision) -> int:
    return sum(one.amount_fen for one in file.of(decision.case, Performance) if one.decision_id == decision.pk)


def revocation_of(decision: Decision | None) -> Revocation | None:
    if decision is None:
        return None
    against = [one for one in file.of(decision.case, Revocation) if one.decision_id == decision.pk]
    return against[-1] if against else None


def revocation_against(issued: Issuance) -> Revocation | None:
    """Why what this document says no longer stands, if it does not: of a penalty and of everything else."""
    if issued.decision_id is not None:
        return revocation_of(issued.decision)
    return Revocation.objects.filter(document=issued.item_id).order_by("-at", "-id").first()


def fined_before(case: Case) -> list[Decision]:
    """Fines of the same party in the same matter that stand: one act is not fined twice.  **Clause** 行政处罚法 art. 29."""
    same = Decision.objects.filter(
        case__party__key=case.party.key, case__power__key=case.power.key, fine_fen__gt=0, revocations__isnull=True
    )
    return list(same.exclude(case=case).select_related("case", "issuance").order_by("on", "id"))


def unserved(case: Case) -> list[Item]:
    """External documents of the case that were made but not yet served; of one that was corrected the newest version."""
    replaced = Item.objects.filter(replaces=OuterRef("pk"))
    open_ = case.dossier.items.filter(~Exists(replaced), code__in=SERVED, service__isnull=True)
    return list(open_.order_by("at"))


@rubric.supplies
def _rubric_facts(case: Case) -> dict[str, Any]:
    """What this stage knows for the evaluation of the file."""
    proposal = cases.latest_proposal(case)
    if proposal is None:
        return {}
    decision = decision_of(case)
    return gate_facts(proposal, decision.by if decision else None, decision.on if decision else timezone.localdate())


SERVED = (
    "correction_order",
    "prior_notice",
    "hearing_notice",
    "penalty_decision",
    "no_penalty_decision",
    "deferral_notice",
    "demand_letter",
)


def _not_served(item: Item) -> str:
    if len(record.corrections(item)) > 1:
        return "没有送达；已经更正，送达更正后的版本"
    earlier = served(item.replaces) if item.replaces else None
    return f"更正后还没有送达；更正前的已于 {earlier.on} 送达" if earlier else "还没有送达"


@record.notes
def _service_note(item: Item) -> list[record.Told]:
    """Whether and how a document was served."""
    if item.code not in SERVED:
        return []
    service = service_of(item)
    if service is None:
        return [record.Told("送达", _not_served(item), "not_served")]
    return [
        record.Told(
            "送达",
            f"{service.on}，{service.get_method_display()}，{service.recipient}"
            + (f"（{service.relation}）" if service.relation else ""),
            "served",
        )
    ]
