"""The one way to write facts: an action runs in one transaction and every fact it writes leaves an entry."""

import hashlib
import inspect
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

import rfc8785
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry, Fact, Kind, commit, json_safe, saving, unwritten, write_lines
from yangguang.trail.reading import forget, held, writing

F = TypeVar("F", bound=Fact)

SYSTEM = "system"


@dataclass(frozen=True)
class Verb:
    """动作: what the reference page says of one."""

    name: str
    title: str
    dotted: str
    kind: Kind
    milestone: bool


VERBS: dict[str, Verb] = {}


class AlreadyDone(Refused):
    """The same submission arrived before; `entry` is what it left (None where the asker may not see it)."""

    def __init__(self, entry: Entry | None):
        super().__init__("该提交已经办理，未重复办理", mend="请刷新页面查看办理结果")
        self.entry = entry


class Changed(Refused):
    """Somebody wrote to the chain after the asker read it; `entries` are the visible ones of what was written."""

    def __init__(self, entries: list[Entry]):
        super().__init__("在您打开页面之后，已有他人办理了该事项", mend="请查看新的办理记录后再提交")
        self.entries = entries


@dataclass(frozen=True)
class Head:
    """The last line of a chain; seq 0 where the chain is empty."""

    seq: int
    commitment: bytes


@dataclass
class _Frame:
    """One running action: the entries it (and the actions inside it) wrote; of its milestones the one each is known by."""

    written: list[Entry] = field(default_factory=list)
    milestones: list[Entry] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)  # of the chains it locked; they stay locked till it commits


_frames: ContextVar[tuple[_Frame, ...]] = ContextVar("frames", default=())

# Where somebody waits for a receipt: the milestones that committed while this list was set.
milestones: ContextVar[list[Entry] | None] = ContextVar("milestones", default=None)


def lock(chain: str, apart: bool = False) -> Head:
    """This will hold the chain until the transaction ends, so that what is read now is still true when written.

    **Shape** `apart`: the chain only makes people wait for each other; nothing that was answered so far hangs on it.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("lock() 须在事务（办理动作）之内调用")
    if any(line.chain == chain for line in unwritten.get() or ()):
        write_lines()
    with connection.cursor() as cursor:
        cursor.execute("select seq, commitment from trail_lock(%s, %s)", [_number("chain:" + chain), chain])
        row = cursor.fetchone()
    if not apart:
        forget()
    return Head(row[0], bytes(row[1])) if row else Head(0, b"")


def lock_first(chain: str) -> None:
    """This will hold the chain of what is acted on before a row of it is locked: everybody waits in this order."""
    if _frames.get():
        _head(chain)


def hold(chain: str, once: str = "") -> None:
    """This will lock the chain until the page that is being made is done, so that its action may go by what it reads.

    Nothing happens on a page that has no transaction of its own.
    **Shape** `once`: the number of the submission, where the page has one: asked for in the same question.
    """
    mine = held.get()
    if mine is None or chain in mine:
        return
    key = _key(once)
    if key is None:
        mine[chain] = lock(chain)
        return
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(
            "select o.before, l.seq, l.commitment from (select trail_once(%s, %s) as before) o"
            " left join lateral trail_lock(%s, %s) l on true",
            [_number("once:" + str(key)), key, _number("chain:" + chain), chain],
        )
        before, seq, commitment = cursor.fetchone()
    forget()
    mine[chain] = Head(seq, bytes(commitment)) if seq is not None else Head(0, b"")
    mine[key] = before


def holds(chain: str) -> bool:
    """Whether nobody but this transaction can write to the chain now."""
    return chain in (held.get() or {}) or any(chain in frame.heads for frame in _frames.get())


@contextmanager
def attempt() -> Iterator[None]:
    """A part of an action that may be refused while the rest goes on: what it wrote, its lines and its locks go with it."""
    frames, lines = _frames.get(), unwritten.get()
    write_lines()  # those that wait after this are the attempt's own
    before = [replace(one, written=[*one.written], milestones=[*one.milestones], heads={**one.heads}) for one in frames]
    try:
        with transaction.atomic(using=DEFAULT_DB_ALIAS):
            yield
            write_lines()
    except BaseException:
        if lines is not None:
            lines.clear()
        for frame, was in zip(frames, before, strict=True):
            frame.written, frame.milestones, frame.heads = was.written, was.milestones, was.heads
        raise


def action(
    verb: str,
    kind: str = "event",
    milestone: bool = False,
    on: str | None = None,
    title: str | None = None,
    part: bool = False,
) -> Callable[[Callable[..., F]], Callable[..., F]]:
    """Make a keyword-only function an action: one transaction, one entry for each fact it writes, the fact returned.

    **Shape:** `on` names the argument whose `chain` is locked, and compared with `seen`, before the function runs.
    Callers may add `once` (uuid of the submission), `seen` (the chain's last seq the person saw) and `caused_by` (the
    entry that led to this).  The title in the reference is the Chinese start of the docstring.  An action inside another
    is taken back alone when it refuses; one that is `part` stands or falls with the one it is in.
    **Raises:** AlreadyDone, Changed, and what the function refuses.
    """
    leaf_kind = Kind[kind.replace("-", "_").upper()]

    def decorate(function: Callable[..., F]) -> Callable[..., F]:
        parameters = inspect.signature(function).parameters
        loose = [name for name, p in parameters.items() if p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD)]
        if loose:
            raise TypeError(f"动作 {verb} 的参数只能用关键字传入：{'、'.join(loose)}")
        if on is not None and on not in parameters:
            raise TypeError(f"动作 {verb} 没有参数 {on}")
        dotted = f"{function.__module__}.{function.__qualname__}"
        known = VERBS.get(verb)
        if known and known.dotted != dotted:
            raise TypeError(f"动作 {verb} 已由 {known.dotted} 登记")
        VERBS[verb] = Verb(verb, title or _title(function, verb), dotted, leaf_kind, milestone)

        @wraps(function)
        def run(
            *,
            once: str | uuid.UUID | None = None,
            seen: int | None = None,
            caused_by: Entry | None = None,
            **given: Any,
        ) -> F:
            for name, value in (("once", once), ("seen", seen), ("caused_by", caused_by)):
                if name in parameters:
                    given[name] = value
            by = given.get("by", parameters["by"].default if "by" in parameters else None)
            frame, outer = _Frame(), _frames.get()
            facts: list[Fact] = []
            whole = transaction.atomic(using=DEFAULT_DB_ALIAS, savepoint=not outer)
            with whole if part or not outer else attempt(), writing():
                key = _once(once)
                frames_token, saving_token = (
                    _frames.set((*outer, frame)),
                    saving.set(facts),
                )
                lines_token = None if outer else unwritten.set([])
                try:
                    if on is not None:
                        _unchanged(_chain(given[on]), seen)
                    fact = function(**given)
                    saving.set(None)
                    if not isinstance(fact, Fact) or fact not in facts:
                        raise TypeError(f"动作 {verb} 必须返回它写入的事实，而不是 {fact!r}")
                    for other in facts:
                        if other is not fact:
                            _write(verb, leaf_kind, other, by, caused_by, None)
                    if on is None and seen is not None:
                        _unchanged(_chain(fact), seen)
                    _write(verb, leaf_kind, fact, by, caused_by, key)
                    if not outer:
                        write_lines()
                finally:
                    if lines_token is not None:
                        unwritten.reset(lines_token)
                    _frames.reset(frames_token)
                    saving.reset(saving_token)
            if milestone and fact.entry is not None:
                frame.milestones.append(fact.entry)
            if outer:
                outer[-1].written += frame.written
                outer[-1].milestones += frame.milestones
                outer[-1].heads |= frame.heads
                return fact
            for chain in frame.heads:
                (held.get() or {}).pop(chain, None)  # what it knew of the chain is spent; the lock stays till the end
            if (told := milestones.get()) is not None:
                told += frame.milestones
            return fact

        run.verb = verb  # type: ignore[attr-defined]
        return run

    return decorate


def _write(
    verb: str,
    kind: Kind,
    fact: Fact,
    by: Any,
    cause: Entry | None,
    once: uuid.UUID | None,
) -> None:
    # As it came back, because the trail must remember what the database holds, not what the program meant to store.
    row = fact.stored
    chain, now = _chain(row), timezone.now()
    by_ref = by.ref if by is not None else SYSTEM
    head = _head(chain)
    prev = head.commitment.hex()
    about = {
        "verb": verb,
        "at": json_safe(row.at),
        "by": by_ref,
        "fact": fact.ref,
        "recorded": json_safe(now),
        "row": row.as_written(),
    }
    if cause is not None:
        if cause._state.adding:
            write_lines()  # a line names the number of the one that led to it
        about["cause"] = bytes(cause.commitment).hex()
    payload = rfc8785.dumps({"chain": chain, "seq": head.seq + 1, "prev": prev, "p": about}).decode()
    salt = secrets.token_bytes(32)
    entry = Entry(
        recorded_at=now,
        verb=verb,
        by_ref=by_ref,
        fact_ref=fact.ref,
        scope=row.scope,
        chain=chain,
        seq=head.seq + 1,
        prev=prev,
        kind=kind,
        cause=cause,
        payload=payload,
        salt=salt,
        commitment=commit(salt, payload),
        once=once,
    )
    lines = unwritten.get()
    assert lines is not None  # the outermost action set it
    lines.append(entry)
    frame = _frames.get()[-1]
    frame.heads[chain] = Head(entry.seq, bytes(entry.commitment))
    frame.written.append(entry)
    fact.entry = entry


def _head(chain: str) -> Head:
    """The last line of a chain that this transaction holds: after the first look nobody else can write another."""
    frames = _frames.get()
    for frame in reversed(frames):
        if chain in frame.heads:
            return frame.heads[chain]
    mine = held.get() or {}
    frames[-1].heads[chain] = head = mine[chain] if chain in mine else lock(chain)
    return head


def _chain(fact: Any) -> str:
    chain = fact.chain
    return chain() if callable(chain) else chain


def _once(once: str | uuid.UUID | None) -> uuid.UUID | None:
    """Two copies of one submission wait for each other here; the second finds the first one's entry."""
    if once is None or once == "":
        return None
    key = _key(once)
    if key is None:
        raise Refused("防重复提交编号格式不正确", mend="请重新打开页面后提交")
    mine = held.get() or {}
    if key in mine:
        before = mine.pop(key)
    else:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("select trail_once(%s, %s)", [_number("once:" + str(key)), key])
            before = cursor.fetchone()[0]
    if before is not None:
        raise AlreadyDone(Entry.objects.using(DEFAULT_DB_ALIAS).get(pk=before))
    return key


def _key(once: str | uuid.UUID) -> uuid.UUID | None:
    try:
        return once if isinstance(once, uuid.UUID) else uuid.UUID(str(once))
    except ValueError:
        return None


def _unchanged(chain: str, seen: int | None) -> None:
    """Lines this very transaction wrote do not count as somebody else's."""
    head = _head(chain)
    if seen is None:
        return
    own = [entry.seq for frame in _frames.get() for entry in frame.written if entry.chain == chain]
    before = min(own, default=head.seq + 1) - 1
    if before != int(seen):
        raise Changed(
            list(
                Entry.objects.using(DEFAULT_DB_ALIAS).filter(chain=chain, seq__gt=seen, seq__lte=before).order_by("seq")
            )
        )


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _title(function: Callable[..., Any], verb: str) -> str:
    first = (inspect.getdoc(function) or "").split("\n", 1)[0]
    title = re.split(r"[:：。.,，;；]| (?=[A-Za-z])", first, maxsplit=1)[0].strip()
    if not re.search(r"[\u4e00-\u9fff]", title):
        raise TypeError(f"动作 {verb} 的说明首行须以中文名称开头，例如 “出具审核意见: …”")
    return title
