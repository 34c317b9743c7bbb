"""These are the lines of all layers made ready: cited, dated, ordered from the national floor to the pack itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from yangguang.policy import conditions
from yangguang.policy.answers import Citation
from yangguang.policy.schema import Limit


@dataclass(frozen=True, slots=True)
class Rule:
    """This is one line of a question or a deadline, with its citations; `depth` 0 is the national floor.

    **Shape** `clock`: for a line of a question the deadline it refers to, for a line of a deadline its own code.
    """

    depth: int
    when: Mapping[str, Any]
    because: tuple[Citation, ...]
    since: dt.date | None
    until: dt.date | None
    confirm: bool
    default: bool
    note: str
    value: Any = None
    clock: str | None = None
    limit: Limit | None = None
    details: Mapping[str, str] | None = None
    exempt: tuple[str, ...] = ()

    def in_force(self, on: dt.date | None) -> bool:
        """Tell whether the line applies to acts of that day; without a day, whether it applies still."""
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def concerns(self, facts: Mapping[str, Any]) -> bool:
        """Tell whether the line may speak of this kind of act at all, whatever its other conditions."""
        kinds = {key: want for key, want in self.when.items() if conditions.split(key)[0] == "kind"}
        return conditions.holds(kinds, facts)[0] is not False


@dataclass(frozen=True, slots=True)
class Held:
    """This is a line that holds, or may hold (`certain` false) while facts are absent."""

    rule: Rule
    certain: bool
    absent: tuple[str, ...] = ()


H = TypeVar("H", bound=Held)


def standing(rules: Iterable[Rule], facts: Mapping[str, Any], on: dt.date | None) -> list[Held]:
    """Pick the lines in force whose conditions hold or may hold; a filled gap (`default`) gives way to a lower pack."""
    held = []
    for rule in rules:
        if not rule.in_force(on):
            continue
        answer, absent = conditions.holds(rule.when, facts)
        # An exemption nobody claims is no exemption: the stricter line stands.
        missing = tuple(name for name in absent if name not in rule.exempt)
        if answer is not False:
            held.append(Held(rule, not missing, missing))
    return yielding(held)


def yielding(held: Sequence[H]) -> list[H]:
    """Leave out defaults for which a deeper pack has a line of its own that surely holds."""
    deepest = max((h.rule.depth for h in held if h.certain and not h.rule.default), default=-1)
    return [h for h in held if not h.rule.default or h.rule.depth >= deepest]


def citations(rules: Iterable[Rule]) -> tuple[Citation, ...]:
    """Collect the citations of several lines, each clause once, the deepest pack first."""
    found: dict[str, Citation] = {}
    for rule in sorted(rules, key=lambda r: -r.depth):
        for citation in rule.because:
            found.setdefault(citation.clause, citation)
    return tuple(found.values())


def to_confirm(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Name the clauses a local user must confirm; none where one line stands on confirmed words alone."""
    rules = tuple(rules)
    if any(not rule.confirm and not any(c.confirm for c in rule.because) for rule in rules):
        return ()
    return tuple(dict.fromkeys(c.clause for rule in rules for c in rule.because if rule.confirm or c.confirm))
