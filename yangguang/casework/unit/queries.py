"""What lies before the head of a handling unit, and what the unit said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from yangguang.policy.answers import Citation
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Officer

from .. import file, queries
from ..models import Case, CaseState, HandlerChange, Proposal, Request
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


@dataclass(frozen=True)
class Read:
    """The last drafts and the open requests of the cases of one page, by case."""

    drafts: dict[UUID, Proposal]
    requests: dict[UUID, Request]

    def draft(self, case: Case) -> Proposal | None:
        found = self.drafts.get(case.pk)
        if found is not None:
            found.case = case
        return found


def subject(case: Case, read: Read | None = None) -> Subject | None:
    """What is put before the unit now, spoken to or not; None where nothing is.  **Shape** `read`: what a list asked for all."""
    if case.unit_id is None:
        return None
    draft_of = queries.latest_proposal if read is None else read.draft
    if case.guided:
        request = _open_request(case) if read is None else read.requests.get(case.pk)
        if request is not None:
            request.case = case
            return of_request(request) if asked(case, request.step) else None
        draft = draft_of(case) if case.state.step == "review" else None
        return of_proposal(draft) if draft else None
    at = case.state.step
    if "joined" in case.state.done:
        return None  # it closes with the joinder that the head approved
    if at == "open":
        return of_opening(case) if getattr(case, "opening", None) is None and asked(case, "open") else None
    if at in ("review", "notice"):
        draft = draft_of(case)
        return of_proposal(draft) if draft and asked(case, "propose") else None
    closes = at == "close" or (at == "perform" and _nothing_to_pay(draft_of(case)))
    return of_closing(case) if closes and asked(case, "close") else None


def _open_request(case: Case) -> Request | None:
    return Request.objects.filter(case=case, answer__isnull=True).select_related("by").order_by("-at").first()


def _nothing_to_pay(draft: Proposal | None) -> bool:
    """Whether the decision is carried out by being served, so that the case closes without an act of performance."""
    return draft is not None and not (draft.body["fine_fen"] or draft.body["confiscation_fen"])


def put_forward(case: Case, subject: Subject) -> Proposal | Request | None:
    """The draft or the request itself; None where the case as a whole is put before the unit."""
    pk = subject.about.partition(":")[2]
    if subject.what == What.PROPOSAL:
        return Proposal.objects.get(pk=pk, case=case)
    return Request.objects.get(pk=pk, case=case) if subject.what == What.REQUEST else None


def opinion(case: Case, about: str) -> UnitOpinion | None:
    return next((one for one in file.of(case, UnitOpinion) if one.about == about), None)


def pending(case: Case) -> Subject | None:
    """What waits for the unit's word now: nothing where the unit has no head who may speak, or has spoken."""
    found = subject(case)
    return found if found and opinion(case, found.about) is None and speakers(case) else None


def must_have_spoken(case: Case, said: Subject) -> UnitOpinion | None:
    """What the unit said; None where it has no head with an account of their own: there the handler declares it.

    **Raises** UnitSilent where its head has not spoken yet, or does not agree with a draft.
    """
    if case.unit is None or not (heads := speakers(case)):
        return opinion(case, said.about)
    found, who = opinion(case, said.about), "、".join(one.name for one in heads)
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


def subjects(rows: Iterable[CaseState]) -> list[tuple[CaseState, Subject]]:
    """What each case of one page of `waiting` puts before the unit: two questions, however many cases."""
    listed = list(rows)
    keys = [one.case_id for one in listed]
    drafts = Proposal.objects.filter(case__in=keys).select_related("by").order_by("version") if keys else ()
    requests = (
        Request.objects.filter(case__in=keys, answer__isnull=True).select_related("by").order_by("at") if keys else ()
    )
    read = Read({one.case_id: one for one in drafts}, {one.case_id: one for one in requests})
    found = []
    for state in listed:
        state.case.state = state
        if (put := subject(state.case, read)) is not None:
            found.append((state, put))
    return found


def waiting(caller: Caller) -> QuerySet[CaseState]:
    """The cases that wait for this person as the head of a unit, the oldest first: nobody speaks on a case of their own."""
    units = registry.units_headed(caller.account)
    if not units:
        return CaseState.objects.none()
    newer = Proposal.objects.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
    draft = Proposal.objects.filter(~Exists(newer), case=OuterRef("case"))
    unsaid = draft.filter(~_spoken("casework.proposal:"))
    requested = Request.objects.filter(~_spoken("casework.request:"), case=OuterRef("case"), answer__isnull=True)
    found = CaseState.objects.filter(scope=caller.scope, case__unit__key__in=units, closed_on__isnull=True)
    ends = Q(step="close") | Q(Exists(draft.filter(body__fine_fen=0, body__confiscation_fen=0)), step="perform")
    rows = found.filter(
        Q(Exists(requested))
        | Q(Exists(unsaid), step__in=("review", "notice"))
        | Q(~_spoken("casework.case:", "case_id"), procedure="ordinary", step="open", case__opening__isnull=True)
        | Q(ends, ~_spoken("closing:", "case_id"), ~Q(done__has_key="joined"), procedure="ordinary")
    )
    key = caller.officer.key
    changed = HandlerChange.objects.filter(Q(handler1_key=key) | Q(handler2_key=key), case=OuterRef("case"))
    rows = rows.exclude(case__handler1_key=key).exclude(case__handler2_key=key).filter(~Exists(changed))
    return rows.select_related(*(f"case__{name}" for name in queries.CASE), "case__by").order_by("moved_at", "case_id")


def _spoken(prefix: str, field: str = "pk") -> Exists:
    about = Concat(Value(prefix), Cast(OuterRef(field), CharField()))
    return Exists(UnitOpinion.objects.filter(about=about))


def given(caller: Caller) -> QuerySet[UnitOpinion]:
    """What this person said for a unit, the latest first."""
    mine = UnitOpinion.objects.filter(scope=caller.scope, by__key=caller.officer.key)
    return mine.select_related("case", "unit").order_by("-at", "-id")
