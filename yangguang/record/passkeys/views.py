"""Pages of passkeys: one's own list with registration, ending one, and signing a document with one."""

import json
import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from yangguang.registry import forms as fields
from yangguang.registry import keyset
from yangguang.registry.access import NotAllowed
from yangguang.registry.web import Asked, page
from yangguang.trail import queries as trail

from ..custody.views.base import posted, the_item
from ..models import Item
from ..signing.models import Signature
from . import actions, ceremony, queries
from .forms import RegisterForm, RevokeForm, SignForm

CHALLENGE, NONCE = "passkey_challenge", "passkey_nonce"  # of the session: what this very page asked the device


@page(*queries.HOLDERS)
def passkeys(request: Asked) -> HttpResponseBase:
    """通行密钥: one's own keys, and registering the device one sits at; a head sees those of the body."""
    site = ceremony.site(request)
    form = RegisterForm(posted(request))
    asked = request.session.get(CHALLENGE)
    if request.method == "POST" and form.is_valid() and site is not None:
        if not asked:
            form.add_error(None, "这个页面已经过期，请重新登记")
        elif (made := _registered(request, form, site, asked)) is not None:
            request.session.pop(CHALLENGE, None)
            messages.success(request, f"已登记通行密钥“{made.label}”")
            return redirect("record:passkeys")
    challenge = secrets.token_bytes(32)
    request.session[CHALLENGE] = challenge.hex()
    held, officer = queries.keys(request.caller), request.caller.officer
    found = keyset.page(held, request.GET, ("-at", "-id"))
    rows = [(one, queries.ended(one)) for one in found.rows]
    shown = {
        "form": form,
        "site": site,
        "rows": rows,
        "page": found,
        "all": request.caller.has("head"),
        "challenge": ceremony.b64(challenge),
        "user": ceremony.b64(officer.key.bytes),
        "officer": officer,
        "account": request.caller.account.username,
        "known": " ".join(one.credential for one in held.filter(officer_key=officer.key) if not queries.ended(one)),
        "algorithms": " ".join(str(int(one)) for one in ceremony.ALGORITHMS),
    }
    return render(request, "record/passkeys/passkeys.html", shown, status=422 if form.errors else 200)


def _registered(request: Asked, form: RegisterForm, site: ceremony.Site, asked: str) -> Any:
    said = form.cleaned_data
    return form.run(
        actions.register,
        by=request.caller.officer,
        at=fields.now(),
        label=said["label"],
        answer=said["answer"],
        challenge=bytes.fromhex(asked),
        site=site,
    )


@page(*queries.HOLDERS)
def revoke(request: Asked, pk: UUID) -> HttpResponse:
    """停用通行密钥."""
    found = queries.keys(request.caller).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = RevokeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = form.run(
            actions.revoke,
            by=request.caller.officer,
            at=fields.now(),
            passkey=found,
            reason=form.cleaned_data["reason"],
        )
        if done is not None:
            messages.success(request, f"已停用通行密钥“{found.label}”")
            return redirect("record:passkeys")
    shown = {"form": form, "key": found, "ended": queries.ended(found)}
    return render(request, "record/passkeys/revoke.html", shown, status=422 if form.errors else 200)


@page(*queries.HOLDERS)
def sign(request: Asked, pk: UUID) -> HttpResponseBase:
    """用通行密钥签名: in one's own name, over exactly this document."""
    item = the_item(request, pk, "view")
    if not item.code:
        raise Http404
    officer, site = request.caller.officer, ceremony.site(request)
    roles = actions.standings(officer, item)
    if not roles:
        raise NotAllowed("您不需要在这份文书上签名", mend="承办人、承办机构、法制审核人员和负责人各签各的")
    form = SignForm(posted(request), seen=trail.head(item.chain), initial={"who": roles[0]})
    form.fields["who"].choices = [(one, Signature.Who(one).label) for one in roles]  # type: ignore[attr-defined]
    nonce = request.session.get(NONCE)
    if request.method == "POST" and form.is_valid() and site is not None:
        if not nonce:
            form.add_error(None, "这个页面已经过期，请重新签名")
        elif _signed(request, form, item, site, nonce):
            request.session.pop(NONCE, None)
            messages.success(
                request, "这次签名已经记录，没有重复记录" if form.repeated else "已签名，连同文书的摘要值写入留痕"
            )
            return redirect("record:item", pk)
    nonce = request.session[NONCE] = secrets.token_hex(16)
    keys = queries.valid(officer, site.rp) if site else []
    shown = {
        "form": form,
        "item": item,
        "site": site,
        "keys": keys,
        "allowed": " ".join(one.credential for one in keys),
        "challenges": json.dumps({who: _challenge(item, officer, nonce, who) for who in roles}),
        "signatures": queries.shown(item),
    }
    return render(request, "record/passkeys/sign.html", shown, status=422 if form.errors else 200)


def _challenge(item: Item, officer: Any, nonce: str, who: str) -> str:
    told = ceremony.statement(
        document=item.digest, item=str(item.pk), name=officer.name, nonce=nonce, officer=str(officer.key), who=who
    )
    return ceremony.b64(ceremony.challenge(told))


def _signed(request: Asked, form: SignForm, item: Item, site: ceremony.Site, nonce: str) -> Any:
    said = form.cleaned_data
    done = form.run(
        actions.sign,
        by=request.caller.officer,
        at=fields.now(),
        item=item,
        who=said["who"],
        nonce=nonce,
        answer=said["answer"],
        site=site,
    )
    return done is not None or form.repeated
