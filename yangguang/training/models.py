"""培训和考试, each row written once: a plan and a question have versions, an attendance is corrected by a new row.

Plans, sessions, questions and papers are read by the bodies below the one that made them; who attended, sat and passed is
a row of that person's own body.
"""

from datetime import datetime, timedelta

from django.db import models

from yangguang.registry.models import Entity, Officer, Signed


class Kind(models.TextChoices):
    """What a training is for.  **Clause** QS-4.6a, QD-3.3.1d, QS-4.3a."""

    POST = "post", "岗位培训"
    PRE_POST = "pre_post", "岗前培训"
    REVIEWERS = "reviewers", "法制审核人员定期培训"
    SPECIAL = "special", "“三项制度”等专题培训"


class Audience(models.TextChoices):
    OFFICERS = "officers", "执法人员"
    REVIEWERS = "reviewers", "法制审核人员"
    STAFF = "staff", "全体人员"
    LEADERS = "leaders", "负责人"


class Form(models.TextChoices):
    """How it is taught.  **Clause** WC-2.3.1(2): several forms."""

    CLASS = "class", "集中授课"
    ONLINE = "online", "网络学习"
    CASES = "cases", "案例研讨"
    PRACTICE = "practice", "跟班实训"
    OUTSIDE = "outside", "参加上级或者外单位培训"


class Plan(Entity, Signed):
    """培训计划, one version; `key` names the plan across its versions.  **Clause** QD-3.3.1d, QS-4.6a."""

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    audience = models.CharField("对象", max_length=10, choices=Audience)
    minutes = models.PositiveIntegerField("计划时长（分钟）")
    starts_on = models.DateField("计划开始")
    ends_on = models.DateField("计划结束")
    organiser = models.CharField("举办机关", max_length=100)  # as text: a body below cannot read the body above

    class Meta:
        verbose_name = verbose_name_plural = "培训计划"
        indexes = [models.Index(fields=["scope", "year"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="training_plan_dates"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return f"training-plan:{self.key}"


class Session(Signed):
    """培训场次: one lesson that was or will be held, of a plan or by itself."""

    plan_key = models.UUIDField("培训计划", null=True, db_index=True)
    title = models.CharField("名称", max_length=100)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    form = models.CharField("方式", max_length=10, choices=Form)
    topic = models.CharField("内容", max_length=400)
    material = models.CharField("教材、讲义", max_length=200, blank=True)
    teacher = models.CharField("授课人", max_length=60)
    place = models.CharField("地点", max_length=100)
    organiser = models.CharField("举办机关", max_length=100)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    minutes = models.PositiveIntegerField("计学时的时长（分钟）")

    class Meta:
        verbose_name = verbose_name_plural = "培训场次"
        indexes = [models.Index(fields=["scope", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="training_session_times"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return f"training-session:{self.pk}"


class Cancellation(Signed):
    """取消场次: the session was not held, or does not count; whoever was on its list loses its hours."""

    session = models.OneToOneField(Session, models.PROTECT, verbose_name="场次", related_name="cancellation")
    reason = models.CharField("取消的理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "场次取消"

    @property
    def chain(self) -> str:
        return self.session.chain


class Attendance(Signed):
    """参训记录: how long one person attended one session.  A correction points at the row it replaces."""

    class How(models.TextChoices):
        SIGNED = "signed", "签到"
        IMPORTED = "imported", "名单导入"
        CORRECTED = "corrected", "更正"

    session = models.ForeignKey(Session, models.PROTECT, verbose_name="场次", related_name="attendances")
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="人员", related_name="+")
    officer_key = models.UUIDField("人员编号")
    on = models.DateField("日期")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    minutes = models.PositiveIntegerField("时长（分钟）")
    how = models.CharField("登记方式", max_length=10, choices=How)
    proof = models.CharField("结业证书、证明编号", max_length=100, blank=True)
    reason = models.CharField("更正理由", max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name="更正的记录", null=True, related_name="replacement"
    )

    class Meta:
        verbose_name = verbose_name_plural = "参训记录"
        indexes = [models.Index(fields=["officer_key", "on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "officer_key"],
                condition=models.Q(replaces__isnull=True),
                name="training_attendance_once",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True) | ~models.Q(reason=""), name="training_correction_reasoned"
            ),
        ]

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"


class Question(Entity, Signed):
    """试题, one version.  **Shape** `options`: texts, the first is A; `answer`: letters in order."""

    class Type(models.TextChoices):
        SINGLE = "single", "单选题"
        MULTIPLE = "multiple", "多选题"
        JUDGEMENT = "judgement", "判断题"

    type = models.CharField("题型", max_length=10, choices=Type)
    text = models.TextField("题干")
    options = models.JSONField("选项")
    answer = models.JSONField("答案")
    explanation = models.TextField("解析", blank=True)
    clause = models.CharField("依据条款", max_length=60)
    author_key = models.UUIDField("命题人编号")

    class Meta:
        verbose_name = verbose_name_plural = "试题"
        indexes = [models.Index(fields=["scope", "type"])]

    @property
    def chain(self) -> str:
        return f"question:{self.key}"

    @property
    def lettered(self) -> list[tuple[str, str]]:
        return [(chr(ord("A") + n), text) for n, text in enumerate(self.options)]

    @property
    def answer_words(self) -> str:
        """The right answer as a person says it."""
        if self.type == self.Type.JUDGEMENT:
            return "、".join(text for letter, text in self.lettered if letter in self.answer)
        return "".join(self.answer)


class Purpose(models.TextChoices):
    CERTIFICATE = "certificate", "执法资格考试"
    TRAINING = "training", "培训测试"


class Paper(Signed):
    """考试: what is drawn, what passes, how long, between when.  Each sitting draws its own questions from the bank."""

    title = models.CharField("名称", max_length=100)
    purpose = models.CharField("用途", max_length=12, choices=Purpose)
    plan_key = models.UUIDField("培训计划", null=True)
    # which qualification exam it is held as, in the words of the pack (`exam_regimes`); "": one of the body's own
    regime = models.CharField("执法资格考试种类", max_length=60, blank=True)
    organiser = models.CharField("举办机关", max_length=100)
    author_key = models.UUIDField("组卷人编号")
    singles = models.PositiveSmallIntegerField("单选题数")
    multiples = models.PositiveSmallIntegerField("多选题数")
    judgements = models.PositiveSmallIntegerField("判断题数")
    single_points = models.PositiveSmallIntegerField("单选题每题分值")
    multiple_points = models.PositiveSmallIntegerField("多选题每题分值")
    judgement_points = models.PositiveSmallIntegerField("判断题每题分值")
    pass_mark = models.PositiveSmallIntegerField("合格分数")
    minutes = models.PositiveSmallIntegerField("考试时长（分钟）")
    grace_minutes = models.PositiveSmallIntegerField("交卷宽限（分钟）")
    opens_at = models.DateTimeField("开考时间")
    closes_at = models.DateTimeField("结束时间")

    class Meta:
        verbose_name = verbose_name_plural = "考试"
        indexes = [models.Index(fields=["scope", "opens_at"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("opens_at")), name="training_paper_times"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return f"paper:{self.pk}"

    @property
    def wanted(self) -> dict[str, int]:
        return {"single": self.singles, "multiple": self.multiples, "judgement": self.judgements}

    @property
    def points(self) -> dict[str, int]:
        return {
            "single": self.single_points,
            "multiple": self.multiple_points,
            "judgement": self.judgement_points,
        }

    @property
    def total(self) -> int:
        """Full marks."""
        return sum(number * self.points[kind] for kind, number in self.wanted.items())

    @property
    def over_at(self) -> datetime:
        """From when nobody can still be writing, so that the answers may be shown."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)


class Admission(Signed):
    """准考: one person may sit one exam once.  A second sitting needs a second admission."""

    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="考试", related_name="admissions")
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="考生", related_name="+")
    officer_key = models.UUIDField("人员编号", db_index=True)
    attempt = models.PositiveSmallIntegerField("第几次")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "准考"
        constraints = [
            models.UniqueConstraint(fields=["paper", "officer_key", "attempt"], name="training_admission_attempt")
        ]

    @property
    def chain(self) -> str:
        return f"admission:{self.pk}"


class Sitting(Signed):
    """应试: begun at `at`.  **Shape** `questions`: ids of question versions, as `drawing.draw` gives them for the seed."""

    admission = models.OneToOneField(Admission, models.PROTECT, verbose_name="准考", related_name="sitting")
    seed = models.CharField("抽题种子", max_length=64)
    questions = models.JSONField("试题")
    ends_at = models.DateTimeField("应交卷时间")

    class Meta:
        verbose_name = verbose_name_plural = "应试"

    @property
    def chain(self) -> str:
        return self.admission.chain


class Answers(Signed):
    """答题: what was chosen on one page of the paper; the last choice for a question counts.

    **Shape** `given`: {question id: [letters]}.
    """

    sitting = models.ForeignKey(Sitting, models.PROTECT, verbose_name="应试", related_name="answers")
    given = models.JSONField("所选")

    class Meta:
        verbose_name = verbose_name_plural = "答题"

    @property
    def chain(self) -> str:
        return self.sitting.chain


class Result(Signed):
    """考试成绩 of a sitting here, or of a training test held elsewhere; a qualification exam also enters `registry.Exam`."""

    class How(models.TextChoices):
        HANDED_IN = "handed_in", "本人交卷"
        TIME_UP = "time_up", "到时收卷"
        OUTSIDE = "outside", "外部考试登记"

    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name="考生", related_name="+")
    officer_key = models.UUIDField("人员编号")
    sitting = models.OneToOneField(Sitting, models.PROTECT, verbose_name="应试", null=True, related_name="result")
    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="考试", null=True, related_name="results")
    title = models.CharField("考试名称", max_length=100)
    purpose = models.CharField("用途", max_length=12, choices=Purpose)
    organiser = models.CharField("举办机关", max_length=100)
    on = models.DateField("考试日期")
    how = models.CharField("方式", max_length=10, choices=How)
    score = models.PositiveSmallIntegerField("得分")
    total = models.PositiveSmallIntegerField("满分")
    pass_mark = models.PositiveSmallIntegerField("合格分数")
    passed = models.BooleanField("合格")
    given = models.JSONField("所选答案", default=dict)
    proof = models.CharField("成绩单、合格证编号", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考试成绩"
        indexes = [models.Index(fields=["officer_key", "purpose", "passed"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passed=True, score__gte=models.F("pass_mark"))
                | models.Q(passed=False, score__lt=models.F("pass_mark")),
                name="training_result_passed",
            ),
            models.CheckConstraint(condition=models.Q(score__lte=models.F("total")), name="training_result_score"),
            models.UniqueConstraint(
                fields=["officer_key", "proof"],
                condition=models.Q(how="outside"),
                name="training_result_outside_once",
            ),
        ]

    @property
    def chain(self) -> str:
        return f"officer:{self.officer_key}"
