"""The decision document that is to be published: of an ordinary penalty it was issued, of other kinds it is named now."""

from datetime import datetime

from yangguang.casework.course import actions as course
from yangguang.casework.course import route
from yangguang.decision import actions as decide
from yangguang.decision.models import Issuance
from yangguang.registry.models import Officer

STEP = "disclose"


def issued(issuance: Issuance, by: Officer, at: datetime) -> Issuance:
    """The row of the decision document; of a case that follows its course it is written with what is done of it now.

    **Raises** OutOfOrder where the course is not at its publication.
    """
    case = issuance.case
    if case.guided:
        course.open_step(route.of(case), STEP)
    return issuance if not issuance._state.adding else decide.issue_course(by=by, at=at, case=case)
