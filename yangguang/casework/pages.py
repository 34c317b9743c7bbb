"""The addresses at which what a case still lacks is supplied."""

from urllib.parse import urlencode

from django.urls import reverse

from yangguang.record.queries import Owed

from .models import Case
from .queries import BY_FORM


def upload(case: Case, owed: Owed) -> str:
    """Where the recording for one event of one step is uploaded."""
    return reverse("record:upload", args=[case.dossier_id]) + "?" + _place(owed)


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


BY_ITSELF = ("service_address_confirmation",)  # documents of later steps that an officer fills in on their own
