"""Files out: the template, a register as of a day, the list of errors.  What goes out can come back unchanged."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from ..access import below
from ..queries import in_force
from .book import Book, Hand
from .checking import AT_ONCE, Fault
from .columns import Column, escaped
from .reading import EXPLAINS
from .registers import Table
from .sheets import CSV, MEDIA, OPTIONS, XLSX, as_csv

LIST_MOST = 255  # characters a drop-down list of a spreadsheet may have


def template(table: Table, form: str) -> bytes:
    """An empty file with the header; as XLSX with a second sheet that explains each column."""
    columns = table.columns
    if form == CSV:
        return as_csv([column.label for column in columns], ())
    return _xlsx(table, columns, (), explained=True)


def export(table: Table, hand: Hand, on: date, form: str, private: bool) -> tuple[bytes, int]:
    """The register as of a day in the reach of a hand, and its number of rows.

    **Shape** `private`: with the columns that name a natural person.
    """
    columns = [column for column in table.columns if private or not column.private]
    rows = list(_rows(table, hand, on, columns))
    if form == CSV:
        return as_csv([column.label for column in columns], rows), len(rows)
    return _xlsx(table, columns, rows, explained=True), len(rows)


def errors(faults: Iterable[Fault]) -> bytes:
    """The list of errors as CSV."""
    rows = ([str(f.row), f.column, f.value, f.why, f.mend] for f in faults)
    return as_csv(["行", "列", "填写的内容", "原因", "怎样改"], rows)


def _rows(table: Table, hand: Hand, on: date, columns: Sequence[Column]) -> Iterator[list[str]]:
    book = Book(hand, on).open()
    table.open(book)
    names = {field.name for field in table.model._meta.concrete_fields}
    found = in_force(table.model, on).filter(below(hand.scope)).order_by("scope", "id")
    related = [name for name in ("body", "unit") if name in names]
    things = list(found.select_related(*related) if related else found)
    for start in range(0, len(things), AT_ONCE):
        some = things[start : start + AT_ONCE]
        table.fetch_beside(book, some)
        for thing in some:
            yield [table.text_of(thing, column.name, book) for column in columns]


def _xlsx(table: Table, columns: Sequence[Column], rows: Iterable[Sequence[str]], explained: bool) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        text, head = (
            book.add_format({"num_format": "@", "text_wrap": True}),
            book.add_format({"bold": True, "bg_color": "#e3e7ec", "border": 1, "num_format": "@"}),
        )
        need = book.add_format({"bold": True, "bg_color": "#fff6e0", "border": 1, "num_format": "@"})
        sheet = book.add_worksheet(table.title)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, max(10, min(30, len(column.label) * 2 + 6)), text)
            sheet.write_string(0, place, column.label, need if column.required else head)
            if column.choices and len(",".join(column.choices)) <= LIST_MOST:
                sheet.data_validation(1, place, 20_000, place, {"validate": "list", "source": list(column.choices)})
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value:
                    sheet.write_string(number, place, escaped(value, formulas=False), text)
        if explained:
            _explain(book, columns, head, text)
    return out.getvalue()


def _explain(book: Any, columns: Sequence[Column], head: Any, text: Any) -> None:
    sheet = book.add_worksheet(EXPLAINS)
    titles = (("列名", 18), ("代码", 22), ("是否必填", 10), ("怎样填", 60), ("示例", 40), ("公开范围", 18))
    for place, (title, width) in enumerate(titles):
        sheet.set_column(place, place, width, text)
        sheet.write_string(0, place, title, head)
    for row, column in enumerate(columns, start=1):
        said = (
            column.label,
            column.name,
            "必填" if column.required else "",
            column.form,
            column.example,
            column.privacy,
        )
        for place, value in enumerate(said):
            sheet.write_string(row, place, value, text)
    sheet.freeze_panes(1, 0)


__all__ = ["CSV", "MEDIA", "XLSX", "errors", "export", "template"]
