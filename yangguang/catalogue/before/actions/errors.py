"""Why something shown beforehand is refused."""

from yangguang.trail.errors import Refused


class NoProof(Refused):
    """A channel without a link, words or a photograph: nothing shows that anything is to be seen there."""


class NothingThere(Refused):
    """A body without a power of this kind has nothing of it to show."""


class StillMissing(Refused):
    """A document that its rules leave open and nobody has settled."""


class Unfinished(Refused):
    """A touched thing is said to be renewed, and no newer version of it is there."""


class BadFile(Refused):
    """A file that is no PDF, Word file or photograph, or that the vault did not take."""
