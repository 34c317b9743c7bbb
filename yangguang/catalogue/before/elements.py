"""事前公开的要素: each element of a kind of act, read from registers, lists and rules, with what is missing and where to mend.

**Clause** QD-3.1.1(1)c, SY-2.1.1b, DH-2.1.2b, WC-2.1.2.0, QS-3.1.1b to QS-3.1.1g, CN-118-2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yangguang.catalogue.lists.tables import show
from yangguang.catalogue.models import ListVersion
from yangguang.catalogue.queries import columns_of, random_matters, source_of
from yangguang.policy import charts, guides, packs
from yangguang.policy.acts import Act
from yangguang.policy.answers import Citation
from yangguang.policy.guides import Guide
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.models import Body, Power
from yangguang.registry.queries import Staff

PUBLIC_FIELDS = ("姓名", "职务", "执法证号")  # where the plan names none
GUIDES, CHARTS, PROCEDURE, RANDOM = "服务指南", "执法流程图", "程序", "随机抽查事项清单"
SAME = {"执法程序": PROCEDURE, "执法流程": CHARTS, "人员": "执法人员"}  # other words of the plans for one thing
SHARED = frozenset({"procedure", "time_limits", "remedies"})  # fields of a guide that all matters of a procedure share


@dataclass(frozen=True)
class Gap:
    """What is missing, what to do, and where.  **Shape** `page`: (name of the page, its arguments…)."""

    what: str
    mend: str
    page: tuple[str, ...] = ()


@dataclass(frozen=True)
class Element:
    """One element: its words, its content in lines, what is missing, and the clauses that ask for it."""

    label: str
    lines: tuple[str, ...]
    gaps: tuple[Gap, ...]
    because: tuple[Citation, ...]

    @property
    def complete(self) -> bool:
        return bool(self.lines) and not self.gaps


@dataclass(frozen=True)
class Holding:
    """All that a body holds about one kind of act on a day; read once for many bodies by `before.queries`."""

    body: Body
    kind: str
    on: date
    powers: Sequence[Power] = ()
    staff: Sequence[Staff] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    random: ListVersion | None = None

    @property
    def pack(self) -> Pack:
        return packs.load(self.body.pack)

    @property
    def title(self) -> str:
        return kind_words(self.pack, self.kind)

    @property
    def acts(self) -> list[Act]:
        """The procedures of the kind, the ordinary one first."""
        found = [self.pack.act(kind, procedure) for kind, procedure in self.pack.act_names if kind == self.kind]
        return sorted(found, key=lambda act: act.procedure != "ordinary")

    def guides(self) -> list[tuple[Power, Guide]]:
        return [(power, guide_of(self.pack, power, self.on)) for power in self.powers] if self.acts else []


def kind_words(pack: Pack, kind: str) -> str:
    return (pack.facts["kind"].choices or {}).get(kind, kind)


def guide_of(pack: Pack, power: Power, on: date) -> Guide:
    """The service guide of a power under the rules of a day."""
    return guides.guide(pack, pack.act(power.kind), registry.guide_item(power), on=on)


def demanded(pack: Pack, on: date) -> dict[str, tuple[Citation, ...]]:
    """The elements the rules ask for, in their order and words, each with its own clauses.

    The guides and charts a plan asks for belong to them, whether or not it counts them among the elements.
    """
    found: dict[str, tuple[Citation, ...]] = {}
    answer = pack.ask("pre_elements", on=on)
    for label in answer.value or ():
        found[label] = _own(pack, label, on) or answer.because
    guides_asked = pack.parameter("guides_required")
    said = {SAME.get(label, label) for label in found}
    for label in guides_asked.value or ():
        if SAME.get(label, label) not in said:
            found[label] = guides_asked.because
    return found


def _own(pack: Pack, label: str, on: date) -> tuple[Citation, ...]:
    rules = pack.merged.questions.get("pre_elements", ())
    cited = (c for rule in rules if rule.in_force(on) and label in (rule.value or ()) for c in rule.because)
    return tuple({c.clause: c for c in cited}.values())


def elements(held: Holding) -> list[Element]:
    """Every element the rules ask for, of one kind of act."""
    return [_element(held, label, because) for label, because in demanded(held.pack, held.on).items()]


def _element(held: Holding, label: str, because: tuple[Citation, ...]) -> Element:
    name = SAME.get(label, label)
    lines, gaps = _MAKERS[name](held) if name in _MAKERS else ([], [])
    if own := held.texts.get(label):
        lines, gaps = [*lines, *own.splitlines()], [gap for gap in gaps if gap.page]
    if not lines and not gaps:
        gaps = [Gap(f"没有“{label}”的内容", "在本页补充填写")]
    return Element(label, tuple(lines), tuple(gaps), because)


Made = tuple[list[str], list[Gap]]


def _body_page(held: Holding) -> tuple[str, ...]:
    return ("registry:one", "bodies", str(held.body.key))


def _power_page(power: Power) -> tuple[str, ...]:
    return ("registry:one", "powers", str(power.key))


def _filled(held: Holding, text: str, what: str) -> Made:
    if text.strip():
        return text.splitlines(), []
    return [], [Gap(f"主体登记中没有{what}", f"在执法主体登记中补填{what}", _body_page(held))]


def _body(held: Holding) -> Made:
    body = held.body
    lines = [f"名称：{body.name}", f"类型：{body.get_kind_display()}", f"统一社会信用代码：{body.uscc}"]
    more = (("地址", body.address), ("电话", body.phone), ("办公时间", body.office_hours), ("网址", body.website))
    return lines + [f"{label}：{value}" for label, value in more if value], []


def _duties(held: Holding) -> Made:
    return _filled(held, held.body.duties, "职责")


def _authority(held: Holding) -> Made:
    return _filled(held, held.body.authority, "权限")


def person_fields(pack: Pack) -> tuple[str, ...]:
    return tuple(pack.parameter("officer_public_fields").value or ()) or PUBLIC_FIELDS


def person_value(pack: Pack, one: Staff, label: str) -> str | None:
    """What is public of a person under the plan's own words; None where no register holds such a thing."""
    officer = one.officer
    words: Mapping[str, Callable[[], str]] = {
        "姓名": lambda: officer.name,
        "职务": lambda: officer.post,
        "执法证号": lambda: one.standing.certificate.number if one.standing.certificate else "",
        "单位": lambda: officer.body.name,
        "部门": lambda: officer.unit.name if officer.unit else officer.body.name,
        "所属部门": lambda: officer.unit.name if officer.unit else officer.body.name,
        "执法种类": lambda: "、".join(kind_words(pack, kind) for kind in officer.kinds),
        "服务事项": lambda: officer.service_matters,
    }
    return words[label]() if label in words else None


def _people(held: Holding) -> Made:
    """Serving officers with a valid certificate only: who left or lost it is gone the same day.  **Clause** QS-3.1.1g."""
    fields = person_fields(held.pack)
    serving = [
        one for one in held.staff if one.standing.valid and (not one.officer.kinds or held.kind in one.officer.kinds)
    ]
    lines, gaps = [], []
    for one in serving:
        said = {label: person_value(held.pack, one, label) for label in fields}
        lines.append("　".join(f"{label}：{value}" for label, value in said.items() if value))
        if lacking := [label for label, value in said.items() if not value]:
            page = ("registry:one", "officers", str(one.officer.key))
            gaps.append(Gap(f"{one.officer.name}缺{'、'.join(lacking)}", "在人员登记中补填", page))
    if not serving:
        gaps.append(Gap("没有持有效执法证的执法人员", "登记执法人员和执法证", ("registry:officers",)))
    return lines, gaps


def _basis(held: Holding) -> Made:
    lines = [f"{power.name}：{'；'.join(_laws(power))}" for power in held.powers if power.basis]
    gaps = [
        Gap(f"“{power.name}”没有法律依据", "在事项登记中补填", _power_page(power))
        for power in held.powers
        if not power.basis
    ]
    return lines, gaps or _no_powers(held)


def _laws(power: Power) -> list[str]:
    return list(dict.fromkeys(f"《{one['law'].strip('《》')}》{one['article']}" for one in power.basis))


def _no_powers(held: Holding) -> list[Gap]:
    if held.powers:
        return []
    return [Gap(f"没有登记{held.title}事项", "在执法事项中登记", ("registry:powers",))]


def _no_acts(held: Holding) -> list[Gap]:
    return [] if held.acts else [Gap(f"规则包没有“{held.title}”的程序", "请规则维护人员补充", ("lawbook:home",))]


def _procedure(held: Holding) -> Made:
    lines = []
    for act in held.acts:
        lines.append(f"【{act.title}】")
        lines += [f"{step.number}. {step.title}（{'；'.join(step.facts)}）" for step in _outline(held, act)]
    return lines, _no_acts(held)


def _outline(held: Holding, act: Act) -> Sequence[charts.OutlineStep]:
    return charts.outline(held.pack, act, on=held.on)


def _charts(held: Holding) -> Made:
    return [f"{act.title}流程图（{len(act.steps)} 个步骤）" for act in held.acts], _no_acts(held)


def _guides(held: Holding) -> Made:
    """A guide with an empty field is not shown and is named.  **Clause** QS-3.1.1e, WC-2.1.2(3)b."""
    lines, gaps = [], []
    for power, guide in held.guides():
        if guide.complete:
            lines.append(f"{power.code} {guide.title}")
        else:
            gaps.append(Gap(f"《{guide.title}》缺{'、'.join(guide.missing)}", "在事项登记中补填", _power_page(power)))
    return lines, gaps or _no_powers(held) or _no_acts(held)


def _powers(held: Holding) -> Made:
    if held.kind != "penalty":
        return [f"处罚权事项清单不涉及{held.title}。"], []
    lines = [f"{power.code} {power.name}（来源：{power.instrument}）" for power in held.powers]
    return lines, _no_powers(held)


def _random(held: Holding) -> Made:
    version = held.random
    if version is None:
        page = ("catalogue:list", "list_random_inspection")
        return [], [Gap("没有现行的随机抽查事项清单", "编制清单并经审核", page)]
    columns = [column for column in columns_of(version) if column.public]
    rows = [show(columns, row, packs.load(version.pack)) for row in version.rows]
    return ["　".join(f"{column.label}：{text}" for column, text in row if text) for row in rows], []


def _supervision(held: Holding) -> Made:
    above = held.pack.jurisdiction.legal_superior
    lines = [f"上级法制监督机构：{above}"] if above else []
    told, gaps = _complaints(held)
    return lines + told, gaps if not told else []


def _complaints(held: Holding) -> Made:
    body = held.body
    given = (("投诉举报电话", body.complaint_phone), ("投诉举报方式", body.complaint_way))
    lines = [f"{label}：{value}" for label, value in given if value]
    page = _body_page(held)
    return lines, [
        Gap(f"主体登记中没有{label}", f"在执法主体登记中补填{label}", page) for label, value in given if not value
    ]


def _remedies(held: Holding) -> Made:
    answer = held.pack.ask("remedies", {"kind": held.kind, "procedure": "ordinary"}, held.on)
    lines = list(dict.fromkeys(str(one["text"]) for one in answer.details))
    given = (("复议机关", held.body.reconsideration), ("管辖法院", held.body.court))
    gaps = [
        Gap(f"主体登记中没有{label}", f"在执法主体登记中补填{label}", _body_page(held))
        for label, value in given
        if not value
    ]
    if not lines:
        gaps.append(Gap(f"规则包没有“{held.title}”的救济途径", "在本页补充填写"))
    return lines + [f"{label}：{value}" for label, value in given if value], gaps


def _results(held: Holding) -> Made:
    limit = held.pack.parameter("publish_limit").value
    return [*([f"执法决定公开的时限：{limit}"] if limit else []), "查询：阳光执法公示门户“查决定”"], []


_MAKERS: Mapping[str, Callable[[Holding], Made]] = {
    "主体": _body,
    "执法人员": _people,
    "职责": _duties,
    "权限": _authority,
    "依据": _basis,
    PROCEDURE: _procedure,
    CHARTS: _charts,
    GUIDES: _guides,
    "处罚权事项清单": _powers,
    RANDOM: _random,
    "监督方式": _supervision,
    "投诉举报方式、途径": _complaints,
    "救济渠道": _remedies,
    "执法结果": _results,
}


def random_field(version: ListVersion | None, power: Power) -> dict[str, Any] | None:
    """What the list in force says of drawing this power at random, as a field of its guide; None of other kinds.

    **Clause** QS-3.1.1a, QS-3.1.1c, WC-2.1.2(2)a: guide and draw read one list.
    """
    if power.kind != "inspection":
        return None
    found = [one.line for one in random_matters(version) if not one.powers or power.code in one.powers]
    if version is None:
        lines = ["本机关没有现行的随机抽查事项清单，不实施随机抽查"]
    elif not found:
        lines = [f"没有列入{source_of(version)}，不实施随机抽查"]
    else:
        lines = [f"{one.text}（{one.source}{one.title}）" for one in found]
    return {"label": "随机抽查", "lines": lines}


def complete(found: Iterable[Element]) -> bool:
    return all(one.complete for one in found)


def own_fields(guide: Guide) -> list[dict[str, Any]]:
    """The fields of a guide that are the matter's own; the others are said once for the procedure."""
    return [
        {"label": one.label, "lines": list(one.value)} for one in guide.fields if one.value and one.key not in SHARED
    ]
