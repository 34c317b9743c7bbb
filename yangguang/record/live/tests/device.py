"""A phone, for tests: its key, its clock and its chain, as the page's script makes them."""

import base64
import json
import uuid
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yangguang.record.live import chain
from yangguang.record.live.chain import Link


@dataclass
class Phone:
    """Makes links one after the other."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    t: int = 0
    seq: int = 0
    prev: str = "0" * 64
    data: dict[int, bytes] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    @property
    def public(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        return self.key.sign(message).hex()

    def signed(self, link: Link) -> Link:
        return replace(link, signature=self.key.sign(link.message))

    def link(self, kind: str = "segment", data: bytes = b"", reason: str = "", after: int = 1000) -> Link:
        """The next link, `after` milliseconds later."""
        self.seq, self.t = self.seq + 1, self.t + after
        digest = sha256(data).hexdigest() if kind == "segment" else ""
        made = self.signed(Link(kind, len(data), self.prev, reason, self.seq, digest, self.t))  # type: ignore[arg-type]
        self.prev, self.data[self.seq] = made.digest, data
        self.links.append(made)
        return made

    def begin(
        self, dossier: Any, step: str, event: str, *, nonce: str, size: int, t: int, **over: Any
    ) -> dict[str, Any]:
        """What the device posts to begin, signed; the chain then starts from it."""
        said = {
            "dossier": str(dossier),
            "event": event,
            "key": self.public,
            "medium": "video",
            "mime": "video/webm",
            "nonce": nonce,
            "size": size,
            "stamp": str(uuid.uuid4()),
            "step": step,
            "t": t,
        } | over
        message = chain.opening(**said)
        self.t, self.prev = t, sha256(message).hexdigest()
        names = ("t", "nonce", "size", "stamp", "mime", "medium")
        return {name: said[name] for name in names} | {"public_key": self.public, "signature": self.sign(message)}


def fields(link: Link) -> dict[str, Any]:
    """A link as JSON carries it."""
    return {name: getattr(link, name) for name in ("kind", "n", "prev", "reason", "seq", "sha256", "t")}


def header(link: Link) -> str:
    """A link as the request's header carries it."""
    return base64.b64encode(json.dumps({"link": fields(link), "signature": link.signature.hex()}).encode()).decode()
