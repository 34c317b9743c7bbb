"""The rules of a question in words, layer by layer."""

from typing import Any

from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS, Question
from yangguang.policy.rules import Rule

from .. import words
from .basics import cites, layer_word, url


def line(found: Pack, rule: Rule, asked: Question | None = None, direction: str = "within") -> dict[str, Any]:
    """Give one line of a question or a deadline in words."""
    layer = found.chain[rule.depth]
    confirm = rule.confirm or any(c.confirm for c in rule.because)
    return {
        "layer": layer_word(layer),
        "layer_id": layer,
        "own": rule.depth == found.depth and found.depth > 0,
        "floor": rule.depth == 0,
        "when": words.condition(found, rule.when),
        "value": words.limit(rule.limit, direction) if asked is None else rule_value(asked, rule),
        "clock": _clock(found, rule.clock) if rule.clock else None,
        "because": cites(found, rule.because),
        "span": words.span(rule.since, rule.until),
        "ended": rule.until is not None,
        "confirm": confirm,
        "default": rule.default,
        "note": rule.note,
        "exempt": "、".join(found.facts[n].label for n in rule.exempt),
        "wins": False,
    }


def rule_value(asked: Question, rule: Rule) -> str:
    if rule.clock:
        return ""
    if rule.value is None:
        return "按条文计算" if asked.how == "computed" else words.UNSET
    return words.value(asked, rule.value, rule.details)


def _clock(found: Pack, code: str) -> dict[str, Any]:
    rule = found.merged.deadlines[code]
    limits: list[dict[str, Any]] = []
    for r in rule.lines:
        row = {
            "layer": layer_word(found.chain[r.depth]),
            "limit": words.limit(r.limit, rule.direction),
            "when": words.condition(found, r.when) if r.when else "",
            "own": found.depth > 0 and r.depth == found.depth,
        }
        if r.until is None and row not in limits:
            limits.append(row)
    return {"code": code, "title": rule.title, "url": url("deadline", found.id, code), "limits": limits}


def question_rows(found: Pack) -> list[dict[str, Any]]:
    """Give every question with how many lines each layer has on it."""
    rows = []
    for name, asked in QUESTIONS.items():
        lines = found.merged.questions.get(name, ())
        own = sum(r.depth == found.depth for r in lines) if found.depth else 0
        codes = {r.clock for r in lines if r.clock}
        own += sum(r.depth == found.depth for c in codes for r in found.merged.deadlines[c].lines) if found.depth else 0
        rows.append(
            {
                "name": name,
                "title": asked.title,
                "how": words.HOW[asked.how],
                "url": url("question", found.id, name),
                "lines": len(lines),
                "own": own,
                "computed": asked.how == "computed",
            }
        )
    return rows
