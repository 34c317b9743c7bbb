"""The forms of a live recording: what it is of, why it broke off, and ending a key."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Long, Pick, Text
from yangguang.registry.models import Device

from ..coverage import Hole
from ..forms import demands
from ..queries import Matter


class LiveForm(ActionForm):
    """现场录制: said before the camera runs."""

    demand = Pick(label="属于哪一环节、哪项记录")
    medium = Pick(label="录什么", choices=[("video", "录像（画面和声音）"), ("audio", "只录音")], initial="video")
    title = Text(label="题名", max_length=100, help_text="例如“现场检查录像”")
    place = Text(label="地点")
    note = Long(label="证明对象", required=False, max_length=400, help_text="可以不填")

    def __init__(self, *args: Any, matter: Matter, **options: Any):
        super().__init__(*args, **options)
        self.fields["demand"].choices = demands(matter)  # type: ignore[attr-defined]

    @property
    def step_and_event(self) -> tuple[str, str]:
        step, _, event = self.cleaned_data["demand"].partition(":")
        return step, event


class Beginning(forms.Form):
    """What the device adds by itself."""

    t = forms.IntegerField(min_value=0, max_value=2**53)
    nonce = forms.RegexField(r"^[0-9a-f]{64}$")
    size = forms.IntegerField(min_value=0, max_value=2**53)
    signature = forms.RegexField(r"^[0-9a-f]{128}$")
    public_key = forms.RegexField(r"^[0-9a-f]{64}$")
    stamp = forms.UUIDField()
    mime = forms.CharField(max_length=60)


class KeyForm(forms.Form):
    """登记本机: the name of the device, and what the device adds by itself."""

    label = Text(label="设备名称", max_length=60, help_text="例如“张卫国的手机”")
    device = Pick(label="登记的装备", required=False, help_text="本机是登记在册的执法装备时选择")
    challenge = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
    size = forms.IntegerField(min_value=0, max_value=2**53, required=False)
    signature = forms.RegexField(r"^[0-9a-f]{128}$", required=False)
    public_key = forms.RegexField(r"^[0-9a-f]{64}$", required=False)

    def __init__(self, *args: Any, devices: list[Device], **options: Any):
        super().__init__(*args, **options)
        self.fields["device"].choices = [  # type: ignore[attr-defined]
            ("", "不是登记在册的装备"),
            *((str(one.key), str(one)) for one in devices),
        ]


class ReasonForm(ActionForm):
    """说明理由."""

    reason = Long(label="理由", max_length=400, help_text="写明当时的情况，例如“当事人要求暂停，接听急救电话”")


class EndKeyForm(ActionForm):
    """停用设备密钥."""

    reason = Text(label="理由", help_text="例如“手机遗失”“人员调离”")


class ExplainForm(ReasonForm):
    """说明没有录到的时段: one of those that are open."""

    hole = Pick(label="哪一段")

    field_order = ("hole", "reason")

    def __init__(self, *args: Any, holes: list[tuple[Hole, str]], **options: Any):
        super().__init__(*args, **options)
        self.holes = {key(hole): hole for hole, _ in holes}
        self.fields["hole"].choices = [(key(hole), words) for hole, words in holes]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Hole:
        return self.holes[self.cleaned_data["hole"]]


def key(hole: Hole) -> str:
    """A hole as the value of a choice."""
    return f"{hole.kind}/{hole.start.isoformat() if hole.start else ''}/{hole.end.isoformat() if hole.end else ''}"
