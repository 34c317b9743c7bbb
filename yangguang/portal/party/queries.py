"""What the portal's role may ask of a case: only the functions of the party's door, which check everything themselves."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections, transaction

PORTAL = "portal"


def open_page(code: str, second: str) -> tuple[str, str]:
    """What the door answers to a code and a second factor: ("open", token), ("wrong", "") or ("locked", "")."""
    row = _one("select state, token from decision_party_open(%s, %s)", [code, second])
    return (row[0], row[1]) if row else ("wrong", "")


def close_page(token: str) -> None:
    _one("select decision_party_close(%s)", [token])


def read(token: str) -> dict[str, Any] | None:
    """Everything the party may know of its case; None where the token opens nothing (any more)."""
    # the door and what was granted are one question; nothing and anything is nothing
    said = "select decision_party_read(%s) || jsonb_build_object('inspections', decision_party_inspections(%s))"
    row = _one(said, [token, token])
    return _json(row[0]) if row and row[0] is not None else None


@dataclass(frozen=True)
class Paper:
    """A served document."""

    code: str
    title: str
    number: str
    digest: str
    mime: str


def document(token: str, item: UUID) -> Paper | None:
    """A document served on this party; the reading is noted by the same question."""
    row = _one("select * from decision_party_document(%s, %s)", [token, item])
    return Paper(*row) if row else None


@dataclass(frozen=True)
class Granted:
    """A copy out of the file that was granted to this party."""

    title: str
    digest: str
    mime: str


def granted(token: str, item: UUID) -> Granted | None:
    """What was granted to this party for inspection; the reading is noted by the same question."""
    row = _one("select * from decision_party_inspect(%s, %s)", [token, item])
    return Granted(*row) if row else None


def post(token: str, pk: UUID, kind: str, data: dict[str, Any]) -> str:
    """What became of a letter: kept | closed | full | bad."""
    given = [token, pk, kind, json.dumps(data, ensure_ascii=False)]
    row = _one("select decision_party_post(%s, %s, %s, %s::jsonb)", given)
    return str(row[0]) if row else "closed"


def _one(sql: str, given: list[Any]) -> tuple[Any, ...] | None:
    """One answer of the door.

    **Why** "read write": the role reads only, unless it says otherwise; the only writing it can do is what the door does.
    """
    with transaction.atomic(using=PORTAL), connections[PORTAL].cursor() as cursor:
        cursor.execute("set transaction read write")
        cursor.execute(sql, given)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def _json(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found
