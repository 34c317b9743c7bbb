"""Where a thing is done: the page that a step, a duty, a document or a case leads to, named and never guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yangguang.casework import queries as cases
from yangguang.casework.models import CaseState
from yangguang.decision.models import Issuance
from yangguang.duty.models import Duty
from yangguang.registry.web import address


@dataclass(frozen=True)
class Link:
    """A button: its word and its address."""

    label: str
    url: str


STEPS: Mapping[str, tuple[str, str]] = {
    "open": ("审批立案", "casework:opening"),
    "propose": ("提出处理意见", "casework:propose"),
    "notice": ("事先告知", "decision:notify"),
    "defence": ("记录陈述申辩", "decision:statement"),
    "hearing": ("听证", "decision:hearing_ask"),
    "deliberate": ("集体讨论", "decision:deliberate"),
    "decide": ("作出决定", "decision:decide"),
    "issue": ("印发决定书", "decision:issue"),
    "perform": ("登记履行", "decision:perform"),
    "close": ("结案", "decision:close"),
    "archive": ("归档", "decision:archive"),
}
DUTIES: Mapping[str, tuple[str, str]] = {
    "D05": ("去办理", ""),
    "D06": ("去送达", ""),
    "D11": ("登记缴款", "decision:perform"),
    "D04": ("去送达", ""),
    "D17": ("去申请", "decision:payment"),
    "D19": ("去决定", "decision:crime"),
    "D20": ("去移送", "decision:crime"),
    "D21": ("去办理", "decision:crime"),
    "D22": ("去移交", "decision:crime"),
    "D25": ("去报备", "decision:filing"),
}
DESKS: Mapping[str, tuple[str, str]] = {
    "D53": ("去审核", "review:desk"),
    "D92": ("去归还", "record:loans"),
    "repair": ("去改正", "record:repairs"),
    "D07": ("去公示", "disclosure:desk"),
    "D08": ("去公示", "disclosure:desk"),
    "D09": ("去撤下", "disclosure:desk"),
    "D09b": ("去撤下", "disclosure:desk"),
    "D10": ("去更正", "disclosure:desk"),
}


def case(pk: UUID | str) -> str:
    return address("workbench:case", pk)


def to_publish(issued: Issuance) -> str:
    """The page on which a decision document becomes public, whether or not it was registered for it before."""
    if issued._state.adding:
        return address("disclosure:publish_case", issued.case_id)
    return address("disclosure:publish", issued.pk)


def at_desk(state: CaseState) -> Link:
    """The page on which a case is taken on from where it stands."""
    pk = state.case_id
    if not state.guided:
        return step(pk, state.step)
    match state.desk:
        case "approve":
            return Link("审批", address("casework:answer", pk))
        case "reviewer":
            return Link("查看案件", case(pk))
        case "disclosure" if state.step == "disclose":
            return Link("去公示", address("disclosure:publish_case", pk))
        case "archivist":
            return Link("归档", address("decision:archive", pk))
        case "":
            return Link("查看案件", case(pk))
    return Link("办理", address("casework:course", pk, state.step))


def step(pk: UUID | str, code: str) -> Link:
    """The page on which a step of a case is taken; the case page where the step needs a document chosen first."""
    if code in cases.BY_FORM:
        return Link("办理", address("casework:step", pk, code))
    if code in STEPS:
        label, name = STEPS[code]
        return Link(label, address(name, pk))
    return Link("查看案件", case(pk))


def of_duty(duty: Duty, step_now: str = "") -> Link:
    """The page on which a duty is discharged.  **Shape** `step_now`: where the case of the duty stands, "" if none."""
    kind, _, pk = duty.subject.partition(":")
    if kind == "clue":
        return Link("去办理", address("inspection:clue", pk))
    if kind == "list":
        return Link("去公布", address("catalogue:version", pk))
    if kind == "received":
        return Link("去归入", address("record:tray_file", pk))
    if kind == "device":
        return Link("查看设备", address("record:device", pk))
    if kind != "case":
        return Link("查看", address("workbench:inbox"))
    if duty.rule in DESKS:
        label, name = DESKS[duty.rule]
        return Link(label, address(name))
    label, name = DUTIES.get(duty.rule, ("去办理", ""))
    if name:
        return Link(label, address(name, pk))
    if duty.rule == "D05" and step_now:
        return Link(label, step(pk, step_now).url)
    return Link(label, case(pk))


def duty_rows(duties: Iterable[Duty], about: Mapping[str, Any], may: Any = None) -> list[dict[str, Any]]:
    """Duties as the component takes them, each with its subject's title and its button.

    **Shape** `about`: subject → {title, url, step}.  `may(duty)`: whether the reader is the one who acts.
    """
    rows = []
    for duty in duties:
        subject = about.get(duty.subject, {})
        link = of_duty(duty, subject.get("step", ""))
        rows.append(
            {
                "title": duty.title,
                "due_on": duty.due_on,
                "days": duty.days,
                "because": duty.because,
                "outvoted": duty.outvoted,
                "explain": duty.explain,
                "subject_title": subject.get("title", ""),
                "subject_url": subject.get("url", ""),
                "url": link.url if may is None or may(duty) else "",
                "action": link.label,
            }
        )
    return rows
