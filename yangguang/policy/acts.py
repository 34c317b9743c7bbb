"""This is one kind of enforcement act as data: its steps, who does them, what each owes, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yangguang.policy.answers import Citation
from yangguang.policy.errors import UnknownStep
from yangguang.policy.facts import FactSpec

ROLES: Mapping[str, str] = {
    "party": "当事人（申请人、被检查人）",
    "window": "受理窗口人员",
    "officer": "执法人员（承办人）",
    "unit_head": "承办机构负责人",
    "reviewer": "法制审核人员",
    "head": "行政机关负责人",
    "disclosure": "公示责任人",
    "archivist": "档案人员",
    "hearing_host": "听证主持人",
    "custodian": "保管人员",
    "government": "本级人民政府",
    "court": "人民法院",
    "police": "公安机关",
}


@dataclass(frozen=True, slots=True)
class DocumentNeed:
    """This is one document a step owes. **Shape** `when` empty and `required` true: in every case."""

    code: str
    title: str
    required: bool
    when: Mapping[str, Any]
    because: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingDemand:
    """This is what the pack asks of audio and video for one event."""

    event: str
    title: str
    level: str
    because: tuple[Citation, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """This is one way on from a step."""

    to: str
    when: Mapping[str, Any]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """This is one step of an act.

    **Shape** `required`: always to be taken; else when one of `required_when` holds. `recordings` are event names;
    `recording_when` holds the condition of those that do not happen in every case.
    """

    code: str
    title: str
    roles: tuple[str, ...]
    documents: tuple[DocumentNeed, ...]
    recordings: tuple[str, ...]
    facts: tuple[FactSpec, ...]
    gates: tuple[str, ...]
    deadlines: tuple[str, ...]
    next: tuple[str, ...]
    ways: tuple[Next, ...]
    required: bool
    required_when: tuple[Mapping[str, Any], ...]
    terminal: bool
    because: tuple[Citation, ...]
    public: str
    recording_when: Mapping[str, Mapping[str, Any]]
    manner: tuple[str, ...] = ()  # what is asked of the recording of this step beyond documents and events

    @property
    def document_codes(self) -> tuple[str, ...]:
        return tuple(d.code for d in self.documents)


@dataclass(frozen=True, slots=True)
class Act:
    """This is one procedure of one kind of act."""

    kind: str
    procedure: str
    title: str
    steps: tuple[Step, ...]
    because: tuple[Citation, ...]
    pack: str

    @property
    def facts(self) -> Mapping[str, FactSpec]:
        """All facts the steps ask for, by name."""
        return {fact.name: fact for step in self.steps for fact in step.facts}

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(step.code for step in self.steps)

    def step(self, code: str) -> Step:
        """Find a step. **Raises** UnknownStep naming the steps there are."""
        for step in self.steps:
            if step.code == code:
                return step
        raise UnknownStep(code, self.codes)
