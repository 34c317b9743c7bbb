"""The people and the case of 青山镇, for tests.  Build through actions; stop where the test begins."""

from datetime import datetime

from tests.kept import ACCOUNTS as WITH_ACCOUNTS
from tests.kept import PEOPLE, SHELF
from yangguang.site.demo import qingshan
from yangguang.site.demo.qingshan import (
    ACCOUNTS,
    COUNTY,
    PASSWORD,
    REGISTERED,
    STEPS,
    TOWN,
    People,
    Story,
    accounts,
    at,
    passed,
)
from yangguang.site.demo.town import taught

__all__ = [
    "ACCOUNTS",
    "COUNTY",
    "PASSWORD",
    "STEPS",
    "TOWN",
    "People",
    "Story",
    "accounts",
    "at",
    "begin",
    "begin_again",
    "passed",
    "people",
    "taught",
]


def people(moment: datetime = REGISTERED) -> People:
    """Everybody registered, nobody with an account."""
    told = SHELF.take(PEOPLE) if moment == REGISTERED else None
    return told.who if told else qingshan.people(moment)


def begin(last: str | None = None, with_accounts: bool = False) -> Story:
    """Everybody registered, and the case taken as far as `last`.  Call inside `access.within`."""
    told = SHELF.take(last or (WITH_ACCOUNTS if with_accounts else PEOPLE))
    if told:
        return told
    who = qingshan.people()
    if with_accounts:
        accounts(who)
    story = Story(who)
    return story.to(last) if last else story


def begin_again(first: Story, last: str) -> Story:
    """A second case of the same people, taken as far as `last`."""
    return Story(first.who).to(last)
