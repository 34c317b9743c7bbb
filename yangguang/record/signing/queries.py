"""Reads of signatures."""

from django.db.models import QuerySet

from ..models import Item
from .models import Signature


def of(item: Item) -> QuerySet[Signature]:
    """Who signed a document and who refused, in the order of it."""
    return Signature.objects.filter(item=item).select_related("by", "image").order_by("at", "id")
