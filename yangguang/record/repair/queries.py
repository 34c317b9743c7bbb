"""Orders to mend a record: those of a file, those one may see, and where each stands."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from yangguang.policy.answers import Citation
from yangguang.policy.errors import PolicyError
from yangguang.policy.packs import Pack
from yangguang.registry.access import Caller, below

from .. import queries as record
from ..models import Dossier, Item
from .models import RepairAnswer, RepairOrder, RepairReply

ORDERERS = ("supervisor",)
STATES = {"open": "待改正", "replied": "待验收", "done": "已改正", "all": "全部"}
PLAN = "QS-3.2.3f"  # the plan that says it of itself
NATIONAL = "CN-PEN-47"


def orders(caller: Caller, state: str = "all") -> QuerySet[RepairOrder]:
    """The orders of the caller's bodies, newest first.  **Shape** `state`: of STATES."""
    if not caller.has(*record.READERS):
        return RepairOrder.objects.none()
    rows = RepairOrder.objects.filter(below(caller.scope)).select_related("dossier", "item")
    done = Exists(RepairAnswer.objects.filter(reply__order=OuterRef("pk"), accepted=True))
    waiting = Exists(RepairReply.objects.filter(order=OuterRef("pk"), answer__isnull=True))
    rows = rows.annotate(done=done, waiting=waiting)
    match state:
        case "open":
            rows = rows.filter(done=False, waiting=False)
        case "replied":
            rows = rows.filter(done=False, waiting=True)
        case "done":
            rows = rows.filter(done=True)
    return rows.order_by("-at", "-id")


def order(caller: Caller, pk: UUID) -> RepairOrder | None:
    return orders(caller).filter(pk=pk).first()


def of(dossier: Dossier) -> list[RepairOrder]:
    """The orders about one file, the newest first."""
    rows = RepairOrder.objects.filter(dossier=dossier).select_related("item")
    done = Exists(RepairAnswer.objects.filter(reply__order=OuterRef("pk"), accepted=True))
    waiting = Exists(RepairReply.objects.filter(order=OuterRef("pk"), answer__isnull=True))
    return list(rows.annotate(done=done, waiting=waiting).order_by("-at", "-id"))


def replies(order: RepairOrder) -> list[RepairReply]:
    rows = RepairReply.objects.filter(order=order).select_related("by", "item", "answer")
    return list(rows.order_by("at", "id"))


def due_on(order: RepairOrder) -> object:
    """The day that counts now: of the last return, else of the order."""
    last = RepairAnswer.objects.filter(reply__order=order, due_on__isnull=False).order_by("-at", "-id").first()
    return last.due_on if last else order.due_on


def came_after(order: RepairOrder) -> list[Item]:
    """What came into the file since the order: one of these is what it asked for."""
    return list(Item.objects.filter(dossier=order.dossier_id, at__gte=order.at).order_by("-at", "-id"))


def clauses(pack: Pack) -> list[Citation]:
    """What a body's records have to be, by its own plan where it says so, and by the law."""
    found = []
    for key in (PLAN, NATIONAL):
        try:
            found.append(pack.clause(key))
        except (KeyError, PolicyError):
            continue
    return found
