"""The decision document that is to be published: of an ordinary penalty it was issued, of other kinds it is named now."""

from datetime import datetime

from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.casework.course import route
from yangguang.casework.models import Case
from yangguang.decision import actions as decide
from yangguang.decision.models import Issuance
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer

from .errors import NotItsPublisher

STEP = "disclose"


def its_publisher(case: Case, by: Officer) -> None:
    """**Raises** NotItsPublisher unless the person publishes for this body now.  **Clause** QD-3.1.1(3)a."""
    if by.scope == case.scope and registry.holds(by, "disclosure"):
        return
    step = cases.step_of(case, STEP)
    title = cases.pack_of(case).role("disclosure")
    raise NotItsPublisher(
        f"{by.name}不是{case.body.name}的{title}，不得办理公示",
        because=step.because if step else (),
        mend=f"由{case.body.name}的{title}办理",
        field="by",
    )


def issued(issuance: Issuance, by: Officer, at: datetime) -> Issuance:
    """The row of the decision document; of a case that follows its course it is written with what is done of it now.

    **Raises** OutOfOrder where the course is not at its publication.
    """
    case = issuance.case
    if case.guided:
        course.open_step(route.of(case), STEP)
    return issuance if not issuance._state.adding else decide.issue_course(by=by, at=at, case=case)
