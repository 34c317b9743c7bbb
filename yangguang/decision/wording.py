"""What the rules found and what a draft says, in words for the page."""

from typing import Any

from yangguang.casework import facts
from yangguang.casework.models import Case, Proposal
from yangguang.duty import queries as duties
from yangguang.record.models import Item
from yangguang.registry.web import address
from yangguang.review.wording import verdict

from . import papers

__all__ = ["draft", "duty_rows", "penalties", "tile", "verdict"]


def draft(proposal: Proposal) -> list[tuple[str, str]]:
    """The draft as the head reads it."""
    body = proposal.body
    rows = [
        ("违法事实", body["facts"]),
        ("违反的规定", body["violated"]),
        ("处罚依据", body["basis"]),
        ("裁量", f"{body['grade']}：{body['discretion']}" if body["grade"] else body["discretion"]),
    ]
    if body["deviation"]:
        rows.append(("偏离裁量基准的理由", body["deviation"]))
    if body["correction"]:
        rows.append(("改正情况", body["correction"]))
    return rows


def penalties(body: dict[str, Any]) -> list[str]:
    """Each penalty with its amount in capitals and in figures."""
    lines = papers.penalty_lines(body["penalties"], body["fine_fen"], body["confiscation_fen"], body.get("other", ""))
    return [line["text"] for line in lines]


KINDS = {"text": "document", "photo": "photo", "video": "video", "audio": "audio"}


def tile(item: Item, proves: str = "") -> dict[str, Any]:
    """An item of the dossier as an evidence tile."""
    stated = item.meta.get("stated", {})
    picture = address("record:page_image", item.pk, 1) if item.code else address("record:thumb", item.pk)
    return {
        "kind": KINDS[item.medium],
        "title": item.title,
        "url": address("record:item", item.pk),
        "thumb": picture,
        "alt": f"{item.title}：{proves}" if proves else item.title,
        "who": item.by.name,
        "at": item.at,
        "place": stated.get("place", ""),
        "device": stated.get("device", ""),
        "digest": item.digest,
        "size": item.size_bytes,
        "note": f"证明：{facts.proven(proves)}" if proves else "",
    }


def duty_rows(case: Case) -> list[dict[str, Any]]:
    """The duties of the case with their day-by-day proof, open ones first."""
    rows = []
    for duty in duties.of(case.chain):
        ended = getattr(duty, "discharge", None)
        rows.append(
            {
                "title": duty.title,
                "due_on": duty.due_on,
                "days": duty.days,
                "because": duty.because,
                "outvoted": duty.outvoted,
                "explain": duty.explain,
                "provisional": duty.provisional,
                "done_on": ended.at if ended else None,
            }
        )
    return rows
