"""文书样式汇编 of a body: for every document of every step of its kinds the form it is written on, and what is missing.

**Clause** QD-A3.记录.2(①), QD-3.2.1a, WC-2.2.2b, DH-2.2.2b.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import rfc8785
import yaml

from yangguang.policy import packs
from yangguang.policy.acts import Act
from yangguang.record import documents
from yangguang.record.documents.templates import PACKS, Template
from yangguang.registry.models import Body, Power
from yangguang.registry.tables.writing import CSV, as_csv

from . import queries
from .models import FormSet
from .queries import Edition

NATIONAL = PACKS / "cn" / "documents" / "_edition.yaml"
CURRENT, GAP, STALE = "current", "gap", "stale"
BLANKS_KEPT = 1000  # some 20 MB
STATES = {CURRENT: "现行", GAP: "缺样式", STALE: "须核对"}
HEAD = (
    "行为",
    "程序",
    "环节",
    "文书",
    "代码",
    "是否必须",
    "来源",
    "版本",
    "起用日期",
    "制定机关",
    "依据",
    "电子信息格式",
    "状态",
    "说明",
    "摘要值",
)


@dataclass(frozen=True)
class Row:
    """One document of one step.  **Shape** `code` without a form is a gap; `edition` none: the national form."""

    act: str
    step: str
    code: str
    title: str
    required: bool
    form: Template | None
    edition: Edition | None
    state: str
    note: str = ""

    @property
    def word(self) -> str:
        return STATES[self.state]

    @property
    def since(self) -> date:
        return self.edition.since if self.edition else national(self.code)["since"]

    @property
    def system(self) -> str:
        return FormSet.System(self.edition.set.system).label if self.edition else "国家"

    @property
    def version(self) -> str:
        return str(self.edition.form["edition"] if self.edition else national(self.code)["edition"])

    @property
    def issuer(self) -> str:
        return self.edition.set.issuer if self.edition else str(national(self.code)["issuer"])

    @property
    def format(self) -> str:
        made = self.edition.form.get("format") if self.edition else None
        return made["name"] if made else "PDF/A 内附 JSON"

    @property
    def source(self) -> str:
        return self.edition.set.source if self.edition else self.form.clause if self.form else ""

    def line(self) -> list[str]:
        known = [self.system, self.version, self.since.isoformat(), self.issuer, self.source, self.format]
        act, _, procedure = self.act.partition("（")
        must = "必须" if self.required else "视情形"
        told = known if self.form else [""] * len(known)
        digest = self.form.hash if self.form else ""
        return [
            act,
            procedure.rstrip("）"),
            self.step,
            self.title,
            self.code,
            must,
            *told,
            self.word,
            self.note,
            digest,
        ]


@lru_cache
def _national() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(NATIONAL.read_text("utf-8"))
    return found


def national(code: str) -> dict[str, Any]:
    """Edition, first day and origin of a national form."""
    return _national() | _national()["forms"].get(code, {})


def kinds(body: Body, powers: Iterable[Power], on: date) -> list[str]:
    """The kinds of act a body performs and its plan covers, in the order of the vocabulary."""
    pack, have = packs.load(body.pack), {power.kind for power in powers}
    return [
        kind
        for kind in pack.facts["kind"].choices or {}
        if kind in have and pack.ask("covers", {"kind": kind}, on).value is not False
    ]


def rows(body: Body, powers: Sequence[Power], on: date) -> list[Row]:
    """The whole compilation, step by step."""
    pack = packs.load(body.pack)
    wanted = kinds(body, powers, on)
    acts = [pack.act(kind, procedure) for kind, procedure in pack.act_names if kind in wanted]
    return [row for act in sorted(acts, key=lambda one: wanted.index(one.kind)) for row in _of_act(body, act, on)]


def _of_act(body: Body, act: Act, on: date) -> list[Row]:
    found = []
    for step in act.steps:
        found += [_row(body, act, step.title, one.code, one.title, one.required, on) for one in step.documents]
    return found


def _row(body: Body, act: Act, step: str, code: str, title: str, required: bool, on: date) -> Row:
    if code not in documents.catalogue():
        note = "法条包要求这份文书，样式库中没有；请载入样式或者告知系统管理员"
        return Row(act.title, step, code, title, required, None, None, GAP, note)
    used = queries.in_force(body.scope, code, on)
    form = queries.form_of(body.scope, code, on)
    if used is not None and not used.checked:
        note = "采用以后国家样式有更改，请核对后重新载入"
        return Row(act.title, step, code, form.title, required, form, used, STALE, note)
    return Row(act.title, step, code, form.title, required, form, used, CURRENT)


def compiled(body: Body, found: Sequence[Row], on: date) -> bytes:
    """The compilation as one ZIP: its list, and of each form the blank paper and its fields as data.

    **Raises** documents.BadDocument.
    """
    out = io.BytesIO()
    forms = {row.code: row for row in found if row.form is not None}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("目录.csv", as_csv(list(HEAD), [row.line() for row in found]))
        for number, row in enumerate(forms.values(), start=1):
            if row.form is not None:
                name = f"{number:03d} {row.form.title.replace('/', '／')}"
                archive.writestr(f"样式/{name}.pdf", _blank(row.form, body.name, row.since))
                archive.writestr(f"电子格式/{name}.json", rfc8785.dumps(described(row)))
    return out.getvalue()


_blanks: dict[tuple[str, str, date], bytes] = {}  # by the form's hash, the body's name, the day of the edition


def _blank(form: Template, name: str, since: date) -> bytes:
    """The empty form, marked 草稿, its day left open; set once for every edition, for the paper is always the same."""
    key = (form.hash, name, since)
    if key not in _blanks:
        if len(_blanks) >= BLANKS_KEPT:
            _blanks.clear()
        data = {"body": {"name": name}} if form.field("body.name") else {}
        _blanks[key] = documents.render(form.code, data, on=since, draft=True, blank=True, form=form).pdf
    return _blanks[key]


def described(row: Row) -> dict[str, Any]:
    """The electronic format of a form: every field with its name, type and whether it must be given."""
    form = row.form
    assert form is not None
    made = row.edition.form.get("format") if row.edition else None
    return {
        "code": form.code,
        "title": form.title,
        "edition": row.version,
        "since": row.since.isoformat(),
        "issuer": row.issuer,
        "clause": form.clause,
        "sha256": form.hash,
        "fields": [
            {
                "name": one.name,
                "label": one.label,
                "type": one.type,
                "required": one.required,
                "options": dict(one.options),
                "of": [{"name": inner.name, "label": inner.label, "type": inner.type} for inner in one.of],
            }
            for one in form.fields
        ],
        "format": made,
    }


__all__ = ["CSV", "GAP", "STALE", "Row", "compiled", "described", "kinds", "rows"]
