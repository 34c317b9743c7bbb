"""题库 as a table: many questions in one file, each row checked as the single form would, tried before it is entered."""

from datetime import date, datetime
from typing import Any

from yangguang.registry.access import Writer
from yangguang.registry.actions import Call
from yangguang.registry.forms import Text
from yangguang.registry.models import Body, Role
from yangguang.registry.tables import columns as kinds
from yangguang.registry.tables import known
from yangguang.registry.tables.book import Book
from yangguang.registry.tables.columns import INSIDE, Column
from yangguang.registry.tables.registers import FROM, REASON, Table, Unfit, Values
from yangguang.registry.tables.registers.base import column, day

from . import actions
from .actions.bank import askable, clause_must_be_known
from .forms import QuestionForm, letters
from .models import Question


def _options(cell: Any, epoch: date) -> list[str]:
    said = kinds.cleaned(QuestionForm.base_fields["options"], kinds.words(cell))
    return [line.strip() for line in said.split("\n") if line.strip()]


def _answer(cell: Any, epoch: date) -> list[str]:
    return sorted(letters(kinds.cleaned(Text(max_length=40), kinds.words(cell))))


F = QuestionForm


class Questions(Table):
    """Questions of the importer's own body; those of bodies above are theirs to change."""

    slug, what, title, model, takes = "questions", "question", "试题", Question, "earlier"
    register, change = staticmethod(actions.question), staticmethod(actions.question)
    names = ("text",)
    own = (
        column(F, "type", "单选题", INSIDE),  # type: ignore[arg-type]
        column(F, "text", "执法人员应当怎样做？", INSIDE),  # type: ignore[arg-type]
        Column("options", "选项", "每行一个，第一行是 A；判断题写“正确”“错误”两行", _options, "\n".join,
               "出示证件\n不出示证件", True, INSIDE),
        Column("answer", "答案", "选项的字母，例如 A 或者 ACD", _answer, "".join, "A", True, INSIDE),
        column(F, "explanation", "应当主动出示执法证件", INSIDE),  # type: ignore[arg-type]
        column(F, "clause", "CN-PEN-55.1", INSIDE, how="规则包中的条款编号，在法规库中可查"),  # type: ignore[arg-type]
        day("valid_to", "停用日期", "日期，过了这一天不再抽到；在用的留空", privacy=INSIDE),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        # A question holds from the day it is written, and its change says itself why.
        self.columns = tuple(one for one in self.columns if one.name not in (FROM, REASON))
        self.by_name = {one.name: one for one in self.columns}

    def rules(self, said: Values, thing: Any, body: Body, on: date, at: datetime, book: Book) -> None:
        author = book.hand.officer
        if author is None:
            raise Unfit("试题由具名的人员登记，不能在命令行导入", mend="登录后在题库的页面导入")
        if body.scope != author.scope:
            raise Unfit(
                f"试题登记在{author.body}，不能登记在{body}名下", mend="由该机关导入，或者清空这一列", field="body"
            )
        askable(said["type"], said["text"], said["options"], said["answer"])
        clause_must_be_known(author.body, said["clause"])

    def fresh(self, said: Values, body: Body, on: date) -> tuple[Call, ...]:
        return (Call(actions.question, {"explanation": "", **self.arguments(said, None)}),)

    def next(self, changed: Values, thing: Any, on: date, reason: str) -> tuple[Call, ...]:
        names = ("type", "text", "options", "answer", "explanation", "clause", "valid_to")
        whole = {name: getattr(thing, name) for name in names} | self.arguments(changed, thing)
        return (Call(actions.question, whole | {"earlier": thing}),)


known.add(Questions(), Writer("试题", (Role.SUPERVISOR, Role.ADMIN)))
