"""重大执法决定法制审核."""

from django.db import models

from yangguang.casework.models import CaseFact, Proposal
from yangguang.record.models import Item
from yangguang.record.rows import with_the_file
from yangguang.registry.models import Qualification


@with_the_file
class Submission(CaseFact):
    """送审: the draft and its materials, with the submitter's declaration.  **Clause** QS-3.3.3b."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, verbose_name="处理意见", related_name="submission")
    declaration = models.CharField("送审承诺", max_length=400)
    materials = models.JSONField("送审材料")  # [{code, title, item}]
    due_on = models.DateField("审核期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "送审"


@with_the_file
class Review(CaseFact):
    """审核意见 on exactly one draft: `draft_digest` is the hash it speaks of.

    **Shape** `findings`: [{item, title, finding: pass|problem|not_applicable, reason}]; `verdicts`: the machine's, as seen.
    The database holds that the reviewer is not a handler and that the digest is the draft's: migration 0001.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", "通过"
        REVISE = "revise", "修改后再审"
        REFUSED = "refused", "不通过"
        SUPPLEMENT = "supplement", "补充材料"
        TRANSFER = "transfer", "移送"

    submission = models.ForeignKey(Submission, models.PROTECT, verbose_name="送审", related_name="reviews")
    proposal = models.ForeignKey(Proposal, models.PROTECT, verbose_name="处理意见", related_name="reviews")
    draft_digest = models.CharField("所审稿摘要值", max_length=64)
    qualification = models.ForeignKey(Qualification, models.PROTECT, verbose_name="审核资格", related_name="+")
    outcome = models.CharField("审核结论", max_length=10, choices=Outcome)
    findings = models.JSONField("逐项审核")
    verdicts = models.JSONField("规则检查")
    opinion = models.TextField("审核意见")
    item = models.ForeignKey(Item, models.PROTECT, verbose_name="意见书", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "审核意见"

    @property
    def passed(self) -> bool:
        return self.outcome == self.Outcome.PASSED


from .assignment import models as assignment  # noqa: E402, F401  the tables of the sub-areas belong to the stage too
from .counsel import models as counsel  # noqa: E402, F401
from .dissent import models as dissent  # noqa: E402, F401
from .flow import models as flow  # noqa: E402, F401
from .oversight import models as oversight  # noqa: E402, F401
from .panel import models as panel  # noqa: E402, F401
