"""What a course refuses."""

from typing import Any

from yangguang.trail.errors import Refused


class NotForYou(Refused):
    """A step that belongs to somebody else's role."""


class GateClosed(Refused):
    """A gate of the step does not hold."""


class StillOpen(Refused):
    """A gate of the step cannot be judged: facts it needs were not said.  **Shape** `names`: those facts."""

    def __init__(self, message: str, *, names: tuple[str, ...], **options: Any):
        super().__init__(message, **options)
        self.names = names
