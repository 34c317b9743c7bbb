"""The order of a dossier's volumes: which paper lies where, on which page, and what is only listed with its digest.

The order is data (`packs/cn/documents/_archive.yaml`); nothing here knows a kind of document by name.
**Clause** 行政处罚法 art. 47, QS-3.2.3a 《河南省行政执法案卷立卷规范》.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, model_validator

from .documents.templates import PACKS
from .formbook import marks
from .models import Item, Waiver

VOLUMES = {"main": "正卷", "sub": "副卷"}
PLACES = PACKS / "cn" / "documents" / "_archive.yaml"


class Place(BaseModel):
    """One place in a volume, and what belongs there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    title: str
    codes: tuple[str, ...] = ()
    receipt: bool = False
    media: bool = False
    uploads: bool = False
    public: bool = False
    rest: bool = False

    def fits(self, item: Item) -> bool:
        if item.event == "public":
            return self.public
        if item.medium != Item.Medium.TEXT:
            return self.media
        return item.code in self.codes if item.code else self.uploads


class Order(BaseModel):
    """The two volumes, from the top down."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    because: str
    main: tuple[Place, ...]
    sub: tuple[Place, ...]

    @model_validator(mode="after")
    def _one_place_for_the_rest(self) -> "Order":
        if sum(place.rest for _, place in self.places) != 1:
            raise ValueError("须有且只有一行 rest: true，否则有的材料无处可放")
        return self

    @property
    def places(self) -> list[tuple[str, Place]]:
        return [("main", place) for place in self.main] + [("sub", place) for place in self.sub]


@lru_cache
def order(path: Path = PLACES) -> Order:
    return Order.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")), strict=False)


@dataclass(frozen=True)
class Line:
    """One line of the 卷内目录."""

    volume: str
    place: str
    no: int
    item: Item
    page_from: int  # 0: no paper pages, listed with its digest only
    pages: int

    @property
    def span(self) -> str:
        return span(self.page_from, self.pages)

    def author(self, body: str) -> str:
        """责任者: the body for its own documents, the person who took them in for recordings and evidence."""
        return body if self.item.code else self.item.by.name

    def as_json(self, body: str) -> dict[str, Any]:
        item = self.item
        return {
            "volume": self.volume,
            "no": self.no,
            "item": str(item.pk),
            "code": item.code,
            "medium": item.medium,
            "number": item.number,
            "author": self.author(body),
            "title": item.title,
            "on": item.on.isoformat(),
            "page_from": self.page_from,
            "pages": self.pages,
            "digest": item.digest,
            "note": item.note,
        }


def arrange(items: Iterable[Item], follows: Mapping[UUID, UUID]) -> list[Line]:
    """Every item in its place, both volumes numbered from 1, pages running on within each volume.

    **Shape** `follows`: 送达回证 → the document it is the receipt of.
    """
    kept = sorted(items, key=lambda item: (item.on, item.at, item.pk))
    receipts: dict[UUID, list[Item]] = {}
    for item in kept:
        if item.pk in follows:
            receipts.setdefault(follows[item.pk], []).append(item)
    lines: list[Line] = []
    left = list(kept)
    rest = [place for _, place in order().places if place.rest]
    taken: dict[Place, list[Item]] = {}
    for _, place in order().places:
        for item in [one for one in left if one.pk not in follows and place.fits(one)]:
            group = [item, *receipts.get(item.pk, ())] if place.receipt else [item]
            taken.setdefault(place, []).extend(group)
            left = [one for one in left if one not in group]
    for volume in VOLUMES:
        no, page = 0, 1
        for place in getattr(order(), volume):
            for item in [*taken.get(place, ()), *(left if place in rest else ())]:
                no, pages = no + 1, paper_pages(item)
                lines.append(Line(volume, place.title, no, item, page if pages else 0, pages))
                page += pages
    return lines


def span(page_from: int, pages: int) -> str:
    """页号: one page, from–to, or a dash for what has no paper."""
    if not pages:
        return "—"
    return str(page_from) if pages == 1 else f"{page_from}-{page_from + pages - 1}"


def paper_pages(item: Item) -> int:
    """The pages an item has in the bound volume; recordings have none."""
    if item.medium != Item.Medium.TEXT:
        return 0
    if "pages" in item.meta:
        return int(item.meta["pages"])
    form, _, count = str(item.meta.get("codec", "")).partition("/")  # what the probe found: "pdf/12"
    return int(count) if form == "pdf" else 1


def recorded_at(item: Item) -> datetime:
    """When a recording was made: as the officer said, as the file says, or when it was taken in."""
    for said in (item.meta.get("stated", {}).get("taken_at"), item.meta.get("taken_at")):
        if said:
            moment = datetime.fromisoformat(said)
            return moment if moment.tzinfo else timezone.make_aware(moment)
    return item.at


def length(item: Item) -> str:
    """How long a recording runs, or how large a picture is."""
    if milliseconds := item.meta.get("duration_ms"):
        seconds = round(milliseconds / 1000)
        return f"{seconds // 60}分{seconds % 60:02d}秒"
    return f"{item.meta['width']}×{item.meta['height']}" if item.meta.get("width") else "—"


def sheet(
    lines: list[Line], body: str, steps: Mapping[str, str], waivers: Iterable[Waiver], late_days: int = 0
) -> dict[str, Any]:
    """The lists of the volume document: 正卷目录, 副卷目录, 音像资料清单 and the words of the 备考表.

    **Shape** `late_days`: how much later than the act a paper may be written without a note.
    """
    found: dict[str, Any] = {volume: [] for volume in VOLUMES}
    for line in lines:
        row = {"no": line.no, "author": line.author(body), "title": line.item.title, "on": line.item.on.isoformat()}
        row |= {"pages": line.span}
        if line.item.number:
            row["number"] = line.item.number
        if not line.pages:
            row["note"] = f"{line.item.get_medium_display()}，见音像资料清单"
        elif (late := marks.late_days(line.item)) > late_days:
            row["note"] = f"补记：{marks.acted_on(line.item)} 的行为，晚 {late} 日写成"
        found[line.volume].append(row)
    found["media"] = [
        {
            "no": line.no,
            "step": steps.get(line.item.step, line.item.step),
            "medium": line.item.get_medium_display(),
            "taken_at": recorded_at(line.item).isoformat(),
            "title": line.item.title,
            "length": length(line.item),
            "sha256": line.item.digest,
        }
        for line in lines
        if not line.pages
    ]
    found["waivers"] = [
        {"step": steps.get(one.step, one.step), "reason": one.reason, "name": one.by.name, "on": _day(one.at)}
        for one in waivers
    ]
    for volume in VOLUMES:
        found[f"{volume}_pages"] = sum(line.pages for line in lines if line.volume == volume)
    return found


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()
