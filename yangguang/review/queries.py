"""Reads of legal review: whether it is due, who may give it, what the rules say of the draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yangguang.casework import file
from yangguang.casework import queries as casework
from yangguang.casework.models import Case, CaseState, Proposal
from yangguang.casework.progress import LEFT
from yangguang.duty.models import Duty
from yangguang.policy import packs
from yangguang.policy.answers import Answer, Citation, Verdict
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer, Unit
from yangguang.trail.reading import once, once_until

from . import rules
from .assignment.models import Assignment
from .counsel.models import Engagement
from .dissent.models import Coordination
from .models import Review, Submission

CHECKED = ("G1", "G2", "G3", "G4", "G12")  # what can be known of a draft before notice and decision
FINAL = {"passed", "revise", "refused", "transfer"}
# The badge of each outcome.
STATUS = {"passed": "passed", "revise": "returned", "refused": "failed", "supplement": "pending", "transfer": "closed"}
CRIME = "crime_transfer"  # the point that asks whether the case must go to the police
DECLARATION = "review_declaration"
NATION = "cn"  # the pack every other stands on
CLOCK = "D53"  # until when the opinion is owed


def required(proposal: Proposal) -> Answer:
    """Whether this draft needs review, and why."""
    return casework.review_answer(proposal.case, proposal.body, timezone.localdate(proposal.at))


@once
def passed(proposal: Proposal) -> Review | None:
    """The review that passed this very draft, or None."""
    given = (one for one in file.of(proposal.case, Review) if one.outcome == Review.Outcome.PASSED)
    return next((one for one in given if (one.proposal_id, one.draft_digest) == (proposal.pk, proposal.digest)), None)


def checklist(case: Case) -> list[dict[str, Any]]:
    """The items a reviewer must find on, in the pack's words.

    **Clause** DH-2.3.3b, WC-2.3.2a: `reasoned` where the plan wants a reason with every finding on its own points.
    **Shape** [{item, title, because, reasoned}].
    """
    answer = casework.pack_of(case).ask("review_checklist", facts=_sort(case), on=case.applied_on)
    words = {d["key"]: d["text"] for d in answer.details}
    each = casework.parameter_of(case, "review_reason_each").value is True
    nation = packs.load(NATION).clauses  # a point that also a plan names, at whatever level below the nation
    own = {d["key"] for d in answer.details if each and any(one not in nation for one in d["clauses"])}
    clauses = {d["key"]: d["clauses"] for d in answer.details}
    return [
        {
            "item": key,
            "title": words.get(key, key),
            "because": tuple(c for c in answer.because if c.clause in clauses.get(key, ())) or answer.because,
            "reasoned": key in own,
        }
        for key in answer.value or ()
    ]


TURNS_ON = (
    "procedure",
    "major_public_interest",
    "social_risk",
    "major_rights",
    "hearing_held",
    "complex",
    "catalogue_hit",
)


def _sort(case: Case) -> dict[str, Any]:
    """What sort of decision is reviewed: the kind of act, and what makes it a major one.  **Clause** QD-3.3.3a, DH-2.3.3a."""
    proposal = casework.latest_proposal(case)
    told = casework.proposal_facts(proposal) if proposal else {}
    return {"kind": case.kind, **{name: told[name] for name in TURNS_ON if told.get(name) is not None}}


@once
def verdicts(proposal: Proposal, on: date) -> list[Verdict]:
    """The rules that can be checked by machine on this draft, each with its clause."""
    case = proposal.case
    facts = {**casework.gate_facts(case, on), **draft_facts(proposal)}
    return [casework.pack_of(case).gate(code, facts) for code in CHECKED]


def draft_facts(proposal: Proposal) -> dict[str, Any]:
    body = proposal.body
    if proposal.case.guided:
        return {}
    grade = next((g for g in proposal.case.power.discretion if g["grade"] == body["grade"]), None)
    within = grade is None or grade["fine_min_fen"] <= body["fine_fen"] <= grade["fine_max_fen"]
    return {"within_benchmark": within, "deviation_reason_given": bool(body["deviation"])}


def may_review(officer: Officer, case: Case, on: date, named: bool = False) -> str:
    """Why this person may not review this case; "" when they may.  **Clause** 行政处罚法 art. 43, 58; G9, G68.

    **Shape** `named`: the organ above names the person, or is about to.
    """
    if casework.handles(officer, case):
        return f"{officer.name}是本案承办人，不得审核本案"
    if registry.qualification(officer, on) is None:
        return f"{officer.name}没有登记法制审核资格"
    if engagement(officer, on) is not None and not _outsider_may(officer, case, on):
        return f"{officer.name}是外聘的法律顾问，可以参与审核，不能单独作出审核结论"
    if not qualified(officer, case, on):
        return f"{officer.name}不符合法制审核人员的任职条件"
    if not named and (why := outside(officer, case, on)):
        return why
    if registry.recused(officer.key, *case.chains):
        return f"{officer.name}应当回避本案"
    if to_be_another(case, officer):
        return f"意见不一致的协调决定另行分派人员重新审核，{officer.name}已经审核过"
    return ""


def outside(officer: Officer, case: Case, on: date) -> str:
    """Why somebody is not of the legal body that alone reviews by the plan; "" where they are, or no plan asks it.

    A case that body handles itself is reviewed by the counsel the plan lets conclude, or by whom the organ above names.
    **Clause** QD-3.3.1a, QD-3.3.5a, DH-2.3.1a.
    """
    if casework.parameter_of(case, "reviewing_body_only").value is not True or engagement(officer, on) is not None:
        return ""
    named = (one for one in file.of(case, Assignment) if one.how == Assignment.How.DESIGNATED)
    if any(one.reviewer_key == officer.key for one in named):
        return ""
    legal = {one.key: one.name for one in registry.units(case.body, on).filter(kind=Unit.Kind.LEGAL)}
    now = registry.as_of(Officer, officer.key, on)  # an account holds the person as they were when it was opened
    own = now.unit.key if now is not None and now.unit is not None and now.scope == case.scope else None
    if own in legal and case.unit is not None and case.unit.key == own:
        return f"本案由{case.unit.name}承办，{officer.name}是该机构的人员，不得自行审核"
    if own in legal:
        return ""
    names = "、".join(legal.values())
    return f"{officer.name}不是{names}的人员" if names else f"{case.body.name}没有登记法制审核机构，不能自行审核"


def qualified(officer: Officer, case: Case, on: date) -> bool:
    """Whether the pack accepts this person as reviewer of such a case."""
    return reviewer_answer(officer, case, on).value is True


def reviewer_answer(officer: Officer, case: Case, on: date) -> Answer:
    """What the pack says of this person as reviewer of such a case, and why."""
    held = registry.qualification(officer, on)
    facts = {
        "kind": case.kind,
        "has_legal_qualification": bool(held and held.kind == "legal_professional"),
        "legal_background": held is not None,
        "is_handler": casework.handles(officer, case),
        "is_counsel": engagement(officer, on) is not None,
    }
    return casework.pack_of(case).ask("reviewer_ok", facts=facts, on=on)


@once_until(Engagement)
def engagement(officer: Officer, on: date) -> Engagement | None:
    """Under which engagement this person is counsel that day; None for the body's own people.  **Clause** DH-2.3.1b."""
    held = Engagement.objects.filter(officer_key=officer.key, valid_from__lte=on, valid_to__gte=on)
    return held.order_by("-at", "-id").first()


def _outsider_may(officer: Officer, case: Case, on: date) -> bool:
    return rules.outsider_concludes(case) and qualified(officer, case, on)


def why_not(officer: Officer, case: Case, on: date) -> tuple[Any, ...]:
    """The clauses that keep this person from concluding: the pack's on the person, else those of gate G9."""
    if engagement(officer, on) is not None:
        told = reviewer_answer(officer, case, on)
        return told.because or rules.parameter(case, "external_reviewer_may_conclude").because
    if outside(officer, case, on):
        return casework.parameter_of(case, "reviewing_body_only").because
    return casework.cite(casework.pack_of(case), "G9")


def to_be_another(case: Case, officer: Officer) -> bool:
    """Whether the last coordination gave the case to somebody else than this reviewer.  **Clause** WC-2.3.3c."""
    last = file.last(case, Coordination)
    if last is None or last.result != Coordination.Result.AGAIN:
        return False
    signed = Review.objects.filter(pk=last.objection.review_id).values_list("by__key", flat=True)
    return officer.key in signed


def visible_to(caller: Caller) -> QuerySet[Submission]:
    """Submissions of the caller's bodies."""
    return Submission.objects.filter(below(caller.scope)).select_related(
        *(f"case__{name}" for name in (*casework.CASE, "state", "clue")), "proposal__by", "by"
    )


def drafts(caller: Caller) -> QuerySet[Proposal]:
    """Drafts of the caller's bodies, which a handler may send to review."""
    return Proposal.objects.filter(below(caller.scope)).select_related(
        *(f"case__{name}" for name in (*casework.CASE, "state", "clue")), "by", "submission"
    )


def assigned_key() -> Subquery:
    """For a queryset of submissions: the key of the person each is assigned to now, null where to nobody."""
    latest = Assignment.objects.filter(submission=OuterRef("pk")).order_by("-at", "-id")
    return Subquery(latest.values("reviewer_key")[:1])


def pending(of: Q) -> QuerySet[Submission]:
    """Submissions without a final opinion.

    A draft that was replaced by a newer one waits for nobody, nor does that of a case that goes on elsewhere or ends
    without a penalty.
    """
    final = Review.objects.filter(submission=OuterRef("pk"), outcome__in=FINAL)
    newer = Proposal.objects.filter(case=OuterRef("case"), version__gt=OuterRef("proposal__version"))
    ended = CaseState.objects.filter(case=OuterRef("case"), done__has_any_keys=[*LEFT, "exempted"])
    return Submission.objects.filter(of).filter(~Exists(final), ~Exists(newer), ~Exists(ended))


def unfinished(caller: Caller) -> QuerySet[Submission]:
    """Submissions of the caller's bodies without a final opinion, the oldest first; never one's own case."""
    key = caller.officer.key
    more = Review.objects.filter(submission=OuterRef("pk"), outcome=Review.Outcome.SUPPLEMENT)
    return (
        pending(below(caller.scope))
        .exclude(case__state__handler1_key=key)
        .exclude(case__state__handler2_key=key)
        .annotate(assigned=assigned_key(), asked_more=Exists(more))
        .select_related("case__state", "case__body", "case__party", "proposal", "by")
        .order_by("at", "id")
    )


def waiting(caller: Caller) -> QuerySet[Submission]:
    """What waits for the caller: for a reviewer what is theirs or nobody's yet, for a head and those above everything."""
    found = unfinished(caller)
    if caller.has("head", "supervisor") or not caller.has("reviewer"):
        return found
    return found.filter(Q(assigned=caller.officer.key) | Q(assigned__isnull=True))


def with_others(caller: Caller) -> QuerySet[Submission]:
    """What other reviewers of the caller's body have in hand."""
    return unfinished(caller).filter(Q(assigned__isnull=False) & ~Q(assigned=caller.officer.key))


def opinions(caller: Caller) -> QuerySet[Review]:
    """Opinions given in the caller's bodies, the newest first."""
    return (
        Review.objects.filter(below(caller.scope))
        .select_related("case__party", "proposal", "submission", "by")
        .order_by("-at", "-id")
    )


def suspected(case: Case) -> str:
    """Why the last opinion found that the case must go to the police; "" where it found nothing of the kind.

    **Clause** WC-2.3.2c.
    """
    last = Review.objects.filter(case=case).order_by("-at", "-id").first()
    found = last.findings if last else []
    return next((one["reason"] for one in found if one["item"] == CRIME and one["finding"] == "problem"), "")


def clocks(cases: Iterable[Case]) -> dict[str, Duty]:
    """The running deadline of the opinion on each case, by its chain: one query for a whole list."""
    found = Duty.objects.filter(subject__in=[case.chain for case in cases], rule=CLOCK, discharge__isnull=True)
    return {duty.subject: duty for duty in found.order_by("-due_on", "-id")}


def clock_of(submission: Submission) -> Duty | None:
    """The deadline of this submission, with its end if it has one: the last, where the police had the case meanwhile."""
    later = Submission.objects.filter(case=submission.case_id, at__gt=submission.at, at__lte=OuterRef("at"))
    found = Duty.objects.filter(~Exists(later), subject=submission.case.chain, rule=CLOCK, at__gte=submission.at)
    return found.select_related("discharge").order_by("-at", "-id").first()


def deadline(case: Case, on: date) -> Deadline | None:
    """Until when the opinion would be owed if the draft were sent today; None where nobody set a number."""
    try:
        return casework.pack_of(case).deadline(CLOCK, start=on, on=on, provisional=True)
    except NoRuleInForce:
        return None


def previous(proposal: Proposal) -> Proposal | None:
    """The draft before this one."""
    earlier = Proposal.objects.filter(case_id=proposal.case_id, version__lt=proposal.version)
    return earlier.select_related("by").order_by("-version").first()


def evidence(proposal: Proposal) -> list[tuple[Item, str]]:
    """The evidence a draft stands on, in its order, each with what it proves."""
    listed = proposal.body["evidence"]
    kept = {
        str(item.pk): item for item in Item.objects.filter(pk__in=[one["item"] for one in listed]).select_related("by")
    }
    return [(kept[one["item"]], one["proves"]) for one in listed if one["item"] in kept]


@dataclass(frozen=True)
class Material:
    """One thing the rules want sent along, and whether the file has it."""

    title: str
    there: bool
    note: str
    item: UUID | None = None


def materials(proposal: Proposal) -> tuple[list[Material], Answer]:
    """What the pack wants sent with a draft, each compared with the file; and the answer it stands on."""
    case, body = proposal.case, proposal.body
    answer = casework.pack_of(case).ask("review_materials", facts={"kind": case.kind}, on=case.applied_on)
    report = case.dossier.items.filter(code="investigation_report").order_by("-at", "-id").first()
    there: dict[str, tuple[bool, str, UUID | None]] = {
        "legal_review_submission": (True, "送审时按本页内容自动制作", None),
        "investigation_report": (
            bool(report),
            f"{report.on}制作" if report else "案卷中没有，先完成调查终结",
            report.pk if report else None,
        ),
        "draft_decision": (True, f"拟处理意见{proposal}", None),
        "evidence": (bool(body["evidence"]), f"{len(body['evidence'])} 份，见左侧", None),
        "legal_basis": (bool(body["violated"] and body["basis"]), f"{body['violated']}；{body['basis']}", None),
        "discretion_benchmark": (
            bool(body["discretion"]),
            f"“{body['grade']}”档：{body['discretion']}" if body["grade"] else body["discretion"],
            None,
        ),
    }
    unknown = (False, "请核对案卷", None)
    words = {d["key"]: d["text"] for d in answer.details}
    found = [Material(words.get(key, key), *there.get(key, unknown)) for key in answer.value or ()]
    return found, answer


TERMS = (
    "reviewing_body", "review_materials_rule", "review_carrier", "materials_responsible", "first_responsible",
    "opinion_responsible",
)  # fmt: skip


def terms(case: Case) -> list[tuple[str, str]]:
    """Who reviews, in what manner, and who answers for what, where the rules of the case say it.

    **Clause** QS-3.3.3d, SY-2.3b, WC-2.3.3b.
    """
    pack = casework.pack_of(case)
    found = [(pack.merged.parameters[name].label, pack.parameter(name).value) for name in TERMS]
    return [(label, "、".join(said) if isinstance(said, list | tuple) else str(said)) for label, said in found if said]


def declaration_asked(case: Case) -> tuple[Citation, ...]:
    """Why the head of the unit answers for what is sent, together with who handles the case; () where no rule asks it.

    **Clause** QS-3.3.3a, QS-3.3.3b.
    """
    step = casework.pack_of(case).act(rules.FLOW).step("submit")
    asked = next((one for one in step.documents if one.code == DECLARATION and one.required), None)
    return (asked.because or step.because) if asked else ()


def unit_heads(case: Case, on: date) -> list[Officer]:
    """Who may be the head of the unit: the people of the body, those of the unit first."""
    own = case.unit.key if case.unit else None
    people = registry.people_below(case.scope, on).filter(scope=case.scope)
    return sorted(people, key=lambda one: one.unit is None or one.unit.key != own)


def usual_head(case: Case, people: Iterable[Officer]) -> tuple[Officer | None, str]:
    """Who was named last for this unit, and where that comes from; else whose registered post says so."""
    last = Item.objects.filter(dossier__scope=case.scope, code=DECLARATION).order_by("-at", "-id").first()
    named = (last.data or {}) if last else {}
    unit = case.unit.name if case.unit else case.body.name
    for one in people:
        if named.get("unit") == unit and one.name == named.get("unit_head"):
            return one, "上次送审"
    own = case.unit.key if case.unit else None
    for one in people:
        if own and one.unit and one.unit.key == own and one.post.endswith(("队长", "主任", "科长", "所长", "股长")):
            return one, "人员登记的职务"
    return None, ""


def sent(case: Case) -> list[Item]:
    """The documents of the file that go with a submission."""
    return [one for one in record.kept(case.dossier) if one.medium == Item.Medium.TEXT and one.code]


def papers(case: Case) -> list[Item]:
    """What was scanned or photographed into the file since it was opened: a signed opinion may be among it.

    **Clause** QD-3.3.5d.
    """
    return [one for one in reversed(record.kept(case.dossier)) if signed_paper(case, one)][:200]


def signed_paper(case: Case, item: Item | None) -> bool:
    """Whether an item may be the original somebody signed: a scan or photograph in this file, no form, no recording."""
    seen = item is not None and item.medium in (Item.Medium.TEXT, Item.Medium.PHOTO)
    return seen and item is not None and item.dossier_id == case.dossier_id and not item.code


def final(submission: Submission) -> Review | None:
    """The opinion that ended the review of a draft."""
    given = (one for one in file.of(submission.case, Review) if one.submission_id == submission.pk)
    return next((one for one in given if one.outcome in FINAL), None)


def given(case: Case) -> list[Review]:
    """All opinions of a case, in order."""
    return list(
        Review.objects.filter(case=case).select_related("by", "proposal", "item", "qualification").order_by("at", "id")
    )
