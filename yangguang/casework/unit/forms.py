"""The opinion of the handling unit."""

from typing import Any

from yangguang.registry.forms import ActionForm, Long, YesNo


class OpinionForm(ActionForm):
    """承办机构意见."""

    agreed = YesNo(label="机构意见", choices=[("yes", "同意"), ("no", "不同意，退回修改")])
    opinion = Long(label="意见", max_length=400, required=False, help_text="不同意的，必须写明理由；不填的记为“同意。”")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("agreed") is False and len((data.get("opinion") or "").strip()) < 2:
            self.add_error("opinion", "不同意的，必须写明理由")
        return data
