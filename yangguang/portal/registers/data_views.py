"""开放数据: the page that explains the files, and the files."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..tables import Line, cell
from ..web import portal_page, public
from .data import Dataset
from .data_published import PUBLISHED
from .data_registers import REGISTERS

SECONDS = 60
DATASETS: Mapping[str, Dataset] = {one.name: one for one in (*REGISTERS, *PUBLISHED)}


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
    return portal_page(request, "registers/data", {"datasets": shown})


TYPES = {
    "string": "文字",
    "integer": "整数",
    "boolean": "是非",
    "date": "日期",
    "datetime": "时间",
    "array": "列表",
}


def _named(name: str) -> Dataset:
    if name not in DATASETS:
        raise Http404(f"没有这个数据集；现有：{'、'.join(DATASETS)}")
    return DATASETS[name]


@require_safe
@public(SECONDS)
def package(request: HttpRequest) -> HttpResponseBase:
    """All lists with their dictionaries, as a Data Package."""
    shown = {
        "name": "yangguang",
        "title": "行政执法公示：主体、人员、事项、清单、事前公开、制度文件、决定",
        "resources": [_resource(one) for one in DATASETS.values()],
    }
    return _open(JsonResponse(shown, json_dumps_params={"ensure_ascii": False, "indent": 1}))


def _resource(one: Dataset) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "path": settings.PUBLIC_URL + reverse("portal:data_csv", args=[one.name]),
        "format": "csv",
        "encoding": "utf-8",
        "schema": one.schema(),
    }


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
        writer = csv.writer(Line())
        yield "\ufeff" + writer.writerow([column.name for column in one.columns])
        for row in one.lines():
            yield writer.writerow([cell(_flat(value)) for value in row.values()])

    return _file(request, one, "csv", "text/csv", lines)


def _flat(value: Any) -> str:
    if value is None:
        return ""
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
