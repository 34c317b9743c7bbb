"""The open law interface: a question in the address, the answer with its clauses as JSON.  No account, no database."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from yangguang.policy import inputs, packs
from yangguang.policy.errors import PolicyError, UnknownPack
from yangguang.policy.packs import Pack

from . import asked, openapi, problems, shapes
from .problems import Problem

SECONDS = 300  # how long caches may keep an answer without asking again
Found = tuple[Any, str]  # what is shown, and the version it stands on
Read = Callable[..., Found]


def answered(read: Read) -> Callable[..., HttpResponseBase]:
    """Make a reading of the law an address: JSON with the pack's version as ETag, or a problem document."""

    @wraps(read)
    def view(request: HttpRequest, **named: str) -> HttpResponseBase:
        try:
            if request.method not in ("GET", "HEAD"):
                raise Problem("method", f"不能用 {request.method}。", accepted=["GET", "HEAD"], mend="改用 GET。")
            shown, version = read(request, **named)
        except (Problem, PolicyError) as error:
            problem = error if isinstance(error, Problem) else problems.of(error)
            response = problems.response(problem, reverse("exchange:docs"), request.get_full_path())
            if problem.kind.status == 405:
                response.headers["Allow"] = "GET, HEAD"
            return response
        return _said(request, shown, version)

    return csrf_exempt(view)  # nothing is changed by any of them


def _said(request: HttpRequest, shown: Any, version: str) -> HttpResponseBase:
    body = json.dumps(shown, ensure_ascii=False, indent=1).encode()
    response = HttpResponse(body, "application/json; charset=utf-8")
    response.headers["ETag"] = etag = f'"{version}"'
    # A session is renewed with every answer; a shared cache would hand its cookie on.
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    response.headers["Cache-Control"] = "private, no-cache" if session else f"public, max-age={SECONDS}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _pack(name: str) -> Pack:
    if name not in packs.names():
        raise UnknownPack(name, packs.names())
    return packs.load(name)


def _all() -> str:
    """Give one version for what is told of all packs."""
    return hashlib.sha256("".join(packs.load(name).version for name in packs.names()).encode()).hexdigest()[:12]


@answered
def listing(request: HttpRequest) -> Found:
    """The packs there are."""
    return {"packs": [shapes.head(packs.load(name)) for name in packs.names()]}, _all()


@answered
def pack(request: HttpRequest, pack: str) -> Found:
    """What one pack can be asked."""
    found = _pack(pack)
    return shapes.whole(found), found.version


@answered
def ask(request: HttpRequest, pack: str, question: str) -> Found:
    """One question: exactly what `pack.ask` answers."""
    found = _pack(pack)
    relevant = [spec.name for spec in inputs.question_facts(found, question)]
    given = asked.read(request.GET, request.META.get("QUERY_STRING", ""), found, relevant)
    return found.ask(question, given.facts, given.on, provisional=given.provisional).as_json(), found.version


@answered
def clause(request: HttpRequest, pack: str, clause: str) -> Found:
    """The words of one clause."""
    found = _pack(pack)
    return shapes.clause(found, clause), found.version


@answered
def parameters(request: HttpRequest, pack: str) -> Found:
    """All parameters of one jurisdiction."""
    found = _pack(pack)
    return shapes.parameters(found), found.version


@answered
def parameter(request: HttpRequest, pack: str, name: str) -> Found:
    """One parameter."""
    found = _pack(pack)
    return shapes.parameter(found, name), found.version


@answered
def act(request: HttpRequest, pack: str, kind: str, procedure: str) -> Found:
    """The definition of one procedure."""
    found = _pack(pack)
    return shapes.act(found, found.act(kind, procedure)), found.version


@answered
def description(request: HttpRequest) -> Found:
    """The OpenAPI document."""
    shown = openapi.document(reverse("exchange:docs"))
    return shown, hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:12]


@answered
def _nothing(request: HttpRequest, rest: str) -> Found:
    mend = f"法条包的清单在 {reverse('exchange:packs')}，接口说明在 {reverse('exchange:docs')}。"
    raise Problem("no-such-address", f"没有“{rest}”这个地址。", where=rest, mend=mend)


@csrf_exempt
def nothing(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Any other address below: a problem document as well, or the address with the slash it lacks."""
    lacking = {"law": reverse("exchange:packs")} | {
        f"law/{name}": reverse("exchange:pack", args=[name]) for name in packs.names()
    }
    if rest in lacking and request.method in ("GET", "HEAD"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(lacking[rest] + (f"?{query}" if query else ""))
    return _nothing(request, rest=rest)


@csrf_exempt
def docs(request: HttpRequest) -> HttpResponseBase:
    """接口说明: the OpenAPI document as a page, without any foreign script."""
    if request.method not in ("GET", "HEAD"):
        return _nothing(request, rest="")
    shown = openapi.document(reverse("exchange:docs"))
    components = shown["components"]["parameters"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, one in shown["paths"].items():
        operation = one["get"]
        parameters = [components[p["$ref"].rpartition("/")[2]] for p in operation["parameters"]]
        groups.setdefault(operation["tags"][0], []).append(
            {
                "id": operation["operationId"],
                "path": path,
                "title": operation["summary"],
                "parameters": [_row(p) for p in parameters],
            }
        )
    given = {"groups": groups, "info": shown["info"], "kinds": list(problems.KINDS.values()), "seconds": SECONDS}
    response = render(request, "exchange/docs.html", given)
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    response.headers["Cache-Control"] = "private, no-cache" if session else f"public, max-age={SECONDS}"
    return response


def _row(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema") or parameter["content"]["application/json"]["schema"]
    kind = schema.get("type", "string")
    words = {"boolean": "是非", "integer": "整数", "array": "列表", "object": "JSON 对象", "string": "文字"}
    word = "日期" if schema.get("format") == "date" else "其一" if "enum" in schema else words.get(kind, kind)
    return {
        "name": parameter["name"],
        "place": "地址" if parameter["in"] == "path" else "查询",
        "type": word,
        "about": parameter["description"],
    }
