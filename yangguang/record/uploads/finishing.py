"""Large files that came whole: read once more, probed and taken into the vault beside the pages, until each is at its end.

Each step finds what the one before left (spool.py, actions.arrive), so that a process killed anywhere loses nothing: the
next one begins the same file again.
"""

import logging
import threading
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from yangguang.registry.access import within
from yangguang.vault.errors import VaultError

from . import actions, spool
from .models import Transfer

GLANCE, LOOK = 0.5, 15.0  # seconds between two glances at the folder for sealed spools, and two looks into the database
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0  # after a failure the same file waits, each time twice as long
_log = logging.getLogger(__name__)


class Finisher:
    """Brings every whole file to its end, one after the other; one that fails holds up no other."""

    def __init__(self) -> None:
        self._pauses: dict[UUID, tuple[float, float]] = {}  # when to try again, and the pause after that

    def run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                self.round(stopped)
            except (OperationalError, InterfaceError) as error:
                _log.warning("数据库暂不可用，稍后重试：%s", str(error).strip())
                connections.close_all()
                stopped.wait(FIRST_PAUSE)
            until = time.monotonic() + LOOK
            while not stopped.is_set() and time.monotonic() < until and not self._rung():
                stopped.wait(GLANCE)

    def round(self, stopped: threading.Event | None = None) -> int:
        """Finish all that is due; gives how many came to their end.  **Raises** OperationalError, InterfaceError."""
        done = 0
        for pk, scope in whole():
            if stopped is not None and stopped.is_set():
                break
            if self._due(pk):
                done += self._finish(pk, scope)
        return done

    def _finish(self, pk: UUID, scope: str) -> bool:
        try:
            actions.arrive(pk, scope, "", _now())
        except VaultError as error:
            self._put_off(pk, scope, f"{error.message}，稍后自动再试。{error.mend}")
            return False
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001  said in the log and in the tray; the other files must not wait for this one
            _log.exception("核验上传的文件 %s 时出错，稍后重试", pk)
            self._put_off(pk, scope, "核验时出错，已传的内容保留，稍后自动再试。仍不行的请联系管理员查看日志")
            return False
        self._pauses.pop(pk, None)
        return True

    def _put_off(self, pk: UUID, scope: str, why: str) -> None:
        _, pause = self._pauses.get(pk, (0.0, FIRST_PAUSE))
        self._pauses[pk] = time.monotonic() + pause, min(LONGEST_PAUSE, 2 * pause)
        with within(scope):
            actions.say(pk, why)

    def _due(self, pk: UUID) -> bool:
        return self._pauses.get(pk, (0.0, 0.0))[0] <= time.monotonic()

    def _rung(self) -> bool:
        """Whether a spool was sealed that is not waiting for its next try."""
        return any(self._due(pk) for pk in _sealed())


def whole() -> list[tuple[UUID, str]]:
    """Transfers whose bytes are all there, the oldest first: handed over, or sealed just before their server was killed."""
    with within(""):
        going = Transfer.objects.filter(state__in=actions.GOING, size_bytes__gt=spool.SMALL).order_by("began_at", "id")
        found = list(going.values_list("pk", "scope", "state"))
    return [
        (pk, scope)
        for pk, scope, state in found
        if state == Transfer.State.VERIFYING or spool.Spool(pk).sealed.exists()
    ]


def _sealed() -> list[UUID]:
    paths: list[Path] = list(spool.folder().glob("*/sealed"))
    return [pk for path in paths if (pk := actions.as_uuid(path.parent.name))]


def _now() -> datetime:
    return timezone.localtime().replace(microsecond=0)
