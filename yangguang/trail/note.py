"""Signed notes, checkpoints and proofs as C2SP writes them; Ed25519 and ML-DSA-44.  Pure Python, no Django."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

ED25519 = 0x01
ED25519_COSIGNATURE = 0x04
MLDSA44_COSIGNATURE = 0x06
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # all but the end of a line

LARGEST = 64 * 1024  # a checkpoint with 16 post-quantum signatures is well below
MOST_SIGNATURES = 100


class BadNote(Exception):
    """A note that is malformed, or that no trusted key signed."""


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("base64 编码不正确") from error
    if b64(data) != text:
        raise BadNote("base64 编码不规范")
    return data


def check_name(name: str) -> str:
    if not name or "+" in name or any(c.isspace() or ord(c) < 0x20 for c in name):
        raise BadNote(f"密钥名称“{name}”不能为空，且不能含空格或加号")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes((kind,)) + public).digest()[:4]


# ---- checkpoint text ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tip:
    """What a checkpoint states: this log, of this size, has this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def parse_tip(text: str) -> Tip:
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise BadNote("检查点应有日志名、大小、根三行")
    if not lines[0]:
        raise BadNote("检查点没有日志名")
    if not re.fullmatch(r"0|[1-9]\d{0,18}", lines[1]):
        raise BadNote(f"检查点的大小“{lines[1][:40]}”不是规范的整数")
    if not all(lines[3:-1]):
        raise BadNote("检查点的扩展行为空")
    root = unb64(lines[2])
    if len(root) != 32:
        raise BadNote("检查点的根不是 32 字节")
    return Tip(lines[0], int(lines[1]), root)


# ---- keys --------------------------------------------------------------------------------------------------------


class Signer(Protocol):
    name: str

    @property
    def vkey(self) -> str: ...
    def line(self, text: str, time: int) -> str: ...


@dataclass(frozen=True)
class Verifier:
    """A public key somebody trusts, as a vkey names it."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """`name+hex id+base64(type‖key)`."""
        parts = vkey.strip().split("+", 2)
        if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
            raise BadNote("公钥应为“名称+8位编号+base64”的形式")
        data = unb64(parts[2])
        name, kind, public = check_name(parts[0]), data[:1], data[1:]
        lengths = {ED25519: 32, ED25519_COSIGNATURE: 32, MLDSA44_COSIGNATURE: 1312}
        if not kind or lengths.get(kind[0]) != len(public):
            raise BadNote("公钥的类型或长度不受支持")
        if key_id(name, kind[0], public).hex() != parts[1]:
            raise BadNote("公钥编号与公钥不符")
        return cls(name, kind[0], public)

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes((self.kind,)) + self.public)}"

    def verify(self, text: str, signature: bytes) -> int | None:
        """Raises BadNote unless the signature is this key's over the text; gives the time it states, if any."""
        try:
            if self.kind == ED25519:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
                return None
            time = int.from_bytes(signature[:8], "big")
            if len(signature) < 8 or time >= 1 << 63:
                raise BadNote(f"“{self.name}”的签名时间不正确")
            if self.kind == ED25519_COSIGNATURE:
                message = f"cosignature/v1\ntime {time}\n{text}".encode()
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
            else:
                message = _subtree_message(self.name, time, parse_tip(text))
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
            return time
        except (InvalidSignature, ValueError) as error:
            raise BadNote(f"“{self.name}”的签名无效") from error


def _subtree_message(cosigner: str, time: int, tip: Tip) -> bytes:
    name, origin = cosigner.encode(), tip.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            len(name).to_bytes(1, "big") + name,
            time.to_bytes(8, "big"),
            len(origin).to_bytes(1, "big") + origin,
            (0).to_bytes(8, "big"),
            tip.size.to_bytes(8, "big"),
            tip.root,
        )
    )


class Ed25519Signer:
    """A log's own signature, the one every reader of notes knows."""

    def __init__(self, name: str, seed: bytes):
        self.name = check_name(name)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, ED25519, self._key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    def sign(self, text: str) -> bytes:
        """The bare signature, for what is too small to be a note."""
        return self._key.sign(text.encode())

    def line(self, text: str, time: int) -> str:
        return _line(self.verifier, self.sign(text))


class Ed25519Cosigner:
    """A witness's timed signature (cosignature/v1)."""

    def __init__(self, name: str, seed: bytes):
        self.name = check_name(name)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, ED25519_COSIGNATURE, self._key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    def line(self, text: str, time: int) -> str:
        signature = self._key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return _line(self.verifier, time.to_bytes(8, "big") + signature)


class MLDSA44Cosigner:
    """A timed signature that stays sound against quantum computers (subtree/v1)."""

    def __init__(self, name: str, seed: bytes):
        self.name = check_name(name)
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.verifier = Verifier(name, MLDSA44_COSIGNATURE, self._key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    def line(self, text: str, time: int) -> str:
        signature = self._key.sign(_subtree_message(self.name, time, parse_tip(text)))
        return _line(self.verifier, time.to_bytes(8, "big") + signature)


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"— {verifier.name} {b64(verifier.id + signature)}\n"


# ---- notes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A note whose signatures were checked: who signed, and when they say they did."""

    text: str
    signed: tuple[tuple[Verifier, int | None], ...]


def sign(text: str, signers: Sequence[Signer], time: int) -> str:
    if not text.endswith("\n"):
        raise BadNote("签名文本应以换行结束")
    return text + "\n" + "".join(signer.line(text, time) for signer in signers)


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text and the signature lines (name, key id, signature); BadNote where it is no note."""
    if len(note.encode()) > LARGEST:
        raise BadNote("签名文本过大")
    if CONTROL.search(note):
        raise BadNote("签名文本含控制字符")
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise BadNote("没有签名")
    lines = []
    for line in note[at + 2 : -1].split("\n"):
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        if not found:
            raise BadNote("签名行格式不正确")
        data = unb64(found[2])
        if len(data) < 5:
            raise BadNote("签名过短")
        lines.append((check_name(found[1]), data[:4], data[4:]))
    if len(lines) > MOST_SIGNATURES:
        raise BadNote("签名过多")
    return note[: at + 1], lines


def open_note(note: str, trusted: Sequence[Verifier]) -> Opened:
    """The note's text, once at least one trusted key signed it and no trusted key's signature is wrong."""
    text, lines = split(note)
    known = {(verifier.name, verifier.id): verifier for verifier in trusted}
    signed: dict[Verifier, int | None] = {}
    for name, id_, signature in lines:
        verifier = known.get((name, id_))
        if verifier is None or verifier in signed:
            continue
        signed[verifier] = verifier.verify(text, signature)
    if not signed:
        raise BadNote("没有受信任的密钥签过名")
    return Opened(text, tuple(signed.items()))


# ---- proofs for one entry ----------------------------------------------------------------------------------------

PROOF_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True)
class Proof:
    """A `.tlog-proof`: this index, this path, under this checkpoint."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    @property
    def text(self) -> str:
        lines = [PROOF_HEADER]
        if self.extra:
            lines.append(f"extra {b64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [b64(item) for item in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse_proof(text: str) -> Proof:
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != PROOF_HEADER:
        raise BadNote("不是日志证明文件")
    extra = unb64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else b""
    if not lines or not re.fullmatch(r"index (0|[1-9]\d{0,18})", lines[0]):
        raise BadNote("日志证明缺少序号")
    index = int(lines[0][6:])
    path = tuple(unb64(line) for line in lines[1:])
    if len(path) > 63 or any(len(item) != 32 for item in path):
        raise BadNote("日志证明的哈希不正确")
    return Proof(index, path, checkpoint, extra)
