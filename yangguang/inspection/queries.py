"""Reads of clues."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from yangguang.record import queries as record
from yangguang.record.custody import queries as custody
from yangguang.record.models import Dossier
from yangguang.registry.access import Caller, below
from yangguang.registry.models import Recusal

from .models import ActivityRecord, Clue, RandomMatter

READERS = ("officer", "head", "supervisor")


def visible_to(caller: Caller) -> QuerySet[Clue]:
    """Clues of the caller's bodies, newest first, for those who answer for them."""
    if not caller.has(*READERS):
        return Clue.objects.none()
    return (
        Clue.objects.filter(below(caller.scope))
        .select_related("party", "power", "by", "declined", "case")
        .order_by("-at", "-id")
    )


def undecided(caller: Caller) -> QuerySet[Clue]:
    """Clues nobody has answered for yet: neither a case was applied for nor opening declined; the oldest first."""
    return visible_to(caller).filter(declined__isnull=True, case__isnull=True).order_by("at", "id")


def found(caller: Caller, text: str) -> QuerySet[Clue]:
    """Clues that hold these words; the informant is never searched."""
    return visible_to(caller).filter(
        Q(summary__icontains=text) | Q(place__icontains=text) | Q(party__name__icontains=text)
    )


def one(caller: Caller, pk: str) -> Clue | None:
    """A clue by the key in an address; None for what is not there, not visible, or no key at all."""
    try:
        return visible_to(caller).filter(pk=UUID(pk)).first()
    except ValueError:
        return None


def recusals(clue: Clue) -> list[Recusal]:
    """Who must keep away from this clue and the case that comes of it."""
    return list(Recusal.objects.filter(subject=clue.chain).select_related("officer", "by").order_by("at"))


def listed(caller: Caller, text: str = "", state: str = "", source: str = "") -> QuerySet[Clue]:
    """Clues that pass the filters, newest first."""
    rows = found(caller, text.strip()) if text.strip() else visible_to(caller)
    if source:
        rows = rows.filter(source=source)
    match state:
        case "open":
            rows = rows.filter(declined__isnull=True, case__isnull=True)
        case "case":
            rows = rows.filter(case__isnull=False)
        case "declined":
            rows = rows.filter(declined__isnull=False)
    return rows


# ---- activities on the spot ------------------------------------------------------------------------------------------


def activities(caller: Caller, text: str = "", acknowledged: str = "") -> QuerySet[ActivityRecord]:
    """Records of activities of the caller's bodies, newest first, for those who answer for them."""
    if not caller.has(*READERS):
        return ActivityRecord.objects.none()
    rows = ActivityRecord.objects.filter(below(caller.scope)).select_related(
        "by__body", "second", "party", "power", "certificate1", "certificate2", "item"
    )
    if text.strip():
        rows = rows.filter(Q(place__icontains=text) | Q(reason__icontains=text) | Q(party__name__icontains=text))
    if acknowledged:
        rows = rows.filter(acknowledged=acknowledged)
    return rows.order_by("-started_at", "-id")


def random_matter(subject: str) -> RandomMatter | None:
    """What a clue or an activity was drawn for; None where it came of no random inspection."""
    return RandomMatter.objects.filter(subject=subject).select_related("version__body").first()


@custody.finds
def _dossiers_of(keys: set[UUID]) -> list[UUID]:
    """The files of activities at a party, for whoever calls everything up (QS-3.2.3b)."""
    subjects = [
        f"activity:{pk}" for pk in ActivityRecord.objects.filter(party__key__in=keys).values_list("pk", flat=True)
    ]
    return list(Dossier.objects.filter(subject__in=subjects).values_list("pk", flat=True))


@record.tells("activity")
def _matter(dossier: Dossier) -> record.Matter:
    """What the pages of an activity's dossier must know: one paper, made with it, nothing added later."""
    made = ActivityRecord.objects.get(pk=dossier.subject.partition(":")[2])
    return record.Matter(
        title=str(made),
        page=("inspection:activity", made.pk),
        keepers=frozenset({made.by_key, made.second_key}),
        closed_on=None,
        step="inspect",
        steps=lambda: [("inspect", made.activity)],
        owed=list,
    )


def done_by(officer_key: UUID, on: date) -> tuple[int, int]:
    """How many activities a person did in the year up to a day, and at how many the law was explained."""
    found = ActivityRecord.objects.filter(Q(by_key=officer_key) | Q(second_key=officer_key))
    found = found.filter(started_at__date__range=(on - timedelta(days=365), on))
    counted = found.aggregate(visits=Count("pk"), explained=Count("pk", filter=~Q(explained="")))
    return counted["visits"], counted["explained"]
