"""Everything about one case that its page needs, each part read once."""

from datetime import date
from functools import cached_property
from typing import Any

from yangguang.casework import queries as cases
from yangguang.casework.course import route
from yangguang.casework.course.route import Course
from yangguang.casework.models import Approval, Case, CaseState, Opening, Proposal
from yangguang.decision import queries as decisions
from yangguang.decision.exemption import queries as exemption
from yangguang.decision.models import Decision, Issuance, Notice, Service, Statement
from yangguang.disclosure import queries as disclosure
from yangguang.disclosure.models import Publication
from yangguang.duty import queries as duties
from yangguang.duty.models import Duty
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.record.queries import Owed
from yangguang.registry.access import Caller
from yangguang.registry.web import address
from yangguang.review import queries as review
from yangguang.review.models import Review, Submission

from . import queries, trail_page


class File:
    """Everything about one case that its page needs, each part read once."""

    def __init__(self, case: Case, caller: Caller, today: date):
        self.case, self.caller, self.today = case, caller, today

    @cached_property
    def state(self) -> CaseState:
        return self.case.state

    @cached_property
    def opening(self) -> Opening | None:
        return getattr(self.case, "opening", None)

    @cached_property
    def handles(self) -> bool:
        return cases.handles(self.caller.officer, self.case)

    @cached_property
    def items(self) -> list[Item]:
        return list(record.items(self.case.dossier))

    @cached_property
    def owed(self) -> list[Owed]:
        found = cases.owed(self.case)
        if "exempted" in self.state.done:
            shown = "disclose" in self.state.done and "withheld" not in self.state.done
            return exemption.owed(found, shown=shown)
        return found

    @cached_property
    def proposals(self) -> list[Proposal]:
        return cases.proposals(self.case)

    @cached_property
    def proposal(self) -> Proposal | None:
        return self.proposals[-1] if self.proposals else None

    @cached_property
    def submissions(self) -> dict[Any, Submission]:
        return {one.proposal_id: one for one in queries.submissions(self.case)}

    @cached_property
    def reviews(self) -> list[Review]:
        return review.given(self.case)

    @cached_property
    def notice(self) -> Notice | None:
        return decisions.notice_of(self.case)

    @cached_property
    def statement(self) -> Statement | None:
        return decisions.statement_of(self.notice) if self.notice else None

    @cached_property
    def services(self) -> dict[Any, Service]:
        return {one.item_id: one for one in queries.services(self.case)}

    @cached_property
    def course(self) -> Course:
        return route.of(self.case)

    @cached_property
    def returned(self) -> Approval | None:
        """The head's refusal of the last request, while the step it was about is still to be taken."""
        asked = self.case.requests.select_related("answer__by").order_by("-at").first()
        answer = getattr(asked, "answer", None)
        if asked is None or answer is None or answer.approved or asked.step != self.state.step:
            return None
        return answer

    @cached_property
    def unserved(self) -> list[Item]:
        if self.case.guided:
            return []  # serving is a step of the course
        replaced = {item.replaces_id for item in self.items}
        return [
            item for item in self.items if goes_out(item) and item.pk not in self.services and item.pk not in replaced
        ]

    @cached_property
    def decision(self) -> Decision | None:
        return decisions.decision_of(self.case)

    @cached_property
    def issuance(self) -> Issuance | None:
        if "exempted" in self.state.done or (self.case.guided and "disclose" in self.state.done):
            return decisions.to_issue(self.case)
        return getattr(self.decision, "issuance", None) if self.decision else None

    @cached_property
    def publications(self) -> list[Publication]:
        return disclosure.versions(self.issuance) if self.issuance else []

    @cached_property
    def duties(self) -> list[Duty]:
        return list(duties.of(self.case.chain))

    @cached_property
    def clue_duty(self) -> Duty | None:
        """The duty to answer the clue the case came of, while it is open."""
        if self.case.clue is None:
            return None
        return next((duty for duty in duties.of(self.case.clue.chain) if not hasattr(duty, "discharge")), None)

    @cached_property
    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.duties if not hasattr(duty, "discharge")]

    @cached_property
    def entries(self) -> list[trail_page.Line]:
        return trail_page.lines(self.case)

    def may(self, *roles: str) -> bool:
        """Whether the reader is the one who acts: a handler where officers act, a head who is not a handler."""
        if roles == ("officer",):
            return self.caller.has("officer") and self.handles
        return self.caller.has(*roles) and not self.handles

    def page(self, name: str, *args: Any) -> str:
        return address(name, *(args or [self.case.pk]))


def goes_out(item: Item) -> bool:
    """Whether a document must be served on the party; its public version must not."""
    return item.code in decisions.SERVED and item.event != "public"
