"""Refusals of casework, each named for the broken rule."""

from yangguang.trail.errors import Refused


class NotCertified(Refused):
    """执法人员不得少于两人，并应当具有行政执法资格.  行政处罚法 art. 42."""


class MustRecuse(Refused):
    """应当回避的人员不得办理.  行政处罚法 art. 43."""


class NoPower(Refused):
    """没有这项执法权.  行政处罚法 art. 17, 24."""


class NotHandler(Refused):
    """Only the two handlers of a case act in it."""


class NotTrained(Refused):
    """A person without the pre-post training the pack asks for.  **Clause** QS-4.6a."""


class NotHead(Refused):
    """须由行政机关负责人决定，且不得由承办人审批.  行政处罚法 art. 54, 57."""


class OutOfOrder(Refused):
    """A step before what must come first."""


class MissingRecords(Refused):
    """A document or recording the pack asks for is not there.  QS-3.2.0a."""


class NotPunishable(Refused):
    """依法不予处罚、不再给予处罚的，不得提出处罚.  行政处罚法 art. 30, 31, 33, 36."""


class TimeBarred(Refused):
    """违法行为超过处罚时效.  行政处罚法 art. 36."""


class BadFact(Refused):
    """A value that cannot be."""


class OutsideBenchmark(Refused):
    """Outside the discretion grade without a reason.  行政处罚法 art. 34."""
