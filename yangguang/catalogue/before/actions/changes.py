"""变动: what changed, what of the public information it touches, and how each was answered."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yangguang.duty import actions as duty
from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import changes, queries
from ..models import Change, ChangeAnswer
from .errors import Unfinished
from .own import same_body


@action("before.note_change", kind="registry", milestone=True)
def note_change(
    *, by: Officer, at: datetime, scope: str, what: str, key: str, changed_on: date, why: str, title: str = ""
) -> Change:
    """登记变动: name everything it touches and open the duty to bring it up to date, with its date.

    **Shape** `key`: key of the power, body or person (of a certificate its holder); of law: a clause, a kind of act, or "*".
    **Clause** QS-3.1.4a (20 working days), DH-2.1.2c (the same day), QD-3.1.1(3)b, CN-INF-26.
    """
    body = registry.body_at(scope, timezone.localdate(at)) or registry.body_last_at(scope)
    if body is None:
        raise Refused("没有这个执法主体", mend="核对主体", field="scope")
    if not why.strip():
        raise Refused("没有写明依据和说明", mend="写明文件名称、文号或者事由", field="why")
    if changed_on > timezone.localdate(at):
        raise Refused("变动日期不能晚于今天", mend="变动施行之日起登记", field="changed_on")
    if what not in Change.What.values:
        raise Refused(f"没有“{what}”这种变动", field="what")
    touched = queries.touched(body, what, key, timezone.localdate(at))
    change = Change.objects.create(
        by=by,
        at=at,
        scope=scope,
        body=body,
        what=what,
        key=key,
        title=(title.strip() or f"{Change.What(what).label}变动")[:200],
        changed_on=changed_on,
        why=why.strip(),
        touched=touched,
    )
    if touched:
        _open_clock(change, by, at)
    return change


def _open_clock(change: Change, by: Officer, at: datetime) -> None:
    named = queries.responsible(change.scope, queries.PRE, timezone.localdate(at))
    names = "、".join(dict.fromkeys(one["sort"] for one in change.touched))
    duty.due(
        by=by,
        at=at,
        scope=change.scope,
        subject=change.chain,
        rule=queries.CLOCK,
        title=f"更新公开信息：{change.title}（涉及{names}，共 {len(change.touched)} 项）"[:200],
        role="disclosure",
        owner_key=named.person_key if named else None,
        pack=packs.load(change.body.pack),
        start_on=change.changed_on,
    )


def note_what_changed(at: datetime, settled: set[int]) -> int:
    """Note every change of the registers that has come and was not noted, each in its own transaction; gives how many.

    **Shape** `settled`: lines found to change nothing public; they are not looked at again while the process lives.
    """
    done = 0
    for entry in changes.unnoted().exclude(pk__in=settled):
        found = changes.seen(entry)
        if not found:
            settled.add(entry.pk)
        elif all(one.changed_on <= timezone.localdate(at) for one in found):
            with transaction.atomic():
                for one in found:
                    note_change(at=at, caused_by=entry, **one.given())
            done += len(found)
    return done


@action("before.answer_change", on="change")
def answer_change(
    *, by: Officer, at: datetime, change: Change, refs: Sequence[str], how: str, note: str = ""
) -> ChangeAnswer:
    """处理变动所涉及的内容: renewed, which a newer version of each must show, or unaffected, with the reason; all or none.

    The last one discharges the duty; it is given back.  **Clause** QS-3.1.4a, QD-3.1.1(3)b.  **Raises** Unfinished, Refused.
    """
    same_body(by, change.scope, "处理")
    if not refs:
        raise Refused("没有选择处理哪几项", mend="在涉及的内容中勾选", field="refs")
    answers = [_answered(by, at, change, ref, how, note.strip()) for ref in dict.fromkeys(refs)]
    if change.answers.count() == len(change.touched):
        duty.fulfil(by=by, at=at, subject=change.chain, rule=queries.CLOCK, note="所涉及的内容均已处理")
    return answers[-1]


def _answered(by: Officer, at: datetime, change: Change, ref: str, how: str, note: str) -> ChangeAnswer:
    row = next((one for one in change.touched if one["ref"] == ref), None)
    if row is None:
        raise Refused("这项变动不涉及所选内容", mend="在涉及的内容中勾选", field="refs")
    if change.answers.filter(about=ref).exists():
        raise Refused(f"“{row['title']}”已经处理", mend="取消勾选这一项", field="refs")
    version = ""
    if how == ChangeAnswer.How.RENEWED:
        version = queries.renewed_since(change, ref)
        if not version and row["sort"] not in BY_HAND:
            raise Unfinished(
                f"“{row['title']}”在 {change.changed_on} 变动之后没有公开过新的版本",
                mend="先公开新的版本，再登记已更新；确实不受影响的，写明理由",
                field="how",
            )
    if not note and not version:
        raise Refused(f"“{row['title']}”没有写明理由", mend="写明怎样更新，或者为什么不受影响", field="note")
    return ChangeAnswer.objects.create(
        by=by, at=at, scope=change.scope, change=change, about=ref, how=how, version=version, note=note
    )


# What has no version of its own here: a pending case goes on under its edition, a form is part of the law package.
BY_HAND = frozenset({"在办案件", "文书样式"})
