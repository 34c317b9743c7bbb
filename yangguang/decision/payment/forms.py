"""The forms of payment."""

from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo, Yuan

from .models import CourtOutcome, Deferral

INSTALMENTS = 12  # parts offered on one page; empty ones are left out


class AskDeferralForm(ActionForm):
    kind = Pick(label="申请事项", choices=Deferral.Kind.choices, widget=forms.RadioSelect)
    plan = Long(label="申请的期限或者分期计划")
    reason = Long(label="经济困难的情况和证明")
    on = Day(label="申请日期")


class AnswerDeferralForm(ActionForm):
    granted = YesNo(label="准许")
    opinion = Long(label="理由", max_length=400)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        for n in range(INSTALMENTS):
            self.fields[f"due_{n}"] = Day(label=f"第 {n + 1} 期缴纳日期", required=False)
            self.fields[f"amount_{n}"] = Yuan(label=f"第 {n + 1} 期金额（元）", required=False)

    def clean(self) -> dict[str, Any]:
        data, rows = self.cleaned_data, []
        for n in range(INSTALMENTS):
            due, amount = data.get(f"due_{n}"), data.get(f"amount_{n}")
            if due is None and not amount:
                continue
            for name, value in ((f"due_{n}", due), (f"amount_{n}", amount)):
                if not value and name not in self.errors:
                    self.add_error(name, f"第 {n + 1} 期的日期和金额都要填写；不用的请整期清空")
            rows.append({"due_on": due.isoformat() if due else "", "amount": amount})
        return {**data, "instalments": rows}


class SurchargeForm(ActionForm):
    amount_fen = Yuan(label="缴纳的加处罚款（元）")
    on = Day(label="缴纳日期", help_text="按票据填写；加处罚款计算到这一天")
    receipt_no = Text(label="票据号", max_length=60)


class ReliefForm(ActionForm):
    amount_fen = Yuan(label="减免的加处罚款（元）")
    reason = Long(label="理由", max_length=400, help_text="写明执行协议、当事人采取的补救措施")


class DemandForm(ActionForm):
    due_on = Day(label="催告的履行期限")


class CourtForm(ActionForm):
    court = Text(label="受申请的人民法院", max_length=100)


class CourtOutcomeForm(ActionForm):
    result = Pick(label="结果", choices=[("", "请选择"), *CourtOutcome.Result.choices])
    instrument = Text(label="文书名称和文号", max_length=100)
    on = Day(label="文书日期")
    note = Long(label="说明", max_length=400, required=False)
