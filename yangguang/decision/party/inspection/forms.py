"""The forms of a request to inspect the file: one line for each item; the head's answer."""

from django import forms

from yangguang.record.models import Item
from yangguang.registry.forms import ActionForm, Long, Pick

from .models import InspectionAnswer, Way


class DraftForm(ActionForm):
    opinion = Long(label="承办人意见", max_length=2000, help_text="写明拟同意或者拟不予提供，供负责人答复")


class AnswerForm(ActionForm):
    outcome = Pick(label="答复", choices=InspectionAnswer.Outcome.choices, widget=forms.RadioSelect)
    ground = Pick(label="不予提供的理由", required=False, help_text="整份申请不予提供的必选")
    opinion = Long(label="答复意见", max_length=2000, help_text="同意或者不予提供的，当事人在网页上看到这段话")


def listing(rows: list[tuple[Item, list[str]]], grounds: tuple[str, ...]) -> type[DraftForm]:
    """A form that asks of every item how it is given, or why not."""
    labels = dict(Way.choices)
    withheld = [(f"withheld:{n}", f"不提供：{ground}") for n, ground in enumerate(grounds)]
    asked = {
        f"way_{n}": Pick(
            label=f"{item.title}{item.number}（{item.get_medium_display()}，{item.on}）",
            choices=[("", "请选择"), *((way, labels[way]) for way in ways), *withheld],
        )
        for n, (item, ways) in enumerate(rows)
    }
    return type("ListingForm", (DraftForm,), {**asked, "field_order": [*asked, "opinion"]})
