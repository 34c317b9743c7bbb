"""What a worker process of the loading does before anything else; imports no models, because Django is not set up yet."""

import gc
import os
import threading
import time
from typing import Any

import django

_count: Any = None


def begin(parent: int, count: Any) -> None:
    """Set up Django, make few pauses for garbage, and end when the parent ends."""
    global _count
    _count = count
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    django.setup()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def tick() -> None:
    """One more case is done."""
    with _count.get_lock():
        _count.value += 1


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
