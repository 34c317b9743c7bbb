"""开放数据 of what was published: lists, disclosures beforehand, policy documents, decisions, each version a row."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Model, OuterRef, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from yangguang.catalogue.before.models import PolicyRelease, PreRelease
from yangguang.catalogue.before.policies import KINDS as POLICIES
from yangguang.catalogue.models import PORTAL, ListPublication
from yangguang.disclosure import queries as disclosure
from yangguang.disclosure.models import PublicDecision
from yangguang.registry.models import PublicBody
from yangguang.registry.queries import public as register

from ..forms import KINDS
from .data import Column, Dataset
from .published import OTHER

NEWEST = Column(
    "current", "现行", lambda r: r.place == 1, "boolean", "true 为同类中最新公布的一版，false 为已被代替的旧版"
)
IN_FORCE = Column(
    "current",
    "现行",
    lambda r: r.place == 1 and not r.coming,
    "boolean",
    "true 为已经施行的最新一版，false 为已被代替或者还没有施行",
)


def _placed(rows: QuerySet[Any], same: Sequence[Any], newest: Sequence[str]) -> QuerySet[Any]:
    """Each row with its place among the versions of the same thing; the newest is the first."""
    order = [F(name).desc() for name in newest]
    return rows.annotate(place=Window(RowNumber(), partition_by=list(same), order_by=order))


def _lists() -> QuerySet[Any]:
    """What was published on this very portal; other channels are not the public's to read here."""
    rows = ListPublication.objects.using(register.PORTAL).filter(channel=PORTAL, shown__isnull=False)
    later = When(shown__in_force_from__gt=timezone.localdate().isoformat(), then=Value(True))
    rows = rows.annotate(coming=Case(later, default=Value(False)))
    return _placed(rows, ("scope", "kind", "coming"), ("on", "id")).order_by("-on", "-id")


def _before() -> QuerySet[Any]:
    rows = PreRelease.objects.using(register.PORTAL)
    return _placed(rows, ("body_key", "kind"), ("number", "id")).order_by("-on", "-id")


def _policies() -> QuerySet[Any]:
    rows = PolicyRelease.objects.using(register.PORTAL)
    body = PublicBody.objects.using(register.PORTAL).filter(key=OuterRef("body_key")).values("name")[:1]
    # Of the kinds that have a name each new document replaces the last; the others are kept apart by their titles.
    named = Case(When(kind=OTHER, then=F("title")), default=Value(""))
    return _placed(rows.annotate(body=Subquery(body)), ("body_key", "kind", named), ("on", "id")).order_by("-on", "-id")


def _decisions() -> QuerySet[PublicDecision]:
    return disclosure.find()


def _shown(name: str, default: Any = "") -> Callable[[Any], Any]:
    return lambda row: (row.shown or {}).get(name, default)


def _page(name: str) -> Callable[[Model], str]:
    return lambda row: settings.PUBLIC_URL + reverse(f"portal:{name}", args=[row.pk])


def _elements(row: PreRelease) -> list[dict[str, Any]]:
    return [{"label": one["label"], "lines": one["lines"]} for one in row.shown["elements"]]


def _procedures(row: PreRelease) -> list[dict[str, Any]]:
    return [{"title": one["title"], "outline": one["outline"]} for one in row.shown["procedures"]]


def _guides(row: PreRelease) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("code", "name", "fields")} for one in row.shown["guides"]]


def _policy_kind(row: PolicyRelease) -> str:
    known = POLICIES.get(row.kind)
    return known.title if known else row.kind


PUBLISHED = (
    Dataset(
        "lists",
        "公布的清单",
        "各主体在本门户公布的清单，每个版本一行；清单的各列和各行在内。",
        "catalogue_listpublication",
        "id",
        _lists,
        (
            Column("id", "公布编号", lambda r: str(r.pk)),
            Column("title", "名称", _shown("title")),
            Column("kind", "清单种类代码", lambda r: r.kind),
            Column("number", "版本", _shown("number", None), "integer"),
            IN_FORCE,
            Column("body", "编制机关", _shown("body")),
            Column("in_force_from", "施行日期", _shown("in_force_from"), "date"),
            Column("published_on", "公布日期", lambda r: r.on.isoformat(), "date"),
            Column("columns", "各列", _shown("columns", []), "array"),
            Column("rows", "各行", _shown("rows", []), "array", "每行按“各列”的次序"),
            Column("url", "网址", _page("published_list")),
        ),
    ),
    Dataset(
        "before",
        "事前公开",
        "各主体按执法行为种类公布的事前公开内容，每个版本一行；要素、流程和服务指南在内。",
        "catalogue_prerelease",
        "id",
        _before,
        (
            Column("id", "公布编号", lambda r: str(r.pk)),
            Column("title", "名称", lambda r: f"{r.shown['title']}事前公开"),
            Column("kind", "执法类别", lambda r: KINDS.get(r.kind, r.kind)),
            Column("number", "版本", lambda r: r.number, "integer"),
            NEWEST,
            Column("complete", "要素齐全", lambda r: r.complete, "boolean"),
            Column("body_key", "主体编号", lambda r: str(r.body_key)),
            Column("body", "主体", _shown("body")),
            Column("published_on", "公布日期", lambda r: r.on.isoformat(), "date"),
            Column("pack", "依据的规则包", lambda r: r.shown["pack"]["id"]),
            Column("pack_version", "规则包版本", lambda r: r.shown["pack"]["version"]),
            Column("elements", "公开要素", _elements, "array", "每一项：label 要素，lines 内容"),
            Column("procedures", "程序", _procedures, "array", "每一项：title 程序，outline 流程的文字说明"),
            Column("guides", "服务指南", _guides, "array", "每一项：code 事项编码，name 事项，fields 各栏"),
            Column("digest", "内容摘要（SHA-256）", lambda r: r.digest),
            Column("url", "网址", _page("published_pre")),
        ),
    ),
    Dataset(
        "policies",
        "制度文件",
        "各主体公布的制度文件，每个版本一行；文件在“网址”下载。",
        "catalogue_policyrelease",
        "id",
        _policies,
        (
            Column("id", "公布编号", lambda r: str(r.pk)),
            Column("title", "名称", lambda r: r.title),
            Column("kind", "种类", _policy_kind),
            Column("number", "文号", lambda r: r.number),
            NEWEST,
            Column("body_key", "制定机关编号", lambda r: str(r.body_key)),
            Column("body", "制定机关", lambda r: r.body or ""),
            Column("in_force", "施行日期", lambda r: r.in_force.isoformat() if r.in_force else "", "date"),
            Column("published_on", "公布日期", lambda r: r.on.isoformat(), "date"),
            Column("mime", "文件格式", lambda r: r.mime),
            Column("digest", "文件摘要（SHA-256）", lambda r: r.digest),
            Column("url", "网址", _page("published_policy")),
        ),
    ),
    Dataset(
        "decisions",
        "行政执法决定",
        "正在公示的行政执法决定；全文在“网址”阅读，按条件导出的表格在“查决定”。已经撤下的不在内。",
        "disclosure_publicdecision",
        "code",
        _decisions,
        (
            Column("code", "查验码", lambda r: r.code),
            Column("number", "文书号", lambda r: r.number),
            Column("body", "执法机关", lambda r: r.body_name),
            Column("kind", "执法类别", lambda r: KINDS.get(r.kind, r.kind)),
            Column("field", "领域", lambda r: r.field),
            Column("title", "题名", lambda r: r.title),
            Column("party", "执法对象", lambda r: r.party, note="个人信息已依法隐去"),
            Column("conclusion", "执法结论", lambda r: r.summary.get("conclusion", "")),
            Column("fine_fen", "罚款", lambda r: r.fine_fen, "integer", "金额单位：分"),
            Column("decided_on", "决定日期", lambda r: r.decided_on.isoformat(), "date"),
            Column("published_at", "公开时间", lambda r: timezone.localtime(r.published_at).isoformat(), "datetime"),
            Column("version", "版本", lambda r: r.version, "integer", "大于 1 的作过更正"),
            Column("digest", "公开版 SHA-256", lambda r: r.digest),
            Column("url", "网址", lambda r: settings.PUBLIC_URL + reverse("portal:decision", args=[r.code])),
        ),
        "v.code, v.version, v.state, v.digest, v.body_name",
    ),
)
