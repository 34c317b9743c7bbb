"""What the pack of a case says of the way a review goes: who concludes, how many, and under which clause."""

from yangguang.casework import queries as casework
from yangguang.casework.models import Case
from yangguang.policy.answers import Answer, Citation

FLOW = "legal_review"  # the act of the packs that describes the workflow of a review


def clauses(case: Case, step: str) -> tuple[Citation, ...]:
    """The clauses one step of the review stands on, the local ones with the state's."""
    return casework.pack_of(case).act(FLOW).step(step).because


def parameter(case: Case, name: str) -> Answer:
    return casework.pack_of(case).parameter(name)


def collegial(case: Case) -> bool:
    """Whether a collegial body reviews.  **Clause** WC-2.3.1(1)a."""
    return parameter(case, "reviewing_body_type").value == "collegial"


def outsider_concludes(case: Case) -> bool:
    """Whether counsel may conclude by themselves.  **Clause** DH-2.3.1b, QD-3.3.1e."""
    return parameter(case, "external_reviewer_may_conclude").value is True
