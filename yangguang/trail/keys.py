"""The log's own keys: made once, kept in files of mode 0600 beside the database, never in it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from yangguang.trail.errors import Refused
from yangguang.trail.note import Ed25519Signer, MLDSA44Cosigner, Signer, Verifier

SEED = 32


class BadKey(Refused):
    """A key file that cannot be used."""


@dataclass(frozen=True)
class LogKeys:
    """日志密钥: the classic signature every reader knows and the post-quantum one beside it."""

    origin: str
    ed25519: Ed25519Signer
    mldsa44: MLDSA44Cosigner

    @property
    def signers(self) -> tuple[Signer, ...]:
        return (self.ed25519, self.mldsa44)

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        return (self.ed25519.verifier, self.mldsa44.verifier)


def log_keys() -> LogKeys:
    """The keys of this installation's log, made on first use; their public halves are written beside them."""
    return keys_of(settings.LOG_ORIGIN, "log")


def keys_of(origin: str, name: str) -> LogKeys:
    """The keys of one tree of the log."""
    folder = Path(settings.KEYS_DIR)
    keys = LogKeys(
        origin,
        Ed25519Signer(origin, _seed(folder / f"{name}-ed25519.seed")),
        MLDSA44Cosigner(origin, _seed(folder / f"{name}-mldsa44.seed")),
    )
    public = "".join(f"{verifier.vkey}\n" for verifier in keys.verifiers)
    path = folder / f"{name}.vkey"
    if not path.exists() or path.read_text("utf-8") != public:
        temporary = folder / f".{name}.vkey.{os.getpid()}"
        temporary.write_text(public, "utf-8")
        temporary.chmod(0o644)
        temporary.replace(path)
    return keys


def card_signer() -> Ed25519Signer:
    """The key that signs the codes on officers' cards: never the log's, which only the sequencer holds."""
    return Ed25519Signer(f"{settings.LOG_ORIGIN}/card", _seed(Path(settings.KEYS_DIR) / "card-ed25519.seed"))


def log_verifiers() -> tuple[Verifier, ...]:
    """The public halves alone, for a process that must not hold the private ones; makes the keys if there are none."""
    path = Path(settings.KEYS_DIR) / "log.vkey"
    if not path.exists():
        return log_keys().verifiers
    return tuple(Verifier.parse(line) for line in path.read_text("utf-8").split())


def _seed(path: Path) -> bytes:
    """A 32-byte secret from its file, or a new one; two processes that start together end with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
            out.write(secrets.token_bytes(SEED))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, path)  # unlike a rename, a link never replaces a key that is already there
        except FileExistsError:
            pass  # another process of this installation was first; its key is the key
        finally:
            temporary.unlink()
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    if path.stat().st_mode & 0o077:
        raise BadKey(f"密钥文件 {path} 对其他用户开放", mend=f"请执行 chmod 600 {path}")
    seed = path.read_bytes()
    if len(seed) != SEED:
        raise BadKey(f"密钥文件 {path} 应为 {SEED} 字节，实为 {len(seed)} 字节", mend="请从备份恢复该文件")
    return seed
