"""Forms of training: what is typed is kept, what is wrong is said at its field."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone

from yangguang.registry.forms import ActionForm, Day, Long, Moment, Pick, Text
from yangguang.registry.forms.exams import ExamForm, offer_regimes, whole
from yangguang.registry.models import Body, Officer

from . import roll
from .models import Audience, Form, Kind, Plan, Purpose, Question, Session

FIRST_YEAR = 2015


def years(today: date) -> list[tuple[str, str]]:
    return [(str(year), f"{year} 年") for year in range(today.year + 1, FIRST_YEAR - 1, -1)]


# ---- filters -------------------------------------------------------------------------------------------------------


class YearFilter(forms.Form):
    year = Pick(label="年度", required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["year"].choices = [("", "全部"), *years(timezone.localdate())]  # type: ignore[attr-defined]


class PlanFilter(YearFilter):
    kind = Pick(label="类别", required=False, choices=[("", "全部"), *Kind.choices])


class SessionFilter(forms.Form):
    q = Text(label="名称、内容、授课人", required=False, max_length=100)
    kind = Pick(label="类别", required=False, choices=[("", "全部"), *Kind.choices])


class HoursFilter(forms.Form):
    q = Text(label="姓名、证号", required=False, max_length=100)
    year = Pick(label="年度", required=False)
    who = Pick(label="人员", required=False, choices=Audience.choices)
    body = Pick(label="单位", required=False)
    short = Pick(label="学时", required=False, choices=[("", "全部"), ("yes", "不足"), ("no", "已足")])
    before = Pick(label="岗前培训", required=False, choices=[("", "全部"), ("no", "无记录"), ("yes", "有记录")])

    def __init__(self, *args: Any, bodies: Iterable[Body], **options: Any):
        super().__init__(*args, **options)
        self.fields["year"].choices = [("", "本年"), *years(timezone.localdate())]  # type: ignore[attr-defined]
        self.fields["body"].choices = [("", "全部"), *((one.scope, one.name) for one in bodies)]  # type: ignore[attr-defined]


class QuestionFilter(forms.Form):
    q = Text(label="题干、条款", required=False, max_length=100)
    type = Pick(label="题型", required=False, choices=[("", "全部"), *Question.Type.choices])


class PaperFilter(forms.Form):
    q = Text(label="名称", required=False, max_length=100)
    purpose = Pick(label="用途", required=False, choices=[("", "全部"), *Purpose.choices])


class ResultFilter(forms.Form):
    tab = Pick(label="分类", required=False, choices=[("", "执法资格考试"), ("tests", "培训测试")])
    q = Text(label="姓名、考试", required=False, max_length=100)
    passed = Pick(label="结论", required=False, choices=[("", "全部"), ("yes", "合格"), ("no", "不合格")])


class PersonFilter(forms.Form):
    q = Text(label="姓名", required=False, max_length=100)


def chosen(form: forms.Form) -> dict[str, Any]:
    """What the address asks for; a choice that does not exist is left out."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}


# ---- plans and sessions --------------------------------------------------------------------------------------------


class PlanForm(ActionForm):
    title = Text(label="名称", max_length=100)
    year = Pick(label="年度")
    kind = Pick(label="类别", choices=Kind.choices)
    audience = Pick(label="对象", choices=Audience.choices)
    minutes = whole("计划时长（分钟）", 1, 60_000)
    starts_on = Day(label="计划开始")
    ends_on = Day(label="计划结束")
    reason = Text(label="说明", required=False)

    def __init__(self, *args: Any, earlier: Plan | None = None, **options: Any):
        super().__init__(*args, **options)
        today = timezone.localdate()
        self.fields["year"].choices = years(today)  # type: ignore[attr-defined]
        self.fields["year"].initial = str(today.year)
        if earlier is not None:
            for name in ("title", "year", "kind", "audience", "minutes", "starts_on", "ends_on"):
                self.fields[name].initial = getattr(earlier, name)
            self.fields["reason"].label = "调整理由"
            self.fields["reason"].required = True

    def given(self) -> dict[str, Any]:
        names = ("title", "kind", "audience", "minutes", "starts_on", "ends_on", "reason")
        return {"year": int(self.cleaned_data["year"]), **{name: self.cleaned_data[name] for name in names}}


class SessionForm(ActionForm):
    plan_key = Pick(label="所属计划", required=False)
    title = Text(label="名称", max_length=100)
    kind = Pick(label="类别", choices=Kind.choices)
    form = Pick(label="方式", choices=Form.choices)
    topic = Text(label="内容", max_length=400)
    material = Text(label="教材、讲义", required=False)
    teacher = Text(label="授课人", max_length=60)
    place = Text(label="地点", max_length=100)
    organiser = Text(
        label="举办机关", required=False, max_length=100, help_text="外单位举办的填写其名称；留空即为本机关"
    )
    starts_at = Moment(label="开始时间")
    ends_at = Moment(label="结束时间")
    minutes = whole("计学时的时长（分钟）", 1, 60_000)

    def __init__(self, *args: Any, plans: Iterable[Plan], **options: Any):
        super().__init__(*args, **options)
        self.fields["plan_key"].choices = [  # type: ignore[attr-defined]
            ("", "不属于计划"),
            *((str(one.key), f"{one.title}（{one.organiser}，{one.year} 年）") for one in plans),
        ]

    def given(self) -> dict[str, Any]:
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("once", "seen")}
        return {**data, "plan_key": data["plan_key"] or None}


class AttendForm(ActionForm):
    """One person at one session."""

    officer = Pick(label="人员")
    minutes = whole("时长（分钟）", 1, 60_000, required=False, help_text="留空即为全程")
    proof = Text(label="结业证书、证明编号", required=False, max_length=100)

    def __init__(self, *args: Any, people: Iterable[Officer], **options: Any):
        super().__init__(*args, **options)
        self.fields["officer"].choices = named(people)  # type: ignore[attr-defined]


def named(people: Iterable[Officer]) -> list[tuple[str, str]]:
    return [("", "请选择"), *((str(one.key), f"{one.name}（{one.body.name}）") for one in people)]


class CorrectForm(ActionForm):
    minutes = whole("应为（分钟）", 0, 60_000, help_text="没有参加的填 0")
    reason = Text(label="更正理由", max_length=200)


class CancelForm(ActionForm):
    reason = Text(label="取消的理由", max_length=200, help_text="参训人员在“我的学习”中会看到")


class RollForm(forms.Form):
    """An attendance list: pasted, or as a file."""

    text = forms.CharField(
        label="粘贴名单",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "姓名,执法证号,单位,分钟,证明编号"}),
        help_text="从表格中复制，第一行是表头，必须有“姓名”一列；“分钟”留空即为全程",
    )
    file = forms.FileField(label="或者选择 CSV 文件", required=False)

    def __init__(self, *args: Any, session: Session, **options: Any):
        super().__init__(*args, **options)
        self.session = session
        self.lines: list[roll.Line] = []

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        sent = data.get("file")
        try:
            text = roll.decoded(sent.read(roll.MOST_BYTES + 1)) if sent else data.get("text") or ""
            if len(text.encode()) > roll.MOST_BYTES:
                raise roll.BadList(f"名单超过 {roll.MOST_BYTES // 1024} KB，请分几次导入")
            self.lines = roll.read(text, self.session.minutes)
        except roll.BadList as bad:
            self.add_error("file" if sent else "text", str(bad))
            return data
        return data


# ---- bank and exams ------------------------------------------------------------------------------------------------


class QuestionForm(ActionForm):
    type = Pick(label="题型", choices=Question.Type.choices)
    text = Long(label="题干", max_length=2000)
    options = Long(label="选项", max_length=4000, help_text="每行一个，第一行是 A；判断题写“正确”“错误”两行")
    answer = Text(label="答案", max_length=8, help_text="选项的字母，例如 A 或者 ACD")
    explanation = Long(label="解析", required=False, max_length=4000, help_text="考试结束后考生可以看到")
    clause = Text(label="依据条款", max_length=60, help_text="规则包中的条款编号，在法规库中可查")

    def __init__(self, *args: Any, earlier: Question | None = None, **options: Any):
        super().__init__(*args, **options)
        if earlier is not None:
            self.fields["retired"] = forms.BooleanField(label="不再使用：从今天起不再抽到这道题", required=False)
            for name in ("type", "text", "explanation", "clause"):
                self.fields[name].initial = getattr(earlier, name)
            self.fields["options"].initial = "\n".join(earlier.options)
            self.fields["answer"].initial = "".join(earlier.answer)

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("type", "text", "explanation", "clause")},
            "options": data["options"].split("\n"),
            "answer": letters(data["answer"]),
        }


def letters(typed: str) -> list[str]:
    """The letters of an answer, however they were parted."""
    return [one for one in unicodedata.normalize("NFKC", typed).upper() if one not in " 、,，;；\n"]


class PaperForm(ActionForm):
    title = Text(label="名称", max_length=100)
    purpose = Pick(label="用途", choices=Purpose.choices)
    regime = Pick(label="执法资格考试种类", required=False)
    plan_key = Pick(label="所属计划", required=False)
    singles = whole("单选题数", 0, 200)
    single_points = whole("单选题每题分值", 1, 20, initial=1)
    multiples = whole("多选题数", 0, 200)
    multiple_points = whole("多选题每题分值", 1, 20, initial=2)
    judgements = whole("判断题数", 0, 200)
    judgement_points = whole("判断题每题分值", 1, 20, initial=1)
    pass_mark = whole("合格分数", 1, 5000)
    minutes = whole("考试时长（分钟）", 1, 300)
    grace_minutes = whole("交卷宽限（分钟）", 0, 15, initial=2, help_text="时间到后，正在答的一页还能保存多久")
    opens_at = Moment(label="开考时间")
    closes_at = Moment(label="结束时间", help_text="此后公布答案，不能再考")

    def __init__(self, *args: Any, plans: Iterable[Plan], body: Body, **options: Any):
        super().__init__(*args, **options)
        offer_regimes(self, body)
        self.fields["plan_key"].choices = [  # type: ignore[attr-defined]
            ("", "不属于计划"),
            *((str(one.key), f"{one.title}（{one.year} 年）") for one in plans),
        ]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        types = Question.Type.values
        plain = ("title", "purpose", "pass_mark", "minutes", "grace_minutes", "opens_at", "closes_at")
        return {
            **{name: data[name] for name in plain},
            "plan_key": data["plan_key"] or None,
            "regime": data.get("regime", ""),
            "wanted": {one: data[f"{one}s"] for one in types},
            "points": {one: data[f"{one}_points"] for one in types},
        }


class AdmitForm(ActionForm):
    officers = forms.MultipleChoiceField(
        label="考生",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选择一人", "invalid_choice": "没有“%(value)s”这个人，请重新选择"},
    )
    note = Text(label="说明", required=False, max_length=200, help_text="补考的须写明理由")

    def __init__(self, *args: Any, people: Iterable[Officer], **options: Any):
        super().__init__(*args, **options)
        self.fields["officers"].choices = named(people)[1:]  # type: ignore[attr-defined]


class EmptyForm(ActionForm):
    """Nothing to type: a button that must be pressed."""


class OutsideForm(ExamForm):
    """An exam held elsewhere, with its proof: of a person to be chosen, for a certificate or not."""

    officer = Pick(label="考生")
    purpose = Pick(label="用途", choices=Purpose.choices)
    field_order = ("officer", "purpose", "regime", "title")

    def __init__(self, *args: Any, people: Iterable[Officer], body: Body, **options: Any):
        super().__init__(*args, body=body, **options)
        self.fields["officer"].choices = named(people)  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        left_out = ("officer", "purpose") if self.qualifies else ("officer", "purpose", "regime")
        return {name: value for name, value in super().given().items() if name not in left_out}

    @property
    def qualifies(self) -> bool:
        return bool(self.cleaned_data["purpose"] == Purpose.CERTIFICATE)


def choices_of(posted: Any, asked: Iterable[Question]) -> dict[str, list[str]]:
    """What was ticked for the questions of one page; nothing ticked is an answer taken back."""
    return {str(one.pk): posted.getlist(f"q-{one.pk}") for one in asked}


def minutes_left(until: datetime, moment: datetime) -> int:
    """Whole minutes that remain, never below zero."""
    return max(0, int((until - moment).total_seconds() // 60))
