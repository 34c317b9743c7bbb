"""This reads a question from the address: facts as query parameters, each once, in the types of the vocabulary."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from yangguang.policy.errors import UnknownFact, WrongFactType
from yangguang.policy.facts import FactSpec, as_date
from yangguang.policy.packs import Pack

from .problems import Problem

LONGEST = 8000  # characters of a query
MOST_PERIODS = 24  # each day of a count is compared with every period
OPTIONS = ("on", "provisional", "facts")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Asked:
    """This is what was asked: the facts, the day whose rules apply, and whether a provisional answer will do."""

    facts: Mapping[str, Any]
    on: dt.date | None
    provisional: bool


def read(query: QueryDict, raw: str, pack: Pack, relevant: Sequence[str]) -> Asked:
    """Read the query. **Raises** Problem, UnknownFact, WrongFactType."""
    if len(raw) > LONGEST:
        raise Problem(
            "parameter", f"查询有 {len(raw)} 个字符。", mend=f"最多 {LONGEST} 个字符；减少事实的数目或者长度。"
        )
    if any(_LONE.search(part) for name, values in query.lists() for part in (name, *values)):
        raise Problem("parameter", "查询里有不成对的代理字符。", mend="以 UTF-8 编码后再作百分号转义。")
    given = _json(_once(query, "facts")) if "facts" in query else {}
    for name, values in query.lists():
        if name in OPTIONS:
            continue
        if name not in pack.facts:
            hint = f"这个问题用到的事实：{'、'.join(relevant)}。" if relevant else ""
            raise UnknownFact(name, sorted(pack.facts), hint)
        if name in given:
            raise Problem("parameter", f"事实“{name}”在 facts 和查询参数里各写了一次。", where=name, mend="只写一次。")
        given[name] = _value(pack.facts[name], [str(v) for v in values])
    _bounded(pack, given)
    return Asked(given, _day(query), _yes(query))


def _once(query: QueryDict, name: str) -> str:
    values = query.getlist(name)
    if len(values) > 1:
        raise Problem("parameter", f"参数“{name}”写了 {len(values)} 次。", where=name, mend="每个参数只写一次。")
    return str(values[0])


def _value(spec: FactSpec, values: list[str]) -> Any:
    """Turn the text of one fact into what its type holds; what does not fit is left to the check of the vocabulary."""
    if spec.type == "choices":
        return _listed(spec, values)
    if len(values) > 1:
        raise Problem(
            "parameter", f"事实“{spec.name}”（{spec.label}）写了 {len(values)} 次。", where=spec.name, mend="只写一次。"
        )
    text = values[0]
    if not text.strip():
        raise WrongFactType(spec.name, spec.label, text, f"{spec.accepted}；不知道的事实不要写")
    if spec.type == "bool":
        return {"true": True, "false": False}.get(text, text)
    if spec.type in ("integer", "money_fen"):
        return int(text) if _WHOLE.fullmatch(text) else text
    return _parsed(text, spec.name) if spec.type == "periods" else text


def _listed(spec: FactSpec, values: list[str]) -> Any:
    if len(values) == 1 and values[0].strip().startswith("["):
        found = _parsed(values[0], spec.name)
        if not isinstance(found, list):
            return found
    else:
        found = [part.strip() for value in values for part in value.split(",")]
    seen = [item for item in found if isinstance(item, str)]
    twice = sorted({item for item in seen if seen.count(item) > 1})
    if twice:
        raise Problem(
            "parameter", f"事实“{spec.name}”重复：{'、'.join(twice)}。", where=spec.name, mend="每项只写一次。"
        )
    if "" in found:
        raise WrongFactType(spec.name, spec.label, "", f"{spec.accepted}；确知一项也没有的写作 []")
    return found


def _json(text: str) -> dict[str, Any]:
    found = _parsed(text, "facts")
    if not isinstance(found, dict):
        raise Problem("parameter", "facts 必须是 JSON 对象。", where="facts", mend='写作 facts={"kind":"penalty"}。')
    return found


def _parsed(text: str, where: str) -> Any:
    try:
        found = json.loads(text, object_pairs_hook=lambda pairs: _unique(pairs, where), parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        place = f"（第 {error.pos + 1} 个字符起）" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem("parameter", f"“{where}”不是合格的 JSON{place}。", where=where, mend="照 JSON 改正。") from error
    if _LONE.search(json.dumps(found, ensure_ascii=False)):
        raise Problem("parameter", f"“{where}”里有不成对的代理字符。", where=where, mend="删去该字符。")
    return found


def _constant(text: str) -> Any:
    raise ValueError(text)


def _unique(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Problem("parameter", f"“{where}”里有重复的键：{'、'.join(twice)}。", where=where, mend="每个键只写一次。")
    return dict(pairs)


def _bounded(pack: Pack, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        spec = pack.facts.get(name)
        if spec and spec.type == "periods" and isinstance(value, list) and len(value) > MOST_PERIODS:
            raise Problem(
                "fact",
                f"事实“{name}”（{spec.label}）有 {len(value)} 段。",
                where=name,
                mend=f"最多 {MOST_PERIODS} 段；相连的合并。",
            )


def _day(query: QueryDict) -> dt.date | None:
    if "on" not in query:
        return None
    text = _once(query, "on")
    found = as_date(text)
    if found is None:
        raise Problem("parameter", f"on 的日期“{text}”不对。", where="on", mend="写作真实存在的日期 YYYY-MM-DD。")
    return found


def _yes(query: QueryDict) -> bool:
    if "provisional" not in query:
        return False
    text = _once(query, "provisional")
    known = {"1": True, "true": True, "0": False, "false": False}
    if text not in known:
        raise Problem(
            "parameter",
            f"provisional 的值“{text}”不对。",
            where="provisional",
            accepted=list(known),
            mend="写作 1 或者 0。",
        )
    return known[text]
