"""A witness (C2SP tlog-witness): another body signs a log's checkpoint only where it continues the one it signed before.

Pure Python, no Django: the witness is a machine of its own, with a key and a memory of its own.
"""

import hashlib
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from yangguang.trail import note
from yangguang.trail.tlog import BadProof, verify_consistency

STATE, KEYS, LOGS = "witness.db", ("witness-ed25519.seed", "witness-mldsa44.seed"), "logs"
MOST_HASHES = 63
LARGEST = note.LARGEST + 8 * 1024
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


class NotReady(Exception):
    """A witness that cannot start; the message says what to do."""


@dataclass(frozen=True)
class Answer:
    """What the witness says: an HTTP status, and for 200 the signature lines."""

    status: int
    body: str
    kind: str = TEXT


@dataclass(frozen=True)
class Request:
    """A log asks: it was of size `old`, here is the way to this checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str


def parse_request(body: bytes) -> Request:
    """Raises BadNote where the body is not as the protocol has it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise note.BadNote("请求不是 UTF-8 文本") from error
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or not re.fullmatch(r"old (0|[1-9]\d{0,18})", lines[0]):
        raise note.BadNote("请求首行应为 old 和上次的大小")
    if len(lines) - 1 > MOST_HASHES:
        raise note.BadNote(f"一致性证明超过 {MOST_HASHES} 行")
    proof = tuple(note.unb64(line) for line in lines[1:])
    if any(len(item) != 32 for item in proof):
        raise note.BadNote("一致性证明的哈希不是 32 字节")
    return Request(int(lines[0][4:]), proof, checkpoint)


def format_request(request: Request) -> bytes:
    lines = [f"old {request.old}", *(note.b64(item) for item in request.proof)]
    return ("\n".join(lines) + "\n\n" + request.checkpoint).encode()


def place(origin: str) -> str:
    """Where a witness shows the last checkpoint it signed of this log."""
    return f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"


class Witness:
    """The keys and the memory of one witness.

    **Shape:** `logs` are the keys of the logs it knows; a log is named by its origin, which is its keys' name.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        logs: Sequence[note.Verifier],
        clock: Callable[[], float] = time.time,
    ):
        self.folder, self.clock = folder, clock
        seeds = [_seed(folder / key) for key in KEYS]
        self.cosigners = (note.Ed25519Cosigner(name, seeds[0]), note.MLDSA44Cosigner(name, seeds[1]))
        self.logs: dict[str, list[note.Verifier]] = {}
        for verifier in logs:
            self.logs.setdefault(verifier.name, []).append(verifier)

    @property
    def vkeys(self) -> list[str]:
        return [cosigner.vkey for cosigner in self.cosigners]

    def add_checkpoint(self, body: bytes) -> Answer:
        """Sign the checkpoint where it continues the last one; what was signed is on the disk before the answer is."""
        try:
            asked = parse_request(body)
            text, _ = note.split(asked.checkpoint)
            tip = note.parse_tip(text)
        except note.BadNote as error:
            return Answer(400, f"{error}\n")
        known = self.logs.get(tip.origin)
        if known is None:
            return Answer(404, f"本见证方没有登记日志“{tip.origin}”\n")
        try:
            note.open_note(asked.checkpoint, known)
        except note.BadNote as error:
            return Answer(403, f"检查点没有日志自己的有效签名：{error}\n")
        if asked.old > tip.size:
            return Answer(400, f"上次的大小 {asked.old} 大于检查点的大小 {tip.size}\n")
        return self._compare_and_sign(asked, tip)

    def _compare_and_sign(self, asked: Request, tip: note.Tip) -> Answer:
        # One write transaction from the comparison to the new state: of two requests the later sees the earlier's.
        with closing(self._open()) as memory, memory:
            memory.execute("begin immediate")
            row = memory.execute("select size, root from log where origin = ?", [tip.origin]).fetchone()
            size, root = row or (0, b"")
            if asked.old != size:
                return Answer(409, f"{size}\n", SIZE)
            if wrong := _breach(asked, tip, size, root):
                return Answer(422, f"{wrong}\n")
            now = int(self.clock())
            lines = "".join(cosigner.line(tip.text, now) for cosigner in self.cosigners)
            memory.execute(
                "insert into log (origin, size, root, note, at) values (?, ?, ?, ?, ?) on conflict (origin)"
                " do update set size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at",
                [tip.origin, tip.size, tip.root, asked.checkpoint + lines, now],
            )
            memory.commit()
            return Answer(200, lines)

    def latest(self, path: str) -> Answer:
        """The last checkpoint signed of the log whose origin hashes to this path."""
        with closing(self._open()) as memory:
            for origin in self.logs:
                if place(origin) == path:
                    row = memory.execute("select note from log where origin = ?", [origin]).fetchone()
                    return Answer(200, row[0]) if row else Answer(404, "还没有见证过这部日志\n")
        return Answer(404, "没有这个文件\n")

    def states(self) -> Iterator[tuple[str, int, bytes, int]]:
        """(origin, size, root, signed at) of every log it signed for."""
        with closing(self._open()) as memory:
            yield from memory.execute("select origin, size, root, at from log order by origin").fetchall()

    def _open(self) -> sqlite3.Connection:
        path = self.folder / STATE
        if not path.exists():
            raise NotReady(f"见证记录 {path} 不见了：没有它就不知道签过什么，拒绝签署。请从备份恢复该文件")
        memory = sqlite3.connect(path, timeout=30, isolation_level=None)
        memory.execute("pragma synchronous = full")
        return memory


def _breach(asked: Request, tip: note.Tip, size: int, root: bytes) -> str:
    """What is wrong with the way from the last checkpoint to this one; empty where nothing is."""
    if not size:
        return "首次见证的一致性证明应为空" if asked.proof else ""
    try:
        verify_consistency(size, tip.size, asked.proof, root, tip.root)
    except BadProof as error:
        return f"检查点没有延续上次见证的 {size} 条：{error}"
    return ""


# ---- the folder of a witness -------------------------------------------------------------------------------------


def found(folder: Path, name: str) -> Witness:
    """Make a new witness here: its keys, its empty memory.  Raises NotReady where there already is one."""
    note.check_name(name)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any((folder / made).exists() for made in (STATE, *KEYS)):
        raise NotReady(f"{folder} 里已有见证方的密钥或记录；重新建立会忘记签过什么，请换一个目录")
    for key in KEYS:
        with open(folder / key, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
    with closing(sqlite3.connect(folder / STATE)) as memory, memory:
        memory.execute(
            "create table log (origin text primary key, size integer not null, root blob not null,"
            " note text not null, at integer not null)"
        )
    (folder / "name").write_text(name + "\n", "utf-8")
    (folder / LOGS).touch()
    return opened(folder)


def opened(folder: Path, clock: Callable[[], float] = time.time) -> Witness:
    """The witness of this folder with the logs its file `logs` names.  Raises NotReady."""
    for needed in (*KEYS, STATE, "name", LOGS):
        if not (folder / needed).exists():
            raise NotReady(
                f"{folder} 里没有 {needed}。新建见证方用 yangguang witness init；"
                "若是原有的见证方，请从备份恢复，不要新建：忘记签过什么的见证方会放过分叉"
            )
    logs = []
    path = folder / LOGS
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            try:
                logs.append(note.Verifier.parse(line))
            except note.BadNote as error:
                raise NotReady(f"{path} 第 {number} 行不是公钥：{error}") from error
    return Witness(folder, (folder / "name").read_text("utf-8").strip(), logs, clock)


def following(folder: Path) -> Callable[[], Witness]:
    """The witness as its folder now has it: a log added to the file `logs` is known at the next question."""
    held: list[tuple[float, Witness]] = [((folder / LOGS).stat().st_mtime, opened(folder))]

    def now() -> Witness:
        changed = (folder / LOGS).stat().st_mtime
        if held[0][0] != changed:
            held[0] = changed, opened(folder)
        return held[0][1]

    return now


def _seed(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise NotReady(f"密钥文件 {path} 对其他用户开放，请执行 chmod 600 {path}")
    seed = path.read_bytes()
    if len(seed) != 32:
        raise NotReady(f"密钥文件 {path} 应为 32 字节，实为 {len(seed)} 字节，请从备份恢复")
    return seed
