"""What a list must satisfy as a whole: never looser than the law, every element there, every kind covered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yangguang.policy.answers import Answer, Citation
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, RECORDING

from .kinds import Column, ListKind
from .tables import Problem, Row, columns_by_name


@dataclass
class Found:
    """Problems of the whole list, with the clauses they stand on."""

    problems: list[Problem] = field(default_factory=list)
    because: list[Citation] = field(default_factory=list)

    def add(self, problem: Problem, because: Iterable[Citation]) -> None:
        self.problems.append(problem)
        self.because += [one for one in because if one not in self.because]


@dataclass(frozen=True)
class Piloted:
    """The kinds of act whose three systems a body must have in force, and by which clauses."""

    kinds: tuple[str, ...] = ()
    because: tuple[Citation, ...] = ()


def check(
    kind: ListKind, columns: Sequence[Column], rows: Sequence[Row], pack: Pack, on: date, piloted: Piloted
) -> Found:
    """What is wrong with rows that are each well formed."""
    found = Found()
    _piloted(found, kind, rows, pack, piloted)
    if kind.code in _CHECKS:
        _CHECKS[kind.code](found, columns, rows, pack, on)
    return found


# The lists through which the three systems act on a kind of act.
SYSTEMS = ("list_pre_disclosure", "list_decisions_published", "list_av", "catalogue_review")


def speaks_of(rows: Iterable[Row], kind: str) -> bool:
    """Whether a list speaks of a kind of act: a row that names it, or one that names none and so concerns all."""
    return any(row["kind"] == kind if "kind" in row else kind in (row.get("kinds") or [kind]) for row in rows)


def _piloted(found: Found, kind: ListKind, rows: Sequence[Row], pack: Pack, piloted: Piloted) -> None:
    """**Clause** QD-2.2b, QD-2.2c, QD-A2.1, QD-A2.2, QD-A2.3: what a unit pilots is in each list that carries a system."""
    words = pack.facts["kind"].choices or {}
    for one in piloted.kinds if kind.code in SYSTEMS else ():
        if not speaks_of(rows, one):
            found.add(
                Problem(0, "", "", f"清单没有本单位试点的{words[one]}", f"至少为{words[one]}编列一行"),
                piloted.because,
            )


def demanded(pack: Pack, event: str, kinds: Sequence[str], on: date) -> Answer:
    """The strictest that the rules ask for one event over these kinds of act; without kinds, over any."""
    asked = [
        pack.ask("recording", {"event": event, "touches": [], **({"kind": one} if one else {})}, on)
        for one in (kinds or [""])
    ]
    return max(asked, key=lambda answer: RECORDING.index(answer.value or "none"))


def _recording(found: Found, columns: Sequence[Column], rows: Sequence[Row], pack: Pack, on: date) -> None:
    """**Clause** QD-3.2.2b, QS-3.2.2e, DH-2.2.3b, WC-2.2.3a: a list may ask for more than the rules, never for less."""
    column = columns_by_name(columns)["level"]
    for number, row in enumerate(rows, start=1):
        least = demanded(pack, row["event"], row.get("kinds") or (), on)
        if RECORDING.index(row["level"]) < RECORDING.index(least.value or "none"):
            found.add(
                Problem(
                    number,
                    column.label,
                    dict(column.choices)[row["level"]],
                    f"低于规则的要求：{GRADE_WORDS[least.value]}",
                    f"改为“{dict(column.choices)[least.value]}”或者更严",
                    column.name,
                ),
                least.because,
            )


def _catalogue(found: Found, columns: Sequence[Column], rows: Sequence[Row], pack: Pack, on: date) -> None:
    """**Clause** WC-2.3.1(3)b: the kinds that the plan names are each in the catalogue."""
    by_name = columns_by_name(columns)
    for number, row in enumerate(rows, start=1):
        if not row.get("kinds") and not row.get("powers"):
            column = by_name["kinds"]
            words = "执法行为种类和执法事项编码都没有填写，不知道目录管哪些决定"
            found.add(Problem(number, column.label, "", words, "至少填写一项", column.name), ())
    asked = pack.parameter("review_catalogue_kinds")
    titles = dict(by_name["kinds"].choices)
    covered = {titles[kind] for row in rows for kind in row.get("kinds") or ()}
    for title in asked.value or ():
        if title not in covered:
            found.add(Problem(0, "", "", f"目录没有“{title}”的事项", f"至少为{title}编列一行"), asked.because)


def _elements(found: Found, columns: Sequence[Column], rows: Sequence[Row], pack: Pack, on: date) -> None:
    """**Clause** QD-3.1.1(1)b, QD-3.1.1(1)c: each kind of act carries the whole set of elements."""
    asked = pack.ask("pre_elements", on=on)
    titles = dict(columns_by_name(columns)["kind"].choices)
    for kind in dict.fromkeys(row["kind"] for row in rows):
        there = {row["element"] for row in rows if row["kind"] == kind}
        missing = [one for one in asked.value or () if one not in there]
        if missing:
            words = f"{titles[kind]}缺少公示要素：{'、'.join(missing)}"
            found.add(Problem(0, "", "", words, "为每一类执法行为补齐各要素"), asked.because)


LAW = re.compile(r"《[^《》]+》第[〇零一二三四五六七八九十百千\d]+条")


def names_law(words: str) -> bool:
    """Whether these words name a law and its article: 《……法》第……条."""
    return bool(LAW.search(words.replace(" ", "")))


def _decisions(found: Found, columns: Sequence[Column], rows: Sequence[Row], pack: Pack, on: date) -> None:
    """**Clause** QS-3.1.3d, DH-2.1.4a: what is not published stands on a law or regulation that is named."""
    column = columns_by_name(columns)["basis"]
    for number, row in enumerate(rows, start=1):
        if not row["publish"] and not names_law(row["basis"]):
            found.add(
                Problem(
                    number,
                    column.label,
                    row["basis"],
                    "不公开的决定没有写明法律、法规的名称和条款",
                    "写成“《……法》第……条”；没有法律、法规规定的，应当公开",
                    column.name,
                ),
                pack.parameter("publish_exceptions").because,
            )


_CHECKS: dict[str, Callable[[Found, Sequence[Column], Sequence[Row], Pack, date], Any]] = {
    "list_av": _recording,
    "catalogue_review": _catalogue,
    "list_pre_disclosure": _elements,
    "list_decisions_published": _decisions,
}
