"""What a jurisdiction sets for itself, table by table."""

from typing import Any

from yangguang.policy.packs import Pack

from .. import words
from .basics import STRENGTHS, cites


def parameter_tables(found: Pack) -> list[dict[str, Any]]:
    """Give the parameters of a pack by table."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, form in found.merged.parameters.items():
        tables.setdefault(words.table(form.table), []).append(
            {"name": name, "label": form.label, **parameter_cell(found, name)}
        )
    return [{"title": title, "rows": rows} for title, rows in tables.items()]


def parameter_cell(found: Pack, name: str) -> dict[str, Any]:
    form = found.merged.parameters[name]
    answer = found.parameter(name)
    own = [v for v in found.merged.values.get(name, ()) if v.depth == found.depth]
    return {
        "value": words.parameter(form, answer.value),
        "set": answer.value is not None,
        "default": answer.default,
        "strength": STRENGTHS[own[-1].strength] if own else "",
        "because": cites(found, answer.because),
        "confirm": bool(answer.confirm),
        "note": "；".join(v.note for v in own if v.note),
    }
