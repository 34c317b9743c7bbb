"""Send a draft to legal review; find on each item of the checklist and give the opinion."""

from collections.abc import Sequence
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Long, Pick, Text
from yangguang.trail.errors import Refused

from .models import Review

FINDINGS = [("pass", "符合"), ("problem", "存在问题"), ("not_applicable", "不涉及")]
OUTCOMES = {
    Review.Outcome.PASSED: "通过：各项均符合，可以进入事先告知",
    Review.Outcome.REVISE: "修改后再审：退回承办人修改，提出新的一稿再送审",
    Review.Outcome.REFUSED: "不通过：本稿不得据以作出决定",
    Review.Outcome.SUPPLEMENT: "补充材料：材料不齐，补齐后继续审核本稿",
    Review.Outcome.TRANSFER: "移送：不属于本机关管辖，或者涉嫌犯罪",
}


class Filter(forms.Form):
    q = forms.CharField(
        label="关键词",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "案件名称、案号、当事人"}),
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class SubmitForm(ActionForm):
    """送审: nothing to type but the promise."""

    declared = forms.BooleanField(
        label="我对送审材料的真实性、准确性、完整性，以及执法的事实、证据、法律适用、程序的合法性负责",
        error_messages={"required": "请作出送审承诺：没有承诺的不能送审"},
    )


class ReviewForm(ActionForm):
    """审核意见.  Nothing is filled in beforehand: each finding is the reviewer's own.

    **Shape** for each item of the checklist a choice `finding_<item>` and a text `reason_<item>`.
    """

    outcome = Pick(
        label="审核结论", choices=[(one.value, words) for one, words in OUTCOMES.items()], widget=forms.RadioSelect
    )
    opinion = Long(label="审核意见", max_length=4000, help_text="写明结论的理由；退回的，逐点写明怎样修改")

    def __init__(self, *args: Any, checklist: Sequence[dict[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.checklist = checklist
        for row in checklist:
            self.fields[f"finding_{row['item']}"] = Pick(
                label=row["title"],
                choices=FINDINGS,
                widget=forms.RadioSelect,
                error_messages={
                    "required": "请选择符合、存在问题或者不涉及",
                    "invalid_choice": "没有“%(value)s”这一选项，请重新选择",
                },
            )
            self.fields[f"reason_{row['item']}"] = Text(
                label=f"理由：{row['title']}",
                required=False,
                max_length=1000,
                widget=forms.TextInput(attrs={"placeholder": "理由（存在问题时必填）"}),
            )
        self.order_fields([*(name for name in self.fields if name.startswith(("finding_", "reason_"))), "outcome"])

    def rows(self) -> list[dict[str, Any]]:
        """Each item with its two fields, for the page."""
        return [
            {**row, "finding": self[f"finding_{row['item']}"], "reason": self[f"reason_{row['item']}"]}
            for row in self.checklist
        ]

    def clean(self) -> dict[str, Any]:
        """All that is wrong is said at once; the action says it again."""
        data = self.cleaned_data
        problems = []
        for row in self.checklist:
            if data.get(f"finding_{row['item']}") == "problem":
                problems.append(row["title"])
                if not data.get(f"reason_{row['item']}") and f"reason_{row['item']}" not in self.errors:
                    self.add_error(f"reason_{row['item']}", "存在问题的，写明是什么问题")
        if problems and data.get("outcome") == Review.Outcome.PASSED:
            self.add_error(
                "outcome", f"“{'”“'.join(problems)}”存在问题，不能作出“通过”的结论。改选其他结论，或者改正该项"
            )
        return data

    def findings(self) -> dict[str, dict[str, str]]:
        data = self.cleaned_data
        return {
            row["item"]: {
                "finding": data.get(f"finding_{row['item']}") or "",
                "reason": data.get(f"reason_{row['item']}") or "",
            }
            for row in self.checklist
        }

    def _refuse(self, refused: Refused) -> None:
        if f"finding_{refused.field}" in self.fields:
            refused.field = f"finding_{refused.field}"
        super()._refuse(refused)
