"""The people and the case of 青山镇, for tests.  Build through actions; stop where the test begins."""

from yangguang.site.demo.qingshan import (
    ACCOUNTS,
    COUNTY,
    PASSWORD,
    STEPS,
    TOWN,
    People,
    Story,
    accounts,
    at,
    passed,
    people,
)

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
]


def begin(last: str | None = None, with_accounts: bool = False) -> Story:
    """Everybody registered, and the case taken as far as `last`.  Call inside `access.within`."""
    who = people()
    if with_accounts:
        accounts(who)
    story = Story(who)
    return story.to(last) if last else story


def begin_again(first: Story, last: str) -> Story:
    """A second case of the same people, taken as far as `last`."""
    return Story(first.who).to(last)
