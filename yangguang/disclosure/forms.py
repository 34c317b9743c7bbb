"""The forms of the disclosure desk: settle every mark, publish, report an error, correct, take down."""

from collections.abc import Sequence
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text
from yangguang.trail.errors import Refused

from . import redaction
from .actions import SECRECY, WORDING, Leak, NotConfirmed
from .redaction import GROUNDS, Mark

ROWS = 4  # words to hide besides; more than are filled in are always offered
BY_HAND = [("", "请选择理由"), *GROUNDS.items()]


class Filter(forms.Form):
    q = forms.CharField(
        label="关键词",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "案件名称、文书号、当事人"}),
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class MarksForm(ActionForm):
    """Every proposed mark confirmed, or declined with a reason; and words to hide besides.

    **Shape** for each mark a tick `hide_<id>` and a reason `why_<id>`; rows `words_<n>`, `ground_<n>`.
    """

    secrecy_checked = forms.BooleanField(
        label="已进行保密审查：拟公示内容不涉及国家秘密、商业秘密，涉及处已经隐去",
        required=False,
    )
    secrecy = Long(
        label="保密审查意见",
        required=False,
        max_length=1000,
        help_text=f"不填即为“{SECRECY}”",
    )

    def __init__(self, *args: Any, marks: Sequence[Mark], by_hand: Sequence[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.marks = list(marks)
        for mark in self.marks:
            self.fields[f"hide_{mark.id}"] = forms.BooleanField(label="确认隐去", required=False)
            self.fields[f"why_{mark.id}"] = Text(label="不隐去的理由", required=False, max_length=200)
        filled = sum(bool(self.data.get(f"words_{n}")) for n in range(50)) if self.is_bound else len(by_hand)
        self.rows_offered = min(max(ROWS, filled + 1), 50)
        for n in range(self.rows_offered):
            words, ground = by_hand[n] if n < len(by_hand) else ("", "")
            self.fields[f"words_{n}"] = Text(
                label=f"另外隐去的文字 {n + 1}", required=False, max_length=200, initial=words
            )
            self.fields[f"ground_{n}"] = Pick(label=f"理由 {n + 1}", required=False, choices=BY_HAND, initial=ground)

    def settled(self) -> list[dict[str, Any]]:
        """Each mark with its two fields, for the page."""
        return [{"mark": mark, "hide": self[f"hide_{mark.id}"], "why": self[f"why_{mark.id}"]} for mark in self.marks]

    def more(self) -> list[tuple[Any, Any]]:
        return [(self[f"words_{n}"], self[f"ground_{n}"]) for n in range(self.rows_offered)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for mark in self.marks:
            why = (data.get(f"why_{mark.id}") or "").strip()
            if data.get(f"hide_{mark.id}") and why:
                self.add_error(f"why_{mark.id}", "已确认隐去，又写了不隐去的理由：请只留一样")
            elif why and len(why) < 4:
                self.add_error(f"why_{mark.id}", "理由至少四个字，写明为何可以公开")
        for n in range(self.rows_offered):
            words, ground = data.get(f"words_{n}"), data.get(f"ground_{n}")
            if words and not ground and f"ground_{n}" not in self.errors:
                self.add_error(f"ground_{n}", "请选择隐去的理由")
            elif ground and not words and f"words_{n}" not in self.errors:
                self.add_error(f"words_{n}", "请填写要隐去的文字，或者清空理由")
        return data

    def decisions(self) -> dict[str, Any]:
        """What was settled, as the action takes it; of a form with errors what can be read."""
        data = self.cleaned_data
        rows = ((data.get(f"words_{n}") or "", data.get(f"ground_{n}") or "") for n in range(self.rows_offered))
        return {
            "confirmed": {mark.id for mark in self.marks if data.get(f"hide_{mark.id}")},
            "declined": {mark.id: why for mark in self.marks if (why := data.get(f"why_{mark.id}") or "")},
            "added": [(words, ground) for words, ground in rows if words and ground],
        }

    def _refuse(self, refused: Refused) -> None:
        """A refusal stands at its field: at every mark nobody settled, at the words that are not there."""
        super()._refuse(refused)
        data = self.cleaned_data
        if isinstance(refused, NotConfirmed) and any(mark.id == refused.field for mark in self.marks):
            for mark in self.marks:
                if not data.get(f"hide_{mark.id}") and not data.get(f"why_{mark.id}"):
                    self.add_error(f"hide_{mark.id}", "请确认隐去，或者写明不隐去的理由")
        elif isinstance(refused, NotConfirmed) and refused.field == "added":
            for n in range(self.rows_offered):
                words = data.get(f"words_{n}")
                if words and words in refused.message:
                    self.add_error(f"words_{n}", f"{refused.message}。{refused.mend}")
        elif isinstance(refused, Leak) and not refused.field:
            for mark in self.marks:
                if data.get(f"why_{mark.id}") and redaction.GROUNDS[mark.ground] in refused.message:
                    self.add_error(f"why_{mark.id}", f"{refused.message}。{refused.mend}")


class PublishForm(MarksForm):
    until = Day(label="公示截止日", required=False, help_text="长期公示的不填")


class WithholdForm(ActionForm):
    """不予公开: the law where the list does not name it already, and why it concerns this decision."""

    basis = Text(label="规定不予公开的法律、法规及条款", max_length=400, help_text="写成“《……法》第……条”")
    reason = Long(label="理由", max_length=400, help_text="写明这一决定为何属于该条规定的情形；不对外公开")

    def __init__(self, *args: Any, named: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        if named:
            del self.fields["basis"]  # the line of the list names it


class ErrorForm(ActionForm):
    what = Long(label="哪里不准确", max_length=400, help_text="写明公示上的原文和应为的内容")
    found_on = Day(label="发现日期", help_text="更正期限从这一天起算")


class CorrectForm(MarksForm):
    """更正: the public wording of the summary, what was corrected, and every mark confirmed anew."""

    note = Text(label="更正说明", max_length=400, help_text="随更正版一并公开，例如“案由更正为……”")
    summary_party = Text(label="执法对象（公开写法）", max_length=200)
    summary_cause = Text(label="案由", max_length=200)
    summary_conclusion = Long(label="执法结论", max_length=1000)
    summary_basis = Long(label="依据", max_length=2000)

    def __init__(self, *args: Any, summary: dict[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.summary = summary
        for name in WORDING:
            self.fields[f"summary_{name}"].initial = summary[name]

    def wording(self) -> dict[str, str]:
        """The public wording that differs from what is shown now."""
        data = self.cleaned_data
        typed = {name: (data.get(f"summary_{name}") or "").strip() for name in WORDING}
        return {name: words for name, words in typed.items() if words and words != self.summary[name]}


class TakeDownForm(ActionForm):
    reason = Long(label="撤下的理由", max_length=400, help_text="会在门户原处公开，不要写个人信息")
