"""Note that somebody read something: once an hour for each person and item, so that noting costs a reader nothing."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action

from ...models import Item
from ..models import Reading


@action("record.read")
def read(*, by: Officer, at: datetime, item: Item, how: str, keeper: bool) -> Reading:
    """查阅材料: of a file that was handed over, noted in the body that reads.  **Clause** QS-3.2.2j, QS-3.2.3e."""
    scope = item.scope if item.scope.startswith(by.scope) else by.scope
    return Reading.objects.create(
        by=by, at=at, scope=scope, item=item, reader_key=by.key, hour=_hour(at), how=how, keeper=keeper
    )


def note(*, by: Officer, item: Item, how: str, keeper: Callable[[], bool]) -> None:
    """This will note a reading unless this person's reading of this item in this hour is noted already."""
    now = timezone.now()
    known = Reading.objects.filter(item=item, reader_key=by.key, hour=_hour(now), how=how)
    if known.exists():
        return
    with transaction.atomic():
        trail.lock(f"reading:{item.pk}:{by.key}")  # the pictures of a page are asked for all at once
        if not known.exists():
            read(by=by, at=now, item=item, how=how, keeper=keeper())


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
