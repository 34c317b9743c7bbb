"""What comes out: an answer or a counted deadline for the page, and the same question for the open interface."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from yangguang.policy.answers import Answer, Day, Outvoted, plain
from yangguang.policy.deadlines import Deadline
from yangguang.policy.packs import Pack
from yangguang.policy.questions import QUESTIONS

from .. import words
from ..forms import TryForm
from .basics import cites


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
        "moment": f"{moment:%Y-%m-%d %H:%M}" if (moment := done.at) else "",
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


STATES = {"passed": "通过", "failed": "不通过", "unknown": "尚不能判断"}


def answer_words(answer: Answer) -> str:
    """Say the value of an answer; without one, whether facts are lacking or nothing is set."""
    if answer.value is None:
        return words.UNKNOWN if answer.unknown else words.UNSET
    details = {str(d["key"]): str(d["text"]) for d in answer.details if "key" in d}
    return words.value(QUESTIONS[answer.question], answer.value, details)
