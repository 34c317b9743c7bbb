"""What the rules found and what a draft says, in words for the page."""

from typing import Any

from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework import wording as drafts
from yangguang.casework.models import Case, Proposal
from yangguang.policy.answers import Verdict
from yangguang.policy.packs import Pack
from yangguang.record.documents import money
from yangguang.record.models import Item
from yangguang.registry.web import address

WORDS = {True: "是", False: "否", None: "（未知）"}
KINDS = {"text": "document", "photo": "photo", "video": "video", "audio": "audio"}
# Which machine verdicts a reviewer looks at beside which item of the checklist.
BESIDE = {
    "subject": ("G3",),
    "officer_qualification": ("G1", "G2"),
    "procedure": ("G4",),
    "discretion": ("G12",),
    "authority": ("G3",),
}


def verdict(pack: Pack, found: Verdict) -> dict[str, Any]:
    """A verdict whose facts have their names and values in Chinese."""
    return {
        "code": found.code,
        "title": found.title,
        "state": found.state,
        "because": found.because,
        "facts_used": [(_label(pack, name), _value(pack, name, value)) for name, value in found.facts_used.items()],
        "failures": found.failures,
        "unknown": [_label(pack, name) for name in found.unknown],
        "explain": found.explain,
        "mend": found.mend,
    }


def _label(pack: Pack, name: str) -> str:
    spec = pack.facts.get(name)
    return spec.label if spec else name


def _value(pack: Pack, name: str, value: Any) -> Any:
    spec = pack.facts.get(name)
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if spec and spec.type == "money_fen":
        return f"{value / 100:,.2f} 元"
    if spec and spec.choices:
        listed = value if isinstance(value, list | tuple) else [value]
        return "、".join(spec.choices.get(one, str(one)) for one in listed)
    return value


def tile(item: Item, proves: str = "") -> dict[str, Any]:
    """An item of the dossier as an evidence tile."""
    stated = item.meta.get("stated", {})
    picture = address("record:page_image", item.pk, 1) if item.code else address("record:thumb", item.pk)
    return {
        "kind": KINDS[item.medium],
        "title": item.title,
        "url": address("record:item", item.pk),
        "thumb": picture if item.medium != Item.Medium.AUDIO else "",
        "alt": f"{item.title}：{proves}" if proves else item.title,
        "who": item.by.name,
        "at": item.at,
        "place": stated.get("place", ""),
        "device": stated.get("device", ""),
        "digest": item.digest,
        "size": item.size_bytes,
        "note": f"证明：{facts.proven(proves)}" if proves else "",
    }


def draft(proposal: Proposal) -> list[tuple[str, str]]:
    """The draft as a reviewer reads it; money, grade and evidence are shown on their own."""
    apart = {"裁量档次", "罚款", "没收", "证据"}
    return [(label, value) for label, value in drafts.as_rows(proposal.case, proposal.body) if label not in apart]


def amounts(body: dict[str, Any]) -> list[dict[str, str]]:
    """What the party would pay or lose: in figures and in capitals."""
    return [
        {"label": label, "figures": f"{fen / 100:,.2f} 元", "words": money.in_words(fen)}
        for label, fen in (("罚款", body["fine_fen"]), ("没收违法所得", body["confiscation_fen"]))
        if fen
    ]


def bands(proposal: Proposal) -> list[dict[str, Any]]:
    """The grades of the benchmark with the one the draft chose, and whether its amount lies inside."""
    body = proposal.body
    return [
        {
            "grade": one["grade"],
            "when": one.get("when", ""),
            "low": one["fine_min_fen"],
            "high": one["fine_max_fen"],
            "chosen": one["grade"] == body["grade"],
            "inside": one["fine_min_fen"] <= body["fine_fen"] <= one["fine_max_fen"],
        }
        for one in proposal.case.power.discretion
    ]


def compared(case: Case, before: Proposal, after: Proposal) -> dict[str, str]:
    """Two drafts side by side for the diff component."""
    return {
        "before": drafts.as_text(case, before.body),
        "after": drafts.as_text(case, after.body),
        "before_label": f"{before} {timezone.localdate(before.at)}",
        "after_label": f"{after} {timezone.localdate(after.at)}",
    }
