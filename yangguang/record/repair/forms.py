"""The forms of an order to mend a record."""

from collections.abc import Iterable
from typing import Any

from yangguang.registry.forms import ActionForm, Day, Long, Pick, YesNo

from ..models import Item
from .models import RepairOrder


class _OfItems(ActionForm):
    none = ""

    def __init__(self, *args: Any, items: Iterable[Item], **options: Any):
        super().__init__(*args, **options)
        self.items = {str(one.pk): one for one in items}
        choices = [(key, f"{one.title}（{one.get_medium_display()}，{one.on}）") for key, one in self.items.items()]
        self.fields["item"].choices = [("", self.none), *choices]  # type: ignore[attr-defined]


class OrderForm(_OfItems):
    """责令改正."""

    none = "（应有而没有的，不选）"
    kind = Pick(label="问题", choices=[("", "请选择"), *RepairOrder.Kind.choices])
    item = Pick(label="哪一件记录", required=False)
    ground = Long(label="查明的情况", max_length=400, help_text="哪一处、与哪项要求不符")
    demand = Long(label="改正要求", max_length=400, help_text="原记录不得更改：写明须另作更正、补录还是说明")
    due_on = Day(label="改正期限")

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: data[name] for name in ("kind", "ground", "demand", "due_on")}
        return {**found, "item": self.items.get(data["item"])}


class ReplyForm(_OfItems):
    """报告改正情况."""

    none = "（不能补录的，不选，在下面写明原因）"
    item = Pick(label="改正后的记录", required=False, help_text="先在案卷里更正文书或者补充收存，再在这里选择")
    text = Long(label="改正情况", max_length=400)

    def given(self) -> dict[str, Any]:
        return {"item": self.items.get(self.cleaned_data["item"]), "text": self.cleaned_data["text"]}


class AnswerForm(ActionForm):
    """验收."""

    accepted = YesNo(label="是否合格")
    opinion = Long(label="意见", max_length=400)
    due_on = Day(label="重新改正的期限", required=False, help_text="退回的填写")

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("accepted", "opinion", "due_on")}
