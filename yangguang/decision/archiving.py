"""Reads for the archivist: which closed cases wait, what each still lacks, and how its volumes will lie."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yangguang.casework import finding
from yangguang.casework import queries as cases
from yangguang.casework.course import route
from yangguang.casework.models import Case, CaseState
from yangguang.policy.answers import Verdict
from yangguang.record import queries as record
from yangguang.record import volumes
from yangguang.record.models import Archive
from yangguang.record.queries import Owed
from yangguang.registry.access import Caller
from yangguang.trail.errors import Refused

from . import queries
from .exemption import queries as exemption
from .models import Service
from .payment import queries as payments

STEP = "archive"
CLAUSE = "CN-PEN-47"


# ---- lists ---------------------------------------------------------------------------------------------------------


def to_archive(caller: Caller, text: str = "") -> QuerySet[CaseState]:
    """Closed cases that wait for the archivist."""
    ready = Q(closed_on__isnull=False, step=STEP) | Q(desk="archivist")
    return _found(cases.states(caller).filter(ready), text)


def unpublished(caller: Caller, text: str = "") -> QuerySet[CaseState]:
    """Closed cases in which something has to come before the archive: publication, mostly."""
    rows = cases.states(caller).filter(closed_on__isnull=False, case__dossier__archive__isnull=True)
    return _found(rows.exclude(step=STEP), text)


def archived(caller: Caller, text: str = "") -> QuerySet[CaseState]:
    """Archived cases with their archive."""
    rows = cases.states(caller).filter(case__dossier__archive__isnull=False)
    return _found(rows.select_related("case__dossier__archive"), text, archive=True)


def _found(rows: QuerySet[CaseState], text: str, archive: bool = False) -> QuerySet[CaseState]:
    if not text:
        return rows
    named = finding.named(text)
    if archive:
        named |= Q(case__dossier__archive__archive_no=text)
    return rows.filter(named)


# ---- one case ------------------------------------------------------------------------------------------------------


def step_titles(case: Case) -> dict[str, str]:
    """Every step a paper of the case may belong to, by code."""
    return {**{step.code: step.title for step in cases.act_of(case).steps}, "revoke": "撤销、变更"}


def waits(case: Case) -> Refused | None:
    """What has to come before this case can be archived: closing, and publication where it is not barred."""
    because = [cases.pack_of(case).clause(CLAUSE)]
    if case.guided:
        return _course_waits(case)
    if getattr(case, "closure", None) is None:
        return Refused("本案还没有结案，不能归档", because=because, mend="由负责人审批结案后再归档")
    if not _published_or_withheld(case):
        step = cases.step_of(case, "disclose")
        return Refused(
            "本案的决定还没有公示，也没有依法不予公开的情形，不能归档",
            because=[*because, *(step.because if step else ())],
            mend="由公示专员公示后再归档",
        )
    return None


def _course_waits(case: Case) -> Refused | None:
    """A course names itself when the file is to be bound: when its next step is the archive."""
    now = route.of(case).now
    if now is None or now.code == STEP:
        return None
    return Refused(f"本案还没有办到归档，现在应当办理：{now.title}", because=now.because, mend=f"先办理“{now.title}”")


def _published_or_withheld(case: Case) -> bool:
    """A decision that was revoked before anybody published it must not be published any more: it is withheld."""
    if "disclose" in CaseState.objects.get(case=case).done:
        return True
    if (decision := queries.decision_of(case)) is not None:
        return queries.revocation_of(decision) is not None
    exempt = exemption.granted(case)
    if exempt is None:
        return False
    issued = queries.to_issue(case)
    return issued is None or queries.revocation_against(issued) is not None


def owed(case: Case) -> list[Owed]:
    """Everything the rules ask for in the file, each with what is there; of publication only where there was one."""
    if case.guided:
        return cases.owed(case, upto=STEP)
    state = CaseState.objects.get(case=case)
    found = cases.owed(case, upto=STEP)
    if "exempted" in state.done:
        return exemption.owed(found, shown="disclose" in state.done and "withheld" not in state.done)
    if {
        "transferred",
        "joined",
        "handed_over",
    } & state.done.keys():  # of a case the police took over only what was begun is owed
        taken = {"open", *(one.step for one in cases.taken(case))}
        return [one for one in found if one.step in taken]
    return found if "disclose" in state.done else [one for one in found if one.step != "disclose"]


def verdicts(case: Case, asked: list[Owed], on: date) -> list[Verdict]:
    """The gates of the step, judged on what the file holds."""
    step, pack = cases.step_of(case, STEP), cases.pack_of(case)
    facts: dict[str, Any] = {
        **(route.of(case).given() if case.guided else cases.act_facts(case)),
        "documents_missing": sum(one.kind == "document" and not one.met for one in asked),
        "recordings_missing": sum(one.kind == "recording" and not one.met for one in asked),
    }
    if getattr(case, "closure", None) is not None:
        facts["closing_ground"] = _ground(case)
    return [pack.gate(code, facts, on) for code in (step.gates if step else ())]


def _ground(case: Case) -> str:
    """Why the case was closed; closing is refused while anything of a decision is neither performed nor ended."""
    decision = queries.decision_of(case)
    if decision is None:
        exempt = exemption.granted(case)
        if exempt is None:
            offered = cases.pack_of(case).facts["closing_ground"].choices or {}
            return "joined" if "joined" in case.state.done and "joined" in offered else "transferred"
        return "not_established" if exempt.request.reason == "not_established" else "no_penalty"
    return "execution_ended" if payments.ended_by_court(decision) else "performed"


def checked(asked: list[Owed]) -> list[dict[str, Any]]:
    """The result of the completeness check, as it is kept with the archive.  **Clause** QS-3.2.0b."""
    return [
        {
            "kind": one.kind,
            "step": one.step,
            "code": one.code,
            "title": one.title,
            "clause": [c.clause for c in one.because],
            "met": [str(item.pk) for item in one.have],
            "reason": one.waiver.reason if one.waiver else "",
        }
        for one in asked
    ]


def receipts(case: Case) -> dict[UUID, UUID]:
    """送达回证 → the document it proves the service of."""
    if case.guided:
        return _course_receipts(case)
    return dict(Service.objects.filter(case=case).values_list("receipt_id", "item_id"))


def _course_receipts(case: Case) -> dict[UUID, UUID]:
    """A 送达回证 of a course belongs to the last numbered document made before it."""
    found, last = {}, None
    for item in case.dossier.items.order_by("at", "id"):
        if item.code == "service_receipt" and last is not None:
            found[item.pk] = last
        elif item.number and item.event != "public":
            last = item.pk
    return found


def preview(case: Case) -> list[volumes.Line]:
    """How the volumes will lie if the case is archived now."""
    return volumes.arrange(record.items(case.dossier), receipts(case))


def archive_of(case: Case) -> Archive | None:
    return record.archive_of(case.dossier)
