"""Reads of cases: who may see and do what, where a case stands, and what its rules still ask for."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.policy import packs
from yangguang.policy.acts import Act
from yangguang.policy.acts import Step as ActStep
from yangguang.policy.answers import Answer, Citation
from yangguang.policy.packs import Pack
from yangguang.record import queries as record
from yangguang.record.queries import Owed
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Officer, Power

from .models import Case, CaseState, Proposal

CASE = ("body", "unit", "party", "power", "dossier", "handler1", "handler2", "certificate1", "certificate2", "opening")


def visible_to(caller: Caller) -> QuerySet[Case]:
    """Cases of the caller's bodies.  Reviewers see what is theirs through `review.queries`."""
    return Case.objects.filter(below(caller.scope)).select_related(*CASE, "state", "by")


def states(caller: Caller) -> QuerySet[CaseState]:
    """The list of cases, the one that moved last first."""
    return CaseState.objects.filter(below(caller.scope)).order_by("-moved_at", "-case_id")


def mine(caller: Caller) -> QuerySet[CaseState]:
    key = caller.officer.key
    return states(caller).filter(Q(handler1_key=key) | Q(handler2_key=key), closed_on__isnull=True)


def handles(officer: Officer, case: Case) -> bool:
    return officer.key in case.handler_keys


def pack_of(case: Case) -> Pack:
    """The rules the case was opened under."""
    return packs.load(case.pack)


def act_of(case: Case) -> Act:
    return pack_of(case).act(case.kind, procedure=case.procedure)


def step_of(case: Case, code: str) -> ActStep | None:
    return next((step for step in act_of(case).steps if step.code == code), None)


def next_step(case: Case, done: dict[str, Any]) -> str:
    """The first step that these facts require and that is not done; "" when all are.

    A step whose need cannot be judged yet is not skipped: it is required until a fact says otherwise.
    """
    if "declined" in done:
        return ""
    pack, proposal = pack_of(case), latest_proposal(case)
    facts = proposal_facts(proposal) if proposal else act_facts(case)
    return next(
        (s.code for s in act_of(case).steps if s.code not in done and pack.step_required(s, facts) is not False), ""
    )


def latest_proposal(case: Case) -> Proposal | None:
    return case.proposals.order_by("-version").first()


def proposals(case: Case) -> list[Proposal]:
    return list(case.proposals.select_related("by").order_by("version"))


# ---- what the rules ask for --------------------------------------------------------------------------------------


def owed(case: Case, upto: str | None = None) -> list[Owed]:
    """Documents and recordings the pack asks for, step by step, each with what is there.

    **Shape** `upto`: only steps before this one; None for the whole procedure.
    """
    pack, asked = pack_of(case), []
    facts = {**act_facts(case), **_told(case)}
    for step in act_of(case).steps:
        if step.code == upto:
            break
        if not (step.required or step.code in _taken(case)):
            continue
        asked += [
            Owed("document", step.code, doc.code, doc.title, "must", tuple(doc.because))
            for doc in pack.documents_owed(step, facts, case.applied_on)
        ]
        asked += [
            Owed("recording", step.code, demand.event, demand.title, demand.level or "must", tuple(demand.because))
            for demand in pack.recordings_owed(step, facts, case.applied_on)
            if demand.level in {"whole", "must", "circumstances"} or demand.unknown
        ]
    return record.fill(asked, case.dossier.items.all(), case.dossier.waivers.all())


def _taken(case: Case) -> set[str]:
    return set(case.steps.values_list("step", flat=True))


def missing(case: Case, upto: str) -> list[Owed]:
    return [one for one in owed(case, upto) if not one.met]


def standing_of(case: Case, on: date) -> list[registry.Standing]:
    return [registry.standing(officer, on) for officer in (case.handler1, case.handler2)]


def power_granted(power: Power, scope: str, on: date) -> bool:
    """Whether this power is the body's own and in force on the day."""
    return power.scope == scope and registry.powers(scope, on).filter(key=power.key).exists()


def gate_facts(case: Case, on: date) -> dict[str, Any]:
    """What the gates of the early steps need to know of the case."""
    subjects = [case.chain, *([case.clue.chain] if case.clue else [])]
    opening = getattr(case, "opening", None)
    standings = standing_of(case, on)
    return {
        **act_facts(case),
        "handlers_certified": sum(standing.valid for standing in standings),
        "power_covered": all(certificate_covers(standing, case.power) for standing in standings),
        "recused": any(registry.recused(key, *subjects) for key in case.handler_keys),
        "power_granted": power_granted(case.power, case.scope, case.applied_on),
        "power_published": bool(case.power.published_on and case.power.published_on <= case.applied_on),
        "case_opening_approved": bool(opening and opening.approved),
        "evidence_before_opening": _early(case, opening.on) if opening else None,
        **_told(case),
    }


def _early(case: Case, opened_on: date) -> int:
    """Documents of the investigation that bear a date before the case was opened."""
    return case.dossier.items.filter(step__in=INVESTIGATION, on__lt=opened_on).exclude(code="").count()


INVESTIGATION = ("scene_check", "interview", "evidence", "correct", "conclude")


def _told(case: Case) -> dict[str, Any]:
    done = case.steps.filter(step="identify").order_by("-at").first()
    return {name: done.facts.get(name) for name in ("identity_shown", "rights_told")} if done else {}


def certificate_covers(standing: registry.Standing, power: Power) -> bool:
    """Whether a valid certificate's fields include the power's; no fields means comprehensive enforcement."""
    held = standing.certificate
    return bool(standing.valid and held and (not held.covers or power.field in held.covers))


def cite(pack: Pack, code: str, **facts: Any) -> tuple[Citation, ...]:
    """The clauses a gate stands on, for a refusal."""
    return pack.gate(code, {"kind": "penalty", "procedure": "ordinary", **facts}).because


def act_facts(case: Case) -> dict[str, Any]:
    """The facts by which the pack's lines choose: kind, procedure, party."""
    return {
        "kind": case.kind,
        "procedure": case.procedure,
        "party_kind": case.party.kind,
        "touches": case.touches,
    }


def proposal_facts(proposal: Proposal) -> dict[str, Any]:
    """The facts of a draft that decide on review, hearing and publication."""
    return draft_facts(proposal.case, proposal.body)


def review_answer(case: Case, body: dict[str, Any], on: date) -> Answer:
    """Whether the pack asks for legal review of such a draft, and why."""
    return pack_of(case).ask("review_required", facts=draft_facts(case, body), on=on)


def review_needed(case: Case, body: dict[str, Any], on: date) -> bool:
    """Unless the rules clearly say no, review is due: an unknown fact does not open a gate."""
    answer = review_answer(case, body, on)
    return bool(answer.unknown) or answer.value is not False


def draft_facts(case: Case, body: dict[str, Any]) -> dict[str, Any]:
    return {
        **act_facts(case),
        "penalties": body["penalties"],
        "fine_fen": body["fine_fen"],
        "confiscation_fen": body["confiscation_fen"],
        **{name: value for name, value in body["answers"].items() if value is not None},
    }


@dataclass(frozen=True)
class Trail:
    """The steps of a case as the step line shows them."""

    code: str
    title: str
    state: str  # done | now | next | skipped
    at: str | None
    roles: tuple[str, ...]


def step_line(case: Case, state: CaseState) -> list[Trail]:
    """Each step of the procedure: done, now, still to come."""
    line, now = [], state.step
    for step in act_of(case).steps:
        if step.code in state.done:
            kind = "done"
        elif step.code == now:
            kind = "now"
        elif not step.required:
            kind = "skipped" if now == "" else "optional"
        else:
            kind = "next"
        line.append(Trail(step.code, step.title, kind, state.done.get(step.code), tuple(step.roles)))
    return line


def of_party(key: UUID) -> QuerySet[Case]:
    """All cases of one party: text and recordings of one object stand together (QS-3.2.3b)."""
    return Case.objects.filter(party__key=key).select_related("state").order_by("-at")
