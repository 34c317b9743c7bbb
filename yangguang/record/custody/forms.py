"""The forms of custody."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo
from yangguang.registry.models import Officer

from ..models import Item
from .models import DeviceReturn, Extract, ReleaseRequest


class Find(forms.Form):
    q = Text(label="相对人、案件名称、文书号、归档号", required=False, max_length=100)


class IssueForm(ActionForm):
    """领用."""

    holder = Pick(label="领用人")
    purpose = Text(label="用途", help_text="例如“9 月 18 日现场检查”")
    back_by = Day(label="约定归还日期", required=False)

    def __init__(self, *args: Any, people: Sequence[Officer], **options: Any):
        super().__init__(*args, **options)
        self.people = {str(one.key): one for one in people}
        choices = [(key, f"{one.name}（{one.post or '未填职务'}）") for key, one in self.people.items()]
        self.fields["holder"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"holder": self.people[data["holder"]], "purpose": data["purpose"], "back_by": data["back_by"]}


class ReturnForm(ActionForm):
    """归还."""

    state = Pick(label="设备状况", choices=[("", "请选择"), *DeviceReturn.State.choices])
    uploaded = YesNo(label="设备里的记录是否已全部收存")
    note = Text(label="说明", required=False, help_text="不完好或者没有全部收存的，写明情况")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("state", "uploaded", "note")}


class DockForm(ActionForm):
    """补存记录."""

    whole = YesNo(label="设备里的记录是否已全部存入系统")
    note = Text(label="说明", help_text="存入了哪天的几件；不能恢复的，写明原因和处理")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("whole", "note")}


class CallUpForm(ActionForm):
    """调阅."""

    about = Pick(label="调阅谁（哪件案件）的全部记录", widget=forms.RadioSelect)
    purpose = Pick(label="用途")
    reason = Long(label="具体事由", max_length=400, help_text="为哪件事调阅；会显示给监督人员")

    def __init__(self, *args: Any, found: Sequence[tuple[str, str]], uses: Sequence[str], **options: Any):
        super().__init__(*args, **options)
        self.fields["about"].choices = list(found)  # type: ignore[attr-defined]
        self.fields["purpose"].choices = [("", "请选择"), *((one, one) for one in uses)]  # type: ignore[attr-defined]


_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.(\d{1,3}))?")


class Clock(forms.CharField):
    """A place in a recording: 00:01:30 or 1:30, inside milliseconds."""

    def __init__(self, **options: Any):
        options.setdefault("error_messages", {"required": "请填写时间位置"})
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip().replace("：", ":")
        if not text:
            return None
        found = _CLOCK.fullmatch(text) if text.isascii() else None
        if found is None or int(found[3]) > 59 or (found[1] and int(found[2]) > 59):
            raise forms.ValidationError(f"“{text[:20]}”不是时间位置，应如 00:01:30 或者 1:30")
        seconds = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
        return seconds * 1000 + int((found[4] or "0").ljust(3, "0"))


class ClipForm(ActionForm):
    """截取片段."""

    start = Clock(label="起点", help_text="时:分:秒，例如 00:01:30；实际从这之前最近的一幅完整画面开始")
    to = Clock(label="终点", help_text="时:分:秒")
    note = Text(label="用途", help_text="例如“提供给当事人查阅的询问部分”")

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"from_ms": data["start"], "to_ms": data["to"], "note": data["note"]}


class MaskedForm(ActionForm):
    """收存遮挡副本."""

    file = forms.FileField(
        label="遮挡后的文件", error_messages={"required": "请选择文件", "empty": "文件是空的（0 字节）"}
    )
    note = Text(label="遮挡了什么、供什么使用", help_text="例如“遮挡旁人面部，供当事人查阅”")


class ReleaseForm(ActionForm):
    """申请对外提供."""

    what = Pick(label="提供哪一件")
    manner = Pick(label="方式", choices=[("", "请选择"), *ReleaseRequest.Manner.choices])
    recipient = Text(label="接收者或者公开渠道", help_text="单位或者个人的名称；向社会公开的，写明渠道")
    ground = Long(label="理由和依据", max_length=400, help_text="为什么提供、依据哪一条或者哪份文书")

    def __init__(self, *args: Any, item: Item, copies: Sequence[Extract], **options: Any):
        super().__init__(*args, **options)
        self.copies = {str(one.pk): one for one in copies}
        original = f"原件：{item.title}"
        choices = [
            *((key, f"{one.get_kind_display()}：{one.note}") for key, one in self.copies.items()),
            ("item", original),
        ]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: data[name] for name in ("manner", "recipient", "ground")}
        return {**found, "extract": self.copies.get(data["what"])}


class AnswerForm(ActionForm):
    """审批对外提供."""

    approved = YesNo(label="是否同意对外提供")
    opinion = Long(label="意见", max_length=400)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("approved", "opinion")}


class HandOverForm(ActionForm):
    """交付."""

    recipient = Text(label="实际接收者", help_text="签收人姓名和单位")
    means = Text(label="交付方式", help_text="例如“光盘一张，当面交付，有收条”")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("recipient", "means")}


_SPAN = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?=(\d{1,4})(?:-(\d{1,4}))?")


class Pages(Text):
    """1-3=1-3, 5=4: pages of the document and pages of the scan."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if len(text) > 400:
            raise forms.ValidationError("页码对应过长，请写成连续的页，例如 1-30=1-30")
        pairs: list[tuple[int, int]] = []
        for part in re.split(r"[，,；;\s]+", text.replace("—", "-").replace("＝", "=")):
            if not part:
                continue
            found = _SPAN.fullmatch(part) if part.isascii() else None
            if found is None:
                raise forms.ValidationError(f"“{part[:30]}”看不懂，应如 1-3=1-3 或者 5=4")
            first, last, other, end = int(found[1]), int(found[2] or found[1]), int(found[3]), int(found[4] or found[3])
            if last < first or last - first != end - other:
                raise forms.ValidationError(f"“{part[:30]}”两边的页数不同")
            pairs += [(first + n, other + n) for n in range(last - first + 1)]
        return pairs

    def validate(self, value: Any) -> None:
        if not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The text was measured when it was read."""

    def prepare_value(self, value: Any) -> Any:
        return value if not isinstance(value, list) else ", ".join(f"{mine}={theirs}" for mine, theirs in value)


class PaperForm(ActionForm):
    """关联纸质原件."""

    scan = Pick(label="扫描件")
    pages = Pages(label="页码对应", help_text="文书页=扫描件页，例如 1-3=1-3；逐段用逗号隔开")
    place = Text(label="纸质原件存放处", help_text="例如“档案室 3 柜 2 层”")

    def __init__(self, *args: Any, scans: Sequence[Item], **options: Any):
        super().__init__(*args, **options)
        self.scans = {str(one.pk): one for one in scans}
        choices = [(key, f"{one.title}（{one.name}）") for key, one in self.scans.items()]
        self.fields["scan"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"scan": self.scans[data["scan"]], "pages": data["pages"], "place": data["place"]}


def day_of(text: str) -> date | None:
    """A day in an address; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
