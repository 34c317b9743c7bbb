"""The forms of the tray."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Long, Text

from ..forms import Files


class TrayForm(forms.Form):
    """上传到待归入: several files, without a case yet; used where the browser runs no script."""

    files = Files(label="拍摄或者选择文件", help_text="照片、录像、录音或 PDF，可以多选")  # type: ignore[assignment]

    def __init__(self, *args: Any, over_limit: str = "", **options: Any):
        super().__init__(*args, **options)
        self.over_limit = over_limit

    def clean(self) -> dict[str, Any]:
        if self.over_limit:
            self.errors.pop("files", None)
            self.add_error("files", f"文件 {self.over_limit} 超过一次提交的上限，上传已停止，本次的文件都没有收存")
        return self.cleaned_data


class SetAsideForm(ActionForm):
    """不归入任何案卷."""

    reason = Long(label="不归入的理由", max_length=400, help_text="例如“试录”“与案件无关的误录”")


class FindForm(forms.Form):
    """Which of the own cases."""

    q = Text(label="案件名称、案号、当事人", required=False, max_length=80)
