"""Every table that can go out and come in as a file: the registers, and those that later stages add to them."""

from .. import access
from ..access import Writer
from .registers import TABLES, Table

EVERY: dict[str, Table] = dict(TABLES)


def add(table: Table, writer: Writer) -> None:
    """Let a later stage's table use the same import, check and export; `writer`: who keeps it."""
    EVERY[table.slug] = table
    access.WRITERS[table.what] = writer
