"""Choose what is piloted, mark a key pilot unit, narrow the list of bodies."""

from collections.abc import Sequence
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Pick, Text


class Find(forms.Form):
    """What narrows the bodies, kept in the address."""

    q = forms.CharField(label="机关", required=False, max_length=100)
    key = forms.ChoiceField(label="范围", required=False, choices=[("", "全部机关"), ("1", "重点试点单位")])


class ChooseForm(ActionForm):
    """选择试点种类."""

    kinds = forms.MultipleChoiceField(
        label="试点的执法行为",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择试点的执法行为", "invalid_choice": "没有“%(value)s”这一种类"},
    )
    since = Day(label="自何日起")
    note = Text(label="说明", required=False, max_length=200)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kinds", "since", "note")}


class MarkForm(ActionForm):
    """标记重点试点单位."""

    unit = Pick(
        label="方案中的名称", required=False, help_text="机构改革后名称不同的，选方案列的原名称；取消标记的选“不是”"
    )
    since = Day(label="自何日起")
    note = Text(label="说明", required=False, max_length=200, help_text="例如：机构改革后由本机关承接")

    def __init__(self, *args: Any, units: Sequence[str], **options: Any):
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", "不是重点试点单位"), *((one, one) for one in units)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("unit", "since", "note")}
