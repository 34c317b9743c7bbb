"""Reads of supervision: what is in hand, what is late, and what should make somebody ask.

Everything is counted by clause and by body.  Nothing is counted by officer, and no amount of a fine is summed up:
行政处罚法 art. 74 forbids to measure enforcement by its fines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from yangguang.casework import finding, unrecorded
from yangguang.casework import queries as cases
from yangguang.casework.models import CaseState
from yangguang.duty.models import Duty
from yangguang.inspection import queries as inspection
from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Body
from yangguang.trail.models import Entry

SOON = timedelta(days=30)  # a certificate that ends within these days is warned of
FEW = 5  # rows of one kind of warning that the board shows; the list behind it shows all


# ---- cases -------------------------------------------------------------------------------------------------------


def in_hand(caller: Caller) -> QuerySet[CaseState]:
    """Cases that are neither ended nor declined, the one that moved last first."""
    return cases.states(caller).filter(closed_on__isnull=True).exclude(step="")


def listed(
    caller: Caller, today: date, q: str = "", body: str = "", step: str = "", overdue: bool = False
) -> QuerySet[CaseState]:
    """The live list under its filters; without a step only what is in hand."""
    found = cases.states(caller) if step == ENDED else in_hand(caller)
    if step == ENDED:
        found = found.filter(Q(closed_on__isnull=False) | Q(step=""))
    elif step:
        found = found.filter(step=step)
    if q:
        found = found.filter(finding.named(q))
    if body:
        found = found.filter(scope=body)
    if overdue:
        found = found.filter(finding.late(caller.scope, today))
    return found


ENDED = "ended"


# ---- duties ------------------------------------------------------------------------------------------------------


def owed(caller: Caller) -> QuerySet[Duty]:
    """Every duty of the caller's bodies, the most urgent first."""
    return Duty.objects.filter(below(caller.scope)).select_related("discharge").order_by("due_on", "id")


def duties(
    caller: Caller, today: date, rule: str = "", body: str = "", state: str = "open", q: str = ""
) -> QuerySet[Duty]:
    """The duties under the filters of their page.  **Shape** `state`: open | overdue | today | done | late | void | all."""
    found = owed(caller)
    if rule:
        found = found.filter(rule=rule)
    if body:
        found = found.filter(scope=body)
    if q:
        found = found.filter(Q(title__icontains=q) | Q(rule__iexact=q))
    match state:
        case "overdue":
            found = found.filter(open__isnull=False, due_on__lt=today)
        case "today":
            found = found.filter(open__isnull=False, due_on=today)
        case "done":
            found = found.filter(discharge__how="fulfilled")
        case "late":
            found = found.filter(discharge__how="fulfilled", discharge__at__date__gt=F("due_on"))
        case "void":
            found = found.filter(discharge__how="void")
        case "open":
            found = found.filter(open__isnull=False)
    return found


@dataclass(frozen=True)
class Tally:
    """The open duties of one rule, or of one body."""

    key: str  # the rule, or the body's path
    title: str
    open: int
    today: int
    overdue: int
    because: tuple[dict[str, Any], ...] = ()
    cases: int = 0


def _counted(found: QuerySet[Duty], today: date, by: str) -> dict[str, dict[str, Any]]:
    rows = (
        found.filter(open__isnull=False)
        .order_by()
        .values(by)
        .annotate(
            open=Count("id"),
            today=Count("id", filter=Q(due_on=today)),
            overdue=Count("id", filter=Q(due_on__lt=today)),
        )
    )
    return {row.pop(by): row for row in rows}


def by_rule(caller: Caller, today: date) -> list[Tally]:
    """Open duties clause by clause, those with most overdue first."""
    counts = _counted(owed(caller), today, "rule")
    newest = Duty.objects.filter(below(caller.scope), open__isnull=False).order_by("rule", "-id").distinct("rule")
    made = [
        Tally(
            key=duty.rule,
            title=title_of(duty.rule) or duty.title,
            because=tuple(duty.because),
            **counts[duty.rule],
        )
        for duty in newest
        if duty.rule in counts
    ]
    return sorted(made, key=lambda tally: (-tally.overdue, -tally.open, tally.key))


def title_of(rule: str) -> str:
    """What the national rules call a deadline."""
    found = packs.load("cn").deadlines.get(rule)
    return found.title if found else ""


def rules(caller: Caller) -> list[tuple[str, str]]:
    """The rules under which the caller's bodies have owed anything, for the filter."""
    codes = Duty.objects.filter(below(caller.scope)).order_by("rule").values_list("rule", flat=True).distinct()
    return [(code, f"{code} {title_of(code)}".strip()) for code in codes]


def bodies(caller: Caller, today: date) -> list[Body]:
    """The caller's body and those below it."""
    return list(registry.bodies_below(caller.scope, today))


def by_body(caller: Caller, known: list[Body], today: date) -> list[Tally]:
    """Cases in hand and open duties body by body; a body with neither is left out."""
    counts = _counted(owed(caller), today, "scope")
    running = dict(in_hand(caller).order_by().values_list("scope").annotate(n=Count("case_id")))
    names = {body.scope: body.name for body in known}
    none = {"open": 0, "today": 0, "overdue": 0}
    made = [
        Tally(key=scope, title=names.get(scope, scope), cases=running.get(scope, 0), **counts.get(scope, none))
        for scope in sorted({*counts, *running})
    ]
    return sorted(made, key=lambda tally: (-tally.overdue, -tally.open, tally.key))


@dataclass(frozen=True)
class Subject:
    """What a duty or an entry speaks of."""

    title: str
    page: tuple[str, UUID]
    body_name: str = ""


def subjects(caller: Caller, names: Iterable[str]) -> dict[str, Subject]:
    """The cases and clues behind these references.  Two queries, however many there are."""
    wanted: dict[str, set[str]] = {"case": set(), "clue": set()}
    for name in names:
        kind, _, pk = name.partition(":")
        if kind in wanted:
            wanted[kind].add(pk)
    found = {
        f"case:{state.case_id}": Subject(state.title, ("workbench:case", state.case_id), state.body_name)
        for state in cases.states(caller).filter(case_id__in=wanted["case"])
    }
    for clue in inspection.visible_to(caller).filter(pk__in=wanted["clue"]):
        found[clue.chain] = Subject(f"线索：{clue.summary[:40]}", ("inspection:clue", clue.pk))
    return found


# ---- warnings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cause:
    """One thing that is warned of: what, why, and where it is mended."""

    title: str
    why: str
    page: tuple[str, UUID] | None = None
    duty: Duty | None = None
    body_name: str = ""


@dataclass(frozen=True)
class Warning:
    """预警 of one kind, with the sentence of the law it stands on and what ends it."""

    code: str
    title: str
    why: str
    because: tuple[Any, ...]
    mend: str
    total: int
    rows: tuple[Cause, ...]
    page: str = ""  # the list that holds all of them
    asks: str = ""  # and its filters


OVERDUE: tuple[tuple[str, str, str], ...] = (
    ("D07", "决定逾期没有公示", "由公示专员办理公示"),
    ("D09", "已撤销、变更的决定逾期没有撤下", "由公示专员撤下并公开理由"),
    ("D10", "不准确的公开信息逾期没有更正", "由公示专员更正公示"),
    ("D05", "逾期没有作出决定", "承办人抓紧办理；依法延长的，办理延长手续"),
    ("D01", "线索逾期没有决定是否立案", "由承办机构决定立案或者不予立案"),
    ("D53", "逾期没有出具法制审核意见", "由法制审核人员出具意见"),
    ("D06", "决定书逾期没有送达", "由承办人送达"),
    ("D90", "设备里的记录逾期没有存入系统", "由领用人交回设备、存入记录"),
    ("D91", "收存的音像资料逾期没有归入案卷", "由收存人归入案卷，或者注明不归入的理由"),
    ("repair", "责令改正的记录逾期没有改正", "由承办人改正并报告"),
    ("D93", "当事人查阅案卷的申请逾期没有答复", "由承办人拟定清单，负责人答复"),
    ("D92", "借阅的案卷逾期没有归还", "由借阅人归还，档案员清点"),
)


def warnings(caller: Caller, today: date) -> list[Warning]:
    """Every kind of warning that has something to say.  A bounded number of queries, whatever the county holds."""
    made = [*_overdue(caller, today), _certificates(caller, today), _unrecorded(caller)]
    return [warning for warning in made if warning.total]


def _overdue(caller: Caller, today: date) -> list[Warning]:
    kinds = [code for code, *_ in OVERDUE]
    found = owed(caller).filter(rule__in=kinds, open__isnull=False, due_on__lt=today)
    totals = dict(found.order_by().values_list("rule").annotate(n=Count("id")))
    if not totals:
        return []
    place = Window(RowNumber(), partition_by=F("rule"), order_by=[F("due_on"), F("id")])
    first = list(found.annotate(place=place).filter(place__lte=FEW))
    known = subjects(caller, [duty.subject for duty in first])
    made = []
    for code, title, mend in OVERDUE:
        rows = [duty for duty in first if duty.rule == code]
        if not rows:
            continue
        made.append(
            Warning(
                code=code,
                title=title,
                why="；".join(one["text"] for one in rows[0].because),  # the law's own words, as the duty holds them
                because=tuple(rows[0].because),
                mend=mend,
                total=totals[code],
                rows=tuple(_late(duty, known.get(duty.subject)) for duty in rows),
                page="supervision:duties",
                asks=f"?rule={code}&state=overdue",
            )
        )
    return made


def _late(duty: Duty, subject: Subject | None) -> Cause:
    return Cause(
        title=subject.title if subject else duty.title,
        why=f"{duty.title}，最迟应在",
        page=subject.page if subject else None,
        duty=duty,
        body_name=subject.body_name if subject else "",
    )


def _certificates(caller: Caller, today: date) -> Warning:
    """Handlers of cases in hand who may not act today, or will not in a month.  **Clause** 行政处罚法 art. 42."""
    running = in_hand(caller)
    handling = Q(key__in=running.values("handler1_key")) | Q(key__in=running.values("handler2_key"))
    people = list(registry.people_below(caller.scope, today).filter(handling))
    now, later = registry.with_standing(people, today), registry.with_standing(people, today + SOON)
    concerned: dict[UUID, str] = {}
    for held, then in zip(now, later, strict=True):
        if not held.standing.valid:
            concerned[held.officer.key] = held.standing.why
        elif not then.standing.valid and held.standing.certificate:
            one = held.standing.certificate
            concerned[held.officer.key] = f"{held.officer.name}的执法证 {one.number} 将于 {one.valid_to} 到期"
    shown = (
        running.filter(Q(handler1_key__in=concerned) | Q(handler2_key__in=concerned)) if concerned else running.none()
    )
    rows = [
        Cause(
            title=state.title,
            why="；".join(concerned[key] for key in (state.handler1_key, state.handler2_key) if key in concerned),
            page=("workbench:case", state.case_id),
            body_name=state.body_name,
        )
        for state in shown[:FEW]
    ]
    return Warning(
        code="certificate",
        title="承办人的执法证已失效或者三十日内到期",
        why="行政处罚应当由具有行政执法资格的执法人员实施；证件失效后的办理无效",
        because=tuple(cite("G1", handlers_certified=1, power_covered=True)),
        mend="换证、恢复，或者更换承办人",
        total=shown.count() if concerned else 0,
        rows=tuple(rows),
        page="registry:officers",
        asks="?state=may_not",
    )


def cite(gate: str, **facts: Any) -> tuple[Any, ...]:
    return packs.load("cn").gate(gate, {"kind": "penalty", "procedure": "ordinary", **facts}).because


def _unrecorded(caller: Caller) -> Warning:
    """Steps already taken whose audio or video record is neither there nor waived with a reason."""
    found = unrecorded.gaps(in_hand(caller))
    states = {
        state.case_id: state for state in in_hand(caller).filter(case_id__in=[gap.case_id for gap in found[:FEW]])
    }
    rows = [
        Cause(
            title=states[gap.case_id].title,
            why="没有" + "、".join(f"“{owed.title}”" for owed in gap.owed) + "的音像记录，也没有写明不作记录的理由",
            page=("workbench:case", gap.case_id),
            body_name=states[gap.case_id].body_name,
        )
        for gap in found[:FEW]
    ]
    because = {one.clause: one for gap in found for owed in gap.owed for one in owed.because}
    return Warning(
        code="recording",
        title="已办环节缺少应有的音像记录",
        why="规定应当音像记录的环节，应当同步记录；可以不作的，应当写明理由",
        because=tuple(because.values())[:4],
        mend="补充收存现场的音像记录，或者由承办人写明不作记录的理由",
        total=len(found),
        rows=tuple(rows),
        page="supervision:discipline",
        asks="?kind=unrecorded",
    )


# ---- trail -------------------------------------------------------------------------------------------------------


def trail(caller: Caller, verb: str = "", body: str = "", day: date | None = None) -> QuerySet[Entry]:
    """The trail of the caller's bodies, the newest line first."""
    found = Entry.objects.filter(below(caller.scope)).select_related("leaf").order_by("-id")
    if verb:
        found = found.filter(verb=verb)
    if body:
        found = found.filter(scope=body)
    if day:
        start = timezone.make_aware(datetime.combine(day, time.min))
        found = found.filter(recorded_at__gte=start, recorded_at__lt=start + timedelta(days=1))
    return found
