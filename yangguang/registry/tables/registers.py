"""The eight registers as tables: columns, what names one thing, and the rules of their actions."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Q

from yangguang.policy import guides, packs
from yangguang.trail.errors import Refused

from .. import actions, identifiers
from ..actions import Call, bodies, matters, people
from ..forms import registers as typed
from ..forms.fields import Day, Text
from ..models import Body, Certificate, Counsel, Device, Entity, Officer, Party, Power, Premises, Unit
from . import columns as kinds
from .book import Book, merged_into
from .columns import INSIDE, PERSONAL, PUBLIC, Column

Values = dict[str, Any]
KEY, BODY, FROM, REASON = "key", "body", "valid_from", "reason"
ANEW = "新"  # in the column of the key: another person of the same name
OF_EVERY = (KEY, BODY, FROM, REASON)


def told(field: forms.Field) -> str:
    """How to fill in a field of text."""
    most = getattr(field, "max_length", None)
    return f"文字，最多 {most} 个字" if most else "文字"


def column(
    form: type[typed.EntityForm],
    name: str,
    example: str = "",
    privacy: str = PUBLIC,
    *,
    code: bool = False,
    lengths: tuple[int, ...] = (),
    private: bool = False,
    how: str = "",
) -> Column:
    """A column that is one field of the single form."""
    field = form.base_fields[name]
    label = str(field.label)
    say = how or ("文本格式的编号" if code else told(field))
    if isinstance(field, Day):
        return Column(
            name, label, how or "日期，例如 2026-09-18", kinds.day, kinds.day_text, example, field.required, privacy
        )
    options = {str(k): str(v) for k, v in getattr(field, "choices", ()) if k}
    if options:
        read, write = kinds.choice(options)
        picks = tuple(options.values())
        return Column(
            name,
            label,
            f"选一项：{'、'.join(picks)}",
            read,
            write,
            example or picks[0],
            field.required,
            privacy,
            choices=picks,
        )
    read, write = kinds.text(field, lengths, code, upper=name in ("uscc", "id_no"))
    return Column(name, label, say, read, write, example, field.required, privacy, private, code)


def plain(
    name: str, label: str, how: str, example: str = "", privacy: str = PUBLIC, most: int = 200, code: bool = False
) -> Column:
    """A column of words that no single form has."""
    read, write = kinds.text(Text(label=label, required=False, max_length=most), (), code)
    return Column(name, label, how, read, write, example, privacy=privacy, code=code)


def day(
    name: str,
    label: str,
    how: str = "日期，例如 2026-09-18",
    example: str = "",
    required: bool = False,
    privacy: str = PUBLIC,
) -> Column:
    return Column(name, label, how, kinds.day, kinds.day_text, example, required, privacy)


def common(of_body: bool = True) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns every register begins and ends with."""
    first = [
        plain(
            KEY, "登记编号", "导出时自动填写，用来认出已登记的这一项；新登记的留空", privacy=INSIDE, most=40, code=True
        )
    ]
    if of_body:
        first.append(
            plain(BODY, "所属主体", "主体的名称或者统一社会信用代码；留空为本机关", "青山镇人民政府", most=100)
        )
    last = (
        day(FROM, "生效日期", "日期；留空或者与现有版本相同的，按导入时写的日期", "2026-09-18", privacy=INSIDE),
        plain(REASON, "变更说明", "变更已登记的才需要：依据的文件或者事由；留空按导入时写的", "机构改革", INSIDE),
    )
    return tuple(first), last


class Table:
    """One register.

    **Shape** `what`: its rule in `access.WRITERS`; `takes`: the argument its change takes; `frozen`: columns only the
    first version may say; `homonyms`: two things may have the same natural key.
    """

    slug: ClassVar[str]
    what: ClassVar[str]
    title: ClassVar[str]
    model: ClassVar[type[Entity]]
    takes: ClassVar[str]
    register: ClassVar[Callable[..., Any]]
    change: ClassVar[Callable[..., Any]]
    also: ClassVar[tuple[str, ...]] = ()  # other registers some columns write
    frozen: ClassVar[tuple[str, ...]] = ()
    homonyms: ClassVar[bool] = False
    of_body: ClassVar[bool] = True
    own: ClassVar[tuple[Column, ...]] = ()
    names: ClassVar[tuple[str, ...]] = ("name",)  # columns that name one thing within its body

    def __init__(self) -> None:
        first, last = common(self.of_body)
        self.columns: tuple[Column, ...] = (*first, *self.own, *last)
        self.by_name = {column.name: column for column in self.columns}

    # ---- reading

    def column_for(self, name: str, body: Body | None) -> Column:
        """The column as the rules of a body make it."""
        return self.by_name[name]

    def natural(self, scope: str, said: Values) -> Any:
        """What names one thing; None where the row does not say it."""
        parts = tuple(said.get(name) or "" for name in self.names)
        return (scope, *parts) if all(parts) else None

    def match(self, naturals: Iterable[Any]) -> Q:
        """Rows that have, or once had, one of these natural keys."""
        wanted = list(naturals)
        found = Q(pk__in=[]) if not wanted else Q(scope__in={one[0] for one in wanted})
        for place, name in enumerate(self.names, start=1):
            found &= Q(**{f"{name}__in": {one[place] for one in wanted}})
        return found

    def naturals_of(self, thing: Any) -> list[Any]:
        """The natural keys by which a registered thing is found now."""
        found = self.natural(thing.scope, {name: getattr(thing, name) for name in self.names})
        return [found] if found else []

    def open(self, book: Book) -> None:
        """Fetch what a whole file needs."""

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        """Fetch what these rows need; a bounded number of queries."""
        naturals = {found for scope, said in rows if (found := self.natural(scope, said))}
        for thing in book.fetch(self.model, self.match(naturals), keys):
            self.enrol(book, thing)

    def find(self, scope: str, said: Values, book: Book) -> list[Any]:
        """The registered things a row can mean."""
        natural = self.natural(scope, said)
        return book.found.get(natural, []) if natural else []

    def enrol(self, book: Book, thing: Any) -> None:
        if thing.key in book.keyed:
            return
        book.keyed[thing.key] = thing
        for natural in self.naturals_of(thing):
            book.found[natural].append(thing)

    def fetch_beside(self, book: Book, things: list[Any]) -> None:
        """Fetch what is written beside things already registered."""

    # ---- writing

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        """The value a registered thing has in a column."""
        if name == KEY:
            return str(thing.key)
        if name == BODY:
            return self.body_text(thing.scope, book)
        if name == REASON:
            return ""  # the reason of the next version is not that of the last
        return getattr(thing, name)

    def text_of(self, thing: Any, name: str, book: Book) -> str:
        body = book.bodies.get(thing.scope)
        return self.column_for(name, body).write(self.value_of(thing, name, book))

    def body_text(self, scope: str, book: Book) -> str:
        body = book.bodies.get(scope)
        if body is None:
            return ""
        return body.name if len(book.named[body.name]) == 1 else body.uscc

    def differs(self, name: str, shown: str, said: Values, thing: Any, book: Book) -> bool:
        """Whether a row says something else in a column than the thing does."""
        return shown != self.text_of(thing, name, book)

    # ---- rules and calls

    def resolve(self, said: Values, scope: str, book: Book) -> None:
        """Put rows in the place of their names.  **Raises** Refused."""

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        """The rules of the action on everything the version will say.  **Raises** Refused."""

    def arguments(self, said: Values, thing: Any) -> Values:
        """The arguments of the action for what is new or differs."""
        return {name: value for name, value in said.items() if name not in OF_EVERY}

    def whole(self, said: Values, thing: Any) -> Values:
        """Everything the version will say, for the rules."""
        before = {} if thing is None else {f.name: getattr(thing, f.name) for f in thing._meta.concrete_fields}
        return before | self.arguments(said, thing)

    def fresh(self, said: Values, body: Body, on: date) -> tuple[Call, ...]:
        given = self.arguments(said, None) | {"valid_from": on}
        return (Call(type(self).register, given | ({"body": body} if self.of_body else {})),)

    def next(self, changed: Values, thing: Any, on: date, reason: str) -> tuple[Call, ...]:
        given = self.arguments(changed, thing)
        return (Call(type(self).change, given | {self.takes: thing, "valid_from": on, "reason": reason}),)

    def beside(self, said: Values, thing: Any, body: Body, on: date, book: Book) -> tuple[Call, ...]:
        """Calls for what the row says besides the thing itself.  **Raises** Refused."""
        return ()


class Unfit(Refused):
    """A row that the register cannot take, for a reason that lies in the file."""


# ---- the registers ---------------------------------------------------------------------------------------------------

F = typed.BodyForm


class Bodies(Table):
    slug, what, title, model, takes = "bodies", "body", "执法主体", Body, "body"
    register, change = staticmethod(actions.register_body), staticmethod(actions.change_body)
    frozen, names, of_body = ("scope",), ("scope",), False
    own = (
        Column(
            "scope", "位置", "从最上级到本主体的位置代码，以“/”结尾；登记后不变",
            *kinds.text(Text(label="位置", max_length=200)), "41.15.21/qingshan/", True, INSIDE, code=True,
        ),
        column(F, "name", "青山镇人民政府"),
        column(F, "kind"),
        column(F, "uscc", "114115210060050422", code=True, how="18 位统一社会信用代码，文本格式"),
        column(F, "region", "411521105", code=True, lengths=(6, 9, 12), how="6 位、9 位或者 12 位行政区划代码"),
        Column(
            "pack", "适用规则包", f"规则包编号：{'、'.join(packs.names())}",
            *kinds.choice({one: one for one in packs.names()}), "cn", True, INSIDE, choices=tuple(packs.names()),
        ),
        column(F, "sign", "青", INSIDE),
        *(column(F, name) for name in ("duties", "authority", "address")),
        column(F, "phone", "0376-6380000", code=True, how="文本格式，可带区号"),
        *(column(F, name) for name in ("office_hours", "website")),
        column(F, "complaint_phone", "12345", code=True, how="文本格式，可带区号"),
        *(column(F, name) for name in ("complaint_way", "reconsideration", "court")),
        column(F, "bank", "", INSIDE),
        column(F, "bank_account", "", INSIDE, code=True),
    )  # fmt: skip

    def natural(self, scope: str, said: Values) -> Any:
        return (said["scope"],) if said.get("scope") else None

    def match(self, naturals: Iterable[Any]) -> Q:
        return Q(scope__in={one[0] for one in naturals})

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        super().fetch(book, rows, keys)
        book.fetch_codes({said["uscc"].strip().upper() for _, said in rows if said.get("uscc")})

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        said["uscc"] = identifiers.uscc_code(said["uscc"])
        if not bodies.SCOPE.fullmatch(said["scope"]):
            raise Unfit("位置只能由字母、数字、点、横线组成，以“/”结尾", mend="例如 41.15.21/qingshan/", field="scope")
        owner = book.codes.get(said["uscc"])
        if owner is not None and owner != getattr(thing, "key", None):
            raise Unfit("统一社会信用代码已属于另一主体", mend="请核对代码，或者办理该主体的变更", field="uscc")
        bodies.known_codes(said["region"], said["pack"])
        if said.get("website") and not said["website"].startswith(("http://", "https://")):
            raise Unfit("网址应以 http:// 或者 https:// 开头", field="website")


class Units(Table):
    slug, what, title, model, takes = "units", "unit", "承办机构", Unit, "unit"
    register, change = staticmethod(actions.register_unit), staticmethod(actions.change_unit)
    own = tuple(column(typed.UnitForm, name, eg) for name, eg in (("name", "综合执法队"), ("kind", ""), ("duties", "")))


CERTIFICATE = "cert_"


def _certificate(name: str, label: str, example: str, how: str = "文字", code: bool = False, most: int = 100) -> Column:
    return plain(f"{CERTIFICATE}{name}", label, how, example, PUBLIC, most, code)


class Officers(Table):
    slug, what, title, model, takes = "officers", "officer", "执法人员", Officer, "officer"
    register, change = staticmethod(actions.register_officer), staticmethod(actions.change_officer)
    also, homonyms = ("certificate",), True
    own = (
        column(typed.OfficerForm, "name", "张伟"),
        plain("unit", "所在机构", "已登记的承办机构名称；没有的留空", "综合执法队", most=100),
        column(typed.OfficerForm, "post", "三级主办"),
        Column("kinds", "执法种类", "规则包中的种类，用、隔开", kinds.names, kinds.names_text, "行政检查、行政处罚"),
        column(typed.OfficerForm, "service_matters"),
        Column("auxiliary", "执法辅助人员", "填“是”或者“否”；留空为否", kinds.yes_no, kinds.yes_no_text, "否",
               choices=("是", "否")),
        _certificate("number", "执法证号", "16150001234", "文本格式；已领证的填写，其余执法证各栏随之必填", True, 40),
        _certificate("issuer", "发证机关", "河南省人民政府"),
        Column(f"{CERTIFICATE}issuer_family", "制发类别", f"选一项：{'、'.join(Certificate.IssuerFamily.labels)}；留空为省级",
               *kinds.choice(dict(Certificate.IssuerFamily.choices)), Certificate.IssuerFamily.PROVINCIAL.label,
               choices=tuple(Certificate.IssuerFamily.labels)),
        _certificate("family", "证件名称", "行政执法证", "本地认可的证件名称；可以留空", most=60),
        day(f"{CERTIFICATE}exam_passed_on", "考试合格日期", "日期，不得晚于证件有效期自", "2024-03-01"),
        Column(f"{CERTIFICATE}covers", "执法领域", "用、隔开；留空为本机关全部领域（综合执法）", kinds.names, kinds.names_text),
        day(f"{CERTIFICATE}valid_from", "证件有效期自", example="2024-04-01"),
        day(f"{CERTIFICATE}valid_to", "证件有效期至", example="2029-03-31"),
    )  # fmt: skip

    def column_for(self, name: str, body: Body | None) -> Column:
        found = self.by_name[name]
        return _packed(found, body, several=True) if name == "kinds" else found

    def open(self, book: Book) -> None:
        book.open_units()

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        book.fetch_certificates({n for _, said in rows if (n := said.get("cert_number"))}, ())
        owners = {one.officer_key for one in book.certificates.values()}
        names = {found for scope, said in rows if (found := super(Officers, self).natural(scope, said))}
        for thing in book.fetch(self.model, super().match(names), keys | owners):
            self.enrol(book, thing)
        self.fetch_beside(book, list(book.keyed.values()))

    def find(self, scope: str, said: Values, book: Book) -> list[Any]:
        held = book.certificates.get(said.get("cert_number") or "")
        if held is not None and held.officer_key in book.keyed:
            person = book.keyed[held.officer_key]
            if person.name != said.get("name"):  # a slip in the number must not rename somebody else
                raise Unfit(
                    f"证号 {held.number} 已登记给另一人（{person.name}）",
                    mend="请核对证号；确是此人改名的，填写登记编号",
                    field="cert_number",
                )
            return [person]
        named = super().natural(scope, said)
        return book.found.get(named, []) if named else []

    def fetch_beside(self, book: Book, things: list[Any]) -> None:
        unknown = {thing.key for thing in things} - set(book.held)
        if unknown:
            book.fetch_certificates((), unknown)

    def natural(self, scope: str, said: Values) -> Any:
        if said.get("cert_number"):
            return ("certificate", said["cert_number"])
        return super().natural(scope, said)

    def naturals_of(self, thing: Any) -> list[Any]:
        return [(thing.scope, thing.name)]

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        if name == "unit":
            return book.unit_keys.get(thing.unit.key, thing.unit).name if thing.unit else ""
        if name.startswith(CERTIFICATE):
            held = book.held.get(thing.key)
            return getattr(held, name.removeprefix(CERTIFICATE)) if held else None
        return super().value_of(thing, name, book)

    def arguments(self, said: Values, thing: Any) -> Values:
        given = {n: v for n, v in super().arguments(said, thing).items() if not n.startswith(CERTIFICATE)}
        if "unit" in given and isinstance(given["unit"], str):
            given["unit"] = None
        return given

    def resolve(self, said: Values, scope: str, book: Book) -> None:
        if not said.get("unit"):
            return
        if (scope, said["unit"]) not in book.units:
            raise Unfit(f"没有登记过承办机构“{said['unit']}”", mend="先登记承办机构，或者核对名称", field="unit")
        said["unit"] = book.units[scope, said["unit"]]

    def beside(self, said: Values, thing: Any, body: Body, on: date, book: Book) -> tuple[Call, ...]:
        """The certificate of the row: granted if it is new, left alone if it is the one registered, else refused."""
        asked = {n.removeprefix(CERTIFICATE): v for n, v in said.items() if n.startswith(CERTIFICATE)}
        number = asked.get("number")
        if not number:
            if extra := next((n for n, v in asked.items() if v), None):
                raise Unfit(
                    "填写了执法证的内容，没有填写执法证号", mend="补上证号，或者清空执法证各栏", field=f"cert_{extra}"
                )
            return ()
        known = book.certificates.get(number)
        if known is not None:
            self._same_certificate(known, asked, thing)
            return ()
        for name, label in (("issuer", "发证机关"), ("valid_from", "证件有效期自"), ("valid_to", "证件有效期至")):
            if not asked.get(name):
                raise Unfit(f"没有填写{label}", mend=f"填写{label}", field=f"cert_{name}")
        asked["issuer_family"] = asked.get("issuer_family") or Certificate.IssuerFamily.PROVINCIAL
        holder = Officer(
            name=said.get("name") or thing.name,
            auxiliary=said["auxiliary"] if "auxiliary" in said else bool(thing and thing.auxiliary),
            body=body,
        )
        try:
            people.may_be_granted(
                holder, asked.get("exam_passed_on"), asked["valid_from"], asked["valid_to"], asked.get("family") or ""
            )
        except Refused as refused:
            refused.field = f"cert_{refused.field}" if refused.field != "officer" else "auxiliary"
            raise
        if barred := book.hand.barred("certificate", body.scope):
            barred.field = "cert_number"
            raise barred
        given = {"exam_passed_on": None} | asked
        return (Call(actions.grant_certificate, given if thing is None else given | {"officer": thing}),)

    def _same_certificate(self, known: Certificate, asked: Values, thing: Any) -> None:
        if thing is None or known.officer_key != thing.key:
            raise Unfit(f"证号 {known.number} 已登记给另一人", mend="请核对证号", field="cert_number")
        for name, value in asked.items():
            write = self.by_name[f"{CERTIFICATE}{name}"].write
            if value not in (None, "", []) and write(value) != write(getattr(known, name)):
                raise Unfit(
                    f"执法证 {known.number} 已登记，内容不能改",
                    mend="换证有新的证号；暂扣、注销和年度审验在人员的页面办理",
                    field=f"cert_{name}",
                )


def _packed(found: Column, body: Body | None, several: bool) -> Column:
    """A column of kinds of act, in the words of the body's pack."""
    return found if body is None else _in_words(found, body.pack, several)


@cache
def _in_words(found: Column, pack: str, several: bool) -> Column:
    if pack not in packs.names():
        return found
    labels = {str(k): str(v) for k, v in (packs.load(pack).facts["kind"].choices or {}).items()}
    read, write = kinds.several(labels) if several else kinds.choice(labels)
    return replace(found, read=read, write=write)


GUIDE = {key: f"guide_{key}" for key in typed.GUIDE}
PF = typed.PowerForm


def _guide(key: str) -> Column:
    label = guides.ITEM[key]
    read, write = kinds.guide(typed.Long(label=label, required=False, max_length=4000))
    return Column(GUIDE[key], f"指南：{label}", "文字；可以多行，一行一项", read, write)


class Powers(Table):
    slug, what, title, model, takes = "powers", "power", "执法事项", Power, "power"
    register, change = staticmethod(actions.register_power), staticmethod(actions.change_power)
    names = ("code",)
    own = (
        column(PF, "code", "QS-CF-001", code=True),
        column(PF, "national_code", "", code=True),
        column(PF, "name", "对违反消防安全规定的处罚"),
        Column("kind", "行为种类", "规则包中的种类，例如：行政处罚、行政检查", *kinds.text(Text(max_length=24)), "行政处罚", True),
        column(PF, "field", "消防"),
        Column("basis", "法律依据", "每行一条：法律名称 | 条款 | 原文", *kinds.lines(PF.base_fields["basis"], ("law", "article", "text")),
               "中华人民共和国消防法 | 第六十条 | 单位违反本法规定……", True),
        column(PF, "instrument", "青山镇权责清单（2024年）"),
        Column("discretion", "裁量基准", "每行一档：档次 | 适用情形 | 最低罚款（元） | 最高罚款（元）",
               *kinds.lines(PF.base_fields["discretion"], ("grade", "when", "fine_min_fen", "fine_max_fen")),
               "较轻 | 首次违法，及时改正 | 5000 | 10000"),
        column(PF, "published_on", "2024-01-01"),
        *(column(PF, name) for name in ("delegation", "delegation_published_on", "delegated_from")),
        *(_guide(key) for key in GUIDE),
    )  # fmt: skip

    def column_for(self, name: str, body: Body | None) -> Column:
        found = self.by_name[name]
        return _packed(found, body, several=False) if name == "kind" else found

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        if name.startswith("guide_"):
            return thing.guide.get(name.removeprefix("guide_"))
        return super().value_of(thing, name, book)

    def arguments(self, said: Values, thing: Any) -> Values:
        given = super().arguments(said, thing)
        asked = {key: given.pop(name) for key, name in GUIDE.items() if name in given}
        if asked:
            kept = dict(thing.guide) if thing is not None else {}
            given["guide"] = {k: v for k, v in (kept | asked).items() if v}
        return given

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        matters.sound_power(body, on, said)


class Parties(Table):
    slug, what, title, model, takes = "parties", "party", "相对人", Party, "party"
    register, change = staticmethod(actions.register_party), staticmethod(actions.change_party)
    own = (
        column(typed.PartyForm, "kind", "", INSIDE),
        column(typed.PartyForm, "name", "青山百货有限公司", PERSONAL),
        column(typed.PartyForm, "id_no", "", PERSONAL, code=True, private=True, how="18 位，文本格式；自然人必填"),
        column(typed.PartyForm, "uscc", "12411521006005061X", code=True, how="18 位，文本格式；单位和个体工商户必填"),
        column(typed.PartyForm, "legal_rep", "", PERSONAL),
        column(typed.PartyForm, "phone", "", PERSONAL, code=True, how="文本格式，可带区号"),
        column(typed.PartyForm, "address", "", PERSONAL),
        column(typed.PartyForm, "trade_name"),
    )

    def natural(self, scope: str, said: Values) -> Any:
        name = "id_no" if said.get("kind") == Party.Kind.NATURAL else "uscc"
        code = str(said.get(name) or "").strip().upper()
        return (scope, name, code) if code else None

    def match(self, naturals: Iterable[Any]) -> Q:
        wanted = list(naturals)
        return Q(id_no__in=[c for _, n, c in wanted if n == "id_no"]) | Q(
            uscc__in=[c for _, n, c in wanted if n == "uscc"]
        )

    def naturals_of(self, thing: Any) -> list[Any]:
        natural = self.natural(thing.scope, {n: getattr(thing, n) for n in ("kind", "id_no", "uscc")})
        return [natural] if natural else []

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        naturals = {found for scope, said in rows if (found := self.natural(scope, said))}
        things = book.fetch(self.model, self.match(naturals), keys)
        into = merged_into({thing.key for thing in things})
        more = book.fetch(self.model, Q(pk__in=[]), set(into.values()) - {t.key for t in things}) if into else []
        kept = {thing.key: thing for thing in (*things, *more) if thing.key not in into}
        for thing in kept.values():
            self.enrol(book, thing)
        for thing in things:  # what was merged is found under the one that was kept
            for natural in self.naturals_of(thing) if thing.key in into else ():
                now = kept.get(into[thing.key])
                if now is not None and now not in book.found[natural]:
                    book.found[natural].append(now)

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        matters.prove_identity(said, at)

    def fresh(self, said: Values, body: Body, on: date) -> tuple[Call, ...]:
        return (Call(actions.register_party, self.arguments(said, None) | {"scope": body.scope, "valid_from": on}),)


class Devices(Table):
    slug, what, title, model, takes = "devices", "device", "执法装备", Device, "device"
    register, change = staticmethod(actions.register_device), staticmethod(actions.change_device)
    frozen, names = ("kind", "serial"), ("serial",)
    own = (
        column(typed.DeviceForm, "kind", "", INSIDE),
        column(typed.DeviceForm, "serial", "ZFY-0001", INSIDE, code=True),
        column(typed.DeviceForm, "model", "", INSIDE),
        plain("keeper", "保管人", "本机关人员的姓名；同名的写执法证号；没有专人的留空", "张伟", INSIDE, 40),
        column(typed.DeviceForm, "state", "", INSIDE),
        column(typed.DeviceForm, "place"),
        column(typed.DeviceForm, "published_on"),
    )

    def open(self, book: Book) -> None:
        book.open_people()

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        super().fetch(book, rows, keys)
        unknown = {n for scope, said in rows if (n := said.get("keeper")) and len(book.people[scope, n]) != 1}
        book.fetch_certificates(unknown, ())
        self.fetch_beside(book, list(book.keyed.values()))

    def fetch_beside(self, book: Book, things: list[Any]) -> None:
        keepers = [book.people_keys[t.keeper_key] for t in things if t.keeper_key in book.people_keys]
        doubled = {one.key for one in keepers if len(book.people[one.scope, one.name]) > 1} - set(book.held)
        if doubled:
            book.fetch_certificates((), doubled)

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        if name != "keeper":
            return super().value_of(thing, name, book)
        keeper = book.people_keys.get(thing.keeper_key) if thing.keeper_key else None
        return self._named(keeper, book) if keeper else ""

    def differs(self, name: str, shown: str, said: Values, thing: Any, book: Book) -> bool:
        if name != "keeper":
            return super().differs(name, shown, said, thing, book)
        return getattr(said["keeper"], "key", None) != thing.keeper_key

    def _named(self, keeper: Officer, book: Book) -> str:
        held = book.held.get(keeper.key)
        return held.number if len(book.people[keeper.scope, keeper.name]) > 1 and held else keeper.name

    def resolve(self, said: Values, scope: str, book: Book) -> None:
        typed_in = said.get("keeper")
        if not typed_in:
            said.update({"keeper": None} if "keeper" in said else {})
            return
        found = book.people[scope, typed_in]
        if len(found) > 1:
            raise Unfit(f"本机关有 {len(found)} 名“{typed_in}”", mend="改写执法证号", field="keeper")
        held = book.certificates.get(typed_in)
        keeper = found[0] if found else book.people_keys.get(held.officer_key) if held else None
        if keeper is None or keeper.scope != scope:
            raise Unfit(f"本机关没有“{typed_in}”这名人员", mend="先登记人员，或者核对姓名", field="keeper")
        said["keeper"] = keeper

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        matters.sound_device(said["kind"], said.get("place", ""), said.get("published_on"), at)


class PremisesTable(Table):
    slug, what, title, model, takes = "premises", "premises", "场所", Premises, "premises"
    register, change = staticmethod(actions.register_premises), staticmethod(actions.change_premises)
    homonyms = True
    own = (
        column(typed.PremisesForm, "name", "青山百货商场"),
        column(typed.PremisesForm, "kind"),
        column(typed.PremisesForm, "address", "北街 1 号"),
        Column("party", "相对人代码", "已登记相对人的统一社会信用代码或者公民身份号码；没有的留空",
               *kinds.text(Text(required=False, max_length=18), (), True, upper=True), "12411521006005061X", False, PERSONAL, True, True),
    )  # fmt: skip

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        super().fetch(book, rows, keys)
        codes = {str(code).upper() for _, said in rows if (code := said.get("party"))}
        book.fetch_parties(codes, {t.party_key for t in book.keyed.values() if t.party_key} - set(book.party_keys))

    def fetch_beside(self, book: Book, things: list[Any]) -> None:
        book.fetch_parties(set(), {t.party_key for t in things if t.party_key})

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        if name != "party":
            return super().value_of(thing, name, book)
        party = book.party_keys.get(thing.party_key)
        return (party.uscc or party.id_no) if party else ""

    def differs(self, name: str, shown: str, said: Values, thing: Any, book: Book) -> bool:
        if name != "party":
            return super().differs(name, shown, said, thing, book)
        now = book.party_keys.get(thing.party_key)
        return getattr(said["party"], "key", None) != getattr(now, "key", thing.party_key)

    def resolve(self, said: Values, scope: str, book: Book) -> None:
        if not said.get("party"):
            said.update({"party": None} if "party" in said else {})
            return
        if not book.hand.sees("party"):
            raise Unfit("您的角色不能查相对人", mend="清空这一列", field="party")
        party = book.parties.get(said["party"].upper())
        if party is None:
            raise Unfit("没有登记过这个代码的相对人", mend="先登记相对人，或者留空", field="party")
        said["party"] = party


CF = typed.CounselForm


class Counsels(Table):
    slug, what, title, model, takes = "counsels", "counsel", "法律顾问和公职律师", Counsel, "counsel"
    register, change = staticmethod(actions.register_counsel), staticmethod(actions.change_counsel)
    frozen, names = ("valid_to",), ("licence_no",)
    own = (
        column(CF, "name", "李明", INSIDE),
        column(CF, "kind", "", INSIDE),
        column(CF, "firm", "", INSIDE),
        column(CF, "licence_no", "14115202010000000", INSIDE, code=True),
        column(CF, "valid_to", "2027-12-31", INSIDE, how="聘期的最后一天；没有约定的留空。已登记的在终止页面办理"),
    )

    def arguments(self, said: Values, thing: Any) -> Values:
        given = super().arguments(said, thing)
        return given if thing is None else {n: v for n, v in given.items() if n != "valid_to"}

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        until = said.get("valid_to")
        if thing is None and until and until < on:
            raise Unfit("聘期的止日早于起日", mend="核对聘期", field="valid_to")


TABLES: dict[str, Table] = {
    table.slug: table
    for table in (Bodies(), Units(), Officers(), Powers(), Parties(), Devices(), PremisesTable(), Counsels())
}
