"""This makes the service guide of a power item: the fields the plan demands, each filled from law, registry or plan.

What nobody has given is named as missing; a guide with a gap is never taken for a whole one.
**Clause** QS-3.1.1d, QS-3.1.1e, QD-3.1.1(2)c, SY-2.1.1d, DH-2.1.2a, WC-2.1.2(3)b, WC-2.1.2(3)c.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yangguang.policy import wording
from yangguang.policy.acts import Act
from yangguang.policy.answers import Citation
from yangguang.policy.errors import UnknownName, WrongFactType
from yangguang.policy.packs import Pack

# What the packs call a field, by its one name here.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("执法事项名称", "行政执法事项名称", "事项名称"),
    "basis": ("依据", "执法依据", "办理依据"),
    "accepting_body": ("受理机构",),
    "approving_body": ("审批机构", "决定机构"),
    "conditions": ("受理条件", "许可条件"),
    "materials": ("申请材料",),
    "procedure": ("执法程序", "办理流程"),
    "time_limits": ("办理时限",),
    "fee": ("收费标准", "收费"),
    "preferential_policy": ("优惠政策",),
    "supervision": ("监督方式", "监督投诉渠道"),
    "accountability": ("责任追究",),
    "remedies": ("救济渠道", "救济途径"),
    "office_hours": ("办公时间",),
    "address": ("办公地址",),
    "phone": ("办公电话",),
}
# A guide tells these in any case, demanded or not.
ALWAYS = ("procedure", "time_limits", "remedies", "supervision")

# What the register may hold about an item; `lines` are lists of sentences.
ITEM: Mapping[str, str] = {
    "name": "事项名称",
    "code": "事项编码",
    "basis": "法律依据",
    "instrument": "赋权依据",
    "accepting_body": "受理机构",
    "approving_body": "审批机构",
    "conditions": "受理条件",
    "materials": "申请材料",
    "promised_limit": "承诺时限",
    "fee": "收费标准",
    "preferential_policy": "优惠政策",
    "office_hours": "办公时间",
    "address": "办公地址",
    "phone": "办公电话",
    "complaint_phone": "投诉电话",
    "responsible": "责任人员",
    "accountability": "责任追究",
}
SOURCES: Mapping[str, str] = {"law": "法律规定的程序", "item": "事项登记", "jurisdiction": "本地方案"}


class UnknownItemField(UnknownName):
    what = "事项登记项目"


@dataclass(frozen=True, slots=True)
class Field:
    """This is one field of a guide.

    **Shape** `key` is canonical (a field no one here knows has its label as key); `value` is lines of text, empty when
    missing; `source` one of `SOURCES`, "" when missing; `lacking` names what is not given, in words; `demanded`: the
    pack asks for it.
    """

    key: str
    label: str
    value: tuple[str, ...]
    source: str
    because: tuple[Citation, ...]
    lacking: tuple[str, ...]
    demanded: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "label": self.label, "value": list(self.value), "source": self.source,
            "because": [c.as_json() for c in self.because], "lacking": list(self.lacking), "demanded": self.demanded,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuideStep:
    """This is one step of the procedure field. **Shape** `ways`: (code of the next step, its title, when)."""

    code: str
    number: int
    title: str
    who: str
    need: str
    public: str
    ways: tuple[tuple[str, str, str], ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Say the step and everything that may follow it."""
        head = f"{self.number}. {self.title}（{self.who}；{self.need}）：{self.public}"
        if not self.ways:
            return head, "　　→ 程序终止。"
        return head, *(f"　　→ {title}{f'（{when}）' if when else ''}" for _, title, when in self.ways)

    def as_json(self) -> dict[str, Any]:
        ways = [{"to": to, "title": title, "when": when} for to, title, when in self.ways]
        return {
            "code": self.code, "number": self.number, "title": self.title, "who": self.who, "need": self.need,
            "public": self.public, "ways": ways,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guide:
    """This is the service guide of one item under one pack. **Shape** `steps` is the procedure field as data."""

    pack: str
    version: str
    place: str
    act: str
    title: str
    fields: tuple[Field, ...]
    steps: tuple[GuideStep, ...]
    limits: tuple[wording.TimeLimit, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Name what the demanded fields still lack, in words; while there is any, the guide may not be published."""
        return tuple(lack for field in self.fields if field.demanded for lack in field.lacking)

    @property
    def complete(self) -> bool:
        return not self.missing

    def field(self, key: str) -> Field:
        """Find a field. **Raises** UnknownItemField naming the fields there are."""
        for field in self.fields:
            if field.key == key:
                return field
        raise UnknownItemField(key, (field.key for field in self.fields))

    def as_text(self) -> str:
        """Write the guide as plain text, gaps included."""
        lines = [self.title, f"{self.place}　{self.act}　规则版本 {self.version}", ""]
        for field in self.fields:
            source = f"（{SOURCES[field.source]}）" if field.source else ""
            lines.append(f"【{field.label}】{source}")
            lines += field.value
            lines += [f"（尚缺：{lack}）" for lack in field.lacking]
            # The time limits carry their clauses line by line.
            quoted = wording.cited(field.because) if field.key != "time_limits" else ""
            lead = "依据" if field.value else "应当载明，见"
            lines += [f"{lead}：{quoted}", ""] if quoted else [""]
        if self.missing:
            lines.append(f"本指南尚缺：{'、'.join(self.missing)}，补齐前不得公开。")
        return "\n".join(lines).rstrip() + "\n"

    def as_json(self) -> dict[str, Any]:
        return {
            "pack": self.pack, "version": self.version, "place": self.place, "act": self.act, "title": self.title,
            "fields": [f.as_json() for f in self.fields], "steps": [s.as_json() for s in self.steps],
            "limits": [limit.as_json() for limit in self.limits], "missing": list(self.missing),
        }  # fmt: skip


def guide(pack: Pack, act: Act, item: Mapping[str, Any], *, on: dt.date | None = None) -> Guide:
    """Make the service guide of an item.

    **Shape** `item`: what the register holds, keys of `ITEM`, each a text or a list of texts; `basis` may also be
    [{law, article, text}] as the register keeps it. A key of a field only the pack knows is that field's label.
    **Raises** UnknownItemField, WrongFactType.
    """
    asked = pack.ask("guide_fields", on=on)
    labels = list(dict.fromkeys(asked.value or ()))
    given = _read(item, labels)
    source = Source(pack, act, given, on)
    found = [_field(source, key_of(label), label, asked.because, True) for label in labels]
    have = {field.key for field in found}
    found += [_field(source, key, FIELDS[key][0], (), False) for key in ALWAYS if key not in have]
    extra = [key for key in ("basis", "conditions", "materials", "fee") if key in given and key not in have]
    found += [_field(source, key, FIELDS[key][0], (), False) for key in extra]
    name = "".join(given.get("name", ())) or act.title
    where = pack.jurisdiction
    return Guide(
        pack.id, pack.version, where.body or where.name, act.title, f"{name}服务指南", tuple(found), source.steps(),
        source.limits(),
    )  # fmt: skip


def key_of(label: str) -> str:
    """Give the canonical key of a field by the words of a pack; the words themselves where they are new."""
    return next((key for key, words in FIELDS.items() if label in words), label)


def _read(item: Mapping[str, Any], labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    free = [label for label in labels if key_of(label) == label]
    found = {}
    for key, value in item.items():
        if key not in ITEM and key not in free:
            raise UnknownItemField(key, [*ITEM, *free])
        lines = list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]
        said = [_line(key, line) for line in lines]
        if kept := tuple(line for line in said if line.strip()):
            found[key] = kept
    return found


def _line(key: str, value: Any) -> str:
    if key == "basis" and isinstance(value, Mapping):
        return (
            f"《{str(value.get('law', '')).strip('《》')}》{value.get('article', '')}　{value.get('text', '')}".rstrip(
                "　"
            )
        )
    if not isinstance(value, str):
        raise WrongFactType(key, ITEM.get(key, key), value, "文字，或者文字的列表")
    return value


Found = tuple[tuple[str, ...], str, tuple[Citation, ...], tuple[str, ...]]


def _field(source: Source, key: str, label: str, because: tuple[Citation, ...], demanded: bool) -> Field:
    value, origin, cited, lacking = source.find(key, label)
    return Field(key, label, value, origin, cited or (because if not value else ()), lacking, demanded)


class Source:
    """These are the places a field may come from: the definition of the act, the register, the plan."""

    def __init__(self, pack: Pack, act: Act, given: Mapping[str, tuple[str, ...]], on: dt.date | None):
        self.pack, self.act, self.given, self.on = pack, act, given, on

    def find(self, key: str, label: str) -> Found:
        """Give (lines, source, clauses, what is lacking) of a field."""
        makers: Mapping[str, Callable[[], Found]] = {
            "basis": self._basis,
            "accepting_body": lambda: self._or_plan("accepting_body", label, self.pack.jurisdiction.handling_unit),
            "approving_body": lambda: self._or_plan("approving_body", label, self.pack.jurisdiction.body),
            "conditions": lambda: self._on_application("conditions", label),
            "materials": lambda: self._on_application("materials", label),
            "procedure": self._procedure,
            "time_limits": self._time_limits,
            "supervision": self._supervision,
            "accountability": self._accountability,
            "remedies": self._remedies,
        }
        return makers[key]() if key in makers else self._item(key, label)

    def _item(self, key: str, label: str) -> Found:
        value = self.given.get(key, ())
        return value, "item" if value else "", (), () if value else (label,)

    def _or_plan(self, key: str, label: str, named: str | None) -> Found:
        found = self._item(key, label)
        return found if found[0] or not named else ((named,), "jurisdiction", (), ())

    @property
    def applied_for(self) -> bool:
        """Tell whether the act begins with an application: only then does the window take part."""
        return any("window" in step.roles for step in self.act.steps)

    def _on_application(self, key: str, label: str) -> Found:
        found = self._item(key, label)
        if found[0] or self.applied_for:
            return found
        first = self.act.steps[0]
        lead = "依职权实施，不需要当事人申请。"
        return ((f"{lead}{first.public}" if key == "conditions" else lead,), "law", first.because, ())

    def _basis(self) -> Found:
        lines, _, _, lacking = self._item("basis", ITEM["basis"])
        lines += tuple(f"赋权依据：{text}" for text in self.given.get("instrument", ()))
        return lines, "item" if lines else "", self.act.because, lacking

    def steps(self) -> tuple[GuideStep, ...]:
        """Give the steps in order, each with every transition."""
        titles = {step.code: step.title for step in self.act.steps}
        return tuple(
            GuideStep(
                step.code, number, step.title, wording.who(self.pack, step), wording.need(self.pack, self.act, step),
                step.public,
                tuple((to, titles[to], wording.branch(self.pack, step, to)) for to in dict.fromkeys(step.next)),
            )
            for number, step in enumerate(self.act.steps, start=1)
        )  # fmt: skip

    def limits(self) -> tuple[wording.TimeLimit, ...]:
        """Give the time limits of all steps, each rule once."""
        found: dict[str, wording.TimeLimit] = {}
        for step in self.act.steps:
            for limit in wording.time_limits(self.pack, self.act, step, self.on):
                found.setdefault(limit.code, limit)
        return tuple(found.values())

    def _procedure(self) -> Found:
        lines = tuple(line for step in self.steps() for line in step.lines)
        return lines, "law", self.act.because, ()

    def _time_limits(self) -> Found:
        promised = tuple(f"承诺时限：{text}" for text in self.given.get("promised_limit", ()))
        lines = [f"{limit.sentence}{_by(limit)}" for limit in self.limits()]
        if not lines and not promised:
            return (), "", (), (FIELDS["time_limits"][0],)
        cited = {c.clause: c for limit in self.limits() for c in limit.because}
        return (*promised, *lines), "law", tuple(cited.values()), ()

    def _remedies(self) -> Found:
        answer = self.pack.ask("remedies", wording.known(self.pack, self.act), self.on)
        words = {d["item"]: d["text"] for d in answer.details if "item" in d}
        lines = tuple(words.values()) or tuple(d["text"] for d in answer.details)
        open_ones = tuple(f"救济渠道（尚不知道：{self.pack.facts[name].label}）" for name in answer.unknown)
        lacking = open_ones or (() if lines else (FIELDS["remedies"][0],))
        return lines, "law" if lines else "", answer.because if lines else (), lacking

    def _supervision(self) -> Found:
        phones = tuple(f"投诉举报电话：{text}" for text in self.given.get("complaint_phone", ()))
        above = self.pack.jurisdiction.legal_superior
        lines = (*phones, *((f"可以向上级法制监督机构反映：{above}",) if above else ()))
        origin = "item" if phones else "jurisdiction" if lines else ""
        return lines, origin, (), () if phones else (ITEM["complaint_phone"],)

    def _accountability(self) -> Found:
        people = tuple(f"责任人员：{text}" for text in self.given.get("responsible", ()))
        rules = self.given.get("accountability", ())
        lacking = () if rules else (FIELDS["accountability"][0],)
        return (*rules, *people), "item" if rules or people else "", (), lacking


def _by(limit: wording.TimeLimit) -> str:
    quoted = wording.cited(limit.because)
    return (f"。依据：{quoted}" if quoted else "") + ("。※须经当地核对后使用" if limit.confirm else "")
