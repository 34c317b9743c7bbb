"""开放数据: the page that explains the files, and the files."""

import csv
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from ..views import _cell, _Line, _page, public
from .data import DATASETS, Dataset, datapackage

SECONDS = 60


@require_safe
@public(SECONDS)
def index(request: HttpRequest) -> HttpResponseBase:
    """What there is, in which form, and what each column means."""
    shown = [
        {
            "one": one,
            "columns": ["列名", "含义", "类型", "说明"],
            "rows": [[c.name, c.title, TYPES[c.type], c.note] for c in one.columns],
        }
        for one in DATASETS.values()
    ]
    return _page(request, "registers/data", {"datasets": shown})


TYPES = {"string": "文字", "date": "日期", "array": "列表"}


def _named(name: str) -> Dataset:
    if name not in DATASETS:
        raise Http404(f"没有这个数据集；现有：{'、'.join(DATASETS)}")
    return DATASETS[name]


@require_safe
@public(SECONDS)
def package(request: HttpRequest) -> HttpResponseBase:
    return _open(JsonResponse(datapackage(), json_dumps_params={"ensure_ascii": False, "indent": 1}))


@require_safe
@public(SECONDS)
def schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """The dictionary of one list."""
    return _open(JsonResponse(_named(name).schema(), json_dumps_params={"ensure_ascii": False, "indent": 1}))


def _open(response: HttpResponseBase) -> HttpResponseBase:
    """Anybody's page may read open data."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _file(request: HttpRequest, one: Dataset, form: str, mime: str, lines: Callable[[], Iterator[str]]) -> Any:
    etag = one.etag(form)
    if etag in request.headers.get("If-None-Match", ""):
        return _open(HttpResponse(status=304, headers={"ETag": etag}))
    response = StreamingHttpResponse(lines(), content_type=f"{mime}; charset=utf-8", headers={"ETag": etag})
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{one.title}.{form}')}"
    return _open(response)


@require_safe
@public(SECONDS)
def csv_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One list for a spreadsheet; lists inside a cell are JSON."""
    one = _named(name)

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff" + writer.writerow([column.name for column in one.columns])
        for row in one.lines():
            yield writer.writerow([_cell(_flat(value)) for value in row.values()])

    return _file(request, one, "csv", "text/csv", lines)


def _flat(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@require_safe
@public(SECONDS)
def json_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One list for a program: an array of objects."""
    one = _named(name)

    def lines() -> Iterator[str]:
        before = "[\n"
        for row in one.lines():
            yield before + json.dumps(row, ensure_ascii=False)
            before = ",\n"
        yield "[]\n" if before == "[\n" else "\n]\n"

    return _file(request, one, "json", "application/json", lines)
