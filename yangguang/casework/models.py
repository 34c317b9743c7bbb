"""案件: opening, steps, and the proposal in its versions."""

from django.db import models

from yangguang.inspection.models import Clue
from yangguang.record.models import Dossier
from yangguang.record.rows import with_the_file
from yangguang.registry.models import Body, Certificate, Officer, Party, Power, Signed, Unit

from .handlers.current import HandledBy

CHANGED = ("handlers__handler1", "handlers__handler2", "handlers__certificate1", "handlers__certificate2")


def is_guided(kind: str, procedure: str) -> bool:
    """Whether cases of this act are walked by its definition."""
    return (kind, procedure) != ("penalty", "ordinary")


class CaseFact(Signed):
    """A fact of one case: it joins the case's chain."""

    case = models.ForeignKey("casework.Case", models.PROTECT, verbose_name="案件", related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        return f"case:{self.case_id}"


class Case(Signed):
    """A case as it was applied for: who acts, against whom, on which power, under which rules.

    The pack and its version are pinned here.  The database holds that two different officers handle it, each with a
    certificate valid on the day (行政处罚法 art. 42): see migration 0001.
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="承办机构", null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, verbose_name="当事人", related_name="cases")
    power = models.ForeignKey(Power, models.PROTECT, verbose_name="执法事项", related_name="+")
    clue = models.OneToOneField(Clue, models.PROTECT, verbose_name="线索", null=True, blank=True, related_name="case")
    dossier = models.OneToOneField(Dossier, models.PROTECT, verbose_name="案卷", related_name="+")
    kind = models.CharField("行为种类", max_length=24)
    procedure = models.CharField("程序", max_length=14)
    touches = models.JSONField("直接涉及的重大权益")  # of liberty, health, property; [] when none is touched
    cause = models.CharField("案由", max_length=200)
    title = models.CharField("案件名称", max_length=300)
    pack = models.CharField("规则包", max_length=80)
    pack_version = models.CharField("规则包版本", max_length=64)
    found_on = models.DateField("发现日期")
    applied_on = models.DateField("申请立案日期")
    handler1 = HandledBy(Officer, models.PROTECT, verbose_name="主办人员", related_name="+")
    handler2 = HandledBy(Officer, models.PROTECT, verbose_name="协办人员", related_name="+")
    handler1_key = models.UUIDField("主办人员编号")
    handler2_key = models.UUIDField("协办人员编号")
    certificate1 = HandledBy(Certificate, models.PROTECT, verbose_name="主办人员执法证", related_name="+")
    certificate2 = HandledBy(Certificate, models.PROTECT, verbose_name="协办人员执法证", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "案件"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(handler1_key=models.F("handler2_key")), name="case_two_officers"
            ),
            models.CheckConstraint(
                condition=models.Q(applied_on__gte=models.F("found_on")), name="case_found_before_opening"
            ),
        ]

    @property
    def chain(self) -> str:
        return f"case:{self.pk}"

    @property
    def chains(self) -> tuple[str, ...]:
        """What a recusal from this case names: the case, and the clue it came from."""
        return (self.chain, f"clue:{self.clue_id}") if self.clue_id else (self.chain,)

    @property
    def guided(self) -> bool:
        """Whether the case is walked by the definition of its act (`course`); the ordinary penalty has its own actions."""
        return is_guided(self.kind, self.procedure)

    @property
    def handed_over(self) -> "HandlerChange | None":
        """The latest change of handlers, read from the projection; None while the two who applied handle it."""
        state = self._state.fields_cache.get("state")
        if state is None and self._state.adding:
            return None
        if state is None:
            state = CaseState.objects.using(self._state.db).filter(pk=self.pk).select_related(*CHANGED).first()
            if state is None:
                return None
            self._state.fields_cache["state"] = state
        return state.handlers if state.handlers_id else None

    @property
    def handler_keys(self) -> frozenset:
        """Who handles the case now."""
        change = self.handed_over or self
        return frozenset({change.handler1_key, change.handler2_key})

    @property
    def ever_handled(self) -> frozenset:
        """Whoever handled the case at any time: they neither review, decide nor evaluate it."""
        if self.handed_over is None:
            return self.handler_keys
        changes = self.handlerchanges.values_list("handler1_key", "handler2_key")
        return frozenset({self.handler1_key, self.handler2_key, *(key for pair in changes for key in pair)})

    def __str__(self) -> str:
        return self.title


class Opening(CaseFact):
    """立案审批: the head's answer to the application, with the case number where it is yes."""

    case = models.OneToOneField(Case, models.PROTECT, verbose_name="案件", related_name="opening")
    approved = models.BooleanField("准予立案")
    opinion = models.CharField("意见", max_length=400)
    number = models.CharField("案号", max_length=60, blank=True)
    on = models.DateField("立案日期")

    class Meta:
        verbose_name = verbose_name_plural = "立案审批"


@with_the_file
class Step(CaseFact):
    """One step of the procedure done, with the facts the act's definition asks for.

    **Shape** `facts`: the names and types that `packs/cn/acts/<kind>.yaml` declares for the step.
    """

    step = models.CharField("环节", max_length=30)
    facts = models.JSONField("事实")

    class Meta:
        verbose_name = verbose_name_plural = "办理环节"


@with_the_file
class Proposal(CaseFact):
    """拟处理意见, one version.  `digest` is what a review binds to.

    **Shape** `body`: {facts, violated, basis, evidence: [{item, name, proves}], grade, discretion, deviation,
    penalties: [code], fine_fen, confiscation_fen, other, correction, answers: {trigger: bool}}.
    """

    version = models.PositiveSmallIntegerField("版本")
    body = models.JSONField("内容")
    digest = models.CharField("摘要值", max_length=64)
    needs_review = models.BooleanField("须法制审核")  # what the pack answered; unknown counts as yes

    class Meta:
        verbose_name = verbose_name_plural = "拟处理意见"
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="proposal_version")]

    def __str__(self) -> str:
        return f"第 {self.version} 稿"


class Request(CaseFact):
    """提请批准: a step as its handlers prepared it, for the head to approve.  **Shape** as `course.actions.advance`."""

    step = models.CharField("环节", max_length=30)
    given = models.JSONField("事实")
    documents = models.JSONField("文书内容")
    opinion = models.CharField("承办意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "提请批准"


class Approval(CaseFact):
    """The head's answer to a request."""

    request = models.OneToOneField(Request, models.PROTECT, verbose_name="提请", related_name="answer")
    approved = models.BooleanField("批准")
    opinion = models.CharField("意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "答复提请"


@with_the_file
class CaseState(models.Model):
    """Where a case stands: a projection of its trail that lists read.  `yangguang rebuild` proves it equal."""

    case = models.OneToOneField(Case, models.PROTECT, verbose_name="案件", primary_key=True, related_name="state")
    scope = models.TextField("所属机关", db_collation="C")
    kind = models.CharField("行为种类", max_length=24)
    procedure = models.CharField("程序", max_length=14, default="ordinary")
    number = models.CharField("案号", max_length=60, blank=True)
    title = models.CharField("案件名称", max_length=300)
    party_name = models.CharField("当事人", max_length=200)
    body_name = models.CharField("执法主体", max_length=100)
    handler1_key = models.UUIDField("主办人员编号")
    handler2_key = models.UUIDField("协办人员编号")
    handlers = models.ForeignKey(
        "casework.HandlerChange", models.PROTECT, verbose_name="变更承办人", null=True, blank=True, related_name="+"
    )  # the latest one
    done = models.JSONField("已办环节", default=dict)  # step code → moment
    step = models.CharField("当前环节", max_length=30)  # the step the law wants next; "" when ended
    desk = models.CharField("等谁", max_length=10, default="", blank=True)  # of a course: officer | head | approve | …
    opened_on = models.DateField("立案日期", null=True, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    moved_at = models.DateTimeField("最近办理时间")

    class Meta:
        verbose_name = verbose_name_plural = "案件进度"
        indexes = [
            models.Index(fields=["scope", "-moved_at", "-case"]),
            models.Index(fields=["scope", "step", "-moved_at"]),
            models.Index(fields=["handler1_key"]),
            models.Index(fields=["handler2_key"]),
            models.Index(fields=["scope", "desk", "moved_at"], name="casework_state_desk"),
            # for who sees many bodies: the latest of all of them
            models.Index(fields=["-moved_at", "-case"], name="casework_state_moved"),
            models.Index(fields=["step", "-moved_at", "-case"], name="casework_state_step_moved"),
            models.Index(fields=["kind", "-moved_at", "-case"], name="casework_state_kind_moved"),
            models.Index(fields=["opened_on", "scope"], name="casework_state_opened"),
            models.Index(fields=["number"], name="casework_state_number", condition=~models.Q(number="")),
        ]

    @property
    def guided(self) -> bool:
        """See Case.guided."""
        return is_guided(self.kind, self.procedure)


class CaseTally(models.Model):
    """How many cases of a body stand at a step: the sum of its lines.  The database keeps it with `CaseState`."""

    id = models.BigAutoField("序号", primary_key=True)
    scope = models.TextField("所属机关", db_collation="C")
    kind = models.CharField("行为种类", max_length=24)
    step = models.CharField("当前环节", max_length=30)
    ended = models.BooleanField("已结案")
    n = models.IntegerField("件数")  # one more or less, or the sum of such lines

    class Meta:
        verbose_name = verbose_name_plural = "案件件数"
        indexes = [models.Index(fields=["scope"], name="casework_tally_scope")]


# ---- topics of their own -------------------------------------------------------------------------------------------

from .handlers.models import HandlerChange, RecusalDecision  # noqa: E402, F401  the table of a topic belongs to the stage too
from .joinder.models import JoinderAnswer, JoinderRequest, TakenOver  # noqa: E402, F401
from .rubric import models as rubric  # noqa: E402, F401
from .unit.models import UnitOpinion  # noqa: E402, F401
