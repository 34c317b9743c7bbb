"""Drafts of forms: what was typed and not submitted, kept for the person who typed it and for nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from yangguang.registry.access import Caller
from yangguang.trail.models import Entry

from .models import Draft

KEEP = timedelta(days=30)
LARGEST = 300_000  # characters of one draft
UNKEPT = {"csrfmiddlewaretoken", "seen"}


class TooLong(ValueError):
    """A draft larger than any form of ours."""


@dataclass(frozen=True)
class Unfinished:
    """A form somebody began."""

    form: str
    saved_at: datetime


def save(caller: Caller, form: str, data: QueryDict) -> Draft:
    """Keep what is in a form now; the last word wins.  **Raises** TooLong."""
    kept = {name: data.getlist(name) for name in data if name not in UNKEPT}
    if sum(len(value) for values in kept.values() for value in values) > LARGEST:
        raise TooLong("草稿过大，没有保存到服务器；内容仍在本机")
    draft, _ = Draft.objects.update_or_create(
        account=caller.account, form=form, defaults={"data": kept, "scope": caller.scope}
    )
    return draft


def recall(caller: Caller, form: str) -> Draft | None:
    """The draft of a form, unless it was submitted since or is too old: then it is removed."""
    draft = Draft.objects.filter(account=caller.account, form=form).first()
    if draft is None:
        return None
    if draft.saved_at < timezone.now() - KEEP or submitted([draft]):
        draft.delete()
        return None
    return draft


def forget(caller: Caller, form: str) -> None:
    Draft.objects.filter(account=caller.account, form=form).delete()


def unfinished(caller: Caller) -> list[Unfinished]:
    """Forms the caller began and did not submit, the latest first."""
    found = list(
        Draft.objects.filter(account=caller.account, saved_at__gte=timezone.now() - KEEP).order_by("-saved_at")
    )
    done = submitted(found)
    return [Unfinished(draft.form, draft.saved_at) for draft in found if draft.pk not in done][:10]


def submitted(drafts: list[Draft]) -> set[Any]:
    """Those drafts whose form has arrived: the trail knows the submission by its `once`."""
    once = {draft.pk: _once(draft) for draft in drafts}
    known = set(Entry.objects.filter(once__in=[key for key in once.values() if key]).values_list("once", flat=True))
    return {pk for pk, key in once.items() if key in known}


def _once(draft: Draft) -> UUID | None:
    try:
        return UUID((draft.data.get("once") or [""])[0])
    except ValueError:
        return None
