"""The pages of a service by announcement and of the filing of a major penalty."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry.forms import ActionForm, Day, Long, Text
from yangguang.registry.web import Asked, page

from .. import act, deed, queries
from ..deed import Told
from . import actions


class AnnounceForm(ActionForm):
    reason = Long(label="其他方式无法送达的情况", max_length=400, help_text="写明试过的送达方式、日期和结果")
    published_on = Day(label="公告日期", help_text="实际发出公告的日子；期间自次日起算")
    channel = Text(label="公告方式", max_length=200, help_text="例如：政府网站和受送达人住所地张贴")
    gist = Long(label="文书要点", max_length=1000, help_text="公告中写明的主要内容；不公开的信息不写")
    collect_at = Text(label="领取地点", max_length=200)


class FilingForm(ActionForm):
    filing_with = Text(label="备案机关", max_length=100)
    on = Day(label="报备日期")


class ReceiptForm(ActionForm):
    number = Text(label="回执文号", max_length=60)
    on = Day(label="收到日期")
    opinion = Text(label="备案审查意见", max_length=400, required=False)


@page("officer")
def announce(request: Asked, pk: UUID, item: UUID) -> HttpResponse:
    """公告送达 of one document."""
    case = act.the_case(request, pk)
    try:
        document = record.visible_item(request.caller, item)
    except Item.DoesNotExist as error:
        raise Http404 from error
    if document.dossier_id != case.dossier_id or document.code not in queries.SERVED:
        raise Http404
    barred = act.not_handler(request, case) or act.barred(queries.must_stand, document)
    there, service = queries.announced(document), queries.service_of(document)
    today = timezone.localdate()
    past = (
        [Told(f"{there.published_on} 公告", f"{there.channel}；{there.due_on} 视为送达", there.paper)] if there else []
    )
    serve = reverse("decision:serve", args=[case.pk, document.pk])
    shown = deed.Page(
        f"公告送达《{document.title}》",
        "制作送达公告",
        lead=f"只在受送达人下落不明，或者用其他方式无法送达时使用。{actions.law_of(actions.term(case, today))}",
        rows=[("视为送达之日", there.due_on)] if there else [],
        past=past,
        steps=[("登记送达", serve)] if there and service is None else [],
    )
    if there is not None or service is not None:
        return deed.run(request, case, shown, None)
    body: dict[str, Any] = {"published_on": today, "collect_at": f"{case.body.name}（{case.body.address}）"}
    return deed.run(
        request, case, shown, AnnounceForm, actions.announce,
        barred=barred, done="送达公告已制作，公告期满后登记送达", initial=body, given={"case": case, "item": document},
    )  # fmt: skip


@page("officer", "head", "supervisor")
def filing(request: Asked, pk: UUID) -> HttpResponse:
    """重大行政处罚决定备案 and its receipt."""
    case = act.the_case(request, pk)
    decision = queries.decision_of(case)
    barred = act.not_handler(request, case)
    if decision is None or not hasattr(decision, "issuance"):
        early = act.not_yet("决定书还没有印发，不能报备", "先作出决定、印发决定书")
        return deed.run(request, case, deed.Page("重大处罚备案", ""), None, barred=early)
    filed = getattr(decision, "filing", None)
    receipt = getattr(filed, "receipt", None) if filed else None
    past = [Told(f"{filed.on} 报{filed.filing_with}备案", "", filed.item)] if filed else []
    past += [Told(f"{receipt.on} 收到回执 {receipt.number}", receipt.opinion)] if receipt else []
    shown = deed.Page(
        "登记备案回执" if filed else "重大处罚备案",
        "登记回执" if filed else "制作备案表并报备",
        lead="地方规定须备案的重大行政处罚决定，报上一级行政机关或者本级人民政府备案；备案表按决定和审核意见填好。",
        past=past,
    )
    today = timezone.localdate()
    if receipt is not None:
        return deed.run(request, case, shown, None)
    if filed is not None:
        return deed.run(
            request, case, shown, ReceiptForm, actions.receive_receipt,
            barred=barred, done="回执已登记", initial={"on": today}, given={"filing": filed},
        )  # fmt: skip
    return deed.run(
        request, case, shown, FilingForm, actions.file_penalty, barred=barred, done="备案表已制作并入卷",
        initial={"on": today, "filing_with": case.body.reconsideration}, given={"decision": decision},
    )  # fmt: skip
