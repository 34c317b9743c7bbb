"""What lies before the head of a handling unit, and what the unit said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from yangguang.policy.answers import Citation
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Officer

from .. import queries
from ..models import Case, CaseState, Proposal, Request
from .errors import UnitSilent
from .models import UnitOpinion

What = UnitOpinion.What
SPEAKS = "unit_head"  # the role by which a step of the pack asks for the unit's word


@dataclass(frozen=True)
class Subject:
    """One thing put before the unit.  **Shape** `step`: the step of the act it belongs to."""

    what: str
    about: str
    title: str
    since: datetime
    by: Officer
    step: str

    def __str__(self) -> str:
        return self.title


def of_opening(case: Case) -> Subject:
    return Subject(What.OPENING, case.ref, "立案申请", case.at, case.by, "open")


def of_proposal(proposal: Proposal) -> Subject:
    return Subject(What.PROPOSAL, proposal.ref, f"处理意见{proposal}", proposal.at, proposal.by, "propose")


def of_request(request: Request) -> Subject:
    title = queries.act_of(request.case).step(request.step).title
    return Subject(What.REQUEST, request.ref, f"提请批准：{title}", request.at, request.by, request.step)


def of_closing(case: Case) -> Subject:
    return Subject(What.CLOSING, f"closing:{case.pk}", "结案", case.state.moved_at, case.handler1, "close")


def asked(case: Case, step: str) -> bool:
    """Whether the pack has the unit speak at a step."""
    found = queries.step_of(case, step)
    return found is not None and SPEAKS in found.roles


def speakers(case: Case) -> list[Officer]:
    """Who speaks for the unit of a case: its heads, less whoever handled the case."""
    return [one for one in registry.unit_heads(case.unit) if one.key not in case.ever_handled]


def subject(case: Case) -> Subject | None:
    """What is put before the unit now, spoken to or not; None where nothing is."""
    if case.unit_id is None:
        return None
    if case.guided:
        request = Request.objects.filter(case=case, answer__isnull=True).select_related("by").order_by("-at").first()
        if request is not None:
            request.case = case
            return of_request(request) if asked(case, request.step) else None
        draft = queries.latest_proposal(case) if case.state.step == "review" else None
        return of_proposal(draft) if draft else None
    at = case.state.step
    if "joined" in case.state.done:
        return None  # it closes with the joinder that the head approved
    if at == "open":
        return of_opening(case) if getattr(case, "opening", None) is None and asked(case, "open") else None
    if at in ("review", "notice"):
        draft = queries.latest_proposal(case)
        return of_proposal(draft) if draft and asked(case, "propose") else None
    closes = at == "close" or (at == "perform" and _nothing_to_pay(case))
    return of_closing(case) if closes and asked(case, "close") else None


def _nothing_to_pay(case: Case) -> bool:
    """Whether the decision is carried out by being served, so that the case closes without an act of performance."""
    draft = queries.latest_proposal(case)
    return draft is not None and not (draft.body["fine_fen"] or draft.body["confiscation_fen"])


def put_forward(case: Case, subject: Subject) -> Proposal | Request | None:
    """The draft or the request itself; None where the case as a whole is put before the unit."""
    pk = subject.about.partition(":")[2]
    if subject.what == What.PROPOSAL:
        return Proposal.objects.get(pk=pk, case=case)
    return Request.objects.get(pk=pk, case=case) if subject.what == What.REQUEST else None


def opinion(about: str) -> UnitOpinion | None:
    found: UnitOpinion | None = UnitOpinion.objects.filter(about=about).select_related("by", "unit").first()
    return found


def pending(case: Case) -> Subject | None:
    """What waits for the unit's word now: nothing where the unit has no head who may speak, or has spoken."""
    found = subject(case)
    return found if found and opinion(found.about) is None and speakers(case) else None


def must_have_spoken(case: Case, said: Subject) -> UnitOpinion | None:
    """What the unit said; None where it has no head with an account of their own: there the handler declares it.

    **Raises** UnitSilent where its head has not spoken yet, or does not agree with a draft.
    """
    if case.unit is None or not (heads := speakers(case)):
        return opinion(said.about)
    found, who = opinion(said.about), "、".join(one.name for one in heads)
    if found is None:
        raise UnitSilent(
            f"{case.unit.name}的{title(case)}还没有对{said}签署意见",
            because=because(case, said.step),
            mend=f"由{who}在“承办机构意见”中用本人账号签署",
        )
    if not found.agreed and said.what == What.PROPOSAL:
        raise UnitSilent(
            f"{case.unit.name}不同意{said}：{found.opinion}",
            because=because(case, said.step),
            mend="按机构意见修改，提出新的一稿",
        )
    return found


def title(case: Case) -> str:
    """What the pack calls the head of a unit."""
    return queries.pack_of(case).role(SPEAKS)


def because(case: Case, step: str) -> tuple[Citation, ...]:
    """Why the unit speaks: the step, and who answers for what is handed on."""
    found = queries.step_of(case, step)
    answers = queries.parameter_of(case, "materials_responsible").because
    return (*(found.because if found else ()), *answers)


def line(said: UnitOpinion | None) -> list[dict[str, str]]:
    """The unit's line in the chain of opinions of a document; none where nobody spoke."""
    if said is None:
        return []
    on = timezone.localdate(said.at).isoformat()
    return [{"role": "承办机构意见", "text": said.opinion, "name": said.by.name, "at": on}]


# ---- the desk ------------------------------------------------------------------------------------------------------


def desk(caller: Caller) -> Iterator[tuple[CaseState, Subject]]:
    """What waits for this person as the head of a unit, the oldest first."""
    for state in _standing(caller):
        case, state.case.state = state.case, state
        found = subject(case)
        if found and opinion(found.about) is None and caller.officer.key not in case.ever_handled:
            yield state, found


def _standing(caller: Caller) -> QuerySet[CaseState]:
    """The cases of the caller's units that stand where a unit speaks."""
    units = registry.units_headed(caller.account)
    if not units:
        return CaseState.objects.none()
    draft = Proposal.objects.filter(case=OuterRef("case")).order_by("-version")
    spoken = UnitOpinion.objects.filter(about=Concat(Value("casework.proposal:"), Cast(OuterRef("pk"), CharField())))
    open_draft = Exists(draft.filter(~Exists(spoken)))
    requested = Exists(Request.objects.filter(case=OuterRef("case"), answer__isnull=True))
    found = CaseState.objects.filter(scope=caller.scope, case__unit__key__in=units, closed_on__isnull=True)
    at_draft = found.filter(open_draft, step__in=("review", "notice"))
    rows = found.filter(requested) | found.filter(step__in=("open", "close"), procedure="ordinary") | at_draft
    return rows.select_related(*(f"case__{name}" for name in queries.CASE), "case__by").order_by("moved_at", "case_id")


def given(caller: Caller) -> QuerySet[UnitOpinion]:
    """What this person said for a unit, the latest first."""
    mine = UnitOpinion.objects.filter(scope=caller.scope, by__key=caller.officer.key)
    return mine.select_related("case", "unit").order_by("-at", "-id")
