"""Which policy documents there are, and of which rules of the body each is composed, section by section.

**Clause** QD-4.2a, QD-4.2b, QD-0.3, SY-2.1.1c, DH-2.1.1b, WC-2.1.1a, DH-2.2.1a, DH-2.2.1b, WC-2.3.3a, QD-3.1.3(1)c.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REVIEW = "legal_review"  # the act whose procedure is the review itself


@dataclass(frozen=True)
class Part:
    """One thing a section says.  **Shape** `how`: parameter | question | rules | deadline | deadlines | events | by_kind | charts |
    list | forms | devices.
    """

    how: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    title: str
    parts: tuple[Part, ...]
    needed: bool = False  # a measure without it is not whole: where no rule says anything it is 待明确


@dataclass(frozen=True)
class PolicyKind:
    """A kind of policy document.  **Shape** `sections` is empty for those that are only uploaded."""

    code: str
    title: str
    names: tuple[str, ...] = ()  # what the plans call it
    sections: tuple[Section, ...] = ()


def _p(*names: str) -> tuple[Part, ...]:
    return tuple(Part("parameter", name) for name in names)


def _q(name: str, **facts: Any) -> tuple[Part, ...]:
    return (Part("question", name, facts),)


def _d(*codes: str) -> tuple[Part, ...]:
    return tuple(Part("deadline", code) for code in codes)


def _list(*codes: str) -> tuple[Part, ...]:
    return tuple(Part("list", code) for code in codes)


BASIS = Section("制定依据和适用", _p("national_basis", "parent_documents", "addressees", "kinds_closure"), True)
# The seven matters a measure on disclosure must settle (DH-2.1.1b, WC-2.1.1a), in the plans' own words.
DISCLOSURE = (
    BASIS,
    Section("范围", (*_p("result_objects", "publish_exceptions"), *_q("publish_form", kind="penalty")), True),
    Section(
        "内容",
        (
            *_q("pre_elements"),
            *_q("guide_fields"),
            *_p("officer_public_fields", "window_board_fields", "must_tell", "result_fields", "redaction"),
        ),
        True,
    ),
    Section("载体", (*_q("channels"), *_p("result_channels", "simultaneous_push", "channel_switch")), True),
    Section(
        "程序",
        _p("publisher", "central_publication", "pre_approval", "random_list_approver", "correction_mechanism"),
        True,
    ),
    Section(
        "时限要求",
        (*_p("publish_limit", "publication_period", "update_mode"), *_d("D07", "D08", "D09", "D10", "D10b")),
        True,
    ),
    Section("监督方式", _p("public_response", "annual_report_holder", "annual_report_to", "checks"), True),
    Section("保障措施", _p("disclosure_person", "unit_lead", "lead_body", "training", "sanctions"), True),
)
RECORDING = (
    BASIS,
    Section("文字记录", _p("record_stages", "template_source", "e_format", "paper_equals_electronic"), True),
    Section("音像记录", (Part("events", ""), *_p("av_scope", "text_may_suffice", "premises_recording")), True),
    Section("各类执法行为的记录", (Part("by_kind", ""),)),
    Section("记录设备", _p("device_rules", "device_discipline", "footage_release_needs_approval"), True),
    Section("案卷和归档", _p("file_standard", "immutability", "same_object_storage", "retention_default"), True),
    Section("调阅和使用", (*_p("retrieval", "record_info_rules"), *_q("record_uses")), True),
)
REVIEWING = (
    BASIS,
    Section("审核机构和人员", _p(
        "reviewing_body", "reviewing_body_type", "reviewing_body_only", "reviewers_min", "reviewers_max", "reviewers_enough",
        "reviewer_qualification", "counsel_role", "external_reviewer_may_conclude", "review_fallback",
        "reviewer_training",
    ), True),
    Section("审核范围", (*_p("review_scope_factors", "review_scope_set_by", "review_catalogue_kinds", "review_opt_in"),
                     Part("rules", "review_required"), *_list("catalogue_review")), True),
    Section("审核内容", (*_q("review_checklist", kind="penalty"), *_p("submitter_answers_for")), True),
    Section("审核程序", (*_q("review_materials", kind="penalty"), *_p(
        "review_bars_decision", "review_materials_rule", "review_time_limit", "dissent", "opinion_filed",
        "collective_deliberation", "review_carrier"), *_d("D53")), True),
    Section("责任", _p("materials_responsible", "first_responsible", "opinion_responsible", "review_accountability",
                     "sanctions"), True),
)  # fmt: skip

KINDS: Mapping[str, PolicyKind] = {
    one.code: one
    for one in (
        PolicyKind("implementation_plan", "实施方案", ("试点实施方案", "工作方案"), (
            BASIS,
            Section("工作任务", (*_q("lists_required"), *_q("filings"), *_p("guides_required"))),
            Section("实施步骤", _p("phases", "completed_by", "plan_due", "rules_due_on", "reviewers_due_on")),
            Section("组织保障", _p("lead_body", "lead_office", "unit_lead", "ledger", "checks", "appraisal", "self_check",
                               "sanctions", "rewards")),
        )),
        PolicyKind("rules_disclosure", "行政执法公示制度实施细则", ("公示具体办法", "公示制度"), DISCLOSURE),
        PolicyKind("rules_recording", "行政执法全过程记录制度实施细则", ("全过程记录具体办法",), RECORDING),
        PolicyKind("rules_review", "重大执法决定法制审核制度实施细则", ("法制审核制度",), REVIEWING),
        PolicyKind("handbook", "行政执法三项制度工作手册", ("工作手册",), (
            *(Section(f"公示　{one.title}", one.parts, one.needed) for one in DISCLOSURE[1:]),
            *(Section(f"记录　{one.title}", one.parts, one.needed) for one in RECORDING[1:]),
            *(Section(f"审核　{one.title}", one.parts, one.needed) for one in REVIEWING[1:]),
            Section("期限一览", (Part("deadlines", ""),)),
            Section("清单", _list("list_powers", "list_random_inspection", "list_decisions_published", "list_av",
                                "catalogue_review", "list_officers", "list_pre_disclosure")),
            Section("文书样式", (Part("forms", ""),)),
            Section("流程图", (Part("charts", "*"), Part("charts", REVIEW))),
        )),
        PolicyKind("flowchart_review", "重大执法决定法制审核流程图", ("法制审核工作流程",), (
            Section("审核流程", (*_p("review_flowchart"), *_d("D53"))),
            Section("流程图", (Part("charts", REVIEW),)),
        )),
        PolicyKind("accountability_review", "重大执法决定法制审核责任追究办法", ("责任追究机制",), (
            BASIS,
            Section("责任主体", _p("materials_responsible", "first_responsible", "opinion_responsible",
                               "submitter_answers_for"), True),
            Section("追究", _p("review_accountability", "sanctions"), True),
        )),
        PolicyKind("template_compilation", "行政执法文书样式汇编", ("文书模板汇编", "现场执法文书样本"), (
            Section("文书样式", (*_p("template_source", "e_format"), Part("forms", "")), True),
        )),
        PolicyKind("case_file_standard", "行政执法案卷标准", ("案卷立卷规范",), (
            Section("案卷标准", _p("file_standard", "record_stages", "electronic_files", "retention_default"), True),
        )),
        PolicyKind("case_file_rules", "行政执法案卷管理制度", ("案卷制作和管理制度",), (
            Section("制作", _p("template_source", "paper_equals_electronic", "electronic_files"), True),
            Section("保管", _p("file_standard", "immutability", "retention_default", "opinion_filed"), True),
        )),
        PolicyKind("digital_case_file", "行政执法数字化案卷管理规定", ("不可删改的数字化案卷",), (
            Section("不得删改", _p("immutability", "electronic_files", "same_object_storage"), True),
        )),
        PolicyKind("device_measure", "行政执法音像记录设施设备配备及管理办法", ("音像记录管理制度",), (
            BASIS,
            Section("配备和登记", (Part("devices", ""),), True),
            Section("使用和管理", _p("device_rules", "device_discipline", "footage_release_needs_approval"), True),
            Section("记录环节", (Part("events", ""),), True),
        )),
        PolicyKind("device_register", "音像记录设备登记册", ("设备台账",), (Section("设备", (Part("devices", ""),), True),)),
        PolicyKind("record_info_rules", "记录信息收集、保存、管理和使用制度", ("采集、存储、分析、归档制度",), (
            Section("环节", _p("record_info_rules", "immutability", "retention_default"), True),
            Section("时限和存储", (*_p("storage_formats", "storage_copies", "storage_check_days"), *_d("D90", "D91"))),
            Section("借阅", (*_p("borrowers", "borrow_approvers"), *_d("D92"))),
            Section("当事人查阅", (*_p("inspection_grounds"), *_d("D93"))),
            Section("使用", (*_q("record_uses"), *_p("retrieval")), True),
        )),
        PolicyKind("retrieval_rules", "记录信息调阅监督制度", (), (
            Section("调阅", _p("retrieval", "same_object_storage", "footage_release_needs_approval"), True),
        )),
        PolicyKind("review_materials_list", "法制审核送审材料清单", ("送审材料",), (
            Section("送审材料", (*_q("review_materials", kind="penalty"), *_p("review_materials_rule")), True),
        )),
        PolicyKind("dissent_procedure", "法制审核意见不一致的协调决策机制", (), (
            Section("处理", _p("dissent", "collective_deliberation", "expert_argument", "review_bars_decision"), True),
        )),
        PolicyKind("decision_disclosure_rules", "主动公开行政执法决定文书工作细则", (), (
            Section("范围和内容", (*_p("result_objects", "result_fields", "result_rules_items", "penalty_publication"),
                               *_q("publish_form", kind="penalty")), True),
            Section("时限和例外", (*_p("publish_limit", "publish_exceptions", "publication_period"), *_d("D07", "D08")), True),
            Section("隐去", _p("redaction", "natural_persons_masked"), True),
        )),
        PolicyKind("info_review_correction", "公开信息审核、纠错机制", (), (
            Section("审核", _p("pre_approval", "correction_mechanism", "disclosure_person"), True),
            Section("更正和撤下", (*_p("take_down_triggers", "update_mode"), *_d("D09", "D10", "D10b")), True),
        )),
        PolicyKind("other", "其他制度文件"),
    )
}  # fmt: skip
