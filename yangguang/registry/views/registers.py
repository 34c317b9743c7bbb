"""One register like another: list, one thing as of a day with its versions, register, change, end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms as plain
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.trail import queries as trail
from yangguang.trail.models import Entry

from .. import access, actions, forms, keyset, queries
from ..access import Caller, NotAllowed, below
from ..forms import registers as typed
from ..models import (
    Body,
    Counsel,
    Device,
    Entity,
    LeadingGroup,
    Officer,
    Party,
    Power,
    Premises,
    Region,
    Unit,
)
from ..web import Asked, page
from . import panels, wording

Column = tuple[str, Callable[[Any], Any]]


@dataclass(frozen=True)
class Register:
    """What the generic pages know of one register.

    **Shape** `what`: its rule in `access.WRITERS`; `listed`: URL name of its list; `takes`: the argument the change takes;
    `find`: its rows for a caller on a day, narrowed by the filter; `columns`: of the list.
    """

    what: str
    model: type[Entity]
    title: str
    noun: str
    listed: str
    form: type[typed.EntityForm]
    register: Callable[..., Any]
    change: Callable[..., Any]
    takes: str
    lead: str = ""
    find: Callable[[Caller, date, dict[str, str]], QuerySet[Any]] | None = None
    columns: tuple[Column, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ("scope", "id")
    ofbody: bool = True  # whether it is registered under one body

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name)


def _counsels(caller: Caller, on: date, asked: dict[str, str]) -> QuerySet[Counsel]:
    found = queries.in_force(Counsel, on).filter(below(caller.scope)).select_related("body")
    found = found.filter(Q(name__icontains=asked["q"]) | Q(firm__icontains=asked["q"])) if "q" in asked else found
    return found.filter(kind=asked["kind"]) if "kind" in asked else found


def _groups(caller: Caller, on: date, asked: dict[str, str]) -> QuerySet[LeadingGroup]:
    found = queries.in_force(LeadingGroup, on).filter(below(caller.scope)).select_related("body")
    return found.filter(name__icontains=asked["q"]) if "q" in asked else found


def _units(caller: Caller, on: date, asked: dict[str, str]) -> QuerySet[Unit]:
    found = queries.in_force(Unit, on).filter(below(caller.scope)).select_related("body")
    found = found.filter(Q(name__icontains=asked["q"]) | Q(body__name__icontains=asked["q"])) if "q" in asked else found
    return found.filter(kind=asked["kind"]) if "kind" in asked else found


def _regions(caller: Caller, on: date, asked: dict[str, str]) -> QuerySet[Region]:
    found = queries.regions(on)
    return found.filter(Q(name__icontains=asked["q"]) | Q(code__startswith=asked["q"])) if "q" in asked else found


REGISTERS: dict[str, Register] = {
    "bodies": Register(
        "body", Body, "执法主体", "个", "bodies", typed.BodyForm,
        actions.register_body, actions.change_body, "body", ofbody=False,
    ),
    "officers": Register(
        "officer", Officer, "执法人员", "人", "officers", typed.OfficerForm,
        actions.register_officer, actions.change_officer, "officer",
    ),
    "powers": Register(
        "power", Power, "执法事项", "项", "powers", typed.PowerForm,
        actions.register_power, actions.change_power, "power",
    ),
    "units": Register(
        "unit", Unit, "承办机构", "个", "units", typed.UnitForm, actions.register_unit, actions.change_unit, "unit",
        "每个主体的内设机构：谁承办、谁审核，各自的职责", _units,
        (("名称", str), ("所属主体", lambda r: r.body), ("类别", lambda r: r.get_kind_display()),
         ("职责", lambda r: wording.short(r.duties) or "未登记")),
        tuple(Unit.Kind.choices), ("scope", "name", "id"),
    ),
    "regions": Register(
        "region", Region, "行政区划", "个", "regions", typed.RegionForm, actions.register_region, actions.change_region,
        "region", "本地的区划代码、名称和上级", _regions,
        (("区划代码", lambda r: r.code), ("名称", lambda r: r.name), ("上级区划代码", lambda r: r.parent or "无")),
        (), ("code", "id"), ofbody=False,
    ),
    "counsels": Register(
        "counsel", Counsel, "法律顾问和公职律师", "人", "counsels", typed.CounselForm,
        actions.register_counsel, actions.change_counsel, "counsel",
        "可以协助法制审核，不能代替审核人员作出审核意见", _counsels,
        (
            ("姓名", str), ("聘用主体", lambda r: r.body), ("类别", lambda r: r.get_kind_display()),
            ("所在单位", lambda r: r.firm or "未登记"), ("执业证号", lambda r: r.licence_no),
            ("聘期至", lambda r: wording.day(r.valid_to) or "未约定"),
        ),
        tuple(Counsel.Kind.choices), ("scope", "name", "id"),
    ),
    "groups": Register(
        "leading_group", LeadingGroup, "领导小组", "个", "groups", typed.LeadingGroupForm,
        actions.register_leading_group, actions.change_leading_group, "group",
        "由文件设立，成员随文件调整", _groups,
        (
            ("名称", str), ("设立主体", lambda r: r.body), ("设立文件", lambda r: r.instrument),
            ("成员", lambda r: "、".join(m["name"] for m in r.members)),
        ),
        (), ("scope", "name", "id"),
    ),
    "devices": Register(
        "device", Device, "执法装备", "台", "devices", typed.DeviceForm,
        actions.register_device, actions.change_device, "device",
        "执法记录仪、采集工作站和电子技术监控设备：谁保管、在哪里、监控设备是否审核并公布",
        lambda caller, on, asked: queries.devices(caller.scope, on, asked.get("q", ""), asked.get("kind", "")),
        (
            ("设备", str), ("所属主体", lambda r: r.body), ("型号", lambda r: r.model or "未登记"),
            ("保管人", lambda r: r.keeper or "没有专人"), ("地点", lambda r: r.place or "未登记"),
            ("状态", lambda r: r.get_state_display()),
        ),
        tuple(Device.Kind.choices), ("scope", "serial", "id"),
    ),
    "premises": Register(
        "premises", Premises, "场所", "处", "premises", typed.PremisesForm,
        actions.register_premises, actions.change_premises, "premises",
        "检查对象的生产经营场所，本机关的办案场所和办事窗口",
        lambda caller, on, asked: queries.premises(caller.scope, on, asked.get("q", ""), asked.get("kind", "")),
        (("名称", str), ("登记主体", lambda r: r.body), ("类别", lambda r: r.get_kind_display()), ("地址", lambda r: r.address)),
        tuple(Premises.Kind.choices), ("scope", "name", "id"),
    ),
    "parties": Register(
        "party", Party, "相对人", "个", "parties", typed.PartyForm,
        actions.register_party, actions.change_party, "party",
        "按名称、曾用名称、字号或者完整代码查找；重复的可以合并",
        lambda caller, on, asked: queries.known_parties(caller, on, asked.get("q", ""), asked.get("kind", "")),
        (
            ("姓名或者名称", str), ("类别", lambda r: r.get_kind_display()), ("字号", lambda r: r.trade_name or "无"),
            ("统一社会信用代码", lambda r: r.uscc or "无"), ("住址或者住所", lambda r: r.address or "未登记"),
        ),
        tuple(Party.Kind.choices), ("-id",),
    ),
}  # fmt: skip


class Filter(plain.Form):
    q = plain.CharField(label="关键词", required=False, max_length=100)
    kind = plain.ChoiceField(label="类别", required=False)

    def __init__(self, *args: Any, kinds: tuple[tuple[str, str], ...], **options: Any):
        super().__init__(*args, **options)
        if kinds:
            self.fields["kind"].choices = [("", "全部"), *kinds]  # type: ignore[attr-defined]
        else:
            del self.fields["kind"]


class DayForm(plain.Form):
    on = plain.DateField(
        label="看哪一天", required=False, widget=plain.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


# ---- pages -----------------------------------------------------------------------------------------------------------


@page()
def listing(request: Asked, slug: str) -> HttpResponse:
    """登记簿: what is in force today."""
    it, today = _register(request, slug), timezone.localdate()
    form = Filter(request.GET, kinds=it.kinds)
    form.is_valid()
    asked = {name: value.strip() for name, value in form.cleaned_data.items() if value and value.strip()}
    if it.find is None:
        raise Http404
    shown = keyset.page(it.find(request.caller, today, asked), request.GET, it.keys)
    rows = [
        {"cells": [say(row) for _, say in it.columns], "url": reverse("registry:one", args=[slug, row.key])}
        for row in shown.rows
    ]
    return render(
        request,
        "registry/register.html",
        {
            "it": it,
            "slug": slug,
            "form": form,
            "page": shown,
            "rows": rows,
            "columns": [title for title, _ in it.columns],
            "today": today,
            "barred": access.barred(request.caller, it.what),
            "doubles": queries.duplicates(request.caller, today) if slug == "parties" else (),
            "may_merge": access.barred(request.caller, "party") is None,
        },
    )


@page()
def one(request: Asked, slug: str, key: UUID) -> HttpResponse:
    """一项登记: as it stands today, or stood on the day asked for, with every version."""
    it, today = _register(request, slug), timezone.localdate()
    rows = _versions(request, it, key)
    if slug == "parties" and (kept := queries.canonical(key)) != key:
        return redirect("registry:one", slug="parties", key=kept)
    day = DayForm(request.GET if "on" in request.GET else {"on": f"{today:%Y-%m-%d}"})
    on = (day.cleaned_data["on"] if day.is_valid() else None) or today
    thing = queries.as_of(it.model, key, on)
    last = rows[-1]
    ended = bool(last.valid_to and last.valid_to < today)
    barred = access.barred(request.caller, it.what, last.scope)
    return render(
        request,
        "registry/one.html",
        {
            "it": it,
            "slug": slug,
            "thing": thing,
            "last": last,
            "on": on,
            "today": today,
            "day": day,
            "ended": ended,
            "barred": barred,
            "may": barred is None and not ended,
            "facts": wording.facts(thing, request.caller) if thing else (),
            "versions": _told(rows, request.caller),
            "panels": panels.of(request.caller, last if thing is None else thing, on),
        },
    )


@page()
def new(request: Asked, slug: str) -> HttpResponse:
    """登记."""
    it, today, caller = _register(request, slug), timezone.localdate(), request.caller
    access.must_write(caller, it.what)
    body, bodies = _body_for(request, it, today)
    access.must_write(caller, it.what, body.scope)
    form = it.form(posted(request), files(request), caller=caller, body=body, today=today)
    if request.method == "POST" and form.is_valid():
        given = form.given()
        if it.what == "region":
            given["scope"] = caller.scope
        elif it.ofbody and it.what != "party":
            given["body"] = body
        done = form.run(it.register, by=caller.officer, at=forms.now(), **given)
        if done is not None:
            key = _key_of(done, it)
            messages.success(request, f"{it.name}已登记" if not form.repeated else "这次提交已经办理，没有重复办理")
            return redirect("registry:one", slug=slug, key=key) if key else redirect(f"registry:{it.listed}")
    return form_page(
        request,
        form,
        title=f"登记{it.name}",
        lead=f"登记在{body}名下" if it.ofbody else it.lead,
        back=reverse(f"registry:{it.listed}"),
        crumb=(it.title, reverse(f"registry:{it.listed}")),
        submit="登记",
        bodies=[b for b in bodies if b.key != body.key],
    )


@page()
def change(request: Asked, slug: str, key: UUID) -> HttpResponse:
    """变更: a new version, with what it changes and why."""
    it, today, caller = _register(request, slug), timezone.localdate(), request.caller
    access.must_write(caller, it.what)
    thing = _versions(request, it, key)[-1]
    access.must_write(caller, it.what, thing.scope)
    body = getattr(thing, "body", None) or (thing if isinstance(thing, Body) else caller.body)
    form = it.form(
        posted(request), files(request), caller=caller, body=body, today=today, thing=thing,
        seen=trail.head(thing.chain),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = {**form.given(), it.takes: thing}
        done = form.run(it.change, by=caller.officer, at=forms.now(), **given)
        if done is not None:
            messages.success(request, "新版本已登记，以前的版本仍可查看")
            return redirect("registry:one", slug=slug, key=key)
    url = reverse("registry:one", args=[slug, key])
    return form_page(
        request,
        form,
        title=f"变更{it.name}：{thing}",
        lead="变更写成新版本；生效日期之前的事项、案卷仍按以前的版本",
        back=url,
        crumb=(it.title, reverse(f"registry:{it.listed}")),
        submit="登记新版本",
    )


@page()
def end(request: Asked, slug: str, key: UUID) -> HttpResponse:
    """终止登记."""
    it, caller = _register(request, slug), request.caller
    access.must_write(caller, it.what)
    thing = _versions(request, it, key)[-1]
    access.must_write(caller, it.what, thing.scope)
    form = typed.EndForm(posted(request), seen=trail.head(thing.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.end,
            by=caller.officer,
            at=forms.now(),
            thing=thing,
            last_day=data["last_day"],
            reason=data["reason"],
        )
        if done is not None:
            messages.success(request, f"“{thing}”到 {data['last_day']} 为止有效")
            return redirect("registry:one", slug=slug, key=key)
    return form_page(
        request,
        form,
        title=f"终止：{thing}",
        lead="终止不删除：以前的事项、案卷照旧可查",
        back=reverse("registry:one", args=[slug, key]),
        crumb=(it.title, reverse(f"registry:{it.listed}")),
        submit="登记终止",
    )


# ---- inside ----------------------------------------------------------------------------------------------------------


def _register(request: Asked, slug: str) -> Register:
    """**Raises** Http404 for a register there is not, NotAllowed for one the caller may not read."""
    if slug not in REGISTERS:
        raise Http404
    it = REGISTERS[slug]
    access.must_read(request.caller, it.what)
    return it


def _versions(request: Asked, it: Register, key: UUID) -> list[Any]:
    """Every version the caller may see, oldest first.  **Raises** Http404 for none."""
    caller = request.caller
    found = [
        row
        for row in queries.versions(it.model, key)
        if it.model is Region or row.scope == caller.scope or caller.reaches(row.scope)
    ]
    if not found:
        raise Http404
    return found


def _body_for(request: Asked, it: Register, today: date) -> tuple[Body, list[Body]]:
    """The body a thing is registered under: the one asked for, else the caller's own; and which there are to choose.

    **Raises** NotAllowed where the one asked for has ended or is out of reach: it is never silently another one.
    """
    caller = request.caller
    own = queries.body_at(caller.scope, today) or caller.body
    if not it.ofbody or not access.WRITERS[it.what].below:
        return own, []
    there = list(queries.bodies_below(caller.scope, today))
    asked = request.GET.get("body", "")
    if asked and asked not in {str(b.key) for b in there}:
        raise NotAllowed(
            f"不能登记在所选的主体名下：它在 {today} 没有有效的登记，或者不在您的管辖之下",
            mend="已经终止的，登记在承继的主体名下",
        )
    return next((b for b in there if str(b.key) == asked), own), there


def _key_of(done: Any, it: Register) -> UUID | None:
    """The key of what was written; of a second submission the entry tells it."""
    if isinstance(done, Entity):
        return done.key
    return queries.key_of(it.model, done.fact_ref) if isinstance(done, Entry) else None


def _told(rows: list[Any], caller: Caller) -> list[dict[str, Any]]:
    """The versions with who wrote each, newest first."""
    writers = queries.written_by(rows)
    told = []
    for version in queries.history(rows):
        entry, name = writers.get(version.row.ref, (None, ""))
        told.append(
            {
                "it": version,
                "changed": wording.changes(version, caller),
                "by": name or ("系统导入" if entry and entry.by_ref == "system" else "上级机关人员"),
                "void": version.until is not None and version.until < version.row.valid_from,
            }
        )
    return told


def posted(request: Asked) -> Any:
    return request.POST if request.method == "POST" else None


def files(request: Asked) -> Any:
    return request.FILES if request.method == "POST" else None


def form_page(request: Asked, form: Any, **more: Any) -> HttpResponse:
    """A page that is one form ending in one action."""
    fields = [form[name] for name in form.fields if name not in ("once", "seen")]
    sections = form.sections() if isinstance(form, typed.EntityForm) else [{"title": "", "fields": fields}]
    return render(
        request,
        "registry/act.html",
        {"form": form, "sections": sections, "multipart": form.is_multipart(), **more},
        status=422 if form.is_bound and form.errors else 200,
    )
