"""Certificates and review qualifications: grant, suspend, check each year; and who may not enforce."""

from typing import Any
from uuid import UUID

from django import forms as plain
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.trail import queries as trail
from yangguang.vault import store

from .. import access, actions, forms, queries
from ..access import Caller
from ..forms import Day, Long, Pick, Text, YesNo
from ..forms.exams import ExamForm
from ..forms.fields import ActionForm
from ..forms.registers import PHOTO_HEADS, Chosen, media_type
from ..models import Body, Certificate, CertificateChange, Exam, Officer, Qualification
from ..web import Asked, page
from .registers import form_page, posted


class GrantForm(ActionForm):
    number = Text(label="证号", max_length=40)
    family = Pick(label="证件名称", required=False)
    issuer_family = Pick(label="制发类别", choices=Certificate.IssuerFamily.choices)
    issuer = Text(label="发证机关", max_length=100)
    exam = Chosen(
        label="所凭的执法资格考试", help_text="没有通过执法资格考试的，不得授予执法资格；只列出已登记的合格成绩"
    )
    valid_from = Day(label="有效期自")
    valid_to = Day(label="有效期至")
    covers = Long(
        label="执法领域", required=False, max_length=1000, help_text="一行一个；不填为本机关全部事项（综合执法）"
    )

    field_order = ("exam", "number")

    def __init__(self, *args: Any, body: Body, exams: list[Exam], **options: Any):
        super().__init__(*args, **options)
        self.fields["exam"].offer(exams, "请选择" if len(exams) != 1 else "")  # type: ignore[attr-defined]
        families = packs.load(body.pack).parameter("certificate_families").value or ()
        self.fields["family"].choices = [("", "未分类"), *((one, one) for one in families)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("once", "seen")}
        return said | {"covers": [line.strip() for line in said["covers"].split("\n") if line.strip()]}


class ChangeForm(ActionForm):
    state = Pick(label="变动", choices=[("", "请选择"), *CertificateChange.State.choices])
    on = Day(label="生效日期")
    reason = Text(label="原因")


class CheckForm(ActionForm):
    year = plain.IntegerField(
        label="审验年度", error_messages={"required": "请填写年度", "invalid": "请填写四位年份，例如 2026"}
    )
    passed = YesNo(label="是否合格", choices=[("yes", "合格"), ("no", "不合格")])
    on = Day(label="审验日期")
    note = Text(label="说明", required=False, help_text="不合格的写明原因")


class QualifyForm(ActionForm):
    kind = Pick(label="资格", choices=[("", "请选择"), *Qualification.Kind.choices])
    number = Text(label="证书编号", max_length=40)
    valid_from = Day(label="取得日期")


@page()
def certificates(request: Asked) -> HttpResponse:
    """证件有效性: who expires within sixty days, who may not enforce and why, whose yearly check is open."""
    today, scope = timezone.localdate(), request.caller.scope
    return render(
        request,
        "registry/certificates.html",
        {
            "today": today,
            "soon": queries.SOON,
            "expiring": queries.expiring(scope, today),
            "unable": queries.unable(scope, today),
            "unchecked": queries.unchecked(scope, today),
        },
    )


@page(*access.WRITERS["certificate"].roles)
def certificate_new(request: Asked, key: UUID) -> HttpResponse:
    """颁发、换发行政执法证."""
    officer = _officer(request.caller, key)
    access.must_write(request.caller, "certificate", officer.scope)
    exams = [one for one in queries.exams_of(officer.key) if one.passed]
    chosen = next((one for one in exams if str(one.pk) == request.GET.get("exam")), None)
    form = GrantForm(
        posted(request), body=officer.body, exams=exams, seen=trail.head(f"officer:{officer.key}"),
        initial={"exam": chosen},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.given()
        done = form.run(actions.grant_certificate, by=request.caller.officer, at=forms.now(), **given)
        if done is not None:
            messages.success(request, f"{officer.name}的执法证 {given['number']} 已登记")
            return _back(officer)
    regime = packs.load(officer.body.pack).parameter("certificate_regime")
    lead = f"执法证件制度：{regime.value}" if regime.value else ""
    if not exams:
        lead = f"没有{officer.name}执法资格考试合格的登记，不得颁发行政执法证；先登记考试成绩。{lead}"
    return _page(request, form, officer, f"登记执法证：{officer.name}", "登记", lead)


@page(*access.WRITERS["exam"].roles)
def exam_new(request: Asked, key: UUID) -> HttpResponse:
    """登记执法资格考试成绩: of an exam held elsewhere, by its proof."""
    officer = _officer(request.caller, key)
    access.must_write(request.caller, "exam", officer.scope)
    form = ExamForm(posted(request), body=officer.body, seen=trail.head(f"officer:{officer.key}"))
    if request.method == "POST" and form.is_valid():
        done = form.run(actions.record_exam, by=request.caller.officer, at=forms.now(), officer=officer, **form.given())
        if done is not None:
            messages.success(request, f"{officer.name}的考试成绩已登记")
            return _back(officer)
    return _page(
        request,
        form,
        officer,
        f"登记执法资格考试成绩：{officer.name}",
        "登记",
        "外部考试凭成绩单或者合格证登记；不合格的也登记",
    )


@page(*access.WRITERS["certificate_change"].roles)
def certificate_change(request: Asked, pk: UUID) -> HttpResponse:
    """暂扣、恢复、注销: with effect on assignment from its day."""
    certificate, officer = _certificate(request.caller, pk)
    access.must_write(request.caller, "certificate_change", certificate.scope)
    form = ChangeForm(posted(request), seen=trail.head(certificate.chain))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.change_certificate,
            by=request.caller.officer,
            at=forms.now(),
            certificate=certificate,
            **{name: data[name] for name in ("state", "on", "reason")},
        )
        if done is not None:
            messages.success(request, f"执法证 {certificate} 的变动已登记，自 {data['on']} 起影响派案")
            return _back(officer)
    return _page(
        request, form, officer, f"执法证 {certificate} 变动", "登记变动", "暂扣、注销期间不得执法、不得承办案件"
    )


@page(*access.WRITERS["certificate_check"].roles)
def certificate_check(request: Asked, pk: UUID) -> HttpResponse:
    """年度审验."""
    certificate, officer = _certificate(request.caller, pk)
    access.must_write(request.caller, "certificate_check", certificate.scope)
    form = CheckForm(posted(request), seen=trail.head(certificate.chain), initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.check_certificate,
            by=request.caller.officer,
            at=forms.now(),
            certificate=certificate,
            **{name: data[name] for name in ("year", "passed", "on", "note")},
        )
        if done is not None:
            messages.success(request, f"执法证 {certificate} {data['year']} 年度审验已登记")
            return _back(officer)
    return _page(
        request,
        form,
        officer,
        f"执法证 {certificate} 年度审验",
        "登记审验",
        "不合格的，自审验之日起不得执法，直到再次审验合格",
    )


@page(*access.WRITERS["qualification"].roles)
def qualify(request: Asked, key: UUID) -> HttpResponse:
    """登记法制审核资格."""
    officer = _officer(request.caller, key)
    access.must_write(request.caller, "qualification", officer.scope)
    form = QualifyForm(posted(request), seen=trail.head(f"officer:{officer.key}"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = form.run(
            actions.qualify_reviewer,
            by=request.caller.officer,
            at=forms.now(),
            officer=officer,
            **{name: data[name] for name in ("kind", "number", "valid_from")},
        )
        if done is not None:
            messages.success(request, f"{officer.name}的法制审核资格已登记")
            return _back(officer)
    return _page(
        request, form, officer, f"登记法制审核资格：{officer.name}", "登记",
        "初次从事行政处罚决定法制审核的，应当通过国家统一法律职业资格考试取得法律职业资格（行政处罚法第五十八条）",
    )  # fmt: skip


@page()
def photo(request: Asked, key: UUID) -> FileResponse:
    """照片 of an officer, as kept."""
    officer = _officer(request.caller, key)
    if not officer.photo or not store.has(officer.photo):
        raise Http404
    file = store.open(officer.photo)
    head = file.read(16)
    file.seek(0)
    return FileResponse(file, content_type=media_type(head, PHOTO_HEADS) or "application/octet-stream")


# ---- inside ----------------------------------------------------------------------------------------------------------


def _officer(caller: Caller, key: UUID) -> Officer:
    found = [one for one in queries.versions(Officer, key) if caller.reaches(one.scope)]
    if not found:
        raise Http404
    return found[-1]


def _certificate(caller: Caller, pk: UUID) -> tuple[Certificate, Officer]:
    found = queries.certificate(caller, pk)
    if found is None:
        raise Http404
    return found, _officer(caller, found.officer_key)


def _back(officer: Officer) -> HttpResponse:
    return redirect("registry:one", slug="officers", key=officer.key)


def _page(request: Asked, form: Any, officer: Officer, title: str, submit: str, lead: str) -> HttpResponse:
    return form_page(
        request,
        form,
        title=title,
        lead=lead,
        back=reverse("registry:one", args=["officers", officer.key]),
        crumb=("执法人员", reverse("registry:officers")),
        submit=submit,
    )
