"""This makes the officer's checklist of an act: per step what to do, show, tell, record and file, and what must be true.

Facts narrow it: what surely does not apply falls away. What is not known stays, marked as not known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yangguang.policy import manners, wording
from yangguang.policy.acts import Act, DocumentNeed, Step
from yangguang.policy.answers import Citation
from yangguang.policy.conditions import holds
from yangguang.policy.facts import read_all
from yangguang.policy.gates import GateRule, NeedRule
from yangguang.policy.packs import Known, Pack
from yangguang.policy.questions import GRADE_WORDS

STATES: Mapping[str, str] = {"met": "已符合", "failed": "不符合", "unknown": "待核对"}
# The vocabulary's facts by which a step shows that officers identify themselves or tell the party something.
IDENTITY_FACTS = frozenset({"certificates_shown", "identity_shown", "identified_at"})
TELL_FACTS = frozenset({"rights_explained", "rights_told"})


@dataclass(frozen=True, slots=True)
class Line:
    """This is one line to tick. **Shape** `state`: "met", "failed" or "unknown"; `when` in words, "" for always."""

    text: str
    when: str
    because: tuple[Citation, ...]
    state: str = "unknown"
    mend: str = ""

    @property
    def words(self) -> str:
        lead = f"{self.when}的，" if self.when else ""
        clauses = wording.cited(self.because)
        return f"{lead}{self.text}" + (f"（{clauses}）" if clauses else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text, "when": self.when, "state": self.state, "mend": self.mend,
            "because": [c.as_json() for c in self.because],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepCheck:
    """This is the checklist of one step. **Shape** `required` None: an absent fact decides it; `need` says so."""

    code: str
    number: int
    title: str
    what: str
    who: str
    required: bool | None
    need: str
    identity: tuple[Line, ...]
    tell: tuple[Line, ...]
    documents: tuple[Line, ...]
    recordings: tuple[Line, ...]
    gates: tuple[Line, ...]
    limits: tuple[wording.TimeLimit, ...]
    because: tuple[Citation, ...]
    manner: tuple[Line, ...] = ()

    @property
    def groups(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """Give the lines under their headings, empty headings left out."""
        limits = tuple(Line(limit.sentence, "", limit.because) for limit in self.limits)
        named = (
            ("表明身份", self.identity), ("告知当事人", self.tell), ("文书", self.documents), ("音像记录", self.recordings),
            ("记录方式", self.manner), ("核对", self.gates), ("时限", limits),
        )  # fmt: skip
        return tuple((title, lines) for title, lines in named if lines)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code, "number": self.number, "title": self.title, "what": self.what, "who": self.who,
            "required": self.required, "need": self.need,
            **{name: [line.as_json() for line in getattr(self, name)]
               for name in ("identity", "tell", "documents", "recordings", "manner", "gates")},
            "limits": [limit.as_json() for limit in self.limits], "because": [c.as_json() for c in self.because],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checklist:
    """This is the checklist of an act, for all cases or for the one whose facts were given."""

    pack: str
    version: str
    title: str
    steps: tuple[StepCheck, ...]

    def step(self, code: str) -> StepCheck:
        """Find a step. **Raises** KeyError for a step that is not on the list."""
        return {step.code: step for step in self.steps}[code]

    def as_text(self) -> str:
        """Write the list for paper: a box before every line to tick."""
        lines = [self.title, f"规则版本 {self.version}"]
        for step in self.steps:
            lines += ["", f"{step.number}. {step.title}　{step.who}　{step.need}", f"　{step.what}"]
            for title, group in step.groups:
                lines.append(f"　【{title}】")
                lines += [f"　{_box(line)} {line.words}" for line in group]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        steps = [step.as_json() for step in self.steps]
        return {"pack": self.pack, "version": self.version, "title": self.title, "steps": steps}


def _box(line: Line) -> str:
    return {"met": "☑", "failed": "☒", "unknown": "☐"}[line.state]


def checklist(pack: Pack, act: Act, facts: Mapping[str, Any] | None = None, *, on: dt.date | None = None) -> Checklist:
    """Make the checklist of an act.

    **Shape** Without facts every line that may apply in some case; with facts, lines that surely do not apply fall
    away, and so does a step nobody has to take only if the facts say so. **Raises** UnknownFact, WrongFactType.
    """
    given = {**wording.known(pack, act), **(facts or {})}
    case = Known(pack, read_all(given, pack.facts), on)
    steps = [
        _step(pack, act, step, number, given, case, on, narrow=facts is not None)
        for number, step in enumerate(act.steps, start=1)
    ]
    return Checklist(pack.id, pack.version, f"{act.title}现场核对清单", tuple(s for s in steps if s))


def _step(
    pack: Pack, act: Act, step: Step, number: int, given: Mapping[str, Any], case: Known, on: dt.date | None, *,
    narrow: bool,
) -> StepCheck | None:  # fmt: skip
    required = pack.step_required(step, given, on)
    if narrow and required is False and step.required_when:
        # The facts say that its conditions do not hold; an optional step without conditions is the officer's choice.
        return None
    return StepCheck(
        code=step.code,
        number=number,
        title=step.title,
        what=step.public,
        who=wording.who(pack, step),
        required=required,
        need=_need(pack, act, step, required),
        identity=_identity(pack, step, given, on),
        tell=_tell(pack, step),
        documents=_documents(pack, step, given, case, on, narrow=narrow),
        recordings=_recordings(pack, step, given, on),
        gates=tuple(line for code in step.gates for line in _gate(pack, pack.merged.gates[code], case, on)),
        limits=wording.time_limits(pack, act, step, on),
        because=step.because,
        manner=_manner(pack, act, step, on),
    )


def _need(pack: Pack, act: Act, step: Step, required: bool | None) -> str:
    if required:
        return wording.ALWAYS
    return wording.need(pack, act, step) if required is None else wording.NEVER_BOUND


# ---- people and words ------------------------------------------------------------------------------------------------


def _meets_party(step: Step) -> bool:
    names = {fact.name for fact in step.facts}
    return bool(names & IDENTITY_FACTS) or ("officer" in step.roles and bool(step.recordings))


def _identity(pack: Pack, step: Step, given: Mapping[str, Any], on: dt.date | None) -> tuple[Line, ...]:
    """Say how officers identify themselves where they meet the party, and with which certificates."""
    if not _meets_party(step):
        return ()
    rule = pack.ask("identity_rule", {k: v for k, v in given.items() if k == "kind"}, on)
    lines = [Line(GRADE_WORDS[rule.value], "", rule.because)] if rule.value else []
    for name in ("certificate_regime", "certificate_families"):
        answer = pack.parameter(name) if name in pack.merged.parameters else None
        if answer and answer.value:
            said = "、".join(answer.value) if isinstance(answer.value, tuple) else str(answer.value)
            lines.append(Line(f"{pack.merged.parameters[name].label}：{said}", "", answer.because))
    return tuple(lines)


def _tell(pack: Pack, step: Step) -> tuple[Line, ...]:
    """Say what the party must be told: the words of this jurisdiction, else those of the step."""
    names = {fact.name for fact in step.facts}
    lines = []
    if names & (TELL_FACTS | IDENTITY_FACTS):
        answer = pack.parameter("must_tell") if "must_tell" in pack.merged.parameters else None
        lines += [Line(f"告知{text}", "", answer.because) for text in (answer.value or ())] if answer else []
    lines += [Line(f"写明{fact.label}", "", step.because) for fact in step.facts if fact.name == "remedies_text"]
    return tuple(lines)


# ---- documents and recordings ----------------------------------------------------------------------------------------


def _documents(
    pack: Pack, step: Step, given: Mapping[str, Any], case: Known, on: dt.date | None, *, narrow: bool
) -> tuple[Line, ...]:
    owed = {d.code for d in pack.documents_owed(step, given, on)}
    return tuple(
        _document(pack, step, document, document.code in owed)
        for document in step.documents
        if document.code in owed or not narrow or holds(document.when, case)[0] is not False
    )


def _document(pack: Pack, step: Step, document: DocumentNeed, owed: bool) -> Line:
    must = "应当制作" if owed else "视情形制作"
    return Line(f"{must}《{document.title}》", wording.condition(pack, document.when), document.because or step.because)


def _manner(pack: Pack, act: Act, step: Step, on: dt.date | None) -> tuple[Line, ...]:
    """Say on what the step is recorded, how that is kept, and what this place asks for on top."""
    it = manners.of(pack, act, step, on)
    said = [f"载体：{'、'.join(it.carriers)}", f"管理：{it.managed}", *it.more]
    return tuple(Line(text, "", it.because) for text in said if not text.endswith("："))


def _recordings(pack: Pack, step: Step, given: Mapping[str, Any], on: dt.date | None) -> tuple[Line, ...]:
    found = []
    for demand in pack.recordings_owed(step, given, on):
        open_ones = "、".join(pack.facts[name].label for name in demand.unknown)
        stricter = f"；{open_ones}未核实的，要求可能更严" if open_ones else ""
        level = GRADE_WORDS.get(demand.level or "", "尚不能确定，按全程音像记录准备")
        when = wording.condition(pack, step.recording_when.get(demand.event, {}))
        found.append(Line(f"{demand.title}：{level}{stricter}", when, demand.because))
    return tuple(found)


# ---- gates -----------------------------------------------------------------------------------------------------------


def _gate(pack: Pack, gate: GateRule, case: Known, on: dt.date | None) -> list[Line]:
    """Turn the requirements of a gate into questions to tick; those that surely do not apply fall away."""
    found = []
    for need in gate.needs:
        when = {**gate.when, **need.when}
        due, _ = holds(when, case)
        if need.in_force(on) and due is not False:
            found.append(_question(pack, gate, need, when, due, case))
    return found


def _question(
    pack: Pack, gate: GateRule, need: NeedRule, when: Mapping[str, Any], due: bool | None, case: Known
) -> Line:
    good, _ = holds(need.must, case)
    state = "met" if good else "failed" if good is False and due else "unknown"
    # What the case already settles need not be said again.
    open_parts = {key: want for key, want in when.items() if holds({key: want}, case)[0] is not True}
    asked = wording.condition(pack, need.must)
    return Line(f"{gate.title}：{asked}？", wording.condition(pack, open_parts), need.because, state, need.mend)
