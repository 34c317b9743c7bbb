"""制度文件 composed of the body's own rules, lists, charts and deadlines with their clauses.

A provision is only what a rule says; what the rules leave to the body and nobody has said is named as 待明确.
**Clause** QD-4.2a, QD-4.2b, QD-0.3, SY-2.1.1c, DH-2.1.1b, WC-2.1.1a, DH-2.2.1a, DH-2.2.1b, WC-2.3.3a, QD-3.1.3(1)c.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yangguang.catalogue.lists.wholes import demanded
from yangguang.catalogue.models import ListVersion
from yangguang.catalogue.queries import cells, columns_of
from yangguang.policy import charts, wording
from yangguang.policy.answers import Answer, Citation
from yangguang.policy.errors import NoRuleInForce
from yangguang.policy.packs import Pack
from yangguang.policy.questions import GRADE_WORDS, QUESTIONS
from yangguang.record import documents
from yangguang.registry.models import Body, Device

from . import papers
from .elements import kind_words
from .papers import Block, Paper
from .policy_kinds import KINDS, Part, PolicyKind, Section

DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """Chinese words of 1 to 999: 12 → 十二."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (DIGITS[ones] if ones else "")


@dataclass
class Making:
    """One paper being composed: its blocks so far, the provisions counted, and what nobody has said."""

    pack: Pack
    body: Body
    on: date
    lists: Mapping[str, ListVersion]
    devices: Sequence[Device]
    kinds: Sequence[str]
    settled: Mapping[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    gaps: list[dict[str, str]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    count: int = 0

    def say(self, text: str, because: Sequence[Citation] = ()) -> None:
        self.count += 1
        self.blocks.append(papers.para(f"第{numeral(self.count)}条　{text}", because))

    def lack(self, key: str, label: str, why: str) -> None:
        """Name what the rules leave to the body, or say what the body has settled."""
        if said := self.settled.get(key, "").strip():
            self.say(f"{label}：{said.rstrip('。')}。")
            return
        self.gaps.append({"key": key, "label": label, "why": why})
        self.blocks.append(papers.gap(f"{label}：{why}"))


def compose(
    kind: PolicyKind,
    pack: Pack,
    body: Body,
    on: date,
    *,
    lists: Mapping[str, ListVersion],
    devices: Sequence[Device],
    kinds: Sequence[str],
    settled: Mapping[str, str] | None = None,
    more: str = "",
    number: str = "",
) -> tuple[Paper, list[dict[str, str]], dict[str, bytes]]:
    """Compose the paper of one kind: (paper, what is 待明确, flowcharts by digest).

    **Shape** `kinds`: kinds of act the body does; `settled`: what the body decides on points its rules leave open, by the
    key of the point; `more`: provisions the body adds itself, one a line; what is 待明确: [{key, label, why}].
    """
    making = Making(pack, body, on, lists, devices, kinds, dict(settled or {}))
    for section in kind.sections:
        _section(making, section)
    if more.strip():
        making.blocks.append(papers.heading("补充规定"))
        for line in filter(None, map(str.strip, more.splitlines())):
            making.say(line)
    lines = [body.name, number or "（文号待编）", f"规则版本 {pack.version}", f"{on.year}年{on.month}月{on.day}日编制"]
    title = kind.title if kind.title.startswith(body.name) else f"{body.name}{kind.title}"
    return (
        {
            "title": title,
            "org": body.name,
            "lines": lines,
            "blocks": making.blocks,
            "settled": making.settled,
            "more": more,
        },
        making.gaps,
        making.pictures,
    )


def _section(making: Making, section: Section) -> None:
    making.blocks.append(papers.heading(section.title))
    before = len(making.blocks)
    for part in section.parts:
        _PARTS[part.how](making, part)
    if len(making.blocks) > before:
        return
    if section.needed:
        making.lack(f"section:{section.title}", section.title, "现行规则没有规定，须由本机关明确")
    else:
        making.blocks.pop()


def _parameter(making: Making, part: Part) -> None:
    form = making.pack.merged.parameters[part.name]
    answer = making.pack.parameter(part.name)
    if answer.value is not None:
        value = making.pack.shown(form, answer.value)
        making.say(f"{form.label}。" if answer.value is True else f"{form.label}：{value}。", answer.because)
    elif any(given.strength == "unset" for given in making.pack.merged.values.get(part.name, ())):
        making.lack(part.name, form.label, f"方案要求本机关明确（{'、'.join(c.clause for c in answer.because)}）")


def _question(making: Making, part: Part) -> None:
    answer = making.pack.ask(part.name, part.facts, making.on)
    if answer.value is None or answer.value == []:
        return
    said = [str(one["text"]) for one in answer.details] or _words(answer)
    making.say(f"{QUESTIONS[part.name].title}：{'；'.join(said)}。", answer.because)


def _words(answer: Answer) -> list[str]:
    values = answer.value if isinstance(answer.value, list | tuple) else [answer.value]
    return [GRADE_WORDS.get(value, str(value)) for value in values]


def _rules(making: Making, part: Part) -> None:
    """Every line of a question, as the conditions under which it holds."""
    for rule in making.pack.merged.questions.get(part.name, ()):
        if rule.in_force(making.on) and rule.value is True:
            when = wording.condition(making.pack, rule.when) if rule.when else "任何情形"
            making.say(f"{when}的，{QUESTIONS[part.name].title.removeprefix('是否')}。", rule.because)


def _deadline(making: Making, part: Part) -> None:
    """The line that binds: what lost against a stricter one is no provision of this body."""
    rule = making.pack.deadlines.get(part.name)
    if rule is None:
        return
    try:
        found = making.pack.deadline(part.name, start=making.on, on=making.on, provisional=True)
    except NoRuleInForce:
        return
    winning = {c.clause for c in found.because}
    said: dict[str, list[Citation]] = {}
    for line in rule.lines:
        if line.in_force(making.on) and line.limit is not None and winning & {c.clause for c in line.because}:
            when = f"{wording.condition(making.pack, line.when)}的，" if line.when else ""
            period = wording.period(line.limit, rule.direction)
            said.setdefault(f"{rule.title}：{when}{rule.trigger}之日起{period}{rule.must}。", []).extend(line.because)
    for words, because in said.items():
        making.say(words, because)


def _deadlines(making: Making, part: Part) -> None:
    """All deadlines of the procedures this body runs, in one table."""
    seen: dict[str, list[str]] = {}
    for act in (act for kind in making.kinds for act in _acts(making.pack, kind)):
        for step in act.steps:
            for limit in wording.time_limits(making.pack, act, step, making.on):
                if limit.short:
                    seen.setdefault(limit.code, [limit.code, limit.short, wording.cited(limit.because)])
    if seen:
        rows = [seen[code] for code in sorted(seen)]
        making.blocks.append(papers.table(["编号", "期限", "依据"], rows, [1, 4, 4]))


def _acts(pack: Pack, kind: str) -> list[Any]:
    return [pack.act(k, procedure) for k, procedure in pack.act_names if k == kind]


def _charts(making: Making, part: Part) -> None:
    for kind in making.kinds if part.name == "*" else (part.name,):
        for act in _acts(making.pack, kind):
            svg = charts.svg(making.pack, act, on=making.on)
            digest = hashlib.sha256(svg).hexdigest()
            making.pictures[digest] = svg
            words = charts.as_text(charts.outline(making.pack, act, on=making.on))
            making.blocks.append(papers.chart(f"{act.title}流程图", words, digest))


def _events(making: Making, part: Part) -> None:
    """What must be recorded, event by event, at its strictest over the kinds of act this body does."""
    rows = []
    for event, title in (making.pack.facts["event"].choices or {}).items():
        answer = demanded(making.pack, event, making.kinds, making.on)
        if answer.value and answer.value != "none":
            rows.append([title, GRADE_WORDS[answer.value], "；".join(papers.cites(answer.because))])
    if rows:
        making.blocks.append(papers.table(["环节", "记录要求", "依据"], rows, [2, 3, 4]))


def _by_kind(making: Making, part: Part) -> None:
    """The records of each kind of act this body does, step by step: its papers, and its recordings.  **Clause** DH-2.2.1a."""
    papers_of = documents.catalogue()
    for kind in making.kinds:
        rows: dict[tuple[str, str], list[str]] = {}
        for step in (step for act in _acts(making.pack, kind) for step in act.steps):
            taken = [demanded(making.pack, event, [kind], making.on) for event in step.recordings]
            owed = [
                (event, one)
                for event, one in zip(step.recordings, taken, strict=True)
                if one.value not in (None, "none")
            ]
            written = [papers_of[code].title for code in step.document_codes if code in papers_of]
            if not written and not owed:
                continue
            events = making.pack.facts["event"].choices or {}
            av = "；".join(f"{events.get(event, event)}：{GRADE_WORDS[one.value]}" for event, one in owed)
            cites = dict.fromkeys(line for _, one in owed for line in papers.cites(one.because))
            row = [step.title, "、".join(dict.fromkeys(written)) or "—", av or "—", "；".join(cites) or "—"]
            rows.setdefault((step.title, av), row)
        if rows:
            making.blocks.append(papers.heading(f"{kind_words(making.pack, kind)}的记录", 2))
            making.blocks.append(
                papers.table(["环节", "文字记录", "音像记录", "依据"], list(rows.values()), [2, 4, 3, 3])
            )


def _lists(making: Making, part: Part) -> None:
    version = making.lists.get(part.name)
    if version is None:
        return
    making.blocks.append(
        papers.heading(f"{version.title}（第 {version.number} 版，{version.in_force_from} 起施行）", 2)
    )
    columns = [column.label for column in columns_of(version)]
    making.blocks.append(papers.table(columns, cells(version)))


def _forms(making: Making, part: Part) -> None:
    rows = [
        [one.code, one.title, "、".join(kind_words(making.pack, kind) for kind in one.kinds), one.clause, one.hash[:12]]
        for one in documents.catalogue().values()
        if not making.kinds or set(one.kinds) & set(making.kinds)
    ]
    if rows:
        head = ["编号", "文书", "适用", "依据", "样式摘要值"]
        making.blocks.append(papers.table(head, sorted(rows), [3, 3, 2, 4, 2]))


def _devices(making: Making, part: Part) -> None:
    rows = [
        [one.serial, one.get_kind_display(), one.model, one.keeper.name if one.keeper else "", one.get_state_display()]
        for one in making.devices
    ]
    if rows:
        making.blocks.append(papers.table(["设备编号", "类别", "型号", "保管人", "状态"], rows))
    else:
        making.lack("devices", "音像记录设备", "设备登记中还没有")


_PARTS: Mapping[str, Callable[[Making, Part], None]] = {
    "parameter": _parameter,
    "question": _question,
    "rules": _rules,
    "deadline": _deadline,
    "deadlines": _deadlines,
    "charts": _charts,
    "events": _events,
    "by_kind": _by_kind,
    "list": _lists,
    "forms": _forms,
    "devices": _devices,
}

__all__ = ["KINDS", "compose", "numeral"]
