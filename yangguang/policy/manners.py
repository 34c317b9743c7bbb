"""How each step of an act is recorded: what, in which manner, on which carrier, how it is managed and used.

**Clause** DH-2.2.1c, WC-2.2.1a, CN-118-3.0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from yangguang.policy import wording
from yangguang.policy.acts import Act, RecordingDemand, Step
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS

TEXT, ENTRY = "文字", "环节登记"
UNSURE = "尚不能确定，按全程音像记录准备"


@dataclass(frozen=True, slots=True)
class Manner:
    """This is how one step is recorded.

    **Shape** `content`: documents and facts; `text`, `av`: the manners, `av` empty where only words are asked for;
    `carriers`: on what it is kept; `more`: what a lower pack asks of this step on top.
    """

    content: tuple[str, ...]
    text: str
    av: tuple[str, ...]
    carriers: tuple[str, ...]
    managed: str
    uses: tuple[str, ...]
    more: tuple[str, ...]
    because: tuple[Citation, ...]

    @property
    def word(self) -> str:
        """Name the manners in a word or two, for the box of the chart."""
        return "文字、音像" if self.av else TEXT

    @property
    def brief(self) -> str:
        """Say it in one line, for the chart in words."""
        how = "；".join((self.text, *self.av, *self.more))
        return f"记录：{how}。载体：{'、'.join(self.carriers)}"


def of(pack: Pack, act: Act, step: Step, on: dt.date | None = None) -> Manner:
    """Say how a step is recorded by the rules of a day (without one: those still in force)."""
    demands = [
        demand
        for demand in pack.recordings_owed(step, wording.known(pack, act), on)
        if demand.level != "none" or demand.unknown
    ]
    titles = tuple(f"《{document.title}》" for document in step.documents)
    facts = tuple(fact.label for fact in step.facts)
    carried = _values(pack, "record_carriers_text") + (_values(pack, "record_carriers_av") if demands else ())
    cited = [c for demand in demands for c in demand.because]
    for name in ("record_carriers_text", "record_managed"):
        if name in pack.merged.parameters:
            cited += pack.parameter(name).because
    uses = pack.ask("record_uses", on=on)
    return Manner(
        content=titles + facts,
        text=f"{TEXT}（{'、'.join(titles) if titles else ENTRY}）",
        av=tuple(_said(pack, one) for one in demands),
        carriers=carried,
        managed="".join(_values(pack, "record_managed")),
        uses=tuple(uses.value or ()),
        more=step.manner,
        because=tuple({c.clause: c for c in (*step.because, *cited)}.values()),
    )


def _said(pack: Pack, demand: RecordingDemand) -> str:
    open_ones = "、".join(pack.facts[name].label for name in demand.unknown)
    stricter = f"（{open_ones}未核实的，要求可能更严）" if open_ones else ""
    return f"{demand.title}：{GRADE_WORDS.get(demand.level or '', UNSURE)}{stricter}"


def _values(pack: Pack, name: str) -> tuple[str, ...]:
    """A parameter as a list of words; an edition from before it was known has none."""
    value: Any = pack.parameter(name).value if name in pack.merged.parameters else None
    return tuple(value) if isinstance(value, tuple | list) else (str(value),) if value else ()
