"""A case that lives in memory: the engine of courses without the database behind it."""

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from tests import story
from yangguang.casework.course.route import Course
from yangguang.policy.acts import Act
from yangguang.policy.packs import Pack


@dataclass
class Taken:
    """One step as it was taken."""

    step: str
    facts: dict[str, Any]
    at: datetime = field(default_factory=lambda: story.at(9, 1, 9))


class Items:
    """The papers of a file, by their codes."""

    def __init__(self) -> None:
        self.codes: set[str] = set()

    def exclude(self, **_: Any) -> "Items":
        return self

    def values_list(self, *_: Any, **__: Any) -> list[str]:
        return sorted(self.codes)


def case(kind: str, procedure: str, party_kind: str = "legal") -> Any:
    """What `told.registered` reads of a case."""
    names = ("name", "id_no", "uscc", "legal_rep", "address", "phone")
    return SimpleNamespace(
        kind=kind,
        procedure=procedure,
        touches=["property"],
        applied_on=story.at(9, 1, 9).date(),
        at=story.at(9, 1, 9),
        party=SimpleNamespace(kind=party_kind, **dict.fromkeys(names, "某某")),
        power=SimpleNamespace(name="测试事项", basis=[{"law": "某法", "article": "第一条"}]),
        certificate1=SimpleNamespace(number="1"),
        certificate2=SimpleNamespace(number="2"),
        dossier=SimpleNamespace(items=Items()),
        handler_keys=("1", "2"),
        body=SimpleNamespace(name="某机关", reconsideration="某某人民政府", court="某某人民法院"),
    )


class InMemory(Course):
    """A course whose documents are not kept: there is a decision once its day is said."""

    @property
    def decision(self) -> Any:  # type: ignore[override]
        return self.said.get("decided_on")


def course(pack: Pack, act: Act, steps: list[Taken], party_kind: str = "legal", of: Any = None) -> Course:
    return InMemory(of or case(act.kind, act.procedure, party_kind), act, pack, steps)  # type: ignore[arg-type]
