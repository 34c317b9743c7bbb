"""What these pages share: one page for one act, and the item they are about."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render

from yangguang.registry.forms import ActionForm, now
from yangguang.registry.web import Asked, address

from ... import queries
from ...models import Dossier, Item


def act(
    request: Asked,
    form: ActionForm,
    action: Callable[..., Any],
    given: Callable[[], dict[str, Any]],
    *,
    title: str,
    label: str,
    back: str,
    said: str,
    crumbs: Sequence[tuple[str, str]] = (),
    lead: str = "",
    because: Any = (),
    notes: Sequence[str] = (),
    barred: Any = None,
    to: Callable[[Any], str] | None = None,
) -> HttpResponseBase:
    """A page for one act: the form, the refusal with its mend, and away when it is done."""
    if request.method == "POST" and form.is_valid() and barred is None:
        done = form.run(action, by=request.caller.officer, at=now(), **given())
        if done is not None:
            messages.success(request, "这次提交已经办理，没有重复办理" if form.repeated else said)
            return redirect(to(done) if to and not form.repeated else back)
    context = {
        "form": form, "title": title, "label": label, "back": back, "lead": lead, "because": because, "notes": notes,
        "crumbs": [{"title": words, "url": url} for words, url in crumbs], "barred": barred,
        "files": any(getattr(field.widget, "needs_multipart_form", False) for field in form.fields.values()),
    }  # fmt: skip
    wrong = request.method == "POST" and (barred is not None or bool(form.errors))
    status = 409 if wrong and barred is not None else 422 if wrong else 200
    return render(request, "record/act.html", context, status=status)


def posted(request: Asked) -> Any:
    return request.POST if request.method == "POST" else None


def the_item(request: Asked, pk: UUID, how: str | None = None) -> Item:
    """The material in the address; `how` it is read is noted, unless the page shows none of its bytes."""
    try:
        return queries.visible_item(request.caller, pk, how)
    except Item.DoesNotExist as error:
        raise Http404 from error


def matter_page(dossier: Dossier) -> str:
    """The page of what a file is the file of."""
    matter = queries.matter(dossier)
    return address(*matter.page) if matter else ""
