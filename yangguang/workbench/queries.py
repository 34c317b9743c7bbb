"""What one person has to do and may look at, gathered over the stages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from yangguang.casework import finding
from yangguang.casework import queries as cases
from yangguang.casework.models import Case, CaseState
from yangguang.casework.unit import queries as units
from yangguang.decision import archiving
from yangguang.decision import queries as decisions
from yangguang.decision.handed import queries as handed
from yangguang.decision.models import Service
from yangguang.decision.party import queries as party
from yangguang.decision.payment import queries as payments
from yangguang.decision.remedy import queries as remedies
from yangguang.disclosure import queries as disclosure
from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.inspection import queries as inspection
from yangguang.inspection.models import Clue
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Party
from yangguang.registry.web import address
from yangguang.review import queries as review
from yangguang.review.dissent import queries as dissent
from yangguang.review.models import Submission
from yangguang.review.panel import queries as panels

from . import links

PAGE = 20


# ---- duties ------------------------------------------------------------------------------------------------------


def my_duties(caller: Caller) -> QuerySet[Duty]:
    """Open duties the caller answers for: by name, by role, or as a handler of the case."""
    key = caller.officer.key
    mine = (
        CaseState.objects.filter(below(caller.scope))
        .filter(Q(handler1_key=key) | Q(handler2_key=key))
        .annotate(chain=Concat(Value("case:"), Cast("case_id", CharField())))
        .filter(chain=OuterRef("subject"))
    )
    return duties.still_open(caller.scope).filter(
        Q(owner_key=key)
        | Q(owner_key__isnull=True, role__in=caller.roles - {"officer"})
        | Q(role="officer") & Exists(mine)
    )


def about(caller: Caller, subjects: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The title and address of what duties speak of.  Two queries, however many there are."""
    wanted: dict[str, list[str]] = {"case": [], "clue": []}
    for subject in set(subjects):
        kind, _, pk = subject.partition(":")
        wanted.setdefault(kind, []).append(pk)
    found = {}
    for state in cases.states(caller).filter(case_id__in=wanted["case"]):
        found[f"case:{state.case_id}"] = {
            "title": state.title,
            "url": links.case(state.case_id),
            "step": state.step,
        }
    for clue in inspection.visible_to(caller).filter(pk__in=wanted["clue"]):
        found[clue.chain] = {
            "title": _short(clue),
            "url": address("inspection:clue", clue.pk),
            "step": "",
        }
    return found


# ---- what waits for a role -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the caller."""

    what: str
    title: str
    case_url: str
    since: datetime
    url: str
    action: str


@dataclass(frozen=True)
class Queue:
    """The things that wait for one role: how many, the first of them, and the desk they are done at."""

    title: str
    total: int
    rows: list[Waiting]
    url: str


def queues(caller: Caller, size: int = 5) -> list[Queue]:
    """Each queue of the caller's roles."""
    made = []
    if caller.has("officer"):
        made.append(_clues(caller, size))
    if caller.has("officer", "head") and (handed_in := _party(caller, size)).total:
        made.append(handed_in)
    if (brought := _handed(caller, size)).total:
        made.append(brought)
    if caller.has("officer"):
        made.append(_steps(caller, size))
    if caller.has("head"):
        made.append(_head(caller, size))
    if caller.has("unit_head"):
        made.append(_unit(caller, size))
    if caller.has("reviewer"):
        made.append(_review(caller, size))
    made += [one for one in (_votes(caller, size), _answers(caller, size), _refunds(caller, size)) if one.total]
    if caller.has("disclosure"):
        made.append(_disclosure(caller, size))
    if caller.has("archivist"):
        made.append(_archive(caller, size))
    return made


def _handed(caller: Caller, size: int) -> Queue:
    """Files of other bodies that wait for the answer of a head."""
    found = list(handed.waiting(caller)[: size + 1])
    rows = [
        Waiting("答复移送", one.title, there, one.at, there, "去答复")
        for one in found[:size]
        if (there := address("workbench:handed_file", one.pk))
    ]
    total = len(found) if len(found) <= size else handed.waiting(caller).count()
    return Queue("移送来的案卷", total, rows, address("workbench:handed"))


def _archive(caller: Caller, size: int) -> Queue:
    rows = archiving.to_archive(caller)
    shown = [
        Waiting(
            "归档",
            state.title,
            links.case(state.case_id),
            state.moved_at,
            address("decision:archive", state.case_id),
            "去归档",
        )
        for state in rows[:size]
    ]
    return Queue("待我归档", rows.count(), shown, address("decision:archive_desk"))


def _short(clue: Clue) -> str:
    text = clue.summary.replace("\n", " ")
    return f"线索：{text[:40]}{'…' if len(text) > 40 else ''}"


def _clues(caller: Caller, size: int) -> Queue:
    rows = inspection.undecided(caller)
    shown = [
        Waiting(
            "决定是否立案",
            _short(clue),
            address("inspection:clue", clue.pk),
            clue.at,
            address("inspection:clue", clue.pk),
            "去办理",
        )
        for clue in rows[:size]
    ]
    return Queue("待处理的线索", rows.count(), shown, address("inspection:clues") + "?state=open")


def _party(caller: Caller, size: int) -> Queue:
    """What parties handed in themselves and nobody took into the file or answered yet."""
    rows = party.waiting(caller)
    shown = [
        Waiting(
            f"当事人提交：{one.get_kind_display()}{'（逾期）' if one.late else ''}",
            one.case.title,
            links.case(one.case_id),
            one.at,
            address("decision:party_submission", one.case_id, one.pk),
            "去办理" if one.kind == "inspect" else "收入案卷",
        )
        for one in rows[:size]
    ]
    return Queue("当事人提交，待办理", rows.count(), shown, shown[0].url if shown else "")


def _steps(caller: Caller, size: int) -> Queue:
    """Own cases whose next step is an officer's."""
    of_penalty = Q(desk="", step__in=(*cases.BY_FORM, "propose", "notice", "defence", "issue", "serve", "perform"))
    rows = cases.mine(caller).filter(of_penalty | Q(desk="officer") | Q(desk="reviewer"))
    rows = rows.exclude(decisions.without_money())
    shown = []
    for state in rows[:size]:
        link = links.at_desk(state)
        shown.append(
            Waiting(
                cases.step_title(state.kind, state.step),
                state.title,
                links.case(state.case_id),
                state.moved_at,
                link.url,
                "去办理",
            )
        )
    return Queue("待我办理的案件", rows.count(), shown, address("workbench:cases") + "?mine=1")


def _head(caller: Caller, size: int) -> Queue:
    rows = decisions.to_decide(caller)
    key = caller.officer.key
    rows = rows.exclude(handler1_key=key).exclude(handler2_key=key)
    shown = []
    for state in rows.order_by("moved_at", "case_id")[:size]:
        link = links.step(state.case_id, "close") if state.step == "perform" else links.at_desk(state)
        shown.append(Waiting(link.label, state.title, links.case(state.case_id), state.moved_at, link.url, link.label))
    return Queue("待我审批", rows.count(), shown, address("decision:desk"))


def _unit(caller: Caller, size: int) -> Queue:
    rows = units.waiting(caller)
    shown = [
        Waiting(
            f"承办机构意见（{subject}）",
            state.title,
            links.case(state.case_id),
            subject.since,
            address("casework:unit", state.case_id),
            "去签署",
        )
        for state, subject in units.subjects(rows[:size])
    ]
    return Queue("待我签署的机构意见", rows.count(), shown, address("casework:unit_desk"))


def _review(caller: Caller, size: int) -> Queue:
    rows = review.waiting(caller)
    shown = [
        Waiting(
            f"法制审核（{one.proposal}）",
            one.case.title,
            links.case(one.case_id),
            one.at,
            address("review:review", one.pk),
            "去审核",
        )
        for one in rows[:size]
    ]
    return Queue("待我审核", rows.count(), shown, address("review:desk"))


def _votes(caller: Caller, size: int) -> Queue:
    """Panels of a collegial review that wait for the caller's vote, whatever else the member does in the house."""
    rows = list(panels.waiting(caller)[: PAGE + 1])
    shown = [
        Waiting(
            f"集体审核表决（{one.submission.proposal}）",
            one.case.title,
            links.case(one.case_id),
            one.at,
            address("review:review", one.submission_id),
            "去表决",
        )
        for one in rows[:size]
    ]
    return Queue("待我表决的集体审核", len(rows), shown, shown[0].url if shown else "")


def _answers(caller: Caller, size: int) -> Queue:
    """What a head who does not handle the case has to answer beside the steps: objections, deferrals, lost cases."""
    found: list[Waiting] = []
    if caller.has("head"):
        found += [
            _beside(
                one, f"{one.by.name}对审核意见的异议（{one.review.proposal}）", "review:coordinate", one.pk, "去协调"
            )
            for one in _not_mine(caller, dissent.objections(caller))
        ]
        found += [
            _beside(one, f"申请{one.get_kind_display()}罚款", "decision:deferral_answer", one.case_id, "去答复")
            for one in _not_mine(caller, payments.waiting(caller))
        ]
        found += [
            _beside(one, f"{one.get_outcome_display()}，待提请责任追究", "decision:account", one.case_id, "去办理")
            for one in _not_mine(caller, remedies.unaccounted(caller))
        ]
    found.sort(key=lambda one: one.since)
    return Queue("待我协调、答复", len(found), found[:size], found[0].url if found else "")


def _not_mine(caller: Caller, rows: QuerySet[Any]) -> Iterable[Any]:
    key = caller.officer.key
    return rows.exclude(case__state__handler1_key=key).exclude(case__state__handler2_key=key)[: PAGE + 1]


def _beside(row: Any, what: str, name: str, pk: Any, action: str) -> Waiting:
    return Waiting(what, row.case.state.title, links.case(row.case_id), row.at, address(name, pk), action)


def _refunds(caller: Caller, size: int) -> Queue:
    """What was paid under a decision that does not stand and is not given back, in the caller's own cases."""
    rows = remedies.refundable(caller)[: PAGE + 1] if caller.has("officer") else []
    owing = [one for one in rows if (made := one.remedy.decision) is not None and remedies.to_refund(made)]
    shown = [_beside(one, "退还罚没款", "decision:refund", one.case_id, "去登记") for one in owing[:size]]
    return Queue("待我退还罚没款", len(owing), shown, shown[0].url if shown else "")


def _disclosure(caller: Caller, size: int) -> Queue:
    waiting, wrong, gone = disclosure.to_publish(caller), disclosure.to_correct(caller), disclosure.to_take_down(caller)
    shown = [
        Waiting(
            "撤下",
            one.case.title,
            links.case(one.case_id),
            one.at,
            address("disclosure:take_down", one.pk),
            "去撤下",
        )
        for one in gone[:size]
    ]
    shown += [
        Waiting(
            "更正",
            one.case.title,
            links.case(one.case_id),
            one.at,
            address("disclosure:correct", one.publication_id),
            "去更正",
        )
        for one in wrong[:size]
    ]
    shown += [
        Waiting(
            "公示",
            f"{one.case.title} {one.number_text}",
            links.case(one.case_id),
            one.at,
            address("disclosure:publish", one.pk),
            "去公示",
        )
        for one in waiting[:size]
    ]
    return Queue("待我公示", len(gone) + wrong.count() + waiting.count(), shown[:size], address("disclosure:desk"))


# ---- the list of cases ---------------------------------------------------------------------------------------------


def kind_titles() -> dict[str, str]:
    return cases.kind_titles()


def step_titles() -> dict[str, str]:
    """The names of the steps by code, as the national acts call them."""
    return cases.step_titles()


def listed(
    caller: Caller,
    *,
    text: str = "",
    step: str = "",
    kind: str = "",
    month: date | None = None,
    mine: bool = False,
    overdue: bool = False,
    today: date,
) -> QuerySet[CaseState]:
    """The cases that pass the filters, the one that moved last first.

    **Shape** `month`: its first day; the cases opened in it.
    """
    rows = cases.states(caller)
    if text:
        rows = rows.filter(finding.named(text))
    if kind:
        rows = rows.filter(kind=kind)
    if month:
        rows = rows.filter(opened_on__gte=month, opened_on__lt=(month + timedelta(days=31)).replace(day=1))
    if step == "ended":
        rows = rows.filter(Q(step="") | Q(closed_on__isnull=False))
    elif step:
        rows = rows.filter(step=step)
    if mine:
        key = caller.officer.key
        rows = rows.filter(Q(handler1_key=key) | Q(handler2_key=key))
    if overdue:
        rows = rows.filter(finding.late(caller.scope, today))
    return rows


def counted(caller: Caller, *, step: str = "", kind: str = "", **narrowed: Any) -> int | None:
    """How many `listed` finds where that is kept; None where they have to be counted."""
    return None if any(narrowed.values()) else cases.counted(caller, step, kind)


# ---- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What one word finds."""

    cases: list[CaseState]
    total: int
    clues: list[Clue]
    parties: list[Party]
    documents: list[Item]


def search(caller: Caller, text: str, today: date) -> Found:
    rows = listed(caller, text=text, today=today)
    documents = (
        Item.objects.filter(below(caller.scope), record.numbered(text) | Q(digest=text.lower()))
        .select_related("dossier")
        .order_by("-at")
    )
    return Found(
        cases=list(rows[:PAGE]),
        total=rows.count(),
        clues=list(inspection.found(caller, text)[:PAGE]),
        parties=list(registry.parties(caller, text)[:PAGE]),
        documents=list(documents[:PAGE]),
    )


# ---- one case ------------------------------------------------------------------------------------------------------


def submissions(case: Case) -> list[Submission]:
    """Every time a draft of the case was sent to review."""
    return list(Submission.objects.filter(case=case).select_related("by").order_by("at", "id"))


def services(case: Case) -> list[Service]:
    """Every document of the case that was served."""
    return list(Service.objects.filter(case=case).select_related("by").order_by("on", "id"))
