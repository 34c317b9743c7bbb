"""The forms of a transfer to the police."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo

from .models import CrimeFollowUp


class ReportForm(ActionForm):
    suspected = Text(label="涉嫌罪名", max_length=100)
    facts = Long(label="案件情况", max_length=8000)
    reason = Long(label="移送的理由和依据", help_text="写明刑法条款和立案追诉标准")


class AnswerForm(ActionForm):
    approved = YesNo(label="批准移送")
    opinion = Long(label="意见", max_length=400, help_text="不批准的，写明理由，记录在案")


class TransferForm(ActionForm):
    organ = Text(label="接受移送的公安机关", max_length=100)
    materials = Long(label="移送材料", help_text="每行一份，例如“涉嫌犯罪案件情况的调查报告”")
    goods = Long(label="涉案物品", required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        lines = [line.strip() for line in (data.get("materials") or "").splitlines()]
        return {**data, "materials": [{"name": line[:200]} for line in lines if line]}


class ReplyForm(ActionForm):
    opened = YesNo(label="公安机关立案", help_text="不予立案，或者立案后退回的，选“否”")
    instrument = Text(label="通知书文号", max_length=100)
    received_on = Day(label="接到日期")
    reason = Long(label="不予立案或者退回的理由", required=False)


class FollowForm(ActionForm):
    how = Pick(label="办理", choices=CrimeFollowUp.How.choices, widget=forms.RadioSelect)
    on = Day(label="日期")
    note = Long(label="办理情况", max_length=400)
