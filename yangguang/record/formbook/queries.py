"""Which form a body writes a document on: the newest it took over that is in force that day, else the national one."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import rfc8785
from django.utils import timezone

from yangguang.record import documents
from yangguang.record.documents.templates import PACKS, Template
from yangguang.trail.reading import once_until

from ..custody.models import PaperLink
from .models import FormSet
from .reading import FIELD

OWN = PACKS / "cn" / "documents" / "_own.typ"
NATIONAL = "国家"


@dataclass(frozen=True)
class Edition:
    """One form of a compilation.  **Shape** `at`: the moment from which it may be used here; `form`: see reading."""

    set: FormSet
    code: str
    form: dict[str, Any]

    @property
    def since(self) -> date:
        """The day it says, but never before it was taken over here."""
        return max(date.fromisoformat(self.form["since"]), timezone.localdate(self.set.at))

    @property
    def words(self) -> str:
        number = f" {self.form['number']}" if self.form.get("number") else ""
        return f"{self.set.title}{number}（{self.form['edition']}版）"

    @property
    def checked(self) -> bool:
        """Whether the national form is still the one this was checked against."""
        return bool(self.form["base"] == documents.template(self.code).hash)


@once_until(FormSet)
def sets(scope: str) -> tuple[FormSet, ...]:
    """What a body took over, the oldest first."""
    return tuple(FormSet.objects.filter(scope=scope).select_related("by").order_by("at", "id"))


def editions(scope: str, code: str) -> list[Edition]:
    """Every edition of one form at a body, in the order of their coming into force."""
    found = [Edition(one, code, one.forms[code]) for one in sets(scope) if code in one.forms]
    return sorted(found, key=lambda one: (one.since, one.set.at))


def in_force(scope: str, code: str, on: date) -> Edition | None:
    """The body's own form of a document on a day; none where the national one is used."""
    found = [one for one in editions(scope, code) if one.since <= on]
    return None if not found or found[-1].form["ends"] else found[-1]


def form_of(scope: str, code: str, on: date) -> Template:
    """The form on which a body writes a document that day.  **Raises** UnknownDocument."""
    return laid_over(documents.template(code), in_force(scope, code, on))


def edition_in(scope: str, code: str, meta: dict[str, Any]) -> Edition | None:
    """The edition a document was made on, as the document itself says."""
    name = meta.get("form", {}).get("set")
    return next((one for one in editions(scope, code) if str(one.set.pk) == name), None) if name else None


def form_in(scope: str, code: str, meta: dict[str, Any]) -> Template:
    """The form a document was made on, for another making of the same words."""
    return laid_over(documents.template(code), edition_in(scope, code, meta))


def mark(scope: str, code: str, on: date) -> dict[str, Any]:
    """What a document says of the form it is made on; nothing but its hash where that is the national one."""
    used = in_force(scope, code, on)
    return {"form": {"set": str(used.set.pk), "edition": used.form["edition"], "title": used.words}} if used else {}


def exported(code: str, edition: Edition, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a document under the names of the line system's format.  **Clause** WC-2.2.2b."""
    made = edition.form["format"]
    return {column: documents.look(data, name) for column, name in made["fields"].items()}


def laid_over(base: Template, own: Edition | None) -> Template:
    if own is None:
        return base
    asked, layout = set(own.form.get("required", ())), own.form.get("layout", ())
    digest = hashlib.sha256(base.hash.encode() + rfc8785.dumps(own.form)).hexdigest()
    return replace(
        base,
        title=own.form.get("title") or base.title,
        fields=tuple(replace(one, required=one.required or one.name in asked) for one in base.fields),
        path=OWN if layout else base.path,
        hash=digest,
        layout=tuple(_block(base, one) for one in layout),
        form=own.words,
    )


def _block(base: Template, block: dict[str, Any]) -> dict[str, Any]:
    """A block as the typesetter reads it: words and names of fields apart, no markup."""
    names = {field.name: field for field in base.fields}
    if "heading" in block:
        return {"kind": "heading", "text": block["heading"]}
    if "text" in block:
        return {"kind": "text", "lines": [_pieces(line) for line in block["text"].splitlines() if line.strip()]}
    if "table" in block:
        it = names[block["table"]]
        columns = [{"label": one.label, "name": one.name} for one in it.of]
        return {"kind": "table", "name": it.name, "label": it.label, "columns": columns}
    if "fields" in block:
        return {"kind": "fields", "fields": [{"label": names[name].label, "name": name} for name in block["fields"]]}
    return {"kind": "sign"}


def _pieces(line: str) -> list[dict[str, Any]]:
    parts = FIELD.split(line)
    return [{"field": bool(n % 2), "words": part} for n, part in enumerate(parts) if part]


def originals(loose: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these uploads are the paper originals of documents made here."""
    wanted = list(loose)
    found = PaperLink.objects.filter(scan__in=wanted).values_list("scan_id", flat=True) if wanted else ()
    return frozenset(found)


def document_data(code: str, edition: Edition, data: dict[str, Any]) -> bytes:
    """One document as a file of the line system."""
    made = edition.form["format"]
    told = {"format": made["name"], "form": edition.words, "code": code, "data": exported(code, edition, data)}
    return rfc8785.dumps(told)
