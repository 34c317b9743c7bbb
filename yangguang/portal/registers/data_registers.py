"""开放数据 of the registers: bodies, officers, powers, devices, as they stand today."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse

from yangguang.registry.models import PublicOfficer, PublicPower
from yangguang.registry.queries import public as register

from ..forms import KINDS
from . import reading
from .data import Column, Dataset


def _page(name: str) -> Callable[[Any], str]:
    return lambda row: settings.PUBLIC_URL + reverse(f"portal:{name}", args=[row.key])


def _kinds(row: PublicOfficer) -> str:
    return str(reading.officer(row)["kinds"])


def _field(name: str) -> Callable[[PublicOfficer], str]:
    """A column of an officer, empty where the body's plan does not publish it."""
    return lambda row: str(reading.officer(row)[name])


def _basis(row: PublicPower) -> list[dict[str, str]]:
    return [{name: str(one.get(name, "")) for name in ("law", "article", "text")} for one in row.basis]


def _row(row: PublicOfficer) -> str:
    """A name for a row that does not give away a number the plan keeps back."""
    return hashlib.sha256(f"{settings.SECRET_KEY}officer-row{row.number}".encode()).hexdigest()[:16]


PLAN = "适用的方案不公开这一项的，为空"
REGISTERS = (
    Dataset(
        "bodies",
        "行政执法主体",
        "今天在册的行政执法主体。",
        "registry_public_body",
        "key",
        register.bodies,
        (
            Column("key", "主体编号", lambda r: str(r.key), note="改名、改地址不变"),
            Column("name", "名称", lambda r: r.name),
            Column("kind", "类型", lambda r: reading.kind_word(r.kind)),
            Column("uscc", "统一社会信用代码", lambda r: r.uscc),
            Column("region", "行政区划代码", lambda r: r.region),
            Column("address", "地址", lambda r: r.address),
            Column("phone", "办公电话", lambda r: r.phone),
            Column("office_hours", "办公时间", lambda r: r.office_hours),
            Column("duties", "职责", lambda r: r.duties),
            Column("authority", "权限", lambda r: r.authority),
            Column("complaint_phone", "投诉举报电话", lambda r: r.complaint_phone),
            Column("complaint_way", "投诉举报方式", lambda r: r.complaint_way),
            Column("reconsideration", "行政复议机关", lambda r: r.reconsideration),
            Column("court", "管辖法院", lambda r: r.court),
            Column("pack", "适用规则包", lambda r: r.pack),
            Column("url", "网址", _page("body")),
        ),
    ),
    Dataset(
        "officers",
        "行政执法人员",
        "今天在岗、有执法证的执法人员；不含执法辅助人员。各主体公开的项目依其适用的方案。",
        "registry_public_officer",
        "row",
        register.officers,
        (
            Column("row", "行编号", _row, note="由证号算出，不能倒推证号"),
            Column("name", "姓名", lambda r: r.name),
            Column("post", "职务", _field("post"), note=PLAN),
            Column("body_key", "所属主体编号", lambda r: str(r.body_key)),
            Column("body", "所属主体", lambda r: r.body_name),
            Column("unit", "所在机构", _field("unit"), note=PLAN),
            Column("number", "执法证号", _field("number"), note=PLAN),
            Column("valid_to", "有效期至", _field("until"), "date", note=PLAN),
            Column("kinds", "执法种类", _kinds, note=PLAN),
            Column("service_matters", "服务事项", _field("service"), note=PLAN),
            Column("standing", "证件状态", _field("standing")),
        ),
    ),
    Dataset(
        "powers",
        "行政执法事项",
        "今天有效、已经公布的执法事项，依据和裁量基准在内。",
        "registry_public_power",
        "key",
        register.powers,
        (
            Column("key", "事项编号", lambda r: str(r.key)),
            Column("code", "事项编码", lambda r: r.code),
            Column("national_code", "国家基本目录编码", lambda r: r.national_code),
            Column("name", "事项名称", lambda r: r.name),
            Column("kind", "执法类别", lambda r: KINDS.get(r.kind, r.kind)),
            Column("field", "领域", lambda r: r.field),
            Column("body_key", "实施主体编号", lambda r: str(r.body_key)),
            Column("body", "实施主体", lambda r: r.body_name),
            Column("basis", "法律依据", _basis, "array", "每一条：law 法律，article 条款，text 原文"),
            Column("instrument", "赋权依据", lambda r: r.instrument),
            Column("delegation", "省级赋权决定", lambda r: r.delegation),
            Column("delegated_from", "原实施部门", lambda r: r.delegated_from),
            Column("discretion", "裁量基准", lambda r: r.discretion, "array", "金额单位：分"),
            Column("published_on", "公布日期", lambda r: r.published_on.isoformat(), "date"),
            Column("url", "网址", _page("power")),
        ),
    ),
    Dataset(
        "devices",
        "电子技术监控设备设置地点",
        "已经向社会公布、正在使用的电子技术监控设备设置地点（行政处罚法第四十一条）。",
        "registry_public_device",
        "key",
        register.devices,
        (
            Column("key", "设备编号", lambda r: str(r.key)),
            Column("place", "设置地点", lambda r: r.place),
            Column("body_key", "设置主体编号", lambda r: str(r.body_key)),
            Column("body", "设置主体", lambda r: r.body_name),
            Column("published_on", "公布日期", lambda r: r.published_on.isoformat(), "date"),
        ),
    ),
)
