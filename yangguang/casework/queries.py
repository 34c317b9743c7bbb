"""Reads of cases: who may see and do what, where a case stands, and what its rules still ask for."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from yangguang.catalogue import queries as catalogue
from yangguang.catalogue.before import queries as before
from yangguang.catalogue.lists import matching
from yangguang.catalogue.lists.matching import Demand, Listing
from yangguang.catalogue.models import ListApproval, ListVersion
from yangguang.lawbook import queries as lawbook
from yangguang.policy import packs, spoken
from yangguang.policy.acts import Act
from yangguang.policy.acts import Step as ActStep
from yangguang.policy.answers import Answer, Citation, Verdict
from yangguang.policy.packs import Pack
from yangguang.record import queries as record
from yangguang.record.custody import queries as custody
from yangguang.record.models import Dossier, Item
from yangguang.record.queries import Owed
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body, Officer, Party, Power, Recusal
from yangguang.trail.reading import once, once_until

from . import bars, file, finding
from .course import route
from .joinder import queries as joinder
from .models import Case, CaseState, CaseTally, Proposal, Step
from .progress import EXEMPTED, LEFT, LEFT_OUT

CASE = (
    "body",
    "unit",
    "party",
    "power",
    "clue",
    "dossier",
    "handler1",
    "handler2",
    "certificate1",
    "certificate2",
    "opening",
)


def visible_to(caller: Caller) -> QuerySet[Case]:
    """Cases of the caller's bodies, for those whose work is with cases: no administrator reads them."""
    if not caller.has(*record.READERS):
        return Case.objects.none()
    return Case.objects.filter(below(caller.scope)).select_related(*CASE, "state", "by")


def states(caller: Caller) -> QuerySet[CaseState]:
    """The list of cases, the one that moved last first."""
    if not caller.has(*record.READERS):
        return CaseState.objects.none()
    return CaseState.objects.filter(caller.part).order_by("-moved_at", "-case_id")


def counted(caller: Caller, step: str = "", kind: str = "") -> int:
    """How many cases `states` finds, all or those of a kind or at one step (`ended`: those over), without walking them."""
    if not caller.has(*record.READERS):
        return 0
    lines = CaseTally.objects.filter(caller.part, **({"kind": kind} if kind else {}))
    if step == "ended":
        lines = lines.filter(Q(step="") | Q(ended=True))
    elif step:
        lines = lines.filter(step=step)
    return lines.aggregate(n=Sum("n"))["n"] or 0


def mine(caller: Caller) -> QuerySet[CaseState]:
    key = caller.officer.key
    return states(caller).filter(Q(handler1_key=key) | Q(handler2_key=key), closed_on__isnull=True)


def handles(officer: Officer, case: Case) -> bool:
    return officer.key in case.handler_keys


def pack_of(case: Case) -> Pack:
    """The rules the case was opened under, in the edition of that day."""
    return lawbook.pack(case.pack, case.pack_version)


def parameter_of(case: Case, name: str) -> Answer:
    """A parameter as the case's edition has it; one that edition did not know yet, as the pack has it today."""
    pack = pack_of(case)
    return (pack if name in pack.merged.parameters else packs.load(case.pack)).parameter(name)


def pack_today(case: Case) -> Pack:
    """The rules of the case's body as they are now: for what begins today."""
    return packs.load(case.body.pack)


def late_days(case: Case) -> int:
    """How many days later than the act a paper of this case may be written."""
    return int(parameter_of(case, "text_late_days").value or 0)


def said_at(case: Case, step: ActStep) -> tuple[spoken.Words, ...]:
    """What officers say at a step: by the wording of today, whatever the edition of the case."""
    return spoken.of(pack_today(case), case.kind, step.code, step.title, step.recordings, timezone.localdate())


def clauses_of(case: Case, *codes: str) -> list[Citation]:
    """Clauses as the case's edition has them; one that edition did not know yet, as the pack has it today."""
    pack, now = pack_of(case), packs.load(case.pack)
    return [(pack if code in pack.clauses else now).clause(code) for code in codes]


def act_of(case: Case) -> Act:
    return pack_of(case).act(case.kind, procedure=case.procedure)


def progress_code(case: Case) -> str:
    """What the party is handed to follow the case without an account: the same rule as `casework_progress_code`."""
    return hashlib.sha256(case.pk.bytes).hexdigest()[:12].upper()


def step_of(case: Case, code: str) -> ActStep | None:
    return next((step for step in act_of(case).steps if step.code == code), None)


def next_step(case: Case, done: dict[str, Any]) -> str:
    """The first step that these facts require and that is not done; "" when all are.

    A step whose need cannot be judged yet is not skipped: it is required until a fact says otherwise.
    """
    if "declined" in done:
        return ""
    if "exemption" in done:
        return "decide"  # a head decides whether no penalty is given; until then the case stands still
    if "joined" in done or "handed_over" in done:
        return next((code for code in ("close", "archive") if code not in done), "")
    if "exempted" in done:  # one archived before such decisions were published stays archived
        return "" if "archive" in done else next((code for code in EXEMPTED if code not in done), "")
    pack, proposal = pack_of(case), latest_proposal(case)
    facts = proposal_facts(proposal) if proposal else act_facts(case)
    return next(
        (s.code for s in act_of(case).steps if s.code not in done and pack.step_required(s, facts) is not False), ""
    )


def latest_proposal(case: Case) -> Proposal | None:
    return max(file.of(case, Proposal), key=lambda one: one.version, default=None)


def proposals(case: Case) -> list[Proposal]:
    return list(case.proposals.select_related("by").order_by("version"))


# ---- what the rules ask for --------------------------------------------------------------------------------------


def owed(case: Case, upto: str | None = None) -> list[Owed]:
    """Documents and recordings the pack asks for, step by step, each with what is there.

    **Shape** `upto`: only steps before this one; None for the whole procedure.
    """
    asked, taken, facts, lines = [], _taken(case), file_facts(case), recording_list(case)
    only = _own_course(case, taken)
    for step in act_of(case).steps:
        if step.code == upto:
            break
        if only is not None and step.code not in only:
            continue
        if step.code in taken or (not case.guided and pack_of(case).step_required(step, facts) is not False):
            asked += _asked(case, step, facts, lines)
    return _filled(case, asked)


def _own_course(case: Case, taken: set[str]) -> frozenset[str] | None:
    """The steps that a case which left the ordinary road asks anything of; None where it goes the whole of it.

    Of one that goes on elsewhere, or was never opened, only what was begun; of one without a penalty what such a decision
    still goes through.
    """
    state = getattr(case, "state", None)
    if case.guided or state is None:
        return None
    if LEFT & state.done.keys():
        return frozenset({"open", *taken})
    if "declined" in state.done:
        return frozenset(taken)
    return frozenset({"open", *taken, *EXEMPTED}) if "exempted" in state.done else None


def unrecorded(case: Case) -> list[Owed]:
    """What the steps taken so far still lack: to be mended before the case ends or becomes part of another."""
    taken = _taken(case)
    return [one for one in missing(case, upto="close") if one.step in taken]


def _filled(case: Case, asked: Iterable[Owed]) -> list[Owed]:
    dossier = case.dossier
    kept = (*record.kept(dossier), *joinder.items(case))
    found = record.fill(asked, kept, record.waivers(dossier), record.explanations(dossier))
    return [_told_together(one, kept) for one in found]


def _told_together(owed: Owed, kept: Sequence[Item]) -> Owed:
    """听证告知书: the 事先告知书 of an ordinary penalty that tells of the hearing is that notice too.  行政处罚法 art. 63."""
    if owed.code != "hearing_right_notice" or owed.have:
        return owed
    told = tuple(item for item in kept if item.code == "prior_notice" and item.data.get("hearing"))
    return replace(owed, have=told)


def offered(case: Case) -> list[Owed]:
    """What every step of the procedure would ask for, required or not, each with what is there."""
    facts, lines = file_facts(case), recording_list(case)
    return _filled(case, [one for step in act_of(case).steps for one in _asked(case, step, facts, lines)])


def demands(case: Case, step: ActStep) -> list[Owed]:
    """What one step asks for, whether or not the step is required, each with what is there."""
    return _filled(case, _asked(case, step, file_facts(case), recording_list(case)))


@once_until(ListVersion, ListApproval)
def recording_list(case: Case) -> tuple[Demand, ...]:
    """What the body's own 音像记录事项清单 asks of this case: the list in force when it was applied for."""
    held = catalogue.in_force(case.scope, "list_av", case.applied_on)
    return catalogue.recording_demands(held, case.kind, case.power.code)


def _asked(case: Case, step: ActStep, facts: dict[str, Any], lines: Iterable[Demand]) -> list[Owed]:
    pack = pack_of(case)
    documents = [
        Owed("document", step.code, doc.code, doc.title, "must", tuple(doc.because))
        for doc in pack.documents_owed(step, facts, case.applied_on)
    ]
    told = _of(facts, "kind", "procedure", "party_kind", "touches", "measure_type")
    asked = recordings_asked(pack, step, told, case.applied_on, lines)
    recordings = [one for one in asked if _took_place(one.code, facts)]
    return documents + recordings


OWED = frozenset({"whole", "must", "circumstances"})  # levels at which a recording is owed


def recordings_asked(
    pack: Pack, step: ActStep, facts: dict[str, Any], on: date, lines: Iterable[Demand] = ()
) -> list[Owed]:
    """The audio and video records that the rules and the body's own list ask for at one step: the stricter counts.

    An unknown level is treated as owed: a recording that might be demanded is not silently left out.
    """
    found, tolerance = [], pack.parameter("recording_gap_seconds").value or 0
    for one in pack.recordings_owed(step, facts, on):
        level, because = matching.strictest(one.level, tuple(one.because), one.event, lines)
        if level in OWED or one.unknown:
            asked = level if level in OWED else "must"
            found.append(Owed("recording", step.code, one.event, one.title, asked, because, tolerance=tolerance))
    return found


def _of(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: facts[name] for name in names if name in facts}


def _took_place(event: str, facts: dict[str, Any]) -> bool:
    """A hearing that nobody asked for leaves nothing to record."""
    return event != "hearing" or bool(facts.get("hearing_held"))


@once
def file_facts(case: Case) -> dict[str, Any]:
    """What the file itself tells of the case's course: the draft's penalties, and which papers were made."""
    if case.guided:
        return route.of(case).given()
    proposal = latest_proposal(case)
    codes = {item.code: item.data for item in record.kept(case.dossier) if item.code and item.event != "public"}
    facts = {**(proposal_facts(proposal) if proposal else act_facts(case)), **_told(case)}
    facts["hearing_held"] = "hearing_record" in codes
    if "defence_record" in codes:
        facts["statement_made"] = not codes["defence_record"].get("waived")
    elif "prior_notice" in codes:
        facts["statement_made"] = False
    for code, outcome in (("penalty_decision", "penalty"), ("no_penalty_decision", "no_penalty")):
        if code in codes:
            facts["outcome"] = outcome
    return facts


def _steps(case: Case) -> tuple[Step, ...]:
    """The steps as they were taken, those of a case it was made of among them."""
    return tuple(sorted((*joinder.steps(case), *file.of(case, Step)), key=lambda one: (one.at, one.id)))


def _last(case: Case, step: str) -> Step | None:
    return next((one for one in reversed(_steps(case)) if one.step == step), None)


def _taken(case: Case) -> set[str]:
    return {one.step for one in _steps(case)}


def missing(case: Case, upto: str) -> list[Owed]:
    return [one for one in owed(case, upto) if not one.met]


def standing_of(case: Case, on: date) -> list[registry.Standing]:
    return registry.standings((case.handler1, case.handler2), on)


@once_until(Power)
def power_granted(power: Power, scope: str, on: date) -> bool:
    """Whether this power is the body's own and in force on the day."""
    return power.scope == scope and registry.powers(scope, on).filter(key=power.key).exists()


@once
def gate_facts(case: Case, on: date) -> dict[str, Any]:
    """What the gates of the early steps need to know of the case."""
    opening = getattr(case, "opening", None)
    standings = standing_of(case, on)
    return {
        **act_facts(case),
        "handlers_certified": sum(standing.valid for standing in standings),
        "power_covered": all(certificate_covers(standing, case.power) for standing in standings),
        "recused": registry.any_recused(case.handler_keys, *case.chains),
        "power_granted": power_granted(case.power, case.scope, case.applied_on),
        "power_published": bool(case.power.published_on and case.power.published_on <= case.applied_on),
        "case_opening_approved": bool(opening and opening.approved),
        "evidence_before_opening": _early(case, opening.on) if opening else None,
        **_told(case),
    }


def _early(case: Case, opened_on: date) -> int:
    """Documents of the investigation that bear a date before the case was opened."""
    papers = (item for item in record.kept(case.dossier) if item.code and item.step in INVESTIGATION)
    return sum(item.on < opened_on for item in papers)


INVESTIGATION = ("scene_check", "interview", "evidence", "correct", "conclude")
BY_FORM = ("identify", *INVESTIGATION)  # steps taken on the step form; the others have an action of their own


@cache
def _titles() -> dict[tuple[str, str], str]:
    """Step titles by kind and code; where procedures of one kind differ, the ordinary one's."""
    pack = packs.load("cn")
    found: dict[tuple[str, str], str] = {}
    for kind, procedure in sorted(pack.act_names, key=lambda one: one[1] == "ordinary"):
        found |= {(kind, step.code): step.title for step in pack.act(kind, procedure).steps}
    return found


def step_title(kind: str, code: str) -> str:
    """What lists call the step a case stands at; "" for none."""
    return _titles().get((kind, code), code)


def kind_titles() -> dict[str, str]:
    """The kinds of act by code, for filters."""
    return dict(packs.load("cn").facts["kind"].choices or {})


def step_titles() -> dict[str, str]:
    """The names of the steps by code for filters: those of a penalty in order, then those only other acts have."""
    penalty = {step.code: step.title for step in packs.load("cn").act("penalty", procedure="ordinary").steps}
    return penalty | {code: title for (_, code), title in _titles().items() if code not in penalty}


def taken(case: Case) -> list[Step]:
    """The steps as they were taken, in order, with who took them."""
    own = case.steps.select_related("by").order_by("at", "id")
    return sorted((*joinder.steps(case), *own), key=lambda one: (one.at, one.id))


def early_verdicts(case: Case, codes: tuple[str, ...], on: date) -> list[Verdict]:
    """The gates of an early step, judged on what the case knows today."""
    facts, pack = gate_facts(case, on), pack_of(case)
    return [pack.gate(code, facts) for code in codes]


EARLY = ("G1", "G2", "G3", "G4")  # gates that need nothing but the case itself


def benchmark_facts(case: Case, body: dict[str, Any]) -> dict[str, Any]:
    """Whether the amount of a draft lies inside its grade, and whether leaving it is explained.  行政处罚法 art. 34."""
    grade = next((g for g in case.power.discretion if g["grade"] == body.get("grade")), None)
    within = grade is None or grade["fine_min_fen"] <= body["fine_fen"] <= grade["fine_max_fen"]
    return {"within_benchmark": within, "deviation_reason_given": bool(body.get("deviation"))}


def _told(case: Case) -> dict[str, Any]:
    done = _last(case, "identify")
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


@once_until(Proposal, lambda fact: _is_minutes(fact), Step, ListVersion, ListApproval)
def proposal_facts(proposal: Proposal) -> dict[str, Any]:
    """The facts of a draft that decide on review, hearing and publication."""
    return draft_facts(proposal.case, proposal.body, timezone.localdate(proposal.at))


def review_answer(case: Case, body: dict[str, Any], on: date) -> Answer:
    """Whether the pack asks for legal review of such a draft, and why; the lines of the catalogue stand beside it."""
    facts = draft_facts(case, body, on)
    answer = pack_of(case).ask("review_required", facts=facts, on=on)
    found = listing(case, facts, on)
    if found is None or not found.lines or answer.value is not True:
        return answer
    return replace(answer, because=(*answer.because, *(line.because for line in found.lines)))


def review_needed(case: Case, body: dict[str, Any], on: date) -> bool:
    """Unless the rules clearly say no, review is due: an unknown fact does not open a gate."""
    answer = review_answer(case, body, on)
    return bool(answer.unknown) or answer.value is not False


def draft_facts(case: Case, body: dict[str, Any], on: date | None = None) -> dict[str, Any]:
    """The facts a draft is judged by: its own, what the investigation concluded, and whether a hearing is possible."""
    facts = {
        **act_facts(case),
        "penalties": body["penalties"],
        "fine_fen": body["fine_fen"],
        "confiscation_fen": body["confiscation_fen"],
        **{name: value for name, value in body["answers"].items() if value is not None},
        **(bars.facts(pack_of(case), case, body["bars"]) if body.get("bars") else {}),
    }
    if case.guided:
        vocabulary = pack_of(case).facts
        facts |= {n: v for n, v in body["values"].items() if n in vocabulary and not vocabulary[n].derived_from}
    # Where the party may ask for a hearing it stays open whether one will be held, and what is open does not pass.
    if not case.guided and _heard(case):
        facts["hearing_held"] = True
    elif pack_of(case).ask("hearing_right", facts=facts, on=case.applied_on).value is False:
        facts["hearing_held"] = False
    if (listed := catalogue_hit(case, facts, on or timezone.localdate())) is not None:
        facts["catalogue_hit"] = listed
    return facts


def _is_minutes(fact: Any) -> bool:
    return isinstance(fact, Item) and fact.code == "hearing_record"


@once_until(_is_minutes)
def _heard(case: Case) -> bool:
    """Whether the minutes of a hearing are in the file."""
    return any(item.code == "hearing_record" for item in record.kept(case.dossier))


def listing(case: Case, facts: dict[str, Any], on: date) -> Listing | None:
    """What the body's review catalogue in force says of these facts; None where there is none in force."""
    return catalogue.listing(case.scope, pack_of(case), case.power.code, scope_facts(case, facts) | facts, on)


LEVELS = ("province", "prefecture", "county", "township")


def scope_facts(case: Case, facts: dict[str, Any]) -> dict[str, Any]:
    """执法层级、所属领域、涉案金额: what a scope of review may turn on beside the facts of the draft.

    **Clause** QD-3.3.2a, DH-2.3.2a, WC-2.3.1(3)a.
    """
    pack = pack_of(case)
    region = case.body.region.rstrip("0")
    drawn = LEVELS[0 if len(region) <= 2 else 1 if len(region) <= 4 else 2 if len(region) <= 6 else 3]
    own = pack.jurisdiction.level if pack.jurisdiction and pack.jurisdiction.level in LEVELS else drawn
    found = {"enforcement_level": max(drawn, own, key=LEVELS.index)}
    if case.power.field:
        found["enforcement_field"] = case.power.field
    penalty = [facts[name] for name in ("fine_fen", "confiscation_fen") if facts.get(name) is not None]
    other = [v for n, v in facts.items() if n in pack.facts and pack.facts[n].type == "money_fen" and v is not None]
    if penalty or other:
        found["amount_involved_fen"] = sum(penalty) if penalty else max(other)
    return found


def catalogue_hit(case: Case, facts: dict[str, Any], on: date) -> bool | None:
    """Whether the matter is in the review catalogue; None keeps review due.

    The catalogue decides by itself.  A person may find more in it than it says, never less; where a fact that a line
    needs is missing, the person's answer decides.  Without a catalogue the person's answer counts only where the rules
    ask for none, and in a summary procedure.  **Clause** QD-3.3.2b, SY-2.3c, DH-2.3.2b, WC-2.3.1(3)b; QD-A3.审核.3.
    """
    said, found = _concluded(case), listing(case, facts, on)
    if said is True or (found is not None and found.value is True):
        return True
    if found is not None:
        return found.value if found.value is not None else said
    owed = case.procedure != "summary" and catalogue.catalogue_owed(pack_of(case), on)
    return None if owed else said


def _concluded(case: Case) -> bool | None:
    """What the handlers answered at the end of the investigation; None before it."""
    done = _last(case, "conclude")
    return done.facts.get("catalogue_hit") if done else None


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
    gone = {state.done[mark] for mark in LEFT & state.done.keys()}
    for step in act_of(case).steps:
        exempt = "exempted" in state.done and step.code not in (*state.done, *EXEMPTED)
        if exempt or (step.code in LEFT_OUT and state.done.get(step.code) in gone):
            kind = "skipped"
        elif step.code in state.done:
            kind = "done"
        elif step.code == now:
            kind = "now"
        elif not step.required:
            kind = "skipped" if now == "" else "optional"
        else:
            kind = "next"
        when = None if kind == "skipped" else state.done.get(step.code)
        line.append(Trail(step.code, step.title, kind, when, tuple(step.roles)))
    return line


def of_party(key: UUID) -> QuerySet[Case]:
    """All cases of one party: text and recordings of one object stand together (QS-3.2.3b)."""
    return Case.objects.filter(party__key=key).select_related("state").order_by("-at")


@custody.finds
def _dossiers_of(keys: set[UUID]) -> QuerySet[Case, UUID]:
    """The files of all cases of a party, for whoever calls everything up (QS-3.2.3b)."""
    return Case.objects.filter(party__key__in=keys).values_list("dossier_id", flat=True)


@record.tells("case")
def _matter(dossier: Dossier) -> record.Matter:
    """What the pages of a case's dossier must know of the case."""
    case = Case.objects.select_related(*CASE, "state").get(dossier=dossier)
    return record.Matter(
        title=case.title,
        page=("workbench:case", case.pk),
        keepers=case.handler_keys,
        closed_on=case.state.closed_on,
        step=case.state.step,
        steps=lambda: [(step.code, step.title) for step in act_of(case).steps],
        owed=lambda: [*owed(case), *_ahead(case)],
        offered=lambda: offered(case),
        unit=lambda: frozenset(one.key for one in registry.unit_heads(case.unit)),
        late_days=lambda: late_days(case),
        spoken=lambda: tuple(words for step in act_of(case).steps if step.recordings for words in said_at(case, step)),
    )


def _ahead(case: Case) -> list[Owed]:
    """What the next step of a course will ask for: it may be recorded, or explained, before the step is taken."""
    now = route.of(case).now if case.guided else None
    return demands(case, now) if now is not None and now.code not in _taken(case) else []


OFFERED = 50  # dossiers shown at once to who looks for one of the own


@record.offers
def _open_to(caller: Caller, q: str) -> list[record.Offer]:
    """The open cases that a person handles, for recordings that wait to be placed."""
    key = caller.officer.key
    found = CaseState.objects.filter(below(caller.scope), closed_on__isnull=True)
    found = found.filter(Q(handler1_key=key) | Q(handler2_key=key))
    if q:
        found = found.filter(finding.named(q))
    rows = found.select_related("case").order_by("-moved_at", "-case")[:OFFERED]
    return [record.Offer(state.case.dossier_id, state.title, state.number or state.party_name) for state in rows]


@before.tells
def _in_hand(body: Body, what: str, key: str, kinds: Sequence[str]) -> list[before.Touched]:
    """The open cases a change of law, of their power, of a handler or of a certificate touches."""
    found = Case.objects.filter(scope=body.scope, kind__in=list(kinds), state__closed_on__isnull=True)
    if what == "power":
        found = found.filter(power__key=key)
    elif what in ("officer", "certificate"):
        found = found.filter(Q(handler1_key=key) | Q(handler2_key=key))
    return [{"ref": case.chain, "sort": "在办案件", "title": case.title} for case in found.order_by("at", "id")]


# ---- what the forms offer ----------------------------------------------------------------------------------------


def interests(pack: str) -> list[tuple[str, str]]:
    """The weighty interests a case may touch, and the answer that it touches none."""
    words = packs.load(pack).facts["touches"].choices or {}
    return [*words.items(), ("none", "都不涉及")]


def offered_powers(caller: Caller, kind: str = "penalty") -> list[Power]:
    """The powers of the caller's body, those no longer in force too: choosing one of them is refused with the clause."""
    latest = Power.objects.filter(scope=caller.scope, kind=kind).order_by("key", "-valid_from", "-id").distinct("key")
    return sorted(latest, key=lambda one: one.code)


def powers_of(caller: Caller) -> QuerySet[Power]:
    """The powers the caller's body has today."""
    return registry.powers(caller.scope, timezone.localdate())


def evidence_items(case: Case) -> list[Item]:
    """What a draft may list as evidence: recordings and papers of the investigation, not its own report."""
    kept = case.dossier.items.filter(step__in=BY_FORM).exclude(code__in=("investigation_report", "correction_order"))
    own = list(kept.exclude(event="public").select_related("by").order_by("at", "id"))
    return [*own, *(one for one in joinder.items(case) if one.code != joinder.ADDRESS)]


def party_like(caller: Caller, id_no: str, uscc: str, kind: str) -> Party | None:
    """The party already registered under this code, if any: a second registration is a new version of it."""
    rows = registry.parties(caller)
    found = (
        rows.filter(kind="natural", id_no=id_no)
        if kind == "natural"
        else rows.exclude(kind="natural").filter(uscc=uscc)
    )
    return found.first()


def recusals(case: Case) -> list[Recusal]:
    return list(Recusal.objects.filter(subject__in=case.chains).select_related("officer", "by").order_by("at"))


def returned(case: Case, proposal: Proposal) -> str:
    """The opinion with which legal review gave a draft back, as it was filed in the case; "" when it did not."""
    for item in case.dossier.items.filter(code="legal_review_opinion").order_by("-at", "-id"):
        if item.data.get("version") == proposal.version and item.data.get("result") == "return":
            return str(item.data.get("opinion", ""))
    return ""
