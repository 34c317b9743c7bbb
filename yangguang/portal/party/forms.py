"""The forms of the party: to open the page, to state and defend, to ask for a hearing, to confirm an address."""

import re
import unicodedata
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from yangguang.registry.forms import Long, Text, YesNo, visible

CODE = re.compile(r"[0-9A-Z]{10,12}")
SECOND = re.compile(r"[0-9A-Z]{6}|[0-9]{4}")
PHONE = re.compile(r"[0-9][0-9 \-]{5,19}")


def _typed(value: Any) -> str:
    text = visible(str(value or "").strip(), lines=False)
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "").upper()


class OpenForm(forms.Form):
    code = forms.CharField(
        label="查验码或者进度查询码",
        max_length=60,
        help_text="印在告知书、决定书的二维码旁，或者由承办人交给您",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": "请填写文书上的码", "max_length": "这个码太长，请照文书填写"},
    )
    second = forms.CharField(
        label="证件号码后六位，或者手机号后四位",
        max_length=20,
        help_text="个人填身份证号后六位，单位填统一社会信用代码后六位；也可以填在案的手机号后四位",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填写证件号码后六位或者手机号后四位", "max_length": "只填后六位或者后四位"},
    )

    def clean_code(self) -> str:
        code = _typed(self.cleaned_data["code"])
        if not CODE.fullmatch(code):
            raise ValidationError("码是 10 位或者 12 位数字和字母，请照文书填写")
        return code

    def clean_second(self) -> str:
        second = _typed(self.cleaned_data["second"])
        if not SECOND.fullmatch(second):
            raise ValidationError("填证件号码的后六位，或者手机号的后四位")
        return second


class LetterForm(forms.Form):
    """What is handed in.  `once` becomes its number, so that a second press of the button hands in nothing twice."""

    once = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开页面后提交"})
    name = Text(label="提交人姓名", max_length=60, help_text="本人、法定代表人或者代理人")
    phone = Text(label="联系电话", max_length=30)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["once"].initial = uuid.uuid4

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if not PHONE.fullmatch(phone):
            raise ValidationError("电话只能有数字、空格和短横线，例如 13700001234")
        return phone

    def data_(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "once" and value not in (None, "")}


class StatementForm(LetterForm):
    text = Long(
        label="陈述申辩的内容", max_length=10_000, min_length=2, help_text="写明您对事实、理由、依据和拟处理内容的意见"
    )


class HearingForm(LetterForm):
    text = Long(label="听证请求", max_length=4000, min_length=2, help_text="例如：要求举行听证")
    reasons = Long(label="事实和理由", max_length=10_000, min_length=2)
    agent = Text(label="委托代理人", max_length=60, required=False, help_text="没有的不填；可以委托一至二人")


class AddressForm(LetterForm):
    recipient = Text(label="收件人", max_length=60)
    address = Text(label="送达地址", max_length=200, help_text="省、市、县、乡镇、村组或者街道门牌")
    postcode = forms.RegexField(
        r"\A[0-9]{6}\Z", label="邮政编码", required=False, error_messages={"invalid": "邮政编码是 6 位数字"}
    )
    electronic = YesNo(label="是否同意电子送达", help_text="同意的，文书可以发到您的电子邮箱；仍可以要求纸质文书")
    email = forms.EmailField(
        label="电子邮箱", required=False, max_length=100, error_messages={"invalid": "邮箱地址的格式不对"}
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("electronic") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "同意电子送达的，请填写电子邮箱")
        return data


class InspectForm(LetterForm):
    text = Long(
        label="要查阅、复制的材料",
        max_length=2000,
        min_length=2,
        help_text="写明材料的名称；要看全部的，写“全部案卷材料”",
    )


LETTERS: dict[str, type[LetterForm]] = {
    "statement": StatementForm,
    "hearing": HearingForm,
    "address": AddressForm,
    "inspect": InspectForm,
}
