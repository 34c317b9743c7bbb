"""The forms of a hearing."""

import re
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Moment, Pick, Text, YesNo

from ..models import Answer
from .models import HearingOutcome, HearingRequest

PEOPLE = re.compile(r"[，,、：:\s]+")
POINTS = 5  # points answered on one page; empty ones are left out


class AskForm(ActionForm):
    how = Pick(label="当事人的表示", choices=HearingRequest.How.choices, widget=forms.RadioSelect)
    text = Long(label="听证请求，或者放弃的原话", required=False, help_text="如实记录；期满未要求的不填")
    reasons = Long(label="事实和理由", required=False)
    on = Day(label="提出日期")


class ArrangeForm(ActionForm):
    host = Pick(label="听证主持人", help_text="不得是本案调查人员，也不得是应当回避的人员")
    clerk = Text(label="记录员", max_length=60, required=False)
    opens_at = Moment(label="听证时间")
    place = Text(label="听证地点")
    public = YesNo(label="公开举行")
    closed_because = Text(
        label="不公开的理由", required=False, help_text="只有涉及国家秘密、商业秘密或者个人隐私的才不公开"
    )


class EndForm(ActionForm):
    how = Pick(label="听证情况", choices=HearingOutcome.How.choices, widget=forms.RadioSelect)
    text = Long(label="撤回、不出席或者中途退出的情况", required=False, help_text="已举行的不填")
    ended_at = Moment(label="结束时间", required=False, help_text="已举行的必填，以下各项相同")
    participants = Long(
        label="参加人",
        required=False,
        help_text="每行一人：姓名，身份。例如“王芳，当事人委托代理人”",
    )
    rights = Long(label="告知权利义务和回避的情况", required=False)
    presented = Long(label="调查人员提出的违法事实、证据和处罚建议", required=False, max_length=20000)
    argued = Long(label="当事人的申辩和质证", required=False, max_length=20000)
    debate = Long(label="辩论", required=False, max_length=20000)
    final = Long(label="最后陈述", required=False)
    signer = Text(label="在笔录上签名的当事人或者代理人", max_length=60, required=False)
    unsigned = Text(label="拒绝签名的情况", required=False, help_text="当事人拒绝签名的，由主持人写明")

    NEEDED = ("ended_at", "participants", "rights", "presented", "argued", "final")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("how") != HearingOutcome.How.HELD:
            return data
        for name in self.NEEDED:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, "已举行听证的应当写明")
        if not data.get("signer") and not data.get("unsigned"):
            self.add_error("signer", "笔录应当交当事人或者其代理人核对后签名；拒绝签名的写明情况")
        people = []
        for line in (data.get("participants") or "").splitlines():
            parts = PEOPLE.split(line.strip(), maxsplit=1)
            if not line.strip():
                continue
            if len(parts) < 2 or not parts[1].strip():
                self.add_error("participants", f"“{line.strip()[:20]}”没有写明身份；每行一人：姓名，身份")
                break
            people.append({"name": parts[0], "role": parts[1].strip()})
        data["people"] = people
        return data


class ReportForm(ActionForm):
    held = Long(label="听证的基本情况")
    disputed = Long(label="争议的焦点和各方意见")
    facts = Long(label="查明的事实")
    proposal = Long(label="处理意见和建议")


class ReplyForm(ActionForm):
    """Each point of the transcript with what the draft makes of it."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for n in range(POINTS):
            needed = "" if n == 0 else "（可不填）"
            self.fields[f"point_{n}"] = Text(label=f"第 {n + 1} 项意见{needed}", max_length=400, required=n == 0)
            self.fields[f"adopted_{n}"] = Pick(
                label=f"第 {n + 1} 项是否采纳", choices=[("", "请选择"), *Answer.Adopted.choices], required=n == 0
            )
            self.fields[f"reason_{n}"] = Long(label=f"第 {n + 1} 项理由", max_length=2000, required=n == 0)

    def clean(self) -> dict[str, Any]:
        data, points = self.cleaned_data, []
        for n in range(POINTS):
            row = {part: (data.get(f"{part}_{n}") or "").strip() for part in ("point", "adopted", "reason")}
            if not any(row.values()):
                continue
            for part, label in (("point", "意见"), ("adopted", "是否采纳"), ("reason", "理由")):
                if not row[part] and f"{part}_{n}" not in self.errors:
                    self.add_error(f"{part}_{n}", f"第 {n + 1} 项没有填写{label}；不用的请整项清空")
            points.append(row)
        return {**data, "points": points}
