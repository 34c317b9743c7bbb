"""亮证码: a signed code that says “this certificate, of this body, shown between these two moments”, and nothing else.

Short enough for a QR code on a telephone.  It proves only that this deployment made it; whether the certificate stands is
asked of the register each time, so that a suspension counts at once.  **Clause** QD-3.1.2(1)c, WC-2.1.3(2)b.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from yangguang.trail.keys import card_signer
from yangguang.trail.note import BadNote

from .models import Certificate

PHONE, PRINTED = 1, 2  # shown on a telephone for a day, or printed on the card for as long as the card is valid
SHOWN_FOR = timedelta(hours=24)
_FORM = 1
_HEAD = struct.Struct(">BBII16s")
_SIGNATURE = 64
LONGEST = 400  # characters of a code; a number of 40 Chinese characters fits


class BadCode(Exception):
    """No code that this deployment made."""


@dataclass(frozen=True)
class Card:
    """What a code says.  **Shape** `kind`: PHONE or PRINTED."""

    number: str
    body_key: UUID
    issued: datetime
    expires: datetime
    kind: int

    def ended(self, now: datetime) -> bool:
        return now >= self.expires

    @property
    def _head(self) -> bytes:
        return _HEAD.pack(_FORM, self.kind, _seconds(self.issued), _seconds(self.expires), self.body_key.bytes)

    @property
    def _text(self) -> str:
        return f"yangguang/card/v1\n{self._head.hex()}\n{self.number}\n"

    @property
    def code(self) -> str:
        """The code itself, for an address.  Same card, same code: Ed25519 signs without chance."""
        raw = self._head + self.number.encode() + card_signer().sign(self._text)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def make(certificate: Certificate, body_key: UUID, now: datetime, *, printed: bool = False) -> Card:
    """The card of a certificate: for a day, or for the printed card until the certificate's last day is over."""
    now = now.replace(microsecond=0)
    if not printed:
        return Card(certificate.number, body_key, now, now + SHOWN_FOR, PHONE)
    last = datetime.combine(certificate.valid_to + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return Card(certificate.number, body_key, now, last, PRINTED)


def read(code: str) -> Card:
    """What the code says.  **Raises** BadCode for anything this deployment did not sign, to the last bit."""
    try:
        if len(code) > LONGEST:
            raise BadCode("太长")
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != code or len(raw) <= _HEAD.size + _SIGNATURE:
            raise BadCode("不完整")
        form, kind, issued, expires, body = _HEAD.unpack(raw[: _HEAD.size])
        if form != _FORM or kind not in (PHONE, PRINTED):
            raise BadCode("不是这一种码")
        number = raw[_HEAD.size : -_SIGNATURE].decode()
        card = Card(number, UUID(bytes=body), _moment(issued), _moment(expires), kind)
        card_signer().verifier.verify(card._text, raw[-_SIGNATURE:])
    except (binascii.Error, ValueError, BadNote) as error:
        raise BadCode("签名不符") from error
    return card


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
