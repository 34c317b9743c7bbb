"""The registers as tables: columns, what names one thing, and the rules of their actions; a module for each topic."""

from .base import ANEW, BODY, FROM, KEY, REASON, Table, Unfit, Values
from .bodies import Bodies, Counsels, Groups, Regions, Units
from .devices import Devices
from .parties import Parties, PremisesTable
from .people import Officers
from .powers import Powers

_EVERY = (
    Bodies(),
    Units(),
    Officers(),
    Powers(),
    Parties(),
    Devices(),
    PremisesTable(),
    Counsels(),
    Groups(),
    Regions(),
)
TABLES: dict[str, Table] = {table.slug: table for table in _EVERY}

__all__ = ["ANEW", "BODY", "FROM", "KEY", "REASON", "TABLES", "Table", "Unfit", "Values"]
