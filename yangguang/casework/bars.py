"""What keeps a violation from being punished, or has it punished more lightly: age, capacity, fault, limitation.

**Clause** 行政处罚法 art. 30, 31, 33, 36; gate G70.  A case keeps the edition it was opened under: one without that gate
is asked nothing of this.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.packs import Pack
from yangguang.registry import identifiers
from yangguang.registry.models import Party
from yangguang.trail.errors import Refused

from .errors import BadFact, NotPunishable, TimeBarred
from .models import Case

GATE, LIMITATION = "G70", "D23"
LABELS = {
    "violation_ended_on": "违法行为终了之日",
    "harm": "涉及公民生命健康安全、金融安全且有危害后果",
    "capacity": "当事人违法时的辨认和控制能力",
    "minor_corrected": "违法行为轻微并及时改正，没有造成危害后果",
    "no_fault": "当事人有证据足以证明没有主观过错",
    "mitigation": "依法从轻或者减轻的情节和幅度",
}
YES_NO = ("harm", "minor_corrected", "no_fault")


def asked(pack: Pack) -> bool:
    return GATE in pack.gate_codes


def of_draft(pack: Pack, case: Case, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in their one shape.  **Raises** BadFact naming the one that is missing or cannot be."""
    ended = _day(given.get("violation_ended_on"))
    found: dict[str, Any] = {"violation_ended_on": ended.isoformat()}
    for name in YES_NO:
        if not isinstance(given.get(name), bool):
            raise BadFact(f"“{LABELS[name]}”没有回答", mend="回答是或者否；不知道的先查明", field=name)
        found[name] = given[name]
    if case.party.kind == Party.Kind.NATURAL:
        choices = pack.facts["capacity"].choices or {}
        if given.get("capacity") not in choices:
            raise BadFact(
                f"“{LABELS['capacity']}”没有选择", mend=f"可选：{'、'.join(choices.values())}", field="capacity"
            )
        found["capacity"] = given["capacity"]
    found["mitigation"] = str(given.get("mitigation") or "").strip()
    return found


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value or ""))
    except ValueError as wrong:
        raise BadFact(
            f"“{LABELS['violation_ended_on']}”没有填写或者不是日期",
            mend="填写年月日；有连续或者继续状态的，填行为终了之日，发现时还在继续的填发现之日",
            field="violation_ended_on",
        ) from wrong


def facts(pack: Pack, case: Case, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the gate asks, of the answers of a draft; what cannot be told, or is not said yet, stays out."""
    said = told.get("violation_ended_on") or None
    ended = said if said is None or isinstance(said, date) else date.fromisoformat(said)
    found = {
        "violation_ended_on": ended,
        "life_health_finance_harm": told.get("harm"),
        "minor_corrected": told.get("minor_corrected"),
        "no_fault": told.get("no_fault"),
        "capacity": told.get("capacity") or None,
        "mitigated": len(told.get("mitigation") or "") >= 4,
        "age": None if ended is None else age(case.party, ended),
        "within_limitation": None if ended is None else in_time(pack, ended, case.found_on, told.get("harm")),
    }
    return {name: value for name, value in found.items() if value is not None}


def age(party: Party, on: date) -> int | None:
    """The full years of a natural person on a day, as the 公民身份号码 tells; None where there is none."""
    if party.kind != Party.Kind.NATURAL or not party.id_no:
        return None
    try:
        born = identifiers.born_on(party.id_no)
    except Refused:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born <= on else None


def in_time(pack: Pack, ended: date, found: date, harm: bool | None) -> bool | None:
    """Whether a violation was found before its limitation; None where that hangs on the harm, or on an older law."""
    last = [_last(pack, ended, one) for one in ((harm,) if harm is not None else (False, True))]
    within = {None if day is None else found <= day for day in last}
    return within.pop() if len(within) == 1 else None


def _last(pack: Pack, ended: date, harm: bool) -> date | None:
    try:
        known = {"life_health_finance_harm": harm}
        return pack.deadline(LIMITATION, start=ended, on=ended, facts=known, provisional=True).due
    except NoRuleInForce:
        return None


def must_be_in_time(pack: Pack, ended: date | None, found: date, touches: Collection[str]) -> None:
    """**Raises** TimeBarred where a case is asked to be opened for what the law lets be.  **Clause** art. 36.

    What nobody knows yet is settled before a penalty is proposed; only what is certainly over is refused here.
    """
    if ended is None or not asked(pack):
        return
    if ended > found:
        raise BadFact("违法行为终了之日晚于发现之日", mend="发现时还在继续的，填发现之日或者留空", field="ended_on")
    harm = True if "health" in touches else None
    if in_time(pack, ended, found, harm) is False:
        raise TimeBarred(
            f"违法行为于 {ended} 终了，{found} 才被发现，已经超过处罚时效",
            because=pack.gate(GATE, {"kind": "penalty", "within_limitation": False}).because,
            mend="不予立案，不再给予行政处罚；有连续或者继续状态的，填写行为终了之日",
            field="ended_on",
        )


def must_be_punishable(pack: Pack, known: Mapping[str, Any], on: date) -> None:
    """**Raises** NotPunishable with the clause where the law gives no penalty, or more is to be known first."""
    if not asked(pack):
        return
    if known["violation_ended_on"] > on:
        raise BadFact(
            "违法行为终了之日晚于提出处理意见之日", mend="还没有终了的，先责令改正", field="violation_ended_on"
        )
    verdict = pack.gate(GATE, known)
    if verdict.state == "passed":
        return
    none = pack.gate(GATE, {**known, "mitigated": True}).state == "failed"  # no lighter penalty would do either
    lacking = "、".join(pack.facts[name].label for name in verdict.unknown if name in pack.facts)
    raise NotPunishable(
        "不能提出给予处罚的意见：" + ("；".join(verdict.failures) or f"还没有查明：{lacking}"),
        because=verdict.because,
        mend=f"{verdict.mend}；在案件页办理“不予行政处罚”" if none else verdict.mend,
        field="bars",
    )


def words(pack: Pack, case: Case, body: Mapping[str, Any]) -> str:
    """What notice and decision say of age and capacity; "" where the law asks for nothing lighter.  art. 30, 31."""
    told = body.get("bars")
    if not told or not told["mitigation"]:
        return ""
    years = age(case.party, date.fromisoformat(told["violation_ended_on"]))
    reasons = []
    if years is not None and _lighter(pack, years):
        reasons.append((f"当事人违法时{years}周岁", "CN-PEN-30"))
    if told.get("capacity") == "limited":
        reasons.append(("当事人违法时尚未完全丧失辨认或者控制自己行为的能力", "CN-PEN-31"))
    said = "，".join(text for text, _ in reasons)
    lead = f"{said}，依照{'、'.join(_name(pack, code) for _, code in reasons)}，" if reasons else ""
    return f"{lead}从轻或者减轻处罚：{told['mitigation']}"


def rows(pack: Pack, case: Case, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The answers with their labels, as a draft is read."""
    yes = [LABELS[name] for name in YES_NO if told[name]]
    ended = date.fromisoformat(told["violation_ended_on"])
    found = [
        (LABELS["violation_ended_on"], told["violation_ended_on"]),
        ("不予处罚的情形和危害", "；".join(yes) or "均否"),
    ]
    if (years := age(case.party, ended)) is not None:
        found.append(("违法时的年龄", f"{years}周岁"))
    if told.get("capacity"):
        found.append((LABELS["capacity"], (pack.facts["capacity"].choices or {})[told["capacity"]]))
    return found + ([(LABELS["mitigation"], told["mitigation"])] if told["mitigation"] else [])


def _lighter(pack: Pack, years: int) -> bool:
    """Whether the gate asks for a lighter penalty at this age, all else being in order."""
    fine = {"capacity": "full", "minor_corrected": False, "no_fault": False, "within_limitation": True}
    person = {"kind": "penalty", "party_kind": Party.Kind.NATURAL.value, "age": years}
    return pack.gate(GATE, {**person, **fine, "mitigated": False}).state == "failed"


def _name(pack: Pack, code: str) -> str:
    clause = pack.clauses[code]
    return f"《{pack.merged.sources[clause.source].title}》{clause.title}"
