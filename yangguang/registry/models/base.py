"""What every registered thing shares: a key across its versions, the days a version holds, and why it was written."""

from django.db import models

from yangguang.trail.ids import uuid7
from yangguang.trail.models import Fact


class Entity(Fact):
    """One version of a registered thing; the latest with `valid_from` not in the future is the current one.

    **Shape** the last version of a thing that has ended carries `valid_to`, its last day, inclusive.
    """

    key = models.UUIDField("编号", default=uuid7, db_index=True)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)  # last day inclusive
    reason = models.CharField("变更说明", max_length=200, blank=True)  # why this version was written

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return f"{self._meta.model_name}:{self.key}"
