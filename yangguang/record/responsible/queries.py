"""The steps of keeping records: by which rule, by which role, with which lines of the trail, and how much is owed.

**Clause** DH-2.2.1d, WC-2.2.5a, DH-2.2.5a.  The roles are those of the accounts; there is no second list of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from yangguang.duty.models import OpenDuty
from yangguang.policy.answers import Answer
from yangguang.policy.deadlines import Deadline
from yangguang.policy.packs import Pack
from yangguang.policy.wording import period
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Officer, Role, Unit
from yangguang.trail.actions import VERBS


@dataclass(frozen=True)
class Task:
    """One step.  **Shape** `roles`: who does it; `rules`: duties that track it; `asked`: parameters that regulate it."""

    code: str
    title: str
    roles: tuple[str, ...]
    verbs: tuple[str, ...]
    rules: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


TASKS = (
    Task("record", "记录", ("officer",), ("record.write", "record.start_live", "record.finish_live", "record.waive"),
         asked=("record_stages", "av_scope")),
    Task("collect", "收集（上传、存入）", ("officer",), ("record.keep", "record.receive", "record.dock_device"), ("D90",)),
    Task("hand_over", "移交（归入案卷）", ("officer",), ("record.place", "record.set_aside"), ("D91",)),
    Task("check", "检查", ("unit_head", "head", "supervisor"), ("record.order_repair", "record.reply_repair", "record.answer_repair"), ("repair",)),
    Task("archive", "归档", ("archivist",), ("decision.archive",), asked=("electronic_files", "file_standard")),
    Task("keep", "保存", ("archivist", "admin"), ("record.hold", "record.lift_hold", "record.propose_destruction",
         "record.answer_destruction", "record.destroy", "vault.scrub"), asked=("retention_default", "storage_formats", "storage_copies", "storage_check_days")),
    Task("manage", "管理（设备、副本）", ("head", "admin"), ("record.issue_device", "record.return_device", "record.clip", "record.keep_masked"), ("D90",),
         ("device_rules",)),
    Task("use", "使用（调阅、借阅、对外提供）", ("head", "archivist"), ("record.call_up", "record.ask_loan", "record.answer_loan", "record.return_loan",
         "record.ask_release", "record.answer_release", "record.release"), ("D92",), ("borrowers", "borrow_approvers", "retrieval")),
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One step in one body: who answers for it, what regulates it, what is owed."""

    task: Task
    people: tuple[tuple[str, tuple[str, ...]], ...]  # label of the role, names
    verbs: tuple[tuple[str, str], ...]  # verb, its title
    answers: tuple[tuple[str, Answer | Deadline], ...]  # in words, and whence
    open: int
    overdue: int

    @property
    def manned(self) -> bool:
        return any(names for _, names in self.people)


@dataclass(frozen=True)
class Row:
    """One handling unit: who records and brings in, who checks, who archives."""

    unit: str
    recorders: tuple[str, ...]
    checkers: tuple[str, ...]
    archivists: tuple[str, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        said = (("记录、上传人", self.recorders), ("检查人", self.checkers), ("归档人", self.archivists))
        return tuple(label for label, names in said if not names)


def standing(body: Body, pack: Pack, today: date, watchers: Iterable[Officer]) -> list[Standing]:
    """Every step of the body.  **Shape** `watchers`: who supervises it from above, as far as the reader may know."""
    held = {role: tuple(one.name for one in registry.holders(role, body.scope)) for role in _roles()}
    held["supervisor"] = (*held["supervisor"], *(one.name for one in watchers))
    rules = {rule for task in TASKS for rule in task.rules}
    rows = OpenDuty.objects.filter(scope=body.scope, rule__in=rules).order_by().values("rule")
    owed = {
        one["rule"]: (one["n"], one["late"])
        for one in rows.annotate(n=Count("duty_id"), late=Count("duty_id", filter=Q(due_on__lt=today)))
    }
    return [
        Standing(
            task,
            tuple((str(Role(role).label), held[role]) for role in task.roles),
            tuple((verb, VERBS[verb].title) for verb in task.verbs if verb in VERBS),
            tuple(_said(pack, task, today)),
            sum(owed.get(rule, (0, 0))[0] for rule in task.rules),
            sum(owed.get(rule, (0, 0))[1] for rule in task.rules),
        )
        for task in TASKS
    ]


def _said(pack: Pack, task: Task, today: date) -> Iterator[tuple[str, Answer | Deadline]]:
    """What regulates a step, by the body's own rules or those above it."""
    for name in task.asked:
        answer = pack.parameter(name)
        if answer.value is not None:
            yield answer.explain.splitlines()[0], answer
    for rule in task.rules:
        if rule in pack.deadlines:
            limit = pack.deadline(rule, start=today, on=today, provisional=True)
            yield f"{limit.title}：{period(limit.limit)}", limit


def _roles() -> set[str]:
    return {role for task in TASKS for role in task.roles}


def rows(body: Body, today: date) -> list[Row]:
    """The handling units of a body, each with its people; one question for the staff, one for each role."""
    staff = {one.key: one for one in registry.officers(body.scope, today)}
    may = {one.key for one in registry.holders("officer", body.scope)}
    archivists = tuple(one.name for one in registry.holders("archivist", body.scope))
    heads, made = registry.holders("head", body.scope), []
    for unit in registry.units(body, today).filter(kind=Unit.Kind.HANDLING):
        mine = tuple(one.name for one in staff.values() if one.unit and one.unit.key == unit.key and one.key in may)
        checks = registry.unit_heads(unit) or heads  # where no head of the unit signs in, the head of the body
        made.append(Row(unit.name, mine, tuple(one.name for one in checks), archivists))
    return made
