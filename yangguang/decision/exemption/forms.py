"""The forms of a decision to give no penalty."""

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, YesNo

from .models import ExemptionRequest


class RequestForm(ActionForm):
    reason = Pick(label="不予处罚的情形", choices=ExemptionRequest.Reason.choices, widget=forms.RadioSelect)
    ended_on = Day(
        label="违法行为终了之日",
        required=False,
        help_text="以不满十四周岁、超过时效为由的必填；有连续或者继续状态的，填行为终了之日",
    )
    facts = Long(label="查明的事实", max_length=8000)
    why = Long(label="理由", max_length=4000, help_text="写明符合该情形的事实、证据和法律条款")
    education = Long(
        label="教育内容",
        max_length=4000,
        required=False,
        help_text="违法事实不能成立的不填；其余必填：对当事人作了哪些教育；未成年人、不能辨认或者不能控制行为的，写明责令监护人管教、看管和治疗的情况",
    )


class AnswerForm(ActionForm):
    approved = YesNo(label="不予行政处罚")
    opinion = Long(label="意见", max_length=400, help_text="退回的，写明理由")
