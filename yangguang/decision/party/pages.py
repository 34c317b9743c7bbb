"""The page on which a handler takes what the party handed in into the file."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from yangguang.registry.web import Asked, page

from .. import act
from .actions import AlreadyTaken, accept
from .forms import AcceptForm
from .models import Kind, PartySubmission, about


@page("officer", "reviewer", "head", "supervisor")
def submission(request: Asked, pk: UUID, submission: UUID) -> HttpResponse:
    """当事人提交: what came, when, whether in time; and the button that takes it into the file."""
    case = act.the_case(request, pk)
    row = PartySubmission.objects.filter(pk=submission, case=case).select_related("acceptance__item").first()
    if row is None:
        raise Http404
    if row.kind == Kind.INSPECT:
        return redirect("decision:inspection", pk=case.pk, submission=row.pk)
    taken = getattr(row, "acceptance", None)
    barred = act.not_handler(request, case)
    if taken and request.method == "POST":
        barred = AlreadyTaken("这件提交已经收入案卷", mend="刷新页面查看")
    form = None if taken or barred else act.new_form(AcceptForm, request, case)
    if form is not None:
        data = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
        then = act.then(case, "decision:answer") if row.kind == "statement" and row.notice_id else act.then(case)
        done = act.submit(request, form, accept, "已收入案卷", then, submission=row, note=data.get("note", ""))
        if done is not None:
            return done
    return act.show(
        request, "party_submission", case, form, barred=barred, row=row, lines=about(row), taken=taken, entry=row.entry
    )
