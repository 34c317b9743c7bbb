"""Procedures: their steps, the service guide and the checklist made of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from yangguang.policy import checklists, guides
from yangguang.policy.acts import Act, Step
from yangguang.policy.packs import Pack

from .. import words
from .basics import cites, url


def act_rows(found: Pack) -> list[dict[str, Any]]:
    """Give the procedures by kind of act."""
    kinds = found.facts["kind"].choices or {}
    groups: dict[str, dict[str, Any]] = {}
    for (kind, procedure), act in found.merged.acts.items():
        group = groups.setdefault(kind, {"kind": kind, "title": kinds.get(kind, kind), "acts": []})
        group["acts"].append(
            {
                "title": act.title,
                "url": url("act", found.id, kind, procedure),
                "steps": len(act.steps),
                "tightened": act.pack == found.id and found.depth > 0,
                "because": "、".join(c.title or c.clause for c in act.because),
            }
        )
    return list(groups.values())


def step_rows(found: Pack, act: Act) -> list[dict[str, Any]]:
    """Give the steps of a procedure in order."""
    titles = {step.code: step.title for step in act.steps}
    return [_step(found, step, titles) for step in act.steps]


def _step(found: Pack, step: Step, titles: Mapping[str, str]) -> dict[str, Any]:
    events = found.facts["event"].choices or {}
    needed = "必经" if step.required else "视情形"
    return {
        "code": step.code,
        "title": step.title,
        "who": "、".join(found.role(role) for role in step.roles),
        "needed": needed,
        "required": step.required,
        "required_when": [words.condition(found, when) for when in step.required_when],
        "public": step.public,
        "documents": [
            {
                "title": need.title,
                "owed": "必有" if need.required and not need.when else "应有" if need.when else "可有",
                "when": words.condition(found, need.when) if need.when else "",
            }
            for need in step.documents
        ],
        "recordings": [
            {
                "title": events.get(event, event),
                "when": words.condition(found, step.recording_when[event]) if step.recording_when.get(event) else "",
                "url": f"{url('question', found.id, 'recording')}?event={event}",
            }
            for event in step.recordings
        ],
        "gates": [
            {"code": code, "title": found.merged.gates[code].title, "url": url("gate", found.id, code)}
            for code in step.gates
        ],
        "deadlines": [
            {"code": code, "title": found.merged.deadlines[code].title, "url": url("deadline", found.id, code)}
            for code in step.deadlines
        ],
        "ways": [
            {
                "to": way.to,
                "title": titles[way.to],
                "when": words.condition(found, way.when) if way.when else "",
                "why": way.why,
            }
            for way in step.ways
        ],
        "terminal": step.terminal,
        "because": cites(found, step.because),
    }


def guide(found: Pack, act: Act) -> dict[str, Any]:
    """Give the service guide of a procedure; what each item of a body's own list fills in is left open and named."""
    made = guides.guide(found, act, {})
    return {
        "title": made.title,
        "fields": [
            {
                "label": field.label,
                "lines": _guide_lines(field.value),
                "source": guides.SOURCES.get(field.source, ""),
                "lacking": "、".join(field.lacking),
                "because": cites(found, field.because),
            }
            for field in made.fields
        ],
    }


def _guide_lines(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Give the lines of a field, the ways on from one step on one line."""
    found: list[dict[str, Any]] = []
    for one in lines:
        text, way = one.strip("　 "), one.startswith("　")
        if way and found and found[-1]["way"]:
            found[-1]["text"] += f"；{text.removeprefix('→ ')}"
        else:
            found.append({"text": text, "way": way})
    return found


def checklist(found: Pack, act: Act) -> dict[str, Any]:
    """Give the officer's checklist of a procedure, for all cases."""
    made = checklists.checklist(found, act)
    return {
        "title": made.title,
        "steps": [
            {
                "code": step.code,
                "number": step.number,
                "title": step.title,
                "who": step.who,
                "need": step.need,
                "what": step.what,
                "groups": [
                    {
                        "title": title,
                        "lines": [
                            {"text": one.text, "when": one.when, "because": cites(found, one.because)} for one in rows
                        ],
                    }
                    for title, rows in step.groups
                ],
            }
            for step in made.steps
        ],
    }
