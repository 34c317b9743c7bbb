"""Lists executed by the later stages: what is reviewed, recorded, drawn at random, published."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from yangguang.policy import packs
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack

from ..lists import matching
from ..lists.matching import Demand, Governing, Listing, Matter
from ..models import ListVersion
from .held import in_force, source_of

RANDOM, DECISIONS = "list_random_inspection", "list_decisions_published"


def listing(scope: str, pack: Pack, power: str, facts: dict[str, Any], on: date) -> Listing | None:
    """What the review catalogue in force says of a draft; None where the body has none.

    **Clause** QD-3.3.2b, SY-2.3c, DH-2.3.2b, WC-2.3.1(3)b.
    """
    version = in_force(scope, "catalogue_review", on)
    return matching.listed(version.rows, source_of(version), pack, power, facts) if version else None


def catalogue_owed(pack: Pack, on: date) -> bool:
    """Whether the rules ask the body for a review catalogue of its own."""
    return "catalogue_review" in (pack.ask("lists_required", on=on).value or ())


def recording_demands(version: ListVersion | None, kind: str, power: str) -> tuple[Demand, ...]:
    """The lines of a recording list that concern this kind of act and this power.  **Clause** QS-3.2.2a, WC-2.2.3c."""
    if version is None:
        return ()
    events = packs.load(version.pack).facts["event"].choices or {}
    lines = matching.demands(version.rows, source_of(version), events)
    return tuple(one for one in lines if one.covers(kind, power))


def random_list(scope: str, on: date) -> ListVersion | None:
    """The list a random inspection is drawn from; where there is none, nothing may be drawn."""
    return in_force(scope, RANDOM, on)


def random_matters(version: ListVersion | None) -> tuple[Matter, ...]:
    """The matters a random inspection may be drawn for, and no others.  **Clause** QS-3.1.1c, WC-2.1.2(2)a."""
    return matching.matters(version.rows, source_of(version)) if version else ()


@dataclass(frozen=True)
class Publishing:
    """Whether a decision is published.

    **Shape** `line`: the line of the list that says so, None where the rules alone do; `version`: the list in force.
    """

    publish: bool
    because: tuple[Citation, ...]
    line: Governing | None = None
    version: ListVersion | None = None

    @property
    def says(self) -> str:
        """In a sentence, with the version and the line."""
        if self.line is not None:
            return f"{self.line.line.source}{self.line.line.title}：{self.line.line.text}"
        if self.version is not None:
            return f"{source_of(self.version)}没有列明这类决定，依规则公开"
        return "本机关没有现行的行政执法决定公开清单，依规则公开"


def must_publish(scope: str, pack: Pack, kind: str, power: str, on: date) -> Publishing:
    """Whether a decision of that day is published, and on what that stands.

    **Clause** QD-3.1.3(1)b, QD-A3.公示.4(②)a.  The list in force decides, a line that names the power before one for the
    whole kind; a body without a list, or without such a line, has the rules alone: every decision is published.
    """
    return publishing(in_force(scope, DECISIONS, on), pack, kind, power, on)


def publishing(version: ListVersion | None, pack: Pack, kind: str, power: str, on: date) -> Publishing:
    """The same under the list that is at hand."""
    rule = pack.ask("publish_by", {"kind": kind, "decided_on": on}, on, provisional=True).because
    line = matching.governing(version.rows, source_of(version), kind, power) if version else None
    if line is None:
        return Publishing(True, rule, None, version)
    because = (line.line.because, *(rule if line.publish else pack.parameter("publish_exceptions").because))
    return Publishing(line.publish, because, line, version)
