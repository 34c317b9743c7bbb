# ruff: noqa: E501 - sentences of a document stand on one line
"""One case with all that every document of it asks for: 青山镇惠民副食店 sells food past its date."""

from typing import Any

from yangguang.record import documents

CASE: dict[str, Any] = {
    "body": {"name": "青山镇人民政府", "address": "青山镇人民路18号", "phone": "0376-1234567", "contact": "张建国"},
    "case": {"number": "青执案〔2026〕12号", "cause": "经营超过保质期的食品"},
    "party": {
        "kind": "self_employed",
        "name": "青山镇惠民副食店",
        "id_no": "92411521MA40000001",
        "representative": "赵玥喆",
        "representative_id_no": "411521198506120010",
        "address": "青山镇人民路36号",
        "phone": "13800000000",
    },
    "officers": [{"name": "张建国", "cert_no": "16150300123"}, {"name": "李红梅", "cert_no": "16150300124"}],
    "opened_on": "2026-07-03",
    "facts": "2026年7月1日，本机关执法人员在检查中发现，当事人位于青山镇人民路36号的经营场所货架上摆放待售的“豫香”牌蛋黄派（规格200克/袋，生产日期2025年12月1日，保质期6个月）共12袋，至检查时已超过保质期30日。\n"
    "经查，当事人于2026年1月以每袋6元购进上述食品20袋，已售出8袋（均在保质期内），货值金额120元，超过保质期后未售出，无违法所得。当事人不能提供完整的进货查验记录。",
    "evidence": [
        {"name": "现场检查笔录、现场照片4张", "proves": "当事人货架上摆放超过保质期食品的事实"},
        {"name": "对赵玥喆的询问笔录1份", "proves": "当事人购进、销售上述食品的情况"},
        {"name": "执法记录仪视频1段", "proves": "现场检查的全过程"},
        {"name": "营业执照、身份证复印件", "proves": "当事人的主体资格"},
    ],
    "notice": "2026年8月20日，本机关向当事人送达《行政处罚事先告知书》（青执罚告字〔2026〕1号），告知拟作出的行政处罚内容及事实、理由、依据和依法享有的陈述、申辩权利。当事人于2026年8月24日提出陈述申辩，称系初次违法、货值较小，请求从轻处罚。经复核，本机关采纳了当事人的部分意见。",
    "review": "本案已经法制审核，审核意见为“通过”；已经本机关负责人集体讨论。",
    "violated": "《中华人民共和国食品安全法》第三十四条第十项、第五十四条第一款",
    "basis": "《中华人民共和国食品安全法》第一百二十四条第一款第五项、《中华人民共和国行政处罚法》第三十二条",
    "discretion": "当事人系初次违法，涉案食品货值金额较小，案发后主动下架并配合调查，符合《河南省食品安全行政处罚裁量基准》规定的减轻处罚情形，应当予以减轻处罚。",
    "penalties": [{"text": "没收超过保质期的“豫香”牌蛋黄派12袋"}, {"text": "罚款人民币2000元（大写：贰仟元整）"}],
    "fine": 200000,
    "pay": {
        "bank": "中国农业银行罗山县支行青山分理处",
        "account_name": "罗山县财政局非税收入汇缴专户",
        "account_no": "16010001040012345",
    },
    "remedies": {"reconsideration": "罗山县人民政府", "court": "罗山县人民法院"},
    "publish": True,
    "source": "inspection",
    "found_on": "2026-07-01",
    "power": "对经营超过保质期食品的行政处罚（信阳市交由乡镇人民政府行使的行政处罚权事项清单第37项）",
    "opinions": [
        {
            "role": "承办人意见",
            "text": "经初步核查，当事人涉嫌经营超过保质期的食品，符合立案条件，建议立案调查。",
            "name": "张建国、李红梅",
            "at": "2026-07-02",
        },
        {"role": "承办机构意见", "text": "同意立案。", "name": "周志强", "at": "2026-07-02"},
        {"role": "负责人审批意见", "text": "同意立案，由张建国、李红梅办理。", "name": "刘国栋", "at": "2026-07-03"},
    ],
    "clue_no": "QS-2026-0031",
    "found_at": "2026-07-01T09:30",
    "place": "青山镇人民路36号",
    "subject": "青山镇惠民副食店",
    "summary": "日常检查发现该店货架上有超过保质期的蛋黄派。",
    "suspected": "《中华人民共和国食品安全法》第三十四条第十项",
    "registrar": "张建国",
    "registered_at": "2026-07-01T16:00",
    "started_at": "2026-07-01T09:30",
    "ended_at": "2026-07-01T10:20",
    "weather": "晴",
    "present": {"name": "赵玥喆", "id_no": "411521198506120010", "phone": "13800000000", "relation": "经营者本人"},
    "witness": "王秀英",
    "recorder": "李红梅",
    "identity_shown": True,
    "rights_told": True,
    "findings": "当事人经营场所为一间门面房，面积约30平方米，证照悬挂于收银台上方。\n"
    "东侧货架第二层摆放“豫香”牌蛋黄派12袋，外包装标注生产日期2025年12月1日、保质期6个月，至检查时已超过保质期30日，与在售食品混放，未作下架标识。\n"
    "执法人员对上述食品逐袋清点、拍照，并责令当事人立即下架封存。",
    "recordings": [
        {
            "name": "货架全景照片",
            "kind": "照片",
            "taken_at": "2026-07-01T09:35",
            "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        },
        {
            "name": "现场检查视频",
            "kind": "视频",
            "taken_at": "2026-07-01T09:30",
            "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        },
    ],
    "signature": {"name": "赵玥喆", "at": "2026-07-01T10:22"},
    "nth": 1,
    "person": {
        "name": "赵玥喆",
        "gender": "女",
        "age": 41,
        "id_no": "411521198506120010",
        "phone": "13800000000",
        "work": "青山镇惠民副食店经营者",
        "address": "青山镇人民路36号",
        "relation": "当事人（经营者）",
    },
    "questions": [
        {"q": "请介绍你店的基本情况。", "a": "我店是个体工商户，2019年开业，主要卖副食、日用百货，我自己经营。"},
        {
            "q": "检查发现的12袋“豫香”牌蛋黄派是什么时候购进的？",
            "a": "今年1月从县城批发市场进的，每袋6元，进了20袋，卖出8袋，都是没过期的时候卖的。",
        },
        {"q": "为什么超过保质期还摆在货架上？", "a": "平时只有我一个人看店，没有及时清理，是我的疏忽，以后一定改正。"},
    ],
    "violation": "你店于2026年7月1日在货架上摆放待售超过保质期的“豫香”牌蛋黄派12袋。",
    "requirement": "1. 立即下架全部超过保质期的食品并封存；\n2. 建立食品保质期定期检查制度，如实记录进货查验情况。",
    "immediately": False,
    "until": "2026-07-08",
    "recheck": "本机关定于2026年7月9日复查。",
    "taken_at": "2026-07-01T09:40",
    "items": [
        {
            "no": "ZJ-1",
            "name": "蛋黄派包装照片",
            "kind": "audiovisual",
            "form": "照片",
            "quantity": "4张",
            "source": "执法记录仪拍摄",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        {
            "no": "ZJ-2",
            "name": "营业执照复印件",
            "kind": "documentary",
            "form": "复制件",
            "quantity": "1页",
            "source": "当事人提供",
        },
    ],
    "note": "以上证据于现场检查时提取，照片由执法记录仪拍摄，未作修改。",
    "provider": "赵玥喆",
    "closed_on": "2026-08-05",
    "version": 2,
    "process": "2026年7月3日立案后，承办人依法进行了现场检查、询问和证据提取，责令当事人限期改正并于7月9日复查，当事人已改正。",
    "discretion_grade": "减轻",
    "proposal": "建议没收超过保质期的食品12袋，罚款2000元。",
    "unit": "青山镇行政执法大队",
    "submitted_at": "2026-08-06T10:00",
    "draft_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "triggers": [{"text": "适用普通程序的行政处罚", "clause": "青山镇方案 三（三）"}],
    "materials": [{"name": "案件调查终结报告", "pages": "3页"}, {"name": "现场检查笔录、询问笔录", "pages": "4页"}],
    "handler": "张建国",
    "unit_opinion": "事实清楚，证据确凿，同意送审。",
    "unit_head": "周志强",
    "due_on": "2026-08-13",
    "received_at": "2026-08-06T10:30",
    "checks": [
        {"point": "执法主体是否合法", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "执法人员是否具备资格", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "程序是否合法", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "事实是否清楚、证据是否确凿", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "适用法律和裁量基准是否适当", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "是否超越法定权限", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "文书是否完备规范", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
        {"point": "是否涉嫌犯罪需要移送", "result": "pass", "note": "", "clause": "行政处罚法第五十八条"},
    ],
    "result": "pass",
    "opinion": "经审核，本案主体合法，程序合法，事实清楚，证据确凿，适用法律正确，裁量适当，同意拟处理意见。",
    "reviewer": {"name": "王晓燕", "qualification_no": "A20184115210099"},
    "reviewed_at": "2026-08-10T15:00",
    "defence_days": 5,
    "defence_unit": "working_day",
    "hearing": False,
    "notice_no": "青执罚告字〔2026〕1号",
    "waived": False,
    "words": "我是第一次违法，货值很小，已经全部下架，请求从轻处罚。",
    "heard_on": "2026-08-24",
    "points": [
        {
            "point": "系初次违法，货值较小，请求从轻处罚。",
            "adopted": "partly",
            "reason": "情况属实，拟处理意见已按减轻档次确定罚款数额。",
        }
    ],
    "conclusion": "部分采纳当事人的陈述申辩意见，维持拟处理意见。",
    "not_heavier": True,
    "collective": "2026年9月10日经负责人集体讨论，一致同意。",
    "reason": "minor",
    "why": "当事人系初次违法，货值金额小，已及时改正，没有造成危害后果。",
    "education": "当事人应当加强食品进货查验，定期清理超过保质期的食品。",
    "recipient": "赵玥喆",
    "address": "青山镇人民路36号",
    "phone": "13800000000",
    "postcode": "464200",
    "deputy": "钱卫东 13900000000",
    "electronic": True,
    "email": "a@example.cn",
    "mobile": "13800000000",
    "officer": "张建国",
    "confirmed_on": "2026-07-01",
    "document": {"title": "行政处罚决定书", "number": "青执罚决字〔2026〕1号", "copies": 1},
    "addressee": "青山镇惠民副食店",
    "method": "direct",
    "served_at": "2026-09-20T10:00",
    "receiver": {"name": "赵玥喆", "relation": "经营者本人"},
    "servers": [{"name": "张建国", "cert_no": "16150300123"}, {"name": "李红梅", "cert_no": "16150300124"}],
    "recording": "送达视频1段",
    "decision_no": "青执罚决字〔2026〕1号",
    "payable": 200000,
    "paid": 200000,
    "paid_on": "2026-09-28",
    "way": "bank",
    "bank": "中国农业银行罗山县支行",
    "voucher_no": "4115260012345678",
    "recorded_on": "2026-09-28",
    "decided_on": "2026-09-18",
    "served_on": "2026-09-20",
    "mode": "voluntary",
    "executed_on": "2026-09-28",
    "fine_paid": 200000,
    "goods": "没收的12袋蛋黄派已监督销毁。",
    "correction": "已全部下架并建立保质期检查台账，经复查合格。",
    "retention": "30年",
    "due_because": "青山镇方案 三（一）：自决定之日起7个工作日内",
    "channels": [{"name": "镇政府门户网站行政执法公示栏", "until": "2027年9月18日"}],
    "redactions": [{"what": "经营者姓名", "as_shown": "赵某", "clause": "行政处罚法第五十条"}],
    "secrecy": "经审查，不涉及国家秘密、商业秘密。",
    "abstract": "青山镇惠民副食店经营超过保质期的食品案，罚款2000元，没收超过保质期食品12袋。",
    "confirmed_by": "李红梅",
    "content": "没收超过保质期的“豫香”牌蛋黄派12袋，罚款2000元。",
    "extent": "whole",
    "aftermath": "已缴纳的罚款2000元于本决定送达之日起十五日内退还当事人。",
    "chair": "刘国栋",
    "attendees": [
        {"name": "刘国栋", "post": "镇长"},
        {"name": "周志强", "post": "行政执法大队大队长"},
        {"name": "孙立", "post": "副镇长"},
    ],
    "report": "（略）案情如调查终结报告。",
    "views": [{"name": "孙立", "text": "事实清楚，同意。"}, {"name": "周志强", "text": "同意拟处理意见。"}],
    "happened_at": "2026-09-18T09:00",
    "collect": "bank",
    "told": "已告知当事人拟作出的行政处罚内容及事实、理由、依据和陈述、申辩的权利，当事人未提出异议。",
}

# What has the same name but other words in one document.
OWN: dict[str, dict[str, Any]] = {
    "activity_record": {
        "activity": "监督检查",
        "started_at": "2026-07-01T09:30:00+08:00",
        "ended_at": "2026-07-01T10:20:00+08:00",
        "present": "赵玥喆（经营者）",
        "reason": "食品经营日常检查",
        "identity": "佩戴并主动出示执法证件，全程可见。",
        "uniform": "按规定着装、佩戴标识。",
        "told": "执法事由、执法依据、权利义务",
        "rights": "有权申请回避，有权陈述和申辩；应当如实回答询问，协助检查。",
        "shown_document": "行政检查通知书（青检通〔2026〕8号）",
        "findings": "货架上有超过保质期的蛋黄派12袋。",
        "remedy_lines": [
            {"text": "自知道该行政行为之日起六十日内申请行政复议"},
            {"text": "六个月内直接向人民法院提起行政诉讼"},
        ],
        "complaint": "0376-1234500",
        "acknowledged": "当事人签名确认",
    },
    "closure_report": {
        "result": "没收超过保质期的食品12袋，罚款2000元。",
        "reason": "行政处罚决定已履行完毕，符合结案条件。",
        "review": "未申请行政复议，未提起行政诉讼。",
        "opinions": [
            {"role": "承办机构意见", "text": "同意。", "name": "周志强", "at": "2026-08-10"},
            {"role": "负责人审批意见", "text": "同意。", "name": "刘国栋", "at": "2026-08-11"},
        ],
    },
    "volume": {
        "case": {"title": "青山镇惠民副食店经营超过保质期的食品案", "number": "青执案〔2026〕12号"},
        "result": "没收超过保质期的食品12袋，罚款2000元。",
        "retention": "三十年",
        "items": 3,
        "main_pages": 5,
        "sub_pages": 2,
        "archived_on": "2026-09-28",
        "archive_no": "20260001",
        "main": [
            {
                "no": 1,
                "number": "青立字〔2026〕1号",
                "author": "青山镇人民政府",
                "title": "立案审批表",
                "on": "2026-07-03",
                "pages": "1",
            },
            {
                "no": 2,
                "author": "张建国",
                "title": "现场检查录像",
                "on": "2026-07-01",
                "pages": "—",
                "note": "录像，见音像资料清单",
            },
        ],
        "sub": [{"no": 1, "author": "青山镇人民政府", "title": "结案审批表", "on": "2026-08-11", "pages": "1-2"}],
        "media": [
            {
                "no": 2,
                "step": "现场检查",
                "medium": "录像",
                "taken_at": "2026-07-01T09:30",
                "title": "现场检查录像",
                "length": "12分05秒",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }
        ],
        "waivers": [{"step": "询问", "reason": "询问笔录逐问逐答、逐页签名。", "name": "李红梅", "on": "2026-07-05"}],
        "note": "原件齐全。",
        "compiler": "张建国",
        "checker": "孙平",
    },
    "collective_minutes": {"review": "审核通过。", "conclusion": "一致同意拟处理意见。"},
    "revocation_decision": {
        "reason": "经复查，原决定认定的生产日期有误，主要证据不足。",
        "basis": "《中华人民共和国行政处罚法》第七十五条第二款",
    },
    "disclosure_approval": {
        "opinions": [
            {"role": "承办机构意见", "text": "同意。", "name": "周志强", "at": "2026-08-10"},
            {"role": "负责人审批意见", "text": "同意。", "name": "刘国栋", "at": "2026-08-11"},
        ]
    },
    "decision_approval": {
        "opinions": [
            {"role": "承办机构意见", "text": "同意。", "name": "周志强", "at": "2026-08-10"},
            {"role": "负责人审批意见", "text": "同意。", "name": "刘国栋", "at": "2026-08-11"},
        ]
    },
    "review_of_defence": {
        "opinions": [
            {"role": "承办机构意见", "text": "同意。", "name": "周志强", "at": "2026-08-10"},
            {"role": "负责人审批意见", "text": "同意。", "name": "刘国栋", "at": "2026-08-11"},
        ]
    },
    "investigation_report": {
        "opinions": [
            {"role": "承办机构意见", "text": "同意。", "name": "周志强", "at": "2026-08-10"},
            {"role": "负责人审批意见", "text": "同意。", "name": "刘国栋", "at": "2026-08-11"},
        ]
    },
}


# What every document of the case says in the same words; the rest of a form is made from the types of its fields.
SHARED = ("body", "case", "party", "officers", "remedies", "pay", "opened_on", "opinions", "evidence", "signature")
WRITTEN = frozenset(
    {
        *("clue_record", "case_opening_approval", "scene_record", "interview_record", "correction_order", "volume"),
        *("evidence_sheet", "investigation_report", "legal_review_submission", "legal_review_opinion", "prior_notice"),
        *("defence_record", "review_of_defence", "decision_approval", "penalty_decision", "no_penalty_decision"),
        *("service_address_confirmation", "service_receipt", "receipt", "closure_report", "disclosure_approval"),
        *("revocation_decision", "collective_minutes", "summary_penalty_decision", "activity_record"),
    }
)


def data(code: str) -> dict[str, Any]:
    """The complete data of one document, a copy that may be changed."""
    form = documents.template(code)
    facts = CASE | OWN.get(code, {}) if code in WRITTEN else {name: CASE[name] for name in SHARED}
    found = documents.pick(code, facts)
    if code not in WRITTEN:
        made = generated(form)
        found = {**made, **{k: {**made.get(k, {}), **v} if isinstance(v, dict) else v for k, v in found.items()}}
    if form.number:
        found["number"] = documents.number("青执", code, 2026, 1)
    return found


def generated(
    form: documents.Template, *, rows: int = 2, words: int = 1, optional: bool = True, flag: bool = True, pick: int = 0
) -> dict[str, Any]:
    """Data of the right types for every field: `rows` in each list, texts said `words` times, the `pick`-th choice."""
    found: dict[str, Any] = {}
    for field in form.fields:
        if field.required or optional:
            *folders, last = field.name.split(".")
            place = found
            for folder in folders:
                place = place.setdefault(folder, {})
            place[last] = _made(field, rows=rows, words=words, optional=optional, flag=flag, pick=pick)
    found.get("signature", {}).pop("refused", None)
    return found


def _made(field: documents.Field, nth: int = 1, **how: Any) -> Any:
    words = how["words"]
    match field.type:
        case "text":
            return f"{field.label}{'甲乙丙丁戊己庚辛壬癸'[(nth - 1) % 10]}" * min(
                words, field.max // (len(field.label) + 1)
            )
        case "long":
            return f"{field.label}：此处写明{field.label}的具体情况，文字应当真实、完整。" * words
        case "date":
            return f"2026-07-{nth % 28 + 1:02d}"
        case "datetime":
            return f"2026-07-{nth % 28 + 1:02d}T09:30:00+08:00"
        case "fen":
            return 200_000 * nth + 50
        case "int":
            return nth + 4
        case "flag":
            return how["flag"]
        case "choice":
            return field.options[how["pick"] % len(field.options)][0]
        case "list":
            return [
                {one.name: _made(one, row, **how) for one in field.of if one.required or how["optional"]}
                for row in range(1, max(how["rows"], field.min) + 1)
            ]
