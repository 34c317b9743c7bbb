"""What the pages of a case share: the addresses at which what it lacks is supplied, and how its forms are shown again."""

from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from yangguang.record.documents import Field, Template
from yangguang.record.documents.values import look
from yangguang.record.queries import Owed
from yangguang.registry.forms import ActionForm
from yangguang.registry.web import Asked
from yangguang.trail import queries as trail
from yangguang.trail.actions import VERBS, Changed

from .models import Case
from .queries import BY_FORM
from .step_form import MOST_ROWS, DocumentsForm


def upload(case: Case, owed: Owed) -> str:
    """Where the recording for one event of one step is uploaded."""
    return reverse("record:upload", args=[case.dossier_id]) + "?" + _place(owed)


def live(case: Case, owed: Owed) -> str:
    """Where it is recorded on the spot, with this very device."""
    return reverse("record:live", args=[case.dossier_id]) + "?" + _place(owed)


def waive(case: Case, owed: Owed) -> str:
    """Where the reason is given why words suffice for it."""
    return reverse("record:waive", args=[case.dossier_id]) + "?" + _place(owed)


def document(case: Case, owed: Owed) -> str:
    """Where a single missing document of a step is made."""
    return reverse("casework:document", args=[case.pk, owed.step, owed.code])


def mend(case: Case, owed: Owed) -> str:
    """The page that supplies what is owed; "" where the document comes from an act of its own (告知、决定……)."""
    if owed.kind == "recording":
        return upload(case, owed)
    if owed.step in BY_FORM:
        return reverse("casework:step", args=[case.pk, owed.step])
    if owed.code in BY_ITSELF:
        return document(case, owed)
    return ""


def _place(owed: Owed) -> str:
    return urlencode({"step": owed.step, "event": owed.code})


ASSISTANCE = ("evidence", "assistance_letter")  # 协助函: asked of another agency at any time of the investigation
BY_ITSELF = ("service_address_confirmation", ASSISTANCE[1])  # documents an officer fills in on their own


# ---- forms shown again -----------------------------------------------------------------------------------------------


def renew(form: ActionForm, chain: str) -> None:
    """After “somebody else acted meanwhile” was said, the next press of the button counts as having read it."""
    if isinstance(form.refused, Changed):
        said = [f"{timezone.localtime(one.recorded_at):%H:%M} {VERBS[one.verb].title}" for one in form.refused.entries]
        form.refused.mend = f"刚才的办理：{'；'.join(said)}。核对后可以再次提交" if said else form.refused.mend
        data: QueryDict = form.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(trail.head(chain))
        form.data = data


def typed(post: QueryDict, many: tuple[str, ...] = ()) -> dict[str, Any]:
    """What was typed, to show it again without judging it."""
    return {name: post.getlist(name) if name in many else post[name] for name in post}


def shown_again(form: DocumentsForm, post: QueryDict) -> list[tuple[str, str]]:
    """What was typed, by the labels of its fields, where the form itself can no longer be sent."""
    rows = []
    for name, field in form.fields.items():
        said = [one.strip() for one in post.getlist(name) if one.strip()]
        if not said or field.widget.is_hidden:
            continue
        words = {str(key): str(text) for key, text in getattr(field, "choices", ())}
        rows.append((str(field.label or name), "、".join(words.get(one, one) for one in said)))
    return rows


F = TypeVar("F", bound=DocumentsForm)


def more(request: Asked, form_class: type[F], **options: Any) -> F | None:
    """The form with more rows in one list, everything typed kept and nothing judged; None if that was not asked."""
    key = request.POST.get("more")
    if not key:
        return None
    kept = typed(request.POST, tuple(name for name in request.POST if len(request.POST.getlist(name)) > 1))
    counts: dict[str, int] = {
        name.removesuffix(".count"): min(int(str(value)), MOST_ROWS)
        for name, value in request.POST.dict().items()
        if name.endswith(".count") and str(value).isascii() and str(value).isdigit() and len(str(value)) < 4
    }
    counts[key] = min(counts.get(key, 0) + 3, MOST_ROWS)
    kept |= {f"{name}.count": value for name, value in counts.items()}
    return form_class(initial=kept, counts=counts, **options)


def in_words(form: Template, data: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of a document with what will be printed in them."""
    rows = [(one.label, _words(one, look(data, one.name))) for one in form.fields]
    return [(label, words) for label, words in rows if words]


def _words(one: Field, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "；".join(" ".join(_words(f, look(row, f.name)) for f in one.of).strip() for row in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if one.type == "fen":
        return f"{value / 100:,.2f} 元"
    return dict(one.options).get(value, str(value))
