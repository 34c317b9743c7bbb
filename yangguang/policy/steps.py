"""This builds the acts of a pack: the national definition, made stricter where a lower pack says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from yangguang.policy import checks
from yangguang.policy.acts import ROLES, Act, DocumentNeed, Next, Step
from yangguang.policy.errors import PackError
from yangguang.policy.facts import FactSpec
from yangguang.policy.schema import ActFile, DocumentForm, FactUse, ProcedureForm, RecordingForm, StepForm, StepOverlay
from yangguang.policy.yamlread import dotted

if TYPE_CHECKING:
    from yangguang.policy.layers import Context

Path = tuple[str | int, ...]


def merge(
    context: Context,
    acts: dict[tuple[str, str], Act],
    gates: Mapping[str, Any],
    deadlines: Mapping[str, Any],
) -> None:
    """Add the acts of one layer, or tighten those of its parents. **Raises** PackError."""
    for kind, form in context.layer.acts.items():
        file = f"acts/{kind}.yaml"
        for procedure, body in form.procedures.items():
            path = ("procedures", procedure)
            if (kind, procedure) in acts:
                _wrong(
                    context, file, path, "上级包已经定义这个程序，下级包只能在 tighten 下加严。", "tighten",
                    "改写为 tighten。",
                )  # fmt: skip
            if not form.title:
                _wrong(context, file, ("title",), "缺少这个键。", "执法行为的中文名称", "补上 title。")
            acts[(kind, procedure)] = _act(context, form, procedure, body, file, gates, deadlines)
        for procedure, overlays in form.tighten.items():
            known = acts.get((kind, procedure))
            if known is None:
                names = "、".join(p for k, p in acts if k == kind)
                _wrong(context, file, ("tighten", procedure), "上级包没有这个程序。", names, "改正程序名。")
                continue
            acts[(kind, procedure)] = _tightened(context, known, overlays, file, ("tighten", procedure), gates)


def _wrong(context: Context, file: str, path: Path, message: str, accepted: str, mend: str) -> None:
    raise PackError(message, where=context.layer.at(file, *path), key=dotted(path), accepted=accepted, mend=mend)


def _act(
    context: Context, form: ActFile, procedure: str, body: ProcedureForm, file: str,
    gates: Mapping[str, Any], deadlines: Mapping[str, Any],
) -> Act:  # fmt: skip
    path: Path = ("procedures", procedure)
    steps = []
    for index, step in enumerate(body.steps):
        at: Path = (*path, "steps", index)
        for code in step.deadlines:
            if code not in deadlines:
                _wrong(context, file, (*at, "deadlines"), f"没有期限“{code}”。", "、".join(deadlines), "改正编号。")
        for place, when in enumerate(step.required_when):
            checks.condition(context.layer, context.facts, when, file, *at, "required_when", place)
        for place, way in enumerate(step.next):
            checks.condition(context.layer, context.facts, way.when, file, *at, "next", place, "when")
        steps.append(_step(context, step, file, at, gates))
    _reachable(context, steps, file, path)
    return Act(
        kind=form.kind,
        procedure=procedure,
        title=f"{form.title}（{body.title}）" if len(form.procedures) > 1 else str(form.title),
        steps=tuple(steps),
        because=context.cite(body.because, file, *path),
        pack=context.layer.id,
    )


def _step(context: Context, form: StepForm, file: str, at: Path, gates: Mapping[str, Any]) -> Step:
    for role in form.roles:
        if role not in ROLES:
            _wrong(context, file, (*at, "roles"), f"没有角色“{role}”。", "、".join(ROLES), "改正角色名。")
    return Step(
        code=form.code,
        title=form.title,
        roles=tuple(form.roles),
        documents=_documents(context, form.documents, file, at),
        recordings=_events(context, form.recordings, file, at),
        facts=_facts(context, form.facts, file, at),
        gates=_gates(context, form.gates, file, at, gates),
        deadlines=tuple(form.deadlines),
        next=tuple(way.to for way in form.next),
        ways=tuple(Next(way.to, way.when, way.why or "") for way in form.next),
        required=form.required and not form.required_when,
        required_when=tuple(form.required_when),
        terminal=form.terminal,
        because=context.cite(form.because, file, *at),
        public=form.public,
        recording_when={r.event: r.when for r in form.recordings if r.when},
        manner=tuple(form.manner),
    )


def _documents(context: Context, forms: list[DocumentForm], file: str, at: Path) -> tuple[DocumentNeed, ...]:
    found = []
    for index, form in enumerate(forms):
        path = (*at, "documents", index)
        checks.condition(context.layer, context.facts, form.when, file, *path, "when")
        cited = context.cite(form.because, file, *path)
        found.append(DocumentNeed(form.code, form.title, form.required, form.when, cited))
    return tuple(found)


def _events(context: Context, forms: list[RecordingForm], file: str, at: Path) -> tuple[str, ...]:
    known = context.facts["event"].choices or {}
    for index, form in enumerate(forms):
        if form.event not in known:
            _wrong(context, file, (*at, "recordings"), f"没有环节“{form.event}”。", "、".join(known), "改正环节名。")
        checks.condition(context.layer, context.facts, form.when, file, *at, "recordings", index, "when")
    return tuple(form.event for form in forms)


def _facts(context: Context, uses: list[FactUse], file: str, at: Path) -> tuple[FactSpec, ...]:
    found = []
    for use in uses:
        if use.name not in context.facts:
            _wrong(
                context, file, (*at, "facts"), f"事实“{use.name}”不在词表中。", "facts.yaml 中的事实名",
                "在 facts.yaml 补上该事实（类型、中文名、公开级别），或改正名称。",
            )  # fmt: skip
        found.append(replace(context.facts[use.name], required=use.required))
    return tuple(found)


def _gates(context: Context, codes: list[str], file: str, at: Path, gates: Mapping[str, Any]) -> tuple[str, ...]:
    for code in codes:
        if code not in gates:
            _wrong(context, file, (*at, "gates"), f"没有关口“{code}”。", "、".join(gates), "改正关口编号。")
    return tuple(codes)


def _reachable(context: Context, steps: list[Step], file: str, path: Path) -> None:
    """Check that every step can be reached, leads on, and that the terminal ones end."""
    places = {step.code: index for index, step in enumerate(steps)}
    for index, step in enumerate(steps):
        at: Path = (*path, "steps", index)
        if places[step.code] != index:
            _wrong(context, file, at, f"步骤“{step.code}”重复。", "每个步骤编号只用一次", "改名或删去。")
        if step.terminal == bool(step.next):
            message = "终点步骤不能再有 next。" if step.terminal else f"步骤“{step.code}”没有出口。"
            _wrong(context, file, at, message, "next 列出下一步，或写 terminal: true", "补上 next。")
        for target in step.next:
            if target not in places:
                _wrong(context, file, (*at, "next"), f"没有步骤“{target}”。", "、".join(places), "改正步骤编号。")
    seen, queue = set(), [steps[0].code]
    while queue:
        code = queue.pop()
        if code not in seen:
            seen.add(code)
            queue.extend(steps[places[code]].next)
    for step in steps:
        if step.code not in seen:
            at = (*path, "steps", places[step.code])
            _wrong(context, file, at, f"步骤“{step.code}”从起点走不到。", "", "在上一步的 next 中列出它。")


def _tightened(
    context: Context, act: Act, overlays: Mapping[str, StepOverlay], file: str, path: Path, gates: Mapping[str, Any]
) -> Act:
    codes = act.codes
    found = {step.code: step for step in act.steps}
    for code, form in overlays.items():
        at: Path = (*path, code)
        if code not in found:
            _wrong(context, file, at, f"没有步骤“{code}”。", "、".join(codes), "改正步骤编号。")
        step = found[code]
        cited = context.cite(form.because, file, *at)
        extra = tuple(replace(d, because=d.because or cited) for d in _documents(context, form.documents, file, at))
        merged = {d.code: d for d in step.documents}
        merged.update({d.code: d for d in extra if d.required or d.code not in merged})
        more = {f.name: f for f in step.facts}
        more.update({f.name: f for f in _facts(context, form.facts, file, at) if f.required or f.name not in more})
        found[code] = replace(
            step,
            documents=tuple(merged.values()),
            recordings=tuple(dict.fromkeys((*step.recordings, *_events(context, form.recordings, file, at)))),
            gates=tuple(dict.fromkeys((*step.gates, *_gates(context, form.gates, file, at, gates)))),
            facts=tuple(more.values()),
            required=step.required or bool(form.required),
            manner=tuple(dict.fromkeys((*step.manner, *form.manner))),
            # An event the lower pack asks for without a condition is asked for in every case.
            recording_when={
                event: when
                for event, when in {**{r.event: r.when for r in form.recordings}, **step.recording_when}.items()
                if when and all(r.when for r in form.recordings if r.event == event)
            },
            because=(*step.because, *cited),
        )
    return replace(act, steps=tuple(found[code] for code in codes), pack=context.layer.id)
