"""The forms of passkeys; what the device adds is filled in by the page's own script."""

from django import forms as django_forms

from yangguang.registry import forms as fields

from . import ceremony


def _answer() -> django_forms.CharField:
    return django_forms.CharField(
        widget=django_forms.HiddenInput,
        required=False,
        max_length=ceremony.MOST,
        error_messages={"max_length": "通行密钥的应答过大，请刷新页面后重新操作"},
    )


class RegisterForm(fields.ActionForm):
    """登记通行密钥."""

    label = fields.Text(label="名称", max_length=60, help_text="例如“办公室电脑”“工作手机”，便于以后辨认")
    answer = _answer()


class SignForm(fields.ActionForm):
    """用通行密钥签名."""

    who = fields.Pick(label="以什么身份签名")
    answer = _answer()


class RevokeForm(fields.ActionForm):
    """停用通行密钥."""

    reason = fields.Text(label="理由", help_text="例如“手机遗失”“人员调离”")
