"""This reads the packs for the pages: the rules of all layers in words, and for each clause what it produces.

**Shape** Everything is kept in memory, once for each pack; the pages get dicts and never meet a gap.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.urls import reverse

from yangguang.policy import checklists, files, guides, packs
from yangguang.policy.acts import Act, Step
from yangguang.policy.answers import Answer, Citation, Day, Outvoted, Verdict, plain
from yangguang.policy.deadlines import Deadline
from yangguang.policy.errors import NoRuleInForce, PolicyError, UnknownPack
from yangguang.policy.gates import GateRule
from yangguang.policy.layers import DeadlineRule
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS, Question
from yangguang.policy.rules import Rule
from yangguang.policy.schema import Example, Source

from . import words
from .forms import TryForm

LEVELS = {"country": "国家", "province": "省级", "prefecture": "市级", "county": "县级", "township": "乡镇"}
HOLDERS = {"agency": "执法机关", "party": "当事人", "court": "人民法院", "police": "公安机关"}
DIRECTIONS = {"within": "不得超过", "before": "应当提前", "not_before": "届满前不得"}
STRENGTHS = {"must": "应当", "should": "宜", "may": "可以", "unset": "方案要求自定，尚未确定"}


def pack(name: str) -> Pack:
    """Give a pack by its id. **Raises** UnknownPack."""
    if name not in ids():
        raise UnknownPack(name, ids())
    return packs.load(name)


@cache
def ids() -> tuple[str, ...]:
    """Name the packs there are; new ones come with a new start of the program."""
    return tuple(packs.names())


@cache
def sources(name: str) -> Mapping[str, Source]:
    """Give the texts one pack folder quotes from."""
    return files.read_layer(files.ROOT, name).pack.sources


def url(page: str, *args: str) -> str:
    return reverse(f"portal:law:{page}", args=args)


def layer_word(name: str) -> str:
    """Say whose rule it is, in few words."""
    one = packs.load(name)
    return "国家底线" if one.jurisdiction.level == "country" else one.jurisdiction.name


def cites(found: Pack, because: Iterable[Citation]) -> list[dict[str, Any]]:
    """Give citations for `ui_citations`, each leading to the page of its clause."""
    return [
        {
            "clause": c.clause,
            "title": c.title,
            "text": c.text,
            "source": c.source,
            "confirm": c.confirm,
            "url": url("clause", found.id, c.clause) if c.clause in found.clauses else "",
        }
        for c in because
    ]


# ---- packs ----------------------------------------------------------------------------------------------------------


def tree() -> list[dict[str, Any]]:
    """Give the packs as a tree: the floor, and under each what stands on it."""
    nodes = {name: _node(packs.load(name)) for name in ids()}
    roots: list[dict[str, Any]] = []
    for name, node in nodes.items():
        above = packs.load(name).chain[:-1]
        (nodes[above[-1]]["below"] if above else roots).append(node)
    return roots


def _node(found: Pack) -> dict[str, Any]:
    return {
        "pack": found,
        "level": LEVELS[found.jurisdiction.level],
        "url": url("pack", found.id),
        "adds": adds(found),
        "below": [],
    }


def adds(found: Pack) -> list[tuple[str, int]]:
    """Count what a pack itself brings, by kind; kinds it brings nothing of are left out."""
    merged, deep = found.merged, found.depth
    own = [
        ("条款", sum(c.pack == found.id for c in found.clauses.values())),
        ("问题规则", sum(r.depth == deep for rules in merged.questions.values() for r in rules)),
        ("期限规定", sum(r.depth == deep for d in merged.deadlines.values() for r in d.lines)),
        ("关口", len(_own_gates(found))),
        ("程序", sum(act.pack == found.id for act in merged.acts.values())),
        ("参数", sum(v.pack == found.id for rows in merged.values.values() for v in rows)),
        ("歧义处理", sum(r.pack == found.id for r in merged.resolutions.values())),
    ]
    return [row for row in own if row[1]]


def _own_gates(found: Pack) -> list[str]:
    above = packs.load(found.chain[-2]).merged.gates if found.depth else {}
    return [c for c, gate in found.merged.gates.items() if c not in above or len(gate.needs) > len(above[c].needs)]


def tabs(found: Pack, current: str) -> list[dict[str, Any]]:
    """Give the parts of a pack as tabs."""
    merged = found.merged
    asked = [n for n in QUESTIONS if n in merged.questions or QUESTIONS[n].how == "computed"]
    rows = [
        ("pack", "概览", None),
        ("questions", "问题", len(asked)),
        ("deadlines", "期限", len(merged.deadlines)),
        ("gates", "关口", len(merged.gates)),
        ("acts", "程序", len(merged.acts)),
        ("parameters", "参数", len(merged.parameters)),
        ("clauses", "条款", len(merged.clauses)),
        ("resolutions", "歧义处理", len(merged.resolutions)),
        ("signed", "签认", None),
    ]
    return [
        {"label": label, "url": url(page, found.id), "count": count, "current": page == current, "tone": ""}
        for page, label, count in rows
        if count != 0 or page == current
    ]


def quoted(found: Pack) -> list[dict[str, Any]]:
    """Give the texts a pack and its parents quote, its own first."""
    rows = []
    for name in reversed(found.chain):
        for key, source in sources(name).items():
            number = sum(c.source == key and c.pack == name for c in found.clauses.values())
            address = f"{url('clauses', found.id)}?source={key}"
            rows.append({"key": key, "source": source, "layer": layer_word(name), "count": number, "url": address})
    return rows


# ---- lines ----------------------------------------------------------------------------------------------------------


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
        "value": words.limit(rule.limit, direction) if asked is None else _value(asked, rule),
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


def _value(asked: Question, rule: Rule) -> str:
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


# ---- deadlines, gates, acts -----------------------------------------------------------------------------------------


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
    own = set(_own_gates(found)) if found.depth else set()
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


# ---- parameters -----------------------------------------------------------------------------------------------------


def parameter_tables(found: Pack) -> list[dict[str, Any]]:
    """Give the parameters of a pack by table."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, form in found.merged.parameters.items():
        tables.setdefault(words.table(form.table), []).append({"name": name, "label": form.label, **_cell(found, name)})
    return [{"title": title, "rows": rows} for title, rows in tables.items()]


def _cell(found: Pack, name: str) -> dict[str, Any]:
    form = found.merged.parameters[name]
    answer = found.parameter(name)
    own = [v for v in found.merged.values.get(name, ()) if v.depth == found.depth]
    return {
        "value": words.parameter(form, answer.value),
        "set": answer.value is not None,
        "default": answer.default,
        "strength": STRENGTHS[own[-1].strength] if own else "",
        "because": cites(found, answer.because),
        "confirm": bool(answer.confirm),
        "note": "；".join(v.note for v in own if v.note),
    }


# ---- comparison -----------------------------------------------------------------------------------------------------


@cache
def comparison() -> dict[str, Any]:
    """Give every question and parameter as a row, the floor and every plan as a column."""
    shown = [packs.load(name) for name in ids()]
    floor = [p for p in shown if p.depth == 0]
    plans = [p for p in shown if p.depth > 0]
    columns = [*floor, *plans]

    def named(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [cell | {"column": layer_word(p.id)} for p, cell in zip(columns, cells, strict=True)]

    groups: dict[str, list[dict[str, Any]]] = {}
    for name, form in (floor[0].merged.parameters if floor else {}).items():
        cells = named([_compared(_cell(p, name), p) for p in columns])
        row = {"title": form.label, "url": "", "cells": cells, "differs": _differs(cells)}
        groups.setdefault(words.table(form.table), []).append(row)
    for name, asked in QUESTIONS.items():
        cells = named([_asked_cell(p, asked) for p in columns])
        row = {"title": asked.title, "name": name, "url": name, "cells": cells, "differs": _differs(cells)}
        groups.setdefault("问题", []).append(row)
    return {
        "columns": [
            {"pack": p, "name": layer_word(p.id), "url": url("pack", p.id), "floor": p.depth == 0} for p in columns
        ],
        "groups": [
            {"id": f"g{n}", "title": title, "rows": rows} for n, (title, rows) in enumerate(groups.items(), start=1)
        ],
    }


def _differs(cells: Sequence[Mapping[str, Any]]) -> bool:
    return any(not c["default"] and not c["floor"] and c["items"] for c in cells)


def _compared(cell: Mapping[str, Any], found: Pack) -> dict[str, Any]:
    item = {"when": "", "value": cell["value"], "because": cell["because"], "note": cell["strength"]}
    unset = found.depth > 0 and not cell["set"] and not cell["because"]
    return {
        "floor": found.depth == 0,
        "default": cell["default"] or unset,
        "items": [item] if cell["set"] or cell["because"] else [],
        "url": f"{url('parameters', found.id)}",
    }


def _asked_cell(found: Pack, asked: Question) -> dict[str, Any]:
    """Give what this pack itself says to a question; for dates also its own lines of the deadlines behind it."""
    rules = found.merged.questions.get(asked.name, ())
    own = [r for r in rules if r.depth == found.depth and r.until is None]
    items = []
    for r in own:
        if not r.clock:
            items.append(_item(found, r, _value(asked, r)))
    for code in dict.fromkeys(r.clock for r in rules if r.clock):
        for r in found.merged.deadlines[code].lines:
            if r.depth == found.depth and r.until is None:
                items.append(
                    _item(
                        found,
                        r,
                        f"{found.merged.deadlines[code].title}：{words.limit(r.limit, found.merged.deadlines[code].direction)}",
                    )
                )
    return {
        "floor": found.depth == 0,
        "default": found.depth > 0 and not items,
        "items": items,
        "url": url("question", found.id, asked.name),
    }


def _item(found: Pack, rule: Rule, value: str) -> dict[str, Any]:
    return {
        "when": words.condition(found, rule.when) if rule.when else "",
        "value": value,
        "because": cites(found, rule.because),
        "note": "只补空缺" if rule.default else "",
    }


# ---- resolutions ----------------------------------------------------------------------------------------------------


def resolution_rows(found: Pack) -> list[dict[str, Any]]:
    """Give the readings of contradictions, the pack's own first, each with the rules that carry it out."""
    rows = sorted(found.merged.resolutions.values(), key=lambda r: -found.chain.index(r.pack))
    return [
        {
            "code": r.code,
            "layer": layer_word(r.pack),
            "own": r.pack == found.id and found.depth > 0,
            "issue": r.issue,
            "resolution": r.resolution,
            "because": cites(found, r.because),
            "where": [_where(found, name) for name in r.where],
        }
        for r in rows
    ]


def _where(found: Pack, name: str) -> dict[str, str]:
    """Find the page of a rule by its bare name: question, deadline, gate, parameter or step."""
    if name in QUESTIONS:
        return {"title": QUESTIONS[name].title, "url": url("question", found.id, name)}
    if name in found.merged.deadlines:
        return {"title": f"{name} {found.merged.deadlines[name].title}", "url": url("deadline", found.id, name)}
    if name in found.merged.gates:
        return {"title": f"{name} {found.merged.gates[name].title}", "url": url("gate", found.id, name)}
    if name in found.merged.parameters:
        return {"title": found.merged.parameters[name].label, "url": f"{url('parameters', found.id)}#{name}"}
    if name in found.merged.roles:
        return {"title": found.role(name), "url": f"{url('pack', found.id)}#roles"}
    for key, act in found.merged.acts.items():
        for step in act.steps:
            if name in (step.code, f"{key[0]}/{key[1]}/{step.code}", f"{key[0]}.{key[1]}.{step.code}"):
                return {"title": f"{act.title}：{step.title}", "url": f"{url('act', found.id, *key)}#{step.code}"}
    return {"title": name, "url": ""}


# ---- what comes out -------------------------------------------------------------------------------------------------


def result(found: Pack, answer: Answer) -> dict[str, Any]:
    """Give an answer for the page: value, reasons, what lost, what is not known, the days."""
    asked = QUESTIONS[answer.question]
    items = [d for d in answer.details if "text" in d] if isinstance(answer.value, (list, tuple)) else []
    return {
        "value": answer_words(answer),
        "items": [_item_of_list(found, d) for d in items],
        "known": answer.value is not None,
        "moment": "",
        "because": cites(found, answer.because),
        "outvoted": _lost(found, answer.outvoted, lambda v: words.value(asked, v)),
        "unknown": [found.facts[n].label for n in answer.unknown if n in found.facts],
        "explain": answer.explain,
        "days": days(answer.days, answer.value if isinstance(answer.value, dt.date) else None),
        "default": answer.default,
        "confirm": "、".join(answer.confirm),
        "provisional": answer.provisional,
        "safe": "",
        "opens": "",
    }


def _item_of_list(found: Pack, detail: Mapping[str, Any]) -> dict[str, Any]:
    named = [found.clauses[c].citation for c in detail.get("clauses", ()) if c in found.clauses]
    return {"text": detail["text"], "because": cites(found, named), "own": detail.get("origin") == "plan"}


def _lost(found: Pack, rows: Iterable[Outvoted], say: Callable[[Any], str]) -> list[dict[str, Any]]:
    return [{"value": say(row.value), "because": cites(found, row.because), "note": row.note} for row in rows]


def counted(found: Pack, done: Deadline) -> dict[str, Any]:
    """Give a counted deadline for the page, in the shape of `result`."""
    last = {"within": "", "before": "最迟 ", "not_before": ""}[done.direction]
    return {
        "value": f"{last}{words.day(done.due)}（{words.weekday(done.due)}）",
        "items": [],
        "known": True,
        "moment": f"{done.at:%Y-%m-%d %H:%M}" if done.at else "",
        "because": cites(found, done.because),
        "outvoted": _lost(found, done.outvoted, words.day),
        "unknown": [found.facts[n].label for n in done.unknown if n in found.facts],
        "explain": done.explain,
        "days": days(done.days, done.due),
        "default": done.default and found.depth > 0,
        "confirm": "、".join(done.confirm),
        "provisional": done.provisional,
        "safe": words.day(done.safe) if done.safe and done.safe != done.due else "",
        "opens": words.day(done.opens) if done.opens else "",
    }


def days(rows: Sequence[Day], due: dt.date | None) -> list[dict[str, Any]]:
    """Give the days of a count, each with its number or why it does not count."""
    return [
        {
            "date": day.date,
            "weekday": words.weekday(day.date),
            "number": day.number,
            "counted": day.counted,
            "why": day.why,
            "due": day.date == due,
        }
        for day in rows
    ]


def query(form: TryForm) -> list[tuple[str, str]]:
    """Give what was tried as the parameters of the open interface."""
    pairs: list[tuple[str, str]] = []
    for name, value in form.facts.items():
        shown = plain(value)
        if isinstance(shown, bool):
            shown = "true" if shown else "false"
        elif isinstance(shown, list):
            simple = shown and all(isinstance(item, str) for item in shown)
            shown = ",".join(shown) if simple else json.dumps(shown, ensure_ascii=False)
        pairs.append((name, str(shown)))
    if form.cleaned_data["on"]:
        pairs.append(("on", form.cleaned_data["on"].isoformat()))
    if form.provisional:
        pairs.append(("provisional", "1"))
    return pairs


# ---- examples -------------------------------------------------------------------------------------------------------


@cache
def examples(found: Pack) -> tuple[tuple[str, Example], ...]:
    """Give the worked cases of a pack and its parents, its own first, each with the pack it belongs to."""
    return tuple((name, e) for name in reversed(found.chain) for e in packs.load(name).examples())


@dataclass(frozen=True)
class Outcome:
    """This is what the pack answers to an example."""

    value: Any
    because: tuple[Citation, ...]
    unknown: tuple[str, ...]
    shown: str


def outcome(name: str, example: Example) -> Outcome:
    """Answer one example by the rules of its own pack."""
    found = packs.load(name)
    if example.ask:
        answer = found.ask(example.ask, example.facts, example.on)
        return Outcome(plain(answer.value), answer.because, answer.unknown, answer_words(answer))
    if example.deadline and example.start:
        done = found.deadline(example.deadline, example.start, example.on, example.facts)
        return Outcome(done.due.isoformat(), done.because, done.unknown, words.fact(found.facts["start"], done.due))
    verdict = found.gate(example.gate or "", example.facts, example.on)
    return Outcome(verdict.state, verdict.because, verdict.unknown, STATES[verdict.state])


STATES = {"passed": "通过", "failed": "不通过", "unknown": "尚不能判断"}


def answer_words(answer: Answer) -> str:
    """Say the value of an answer; without one, whether facts are lacking or nothing is set."""
    if answer.value is None:
        return words.UNKNOWN if answer.unknown else words.UNSET
    details = {str(d["key"]): str(d["text"]) for d in answer.details if "key" in d}
    return words.value(QUESTIONS[answer.question], answer.value, details)


def shown_example(name: str, example: Example) -> dict[str, Any]:
    """Give one example in words with what the pack answers today."""
    found = packs.load(name)
    facts = words.given(found, example.facts)
    if example.start:
        facts.insert(0, ("起算日", words.fact(found.facts["start"], example.start)))
    if example.on:
        facts.append(("适用哪一天的规则", words.fact(found.facts["start"], example.on)))
    kind = (example.ask and "question") or (example.deadline and "deadline") or "gate"
    about = example.ask or example.deadline or example.gate or ""
    try:
        got = outcome(name, example)
    except PolicyError as error:
        got = Outcome(None, (), (), str(error))
    expected = plain(example.expect)
    return {
        "title": example.title or about,
        "about": _about(found, kind, about),
        "url": url(kind, found.id, about),
        "layer": layer_word(name),
        "facts": facts,
        "outcome": got.shown,
        "unknown": "、".join(found.facts[n].label for n in got.unknown if n in found.facts),
        "because": cites(found, got.because),
        "holds": got.value == expected,
    }


def _about(found: Pack, kind: str, name: str) -> str:
    if kind == "question":
        return QUESTIONS[name].title
    if kind == "deadline":
        return f"{name} {found.merged.deadlines[name].title}"
    return f"{name} {found.merged.gates[name].title}"


# ---- from a clause to what it produces ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Use:
    """This is one place where a clause is the reason: which kind of rule, its words, its page, whose rule it is."""

    kind: str
    title: str
    words: str
    url: str
    layer: str


KINDS = ("问题", "期限", "关口", "程序", "步骤", "文书", "参数", "角色叫法", "歧义处理")


@cache
def index(found: Pack) -> Mapping[str, tuple[Use, ...]]:
    """Give for every clause of a pack the rules it produces, built once."""
    uses: dict[str, dict[Use, None]] = {}

    def note(because: Iterable[Citation], use: Use) -> None:
        for c in because:
            uses.setdefault(c.clause, {})[use] = None

    for because, use in _uses(found):
        note(because, use)
    return {clause: tuple(sorted(rows, key=lambda u: KINDS.index(u.kind))) for clause, rows in uses.items()}


def _uses(found: Pack) -> Iterable[tuple[Sequence[Citation], Use]]:
    merged = found.merged
    for name, rules in merged.questions.items():
        asked = QUESTIONS[name]
        for r in rules:
            said = line(found, r, asked)
            value = f"按期限 {r.clock} 计算" if r.clock else said["value"]
            yield (
                r.because,
                Use("问题", asked.title, f"{said['when']} → {value}", url("question", found.id, name), said["layer"]),
            )
    for code, rule in merged.deadlines.items():
        for r in rule.lines:
            said = line(found, r, None, rule.direction)
            value = f"{said['value']}（{said['when']}）" if r.when else said["value"]
            yield r.because, Use("期限", f"{code} {rule.title}", value, url("deadline", found.id, code), said["layer"])
    for code, gate in merged.gates.items():
        for need in gate.needs:
            address = url("gate", found.id, code)
            yield need.because, Use("关口", f"{code} {gate.title}", words.condition(found, need.must), address, "")
    yield from _act_uses(found)
    for name, values in merged.values.items():
        form = merged.parameters[name]
        for v in values:
            said_value = words.parameter(form, v.value) if v.strength != "unset" else STRENGTHS["unset"]
            address = f"{url('parameters', found.id)}#{name}"
            yield v.because, Use("参数", form.label, said_value, address, layer_word(v.pack))
    for title in merged.roles.values():
        yield title.because, Use("角色叫法", title.title, title.note, url("acts", found.id), "")
    for code, how in merged.resolutions.items():
        address = f"{url('resolutions', found.id)}#{code}"
        yield how.because, Use("歧义处理", how.issue, how.resolution, address, layer_word(how.pack))


def _act_uses(found: Pack) -> Iterable[tuple[Sequence[Citation], Use]]:
    for key, act in found.merged.acts.items():
        address = url("act", found.id, *key)
        yield act.because, Use("程序", act.title, f"{len(act.steps)} 个步骤", address, "")
        for step in act.steps:
            yield step.because, Use("步骤", f"{act.title}：{step.title}", step.public, f"{address}#{step.code}", "")
            for need in step.documents:
                yield need.because, Use("文书", need.title, f"{act.title}：{step.title}", f"{address}#{step.code}", "")


@cache
def proofs(found: Pack) -> Mapping[str, tuple[dict[str, Any], ...]]:
    """Give for every clause the examples whose answer stands on it."""
    proved: dict[str, list[dict[str, Any]]] = {}
    for name, example in examples(found):
        shown = shown_example(name, example)
        for c in shown["because"]:
            proved.setdefault(c["clause"], []).append(shown)
    return {clause: tuple(rows) for clause, rows in proved.items()}


# ---- clauses --------------------------------------------------------------------------------------------------------

PAGE = 20


def find_clauses(found: Pack, text: str, source: str, own: bool) -> list[dict[str, Any]]:
    """Give the clauses that hold every one of the words, in the order of the tables, the pack's own first."""
    wanted = text.split()
    rows = []
    for clause in sorted(found.clauses.values(), key=lambda c: -found.chain.index(c.pack)):
        if (source and clause.source != source) or (own and clause.pack != found.id):
            continue
        held = f"{clause.id}\n{clause.title}\n{clause.text}\n{clause.source_title}".lower()
        if all(word.lower() in held for word in wanted):
            rows.append(
                {
                    "clause": clause,
                    "url": url("clause", found.id, clause.id),
                    "text": words.parts(clause.text, wanted),
                    "uses": len(index(found).get(clause.id, ())),
                    "layer": layer_word(clause.pack),
                }
            )
    return rows
