"""A page that ends in one act of a case: what is known, what was done before, the form and its button."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from yangguang.casework.models import Case
from yangguang.registry.forms import ActionForm
from yangguang.registry.web import Asked, address
from yangguang.trail.errors import Refused

from . import act

FIELDS = ("once", "seen")  # what every form carries besides what is asked


@dataclass(frozen=True)
class Told:
    """One thing done before.  **Shape** `item`: the document it left, if any."""

    title: str
    text: str = ""
    item: Any = None

    @property
    def url(self) -> str:
        return address("record:item", self.item.pk) if self.item else ""


@dataclass(frozen=True)
class Page:
    """What the page shows besides its form."""

    heading: str
    label: str
    lead: str = ""
    note: str = ""
    rows: Iterable[tuple[str, Any]] = ()
    past: Iterable[Told] = ()
    warnings: Iterable[str] = ()
    steps: Iterable[tuple[str, str]] = ()  # (words, address): what else may be done here
    sources: Mapping[str, str] = field(default_factory=dict)  # field → where its value comes from


def run(
    request: Asked,
    case: Case,
    page: Page,
    form: type[ActionForm] | None,
    action: Callable[..., Any] | None = None,
    *,
    barred: Refused | None = None,
    done: str = "已办理",
    then: str = "",
    initial: Mapping[str, Any] | None = None,
    choices: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    read: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    given: Mapping[str, Any] | None = None,
    **also: Any,
) -> HttpResponse:
    """Show the page; run its action with the form's fields (or what `read` makes of them) and what is given."""
    if form is None or action is None or barred is not None:
        return act.show(request, "deed", case, None, page=page, barred=barred)
    asked = act.new_form(form, request, case, **(initial or {}))
    for name, offered in (choices or {}).items():
        asked.fields[name].choices = list(offered)  # type: ignore[attr-defined]
    if request.method == "POST" and asked.is_valid():
        data = {name: value for name, value in asked.cleaned_data.items() if name not in FIELDS}
        try:
            said = read(data) if read else data
        except Refused as refused:
            asked._refuse(refused)
        else:
            answer = act.submit(request, asked, action, done, then or act.then(case), **said, **(given or {}), **also)
            if answer is not None:
                return answer
    return act.show(
        request,
        "deed",
        case,
        asked,
        page=page,
        groups=_groups(asked, page.sources),
    )


def _groups(form: ActionForm, sources: Mapping[str, str]) -> list[list[tuple[Any, str]]]:
    """The fields in order, those of one numbered row together."""
    rows: dict[str, list[tuple[Any, str]]] = {}
    for bound in form.visible_fields():
        _, _, n = bound.name.rpartition("_")
        rows.setdefault(n if n.isdigit() else bound.name, []).append((bound, sources.get(bound.name, "")))
    return list(rows.values())
