"""Sign in, sign out, change the password, and the lists of bodies, officers and powers."""

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from . import queries
from .web import Asked, page


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或者密码不对。连续输错会暂时锁定账号，忘记密码请找安全管理员",
        "inactive": "该账号已停用，请找安全管理员",
    }
    username = forms.CharField(label="用户名", max_length=60, error_messages={"required": "请填写用户名"})
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请填写密码"},
    )


class SignIn(auth.LoginView):
    """登录: argon2, lockout after repeated failures, the session ends after half an hour of rest."""

    template_name = "registry/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


def signed_in(request: HttpRequest) -> HttpResponse:
    """Says that the session lives again, to a page that was left open while it had ended."""
    return render(request, "registry/signed_in.html")


class PasswordForm(PasswordChangeForm):
    error_messages = {
        "password_incorrect": "原密码不对",
        "password_mismatch": "两次输入的新密码不一致",
    }


@page()
def password(request: Asked) -> HttpResponse:
    """修改密码."""
    form = PasswordForm(request.caller.account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = form.save()
        update_session_auth_hash(request, account)
        return redirect("workbench:inbox")
    return render(request, "registry/password.html", {"form": form})


@page()
def bodies(request: Asked) -> HttpResponse:
    rows = queries.bodies(timezone.localdate()).filter(queries.below(request.caller.scope))
    return render(request, "registry/bodies.html", {"rows": rows})


@page()
def officers(request: Asked) -> HttpResponse:
    """人员, each with the standing of the certificate today."""
    today = timezone.localdate()
    return render(request, "registry/officers.html", {"rows": queries.staff(request.caller.scope, today), "today": today})


@page()
def powers(request: Asked) -> HttpResponse:
    rows = queries.powers_below(request.caller.scope, timezone.localdate())
    return render(request, "registry/powers.html", {"rows": rows})
