"""The form of the answer."""

from yangguang.registry.forms import ActionForm, Long, YesNo


class AnswerForm(ActionForm):
    """接受或者不接受移送."""

    accepted = YesNo(label="是否接受移送", choices=[("yes", "接受，由本机关办理"), ("no", "不接受，退回移送的机关")])
    reason = Long(label="理由", max_length=400, required=False, help_text="不接受移送的必填：为什么不属于本机关管辖")
