"""What every register as a table shares: its columns from the single form, its rows by what names them, its calls."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import Q

from yangguang.policy import packs
from yangguang.trail.errors import Refused

from ...actions import Call
from ...forms import registers as typed
from ...forms.fields import Day, Text
from ...models import Body, Entity
from .. import columns as kinds
from ..book import Book
from ..columns import INSIDE, PUBLIC, Column

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


def packed(found: Column, body: Body | None, several: bool) -> Column:
    """A column of kinds of act, in the words of the body's pack."""
    return found if body is None else _in_words(found, body.pack, several)


@cache
def _in_words(found: Column, pack: str, several: bool) -> Column:
    if pack not in packs.names():
        return found
    labels = {str(k): str(v) for k, v in (packs.load(pack).facts["kind"].choices or {}).items()}
    read, write = kinds.several(labels) if several else kinds.choice(labels)
    return replace(found, read=read, write=write)


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
