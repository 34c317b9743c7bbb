"""留痕 rows: facts are written once; each leaves an entry; entries become leaves of the log."""

import datetime
import decimal
import hmac
import uuid
from contextvars import ContextVar
from functools import cached_property
from typing import Any, ClassVar, NoReturn, Self

from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg import sql

from yangguang.trail.errors import OutsideAction, WrittenOnce
from yangguang.trail.ids import uuid7
from yangguang.trail.reading import forget

# The facts saved by the action that is running, so that none of them can be left without an entry.
saving: ContextVar["list[Fact] | None"] = ContextVar("saving", default=None)
# The lines of the action that is running, in their order: written in one statement when it ends, or when one is asked for.
unwritten: ContextVar["list[Entry] | None"] = ContextVar("unwritten", default=None)

LARGEST_INTEGER = 2**53  # RFC 8785 numbers are IEEE doubles; beyond this they would not survive another reader


def json_safe(value: Any, where: str = "") -> Any:
    """The value as canonical JSON may hold it: no float, no local time, nothing that two readers could read apart."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise TypeError(f"{where}：整数 {value} 超过 2^53，请改存为文本")
        return int(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError(f"{where}：时间 {value} 没有时区")
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"{where}：对象的键必须是文本")
        return {str(key): json_safe(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float):
        raise TypeError(f"{where}：不接受浮点数 {value!r}；金额用整数分，其他小数用 Decimal 或文本")
    raise TypeError(f"{where}：留痕不支持 {type(value).__name__} 类型")


class WrittenOnceQuerySet(models.QuerySet):
    """Reads, and creates one row at a time; every other write is refused here before the database refuses it too."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(
            f"“{self.model._meta.verbose_name}”一经写入不得修改、删除或批量写入",
            mend="如需更正，请通过相应的办理动作写入一条新的记录",
        )

    update = delete = bulk_update = bulk_create = update_or_create = _refuse


class LogQuerySet(WrittenOnceQuerySet):
    """Rows that only the sequencer writes, many at a time."""

    bulk_create = models.QuerySet.bulk_create  # type: ignore[assignment]


class LineManager(models.Manager.from_queryset(WrittenOnceQuerySet)):  # type: ignore[misc]
    """Who asks for lines finds those of the running action among them."""

    def get_queryset(self) -> models.QuerySet:
        write_lines()
        found: models.QuerySet = super().get_queryset()
        return found


class WrittenOnceModel(models.Model):
    """A row that can be saved once and never deleted."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenOnce(
                f"“{self._meta.verbose_name}”已经写入，不得修改",
                mend="如需更正，请通过相应的办理动作写入一条新的记录",
            )
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise WrittenOnce(f"“{self._meta.verbose_name}”不得删除")


class Fact(WrittenOnceModel):
    """事实: a row that is written once, at a moment, by an action.  A later change is a new row, never an edit.

    **Shape:** `chain` names the hash chain its entry joins: the reference of the case where there is one.  Subclasses
    override it as a property.
    """

    id = models.UUIDField("编号", primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField("发生时间")
    scope = models.TextField("所属机关", db_collation="C")

    objects: ClassVar[Any] = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        running = saving.get()
        if running is None and self._state.adding:
            raise OutsideAction(
                f"“{self._meta.verbose_name}”只能由办理动作写入，否则不会留痕",
                mend="请调用相应阶段 actions.py 中的动作",
            )
        super().save(*args, **kwargs)
        forget(self)
        if running is not None:
            running.append(self)

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: Any) -> Any:
        """Insert, and keep the row as the database returns it."""
        every = self._meta.local_concrete_fields
        rows: list[Any] = super()._do_insert(manager, using, fields, every, raw)  # type: ignore[misc]
        self.stored = type(self).from_db(using, [field.attname for field in every], rows[0])
        self.stored._state.fields_cache = dict(self._state.fields_cache)
        asked = dict(zip(every, rows[0], strict=True))
        return [tuple(asked[field] for field in returning_fields)]

    @cached_property
    def stored(self) -> "Self":
        """The row as the database holds it."""
        return type(self)._base_manager.using(self._state.db).get(pk=self.pk)

    @property
    def ref(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def chain(self) -> str:
        return f"body:{self.scope}"

    @cached_property
    def entry(self) -> "Entry | None":
        """The trail entry this fact left when it was written."""
        return Entry.objects.using(self._state.db).filter(fact_ref=self.ref).order_by("id").first()

    def as_written(self) -> dict[str, Any]:
        """The row, column by column, as the trail remembers it."""
        return {
            str(field.column): json_safe(getattr(self, field.attname), f"{self._meta.label}.{field.attname}")
            for field in self._meta.concrete_fields
        }


class Kind(models.IntegerChoices):
    """What a leaf of the log speaks of; the one byte about an entry that is public."""

    EVENT = 1, "办理"
    EVIDENCE = 2, "证据"
    RECORDING = 3, "录像"
    DISCLOSURE = 4, "公示"
    KEY = 5, "密钥"
    PACK = 6, "规则包"
    REGISTRY = 7, "名录"
    ERASURE = 8, "清除"
    ANCHOR = 9, "锚定"


class Entry(WrittenOnceModel):
    """留痕: one line for one fact, chained to the line before it in the same case, committed to by one leaf."""

    id = models.BigAutoField("序号", primary_key=True)
    recorded_at = models.DateTimeField("留痕时间")
    verb = models.TextField("动作", db_collation="C")
    by_ref = models.TextField("经办人", db_collation="C")
    fact_ref = models.TextField("事实", db_collation="C")
    scope = models.TextField("所属机关", db_collation="C")
    chain = models.TextField("链", db_collation="C")
    seq = models.IntegerField("链内序号")
    prev = models.TextField("前一承诺值", blank=True, db_collation="C")
    kind = models.SmallIntegerField("类别", choices=Kind.choices)
    cause = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="起因",
        null=True,
        blank=True,
        related_name="consequences",
    )
    payload = models.TextField("原文")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.BinaryField("承诺值", max_length=32, unique=True)
    once = models.UUIDField("防重复提交编号", null=True, blank=True, unique=True)

    objects: ClassVar[Any] = LineManager()

    class Meta:
        verbose_name = "留痕"
        verbose_name_plural = "留痕"
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="trail_entry_chain_seq")]
        indexes = [
            models.Index(fields=["fact_ref"], name="trail_entry_fact_ref"),
            models.Index(fields=["scope", "id"], name="trail_entry_scope_id"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} 第{self.seq}条 {self.verb}"

    @property
    def ref(self) -> str:
        return f"trail.entry:{self.pk}"


APPEND = sql.SQL(
    "with line as (insert into trail_entry ({columns}) values {lines} returning id, kind, commitment)"
    " insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from line order by id"
    " returning entry_id, commitment"
)


def write_lines() -> None:
    """This will write the lines that wait, and put them before the sequencer, all in one statement."""
    lines = unwritten.get()
    if not lines:
        return
    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    marks = sql.SQL("({})").format(sql.SQL(", ").join(sql.Placeholder() * len(fields)))
    connection = connections[DEFAULT_DB_ALIAS]
    values = [field.get_db_prep_save(getattr(line, field.attname), connection) for line in lines for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(APPEND.format(columns=columns, lines=sql.SQL(", ").join([marks] * len(lines))), values)
        given = {bytes(commitment): pk for pk, commitment in cursor.fetchall()}
    for line in lines:
        line.pk = given[bytes(line.commitment)]
        line._state.adding, line._state.db = False, DEFAULT_DB_ALIAS
    lines.clear()


def commit(salt: bytes, payload: str) -> bytes:
    """The commitment to a payload: it fixes every byte and tells nothing to who has not the salt."""
    return hmac.digest(salt, payload.encode(), "sha256")


class Pending(models.Model):
    """待入日志: entries that are not yet leaves.  The sequencer empties it, so it needs to read no entry."""

    id = models.BigAutoField("序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name="留痕", related_name="+")
    kind = models.SmallIntegerField("类别", choices=Kind.choices)
    commitment = models.BinaryField("承诺值", max_length=32)

    class Meta:
        verbose_name = "待入日志"
        verbose_name_plural = "待入日志"


class Leaf(WrittenOnceModel):
    """日志叶: where in the log an entry stands, and the 34 bytes the log says of it."""

    index = models.BigIntegerField("叶序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name="留痕", related_name="leaf")
    data = models.BinaryField("内容", max_length=34)

    objects: ClassVar[Any] = LogQuerySet.as_manager()

    class Meta:
        verbose_name = "日志叶"
        verbose_name_plural = "日志叶"


class Tile(WrittenOnceModel):
    """日志瓦片: 256 hashes of one level, and the hash over them.

    **Why:** only full tiles are rows.  The partial ones at the right edge change with every checkpoint; they follow
    from the leaves (level 0) and from `root` of the tiles one level below.
    """

    level = models.SmallIntegerField("层")
    n = models.BigIntegerField("编号")
    data = models.BinaryField("内容")
    root = models.BinaryField("根", max_length=32)

    objects: ClassVar[Any] = LogQuerySet.as_manager()

    class Meta:
        verbose_name = "日志瓦片"
        verbose_name_plural = "日志瓦片"
        constraints = [models.UniqueConstraint(fields=["level", "n"], name="trail_tile_place")]


class Checkpoint(WrittenOnceModel):
    """检查点: the signed statement that the log of this size has this root."""

    size = models.BigIntegerField("叶数", primary_key=True)
    root = models.BinaryField("根", max_length=32)
    note = models.TextField("签名文本")
    at = models.DateTimeField("签署时间")

    objects: ClassVar[Any] = LogQuerySet.as_manager()

    class Meta:
        verbose_name = "检查点"
        verbose_name_plural = "检查点"


# ---- lawful erasure ----------------------------------------------------------------------------------------------


class ErasureOrder(Fact):
    """清除申请: one person asks, on a named ground, that the words of one entry be removed."""

    entry_erased = models.ForeignKey(Entry, models.PROTECT, verbose_name="待清除的留痕", related_name="+")
    line = models.TextField("链", db_collation="C")
    clause = models.TextField("依据条款")
    ground = models.TextField("依据原文")
    reason = models.TextField("理由")
    columns = models.JSONField("一并清空的字段", default=list)

    class Meta:
        verbose_name = "清除申请"
        verbose_name_plural = "清除申请"

    @property
    def chain(self) -> str:
        return self.line


class Erasure(Fact):
    """清除: another person agrees.  What stays of the row is written here, so that the rest remains provable."""

    order = models.OneToOneField(ErasureOrder, models.PROTECT, verbose_name="清除申请", related_name="erasure")
    entry_erased = models.OneToOneField(Entry, models.PROTECT, verbose_name="清除的留痕", related_name="erasure")
    line = models.TextField("链", db_collation="C")
    remains = models.JSONField("清除后保留的内容")

    class Meta:
        verbose_name = "清除"
        verbose_name_plural = "清除"

    @property
    def chain(self) -> str:
        return self.line


# ---- trusted time ------------------------------------------------------------------------------------------------


class Anchor(Fact):
    """锚定: a time-stamping authority's token (RFC 3161) over one signed checkpoint."""

    size = models.BigIntegerField("叶数")
    digest = models.CharField("检查点摘要", max_length=64)
    checkpoint = models.TextField("检查点")
    authority = models.TextField("时间戳机构")
    token = models.BinaryField("时间戳")
    stated_at = models.DateTimeField("时间戳所载时间")

    class Meta:
        verbose_name = "可信时间戳锚定"
        verbose_name_plural = "可信时间戳锚定"
