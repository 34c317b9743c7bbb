"""This writes the description of the open law interface (OpenAPI 3.1) from the tables the interface itself reads."""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from yangguang.policy import inputs, packs
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS, Question

from .problems import KINDS, MEDIA_TYPE

TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "integer": {"type": "integer"},
    "money_fen": {"type": "integer", "minimum": 0},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "choice": {"type": "string"},
    "choices": {"type": "array", "uniqueItems": True},
    "text": {"type": "string"},
    "long_text": {"type": "string"},
    "periods": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["from", "to", "reason"],
            "properties": {
                "from": {"type": "string", "format": "date"},
                "to": {"type": "string", "format": "date"},
                "reason": {"type": "string"},
            },
        },
    },
}
VALUES: dict[str, dict[str, Any]] = {
    "any": {"type": ["boolean", "null"]},
    "bars": {"type": ["boolean", "null"]},
    "permits": {"type": ["boolean", "null"]},
    "clock": {"type": ["string", "null"], "format": "date"},
    "yearly": {"type": ["string", "null"], "format": "date"},
    "union": {"type": ["array", "null"], "items": {"type": "string"}},
}
CITATION = {
    "type": "object",
    "required": ["clause", "text", "source"],
    "properties": {
        "clause": {"type": "string", "description": "条款编号"},
        "text": {"type": "string", "description": "条款原文"},
        "source": {"type": "string", "description": "出处"},
        "title": {"type": "string", "description": "第几条第几款"},
        "confirm": {"type": "boolean", "description": "文字未与官方文本核对，须由当地用户确认"},
    },
}
DAY = {
    "type": "object",
    "required": ["date", "counted", "number", "why"],
    "properties": {
        "date": {"type": "string", "format": "date"},
        "counted": {"type": "boolean"},
        "number": {"type": ["integer", "null"], "description": "第几日"},
        "why": {"type": "string"},
    },
}
OUTVOTED = {
    "allOf": [{"$ref": "#/components/schemas/Citation"}, {"type": "object", "properties": {"value": {}}}],
    "description": "同样适用、但比采用的规定宽的规定",
}
ANSWER = {
    "type": "object",
    "required": [
        *("question", "pack", "value", "because", "outvoted", "unknown", "explain", "days", "default", "confirm"),
        "provisional",
    ],
    "properties": {
        "question": {"type": "string"},
        "pack": {"type": "string"},
        "value": {"description": "答案；null 为没有规定，或者缺少事实而不能判断（看 unknown）"},
        "because": {"type": "array", "items": {"$ref": "#/components/schemas/Citation"}},
        "outvoted": {"type": "array", "items": {"$ref": "#/components/schemas/Outvoted"}},
        "unknown": {"type": "array", "items": {"type": "string"}, "description": "还缺的事实"},
        "explain": {"type": "string"},
        "days": {"type": "array", "items": {"$ref": "#/components/schemas/Day"}, "description": "逐日计算"},
        "default": {"type": "boolean", "description": "本方案未作规定，取自上级规则"},
        "confirm": {"type": "array", "items": {"type": "string"}, "description": "须由当地用户核对的条款"},
        "provisional": {"type": "boolean", "description": "暂定：有年份的放假通知尚未录入"},
        "details": {"type": "array", "items": {"type": "object"}, "description": "列表值逐项的文字和条款"},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "什么错了，可接受的写法"},
        "instance": {"type": "string", "format": "uri-reference"},
        "where": {"type": "string", "description": "哪一个参数或者名称"},
        "accepted": {"type": "array", "items": {"type": "string"}},
        "mend": {"type": "string", "description": "怎样改"},
    },
}
HEAD = {
    "type": "object",
    "required": ["id", "title", "version", "chain", "jurisdiction"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "version": {"type": "string"},
        "chain": {"type": "array", "items": {"type": "string"}, "description": "从国家底线到本包"},
        "jurisdiction": {"type": "object"},
    },
}
ABOUT = """公开、只读、不需要账号。依据行政执法法条包回答问题，逐条引用条款。

事实作为查询参数，名称和类型照词表：是非写 true、false；金额写整数，单位分；日期写 YYYY-MM-DD；多项以逗号隔开或者重复参数，\
确知一项也没有的写 []；也可以合写为 facts=<JSON 对象>。

不知道的事实不要写：答案会在 unknown 里说明还缺什么。ETag 是法条包的版本。"""


@cache
def document(base: str) -> dict[str, Any]:
    """Write the description; `base` is the address the paths stand under."""
    reference = packs.load("cn")
    paths: dict[str, Any] = {f"{base}{path}": {"get": operation} for path, operation in _operations(reference)}
    version = hashlib.sha256("".join(packs.load(name).version for name in packs.names()).encode()).hexdigest()[:12]
    return {
        "openapi": "3.1.0",
        "info": {"title": "行政执法法条开放接口", "version": f"1+{version}", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": {
                "Citation": CITATION,
                "Outvoted": OUTVOTED,
                "Day": DAY,
                "Answer": ANSWER,
                "Problem": PROBLEM,
                "Pack": HEAD,
            },
            "parameters": {
                **{f"fact_{name}": _parameter(spec) for name, spec in reference.facts.items() if not spec.derived_from},
                **_fixed(),
            },
            "responses": {
                name: {
                    "description": kind.means,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for name, kind in KINDS.items()
            },
        },
    }


def _operations(pack: Pack) -> Iterator[tuple[str, dict[str, Any]]]:
    listed = {"type": "object", "properties": {"packs": {"type": "array", "items": _ref("Pack")}}}
    yield "law/", _operation("packs", "有哪些法条包", "法条包", [], listed)
    yield (
        "law/{pack}/",
        _operation(
            "pack", "一个法条包能问什么：问题、期限、关口、程序、参数、事实词表", "法条包", ["pack"], _ref("Pack")
        ),
    )
    yield (
        "law/{pack}/clauses/{id}",
        _operation("clause", "一条条款的原文和出处", "法条包", ["pack", "id"], _ref("Citation")),
    )
    yield (
        "law/{pack}/parameters",
        _operation("parameters", "全部参数在本法域的值", "参数", ["pack"], {"type": "object"}),
    )
    yield (
        "law/{pack}/parameters/{name}",
        _operation("parameter", "一个参数在本法域的值", "参数", ["pack", "name"], _ref("Answer")),
    )
    yield (
        "law/{pack}/acts/{kind}/{procedure}",
        _operation(
            "act",
            "一种执法行为、一种程序的定义：步骤、文书、音像、关口、期限",
            "程序",
            ["pack", "kind", "procedure"],
            {"type": "object"},
        ),
    )
    for name, asked in QUESTIONS.items():
        facts = [f"fact_{spec.name}" for spec in inputs.question_facts(pack, name)]
        yield (
            f"law/{{pack}}/{name}",
            _operation(name, asked.title, "问题", ["pack", *facts, "on", "provisional", "facts"], _answer(asked)),
        )


def _answer(asked: Question) -> dict[str, Any]:
    value = VALUES.get(asked.how, {})
    if asked.order:
        value = {
            "enum": [*asked.order, None],
            "description": "；".join(f"{v}：{GRADE_WORDS.get(v, v)}" for v in asked.order),
        }
    return {"allOf": [_ref("Answer"), {"type": "object", "properties": {"value": value}}]} if value else _ref("Answer")


def _operation(name: str, summary: str, tag: str, parameters: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    problems = {"404": "unknown-name", "400": "parameter", "422": "calendar"}
    if "on" not in parameters:
        problems = {"404": "unknown-name"} if parameters else {}
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": [{"$ref": f"#/components/parameters/{p}"} for p in parameters],
        "responses": {
            "200": {"description": "答案", "content": {"application/json": {"schema": schema}}},
            "304": {"description": "法条包没有变过（If-None-Match）"},
            **{status: {"$ref": f"#/components/responses/{kind}"} for status, kind in problems.items()},
        },
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(spec: FactSpec) -> dict[str, Any]:
    schema = dict(TYPES[spec.type])
    if spec.type == "choice":
        schema["enum"] = list(spec.choices or {})
    if spec.type == "choices":
        schema["items"] = {"type": "string", "enum": list(spec.choices or {})}
    if spec.min is not None:
        schema["minimum"] = spec.min
    if spec.max is not None:
        schema["maximum"] = spec.max
    named = "；".join(f"{code}：{title}" for code, title in (spec.choices or {}).items())
    about = "。".join(filter(None, [spec.label, f"单位：{spec.unit}" if spec.unit else "", spec.note, named]))
    shown: dict[str, Any] = {"name": spec.name, "in": "query", "description": about}
    if spec.type == "periods":
        return shown | {"content": {"application/json": {"schema": schema}}}
    if spec.type == "choices":
        shown |= {"style": "form", "explode": False}
    return shown | {"schema": schema}


def _fixed() -> dict[str, Any]:
    def at(name: str, about: str) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "description": about, "schema": {"type": "string"}}

    day = {"type": "string", "format": "date"}
    return {
        "pack": at("pack", "法条包编号") | {"schema": {"type": "string", "enum": packs.names()}},
        "id": at("id", "条款编号"),
        "name": at("name", "参数名"),
        "kind": at("kind", "执法行为种类"),
        "procedure": at("procedure", "程序"),
        "on": {"name": "on", "in": "query", "description": "适用哪一天的规则；不写则取行为之日", "schema": day},
        "provisional": {
            "name": "provisional",
            "in": "query",
            "description": "1：放假通知未录入的年份给出暂定答案",
            "schema": {"enum": ["0", "1", "true", "false"]},
        },
        "facts": {
            "name": "facts",
            "in": "query",
            "description": "全部事实合写为一个 JSON 对象",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
    }
