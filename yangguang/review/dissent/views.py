"""Pages of dissent: object to an opinion, coordinate."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from yangguang.registry.web import Asked, page
from yangguang.review import queries as reviews
from yangguang.review import rules
from yangguang.review.models import Review
from yangguang.review.pages import act, back_to, posted
from yangguang.trail import queries as trail

from . import actions, forms, queries


@page("officer")
def object_to(request: Asked, pk: UUID) -> HttpResponseBase:
    """对审核意见提出异议."""
    review = get_object_or_404(reviews.opinions(request.caller).select_related("case__body"), pk=pk)
    form = forms.ObjectForm(posted(request), seen=trail.head(review.case.chain))
    return act(
        request, form, actions.object_to, lambda: {"review": review, **form.given()},
        title="对审核意见提出异议", label="提出异议", said="已提出异议，等待协调；协调之前不能送审",
        back=back_to(review.submission), lead=f"{review.case.title} {review.proposal}",
        because=(*rules.parameter(review.case, "dissent").because, *rules.clauses(review.case, "coordinate")),
        notes=(f"{review.by.name}的意见：{review.get_outcome_display()}。{review.opinion}",),
        parent=(f"审核：{review.case.title}", back_to(review.submission)),
    )  # fmt: skip


def _sides(review: Review) -> str:
    """The two sides that have to be there, a line for each."""
    both = {**dict.fromkeys(queries.handlers(review.case), "承办人"), review.by.name: "审核人员"}
    return "\n".join(f"{name} {post}" for name, post in both.items())


@page("head")
def coordinate(request: Asked, pk: UUID) -> HttpResponseBase:
    """协调意见不一致."""
    objection = get_object_or_404(
        queries.objections(request.caller).select_related(
            "case__body", "case__party", "review__item", "review__submission"
        ),
        pk=pk,
    )
    case, review = objection.case, objection.review
    form = forms.CoordinateForm(
        posted(request),
        seen=trail.head(case.chain),
        initial={"started_at": timezone.localtime(), "attendees": _sides(review)},
    )
    return act(
        request, form, actions.coordinate, lambda: {"objection": objection, **form.given()},
        title="协调意见不一致", label="形成协调记录", said="协调记录已入卷；按结果提出新的一稿，仍须通过法制审核",
        back=back_to(review.submission), lead=f"{case.title} {review.proposal}；协调不改变审核意见，不能绕过审核作出决定",
        because=(*rules.parameter(case, "dissent").because, *rules.clauses(case, "coordinate")),
        notes=(f"审核意见：{review.get_outcome_display()}。{review.opinion}", f"{objection.by.name}的异议：{objection.text}"),
        parent=(f"审核：{case.title}", back_to(review.submission)),
    )  # fmt: skip
