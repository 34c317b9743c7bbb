"""The versions of a document as the database counts them: itself, and every correction of it that came after."""

from django.db.models.expressions import RawSQL

from yangguang.record.models import Item


def of(item: Item) -> RawSQL:
    """The keys of all of them, for `item__in`."""
    return RawSQL("select id from record_later(%s)", [item.pk])


def newest(item: Item) -> RawSQL:
    """The key of the one that stands, for `item__in`."""
    return RawSQL("select id from record_later(%s) where newest", [item.pk])
