"""The boards of those who serve."""

from datetime import date
from typing import Any

from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Body, Officer

from .. import boards
from ..boards import Board
from .bodies import people_of_today, within_reach


def serving(body: Body, on: date) -> list[Officer]:
    """The people of a body whose board hangs at the office: all its staff but auxiliaries."""
    return people_of_today(list(registry.officers(body.scope, on).exclude(auxiliary=True)), [body], on)


def boards_of(body: Body, on: date) -> list[Board]:
    return boards.boards(body, serving(body, on), on)


def board(caller: Caller, key: Any, on: date) -> Board | None:
    """One person's board; None where the person has left or is not the caller's to see."""
    found = registry.in_force(Officer, on).filter(within_reach(caller), key=key).select_related("unit", "body").first()
    if found is None or found.auxiliary:
        return None
    body = registry.body_at(found.scope, on)
    return boards.boards(body, people_of_today([found], [body], on), on)[0] if body else None
