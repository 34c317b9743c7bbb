"""执法装备 as a table."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ... import actions
from ...actions import matters
from ...forms import registers as typed
from ...models import Body, Device, Officer
from ..book import Book
from ..columns import INSIDE
from .base import Table, Unfit, Values, column, plain


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
