"""The pages of a party's request to read its own file."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from yangguang.casework import facts
from yangguang.casework.models import Case
from yangguang.registry.web import Asked, page

from ... import act, deed
from ...deed import Told
from ..models import Kind, PartySubmission, about
from . import actions, queries
from .forms import AnswerForm, listing
from .models import InspectionDraft, Way

READERS = ("officer", "reviewer", "head", "supervisor", "archivist")


def _asked(request: Asked, pk: UUID, submission: UUID) -> tuple[Case, PartySubmission]:
    case = act.the_case(request, pk)
    row = PartySubmission.objects.filter(pk=submission, case=case, kind=Kind.INSPECT).first()
    if row is None:
        raise Http404
    row.case = case
    return case, row


def _past(row: PartySubmission) -> list[Told]:
    """What was prepared, answered and read, in order."""
    told = []
    for draft in row.inspection_drafts.select_related("by", "answer__by").order_by("at", "id"):
        told.append(Told(f"{_moment(draft)} {draft.by.name}拟定查阅清单", draft.opinion))
        answer = getattr(draft, "answer", None)
        if answer is not None:
            words = f"{_moment(answer)} {answer.by.name}答复：{answer.get_outcome_display()}"
            told.append(Told(words, "；".join(one for one in (answer.ground, answer.opinion) if one)))
    given = queries.answer_of(row)
    if given is not None:
        told += [Told(f"{_moment(one)} 当事人查阅", "", one.item) for one in reversed(queries.readings(given))]
    return told


def _moment(row: Any) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"


def _listed(draft: InspectionDraft | None) -> list[tuple[str, Any]]:
    labels = dict(Way.choices)
    return [
        (row["title"], f"{labels[row['way']]}{'：' + row['ground'] if row['ground'] else ''}")
        for row in (draft.rows if draft is not None else [])
    ]


def _page(case: Case, row: PartySubmission, heading: str, label: str, **more: Any) -> deed.Page:
    asked = [("系统收到", _moment(row)), *about(row)]
    asked += [
        (facts.named(one), one.text) for one in actions.cite(case, actions.OWN, actions.WITHHELD, actions.INTERNAL)
    ]
    rows = [*asked, *more.pop("listed", [])]
    return deed.Page(heading, label, rows=rows, past=_past(row), **more)


def _then(row: PartySubmission) -> str:
    return reverse("decision:inspection", args=[row.case_id, row.pk])


@page(*READERS)
def overview(request: Asked, pk: UUID, submission: UUID) -> HttpResponse:
    """当事人查阅案卷: what was asked, what was answered, what was read."""
    case, row = _asked(request, pk, submission)
    handles = act.not_handler(request, case) or act.barred(actions.may_prepare, row)
    heads = act.not_head(request, case) or act.barred(actions.may_answer, row)
    offered = [(handles, "逐件拟定查阅清单", "inspection_prepare"), (heads, "答复查阅申请", "inspection_answer")]
    steps = [
        (words, reverse(f"decision:{name}", args=[case.pk, row.pk])) for bar, words, name in offered if bar is None
    ]
    listed = _listed(queries.draft_of(row))
    return deed.run(request, case, _page(case, row, "当事人查阅案卷", "", listed=listed, steps=steps), None)


@page("officer")
def prepare(request: Asked, pk: UUID, submission: UUID) -> HttpResponse:
    """拟定查阅清单."""
    case, row = _asked(request, pk, submission)
    found, grounds = queries.items(case), tuple(queries.grounds(case).value or ())
    held = queries.copies(found)
    rows = [(item, queries.ways(item, held.get(item))) for item in found]
    served = set(case.services.values_list("item_id", flat=True))
    known = {f"way_{n}": Way.ORIGINAL.value for n, (item, _) in enumerate(rows) if item.pk in served}

    def read(data: dict[str, Any]) -> dict[str, Any]:
        ways = {}
        for n, (item, _) in enumerate(rows):
            way, _, ground = data[f"way_{n}"].partition(":")
            ways[str(item.pk)] = (way, grounds[int(ground)] if ground else "")
        return {"ways": ways, "opinion": data["opinion"]}

    lead = "内部文书、他人的信息不提供；音像资料有遮挡副本的才能在网页上查阅，其他的到机关当面查阅。已经送达当事人的文书已选好。"
    return deed.run(
        request,
        case,
        _page(case, row, "拟定查阅清单", "报负责人答复", lead=lead),
        listing(rows, grounds),
        actions.prepare,
        barred=act.not_handler(request, case) or act.barred(actions.may_prepare, row),
        done="已报负责人答复",
        then=_then(row),
        initial=known,
        read=read,
        submission=row,
    )


@page("head")
def answer(request: Asked, pk: UUID, submission: UUID) -> HttpResponse:
    """答复查阅申请."""
    case, row = _asked(request, pk, submission)
    draft = queries.draft_of(row)
    listed = [*_listed(draft), ("承办人意见", draft.opinion)] if draft is not None else []
    return deed.run(
        request,
        case,
        _page(case, row, "答复查阅申请", "答复", listed=listed),
        AnswerForm,
        actions.answer,
        barred=act.not_head(request, case) or act.barred(actions.may_answer, row),
        done="已答复；当事人凭码可以看到",
        then=_then(row),
        choices={"ground": [("", "（同意、退回的不选）"), *((one, one) for one in queries.grounds(case).value or ())]},
        submission=row,
    )
