"""What a list, a disclosure beforehand and a policy document share: a version under rules, an answer by another, a release.

A version is written once; whether it may stand is answered by somebody else of the same body, once.
**Clause** SY-2.1.3b, DH-2.1.1c, QD-A3.公示.4(③)b, WC-2.1.1b, WC-2.1.2(2)c.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models

from yangguang.registry.models import Body, Officer, Signed
from yangguang.trail.errors import Refused


class Version(Signed):
    """One version of what a body makes, and the rules under which it was made."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="编制机关", related_name="+")
    pack = models.CharField("规则包", max_length=80)
    pack_version = models.CharField("规则包版本", max_length=64)

    class Meta:
        abstract = True


class Approval(Signed):
    """审核: whether a version may stand.  Never by who made it: the database holds that too."""

    approved = models.BooleanField("同意")
    opinion = models.CharField("意见", max_length=400, blank=True)
    on = models.DateField("审核日期")

    class Meta:
        abstract = True


class Release(Signed):
    """公开: a version the public reads from a day on.  The portal reads this row and nothing behind it."""

    body_key = models.UUIDField("主体编号", db_index=True)
    digest = models.CharField("摘要值", max_length=64)
    on = models.DateField("公开日期")

    class Meta:
        abstract = True


class OwnWork(Refused):
    """起草人不得审核自己起草的内容."""


class NotApproved(Refused):
    """What nobody has approved is neither published nor filed."""


def answerable(
    by: Officer, version: Any, what: str, *, approved: bool, opinion: str, because: Iterable[Any] = ()
) -> None:
    """This will hold that a version may be answered by this person: of the same body, another, once, with a reason.

    **Raises** OwnWork, Refused, each with the clauses by which the plan has it approved.
    """
    if approval_of(version) is not None:
        raise Refused(f"{what}已经审核", because=because, mend="需要改动的，做新的一版")
    if by.scope != version.scope:
        raise Refused(f"{by.name}不是{version.body.name}的人员", because=because, mend=f"由{version.body.name}审核")
    if by.key == version.by.key:
        raise OwnWork(
            f"{what}由{version.by.name}起草，不得由本人审核", because=because, mend="由起草人以外的负责人审核"
        )
    if not approved and not opinion.strip():
        raise Refused("不同意的，必须写明理由", because=because, mend="写明哪一处、为什么", field="opinion")


def approval_of(version: Any) -> Any:
    """The answer to a version as the database has it now; None where nobody has answered."""
    relation = type(version)._meta.get_field("approval")
    return relation.related_model._default_manager.filter(**{relation.field.name: version}).first()


def standing(approval: Approval | None) -> bool:
    """Whether a version still counts: one that was refused does not, one nobody has answered does."""
    return approval is None or approval.approved
