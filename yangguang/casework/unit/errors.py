"""Refusals around the opinion of a handling unit."""

from yangguang.trail.errors import Refused


class UnitSilent(Refused):
    """The head of the handling unit has not spoken yet, or does not agree.  CN-118-4.4, QS-3.3.3a."""


class NotUnitHead(Refused):
    """Only the head of the unit speaks for it, under an own account, and never on a case they handle themselves."""
