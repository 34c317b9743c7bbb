"""Refusals of the decision stage, each named for the broken rule."""

from yangguang.trail.errors import Refused


class NotReviewed(Refused):
    """未经法制审核或者审核未通过的，不得作出决定.  行政处罚法 art. 58."""


class NotNotified(Refused):
    """未告知不得作出决定.  行政处罚法 art. 44, 62."""


class NotHeard(Refused):
    """必须充分听取陈述申辩.  行政处罚法 art. 45, 62."""


class Heavier(Refused):
    """不得因当事人陈述、申辩而给予更重的处罚.  行政处罚法 art. 45."""


class NotDeliberated(Refused):
    """情节复杂或者重大违法行为，应当集体讨论决定.  行政处罚法 art. 57."""


class BadService(Refused):
    """A service that the law does not know in this form.  民事诉讼法 art. 87–95."""


class NotArchivist(Refused):
    """Only this body's archivist binds its files, and no handler checks the own file."""


class NotYet(Refused):
    """Something that must come first is missing."""


class BadDate(Refused):
    """A date before what it follows, or later than now."""


class NotComplete(Refused):
    """A file that lacks what it must hold.  QS-3.2.0b, QS-3.3.3e."""
