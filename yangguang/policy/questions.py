"""These are the questions a pack answers, and how the lines of all layers make one answer of each.

**Shape** Every way of combining is monotone: a line added by a lower pack can only make the answer stricter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RECORDING = ("none", "circumstances", "must", "whole")
IDENTITY = ("wear_or_show", "show", "wear_and_show")
FORM = ("summary", "full_text")

GRADE_WORDS: Mapping[str, str] = {
    "none": "文字记录即可，不强制音像记录",
    "circumstances": "根据实际情况进行音像记录（不录须说明理由）",
    "must": "应当进行音像记录",
    "whole": "应当全程音像记录",
    "wear_or_show": "佩戴或者出示执法证件",
    "show": "主动出示执法证件",
    "wear_and_show": "佩戴并主动出示执法证件",
    "summary": "公开执法机关、执法对象、执法类别、执法结论等摘要信息",
    "full_text": "公开经处理的决定书全文",
}


@dataclass(frozen=True, slots=True)
class Question:
    """This is one question.

    **Shape** `how`: `any` (a line that holds makes it true) · `bars` (true unless a line forbids) · `permits` (false
    unless a national line permits; lower packs only forbid) · `graded` (strictest of `order`) · `clock` (tightest
    date, counted from fact `start`) · `union` (list of all lines) · `nearest` (the nearest pack that says anything) ·
    `yearly` (earliest month-day) · `computed` (in `computed.py`). `open_ended`: answer the certain part although an
    absent fact could make it stricter, and name that fact; but nothing is certain without the `needs`. `about`: the
    question makes sense for this kind of act only, so nobody has to say it.
    """

    name: str
    title: str
    how: str
    facts: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    start: str = ""
    open_ended: bool = False
    needs: tuple[str, ...] = ()
    about: str = ""


def _all(*questions: Question) -> Mapping[str, Question]:
    return {q.name: q for q in questions}


REVIEW_FACTS = (
    "kind",
    "procedure",
    "major_public_interest",
    "social_risk",
    "major_rights",
    "hearing_held",
    "complex",
    "catalogue_hit",
    "crime_suspected",
)

QUESTIONS = _all(
    Question("covers", "本方案是否适用于这种执法行为", "nearest", ("kind",)),
    Question("publish_by", "决定最迟何日公开", "clock", ("kind", "decided_on"), start="decided_on"),
    Question("take_down_by", "已公开的决定最迟何日撤回", "clock", ("kind", "revoked_on"), start="revoked_on"),
    Question("correct_by", "不准确的公开信息最迟何日更正", "clock", ("found_on",), start="found_on"),
    Question("update_by", "法律、职能、人员变化后最迟何日更新", "clock", ("changed_on",), start="changed_on"),
    Question("publish_form", "公开摘要还是全文", "graded", ("kind",), order=FORM),
    Question("channels", "向哪些渠道公开", "union"),
    Question(
        "recording",
        "这个环节的音像记录要求",
        "graded",
        ("kind", "event", "touches", "text_suffices"),
        order=RECORDING,
        open_ended=True,
        needs=("event",),
    ),
    Question("review_required", "是否必须法制审核", "any", REVIEW_FACTS),
    Question("review_checklist", "法制审核的审核要点", "union"),
    Question("review_materials", "送审材料", "union"),
    Question(
        "reviewer_ok",
        "这个人能否担任本案法制审核人员",
        "bars",
        ("kind", "is_handler", "is_counsel", "has_legal_qualification", "legal_background", "reviewing_since"),
    ),
    Question(
        "hearing_right",
        "是否应当告知听证权利",
        "any",
        ("kind", "party_kind", "penalties", "fine_fen", "confiscation_fen"),
    ),
    Question(
        "summary_allowed",
        "能否适用简易程序当场处罚",
        "permits",
        ("kind", "party_kind", "penalties", "fine_fen"),
        about="penalty",
    ),
    Question("decide_by", "最迟何日作出决定", "clock", ("kind", "opened_on", "suspensions"), start="opened_on"),
    Question("deadline", "按期限规则计算", "computed", ("rule", "start", "kind", "suspensions")),
    Question("annual_report_by", "年度数据最迟何日公开", "yearly", ("year",)),
    Question("assessment_period", "多久评估一次三项制度", "nearest"),
    Question("lists_required", "必须编制的清单", "union"),
    Question("pilot_kinds", "附件列名的单位试点哪些执法行为", "union", ("pilot_unit",)),
    Question("filings", "必须报备的文件", "union"),
    Question("identity_rule", "表明执法身份的方式", "graded", ("kind",), order=IDENTITY, open_ended=True),
    Question("guide_fields", "服务指南和流程图的必备要素", "union"),
    Question("pre_elements", "事前公开的要素", "union"),
    Question("record_uses", "全过程记录信息的用途", "union"),
    Question("spoken_words", "执法人员在这项活动中怎么说", "union", ("kind", "event", "step")),
    Question(
        "on_site_collection_allowed",
        "能否当场收缴罚款",
        "permits",
        ("kind", "procedure", "fine_fen", "hard_to_collect_later", "remote_area", "party_asked_on_site"),
        about="penalty",
    ),
    Question("surcharge", "逾期不缴的加处罚款（分）", "computed", ("fine_fen", "served_on", "paid_on", "suspensions")),
    Question(
        "limitation",
        "最迟何日发现仍可处罚",
        "clock",
        ("violation_ended_on", "life_health_finance_harm", "touches"),
        start="violation_ended_on",
    ),
    Question("remedies", "救济途径", "union", ("kind", "procedure")),
)
