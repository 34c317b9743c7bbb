"""The forms of a dossier: keeping recordings, and saying why one is left out."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from yangguang.registry.forms import ActionForm, Long, Moment, Pick, Text

from .models import Item, Received
from .queries import Matter, Owed

MOST_FILES = 20
ACCEPT = (
    ".jpg,.jpeg,.png,.webp,.mp4,.m4v,.mov,.3gp,.avi,.webm,.mkv,.m4a,.mp3,.wav,.aac,.amr,.ogg,.oga,.opus,.weba,.mka,.pdf"
)
LEVELS = {"whole": "须全程录音录像", "must": "须音像记录", "circumstances": "视情况音像记录"}


class Files(forms.FileField):
    """Several files; each is judged by the action, so that all that is wrong is said at once."""

    widget = type("ManyFiles", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        if not files and self.required:
            raise forms.ValidationError(
                "没有选择文件，或者浏览器没有发送文件。文件不随草稿保存，请重新选择", code="required"
            )
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一次最多 {MOST_FILES} 个文件，现有 {len(files)} 个，请分次上传")
        return files


class UploadForm(ActionForm):
    """收存音像记录或者证据."""

    demand = Pick(label="属于哪一环节、哪项记录")
    title = Text(label="题名", help_text="看题名就知道是什么，例如“现场照片：安全出口被货物堵塞”")
    note = Long(label="证明对象", max_length=400, help_text="这份材料证明什么事实")
    taken_at = Moment(label="拍摄（取得）时间", help_text="以实际拍摄时间为准，与文件自带时间不一致的会一并显示")
    place = Text(label="拍摄（取得）地点")
    device = Text(label="设备", required=False, max_length=100, help_text="例如执法记录仪编号")
    received = forms.MultipleChoiceField(
        label="待归入的文件",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "所选文件已经归入或者不在您的待归入文件中，请刷新页面后重新选择"},
    )
    files = Files(label="文件", help_text="照片、录像、录音或 PDF，可以多选")  # type: ignore[assignment]

    def __init__(
        self, *args: Any, matter: Matter, over_limit: str = "", waiting: Sequence[Received] = (), **options: Any
    ):
        super().__init__(*args, **options)
        self.over_limit = over_limit
        self.waiting = {str(one.pk): one for one in waiting}
        self.fields["files"].required = not self.waiting
        self.fields["received"].choices = [(pk, _tray_label(one)) for pk, one in self.waiting.items()]  # type: ignore[attr-defined]
        self.fields["demand"].choices = demands(matter)  # type: ignore[attr-defined]

    def clean_taken_at(self) -> Any:
        moment = self.cleaned_data["taken_at"]
        if moment > timezone.now():
            raise forms.ValidationError("拍摄时间晚于现在，请核对（设备时钟不准的，按实际时间填写）")
        return moment

    def clean(self) -> dict[str, Any]:
        if self.over_limit:
            self.errors.pop("files", None)
            self.add_error(
                "files",
                f"文件 {self.over_limit} 超过本系统上限，上传已停止，本次的文件都没有收存。"
                "请分段或者压缩后重新选择全部文件，其他内容已保留",
            )
        elif (
            not self.errors.get("files")
            and not self.cleaned_data.get("files")
            and not self.cleaned_data.get("received")
        ):
            self.add_error("files", "没有选择文件，或者浏览器没有发送文件。文件不随草稿保存，请重新选择")
        return self.cleaned_data

    @property
    def from_tray(self) -> list[Received]:
        return [self.waiting[pk] for pk in self.cleaned_data["received"]]

    @property
    def step_and_event(self) -> tuple[str, str]:
        step, _, event = self.cleaned_data["demand"].partition(":")
        return step, event

    @property
    def stated(self) -> dict[str, str]:
        """When, where and with what, as the officer says."""
        data = self.cleaned_data
        said = {
            "taken_at": timezone.localtime(data["taken_at"]).isoformat(),
            "place": data["place"],
            "device": data["device"],
        }
        return {name: value for name, value in said.items() if value}


def _tray_label(one: Received) -> str:
    taken = f"，{timezone.localtime(one.taken_at):%Y-%m-%d %H:%M} 拍摄" if one.taken_at else ""
    return f"{one.name}（{Item.Medium(one.medium).label}{taken}）"


class WaiveForm(ActionForm):
    """不作音像记录的说明."""

    demand = Pick(label="不作音像记录的事项")
    reason = Long(label="理由", max_length=400, help_text="写明文字记录为何能够全面有效记录")

    def __init__(self, *args: Any, waivable: list[Owed], steps: dict[str, str], **options: Any):
        super().__init__(*args, **options)
        self.fields["demand"].choices = [  # type: ignore[attr-defined]
            (f"{one.step}:{one.code}", f"{steps.get(one.step, one.step)}：{one.title}") for one in waivable
        ]

    @property
    def step_and_event(self) -> tuple[str, str]:
        step, _, event = self.cleaned_data["demand"].partition(":")
        return step, event


def demands(matter: Matter) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be recorded, step by step: what the rules ask for first, then anything else of that step."""
    owed: dict[str, list[Owed]] = {}
    for one in matter.recordings():
        owed.setdefault(one.step, []).append(one)
    groups = []
    for code, title in matter.steps():
        choices = [
            (
                f"{code}:{one.code}",
                f"{one.title}（{LEVELS.get(one.strength, one.strength)}，{'已有' if one.met else '缺'}）",
            )
            for one in owed.get(code, [])
        ]
        groups.append((title, [*choices, (f"{code}:", f"{title}：其他证据材料")]))
    return groups


def plain_name(name: str) -> str:
    """A file's name without the characters that nobody sees."""
    return "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}).strip() or "未命名"
