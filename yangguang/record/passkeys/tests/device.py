"""A device in software: it answers as a phone or a computer does, and as a forger would like it to."""

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from yangguang.record.passkeys.ceremony import Site, b64

UP, UV, AT = 1, 4, 64


@dataclass
class Device:
    """One key pair and its counter."""

    name: bytes = b"credential-of-a-test-device-0001"
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0

    @property
    def cose(self) -> bytes:
        public = self.private.public_key().public_numbers()
        if isinstance(public, rsa.RSAPublicNumbers):
            size = (public.n.bit_length() + 7) // 8
            return cbor2.dumps({1: 3, 3: -257, -1: public.n.to_bytes(size, "big"), -2: public.e.to_bytes(3, "big")})
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")})

    def _data(self, rp: str, flags: int, more: bytes = b"") -> bytes:
        self.count += 1
        return sha256(rp.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + more

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))

    def make(self, challenge: bytes, site: Site, /, flags: int = UP | UV | AT, **over: Any) -> str:
        """The answer to navigator.credentials.create()."""
        about = b"\0" * 16 + struct.pack(">H", len(self.name)) + self.name + self.cose
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(over.pop("rp", site.rp), flags, about)}
        client = _client("webauthn.create", challenge, site, **over)
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(cbor2.dumps(told))})

    def sign(self, challenge: bytes, site: Site, /, flags: int = UP | UV, **over: Any) -> str:
        """The answer to navigator.credentials.get()."""
        data = self._data(over.pop("rp", site.rp), flags)
        client = _client("webauthn.get", challenge, site, **over)
        value = self._sign(data + sha256(client).digest())
        return self._answer({"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(value)})

    def _answer(self, response: dict[str, str]) -> str:
        name = b64(self.name)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def rsa_device() -> Device:
    return Device(b"credential-of-an-rsa-device-0001", rsa.generate_private_key(65537, 2048))


def _client(kind: str, challenge: bytes, site: Site, /, **over: Any) -> bytes:
    said = {"type": kind, "challenge": b64(challenge), "origin": site.origin, "crossOrigin": False, **over}
    return json.dumps(said, separators=(",", ":")).encode()
