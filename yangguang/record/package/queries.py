"""Reads of exported packages."""

from uuid import UUID

from django.db.models import QuerySet

from yangguang.registry.access import Caller, below

from .. import queries
from ..models import Dossier
from .models import PackageExport

PACKERS = ("archivist", "supervisor")  # who takes a whole file out of the house


def dossier(caller: Caller, pk: UUID) -> Dossier | None:
    """A file this person may take out."""
    if not caller.has(*PACKERS):
        return None
    return queries.dossiers(caller).filter(pk=pk).first()


def exports(caller: Caller) -> QuerySet[PackageExport]:
    """What was taken out of the caller's bodies, newest first."""
    if not caller.has(*PACKERS):
        return PackageExport.objects.none()
    return PackageExport.objects.filter(below(caller.scope)).select_related("by", "dossier").order_by("-at", "-id")


def export(caller: Caller, pk: UUID) -> PackageExport | None:
    return exports(caller).filter(pk=pk).first()
