"""相对人和场所 as tables."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ... import actions
from ...actions import Call, matters
from ...forms import registers as typed
from ...forms.fields import Text
from ...models import Body, Party, Premises
from .. import columns as kinds
from ..book import Book, merged_into
from ..columns import INSIDE, PERSONAL, Column
from .base import Table, Unfit, Values, column


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
