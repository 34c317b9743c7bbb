"""These are the shapes in which the open interfaces show a pack: questions, facts, deadlines, gates, acts, parameters."""

from typing import Any

from yangguang.policy import inputs
from yangguang.policy.acts import Act, Step
from yangguang.policy.answers import plain
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS


def head(pack: Pack) -> dict[str, Any]:
    """Name a pack."""
    return {
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "chain": list(pack.chain),
        "jurisdiction": pack.jurisdiction.model_dump(mode="json"),
    }


def fact(spec: FactSpec) -> dict[str, Any]:
    """Show one fact of the vocabulary: how it is called, what is accepted."""
    shown: dict[str, Any] = {"name": spec.name, "label": spec.label, "type": spec.type, "privacy": spec.privacy}
    shown["accepted"] = "由问题推出，不可手填" if spec.derived_from else spec.accepted
    optional = {"unit": spec.unit, "choices": spec.choices, "min": spec.min, "max": spec.max, "note": spec.note}
    optional["derived_from"] = spec.derived_from
    return shown | {name: plain(value) for name, value in optional.items() if value not in (None, "")}


def whole(pack: Pack) -> dict[str, Any]:
    """Show everything a pack can be asked."""
    merged = pack.merged
    return {
        **head(pack),
        "questions": [question(pack, name) for name in QUESTIONS],
        "deadlines": [
            {
                "code": rule.code,
                "title": rule.title,
                "trigger": rule.trigger,
                "must": rule.must,
                "holder": rule.holder,
                "direction": rule.direction,
                "facts": [spec.name for spec in inputs.deadline_facts(pack, rule.code)],
            }
            for rule in merged.deadlines.values()
        ],
        "gates": [
            {"code": gate.code, "title": gate.title, "facts": list(gate.facts)} for gate in merged.gates.values()
        ],
        "acts": [
            {"kind": kind, "procedure": procedure, "title": act.title, "steps": list(act.codes)}
            for (kind, procedure), act in merged.acts.items()
        ],
        "parameters": [
            {"name": name, "label": form.label, "table": form.table, "type": form.type}
            for name, form in merged.parameters.items()
        ],
        "facts": {name: fact(spec) for name, spec in pack.facts.items()},
    }


def question(pack: Pack, name: str) -> dict[str, Any]:
    """Show one question with the facts it reads."""
    asked = QUESTIONS[name]
    shown: dict[str, Any] = {"name": name, "title": asked.title, "how": asked.how}
    if asked.start:
        shown["start"] = asked.start
    if asked.about:
        shown["about"] = asked.about
    if asked.order:
        shown["values"] = {value: GRADE_WORDS.get(value, value) for value in asked.order}
    shown["facts"] = [spec.name for spec in inputs.question_facts(pack, name)]
    return shown


def clause(pack: Pack, clause_id: str) -> dict[str, Any]:
    """Quote a clause with the pack whose table holds it. **Raises** UnknownClause."""
    citation = pack.clause(clause_id)
    return {**citation.as_json(), "confirm": citation.confirm, "pack": pack.clauses[clause_id].pack}


def parameters(pack: Pack) -> dict[str, Any]:
    """Show every parameter with its value here."""
    return {**head(pack), "parameters": [parameter(pack, name) for name in pack.merged.parameters]}


def parameter(pack: Pack, name: str) -> dict[str, Any]:
    """Show what a parameter is and what this jurisdiction sets. **Raises** UnknownParameter."""
    answer = pack.parameter(name).as_json()
    form = pack.merged.parameters[name]
    return {"name": name, "label": form.label, "table": form.table, "type": form.type, **answer}


def act(pack: Pack, definition: Act) -> dict[str, Any]:
    """Show the one definition of a procedure."""
    return {
        "pack": pack.id,
        "version": pack.version,
        "kind": definition.kind,
        "procedure": definition.procedure,
        "title": definition.title,
        "because": [c.as_json() for c in definition.because],
        "steps": [_step(pack, step) for step in definition.steps],
    }


def _step(pack: Pack, step: Step) -> dict[str, Any]:
    return {
        "code": step.code,
        "title": step.title,
        "public": step.public,
        "roles": [{"code": role, "title": pack.role(role)} for role in step.roles],
        "required": step.required,
        "required_when": [plain(dict(when)) for when in step.required_when],
        "terminal": step.terminal,
        "documents": [
            {
                "code": need.code,
                "title": need.title,
                "required": need.required,
                "when": plain(dict(need.when)),
                "because": [c.as_json() for c in need.because],
            }
            for need in step.documents
        ],
        "recordings": [
            {"event": event, "when": plain(dict(step.recording_when.get(event, {})))} for event in step.recordings
        ],
        "facts": [{"name": spec.name, "label": spec.label, "required": spec.required} for spec in step.facts],
        "gates": list(step.gates),
        "deadlines": list(step.deadlines),
        "next": [{"to": way.to, "when": plain(dict(way.when)), "why": way.why} for way in step.ways],
        "because": [c.as_json() for c in step.because],
    }
