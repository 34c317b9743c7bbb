"""Who has to have signed: a trust policy as C2SP tlog-policy writes it.  Pure Python, no Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from yangguang.trail import note

NOBODY = "none"
LARGEST = 256 * 1024
COSIGNING = (note.ED25519_COSIGNATURE, note.MLDSA44_COSIGNATURE)


class BadPolicy(Exception):
    """A trust policy that cannot be used; the message names the line."""


@dataclass(frozen=True)
class Known:
    """A log or a witness: its key, and where it answers (empty: not said)."""

    name: str
    verifier: note.Verifier
    url: str = ""


@dataclass(frozen=True)
class Group:
    """So many of these members."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """见证规则: the logs trusted, the witnesses known, and which of them have to have signed."""

    logs: tuple[Known, ...] = ()
    witnesses: tuple[Known, ...] = ()
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NOBODY

    @property
    def verifiers(self) -> tuple[note.Verifier, ...]:
        return tuple(known.verifier for known in (*self.logs, *self.witnesses))

    def met(self, signed: Iterable[note.Verifier]) -> bool:
        """Whether these keys are enough for the quorum."""
        keys = set(signed)
        names = {witness.name for witness in self.witnesses if witness.verifier in keys}
        return self.quorum == NOBODY or self._met(self.quorum, names)

    def met_by_names(self, names: set[str]) -> bool:
        """Whether these witnesses alone would be enough; never where nobody is asked for."""
        return self.quorum != NOBODY and self._met(self.quorum, names)

    def _met(self, name: str, names: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in names
        return sum(self._met(member, names) for member in group.members) >= group.threshold

    @property
    def wanted(self) -> str:
        """The quorum in words."""
        return "不要求见证" if self.quorum == NOBODY else self._words(self.quorum)

    def _words(self, name: str) -> str:
        group = self.groups.get(name)
        if group is None:
            return f"“{name}”"
        among = "、".join(self._words(member) for member in group.members)
        count = len(group.members)
        return f"（{among}）{'全部' if group.threshold == count else f'{count} 取 {group.threshold}'}"


def parse(text: str) -> Policy:
    """Raises BadPolicy with the number of the line that is wrong."""
    if len(text.encode()) > LARGEST:
        raise BadPolicy("信任规则文件过大")
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if any((ord(letter) < 0x20 and letter != "\t") or ord(letter) == 0x7F for letter in line):
            raise BadPolicy(f"信任规则第 {number} 行含控制字符")
        if words and not words[0].startswith("#"):
            try:
                reading.take(words)
            except (BadPolicy, note.BadNote) as error:
                raise BadPolicy(f"信任规则第 {number} 行：{error}") from error
    if reading.quorum is None:
        raise BadPolicy("信任规则缺少 quorum 行")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), reading.groups, reading.quorum)


def load(path: Path) -> Policy:
    """The policy of a file.  Raises BadPolicy, OSError."""
    try:
        return parse(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise BadPolicy(f"信任规则 {path} 不是 UTF-8 文本") from error


class _Reading:
    """What the lines said so far."""

    def __init__(self) -> None:
        self.logs: list[Known] = []
        self.witnesses: list[Known] = []
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._member_of: set[str] = set()

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(self._known(vkey, url, self.logs, (note.ED25519, note.MLDSA44_COSIGNATURE)))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                known = self._known(vkey, url, self.witnesses, COSIGNING)
                self.witnesses.append(Known(self._new(name), known.verifier, known.url))
            case ["group", name, count, *members] if members:
                self.groups[self._new(name)] = self._group(count, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise BadPolicy("quorum 只能有一行")
                if name != NOBODY and name not in self._names():
                    raise BadPolicy(f"前面没有“{name}”")
                self.quorum = name
            case _:
                raise BadPolicy(f"“{' '.join(words)[:60]}”不是 log、witness、group 或 quorum 行")

    def _known(self, vkey: str, url: list[str], others: list[Known], kinds: tuple[int, ...]) -> Known:
        verifier = note.Verifier.parse(vkey)
        if verifier.kind not in kinds:
            raise BadPolicy(f"“{verifier.name}”的公钥类型不能用在这里")
        if any(other.verifier.public == verifier.public for other in others):
            raise BadPolicy(f"“{verifier.name}”的公钥重复")
        if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url[0]):
            raise BadPolicy(f"“{url[0]}”不是 http 或 https 地址")
        return Known(verifier.name, verifier, url[0].rstrip("/") if url else "")

    def _names(self) -> set[str]:
        return {witness.name for witness in self.witnesses} | set(self.groups)

    def _new(self, name: str) -> str:
        if name == NOBODY or name in self._names():
            raise BadPolicy(f"名称“{name}”不能用，或者已用过")
        return name

    def _group(self, count: str, members: list[str]) -> Group:
        for member in members:
            if member not in self._names():
                raise BadPolicy(f"前面没有“{member}”")
            if member in self._member_of or members.count(member) > 1:
                raise BadPolicy(f"“{member}”已是另一组的成员")
        self._member_of.update(members)
        total = len(members)
        if count in ("all", "any"):
            return Group(total if count == "all" else 1, tuple(members))
        if not re.fullmatch(r"[1-9]\d{0,3}", count) or int(count) > total:
            raise BadPolicy(f"门槛“{count[:20]}”应为 all、any 或 1 至 {total} 的整数")
        return Group(int(count), tuple(members))
