"""Deadlines and gates: their lines in words, and what a gate says of facts."""

import datetime as dt
from functools import lru_cache
from typing import Any

from yangguang.policy import packs
from yangguang.policy.answers import Verdict
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.gates import GateRule
from yangguang.policy.layers import DeadlineRule
from yangguang.policy.packs import Pack

from .. import words
from .basics import DIRECTIONS, HOLDERS, cites, url
from .layers import own_gates
from .lines import line


def deadline_row(found: Pack, rule: DeadlineRule, today: dt.date) -> dict[str, Any]:
    """Give one deadline with the limits of every layer and which of them decides."""
    winner = strictest(found, rule.code, today)
    chosen = {c.clause for c in winner.because} if winner else set()
    lines = [
        line(found, r, None, rule.direction)
        | {"wins": bool(chosen) and r.in_force(today) and any(c.clause in chosen for c in r.because)}
        for r in rule.lines
    ]
    return {
        "code": rule.code,
        "title": rule.title,
        "trigger": rule.trigger,
        "must": rule.must,
        "holder": HOLDERS[rule.holder],
        "direction": DIRECTIONS[rule.direction],
        "breach": rule.breach,
        "pausable": rule.pausable,
        "url": url("deadline", found.id, rule.code),
        "lines": lines,
        "winner": words.limit(winner.limit, rule.direction) if winner else "",
        "own": any(one["own"] for one in lines),
    }


@lru_cache(maxsize=2048)  # another day, other answers
def strictest(found: Pack, code: str, today: dt.date) -> Deadline | None:
    """Count a deadline from today with no facts known: the strictest that may apply.  None: no number is set."""
    try:
        return found.deadline(code, today, provisional=True)
    except NoRuleInForce:
        return None


def gate_rows(found: Pack) -> list[dict[str, Any]]:
    """Give every gate with what it is about and whether this jurisdiction demands more."""
    own = set(own_gates(found)) if found.depth else set()
    return [
        {
            "code": gate.code,
            "title": gate.title,
            "url": url("gate", found.id, gate.code),
            "when": words.condition(found, gate.when) if gate.when else "",
            "messages": [need.message for need in gate.needs],
            "own": gate.code in own,
        }
        for gate in found.merged.gates.values()
    ]


def gate(found: Pack, of: GateRule) -> dict[str, Any]:
    """Give one gate with its requirements, the steps it guards and its examples."""
    above = len(packs.load(found.chain[-2]).merged.gates[of.code].needs) if _inherited(found, of) else 0
    needs = [
        {
            "when": words.condition(found, need.when) if need.when else "",
            "must": words.condition(found, need.must),
            "because": cites(found, need.because),
            "message": need.message,
            "mend": need.mend,
            "span": words.span(need.since, need.until),
            "own": found.depth > 0 and place >= above,
        }
        for place, need in enumerate(of.needs)
    ]
    steps = [
        {"title": f"{act.title}：{step.title}", "url": f"{url('act', found.id, *key)}#{step.code}"}
        for key, act in found.merged.acts.items()
        for step in act.steps
        if of.code in step.gates
    ]
    when = words.condition(found, of.when) if of.when else ""
    return {"code": of.code, "title": of.title, "when": when, "needs": needs, "steps": steps}


def judged(found: Pack, verdict: Verdict) -> dict[str, Any]:
    """Give a verdict for `ui_verdict`, facts and citations in words."""
    return {
        "code": verdict.code,
        "title": verdict.title,
        "state": verdict.state,
        "because": cites(found, verdict.because),
        "facts_used": words.given(found, verdict.facts_used),
        "failures": list(verdict.failures),
        "unknown": [found.facts[n].label for n in verdict.unknown if n in found.facts],
        "explain": "" if verdict.failures or verdict.unknown else verdict.explain,
        "mend": verdict.mend,
    }


def _inherited(found: Pack, gate: GateRule) -> bool:
    return found.depth > 0 and gate.code in packs.load(found.chain[-2]).merged.gates
