"""Reads of a decision to give no penalty: where it stands, and which clause it rests on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from yangguang.casework import bars, file
from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.record.queries import Owed

from .. import versions
from ..models import Decision, Service
from .models import ExemptionAnswer, ExemptionRequest

ENDING = "不予行政处罚"
EDUCATION = "CN-PEN-33.3"
CLAUSES = {
    "minor": "CN-PEN-33.1",
    "first_time": "CN-PEN-33.1",
    "no_fault": "CN-PEN-33.2",
    "under_14": "CN-PEN-30",
    "incapable": "CN-PEN-31",
    "limitation": "CN-PEN-36.1",
    "not_established": "CN-PEN-57.1",
}
# What a case that ends without a penalty does not go through.
LEFT_OUT = ("propose", "review", "notice", "defence", "hearing", "deliberate", "decide", "perform")


def last(case: Case) -> ExemptionRequest | None:
    return file.last(case, ExemptionRequest)


def waiting(case: Case) -> ExemptionRequest | None:
    """The request that no head has answered yet."""
    asked = last(case)
    return asked if asked is not None and not hasattr(asked, "answer") else None


def granted(case: Case) -> ExemptionAnswer | None:
    """The answer by which the case ends without a penalty."""
    answer = getattr(last(case), "answer", None)
    return answer if answer is not None and answer.approved else None


def served(case: Case) -> Service | None:
    """The service of the document that says so."""
    answer = granted(case)
    if answer is None or answer.item is None:
        return None
    return versions.first_service(answer.item)


def cite(pack: Pack, *codes: str) -> list[Citation]:
    """The clauses, as far as the edition of the case has them."""
    return [pack.clause(code) for code in codes if code in pack.clauses]


def clauses_of(answer: ExemptionAnswer) -> list[Citation]:
    """The clauses on which no penalty was given."""
    return cite(cases.pack_of(answer.case), CLAUSES[answer.request.reason])


def owed(asked: Iterable[Owed], shown: bool = False) -> list[Owed]:
    """What the file of such a case must hold, of what the whole procedure asks.

    **Shape** `shown`: the decision became public, so that the papers of its publication are owed too.
    """
    left_out = LEFT_OUT if shown else (*LEFT_OUT, "disclose")
    return [one for one in asked if one.step not in left_out]


def contradicted(case: Case, reason: str, ended: date | None) -> str:
    """Why the reason certainly does not fit what the register knows; "" where it fits or only people can tell."""
    pack = cases.pack_of(case)
    told: dict[str, Any] = bars.facts(pack, case, {"violation_ended_on": ended})
    if reason in ("under_14", "incapable") and cases.act_facts(case).get("party_kind") != "natural":
        return "当事人不是自然人"
    if reason == "under_14" and told.get("age") is not None:
        verdict = pack.gate(bars.GATE, {**_else(case), "age": told["age"]}) if bars.asked(pack) else None
        if verdict is not None and verdict.state == "passed":
            return f"按当事人的公民身份号码，违法时已满{told['age']}周岁"
    if reason == "limitation" and told.get("within_limitation") is True:
        return f"违法行为于 {ended} 终了，{case.found_on} 被发现，没有超过处罚时效"
    if reason == "first_time" and Decision.objects.filter(case__party__key=case.party.key).exists():
        return "当事人此前受过行政处罚，不是初次违法"
    return ""


def _else(case: Case) -> dict[str, Any]:
    """A draft to which nothing but the age could be an obstacle."""
    return {
        "kind": "penalty",
        "party_kind": case.party.kind,
        "capacity": "full",
        "minor_corrected": False,
        "no_fault": False,
        "within_limitation": True,
        "mitigated": True,
    }
