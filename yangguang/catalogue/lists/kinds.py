"""The kinds of live lists and their columns: the one table that forms, files, checks and pages are readings of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from yangguang.policy.packs import Pack
from yangguang.policy.questions import RECORDING

TEXT, LONG, CHOICE, CHOICES, CODES, PERCENT, YES_NO, CONDITION = (
    "text",
    "long",
    "choice",
    "choices",
    "codes",
    "percent",
    "yes_no",
    "condition",
)
SHORT_LEVELS: Mapping[str, str] = {
    "none": "文字记录即可",
    "circumstances": "根据实际情况",
    "must": "应当音像记录",
    "whole": "全程音像记录",
}


@dataclass(frozen=True)
class Column:
    """One column.

    **Shape** `type`: one of the names above; `vocabulary`: the fact of the pack whose choices are the values; `asked_as`:
    the names under which a plan asks for this column; `public`: whether the column is part of what is published.
    """

    name: str
    label: str
    type: str = TEXT
    required: bool = False
    vocabulary: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    asked_as: tuple[str, ...] = ()
    public: bool = True
    help: str = ""
    most: int = 400

    @property
    def long(self) -> bool:
        return self.type in (LONG, CONDITION)


@dataclass(frozen=True)
class ListKind:
    """One kind of list.

    **Shape** `key`: the columns that tell one row from another; `fields_from`, `approver_from`: parameters of the pack that
    name the columns a plan asks for, and the office that approves; `only_asked`: columns nobody asks for are left out.
    """

    code: str
    title: str
    drives: str  # what follows from the list, in a sentence
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    fields_from: str = ""
    approver_from: str = ""
    only_asked: bool = False
    aliases: tuple[str, ...] = field(default=())


ACTS = Column("kinds", "执法行为种类", CHOICES, vocabulary="kind", help="多个用“、”隔开；不填表示各类都适用")
POWERS = Column("powers", "执法事项编码", CODES, help="多个用“、”隔开；不填表示各项都适用")

KINDS: Mapping[str, ListKind] = {
    kind.code: kind
    for kind in (
        ListKind(
            "list_pre_disclosure",
            "行政执法事前公示事项清单",
            "按执法行为种类列出应当事前公开的要素，缺一项即不能提交",
            key=("kind", "element"),
            columns=(
                Column("kind", "执法行为种类", CHOICE, required=True, vocabulary="kind"),
                Column("element", "公示要素", required=True, most=60),
                Column("content", "公示内容", LONG, required=True, most=2000),
                Column("basis", "依据"),
                Column("place", "公示渠道"),
                Column("keeper", "责任机构", public=False),
            ),
        ),
        ListKind(
            "list_powers",
            "行政执法事项清单",
            "列明每一项执法事项的主体、职责、权限和依据；案件只能从登记的事项立案",
            key=("code",),
            columns=(
                Column("code", "事项编码", required=True, most=40),
                Column("name", "事项名称", required=True),
                Column("kind", "执法行为种类", CHOICE, required=True, vocabulary="kind"),
                Column("body", "执法主体", required=True),
                Column("duty", "职责", LONG, required=True, most=1000),
                Column("authority", "权限", LONG, required=True, most=1000),
                Column("basis", "依据", LONG, required=True, most=2000),
                Column("source", "来源清单", required=True, help="权责清单、罚没清单、监管清单等"),
            ),
        ),
        ListKind(
            "list_random_inspection",
            "随机抽查事项清单",
            "随机抽查只能从现行清单中选取事项",
            key=("matter",),
            columns=(
                Column("matter", "抽查事项", required=True),
                Column("subject", "抽查主体", asked_as=("抽查主体",)),
                Column("basis", "抽查依据", LONG, asked_as=("抽查依据",), most=1000),
                Column("object", "抽查对象", required=True, asked_as=("抽查对象",)),
                Column("content", "抽查内容", LONG, asked_as=("抽查内容",), most=1000),
                Column("ratio", "抽查比例", PERCENT, asked_as=("抽查比例",), help="每次抽取的百分比，1 至 100 的整数"),
                Column("manner", "抽查方式", asked_as=("抽查方式",)),
                Column("frequency", "抽查频次", asked_as=("抽查频次",), help="例如：每年 2 次"),
                Column("powers", "执法事项编码", CODES, help="这一抽查所行使的检查事项"),
            ),
            fields_from="random_list_fields",
            approver_from="random_list_approver",
            aliases=("随机抽查清单", "“双随机”抽查事项清单"),
        ),
        ListKind(
            "list_decisions_published",
            "行政执法决定公开清单",
            "决定是否公开依现行清单判断；不公开的必须写明法律依据",
            key=("kind", "powers"),
            columns=(
                Column("kind", "执法行为种类", CHOICE, required=True, vocabulary="kind"),
                POWERS,
                Column("publish", "是否公开", YES_NO, required=True),
                Column(
                    "form",
                    "公开形式",
                    CHOICE,
                    choices=(("summary", "摘要"), ("full_text", "决定书全文")),
                    required=True,
                ),
                Column("limit", "公开时限", required=True),
                Column("place", "公开渠道"),
                Column("basis", "依据", required=True, help="不公开的，写明规定不予公开的法律、法规及条款"),
            ),
        ),
        ListKind(
            "list_officers",
            "行政执法人员清单",
            "公开的执法人员及其信息，从人员登记生成",
            key=("name", "certificate", "post"),
            columns=(
                Column("unit", "单位（部门）", asked_as=("单位", "部门", "所属部门"), most=100),
                Column("name", "姓名", required=True, asked_as=("姓名",), most=40),
                Column("post", "职务", asked_as=("职务",), most=60),
                Column("certificate", "执法证号", asked_as=("执法证号",), most=40),
                Column("kinds", "执法种类", CHOICES, vocabulary="kind", asked_as=("执法种类",)),
                Column("matters", "服务事项", LONG, asked_as=("服务事项",), most=1000),
            ),
            fields_from="officer_public_fields",
            only_asked=True,
        ),
        ListKind(
            "list_av",
            "音像记录事项清单",
            "案件每个环节要求的音像记录取规则包与现行清单中较严的一个",
            key=("event", "kinds", "powers"),
            columns=(
                Column("event", "关键环节", CHOICE, required=True, vocabulary="event"),
                ACTS,
                POWERS,
                Column(
                    "level",
                    "记录要求",
                    CHOICE,
                    required=True,
                    choices=tuple((code, SHORT_LEVELS[code]) for code in RECORDING),
                ),
                Column("manner", "记录方式", required=True, help="例如：执法记录仪录像"),
                Column("place", "现场执法活动和执法场所", required=True),
                Column("retention", "保存期限", required=True),
                Column("keeper", "保管机构", required=True),
            ),
            aliases=("全过程音像记录事项清单", "音像记录全过程事项清单"),
        ),
        ListKind(
            "catalogue_review",
            "重大执法决定法制审核目录",
            "处理意见按现行目录逐条比对，列入目录的必须法制审核",
            key=("matter",),
            columns=(
                Column("matter", "审核事项", required=True),
                ACTS,
                POWERS,
                Column(
                    "when",
                    "条件",
                    CONDITION,
                    help="每个条件一行，全部成立才列入，例如“罚款数额≥50000元”；不写条件的，所列种类、事项一律列入",
                    most=1000,
                ),
                Column("reason", "列入理由", LONG, required=True, most=1000),
                Column("basis", "依据", required=True),
            ),
            aliases=("重大执法决定目录清单", "重大执法决定法制审核目录清单", "重大执法决定范围和目录清单"),
        ),
    )
}


def columns(kind: ListKind, pack: Pack) -> tuple[Column, ...]:
    """The columns of a list under one pack: with its choices, and required where its plan asks for them."""
    asked = tuple(pack.parameter(kind.fields_from).value or ()) if kind.fields_from else ()
    found = []
    for column in kind.columns:
        wanted = any(name in asked for name in column.asked_as)
        if kind.only_asked and asked and not wanted:
            continue
        options = tuple((pack.facts[column.vocabulary].choices or {}).items()) if column.vocabulary else column.choices
        found.append(replace(column, choices=options, required=column.required or wanted))
    return tuple(found)


def key_of(kind: ListKind, row: Mapping[str, object]) -> tuple[str, ...]:
    """What tells this row from the others of its list; the order in which several values are named does not matter."""
    values = (row.get(name) for name in kind.key)
    return tuple("、".join(sorted(value)) if isinstance(value, list) else str(value or "") for value in values)
