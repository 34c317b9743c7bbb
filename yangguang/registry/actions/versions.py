"""A change of a registered thing is its next version; an end is its last.  Nothing is edited."""

from datetime import date, datetime
from typing import Any, TypeVar

from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import Entity, Officer

E = TypeVar("E", bound=Entity)

OF_THE_VERSION = {"id", "at", "key", "valid_from", "valid_to", "reason"}


class NoReason(Refused):
    """A change or an end without its reason."""


class NothingChanged(Refused):
    """A new version that says the same as the one before."""


class TooEarly(Refused):
    """A version that would begin before one that is already there: history is not rewritten."""


class Ended(Refused):
    """The thing has ended; it is registered anew, not changed."""


def newest(thing: E) -> E:
    """The last version written of a thing, whichever version is given."""
    model: type[E] = type(thing)
    return model._base_manager.filter(key=thing.key).order_by("-valid_from", "-id").first() or thing


def _same(before: Any, after: Any) -> bool:
    """A unit renamed since is the same unit: naming its newer version changes nothing of whoever belongs to it."""
    if isinstance(before, Entity) and isinstance(after, Entity):
        return type(before) is type(after) and before.key == after.key
    return bool(before == after)


def next_version(thing: E, at: datetime, valid_from: date, reason: str, changes: dict[str, Any]) -> E:
    """Write the version of a thing that holds from a day on.

    **Shape** `changes`: the columns that differ; the rest is taken over from the last version.
    **Raises** NoReason, NothingChanged, TooEarly, Ended.
    """
    last = newest(thing)
    follows(last, valid_from, reason)
    before = {
        field.name: getattr(last, field.name)
        for field in last._meta.concrete_fields
        if field.name not in OF_THE_VERSION
    }
    after = before | changes
    if all(_same(before[name], after[name]) for name in before):
        raise NothingChanged("没有任何改动，不需要登记新版本", mend="改动至少一项后再提交")
    return _write(type(thing), at=at, key=last.key, valid_from=valid_from, reason=reason.strip(), **after)


def follows(last: Entity, on: date, reason: str) -> None:
    """Whether a version may follow the last one on a day.  **Raises** NoReason, TooEarly, Ended."""
    name = last._meta.verbose_name
    if not reason.strip():
        raise NoReason("没有写明变更的理由", mend="写明依据的文件或者事由", field="reason")
    if on < last.valid_from:
        raise TooEarly(
            f"{name}的现有版本自 {last.valid_from} 起生效，新版本不能早于该日",
            mend="历史版本不得改写；填写该日或者以后的日期",
            field="valid_from",
        )
    if last.valid_to and last.valid_to < on:
        raise Ended(f"{name}已于 {last.valid_to} 终止", mend="重新登记", field="valid_from")


def _write(model: type[E], /, **columns: Any) -> E:  # positional: a device has a column of this name
    return model._base_manager.create(**columns)


@action("registry.end", kind="registry")
def end(*, by: Officer | None, at: datetime, thing: Entity, last_day: date, reason: str) -> Entity:
    """终止登记: the thing holds to `last_day`, inclusive, and not after.

    **Raises** NoReason, TooEarly, Ended.
    """
    return last_version(thing, at, last_day, reason)


def last_version(thing: E, at: datetime, last_day: date, reason: str) -> E:
    """Write the version that says on which day a thing ends."""
    last = newest(thing)
    follows(last, last_day, reason)
    if last.valid_to == last_day:
        raise NothingChanged(f"{last._meta.verbose_name}已登记于 {last_day} 终止", field="valid_from")
    kept = {
        field.name: getattr(last, field.name)
        for field in last._meta.concrete_fields
        if field.name not in OF_THE_VERSION
    }
    return _write(
        type(thing), at=at, key=last.key, valid_from=last_day, valid_to=last_day, reason=reason.strip(), **kept
    )
