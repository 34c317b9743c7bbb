"""These are the errors of the open interfaces as problem documents (RFC 9457), in Chinese: what, accepted, mend."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from yangguang.policy.errors import (
    CalendarYearMissing,
    NoRuleInForce,
    PolicyError,
    UnknownFact,
    UnknownName,
    UnknownRule,
    WrongFactType,
)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """This is one kind of problem: its name in the address of its explanation, its title and its status."""

    name: str
    title: str
    status: int
    means: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "unknown-name",
            "没有这个名称",
            404,
            "地址里的法条包、问题、条款、参数或者程序不存在；accepted 列出可用的名称，名称很多的只列相近的。",
        ),
        Kind("no-such-address", "没有这个地址", 404, "接口里没有这个地址。"),
        Kind("method", "只能读取", 405, "这些接口只回答 GET 和 HEAD。"),
        Kind("parameter", "参数不对", 400, "查询参数的名称、写法或者次数不对；where 指出是哪一个。"),
        Kind("fact", "事实不对", 400, "事实名不在词表中，或者值的类型、单位、范围不对；where 指出是哪一个。"),
        Kind("no-rule", "没有可以适用的规定", 422, "在所问的日期没有可以适用的数字规定。"),
        Kind(
            "calendar",
            "缺少该年的工作日历",
            422,
            "计算跨入放假通知尚未录入的年份；可以加 provisional=1 取得注明暂定的答案。",
        ),
    )
}


class Problem(Exception):
    """This is a question that cannot be answered: which kind, what is wrong, where, what is accepted, how to mend it."""

    def __init__(self, kind: str, detail: str, *, where: str = "", accepted: Sequence[str] = (), mend: str = ""):
        self.kind, self.detail, self.where, self.accepted, self.mend = KINDS[kind], detail, where, tuple(accepted), mend
        super().__init__(detail)

    def as_json(self, docs: str) -> dict[str, Any]:
        """Give the members of the document; `docs` is the page that explains the kinds."""
        shown: dict[str, Any] = {
            "type": f"{docs}#{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.where:
            shown["where"] = self.where
        if self.accepted:
            shown["accepted"] = list(self.accepted)
        if self.mend:
            shown["mend"] = self.mend
        return shown


def of(error: PolicyError) -> Problem:
    """Put an error of the law into the form of a problem."""
    if isinstance(error, UnknownName):
        return _unknown(error)
    if isinstance(error, WrongFactType):
        return Problem("fact", str(error), where=error.name, mend="照可接受的写法改正；不知道的事实不要写。")
    if isinstance(error, CalendarYearMissing):
        return Problem("calendar", str(error), where=str(error.year), mend="只需估算时，加 provisional=1。")
    if isinstance(error, NoRuleInForce):
        return Problem("no-rule", str(error), mend="核对日期；或者由本地依据补一条期限。")
    raise error


def _unknown(error: UnknownName) -> Problem:
    """Put a name that is not there into the form of a problem: all the names that are, or of very many the likest."""
    near, every = error.nearest(), len(error.accepted)
    if isinstance(error, UnknownRule):  # named as a fact of the question, not in the address
        return Problem("fact", error.said, where="rule", accepted=near, mend="从 accepted 中选一个。")
    if isinstance(error, UnknownFact):
        mend = "改正事实名；词表见 /api/v1/law/{pack}/ 的 facts。"
        return Problem("fact", error.said, where=error.name, accepted=near, mend=mend)
    mend = "从 accepted 中选一个。"
    if len(near) < every:
        mend = f"共有 {every} 个{error.what}，accepted 只列名称相近的 {len(near)} 个；全部在网页 /law/{{pack}}/ 上查。"
    return Problem("unknown-name", error.said, where=error.name, accepted=near, mend=mend)


def response(problem: Problem, docs: str, instance: str) -> HttpResponse:
    """Answer with the problem document."""
    shown = problem.as_json(docs) | {"instance": instance}
    body = json.dumps(shown, ensure_ascii=False, indent=1)
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(body, f"{MEDIA_TYPE}; charset=utf-8", problem.kind.status, headers=headers)
