"""岗位公示牌 put up on a wall."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..boards import Board
from ..models import BoardShown
from .errors import StillMissing
from .own import same_body


@action("before.put_up", kind="disclosure")
def put_up(*, by: Officer, at: datetime, board: Board, place: str, on: date) -> BoardShown:
    """公示牌上墙: from now on a change of the registers shows that it is out of date.

    **Clause** QD-A3.公示.3(②), WC-2.1.3(3), QS-3.1.2f.  **Raises** StillMissing naming the empty fields.
    """
    same_body(by, board.officer.scope, "张贴公示牌")
    if board.missing:
        raise StillMissing(
            f"{board.officer.name}的公示牌缺{'、'.join(line.label for line in board.missing)}",
            because=board.because,
            mend="；".join(dict.fromkeys(line.mend for line in board.missing)),
        )
    if not place.strip():
        raise Refused("没有写明张贴的地点", field="place")
    if on > timezone.localdate(at):
        raise Refused("上墙日期不能晚于今天", field="on")
    return BoardShown.objects.create(
        by=by,
        at=at,
        scope=board.officer.scope,
        body=board.body,
        subject=board.subject,
        title=f"{board.officer.name}岗位公示牌",
        shown=board.content,
        digest=board.digest,
        place=place.strip(),
        on=on,
    )
