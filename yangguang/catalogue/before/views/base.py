"""What these pages share: one page for one act, and the bytes of a file."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.forms import ActionForm, now
from yangguang.registry.models import Body
from yangguang.registry.web import Asked, address
from yangguang.vault import store


def own_body(caller: Caller) -> Body:
    return registry.body_at(caller.scope, timezone.localdate()) or caller.body


def linked(page: tuple[str, ...]) -> str:
    """The address of a page by its name and arguments; nothing where there is none."""
    return address(*page) if page else ""


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
    to: Callable[[Any], str] | None = None,
    lead: str = "",
    because: Any = (),
    notes: tuple[str, ...] = (),
    barred: Any = None,
) -> HttpResponseBase:
    """A page for one act: the form, the refusal with its mend, and away when it is done."""
    if request.method == "POST" and form.is_valid() and barred is None:
        done = form.run(action, by=request.caller.officer, at=now(), **given())
        if done is not None:
            messages.success(request, said)
            return redirect(to(done) if to and not form.repeated else back)
    context = {
        "form": form, "title": title, "label": label, "back": back, "lead": lead, "because": because, "notes": notes,
        "files": any(getattr(field.widget, "needs_multipart_form", False) for field in form.fields.values()),
        "barred": barred,
    }  # fmt: skip
    wrong = request.method == "POST" and (barred is not None or bool(form.errors))
    status = 409 if wrong and barred is not None else 422 if wrong else 200
    return render(request, "catalogue/before/act.html", context, status=status)


def posted(request: Asked) -> Any:
    return request.POST if request.method == "POST" else None


def kept(digest: str, mime: str, name: str, inline: bool = True) -> HttpResponseBase:
    """A file of the vault."""
    return FileResponse(store.open(digest), content_type=mime, filename=name, as_attachment=not inline)


def attached(content: bytes, mime: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    return response
