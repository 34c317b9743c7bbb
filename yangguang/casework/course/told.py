"""What the registers and the steps tell of a case, by the names of the pack: nobody is asked for it again."""

from collections.abc import Container, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.packs import Pack

from ..models import Case

PARTY = {
    "party_name": "name",
    "party_id_no": "id_no",
    "party_uscc": "uscc",
    "party_representative": "legal_rep",
    "party_address": "address",
    "party_phone": "phone",
}
ITEM = ("licence_item", "measure_item", "levy_item", "charge_item", "inspection_item")  # what the power is called
BASIS = ("licence_basis", "levy_basis", "measure_clause")
SOURCES = {
    **dict.fromkeys(PARTY, "当事人登记"),
    "party_kind": "当事人登记",
    **dict.fromkeys((*ITEM, *BASIS), "权责清单"),
    "remedies_text": "执法主体登记的复议机关和法院",
    "certificates_shown": "承办人员的执法证",
}


def registered(case: Case, pack: Pack) -> dict[str, Any]:
    """What the registers say of a case, by the names of the pack; only names the pack has."""
    party, power = case.party, case.power
    found: dict[str, Any] = {
        "kind": case.kind,
        "procedure": case.procedure,
        "party_kind": party.kind,
        "touches": case.touches,
        **{name: value for name, field in PARTY.items() if (value := getattr(party, field))},
        **dict.fromkeys(ITEM, power.name),
        "certificates_shown": f"{case.certificate1.number}、{case.certificate2.number}",
        **({"remedies_text": text} if (text := remedies(case, pack)) else {}),
    }
    if power.basis:
        words = "；".join(f"《{law['law']}》{law['article']}" for law in power.basis)
        found |= dict.fromkeys(BASIS, words)
    return {name: value for name, value in found.items() if name in pack.facts}


def followed(said: Mapping[str, Any], done: Container[str], pack: Pack) -> dict[str, Any]:
    """What follows from the steps by itself, by the names of the pack: nobody is asked whether it is so."""
    found = {
        "compensation_settled": bool(said.get("paid_on")) and bool(said.get("requisition_compensation_fen")),
        "term_extended": "extend" in done,
        "suspensions": _appraised(said),
        "property_returned": bool(said.get("returned_on")) or said.get("property_lost") is False,
    }
    return {name: value for name, value in found.items() if name in pack.facts}


def _appraised(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The time of an appraisal does not count where the party was told of it in writing (行政强制法 art. 25(3))."""
    since, until = said.get("appraisal_from"), said.get("appraisal_until")
    if not (since and until and said.get("appraisal_told")):
        return []
    return [{"from": since, "to": until, "reason": "检测、检验、检疫或者技术鉴定"}]


def remedies(case: Case, pack: Pack) -> str | None:
    """救济途径 in the words of the pack, with the organs of the body's registration; None where one is not registered.

    **Clause** 行政复议法 art. 23(1)(1): against what was decided on the spot reconsideration comes first.
    """
    words = _remedies(pack, case.kind, case.procedure, case.applied_on)
    if not (case.body.reconsideration and case.body.court and words):
        return None
    return words.replace("〔复议机关〕", case.body.reconsideration).replace("〔人民法院〕", case.body.court)


@lru_cache(maxsize=256)
def _remedies(pack: Pack, kind: str, procedure: str, on: date) -> str | None:
    ways = pack.ask("remedies", facts={"kind": kind, "procedure": procedure}, on=on).value or ()
    name = "remedies_text_first" if "reconsideration_first" in ways else "remedies_text"
    found = pack if name in pack.merged.parameters else packs.load(pack.id)  # an edition from before it said so
    return found.parameter(name).value


def day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localdate(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) >= 10:
        moment = datetime.fromisoformat(value)
        return timezone.localdate(moment) if moment.tzinfo else moment.date()
    return None


def moment(value: Any) -> datetime | None:
    """The hour a fact names; None where it names a day only."""
    if isinstance(value, str) and len(value) > 10:
        value = datetime.fromisoformat(value)
    return timezone.localtime(value) if isinstance(value, datetime) and value.tzinfo else None
