"""Where the pre-disclosure of many bodies stands, kind by kind, element by element."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yangguang.policy import packs
from yangguang.registry.models import Body

from .. import elements
from ..elements import Element, Holding
from ..models import ChannelProof, PreRelease, ResponsiblePerson
from .bodies import holdings
from .editions import behind, channels
from .people import PRE, responsible_of


@dataclass(frozen=True)
class Standing:
    """Where the pre-disclosure of one kind of act of a body stands."""

    held: Holding
    elements: tuple[Element, ...]
    release: PreRelease | None
    proven: frozenset[str]  # channels on which the release is proven
    channels: tuple[str, ...]

    @property
    def lacking(self) -> list[Element]:
        return [one for one in self.elements if not one.complete]

    @property
    def unproven(self) -> list[str]:
        return [one for one in self.channels if one not in self.proven]

    @property
    def behind(self) -> list[str]:
        """The platforms to which it should have been pushed when another channel got it.  **Clause** QS-3.1.0c."""
        return behind(self.proven, self.held.pack, self.held.on)

    @property
    def done(self) -> int:
        return len(self.elements) - len(self.lacking)


@dataclass(frozen=True)
class BodyStanding:
    """A body with the standing of each of its kinds of act, and who answers for its pre-disclosure."""

    body: Body
    kinds: tuple[Standing, ...]
    responsible: ResponsiblePerson | None
    person_asked: bool


def standings(found: Sequence[Body], on: date) -> list[BodyStanding]:
    """Every body with every element of every kind: ten queries, however many bodies.  **Clause** QD-3.1.1(1)e."""
    held = holdings(found, on)
    scopes = [body.scope for body in found]
    latest: dict[tuple[str, str], PreRelease] = {}
    for row in PreRelease.objects.filter(scope__in=scopes).defer("shown").order_by("number"):
        latest[row.scope, row.kind] = row
    proofs: dict[str, set[str]] = {}
    subjects = [row.subject for row in latest.values()]
    for subject, channel in ChannelProof.objects.filter(subject__in=subjects).values_list("subject", "channel"):
        proofs.setdefault(subject, set()).add(channel)
    people = responsible_of(scopes, PRE, on)
    return [
        BodyStanding(
            body,
            tuple(_standing(one, latest.get((body.scope, one.kind)), proofs) for one in held[body.scope]),
            people.get(body.scope),
            packs.load(body.pack).parameter("disclosure_person").value is not None,
        )
        for body in found
    ]


def _standing(held: Holding, release: PreRelease | None, proofs: Mapping[str, set[str]]) -> Standing:
    proven = frozenset(proofs.get(release.subject, ())) if release else frozenset()
    return Standing(held, tuple(elements.elements(held)), release, proven, channels(held.pack, held.on))
