"""A remark of the organ above on a review; accountability from its opening to its end."""

from datetime import datetime
from uuid import UUID

from yangguang.casework.models import Case
from yangguang.registry.models import Officer
from yangguang.review import rules
from yangguang.review.models import Submission
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import grounds
from .models import Breach, BreachEnd, Remark


class NotAbove(Refused):
    """Only who supervises the body, and took no part in the review."""


class NotShown(Refused):
    """A breach the file would show, and does not; or nobody who answers for it."""


@action("review.remark", milestone=True)
def remark(*, by: Officer, at: datetime, submission: Submission, text: str) -> Remark:
    """对审核提出监督意见: kept beside the review, which stays as it was given.

    **Clause** QD-3.3.5c.  **Raises** NotAbove.
    """
    _above(by, submission)
    return Remark.objects.create(
        by=by,
        at=at,
        scope=submission.scope,
        case=submission.case,
        submission=submission,
        text=text.strip(),
        by_name=f"{by.body.name} {by.name}"[:60],
    )


@action("review.open_breach", milestone=True)
def open_breach(*, by: Officer, at: datetime, submission: Submission, ground: str, text: str) -> Breach:
    """审核责任追究立案: a named breach with who answers for it; what the file can show, it must show.

    **Clause** QD-3.3.4b, QD-3.3.4c, QS-3.3.3f, DH-2.3.4c, WC-2.3.3d.  **Raises** NotAbove, NotShown.
    """
    _above(by, submission)
    known = grounds.GROUNDS[ground]
    because = rules.clauses(submission.case, known.step)
    shown = known.shows(submission) if known.shows else ""
    if known.shows and not shown:
        raise NotShown(
            f"案卷没有“{known.title}”的记载", because=because, mend="核对案卷，或者选择其他事由", field="ground"
        )
    if submission.breaches.filter(ground=ground, end__isnull=True).exists():
        raise NotShown(f"“{known.title}”已经立案，还没有办结", because=because, mend="在原案办理", field="ground")
    persons = grounds.responsible(submission, known)
    if not persons:
        raise NotShown("还没有人员对此负责", because=because, mend="分派审核人员后再立案", field="ground")
    return Breach.objects.create(
        by=by,
        at=at,
        scope=submission.scope,
        case=submission.case,
        submission=submission,
        ground=ground,
        text=text.strip(),
        shown=shown,
        persons=persons,
        because=grounds.because(submission, known),
        by_name=f"{by.body.name} {by.name}"[:60],
    )


@action("review.open_skipped", milestone=True)
def open_skipped(*, by: Officer, at: datetime, case: Case, text: str) -> Breach:
    """没有审核就作出决定的责任追究立案: who drew the draft up and who decided on it answer.

    **Clause** QD-3.3.4c, QS-3.3.3f, DH-2.3.4c, WC-2.3.3d.  **Raises** NotAbove, NotShown.
    """
    because = rules.clauses(case, "submit")
    _above_case(by, case, set())
    shown = grounds.skipped(case)
    if not shown:
        raise NotShown("本案没有未经审核的决定", because=because, mend="对已送审的，在审核的页面立案")
    if Breach.objects.filter(case=case, ground=grounds.SKIPPED, end__isnull=True).exists():
        raise NotShown("已经立案，还没有办结", because=because, mend="在原案办理")
    if len(text.strip()) < 4:
        raise NotShown("没有写明应当审核的理由", because=because, mend="写明符合哪一种须审核的情形", field="text")
    return Breach.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        submission=None,
        ground=grounds.SKIPPED,
        text=text.strip(),
        shown=shown,
        persons=grounds.answer_for_skipping(case),
        because=grounds.cited(case, "submit"),
        by_name=f"{by.body.name} {by.name}"[:60],
    )


@action("review.end_breach", milestone=True)
def end_breach(*, by: Officer, at: datetime, breach: Breach, result: str, text: str) -> BreachEnd:
    """审核责任追究办结: what was found and done.  **Clause** QD-3.3.4c, QS-3.3.3f."""
    if breach.submission is not None:
        _above(by, breach.submission)
    else:
        _above_case(by, breach.case, set())
    if hasattr(breach, "end"):
        raise NotShown("已经办结", mend="有新情况的，另行立案")
    return BreachEnd.objects.create(
        by=by,
        at=at,
        scope=breach.scope,
        case=breach.case,
        breach=breach,
        result=result,
        text=text.strip(),
        by_name=f"{by.body.name} {by.name}"[:60],
    )


def _above(by: Officer, submission: Submission) -> None:
    """**Raises** NotAbove."""
    _above_case(by, submission.case, set(submission.reviews.values_list("by__key", flat=True)))


def _above_case(by: Officer, case: Case, reviewed: set[UUID]) -> None:
    """**Raises** NotAbove."""
    because = (
        *rules.parameter(case, "review_supervision").because,
        *rules.parameter(case, "review_accountability").because,
    )
    if by.key in case.ever_handled | reviewed:
        raise NotAbove(f"{by.name}承办或者审核了本案", because=because, mend="由没有参加的监督人员办理")
    if not case.scope.startswith(by.scope):
        raise NotAbove(f"{by.body.name}不是{case.body.name}的上级", because=because, mend="由上级法制机构办理")
