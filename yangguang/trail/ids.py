"""Identifiers that sort by the moment they were made (UUID version 7, RFC 9562)."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new time-ordered identifier; within one process each is greater than the one before.

    **Shape:** 48 bits of milliseconds, 12 bits of the fraction of that millisecond, 62 random bits.
    """
    global _last
    nanoseconds = time.time_ns()
    tick = (nanoseconds // 1_000_000) << 12 | (nanoseconds % 1_000_000) * 4096 // 1_000_000
    with _lock:
        # A clock that stands still or is set back must not make the order go back.
        _last = tick = max(tick, _last + 1)
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
