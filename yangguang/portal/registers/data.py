"""开放数据: what a list is that anybody may download: rows, with their dictionary (a Table Schema).

What a page may show is what a file may hold: the same views, the same fields that the body's plan publishes.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet

from yangguang.policy import packs
from yangguang.registry.queries import public as register

FORM = "2"  # raised when the columns change, so that nobody is told an old file is still the same


@dataclass(frozen=True)
class Column:
    """One field of the dictionary.  **Shape** `type` as in Table Schema; `of`: the value in a row."""

    name: str
    title: str
    of: Callable[[Any], Any]
    type: str = "string"
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        shown = {"name": self.name, "title": self.title, "type": self.type}
        return shown | ({"description": self.note} if self.note else {})


@dataclass(frozen=True)
class Dataset:
    """One list.  **Shape** `view`: the view its rows come from; `key`: what names a row; `state`: SQL for what tells that a
    row of the view has changed, where the whole row is too much to read.
    """

    name: str
    title: str
    about: str
    view: str
    key: str
    rows: Callable[[], QuerySet[Any]]
    columns: tuple[Column, ...]
    state: str = "v"

    def schema(self) -> dict[str, Any]:
        """The Table Schema of the list."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.about,
            "primaryKey": [self.key],
            "missingValues": [""],
            "fields": [column.as_json() for column in self.columns],
        }

    def lines(self) -> Iterable[dict[str, Any]]:
        """The rows, a value for each column."""
        for row in self.rows().iterator(chunk_size=500):
            yield {column.name: column.of(row) for column in self.columns}

    def etag(self, form: str) -> str:
        """Names the content: it changes when a row does, when a plan does, when the columns do."""
        with connections[register.PORTAL].cursor() as cursor:
            rows = f"select md5(({self.state})::text) as one from {self.view} v"  # noqa: S608  names of our own
            cursor.execute(f"select md5(coalesce(string_agg(one, '' order by one collate \"C\"), '')) from ({rows}) r")  # noqa: S608
            content = cursor.fetchone()[0]
        plans = "".join(packs.load(name).version for name in packs.names())
        return f'"{hashlib.sha256(f"{FORM}{form}{content}{plans}{settings.PUBLIC_URL}".encode()).hexdigest()[:32]}"'
