"""The forms of the registers: one for each kind of thing, for its first version and for the next ones."""

from datetime import date
from io import BytesIO
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model

from yangguang.policy import guides, packs
from yangguang.vault import store

from .. import queries
from ..access import Caller
from ..models import (
    Body,
    Counsel,
    Device,
    Officer,
    Party,
    Premises,
    Unit,
)
from .fields import ActionForm, Day, Long, Pick, Text

PHOTO_BYTES, PAPER_BYTES = 2 * 2**20, 20 * 2**20
PHOTO_HEADS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
PAPER_HEADS = {b"%PDF-": "application/pdf"}


def media_type(head: bytes, known: dict[bytes, str]) -> str:
    """What a file is by its first bytes; "" where it is none of the known ones."""
    return next((kind for start, kind in known.items() if head.startswith(start)), "")


class Upload(forms.FileField):
    """A file that is kept in the vault when the form is taken.  **Shape** `heads`: first bytes → media type."""

    def __init__(self, *, heads: dict[bytes, str], most: int, words: str, **options: Any):
        super().__init__(**options)
        self.heads, self.most, self.words = heads, most, words

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        if not isinstance(given, UploadedFile):
            return given
        if (given.size or 0) > self.most:
            raise ValidationError(f"文件超过 {self.most // 2**20} MB，请压缩后再上传")
        head = given.read(16)
        given.seek(0)
        if not media_type(head, self.heads):
            raise ValidationError(f"文件不是{self.words}，请重新选择")
        return given


def keep(upload: UploadedFile | None) -> str:
    """The digest under which a file is kept, "" for none."""
    return store.put(BytesIO(upload.read())).digest if upload else ""


class Lines(Long):
    """A small table typed as lines: the columns of a line are parted by a bar.

    **Shape** `columns`: {name: label}; the value is a list of dicts; a line with too few or too many columns is said.
    """

    def __init__(self, *, columns: dict[str, str], **options: Any):
        self.columns = columns
        order = " | ".join(columns.values())
        options.setdefault("help_text", f"每行一条，各栏用竖线隔开：{order}")
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(" | ".join(self.typed(name, row.get(name, "")) for name in self.columns) for row in value)

    def typed(self, name: str, value: Any) -> str:
        return str(value)

    def read(self, name: str, text: str, line: int) -> Any:
        return text

    def to_python(self, value: Any) -> Any:
        rows = []
        for number, line in enumerate((super().to_python(value) or "").split("\n"), start=1):
            if not line.strip():
                continue
            cells = [cell.strip() for cell in line.replace("｜", "|").split("|")]
            if len(cells) != len(self.columns):
                raise ValidationError(
                    f"第 {number} 行应有 {len(self.columns)} 栏（{' | '.join(self.columns.values())}），现有 {len(cells)} 栏"
                )
            rows.append({name: self.read(name, cell, number) for name, cell in zip(self.columns, cells, strict=True)})
        return rows

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The text was measured when it was read."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class Basis(Lines):
    """法律依据: each line a law, an article and its words."""

    def __init__(self, **options: Any):
        super().__init__(columns={"law": "法律名称", "article": "条款", "text": "原文"}, **options)

    def read(self, name: str, text: str, line: int) -> Any:
        if not text:
            raise ValidationError(f"第 {line} 行的{self.columns[name]}没有填写")
        return text.strip("《》") if name == "law" else text


class Discretion(Lines):
    """裁量基准: each line a grade, when it applies, and the fine in yuan from and to."""

    def __init__(self, **options: Any):
        columns = {
            "grade": "档次",
            "when": "适用情形",
            "fine_min_fen": "最低罚款（元）",
            "fine_max_fen": "最高罚款（元）",
        }
        super().__init__(columns=columns, **options)

    def typed(self, name: str, value: Any) -> str:
        return f"{value / 100:.2f}".removesuffix(".00") if isinstance(value, int) else str(value)

    def read(self, name: str, text: str, line: int) -> Any:
        if not name.startswith("fine"):
            if not text:
                raise ValidationError(f"第 {line} 行的{self.columns[name]}没有填写")
            return text
        whole, _, part = text.replace(",", "").replace("元", "").strip().partition(".")
        if not (whole.isascii() and whole.isdigit() and len(whole) < 11) or (
            part and not (part.isdigit() and len(part) < 3)
        ):
            raise ValidationError(f"第 {line} 行的{self.columns[name]}“{text}”不是金额")
        return int(whole) * 100 + int((part or "0").ljust(2, "0"))

    def to_python(self, value: Any) -> Any:
        rows = super().to_python(value)
        for number, row in enumerate(rows, start=1):
            if row["fine_min_fen"] > row["fine_max_fen"]:
                raise ValidationError(f"第 {number} 档的最低罚款高于最高罚款")
        return rows


class Several(forms.MultipleChoiceField):
    """Some of several."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any):
        options.setdefault(
            "error_messages",
            {"required": "至少选择一项", "invalid_choice": "没有“%(value)s”这一选项，请重新选择"},
        )
        super().__init__(**options)


class Chosen(Pick):
    """One row of a list that the form was given; the value is the row."""

    def offer(self, rows: list[Any], empty: str = "") -> None:
        self.rows: dict[str, Any] = {str(row.pk): row for row in rows}
        self.choices = [*([("", empty)] if empty else []), *((pk, str(row)) for pk, row in self.rows.items())]

    def prepare_value(self, value: Any) -> Any:
        """A row that names an earlier version of a thing shows the version that is offered, not "none"."""
        if not isinstance(value, Model):
            return value
        key = getattr(value, "key", None)
        same = (pk for pk, row in self.rows.items() if key is not None and getattr(row, "key", None) == key)
        return str(value.pk) if str(value.pk) in self.rows else next(same, str(value.pk))

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(self.prepare_value(value)))


class EntityForm(ActionForm):
    """A version of one thing.

    **Shape** `groups`: titles with the fields under them; `frozen`: fields that only the first version may say.
    """

    groups: ClassVar[tuple[tuple[str, str], ...]] = ()
    frozen: ClassVar[tuple[str, ...]] = ()
    valid_from = Day(label="生效日期", help_text="自这一天起按本次登记；以前的日子仍按以前的版本")
    reason = Text(label="变更说明", help_text="依据的文件或者事由")

    def __init__(self, *args: Any, caller: Caller, body: Body, today: date, thing: Any = None, **options: Any):
        super().__init__(*args, **options)
        self.caller, self.body, self.today, self.thing = caller, body, today, thing
        self.fields["valid_from"].initial = today
        if thing is None:
            del self.fields["reason"]
        else:
            for name in self.frozen:
                del self.fields[name]
        self.prepare()
        if thing is not None:
            for name, value in self.shown(thing).items():
                if name in self.fields:
                    self.fields[name].initial = value

    def prepare(self) -> None:
        """Offer what depends on the body and on the person."""

    def shown(self, thing: Any) -> dict[str, Any]:
        """What the fields hold before anything is typed."""
        return {name: getattr(thing, name) for name in self.fields if hasattr(thing, name) and name != "valid_from"}

    def given(self) -> dict[str, Any]:
        """The arguments of the action."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("once", "seen")}

    def sections(self) -> list[dict[str, Any]]:
        """The fields in their groups; what no group names comes first."""
        named = {name for _, names in self.groups for name in names.split()}
        loose = [name for name in self.fields if name not in named and name not in ("once", "seen")]
        first = [name for name in loose if name not in ("valid_from", "reason")]
        last = [name for name in loose if name in ("valid_from", "reason")]
        found = [
            ("", first),
            *((title, [n for n in names.split() if n in self.fields]) for title, names in self.groups),
        ]
        found.append(("何时起、为什么" if "reason" in self.fields else "何时起", last))
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in found if names]


def optional(kind: type[forms.Field], label: str, **options: Any) -> Any:
    return kind(label=label, required=False, **options)


class BodyForm(EntityForm):
    groups = (
        ("职责和权限", "duties authority"),
        ("联系和救济", "address phone office_hours website complaint_phone complaint_way reconsideration court"),
        ("罚款缴纳", "bank bank_account"),
    )
    frozen = ("parent", "place")
    parent = Chosen(label="上级位置", help_text="新主体登记在哪一个主体之下")
    place = forms.RegexField(
        r"^[0-9A-Za-z_.-]{1,40}$",
        label="位置代码",
        help_text="字母、数字，例如 qingshan；登记后不变",
        error_messages={"required": "请填写", "invalid": "只能由字母、数字、点、横线组成，最多 40 个"},
    )
    name = Text(label="名称", max_length=100)
    kind = Pick(label="类型", choices=[("", "请选择"), *Body.Kind.choices])
    uscc = Text(label="统一社会信用代码", max_length=18)
    region = Text(label="行政区划代码", max_length=12)
    pack = Pick(label="适用规则包")
    sign = Text(label="机关代字", max_length=20, help_text="文号中“罚决字”之前的字")
    duties = optional(Long, "职责", max_length=4000)
    authority = optional(Long, "权限", max_length=4000)
    address = optional(Text, "地址")
    phone = optional(Text, "电话", max_length=40)
    office_hours = optional(Text, "办公时间", max_length=100)
    website = optional(Text, "网址")
    complaint_phone = optional(Text, "投诉举报电话", max_length=40)
    complaint_way = optional(Text, "投诉举报方式")
    reconsideration = optional(Text, "复议机关", max_length=100)
    court = optional(Text, "管辖法院", max_length=100)
    bank = optional(Text, "罚款代收机构", max_length=100)
    bank_account = optional(Text, "缴款账号", max_length=40)

    def prepare(self) -> None:
        self.fields["pack"].choices = [("", "请选择"), *((name, packs.load(name).title) for name in packs.names())]  # type: ignore[attr-defined]
        if "parent" in self.fields:
            self.fields["parent"].offer(list(queries.bodies_below(self.caller.scope, self.today)))  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        said = super().given()
        if self.thing is None:
            parent, place = said.pop("parent"), said.pop("place")
            said["scope"] = f"{parent.scope}{place}/"
        return said

    def clean_website(self) -> str:
        typed = str(self.cleaned_data["website"]).strip()
        if typed and not typed.startswith(("http://", "https://")):
            raise ValidationError("网址应以 http:// 或者 https:// 开头")
        return typed


class RegionForm(EntityForm):
    frozen = ("code",)
    code = Text(label="区划代码", max_length=12)
    name = Text(label="名称", max_length=100)
    parent = optional(Text, "上级区划代码", max_length=12)


class UnitForm(EntityForm):
    name = Text(label="名称", max_length=100)
    kind = Pick(label="类别", choices=Unit.Kind.choices)
    duties = optional(Long, "职责", max_length=4000)


class OfficerForm(EntityForm):
    name = Text(label="姓名", max_length=40)
    unit = Chosen(label="所在机构", required=False)
    post = optional(Text, "职务", max_length=60)
    kinds = Several(label="执法种类", required=False)
    service_matters = optional(Long, "服务事项", max_length=1000, help_text="在窗口办理的事项，每行一项")
    auxiliary = forms.BooleanField(label="执法辅助人员：只能协助，不得执法", required=False)
    photo_file = Upload(
        label="照片",
        required=False,
        heads=PHOTO_HEADS,
        most=PHOTO_BYTES,
        words="JPEG 或者 PNG 图片",
        help_text="用于公示和亮证，JPEG 或者 PNG，不超过 2 MB；不选则沿用原来的",
    )

    def prepare(self) -> None:
        self.fields["unit"].offer(list(queries.units(self.body, self.today)), "不属于某一机构")  # type: ignore[attr-defined]
        kinds = packs.load(self.body.pack).facts["kind"].choices or {}
        self.fields["kinds"].choices = list(kinds.items())  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        said = super().given()
        photo = said.pop("photo_file")
        return said | ({"photo": keep(photo)} if photo else {})


GUIDE = [key for key in guides.ITEM if key not in ("name", "code", "basis", "instrument")]


class PowerForm(EntityForm):
    groups = (
        ("依据和基准", "basis instrument discretion published_on"),
        ("乡镇、街道承接的处罚权", "delegation delegation_published_on delegated_from"),
        ("服务指南", " ".join(f"guide_{key}" for key in GUIDE)),
    )
    code = Text(label="事项编码", max_length=40)
    national_code = optional(Text, "国家基本目录编码", max_length=40)
    name = Text(label="事项名称")
    kind = Pick(label="行为种类")
    field = optional(Text, "领域", max_length=40)
    basis = Basis(label="法律依据")
    instrument = Text(label="赋权依据", help_text="赋予本机关这项职权的文件")
    discretion = Discretion(label="裁量基准", required=False)
    published_on = optional(Day, "公布日期")
    delegation = optional(Text, "省级赋权决定", help_text="省、自治区、直辖市决定的名称和文号（行政处罚法第二十四条）")
    delegation_published_on = optional(Day, "决定公布日期")
    delegated_from = optional(Text, "原实施部门", max_length=100)

    def prepare(self) -> None:
        kinds = packs.load(self.body.pack).facts["kind"].choices or {}
        self.fields["kind"].choices = [("", "请选择"), *kinds.items()]  # type: ignore[attr-defined]
        for key in GUIDE:
            self.fields[f"guide_{key}"] = Long(
                label=guides.ITEM[key],
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="一行一项" if key in ("conditions", "materials") else "",
            )

    def shown(self, thing: Any) -> dict[str, Any]:
        said = super().shown(thing)
        for key, value in thing.guide.items():
            said[f"guide_{key}"] = "\n".join(value) if isinstance(value, list) else value
        return said

    def given(self) -> dict[str, Any]:
        said = super().given()
        guide = {}
        for key in GUIDE:
            lines = [line.strip() for line in said.pop(f"guide_{key}").split("\n") if line.strip()]
            if lines:
                guide[key] = lines if len(lines) > 1 else lines[0]
        return said | {"guide": guide}

    def _refuse(self, refused: Any) -> None:
        if refused.field == "guide":
            refused.field = None
        super()._refuse(refused)


class PartyForm(EntityForm):
    kind = Pick(label="类别", choices=[("", "请选择"), *Party.Kind.choices])
    name = Text(label="姓名或者名称")
    id_no = optional(Text, "公民身份号码", max_length=18)
    uscc = optional(Text, "统一社会信用代码", max_length=18)
    legal_rep = optional(Text, "法定代表人或者负责人", max_length=60)
    phone = optional(Text, "联系电话", max_length=40)
    address = optional(Text, "住址或者住所")
    trade_name = optional(Text, "字号")

    def given(self) -> dict[str, Any]:
        said = super().given()
        return said if self.thing else said | {"scope": self.body.scope}


class DeviceForm(EntityForm):
    frozen = ("kind", "serial")
    kind = Pick(label="类别", choices=[("", "请选择"), *Device.Kind.choices])
    serial = Text(label="设备编号", max_length=60)
    model = optional(Text, "型号", max_length=100)
    keeper = Chosen(label="保管人", required=False)
    state = Pick(label="状态", choices=Device.State.choices)
    place = optional(Text, "存放或者设置地点")
    published_on = optional(Day, "设置地点公布日期", help_text="电子技术监控设备的设置地点应当向社会公布")

    def prepare(self) -> None:
        self.fields["keeper"].offer(list(queries.officers(self.body.scope, self.today)), "没有专人保管")  # type: ignore[attr-defined]

    def shown(self, thing: Any) -> dict[str, Any]:
        said = super().shown(thing)
        now = queries.as_of(Officer, thing.keeper_key, self.today) if thing.keeper_key else None
        return said | {"keeper": now}


class PremisesForm(EntityForm):
    name = Text(label="名称", max_length=100)
    kind = Pick(label="类别", choices=[("", "请选择"), *Premises.Kind.choices])
    address = Text(label="地址")
    party_code = optional(
        Text, "相对人代码", max_length=18, help_text="已登记相对人的统一社会信用代码或者公民身份号码；没有的留空"
    )

    def prepare(self) -> None:
        if not self.caller.has("officer", "head", "supervisor"):
            del self.fields["party_code"]

    def shown(self, thing: Any) -> dict[str, Any]:
        party = queries.as_of(Party, queries.canonical(thing.party_key), self.today) if thing.party_key else None
        return super().shown(thing) | {"party_code": (party.uscc or party.id_no) if party else ""}

    def clean_party_code(self) -> Party | None:
        code = str(self.cleaned_data["party_code"]).strip().upper()
        if not code:
            return None
        found = queries.known_parties(self.caller, self.today).filter(uscc=code).first()
        found = found or queries.known_parties(self.caller, self.today).filter(id_no=code).first()
        if found is None:
            raise ValidationError("没有登记过这个代码的相对人，请先登记相对人")
        return found

    def given(self) -> dict[str, Any]:
        said = super().given()
        if "party_code" in said:
            party = said.pop("party_code")
            same = self.thing is not None and party is not None and party.key == self.thing.party_key
            if not same:
                said["party"] = party
        return said


class CounselForm(EntityForm):
    name = Text(label="姓名", max_length=40)
    kind = Pick(label="类别", choices=[("", "请选择"), *Counsel.Kind.choices])
    firm = optional(Text, "所在律师事务所或者单位", max_length=100)
    licence_no = Text(label="执业证号", max_length=40)
    valid_to = optional(Day, "聘期至", help_text="聘期的最后一天；没有约定的留空")

    def prepare(self) -> None:
        if self.thing is not None:
            del self.fields["valid_to"]  # an end is said on its own page

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        begin, until = said.get("valid_from"), said.get("valid_to")
        if begin and until and until < begin:
            self.add_error("valid_to", "聘期的止日早于起日")
        return said


class LeadingGroupForm(EntityForm):
    name = Text(label="名称", max_length=100)
    instrument = Text(label="设立文件", help_text="文件名称和文号")
    members = Lines(label="成员", columns={"name": "姓名", "post": "职务", "role": "组内职务"})


class EndForm(ActionForm):
    """终止登记."""

    last_day = Day(label="最后一天", help_text="到这一天为止有效，次日起失效")
    reason = Text(label="终止的原因", help_text="依据的文件或者事由")
