"""The forms of lending."""

from typing import Any

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo

from .models import Loan


class LoanForm(ActionForm):
    """申请借阅."""

    way = Pick(label="方式", choices=[("", "请选择"), *Loan.Way.choices])
    purpose = Text(label="用途", help_text="为哪件事借阅")
    until = Day(label="归还日期")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("way", "purpose", "until")}


class AnswerForm(ActionForm):
    """审批借阅."""

    approved = YesNo(label="是否同意借阅")
    opinion = Long(label="意见", max_length=400)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("approved", "opinion")}


class ReturnForm(ActionForm):
    """归还."""

    whole = YesNo(label="清点后是否完整无损")
    note = Text(label="说明", required=False, help_text="不完整的，写明缺损和处理")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("whole", "note")}
