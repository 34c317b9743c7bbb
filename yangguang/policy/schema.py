"""These are the accepted forms of every pack file; the JSON Schema that editors use is made from them.

**Shape** Everything is strict: no unknown key, no silent conversion. Messages are turned into Chinese by `files.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Privacy = Literal["public", "redact", "internal"]
Unit = Literal["working_day", "calendar_day", "month", "hour"]
Roll = Literal["none", "next_working_day"]
FactType = Literal[
    "bool", "integer", "money_fen", "date", "datetime", "choice", "choices", "text", "long_text", "periods"
]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


# The second argument is what an editor may accept: one item may stand without its list.
_ONE_OR_MORE = BeforeValidator(_as_list, json_schema_input_type=str | Annotated[list[str], Field(min_length=1)])
Clauses = Annotated[list[str], _ONE_OR_MORE, Field(min_length=1, description="条款编号，至少一条")]
Names = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]
When = dict[str, Any]


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Source(Form):
    """This is one law, regulation or plan that clauses are quoted from."""

    title: str
    number: str | None = None
    issuer: str | None = None
    date: dt.date | None = None
    in_force: dt.date | None = Field(None, description="施行日期；引用它的规则自该日起适用")
    confirm: bool = Field(False, description="文字未与官方文本核对，须由当地用户确认")
    note: str | None = None


class Limit(Form):
    """This is a period: how many of which unit, and whether the end rolls over a holiday."""

    n: Annotated[int, Field(ge=0, le=9999)]
    unit: Unit
    roll: Roll = "none"


class Dated(Form):
    because: Clauses
    when: When = Field(default_factory=dict)
    since: dt.date | None = Field(None, description="首日（含）")
    until: dt.date | None = Field(None, description="末日（含）")
    confirm: bool = False
    note: str | None = None


class Line(Dated):
    """This is one rule of a question: under these conditions, this value (or this clock), because of this clause.

    **Shape** `default: true` marks a value that only fills a gap: a line of a lower pack that holds displaces it.
    """

    value: Any = None
    clock: str | None = Field(None, description="引用的期限规则编号，如 D07")
    default: bool = False
    exempt: Names = Field(default_factory=list, description="豁免事实：未主张即视为没有豁免，不算缺失")
    details: dict[str, str] = Field(default_factory=dict, description="列表值逐项的原文措辞")


class DeadlineLine(Dated):
    limit: Limit
    default: bool = False


class Runs(Form):
    """This is when a deadline runs in a case: from the day a fact names until one of these steps is taken.

    **Shape** `start`: the fact with the day or moment; `until`: codes of steps; `when`: only where this is known to
    hold; `instead_of`: the deadline that no longer runs once this one does.
    """

    start: str
    until: Annotated[list[str], Field(min_length=1)]
    when: When = Field(default_factory=dict)
    instead_of: str | None = None


class Deadline(Form):
    """This is one deadline rule: from which event, what must be done, by whom."""

    title: str
    trigger: str
    must: str
    holder: Literal["agency", "party", "court", "police"]
    direction: Literal["within", "before", "not_before"] = "within"
    lines: list[DeadlineLine] = Field(default_factory=list)
    pausable: bool = Field(False, description="中止、扣除的期间不计入")
    breach: str | None = None
    runs: Runs | None = Field(None, description="在案件中何时起算、办到哪一步为止；不写的不自动计时")


class DeadlineOverlay(Form):
    """This is what a lower pack may say about a deadline of its parent: more lines, nothing else."""

    lines: Annotated[list[DeadlineLine], Field(min_length=1)]


class Need(Form):
    """This is one requirement of a gate: when it applies, what must hold, and what to do if it does not."""

    must: Annotated[When, Field(min_length=1)]
    when: When = Field(default_factory=dict)
    because: Clauses
    message: str
    mend: str
    since: dt.date | None = None
    until: dt.date | None = None
    confirm: bool = False


class Gate(Form):
    title: str
    when: When = Field(default_factory=dict)
    needs: Annotated[list[Need], Field(min_length=1)]


class GateOverlay(Form):
    needs: Annotated[list[Need], Field(min_length=1)]


class Fact(Form):
    """This is one fact name of the shared vocabulary."""

    label: str
    type: FactType
    privacy: Privacy
    unit: str | None = None
    choices: dict[str, str] | None = None
    min: int | None = None
    max: int | None = None
    derived_from: str | None = Field(None, description="由该问题的答案推出，不可手填")
    supplied_by: str | None = Field(None, description="由哪一阶段的程序算出")
    note: str | None = None


class Example(Form):
    """This is a worked case that a lawyer can read and the tests run."""

    title: str | None = None
    ask: str | None = None
    deadline: str | None = None
    gate: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    start: dt.date | None = None
    on: dt.date | None = None
    expect: Any = None
    unknown: Names | None = None
    because: Names | None = None


class Jurisdiction(Form):
    name: str
    region: str = Field(description="行政区划代码")
    level: Literal["country", "province", "prefecture", "county", "township"]
    body: str | None = None
    handling_unit: str | None = None
    legal_superior: str | None = None


class ExamplesFile(Form):
    """This is packs/<id>/examples/<topic>.yaml."""

    examples: Annotated[list[Example], Field(min_length=1)]


class Parameter(Form):
    """This is one parameter every plan may set: its name, what it means, and the form of its value.

    **Shape** `table`: the group it is shown in. `union`: a lower pack adds to the list instead of replacing it.
    """

    label: str
    table: str
    type: Literal["text", "list", "bool", "integer", "date", "month_day", "choice"]
    choices: dict[str, str] | None = None
    unit: str | None = None
    union: bool = False
    note: str | None = None


class ParameterValue(Form):
    """This is what one pack sets: the value, the clause, and how strongly the clause says it.

    **Shape** `value` null with strength `unset`: the plan itself says that the agency must set it, and has not.
    """

    value: Any = None
    because: Clauses
    strength: Literal["must", "should", "may", "unset"] = "must"
    confirm: bool = False
    note: str | None = None


class ParametersFile(Form):
    """This is packs/<id>/parameters.yaml: `parameters` (the vocabulary, only in the national pack) and `values`."""

    parameters: dict[str, Parameter] = Field(default_factory=dict)
    values: dict[str, ParameterValue] = Field(default_factory=dict)


class Resolution(Form):
    """This is a contradiction or ambiguity in the texts, and how this pack reads it."""

    issue: str
    resolution: str
    because: Clauses
    where: Names = Field(default_factory=list, description="落实在哪个问题、期限、关口、参数或者步骤")


class RoleName(Form):
    """This is what a role is called in this jurisdiction: the leading group that reviews, the brigade that handles."""

    title: str
    because: Clauses
    note: str | None = None


class ChecklistItem(Form):
    title: str
    order: int


class PackFile(Form):
    """This is packs/<id>/pack.yaml."""

    id: str
    title: str
    extends: str | None = None
    since: dt.date | None = Field(None, description="本包规则的默认起始日期")
    jurisdiction: Jurisdiction
    sources: Annotated[dict[str, Source], Field(min_length=1)]
    questions: dict[str, list[Line]] = Field(default_factory=dict)
    checklist_keys: dict[str, ChecklistItem] = Field(default_factory=dict)
    roles: dict[str, RoleName] = Field(default_factory=dict, description="本法域对角色的叫法，用于流程图和指南")
    resolutions: dict[str, Resolution] = Field(default_factory=dict, description="原文的矛盾、歧义及其处理")
    examples: list[Example] = Field(default_factory=list)


class DeadlinesFile(Form):
    """This is packs/<id>/deadlines.yaml."""

    deadlines: dict[str, Deadline | DeadlineOverlay]


class GatesFile(Form):
    """This is packs/<id>/gates.yaml."""

    gates: dict[str, Gate | GateOverlay]


class RubricItem(Form):
    """This is one item of the evaluation of files: what it asks for, what a breach costs, and how it is judged.

    An item with no `gates`, `steps`, `deadlines`, `marks` or `must` is judged by a person.
    """

    title: str
    group: str = Field(description="所属部分，例如“调查取证”")
    when: When = Field(default_factory=dict, description="适用的情形；不写即都适用")
    veto: bool = Field(False, description="否决项：有一处不符合，案卷即为不合格")
    points: int = Field(0, ge=0, le=100, description="分值；否决项不写")
    deduct: int | None = Field(None, ge=1, le=100, description="每一处扣几分；不写即扣完")
    after: str | None = Field(None, description="办完这一环节才评；不写即随时可评")
    gates: Names = Field(default_factory=list, description="按关口判断")
    steps: Names = Field(default_factory=list, description="这些环节应有的文书和音像是否齐全")
    deadlines: Names = Field(default_factory=list, description="这些期限是否遵守")
    must: When = Field(default_factory=dict, description="案件事实应当符合的条件")
    marks: list[Literal["outside", "replaced", "late"]] = Field(
        default_factory=list, description="文书有这些标记的即为不符合：未用样式、样式已更换、补记"
    )
    yields: Names = Field(default_factory=list, description="写在前面的评查项；其中有不符合的，所缺文书不再重复扣分")
    look: str = Field("", description="由人评查时看什么")
    because: Clauses


class RubricGrade(Form):
    """This is one grade of a file, from this score up."""

    title: str
    least: int = Field(ge=0, le=100)


class RubricFile(Form):
    """This is packs/<id>/rubric.yaml: how files are evaluated (案卷评查标准)."""

    rubric: dict[str, RubricItem] = Field(default_factory=dict)
    grades: list[RubricGrade] = Field(default_factory=list, description="等次，高的在前；下级包写了就代替上级包的")
    vetoed: str | None = None


class FactsFile(Form):
    """This is packs/<id>/facts.yaml."""

    facts: dict[str, Fact]


class DayBlock(Form):
    name: str
    days: Annotated[list[dt.date], Field(min_length=1)]


class CalendarFile(Form):
    """This is packs/<id>/calendar/<year>.yaml: the State Council notice, or the local holidays of that year."""

    year: int
    notice: str
    source: str
    provisional: bool = False
    holidays: list[DayBlock] = Field(default_factory=list)
    workdays: list[DayBlock] = Field(default_factory=list)


class DocumentForm(Form):
    code: str
    title: str
    required: bool = False
    when: When = Field(default_factory=dict)
    because: Names = Field(default_factory=list)


class RecordingForm(Form):
    event: str
    when: When = Field(default_factory=dict)


class NextForm(Form):
    to: str
    when: When = Field(default_factory=dict)
    why: str | None = None


class FactUse(Form):
    name: str
    required: bool = False


def _next(value: Any) -> Any:
    return [{"to": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value


def _events(value: Any) -> Any:
    return [{"event": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value


def _facts(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {"name": item.rstrip("!"), "required": item.endswith("!")} if isinstance(item, str) else item for item in value
    ]


Ways = Annotated[list[NextForm], BeforeValidator(_next, json_schema_input_type=list[str | NextForm])]
Recordings = Annotated[list[RecordingForm], BeforeValidator(_events, json_schema_input_type=list[str | RecordingForm])]
FactUses = Annotated[list[FactUse], BeforeValidator(_facts, json_schema_input_type=list[str | FactUse])]


class StepForm(Form):
    code: str
    title: str
    roles: Annotated[list[str], Field(min_length=1)]
    because: Clauses
    required: bool = True
    required_when: Annotated[list[When], BeforeValidator(_as_list, json_schema_input_type=When | list[When])] = Field(
        default_factory=list, description="任一条件成立即为必经步骤"
    )
    documents: list[DocumentForm] = Field(default_factory=list)
    recordings: Recordings = Field(default_factory=list)
    gates: list[str] = Field(default_factory=list)
    deadlines: list[str] = Field(default_factory=list)
    facts: FactUses = Field(default_factory=list)
    next: Ways = Field(default_factory=list)
    terminal: bool = False
    manner: Names = Field(default_factory=list, description="本环节记录方式、载体的其他要求，逐项写")
    public: str


class ProcedureForm(Form):
    title: str
    because: Clauses
    steps: Annotated[list[StepForm], Field(min_length=1)]


class StepOverlay(Form):
    """This is what a lower pack may add to a step: it can make it required and add demands, never remove any."""

    because: Clauses
    required: Literal[True] | None = None
    documents: list[DocumentForm] = Field(default_factory=list)
    recordings: Recordings = Field(default_factory=list)
    gates: list[str] = Field(default_factory=list)
    facts: FactUses = Field(default_factory=list)
    manner: Names = Field(default_factory=list, description="本环节记录方式、载体另加的要求，逐项写")
    note: str | None = None


class ActFile(Form):
    """This is packs/<id>/acts/<kind>.yaml: the one definition behind procedure, flowchart, guide and checks."""

    kind: str
    title: str | None = None
    procedures: dict[str, ProcedureForm] = Field(default_factory=dict)
    tighten: dict[str, dict[str, StepOverlay]] = Field(default_factory=dict)


FORMS: dict[str, type[Form]] = {
    "pack": PackFile,
    "deadlines": DeadlinesFile,
    "gates": GatesFile,
    "rubric": RubricFile,
    "facts": FactsFile,
    "parameters": ParametersFile,
    "examples": ExamplesFile,
    "calendar": CalendarFile,
    "act": ActFile,
}


def json_schema() -> dict[str, Any]:
    """Build the published JSON Schema: one document, one definition per kind of file."""
    definitions: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for name, form in FORMS.items():
        schema = form.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[form.__name__] = schema
        files[name] = {"$ref": f"#/$defs/{form.__name__}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "阳光执法 法条包",
        "description": (
            "pack.yaml、deadlines.yaml、gates.yaml、facts.yaml、parameters.yaml、rubric.yaml、examples/*.yaml、"
            "calendar/<年>.yaml、acts/<种类>.yaml 的写法"
        ),
        "properties": files,
        "$defs": definitions,
    }
