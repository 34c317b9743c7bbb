"""What all pages of the law share: packs by id, addresses, layers in words, citations."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.urls import reverse

from yangguang.policy import files, packs
from yangguang.policy.answers import Citation
from yangguang.policy.errors import UnknownPack
from yangguang.policy.packs import Pack
from yangguang.policy.schema import Source

LEVELS = {"country": "国家", "province": "省级", "prefecture": "市级", "county": "县级", "township": "乡镇"}
HOLDERS = {"agency": "执法机关", "party": "当事人", "court": "人民法院", "police": "公安机关"}
DIRECTIONS = {"within": "不得超过", "before": "应当提前", "not_before": "届满前不得"}
STRENGTHS = {"must": "应当", "should": "宜", "may": "可以", "unset": "方案要求自定，尚未确定"}


def pack(name: str) -> Pack:
    """Give a pack by its id. **Raises** UnknownPack."""
    if name not in ids():
        raise UnknownPack(name, ids())
    return packs.load(name)


@cache
def ids() -> tuple[str, ...]:
    """Name the packs there are; new ones come with a new start of the program."""
    return tuple(packs.names())


@cache
def sources(name: str) -> Mapping[str, Source]:
    """Give the texts one pack folder quotes from."""
    return files.read_layer(files.ROOT, name).pack.sources


def url(page: str, *args: str) -> str:
    return reverse(f"portal:law:{page}", args=args)


def layer_word(name: str) -> str:
    """Say whose rule it is, in few words."""
    one = packs.load(name)
    return "国家底线" if one.jurisdiction.level == "country" else one.jurisdiction.name


def cites(found: Pack, because: Iterable[Citation]) -> list[dict[str, Any]]:
    """Give citations for `ui_citations`, each leading to the page of its clause."""
    return [
        {
            "clause": c.clause,
            "title": c.title,
            "text": c.text,
            "source": c.source,
            "confirm": c.confirm,
            "url": url("clause", found.id, c.clause) if c.clause in found.clauses else "",
        }
        for c in because
    ]
