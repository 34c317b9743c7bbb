"""事前公开、岗位公示牌、变动时钟、制度文件: each row is written once; a later state is a later row."""

from django.db import models

from yangguang.catalogue.versions import Approval, Release, Version
from yangguang.registry.models import Body, Officer, Signed


class ResponsiblePerson(Signed):
    """专人负责: who answers for a matter of disclosure from a day on; the latest row counts.  **Clause** QD-3.1.1(3)a.

    **Shape** `matter`: "pre", the code of a list, or the name of a channel.
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    matter = models.CharField("事项", max_length=60)
    person = models.ForeignKey(Officer, models.PROTECT, verbose_name="责任人", related_name="+")
    person_key = models.UUIDField("责任人编号")
    since = models.DateField("自何日起")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公示责任人"
        indexes = [models.Index(fields=["scope", "matter", "since"])]

    @property
    def chain(self) -> str:
        return f"pre:{self.scope}"


class ElementText(Signed):
    """What a body says itself to an element that no register holds; the latest row counts.

    **Shape** `kind`: a kind of act, "" for all; `element`: the words of the pack.
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    kind = models.CharField("行为种类", max_length=24, blank=True)
    element = models.CharField("要素", max_length=60)
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "公开内容补充"

    @property
    def chain(self) -> str:
        return f"pre:{self.scope}"


class PreDraft(Version):
    """事前公开稿: all elements of one kind of act as they stood on a day.

    **Shape** `shown`: see `before.snapshots`; `digest`: SHA-256 of its canonical JSON; `gaps`: what is still missing.
    """

    kind = models.CharField("行为种类", max_length=24)
    number = models.PositiveIntegerField("版本号")
    shown = models.JSONField("内容")
    digest = models.CharField("摘要值", max_length=64)
    gaps = models.JSONField("尚缺", default=list)
    on = models.DateField("编制日期")

    class Meta:
        verbose_name = verbose_name_plural = "事前公开稿"
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "number"], name="pre_draft_number")]

    def __str__(self) -> str:
        return f"第 {self.number} 版"

    @property
    def chain(self) -> str:
        return f"pre:{self.scope}{self.kind}"


class PreApproval(Approval):
    """公开前审核.  **Clause** QD-A3.公示.4(③)b, SY-2.1.3b."""

    draft = models.OneToOneField(PreDraft, models.PROTECT, verbose_name="事前公开稿", related_name="approval")

    class Meta:
        verbose_name = verbose_name_plural = "事前公开审核"

    @property
    def chain(self) -> str:
        return self.draft.chain


class PreRelease(Release):
    """事前公开: the version the public reads, until a later one."""

    draft = models.OneToOneField(PreDraft, models.PROTECT, verbose_name="事前公开稿", related_name="release")
    kind = models.CharField("行为种类", max_length=24)
    number = models.PositiveIntegerField("版本号")
    shown = models.JSONField("公开内容")
    complete = models.BooleanField("要素齐全")

    class Meta:
        verbose_name = verbose_name_plural = "事前公开"
        indexes = [models.Index(fields=["scope", "kind", "number"])]

    @property
    def chain(self) -> str:
        return f"pre:{self.scope}{self.kind}"

    @property
    def subject(self) -> str:
        return f"pre:{self.pk}"


class ChannelProof(Signed):
    """渠道公开证明: where something can be seen, since when, and what shows it.  **Clause** QD-A3.公示.2(②).

    **Shape** `subject`: "pre:<id>" or "policy:<id>"; `photo`: digest in the vault, "" where a link proves it.
    """

    subject = models.CharField("公开的内容", max_length=60, db_index=True)
    channel = models.CharField("渠道", max_length=60)
    link = models.CharField("网址", max_length=400, blank=True)
    words = models.CharField("说明", max_length=400, blank=True)
    photo = models.CharField("照片摘要值", max_length=64, blank=True)
    photo_mime = models.CharField("照片格式", max_length=60, blank=True)
    on = models.DateField("公开日期")

    class Meta:
        verbose_name = verbose_name_plural = "渠道公开证明"

    @property
    def chain(self) -> str:
        return self.subject


class SentUp(Signed):
    """报送、备案: something was sent to the office above.  **Clause** QD-3.1.1(1)e, WC-2.1.1c, WC-2.1.2(3)d, WC-2.2.1c.

    **Shape** `subject` as in ChannelProof; `item`: what the plan calls it ("rules_disclosure"), "" for the county's
    central publication.
    """

    subject = models.CharField("报送的内容", max_length=60, db_index=True)
    item = models.CharField("报备事项", max_length=40, blank=True)
    organ = models.CharField("报送机关", max_length=100)
    on = models.DateField("报送日期")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送备案"

    @property
    def chain(self) -> str:
        return self.subject


class SentUpReceipt(Signed):
    """备案回执."""

    sent = models.OneToOneField(SentUp, models.PROTECT, verbose_name="报送", related_name="receipt")
    number = models.CharField("回执编号", max_length=60)
    on = models.DateField("回执日期")

    class Meta:
        verbose_name = verbose_name_plural = "报送备案回执"

    @property
    def chain(self) -> str:
        return self.sent.chain


class BoardShown(Signed):
    """岗位公示牌上墙: what a board said when it was put up; another content later means it is out of date.

    **Clause** QD-3.1.2(2)a, QD-A3.公示.3(②), QS-3.1.2f, WC-2.1.3(3).  **Shape** `subject`: "officer:<key>" or "unit:<key>".
    """

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    subject = models.CharField("公示牌", max_length=60, db_index=True)
    title = models.CharField("名称", max_length=120)
    shown = models.JSONField("内容")
    digest = models.CharField("摘要值", max_length=64)
    place = models.CharField("地点", max_length=100)
    on = models.DateField("上墙日期")

    class Meta:
        verbose_name = verbose_name_plural = "岗位公示牌"

    @property
    def chain(self) -> str:
        return f"board:{self.subject}"


class Change(Signed):
    """变动: law, a power, the body, a person or a certificate changed, and what of the public information that touches.

    **Clause** QS-3.1.4a, QD-3.1.1(3)b, DH-2.1.2c.  **Shape** `touched`: [{ref, sort, title}], as it was found that day.
    """

    class What(models.TextChoices):
        LAW = "law", "法律、法规、规章或者方案"
        BODY = "body", "机构或者职能"
        POWER = "power", "执法事项"
        OFFICER = "officer", "执法人员"
        CERTIFICATE = "certificate", "执法证件"

    body = models.ForeignKey(Body, models.PROTECT, verbose_name="执法主体", related_name="+")
    what = models.CharField("何种变动", max_length=12, choices=What)
    key = models.CharField(
        "变动的对象", max_length=120
    )  # key of the thing or person; of law: a clause, a kind of act, "*"
    title = models.CharField("变动内容", max_length=200)
    changed_on = models.DateField("变动日期")
    why = models.CharField("依据和说明", max_length=400)
    touched = models.JSONField("涉及的公开内容", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "变动"

    def __str__(self) -> str:
        return self.title

    @property
    def chain(self) -> str:
        return f"change:{self.pk}"


class ChangeAnswer(Signed):
    """变动处理: one touched thing was renewed, or why it need not be."""

    class How(models.TextChoices):
        RENEWED = "renewed", "已更新"
        UNAFFECTED = "unaffected", "不受影响"

    change = models.ForeignKey(Change, models.PROTECT, verbose_name="变动", related_name="answers")
    about = models.CharField("公开内容", max_length=120)
    how = models.CharField("处理", max_length=12, choices=How)
    version = models.CharField("更新后的版本", max_length=120, blank=True)
    note = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "变动处理"
        constraints = [models.UniqueConstraint(fields=["change", "about"], name="change_answered_once")]

    @property
    def chain(self) -> str:
        return self.change.chain


class PolicyDocument(Version):
    """制度文件, one version: uploaded, or composed of the body's own rules.  **Clause** QD-0.2, QD-4.2a, QD-4.2b, WC-0.2.

    **Shape** `number`, `issued_on` and `in_force` may be blank and are then shown as missing; `links`: [{relation: basis |
    supersedes | conflicts | serves, words}]; `content`: the paper of a composed one, {} of an uploaded one; `digest`: its
    PDF or the uploaded file, `word_digest`: its Word file; `gaps`: what its rules leave to the body and nobody has said.
    """

    class Source(models.TextChoices):
        UPLOADED = "uploaded", "上传"
        COMPOSED = "composed", "按规则生成"

    kind = models.CharField("种类", max_length=30)
    version = models.PositiveIntegerField("版本")
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    in_force = models.DateField("施行日期", null=True, blank=True)
    agreed_by = models.CharField("批准机关", max_length=100, blank=True)  # 已经县人民政府同意
    source = models.CharField("来源", max_length=10, choices=Source)
    links = models.JSONField("与其他文件的关系", default=list)
    content = models.JSONField("内容", default=dict)
    gaps = models.JSONField("尚待明确", default=list)
    digest = models.CharField("文件摘要值", max_length=64)
    mime = models.CharField("格式", max_length=100)
    name = models.CharField("文件名", max_length=200)
    size_bytes = models.BigIntegerField("字节数")
    word_digest = models.CharField("Word 文件摘要值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "制度文件"
        constraints = [models.UniqueConstraint(fields=["scope", "kind", "version"], name="policy_document_version")]
        indexes = [models.Index(fields=["scope", "kind"])]

    def __str__(self) -> str:
        return f"《{self.title}》第 {self.version} 版"

    @property
    def chain(self) -> str:
        return f"policy:{self.scope}{self.kind}"

    @property
    def subject(self) -> str:
        return f"policy:{self.pk}"


class PolicyApproval(Approval):
    """制度文件审批, by a head."""

    document = models.OneToOneField(PolicyDocument, models.PROTECT, verbose_name="制度文件", related_name="approval")

    class Meta:
        verbose_name = verbose_name_plural = "制度文件审批"

    @property
    def chain(self) -> str:
        return self.document.chain


class PolicyRelease(Release):
    """制度文件公布.  Only an approved one is published: the database holds that too."""

    document = models.OneToOneField(PolicyDocument, models.PROTECT, verbose_name="制度文件", related_name="release")
    kind = models.CharField("种类", max_length=30)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    in_force = models.DateField("施行日期", null=True, blank=True)
    mime = models.CharField("格式", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "制度文件公布"

    @property
    def chain(self) -> str:
        return self.document.chain


class PolicyWords(models.Model):
    """制度文件的文字: what the search reads of a published document; made of its file, and made again at any time.

    **Shape** `why`: what could not be read, in words; "" where all was.
    """

    release = models.OneToOneField(
        PolicyRelease, models.PROTECT, primary_key=True, verbose_name="制度文件公布", related_name="words"
    )
    text = models.TextField("文字", blank=True)
    why = models.CharField("没有读出的", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "制度文件的文字"
