"""The trail of a case in words: what was done, by whom, when, and where it stands in the log."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yangguang.casework import queries as cases
from yangguang.casework.models import Case
from yangguang.registry.models import Officer
from yangguang.trail import queries as trail
from yangguang.trail.actions import VERBS
from yangguang.trail.models import Entry

CHINESE = re.compile(r"[\u4e00-\u9fff、（）《》]+")
MINOR = frozenset({"duty.open", "duty.discharge", "record.open", "record.number"})
PAPERS = frozenset({"record.write", "record.write_public", "record.keep", "record.take_in"})
BAD = frozenset({"decision.revoke", "disclosure.take_down", "disclosure.report_error"})


@dataclass(frozen=True)
class Line:
    """One entry as a person reads it."""

    entry: Entry
    what: str
    who: str
    at: datetime
    recorded_at: datetime
    detail: str
    index: int | None
    minor: bool
    item: str = ""  # the document or recording that was made, by its key

    @property
    def tone(self) -> str:
        known = VERBS.get(self.entry.verb)
        return "bad" if self.entry.verb in BAD else "ok" if known and known.milestone else ""


def lines(case: Case) -> list[Line]:
    """Every entry of the case, oldest first.  Two queries, however many there are."""
    return told(list(trail.history(case.chain).select_related("leaf")), case)


def told(entries: list[Entry], case: Case | None = None) -> list[Line]:
    refs = {entry.by_ref.partition(":")[2] for entry in entries if entry.by_ref.startswith("registry.officer:")}
    names = {f"registry.officer:{one.pk}": one.name for one in Officer.objects.filter(pk__in=refs)}
    steps = {step.code: step.title for step in cases.act_of(case).steps} if case else cases.step_titles()
    return [_line(entry, names, steps) for entry in entries]


def _line(entry: Entry, names: dict[str, str], steps: dict[str, str]) -> Line:
    said = json.loads(entry.payload)["p"]
    row = said.get("row") or {}
    leaf = getattr(entry, "leaf", None)
    return Line(
        entry=entry,
        what=_what(entry.verb, row, steps),
        who=names.get(entry.by_ref, "系统"),
        at=datetime.fromisoformat(said["at"]),
        recorded_at=entry.recorded_at,
        detail=_detail(entry.verb, row),
        index=leaf.index if leaf else None,
        minor=entry.verb in MINOR,
        item=str(row.get("id", "")) if entry.verb in PAPERS else "",
    )


def _what(verb: str, row: dict[str, Any], steps: dict[str, str]) -> str:
    title = VERBS[verb].title if verb in VERBS else verb
    if spoken := CHINESE.match(title):  # the name comes first; what follows it is for those who read the code
        title = spoken[0]
    match verb:
        case "casework.take_step" | "casework.advance":
            return f"办理环节：{steps.get(row.get('step', ''), row.get('step', ''))}"
        case "casework.request":
            return f"{title}：{steps.get(row.get('step', ''), row.get('step', ''))}"
        case "casework.answer_opening":
            return "批准立案" if row.get("approved") else "不予立案"
        case "casework.propose":
            return f"提出处理意见（第 {row.get('version')} 稿）"
        case "record.write" | "record.write_public":
            return f"{title}：《{row.get('title', '')}》"
        case "record.keep" | "record.take_in":
            return f"{title}：{row.get('title', '')}"
        case "duty.open":
            return f"{title}：{row.get('title', '')}"
    return title


def _detail(verb: str, row: dict[str, Any]) -> str:
    for name in ("number", "number_text", "opinion", "reason", "declaration", "conclusion"):
        if isinstance(row.get(name), str) and row[name]:
            return str(row[name])[:120]
    if verb == "duty.open":
        return f"到期日 {row.get('due_on')}"
    return ""
