"""Asking the witnesses: their signatures into the published checkpoint, and what they remember before we sign again."""

import datetime
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from yangguang.trail import edge, note, trust
from yangguang.trail.errors import Refused
from yangguang.trail.keys import LogKeys, log_verifiers
from yangguang.trail.models import Checkpoint
from yangguang.trail.sequencer import CHECKPOINT, RESTORE, Damaged, RolledBack, alone, write_file
from yangguang.trail.tlog import BadProof
from yangguang.trail.witness import LARGEST, Request, format_request, place

POLICY, COSIGNED, STATUS = "log.policy", "cosigned", "witnesses.json"
SECONDS = 5


class BadTrust(Refused):
    """The file that says who has to sign cannot be used."""


class Silent(Refused):
    """So few witnesses answer that the others may have signed something this database no longer knows."""


@dataclass(frozen=True)
class Status:
    """One witness as the public page shows it: what it last signed, when it was asked, and what went wrong."""

    name: str
    key: str
    url: str
    size: int = 0
    signed_at: int | None = None
    asked_at: int | None = None
    error: str = ""

    @property
    def signed(self) -> datetime.datetime | None:
        return datetime.datetime.fromtimestamp(self.signed_at, datetime.UTC) if self.signed_at else None


def policy_path() -> Path:
    """The file that names the witnesses; written by hand, beside the keys."""
    return Path(settings.KEYS_DIR) / POLICY


def policy() -> trust.Policy | None:
    """Who has to sign for this log; None where nobody was named."""
    path = policy_path()
    try:
        return trust.load(path)
    except FileNotFoundError:
        return None
    except (trust.BadPolicy, OSError) as error:
        raise BadTrust(f"见证规则 {path} 不能使用：{error}", mend="请按 C2SP tlog-policy 的格式改正该文件") from error


def own_policy() -> str:
    """The site's own trust policy, for who has none from elsewhere; without one, its log and no witness."""
    try:
        return policy_path().read_text("utf-8")
    except FileNotFoundError:
        return "".join(f"log {key.vkey}\n" for key in log_verifiers()) + f"quorum {trust.NOBODY}\n"


def statuses() -> list[Status]:
    """What is known of each witness of the policy, in its order."""
    rules = policy()
    if rules is None:
        return []
    try:
        rows = json.loads((Path(settings.LOG_DIR) / STATUS).read_text("utf-8"))
        known = {row["key"]: Status(**row) for row in rows}
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        known = {}  # nobody was asked yet; the next question writes the file anew
    return [known.get(one.verifier.vkey, Status(one.name, one.verifier.vkey, one.url)) for one in rules.witnesses]


def standing() -> dict[str, Any]:
    """The witnesses as the public page and the auditor's page show them."""
    try:
        rules = policy()
    except BadTrust as refused:
        return {"witnesses": [], "quorum": "", "cosigned": 0, "wrong": refused.message}
    quorum = rules.wanted if rules else ""
    return {"witnesses": statuses(), "quorum": quorum, "cosigned": cosigned_size(), "wrong": ""}


def cosigned_size() -> int:
    """Up to which size enough witnesses signed; 0 where they never did."""
    try:
        return note.parse_tip(note.split((Path(settings.LOG_DIR) / COSIGNED).read_text("utf-8"))[0]).size
    except (FileNotFoundError, note.BadNote):
        return 0


# ---- asking ------------------------------------------------------------------------------------------------------


def ask(rules: trust.Policy) -> list[Status]:
    """This will ask every witness to sign the published checkpoint, and publish what they signed.

    **Raises:** RolledBack where a witness proves that this log once was longer, or was another.
    """
    folder = Path(settings.LOG_DIR)
    try:
        shown = (folder / CHECKPOINT).read_text("utf-8")
    except FileNotFoundError:
        return statuses()
    text, _ = note.split(shown)
    own = _own_lines(shown)
    tip = note.parse_tip(text)
    known = {status.key: status for status in statuses()}
    lines: dict[note.Verifier, str] = {}
    for url, here in _by_url(rules):
        last = max((known[one.verifier.vkey].size for one in here), default=0)
        now = int(time.time())
        try:
            signed = _ask_one(url, here, text + "\n" + own, tip, min(last, tip.size))
        except (OSError, note.BadNote, BadProof) as error:
            for one in here:
                known[one.verifier.vkey] = _noted(known[one.verifier.vkey], asked_at=now, error=_words(error))
            continue
        for one in here:
            if one.verifier in signed:
                at, line = signed[one.verifier]
                lines[one.verifier] = line
                change = {"size": tip.size, "signed_at": at, "error": ""}
            else:
                change = {"error": "答复中没有它的签名"}
            known[one.verifier.vkey] = _noted(known[one.verifier.vkey], asked_at=now, **change)
    _keep(rules, tip, lines, list(known.values()))
    return list(known.values())


def _by_url(rules: trust.Policy) -> Iterator[tuple[str, list[trust.Known]]]:
    """A witness with two keys is asked once."""
    for url in dict.fromkeys(one.url for one in rules.witnesses if one.url):
        yield url, [one for one in rules.witnesses if one.url == url]


def _own_lines(shown: str) -> str:
    """The log's own signature lines; what other witnesses said is not this one's business."""
    ids = {(key.name, key.id) for key in log_verifiers()}
    _, signed = note.split(shown)
    return "".join(f"— {name} {note.b64(id_ + data)}\n" for name, id_, data in signed if (name, id_) in ids)


def _ask_one(
    url: str, here: list[trust.Known], checkpoint: str, tip: note.Tip, old: int
) -> dict[note.Verifier, tuple[int, str]]:
    tree = edge.tree(DEFAULT_DB_ALIAS, tip.size)
    for _ in range(2):
        proof = tuple(tree.consistency(old)) if 0 < old < tip.size else ()
        status, body = _send(f"{url}/add-checkpoint", format_request(Request(old, proof, checkpoint)))
        if status != 409 or not body.strip().isdigit():
            break
        old = int(body)
        if old > tip.size:
            _remembered(url, tip)
            raise note.BadNote(f"见证方称已见证 {old} 条，多于所请求的 {tip.size} 条，但未出示检查点")
    if status != 200:
        raise note.BadNote(f"见证方拒绝（{status}）：{body.strip()[:200]}")
    opened = note.open_note(tip.text + "\n" + body, [one.verifier for one in here])
    _, lines = note.split(tip.text + "\n" + body)
    written = {(name, id_): f"— {name} {note.b64(id_ + data)}\n" for name, id_, data in reversed(lines)}
    return {key: (time_ or 0, written[key.name, key.id]) for key, time_ in opened.signed}


def _send(url: str, body: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"})  # noqa: S310  the policy checked the scheme
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read(LARGEST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(LARGEST).decode("utf-8", "replace")


def _words(error: Exception) -> str:
    return f"连接不上（{getattr(error, 'reason', error)}）" if isinstance(error, OSError) else str(error)


def _noted(status: Status, **change: Any) -> Status:
    return Status(**(asdict(status) | change))


def _keep(rules: trust.Policy, tip: note.Tip, lines: dict[note.Verifier, str], known: list[Status]) -> None:
    """The signatures into the checkpoint file, if it still is the one they are on; the state of each beside it."""
    folder = Path(settings.LOG_DIR)
    with alone():
        shown = (folder / CHECKPOINT).read_text("utf-8")
        current = note.parse_tip(note.split(shown)[0]) == tip
        base = shown if current else note.sign(tip.text, (), 0) + _own_lines(_stored(tip))
        whole = _joined(base, lines)
        signed = [key for key, _ in note.open_note(whole, [*log_verifiers(), *rules.verifiers]).signed]
        if rules.quorum != trust.NOBODY and rules.met(signed):
            write_file(folder / COSIGNED, whole.encode())
        if current and lines:
            write_file(folder / CHECKPOINT, whole.encode())
        rows = [asdict(status) for status in known]
        write_file(folder / STATUS, json.dumps(rows, ensure_ascii=False, indent=1).encode())


def _stored(tip: note.Tip) -> str:
    return Checkpoint.objects.using(DEFAULT_DB_ALIAS).get(size=tip.size).note


def _joined(shown: str, lines: dict[note.Verifier, str]) -> str:
    """The note with these lines, each in place of an older one of the same key."""
    text, signed = note.split(shown)
    replaced = {(key.name, key.id) for key in lines}
    kept = [f"— {name} {note.b64(id_ + data)}\n" for name, id_, data in signed if (name, id_) not in replaced]
    return text + "\n" + "".join([*kept, *lines.values()])


# ---- what the witnesses remember ---------------------------------------------------------------------------------


def not_forking(rules: trust.Policy | None, keys: LogKeys) -> list[str]:
    """The restore rule: nothing is signed before the witnesses say that nothing more was signed than is known here.

    **Raises:** RolledBack; Silent where those that do not answer could be a quorum by themselves.
    """
    if rules is None:
        return []
    told, silent = [], set()
    last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
    here_tip = note.Tip(keys.origin, last.size if last else 0, bytes(last.root) if last else b"")
    for url, here in _by_url(rules):
        names = "、".join(one.name for one in here)
        try:
            size = _remembered(url, here_tip)
            told.append(f"见证方 {names} 记得 {size} 条，与本库相符" if size else f"见证方 {names} 还没有见证过")
        except (OSError, note.BadNote) as error:
            silent |= {one.name for one in here}
            told.append(f"见证方 {names} 没有回答：{_words(error)}")
    silent |= {one.name for one in rules.witnesses if not one.url}
    if rules.met_by_names(silent):
        raise Silent(
            f"回答的见证方不够，不能排除数据库是从旧备份恢复的：{'；'.join(told)}",
            mend="请恢复与见证方的连接；确认见证方不再存在时，请修改见证规则",
        )
    return told


def _remembered(url: str, tip: note.Tip) -> int:
    """The size this witness last signed, after comparing it with the log here.  Raises RolledBack."""
    status, body = _send(f"{url}/{place(tip.origin)}")
    if status == 404:
        return 0
    if status != 200:
        raise note.BadNote(f"见证方答复 {status}")
    theirs = note.parse_tip(note.open_note(body, log_verifiers()).text)
    if theirs.origin != tip.origin:
        raise note.BadNote(f"见证方出示的是另一日志“{theirs.origin}”")
    if theirs.size > tip.size:
        raise RolledBack(
            f"见证方 {url} 已见证 {theirs.size} 条，这里只有 {tip.size} 条：数据库可能是从旧备份恢复的，拒绝签署",
            mend=RESTORE,
        )
    try:
        root = edge.tree(DEFAULT_DB_ALIAS, theirs.size).root()
    except BadProof as error:
        raise Damaged(f"不能由数据库算出前 {theirs.size} 条的根：{error}", mend=RESTORE) from error
    if root != theirs.root:
        raise RolledBack(f"见证方 {url} 见证过的前 {theirs.size} 条与这里的不是同一部日志，拒绝签署", mend=RESTORE)
    return theirs.size


def published_signers() -> list[dict[str, Any]]:
    """Which witnesses signed the newest published checkpoint."""
    try:
        return signers((Path(settings.LOG_DIR) / CHECKPOINT).read_text("utf-8"))
    except FileNotFoundError:
        return []


def signers(checkpoint: str) -> list[dict[str, Any]]:
    """Which witnesses of the policy signed this checkpoint, and when they say they did."""
    rules = policy()
    if rules is None or not rules.witnesses:
        return []
    names = {one.verifier: one.name for one in rules.witnesses}
    try:
        opened = note.open_note(checkpoint, list(names))
    except note.BadNote:
        return []  # none of them: the page then says that there is no witness
    return [
        {"name": names[key], "at": datetime.datetime.fromtimestamp(at, datetime.UTC) if at else None}
        for key, at in opened.signed
    ]
