"""What of a document may be corrected, and by whom."""

from dataclasses import dataclass
from typing import Any

from yangguang.policy import packs
from yangguang.registry.access import Caller

from .. import documents, queries
from ..models import Item

WORDS = (
    "text",
    "long",
    "date",
)  # slips of the pen; an amount, a choice, a yes or no is a new decision, not a correction
KEPT = {
    "number",
    "opinions",
    "body",
    "version",
    "draft_sha256",
}  # what others gave, or what binds the document to others
MOST = 120


@dataclass(frozen=True)
class Place:
    """One value of a document: where it lies in the data, what it is called, what stands there."""

    path: tuple[str | int, ...]
    label: str
    type: str
    value: str

    @property
    def key(self) -> str:
        return ".".join(map(str, self.path))


def places(item: Item) -> list[Place]:
    """Every value whose words may be put right, in the order of the form."""
    found: list[Place] = []
    for field in documents.template(item.code).fields:
        path = tuple(field.name.split("."))
        if path[0] in KEPT:
            continue
        held = _at(item.data, path)
        if field.type in WORDS and isinstance(held, str):
            found.append(Place(path, field.label, field.type, held))
        elif field.type == "list" and isinstance(held, list):
            found += _of_list(field, path, held)
    return found[:MOST]


def _of_list(field: Any, path: tuple[str | int, ...], rows: list[Any]) -> list[Place]:
    found = []
    for number, row in enumerate(rows):
        if isinstance(row, str):
            found.append(Place((*path, number), f"{field.label}第 {number + 1} 项", "text", row))
        for sub in field.of:
            held = _at(row, tuple(sub.name.split(".")))
            if sub.type in WORDS and isinstance(held, str):
                label = f"{field.label}第 {number + 1} 项{sub.label}"
                found.append(Place((*path, number, *sub.name.split(".")), label, sub.type, held))
    return found


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return None
        data = data[name]
    return data


def may(caller: Caller, item: Item) -> bool:
    """Whether the page is offered: to who handles the matter, and for what leaves the house to a head of the body."""
    if caller.scope != item.scope or not item.code or not item.data or item.event == "public":
        return False
    if not documents.template(item.code).internal:
        return caller.has("head")
    matter = queries.matter(item.dossier)
    return matter is not None and caller.officer.key in matter.keepers


def because(item: Item) -> tuple[Any, ...]:
    """Why the old version stays."""
    return (packs.load("cn").clause("CN-PEN-47"),)


def corrected_by(item: Item) -> Item | None:
    """The version that took the place of this one."""
    return Item.objects.filter(replaces=item).select_related("by").order_by("at", "id").first()
