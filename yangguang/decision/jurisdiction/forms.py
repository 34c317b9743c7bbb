"""The forms of a dispute over jurisdiction and of a handover."""

from django import forms

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo

from .models import JurisdictionDispute, JurisdictionTalk

WHOSE = [("yes", "由本案机关管辖"), ("no", "由对方机关管辖")]


class DisputeForm(ActionForm):
    other_scope = Pick(label="对方机关", required=False, help_text="已在本系统登记的，在此选择")
    other = Text(label="对方机关（没有登记的，填全称）", max_length=100, required=False)
    kind = Pick(label="争议", choices=JurisdictionDispute.Kind.choices, widget=forms.RadioSelect)
    facts = Long(label="争议情况", max_length=4000, help_text="违法行为发生地、各自立案的时间和各自的理由")
    on = Day(label="发生日期")


class TalkForm(ActionForm):
    result = Pick(label="协商结果", choices=JurisdictionTalk.Result.choices, widget=forms.RadioSelect)
    text = Long(label="协商情况", max_length=4000)
    on = Day(label="协商日期")


class ReferForm(ActionForm):
    superior = Text(label="共同的上一级行政机关", max_length=100)
    opinion = Long(label="本机关的意见", max_length=4000)


class DesignateForm(ActionForm):
    ours = YesNo(label="指定", choices=WHOSE)
    reason = Long(label="指定的理由", max_length=4000)


class HearForm(ActionForm):
    ours = YesNo(label="指定", choices=WHOSE)
    instrument = Text(label="指定管辖通知书文号", max_length=100)
    on = Day(label="通知书日期")
    reason = Long(label="指定的理由", max_length=4000)


class HandOverForm(ActionForm):
    organ_scope = Pick(
        label="接受移送的机关",
        required=False,
        help_text="已在本系统登记的，在此选择；该机关有人员使用本系统的，在本系统查阅案卷并答复",
    )
    organ = Text(label="接受移送的机关（没有登记的，填全称）", max_length=100, required=False)
    reason = Long(label="移送的理由和依据", max_length=4000)


class ReplyForm(ActionForm):
    accepted = YesNo(label="接受移送")
    instrument = Text(label="回执或者文书的名称、文号", max_length=100)
    on = Day(label="收到日期")
    reason = Long(label="不接受的理由", max_length=4000, required=False, help_text="不接受移送的必填")
