"""What the rules ask of a body: which lists, approved by which office, filed where."""

from dataclasses import dataclass
from datetime import date

from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.registry.models import Officer

from ..lists.kinds import KINDS, ListKind


@dataclass(frozen=True)
class Required:
    """A list that the rules ask of a body, by the name they give it; or one it may keep."""

    kind: ListKind
    title: str
    because: tuple[Citation, ...]

    @property
    def owed(self) -> bool:
        return bool(self.because)


def required(pack: Pack, on: date) -> list[Required]:
    """Every kind of list, those that the rules ask for with their clauses and their own names."""
    asked = {code: (title, because) for code, title, because in items(pack, "lists_required", on)}
    return [
        Required(kind, *asked[kind.code]) if kind.code in asked else Required(kind, kind.title, ())
        for kind in KINDS.values()
    ]


def title_of(kind: ListKind, pack: Pack, on: date) -> str:
    """The name the body's own rules give the list."""
    return next((one.title for one in required(pack, on) if one.kind.code == kind.code), kind.title)


@dataclass(frozen=True)
class Owes:
    """A filing the rules ask for: the words that name the addressee, and the clause."""

    words: str
    because: tuple[Citation, ...]

    @property
    def addressee(self) -> str:
        """Who is named in “随机抽查事项清单，报上级政府法制办备案”."""
        return self.words.rpartition("报")[2].removesuffix("备案")


def must_file(kind: ListKind, pack: Pack, on: date) -> Owes | None:
    """**Clause** WC-2.1.2(2)c, WC-2.3.1(3)b."""
    found = (Owes(words, because) for code, words, because in items(pack, "filings", on) if code == kind.code)
    return next(found, None)


def items(pack: Pack, question: str, on: date) -> list[tuple[str, str, tuple[Citation, ...]]]:
    """The values of a union question, each with its words and its own clauses."""
    answer = pack.ask(question, on=on)
    words = {one["key"]: one for one in answer.details}
    return [
        (
            code,
            str(words[code]["text"]) if code in words else code,
            tuple(c for c in answer.because if code in words and c.clause in words[code]["clauses"]) or answer.because,
        )
        for code in answer.value or ()
    ]


def office_of(kind: ListKind, pack: Pack) -> tuple[str, tuple[Citation, ...]]:
    """The office that must approve the list before it is published; "" where any head may.  **Clause** WC-2.1.2(2)c."""
    if not kind.approver_from:
        return "", ()
    answer = pack.parameter(kind.approver_from)
    return str(answer.value or ""), answer.because


def speaks_for(officer: Officer, office: str) -> bool:
    """Whether the person belongs to the office; plans write 委办公室 for the unit 办公室."""
    return officer.unit is not None and office.endswith(officer.unit.name)


def asked_for(kind: str, pack: Pack, on: date) -> tuple[Citation, ...]:
    """The clauses by which the rules ask a body for a list."""
    return next((because for code, _, because in items(pack, "lists_required", on) if code == kind), ())
