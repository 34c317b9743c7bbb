"""Keep a decision from the public: only where a law says so, and where the list of the body does not say otherwise."""

from datetime import datetime

from yangguang.casework import actions as casework
from yangguang.casework import queries as cases
from yangguang.casework.course import actions as course
from yangguang.catalogue.lists.wholes import names_law
from yangguang.catalogue.queries import Publishing
from yangguang.decision.models import Issuance
from yangguang.duty import actions as duty
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries
from ..models import Withholding
from .errors import NoGround, NotPublishable
from .issued import STEP, issued, its_publisher


def barred_by_list(issuance: Issuance) -> None:
    """**Raises** NotPublishable where the list in force on the day of the decision keeps it from the public."""
    wanted = queries.must_publish(issuance)
    if not wanted.publish:
        raise NotPublishable(
            f"{wanted.says}，不得公示",
            because=wanted.because,
            mend="登记不予公开；清单有误的，先修订清单",
        )


@action("disclosure.withhold", kind="disclosure", milestone=True)
def withhold(*, by: Officer, at: datetime, issuance: Issuance, basis: str = "", reason: str) -> Withholding:
    """不予公开: the decision stays out of the public's sight, on a law that is named.

    **Clause** QD-3.1.3(1)b, QD-3.1.3(1)c, QS-3.1.3d, DH-2.1.4a.  **Shape** `basis` is the list's own where a line says so.
    **Raises** NoGround (the list has it published, or no law is named), NotPublishable, Refused.
    """
    case, wanted = issuance.case, queries.must_publish(issuance)
    its_publisher(case, by)
    issuance = issued(issuance, by, at)
    if queries.latest(issuance) is not None:
        raise NotPublishable("该决定已经公示", mend="需要撤下的，按撤下办理")
    if Withholding.objects.filter(issuance=issuance).exists():
        raise NotPublishable("该决定已经登记不予公开", mend="不必重复办理")
    if len(reason.strip()) < 4:
        raise Refused("没有写明不予公开的理由", because=wanted.because, mend="写明具体情况", field="reason")
    done = Withholding.objects.create(
        by=by,
        at=at,
        scope=case.scope,
        case=case,
        issuance=issuance,
        basis=_ground(issuance, wanted, basis.strip()),
        reason=reason.strip(),
        version=wanted.version if wanted.line else None,
        line=wanted.line.line.number if wanted.line else None,
        because=[one.as_json() for one in wanted.because],
    )
    if case.guided:
        course.note(by=by, at=at, case=case, step=STEP, facts={})
        return done
    casework.mark(case, "disclosure.withhold", {}, at)
    duty.fulfil(by=by, at=at, subject=case.chain, rule="D07", how="void", note=f"依法不予公开：{done.basis}"[:200])
    return done


def listed_public(wanted: Publishing) -> NoGround | None:
    """Why a decision that a line of the list has published cannot be withheld."""
    if wanted.line is None or not wanted.line.publish:
        return None
    return NoGround(
        f"{wanted.says}；清单列明公开的，不得不公开",
        because=wanted.because,
        mend="按时公示；确有法律规定不予公开的，先修订清单，自新清单施行之日起作出的决定适用",
    )


def _ground(issuance: Issuance, wanted: Publishing, basis: str) -> str:
    """The law on which a decision is withheld.  **Raises** NoGround."""
    if refused := listed_public(wanted):
        raise refused
    if wanted.line is not None:
        return wanted.line.basis
    if not names_law(basis):
        raise NoGround(
            "没有写明规定不予公开的法律、法规及条款",
            because=cases.pack_of(issuance.case).parameter("publish_exceptions").because,
            mend="写成“《……法》第……条”；没有法律、法规规定的，应当公示",
            field="basis",
        )
    return basis
