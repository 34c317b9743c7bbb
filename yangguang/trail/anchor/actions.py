"""The token of a time-stamping authority, kept as a fact like every other."""

from datetime import datetime

from yangguang.trail.actions import action
from yangguang.trail.models import Anchor


@action("trail.anchor", kind="anchor")
def keep(
    *, at: datetime, size: int, checkpoint: str, digest: str, authority: str, token: bytes, stated_at: datetime
) -> Anchor:
    """锚定检查点: the token was verified before it came here."""
    made = Anchor(
        at=at,
        scope="",
        size=size,
        checkpoint=checkpoint,
        digest=digest,
        authority=authority,
        token=token,
        stated_at=stated_at,
    )
    made.save()
    return made
