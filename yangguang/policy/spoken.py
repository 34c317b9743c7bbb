"""What officers say at each activity: short standard wording, a phrase with the clauses it rests on.

**Clause** QS-3.2.2g.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack


@dataclass(frozen=True, slots=True)
class Phrase:
    """This is one thing to say."""

    text: str
    because: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """These are the phrases of one activity.  **Shape** `event`: the recording it is said in, "" where none is asked."""

    step: str
    event: str
    title: str
    phrases: tuple[Phrase, ...]


def of(pack: Pack, kind: str, step: str, title: str, events: Iterable[str], on: dt.date) -> tuple[Words, ...]:
    """Say what is to be said at a step, recording by recording; at a step without one, what belongs to the step."""
    names = pack.facts["event"].choices or {}
    found = []
    for event in tuple(events) or ("",):
        facts = {"kind": kind, "step": step} | ({"event": event} if event else {})
        answer = pack.ask("spoken_words", facts, on)
        # What everybody says first, then what the body's own plan adds.
        told = sorted(answer.details, key=lambda one: one["origin"] == "plan" and pack.depth > 0)
        phrases = tuple(Phrase(one["text"], tuple(pack.clause(code) for code in one["clauses"])) for one in told)
        if phrases:
            named = f"{title}：{names[event]}" if event and names[event] != title else title
            found.append(Words(step, event, named, phrases))
    return tuple(found)
