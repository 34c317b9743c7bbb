"""题库: questions with their clause, each change a new version."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.registry.models import Body, Officer
from yangguang.trail.actions import action
from yangguang.trail.ids import uuid7

from .. import queries
from ..models import Question
from .errors import BadQuestion, reach

LETTERS = "ABCDEFGH"


@action("training.question", kind="registry")
def question(
    *,
    by: Officer,
    at: datetime,
    type: str,
    text: str,
    options: list[str],
    answer: list[str],
    explanation: str,
    clause: str,
    valid_to: date | None = None,
    earlier: Question | None = None,
) -> Question:
    """登记试题, or a new version of one; with `valid_to` it leaves the bank after that day.

    **Raises** BadQuestion (an answer that is no option, a clause the body's pack does not know).
    """
    if earlier is not None:
        reach(by, earlier.scope)
    options = [option.strip() for option in options if option.strip()]
    askable(type, text, options, answer)
    clause_must_be_known(by.body, clause)
    return Question.objects.create(
        by=by,
        at=at,
        scope=earlier.scope if earlier else by.scope,
        key=earlier.key if earlier else uuid7(),
        valid_from=timezone.localdate(at),
        valid_to=valid_to,
        type=type,
        text=text.strip(),
        options=options,
        answer=sorted(answer),
        explanation=explanation.strip(),
        clause=clause,
        author_key=by.key,
    )


def clause_must_be_known(body: Body, clause: str) -> None:
    """**Raises** BadQuestion where the pack of the body has no such clause."""
    if not queries.clause_known(body, clause):
        raise BadQuestion(
            f"本机关适用的规则包中没有条款“{clause}”", mend="在法规库中查到条款编号后填写", field="clause"
        )


def askable(type: str, text: str, options: list[str], answer: list[str]) -> None:
    """Whether a question can be asked and marked.  **Raises** BadQuestion."""
    if not text.strip():
        raise BadQuestion("题干没有填写", mend="写明所问的内容", field="text")
    most = 2 if type == Question.Type.JUDGEMENT else len(LETTERS)
    if not 2 <= len(options) <= most:
        raise BadQuestion(f"选项须有 2 到 {most} 个，现有 {len(options)} 个", mend="每行写一个选项", field="options")
    if len(set(options)) < len(options):
        raise BadQuestion("有两个选项完全相同", mend="删去重复的选项", field="options")
    wrong = [letter for letter in answer if letter not in LETTERS[: len(options)]]
    if wrong or not answer or len(set(answer)) < len(answer):
        raise BadQuestion(
            f"答案“{''.join(answer)}”不在选项 {LETTERS[: len(options)]} 之内", mend="填写选项的字母", field="answer"
        )
    if type == Question.Type.MULTIPLE and len(answer) < 2:
        raise BadQuestion("多选题至少有两个正确选项", mend="只有一个正确选项的，改为单选题", field="answer")
    if type != Question.Type.MULTIPLE and len(answer) != 1:
        raise BadQuestion("单选题、判断题只能有一个正确选项", mend="改为多选题，或者只留一个答案", field="answer")
