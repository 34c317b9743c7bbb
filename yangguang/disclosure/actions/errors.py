"""Why something is not published, or not kept from the public."""

from yangguang.trail.errors import Refused


class NotConfirmed(Refused):
    """A proposed mark that nobody confirmed or declined with a reason.  QS-3.1.0d, G16."""


class Leak(Refused):
    """Personal data that would still be readable.  行政处罚法 art. 50."""


class NotPublishable(Refused):
    """Revoked, already public, or already down."""


class NoGround(Refused):
    """不公开没有法律依据.  QD-3.1.3(1)c, QS-3.1.3d, DH-2.1.4a."""


class NotItsPublisher(Refused):
    """Somebody who is not the disclosure officer of the body that decided.  QD-3.1.1(3)a, WC-2.1.1b."""
