"""What the gallery and its design pages are shown: the samples of one case under the names the templates use."""

from datetime import date
from typing import Any

import segno
from django import forms
from django.templatetags.static import static

from yangguang.site.gallery_samples import (
    CHECKLIST,
    DECIDE_DUE,
    DECISIONS,
    DRAFT_1,
    DRAFT_2,
    DUTIES,
    MASK_TEXT,
    NAV,
    OVERDUE,
    PROOF,
    PROVISIONAL,
    PUBLISH_DUE,
    REVIEW,
    STEPS,
    TODAY,
    TRAIL,
    TWO,
    VERDICTS,
    WITHDRAW,
    WITHDRAW_DUE,
    WITNESSES,
    at,
    cite,
    marks,
)


class SampleForm(forms.Form):
    name = forms.CharField(label="当事人姓名", help_text="与身份证件一致")
    code = forms.CharField(label="公民身份号码", help_text="18 位，末位可以是 X")
    grade = forms.ChoiceField(label="裁量档次", choices=[("", "请选择"), ("1", "较轻"), ("2", "一般"), ("3", "较重")])
    amount = forms.DecimalField(label="拟罚款金额（元）", decimal_places=2, max_digits=12)
    on = forms.DateField(label="违法行为发生日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    outcome = forms.ChoiceField(
        label="审核意见",
        widget=forms.RadioSelect,
        choices=[("passed", "通过"), ("revise", "退回修改"), ("refused", "不通过")],
    )
    told = forms.BooleanField(label="已当面告知当事人陈述、申辩权利")
    file = forms.FileField(label="现场照片或视频", required=False)


class SampleFilter(forms.Form):
    q = forms.CharField(
        label="关键词", required=False, widget=forms.TextInput(attrs={"placeholder": "案件名称、文号、当事人"})
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("open", "在办"), ("closed", "已结案")]
    )
    since = forms.DateField(label="立案自", required=False, widget=forms.DateInput(attrs={"type": "date"}))


def sample() -> dict[str, Any]:
    picture = {n: static(f"site/gallery/scene-{n}.svg") for n in (1, 2, 3)}
    qr = segno.make("https://qingshan.example/v/18342?h=5d0e6a1f", error="m").svg_data_uri(scale=3, border=1)
    wrong = SampleForm(
        {"name": "赵小军", "code": "413027198503120012", "amount": "300.005", "grade": "", "on": "2026-13-01"}
    )
    wrong.full_clean()
    if "code" in wrong.cleaned_data:
        wrong.add_error("code", "校验码不正确：末位应为 1（GB 11643-1999）。请核对证件后重新填写。")
    digest = "9f3c2a71d4e85b06aa17"
    return {
        "today": TODAY,
        "nothing": [],
        "verdicts": VERDICTS,
        "long_verdict": {
            **VERDICTS["failed"],
            "title": VERDICTS["failed"]["title"] * 4,
            "because": [REVIEW, WITHDRAW, TWO],
        },
        "publish_due": PUBLISH_DUE,
        "withdraw_due": WITHDRAW_DUE,
        "overdue": OVERDUE,
        "decide_due": DECIDE_DUE,
        "provisional_due": PROVISIONAL,
        "bare_due": date(2026, 9, 30),
        "done_on": date(2026, 9, 22),
        "late_on": date(2026, 9, 30),
        "steps": STEPS,
        "flow": [{"title": s["title"], "state": s["state"]} for s in STEPS],
        "duties": DUTIES,
        "proof": PROOF,
        "proof_wait": {"state": "sealing"},
        "proof_ok": {**PROOF, "state": "verified", "word": "这份文书自 2026-09-18 起未被改动"},
        "proof_bad": {
            **PROOF,
            "state": "broken",
            "word": "与存证不一致",
            "explain": "罚款金额应为“300元”，这份文件写的是“3000元”；其余内容一致。",
        },
        "document": {
            "title": "行政处罚决定书",
            "number": "青山罚决〔2026〕33号",
            "image": static("site/gallery/page.svg"),
            "pages": 3,
            "at": at(18, 16, 20),
            "by": "青山镇人民政府",
            "status": "served",
            "served": "2026-09-19 直接送达，赵某某签收",
            "qr": qr,
            "url": "#",
            "files": [
                {"label": "PDF", "url": "#", "size": 182_331},
                {"label": "Word", "url": "#", "size": 40_112},
                {"label": "OFD", "url": "#", "size": 96_004},
            ],
            "versions": [
                {"label": "第1稿", "at": at(7, 17, 46), "by": "张建国", "note": "被退回"},
                {"label": "第2稿", "at": at(10, 11, 2), "by": "张建国", "note": "审核通过"},
            ],
        },
        "document_none": {
            "title": "行政处罚事先告知书",
            "status": "missing",
            "status_word": "待制作",
            "note": "填写拟处理意见后自动生成",
        },
        "document_dead": {
            "title": "行政处罚决定书",
            "number": "青山罚决〔2026〕27号",
            "image": static("site/gallery/page.svg"),
            "status": "revoked",
            "pages": 2,
            "at": at(1, 9, 30),
        },
        "evidence": [
            {
                "kind": "photo",
                "title": "占道摊位全景",
                "thumb": picture[1],
                "url": "#",
                "who": "张建国",
                "at": at(20, 7, 43, 8),
                "place": "中心小学东门",
                "device": "执法记录仪 QS-07",
                "digest": digest,
                "size": 3_412_220,
                "custody": 3,
                "custody_url": "#",
                "demands": [{"title": "现场照片", "met": True}],
            },
            {
                "kind": "video",
                "title": "检查全过程",
                "thumb": picture[2],
                "url": "#",
                "length": "06:42",
                "who": "李秀英",
                "at": at(20, 7, 40, 8),
                "place": "中心小学东门",
                "device": "执法记录仪 QS-08",
                "digest": digest,
                "size": 212_334_110,
                "custody": 4,
                "demands": [{"title": "全过程音像", "met": True}, {"title": "出示证件", "met": True}],
            },
            {
                "kind": "audio",
                "title": "询问录音",
                "peaks": [abs((n * 37 % 23) - 11) / 12 for n in range(64)],
                "url": "#",
                "length": "12:05",
                "who": "张建国",
                "at": at(2, 15, 10),
                "place": "青山镇执法大队询问室",
                "digest": digest,
                "size": 9_812_220,
                "custody": 2,
                "demands": [{"title": "询问录音", "met": False}],
            },
            {
                "kind": "document",
                "title": "营业执照复印件（名称特别长的时候应当正常换行而不是撑破卡片或者被截断看不见）",
                "who": "李秀英",
                "at": at(2, 15, 30),
                "digest": digest,
                "custody": 1,
            },
        ],
        "trail": TRAIL,
        "witnesses": WITNESSES,
        "draft_1": DRAFT_1,
        "draft_2": DRAFT_2,
        "mask_text": MASK_TEXT,
        "marks": marks(),
        "refused": {**VERDICTS["failed"], "message": "第2稿没有通过法制审核，不能作出行政处罚决定"},
        "error": {
            "what": "视频文件不完整，没有收下",
            "where": ["执法记录视频 DJI_0031.mp4", "第 3 步 调查取证"],
            "why": "文件在 41% 处中断，播放信息缺失（moov）。",
            "because": [
                cite(
                    "第四十七条",
                    "行政机关应当依法以文字、音像等形式，对行政处罚的启动、调查取证、审核、决定、送达、执行等进行全过程记录，归档保存。",
                )
            ],
            "mend": "从执法记录仪重新导出该段，再上传；已填的内容没有丢失。",
            "url": "#",
            "action": "重新上传",
            "reference": "2026-09-23-0417",
        },
        "flashes": [
            {"level_tag": "success", "message": "已存证：第 18342 条"},
            {"level_tag": "warning", "message": "该案距作出决定的期限还有 57 天"},
            {"level_tag": "error", "message": "没有保存：发生日期晚于立案日期"},
            {"level_tag": "info", "message": "今晚 22:00 备份，页面可能变慢"},
        ],
        "filters": SampleFilter({"q": "占道", "state": "open"}),
        "tabs": [
            {"label": "今天到期", "url": "#", "count": 3, "tone": "warn"},
            {"label": "逾期", "url": "#", "count": 1, "tone": "bad"},
            {"label": "我的案件", "url": "#", "count": 24, "current": True},
            {"label": "全部", "url": "#"},
        ],
        "stats": [
            {"label": "今天到期", "value": 3, "unit": "件", "url": "#", "tone": "warn"},
            {"label": "逾期", "value": 1, "unit": "件", "url": "#", "tone": "bad"},
            {"label": "待我审核", "value": 2, "unit": "件", "url": "#"},
            {"label": "在办案件", "value": 24, "unit": "件", "url": "#", "note": "本月立案 9"},
            {"label": "本月公示", "value": "100%", "note": "按期 12 / 12"},
        ],
        "columns": [
            "案件",
            "当事人",
            "程序",
            {"label": "罚款", "kind": "num"},
            {"label": "状态", "kind": "date"},
            {"label": "期限", "kind": "date"},
        ],
        "rows": [
            {
                "url": "#",
                "cells": ["赵某某在禁止区域摆摊经营案", "赵某某", "普通", "300元", "法制审核中", "2026-11-18"],
            },
            {
                "url": "#",
                "cells": [
                    "青山镇向阳路第一百二十三号综合批发市场有限责任公司占用消防车通道案",
                    "青山镇向阳路第一百二十三号综合批发市场有限责任公司",
                    "普通",
                    "12,000元",
                    "在办",
                    "2026-11-02",
                ],
            },
            {"url": "#", "cells": ["周某露天焚烧秸秆案", "周某", "简易", "200元", "已撤销", "—"]},
        ],
        "facts": [
            ("当事人", "赵某某", "身份证件核验"),
            ("事由", "禁止摆卖区域占道经营", "线索 XS-2026-0117"),
            ("裁量档次", "较轻", "裁量基准第 12 项"),
            ("罚款", "300元"),
            ("是否听证", False),
            ("送达地址确认", None),
        ],
        "form": SampleForm(initial={"name": "赵小军", "on": "2026-08-20"}, auto_id="ok_%s"),
        "wrong": wrong,
        "qr": qr,
        "desk": {
            "body": "青山镇人民政府",
            "person": "王敏",
            "role": "法制审核人员",
            "logout_url": "#",
            "search_url": "#",
            "nav": NAV,
        },
        "portal_name": "青山镇行政执法公示",
        "portal_org": "信阳市浉河区青山镇人民政府",
        "portal_nav": [
            {"label": label, "url": f"#{n}", "current": n == 0}
            for n, label in enumerate(("首页", "查决定", "查主体", "查人员", "查事项", "存证验证"))
        ],
        "checkpoint": {"size": 18507, "root": PROOF["root"], "at": at(23, 9, 41), "url": "#"},
        "decisions": DECISIONS,
        "year_facts": [
            ("公示决定", "12 件"),
            ("按期公示", "12 件（100%）"),
            ("更正", "1 件"),
            ("撤下", "1 件"),
            ("公众意见答复", "3 / 3"),
        ],
        "checklist": CHECKLIST,
    }
