"""This reads the files of one pack folder into their accepted forms; every fault is named with file, line and key."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from yangguang.policy import clauses as clause_table
from yangguang.policy import yamlread
from yangguang.policy.clauses import Clause
from yangguang.policy.errors import PackError, UnknownPack
from yangguang.policy.schema import (
    ActFile,
    CalendarFile,
    DeadlinesFile,
    Example,
    ExamplesFile,
    FactsFile,
    Form,
    GatesFile,
    PackFile,
    ParametersFile,
    RubricFile,
)

ROOT = Path(__file__).resolve().parents[2] / "packs"
# Folders that other stages read; they are not part of what the law answers, so not of the pack's version either.
FOREIGN = {"documents", "statistics"}
# Tables that may be one file (`gates.yaml`), a folder of files (`gates/licence.yaml`), or both: keys are unique over all.
TABLES = ("deadlines", "gates", "facts")
FOLDERS = ("calendar", "acts", "clauses", "examples", *TABLES)

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, eq=False)
class Layer:
    """This is one pack folder as read: its own words only, no parent.

    **Shape** Equal only to itself. `words`: every file as it was read, by its path in the folder.
    """

    id: str
    pack: PackFile
    clauses: Mapping[str, Clause]
    deadlines: DeadlinesFile
    gates: GatesFile
    facts: FactsFile
    calendar: Mapping[int, CalendarFile]
    acts: Mapping[str, ActFile]
    parameters: ParametersFile
    rubric: RubricFile
    examples: Sequence[Example]
    digest: str
    words: Mapping[str, str]
    marks: Mapping[str, yamlread.Marks]
    homes: Mapping[tuple[str, str], str]

    def at(self, name: str, *path: str | int) -> str:
        """Say where a key stands: "packs/cn/pack.yaml:12"; of a table kept in several files, the file the key is in."""
        home = self.homes.get((name, str(path[1]))) if len(path) > 1 else None
        return f"packs/{self.id}/{home or name}:{yamlread.line_of(self.marks.get(home or name, {}), path)}"


def names(root: Path = ROOT) -> list[str]:
    """Name the packs there are."""
    return sorted(p.parent.name for p in root.glob("*/pack.yaml"))


def read_layer(root: Path, pack_id: str) -> Layer:
    """Read one folder. **Raises** UnknownPack, PackError."""
    folder = root / pack_id
    if not (folder / "pack.yaml").is_file() or folder.parent != root:
        raise UnknownPack(pack_id, names(root))
    _refuse_strangers(folder, pack_id)
    marks: dict[str, yamlread.Marks] = {}
    digest = hashlib.sha256()
    words: dict[str, str] = {}

    def part(name: str, form: type[F]) -> F:
        text = words[name] = yamlread.words(folder / name, f"packs/{pack_id}/{name}")
        if form is not ExamplesFile:  # an example proves a rule, it does not change one
            digest.update(name.encode() + b"\0" + text.encode() + b"\0")
        return _parse(text, f"packs/{pack_id}/{name}", name, form, marks)

    pack = part("pack.yaml", PackFile)
    if pack.id != pack_id:
        raise PackError(
            f"id 写的是“{pack.id}”，文件夹名是“{pack_id}”。",
            where=f"packs/{pack_id}/pack.yaml",
            key="id",
            mend="两处改成一致。",
        )
    homes: dict[tuple[str, str], str] = {}

    def table(section: str, form: type[F]) -> F:
        """Read `<section>.yaml` and `<section>/*.yaml` as one table."""
        rows: dict[str, Any] = {}
        for path in [folder / f"{section}.yaml", *sorted(folder.glob(f"{section}/*.yaml"))]:
            if not path.is_file():
                continue
            name = str(path.relative_to(folder))
            for key, row in getattr(part(name, form), section).items():
                if key in rows:
                    raise PackError(
                        f"“{key}”在 {homes[f'{section}.yaml', key]} 里已经写过。",
                        where=f"packs/{pack_id}/{name}:{yamlread.line_of(marks[name], (section, key))}",
                        key=f"{section}.{key}",
                        accepted="每个键在整个包里只写一次",
                        mend="合并两处内容，删去一处。",
                    )
                rows[key] = row
                homes[f"{section}.yaml", key] = name
        return form.model_construct(None, **{section: rows})

    deadlines = table("deadlines", DeadlinesFile)
    gates = table("gates", GatesFile)
    facts = table("facts", FactsFile)
    parameters = part("parameters.yaml", ParametersFile) if (folder / "parameters.yaml").exists() else ParametersFile()
    rubric = part("rubric.yaml", RubricFile) if (folder / "rubric.yaml").exists() else RubricFile()
    worked = list(pack.examples)
    for path in sorted(folder.glob("examples/*.yaml")):
        worked += part(f"examples/{path.name}", ExamplesFile).examples
    calendar = {}
    for path in sorted(folder.glob("calendar/*.yaml")):
        year = part(f"calendar/{path.name}", CalendarFile)
        if path.stem != str(year.year):
            raise PackError(
                f"文件名与 year: {year.year} 不一致。",
                where=f"packs/{pack_id}/calendar/{path.name}",
                key="year",
                mend="改成同一年份。",
            )
        calendar[year.year] = year
    acts = {}
    for path in sorted(folder.glob("acts/*.yaml")):
        act = part(f"acts/{path.name}", ActFile)
        if path.stem != act.kind:
            raise PackError(
                f"文件名与 kind: {act.kind} 不一致。",
                where=f"packs/{pack_id}/acts/{path.name}",
                key="kind",
                mend="改成一致。",
            )
        acts[act.kind] = act
    quoted: dict[str, Clause] = {}
    for path in [folder / "clauses.tsv", *sorted(folder.glob("clauses/*.tsv"))]:
        name = str(path.relative_to(folder))
        text = words[name] = clause_table.words(path, f"packs/{pack_id}/{name}")
        clause_table.read(text, f"packs/{pack_id}/{name}", pack.sources, pack_id, quoted)
        digest.update(text.encode())
    return Layer(
        id=pack_id,
        pack=pack,
        clauses=quoted,
        deadlines=deadlines,
        gates=gates,
        facts=facts,
        calendar=calendar,
        acts=acts,
        parameters=parameters,
        rubric=rubric,
        examples=worked,
        digest=digest.hexdigest(),
        words=words,
        marks=marks,
        homes=homes,
    )


def _refuse_strangers(folder: Path, pack_id: str) -> None:
    single = {"pack.yaml", "clauses.tsv", "parameters.yaml", "rubric.yaml", *(f"{table}.yaml" for table in TABLES)}
    known = {*single, *FOLDERS, *FOREIGN}
    for path in sorted(folder.iterdir()):
        if path.name not in known and not path.name.startswith("."):
            raise PackError(
                "法条包里没有这种文件。",
                where=f"packs/{pack_id}/{path.name}",
                accepted="、".join(sorted(known)),
                mend="改正文件名，或移出法条包。",
            )
    for sub in FOLDERS:
        suffix = ".tsv" if sub == "clauses" else ".yaml"
        for path in sorted((folder / sub).glob("*")):
            if path.suffix != suffix:
                raise PackError(
                    f"只接受 {suffix} 文件。",
                    where=f"packs/{pack_id}/{sub}/{path.name}",
                    accepted="calendar/2026.yaml、acts/penalty.yaml、clauses/行政许可法.tsv",
                    mend="改正扩展名，或移出法条包。",
                )


def _parse(text: str, shown: str, name: str, form: type[F], marks: dict[str, yamlread.Marks]) -> F:
    data, found = yamlread.read(text, shown)
    marks[name] = found
    try:
        return form.model_validate(data)
    except ValidationError as error:
        first = _worst(error)
        loc = tuple(p for p in first["loc"] if not _is_branch(p, found, first["loc"]))
        message, accepted, mend = _chinese(first, form)
        raise PackError(
            message,
            where=f"{shown}:{yamlread.line_of(found, loc)}",
            key=yamlread.dotted(loc),
            accepted=accepted,
            mend=mend,
        ) from error


def _worst(error: ValidationError) -> dict[str, Any]:
    """Pick the error a person should mend first: unknown keys and missing keys before consequences of unions."""
    rows = error.errors(include_url=False)
    # Of a union (a full rule or an overlay) the branch with the fewest complaints is the one that was meant.
    branches: dict[tuple[Any, ...], int] = {}
    for row in rows:
        branch = tuple(p for p in row["loc"] if isinstance(p, str) and p[:1].isupper() and p.isidentifier())
        branches[branch] = branches.get(branch, 0) + 1
    best = min(branches, key=lambda b: branches[b])
    for row in rows:
        if tuple(p for p in row["loc"] if isinstance(p, str) and p[:1].isupper() and p.isidentifier()) == best:
            return dict(row)
    return dict(rows[0])


def _is_branch(part: Any, marks: yamlread.Marks, loc: tuple[Any, ...]) -> bool:
    """Tell the name pydantic gives to a union branch ("Deadline") from a key that stands in the file ("D07")."""
    if not isinstance(part, str):
        return False
    if part.startswith("function-") or part.startswith("list["):
        return True
    return part in ("Deadline", "DeadlineOverlay", "Gate", "GateOverlay")


def _chinese(row: Mapping[str, Any], form: type[Form]) -> tuple[str, str, str]:
    kind, context, given = row["type"], row.get("ctx", {}), row.get("input")
    types = {
        "string_type": "文字",
        "int_type": "整数",
        "bool_type": "true 或 false",
        "date_type": "日期 YYYY-MM-DD",
        "list_type": "列表",
        "dict_type": "键值表",
        "model_type": "键值表",
        "model_attributes_type": "键值表",
    }
    if kind == "extra_forbidden":
        return (
            "没有这个键。",
            "、".join(_keys(row["loc"], form)) or "见 yangguang law schema",
            "删去，或改成正确的键名。",
        )
    if kind == "missing":
        mend = "补上支持这条规则的条款编号。" if row["loc"][-1] == "because" else "补上这个键。"
        return "缺少这个键。", "", mend
    if kind in types:
        return f"值 {given!r} 的类型不对。", types[kind], "改成可接受的写法；文字里有特殊符号时加引号。"
    if kind == "literal_error":
        return f"值 {given!r} 不对。", str(context.get("expected", "")).replace(" or ", "、"), "从中选一个。"
    if kind == "too_short":
        return "列表不能为空。", f"至少 {context.get('min_length', 1)} 项", "至少写一项。"
    if kind == "greater_than_equal":
        return f"值 {given!r} 太小。", f"不小于 {context.get('ge')}", "改成合理的数。"
    if kind == "less_than_equal":
        return f"值 {given!r} 太大。", f"不大于 {context.get('le')}", "改成合理的数。"
    return f"值 {given!r} 不对（{row['msg']}）。", "见 yangguang law schema", "照格式改正。"


def _keys(loc: tuple[Any, ...], form: type[Form]) -> list[str]:
    """List the keys accepted beside an unknown one, by walking the form along the path."""
    model: Any = form
    for part in loc[:-1]:
        fields = getattr(model, "model_fields", None)
        if fields and part in fields:
            model = _inner(fields[part].annotation, None)
        elif isinstance(part, str) and part in ("Deadline", "DeadlineOverlay", "Gate", "GateOverlay"):
            model = _inner(model, part)
    fields = getattr(model, "model_fields", None)
    return list(fields) if fields else []


def _inner(annotation: Any, wanted: str | None) -> Any:
    """Dig the model class out of list[X], dict[str, X], X | None."""
    if isinstance(annotation, type) and issubclass(annotation, Form):
        return annotation
    options = [_inner(arg, wanted) for arg in getattr(annotation, "__args__", ())]
    models = [o for o in options if isinstance(o, type) and issubclass(o, Form)]
    if wanted:
        models = [m for m in models if m.__name__ == wanted] or models
    return models[0] if len(models) == 1 else annotation


def effective_since(
    because: list[str], own: dt.date | None, pack: PackFile, table: Mapping[str, Clause], sources: Mapping[str, Any]
) -> dt.date | None:
    """Give the first day of a rule: its own date, else the day its text came into force, else the pack's."""
    if own:
        return own
    dates = [sources[table[c].source].in_force for c in because if c in table]
    known = [d for d in dates if d]
    return max(known) if known else pack.since
