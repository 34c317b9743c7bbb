"""主体、机构、法律顾问和领导小组 as tables."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yangguang.policy import packs

from ... import actions, identifiers
from ...actions import Call, bodies
from ...forms import registers as typed
from ...forms.fields import Text
from ...models import Body, Counsel, LeadingGroup, Region, Unit
from ...queries import in_force
from .. import columns as kinds
from ..book import Book
from ..columns import INSIDE, Column
from .base import Table, Unfit, Values, column

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


RF = typed.RegionForm
CODE = "6 位、9 位或者 12 位行政区划代码（GB/T 2260）"


class Regions(Table):
    """行政区划: a code stands once in the whole deployment, whoever entered it.  **Clause** QS-0.1, SY-0.2."""

    slug, what, title, model, takes = "regions", "region", "行政区划", Region, "region"
    register, change = staticmethod(actions.register_region), staticmethod(actions.change_region)
    names = ("code",)
    own = (
        column(RF, "code", "411521105", code=True, lengths=(6, 9, 12), how=CODE),
        column(RF, "name", "青山镇"),
        column(RF, "parent", "411521", code=True, how=f"{CODE}；没有的留空"),
    )

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        super().fetch(book, rows, keys)
        codes = {said["code"] for _, said in rows if said.get("code")}
        for one in in_force(Region, book.on).filter(code__in=codes):
            book.found["elsewhere", one.code].append(one)

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        for name in ("code", "parent"):
            if said.get(name) and not bodies.REGION.fullmatch(said[name]):
                raise Unfit("行政区划代码应为 6 位、9 位或者 12 位数字", mend="请对照 GB/T 2260 核对", field=name)
        if thing is None and book.found.get(("elsewhere", said["code"])):
            raise Unfit(f"行政区划 {said['code']} 已由其他机关登记", mend="不必再登记，删去这一行", field="code")
        if thing is not None and said["code"] != thing.code:
            raise Unfit("区划代码登记后不能用导入改动", mend="改回原来的代码，或者另行登记", field="code")

    def fresh(self, said: Values, body: Body, on: date) -> tuple[Call, ...]:
        return (Call(actions.register_region, self.arguments(said, None) | {"scope": body.scope, "valid_from": on}),)


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


GF = typed.LeadingGroupForm


class Groups(Table):
    slug, what, title, model, takes = "groups", "leading_group", "领导小组", LeadingGroup, "group"
    register, change = staticmethod(actions.register_leading_group), staticmethod(actions.change_leading_group)
    own = (
        column(GF, "name", "推行三项制度领导小组", INSIDE),
        column(GF, "instrument", "青政〔2023〕12 号", INSIDE),
        Column("members", "成员", "每行一人：姓名 | 职务 | 组内职务",
               *kinds.lines(GF.base_fields["members"], ("name", "post", "role")), "陈立新 | 副镇长 | 组长", True, INSIDE),
    )  # fmt: skip

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        bodies.sound_group(said["instrument"], said["members"])
