"""账号: the system administrator opens and stops them, the security administrator grants roles, the auditor looks."""

import secrets
from typing import Any

from axes.utils import reset
from django import forms as plain
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.trail import queries as trail

from .. import access, actions, forms, keyset, queries
from ..forms import Pick, Text
from ..forms.fields import ActionForm
from ..forms.registers import Chosen
from ..models import Account, AccountChange, Role, RoleGrant, Unit
from ..web import Asked, page
from .registers import form_page, posted

READERS = access.READERS["account"]
# Left out: letters and figures that are read for one another.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def first_password() -> str:
    """A password for the first sign-in, shown once."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


class Filter(plain.Form):
    q = plain.CharField(label="用户名、姓名", required=False, max_length=60)
    state = plain.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("active", "启用"), ("stopped", "停用")]
    )


class AccountForm(ActionForm):
    officer = Chosen(label="人员", help_text="先在“执法人员”中登记")
    username = plain.RegexField(
        r"^[A-Za-z0-9_.-]{2,60}$",
        label="用户名",
        error_messages={"required": "请填写", "invalid": "2 至 60 个字母、数字、点、横线"},
    )


class NoteForm(ActionForm):
    note = Text(label="原因")


class RoleForm(ActionForm):
    role = Pick(label="角色", choices=[("", "请选择"), *Role.choices])
    granted = Pick(label="办理", choices=[("yes", "授予"), ("no", "收回")])
    unit = Chosen(label="所任承办机构", required=False, help_text="只有承办机构负责人要选")


@page(*READERS)
def accounts(request: Asked) -> HttpResponse:
    """账号: everybody who can sign in, with the roles held now."""
    form = Filter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    found = queries.accounts(request.caller)
    if q := asked.get("q", "").strip():
        found = found.filter(username__icontains=q) | found.filter(officer__name__icontains=q)
    if asked.get("state"):
        found = found.filter(is_active=asked["state"] == "active")
    shown = keyset.page(found, request.GET, ("username",))
    held = queries.roles_held([one.pk for one in shown.rows])
    return render(
        request,
        "registry/accounts.html",
        {
            "form": form,
            "page": shown,
            "rows": [{"it": one, "roles": held.get(one.pk, [])} for one in shown.rows],
            "may": access.barred(request.caller, "account") is None,
        },
    )


@page(*READERS)
def account(request: Asked, pk: int) -> HttpResponse:
    """一个账号: its roles and everything that was done to it."""
    it, caller = _one(request, pk), request.caller
    return render(
        request,
        "registry/account.html",
        {
            "it": it,
            "roles": queries.roles_held([it.pk]).get(it.pk, []),
            "history": _history(it),
            "may_role": access.barred(caller, "role", it.officer.scope),
            "may_account": access.barred(caller, "account", it.officer.scope),
            "may_password": access.barred(caller, "password", it.officer.scope),
            "own": it.officer.key == caller.officer.key,
        },
    )


@page(*access.WRITERS["account"].roles)
def account_new(request: Asked) -> HttpResponse:
    """开立账号."""
    caller, today = request.caller, timezone.localdate()
    form = AccountForm(posted(request))
    form.fields["officer"].offer(list(queries.people_below(caller.scope, today)), "请选择")  # type: ignore[attr-defined]
    form.fields["officer"].choices = [  # type: ignore[attr-defined]
        ("", "请选择"),
        *((pk, f"{one.name}（{one.body.name}）") for pk, one in form.fields["officer"].rows.items()),  # type: ignore[attr-defined]
    ]
    if request.method == "POST" and form.is_valid():
        data, password = form.cleaned_data, first_password()
        access.must_write(caller, "account", data["officer"].scope)
        done = form.run(
            actions.create_account,
            by=caller.officer,
            at=forms.now(),
            officer=data["officer"],
            username=data["username"],
            password=password,
        )
        if done is not None:
            return _told(request, done, password, "账号已开立，请安全管理员授予角色")
    return form_page(
        request,
        form,
        title="开立账号",
        lead="首次登录须改密码；角色由安全管理员另行授予",
        back=reverse("registry:accounts"),
        crumb=("账号", reverse("registry:accounts")),
        submit="开立",
    )


@page(*access.WRITERS["password"].roles)
def account_reset(request: Asked, pk: int) -> HttpResponse:
    """重置密码 and unlock."""
    it = _one(request, pk)
    access.must_write(request.caller, "password", it.officer.scope)
    form = NoteForm(posted(request), seen=trail.head(_chain(it)))
    if request.method == "POST" and form.is_valid():
        password = first_password()
        done = form.run(
            actions.reset_password,
            by=request.caller.officer,
            at=forms.now(),
            account=it,
            password=password,
            note=form.cleaned_data["note"],
        )
        if done is not None:
            if not form.repeated:
                reset(username=it.username)
            return _told(request, done, password, "密码已重置，原来的登录已失效")
    return _page(request, form, it, f"重置密码：{it.username}", "重置", "下次登录须改密码；因连续输错被锁定的同时解锁")


@page(*access.WRITERS["account"].roles)
def account_switch(request: Asked, pk: int) -> HttpResponse:
    """停用、恢复账号."""
    it = _one(request, pk)
    access.must_write(request.caller, "account", it.officer.scope)
    form = NoteForm(posted(request), seen=trail.head(_chain(it)))
    verb = "停用" if it.is_active else "恢复启用"
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.switch_account,
            by=request.caller.officer,
            at=forms.now(),
            account=it,
            active=not it.is_active,
            note=form.cleaned_data["note"],
        )
        if done is not None:
            messages.success(request, f"账号“{it.username}”已{verb}")
            return redirect("registry:account", pk=it.pk)
    return _page(request, form, it, f"{verb}：{it.username}", verb, "停用后不能登录；以前的办理记录不受影响")


@page(*access.WRITERS["role"].roles)
def account_role(request: Asked, pk: int) -> HttpResponse:
    """授予、收回角色."""
    it = _one(request, pk)
    access.must_write(request.caller, "role", it.officer.scope)
    form = RoleForm(posted(request), seen=trail.head(_chain(it)))
    units = queries.in_force(Unit, timezone.localdate()).filter(scope=it.officer.scope).order_by("name")
    form.fields["unit"].offer(list(units), "不是承办机构负责人")  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.grant_role,
            by=request.caller.officer,
            at=forms.now(),
            account=it,
            role=data["role"],
            granted=data["granted"] == "yes",
            unit=data["unit"] or None,
        )
        if done is not None:
            word = "授予" if data["granted"] == "yes" else "收回"
            messages.success(request, f"已{word}“{it.username}”的角色：{Role(data['role']).label}")
            return redirect("registry:account", pk=it.pk)
    return _page(
        request,
        form,
        it,
        f"角色：{it.username}",
        "办理",
        "系统管理员、安全管理员、审计管理员不得由一人兼任；不得办理自己的角色",
    )


# ---- inside ----------------------------------------------------------------------------------------------------------


def _one(request: Asked, pk: int) -> Account:
    return get_object_or_404(queries.accounts(request.caller), pk=pk)


def _chain(it: Account) -> str:
    return f"account:{it.pk}"


def _history(it: Account) -> list[dict[str, Any]]:
    """Everything done to an account, newest first, and by whom."""
    facts = queries.account_facts(it)
    writers = queries.written_by(facts)
    told = []
    for fact in facts:
        by = writers[fact.ref][1] if fact.ref in writers else ""
        if isinstance(fact, RoleGrant):
            what, note = f"{'授予' if fact.granted else '收回'}角色：{fact.title}", ""
        else:
            what, note = fact.get_what_display(), fact.note
        told.append({"at": fact.at, "who": by or "系统导入", "what": what, "detail": note})
    return told


def _told(request: Asked, done: Any, password: str, words: str) -> HttpResponse:
    """The password, once: it is kept nowhere, and a second submission shows none."""
    fresh = isinstance(done, AccountChange)
    return render(
        request,
        "registry/password_once.html",
        {
            "account": done.account if fresh else None,
            "password": password if fresh else "",
            "words": words if fresh else "这次提交已经办理，没有重复办理；密码只显示一次",
        },
    )


def _page(request: Asked, form: Any, it: Account, title: str, submit: str, lead: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead=f"{it.officer.name}（{it.officer.body.name}）。{lead}",
        back=reverse("registry:account", args=[it.pk]),
        crumb=("账号", reverse("registry:accounts")),
        submit=submit,
    )
