"""What the plans set beside the questions, table by table; what they leave open falls to the parent and says so."""

import datetime as dt
from typing import Any

import pytest

from yangguang.policy import packs
from yangguang.policy.errors import UnknownParameter

CN = packs.load("cn")
HN = packs.load("cn-henan")
QS = packs.load("cn-henan-xinyang-qingshan")
QD = packs.load("cn-hunan-hengyang-qidong")
SY = packs.load("cn-neimenggu-xilingol-suniteyouqi")
DH = packs.load("cn-yunnan-dehong-zjj")
WC = packs.load("cn-xinjiang-urumqi-gaoxin-wjw")
PLANS = {"QD": QD, "QS": QS, "SY": SY, "DH": DH, "WC": WC}
TABLES = {f"a.{n}" for n in range(1, 14)}

NATIONAL = "国办发〔2018〕118号"
LIMITS = "行政许可、行政处罚7个工作日，其他执法决定20个工作日"
TELL = ("执法事由", "执法依据", "权利义务")
STAGES = ("启动", "调查取证", "审核决定", "送达执行")
LETTERS = ("范围", "内容", "方式", "时限", "程序")
SEVEN = ("范围", "内容", "载体", "程序", "时限要求", "监督方式", "保障措施")
BOARD = ("单位", "姓名", "职务", "执法种类", "服务事项")
POST = ("工作人员岗位工作信息",)
EVERY = ("每一次执法活动",)

# parameter: the values of 祁东, 青山, 苏尼特右旗, 德宏住建局, 卫健委, read off the texts. None: nobody sets it.
ROWS: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    # a.1
    "issuer": ("祁东县人民政府", "青山镇人民政府", "苏尼特右旗人民政府办公室", "德宏州住房和城乡建设局",
               "高新区（新市区）卫生健康委员会"),
    "plan_level": ("county", "township", "county", "prefecture_department", "county_department"),
    "plan_number": ("祁政发〔2017〕__号", None, "苏右政办发〔2019〕37号", None, None),
    "plan_date": (None, dt.date(2023, 5, 29), dt.date(2019, 10, 21), dt.date(2019, 6, 21), None),
    "addressees": (("乡镇人民政府", "县直机关各单位", "垂直管理单位"), ("各村（居）", "各单位"),
                   ("各苏木镇人民政府", "旗直相关部门"), ("局机关各科室", "下属事业单位"), ("委行政执法部门",)),
    # a.2
    "kinds_closure": ("closed", "open", "open", "by_recording", "closed"),
    "unit_kinds_max": (2, None, None, None, None),
    "review_catalogue_kinds": (None, None, None, None, ("行政检查", "行政处罚")),
    # a.3
    "publisher": ("各执法单位", "青山镇行政执法大队", "行政执法机关", "谁执法谁公示", "委行政执法部门"),
    "officer_public_fields": (("所属部门", *BOARD[1:]), ("姓名", "职务", "执法证号"), None, None, BOARD),
    "window_board_fields": (BOARD, ("岗位职责", "申请材料示范文本", "办理进度查询", "咨询服务", "投诉举报"), POST, POST,
                            BOARD),
    "random_list_fields": (None, None, None, None,
                           ("抽查主体", "抽查依据", "抽查对象", "抽查内容", "抽查比例", "抽查方式", "抽查频次")),
    "guides_required": (("执法程序", "执法流程图", "服务指南"), ("服务指南", "执法流程图"), ("执法流程", "服务指南"),
                        ("执法流程", "服务指南"), ("执法流程图", "服务指南")),
    "pre_elements_per_kind": (True, None, None, None, None),
    "central_publication": (True, None, None, None, None),
    # a.4
    "exam_required": (True, True, None, None, True),
    "certificate_required": (True, True, True, True, True),
    "identity_activities": (EVERY, ("监督检查", "调查取证", "采取强制措施和强制执行", "送达执法文书"), EVERY, EVERY, EVERY),
    "identity_whole_course": (None, True, None, None, None),
    "must_tell": (TELL, TELL, ("告知说明",), ("救济的权利", "救济的程序", "救济的渠道"), TELL),
    "tell_in_document": (None, None, None, True, None),
    "document_given": ("issue", "issue", "show", "show", "issue"),
    "uniform": (None, True, None, None, True),
    "progress_query": (None, "政务服务窗口", "政务服务平台网上查询", None, None),
    # a.5
    "result_objects": (("行政执法决定", "行政检查情况", "“双随机”抽查情况及查处结果"), ("执法决定信息",), ("行政执法决定",),
                       ("行政执法决定文书",), ("行政执法决定", "行政检查情况")),
    "publish_limit": (LIMITS, LIMITS, LIMITS, LIMITS, LIMITS),
    "result_rules_items": ((*LETTERS, "公开期限"), None, LETTERS, LETTERS, (*LETTERS, "公开期限")),
    "disclosure_rules_items": (None, None, None, SEVEN, SEVEN),
    "publication_period": (None, None, None, None, None),
    "penalty_publication": ("all", "all", "all", "all", "all"),
    "simultaneous_push": (None, True, None, None, None),
    # a.6
    "update_mode": ("dynamic", "days", None, "realtime", None),
    "correction_mechanism": (True, True, True, True, True),
    "annual_report_holder": (None, "青山镇行政执法大队", None, None, None),
    # a.7
    "record_stages": (("执法行为的全过程",), STAGES, STAGES, ("每类执法行为的每个环节",),
                      ("立案", "调查", "取证", "审查", "决定", "送达", "执行")),
    "template_source": ("本单位《行政执法文书模板汇编》", "规范的行政执法文书，用省统一样式",
                        "本系统、本部门的文书标准，可以参照统一示范文本", "制定或者采用文书标准格式",
                        "本系统现场执法文书样本和各类文书范本"),
    "e_format": (True, True, True, None, True),
    "file_standard": (None, "《河南省行政执法案卷立卷规范》", None, None, None),
    "immutability": ("explore", "originals", None, "absolute", "explore"),
    "paper_equals_electronic": (None, True, None, None, None),
    "same_object_storage": (None, True, None, None, None),
    "retention_default": (None, None, None, "permanent", None),
    # a.8
    "text_may_suffice": (False, True, True, False, False),
    "premises_recording": ("whole", "whole", "whole", "whole", "whole"),
    "device_rules": (("设备配备", "重点环节", "记录方式", "管理责任制度"),
                     ("设备配备", "使用规范", "记录要素", "存储应用", "监督管理"), ("配备使用", "管理", "监督"),
                     ("使用", "管理", "监督", "记录流程"), ("使用", "管理", "监督")),
    "footage_release_needs_approval": (None, True, None, None, None),
    # a.9
    "reviewing_body": ("各单位法制机构", "负责重大执法决定法制审核的工作机构", None,
                       "城乡建设执法管理监督科（行政审批科）", "委领导小组"),
    "reviewing_body_type": ("section", "unit", None, "section", "collegial"),
    "reviewing_body_only": (True, None, None, True, None),
    "reviewers_min": (None, 1, None, None, None),
    "reviewers_max": (None, 2, None, None, None),
    "reviewer_qualification": ("legal_qualification", "legal_background", "legal_background", None, "legal_background"),
    "counsel_role": ("participate", "participate", "participate", "may_review", "participate"),
    "external_reviewer_may_conclude": (False, False, False, True, False),
    "reviewer_training": ("periodic", "general", "periodic", "general", "periodic"),
    "review_supervision": ("上级法制部门", None, None, None, None),
    # a.10, a.11
    "review_scope_factors": (None, None, None,
                             ("行为类别", "执法层级", "所属领域", "涉案金额", "对当事人的影响", "对社会的影响"),
                             ("执法层级", "所属领域", "涉案金额", "社会影响")),
    "review_opt_in": (None, None, True, None, None),
    "review_content_by_kind": (True, None, None, True, None),
    "review_reason_each": (True, None, None, True, True),
    "review_rules_items": (None, None, ("主体", "范围", "内容", "标准", "程序", "方式", "时限"), None, None),
    # a.12
    "review_bars_decision": (True, True, True, True, True),
    "review_time_limit": (None, None, None, None, None),
    "first_responsible": (None, "行政执法大队主要负责人", None, None, None),
    "review_accountability": (True, True, None, True, True),
    "opinion_filed": (None, True, None, None, None),
    "review_flowchart": ("one", "one", None, "one", "per_kind"),
    # a.13
    "lead_office": ("县政府法制办", None, "旗司法局", "城乡建设执法管理监督科（行政审批科）", None),
    "legal_superior": ("县政府法制办", "镇司法所", "旗司法局", "州政府相关行政执法部门", "县政府法制办、上级政府法制办"),
    "ledger": (True, True, True, True, True),
    "ledger_columns": (("序号", "工作任务", "具体要求", "责任单位", "完成时限"), ("方案", "进度", "标准", "考核"), None,
                       ("工作任务", "岗位", "人员", "质量和进展"), None),
    "completed_by": (None, None, dt.date(2019, 12, 31), None, None),
    "plan_due": (None, None, None, None, "10-31"),
    "rules_target_on": (dt.date(2017, 9, 20), None, None, None, None),
    "rules_due_on": (dt.date(2017, 9, 30), None, None, None, None),
    "reviewers_due_on": (dt.date(2017, 12, 31), None, None, None, None),
    "platform_name": (("行政执法监督平台",), ("行政执法综合管理监督信息系统", "执法信息公示平台"),
                      ("行政执法公示平台", "政务服务平台"), ("网上行政执法平台", "办公自动化系统"),
                      ("办公自动化系统", "执法办案系统")),
    "income_link_forbidden": (True, True, True, True, True),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_the_five_values_of_each_row(name: str) -> None:
    assert tuple(plan.parameter(name).value for plan in PLANS.values()) == ROWS[name]


def test_every_table_is_checked_and_every_parameter_has_a_group() -> None:
    assert {form.table for form in CN.merged.parameters.values()} == TABLES
    assert {CN.merged.parameters[name].table for name in ROWS} == TABLES
    assert all(form.label for form in CN.merged.parameters.values())


def test_every_parameter_is_set_or_left_open_by_somebody() -> None:
    told = {name for pack in (HN, *PLANS.values()) for name in pack.merged.values}
    assert set(CN.merged.parameters) == told


@pytest.mark.parametrize("code", PLANS)
def test_a_plan_cites_its_own_clauses_for_what_it_sets(code: str) -> None:
    plan = PLANS[code]
    own = [v for found in plan.merged.values.values() for v in found if v.pack == plan.id]
    assert len(own) >= 40
    for value in own:
        assert value.because[0].clause.startswith(f"{code}-")
        assert value.strength == "unset" or value.value is not None


@pytest.mark.parametrize(
    ("plan", "name", "clause", "parent"),
    [
        (QD, "publish_limit", "QD-3.1.3(1)a", "CN-118-2.3b"),
        (SY, "publish_limit", "SY-2.1.3a", "CN-118-2.3b"),
        (DH, "publish_limit", "DH-2.1.4c", "CN-118-2.3b"),
        (WC, "publish_limit", "WC-2.1.4c", "CN-118-2.3b"),
        (SY, "text_may_suffice", "SY-2.2.2b", "CN-118-3.2"),
        (SY, "premises_recording", "SY-2.2.2a", "CN-118-3.2b"),
    ],
)
def test_what_the_unit_should_have_set_falls_to_the_parent_and_says_so(
    plan: packs.Pack, name: str, clause: str, parent: str
) -> None:
    answer = plan.parameter(name)
    assert answer.value is not None
    assert answer.default
    assert {clause, parent} <= {c.clause for c in answer.because}
    assert "取自上级规则" in answer.explain


@pytest.mark.parametrize(
    ("plan", "name", "clause"),
    [
        (QD, "publication_period", "QD-3.1.3(1)a"),
        (WC, "publication_period", "WC-2.1.4c"),
        (QS, "review_time_limit", "QS-3.3.3d"),
        (SY, "review_time_limit", "SY-2.3b"),
        (DH, "review_time_limit", "DH-2.3.4b"),
        (WC, "review_time_limit", "WC-2.3.3b"),
        (SY, "reviewing_body", "SY-2.3b"),
        (DH, "file_standard", "DH-2.2.2c"),
    ],
)
def test_where_the_nation_has_no_value_either_none_is_invented(plan: packs.Pack, name: str, clause: str) -> None:
    answer = plan.parameter(name)
    assert answer.value is None
    assert clause in {c.clause for c in answer.because}
    assert "均未规定" in answer.explain


def test_a_plan_that_is_silent_takes_the_value_of_its_parent() -> None:
    answer = SY.parameter("penalty_publication")
    assert (answer.value, answer.default) == ("all", True)
    assert {c.clause for c in answer.because} == {"CN-118-2.3b", "CN-PEN-48.1"}
    assert not QS.parameter("penalty_publication").default
    exam = QS.parameter("exam_required")
    assert (exam.value, exam.default, exam.because[0].clause) == (True, True, "HN-21.1")
    assert "取自上级规则" in exam.explain


@pytest.mark.clause("QS-0.3", "SY-0.3", "DH-0.1")
def test_the_basis_of_a_plan_stands_beside_that_of_its_parents() -> None:
    assert QS.parameter("national_basis").value == (NATIONAL,)
    assert {c.clause for c in QS.parameter("national_basis").because} == {"QS-0.3", "CN-118-3.0"}
    assert SY.parameter("national_basis").value == (NATIONAL, "国办发〔2017〕14号")
    assert {c.clause for c in SY.parameter("national_basis").because} == {"SY-0.3", "CN-118-3.0"}
    assert DH.parameter("national_basis").default
    assert "德政办发〔2019〕27号" in DH.parameter("parent_documents").value
    assert {"DH-0.1", "DH-2.2.1a"} <= {c.clause for c in DH.parameter("parent_documents").because}
    assert DH.chain == ("cn", "cn-yunnan-dehong-zjj")


def test_lists_that_only_grow_take_in_the_parents() -> None:
    assert QS.parameter("take_down_triggers").value == ("变更", "撤销", "确认违法", "确认无效", "要求重新作出")
    assert QS.parameter("annual_report_to").value == ("本级人民政府", "上级主管部门", "镇司法所")
    assert QS.parameter("materials_responsible").value == ("行政执法承办机构", "行政执法大队主要负责人")
    assert {"HN-44", "QS-4.4a"} <= {c.clause for c in QS.parameter("sanctions").because}


def test_what_was_read_into_a_plan_is_to_be_confirmed() -> None:
    for plan, name in ((QS, "review_fallback"), (DH, "retention_default"), (WC, "review_signature")):
        answer = plan.parameter(name)
        assert answer.confirm, name
        assert "须由当地用户核对" in answer.explain


def test_the_explanation_speaks_in_words_and_quotes_the_clause() -> None:
    answer = WC.parameter("reviewing_body_type")
    assert "合议机构" in answer.explain
    assert "重大执法决定审核主体为委领导小组" in answer.explain
    assert "2人" in QS.parameter("reviewers_max").explain
    with pytest.raises(UnknownParameter, match="reviewers_min"):
        QS.parameter("reviewer_count")
