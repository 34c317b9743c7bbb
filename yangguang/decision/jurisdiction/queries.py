"""Reads of jurisdiction: what is disputed, who is competent, and where the case went."""

from datetime import date

from django.db import connection

from yangguang.casework import file
from yangguang.casework.models import Case
from yangguang.trail.reading import once

from .models import CaseHandover, HandoverReply, JurisdictionDispute, JurisdictionTalk

SETTLES = ("ours", "theirs")


@once
def dispute_of(case: Case) -> JurisdictionDispute | None:
    """The last dispute over a case."""
    if not file.of(case, JurisdictionDispute):
        return None
    joined = ("by", "referral__by", "designation__by")
    return JurisdictionDispute.objects.filter(case=case).select_related(*joined).order_by("-at", "-id").first()


def talks(dispute: JurisdictionDispute) -> list[JurisdictionTalk]:
    return list(dispute.talks.select_related("by").order_by("at", "id"))


def result(dispute: JurisdictionDispute) -> str:
    """Who is competent: `ours`, `theirs`, "" while nobody knows.  What the superior says stands above what was agreed."""
    named = getattr(dispute, "designation", None)
    if named is not None:
        return "ours" if named.ours else "theirs"
    agreed = [one.result for one in talks(dispute) if one.result in SETTLES]
    return agreed[-1] if agreed else ""


def open_dispute(case: Case) -> JurisdictionDispute | None:
    """The dispute that is not settled yet."""
    found = dispute_of(case)
    return found if found is not None and not result(found) else None


def elsewhere(case: Case) -> JurisdictionDispute | None:
    """The settled dispute by which another body is competent."""
    found = dispute_of(case)
    return found if found is not None and result(found) == "theirs" else None


def handover_of(case: Case) -> CaseHandover | None:
    """The last handover of a case."""
    if not file.of(case, CaseHandover):
        return None
    return (
        CaseHandover.objects.filter(case=case)
        .select_related("reply", "item", "by", "handed")
        .order_by("-at", "-id")
        .first()
    )


def gone(case: Case) -> CaseHandover | None:
    """The handover that stands: not answered yet, or accepted."""
    found = handover_of(case)
    reply = getattr(found, "reply", None)
    return found if found is not None and (reply is None or reply.accepted) else None


def accepted(case: Case) -> HandoverReply | None:
    reply = getattr(handover_of(case), "reply", None)
    return reply if reply is not None and reply.accepted else None


def places(on: date) -> dict[str, str]:
    """Every registered body of that day by its place: their names are public, also where their rows are not seen."""
    with connection.cursor() as cursor:
        cursor.execute("select scope, name from decision_places(%s) order by scope", [on])
        return dict(cursor.fetchall())


def common_superior(dispute: JurisdictionDispute, on: date) -> tuple[str, str] | None:
    """The place and the name of the nearest registered body above both; None where none is registered here."""
    first, second = dispute.case.scope, dispute.other_scope
    above = [
        (place, name)
        for place, name in (places(on) if second else {}).items()
        if first.startswith(place) and second.startswith(place) and place not in (first, second)
    ]
    return max(above, key=lambda one: len(one[0]), default=None)
