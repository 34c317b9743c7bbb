"""The handlers of a case as they are now, under the names of the fields that say who applied for it."""

from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor


class _Now(ForwardManyToOneDescriptor):
    """Reads the latest change of handlers where there was one, else the field."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        change = instance.handed_over if instance is not None else None
        return getattr(change, self.field.name) if change is not None else super().__get__(instance, cls)


class HandledBy(models.ForeignKey):
    """A foreign key whose column says who applied, and whose object is who handles the case now."""

    forward_related_accessor_class = _Now

    def deconstruct(self) -> Any:
        name, _, arguments, keywords = super().deconstruct()
        return name, "django.db.models.ForeignKey", arguments, keywords
