"""The versions of a document as they count: itself, and every correction of it that came after."""

from yangguang.record import queries as record
from yangguang.record.models import Item

from .models import Service


def services(item: Item) -> list[Service]:
    """How a document was served, in whichever version from this one on, the first service first."""
    of_it = {one.pk for one in record.corrections(item)}
    return [one for one in record.of_the_file(item.dossier, Service) if one.item_id in of_it]


def first_service(item: Item) -> Service | None:
    """What began with the service of a document runs on when a slip is put right."""
    return next(iter(services(item)), None)


def last_service(item: Item) -> Service | None:
    """The service of the version that stands; None while a correction was not served."""
    newest = record.corrections(item)[-1]
    return next((one for one in services(item) if one.item_id == newest.pk), None)
