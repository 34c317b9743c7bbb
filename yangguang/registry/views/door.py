"""Sign in, sign out, change the password."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ..models import Account
from ..web import Asked, page

UNSEEN = {"null_characters_not_allowed": "含有看不见的控制字符（U+0000），请删去后重新输入"}


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或者密码不对。连续输错会暂时锁定账号，忘记密码请找安全管理员",
        "inactive": "该账号已停用，请找安全管理员",
    }
    username = forms.CharField(label="用户名", max_length=60, error_messages={"required": "请填写用户名", **UNSEEN})
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码", **UNSEEN},
    )


class SignIn(auth.LoginView):
    """登录: argon2, lockout after repeated failures, the session ends after half an hour of rest."""

    template_name = "registry/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        target = self.get_redirect_url()
        return super().get_context_data(**given) | {"next": target, "returning": bool(target)}

    def get_success_url(self) -> str:
        account = self.request.user
        if isinstance(account, Account) and account.must_change:
            return reverse("registry:password")
        return super().get_success_url()


def signed_in(request: HttpRequest) -> HttpResponse:
    """Says that the session lives again, to a page that was left open while it had ended."""
    return render(request, "registry/signed_in.html")


SHORTEST = 10


class PasswordForm(PasswordChangeForm):
    error_messages = {
        "password_incorrect": "原密码不对",
        "password_mismatch": "两次输入的新密码不一致",
    }

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["old_password"].label = "原密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password1"].help_text = f"至少 {SHORTEST} 个字符，不能是常见密码，不能与用户名相近"
        for name, field in self.fields.items():
            field.error_messages["required"] = f"请填写{field.label}"
            field.widget.attrs.pop("autofocus", None)
            field.widget.attrs["data-nokeep"] = ""
            if name != "new_password1":
                field.help_text = ""

    def clean_new_password1(self) -> str:
        chosen = self.cleaned_data["new_password1"]
        if len(chosen) < SHORTEST:  # said here, because Django has no Chinese for it
            raise forms.ValidationError(f"新密码太短：至少 {SHORTEST} 个字符，现有 {len(chosen)} 个")
        if self.user.check_password(chosen):
            raise forms.ValidationError("新密码与原密码相同，请换一个")
        return chosen


@page()
def password(request: Asked) -> HttpResponse:
    """修改密码: other sessions of the account end with it."""
    account = request.caller.account
    form = PasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account.must_change = False
        update_session_auth_hash(request, form.save())  # not a fact: only the hash of the new password is kept
        messages.success(request, "密码已修改，其他地方的登录已失效")
        return redirect("workbench:inbox")
    return render(
        request,
        "registry/password.html",
        {"form": form, "must": account.must_change},
        status=422 if form.errors else 200,
    )
