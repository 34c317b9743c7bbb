"""The sample data of the gallery: one case of 青山镇 in all the shapes that the components take."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

TODAY = date(2026, 9, 23)
PENALTY_LAW = "《中华人民共和国行政处罚法》（2021年修订）"
OFF = {date(2026, 9, 20): "国庆节调休上班"}
REST = {date(2026, 9, 25): "中秋节放假", date(2026, 9, 26): "中秋节放假", date(2026, 9, 27): "中秋节放假"}


def cite(clause: str, text: str, source: str = PENALTY_LAW) -> dict[str, str]:
    return {"clause": clause, "text": text, "source": source}


REVIEW = cite(
    "第五十八条第一款",
    "有下列情形之一，在行政机关负责人作出行政处罚的决定之前，应当由从事行政处罚决定法制审核的人员进行法制审核；"
    "未经法制审核或者审核未通过的，不得作出决定。",
)
WITHDRAW = cite(
    "第四十八条第二款",
    "公开的行政处罚决定被依法变更、撤销、确认违法或者确认无效的，行政机关应当在三日内撤回行政处罚决定信息并公开说明理由。",
)
PUBLISH = cite(
    "二（六）",
    "行政许可、行政处罚的执法决定信息要在执法决定作出之日起7个工作日内公开。",
    "国办发〔2018〕118号",
)
TWO = cite("第四十二条第一款", "执法人员不得少于两人，法律另有规定的除外。")
NINETY = cite("第六十条", "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。")


def working_days(start: date, count: int) -> tuple[date, list[dict[str, Any]]]:
    """A count for the samples only; the real one is policy's."""
    days = [{"date": start, "counted": False, "why": "起算之日不计入"}]
    day = start
    while count:
        day += timedelta(days=1)
        working = day in OFF or (day.weekday() < 5 and day not in REST)
        count -= working
        days.append(
            {
                "date": day,
                "counted": working,
                "why": OFF.get(day) or REST.get(day) or ("工作日" if working else "休息日"),
            }
        )
    return day, days


def deadline(start: date, count: int, because: dict[str, str], explain: str, **more: Any) -> dict[str, Any]:
    due, days = working_days(start, count)
    return {"due": due, "days": days, "because": [because], "explain": explain, "unit": "working_day", **more}


def calendar_deadline(start: date, count: int, because: dict[str, str], explain: str) -> dict[str, Any]:
    days = [{"date": start, "counted": False, "why": "起算之日不计入"}]
    days += [{"date": start + timedelta(days=n), "counted": True, "why": ""} for n in range(1, count + 1)]
    return {
        "due": start + timedelta(days=count),
        "days": days,
        "because": [because],
        "explain": explain,
        "unit": "calendar_day",
    }


def at(day: int, hour: int, minute: int = 0, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


PUBLISH_DUE = deadline(date(2026, 9, 18), 7, PUBLISH, "自决定作出之日（9月18日）的次日起算，第7个工作日为最后一日。")
WITHDRAW_DUE = deadline(
    date(2026, 9, 21),
    3,
    WITHDRAW,
    "自撤销之日的次日起算3个工作日。",
    outvoted=[
        cite(
            "三（一）4",
            "已公开的行政执法决定被依法撤销、确认违法或者要求重新作出的，在20个工作日内撤下原行政执法决定信息",
            "青山镇三项制度实施方案",
        )
    ],
)
OVERDUE = deadline(
    date(2026, 9, 9),
    7,
    cite("第六十一条第一款", "当事人不在场的，应当在七日内送达。"),
    "自决定之日的次日起算7个工作日。",
)
DECIDE_DUE = calendar_deadline(
    date(2026, 8, 20), 90, NINETY, "自立案之日的次日起算90日（自然日），末日为节假日的不顺延。"
)
PROVISIONAL = deadline(date(2026, 9, 22), 12, PUBLISH, "跨入放假通知尚未公布的时段。", provisional=True)

VERDICTS: dict[str, dict[str, Any]] = {
    "passed": {
        "code": "G5",
        "title": "执法人员不少于两名且证件在有效期内",
        "state": "passed",
        "because": [TWO],
        "facts_used": {
            "执法人员": ["张建国（至2028-06-30）", "李秀英（至2027-12-31）"],
            "取得记录": "现场笔录 2026-08-20",
        },
    },
    "failed": {
        "code": "G12",
        "title": "未经法制审核，不得作出处罚决定",
        "state": "failed",
        "because": [REVIEW],
        "failures": ["第2稿（2026-09-10）没有审核意见；第1稿的意见为“退回修改”，不适用于第2稿"],
        "facts_used": {"程序": "普通程序", "当前稿": "第2稿 9f3c 2a71", "审核意见": None},
        "mend": "把第2稿提交法制审核，审核通过后即可提请决定。",
        "url": "#",
        "action": "提交法制审核",
    },
    "unknown": {
        "code": "G9",
        "title": "较大数额罚款应当告知听证权利",
        "state": "unknown",
        "because": [cite("第六十三条第一款第（一）项", "较大数额罚款")],
        "unknown": ["拟罚款金额", "当事人类别"],
        "mend": "在处理意见中填写拟罚款金额后自动判断。",
        "url": "#",
        "action": "填写处理意见",
    },
}

STEPS: list[dict[str, Any]] = [
    {
        "title": "线索登记",
        "state": "done",
        "who": "张建国",
        "at": at(19, 9, 12, 8),
        "records": ["投诉举报登记表"],
        "url": "#",
    },
    {
        "title": "立案",
        "state": "done",
        "who": "陈志远 批准",
        "at": at(20, 10, 5, 8),
        "records": ["立案审批表"],
        "url": "#",
    },
    {
        "title": "调查取证",
        "state": "done",
        "who": "张建国、李秀英",
        "at": at(2, 16, 40),
        "records": ["现场笔录", "询问笔录", "现场照片 6 张", {"title": "执法记录视频", "state": "done", "url": "#"}],
        "url": "#",
    },
    {
        "title": "责令改正",
        "state": "done",
        "who": "张建国",
        "at": at(2, 17, 20),
        "records": ["责令改正通知书 青山责改〔2026〕9号"],
    },
    {
        "title": "拟处理意见",
        "state": "done",
        "who": "张建国",
        "at": at(10, 11, 2),
        "note": "第2稿；第1稿于9月8日被退回",
    },
    {
        "title": "法制审核",
        "state": "now",
        "who": "王敏",
        "note": "已分派，审核第2稿",
        "due": deadline(date(2026, 9, 18), 5, REVIEW, "本地规定5个工作日。"),
        "records": [{"title": "审核意见书", "state": "missing"}],
    },
    {"title": "事先告知", "state": "next", "records": [{"title": "行政处罚事先告知书", "state": "optional"}]},
    {"title": "陈述申辩", "state": "next"},
    {"title": "听证", "state": "skipped", "note": "罚款未达到较大数额，当事人未申请"},
    {"title": "决定", "state": "next"},
    {"title": "送达", "state": "next"},
    {"title": "公示", "state": "next"},
    {"title": "履行与结案", "state": "next"},
]

DUTIES = [
    {
        "title": "送达行政处罚决定书",
        "subject_title": "李某占用通道经营案 青山罚决〔2026〕31号",
        "subject_url": "#",
        "who": "张建国",
        **OVERDUE,
        "url": "#",
        "action": "去送达",
    },
    {
        "title": "撤下已撤销的处罚决定并说明理由",
        "subject_title": "周某露天焚烧秸秆案 青山罚决〔2026〕27号",
        "subject_url": "#",
        "who": "公示专员 刘洋",
        **WITHDRAW_DUE,
        "url": "#",
        "action": "去撤下",
    },
    {
        "title": "公示行政处罚决定",
        "subject_title": "赵某某在禁止区域摆摊经营案 青山罚决〔2026〕33号",
        "subject_url": "#",
        "who": "公示专员 刘洋",
        **PUBLISH_DUE,
        "url": "#",
        "action": "去公示",
    },
    {
        "title": "作出行政处罚决定",
        "subject_title": "青山镇向阳路第一百二十三号综合批发市场有限责任公司未按规定设置"
        "安全疏散标志并长期堆放易燃杂物占用消防车通道案",
        "subject_url": "#",
        "who": "负责人 陈志远",
        **DECIDE_DUE,
        "url": "#",
        "action": "去办理",
    },
]

PROOF: dict[str, Any] = {
    "state": "sealed",
    "index": 18342,
    "sealed_at": at(18, 16, 20),
    "size": 18507,
    "root": "b3f1c2d49a7716e05c8b24f97d3aa1e6470f2b958ce3d1604ab7f9825d6e3c10",
    "origin": "qingshan.example/log",
    "commitment": "5d0e6a1f27c94b83aa61e07d94c2f815b6a30e7f4819c25dd07e3b96f1a48c72",
    "witnesses": [{"name": "信阳市司法局", "at": at(18, 16, 21)}, {"name": "县档案馆", "at": at(18, 16, 21)}],
    "verify_url": "#",
    "download_url": "#",
}

MASK_TEXT = "当事人赵小军，身份证号413027198503120011，住青山镇向阳路88号，联系电话13800000000，经营小吃摊。"


def marks() -> list[dict[str, Any]]:
    law = "《中华人民共和国行政处罚法》第五十条"
    found = [
        ("赵小军", "自然人姓名只显示姓氏", "赵某某"),
        ("413027198503120011", "身份证号", "4130**********0011"),
        ("青山镇向阳路88号", "家庭住址", "青山镇××"),
        ("13800000000", "联系方式", "×××"),
    ]
    return [
        {
            "start": MASK_TEXT.index(t),
            "end": MASK_TEXT.index(t) + len(t),
            "ground": why,
            "clause": law,
            "cover": cover,
            "confirmed": n < 2,
        }
        for n, (t, why, cover) in enumerate(found)
    ]


DRAFT_1 = """经查，当事人赵某某于2026年8月20日上午在青山镇中心小学东门禁止摆卖区域摆设流动小吃摊一处，占道约4平方米。
以上事实有现场笔录、现场照片为证。
当事人的行为违反了《河南省城市市容和环境卫生管理条例》第二十条的规定。
参照裁量基准“一般”档次，建议处以罚款人民币500元。
当事人系首次违法。"""
DRAFT_2 = """经查，当事人赵某某于2026年8月20日上午7时40分在青山镇中心小学东门禁止摆卖区域摆设流动小吃摊一处，占道约6平方米，经两次劝导拒不改正。
以上事实有现场笔录、询问笔录、现场照片6张、执法记录视频1段为证。
当事人的行为违反了《河南省城市市容和环境卫生管理条例》第二十条的规定。
参照裁量基准“较轻”档次，建议处以罚款人民币300元。
当事人系首次违法。
当事人已于9月2日改正，依法从轻处罚。"""

WITNESSES = [
    {
        "name": "罗山县档案馆",
        "url": "https://witness.example/archive",
        "size": 1284,
        "signed": at(18, 16, 20),
        "error": "",
    },
    {
        "name": "罗山县人民检察院",
        "url": "https://witness.example/court",
        "size": 0,
        "signed": None,
        "error": "连接不上",
    },
    {"name": "光山县司法局", "url": "https://witness.example/next", "size": 0, "signed": None, "error": ""},
]
TRAIL = [
    {
        "at": at(18, 16, 20),
        "who": "陈志远（负责人）",
        "what": "作出行政处罚决定",
        "detail": "罚款300元；青山罚决〔2026〕33号",
        "index": 18342,
        "proof_url": "#",
        "tone": "ok",
        "clause": "行政处罚法第五十七条",
    },
    {
        "at": at(11, 15, 4),
        "who": "王敏（法制审核）",
        "what": "法制审核通过",
        "detail": "第2稿，稿件哈希 9f3c 2a71",
        "index": 18207,
        "proof_url": "#",
        "tone": "ok",
    },
    {
        "at": at(8, 14, 31),
        "who": "王敏（法制审核）",
        "what": "退回修改",
        "detail": "占道面积与照片不符；缺询问笔录",
        "index": 18112,
        "proof_url": "#",
    },
    {
        "at": at(8, 10, 0),
        "who": "系统",
        "what": "拒绝：未经法制审核提请决定",
        "detail": "没有写入决定",
        "index": 18109,
        "tone": "bad",
        "clause": "行政处罚法第五十八条",
    },
    {"at": at(7, 17, 46), "who": "张建国", "what": "提交拟处理意见第1稿", "index": 18077},
]


NAV = [
    {
        "title": "办案",
        "items": [
            {"label": "办案首页", "url": "#", "icon": "home", "count": 3},
            {"label": "线索", "url": "#", "icon": "empty"},
            {"label": "案件", "url": "#", "icon": "folder", "current": True},
        ],
    },
    {"title": "审核", "items": [{"label": "法制审核", "url": "#", "icon": "book", "count": 2}]},
    {"title": "决定", "items": [{"label": "待决定", "url": "#", "icon": "stamp"}]},
    {"title": "公示", "items": [{"label": "公示办理", "url": "#", "icon": "horn", "count": 1}]},
    {
        "title": "监督",
        "items": [
            {"label": "监督看板", "url": "#", "icon": "eye"},
            {"label": "职责与时限", "url": "#", "icon": "clock"},
            {"label": "留痕", "url": "#", "icon": "seal"},
        ],
    },
    {
        "title": "登记",
        "items": [
            {"label": "执法主体", "url": "#", "icon": "building"},
            {"label": "执法人员", "url": "#", "icon": "users"},
            {"label": "执法事项", "url": "#", "icon": "list"},
        ],
    },
]

DECISIONS = [
    {
        "title": "赵某某在禁止区域摆摊经营案",
        "number": "青山罚决〔2026〕33号",
        "body": "青山镇人民政府",
        "on": date(2026, 9, 18),
        "gist": "在中心小学东门禁止摆卖区域占道经营，已改正，罚款300元。",
        "status": "published",
    },
    {
        "title": "李某占用消防通道经营案",
        "number": "青山罚决〔2026〕31号",
        "body": "青山镇人民政府",
        "on": date(2026, 9, 9),
        "gist": "占用消防车通道堆放货物，责令改正，警告。",
        "status": "corrected",
    },
    {
        "title": "周某露天焚烧秸秆案",
        "number": "青山罚决〔2026〕27号",
        "body": "青山镇人民政府",
        "on": date(2026, 9, 1),
        "gist": "该决定已撤销。撤销理由：认定事实的主要证据不足。",
        "status": "revoked",
    },
]

CHECKLIST = [
    {
        "title": "执法主体是否合法，执法人员是否具备资格",
        "finding": "passed",
        "verdict": VERDICTS["passed"],
        "reason": "",
    },
    {"title": "事实是否清楚，证据是否合法充分", "finding": "", "verdict": VERDICTS["unknown"], "reason": ""},
    {"title": "适用法律、裁量基准是否适当", "finding": "", "verdict": VERDICTS["failed"], "reason": ""},
    {"title": "程序是否合法", "finding": "passed", "verdict": VERDICTS["passed"], "reason": ""},
]
