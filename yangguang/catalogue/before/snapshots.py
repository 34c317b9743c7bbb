"""What a version of the pre-disclosure says, as data: it can be read years later without the registers of then.

**Shape** of a snapshot: {body, kind, title, place, pack: {id, title, version}, elements: [{label, lines, gaps,
because: [{clause, source, text}]}], guides: [{key, code, name, fields: [{label, lines}]}],
procedures: [{procedure, title, chart, outline, fields}], withheld: [{name, missing}]}.  `chart` is the digest of an SVG
in the vault.
"""

import hashlib
import io
from typing import Any

import rfc8785

from yangguang.policy import charts, guides
from yangguang.policy.acts import Act
from yangguang.vault import store

from .elements import SHARED, Element, Holding, elements, guide_of, own_fields, random_field


def make(held: Holding) -> dict[str, Any]:
    """The snapshot of one kind of act of a body; its charts are not kept yet."""
    pack, found = held.pack, elements(held)
    made = held.guides()
    return {
        "body": held.body.name,
        "kind": held.kind,
        "title": held.title,
        "place": pack.jurisdiction.name,
        "pack": {"id": pack.id, "title": pack.title, "version": pack.version},
        "elements": [_element(one) for one in found],
        "guides": [
            {
                "key": str(power.key),
                "code": power.code,
                "name": power.name,
                "fields": [*own_fields(guide), *filter(None, [random_field(held.random, power)])],
            }
            for power, guide in made
            if guide.complete
        ],
        "procedures": [_procedure(held, act) for act in held.acts],
        "withheld": [
            {"name": power.name, "missing": list(guide.missing)} for power, guide in made if not guide.complete
        ],
    }


def _element(one: Element) -> dict[str, Any]:
    return {
        "label": one.label,
        "lines": list(one.lines),
        "gaps": [gap.what for gap in one.gaps],
        "because": [{"clause": c.clause, "source": c.source, "text": c.text} for c in one.because],
    }


def _procedure(held: Holding, act: Act) -> dict[str, Any]:
    shared = guides.guide(held.pack, act, {"name": act.title}, on=held.on)
    return {
        "procedure": act.procedure,
        "title": act.title,
        "chart": hashlib.sha256(chart(held, act)).hexdigest(),
        "outline": charts.as_text(charts.outline(held.pack, act, on=held.on)),
        "fields": [
            {"label": one.label, "lines": list(one.value)} for one in shared.fields if one.key in SHARED and one.value
        ],
    }


def chart(held: Holding, act: Act) -> bytes:
    return charts.svg(held.pack, act, on=held.on)


def keep_charts(held: Holding) -> None:
    """Put the charts a snapshot names into the vault; the same bytes are kept once."""
    for act in held.acts:
        store.put(io.BytesIO(chart(held, act)))


def digest(shown: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(shown)).hexdigest()


def gaps(shown: dict[str, Any]) -> list[str]:
    """Everything a snapshot still lacks, in words."""
    return [f"{one['label']}：{gap}" for one in shown["elements"] for gap in one["gaps"]]


__all__ = ["chart", "digest", "gaps", "guide_of", "keep_charts", "make"]
