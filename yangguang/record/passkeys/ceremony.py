"""What a device answers, verified: the one place that speaks WebAuthn (https://www.w3.org/TR/webauthn-3/)."""

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import rfc8785
from django.conf import settings
from django.http import HttpRequest
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import decode_credential_public_key
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey, DecodedRSAPublicKey
from webauthn.helpers.exceptions import WebAuthnException

from yangguang.trail.errors import Refused

FORMAT = "yangguang-signature/1"
# What the verifiers of a case package can check with nothing but a standard library; Windows Hello makes the second.
ALGORITHMS = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256]
MOST = 20_000  # characters of an answer


class BadPasskey(Refused):
    """An answer of a device that does not hold, or a passkey that may not be used."""


@dataclass(frozen=True)
class Site:
    """Where the key belongs: the domain, and the address the browser must have shown."""

    rp: str
    origin: str


def site(request: HttpRequest) -> Site | None:
    """The site as this person reached it; None where its address can bear no passkey (a bare number, another name)."""
    public = urlsplit(settings.PUBLIC_URL)
    host = request.get_host()
    if host == public.netloc and _a_name(public.hostname or ""):
        return Site(public.hostname or "", f"{public.scheme}://{public.netloc}")
    if host.partition(":")[0] == "localhost":
        return Site("localhost", f"{request.scheme}://{host}")
    return None


def _a_name(host: str) -> bool:
    """Whether a host is a name: browsers give no passkey to a number."""
    return ":" not in host and not host.replace(".", "").isdigit()


# ---- registration ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A key as it was made."""

    credential: str
    cose: str
    key: dict[str, str]
    client_data: str
    attestation: str


def made(answer: str, challenge: bytes, at: Site) -> Made:
    """A new key out of the device's answer.  **Raises** BadPasskey."""
    said = _read(answer)
    with _refusing("登记没有通过核验"):
        _same_window(said)
        found = verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=at.rp,
            expected_origin=at.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        return Made(
            b64(found.credential_id),
            found.credential_public_key.hex(),
            _plain(found.credential_public_key),
            _text(said["response"]["clientDataJSON"]),
            b64(found.attestation_object),
        )


def _plain(cose: bytes) -> dict[str, str]:
    key = decode_credential_public_key(cose)
    if isinstance(key, DecodedEC2PublicKey) and len(key.x) == len(key.y) == 32:
        return {"alg": "ES256", "x": key.x.hex(), "y": key.y.hex()}
    if isinstance(key, DecodedRSAPublicKey) and len(key.n) >= 256:
        return {"alg": "RS256", "n": key.n.hex(), "e": key.e.hex()}
    raise ValueError("key")


# ---- signature -------------------------------------------------------------------------------------------------------


def statement(*, document: str, item: str, name: str, nonce: str, officer: str, who: str) -> str:
    """Exactly what is signed, in canonical JSON."""
    told = {
        "document": document,
        "format": FORMAT,
        "item": item,
        "name": name,
        "nonce": nonce,
        "officer": officer,
        "who": who,
    }
    return rfc8785.dumps(told).decode()


def challenge(of: str) -> bytes:
    return sha256(of.encode()).digest()


@dataclass(frozen=True)
class Signed:
    """An answer that holds."""

    client_data: str
    authenticator: str
    value: str
    count: int


def credential_of(answer: str) -> str:
    """Which key an answer names.  **Raises** BadPasskey."""
    return str(_read(answer).get("id", ""))


def signed(answer: str, of: str, at: Site, cose: str, count: int) -> Signed:
    """The signature over a statement.  **Raises** BadPasskey."""
    said = _read(answer)
    with _refusing("签名没有通过核验"):
        _same_window(said)
        found = verify_authentication_response(
            credential=said,
            expected_challenge=challenge(of),
            expected_rp_id=at.rp,
            expected_origin=at.origin,
            credential_public_key=bytes.fromhex(cose),
            credential_current_sign_count=count,
            require_user_verification=True,
        )
        response = said["response"]
        return Signed(
            _text(response["clientDataJSON"]),
            b64(unb64(response["authenticatorData"])),
            b64(unb64(response["signature"])),
            found.new_sign_count,
        )


def still(statement: str, client_data: str, authenticator: str, value: str, at: Site, cose: str, name: str) -> bool:
    """Whether what was kept still verifies."""
    response = {
        "clientDataJSON": b64(client_data.encode()),
        "authenticatorData": authenticator,
        "signature": value,
    }
    try:
        signed(
            json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response}), statement, at, cose, 0
        )
    except BadPasskey:
        return False
    return True


# ---- bytes -----------------------------------------------------------------------------------------------------------


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _text(given: str) -> str:
    """The browser's words: kept as text, which must give the same bytes again."""
    return unb64(given).decode("utf-8")


def _read(answer: str) -> dict[str, Any]:
    if not answer:
        raise BadPasskey("没有收到通行密钥的应答", mend="按页面提示使用通行密钥；没有通行密钥的，改用当面签名")
    try:
        said = json.loads(answer) if len(answer) <= MOST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("response"), dict):
        raise BadPasskey("通行密钥的应答格式不正确", mend="刷新页面后重新操作")
    return said


def _same_window(said: dict[str, Any]) -> None:
    """Nothing is signed for a page that another site shows inside its own."""
    told = json.loads(_text(said["response"]["clientDataJSON"]))
    if told.get("crossOrigin") or told.get("topOrigin"):
        raise ValueError("cross origin")


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """A device's answer is anybody's bytes: whatever its parsers stumble over is one refusal."""
    try:
        yield
    except Refused:
        raise
    except (
        WebAuthnException,
        ValueError,  # Unicode, JSON, CBOR and base64 errors are of this kind
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        binascii.Error,
    ) as error:
        raise BadPasskey(
            f"通行密钥的{what}", mend="刷新页面后重新操作；仍不行的，停用这把密钥后重新登记，或者改用当面签名"
        ) from error
