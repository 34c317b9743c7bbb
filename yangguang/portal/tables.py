"""Tables for spreadsheets: lines as they are made, and cells that are never taken for a formula."""

from typing import Any


class Line:
    """What csv writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """A spreadsheet must not take a name for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
