"""These are the hard gates: requirements a transition must meet. What is not known does not open a gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy import conditions
from yangguang.policy.answers import Citation, Verdict


@dataclass(frozen=True, slots=True)
class NeedRule:
    """This is one requirement of a gate with its citations; `depth` 0 is the national floor."""

    when: Mapping[str, Any]
    must: Mapping[str, Any]
    because: tuple[Citation, ...]
    message: str
    mend: str
    since: dt.date | None
    until: dt.date | None
    depth: int = 0

    def in_force(self, on: dt.date | None) -> bool:
        if on is None:
            return self.until is None
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class GateRule:
    """This is one gate with the requirements of all layers."""

    code: str
    title: str
    when: Mapping[str, Any]
    needs: tuple[NeedRule, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """Name the facts this gate may ask for."""
        keys = [*self.when, *(k for n in self.needs for k in (*n.when, *n.must))]
        return tuple(dict.fromkeys(conditions.split(k)[0] for k in keys))


def judge(
    gate: GateRule,
    facts: Mapping[str, Any],
    used: Mapping[str, Any],
    on: dt.date | None,
    roots: Callable[[Sequence[str]], tuple[str, ...]],
    label: Callable[[str], str],
) -> Verdict:
    """Judge one gate. **Shape** `used` goes into the verdict; `roots` names the facts behind a derived one."""
    applies, open_when = conditions.holds(gate.when, facts)
    if applies is False:
        return Verdict(gate.code, gate.title, "passed", (), used, explain="本关口不适用于这种情形。")
    standing = [need for need in gate.needs if need.in_force(on)]
    if not standing and on:
        words = f"本包及其上级没有适用于 {on.isoformat()} 的要求，不能判断。"
        mend = "核对行为日期；确属更早的行为，按当时的法律人工审查。"
        return Verdict(gate.code, gate.title, "unknown", (), used, mend=mend, explain=words)
    failed: list[NeedRule] = []
    unsure: list[tuple[NeedRule, tuple[str, ...]]] = []
    met: list[NeedRule] = []
    for need in standing:
        due, open_due = conditions.holds(need.when, facts)
        good, open_must = conditions.holds(need.must, facts)
        if due is False or good is True:
            if due is not False:
                met.append(need)
        elif due is True and applies is True and good is False:
            failed.append(need)
        else:
            unsure.append((need, (*open_when, *open_due, *(open_must if good is None else ()))))
    state = "failed" if failed else "unknown" if unsure else "passed"
    blocking = failed or [need for need, _ in unsure] or met
    unknown = roots([name for _, absent in unsure for name in absent])
    because = tuple({c.clause: c for need in blocking for c in need.because}.values())
    explain = "；".join(need.message for need in failed)
    if unknown:
        explain = "；".join(
            [*([explain] if explain else []), f"尚不知道：{'、'.join(label(n) for n in unknown)}，不知道不等于通过"]
        )
    return Verdict(
        code=gate.code,
        title=gate.title,
        state=state,
        because=because,
        facts_used=used,
        mend="；".join(dict.fromkeys(need.mend for need in blocking)) if state != "passed" else "",
        failures=tuple(need.message for need in failed),
        unknown=unknown,
        explain=explain or "符合要求。",
    )
