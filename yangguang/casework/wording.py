"""A draft in words: for reading, and for comparing two versions."""

from dataclasses import replace
from typing import Any

from yangguang.policy.answers import Verdict
from yangguang.policy.facts import FactSpec
from yangguang.policy.packs import Pack

from . import bars, queries
from .facts import ANSWERS
from .models import Case

TEXTS = (
    ("facts", "违法事实"),
    ("violated", "违反的规定"),
    ("basis", "处罚依据"),
    ("grade", "裁量档次"),
    ("discretion", "裁量理由"),
    ("deviation", "偏离裁量基准的理由"),
    ("other", "其他处理"),
    ("correction", "改正情况"),
)


def yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d} 元"


def penalties(case: Case, codes: list[str]) -> str:
    """The kinds of penalty in the words of the pack."""
    words = queries.pack_of(case).facts["penalties"].choices or {}
    return "、".join(words.get(code, code) for code in codes)


def as_rows(case: Case, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Each part of a draft with its label; empty parts are left out."""
    if case.guided:
        return _said(case, body)
    rows = [(label, body[name]) for name, label in TEXTS if body.get(name)]
    rows.append(("处罚种类", penalties(case, body["penalties"])))
    if body["fine_fen"]:
        rows.append(("罚款", yuan(body["fine_fen"])))
    if body["confiscation_fen"]:
        rows.append(("没收", yuan(body["confiscation_fen"])))
    rows.append(("证据", "；".join(f"{one['name']}（{one['proves']}）" for one in body["evidence"])))
    if told := body.get("bars"):
        rows += bars.rows(queries.pack_of(case), case, told)
    rows.append(("须审核的情形", "、".join(ANSWERS[k] for k, yes in body["answers"].items() if yes) or "均否"))
    return rows


def _said(case: Case, body: dict[str, Any]) -> list[tuple[str, str]]:
    """A draft of a course: every fact that was said, by its label."""
    return [*said(case, body["values"]), ("依据", body["basis"])]


def said(case: Case, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts by their labels, in words."""
    pack = queries.pack_of(case)
    return [(_label(pack, name), in_words(pack.facts[name], value)) for name, value in facts.items()]


def in_words(spec: FactSpec, value: Any) -> str:
    """A fact's value in words."""
    choices = spec.choices or {}
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(
            choices.get(one, str(one)) if isinstance(one, str) else f"{one['from']} 至 {one['to']}（{one['reason']}）"
            for one in value
        )
    if spec.type == "money_fen" and isinstance(value, int):
        return yuan(value)
    return choices.get(value, str(value)) if isinstance(value, str) else str(value)


def as_text(case: Case, body: dict[str, Any]) -> str:
    """A draft as paragraphs, so that two of them can be compared line by line."""
    return "\n".join(f"{label}：{value}" for label, value in as_rows(case, body))


def verdict(pack: Pack, found: Verdict) -> Verdict:
    """A verdict with the facts by their Chinese names instead of their codes."""
    return replace(
        found,
        facts_used={_label(pack, name): _value(pack, name, value) for name, value in found.facts_used.items()},
        unknown=tuple(_label(pack, name) for name in found.unknown),
    )


def _label(pack: Pack, name: str) -> str:
    return pack.facts[name].label if name in pack.facts else name


def _value(pack: Pack, name: str, value: Any) -> Any:
    words = (pack.facts[name].choices or {}) if name in pack.facts else {}
    if isinstance(value, list | tuple):
        return [words.get(one, one) for one in value]
    if name in pack.facts and pack.facts[name].type == "money_fen" and isinstance(value, int):
        return yuan(value)
    return words.get(value, value) if isinstance(value, str) else value
