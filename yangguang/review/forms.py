"""Send a draft to legal review; find on each item of the checklist and give the opinion."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from yangguang.record.models import Item
from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text
from yangguang.registry.models import Officer
from yangguang.trail.errors import Refused

from .models import Review
from .queries import CRIME

FINDINGS = [("pass", "符合"), ("problem", "存在问题"), ("not_applicable", "不涉及")]
# A point that is a question of yes or no, not of fitting: 涉嫌犯罪.
ANSWERS = {CRIME: [("pass", "不涉嫌犯罪"), ("problem", "涉嫌犯罪，应当移送"), ("not_applicable", "不涉及")]}
OUTCOMES = {
    Review.Outcome.PASSED: "通过：各项均符合，可以进入事先告知",
    Review.Outcome.REVISE: "修改后再审：退回承办人修改，提出新的一稿再送审",
    Review.Outcome.REFUSED: "不通过：本稿不得据以作出决定",
    Review.Outcome.SUPPLEMENT: "补充材料：材料不齐，退回承办人补齐，再次送审，期限重新起算",
    Review.Outcome.TRANSFER: "移送：不属于本机关管辖，或者涉嫌犯罪",
}


def _ask(item: str) -> str:
    *first, last = [label for _, label in ANSWERS.get(item, FINDINGS)]
    return f"请选择{'、'.join(first)}或者{last}"


class Filter(forms.Form):
    q = forms.CharField(
        label="关键词",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "案件名称、案号、当事人"}),
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class SubmitForm(ActionForm):
    """送审: nothing to type but the promise, and who heads the unit where the pack has that person sign too."""

    unit_head = Pick(
        label="承办机构负责人",
        help_text="与承办人一起对送审材料签字负责；承诺书自动制作，签名后上传扫描件",
        error_messages={"required": "请选择承办机构负责人"},
    )
    declared = forms.BooleanField(
        label="我对送审材料的真实性、准确性、完整性，以及执法的事实、证据、法律适用、程序的合法性负责",
        error_messages={"required": "请作出送审承诺：没有承诺的不能送审"},
    )

    def __init__(self, *args: Any, heads: Sequence[Officer] = (), usual: Officer | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.heads = {str(one.pk): one for one in heads}
        if not heads:
            del self.fields["unit_head"]
            return
        offered = [(pk, f"{one.name}（{one.post}）" if one.post else one.name) for pk, one in self.heads.items()]
        self.fields["unit_head"].choices = [("", "请选择"), *offered]  # type: ignore[attr-defined]
        self.fields["unit_head"].initial = str(usual.pk) if usual else ""

    @property
    def named(self) -> Officer | None:
        return self.heads.get(self.cleaned_data.get("unit_head", ""))


class ReviewForm(ActionForm):
    """审核意见.  Nothing is filled in beforehand: each finding is the reviewer's own.

    **Shape** for each item of the checklist a choice `finding_<item>` and a text `reason_<item>`.
    """

    outcome = Pick(
        label="审核结论", choices=[(one.value, words) for one, words in OUTCOMES.items()], widget=forms.RadioSelect
    )
    opinion = Long(label="审核意见", max_length=4000, help_text="写明结论的理由；退回的，逐点写明怎样修改")
    paper = Pick(label="纸质审核意见的原件", required=False, help_text="已在纸上审核、签字的，选择收入案卷的扫描件")
    paper_on = Day(label="纸质审核的日期", required=False, help_text="原件上签署的日期")

    def __init__(
        self,
        *args: Any,
        checklist: Sequence[dict[str, Any]],
        offered: Mapping[str, Sequence[str]] | None = None,
        papers: Iterable[Item] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.papers = {str(one.pk): one for one in papers}
        self.fields["paper"].choices = [  # type: ignore[attr-defined]
            ("", "没有，在系统中审核"),
            *((pk, f"{one.title}（{one.on}）") for pk, one in self.papers.items()),
        ]
        self.checklist, self.offered = checklist, offered or {}
        for row in checklist:
            self.fields[f"finding_{row['item']}"] = Pick(
                label=row["title"],
                choices=ANSWERS.get(row["item"], FINDINGS),
                widget=forms.RadioSelect,
                error_messages={
                    "required": _ask(row["item"]),
                    "invalid_choice": "没有“%(value)s”这一选项，请重新选择",
                },
            )
            self.fields[f"reason_{row['item']}"] = Text(label=f"理由：{row['title']}", required=False, max_length=1000)
        self.order_fields([*(name for name in self.fields if name.startswith(("finding_", "reason_"))), "outcome"])

    def rows(self) -> list[dict[str, Any]]:
        """Each item with its two fields, for the page."""
        return [
            {
                **row,
                "finding": self[f"finding_{row['item']}"],
                "reason": self[f"reason_{row['item']}"],
                "offered": self.offered.get(row["item"], ()),
            }
            for row in self.checklist
        ]

    def clean(self) -> dict[str, Any]:
        """All that is wrong is said at once; the action says it again."""
        data = self.cleaned_data
        problems = []
        for row in self.checklist:
            found, reason = data.get(f"finding_{row['item']}"), f"reason_{row['item']}"
            silent = not data.get(reason) and reason not in self.errors
            if found == "problem":
                problems.append(row["title"])
                if silent:
                    self.add_error(reason, "存在问题的，写明是什么问题")
            elif found and row["reasoned"] and silent:
                self.add_error(reason, "本地方案要求这一项写明理由")
            if (
                row["item"] == CRIME
                and found == "problem"
                and data.get("outcome") not in (None, Review.Outcome.TRANSFER)
            ):
                self.add_error("outcome", "审核认为涉嫌犯罪的，结论应当是“移送”；不涉嫌犯罪的，改正该项")
        if problems and data.get("outcome") == Review.Outcome.PASSED:
            self.add_error(
                "outcome", f"“{'”“'.join(problems)}”存在问题，不能作出“通过”的结论。改选其他结论，或者改正该项"
            )
        return data

    def on_paper(self) -> dict[str, Any]:
        """The original of a review made on paper; nothing where it is made here."""
        data = self.cleaned_data
        return {"paper": self.papers.get(data.get("paper") or ""), "paper_on": data.get("paper_on")}

    @property
    def of_paper(self) -> bool:
        """Whether the part about a review on paper is shown open: something was said there, or is wrong."""
        return any(self[name].errors or self[name].value() for name in ("paper", "paper_on"))

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
