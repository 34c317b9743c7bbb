"""The catalogue of document templates: one Typst file each, whose header says what the document is and needs.

**Shape** of a header, between `/*---` and `---*/` at the very start of `<code>.typ`, as YAML:
`title, kinds, step, clause, number (word of the number sequence or null), internal, use (groups of fields), facts (names
of the pack's facts, `!` behind a required one), fields, standalone (why no step names it)`.
A choice called `heading` is the title the document bears: one form for one duty that several laws call differently.
A field: `{label, type: text|long|date|datetime|fen|int|flag|choice|list, required, privacy: public|redact|internal,
options (choice), of (list), min (list), max (characters)}`; dots in a name make nested data.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from yangguang.record.documents.errors import BadTemplate, UnknownDocument

PACKS = Path(__file__).resolve().parents[3] / "packs"
Kind = Literal["text", "long", "date", "datetime", "fen", "int", "flag", "choice", "list"]
Privacy = Literal["public", "redact", "internal"]
MAX_TEXT, MAX_LONG, MAX_ITEMS = 200, 20_000, 200


@dataclass(frozen=True)
class Field:
    """One thing a document asks for; `name` is dotted."""

    name: str
    label: str
    type: Kind = "text"
    required: bool = False
    privacy: Privacy = "public"
    options: tuple[tuple[str, str], ...] = ()
    of: tuple["Field", ...] = ()
    min: int = 0
    max: int = MAX_TEXT
    day: bool = False  # a time of which only the day may be known


@dataclass(frozen=True)
class Template:
    """One kind of document: its name, the acts and the step it belongs to, the clause that asks for it, its fields."""

    code: str
    title: str
    kinds: tuple[str, ...]
    step: str
    clause: str
    number: str | None
    internal: bool
    fields: tuple[Field, ...]
    path: Path
    hash: str
    standalone: str = ""
    layout: tuple[dict[str, Any], ...] = ()  # a form of the body's own, laid out by `_own.typ`; see formbook
    form: str = ""  # what that form is called on the paper

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


class _FieldHeader(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    label: str
    type: Kind = "text"
    required: bool = False
    privacy: Privacy = "public"
    options: dict[str, str] = {}
    of: dict[str, "_FieldHeader"] = {}
    min: int = 0
    max: int | None = None
    day: bool = False


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    title: str
    kinds: list[str]
    step: str
    clause: str
    number: str | None
    internal: bool
    use: list[str] = []
    facts: list[str] = []
    standalone: str = ""
    fields: dict[str, _FieldHeader] = {}


class Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a key written twice is an error, not a silent replacement."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"键“{key}”重复", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


# Only true and false are flags: a field may be called `no` or `on`.
Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _yaml(text: str, path: Path) -> Any:
    try:
        return yaml.load(text, Loader=Strict)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise BadTemplate(
            f"{path.name} 的文书头不是正确的 YAML：{error}", mend="请按 templates.py 所述格式改正"
        ) from error


def _field(name: str, given: _FieldHeader) -> Field:
    limit = given.max or (MAX_ITEMS if given.type == "list" else MAX_LONG if given.type == "long" else MAX_TEXT)
    return Field(
        name=name,
        label=given.label,
        type=given.type,
        required=given.required,
        privacy=given.privacy,
        options=tuple(given.options.items()),
        of=tuple(_field(key, value) for key, value in given.of.items()),
        min=given.min,
        max=limit,
        day=given.day,
    )


def _header(path: Path) -> _Header:
    text = path.read_text(encoding="utf-8")
    if not text.startswith("/*---\n") or "\n---*/\n" not in text:
        raise BadTemplate(f"{path.name} 没有文书头", mend="文件须以 /*--- 开始，以 ---*/ 结束文书头")
    given = _yaml(text[len("/*---\n") : text.index("\n---*/\n")], path)
    try:
        return _Header.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadTemplate(
            f"{path.name} 的文书头“{where}”不正确：{first['msg']}", mend=f"可用的键：{'、'.join(_Header.model_fields)}"
        ) from error


# What a fact of a step is called as a field of a document: the same name, so that what a step records fills the form.
FACT_TYPES: dict[str, Kind] = {
    "text": "text",
    "long_text": "long",
    "date": "date",
    "datetime": "datetime",
    "money_fen": "fen",
    "integer": "int",
    "bool": "flag",
    "choice": "choice",
}


def _facts(folder: Path) -> dict[str, dict[str, Any]]:
    """The facts of a pack by name, as its files declare them."""
    return {
        name: fact
        for path in sorted(folder.glob("*.yaml"))
        for name, fact in _yaml(path.read_text("utf-8"), path)["facts"].items()
    }


def _fact(path: Path, word: str, known: dict[str, dict[str, Any]]) -> tuple[str, Field]:
    name = word.removesuffix("!")
    fact = known.get(name)
    if fact is None or fact["type"] not in FACT_TYPES:
        raise BadTemplate(
            f"{path.name} 引用了事实“{name}”，事实表中没有它，或者它的类型不能印在文书上",
            mend=f"可用的类型：{'、'.join(FACT_TYPES)}",
        )
    header = _FieldHeader(
        label=fact["label"],
        type=FACT_TYPES[fact["type"]],
        required=word.endswith("!"),
        privacy=fact.get("privacy", "internal"),
        options=fact.get("choices") or {},
    )
    return name, _field(name, header)


def _read(
    path: Path, groups: dict[str, dict[str, _FieldHeader]], known: dict[str, dict[str, Any]], shared: bytes
) -> Template:
    header = _header(path)
    fields: dict[str, Field] = {}
    for group in header.use:
        if group not in groups:
            raise BadTemplate(f"{path.name} 引用了不存在的字段组“{group}”", mend=f"可用的组：{'、'.join(groups)}")
        fields |= {name: _field(name, value) for name, value in groups[group].items()}
    fields |= dict(_fact(path, word, known) for word in header.facts)
    fields |= {name: _field(name, value) for name, value in header.fields.items()}
    return Template(
        code=path.stem,
        title=header.title,
        kinds=tuple(header.kinds),
        step=header.step,
        clause=header.clause,
        number=header.number,
        internal=header.internal,
        fields=tuple(fields.values()),
        path=path,
        hash=hashlib.sha256(path.read_bytes() + b"\0" + shared).hexdigest(),
        standalone=header.standalone,
    )


@lru_cache
def catalogue(folder: Path = PACKS / "cn" / "documents") -> dict[str, Template]:
    """Every template of a pack, by code."""
    groups_path = folder / "_fields.yaml"
    groups = {
        group: {name: _FieldHeader.model_validate(value) for name, value in fields.items()}
        for group, fields in _yaml(groups_path.read_text(encoding="utf-8"), groups_path).items()
    }
    known = _facts(folder.parent / "facts")
    shared = b"\0".join(path.read_bytes() for path in [groups_path, *sorted(folder.glob("_*.typ"))])
    return {path.stem: _read(path, groups, known, shared) for path in sorted(folder.glob("[!_]*.typ"))}


def template(code: str) -> Template:
    """The template with this code.

    **Raises** UnknownDocument.
    """
    known = catalogue()
    if code not in known:
        raise UnknownDocument(f"没有代码为“{code}”的文书模板", mend=f"可用的代码：{'、'.join(known)}")
    return known[code]


def title(it: Template, data: dict[str, Any]) -> str:
    """What this document is called: the heading it was given, else the name of its form."""
    heading = it.field("heading")
    return dict(heading.options).get(data.get("heading", ""), it.title) if heading else it.title


def number(prefix: str, code: str, year: int, n: int) -> str:
    """The number of a document, GB/T 9704: full year in 〔〕, no leading zero, no “第”: 青执罚决字〔2026〕1号."""
    word = template(code).number
    if word is None:
        raise BadTemplate(f"《{template(code).title}》不编文书号", mend="请不要为它编号")
    return f"{prefix}{word}字〔{year}〕{n}号"
