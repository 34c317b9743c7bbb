"""执法事项 as a table, with the service guide."""

from datetime import date, datetime
from typing import Any

from yangguang.policy import guides

from ... import actions
from ...actions import matters
from ...forms import registers as typed
from ...forms.fields import Text
from ...models import Body, Power
from .. import columns as kinds
from ..book import Book
from ..columns import Column
from .base import Table, Values, column, packed

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
        return packed(found, body, several=False) if name == "kind" else found

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
