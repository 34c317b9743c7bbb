"""A list as a file to take away, CSV or XLSX: no cell of it is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

from .columns import escaped

XLSX, CSV = "xlsx", "csv"
MEDIA = {XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CSV: "text/csv; charset=utf-8"}
BOM = "\ufeff"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    out.write(BOM)
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([escaped(value, formulas=True) for value in row] for row in rows)
    return out.getvalue().encode()


def as_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True})
        bold = book.add_format({"bold": True, "bg_color": "#e3e7ec", "border": 1, "num_format": "@"})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        for place, label in enumerate(head):
            sheet.set_column(place, place, max(10, min(30, len(label) * 2 + 6)), text)
            sheet.write_string(0, place, label, bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value:
                    sheet.write_string(number, place, escaped(value, formulas=False), text)
    return out.getvalue()


def response(title: str, form: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> HttpResponse:
    """The list as a download.  **Shape** `form`: a key of MEDIA."""
    return download(as_csv(head, rows) if form == CSV else as_xlsx(title, head, rows), f"{title}.{form}", form)


def download(content: bytes, name: str, form: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=MEDIA[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
