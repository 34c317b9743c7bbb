"""What training refuses, and whose people one may write of."""

from yangguang.registry.access import NotAllowed
from yangguang.registry.models import Officer
from yangguang.trail.errors import Refused


class BadDates(Refused):
    """An end before its beginning, or a day outside its year."""


class AlreadyThere(Refused):
    """The person is on the list of this session, or the result on record."""


class NoReason(Refused):
    """A change, a correction or a cancellation without its reason."""


class NothingChanged(Refused):
    """A correction that says the same, or of a row that was corrected before."""


class TooLong(Refused):
    """Minutes that are none, or more than the session lasted."""


class NoPlan(Refused):
    """A plan there is not."""


class CalledOff(Refused):
    """A session that was cancelled."""


class Unproved(Refused):
    """A result from elsewhere without its proof, or with marks that cannot be."""


class NotHeldYet(Refused):
    """A session that has not begun has no attendance."""


class BadQuestion(Refused):
    """A question that cannot be asked or marked."""


class BankTooSmall(Refused):
    """题库中的试题不足以组卷."""


class BadPaper(Refused):
    """An exam that nobody could pass, or sit."""


class NotAdmitted(Refused):
    """未获准考的人员不得应试."""


class Partial(Refused):
    """命题、组卷人员不得参加该场考试."""


class NotForAuxiliary(Refused):
    """执法辅助人员不参加执法资格考试."""


class NotNow(Refused):
    """Before the exam opens, or after its time is over."""


class AlreadySat(Refused):
    """一次准考只能应试一次、交卷一次."""


def reach(by: Officer, scope: str) -> None:
    """**Raises** NotAllowed where the row would be of a body that is neither the signer's own nor below it."""
    if not scope.startswith(by.scope):
        raise NotAllowed("该人员、事项不在您的机关管辖范围之内", mend="由其所属机关或者共同的上级机关办理")
