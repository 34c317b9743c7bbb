"""The forms of reconsideration and litigation."""

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo, Yuan

from .models import Remedy, RemedyResult


class OpenForm(ActionForm):
    kind = Pick(label="种类", choices=Remedy.Kind.choices, widget=forms.RadioSelect)
    organ = Text(label="复议机关或者人民法院", max_length=100)
    number = Text(label="案号", max_length=60)
    on = Day(label="申请或者起诉日期")
    stopped = YesNo(label="停止执行", help_text="复议、诉讼期间不停止执行，法律另有规定的除外")
    stopped_because = Text(label="停止执行的依据", required=False)


class ResultForm(ActionForm):
    outcome = Pick(
        label="结果", choices=[("", "请选择"), *RemedyResult.Outcome.choices], help_text="只登记已经生效的决定、裁判"
    )
    instrument = Text(label="文书名称和文号", max_length=100)
    on = Day(label="文书日期")
    received_on = Day(label="收到日期")
    fine_fen = Yuan(label="变更后的罚没款（元）", required=False, help_text="变更的必填")
    reason = Long(label="理由", max_length=4000, help_text="不利于原决定的，将在门户公开说明，不要写个人信息")


class RefundForm(ActionForm):
    amount_fen = Yuan(label="退还金额（元）")
    on = Day(label="退还日期")
    receipt_no = Text(label="退库凭证号", max_length=60)


class AccountForm(ActionForm):
    to = Text(label="提请机构", max_length=100, help_text="有权追究责任的机构")
    finding = Long(label="责任认定和处理意见", max_length=4000)
